/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A choice as staff read it, on every page of theirs (GDPR 7(1), 12(1)).
 */
#ifndef CONSENT_CONSENT_OFFICE_H
#define CONSENT_CONSENT_OFFICE_H

#include "app/ctx.h"
#include "consent/consent.h"

/**
 * consent_office_state(c, view, said):
 * Put into ${view} the state that office/state.html draws: a yes that does not
 * count never looks like one that does.
 */
void consent_office_state(struct ctx *c, json_t *view,
    const struct consent_said *said);

/**
 * consent_office_how(c, how):
 * Return how it was said ("one_click"), of a person who is not the reader.
 */
const char *consent_office_how(struct ctx *c, const char *how)
    NONNULL_RETURN;

/**
 * consent_office_why(c, answer, state):
 * Return in words for staff why a purpose and channel may or may not be used
 * for somebody today; ${state} as of consent_state, or NULL.
 *
 * Source: GDPR 7(1), 18, 21; ePrivacy 13.
 */
const char *consent_office_why(struct ctx *c, enum consent_answer answer,
    const char *state) NONNULL_RETURN;

#endif
