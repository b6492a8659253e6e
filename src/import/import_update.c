/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is newer in a file goes into the record that is there; what was there
 * stays in its history (GDPR 5(1)(d), 15(1)(g)).
 */
#include "import/import_inside.h"

#include <string.h>

#include "base/text.h"
#include "base/tree.h"
#include "keys/person.h"

/* One field that the file changes. */
struct edit {
	const char *field;
	const struct custom_field *own;	/* NULL: a column of the record */
	const char *before, *after;
	int64_t noted_us;	/* of a value that was there, beside the record */
	uint64_t was_id;	/* of the organisation that was there */
	const struct q_import_origins *from;	/* NULL: as the record's */
};

/* A record with what the file changes in it. */
struct editing {
	struct import_match *match;
	const char *values[IMPORT_FIELD__MAX];	/* the record's, edited */
	struct edit edits[IMPORT_FIELD__MAX + IMPORT_COLUMNS_MAX];
	size_t n;
	bool has_moved;		/* to another organisation */
};

/* What is noted of some records. */
struct noted {
	struct q_import_origins *from;
	size_t n_from;
	struct custom_value *own;
	size_t n_own;
	struct q_import_members *members;
	size_t n_members;
};

/* Some records at once: as many as one statement takes. */
struct updating {
	struct import_storing *s;
	struct editing list[DB_EACH_MAX];
	size_t n;
	/* lines for the history and the origins, written when there are enough */
	struct q_contacts_history_insert_each lines[DB_EACH_MAX];
	struct q_contacts_provenance_put_each from[DB_EACH_MAX];
	size_t n_lines;
	struct custom_storing own[DB_EACH_MAX];
	size_t n_own;
};

/* What the record holds of each field. */
static void
begin_editing(struct editing *k, struct import_match *m)
{
	const struct q_import_known *known = m->known;

	memset(k, 0, sizeof(*k));
	k->match = m;
	k->values[IMPORT_KIND] = known->kind;
	k->values[IMPORT_GIVEN_NAME] = known->given_name;
	k->values[IMPORT_FAMILY_NAME] = known->family_name;
	k->values[IMPORT_LANGUAGE] = known->language;
	k->values[IMPORT_PHONE] = known->phone == NULL ? "" : known->phone;
	k->values[IMPORT_STREET] = known->street;
	k->values[IMPORT_POSTCODE] = known->postcode;
	k->values[IMPORT_CITY] = known->city;
	k->values[IMPORT_COUNTRY] = known->country;
}

/* What was noted of a field; NULL: nothing but the record's own. */
static const struct q_import_origins *
origin_of(const struct editing *k, const char *field,
    const struct noted *noted)
{
	const struct q_import_origins *from = noted->from;
	size_t i;

	for (i = 0; i < noted->n_from; i++)
		if (from[i].contact_id == k->match->known->id &&
		    strcmp(from[i].field, field) == 0)
			return &from[i];
	return NULL;
}

/* Whether the file is newer than that. */
static bool
may_replace(const struct editing *k, const struct edit *edit)
{
	const struct q_import_known *known = k->match->known;
	int64_t at_us = edit->noted_us != 0 ? edit->noted_us :
	    known->collected_us;

	return import_is_newer(&k->match->terms, edit->from == NULL ? at_us :
	    edit->from->at_us, edit->from == NULL ? known->source :
	    edit->from->source, *edit->before == '\0');
}

/* An empty cell says nothing; the address is what the record was found by. */
static void
collect_edits(struct editing *k, const struct noted *noted)
{
	const struct import_row *row = k->match->row;
	struct edit edit;
	const char *value;
	enum import_field f;

	for (f = 0; f < IMPORT_RECORD__MAX; f++) {
		value = f == IMPORT_PHONE ? row->phone : row->values[f];
		if (f == IMPORT_EMAIL || value == NULL || *value == '\0' ||
		    strcmp(value, k->values[f]) == 0)
			continue;
		edit = (struct edit){ .field = import_field_names[f],
		    .before = k->values[f], .after = value,
		    .from = origin_of(k, import_field_names[f], noted) };
		if (!may_replace(k, &edit))
			continue;
		k->edits[k->n++] = edit;
		k->values[f] = value;
	}
}

static const struct custom_value *
own_value(const struct editing *k, const struct custom_field *own,
    const struct noted *noted)
{
	size_t i;

	for (i = 0; i < noted->n_own; i++)
		if (noted->own[i].contact_id == k->match->known->id &&
		    noted->own[i].field == own)
			return &noted->own[i];
	return NULL;
}

static void
collect_own(struct editing *k, const struct import_columns *columns,
    const struct noted *noted)
{
	const struct import_row *row = k->match->row;
	const struct custom_value *value;
	struct edit edit;
	size_t i;

	for (i = 0; i < columns->n; i++) {
		if (columns->own[i] == NULL || *row->own[i] == '\0')
			continue;
		value = own_value(k, columns->own[i], noted);
		edit = (struct edit){ .field = columns->own[i]->name,
		    .own = columns->own[i], .before = value == NULL ? "" :
		    value->text, .after = row->own[i], .noted_us = value ==
		    NULL ? 0 : value->at_us, .from = origin_of(k,
		    columns->own[i]->name, noted) };
		if (strcmp(edit.before, edit.after) != 0 && may_replace(k,
		    &edit))
			k->edits[k->n++] = edit;
	}
}

