/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The legal clock: what Regulation 1182/71 and GDPR 12(3) say, day by day.
 * With the argument "list" it prints its dates for clock-reference.sh.
 */
#include "rights/rights_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct day
day(const char *text)
{
	struct day d = { 0, 0, 0 };

	assert_int_equal(day_read(text, &d), ERR_OK);
	return d;
}

static void
assert_day(struct day got, const char *want)
{
	struct arena *a = arena_open();

	assert_string_equal(day_write(a, got), want);
	arena_close(a);
}

static void
assert_due(const char *calendar, const char *received, int months,
    const char *want)
{
	const struct holidays *h = holidays_find(calendar);

	assert_non_null(h);
	assert_day(rights_due(day(received), months, h), want);
}

static void
one_month_ends_on_the_same_date_or_the_next_working_day(void **state)
{
	(void)state;
	assert_due("FR", "2026-09-23", 1, "2026-10-23");
	assert_due("FR", "2026-11-30", 1, "2026-12-30");
	assert_due("FR", "2027-03-31", 1, "2027-04-30");
	assert_due("FR", "2028-01-30", 1, "2028-02-29");
}

static void
due_after_31_january_2027_skips_the_last_sunday_of_february(void **state)
{
	(void)state;
	assert_due("FR", "2027-01-31", 1, "2027-03-01");
}

static void
a_saturday_that_is_a_holiday_too_becomes_monday(void **state)
{
	(void)state;
	assert_due("FR", "2027-04-01", 1, "2027-05-03");
	assert_due("FR", "2027-04-08", 1, "2027-05-10");
}

static void
three_months_are_counted_from_the_receipt(void **state)
{
	(void)state;
	assert_due("FR", "2026-09-23", 3, "2026-12-23");
	assert_due("FR", "2026-11-30", 3, "2027-03-01");
	assert_due("FR", "2027-01-31", 3, "2027-04-30");
	assert_due("FR", "2027-03-31", 3, "2027-06-30");
	assert_due("FR", "2027-04-01", 3, "2027-07-01");
	assert_due("FR", "2027-04-08", 3, "2027-07-08");
}

static void
a_sunday_before_the_first_of_may_becomes_the_second(void **state)
{
	(void)state;
	assert_due("FR", "2028-01-30", 3, "2028-05-02");
}

static void
easter_monday_ascension_and_whit_monday_are_not_working_days(void **state)
{
	(void)state;
	assert_day(holidays_easter(2027), "2027-03-28");
	assert_due("FR", "2027-02-28", 1, "2027-03-30");
	assert_due("FR", "2027-02-27", 1, "2027-03-30");
	assert_due("EU", "2027-02-28", 1, "2027-03-29");
	assert_due("FR", "2027-04-06", 1, "2027-05-07");
	assert_due("EU", "2027-04-06", 1, "2027-05-06");
	assert_due("FR", "2027-04-17", 1, "2027-05-18");
	assert_due("EU", "2027-04-17", 1, "2027-05-17");
}

static void
easter_is_right_in_the_years_that_are_hard(void **state)
{
	(void)state;
	assert_day(holidays_easter(1818), "1818-03-22");
	assert_day(holidays_easter(1943), "1943-04-25");
	assert_day(holidays_easter(1954), "1954-04-18");
	assert_day(holidays_easter(1981), "1981-04-19");
	assert_day(holidays_easter(2000), "2000-04-23");
	assert_day(holidays_easter(2038), "2038-04-25");
	assert_day(holidays_easter(2049), "2049-04-18");
	assert_day(holidays_easter(2076), "2076-04-19");
	assert_day(holidays_easter(2285), "2285-03-22");
}

static void
good_friday_and_26_december_are_holidays_in_alsace_moselle_only(void **state)
{
	static const char *const codes[] = { "FR-57", "FR-67", "FR-68" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(codes); i++) {
		assert_due(codes[i], "2027-02-26", 1, "2027-03-30");
		assert_due(codes[i], "2028-11-26", 1, "2028-12-27");
		assert_due(codes[i], "2025-11-25", 1, "2025-12-29");
	}
	assert_due("FR", "2027-02-26", 1, "2027-03-26");
	assert_due("FR", "2030-03-19", 1, "2030-04-19");
	assert_due("FR-67", "2030-03-19", 1, "2030-04-23");
	assert_due("FR", "2028-11-26", 1, "2028-12-26");
	assert_due("FR", "2025-11-25", 1, "2025-12-26");
}

