/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The end of an erasure: counts read again, the receipt signed, stored, made
 * a leaf of the log and sent (GDPR 5(2), 12(3), 17(1)).
 */
#ifndef ERASURE_ISSUE_H
#define ERASURE_ISSUE_H

#include <stdbool.h>

#include "app/gate.h"
#include "app/job.h"
#include "db/queries.h"
#include "erasure/holding.h"

/* A searched erasure. */
struct issue {
	const struct q_erasing_open *row;
	const struct holding_person *person;
	int64_t scanned_us;
	uint64_t n_columns;
	uint64_t n_rows;
	uint64_t for_review;
};

/**
 * issue_receipt(job, issue, ret_is_issued):
 * Sign the receipt, write its line for the log, and move the erasure from
 * scanned to signed, in one transaction.  When a row of the person came back
 * since the erasure, move it to journaled instead, to be erased again;
 * ${ret_is_issued} is then false.
 */
enum err issue_receipt(struct job *job, const struct issue *issue,
    bool *ret_is_issued) MUST_CHECK;

/**
 * issue_send(job, row, person, ret_is_sent):
 * Sign the receipt of ${row}, which is signed, again with its place in the
 * log, and send it with the opening, in one transaction; see issue_place().
 * ${ret_is_sent} is false while it waits for a head, and true when it has
 * left, now or before.  A stored receipt that is not what this keeper signed
 * is not sent (logged): the search begins again, and a new one is made.
 */
enum err issue_send(struct job *job, const struct q_erasing_open *row,
    const struct holding_person *person, bool *ret_is_sent) MUST_CHECK;

/**
 * issue_close(job, row):
 * Close the case as answered, and the erasure as done.
 */
enum err issue_close(struct job *job, const struct q_erasing_open *row)
    MUST_CHECK;

#endif
