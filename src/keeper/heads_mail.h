/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The newest signed head leaves the house once a day, to somebody who cannot
 * change the database (GDPR 5(2), 39(1)(b)).
 */
#ifndef KEEPER_HEADS_MAIL_H
#define KEEPER_HEADS_MAIL_H

#include "app/job.h"

/**
 * heads_mail(job):
 * Job: once a day mail the newest head as a file to the data protection
 * officer, whose mailbox then shows what the log held on each day.  Nothing
 * without a head, or without an address that can be written to.
 *
 * Source: RFC 9162, 1.1: heads are worth what those who keep them are.
 */
enum err heads_mail(struct job *job) MUST_CHECK;

#endif
