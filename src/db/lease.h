/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Leases: one process at a time leads a job, on any number of machines.  The
 * fence tells a late holder from the present one (GDPR 32(1)(b)).
 */
#ifndef DB_LEASE_H
#define DB_LEASE_H

#include "db/db.h"

/**
 * lease_take(db, name, owner, now_us, until_us, ret_fence):
 * Take the lease ${name} for ${owner} until ${until_us}, or prolong it: free,
 * ended before ${now_us}, or this owner's.  ${ret_fence} is larger each time;
 * every write of the job says WHERE fence = it.  ERR_CONFLICT while another
 * holds it.  Outside a transaction; ${name} at most 40 bytes, ${owner} 100.
 */
enum err lease_take(struct db *db, const char *name, const char *owner,
    int64_t now_us, int64_t until_us, uint64_t *ret_fence) MUST_CHECK;

/**
 * lease_drop(db, name, owner):
 * Give the lease back if ${owner} has it.
 */
enum err lease_drop(struct db *db, const char *name, const char *owner)
    MUST_CHECK;

#endif
