/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A mail to those who answer for data protection when an erasure needs a
 * person (GDPR 12(3), 17(1), 39(1)).
 */
#ifndef ERASURE_ALERT_H
#define ERASURE_ALERT_H

#include "app/job.h"

/**
 * alert_add(db, job, kind, page):
 * In the transaction in hand, write to every data protection officer that
 * there is a task of ${kind} ("erasure.second_copy", ...), which the office's
 * ${page} shows ("/requests/7").  The mail says where to look, nothing about
 * the person.
 */
enum err alert_add(struct db *db, const struct job *job, const char *kind,
    const char *page) MUST_CHECK;

#endif
