/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The one function that says whether a message may be sent.  Protective: what
 * no rule allows is not allowed.
 */
#include "consent/consent.h"

#include "base/text.h"
#include "html/words.h"

/* 2026-08-11T00:00 in Paris: calls to consumers in France need consent. */
#define FRANCE_CALLS_FROM_US	INT64_C(1786399200000000)

const char *const consent_answer_names[CONSENT_ANSWER__MAX] = {
	[MAY_CONSENT] = "consent",
	[MAY_SOFT_OPT_IN] = "soft opt-in",
	[MAY_NOT_OBJECTED] = "not objected",
	[MAY_SERVICE] = "service message",
	[MAY_LEGAL] = "legal duty",
	[NOT_PROMOTION_INSIDE] = "promotion inside",
	[NOT_RESTRICTED] = "processing is restricted",
	[NOT_QUARANTINED] = "basis, source or date not stated",
	[NOT_SUPPRESSED] = "suppressed",
	[NOT_REFUSED] = "refused or withdrawn",
	[NOT_PROVEN] = "consent without proof",
	[NOT_ASKED] = "never asked",
	[NOT_CONFIRMED] = "yes not confirmed by the person",
	[NOT_THIS_TEXT] = "yes to an earlier text",
	[NOT_REACHABLE] = "no address or number",
};

bool
consent_is_usable(const struct consent_said *s)
{
	return text_equal(s->state, "given") && !s->is_held &&
	    !s->is_closed && s->version_id >= s->material_id;
}

bool
consent_is_answered(const struct consent_said *s)
{
	if (s->state == NULL || strcmp(s->state, "asked") == 0)
		return false;
	return strcmp(s->state, "given") != 0 || consent_is_usable(s);
}

bool
consent_is_soft(const struct consent_customer *k)
{
	return k->has_rule && k->is_customer && k->sold_us != 0 &&
	    (k->state == NULL || strcmp(k->state, "asked") == 0) &&
	    (strcmp(k->channel, "email") == 0 ||
	    strcmp(k->channel, "sms") == 0);
}

bool
consent_is_by_staff(const char *how)
{
	return text_equal(how, "phone") || text_equal(how, "paper") ||
	    text_equal(how, "in_person");
}

/* Whether this channel needs a yes before, or only no objection. */
static bool
needs_opt_in(const struct consent_facts *f)
{
	if (f->is_business)
		return false;
	if (strcmp(f->channel, "email") == 0 || strcmp(f->channel, "sms") == 0)
		return true;
	if (strcmp(f->channel, "phone") == 0)
		return strcmp(f->country, "FR") == 0 &&
		    f->now_us >= FRANCE_CALLS_FROM_US;
	return false;
}

static bool
has_soft_opt_in(const struct consent_facts *f)
{
	return f->is_customer && f->is_similar_product &&
	    f->was_objection_offered && (strcmp(f->channel, "email") == 0 ||
	    strcmp(f->channel, "sms") == 0);
}

/* A yes that was said: what it lacks, if anything. */
static enum consent_answer
given(const struct consent_facts *f)
{
	if (f->is_held)
		return NOT_CONFIRMED;
	if (f->is_outdated)
		return NOT_THIS_TEXT;
	return f->has_proof ? MAY_CONSENT : NOT_PROVEN;
}

/* Marketing, and what a legitimate interest carries without being any. */
static enum consent_answer
unasked_for(const struct consent_facts *f)
{
	bool is_given = text_equal(f->state, "given");

	if (f->is_restricted)
		return NOT_RESTRICTED;
	if (f->is_quarantined)
		return NOT_QUARANTINED;
	if (f->is_suppressed)
		return NOT_SUPPRESSED;
	if (f->state != NULL && !is_given && strcmp(f->state, "asked") != 0)
		return NOT_REFUSED;
	if (f->is_unreachable)
		return NOT_REACHABLE;
	if (is_given)
		return given(f);
	if (!f->is_on_consent && (f->message == MESSAGE_INTEREST ||
	    !needs_opt_in(f)))
		return MAY_NOT_OBJECTED;
	return has_soft_opt_in(f) ? MAY_SOFT_OPT_IN : NOT_ASKED;
}

enum consent_answer
consent_may_send(const struct consent_facts *f)
{
	switch (f->message) {
	case MESSAGE_MARKETING: case MESSAGE_INTEREST:
		return unasked_for(f);
	case MESSAGE_SERVICE:
		if (f->has_promotion)
			return NOT_PROMOTION_INSIDE;
		return f->is_restricted ? NOT_RESTRICTED :
		    f->is_quarantined ? NOT_QUARANTINED : MAY_SERVICE;
	case MESSAGE_LEGAL:
		return f->has_promotion ? NOT_PROMOTION_INSIDE : MAY_LEGAL;
	}
	return NOT_ASKED;
}

/* In the order of the database's type. */
static const struct words_label channels[] = {
	{ "email", N_("E-mail") }, { "phone", N_("Phone") },
	{ "post", N_("Post") }, { "sms", N_("SMS") },
	{ NULL, NULL }
};

const char *
consent_channel_label(const char *channel)
{
	return words_label(channels, channel);
}

const char *
consent_kind_label(const char *kind)
{
	static const struct words_label words[] = {
		{ "asked", N_("asked") }, { "given", N_("given") },
		{ "renewed", N_("renewed") }, { "refused", N_("refused") },
		{ "withdrawn", N_("withdrawn") },
		{ "objected", N_("objected") }, { "expired", N_("expired") },
		{ NULL, NULL }
	};

	return words_label(words, kind);
}

const char *
consent_how_label(const char *how)
{
	static const struct words_label words[] = {
		{ "form", N_("on a form") },
		{ "double_opt_in", N_("on a form, confirmed by mail") },
		{ "account", N_("in your space") },
		{ "mail_link", N_("by the link in a mail") },
		{ "one_click", N_("by the unsubscribe button of your mail program") },
		{ "phone", N_("by phone") }, { "paper", N_("on paper") },
		{ "in_person", N_("in person") },
		{ "import", N_("by an import") },
		{ "program", N_("by a rule") },
		{ NULL, NULL }
	};

	return words_label(words, how);
}

uint8_t
consent_channel_number(const char *channel)
{
	uint8_t i;

	for (i = 0; channels[i].code != NULL; i++)
		if (strcmp(channels[i].code, channel) == 0)
			return (uint8_t)(i + 1);
	return 0;
}
