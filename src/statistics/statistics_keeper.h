/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper counts what happened, so that totals stay when rows go
 * (GDPR 5(1)(c), 24, recital 26; FEATURES X39).
 */
#ifndef STATISTICS_STATISTICS_KEEPER_H
#define STATISTICS_STATISTICS_KEEPER_H

#include "app/job.h"

/**
 * statistics_keeper_months(job):
 * Add to the months the next rows of each source that were not counted yet:
 * consents, contacts, requests, receipts.  A row counts once, whatever becomes
 * of it.
 */
enum err statistics_keeper_months(struct job *job) MUST_CHECK;

/**
 * statistics_keeper_today(job):
 * Once a day, or when asked for by name, count the contacts there are, some
 * thousand at a time.
 */
enum err statistics_keeper_today(struct job *job) MUST_CHECK;

#endif
