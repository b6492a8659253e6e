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

#endif
