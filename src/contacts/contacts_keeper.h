/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's job on contacts, entered from its table only.
 * Law: GDPR 5(1)(d), 15.
 */
#ifndef CONTACTS_CONTACTS_KEEPER_H
#define CONTACTS_CONTACTS_KEEPER_H

#include "app/job.h"

/**
 * contacts_keeper_index(job):
 * Make the words that contacts are found by agree with their names, for a
 * batch of those that are new or were changed.
 */
enum err contacts_keeper_index(struct job *job) MUST_CHECK;

#endif
