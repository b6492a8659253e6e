/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of the room share while a batch is stored
 * (GDPR 5(1)(d), 15(1)(g)).
 */
#ifndef IMPORT_IMPORT_INSIDE_H
#define IMPORT_IMPORT_INSIDE_H

#include "db/queries.h"
#include "import/import.h"

/* A row with what is there for its address. */
struct import_match {
	struct import_row *row;
	const struct q_import_known *known;	/* NULL: nobody */
	bool is_many;
};

/* A batch being stored. */
struct import_storing {
	const struct import *import;
	struct db *db;
	struct arena *a;
	struct import_match *matches;
	size_t n;
	const char *source;	/* "import:" and what it is called */
	int64_t collected_us;
};

/**
 * import_audit(import, db, verb, rows):
 * Within a transaction, note "import.started" or "import.ended" of a file of
 * so many ${rows}, with its terms and what became of it.
 */
enum err import_audit(const struct import *import, struct db *db,
    const char *verb, uint64_t rows) MUST_CHECK;

/**
 * import_sort_name(a, family, given):
 * Return the name as lists are ordered by it.
 */
const char *import_sort_name(struct arena *a, const char *family,
    const char *given) NONNULL_RETURN;

/**
 * import_update(s):
 * Give the records of the rows that are IMPORT_CHANGED what is newer in the
 * file, with history and origin.  Where nothing is, the row is IMPORT_SAME.
 */
enum err import_update(struct import_storing *s) MUST_CHECK;

#endif
