/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of further addresses and numbers, each write under the contact's lock:
 * what an erasure does meanwhile comes wholly before or wholly after.
 * Law: GDPR 5(1)(d), 15(1)(g), 16, 17, 21(3).
 */
#include "contacts/contacts_reach.h"

#include <assert.h>
#include <string.h>

#include "base/address.h"
#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts.h"
#include "contacts/contacts_search.h"
#include "db/queries.h"
#include "html/words.h"
#include "keys/person.h"

#define MAIN_LABEL_EMAIL	"private"	/* of a main one that steps back */
#define MAIN_LABEL_PHONE	"mobile"

/* One write: the record, its entries, and the one that is meant. */
struct writing {
	struct db *db;
	struct arena *a;
	const struct keys *keys;
	const struct contacts_reach *by;
	struct q_reach_lock record;
	struct q_reach_list *rows;
	size_t n;
	const struct q_reach_list *row;	/* NULL: a new one */
};

const char *
contacts_reach_word(const char *label)
{
	static const struct words_label words[] = {
		{ "private", N_("private") }, { "work", N_("work") },
		{ "mobile", N_("mobile") }, { "other", N_("other") },
		{ NULL, NULL }
	};

	return words_label(words, label);
}

const char *
contacts_reach_line(struct arena *a, const char *value, const char *label)
{
	return arena_printf(a, "%s %s", value, label);
}

enum err
contacts_reach_read(struct arena *a, const char *kind, const char *text,
    const char *country, const char **ret_value, const char **ret_key)
{
	struct address address;
	char *phone;
	enum err e;

	if (strcmp(kind, "email") == 0) {
		if ((e = address_read(a, text, &address)) != ERR_OK)
			return e;
		*ret_value = address.mail;
		*ret_key = address.key;
		return ERR_OK;
	}
	if ((e = contacts_phone_read(a, text, country, &phone)) != ERR_OK)
		return e;
	*ret_value = *ret_key = phone;
	return ERR_OK;
}

static const char *
key_text(struct arena *a, struct bytes key)
{
	return key.ptr == NULL ? "" : arena_textn(a, key.ptr, key.len);
}

const struct q_reach_list *
contacts_reach_find(const struct q_reach_list *rows, size_t n, uint64_t id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

bool
contacts_reach_has(struct arena *a, const struct q_reach_list *rows, size_t n,
    const char *key, uint64_t but_id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rows[i].id != but_id &&
		    strcmp(key_text(a, rows[i].value_key), key) == 0)
			return true;
	return false;
}

/* The lock, then what is there; ERR_CONFLICT for what was changed since. */
static enum err
begin(struct writing *w)
{
	const struct contacts_reach *by = w->by;
	enum err e;

	if ((e = q_reach_lock(w->db, w->a, by->contact_id, &w->record)) !=
	    ERR_OK ||
	    (e = q_reach_list(w->db, w->a, by->contact_id, &w->rows,
	    &w->n)) != ERR_OK)
		return e;
	if (text_equal(w->record.restriction, "erasure"))
		return ERR_CONFLICT;
	if (by->id == 0)
		return ERR_OK;
	w->row = contacts_reach_find(w->rows, w->n, by->id);
	return w->row == NULL || (by->seen != NULL && strcmp(by->seen,
	    contacts_reach_line(w->a, w->row->value, w->row->label)) != 0) ?
	    ERR_CONFLICT : ERR_OK;
}

static bool
is_main(const struct writing *w, const char *kind, const char *key)
{
	return strcmp(kind, "email") == 0 ? strcmp(key_text(w->a,
	    w->record.email_key), key) == 0 : text_equal(w->record.phone,
	    key);
}

static const char *
source_of(const struct writing *w)
{
	return w->by->is_person ? "account" : "staff";
}

static const char *
history_field(const char *kind)
{
	return strcmp(kind, "email") == 0 ? "other_email" : "other_phone";
}

