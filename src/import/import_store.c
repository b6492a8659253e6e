/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of a file against the contacts that are there, and against those who
 * must not come back (GDPR 5(1)(d), 15(1)(g), 17(1), 18, 21(3)).
 */
#include "import/import_inside.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts.h"
#include "contacts/contacts_search.h"

/* Whether who brings the file may see the record of an address. */
static bool
may_see(const struct import *import, const struct q_import_known *known)
{
	return !import->is_scoped ||
	    strcmp(known->visibility, "everyone") == 0 ||
	    (known->owner_id != 0 && known->owner_id == import->staff_id) ||
	    (strcmp(known->visibility, "team") == 0 &&
	    known->team_id != 0 && known->team_id == import->staff_team_id);
}

/*
 * A record of another silo is not there: what the file says of its address is
 * what it says of one that nobody has.
 */
static enum err
find_some(struct import_storing *s, size_t at, size_t n)
{
	struct q_import_known_each keys[DB_EACH_MAX];
	struct q_import_known *rows;
	struct import_match *m;
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
			if (!may_see(s->import, &rows[i]) ||
			    strcmp(m->row->address.key, arena_textn(s->a,
			    rows[i].email_key.ptr, rows[i].email_key.len)) !=
			    0)
				continue;
			m->is_many = m->known != NULL;
			m->known = &rows[i];
		}
	return ERR_OK;
}

static enum err
find_known(struct import_storing *s)
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
has_new_phone(const struct import_match *m)
{
	return m->row->phone != NULL && (m->known == NULL ||
	    !text_equal(m->known->phone, m->row->phone));
}

static void
refuse(struct arena *a, struct import_row *row, enum import_field field,
    const char *basis)
{
	bool is_erased = text_starts(basis, "GDPR 17");

	row->outcome = IMPORT_SUPPRESSED;
	row->why = is_erased ? IMPORT_WHY_ERASED : IMPORT_WHY_OBJECTED;
	row->field = field;
	row->reason = arena_printf(a, "%s must not be written to: %s (%s)",
	    field == IMPORT_EMAIL ? "this address" : "this number",
	    is_erased ? "erased" : "objected", basis);
}

static enum err
refuse_suppressed(struct import_storing *s)
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
			refuse(s->a, row, IMPORT_EMAIL, list[n].basis);
		n++;
		if (has_new_phone(&s->matches[i])) {
			if (row->reason == NULL && list[n].basis != NULL)
				refuse(s->a, row, IMPORT_PHONE,
				    list[n].basis);
			n++;
		}
	}
	return ERR_OK;
}

static void
set(struct import_row *row, enum import_outcome outcome)
{
	row->outcome = outcome;
	row->reason = NULL;
	row->why = IMPORT_WHY_NONE;
	row->field = IMPORT_FIELD__MAX;
	row->contact_id = row->version = 0;
	row->before = (struct bytes){ NULL, 0 };
}

static void
reject(struct import_row *row, enum import_why why, const char *reason)
{
	row->outcome = IMPORT_REJECTED;
	row->why = why;
	row->field = IMPORT_EMAIL;
	row->reason = reason;
}

