/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of the verifier share; nobody else includes this
 * (GDPR 5(2)).
 */
#ifndef LEDGER_VERIFY_INSIDE_H
#define LEDGER_VERIFY_INSIDE_H

#include "db/queries.h"
#include "ledger/ledger.h"
#include "ledger/ledger_verify.h"

#define VERIFY_BATCH	500

/* Ids of one ledger that were pruned, ascending once verify_prunes() ended. */
struct id_set {
	uint64_t *ids;
	size_t n, size;
};

struct verify {
	struct db *db;
	const struct verify_options *options;
	struct arena *arena;	/* of the whole run */
	struct arena *batch;	/* wiped after each batch */
	struct jwks jwks;
	struct q_ledger_state state;
	struct id_set pruned[LEDGER_KIND__MAX];
	uint64_t removed[LEDGER_KIND__MAX];	/* leaves without row and record */
	struct verify_counts counts;
};

/**
 * verify_tell(v, kind, ledger, row, format, ...):
 * Count and hand on a finding.
 */
void verify_tell(struct verify *v, enum verify_kind kind, const char *ledger,
    uint64_t row, const char *format, ...) PRINTF_LIKE(5, 6);

/**
 * verify_progress(v, n):
 * Say that ${n} more rows or leaves are done.
 */
void verify_progress(struct verify *v, uint64_t n);

/**
 * verify_prunes(v), verify_tree(v), verify_rows(v), verify_records(v):
 * The parts, in this order.
 */
enum err verify_prunes(struct verify *v) MUST_CHECK;
enum err verify_tree(struct verify *v) MUST_CHECK;
enum err verify_rows(struct verify *v) MUST_CHECK;
enum err verify_records(struct verify *v) MUST_CHECK;

#endif
