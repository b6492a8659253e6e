/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * May this be sent, and why: what the law says, a line each
 * (GDPR 7(1), 18, 21(3); ePrivacy 13; LAW R1 to R9).
 */
#include "consent/consent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define AUGUST_10_2026_US	INT64_C(1786312800000000)	/* 00:00 in Paris */
#define AUGUST_11_2026_US	INT64_C(1786399200000000)

/* A consumer in France who said yes to this by e-mail, with its proof. */
static struct consent_facts
yes_by(const char *channel)
{
	return (struct consent_facts){ .message = MESSAGE_MARKETING,
	    .channel = channel, .country = "FR", .state = "given",
	    .has_proof = true, .now_us = AUGUST_11_2026_US };
}

/* Somebody who was never asked. */
static struct consent_facts
silence_by(const char *channel)
{
	struct consent_facts f = yes_by(channel);

	f.state = NULL;
	f.has_proof = false;
	return f;
}

static void
a_yes_with_its_proof_carries_every_channel(void **state)
{
	static const char *const channels[] = { "email", "sms", "phone",
		"post" };
	struct consent_facts f;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(channels); i++) {
		f = yes_by(channels[i]);
		assert_int_equal(consent_may_send(&f), MAY_CONSENT);
		f.has_proof = false;
		assert_int_equal(consent_may_send(&f), NOT_PROVEN);
	}
}

/* X22: until basis, source and date are stated, a yes carries nothing. */
static void
nothing_but_what_the_law_asks_goes_to_who_is_in_quarantine(void **state)
{
	struct consent_facts f = yes_by("email");

	(void)state;
	f.is_quarantined = true;
	assert_int_equal(consent_may_send(&f), NOT_QUARANTINED);
	f.message = MESSAGE_SERVICE;
	assert_int_equal(consent_may_send(&f), NOT_QUARANTINED);
	f.message = MESSAGE_LEGAL;
	assert_int_equal(consent_may_send(&f), MAY_LEGAL);
	assert_true(NOT_QUARANTINED > NOT_PROMOTION_INSIDE);
}

static void
silence_is_no_yes_by_electronic_mail(void **state)
{
	struct consent_facts f = silence_by("email");

	(void)state;
	assert_int_equal(consent_may_send(&f), NOT_ASKED);
	f.state = "asked";
	assert_int_equal(consent_may_send(&f), NOT_ASKED);
	f = silence_by("sms");
	assert_int_equal(consent_may_send(&f), NOT_ASKED);
}

static void
post_and_business_need_no_yes_before_but_no_objection(void **state)
{
	struct consent_facts f = silence_by("post");

	(void)state;
	assert_int_equal(consent_may_send(&f), MAY_NOT_OBJECTED);
	f.state = "objected";
	assert_int_equal(consent_may_send(&f), NOT_REFUSED);
	f = silence_by("email");
	f.is_business = true;
	assert_int_equal(consent_may_send(&f), MAY_NOT_OBJECTED);
	f.state = "withdrawn";
	assert_int_equal(consent_may_send(&f), NOT_REFUSED);
}

static void
calls_to_consumers_in_france_need_a_yes_from_11_august_2026(void **state)
{
	struct consent_facts f = silence_by("phone");

	(void)state;
	assert_int_equal(consent_may_send(&f), NOT_ASKED);
	f.now_us = AUGUST_11_2026_US - 1;
	assert_int_equal(consent_may_send(&f), MAY_NOT_OBJECTED);
	f.now_us = AUGUST_10_2026_US;
	assert_int_equal(consent_may_send(&f), MAY_NOT_OBJECTED);
	f = silence_by("phone");
	f.country = "BE";
	assert_int_equal(consent_may_send(&f), MAY_NOT_OBJECTED);
	f.country = "FR";
	f.is_business = true;
	assert_int_equal(consent_may_send(&f), MAY_NOT_OBJECTED);
}

static void
the_soft_opt_in_needs_all_of_its_facts(void **state)
{
	struct consent_facts f = silence_by("email");

	(void)state;
	f.is_customer = f.is_similar_product = f.was_objection_offered = true;
	assert_int_equal(consent_may_send(&f), MAY_SOFT_OPT_IN);
	f.is_customer = false;
	assert_int_equal(consent_may_send(&f), NOT_ASKED);
	f.is_customer = true;
	f.is_similar_product = false;
	assert_int_equal(consent_may_send(&f), NOT_ASKED);
	f.is_similar_product = true;
	f.was_objection_offered = false;
	assert_int_equal(consent_may_send(&f), NOT_ASKED);
	f.was_objection_offered = true;
	f.state = "objected";
	assert_int_equal(consent_may_send(&f), NOT_REFUSED);
	f.state = NULL;
	f.channel = "phone";
	assert_int_equal(consent_may_send(&f), NOT_ASKED);
}

static void
every_other_state_than_given_is_a_no(void **state)
{
	static const char *const states[] = { "refused", "withdrawn",
		"objected", "expired" };
	struct consent_facts f = yes_by("email");
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(states); i++) {
		f.state = states[i];
		assert_int_equal(consent_may_send(&f), NOT_REFUSED);
	}
}

