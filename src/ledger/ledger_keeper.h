/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's jobs over the ledgers: check each new line and make it a leaf,
 * sign the tree, and let the heads leave the database (GDPR 5(2), 32(1)(b)).
 */
#ifndef LEDGER_LEDGER_KEEPER_H
#define LEDGER_LEDGER_KEEPER_H

#include "app/job.h"

#define LEDGER_LATE_US	(60 * INT64_C(1000000))	/* a missing id is waited for */
#define LEDGER_HEAD_US	(50 * INT64_C(1000000))	/* between two heads, unless one is wanted */

/**
 * ledger_keeper_register(db, a, keys, now_us):
 * Make what a new site needs: the public sides of the keeper's signing keys
 * (older generations retire), the state of the log with its first epoch, the
 * mark of the erasure journal.  Changes nothing that is there.
 */
enum err ledger_keeper_register(struct db *db, struct arena *a,
    const struct keys *keys, int64_t now_us) MUST_CHECK;

/**
 * ledger_keeper_append(job):
 * Job: read the lines and records that the log does not have yet, at most
 * JOB_BATCH_MAX, check each and append its leaf, in the order of ids.  A line
 * whose columns, leaf and MAC do not agree stays out: fault and staff task
 * ledger.bad_mac.  A number that a writer left out for LEDGER_LATE_US: fault
 * and staff task ledger.gap.  An id that is missing may still be committed: it
 * is waited for as long, while later ones go ahead.
 */
enum err ledger_keeper_append(struct job *job) MUST_CHECK;

/**
 * ledger_keeper_head(job):
 * Job: sign the tree's head when it has grown and LEDGER_HEAD_US have passed
 * or a receipt waits for it, or an hour in any case; then bring the file config->heads_file up to date,
 * one JWS a line, on disk before this returns.
 */
enum err ledger_keeper_head(struct job *job) MUST_CHECK;

#endif
