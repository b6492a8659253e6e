/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's jobs about exports by staff: make those that were asked for,
 * destroy those that are over, note in the audit what was downloaded.
 * Law: GDPR 5(1)(c), 5(1)(e), 5(1)(f), 5(2), 17, 18(2).
 */
#ifndef EXPORT_EXPORT_STAFF_KEEPER_H
#define EXPORT_EXPORT_STAFF_KEEPER_H

#include "app/job.h"

/**
 * export_staff_build(job):
 * Make a part of the oldest export that waits, and come again for the next
 * part.  Whoever its owner may not see any more, is being erased or has the
 * use restricted is left out.  Each part stores who is in it before what is
 * said of them, so that an erasure finds the export; then the part before is
 * taken up by nobody.  One that another keeper left is begun again; after
 * EXPORT_STAFF_TRIES, without room on the disk, or when its owner may not
 * export any more, it has failed.
 *
 * Source: GDPR 5(1)(f), 15(1)(c), 17(1), 18(2).
 */
enum err export_staff_build(struct job *job) MUST_CHECK;

/**
 * export_staff_expire(job):
 * Destroy what is past its time, cancelled, failed, hit by an erasure, or of
 * somebody who has left; after EXPORT_STAFF_MONTHS forget that it was.
 */
enum err export_staff_expire(struct job *job) MUST_CHECK;

/**
 * export_staff_note(job):
 * Write a line into the audit for each download since.
 *
 * Source: GDPR 5(2).
 */
enum err export_staff_note(struct job *job) MUST_CHECK;

#endif
