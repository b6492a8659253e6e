/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two records of one person with a row in every table that a merge minds, and
 * the keeper that joins them (GDPR 5(1)(d)).
 */
#ifndef TESTS_MERGE_FIXTURE_H
#define TESTS_MERGE_FIXTURE_H

#include "app/job.h"
#include "keys/person.h"

#define NOW_US	INT64_C(1795200000000000)
#define STAYS	1
#define GOES	2

/**
 * fixture_open(), fixture_close(state):
 * Open the keeper's connection, keys, ledger and outbox, around a group of
 * tests; close them.
 */
void fixture_open(void);
int fixture_close(void **state);

/* What fixture_open() opened; borrowed until fixture_close(). */
struct arena *fixture_arena(void);
struct db *fixture_db(void);
struct keys *fixture_keys(void);
struct ledger *fixture_ledger(void);

/**
 * fixture_arrange(state):
 * Empty the database, then put in contact STAYS, contact GOES, who signs in and
 * has all the rest, and merge 1 of the two, asked for.
 */
int fixture_arrange(void **state);

/**
 * run(), run_at(fn, now_us):
 * One pass of the job that joins records, or of ${fn}, at ${now_us}.
 */
enum err run(void) MUST_CHECK;
enum err run_at(enum err (*fn)(struct job *job), int64_t now_us) MUST_CHECK;

#endif
