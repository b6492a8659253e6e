/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The place of a receipt in the log: what makes it hold even when its key is
 * in other hands one day (GDPR 5(2), 17(1)).
 */
#ifndef ERASURE_ISSUE_PLACE_H
#define ERASURE_ISSUE_PLACE_H

#include <stdbool.h>

#include "app/job.h"
#include "db/queries.h"
#include "erasure/receipt.h"

#define PLACE_WAIT_US	(10 * 60 * INT64_C(1000000))	/* the answer has a legal date */
#define PLACE_LEAVES_MAX 20000	/* behind the log of when it was signed */

/**
 * issue_frontier(db, a, ret_frontier):
 * Give the log as it is now, before the leaf of a receipt that is stored in
 * the transaction in hand; { NULL, 0 } while there is no log.
 */
enum err issue_frontier(struct db *db, struct arena *a,
    struct bytes *ret_frontier) MUST_CHECK;

/**
 * issue_place(job, row, r, ret_is_ready):
 * Put into the log of ${r}, which ${row} holds as signed without it, where its
 * leaf stands under the newest head.  ${ret_is_ready} is false while that head
 * does not cover it; after PLACE_WAIT_US, or where no head was ever signed, it
 * is true and ${r} stays without its place, as when the log disagrees (logged).
 *
 * Source: RFC 9162, 2.1.3.
 */
enum err issue_place(struct job *job,
    const struct q_erasing_draft_load *row, struct receipt *r,
    bool *ret_is_ready) MUST_CHECK;

#endif
