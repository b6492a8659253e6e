/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's jobs of an erasure.  Each step is a transaction that moves the
 * row from one state to the next, so that a kill at any point is resumed:
 *
 *	cooling -> decided -> announced -> journaled -> erased -> scanned ->
 *	signed -> done;  erased -> blocked -> erased when staff are done
 *
 * Law: GDPR 12(3), 17, 19.
 */
#ifndef ERASURE_ERASURE_KEEPER_H
#define ERASURE_ERASURE_KEEPER_H

#include "app/job.h"

#define ERASURE_BATCH_MAX	100	/* persons of one search */
#define ERASURE_SILENT_US	(3 * 24 * 60 * 60 * INT64_C(1000000))
#define ERASURE_RESCAN_DAYS	7

/**
 * erasure_keeper_due(job):
 * Job: what has cooled off is decided.
 */
enum err erasure_keeper_due(struct job *job) MUST_CHECK;

/**
 * erasure_keeper_intent(job):
 * Job: a mailed link that nobody pressed for three days becomes a staff task
 * "erasure.intent", once.
 *
 * Source: GDPR 12(2): the controller facilitates the exercise of rights.
 */
enum err erasure_keeper_intent(struct job *job) MUST_CHECK;

/**
 * erasure_keeper_run(job):
 * Job: announce and journal what is decided, erase it in every holding,
 * search for second copies, and send the signed receipt.  A second copy
 * opens a task "erasure.second_copy" and no receipt leaves until it is done;
 * a name that was found opens "erasure.look" beside the receipt.
 */
enum err erasure_keeper_run(struct job *job) MUST_CHECK;

/**
 * erasure_keeper_rescan(job):
 * Job: search again once the receipt was delivered, or after seven days, and
 * then destroy what the search was for.
 */
enum err erasure_keeper_rescan(struct job *job) MUST_CHECK;

#endif
