/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the relay's answers mean, and when a mail is tried again
 * (GDPR 12(3); RFC 5321, RFC 1047).
 */
#include "courier/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/cc.h"
#include "base/clock.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)

/* As libcurl 7.88.1 reports them. */
static const struct {
	struct smtp_answer answer;
	enum verdict verdict;
	bool is_relay;
	const char *what;
} measured[] = {
	{ { SMTP_BODY, 0, 250 }, VERDICT_SENT, false, "250 after the dot" },
	{ { SMTP_BODY, 56, 250 }, VERDICT_SENT, false, "250, then cut" },
	{ { SMTP_RCPT, 55, 550 }, VERDICT_BOUNCED, false, "550 at RCPT" },
	{ { SMTP_RCPT, 55, 451 }, VERDICT_RETRY, false, "451 at RCPT" },
	{ { SMTP_HELLO, 56, 421 }, VERDICT_RETRY, true, "421 greeting" },
	{ { SMTP_BODY, 8, 452 }, VERDICT_RETRY, false, "452 after the dot" },
	{ { SMTP_BODY, 8, 550 }, VERDICT_BOUNCED, false, "550 after the dot" },
	{ { SMTP_BODY, 56, 354 }, VERDICT_AMBIGUOUS, true, "cut after dot" },
	{ { SMTP_BODY, 28, 354 }, VERDICT_AMBIGUOUS, true, "hang after dot" },
	{ { SMTP_HELLO, 28, 0 }, VERDICT_RETRY, true, "hang at the banner" },
	{ { SMTP_HELLO, 7, 0 }, VERDICT_RETRY, true, "refused" },
	{ { SMTP_HELLO, 67, 535 }, VERDICT_RETRY, true, "wrong password" },
	{ { SMTP_HELLO, 56, 554 }, VERDICT_RETRY, true, "554 greeting" },
	{ { SMTP_HELLO, 64, 250 }, VERDICT_RETRY, true, "no STARTTLS" },
	{ { SMTP_HELLO, 60, 220 }, VERDICT_RETRY, true, "wrong certificate" },
	{ { SMTP_MAIL, 55, 550 }, VERDICT_RETRY, true, "550 at MAIL" },
	{ { SMTP_MAIL, 56, 250 }, VERDICT_RETRY, true, "cut at MAIL" },
	{ { SMTP_RCPT, 56, 250 }, VERDICT_RETRY, true, "cut at RCPT" },
	{ { SMTP_RCPT, 55, 421 }, VERDICT_RETRY, true, "421 at RCPT" },
	{ { SMTP_DATA, 55, 451 }, VERDICT_RETRY, false, "451 at DATA" },
	{ { SMTP_DATA, 55, 554 }, VERDICT_BOUNCED, false, "554 at DATA" },
	{ { SMTP_DATA, 56, 250 }, VERDICT_RETRY, true, "cut at DATA" },
	{ { SMTP_DATA, 56, 354 }, VERDICT_AMBIGUOUS, true, "cut at 354" },
	{ { SMTP_BODY, 8, 421 }, VERDICT_RETRY, true, "421 after the dot" },
};

static void
each_answer_means_what_the_table_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(measured); i++) {
		if (verdict_of(&measured[i].answer) != measured[i].verdict)
			fail_msg("%s", measured[i].what);
		if (measured[i].verdict != VERDICT_SENT &&
		    verdict_is_relay(&measured[i].answer) !=
		    measured[i].is_relay)
			fail_msg("relay: %s", measured[i].what);
	}
}

static void
nothing_is_sent_without_a_2xx_behind_the_whole_mail(void **state)
{
	struct smtp_answer answer;
	int stage;

	(void)state;
	for (stage = 0; stage < SMTP_STAGE__MAX; stage++) {
		for (answer.reply = 0; answer.reply < 1000; answer.reply++) {
			answer.stage = (enum smtp_stage)stage;
			answer.curl = 0;
			if (verdict_of(&answer) == VERDICT_SENT) {
				assert_int_equal(stage, SMTP_BODY);
				assert_in_range(answer.reply, 200, 299);
			}
		}
	}
}

