/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of organisations and of who belongs to them, each write under the
 * contact's lock: what an erasure does meanwhile comes wholly before or after.
 * Law: GDPR 5(1)(d), 15(1)(g), 16, 17.
 */
#include "organisations/organisations.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "db/queries.h"
#include "keys/person.h"

#define LINES_MAX 4	/* of one membership: where, as what, since when, whose */

enum err
organisations_words_put(struct db *db, struct arena *a,
    uint64_t organisation_id, const char *name)
{
	struct q_organisations_words_insert_each each[CONTACTS_WORDS_MAX];
	struct contacts_words words;
	size_t i;
	enum err e;

	contacts_search_words(a, &name, 1, &words);
	for (i = 0; i < words.n; i++)
		each[i] = (struct q_organisations_words_insert_each){
		    words.words[i], organisation_id };
	if ((e = q_organisations_words_delete(db, organisation_id, NULL)) !=
	    ERR_OK || words.n == 0)
		return e;
	return q_organisations_words_insert(db, each, words.n, NULL);
}

static const char *
day_text(struct arena *a, struct day day)
{
	return day.y == 0 ? "" : day_write(a, day);
}

static const char *
yes(bool is)
{
	return is ? "yes" : "";
}

const char *
organisations_line(struct arena *a, const struct q_organisations_of *of)
{
	return of == NULL ? "" : arena_printf(a, "%" PRIu64 "|%s|%s|%s",
	    of->organisation_id, day_text(a, of->since), yes(of->is_own),
	    of->job_title);
}

/* One store: the record, what is there, what changes. */
struct storing {
	struct db *db;
	struct arena *a;
	const struct keys *keys;
	const struct organisations_member *m;
	struct q_reach_lock record;
	struct q_organisations_of of;	/* .organisation_id 0: none yet */
	struct { const char *field, *before, *after; } lines[LINES_MAX];
	size_t n;
};

static void
push(struct storing *s, const char *field, const char *before,
    const char *after)
{
	s->lines[s->n].field = field;
	s->lines[s->n].before = before;
	s->lines[s->n++].after = after;
}

static void
add(struct storing *s, const char *field, const char *before,
    const char *after)
{
	if (strcmp(before, after) != 0)
		push(s, field, before, after);
}

static enum err
begin(struct storing *s)
{
	const struct organisations_member *m = s->m;
	const struct q_organisations_of *of = &s->of;
	enum err e;

	if ((e = q_reach_lock(s->db, s->a, m->contact_id, &s->record)) !=
	    ERR_OK)
		return e;
	if (text_equal(s->record.restriction, "erasure"))
		return ERR_CONFLICT;
	e = q_organisations_of(s->db, s->a, m->contact_id, &s->of);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if (e == ERR_NOTFOUND)
		s->of = (struct q_organisations_of){ .name = "",
		    .job_title = "" };
	if (m->seen != NULL && strcmp(m->seen, organisations_line(s->a,
	    of->organisation_id == 0 ? NULL : of)) != 0)
		return ERR_CONFLICT;
	/* another one may have the same name */
	if (of->organisation_id != m->organisation_id)
		push(s, "organisation", of->name, m->name);
	add(s, "job_title", of->job_title, m->job_title);
	add(s, "member_since", day_text(s->a, of->since), day_text(s->a,
	    m->since));
	add(s, "own_business", yes(of->is_own), yes(m->is_own));
	return ERR_OK;
}

/* What stood there, sealed, and where the new value is from. */
static enum err
remember(const struct storing *s)
{
	struct q_contacts_history_insert_each lines[LINES_MAX];
	struct q_contacts_provenance_put_each from[LINES_MAX];
	const struct organisations_member *m = s->m;
	const struct person_key wanted = { m->contact_id, PERSON_LIVE,
	    m->at_us };
	unsigned char key[KEY_BYTES];
	size_t i;
	enum err e;

	if ((e = person_key_take(s->db, s->a, s->keys, &wanted, key)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < s->n; i++) {
		lines[i] = (struct q_contacts_history_insert_each){
		    .contact_id = m->contact_id, .field = s->lines[i].field,
		    .old_sealed = person_seal(s->a, key, "contact_history",
		    "old_sealed", m->contact_id, s->lines[i].before),
		    .new_sealed = person_seal(s->a, key, "contact_history",
		    "new_sealed", m->contact_id, s->lines[i].after),
		    .by_kind = m->staff_id == 0 ? "program" : "staff",
		    .by_staff_id = m->staff_id, .at_us = m->at_us };
		from[i] = (struct q_contacts_provenance_put_each){
		    m->contact_id, s->lines[i].field, m->source,
		    s->record.basis, s->record.notice_version_id, m->at_us };
	}
	secret_wipe(key, sizeof(key));
	if ((e = q_contacts_history_insert(s->db, lines, s->n, NULL)) !=
	    ERR_OK)
		return e;
	return q_contacts_provenance_put(s->db, from, s->n, NULL);
}

/* Whose own business it is, is said by the organisation. */
static enum err
mark_own(const struct storing *s)
{
	const struct organisations_member *m = s->m;
	bool is_theirs = m->trader_id == m->contact_id;

	if (m->organisation_id == 0 || is_theirs == m->is_own)
		return ERR_OK;
	return q_organisations_trader(s->db, m->is_own ? m->contact_id : 0,
	    m->organisation_id, NULL);
}

static enum err
put(const struct storing *s)
{
	const struct organisations_member *m = s->m;

	return m->organisation_id == 0 ? q_organisations_member_end(s->db,
	    m->contact_id, NULL) : q_organisations_member_put(s->db,
	    m->contact_id, m->organisation_id, m->job_title, m->since,
	    m->at_us, NULL);
}

enum err
organisations_member_store(struct db *db, struct arena *a,
    const struct keys *keys, const struct organisations_member *member)
{
	struct storing s = { .db = db, .a = a, .keys = keys, .m = member };
	enum err e;

	if (member->is_own && member->trader_id != 0 &&
	    member->trader_id != member->contact_id)
		return ERR_CONFLICT;
	if ((e = begin(&s)) != ERR_OK || s.n == 0)
		return e;
	if ((e = put(&s)) != ERR_OK || (e = mark_own(&s)) != ERR_OK ||
	    (e = remember(&s)) != ERR_OK)
		return e;
	return q_reach_touch(db, 0, member->at_us, member->contact_id, NULL);
}
