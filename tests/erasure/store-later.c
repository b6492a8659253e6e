/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Before an erasure and after it: what has cooled off is decided, a link that
 * nobody presses becomes a task, and a second search ends what was still known
 * (GDPR 12(3), 17).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "erasure/erasure_keeper.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct arena *a;
static struct job job;

static int
fill(void **state)
{
	(void)state;
	a = arena_open();
	fixture_fill();
	job = fixture_job(erasure_keeper_run);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	fixture_end(&job);
	arena_close(a);
	return 0;
}

static void
what_has_cooled_off_is_decided_and_nothing_before(void **state)
{
	struct job due = fixture_job(erasure_keeper_due);

	(void)state;
	scratch_sql("UPDATE erasure SET state = 'cooling', "
	    "due_us = 1795555805000001, decided_us = NULL");
	assert_int_equal(fixture_run(&due), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'cooling'"), 1);
	due.now_us++;
	assert_int_equal(fixture_run(&due), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'decided' AND "
	    "decided_us = 1795555805000001"), 1);
	assert_int_equal(scratch_count(
	    "rights_step WHERE verb = 'decided'"), 1);
	fixture_end(&due);
}

static void
a_link_unpressed_for_three_days_becomes_a_task_once(void **state)
{
	struct job silent = fixture_job(erasure_keeper_intent);

	(void)state;
	scratch_sql(arena_printf(a, "UPDATE erasure SET state = 'intent', "
	    "created_us = %lld", (long long)(FIXTURE_NOW_US -
	    ERASURE_SILENT_US)));
	assert_int_equal(fixture_run(&silent), ERR_OK);
	assert_int_equal(scratch_count("task"), 0);
	silent.now_us++;
	assert_int_equal(fixture_run(&silent), ERR_OK);
	assert_int_equal(fixture_run(&silent), ERR_OK);
	assert_int_equal(scratch_count("task WHERE kind = 'erasure.intent' AND "
	    "erasure_id = 1 AND due_day = '2026-12-18'"), 1);
	assert_int_equal(scratch_count(
	    "outbox WHERE template = 'staff_alert'"), 1);
	/* the person presses it after all */
	scratch_sql("UPDATE erasure SET state = 'cooling'");
	assert_int_equal(fixture_run(&silent), ERR_OK);
	assert_int_equal(scratch_count("task WHERE kind = 'erasure.intent' AND "
	    "state = 'done' AND outcome = 'over'"), 1);
	fixture_end(&silent);
}

static void
once_delivered_a_second_search_ends_what_was_still_known(void **state)
{
	struct job second = fixture_job(erasure_keeper_rescan);

	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(fixture_run(&second), ERR_OK);
	assert_int_equal(scratch_count(
	    "erasure WHERE delivery IS NOT NULL"), 1);
	scratch_sql("UPDATE outbox SET state = 'sent'");
	scratch_sql("UPDATE contact SET city = '" FIXTURE_MAIL "' "
	    "WHERE id = 2");
	assert_int_equal(fixture_run(&second), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE delivery IS NULL AND "
	    "state = 'done'"), 1);
	assert_int_equal(scratch_count(
	    "task WHERE kind = 'erasure.second_copy'"), 1);
	fixture_end(&second);
}

static void
of_a_copy_found_after_delivery_the_officer_hears_once(void **state)
{
	struct job second = fixture_job(erasure_keeper_rescan);

	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	scratch_sql("UPDATE outbox SET state = 'sent'");
	scratch_sql("UPDATE contact SET city = '" FIXTURE_MAIL "' "
	    "WHERE id = 2");
	assert_int_equal(scratch_count(
	    "outbox WHERE template = 'staff_alert'"), 0);
	assert_int_equal(fixture_run(&second), ERR_OK);
	assert_int_equal(fixture_run(&second), ERR_OK);
	assert_int_equal(scratch_count(
	    "outbox WHERE template = 'staff_alert' AND "
	    "state = 'new'"), 1);
	fixture_end(&second);
}

static void
after_seven_days_the_second_search_waits_for_no_delivery(void **state)
{
	struct job second = fixture_job(erasure_keeper_rescan);

	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	second.now_us += ERASURE_RESCAN_DAYS * DAY_US - 1;
	assert_int_equal(fixture_run(&second), ERR_OK);
	assert_int_equal(scratch_count(
	    "erasure WHERE delivery IS NOT NULL"), 1);
	second.now_us++;
	assert_int_equal(fixture_run(&second), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE delivery IS NULL"), 1);
	fixture_end(&second);
}

static void
who_came_back_by_themself_is_no_second_copy(void **state)
{
	struct job second = fixture_job(erasure_keeper_rescan);

	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	scratch_sql("UPDATE outbox SET state = 'sent'");
	scratch_sql("UPDATE contact SET city = '" FIXTURE_MAIL "' "
	    "WHERE id = 2");
	scratch_sql(arena_printf(a, "INSERT INTO signup (form_version_id, "
	    "rendering, language, mailbox, mailbox_key, given_name, "
	    "family_name, choices, token_hash, code_hash, created_us, "
	    "expires_us) VALUES (1, REPEAT('r', 32), 'fr', '" FIXTURE_MAIL
	    "', '" FIXTURE_MAIL "', '', '', '[]', REPEAT('u', 32), "
	    "REPEAT('c', 32), %lld, 9000000000000000)",
	    (long long)(FIXTURE_NOW_US + SECOND_US)));
	assert_int_equal(fixture_run(&second), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE delivery IS NULL"), 1);
	assert_int_equal(scratch_count(
	    "task WHERE kind = 'erasure.second_copy'"), 0);
	fixture_end(&second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fill, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_cooled_off_is_decided_and_nothing_before),
		TEST(a_link_unpressed_for_three_days_becomes_a_task_once),
		TEST(once_delivered_a_second_search_ends_what_was_still_known),
		TEST(who_came_back_by_themself_is_no_second_copy),
		TEST(of_a_copy_found_after_delivery_the_officer_hears_once),
		TEST(after_seven_days_the_second_search_waits_for_no_delivery),
	};

	return cmocka_run_group_tests_name("erasure later", tests, fixture_open,
	    fixture_close);
}
