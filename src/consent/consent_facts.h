/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the rules of consent depend on, out of a row of somebody's choices:
 * every page and every check asks the same rules with the same facts.
 * Law: GDPR 7(1), 18, 21; ePrivacy 13; LAW R6.
 */
#ifndef CONSENT_CONSENT_FACTS_H
#define CONSENT_CONSENT_FACTS_H

#include "consent/consent.h"
#include "db/queries.h"

/**
 * consent_said_of(row), consent_customer_of(row):
 * Return what stands for ${row}, and what the soft opt-in rests on.
 */
struct consent_said consent_said_of(const struct q_consent_choices *row);
struct consent_customer consent_customer_of(
    const struct q_consent_choices *row);

/**
 * consent_facts_of(row, now_us):
 * Return what consent_may_send() depends on for ${row}; the caller adds whether
 * the address is suppressed or missing.
 */
struct consent_facts consent_facts_of(const struct q_consent_choices *row,
    int64_t now_us);

#endif
