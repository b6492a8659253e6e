/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Contacts: the people whose data is held, and the mailbox identities that
 * sign in for them.
 * Law: GDPR 5(1)(c), 5(1)(d), 15.
 */
#ifndef CONTACTS_CONTACTS_H
#define CONTACTS_CONTACTS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "custom/custom.h"
#include "db/db.h"

#define CONTACTS_REFERENCE_CHARS 10

/* Who confirmed a mailbox, and what they had typed before. */
struct contacts_confirmed {
	uint64_t identity_id;	/* 0: none yet for this mailbox */
	uint64_t contact_id;	/* 0: none yet */
	const char *lang;
	const char *mailbox;
	const char *mailbox_key;
	const char *given_name;
	const char *family_name;
	const char *phone;	/* E.164, or NULL */
	const char *source;	/* "form:newsletter" */
	uint64_t notice_version_id;
	int64_t at_us;
};

/**
 * contacts_confirm(db, a, confirmed, ret_contact_id):
 * Make sure, in the transaction in hand, that the mailbox has its identity
 * and a contact: a new prospect, or the one that is there, whose empty fields
 * are filled and none overwritten.  Two statements at most.
 */
enum err contacts_confirm(struct db *db, struct arena *a,
    const struct contacts_confirmed *confirmed, uint64_t *ret_contact_id)
    MUST_CHECK;

struct q_contacts_load;
struct keys;

#define CONTACTS_COLUMNS_MAX 10	/* that can be edited */
#define CONTACTS_CHANGES_MAX (CONTACTS_COLUMNS_MAX + CUSTOM_FIELDS_MAX)

/* One field of a record: its column, what stands there, what is to. */
struct contacts_change {
	const char *field;
	const char *before;
	const char *after;
	const struct custom_field *custom;	/* NULL: a column of the record */
};

/* What somebody changes in a record. */
struct contacts_edit {
	uint64_t contact_id;
	const struct q_contacts_load *record;	/* as it was read */
	struct contacts_change changes[CONTACTS_CHANGES_MAX];
	size_t n;
	const char *by_kind;		/* "person", "staff" */
	const char *source;		/* of the new values; NULL: who changes them */
	uint64_t staff_id;		/* 0: the person */
	int64_t at_us;
};

/**
 * contacts_edit_add(edit, field, before, after),
 * contacts_edit_add_custom(edit, custom, before, after):
 * Note that ${field} changes, when it does; NULL is as good as "".
 */
void contacts_edit_add(struct contacts_edit *edit, const char *field,
    const char *before, const char *after);
void contacts_edit_add_custom(struct contacts_edit *edit,
    const struct custom_field *custom, const char *before,
    const char *after);

/**
 * contacts_edit_store(db, a, keys, edit):
 * Change the record in the transaction in hand, keep what stood there in its
 * history, sealed for the person, and note where the new values are from.
 * Only what the person does, or sends in a file of theirs ("file"), is a
 * contact from the person (LAW, X10).
 * ERR_CONFLICT when somebody changed the record since it was read, or a custom
 * field takes no value any more.
 */
enum err contacts_edit_store(struct db *db, struct arena *a,
    const struct keys *keys, const struct contacts_edit *edit) MUST_CHECK;

/**
 * contacts_reference(a):
 * Draw a reference that a person can quote: "C-" and 8 characters.
 */
const char *contacts_reference(struct arena *a) NONNULL_RETURN;

#endif
