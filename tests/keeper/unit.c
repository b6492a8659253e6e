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
		cmocka_unit_test(a_clock_set_back_is_doubted),
		cmocka_unit_test(every_job_has_a_name_that_a_lease_can_bear),
		cmocka_unit_test(every_purge_waits_for_the_clock),
	};

	return cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
}
