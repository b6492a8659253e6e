/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of a file against the contacts that are there, and against those who
 * must not come back (GDPR 5(1)(d), 15(1)(g), 17(1), 18, 21(3)).
 */
#include "import/import.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts.h"
#include "contacts/contacts_search.h"
#include "db/queries.h"
#include "keys/person.h"

#define EDITS_MAX	IMPORT_FIELD__MAX

/* A row with what is there for its address. */
struct match {
	struct import_row *row;
	const struct q_import_known *known;	/* NULL: nobody */
	bool is_many;
};

struct storing {
	const struct import *import;
	struct db *db;
	struct arena *a;
	struct match *matches;
	size_t n;
	const char *source;	/* "import:" and what it is called */
	int64_t collected_us;
};

static enum err
find_some(struct storing *s, size_t at, size_t n)
{
	struct q_import_known_each keys[DB_EACH_MAX];
	struct q_import_known *rows;
	struct match *m;
	size_t i, j, n_rows;
	enum err e;

	for (i = 0; i < n; i++)
		keys[i].email_key = text_bytes(
		    s->matches[at + i].row->address.key);
	if ((e = q_import_known(s->db, s->a, keys, n, &rows, &n_rows)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n_rows; i++)
		for (j = at; j < at + n; j++) {
			m = &s->matches[j];
			if (strcmp(m->row->address.key, arena_textn(s->a,
			    rows[i].email_key.ptr, rows[i].email_key.len)) !=
			    0)
				continue;
			m->is_many = m->known != NULL;
			m->known = &rows[i];
		}
	return ERR_OK;
}

static enum err
find_known(struct storing *s)
{
	size_t at, some;
	enum err e;

	for (at = 0; at < s->n; at += some) {
		some = s->n - at < DB_EACH_MAX ? s->n - at : DB_EACH_MAX;
		if ((e = find_some(s, at, some)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/*
 * A number that the record holds is not brought back by the file: whoever gave
 * it has done so.
 */
static bool
has_new_phone(const struct match *m)
{
	return m->row->phone != NULL && (m->known == NULL ||
	    !text_equal(m->known->phone, m->row->phone));
}

static const char *
refusal(struct arena *a, const char *what, const char *basis)
{
	return arena_printf(a, "%s must not be written to: %s (%s)", what,
	    text_starts(basis, "GDPR 17") ? "erased" : "objected", basis);
}

static enum err
refuse_suppressed(struct storing *s)
{
	struct consent_identifier *list = arena_take(s->a,
	    (2 * s->n + 1) * sizeof(*list));
	struct import_row *row;
	size_t i, n = 0;
	enum err e;

	for (i = 0; i < s->n; i++) {
		row = s->matches[i].row;
		list[n++] = (struct consent_identifier){ "email",
		    row->address.key, NULL };
		if (has_new_phone(&s->matches[i]))
			list[n++] = (struct consent_identifier){ "phone",
			    row->phone, NULL };
	}
	if ((e = consent_suppressed(s->db, s->a, s->import->job->keys, list,
	    n, s->import->job->now_us)) != ERR_OK)
		return e;
	for (i = n = 0; i < s->n; i++) {
		row = s->matches[i].row;
		if (list[n].basis != NULL)
			row->reason = refusal(s->a, "this address",
			    list[n].basis);
		n++;
		if (has_new_phone(&s->matches[i])) {
			if (row->reason == NULL && list[n].basis != NULL)
				row->reason = refusal(s->a, "this number",
				    list[n].basis);
			n++;
		}
		if (row->reason != NULL)
			row->outcome = IMPORT_SUPPRESSED;
	}
	return ERR_OK;
}

static void
set(struct import_row *row, enum import_outcome outcome, const char *reason)
{
	row->outcome = outcome;
	row->reason = reason;
}

/* What becomes of a row by what is known of its address. */
static void
decide(const struct storing *s, const struct match *m)
{
	if (m->row->outcome == IMPORT_SUPPRESSED || m->known == NULL)
		return;
	switch (s->import->terms.policy) {
	case IMPORT_CREATE:
		set(m->row, IMPORT_REJECTED, "email: known already");
		break;
	case IMPORT_SKIP:
		set(m->row, IMPORT_SAME, NULL);
		break;
	case IMPORT_UPDATE:
		if (m->is_many)
			set(m->row, IMPORT_REJECTED,
			    "email: of several records");
		else if (m->known->restricted_us != 0)
			set(m->row, IMPORT_REJECTED,
			    "the use of this record is restricted (GDPR 18)");
		else
			set(m->row, IMPORT_CHANGED, NULL);
		break;
	case IMPORT_POLICY__MAX:
		assert(false);
	}
}

static const char *
or_default(const char *value, const char *fallback)
{
	return *value == '\0' ? fallback : value;
}

static const char *
sort_name(struct arena *a, const char *family, const char *given)
{
	return contacts_search_key(a, arena_printf(a, "%s %s", family,
	    given));
}

static struct q_import_contact_each
contact_of(const struct storing *s, const struct import_row *row)
{
	const char *const *v = row->values;
	const struct job *job = s->import->job;

	return (struct q_import_contact_each){
	    .reference = contacts_reference(s->a),
	    .kind = or_default(v[IMPORT_KIND], "prospect"),
	    .given_name = v[IMPORT_GIVEN_NAME],
	    .family_name = v[IMPORT_FAMILY_NAME],
	    .sort_name = sort_name(s->a, v[IMPORT_FAMILY_NAME],
	    v[IMPORT_GIVEN_NAME]),
	    .language = or_default(v[IMPORT_LANGUAGE],
	    job->config->languages[0]),
	    .email = row->address.mail,
	    .email_key = text_bytes(row->address.key), .phone = row->phone,
	    .street = v[IMPORT_STREET], .postcode = v[IMPORT_POSTCODE],
	    .city = v[IMPORT_CITY], .country = v[IMPORT_COUNTRY],
	    .source = s->source, .basis = s->import->terms.basis,
	    .collected_us = s->collected_us,
	    .last_person_us = s->collected_us, .created_us = job->now_us,
	    .updated_us = job->now_us };
}

static enum err
store_new(struct storing *s)
{
	struct q_import_contact_each rows[DB_EACH_MAX];
	size_t i, n = 0;
	enum err e = ERR_OK;

	for (i = 0; i < s->n && e == ERR_OK; i++) {
		if (s->matches[i].row->outcome != IMPORT_NEW)
			continue;
		rows[n++] = contact_of(s, s->matches[i].row);
		if (n == DB_EACH_MAX) {
			e = q_import_contact(s->db, rows, n, NULL);
			n = 0;
		}
	}
	return e != ERR_OK || n == 0 ? e : q_import_contact(s->db, rows, n,
	    NULL);
}

/* A record with what the file changes in it. */
struct editing {
	const struct q_import_known *known;
	const char *values[IMPORT_FIELD__MAX];	/* the record's, edited */
	struct {
		enum import_field field;
		const char *before;
	} edits[EDITS_MAX];
	size_t n;
};

/* What the record holds of each field. */
static void
begin_editing(struct editing *k, const struct q_import_known *known)
{
	memset(k, 0, sizeof(*k));
	k->known = known;
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

/* Whether the file is newer than what was noted of a field. */
static bool
may_replace(const struct storing *s, const struct editing *k,
    enum import_field field, const struct q_contacts_provenance *from,
    size_t n_from)
{
	const char *source = k->known->source;
	int64_t at_us = k->known->collected_us;
	size_t i;

	for (i = 0; i < n_from; i++)
		if (strcmp(from[i].field, import_field_names[field]) == 0) {
			source = from[i].source;
			at_us = from[i].at_us;
		}
	return import_is_newer(&s->import->terms, at_us, source,
	    *k->values[field] == '\0');
}

/* An empty cell says nothing; the address is what the record was found by. */
static enum err
collect_edits(const struct storing *s, const struct match *m,
    struct editing *k)
{
	struct q_contacts_provenance *from;
	const char *value;
	enum import_field f;
	size_t n_from;
	enum err e;

	begin_editing(k, m->known);
	if ((e = q_contacts_provenance(s->db, s->a, m->known->id, &from,
	    &n_from)) != ERR_OK)
		return e;
	for (f = 0; f < IMPORT_FIELD__MAX; f++) {
		value = f == IMPORT_PHONE ? m->row->phone : m->row->values[f];
		if (f == IMPORT_EMAIL || value == NULL || *value == '\0' ||
		    strcmp(value, k->values[f]) == 0 ||
		    !may_replace(s, k, f, from, n_from))
			continue;
		k->edits[k->n].field = f;
		k->edits[k->n++].before = k->values[f];
		k->values[f] = value;
	}
	return ERR_OK;
}

static enum err
store_history(const struct storing *s, const struct editing *k)
{
	struct q_contacts_history_insert_each lines[EDITS_MAX];
	struct q_contacts_provenance_put_each from[EDITS_MAX];
	const struct job *job = s->import->job;
	const struct person_key wanted = { k->known->id, PERSON_LIVE,
	    job->now_us };
	unsigned char key[KEY_BYTES];
	const char *name;
	size_t i;
	enum err e;

	if ((e = person_key_take(s->db, s->a, job->keys, &wanted, key)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < k->n; i++) {
		name = import_field_names[k->edits[i].field];
		lines[i] = (struct q_contacts_history_insert_each){
		    .contact_id = wanted.contact, .field = name,
		    .old_sealed = person_seal(s->a, key, "contact_history",
		    "old_sealed", wanted.contact, k->edits[i].before),
		    .new_sealed = person_seal(s->a, key, "contact_history",
		    "new_sealed", wanted.contact,
		    k->values[k->edits[i].field]),
		    .by_kind = "program", .at_us = job->now_us };
		from[i] = (struct q_contacts_provenance_put_each){
		    .contact_id = wanted.contact, .field = name,
		    .source = s->source, .basis = s->import->terms.basis,
		    .at_us = s->collected_us };
	}
	secret_wipe(key, sizeof(key));
	if ((e = q_contacts_history_insert(s->db, lines, k->n, NULL)) !=
	    ERR_OK)
		return e;
	return q_contacts_provenance_put(s->db, from, k->n, NULL);
}

static enum err
store_edits(const struct storing *s, const struct editing *k)
{
	const char *const *v = k->values;
	enum err e;

	if ((e = q_import_edit(s->db, v[IMPORT_KIND], v[IMPORT_GIVEN_NAME],
	    v[IMPORT_FAMILY_NAME], sort_name(s->a, v[IMPORT_FAMILY_NAME],
	    v[IMPORT_GIVEN_NAME]), v[IMPORT_LANGUAGE],
	    *v[IMPORT_PHONE] == '\0' ? NULL : v[IMPORT_PHONE],
	    v[IMPORT_STREET], v[IMPORT_POSTCODE], v[IMPORT_CITY],
	    v[IMPORT_COUNTRY], s->import->job->now_us, k->known->id, NULL)) !=
	    ERR_OK)
		return e;
	return store_history(s, k);
}

static enum err
update_known(struct storing *s)
{
	struct editing k;
	struct match *m;
	size_t i;
	enum err e;

	for (i = 0; i < s->n; i++) {
		m = &s->matches[i];
		if (m->row->outcome != IMPORT_CHANGED)
			continue;
		if ((e = collect_edits(s, m, &k)) != ERR_OK)
			return e;
		if (k.n == 0)
			m->row->outcome = IMPORT_SAME;
		else if (!s->import->is_dry &&
		    (e = store_edits(s, &k)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
import_store(const struct import *import, struct db *db,
    struct import_row *const *rows, size_t n)
{
	struct storing s = { .import = import, .db = db,
	    .a = import->job->arena, .n = n,
	    .collected_us = day_start_us(import->terms.date) };
	size_t i;
	enum err e;

	assert(n <= IMPORT_BATCH_ROWS);
	s.source = arena_printf(s.a, "import:%s", import->terms.source);
	s.matches = arena_take(s.a, (n + 1) * sizeof(*s.matches));
	for (i = 0; i < n; i++) {
		s.matches[i].row = rows[i];
		set(rows[i], IMPORT_NEW, NULL);	/* of a try before */
	}
	if ((e = find_known(&s)) != ERR_OK ||
	    (e = refuse_suppressed(&s)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		decide(&s, &s.matches[i]);
	if (!import->is_dry && (e = store_new(&s)) != ERR_OK)
		return e;
	return update_known(&s);
}
