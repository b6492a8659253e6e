/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's process: one pass of the clock after another over the table of
 * jobs, each led by one keeper at a time (GDPR 5(1)(e), 17, 32(1)(b)).
 */
#ifndef KEEPER_KEEPER_H
#define KEEPER_KEEPER_H

#include <stdbool.h>
#include <stddef.h>

#include "app/config.h"
#include "app/job.h"
#include "db/db.h"
#include "keys/keys.h"
#include "keeper/guard.h"

struct keeper {
	struct config *config;
	struct keys *keys;
	struct db *db;
	struct ledger *ledger;
	struct outbox *outbox;	/* NULL without a site: no mail then */
	struct job *jobs;	/* one for each row of the table */
	size_t n_jobs;
	enum guard guard;	/* of the present pass */
	bool has_mark;		/* the clock's, seen by an earlier one */
	bool is_schema_known;	/* the tables are of our version */
	bool is_registered;	/* keys and first rows are in the database */
	bool has_journal;	/* it was there, or made */
	char owner[100];	/* see owner_name() */
};

/**
 * keeper_open(k, config, keys, db):
 * Make ${k} ready to run the jobs of keeper_jobs; all three are borrowed for
 * as long as ${k} is used.
 */
void keeper_open(struct keeper *k, struct config *config, struct keys *keys,
    struct db *db);

/**
 * keeper_close(k):
 * Give back every lease that ${k} has, and what it took.
 */
void keeper_close(struct keeper *k);

/**
 * keeper_pass(k, ret_wait_us):
 * Look at the clock, run one batch of each job that is due and led by this
 * process, and say how long until the next is due.  A job that fails is tried
 * again after a second; what was wrong has been logged.
 */
void keeper_pass(struct keeper *k, int64_t *ret_wait_us);

/**
 * keeper_once(k, name):
 * Run the job ${name} until it has nothing more to do.  ERR_NOTFOUND: no such
 * job; ERR_CONFLICT: another keeper leads it; ERR_GONE: the clock is in doubt
 * and the job destroys; else the job's own error.
 */
enum err keeper_once(struct keeper *k, const char *name) MUST_CHECK;

#endif