static void
empty(struct editing *k, const char *field, const char *before,
    const struct noted *noted)
{
	if (*before != '\0')
		k->edits[k->n++] = (struct edit){ .field = field,
		    .before = before, .after = "", .from = origin_of(k, field,
		    noted) };
}

/*
 * Who belongs elsewhere belongs there no more, nor has what they were there;
 * whoever runs a business of their own is not moved by a file.
 */
static void
collect_organisation(struct import_storing *s, struct editing *k,
    const struct noted *noted)
{
	struct import_organisation *o = k->match->organisation;
	const struct q_import_members *is = NULL;
	struct edit edit;
	size_t i;

	for (i = 0; i < noted->n_members; i++)
		if (noted->members[i].contact_id == k->match->known->id)
			is = &noted->members[i];
	if (is != NULL && (is->is_own || is->organisation_id == o->id))
		return;
	edit = (struct edit){ .field = "organisation", .before = is == NULL ?
	    "" : is->name, .after = o->name, .noted_us = is == NULL ? 0 :
	    is->at_us, .was_id = is == NULL ? 0 : is->organisation_id,
	    .from = origin_of(k, "organisation", noted) };
	if (!may_replace(k, &edit))
		return;
	k->edits[k->n++] = edit;
	k->has_moved = o->is_wanted = true;
	if (is == NULL)
		return;
	empty(k, "job_title", is->job_title, noted);
	empty(k, "member_since", is->since.y == 0 ? "" : day_write(s->a,
	    is->since), noted);
}

static enum err
write_lines(struct updating *u)
{
	size_t n = u->n_lines, n_own = u->n_own;
	enum err e;

	u->n_lines = u->n_own = 0;
	if (n == 0)
		return ERR_OK;
	if ((e = q_contacts_history_insert(u->s->db, u->lines, n, NULL)) !=
	    ERR_OK || (e = custom_store_each(u->s->db, u->s->a, u->own,
	    n_own)) != ERR_OK)
		return e;
	return q_contacts_provenance_put(u->s->db, u->from, n, NULL);
}

/* What is needed to take the edits back: values, and where they came from. */
static void
keep_before(const struct import_storing *s, const struct editing *k,
    const unsigned char key[KEY_BYTES])
{
	struct import_row *row = k->match->row;
	const struct q_import_origins *from;
	json_t *before = json_object(), *one;
	size_t i;

	for (i = 0; i < k->n; i++) {
		from = k->edits[i].from;
		one = json_pack("{s:s, s:I, s:I}", "value",
		    k->edits[i].before, "noted", (json_int_t)
		    k->edits[i].noted_us, "id", (json_int_t)
		    k->edits[i].was_id);
		if (from != NULL)
			json_object_set_new(one, "from", json_pack(
			    "{s:s, s:s, s:I, s:I}", "source", from->source,
			    "basis", from->basis, "notice", (json_int_t)
			    from->notice_version_id, "at", (json_int_t)
			    from->at_us));
		json_object_set_new(before, k->edits[i].field, one);
	}
	row->before = person_seal(s->a, key, "import_row", "before_sealed",
	    k->match->known->id, tree_text(s->a, before, JSON_COMPACT));
	row->version = k->match->known->version + 1;
	json_decref(before);
}

static enum err
note_edits(struct updating *u, const struct editing *k,
    const unsigned char key[KEY_BYTES])
{
	const struct import_storing *s = u->s;
	uint64_t id = k->match->known->id;
	const struct edit *edit;
	size_t i;
	enum err e;

	for (i = 0; i < k->n; i++) {
		if (u->n_lines == DB_EACH_MAX &&
		    (e = write_lines(u)) != ERR_OK)
			return e;
		edit = &k->edits[i];
		u->lines[u->n_lines] =
		    (struct q_contacts_history_insert_each){
		    .contact_id = id, .field = edit->field,
		    .old_sealed = person_seal(s->a, key, "contact_history",
		    "old_sealed", id, edit->before),
		    .new_sealed = person_seal(s->a, key, "contact_history",
		    "new_sealed", id, edit->after),
		    .by_kind = "program", .at_us = s->import->job->now_us };
		u->from[u->n_lines++] =
		    (struct q_contacts_provenance_put_each){
		    .contact_id = id, .field = edit->field,
		    .source = k->match->source, .basis = edit->own == NULL ?
		    k->match->terms.basis : edit->own->basis,
		    .at_us = k->match->collected_us };
		if (edit->own != NULL)
			u->own[u->n_own++] = (struct custom_storing){ {
			    edit->own, id, edit->after,
			    k->match->collected_us }, key };
	}
	return ERR_OK;
}

