/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One pass of a job of the keeper: what every job gets, as a handler gets its
 * ctx.  Jobs stand in rooms (x_keeper.c) and are entered from the keeper's
 * table only (GDPR 5(1)(e), 17, 32(1)(b)).
 */
#ifndef APP_JOB_H
#define APP_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "app/config.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"

#define JOB_BATCH_MAX	500	/* rows of one transaction; RELIABILITY 3.2 */

struct job;
struct ledger;
struct outbox;

/* A row of the keeper's table. */
struct job_row {
	const char *name;	/* at most 36 bytes; the lease is "job.NAME" */
	int64_t every_us;
	bool is_destructive;	/* waits while the clock is in doubt */
	/* Do one batch.  Sets job->is_more to be called again at once. */
	enum err (*run)(struct job *job);
};

struct job {
	const struct job_row *row;
	struct config *config;
	struct keys *keys;
	struct db *db;
	struct ledger *ledger;
	struct outbox *outbox;	/* for mails of the job; NULL in some tests */
	const char *owner;	/* this process, in leases and claims */
	struct arena *arena;	/* wiped after each batch */
	int64_t now_us;		/* of this batch */
	bool is_asked_for;	/* by name (--once): as if its time had come */
	bool is_more;
	void *memory;		/* the job's own, from batch to batch; NULL at first */
	void (*drop)(void *memory);	/* frees it; NULL: free() will do */
	uint64_t fence;		/* of the lease, as taken */
	int64_t lease_us;	/* when it ends; 0: not held */
	int64_t due_ticks_us;	/* when the job runs next */
};

/**
 * job_tx(job, fn, arg):
 * Run ${fn} in a transaction whose first statement makes sure that this
 * process still leads ${job}, and prolongs that.  ERR_CONFLICT, noted in the
 * log, when another process has taken over: then nothing is stored.
 */
enum err job_tx(struct job *job, enum err (*fn)(struct db *db, void *arg),
    void *arg) MUST_CHECK;

/**
 * job_lead(job):
 * Take or keep the lease of ${job} at job->now_us.  ERR_CONFLICT while
 * another process has it.
 */
enum err job_lead(struct job *job) MUST_CHECK;

/**
 * job_resign(job):
 * Give the lease back, so that another process need not wait for its end.
 */
void job_resign(struct job *job);

/**
 * job_task(db, kind, detail, now_us):
 * Within a transaction, open a staff task of ${kind} with ${detail} (JSON
 * without personal values), unless the same one is open.
 */
enum err job_task(struct db *db, const char *kind, const char *detail,
    int64_t now_us) MUST_CHECK;

#endif
