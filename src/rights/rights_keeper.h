/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The legal limit comes near: the keeper's job that says so.
 * Law: GDPR 12(3); LAW R28.
 */
#ifndef RIGHTS_RIGHTS_KEEPER_H
#define RIGHTS_RIGHTS_KEEPER_H

#include "app/job.h"

/**
 * rights_keeper_alert(job):
 * Job: ten, five and one day before the legal limit of an open case, and once
 * it has passed, write to the colleague who takes care of it, or to every
 * data protection officer; each once.  A limit that has passed is a step of
 * the case and a line in the audit.
 */
enum err rights_keeper_alert(struct job *job) MUST_CHECK;

/**
 * rights_keeper_lift(job):
 * Job: end each freeze whose announced day has come.  It waits while the mail
 * that says so waits; if the mail was given up, the freeze stays, and the case
 * says why.
 *
 * Source: GDPR 18(3).
 */
enum err rights_keeper_lift(struct job *job) MUST_CHECK;

#endif
