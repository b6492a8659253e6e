/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's jobs on merges, entered from its table only.
 * Law: GDPR 5(1)(d), 5(1)(e), 5(2).
 */
#ifndef MERGE_MERGE_KEEPER_H
#define MERGE_MERGE_KEEPER_H

#include "app/job.h"

/**
 * merge_keeper_run(job):
 * Do the oldest merge that was asked for, all of it in one transaction, or
 * note why it is not done: what was previewed holds, or nothing happens.  Each
 * main address is told.  One that cannot be finished is refused, with a fault
 * in the log, and holds up no other.
 */
enum err merge_keeper_run(struct job *job) MUST_CHECK;

/**
 * merge_keeper_keys(job):
 * Destroy the keys of records that went, once no backup holds what they seal;
 * and file under the merged record what a page of theirs, drawn in the same
 * moment, said of who looked.
 */
enum err merge_keeper_keys(struct job *job) MUST_CHECK;

/**
 * merge_keeper_look(job):
 * Look at the next contacts for others with the same address, number, or name
 * and postcode; once round, begin again a day later.
 */
enum err merge_keeper_look(struct job *job) MUST_CHECK;

#endif
