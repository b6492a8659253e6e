/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Finding contacts: one walk for each order, none of which looks at more rows
 * than a page is worth, however large the base (GDPR 5(1)(f), 15, 25).
 */
#include "lists/lists_office.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/role.h"
#include "base/address.h"
#include "base/text.h"
#include "contacts/contacts_search.h"
#include "lists/lists_store.h"

#define WORDS_USED		3	/* of what was typed */
#define REFERENCE_PREFIX	"C-"

_Static_assert(sizeof(lists_row) == sizeof(struct q_lists_by_name_all) &&
    sizeof(lists_row) == sizeof(struct q_lists_by_last_contact) &&
    sizeof(lists_row) == sizeof(struct q_lists_by_tag) &&
    sizeof(lists_row) == sizeof(struct q_lists_by_country) &&
    sizeof(lists_row) == sizeof(struct q_lists_by_member) &&
    sizeof(lists_row) == sizeof(struct q_lists_by_choice) &&
    sizeof(lists_row) == sizeof(struct q_lists_by_day) &&
    sizeof(lists_row) == sizeof(struct q_lists_by_word) &&
    sizeof(lists_row) == sizeof(struct q_lists_of_snapshot),
    "one row for all lists");
_Static_assert(sizeof(struct q_lists_by_name) ==
    sizeof(struct q_lists_by_name_only), "one row in a silo");

/* What somebody typed: an address, a number, a reference, or words. */
struct needle {
	struct bytes email_key;
	const char *phone;
	const char *reference;
	struct contacts_words words;
	struct bytes beside;	/* address or number, as a further one */
	bool is_nobody;		/* an address that is none */
};

struct finding {
	struct ctx *c;
	const struct lists_asked *asked;
	struct needle needle;
	struct filter filter;
	uint64_t after;
	uint64_t most;
	uint64_t examined;
	bool sees_all;
	bool was_cut;
	lists_row *rows;
	size_t n;
};

static bool
is_reference(const char *words)
{
	return strlen(words) == 10 &&
	    strncasecmp(words, REFERENCE_PREFIX, 2) == 0;
}

