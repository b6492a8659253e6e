/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The whole log against the rows it speaks of, and against every head that
 * was signed: whoever owns the database can change it, but not unseen
 * (GDPR 5(2), 7(1), 32(1)(d)).
 */
#ifndef LEDGER_LEDGER_VERIFY_H
#define LEDGER_LEDGER_VERIFY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/jws.h"
#include "keys/keys.h"

enum verify_kind {
	VERIFY_ROW_SLIPPED_IN,	/* a row that no program of ours wrote, or that the log passed by */
	VERIFY_ROW_CHANGED,
	VERIFY_ROW_REMOVED,
	VERIFY_LEAF_CHANGED,	/* the row is right, the log's leaf is not */
	VERIFY_LEAF_MISSING,	/* positions of the log */
	VERIFY_TREE,		/* other leaves than those that were signed */
	VERIFY_HEAD,		/* a head that is not ours, or out of order */
	VERIFY_FILE,		/* the heads file and the database disagree */
	VERIFY_PRUNE,		/* a record of pruning that is not ours */
	VERIFY_WRITER,		/* a writer left out numbers */
	VERIFY_KEY,		/* a signing key that the keeper did not make */
	VERIFY_STATE,		/* log_state does not agree with the log */
	VERIFY_KIND__MAX
};

extern const char *const verify_kind_names[VERIFY_KIND__MAX];

struct verify_finding {
	enum verify_kind kind;
	const char *ledger;	/* consent, audit, receipt, ...; NULL: none */
	uint64_t row;		/* of that ledger; 0: none */
	const char *text;	/* a sentence */
};

struct verify_options {
	const struct keys *keys;	/* owner's or keeper's; NULL: MACs are not checked */
	const struct jwks *jwks;	/* NULL: those in the database */
	const char *heads;	/* the text of the heads file; NULL: not compared */
	int64_t now_us;
	void (*found)(void *arg, const struct verify_finding *finding);
	void (*progress)(void *arg, uint64_t n_done);	/* or NULL */
	void *arg;
};

struct verify_counts {
	uint64_t rows;
	uint64_t leaves;
	uint64_t heads;
	uint64_t file_heads;	/* lines of the file that agree */
	uint64_t superseded;	/* lines of an epoch that a restore ended */
	uint64_t pruned;	/* leaves without a row, under a signed record */
	uint64_t pending;	/* rows that the log does not have yet */
	uint64_t signed_size;	/* leaves under the last good head */
	uint64_t findings;
};

/**
 * ledger_verify(db, options, ret_counts):
 * Check, in one snapshot of the database: each row's columns against its leaf
 * and MAC, each leaf against its row, the leaves against each stored head, the
 * heads against each other and against the file, records of pruning, and the
 * writers' numbers.  Each thing that is wrong goes to ${options}->found.
 * ERR_OK even then: ${ret_counts}->findings says how many there were.  Errors
 * of the database as they come.
 */
enum err ledger_verify(struct db *db, const struct verify_options *options,
    struct verify_counts *ret_counts) MUST_CHECK;

/**
 * ledger_jwks(db, a, ret_keys):
 * Read the directory of signing keys out of the database, in ${a}.
 */
enum err ledger_jwks(struct db *db, struct arena *a, struct jwks *ret_keys)
    MUST_CHECK;

#endif
