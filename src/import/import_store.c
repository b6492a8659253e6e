/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of a file against the contacts that are there, and against those who
 * must not come back (GDPR 5(1)(d), 15(1)(g), 17(1), 18, 21(3)).
 */
#include "import/import_inside.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts.h"
#include "contacts/contacts_index.h"
#include "contacts/contacts_search.h"
#include "import/import_seal.h"
#include "rights/rights_clock.h"

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

/* Both find the same columns. */
_Static_assert(sizeof(struct q_import_known) ==
    sizeof(struct q_import_known_beside), "one row of what is known");

/*
 * Notes for which of the ${n} rows from ${at} on ${known} is the record.  One of
 * another silo is not there: what the file says of its address is what it says
 * of one that nobody has.
 */
static void
note_known(struct import_storing *s, size_t at, size_t n,
    struct q_import_known *known)
{
	const char *key = arena_textn(s->a, known->email_key.ptr,
	    known->email_key.len);
	struct import_match *m;
	size_t j;

	if (!may_see(s->import, known))
		return;
	for (j = at; j < at + n; j++) {
		m = &s->matches[j];
		if (strcmp(m->row->address.key, key) != 0 ||
		    (m->known != NULL && m->known->id == known->id))
			continue;
		m->is_many = m->known != NULL;
		m->known = known;
	}
}

/* By an address that a record has beside its main one. */
static enum err
find_beside(struct import_storing *s, size_t at, size_t n)
{
	struct q_import_known_beside_each keys[DB_EACH_MAX];
	struct q_import_known_beside *rows;
	struct q_import_known *known;
	size_t i, n_rows;
	enum err e;

	for (i = 0; i < n; i++)
		keys[i].value_key = text_bytes(
		    s->matches[at + i].row->address.key);
	if ((e = q_import_known_beside(s->db, s->a, keys, n, &rows,
	    &n_rows)) != ERR_OK)
		return e;
	for (i = 0; i < n_rows; i++) {
		known = arena_take(s->a, sizeof(*known));
		memcpy(known, &rows[i], sizeof(*known));
		note_known(s, at, n, known);
	}
	return ERR_OK;
}

