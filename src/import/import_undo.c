/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An import is taken back: who came with it goes, what it changed is put back.
 * Whatever somebody has touched since stays as it is, and is counted
 * (GDPR 5(1)(d), 15(1)(g)).
 */
#include "import/import_work.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "import/import_inside.h"
#include "keys/person.h"
#include "ledger/ledger.h"

/* Some lines being taken back. */
struct undoing {
	struct import_working *w;
	const struct q_import_undo_next *rows;
	size_t n;
	struct custom_fields own;
	const struct q_import_undo_founded *founded;	/* n of them */
	uint64_t n_undone;
	uint64_t n_kept;
	uint64_t gone[DB_EACH_MAX];	/* contacts that go */
	size_t n_gone;
	uint64_t lines[DB_EACH_MAX];	/* that are done with */
	size_t n_lines;
};

enum err
import_remove(struct db *db, const uint64_t *ids, size_t n)
{
	struct q_import_undo_access_each access[DB_EACH_MAX];
	struct q_import_undo_audit_each audit[DB_EACH_MAX];
	struct q_import_undo_words_each words[DB_EACH_MAX];
	struct q_import_undo_origins_each origins[DB_EACH_MAX];
	struct q_import_undo_custom_each own[DB_EACH_MAX];
	struct q_import_undo_members_each members[DB_EACH_MAX];
	struct q_import_undo_rows_each rows[DB_EACH_MAX];
	struct q_import_undo_quarantine_each held[DB_EACH_MAX];
	struct q_import_undo_notices_each notices[DB_EACH_MAX];
	struct q_import_undo_keys_each keys[DB_EACH_MAX];
	struct q_import_undo_contacts_each contacts[DB_EACH_MAX];
	uint64_t n_gone;
	size_t i;
	enum err e;

	for (i = 0; i < n; i++)
		access[i].contact_id = audit[i].contact_id =
		    words[i].contact_id = origins[i].contact_id =
		    own[i].contact_id = members[i].contact_id =
		    rows[i].contact_id = held[i].contact_id =
		    notices[i].contact_id = keys[i].contact_id =
		    contacts[i].id = ids[i];
	if (n == 0)
		return ERR_OK;
	if ((e = q_import_undo_access(db, access, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_audit(db, audit, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_words(db, words, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_origins(db, origins, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_custom(db, own, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_members(db, members, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_rows(db, rows, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_quarantine(db, held, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_notices(db, notices, n, NULL)) != ERR_OK ||
	    (e = q_import_undo_keys(db, keys, n, NULL)) != ERR_OK)
		return e;
	/* somebody has touched one since it was read: once more, without it */
	e = q_import_undo_contacts(db, contacts, n, &n_gone);
	return e != ERR_OK ? e : n_gone == n ? ERR_OK : ERR_CONFLICT;
}

static enum err
remove_lines(struct db *db, const struct undoing *k)
{
	struct q_import_undo_lines_each lines[DB_EACH_MAX];
	size_t i;

	for (i = 0; i < k->n_lines; i++)
		lines[i].line = k->lines[i];
	return k->n_lines == 0 ? ERR_OK : q_import_undo_lines(db, k->w->id,
	    lines, k->n_lines, NULL);
}

/* A record being put back. */
struct putting {
	struct import_working *w;
	struct db *db;
	uint64_t id;
	unsigned char key[KEY_BYTES];
	const char *values[IMPORT_FIELD__MAX];
};

static enum err
put_origin(const struct putting *p, const char *field, const json_t *from)
{
	struct q_contacts_provenance_put_each each = { .contact_id = p->id,
	    .field = field };

	if (from == NULL)
		return q_import_undo_origin(p->db, p->id, field, NULL);
	each.source = json_string_value(json_object_get(from, "source"));
	each.basis = json_string_value(json_object_get(from, "basis"));
	each.notice_version_id = (uint64_t)json_integer_value(
	    json_object_get(from, "notice"));
	each.at_us = json_integer_value(json_object_get(from, "at"));
	if (each.source == NULL || each.basis == NULL)
		return ERR_BUG;
	return q_contacts_provenance_put(p->db, &each, 1, NULL);
}

/* One value being put back, with the line of the history and its origin. */
struct was {
	const char *field;
	const char *now;	/* what the import left */
	const char *value;	/* what stood there before */
	const json_t *before;
};

static enum err
note_field(const struct putting *p, const struct was *was)
{
	struct arena *a = p->w->lead.arena;
	const struct q_contacts_history_insert_each line = {
	    .contact_id = p->id, .field = was->field,
	    .old_sealed = person_seal(a, p->key, "contact_history",
	    "old_sealed", p->id, was->now),
	    .new_sealed = person_seal(a, p->key, "contact_history",
	    "new_sealed", p->id, was->value), .by_kind = "program",
	    .at_us = p->w->lead.now_us };
	enum err e;

	if ((e = q_contacts_history_insert(p->db, &line, 1, NULL)) != ERR_OK)
		return e;
	return put_origin(p, was->field, json_object_get(was->before,
	    "from"));
}

static enum err
put_field(struct putting *p, enum import_field f, const json_t *before)
{
	const struct was was = { import_field_names[f], p->values[f],
		json_string_value(json_object_get(before, "value")), before };

	if (was.value == NULL)
		return ERR_BUG;
	p->values[f] = arena_text(p->w->lead.arena, was.value);
	return note_field(p, &was);
}

/* A value of a custom field goes back, closed or not; what is being removed
 * stays empty. */
static enum err
put_own(const struct putting *p, const struct custom_field *f,
    const char *now, const json_t *before)
{
	const struct was was = { f->name, now, json_string_value(
		json_object_get(before, "value")), before };
	const struct custom_storing storing = { { f, p->id, was.value,
		json_integer_value(json_object_get(before, "noted")) },
		p->key };
	enum err e;

	if (was.value == NULL)
		return ERR_BUG;
	if (f->state != CUSTOM_OPEN && f->state != CUSTOM_CLOSED)
		return ERR_OK;
	e = *was.value == '\0' ? custom_store(p->db, p->w->lead.arena, p->key,
	    &storing.put) : custom_store_each(p->db, p->w->lead.arena,
	    &storing, 1);
	return e == ERR_OK ? note_field(p, &was) : e;
}

static enum err
put_own_fields(const struct putting *p, const struct custom_fields *own,
    json_t *before)
{
	const struct custom_reading reading = { .keys = p->w->lead.keys,
	    .fields = own, .contact_id = p->id };
	const struct custom_field *f;
	struct custom_value *values;
	const char *name;
	json_t *one;
	size_t n;
	enum err e;

	if (own->n == 0)
		return ERR_OK;
	if ((e = custom_values_load(p->db, p->w->lead.arena, &reading,
	    &values, &n)) != ERR_OK)
		return e;
	json_object_foreach(before, name, one)
		if (e == ERR_OK && (f = custom_find_name(own, name)) != NULL)
			e = put_own(p, f, custom_value_of(values, n, f), one);
	return e;
}

static enum err
load_values(struct putting *p)
{
	struct q_import_undo_record r;
	enum err e;

	if ((e = q_import_undo_record(p->db, p->w->lead.arena, p->id, &r)) !=
	    ERR_OK)
		return e;
	p->values[IMPORT_KIND] = r.kind;
	p->values[IMPORT_GIVEN_NAME] = r.given_name;
	p->values[IMPORT_FAMILY_NAME] = r.family_name;
	p->values[IMPORT_LANGUAGE] = r.language;
	p->values[IMPORT_PHONE] = r.phone == NULL ? "" : r.phone;
	p->values[IMPORT_STREET] = r.street;
	p->values[IMPORT_POSTCODE] = r.postcode;
	p->values[IMPORT_CITY] = r.city;
	p->values[IMPORT_COUNTRY] = r.country;
	return ERR_OK;
}

static const char *
value_of(const json_t *before, const char *field)
{
	const char *value = json_string_value(json_object_get(
	    json_object_get(before, field), "value"));

	return value == NULL ? "" : value;
}

/* Where they belonged before; nowhere, if that is gone. */
static enum err
put_back_into(const struct putting *p, const json_t *before)
{
	const json_t *was = json_object_get(before, "organisation");
	const struct q_import_organisations_lock_each each = {
	    (uint64_t)json_integer_value(json_object_get(was, "id")) };
	struct q_import_organisations_lock *there;
	struct day since = { 0, 0, 0 };
	size_t n = 0;
	enum err e;

	if (each.id != 0 && (e = q_import_organisations_lock(p->db,
	    p->w->lead.arena, &each, 1, &there, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return q_organisations_member_end(p->db, p->id, NULL);
	if (*value_of(before, "member_since") != '\0' && day_read(value_of(
	    before, "member_since"), &since) != ERR_OK)
		return ERR_BUG;
	return q_organisations_member_put(p->db, p->id, each.id, value_of(
	    before, "job_title"), since, json_integer_value(json_object_get(
	    was, "noted")), NULL);
}

static enum err
put_member(const struct putting *p, const json_t *before)
{
	static const char *const fields[] = { "organisation", "job_title",
		"member_since" };
	struct q_organisations_of now = { .name = "" };
	struct was was;
	size_t i;
	enum err e;

	if (json_object_get(before, "organisation") == NULL)
		return ERR_OK;
	e = q_organisations_of(p->db, p->w->lead.arena, p->id, &now);
	if ((e != ERR_OK && e != ERR_NOTFOUND) ||
	    (e = put_back_into(p, before)) != ERR_OK)
		return e;
	for (i = 0; i < LENGTH(fields) && e == ERR_OK; i++) {
		was = (struct was){ fields[i], i == 0 ? now.name : "",
		    value_of(before, fields[i]), json_object_get(before,
		    fields[i]) };
		if (was.before != NULL)
			e = note_field(p, &was);
	}
	return e;
}

static enum err
put_fields(struct putting *p, const json_t *before)
{
	const char *const *v = p->values;
	struct arena *a = p->w->lead.arena;
	const json_t *one;
	size_t f;
	enum err e = ERR_OK;

	for (f = 0; f < IMPORT_RECORD__MAX && e == ERR_OK; f++)
		if (f != IMPORT_EMAIL && (one = json_object_get(before,
		    import_field_names[f])) != NULL)
			e = put_field(p, (enum import_field)f, one);
	return e != ERR_OK ? e : q_import_edit(p->db, v[IMPORT_KIND],
	    v[IMPORT_GIVEN_NAME], v[IMPORT_FAMILY_NAME], import_sort_name(a,
	    v[IMPORT_FAMILY_NAME], v[IMPORT_GIVEN_NAME]), v[IMPORT_LANGUAGE],
	    *v[IMPORT_PHONE] == '\0' ? NULL : v[IMPORT_PHONE],
	    v[IMPORT_STREET], v[IMPORT_POSTCODE], v[IMPORT_CITY],
	    v[IMPORT_COUNTRY], p->w->lead.now_us, p->id, NULL);
}

static enum err
put_back(struct undoing *k, struct db *db,
    const struct q_import_undo_next *row)
{
	const struct person_place place = { "import_row", "before_sealed",
	    row->contact_id };
	struct arena *a = k->w->lead.arena;
	struct putting p = { .w = k->w, .db = db, .id = row->contact_id };
	const char *text;
	json_t *before;
	enum err e;

	if ((e = person_key_load(db, a, k->w->lead.keys, p.id, PERSON_LIVE,
	    p.key)) != ERR_OK)
		return e;
	if ((e = person_unseal(a, p.key, &place, row->before_sealed,
	    &text)) == ERR_OK && (e = load_values(&p)) == ERR_OK) {
		before = json_loads(text, 0, NULL);
		if ((e = put_fields(&p, before)) == ERR_OK &&
		    (e = put_member(&p, before)) == ERR_OK)
			e = put_own_fields(&p, &k->own, before);
		json_decref(before);
	}
	secret_wipe(p.key, sizeof(p.key));
	return e;
}

static enum err
undo_one(struct undoing *k, struct db *db,
    const struct q_import_undo_next *row)
{
	bool is_new = strcmp(row->outcome, "created") == 0;

	if (!row->is_later && is_new && !row->is_touched) {
		k->gone[k->n_gone++] = row->contact_id;
		k->n_undone++;
		return ERR_OK;	/* with the line, which names them */
	}
	k->lines[k->n_lines++] = row->line;
	if (row->is_later || is_new) {
		k->n_kept++;
		return ERR_OK;
	}
	k->n_undone++;
	return put_back(k, db, row);
}

static enum err
undo_in_tx(struct db *db, void *arg)
{
	struct undoing *k = arg;
	size_t i;
	enum err e = ERR_OK;

	k->n_undone = k->n_kept = k->n_gone = k->n_lines = 0;
	for (i = 0; i < k->n && e == ERR_OK; i++)
		e = undo_one(k, db, &k->rows[i]);
	if (e != ERR_OK || (e = import_remove(db, k->gone, k->n_gone)) != ERR_OK ||
	    (e = remove_lines(db, k)) != ERR_OK)
		return e;
	return q_import_undo_count(db, k->n_undone, k->n_kept, k->w->id,
	    NULL);
}

/* Organisations that came with the file, and to which nobody belongs. */
static enum err
remove_founded(struct db *db, void *arg)
{
	struct undoing *k = arg;
	struct q_import_undo_founded_words_each words[DB_EACH_MAX];
	struct q_import_undo_organisations_each each[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < k->n; i++)
		words[i].organisation_id = each[i].id = k->founded[i].id;
	if ((e = q_import_undo_founded_words(db, words, k->n, NULL)) !=
	    ERR_OK)
		return e;
	return q_import_undo_organisations(db, each, k->n, NULL);
}

static enum err
end_in_tx(struct db *db, void *arg)
{
	struct undoing *k = arg;
	const struct job *job = &k->w->lead;
	const struct ledger_audit event = { .verb = "import.undone",
	    .actor = "program", .object = "import", .object_id = k->w->id,
	    .at_us = job->now_us };
	enum err e;

	if ((e = q_import_undone(db, job->now_us, job->now_us, k->w->id,
	    NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, job->arena, job->ledger, &event);
}

/* Whether columns of the file were custom fields. */
static bool
has_own(const struct import_working *w)
{
	return w->row.mapping != NULL && strstr(w->row.mapping,
	    "\"" CUSTOM_PREFIX) != NULL;
}

enum err
import_undo_step(struct import_working *w, bool *ret_is_done)
{
	struct undoing k = { .w = w };
	struct q_import_undo_next *rows;
	struct q_import_undo_founded *founded;
	size_t n;
	enum err e;

	if ((e = q_import_undo_next(w->lead.db, w->lead.arena, w->id,
	    w->undo_line, &rows, &k.n)) != ERR_OK)
		return e;
	k.rows = rows;
	if (has_own(w) && (e = custom_fields_load(w->lead.db, w->lead.arena,
	    "en", &k.own)) != ERR_OK)
		return e;
	if (k.n > 0) {
		if ((e = job_tx(&w->lead, undo_in_tx, &k)) == ERR_OK)
			w->undo_line = rows[k.n - 1].line;
		return e;
	}
	if ((e = q_import_undo_founded(w->lead.db, w->lead.arena, w->id,
	    &founded, &n)) != ERR_OK)
		return e;
	if (n > 0) {
		k.founded = founded;
		k.n = n;
		return job_tx(&w->lead, remove_founded, &k);
	}
	*ret_is_done = true;
	return job_tx(&w->lead, end_in_tx, &k);
}
