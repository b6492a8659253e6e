/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A record changes, whoever changes it: fields, history, provenance together.
 * Law: GDPR 5(1)(d), 15(1)(g), 16.
 */
#include "contacts/contacts.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "contacts/contacts_reach.h"
#include "contacts/contacts_search.h"
#include "db/queries.h"
#include "keys/person.h"

static void
add(struct contacts_edit *edit, const struct contacts_change *change)
{
	if (strcmp(change->before, change->after) == 0)
		return;
	assert(edit->n < CONTACTS_CHANGES_MAX);
	edit->changes[edit->n++] = *change;
}

void
contacts_edit_add(struct contacts_edit *edit, const char *field,
    const char *before, const char *after)
{
	const struct contacts_change change = { field,
	    before == NULL ? "" : before, after == NULL ? "" : after, NULL };

	add(edit, &change);
}

void
contacts_edit_add_custom(struct contacts_edit *edit,
    const struct custom_field *custom, const char *before,
    const char *after)
{
	const struct contacts_change change = { custom->name,
	    before == NULL ? "" : before, after == NULL ? "" : after, custom };

	add(edit, &change);
}

/* What the field will hold. */
static const char *
after(const struct contacts_edit *edit, const char *field, const char *before)
{
	size_t i;

	for (i = 0; i < edit->n; i++)
		if (strcmp(edit->changes[i].field, field) == 0)
			return edit->changes[i].after;
	return before == NULL ? "" : before;
}

static enum err
store_fields(struct db *db, struct arena *a, const struct contacts_edit *edit)
{
	const struct q_contacts_load *r = edit->record;
	const char *given = after(edit, "given_name", r->given_name);
	const char *family = after(edit, "family_name", r->family_name);
	const char *phone = after(edit, "phone", r->phone);
	bool is_person = strcmp(edit->by_kind, "person") == 0 ||
	    text_equal(edit->source, "file");
	uint64_t changed;
	enum err e;

	if ((e = q_contacts_edit(db, after(edit, "kind", r->kind), given,
	    family, contacts_search_key(a, arena_printf(a, "%s %s", family,
	    given)), *phone == '\0' ? NULL : phone,
	    after(edit, "street", r->street),
	    after(edit, "postcode", r->postcode),
	    after(edit, "city", r->city),
	    after(edit, "country", r->country),
	    after(edit, "language", r->language),
	    is_person ? edit->at_us : r->last_person_us, edit->at_us,
	    edit->contact_id, r->version, &changed)) != ERR_OK)
		return e;
	return changed == 0 ? ERR_CONFLICT : ERR_OK;
}

/* A number that was among the further ones is the main one now. */
static enum err
mind_phone(struct db *db, struct arena *a, const struct keys *keys,
    const struct contacts_edit *edit)
{
	const char *before = edit->record->phone == NULL ? "" :
	    edit->record->phone;
	const char *now = after(edit, "phone", before);
	const struct contacts_replaced replaced = {
	    .contact_id = edit->contact_id,
	    .is_person = strcmp(edit->by_kind, "person") == 0,
	    .staff_id = edit->staff_id, .field = "phone", .before = before,
	    .before_key = before, .after_key = now, .at_us = edit->at_us };

	return strcmp(now, before) == 0 || *now == '\0' ? ERR_OK :
	    contacts_reach_replaced(db, a, keys, &replaced);
}

/* What stood there, sealed, and where the new value is from. */
static enum err
store_lines(struct db *db, struct arena *a, const struct contacts_edit *edit,
    const unsigned char key[KEY_BYTES], size_t first, size_t n)
{
	struct q_contacts_history_insert_each lines[DB_EACH_MAX];
	struct q_contacts_provenance_put_each from[DB_EACH_MAX];
	const struct contacts_change *change;
	uint64_t id = edit->contact_id;
	size_t i;
	enum err e;

	for (i = 0; i < n; i++) {
		change = &edit->changes[first + i];
		lines[i] = (struct q_contacts_history_insert_each){
		    .contact_id = id, .field = change->field,
		    .old_sealed = person_seal(a, key, "contact_history",
		    "old_sealed", id, change->before),
		    .new_sealed = person_seal(a, key, "contact_history",
		    "new_sealed", id, change->after),
		    .by_kind = edit->by_kind, .by_staff_id = edit->staff_id,
		    .at_us = edit->at_us };
		from[i] = (struct q_contacts_provenance_put_each){ id,
		    change->field, edit->source != NULL ? edit->source :
		    strcmp(edit->by_kind, "person") == 0 ? "account" :
		    "staff", change->custom == NULL ? edit->record->basis :
		    change->custom->basis,
		    edit->record->notice_version_id, edit->at_us };
	}
	if ((e = q_contacts_history_insert(db, lines, n, NULL)) != ERR_OK)
		return e;
	return q_contacts_provenance_put(db, from, n, NULL);
}

static enum err
store_custom(struct db *db, struct arena *a, const struct contacts_edit *edit,
    const unsigned char key[KEY_BYTES])
{
	const struct contacts_change *change;
	struct custom_putting putting;
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < edit->n && e == ERR_OK; i++) {
		change = &edit->changes[i];
		putting = (struct custom_putting){ change->custom,
		    edit->contact_id, change->after, edit->at_us };
		if (change->custom != NULL)
			e = custom_store(db, a, key, &putting);
	}
	return e;
}

enum err
contacts_edit_store(struct db *db, struct arena *a, const struct keys *keys,
    const struct contacts_edit *edit)
{
	const struct person_key wanted = { edit->contact_id, PERSON_LIVE,
	    edit->at_us };
	unsigned char key[KEY_BYTES];
	size_t at, some;
	enum err e;

	assert(edit->n > 0);
	if ((e = store_fields(db, a, edit)) != ERR_OK ||
	    (e = mind_phone(db, a, keys, edit)) != ERR_OK ||
	    (e = person_key_take(db, a, keys, &wanted, key)) != ERR_OK)
		return e;
	e = store_custom(db, a, edit, key);
	for (at = 0; e == ERR_OK && at < edit->n; at += some) {
		some = edit->n - at < DB_EACH_MAX ? edit->n - at : DB_EACH_MAX;
		e = store_lines(db, a, edit, key, at, some);
	}
	secret_wipe(key, sizeof(key));
	return e;
}
