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
	/* by import_terms_of(): */
	struct import_terms terms;	/* of this row; what nobody states is NULL, or year 0 */
	const char *lacks;		/* of quarantine.lacks; NULL: nothing */
	const char *source;		/* "import:" and what it is called */
	int64_t collected_us;
	/* by import_organisations_find(): */
	struct import_organisation *organisation;	/* NULL: the row names none */
};

/* An organisation that rows of a batch name. */
struct import_organisation {
	uint64_t id;			/* 0: not there yet */
	const char *name;
	const char *sort_name;		/* "": the rows give its number alone */
	const char *registration;	/* "": not said */
	bool is_many;			/* of that name */
	bool is_wanted;			/* somebody is to belong to it */
	struct import_row *first;	/* who names it */
};

/* A batch being stored. */
struct import_storing {
	const struct import *import;
	struct db *db;
	struct arena *a;
	struct import_match *matches;
	size_t n;
	struct import_organisation *organisations;
	size_t n_organisations;
};

/**
 * import_terms_of(s, match):
 * Set what holds for a row, by itself or by the file, and what nobody states.
 */
void import_terms_of(const struct import_storing *s,
    struct import_match *match);

/* Those whose basis, source and date are stated: contacts ${first} to ${last}
 * that are in quarantine, of one import or (0) of any. */
struct import_stating {
	struct arena *a;
	struct import_terms terms;	/* all of them */
	uint64_t import_id;
	uint64_t first, last;
	int64_t now_us;
};

/**
 * import_state(db, stating):
 * Within a transaction, give them what they lack, and let them out of
 * quarantine; they are to be told now (GDPR 14).
 */
enum err import_state(struct db *db, const struct import_stating *stating)
    MUST_CHECK;

/**
 * import_remove(db, ids, n):
 * Remove at most DB_EACH_MAX contacts with all that an import, or a look at
 * them, has left; of those that have changed since, none.
 */
enum err import_remove(struct db *db, const uint64_t *ids, size_t n)
    MUST_CHECK;

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
 * import_own_lock(s):
 * Within a transaction, keep the custom fields of the file as they are.
 * ERR_GONE when one has changed since it was read.
 */
enum err import_own_lock(struct import_storing *s) MUST_CHECK;

/**
 * import_own_put(s):
 * Store what the rows that are IMPORT_NEW say of custom fields, and where it
 * is from.
 */
enum err import_own_put(struct import_storing *s) MUST_CHECK;

/**
 * import_organisations_find(s):
 * Find the organisations of the rows that are to be stored: by their number,
 * else by their name, among those that who brings the file may see.  Rows
 * that could mean several are rejected.
 */
enum err import_organisations_find(struct import_storing *s) MUST_CHECK;

/**
 * import_organisations_make(s):
 * Make those that are wanted and not there, and hold the others until the
 * transaction ends; of a dry import, count those that it would make.
 */
enum err import_organisations_make(struct import_storing *s) MUST_CHECK;

/**
 * import_organisations_put(s):
 * Say of the rows that are IMPORT_NEW where they belong.
 */
enum err import_organisations_put(struct import_storing *s) MUST_CHECK;

/**
 * import_update(s):
 * Give the records of the rows that are IMPORT_CHANGED what is newer in the
 * file, with history and origin.  Where nothing is, the row is IMPORT_SAME.
 */
enum err import_update(struct import_storing *s) MUST_CHECK;

#endif
