/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a job of the keeper has at hand, and one pass of it, for the tests of
 * any room's jobs.
 */
#ifndef TESTS_APP_KEEPER_FIXTURE_H
#define TESTS_APP_KEEPER_FIXTURE_H

#include "app/job.h"
#include "db/queries.h"

/* Between keeper_open() and keeper_close(). */
extern struct arena *a;
extern struct db *keeper;
extern struct keys *keys;
extern struct ledger *ledger;
extern struct outbox *outbox;

/**
 * keeper_open(state), keeper_close(state):
 * Open the keeper's connection, keys, ledger and outbox, around a group of
 * tests; close them.
 */
int keeper_open(void **state);
int keeper_close(void **state);

/**
 * keeper_job(row, now_us):
 * Return the job of ${row} as at ${now_us}.
 */
struct job keeper_job(const struct job_row *row, int64_t now_us);

/**
 * keeper_pass(run, now_us):
 * One pass of the job ${run} at ${now_us}; return its answer.
 */
enum err keeper_pass(enum err (*run)(struct job *job), int64_t now_us)
    MUST_CHECK;

#endif
