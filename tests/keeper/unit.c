/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The clock's guard and the table of jobs, without a database
 * (GDPR 5(1)(e), 32(1)(b)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "keeper/guard.h"
#include "keeper/jobs.h"

#define HIGH_US INT64_C(1795000000000000)

static void
a_clock_that_runs_on_is_good(void **state)
{
	(void)state;
	assert_int_equal(guard_judge(HIGH_US, 0, HIGH_US), GUARD_GOOD);
	assert_int_equal(guard_judge(HIGH_US, 0, HIGH_US + HOUR_US),
	    GUARD_GOOD);
	assert_int_equal(guard_judge(HIGH_US, 0, HIGH_US - 2 * SECOND_US),
	    GUARD_GOOD);
}

static void
a_jump_of_more_than_an_hour_is_doubted_until_accepted(void **state)
{
	int64_t later_us = HIGH_US + 8 * DAY_US;

	(void)state;
	assert_int_equal(guard_judge(HIGH_US, HIGH_US, later_us),
	    GUARD_FORWARD);
	assert_int_equal(guard_judge(HIGH_US, HIGH_US,
	    HIGH_US + HOUR_US + 1), GUARD_FORWARD);
	assert_int_equal(guard_judge(HIGH_US, later_us, later_us + 1),
	    GUARD_GOOD);
	assert_int_equal(guard_judge(later_us, later_us, later_us + 1),
	    GUARD_GOOD);
}

/* A weekend, and machines that tell of it. */
#define FRIDAY_US HIGH_US
#define MONDAY_US (HIGH_US + 60 * HOUR_US)

static bool
was_away(char then, int64_t then_boot_us, char now, int64_t boot_us,
    bool is_synchronised)
{
	struct guard_witness a = { { (unsigned char)then }, then_boot_us,
	    true };
	struct guard_witness b = { { (unsigned char)now }, boot_us,
	    is_synchronised };

	return guard_was_away(FRIDAY_US, &a, MONDAY_US, &b);
}

static void
a_keeper_that_was_stopped_for_a_weekend_goes_on_by_itself(void **state)
{
	(void)state;
	assert_true(was_away('a', DAY_US, 'a', DAY_US + 60 * HOUR_US,
	    false));
}

static void
a_clock_set_forward_on_a_running_machine_is_doubted_whoever_set_it(
    void **state)
{
	(void)state;
	assert_false(was_away('a', DAY_US, 'a', DAY_US + MINUTE_US, false));
	assert_false(was_away('a', DAY_US, 'a', DAY_US + MINUTE_US, true));
	/* a part of the time has passed, but not all */
	assert_false(was_away('a', DAY_US, 'a', DAY_US + 58 * HOUR_US,
	    true));
}

static void
a_machine_that_was_off_goes_on_once_a_time_server_keeps_its_clock(
    void **state)
{
	(void)state;
	assert_true(was_away('a', DAY_US, 'a', MINUTE_US, true));
	assert_false(was_away('a', DAY_US, 'a', MINUTE_US, false));
}

static void
another_machine_takes_over_if_a_time_server_keeps_its_clock(void **state)
{
	(void)state;
	assert_true(was_away('a', DAY_US, 'b', 90 * DAY_US, true));
	assert_false(was_away('a', DAY_US, 'b', 90 * DAY_US, false));
}

static void
more_than_a_month_is_for_a_person_to_confirm(void **state)
{
	struct guard_witness a = { { 1 }, DAY_US, true };
	struct guard_witness b = { { 1 }, MINUTE_US, true };

	(void)state;
	assert_true(guard_was_away(HIGH_US, &a, HIGH_US + 31 * DAY_US, &b));
	assert_false(guard_was_away(HIGH_US, &a, HIGH_US + 31 * DAY_US + 1,
	    &b));
}

static void
a_shifted_clock_is_never_a_synchronised_one(void **state)
{
	struct guard_witness w;

	(void)state;
	guard_witness(clock_now_us() + 8 * DAY_US, &w);
	assert_false(w.is_synchronised);
	assert_true(w.boot_us > 0);
}

static void
a_clock_set_back_is_doubted(void **state)
{
	(void)state;
	assert_int_equal(guard_judge(HIGH_US, 0,
	    HIGH_US - 2 * SECOND_US - 1), GUARD_BACKWARD);
	assert_int_equal(guard_judge(HIGH_US, HIGH_US, HIGH_US - DAY_US),
	    GUARD_BACKWARD);
}

static void
every_job_has_a_name_that_a_lease_can_bear(void **state)
{
	const struct job_row *row, *other;

	(void)state;
	for (row = keeper_jobs; row->name != NULL; row++) {
		assert_true(strlen(row->name) <= 36);
		assert_true(row->every_us >= SECOND_US);
		assert_non_null(row->run);
		for (other = keeper_jobs; other != row; other++)
			assert_string_not_equal(row->name, other->name);
		assert_ptr_equal(jobs_find(row->name), row);
	}
	assert_null(jobs_find("no_such_job"));
}

static void
every_purge_waits_for_the_clock(void **state)
{
	const struct job_row *row;

	(void)state;
	for (row = keeper_jobs; row->name != NULL; row++)
		if (strstr(row->name, "purge") != NULL)
			assert_true(row->is_destructive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_that_runs_on_is_good),
		cmocka_unit_test(
		    a_jump_of_more_than_an_hour_is_doubted_until_accepted),
		cmocka_unit_test(
		    a_keeper_that_was_stopped_for_a_weekend_goes_on_by_itself),
		cmocka_unit_test(
		    a_clock_set_forward_on_a_running_machine_is_doubted_whoever_set_it),
		cmocka_unit_test(
		    a_machine_that_was_off_goes_on_once_a_time_server_keeps_its_clock),
		cmocka_unit_test(
		    another_machine_takes_over_if_a_time_server_keeps_its_clock),
		cmocka_unit_test(more_than_a_month_is_for_a_person_to_confirm),
		cmocka_unit_test(a_shifted_clock_is_never_a_synchronised_one),
		cmocka_unit_test(a_clock_set_back_is_doubted),
		cmocka_unit_test(every_job_has_a_name_that_a_lease_can_bear),
		cmocka_unit_test(every_purge_waits_for_the_clock),
	};

	return cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
}
