/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What changed in a record, as the office reads it (GDPR 5(2), 16).
 */
#ifndef TESTS_CONTACTS_HISTORY_H
#define TESTS_CONTACTS_HISTORY_H

#include "base/arena.h"
#include "db/db.h"
#include "keys/keys.h"

/**
 * history_text(office, a, keys, contact):
 * Return the history of ${contact}, oldest first: "field:before>after;".
 */
const char *history_text(struct db *office, struct arena *a,
    const struct keys *keys, uint64_t contact);

#endif
