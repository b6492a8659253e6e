/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A mail to those who answer for data protection when an erasure needs a
 * person (GDPR 12(3), 17(1), 39(1)).
 */
#ifndef ERASURE_ALERT_H
#define ERASURE_ALERT_H

#include "app/job.h"

/**
 * alert_add(db, job, kind, request_id):
 * In the transaction in hand, write to every data protection officer that
 * there is a task of ${kind} ("erasure.second_copy", ...) for case
 * ${request_id}.  The mail says where to look, nothing about the person.
 */
enum err alert_add(struct db *db, const struct job *job, const char *kind,
    uint64_t request_id) MUST_CHECK;

#endif
