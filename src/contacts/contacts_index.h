/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The words of a name, by which a person is found.
 * Law: GDPR 5(1)(d), 15 (a person must be found to be answered).
 */
#ifndef CONTACTS_CONTACTS_INDEX_H
#define CONTACTS_CONTACTS_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

/* A contact by name. */
struct contacts_named {
	uint64_t id;
	const char *family_name;
	const char *given_name;
};

/**
 * contacts_index_names(db, a, people, n):
 * Store, in the transaction in hand, the words of ${n} ${people} of whom there
 * are none yet.
 */
enum err contacts_index_names(struct db *db, struct arena *a,
    const struct contacts_named *people, size_t n) MUST_CHECK;

#endif
