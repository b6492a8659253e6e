/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A ledger's log as the keeper keeps it in the scratch database: lines, passes
 * of the keeper's two jobs at instants that the test chooses, and what the
 * verifier finds (GDPR 5(2), 7(1)).
 */
#ifndef TESTS_LEDGER_LOG_FIXTURE_H
#define TESTS_LEDGER_LOG_FIXTURE_H

#include "app/job.h"
#include "ledger/ledger.h"
#include "ledger/ledger_verify.h"

#define LOGGED_START_US INT64_C(1795000000000000)

/* Who is there in each test. */
extern struct logged {
	struct arena *arena;
	struct config config;
	struct keys *keys;		/* the keeper's */
	struct keys *portal_keys;
	struct db *db;			/* the keeper's connection */
	struct db *portal_db, *owner_db;
	struct ledger *portal;
	struct job append, head;
} logged;

/* What the last logged_verify() found. */
extern struct logged_found {
	unsigned n;
	unsigned kinds;		/* bits */
	enum verify_kind first;
	uint64_t row;		/* of the first */
	struct verify_counts counts;
} logged_found;

/**
 * logged_set_up(state), logged_tear_down(state):
 * Make all that and end it, around each test.
 */
int logged_set_up(void **state);
int logged_tear_down(void **state);

/**
 * logged_new_job(row, owner), logged_end_job(job):
 * Return the job of another keeper process, ${owner}; end it.
 */
struct job logged_new_job(const struct job_row *row, const char *owner);
void logged_end_job(struct job *job);

/**
 * logged_run(job), logged_pass(us):
 * Run ${job} until it has no more to do; let time pass.
 */
enum err logged_run(struct job *job);
void logged_pass(int64_t us);

/**
 * logged_give(n), logged_audit(void), logged_make(n_consents, n_audits):
 * Write ${n} choices, or a line of the audit; make a log of so many lines
 * under a signed head.
 */
void logged_give(size_t n);
void logged_audit(void);
void logged_make(size_t n_consents, size_t n_audits);

/**
 * logged_prune(pruning):
 * Prune, as the keeper would.
 */
enum err logged_prune(struct ledger_pruning *pruning) MUST_CHECK;

/**
 * logged_heads_text(void):
 * Return the file of heads, until the next call; NULL where there is none.
 */
char *logged_heads_text(void);

/**
 * logged_verify(has_keys):
 * Verify, with or without the owner's keys; return how much was found.
 */
unsigned logged_verify(bool has_keys);

#endif
