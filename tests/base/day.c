/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Days: the calendar against the C library's, and the crossing to instants in
 * zones whose midnight is not always there.
 */
#include "base/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"

static void
in_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void
assert_day(struct day got, int y, int m, int d)
{
	assert_int_equal(got.y, y);
	assert_int_equal(got.m, m);
	assert_int_equal(got.d, d);
}

static void
day_numbers_agree_with_timegm_from_1900_to_2200(void **state)
{
	struct tm tm = { .tm_mday = 1 };
	struct day day;
	int64_t n, first, end;

	(void)state;
	tm.tm_year = 0;
	first = (int64_t)timegm(&tm) / 86400;
	tm.tm_year = 301;
	end = (int64_t)timegm(&tm) / 86400;
	assert_int_equal(end - first, 109938);
	for (n = first; n < end; n++) {
		time_t t = (time_t)(n * 86400);

		assert_non_null(gmtime_r(&t, &tm));
		day = day_from_number(n);
		assert_day(day, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
		assert_int_equal(day_number(day), n);
		assert_int_equal(day_weekday(day),
		    tm.tm_wday == 0 ? 7 : tm.tm_wday);
	}
}

static void
every_day_from_1600_to_9999_comes_back_from_its_number(void **state)
{
	struct day day = { 1600, 1, 1 }, end = { 9999, 12, 31 };
	struct day next;
	int64_t n = day_number(day);

	(void)state;
	for (; day_compare(day, end) < 0; day = next, n++) {
		next = day_from_number(n + 1);
		if (day_compare(day, next) >= 0 ||
		    day_number(next) != n + 1)
			fail_msg("%04d-%02d-%02d", day.y, day.m, day.d);
	}
	assert_int_equal(n, day_number(end));
}

static void
a_sum_stops_at_the_last_day_there_is(void **state)
{
	(void)state;
	assert_day(day_add_days((struct day){ 9999, 12, 30 }, 5), 9999, 12, 31);
	assert_day(day_add_days((struct day){ 2026, 1, 1 }, INT64_MAX),
	    9999, 12, 31);
	assert_day(day_add_days((struct day){ 2026, 1, 1 }, INT64_MIN),
	    1600, 1, 1);
	assert_day(day_add_months((struct day){ 9999, 12, 5 }, 1),
	    9999, 12, 31);
	assert_day(day_add_months((struct day){ 1600, 1, 5 }, -1), 1600, 1, 1);
}

static void
a_month_later_is_the_same_date_or_the_months_last_day(void **state)
{
	(void)state;
	assert_day(day_add_months((struct day){ 2027, 1, 31 }, 1), 2027, 2, 28);
	assert_day(day_add_months((struct day){ 2028, 1, 30 }, 1), 2028, 2, 29);
	assert_day(day_add_months((struct day){ 2026, 11, 30 }, 3),
	    2027, 2, 28);
	assert_day(day_add_months((struct day){ 2026, 12, 15 }, 1),
	    2027, 1, 15);
	assert_day(day_add_months((struct day){ 2027, 3, 31 }, -1),
	    2027, 2, 28);
	assert_day(day_add_months((struct day){ 2024, 2, 29 }, -12),
	    2023, 2, 28);
	assert_day(day_add_months((struct day){ 2027, 1, 1 }, -1), 2026, 12, 1);
	assert_day(day_add_months((struct day){ 1900, 1, 31 }, 1), 1900, 2, 28);
	assert_day(day_add_months((struct day){ 2000, 1, 31 }, 1), 2000, 2, 29);
}

static void
a_day_that_is_typed_may_come_before_its_month(void **state)
{
	static const char *const refused[] = { "", "31/01/26", "32/01/2026",
		"01/31/2026", "29/02/2026", "31/01.2026", "31//2026", "/1/2026",
		"1/1/20260", "1/1/ 2026", "1/1/2026 ", "001/1/2026",
		"31 01 2026", "31/01/2026/", "2026/01/31", "1/1/1599", "1",
		"1/", "1/1", "1/1/2026", "31/1/2026", "-1/01/2026", "31012026" };
	static const char *const good[] = { "2026-01-31", "31/01/2026",
		"31.01.2026", "31-01-2026" };
	struct day day = { 7, 7, 7 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(refused); i++)
		if (day_read_typed(refused[i], &day) != ERR_INVALID)
			fail_msg("%s was read", refused[i]);
	assert_int_equal(day_read_typed(NULL, &day), ERR_INVALID);
	assert_day(day, 7, 7, 7);
	for (i = 0; i < LENGTH(good); i++) {
		if (day_read_typed(good[i], &day) != ERR_OK)
			fail_msg("%s was not read", good[i]);
		assert_day(day, 2026, 1, 31);
	}
	assert_int_equal(day_read_typed("03/04/2026", &day), ERR_OK);
	assert_day(day, 2026, 4, 3);
}

static void
a_day_is_read_in_one_spelling_only(void **state)
{
	static const char *const refused[] = {
		"", "2026", "2026-1-01", "2026-01-1", "2026-02-29",
		"2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
		"1599-12-31", "0000-00-00", "2026/01/01", "2026-01-01 ",
		" 2026-01-01", "2026-01-01T00", "+026-01-01", "-026-01-01",
		"20260-1-01", "2026-0x-01", "1900-02-29",
	};
	struct arena *a = arena_open();
	struct day day = { 7, 7, 7 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(refused); i++)
		if (day_read(refused[i], &day) != ERR_INVALID)
			fail_msg("%s was read", refused[i]);
	assert_int_equal(day_read(NULL, &day), ERR_INVALID);
	assert_day(day, 7, 7, 7);
	assert_int_equal(day_read("2028-02-29", &day), ERR_OK);
	assert_day(day, 2028, 2, 29);
	assert_string_equal(day_write(a, day), "2028-02-29");
	assert_int_equal(day_read("1600-01-01", &day), ERR_OK);
	assert_string_equal(day_write(a, day), "1600-01-01");
	arena_close(a);
}

static void
the_day_before_and_after_midnight_in_paris_differ(void **state)
{
	struct day day = { 2026, 11, 21 };
	int64_t start;

	(void)state;
	in_zone("Europe/Paris");
	start = day_start_us(day);
	assert_true(start == INT64_C(1795215600) * SECOND_US);
	assert_day(day_of(start), 2026, 11, 21);
	assert_day(day_of(start - 1), 2026, 11, 20);
	assert_true(day_end_us(day) - start == DAY_US - 1);
	assert_day(day_of(day_end_us(day)), 2026, 11, 21);
	assert_day(day_of(day_end_us(day) + 1), 2026, 11, 22);
	assert_day(day_of(-1), 1970, 1, 1);
	in_zone("UTC");
	assert_day(day_of(-1), 1969, 12, 31);
}

static void
days_of_23_and_25_hours_have_their_true_length(void **state)
{
	struct day shorter = { 2026, 3, 29 }, longer = { 2026, 10, 25 };

	(void)state;
	in_zone("Europe/Paris");
	assert_true(day_end_us(shorter) + 1 - day_start_us(shorter) ==
	    23 * HOUR_US);
	assert_true(day_end_us(longer) + 1 - day_start_us(longer) ==
	    25 * HOUR_US);
}

static void
a_day_whose_midnight_is_skipped_starts_after_the_gap(void **state)
{
	struct day day = { 2018, 11, 4 };
	int64_t start;

	(void)state;
	in_zone("America/Sao_Paulo");
	start = day_start_us(day);
	assert_true(start == INT64_C(1541300400) * SECOND_US);
	assert_day(day_of(start), 2018, 11, 4);
	assert_day(day_of(start - 1), 2018, 11, 3);
	in_zone("UTC");
}

static void
a_day_whose_first_hour_comes_twice_starts_with_the_first(void **state)
{
	struct day day = { 2026, 11, 1 };
	int64_t start;

	(void)state;
	in_zone("America/Havana");
	start = day_start_us(day);
	assert_true(start == INT64_C(1793505600) * SECOND_US);
	assert_true(day_end_us(day) + 1 - start == 25 * HOUR_US);
	in_zone("UTC");
}

static void
a_day_that_the_zone_skipped_starts_with_the_next(void **state)
{
	(void)state;
	in_zone("Pacific/Apia");
	assert_true(day_start_us((struct day){ 2011, 12, 30 }) ==
	    day_start_us((struct day){ 2011, 12, 31 }));
	in_zone("UTC");
}

static void
the_wall_clock_is_read_true_on_days_of_23_and_25_hours(void **state)
{
	const int64_t spring = INT64_C(1774789200) * SECOND_US; /* 13:00 UTC */
	const int64_t autumn = INT64_C(1792933200) * SECOND_US; /* 13:00 UTC */

	(void)state;
	in_zone("Europe/Paris");
	assert_day(day_of(spring), 2026, 3, 29);
	assert_int_equal(day_minute_of(spring), 15 * 60);
	assert_day(day_of(autumn), 2026, 10, 25);
	assert_int_equal(day_minute_of(autumn), 14 * 60);
	assert_int_equal(day_minute_of(-1), 59);	/* 1970-01-01 00:59 */
	in_zone("UTC");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    day_numbers_agree_with_timegm_from_1900_to_2200),
		cmocka_unit_test(
		    every_day_from_1600_to_9999_comes_back_from_its_number),
		cmocka_unit_test(a_sum_stops_at_the_last_day_there_is),
		cmocka_unit_test(
		    a_month_later_is_the_same_date_or_the_months_last_day),
		cmocka_unit_test(a_day_is_read_in_one_spelling_only),
		cmocka_unit_test(
		    a_day_that_is_typed_may_come_before_its_month),
		cmocka_unit_test(
		    the_day_before_and_after_midnight_in_paris_differ),
		cmocka_unit_test(
		    days_of_23_and_25_hours_have_their_true_length),
		cmocka_unit_test(
		    a_day_whose_midnight_is_skipped_starts_after_the_gap),
		cmocka_unit_test(
		    a_day_whose_first_hour_comes_twice_starts_with_the_first),
		cmocka_unit_test(
		    a_day_that_the_zone_skipped_starts_with_the_next),
		cmocka_unit_test(
		    the_wall_clock_is_read_true_on_days_of_23_and_25_hours),
	};

	return cmocka_run_group_tests_name("base/day", tests, NULL, NULL);
}