/* What becomes of a row by what is known of its address. */
static void
decide(const struct import_storing *s, const struct import_match *m)
{
	if (m->row->outcome == IMPORT_SUPPRESSED || m->known == NULL)
		return;
	m->row->contact_id = m->known->id;
	switch (s->import->terms.policy) {
	case IMPORT_CREATE:
		reject(m->row, IMPORT_WHY_KNOWN, "email: known already");
		break;
	case IMPORT_SKIP:
		m->row->outcome = IMPORT_SAME;
		break;
	case IMPORT_UPDATE:
		if (m->is_many)
			reject(m->row, IMPORT_WHY_SEVERAL,
			    "email: of several records");
		else if (m->known->restricted_us != 0)
			reject(m->row, IMPORT_WHY_RESTRICTED,
			    "the use of this record is restricted (GDPR 18)");
		else
			m->row->outcome = IMPORT_CHANGED;
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

const char *
import_sort_name(struct arena *a, const char *family, const char *given)
{
	return contacts_search_key(a, arena_printf(a, "%s %s", family,
	    given));
}

static struct q_import_contact_each
contact_of(const struct import_storing *s, const struct import_row *row)
{
	const char *const *v = row->values;
	const struct job *job = s->import->job;

	return (struct q_import_contact_each){
	    .reference = contacts_reference(s->a),
	    .kind = or_default(v[IMPORT_KIND], "prospect"),
	    .given_name = v[IMPORT_GIVEN_NAME],
	    .family_name = v[IMPORT_FAMILY_NAME],
	    .sort_name = import_sort_name(s->a, v[IMPORT_FAMILY_NAME],
	    v[IMPORT_GIVEN_NAME]),
	    .language = or_default(v[IMPORT_LANGUAGE],
	    job->config->languages[0]),
	    .email = row->address.mail,
	    .email_key = text_bytes(row->address.key), .phone = row->phone,
	    .street = v[IMPORT_STREET], .postcode = v[IMPORT_POSTCODE],
	    .city = v[IMPORT_CITY], .country = v[IMPORT_COUNTRY],
	    .visibility = s->import->terms.team_id == 0 ? "everyone" : "team",
	    .team_id = s->import->terms.team_id,
	    .source = s->source, .basis = s->import->terms.basis,
	    .collected_us = s->collected_us,
	    .last_person_us = s->collected_us, .created_us = job->now_us,
	    .updated_us = job->now_us };
}

/* The numbers that the database gave to new ones. */
static enum err
insert(struct import_storing *s, const struct q_import_contact_each *rows,
    size_t n)
{
	struct q_import_contact *made;
	struct import_row *row;
	size_t i, j, n_made;
	enum err e;

	if ((e = q_import_contact(s->db, s->a, rows, n, &made, &n_made)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n_made; i++)
		for (j = 0; j < s->n; j++) {
			row = s->matches[j].row;
			if (row->outcome == IMPORT_NEW &&
			    made[i].email_key.len == strlen(
			    row->address.key) && memcmp(
			    made[i].email_key.ptr, row->address.key,
			    made[i].email_key.len) == 0) {
				row->contact_id = made[i].id;
				row->version = 1;
			}
		}
	return ERR_OK;
}

static enum err
store_new(struct import_storing *s)
{
	struct q_import_contact_each rows[DB_EACH_MAX];
	size_t i, n = 0;
	enum err e = ERR_OK;

	for (i = 0; i < s->n && e == ERR_OK; i++) {
		if (s->matches[i].row->outcome != IMPORT_NEW)
			continue;
		rows[n++] = contact_of(s, s->matches[i].row);
		if (n == DB_EACH_MAX) {
			e = insert(s, rows, n);
			n = 0;
		}
	}
	return e != ERR_OK || n == 0 ? e : insert(s, rows, n);
}

enum err
import_store(const struct import *import, struct db *db,
    struct import_row *const *rows, size_t n)
{
	struct import_storing s = { .import = import, .db = db,
	    .a = import->job->arena, .n = n,
	    .collected_us = day_start_us(import->terms.date) };
	size_t i;
	enum err e;

	assert(n <= IMPORT_BATCH_ROWS);
	s.source = arena_printf(s.a, "import:%s", import->terms.source);
	s.matches = arena_take(s.a, (n + 1) * sizeof(*s.matches));
	for (i = 0; i < n; i++) {
		s.matches[i].row = rows[i];
		set(rows[i], IMPORT_NEW);	/* of a try before */
	}
	if ((e = find_known(&s)) != ERR_OK ||
	    (e = refuse_suppressed(&s)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		decide(&s, &s.matches[i]);
	if (!import->is_dry && (e = store_new(&s)) != ERR_OK)
		return e;
	return import_update(&s);
}
