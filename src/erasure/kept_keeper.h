/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The end of what an erasure had to keep: the day that the receipt named
 * (GDPR 5(1)(e), 17(3)).
 */
#ifndef ERASURE_KEPT_KEEPER_H
#define ERASURE_KEPT_KEEPER_H

#include "app/job.h"

/**
 * kept_keeper_end(job):
 * Job: delete what the archive holds past its day, and forget whose the cases
 * of erased people were HOLDING_PROOF_MONTHS after the last one; destroy the
 * proof keys that nothing needs any more; an audit line per batch.
 *
 * Source: GDPR 5(1)(e), 17(1)(a), 17(3)(b), 17(3)(e); LAW R37.
 */
enum err kept_keeper_end(struct job *job) MUST_CHECK;

#endif