static void
restriction_and_suppression_stop_what_was_given(void **state)
{
	struct consent_facts f = yes_by("email");

	(void)state;
	f.is_suppressed = true;
	assert_int_equal(consent_may_send(&f), NOT_SUPPRESSED);
	f.is_restricted = true;
	assert_int_equal(consent_may_send(&f), NOT_RESTRICTED);
	f = silence_by("post");
	f.is_suppressed = true;
	assert_int_equal(consent_may_send(&f), NOT_SUPPRESSED);
}

static void
service_and_legal_messages_need_no_yes_and_bear_no_promotion(void **state)
{
	struct consent_facts f = silence_by("email");

	(void)state;
	f.state = "withdrawn";
	f.is_suppressed = true;
	f.message = MESSAGE_SERVICE;
	assert_int_equal(consent_may_send(&f), MAY_SERVICE);
	f.is_restricted = true;
	assert_int_equal(consent_may_send(&f), NOT_RESTRICTED);
	f.message = MESSAGE_LEGAL;
	assert_int_equal(consent_may_send(&f), MAY_LEGAL);
	f.has_promotion = true;
	assert_int_equal(consent_may_send(&f), NOT_PROMOTION_INSIDE);
	f.message = MESSAGE_SERVICE;
	assert_int_equal(consent_may_send(&f), NOT_PROMOTION_INSIDE);
}

static void
what_rests_on_consent_needs_a_yes_by_every_channel(void **state)
{
	static const char *const channels[] = { "email", "phone", "post",
		"sms" };
	struct consent_facts f;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(channels); i++) {
		f = silence_by(channels[i]);
		f.country = "BE";
		f.is_on_consent = true;
		assert_int_equal(consent_may_send(&f), NOT_ASKED);
		f.is_business = true;
		assert_int_equal(consent_may_send(&f), NOT_ASKED);
	}
}

static void
an_interest_that_is_no_advertising_needs_no_yes_but_no_objection(void **state)
{
	struct consent_facts f = silence_by("email");

	(void)state;
	f.message = MESSAGE_INTEREST;
	assert_int_equal(consent_may_send(&f), MAY_NOT_OBJECTED);
	f.is_unreachable = true;
	assert_int_equal(consent_may_send(&f), NOT_REACHABLE);
	f.is_suppressed = true;
	assert_int_equal(consent_may_send(&f), NOT_SUPPRESSED);
	f.state = "objected";
	f.is_suppressed = false;
	assert_int_equal(consent_may_send(&f), NOT_REFUSED);
	f.is_quarantined = true;
	assert_int_equal(consent_may_send(&f), NOT_QUARANTINED);
	f.is_restricted = true;
	assert_int_equal(consent_may_send(&f), NOT_RESTRICTED);
}

static void
a_yes_that_waits_or_was_to_another_text_carries_nothing(void **state)
{
	struct consent_facts f = silence_by("email");

	(void)state;
	f.state = "given";
	f.has_proof = true;
	assert_int_equal(consent_may_send(&f), MAY_CONSENT);
	f.is_outdated = true;
	assert_int_equal(consent_may_send(&f), NOT_THIS_TEXT);
	f.is_held = true;
	assert_int_equal(consent_may_send(&f), NOT_CONFIRMED);
	f.is_unreachable = true;
	assert_int_equal(consent_may_send(&f), NOT_REACHABLE);
}

static void
a_prospect_is_no_customer_whatever_was_sold(void **state)
{
	struct consent_customer k = { true, "email", NULL, 7, true };

	(void)state;
	assert_true(consent_is_soft(&k));
	k.is_customer = false;
	assert_false(consent_is_soft(&k));
}

static void
every_answer_has_its_name(void **state)
{
	enum consent_answer answer;

	(void)state;
	for (answer = 0; answer < CONSENT_ANSWER__MAX; answer++)
		assert_non_null(consent_answer_names[answer]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_yes_with_its_proof_carries_every_channel),
		cmocka_unit_test(nothing_but_what_the_law_asks_goes_to_who_is_in_quarantine),
		cmocka_unit_test(silence_is_no_yes_by_electronic_mail),
		cmocka_unit_test(post_and_business_need_no_yes_before_but_no_objection),
		cmocka_unit_test(calls_to_consumers_in_france_need_a_yes_from_11_august_2026),
		cmocka_unit_test(the_soft_opt_in_needs_all_of_its_facts),
		cmocka_unit_test(every_other_state_than_given_is_a_no),
		cmocka_unit_test(restriction_and_suppression_stop_what_was_given),
		cmocka_unit_test(service_and_legal_messages_need_no_yes_and_bear_no_promotion),
		cmocka_unit_test(what_rests_on_consent_needs_a_yes_by_every_channel),
		cmocka_unit_test(an_interest_that_is_no_advertising_needs_no_yes_but_no_objection),
		cmocka_unit_test(a_yes_that_waits_or_was_to_another_text_carries_nothing),
		cmocka_unit_test(a_prospect_is_no_customer_whatever_was_sold),
		cmocka_unit_test(every_answer_has_its_name),
	};

	return cmocka_run_group_tests_name("consent", tests, NULL, NULL);
}
