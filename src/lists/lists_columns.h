/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The columns that a list of contacts can show beside the name, and in which
 * order (GDPR 5(1)(c): what the work needs; FEATURES CS11).
 */
#ifndef LISTS_LISTS_COLUMNS_H
#define LISTS_LISTS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

#define LISTS_COLUMNS_TEXT_MAX	400	/* bytes of their codes */

/* What stands in the table before the extra ones comes with every walk. */
enum lists_column { LISTS_COLUMN_EMAIL, LISTS_COLUMN_KIND, LISTS_COLUMN_TEAM,
	LISTS_COLUMN_STATE, LISTS_COLUMN_LAST, LISTS_COLUMN_REFERENCE,
	LISTS_COLUMN_PHONE, LISTS_COLUMN_POSTCODE, LISTS_COLUMN_CITY,
	LISTS_COLUMN_COUNTRY, LISTS_COLUMN_LANGUAGE, LISTS_COLUMN_OWNER,
	LISTS_COLUMN_VISIBILITY, LISTS_COLUMN_SOURCE,
	LISTS_COLUMN_COLLECTED, LISTS_COLUMN_ORGANISATION,
	LISTS_COLUMN_JOB_TITLE, LISTS_COLUMN__MAX };

struct lists_column_row {
	const char *code;	/* also of export, where it has one */
	const char *label;	/* a msgid */
	bool is_usual;		/* shown to whoever chose nothing */
	bool is_extra;		/* read by a statement of its own */
	bool is_exported;
	bool is_nowrap;
};

extern const struct lists_column_row lists_columns[LISTS_COLUMN__MAX];

/* Which of them, in order; each once. */
struct lists_columns {
	enum lists_column list[LISTS_COLUMN__MAX];
	size_t n;
};

/**
 * lists_columns_usual():
 * Return the columns of whoever chose nothing.
 */
struct lists_columns lists_columns_usual(void);

/**
 * lists_columns_read(a, codes, ret_columns), lists_columns_write(a, columns):
 * Read and write codes with commas between them; "" is none.  ERR_INVALID for
 * an unknown one, or one that comes twice.
 */
enum err lists_columns_read(struct arena *a, const char *codes,
    struct lists_columns *ret_columns) MUST_CHECK;
const char *lists_columns_write(struct arena *a,
    const struct lists_columns *columns) NONNULL_RETURN;

/**
 * lists_columns_add_others(columns):
 * Append the columns that are not in ${columns}, in their own order.
 */
void lists_columns_add_others(struct lists_columns *columns);

/**
 * lists_columns_up(columns, code):
 * Move the column ${code} one place towards the front.  ERR_INVALID when it is
 * not there.
 */
enum err lists_columns_up(struct lists_columns *columns, const char *code)
    MUST_CHECK;

/**
 * lists_columns_have_extra(columns):
 * Return whether one of them is read by a statement of its own.
 */
bool lists_columns_have_extra(const struct lists_columns *columns);

/**
 * lists_columns_export(a, columns):
 * Return the codes of the export that shows the same: both names, then those
 * that an export has.
 */
const char *lists_columns_export(struct arena *a,
    const struct lists_columns *columns) NONNULL_RETURN;

#endif