static void
every_fixed_holiday_of_france_is_known(void **state)
{
	static const char *const fixed[] = {
		"2026-01-01", "2026-05-01", "2026-05-08", "2026-07-14",
		"2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25",
	};
	const struct holidays *fr = holidays_find("FR");
	const struct holidays *eu = holidays_find("EU");
	struct day d = { 2026, 1, 1 };
	int n = 0;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(fixed); i++) {
		assert_true(holidays_has(fr, day(fixed[i])));
		assert_false(holidays_has(eu, day(fixed[i])));
	}
	for (; d.y == 2026; d = day_add_days(d, 1))
		n += holidays_has(fr, d) ? 1 : 0;
	assert_int_equal(n, 11);
	assert_null(holidays_find("XX"));
	assert_null(holidays_find(""));
}

static void
the_working_limit_is_the_earlier_sum_and_is_not_shifted(void **state)
{
	(void)state;
	assert_day(rights_working_limit(day("2027-01-31"), 1), "2027-02-28");
	assert_day(rights_working_limit(day("2027-01-31"), 3), "2027-04-28");
	assert_day(rights_working_limit(day("2026-11-30"), 3), "2027-02-28");
	assert_day(rights_working_limit(day("2028-01-30"), 3), "2028-04-29");
	assert_day(rights_working_limit(day("2026-09-23"), 3), "2026-12-23");
	assert_day(rights_working_limit(day("2027-04-01"), 1), "2027-05-01");
}

static void
an_extension_is_told_within_the_first_month_or_not_at_all(void **state)
{
	struct day received = day("2027-01-31");

	(void)state;
	assert_true(rights_may_extend(received, day("2027-01-31")));
	assert_true(rights_may_extend(received, day("2027-02-28")));
	assert_false(rights_may_extend(received, day("2027-03-01")));
}

static void
the_house_aims_at_the_twentieth_day(void **state)
{
	(void)state;
	assert_day(rights_target(day("2026-11-21")), "2026-12-11");
}

static struct rights_limits
limits(const struct rights_pause *pauses, size_t n, const char *today)
{
	struct rights_clock clock = { day("2026-09-23"), 1, pauses, n };
	struct rights_limits l;

	rights_limits(&clock, day(today), holidays_find("FR"), &l);
	return l;
}

static void
without_a_pause_the_limits_are_the_plain_ones(void **state)
{
	struct rights_limits l = limits(NULL, 0, "2026-09-30");

	(void)state;
	assert_day(l.target, "2026-10-13");
	assert_day(l.working, "2026-10-23");
	assert_day(l.legal, "2026-10-23");
	assert_day(l.alerts[0], "2026-10-13");
	assert_day(l.alerts[1], "2026-10-18");
	assert_day(l.alerts[2], "2026-10-22");
	assert_int_equal(l.paused_days, 0);
}

static void
a_pause_moves_the_limit_by_its_days_and_then_to_a_working_day(void **state)
{
	const struct rights_pause p = { { 2026, 9, 24 }, { 2026, 10, 2 } };
	struct rights_limits l = limits(&p, 1, "2026-10-05");

	(void)state;
	assert_int_equal(l.paused_days, 8);
	assert_day(l.working, "2026-10-31");
	assert_day(l.legal, "2026-11-02");
	assert_day(l.target, "2026-10-21");
}

static void
an_open_pause_moves_the_limit_every_day(void **state)
{
	const struct rights_pause p = { { 2026, 9, 24 }, { 0, 0, 0 } };

	(void)state;
	assert_day(limits(&p, 1, "2026-09-24").working, "2026-10-23");
	assert_day(limits(&p, 1, "2026-09-25").working, "2026-10-24");
	assert_day(limits(&p, 1, "2026-12-24").working, "2027-01-22");
	assert_day(limits(&p, 1, "2026-09-23").working, "2026-10-23");
}

static void
days_that_two_pauses_share_count_once(void **state)
{
	const struct rights_pause p[] = {
		{ { 2026, 9, 20 }, { 2026, 9, 25 } },
		{ { 2026, 9, 24 }, { 2026, 9, 28 } },
		{ { 2026, 9, 26 }, { 2026, 9, 27 } },
		{ { 2026, 10, 1 }, { 2026, 10, 3 } },
	};

	(void)state;
	assert_int_equal(limits(p, 4, "2026-10-05").paused_days, 7);
}

