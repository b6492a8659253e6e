/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The merged record: its fields and where each came from, what is not kept, and
 * that it was two (GDPR 5(1)(d), 15(1)(g), 16, 25(2)).
 */
#include "merge/merge_move.h"

#include <inttypes.h>
#include <string.h>

#include "base/day.h"
#include "base/text.h"
#include "contacts/contacts_search.h"
#include "db/queries.h"
#include "keys/person.h"

#define LINES_MORE	15	/* of the post's columns, of the organisation, and of the record as such */

/* Lines of the history, by whom it was asked for. */
struct lines {
	struct merge_run *m;
	const unsigned char *key;
	struct q_contacts_history_insert_each *list;
	size_t n;
};

/* ${is_new}: what is kept is the other record's.  That this one had what the
 * other lacks is no change. */
static void
add_line(struct lines *l, const char *field, const char *before,
    const char *after, bool is_new)
{
	struct arena *a = l->m->job->arena;
	uint64_t id = l->m->pair.stays->id;

	if (strcmp(before, after) == 0 || (*before == '\0' && !is_new))
		return;
	l->list[l->n++] = (struct q_contacts_history_insert_each){
	    .contact_id = id, .field = field,
	    .old_sealed = person_seal(a, l->key, "contact_history",
	    "old_sealed", id, before),
	    .new_sealed = person_seal(a, l->key, "contact_history",
	    "new_sealed", id, after), .by_kind = "staff",
	    .by_staff_id = l->m->staff_id, .at_us = l->m->job->now_us };
}

static const char *
text_of(const char *text)
{
	return text == NULL ? "" : text;
}

static const struct q_merge_contacts *
other_of(const struct merge_run *m, const struct q_merge_contacts *side)
{
	return side == m->pair.stays ? m->pair.goes : m->pair.stays;
}

/* What is not kept of one field, beside what is. */
static void
add_field(struct lines *l, enum merge_field f)
{
	const struct q_merge_contacts *w = merge_giver(l->m, f);
	const struct q_merge_contacts *o = other_of(l->m, w);
	struct arena *a = l->m->job->arena;
	bool is_new = w == l->m->pair.goes;

	if (f == MERGE_POST) {
		add_line(l, "street", o->street, w->street, is_new);
		add_line(l, "postcode", o->postcode, w->postcode, is_new);
		add_line(l, "city", o->city, w->city, is_new);
		add_line(l, "country", o->country, w->country, is_new);
	} else if (f == MERGE_EMAIL)
		add_line(l, "email", text_of(o->email), text_of(w->email),
		    is_new);
	else
		add_line(l, merge_field_names[f], merge_value(a, o, f),
		    merge_value(a, w, f), is_new);
}

static const char *
number(struct lines *l, const char *what, uint64_t id)
{
	return id == 0 ? "" : arena_printf(l->m->job->arena, "%s %" PRIu64,
	    what, id);
}

/* Whose record it was, and where its data came from as a whole. */
static void
add_record(struct lines *l)
{
	const struct merge_pair *p = &l->m->pair;
	const struct q_merge_contacts *s = p->stays, *g = p->goes;
	const struct q_merge_contacts *seen = merge_narrower(p);
	const struct q_merge_contacts *hidden = other_of(l->m, seen);
	struct arena *a = l->m->job->arena;
	bool is_new = seen == g;

	if (strcmp(s->kind, g->kind) != 0)
		add_line(l, "kind", "prospect", "customer", true);
	add_line(l, "visibility", hidden->visibility, seen->visibility,
	    is_new);
	add_line(l, "owner", number(l, "adviser", hidden->owner_id),
	    number(l, "adviser", seen->owner_id), is_new);
	add_line(l, "team", number(l, "team", hidden->team_id),
	    number(l, "team", seen->team_id), is_new);
	add_line(l, "source", g->source, s->source, false);
	add_line(l, "basis", g->basis, s->basis, false);
	add_line(l, "collected_on", day_write(a, day_of(g->collected_us)),
	    day_write(a, day_of(s->collected_us)), false);
	add_line(l, "joined", g->reference, s->reference, false);
}

