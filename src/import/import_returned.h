/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the pages of a corrected file share (GDPR 16; FEATURES CS4).
 */
#ifndef IMPORT_IMPORT_RETURNED_H
#define IMPORT_IMPORT_RETURNED_H

#include "contacts/contacts.h"
#include "db/queries.h"
#include "import/import_office.h"
#include "import/import_return.h"

/* What a person may correct by a file, in the order of the page; the address
 * they change themself, in their space, and what they are to us is ours. */
#define RETURNED_FIELDS 8
#define RETURNED_MAX	(RETURNED_FIELDS + CUSTOM_FIELDS_MAX)	/* and custom fields */
extern const enum import_field returned_fields[RETURNED_FIELDS];

/* A file that came back for a record. */
struct returned {
	struct ctx *c;
	uint64_t contact_id;
	uint64_t id;
	struct q_import_return_one row;
	struct q_contacts_load r;	/* as it is stored now */
	struct import_own own;
	struct custom_value *values;	/* of custom fields, as stored now */
	size_t n_values;
	struct import_return file;
	size_t n;			/* fields: the built-in ones, and the file's own */
	const char *now[RETURNED_MAX];	/* never NULL */
	const char *seen[RETURNED_MAX];	/* what the form's page was drawn from */
	const char *choice[RETURNED_MAX];	/* "keep", "take", or "": none yet */
	const char *errors[RETURNED_MAX];
	const char *error;		/* of the whole */
	struct contacts_edit edit;
};

/**
 * returned_name(k, i), returned_label(k, i), returned_own(k, i),
 * returned_in_file(k, i), returned_is(k, state), returned_is_usable(k, i),
 * returned_is_different(k, i):
 * Return what field ${i} is called in the form and by people, what the file
 * says of it as a custom field (NULL: it is a built-in one) and as a value,
 * whether the file is in that ${state}, whether it says something that a
 * record can hold, and whether that differs from the record.
 */
const char *returned_name(const struct returned *k, size_t i)
    NONNULL_RETURN;
const char *returned_label(const struct returned *k, size_t i)
    NONNULL_RETURN;
const struct import_return_own *returned_own(const struct returned *k,
    size_t i);
const char *returned_in_file(const struct returned *k, size_t i)
    NONNULL_RETURN;
bool returned_is(const struct returned *k, const char *state);
bool returned_is_usable(const struct returned *k, size_t i);
bool returned_is_different(const struct returned *k, size_t i);

/**
 * returned_path(k, rest), returned_record_path(k):
 * Return the address of the file's page with ${rest} behind it, and that of
 * the record.
 */
const char *returned_path(const struct returned *k, const char *rest)
    NONNULL_RETURN;
const char *returned_record_path(const struct returned *k) NONNULL_RETURN;

/**
 * returned_draw(k, why), returned_draw_fault(k, fault),
 * returned_draw_waiting(k):
 * Show the comparison, once a line says who looked; or why there is none; or
 * that the file is being read.
 */
enum err returned_draw(const struct returned *k, enum err why) MUST_CHECK;
enum err returned_draw_fault(const struct returned *k, const char *fault)
    MUST_CHECK;
enum err returned_draw_waiting(const struct returned *k) MUST_CHECK;

/**
 * returned_new_view(k):
 * Return the view of the page that asks for the file.
 */
json_t *returned_new_view(const struct returned *k);

#endif
