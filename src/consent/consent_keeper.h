/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's job on choices, entered from its table only.
 * Law: GDPR 7(1), 7(3); RFC 8058.
 */
#ifndef CONSENT_CONSENT_KEEPER_H
#define CONSENT_CONSENT_KEEPER_H

#include "app/job.h"

/**
 * consent_keeper_tell(job):
 * Mail a batch of people what was recorded of their choices, with the link
 * that stops everything: at once after a double opt-in, else when they have
 * let their choices alone for two minutes.  Whoever only said no hears
 * nothing more, unless a colleague noted it for them.
 */
enum err consent_keeper_tell(struct job *job) MUST_CHECK;

/**
 * consent_keeper_mark(job):
 * Keep for which address and number a sale was noted, of those noted before
 * that was kept; they count from then on.
 *
 * Source: ePrivacy 13(2).
 */
enum err consent_keeper_mark(struct job *job) MUST_CHECK;

#endif
