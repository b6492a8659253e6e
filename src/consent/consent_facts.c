/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A row of somebody's choices as the rules see it.
 */
#include "consent/consent_facts.h"

#include <string.h>

#include "base/text.h"

struct consent_said
consent_said_of(const struct q_consent_choices *row)
{
	return (struct consent_said){ .state = row->state,
	    .is_held = row->is_held, .version_id = row->said_id,
	    .material_id = row->material_id };
}

struct consent_customer
consent_customer_of(const struct q_consent_choices *row)
{
	return (struct consent_customer){ row->has_soft_opt_in, row->channel,
	    row->state, row->sold_us, row->is_customer };
}

struct consent_facts
consent_facts_of(const struct q_consent_choices *row, int64_t now_us)
{
	const struct consent_customer customer = consent_customer_of(row);
	bool is_consent = strcmp(row->basis, "consent") == 0;
	bool is_soft = consent_is_soft(&customer);

	return (struct consent_facts){ .message = is_consent ||
	    row->is_commercial ? MESSAGE_MARKETING : MESSAGE_INTEREST,
	    .channel = row->channel, .country = row->country,
	    .is_business = row->is_business, .state = row->state,
	    .has_proof = row->how != NULL && row->last_wording != NULL &&
	    row->notice_number != 0, .is_restricted = row->is_restricted,
	    .is_quarantined = row->is_quarantined,
	    .is_on_consent = is_consent, .is_held = row->is_held,
	    .is_outdated = text_equal(row->state, "given") &&
	    row->said_id < row->material_id,
	    .is_customer = is_soft, .is_similar_product = is_soft,
	    .was_objection_offered = is_soft, .now_us = now_us };
}