static enum err
find_some(struct import_storing *s, size_t at, size_t n)
{
	struct q_import_known_each keys[DB_EACH_MAX];
	struct q_import_known *rows;
	size_t i, n_rows;
	enum err e;

	for (i = 0; i < n; i++)
		keys[i].email_key = text_bytes(
		    s->matches[at + i].row->address.key);
	if ((e = q_import_known(s->db, s->a, keys, n, &rows, &n_rows)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n_rows; i++)
		note_known(s, at, n, &rows[i]);
	return find_beside(s, at, n);
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
	import_wrong_add(row, is_erased ? IMPORT_WHY_ERASED :
	    IMPORT_WHY_OBJECTED, import_field_names[field],
	    arena_printf(a, "%s must not be written to: %s (%s)",
	    field == IMPORT_EMAIL ? "this address" : "this number",
	    is_erased ? "erased" : "objected", basis));
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
			if (row->n_faults == 0 && list[n].basis != NULL)
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
	row->n_faults = 0;
	row->contact_id = row->version = 0;
	row->before = (struct bytes){ NULL, 0 };
}

static void
reject(struct import_row *row, enum import_why why, const char *reason)
{
	import_reject(row, why, import_field_names[IMPORT_EMAIL], reason);
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
		if (m->lacks != NULL)
			reject(m->row, IMPORT_WHY_UNSTATED,
			    "email: known already, and the row has no basis, source or date");
		else if (m->is_many)
			reject(m->row, IMPORT_WHY_SEVERAL,
			    "email: of several records");
		else if (m->known->restricted_us != 0)
			reject(m->row, IMPORT_WHY_RESTRICTED,
			    "the use of this record is restricted (GDPR 18)");
		else
			m->row->outcome = IMPORT_CHANGED;
		break;
	case IMPORT_DELETE:
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
contact_of(const struct import_storing *s, const struct import_match *m)
{
	const struct import_row *row = m->row;
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
	    .source = m->source, .basis = m->terms.basis == NULL ?
	    "unstated" : m->terms.basis, .quarantined_us = m->lacks == NULL ?
	    0 : job->now_us, .collected_us = m->collected_us,
	    .last_person_us = m->collected_us, .created_us = job->now_us,
	    .updated_us = job->now_us };
}

/* Give the new ones the numbers that the database gave, which come in their
 * order, and the words by which they are found; ${*next}: the first that may
 * be one of them. */
static enum err
insert(struct import_storing *s, const struct q_import_contact_each *rows,
    size_t n, size_t *next)
{
	struct contacts_named people[DB_EACH_MAX];
	struct q_import_contact *made;
	struct import_row *row;
	size_t i = 0, n_made;
	enum err e;

	if ((e = q_import_contact(s->db, s->a, rows, n, &made, &n_made)) !=
	    ERR_OK)
		return e;
	for (; *next < s->n && i < n_made; ++*next) {
		row = s->matches[*next].row;
		if (row->outcome != IMPORT_NEW)
			continue;
		if (made[i].email_key.len != strlen(row->address.key) ||
		    memcmp(made[i].email_key.ptr, row->address.key,
		    made[i].email_key.len) != 0)
			return ERR_BUG;
		row->contact_id = made[i].id;
		row->version = 1;
		people[i++] = (struct contacts_named){ row->contact_id,
		    row->values[IMPORT_FAMILY_NAME],
		    row->values[IMPORT_GIVEN_NAME] };
	}
	return contacts_index_names(s->db, s->a, people, i);
}

static enum err
store_new(struct import_storing *s)
{
	struct q_import_contact_each rows[DB_EACH_MAX];
	size_t i, n = 0, next = 0;
	enum err e = ERR_OK;

	for (i = 0; i < s->n && e == ERR_OK; i++) {
		if (s->matches[i].row->outcome != IMPORT_NEW)
			continue;
		rows[n++] = contact_of(s, &s->matches[i]);
		if (n == DB_EACH_MAX) {
			e = insert(s, rows, n, &next);
			n = 0;
		}
	}
	return e != ERR_OK || n == 0 ? e : insert(s, rows, n, &next);
}

/* When who is new must have been told, GDPR 14(3)(a). */
static struct day
tell_by(const struct import *import)
{
	return import->tell_by.y != 0 ? import->tell_by : rights_due(
	    day_of(import->job->now_us), RIGHTS_MONTHS, holidays_at("EU"));
}

static struct q_import_notice_each
notice_of(const struct import_storing *s, const struct import_match *m)
{
	int64_t now_us = s->import->job->now_us;

	return (struct q_import_notice_each){
	    .contact_id = m->row->contact_id, .state = m->lacks == NULL ?
	    "due" : "held", .due_day = tell_by(s->import),
	    .send_us = s->import->id == 0 ? now_us : now_us +
	    IMPORT_UNDO_DAYS * DAY_US, .created_us = now_us };
}

/* Who is new is to be told; who lacks something waits for it (X22). */
static enum err
queue_new(struct import_storing *s)
{
	struct day remove = day_add_months(day_of(s->import->job->now_us), 1);
	struct q_import_notice_each notices[DB_EACH_MAX];
	struct q_import_quarantine_each held[DB_EACH_MAX];
	const struct import_match *m;
	size_t i, n = 0, n_held = 0;
	enum err e = ERR_OK;

	for (i = 0; i < s->n && e == ERR_OK; i++) {
		m = &s->matches[i];
		if (m->row->outcome == IMPORT_NEW) {
			notices[n++] = notice_of(s, m);
			if (m->lacks != NULL)
				held[n_held++] =
				    (struct q_import_quarantine_each){
				    .contact_id = m->row->contact_id,
				    .import_id = s->import->id,
				    .lacks = m->lacks, .remove_day = remove };
		}
		if (n < DB_EACH_MAX && i + 1 < s->n)
			continue;
		if (n > 0)
			e = q_import_notice(s->db, notices, n, NULL);
		if (e == ERR_OK && n_held > 0)
			e = q_import_quarantine(s->db, held, n_held, NULL);
		n = n_held = 0;
	}
	return e;
}

/* Who is to be deleted is named, no more (CS12): another silo's record is as
 * unknown as one that there is not. */
static void
list_known(const struct import_match *m)
{
	if (m->known == NULL) {
		reject(m->row, IMPORT_WHY_UNKNOWN,
		    "email: nobody that you may see");
		m->row->outcome = IMPORT_UNKNOWN;
	} else if (m->is_many) {
		reject(m->row, IMPORT_WHY_SEVERAL,
		    "email: of several records");
	} else {
		m->row->outcome = IMPORT_LISTED;
		m->row->contact_id = m->known->id;
	}
}

enum err
import_store(const struct import *import, struct db *db,
    struct import_row *const *rows, size_t n)
{
	struct import_storing s = { .import = import, .db = db,
	    .a = import->job->arena, .n = n };
	size_t i;
	enum err e;

	assert(n <= IMPORT_BATCH_ROWS);
	s.matches = arena_take(s.a, (n + 1) * sizeof(*s.matches));
	for (i = 0; i < n; i++) {
		s.matches[i].row = rows[i];
		set(rows[i], IMPORT_NEW);	/* of a try before */
		import_terms_of(&s, &s.matches[i]);
	}
	if ((!import->is_dry && (e = import_own_lock(&s)) != ERR_OK) ||
	    (e = find_known(&s)) != ERR_OK)
		return e;
	if (import->terms.policy == IMPORT_DELETE) {
		for (i = 0; i < n; i++)
			list_known(&s.matches[i]);
		return ERR_OK;
	}
	if ((e = refuse_suppressed(&s)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		decide(&s, &s.matches[i]);
	if ((e = import_organisations_find(&s)) != ERR_OK ||
	    (e = import_organisations_make(&s)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		rows[i]->is_quarantined = rows[i]->outcome == IMPORT_NEW &&
		    s.matches[i].lacks != NULL;
	if (!import->is_dry && ((e = store_new(&s)) != ERR_OK ||
	    (e = import_own_put(&s)) != ERR_OK ||
	    (e = import_organisations_put(&s)) != ERR_OK ||
	    (e = queue_new(&s)) != ERR_OK))
		return e;
	return import_update(&s);
}