/* Lines of the history, none for what stays as it is. */
static enum err
remember(struct writing *w, const struct contacts_change *changes, size_t n)
{
	struct q_contacts_history_insert_each lines[2];
	const struct contacts_reach *by = w->by;
	const struct person_key wanted = { by->contact_id, PERSON_LIVE,
	    by->at_us };
	unsigned char key[KEY_BYTES];
	size_t i;
	enum err e;

	assert(n <= LENGTH(lines));
	if ((e = person_key_take(w->db, w->a, w->keys, &wanted, key)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		lines[i] = (struct q_contacts_history_insert_each){
		    .contact_id = by->contact_id, .field = changes[i].field,
		    .old_sealed = person_seal(w->a, key, "contact_history",
		    "old_sealed", by->contact_id, changes[i].before),
		    .new_sealed = person_seal(w->a, key, "contact_history",
		    "new_sealed", by->contact_id, changes[i].after),
		    .by_kind = by->is_person ? "person" : "staff",
		    .by_staff_id = by->staff_id, .at_us = by->at_us };
	secret_wipe(key, sizeof(key));
	return q_contacts_history_insert(w->db, lines, n, NULL);
}

static enum err
touch(const struct writing *w)
{
	return q_reach_touch(w->db, w->by->is_person ? w->by->at_us : 0,
	    w->by->at_us, w->by->contact_id, NULL);
}

static enum err
let_go(const struct writing *w)
{
	const struct consent_identifier gone = { w->row->kind,
	    key_text(w->a, w->row->value_key), NULL };

	return consent_suppress_gone(w->db, w->a, w->keys,
	    w->by->contact_id, &gone);
}

static enum err
insert(struct writing *w)
{
	const struct contacts_reach *by = w->by;

	if (w->n >= CONTACTS_REACH_MAX)
		return ERR_CONFLICT;
	return q_reach_insert(w->db, by->contact_id, by->kind, by->value,
	    text_bytes(by->key), by->label, source_of(w), w->record.basis,
	    w->record.notice_version_id, by->at_us, NULL);
}

/* Another label leaves where the value came from. */
static enum err
change(struct writing *w)
{
	const struct contacts_reach *by = w->by;
	const struct q_reach_list *row = w->row;
	enum err e;

	if (strcmp(by->value, row->value) == 0)
		return q_reach_update(w->db, row->value, row->value_key,
		    by->label, row->source, row->basis,
		    row->notice_version_id, row->at_us, row->id,
		    by->contact_id, NULL);
	if (strcmp(key_text(w->a, row->value_key), by->key) != 0 &&
	    (e = let_go(w)) != ERR_OK)
		return e;
	return q_reach_update(w->db, by->value, text_bytes(by->key),
	    by->label, source_of(w), w->record.basis,
	    w->record.notice_version_id, by->at_us, row->id, by->contact_id,
	    NULL);
}

enum err
contacts_reach_put(struct db *db, struct arena *a, const struct keys *keys,
    const struct contacts_reach *by)
{
	struct writing w = { .db = db, .a = a, .keys = keys, .by = by };
	struct contacts_change line = { .field = history_field(by->kind),
	    .before = "", .after = contacts_reach_line(a, by->value,
	    by->label) };
	enum err e;

	if ((e = begin(&w)) != ERR_OK)
		return e;
	if (w.row != NULL && strcmp(w.row->kind, by->kind) != 0)
		return ERR_CONFLICT;
	if (is_main(&w, by->kind, by->key) || contacts_reach_has(a, w.rows,
	    w.n, by->key, by->id))
		return ERR_CONFLICT;
	if (w.row != NULL)
		line.before = contacts_reach_line(a, w.row->value,
		    w.row->label);
	if (strcmp(line.before, line.after) == 0)
		return ERR_OK;
	if ((e = w.row == NULL ? insert(&w) : change(&w)) != ERR_OK ||
	    (e = remember(&w, &line, 1)) != ERR_OK)
		return e;
	return touch(&w);
}

enum err
contacts_reach_remove(struct db *db, struct arena *a, const struct keys *keys,
    const struct contacts_reach *by)
{
	struct writing w = { .db = db, .a = a, .keys = keys, .by = by };
	struct contacts_change line = { .after = "" };
	enum err e;

	assert(by->id != 0);
	if ((e = begin(&w)) != ERR_OK)
		return e;
	line.field = history_field(w.row->kind);
	line.before = contacts_reach_line(a, w.row->value, w.row->label);
	if ((e = let_go(&w)) != ERR_OK ||
	    (e = q_reach_delete(db, by->id, by->contact_id, NULL)) !=
	    ERR_OK || (e = remember(&w, &line, 1)) != ERR_OK)
		return e;
	return touch(&w);
}

/* Where the main one came from: its own line, else the record's. */
static enum err
main_origin(const struct writing *w, const char *field,
    struct q_contacts_provenance *ret_from)
{
	struct q_contacts_provenance *rows;
	size_t i, n;
	enum err e;

	if ((e = q_contacts_provenance(w->db, w->a, w->by->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	*ret_from = (struct q_contacts_provenance){ field, w->record.source,
	    w->record.basis, w->record.notice_version_id,
	    w->record.collected_us };
	for (i = 0; i < n; i++)
		if (strcmp(rows[i].field, field) == 0)
			*ret_from = rows[i];
	return ERR_OK;
}

/* The main one of before in the entry's place, or nothing there. */
static enum err
step_back(const struct writing *w, const char *old, struct bytes old_key)
{
	const struct q_reach_list *row = w->row;
	struct q_contacts_provenance from;
	enum err e;

	if (old == NULL)
		return q_reach_delete(w->db, row->id, w->by->contact_id,
		    NULL);
	if ((e = main_origin(w, row->kind, &from)) != ERR_OK)
		return e;
	return q_reach_update(w->db, old, old_key,
	    strcmp(row->kind, "email") == 0 ? MAIN_LABEL_EMAIL :
	    MAIN_LABEL_PHONE, from.source, from.basis,
	    from.notice_version_id, from.at_us, row->id, w->by->contact_id,
	    NULL);
}

static enum err
step_forward(const struct writing *w)
{
	const struct q_reach_list *row = w->row;
	const struct q_contacts_provenance_put_each from = {
	    w->by->contact_id, row->kind, row->source, row->basis,
	    row->notice_version_id, row->at_us };
	uint64_t n;
	enum err e;

	e = strcmp(row->kind, "email") == 0 ? q_reach_main_email(w->db,
	    row->value, row->value_key, w->by->contact_id, &n) :
	    q_reach_main_phone(w->db, row->value, w->by->contact_id, &n);
	if (e != ERR_OK || n == 0)
		return e == ERR_OK ? ERR_CONFLICT : e;
	return q_contacts_provenance_put(w->db, &from, 1, NULL);
}

enum err
contacts_reach_swap(struct db *db, struct arena *a, const struct keys *keys,
    const struct contacts_reach *by, const char **ret_old)
{
	struct writing w = { .db = db, .a = a, .keys = keys, .by = by };
	struct contacts_change lines[2];
	struct bytes old_key;
	bool is_email;
	const char *old;
	enum err e;

	assert(by->id != 0);
	if ((e = begin(&w)) != ERR_OK)
		return e;
	is_email = strcmp(w.row->kind, "email") == 0;
	if (is_email && w.record.identity_id != 0)
		return ERR_CONFLICT;
	old = is_email ? w.record.email : w.record.phone;
	old_key = is_email ? w.record.email_key : text_bytes(old);
	lines[0] = (struct contacts_change){ .field = w.row->kind,
	    .before = old == NULL ? "" : old, .after = w.row->value };
	lines[1] = (struct contacts_change){
	    .field = history_field(w.row->kind),
	    .before = contacts_reach_line(a, w.row->value, w.row->label),
	    .after = old == NULL ? "" : contacts_reach_line(a, old,
	    is_email ? MAIN_LABEL_EMAIL : MAIN_LABEL_PHONE) };
	if ((e = step_back(&w, old, old_key)) != ERR_OK ||
	    (e = step_forward(&w)) != ERR_OK ||
	    (e = remember(&w, lines, 2)) != ERR_OK ||
	    (e = touch(&w)) != ERR_OK)
		return e;
	*ret_old = old;
	return ERR_OK;
}

enum err
contacts_reach_replaced(struct db *db, struct arena *a,
    const struct keys *keys, const struct contacts_replaced *r)
{
	const struct contacts_reach by = { .contact_id = r->contact_id,
	    .is_person = r->is_person, .staff_id = r->staff_id,
	    .at_us = r->at_us };
	struct writing w = { .db = db, .a = a, .keys = keys, .by = &by };
	struct contacts_change line = { .field = history_field(r->field),
	    .after = "" };
	size_t i;
	enum err e;

	if ((e = begin(&w)) != ERR_OK)
		return e == ERR_CONFLICT ? ERR_OK : e;
	for (i = 0; i < w.n; i++)
		if (strcmp(key_text(a, w.rows[i].value_key), r->after_key) ==
		    0)
			w.row = &w.rows[i];
	if (w.row == NULL)
		return ERR_OK;
	line.before = contacts_reach_line(a, w.row->value, w.row->label);
	if (*r->before != '\0')
		line.after = contacts_reach_line(a, r->before,
		    strcmp(r->field, "email") == 0 ? MAIN_LABEL_EMAIL :
		    MAIN_LABEL_PHONE);
	if ((e = step_back(&w, *r->before == '\0' ? NULL : r->before,
	    text_bytes(r->before_key))) != ERR_OK)
		return e;
	return remember(&w, &line, 1);
}
