/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files that staff brought in: read, tried, taken in, destroyed; entered from
 * the keeper's table only (GDPR 5(1)(d), 5(1)(e), 14).
 */
#ifndef IMPORT_IMPORT_KEEPER_H
#define IMPORT_IMPORT_KEEPER_H

#include "app/job.h"

/**
 * import_keeper_read(job):
 * Let the file that has waited longest be read by a process of its own
 * (import_read()), and keep its rows in sealed pieces instead of it; or say
 * why it is refused, and destroy it.
 */
enum err import_keeper_read(struct job *job) MUST_CHECK;

/**
 * import_keeper_work(job):
 * Go on with the import that is being tried, stored or taken back, piece by
 * piece, each in one transaction that also says how far it is: after a kill
 * the next piece is the one that was not stored.  One import at a time, those
 * of the command line included.
 */
enum err import_keeper_work(struct job *job) MUST_CHECK;

/**
 * import_keeper_tell(job):
 * Write to some of those who came with a file, whom nobody has told yet: what
 * is held of them, where it is from, what for, and what they may do.  Who has
 * no address, or one that must not be written to, is left for a letter.
 *
 * Source: GDPR 14.
 */
enum err import_keeper_tell(struct job *job) MUST_CHECK;

/**
 * import_keeper_alert(job):
 * Make a task of notices that are late, and of contacts that have been in
 * quarantine for a month.
 *
 * Source: GDPR 14(3)(a).
 */
enum err import_keeper_alert(struct job *job) MUST_CHECK;

/**
 * import_keeper_expire(job):
 * Destroy what lies there of files whose time has come; forget which contact
 * came of which line once that can no longer be taken back, and imports after
 * a year.
 */
enum err import_keeper_expire(struct job *job) MUST_CHECK;

#endif