static void
waits_grow_and_keep_within_a_fifth(void **state)
{
	static const int64_t minutes[] = { 1, 5, 15, 60, 240, 480, 480, 480 };
	int64_t wait, least, most;
	unsigned i;
	uint32_t chance;

	(void)state;
	for (i = 0; i < LENGTH(minutes); i++) {
		least = INT64_MAX;
		most = 0;
		for (chance = 0; chance < UINT32_MAX - 99999999;
		    chance += 99999999) {
			wait = wait_us(i + 1, chance);
			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		assert_true(least >= minutes[i] * MINUTE_US * 8 / 10);
		assert_true(most <= minutes[i] * MINUTE_US * 12 / 10);
		assert_true(most > least);
	}
	assert_int_equal(wait_us(1, 0), 48 * SECOND_US);
	assert_int_equal(wait_us(1, 24 * 1000000), 72 * SECOND_US);
}

static struct outcome
outcome(enum verdict verdict, unsigned attempt, unsigned unsure, bool is_legal,
    int64_t age_us)
{
	struct tried tried = { attempt, unsure, is_legal, NOW_US - age_us };

	return outcome_of(verdict, &tried, NOW_US, 12345);
}

static void
a_mail_is_given_up_after_twelve_tries_and_staff_see_a_legal_one(void **state)
{
	struct outcome o;

	(void)state;
	o = outcome(VERDICT_RETRY, 11, 0, true, HOUR_US);
	assert_string_equal(o.state, "retry");
	assert_false(o.is_end);
	o = outcome(VERDICT_RETRY, 12, 0, true, HOUR_US);
	assert_string_equal(o.state, "dead");
	assert_true(o.is_end);
	assert_string_equal(o.task, "tries");
	o = outcome(VERDICT_RETRY, 12, 0, false, HOUR_US);
	assert_string_equal(o.state, "dead");
	assert_null(o.task);
}

static void
a_mail_is_given_up_after_three_days_but_not_at_its_first_tries(void **state)
{
	(void)state;
	assert_string_equal(outcome(VERDICT_RETRY, 4, 0, true,
	    3 * DAY_US).state, "dead");
	assert_string_equal(outcome(VERDICT_RETRY, 4, 0, true,
	    3 * DAY_US - 1).state, "retry");
	assert_string_equal(outcome(VERDICT_RETRY, 3, 0, true,
	    9 * DAY_US).state, "retry");
}

static void
an_ambiguous_mail_is_sent_again_once_after_a_quarter_of_an_hour(void **state)
{
	struct outcome o = outcome(VERDICT_AMBIGUOUS, 1, 0, true, 0);

	(void)state;
	assert_string_equal(o.state, "ambiguous");
	assert_int_equal(o.due_us, NOW_US + 15 * MINUTE_US);
	assert_int_equal(o.unsure, 1);
	assert_null(o.task);
	o = outcome(VERDICT_AMBIGUOUS, 2, 1, true, 0);
	assert_string_equal(o.state, "dead");
	assert_string_equal(o.task, "unsure");
	o = outcome(VERDICT_AMBIGUOUS, 2, 1, false, 0);
	assert_string_equal(o.state, "dead");
	assert_null(o.task);
	o = outcome(VERDICT_RETRY, 2, 1, true, 0);
	assert_int_equal(o.unsure, 1);
}

static void
staff_learn_of_a_legal_notice_that_bounced(void **state)
{
	struct outcome o = outcome(VERDICT_BOUNCED, 1, 0, true, 0);

	(void)state;
	assert_string_equal(o.state, "bounced");
	assert_true(o.is_end);
	assert_string_equal(o.task, "refused");
	assert_null(outcome(VERDICT_BOUNCED, 1, 0, false, 0).task);
	assert_null(outcome(VERDICT_SENT, 1, 0, true, 0).task);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_means_what_the_table_says),
		cmocka_unit_test(nothing_is_sent_without_a_2xx_behind_the_whole_mail),
		cmocka_unit_test(waits_grow_and_keep_within_a_fifth),
		cmocka_unit_test(a_mail_is_given_up_after_twelve_tries_and_staff_see_a_legal_one),
		cmocka_unit_test(a_mail_is_given_up_after_three_days_but_not_at_its_first_tries),
		cmocka_unit_test(an_ambiguous_mail_is_sent_again_once_after_a_quarter_of_an_hour),
		cmocka_unit_test(staff_learn_of_a_legal_notice_that_bounced),
	};

	return cmocka_run_group_tests_name("courier", tests, NULL, NULL);
}