static const char *
upper(struct arena *a, const char *text)
{
	char *copy = arena_text(a, text), *p;

	for (p = copy; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return copy;
}

/* The longest word leads the walk: fewer people have it. */
static void
longest_first(struct contacts_words *words)
{
	const char *first;
	size_t i, best = 0;

	for (i = 1; i < words->n; i++)
		if (strlen(words->words[i]) > strlen(words->words[best]))
			best = i;
	if (best > 0) {
		first = words->words[0];
		words->words[0] = words->words[best];
		words->words[best] = first;
	}
}

static void
needle_read(struct ctx *c, const char *words, struct needle *ret_needle)
{
	struct needle n = { .beside = text_bytes("") };
	struct address address;
	char *phone;

	if (strchr(words, '@') != NULL) {
		n.is_nobody = address_read(c->arena, words, &address) !=
		    ERR_OK;
		if (!n.is_nobody)
			n.email_key = n.beside = text_bytes(address.key);
	} else if (is_reference(words)) {
		n.reference = upper(c->arena, words);
	} else if (contacts_phone_read(c->arena, words,
	    c->worker->config->country, &phone) == ERR_OK) {
		n.phone = phone;
		n.beside = text_bytes(phone);
	} else {
		contacts_search_words(c->arena, &words, 1, &n.words);
		n.is_nobody = n.words.n == 0;
		if (n.words.n > WORDS_USED)
			n.words.n = WORDS_USED;
		longest_first(&n.words);
	}
	*ret_needle = n;
}

enum err
lists_filter_all(struct ctx *c, const struct lists_asked *asked,
    struct lists_filter *ret_filter)
{
	struct lists_condition word = { .what = LISTS_NAME, .channel = "" };
	struct needle n;
	size_t i;
	enum err e;

	*ret_filter = asked->filter;
	if (asked->query.words == NULL || *asked->query.words == '\0')
		return ERR_OK;
	needle_read(c, asked->query.words, &n);
	if (n.words.n == 0)
		return ERR_INVALID;
	for (i = 0; i < n.words.n; i++) {
		word.value = n.words.words[i];
		if ((e = lists_filter_add(ret_filter, &word, SIZE_MAX)) !=
		    ERR_OK)
			return e;
	}
	return strlen(lists_filter_write(c->arena, ret_filter)) <=
	    LISTS_FILTER_MAX ? ERR_OK : ERR_INVALID;
}

/* ${filter} with a word of the name for each of ${words} but the first. */
static void
add_words(struct finding *f, const struct contacts_words *words)
{
	size_t i, n = f->filter.n;
	struct condition *list = arena_take(f->c->arena, (n + words->n) *
	    sizeof(*list));

	if (n > 0)
		memcpy(list, f->filter.conditions, n * sizeof(*list));
	for (i = 1; i < words->n; i++)
		list[n++] = lists_words_condition(f->c->arena,
		    words->words[i]);
	f->filter = (struct filter){ list, n };
}

/* A walk's rows, which are those of all walks. */
#define TAKE(f, call, found)						\
	do {								\
		if ((e = (call)) != ERR_OK)				\
			return e;					\
		(f)->rows = arena_take((f)->c->arena, ((f)->n + 1) *	\
		    sizeof(*(f)->rows));				\
		(f)->was_cut = db_was_cut((f)->c->db);			\
		if ((f)->n > 0)						\
			memcpy((f)->rows, (found), (f)->n *		\
			    sizeof(*(f)->rows));			\
	} while (0)

/* A cursor that the caller may not see, or that is gone, begins the list. */
static enum err
load_cursor(struct finding *f, const char **ret_name)
{
	struct ctx *c = f->c;
	struct q_people_one one;
	enum err e;

	*ret_name = NULL;
	if (f->after == 0)
		return ERR_OK;
	if (f->asked->frame != NULL) {
		if (f->asked->frame->after == NULL)
			f->after = 0;
		else
			*ret_name = f->asked->frame->after->text;
		return ERR_OK;
	}
	e = q_people_one(c->db, c->arena, f->after, f->sees_all,
	    c->caller.staff_id, c->caller.team_id, &one);
	if (e == ERR_OK)
		*ret_name = one.sort_name;
	else if (e == ERR_NOTFOUND)
		f->after = 0;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err
by_word(struct finding *f)
{
	struct ctx *c = f->c;
	const char *word = f->needle.words.words[0];
	const char *end = lists_word_end(c->arena, word);
	struct q_lists_word_of last = { NULL };
	struct q_lists_by_word *found;
	const char *name;
	enum err e;

	add_words(f, &f->needle.words);
	if ((e = load_cursor(f, &name)) != ERR_OK)
		return e;
	if (f->after != 0 && (e = q_lists_word_of(c->db, c->arena, f->after,
	    word, end, &last)) != ERR_OK)
		return e;
	TAKE(f, q_lists_by_word(c->db, c->arena, word, end, last.word,
	    f->after, f->sees_all, c->caller.staff_id, c->caller.team_id,
	    f->most, f->examined, &f->filter, &found, &f->n), found);
	return ERR_OK;
}

static enum err
by_key(struct finding *f)
{
	struct q_lists_found *found;
	struct ctx *c = f->c;
	enum err e;

	TAKE(f, q_lists_found(c->db, c->arena, f->needle.email_key,
	    f->needle.phone, f->needle.reference, f->needle.beside,
	    f->needle.reference == NULL ? "" : f->needle.reference,
	    f->sees_all,
	    c->caller.staff_id, c->caller.team_id, f->after, f->most,
	    f->examined, &f->filter, &found, &f->n), found);
	return ERR_OK;
}

static enum err
by_snapshot(struct finding *f)
{
	struct q_lists_place_of place = { 0 };
	struct q_lists_of_snapshot *found;
	struct ctx *c = f->c;
	enum err e;

	if (f->after != 0 && (e = q_lists_place_of(c->db, c->arena, f->after,
	    f->asked->snapshot_id, &place)) != ERR_OK)
		return e;
	TAKE(f, q_lists_of_snapshot(c->db, c->arena, f->asked->snapshot_id,
	    place.position, f->sees_all, c->caller.staff_id,
	    c->caller.team_id, f->most, &found, &f->n), found);
	return ERR_OK;
}

static enum err
by_last(struct finding *f)
{
	struct q_lists_last_contact_of last = { 0 };
	struct q_lists_by_last_contact *found;
	struct ctx *c = f->c;
	const char *name;
	enum err e;

	if ((e = load_cursor(f, &name)) != ERR_OK)
		return e;
	if (f->after != 0 && f->asked->frame != NULL) {
		last.last_person_us = f->asked->frame->after->number;
	} else if (f->after != 0) {
		e = q_lists_last_contact_of(c->db, c->arena, f->after, &last);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			return e;
	}
	TAKE(f, q_lists_by_last_contact(c->db, c->arena, f->sees_all,
	    c->caller.staff_id, c->caller.team_id, last.last_person_us,
	    f->after, f->most, f->examined, &f->filter, &found, &f->n),
	    found);
	return ERR_OK;
}

static enum err
by_tag(struct finding *f, uint64_t tag_id)
{
	struct q_lists_by_tag *found;
	struct ctx *c = f->c;
	enum err e;

	TAKE(f, q_lists_by_tag(c->db, c->arena, tag_id, f->after, f->sees_all,
	    c->caller.staff_id, c->caller.team_id, f->most, f->examined,
	    &f->filter, &found, &f->n), found);
	return ERR_OK;
}

static enum err
by_member(struct finding *f, uint64_t organisation_id)
{
	struct q_lists_by_member *found;
	struct ctx *c = f->c;
	enum err e;

	TAKE(f, q_lists_by_member(c->db, c->arena, organisation_id, f->after,
	    f->sees_all, c->caller.staff_id, c->caller.team_id, f->most,
	    f->examined, &f->filter, &found, &f->n), found);
	return ERR_OK;
}

/* One choice of a custom field, or a run of its days: few have it. */
static enum err
by_choice(struct finding *f, const struct lists_condition *k)
{
	struct q_lists_by_choice *found;
	struct ctx *c = f->c;
	enum err e;

	TAKE(f, q_lists_by_choice(c->db, c->arena, k->custom, k->value,
	    f->after, f->sees_all, c->caller.staff_id, c->caller.team_id,
	    f->most, f->examined, &f->filter, &found, &f->n), found);
	return ERR_OK;
}

static enum err
by_day(struct finding *f, const struct lists_condition *k)
{
	struct day first = { 1600, 1, 1 }, end = { 9999, 12, 31 };
	struct q_lists_custom_day_of last = { .day = { 0 } };
	struct q_lists_by_day *found;
	struct ctx *c = f->c;
	const char *name;
	enum err e;

	if (k->op == LISTS_BEFORE)
		end = day_of(lists_instant(k->value, c->now_us));
	else if (k->op == LISTS_SINCE)
		first = day_of(lists_instant(k->value, c->now_us));
	else {
		first = day_of(c->now_us);
		end = day_of(lists_end(k->value, c->now_us));
	}
	if ((e = load_cursor(f, &name)) != ERR_OK)
		return e;
	if (f->after != 0) {
		e = q_lists_custom_day_of(c->db, c->arena, k->custom,
		    f->after, &last);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			return e;
	}
	TAKE(f, q_lists_by_day(c->db, c->arena, k->custom, first, end,
	    last.day, f->after, f->sees_all, c->caller.staff_id,
	    c->caller.team_id, f->most, f->examined, &f->filter, &found,
	    &f->n), found);
	return ERR_OK;
}

static int
compare_names(const void *left, const void *right)
{
	const struct q_lists_by_name *a = left, *b = right;
	int order = strcmp(a->sort_name, b->sort_name);

	return order != 0 ? order : a->id < b->id ? -1 : a->id > b->id;
}

/* What a team is called; NULL: none, or one that is gone. */
static const char *
team_name(const struct lists_frame *frame, uint64_t id)
{
	size_t i;

	for (i = 0; i < frame->n; i++)
		if (frame->rows[i].id == id &&
		    strcmp(frame->rows[i].what, "team") == 0)
			return frame->rows[i].text;
	return NULL;
}

/* What each scope has of the page.  A condition needs the rows to be read; the
 * indexes know names. */
static enum err
read_silo(struct finding *f, const char *name,
    struct q_lists_by_name **ret_rows, size_t *ret_n)
{
	struct q_lists_by_name_only *only;
	struct ctx *c = f->c;
	enum err e;

	if (f->filter.n > 0) {
		e = q_lists_by_name(c->db, c->arena, name, f->after, f->most,
		    c->caller.team_id, c->caller.staff_id, 4 * f->most,
		    f->examined, &f->filter, ret_rows, ret_n);
		f->was_cut = db_was_cut(c->db);
		return e;
	}
	if ((e = q_lists_by_name_only(c->db, c->arena, name, f->after,
	    f->most, c->caller.team_id, c->caller.staff_id, &only,
	    ret_n)) != ERR_OK)
		return e;
	*ret_rows = arena_take(c->arena, (*ret_n + 1) * sizeof(**ret_rows));
	if (*ret_n > 0)
		memcpy(*ret_rows, only, *ret_n * sizeof(*only));
	return ERR_OK;
}

/* The scopes come one after the other, each in its order, and meet. */
static enum err
by_name_in_silo(struct finding *f, const char *name)
{
	const struct lists_frame_of teams = { .has_teams = true };
	struct lists_frame frame, *own = NULL;
	struct q_lists_by_name *found, *r;
	struct ctx *c = f->c;
	size_t i, n;
	enum err e;

	if ((e = read_silo(f, name, &found, &n)) != ERR_OK)
		return e;
	if (f->asked->frame == NULL) {
		own = &frame;
		if ((e = lists_frame_read(c, &teams, own)) != ERR_OK)
			return e;
	}
	if (n > 0)
		qsort(found, n, sizeof(*found), compare_names);
	f->rows = arena_take(c->arena, (n + 1) * sizeof(*f->rows));
	for (i = 0; i < n && f->n < f->most; i++) {
		r = &found[i];
		if (i > 0 && r->id == r[-1].id)
			continue;
		f->rows[f->n++] = (lists_row){ r->id, r->given_name,
		    r->family_name, r->email, r->kind,
		    team_name(own == NULL ?
		    f->asked->frame : own, r->team_id), r->restriction,
		    r->last_person_us };
	}
	return ERR_OK;
}

/* All must meet it, and no other instead. */
static bool
is_alone(const struct lists_filter *filter, size_t i)
{
	return !filter->conditions[i].is_or && (i + 1 == filter->n ||
	    !filter->conditions[i + 1].is_or);
}

static enum err
by_country(struct finding *f, const char *country, const char *name,
    uint64_t examined)
{
	struct q_lists_by_country *found;
	struct ctx *c = f->c;
	enum err e;

	TAKE(f, q_lists_by_country(c->db, c->arena, country, f->sees_all,
	    c->caller.staff_id, c->caller.team_id, name, f->after, f->most,
	    examined, &f->filter, &found, &f->n), found);
	return ERR_OK;
}

static const char *
leading_country(const struct lists_filter *filter)
{
	const struct lists_condition *t = filter->conditions;
	size_t i;

	for (i = 0; i < filter->n; i++)
		if (t[i].what == LISTS_COUNTRY && t[i].op == LISTS_IS &&
		    is_alone(filter, i))
			return t[i].value;
	return NULL;
}

/*
 * A country leads through its own index.  In a silo that is good for one which
 * few have, or of which the silo sees much: a third of what a page is worth
 * tries it, and else the silo's own indexes lead.
 */
static enum err
by_name(struct finding *f)
{
	const char *country = leading_country(&f->asked->filter);
	struct q_lists_by_name_all *all;
	struct ctx *c = f->c;
	const char *name;
	uint64_t part;
	enum err e;

	if ((e = load_cursor(f, &name)) != ERR_OK)
		return e;
	if (country != NULL) {
		part = f->sees_all ? f->examined : f->examined / 3;
		if ((e = by_country(f, country, name, part)) != ERR_OK ||
		    f->sees_all || !f->was_cut)
			return e;
		f->examined -= part;
		f->n = 0;
	}
	if (!f->sees_all)
		return by_name_in_silo(f, name);
	TAKE(f, q_lists_by_name_all(c->db, c->arena, name, f->after,
	    f->most, f->examined, &f->filter, &all, &f->n), all);
	return ERR_OK;
}

const struct lists_condition *
lists_leading_custom(const struct lists_filter *filter)
{
	const struct lists_condition *k;
	size_t i;

	for (i = 0; i < filter->n; i++) {
		k = &filter->conditions[i];
		if (k->what == LISTS_CUSTOM && is_alone(filter, i) &&
		    (k->op == LISTS_IS || k->op == LISTS_BEFORE ||
		    k->op == LISTS_SINCE || k->op == LISTS_WITHIN))
			return k;
	}
	return NULL;
}

static bool
leads(const struct lists_filter *filter, enum lists_what what,
    uint64_t *ret_id)
{
	const struct lists_condition *t = filter->conditions;
	size_t i;

	for (i = 0; i < filter->n; i++)
		if (t[i].what == what && t[i].op == LISTS_IS &&
		    is_alone(filter, i))
			return parse_u64(t[i].value, ret_id) == ERR_OK;
	return false;
}

bool
lists_leading_tag(const struct lists_filter *filter, uint64_t *ret_id)
{
	return leads(filter, LISTS_TAG, ret_id);
}

bool
lists_leading_member(const struct lists_filter *filter, uint64_t *ret_id)
{
	return leads(filter, LISTS_MEMBER, ret_id);
}

static enum err
walk(struct finding *f)
{
	const struct lists_condition *own;
	uint64_t id;

	if (f->asked->snapshot_id != 0)
		return by_snapshot(f);
	if (f->needle.words.n > 0)
		return by_word(f);
	if (f->asked->query.words != NULL && *f->asked->query.words != '\0')
		return by_key(f);
	if (f->asked->order == LISTS_BY_LAST)
		return by_last(f);
	if (lists_leading_member(&f->asked->filter, &id))
		return by_member(f, id);
	if (lists_leading_tag(&f->asked->filter, &id))
		return by_tag(f, id);
	if ((own = lists_leading_custom(&f->asked->filter)) != NULL)
		return own->op == LISTS_IS ? by_choice(f, own) :
		    by_day(f, own);
	return by_name(f);
}

enum err
lists_find(struct ctx *c, const struct lists_asked *asked, uint64_t after,
    uint64_t most, struct lists_found *ret_found)
{
	const struct lists_reader reader = { c->caller.staff_id,
	    c->caller.team_id, c->now_us };
	struct finding f = { .c = c, .asked = asked, .after = after,
	    .most = most, .examined = LISTS_EXAMINED * most +
	    LISTS_EXAMINED_LEAST,
	    .sees_all = role_sees_all(role_choices[c->caller.role].value) };
	enum err e;

	*ret_found = (struct lists_found){ NULL, 0, false };
	if (asked->query.words != NULL && *asked->query.words != '\0')
		needle_read(c, asked->query.words, &f.needle);
	if (f.needle.is_nobody)
		return ERR_OK;
	lists_conditions(c->arena, &asked->filter, &reader, &f.filter);
	if ((e = walk(&f)) != ERR_OK)
		return e;
	*ret_found = (struct lists_found){ f.rows, f.n, f.was_cut };
	return ERR_OK;
}
