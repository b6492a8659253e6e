/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The file of one person, which they corrected and sent back: whose it is, and
 * what it says of each field (GDPR 5(1)(d), 16; FEATURES CS4).
 */
#ifndef IMPORT_IMPORT_RETURN_H
#define IMPORT_IMPORT_RETURN_H

#include "import/import.h"

/* Why a file is nobody's corrected record. */
enum import_return_fault {
	IMPORT_RETURN_FINE,
	IMPORT_RETURN_ROWS,		/* it holds several people, or no names of columns */
	IMPORT_RETURN_NO_REFERENCE,	/* no column, or nothing in it */
	IMPORT_RETURN_CELLS		/* more or fewer than columns */
};

/* What the file says of a custom field. */
struct import_return_own {
	const struct custom_field *field;
	enum import_why why;			/* it cannot be taken */
	const char *value;			/* as custom_read() gave it */
};

struct import_return {
	enum import_return_fault fault;
	const char *reference;			/* as the file says it */
	bool is_there[IMPORT_FIELD__MAX];	/* the file has such a column */
	enum import_why why[IMPORT_FIELD__MAX];	/* it cannot be taken */
	const char *values[IMPORT_FIELD__MAX];	/* as a record holds them; "" */
	struct import_return_own own[CUSTOM_FIELDS_MAX];
	size_t n_own;
};

/**
 * import_return_read(a, config, own, head, ret):
 * Read ${head}, the columns of a file and its first row as import_frame_read()
 * takes them, into ${ret}, which is filled in every case.  Columns whose names
 * say nothing are passed over, custom fields are those of ${own} (NULL: none); of two for one field the first counts.  A guard
 * against formulas is taken off, so that an untouched cell is what it was.
 *
 * Source: GDPR 16.
 */
void import_return_read(struct arena *a, const struct config *config,
    const struct import_own *own, struct bytes head,
    struct import_return *ret);

#endif
