/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The whole log, verified because somebody in the back-office asked for it.
 * Law: GDPR 5(2), 32(1)(d).
 */
#ifndef LEDGER_CHECK_KEEPER_H
#define LEDGER_CHECK_KEEPER_H

#include "app/job.h"

/**
 * ledger_keeper_check(job):
 * Let a process of its own verify the log as `assent verify ledger` does, with
 * a connection of its own, so that no other job waits for it; look each time
 * whether it has ended, or was called off.  One that ended with its keeper is
 * begun anew by the next.
 */
enum err ledger_keeper_check(struct job *job) MUST_CHECK;

#endif