static void
a_pause_after_the_limit_moves_nothing(void **state)
{
	const struct rights_pause late = { { 2026, 10, 24 }, { 2026, 11, 9 } };
	const struct rights_pause last = { { 2026, 10, 23 }, { 2026, 10, 26 } };
	const struct rights_pause both[] = {
		{ { 2026, 9, 25 }, { 2026, 9, 30 } },
		{ { 2026, 10, 24 }, { 2026, 10, 26 } },
	};

	(void)state;
	assert_int_equal(limits(&late, 1, "2026-11-10").paused_days, 0);
	assert_int_equal(limits(&last, 1, "2026-11-10").paused_days, 3);
	assert_int_equal(limits(both, 2, "2026-11-10").paused_days, 7);
}

static void
an_extended_clock_has_a_working_limit_before_its_legal_one(void **state)
{
	struct rights_clock clock = { day("2027-01-31"), 3, NULL, 0 };
	struct rights_limits l;

	(void)state;
	rights_limits(&clock, day("2027-02-01"), holidays_find("FR"), &l);
	assert_day(l.working, "2027-04-28");
	assert_day(l.legal, "2027-04-30");
}

static void
an_alert_is_given_at_ten_five_and_one_days(void **state)
{
	struct day legal = day("2026-10-23");

	(void)state;
	assert_int_equal(rights_alert(legal, day("2026-10-12")), RIGHTS_CALM);
	assert_int_equal(rights_alert(legal, day("2026-10-13")),
	    RIGHTS_TEN_DAYS);
	assert_int_equal(rights_alert(legal, day("2026-10-17")),
	    RIGHTS_TEN_DAYS);
	assert_int_equal(rights_alert(legal, day("2026-10-18")),
	    RIGHTS_FIVE_DAYS);
	assert_int_equal(rights_alert(legal, day("2026-10-21")),
	    RIGHTS_FIVE_DAYS);
	assert_int_equal(rights_alert(legal, day("2026-10-22")),
	    RIGHTS_ONE_DAY);
	assert_int_equal(rights_alert(legal, legal), RIGHTS_ONE_DAY);
	assert_int_equal(rights_alert(legal, day("2026-10-24")),
	    RIGHTS_OVERDUE);
}

static int
print_list(void)
{
	const struct holidays *fr = holidays_find("FR");
	const struct holidays *local = holidays_find("FR-67");
	struct day d = { 1970, 1, 1 };
	struct arena *a = arena_open();

	for (; d.y <= 2100; d = day_add_days(d, 1)) {
		printf("%s %s %s %s %s %s %s\n", day_write(a, d),
		    day_write(a, rights_due(d, 1, fr)),
		    day_write(a, rights_due(d, 3, fr)),
		    day_write(a, rights_due(d, 1, local)),
		    day_write(a, rights_due(d, 3, local)),
		    day_write(a, rights_working_limit(d, 1)),
		    day_write(a, rights_working_limit(d, 3)));
		arena_wipe(a);
	}
	arena_close(a);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    one_month_ends_on_the_same_date_or_the_next_working_day),
		cmocka_unit_test(
		    due_after_31_january_2027_skips_the_last_sunday_of_february),
		cmocka_unit_test(
		    a_saturday_that_is_a_holiday_too_becomes_monday),
		cmocka_unit_test(three_months_are_counted_from_the_receipt),
		cmocka_unit_test(
		    a_sunday_before_the_first_of_may_becomes_the_second),
		cmocka_unit_test(
		    easter_monday_ascension_and_whit_monday_are_not_working_days),
		cmocka_unit_test(easter_is_right_in_the_years_that_are_hard),
		cmocka_unit_test(
		    good_friday_and_26_december_are_holidays_in_alsace_moselle_only),
		cmocka_unit_test(every_fixed_holiday_of_france_is_known),
		cmocka_unit_test(
		    the_working_limit_is_the_earlier_sum_and_is_not_shifted),
		cmocka_unit_test(
		    an_extension_is_told_within_the_first_month_or_not_at_all),
		cmocka_unit_test(the_house_aims_at_the_twentieth_day),
		cmocka_unit_test(without_a_pause_the_limits_are_the_plain_ones),
		cmocka_unit_test(
		    a_pause_moves_the_limit_by_its_days_and_then_to_a_working_day),
		cmocka_unit_test(an_open_pause_moves_the_limit_every_day),
		cmocka_unit_test(days_that_two_pauses_share_count_once),
		cmocka_unit_test(a_pause_after_the_limit_moves_nothing),
		cmocka_unit_test(
		    an_extended_clock_has_a_working_limit_before_its_legal_one),
		cmocka_unit_test(an_alert_is_given_at_ten_five_and_one_days),
	};

	if (argc > 1 && strcmp(argv[1], "list") == 0)
		return print_list();
	return cmocka_run_group_tests_name("rights/clock", tests, NULL, NULL);
}
