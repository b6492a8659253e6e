/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands between a request and its handler besides the session: the
 * site's own facts, budgets against abuse, and the check that this database
 * was not put back from a backup behind the erasure journal's back.
 * Law: GDPR 17, 32.
 */
#ifndef APP_GATE_H
#define APP_GATE_H

#include "app/ctx.h"

/**
 * gate_site_load(db, a, ret_info):
 * Read what the controller is called, into ${a}.
 */
enum err gate_site_load(struct db *db, struct arena *a,
    struct site_info *ret_info) MUST_CHECK;

/**
 * gate_site_version(db, a, ret_version):
 * Read the number that goes up whenever what the controller declares of
 * itself, its purposes or its forms changes: a worker that knows it need not
 * read the rest again.
 */
enum err gate_site_version(struct db *db, struct arena *a,
    uint64_t *ret_version) MUST_CHECK;

/**
 * gate_journal(db, a, config):
 * ERR_DOWN, logged once, while the erasure journal is of another generation
 * than this database, ahead of what it announced, or missing though it
 * announced something, or held by a restore in progress.  Before the first
 * start of the keeper there is neither journal nor mark, and all is well.  Once
 * a restore has ended, the process is told to end too (SIGTERM): what it
 * remembers is of the other database.  One statement and a small file.
 */
enum err gate_journal(struct db *db, struct arena *a,
    const struct config *config) MUST_CHECK;

/**
 * gate_restore(w):
 * ERR_DOWN while the erasure journal knows of erasures that this database
 * does not: then nothing may be served until `assent restore` has replayed
 * them.  Looks at the journal's head once a second.  While the database is
 * away it answers what it saw last, so that what needs no database is served.
 */
enum err gate_restore(struct worker *w) MUST_CHECK;

/* What a budget counts; the limits are in gate.c. */
enum budget { BUDGET_ADDRESS_MAIL, BUDGET_NETWORK_MAIL, BUDGET_SIGN_IN,
	BUDGET_NETWORK_SIGN_IN, BUDGET_CODE, BUDGET_SECOND_FACTOR,
	BUDGET_CROSSING, BUDGET_CROSSING_MISS, BUDGET__MAX };

/* One thing to count: a budget and who it is counted for. */
struct spend {
	enum budget budget;
	const char *who;	/* address key, or NULL: the peer's network */
};

/**
 * gate_spend(c, spends, n, ret_is_over):
 * Count ${n} (at most 4) things in one statement of the transaction in hand,
 * and tell for each whether its budget is used up.  Budgets by network are
 * not counted for trusted addresses.
 */
enum err gate_spend(struct ctx *c, const struct spend *spends, size_t n,
    bool *ret_is_over) MUST_CHECK;

/**
 * gate_try(c, spends, n):
 * Count ${n} (at most 4) things in a transaction of their own, so that a try
 * counts whatever becomes of it: ERR_LIMIT when one of the budgets is used up.
 */
enum err gate_try(struct ctx *c, const struct spend *spends, size_t n)
    MUST_CHECK;

/**
 * gate_return(c, spends, n):
 * Give back what gate_spend() counted for ${n} (at most 4) things, in the
 * transaction in hand: a try that was right does not count.
 */
enum err gate_return(struct ctx *c, const struct spend *spends, size_t n)
    MUST_CHECK;

#endif