/* One record belongs to one organisation: what the other said of it. */
static enum err
add_membership(struct lines *l)
{
	struct db *db = l->m->db;
	struct arena *a = l->m->job->arena;
	struct q_organisations_of s, *g = arena_take(a, sizeof(*g));
	enum err e;

	if ((e = q_organisations_of(db, a, l->m->pair.goes->id, g)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if ((e = q_organisations_of(db, a, l->m->pair.stays->id, &s)) ==
	    ERR_NOTFOUND) {
		l->m->membership = g;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	add_line(l, "organisation", g->name, s.name, false);
	add_line(l, "job_title", g->job_title, s.job_title, false);
	add_line(l, "member_since", g->since.y == 0 ? "" : day_write(a,
	    g->since), s.since.y == 0 ? "" : day_write(a, s.since), false);
	return ERR_OK;
}

static enum err
store_lines(struct lines *l)
{
	size_t at, n;
	enum err e = ERR_OK;

	for (at = 0; at < l->n && e == ERR_OK; at += n) {
		n = l->n - at < DB_EACH_MAX ? l->n - at : DB_EACH_MAX;
		e = q_contacts_history_insert(l->m->db, l->list + at, n,
		    NULL);
	}
	return e;
}

enum err
merge_remember(struct merge_run *m)
{
	const struct person_key wanted = { m->pair.stays->id, PERSON_LIVE,
	    m->job->now_us };
	const struct merge_custom *custom;
	struct lines l = { .m = m };
	unsigned char key[KEY_BYTES];
	enum merge_field f;
	size_t i;
	enum err e;

	if ((e = person_key_take(m->db, m->job->arena, m->job->keys, &wanted,
	    key)) != ERR_OK)
		return e;
	l.key = key;
	l.list = arena_take(m->job->arena, (MERGE__MAX + LINES_MORE +
	    m->pair.n_custom) * sizeof(*l.list));
	for (f = 0; f < MERGE__MAX; f++)
		add_field(&l, f);
	for (i = 0; i < m->pair.n_custom; i++) {
		custom = &m->pair.custom[i];
		add_line(&l, custom->field->name, custom->is_taken ?
		    custom->stays : custom->goes, custom->is_taken ?
		    custom->goes : custom->stays, custom->is_taken);
	}
	add_record(&l);
	e = add_membership(&l);
	secret_wipe(key, sizeof(key));
	return e != ERR_OK ? e : store_lines(&l);
}

static int64_t
least(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

static int64_t
most(int64_t one, int64_t other)
{
	return one > other ? one : other;
}

static enum err
take_origin(struct merge_run *m, const char *field, const char *basis)
{
	struct q_contacts_provenance_put_each row;
	struct q_contacts_provenance from;
	enum err e;

	if ((e = merge_origin(m, m->pair.goes, field, &from)) != ERR_OK)
		return e;
	row = (struct q_contacts_provenance_put_each){ m->pair.stays->id,
	    field, from.source, basis == NULL ? from.basis : basis,
	    from.notice_version_id, from.at_us };
	return q_contacts_provenance_put(m->db, &row, 1, NULL);
}

static enum err
take_membership(struct merge_run *m)
{
	const struct q_organisations_of *of = m->membership;
	enum err e;

	if ((e = take_origin(m, "organisation", NULL)) == ERR_OK &&
	    *of->job_title != '\0')
		e = take_origin(m, "job_title", NULL);
	if (e == ERR_OK && of->since.y != 0)
		e = take_origin(m, "member_since", NULL);
	return e != ERR_OK || !of->is_own ? e : take_origin(m, "own_business",
	    NULL);
}

/* Of what is taken, each of its columns. */
static enum err
take_origins(struct merge_run *m)
{
	static const char *const post[] = { "street", "postcode", "city",
	    "country" };
	const struct merge_custom *custom;
	enum merge_field f;
	size_t i;
	enum err e = ERR_OK;

	for (f = 0; f < MERGE_POST && e == ERR_OK; f++)
		if (m->pair.is_taken[f])
			e = take_origin(m, merge_field_names[f], NULL);
	for (i = 0; i < LENGTH(post) && e == ERR_OK; i++)
		if (m->pair.is_taken[MERGE_POST])
			e = take_origin(m, post[i], NULL);
	if (e == ERR_OK && m->membership != NULL)
		e = take_membership(m);
	for (i = 0; i < m->pair.n_custom && e == ERR_OK; i++) {
		custom = &m->pair.custom[i];
		if (custom->is_taken)
			e = take_origin(m, custom->field->name,
			    custom->field->basis);
	}
	return e != ERR_OK ? e : q_merge_drop_origins(m->db, m->pair.goes->id,
	    NULL);
}

static bool
is_customer(const struct q_merge_contacts *r)
{
	return strcmp(r->kind, "customer") == 0;
}

/* When the relation ended: of two customers not before both have; 0: it goes
 * on. */
static int64_t
ended_us(const struct q_merge_contacts *s, const struct q_merge_contacts *g)
{
	if (is_customer(s) != is_customer(g))
		return (is_customer(s) ? s : g)->relationship_end_us;
	return s->relationship_end_us == 0 || g->relationship_end_us == 0 ?
	    0 : most(s->relationship_end_us, g->relationship_end_us);
}

enum err
merge_put(struct merge_run *m)
{
	const struct merge_pair *p = &m->pair;
	const struct q_merge_contacts *s = p->stays, *g = p->goes;
	const struct q_merge_contacts *post = merge_giver(m, MERGE_POST);
	const struct q_merge_contacts *mail = merge_giver(m, MERGE_EMAIL);
	const struct q_merge_contacts *seen = merge_narrower(p);
	bool is_open = strcmp(seen->visibility, "everyone") == 0;
	const char *given = merge_giver(m, MERGE_GIVEN_NAME)->given_name;
	const char *family = merge_giver(m, MERGE_FAMILY_NAME)->family_name;
	uint64_t n;
	enum err e;

	if ((e = take_origins(m)) != ERR_OK ||
	    (e = q_merge_put(m->db, is_customer(s) || is_customer(g) ?
	    "customer" : "prospect", s->is_business && g->is_business,
	    s->identity_id != 0 ? s->identity_id : g->identity_id, given,
	    family, contacts_search_key(m->job->arena, arena_printf(
	    m->job->arena, "%s %s", family, given)), merge_giver(m,
	    MERGE_LANGUAGE)->language, mail->email, mail->email_key,
	    merge_giver(m, MERGE_PHONE)->phone, post->street, post->postcode,
	    post->city, post->country, seen->visibility,
	    seen->owner_id == 0 && is_open ? g->owner_id : seen->owner_id,
	    seen->team_id == 0 && is_open ? g->team_id : seen->team_id, most(s->last_person_us,
	    g->last_person_us), ended_us(s, g), least(s->created_us,
	    g->created_us), m->job->now_us, s->id, s->version, &n)) != ERR_OK)
		return e;
	if (n != 1)
		return ERR_CONFLICT;
	return q_merge_drop_contact(m->db, g->id, NULL);
}
