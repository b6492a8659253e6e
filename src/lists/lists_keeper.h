/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's jobs for lists (GDPR 5(1)(e), 25).
 */
#ifndef LISTS_LISTS_KEEPER_H
#define LISTS_LISTS_KEEPER_H

#include "app/job.h"

/**
 * lists_keeper_walk(job):
 * Look at the next contacts for the oldest snapshot that is asked for.  A
 * snapshot that was left half-way is begun again.
 */
enum err lists_keeper_walk(struct job *job) MUST_CHECK;

/**
 * lists_keeper_expire(job):
 * Remove the snapshots whose day is over.
 */
enum err lists_keeper_expire(struct job *job) MUST_CHECK;

/**
 * lists_keeper_bulk(job):
 * Go on with the oldest action on many contacts that is under way, where the
 * last part ended, whoever did it.
 */
enum err lists_keeper_bulk(struct job *job) MUST_CHECK;

/**
 * lists_keeper_bulk_expire(job):
 * Forget who was in an action that can be taken back no more, a preview nobody
 * confirmed, a proposal nobody decided on; then the action itself.
 */
enum err lists_keeper_bulk_expire(struct job *job) MUST_CHECK;

#endif
