/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What can be chosen, and what a person chose of it (GDPR 7(3)).
 */
#ifndef CONSENT_CONSENT_OFFERS_PORTAL_H
#define CONSENT_CONSENT_OFFERS_PORTAL_H

#include "app/ctx.h"
#include "db/queries.h"

struct consent_offers;

/**
 * consent_offers_open(void):
 * Return a worker's empty memory of what is offered, for ever.
 */
struct consent_offers *consent_offers_open(void) RETURNS_NEW;

/**
 * consent_offers_load(c, contact_id, ret_rows, ret_n):
 * Give what q_consent_choices() would, for a page: what is offered is read
 * again when the site's name is, the person's choices are read now.  Who
 * changes a choice asks q_consent_choices() in the transaction.
 */
enum err consent_offers_load(struct ctx *c, uint64_t contact_id,
    struct q_consent_choices **ret_rows, size_t *ret_n) MUST_CHECK;

#endif
