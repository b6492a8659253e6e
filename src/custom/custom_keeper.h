/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The ends of custom values: fields that are removed, and values whose own
 * time has ended; entered from the keeper's table only.
 * Law: GDPR 5(1)(c), 5(1)(e).
 */
#ifndef CUSTOM_CUSTOM_KEEPER_H
#define CUSTOM_CUSTOM_KEEPER_H

#include "app/job.h"

/**
 * custom_keeper_empty(job):
 * Destroy values of a field that is being removed, a batch of people at a
 * time, with what its history and provenance say of them; each person's
 * history then says that a program emptied it.  When nothing is left the
 * field is removed.  Whose use is restricted keeps theirs until the
 * restriction ends (GDPR 18(1)), and the field waits for them.
 */
enum err custom_keeper_empty(struct job *job) MUST_CHECK;

/**
 * custom_keeper_expire(job):
 * Destroy in the same way the values that are older than their field keeps
 * them.
 */
enum err custom_keeper_expire(struct job *job) MUST_CHECK;

#endif
