/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Finding organisations: one walk for each thing that can be typed, none of
 * which looks at more rows than a page is worth (GDPR 5(1)(f), 25).
 */
#include "organisations/organisations_office.h"

#include "app/role.h"
#include "base/text.h"

/* All walks give the same columns. */
_Static_assert(
    sizeof(organisations_row) == sizeof(struct q_organisations_by_name) &&
    sizeof(organisations_row) == sizeof(struct q_organisations_by_word) &&
    sizeof(organisations_row) == sizeof(struct q_organisations_by_domain) &&
    sizeof(organisations_row) ==
    sizeof(struct q_organisations_by_registration),
    "one row for all walks");

/* Whoever oversees, whatever the silo. */
static bool
sees_all(const struct ctx *c)
{
	return role_sees_all(role_choices[c->caller.role].value);
}

/* A walk, and where the page before it ended. */
struct finding {
	struct ctx *c;
	struct organisations_needle needle;
	uint64_t after;
	uint64_t most;
	bool sees_all;
	struct q_organisations_cursor last;
	organisations_row *rows;
	size_t n;
};

/* A walk's rows, which are those of all walks. */
#define TAKE(f, call, found)						\
	do {								\
		if ((e = (call)) != ERR_OK)				\
			return e;					\
		(f)->rows = arena_take((f)->c->arena, ((f)->n + 1) *	\
		    sizeof(*(f)->rows));				\
		if ((f)->n > 0)						\
			memcpy((f)->rows, (found), (f)->n *		\
			    sizeof(*(f)->rows));			\
	} while (0)

/* A cursor that the caller may not see, or that is gone, begins the list. */
static enum err
load_cursor(struct finding *f, const char *word)
{
	struct ctx *c = f->c;
	enum err e;

	if (f->after == 0)
		return ERR_OK;
	e = q_organisations_cursor(c->db, c->arena, word, organisations_end(
	    c->arena, word), f->after, f->sees_all, c->caller.staff_id,
	    c->caller.team_id, &f->last);
	if (e == ERR_NOTFOUND) {
		f->last = (struct q_organisations_cursor){ .sort_name = NULL };
		f->after = 0;
	}
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err
by_name(struct finding *f)
{
	struct q_organisations_by_name_all *all;
	struct q_organisations_by_name *found;
	const char *name = f->last.sort_name;
	uint64_t after = f->after;
	struct ctx *c = f->c;
	enum err e;

	if (f->sees_all) {
		TAKE(f, q_organisations_by_name_all(c->db, c->arena, name,
		    after, f->most, &all, &f->n), all);
		return ERR_OK;
	}
	TAKE(f, q_organisations_by_name(c->db, c->arena, name, after, f->most,
	    c->caller.team_id, c->caller.staff_id, f->most,
	    &found, &f->n), found);
	return ERR_OK;
}

static enum err
by_word(struct finding *f)
{
	const struct contacts_words *w = &f->needle.words;
	const char *more[2] = { NULL, NULL }, *ends[2] = { NULL, NULL };
	struct q_organisations_by_word *found;
	struct ctx *c = f->c;
	size_t i;
	enum err e;

	for (i = 1; i < w->n && i <= LENGTH(more); i++) {
		more[i - 1] = w->words[i];
		ends[i - 1] = organisations_end(c->arena, w->words[i]);
	}
	TAKE(f, q_organisations_by_word(c->db, c->arena, w->words[0],
	    organisations_end(c->arena, w->words[0]), f->last.word, f->after,
	    more[0], ends[0], more[1], ends[1], f->sees_all,
	    c->caller.staff_id, c->caller.team_id, f->most,
	    ORGANISATIONS_EXAMINED, &found, &f->n), found);
	return ERR_OK;
}

static enum err
by_domain(struct finding *f)
{
	struct q_organisations_by_domain *found;
	struct ctx *c = f->c;
	enum err e;

	TAKE(f, q_organisations_by_domain(c->db, c->arena, f->needle.domain,
	    organisations_end(c->arena, f->needle.domain), f->last.domain,
	    f->after, f->sees_all, c->caller.staff_id, c->caller.team_id,
	    f->most, ORGANISATIONS_EXAMINED, &found, &f->n), found);
	return ERR_OK;
}

static enum err
by_registration(struct finding *f)
{
	struct q_organisations_by_registration *found;
	struct ctx *c = f->c;
	enum err e;

	TAKE(f, q_organisations_by_registration(c->db, c->arena,
	    f->needle.registration, f->after, f->sees_all,
	    c->caller.staff_id, c->caller.team_id, f->most,
	    ORGANISATIONS_EXAMINED, &found, &f->n), found);
	return ERR_OK;
}

static enum err
walk(struct finding *f)
{
	if (f->needle.registration != NULL)
		return by_registration(f);
	if (f->needle.domain != NULL)
		return by_domain(f);
	return f->needle.words.n > 0 ? by_word(f) : by_name(f);
}

enum err
organisations_find(struct ctx *c, const char *words, uint64_t after,
    uint64_t most, struct organisations_found *ret_found)
{
	struct finding f = { .c = c, .after = after, .most = most,
	    .sees_all = sees_all(c) };
	bool is_typed = words != NULL && *words != '\0';
	enum err e;

	if (is_typed) {
		organisations_needle_read(c->arena, words, &f.needle);
		if (f.needle.registration == NULL &&
		    f.needle.domain == NULL && f.needle.words.n == 0) {
			*ret_found = (struct organisations_found){ NULL, 0,
			    false };
			return ERR_OK;	/* "!!!" names nobody */
		}
	}
	if ((e = load_cursor(&f, f.needle.words.n > 0 ?
	    f.needle.words.words[0] : "")) != ERR_OK ||
	    (e = walk(&f)) != ERR_OK)
		return e;
	*ret_found = (struct organisations_found){ f.rows, f.n,
	    db_was_cut(c->db) };
	return ERR_OK;
}

enum err
organisations_load(struct ctx *c, uint64_t id,
    struct q_organisations_one *ret_row)
{
	return q_organisations_one(c->db, c->arena, id,
	    sees_all(c), c->caller.staff_id, c->caller.team_id,
	    ret_row);
}
