/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Custom fields as columns of a staff export (GDPR 5(1)(c), 9).
 */
#ifndef EXPORT_EXPORT_STAFF_OWN_H
#define EXPORT_EXPORT_STAFF_OWN_H

#include "db/db.h"
#include "export/sheet.h"

struct q_export_staff_own;

/* What the people of a part have, in the order of their ids. */
struct export_own {
	struct q_export_staff_own *rows;
	size_t n;
};

/**
 * export_own_read(db, a, choice, ids, ret_own):
 * Read what the contacts ${ids} (a JSON array) have in custom fields; nothing
 * when no column of ${choice} is one.
 */
enum err export_own_read(struct db *db, struct arena *a,
    const struct export_choice *choice, const char *ids,
    struct export_own *ret_own) MUST_CHECK;

/**
 * export_own_cell(a, own, contact_id, code):
 * Return what the column ${code} ("custom.seat") says of a contact.
 */
struct export_cell export_own_cell(struct arena *a,
    const struct export_own *own, uint64_t contact_id, const char *code);

/**
 * export_own_names(db, a, about):
 * Fill about->own_labels, in the language of ${about}.
 */
enum err export_own_names(struct db *db, struct arena *a,
    struct sheet_about *about) MUST_CHECK;

#endif
