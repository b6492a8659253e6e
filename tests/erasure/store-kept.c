/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an erasure keeps goes on the day that the receipt named, and the key
 * that opened it with it (GDPR 5(1)(e), 17(3)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "erasure/erasure_keeper.h"
#include "erasure/kept_keeper.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct arena *a;
static struct job erasing, ending;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	return fixture_open(state);
}

static int
close_all(void **state)
{
	(void)state;
	arena_close(a);
	return fixture_close(state);
}

/* Contact 1 is erased: an invoice is kept until 2036, a case for 60 months. */
static int
erase(void **state)
{
	(void)state;
	fixture_fill();
	erasing = fixture_job(erasure_keeper_run);
	assert_int_equal(fixture_run(&erasing), ERR_OK);
	ending = fixture_job(kept_keeper_end);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	fixture_end(&erasing);
	fixture_end(&ending);
	return 0;
}

/* Run the job on the morning of a day. */
static void
on(int y, int m, int d)
{
	ending.now_us = day_start_us((struct day){ y, m, d }) + 6 * HOUR_US;
	assert_int_equal(fixture_run(&ending), ERR_OK);
}

static void
on_its_last_day_everything_is_still_kept(void **state)
{
	(void)state;
	scratch_sql("UPDATE rights_request SET received_day = '2031-12-31' "
	    "WHERE id = 2");
	on(2036, 12, 31);
	assert_int_equal(scratch_count("archive_item"), 1);
	assert_int_equal(scratch_count(
	    "rights_request WHERE contact_id = 1 AND "
	    "words_sealed IS NOT NULL"), 1);
	assert_int_equal(scratch_count(
	    "t_keys.person_key WHERE class = 'proof'"), 1);
}

static void
the_day_after_it_is_gone(void **state)
{
	(void)state;
	scratch_sql("UPDATE rights_request SET received_day = '2031-12-31' "
	    "WHERE id = 2");
	on(2037, 1, 1);
	assert_int_equal(scratch_count("archive_item"), 0);
	assert_int_equal(scratch_count(
	    "rights_request WHERE contact_id = 1"), 0);
	assert_int_equal(scratch_count(
	    "rights_request WHERE words_sealed IS NOT NULL "
	    "OR answer_sealed IS NOT NULL OR extended_sealed IS NOT NULL OR "
	    "mailbox_sealed IS NOT NULL"), 0);
	assert_int_equal(scratch_count("t_keys.person_key"), 0);
	assert_int_equal(scratch_count(
	    "audit_event WHERE verb IN ('archive.ended', "
	    "'case.ended')"), 2);
}

static void
the_key_stays_while_a_case_needs_it(void **state)
{
	(void)state;
	scratch_sql("UPDATE rights_request SET received_day = '2036-06-01' "
	    "WHERE id = 2");
	on(2037, 1, 1);
	assert_int_equal(scratch_count("archive_item"), 0);
	assert_int_equal(scratch_count(
	    "rights_request WHERE contact_id = 1"), 1);
	assert_int_equal(scratch_count(
	    "t_keys.person_key WHERE class = 'proof'"), 1);
}

static void
the_cases_of_who_is_still_here_stay(void **state)
{
	(void)state;
	scratch_sql("UPDATE rights_request SET contact_id = 2, received_day = "
	    "'2020-01-01' WHERE id = 2");
	on(2037, 1, 1);
	assert_int_equal(scratch_count(
	    "rights_request WHERE contact_id = 2 AND "
	    "words_sealed IS NOT NULL"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, erase, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(on_its_last_day_everything_is_still_kept),
		TEST(the_day_after_it_is_gone),
		TEST(the_key_stays_while_a_case_needs_it),
		TEST(the_cases_of_who_is_still_here_stay),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