static enum err
store_edits(const struct import_storing *s, const struct editing *k)
{
	const char *const *v = k->values;

	return q_import_edit(s->db, v[IMPORT_KIND], v[IMPORT_GIVEN_NAME],
	    v[IMPORT_FAMILY_NAME], import_sort_name(s->a,
	    v[IMPORT_FAMILY_NAME], v[IMPORT_GIVEN_NAME]), v[IMPORT_LANGUAGE],
	    *v[IMPORT_PHONE] == '\0' ? NULL : v[IMPORT_PHONE],
	    v[IMPORT_STREET], v[IMPORT_POSTCODE], v[IMPORT_CITY],
	    v[IMPORT_COUNTRY], s->import->job->now_us, k->match->known->id,
	    NULL);
}

static enum err
store_members(struct updating *u)
{
	struct q_import_members_put_each each[DB_EACH_MAX];
	const struct editing *k;
	size_t i, n = 0;

	for (i = 0; i < u->n; i++) {
		k = &u->list[i];
		if (k->has_moved)
			each[n++] = (struct q_import_members_put_each){
			    .contact_id = k->match->known->id,
			    .organisation_id = k->match->organisation->id,
			    .at_us = k->match->collected_us };
	}
	return n == 0 ? ERR_OK : q_import_members_put(u->s->db, each, n,
	    NULL);
}

/* Those of the list that the file changes, with the keys of their people. */
static enum err
store_changed(struct updating *u)
{
	unsigned char keys[DB_EACH_MAX][KEY_BYTES];
	uint64_t ids[DB_EACH_MAX];
	const struct job *job = u->s->import->job;
	const struct person_keys wanted = { ids, u->n, PERSON_LIVE,
	    job->now_us };
	size_t i;
	enum err e;

	for (i = 0; i < u->n; i++)
		ids[i] = u->list[i].match->known->id;
	if ((e = person_keys_take(u->s->db, u->s->a, job->keys, &wanted,
	    keys)) == ERR_OK)
		for (i = 0; i < u->n && e == ERR_OK; i++)
			if ((e = store_edits(u->s, &u->list[i])) == ERR_OK) {
				keep_before(u->s, &u->list[i], keys[i]);
				e = note_edits(u, &u->list[i], keys[i]);
			}
	if (e == ERR_OK)
		e = write_lines(u);	/* with the keys */
	secret_wipe(keys, sizeof(keys));
	return e;
}

static enum err
read_members(struct updating *u, struct noted *noted)
{
	struct q_import_members_each each[DB_EACH_MAX];
	size_t i;

	for (i = 0; i < u->n; i++)
		each[i].contact_id = u->list[i].match->known->id;
	return q_import_members(u->s->db, u->s->a, each, u->n,
	    &noted->members, &noted->n_members);
}

/* What there is of those of the list. */
static enum err
read_noted(struct updating *u, struct noted *noted)
{
	const struct import *import = u->s->import;
	const struct custom_reading reading = { .keys = import->job->keys,
	    .fields = &import->columns.own_fields };
	struct q_import_origins_each each[DB_EACH_MAX];
	uint64_t ids[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < u->n; i++)
		ids[i] = each[i].contact_id = u->list[i].match->known->id;
	noted->n_own = noted->n_members = 0;
	if (u->s->n_organisations > 0 && (e = read_members(u, noted)) !=
	    ERR_OK)
		return e;
	if ((e = q_import_origins(u->s->db, u->s->a, each, u->n,
	    &noted->from, &noted->n_from)) != ERR_OK ||
	    import->columns.own_fields.n == 0)
		return e;
	return custom_values_load_each(u->s->db, u->s->a, &reading, ids,
	    u->n, &noted->own, &noted->n_own);
}

/* The list, less those in which nothing is older than the file. */
static enum err
update_some(struct updating *u)
{
	struct noted noted;
	struct editing *k;
	size_t i, n = 0;
	enum err e;

	if ((e = read_noted(u, &noted)) != ERR_OK)
		return e;
	for (i = 0; i < u->n; i++) {
		k = &u->list[i];
		collect_edits(k, &noted);
		if (u->s->import->columns.own_fields.n > 0)
			collect_own(k, &u->s->import->columns, &noted);
		if (k->match->organisation != NULL)
			collect_organisation(u->s, k, &noted);
		if (k->n == 0)
			k->match->row->outcome = IMPORT_SAME;
		else
			u->list[n++] = *k;
	}
	u->n = n;
	if (n > 0 && (e = import_organisations_make(u->s)) == ERR_OK &&
	    !u->s->import->is_dry && (e = store_members(u)) == ERR_OK)
		e = store_changed(u);
	u->n = 0;
	return e;
}

enum err
import_update(struct import_storing *s)
{
	struct updating *u = arena_take(s->a, sizeof(*u));
	size_t i;
	enum err e;

	u->s = s;
	u->n = u->n_lines = u->n_own = 0;
	for (i = 0; i < s->n; i++) {
		if (s->matches[i].row->outcome != IMPORT_CHANGED)
			continue;
		begin_editing(&u->list[u->n++], &s->matches[i]);
		if (u->n == DB_EACH_MAX && (e = update_some(u)) != ERR_OK)
			return e;
	}
	return u->n == 0 ? ERR_OK : update_some(u);
}
