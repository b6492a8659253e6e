/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a value of a custom field may be (GDPR 5(1)(c), 5(1)(d); CS6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "custom/custom.h"
#include "custom/custom_use.h"

static struct arena *a;

static int
arrange(void **state)
{
	(void)state;
	a = arena_open();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

static const struct field_choice seats[] = { { "", "not said" },
	{ "aisle", "Couloir" }, { "window", "Hublot" }, { NULL, NULL } };

static struct custom_field
field(enum custom_kind kind)
{
	return (struct custom_field){ .id = 1, .code = "seat",
	    .name = "custom:seat", .input = "custom_seat", .label = "Place",
	    .help = "", .kind = kind, .choices = seats, .written_choices =
	    "[{\"code\":\"aisle\",\"en\":\"Aisle\",\"fr\":\"Couloir\"},"
	    "{\"code\":\"window\",\"en\":\"Window\",\"fr\":\"Hublot\"}]" };
}

/* What ${typed} is read as; NULL when it is refused. */
static const char *
as_read(const struct custom_field *f, const char *typed)
{
	const char *text;

	return custom_read(a, f, typed, &text) == ERR_OK ? text : NULL;
}

static void
a_number_is_one_text_however_it_is_typed(void **state)
{
	struct custom_field f = field(CUSTOM_NUMBER);
	static const char *const bad[] = { "1.2345", "1,2,3", "-", ".5", "5.",
		"1e3", "0x10", "12 000", "+1", "1000000000000.1",
		"99999999999999999999999" };
	size_t i;

	(void)state;
	assert_string_equal(as_read(&f, "12,50"), "12.5");
	assert_string_equal(as_read(&f, " 12.5 "), "12.5");
	assert_string_equal(as_read(&f, "-0.125"), "-0.125");
	assert_string_equal(as_read(&f, "007"), "7");
	assert_string_equal(as_read(&f, "0"), "0");
	assert_string_equal(as_read(&f, "-0"), "0");
	assert_string_equal(as_read(&f, "1000000000000"), "1000000000000");
	assert_string_equal(as_read(&f, ""), "");
	for (i = 0; i < LENGTH(bad); i++)
		assert_null(as_read(&f, bad[i]));
}

static void
a_number_outside_its_bounds_is_refused_and_they_are_named(void **state)
{
	struct custom_field f = field(CUSTOM_NUMBER);

	(void)state;
	f.is_bounded = true;
	f.least = 1500;
	f.most = 10000;
	assert_string_equal(as_read(&f, "1.5"), "1.5");
	assert_string_equal(as_read(&f, "10"), "10");
	assert_null(as_read(&f, "1.499"));
	assert_null(as_read(&f, "10.001"));
	assert_string_equal(custom_wrong(a, "en", &f),
	    "Enter a number from 1.5 to 10.");
}

static void
a_date_is_read_with_the_day_first_or_the_year_first(void **state)
{
	struct custom_field f = field(CUSTOM_DATE);

	(void)state;
	assert_string_equal(as_read(&f, "2031-05-12"), "2031-05-12");
	assert_string_equal(as_read(&f, "12/05/2031"), "2031-05-12");
	assert_string_equal(as_read(&f, "12.05.2031"), "2031-05-12");
	assert_null(as_read(&f, "31/02/2031"));
	assert_null(as_read(&f, "12/05.2031"));
	assert_null(as_read(&f, "05/12/31"));
	assert_null(as_read(&f, "1/5/2031"));
	assert_null(as_read(&f, "aa/bb/cccc"));
	assert_null(as_read(&f, "1899-12-31"));
	assert_null(as_read(&f, "2201-01-01"));
}

static void
a_choice_is_its_code_or_what_it_is_called_in_any_language(void **state)
{
	struct custom_field f = field(CUSTOM_CHOICE);

	(void)state;
	assert_string_equal(as_read(&f, "aisle"), "aisle");
	assert_string_equal(as_read(&f, "COULOIR"), "aisle");
	assert_string_equal(as_read(&f, "Window"), "window");
	assert_null(as_read(&f, "wing"));
	assert_null(as_read(&f, "!!!"));
	assert_null(as_read(&f, "\xff\xfe"));
	assert_string_equal(custom_show(a, "fr", &f, "window"), "Hublot");
	assert_string_equal(custom_show(a, "fr", &f, "gone"), "gone");
}

static void
yes_and_no_are_said_in_both_languages(void **state)
{
	struct custom_field f = field(CUSTOM_YES_NO);

	(void)state;
	assert_string_equal(as_read(&f, "Oui"), "yes");
	assert_string_equal(as_read(&f, "non"), "no");
	assert_string_equal(as_read(&f, "TRUE"), "yes");
	assert_string_equal(as_read(&f, "0"), "no");
	assert_null(as_read(&f, "maybe"));
}

static void
a_text_is_plain_and_has_300_letters_at_most(void **state)
{
	struct custom_field f = field(CUSTOM_TEXT);
	char text[CUSTOM_TEXT_POINTS * 2 + 3];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) - 1; i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	text[CUSTOM_TEXT_POINTS * 2] = '\0';
	assert_string_equal(as_read(&f, text), text);
	memcpy(text + CUSTOM_TEXT_POINTS * 2, "\xc3\xa9", 3);
	assert_null(as_read(&f, text));
	assert_null(as_read(&f, "two\nlines"));
	assert_null(as_read(&f, "\xe2\x80\xae right to left"));
}

static void
answers_are_written_a_line_each_and_read_back(void **state)
{
	static const char lines[] = "aisle | Aisle | Couloir\n"
	    "window | Window | Hublot";
	static const char *const bad[] = { "", "\n \n", "aisle | Aisle",
		"aisle | Aisle | Couloir | Gang", "Aisle | A | B", "| A | B",
		"aisle | | Couloir", "a | A | B\na | C | D", "9 | A | B" };
	const char *json;
	size_t i;

	(void)state;
	assert_int_equal(custom_choices_read(a, lines, &json), ERR_OK);
	assert_string_equal(custom_choices_write(a, json), lines);
	assert_int_equal(custom_choices_read(a, "\n a|A|B \n\n", &json),
	    ERR_OK);
	assert_string_equal(custom_choices_write(a, json), "a | A | B");
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(custom_choices_read(a, bad[i], &json),
		    ERR_INVALID);
}

static void
a_value_goes_by_its_own_time_and_with_the_record_at_the_latest(void **state)
{
	struct custom_field f = field(CUSTOM_TEXT);
	int64_t at_us = INT64_C(1795000000000000);	/* 2026-11-18 */
	struct day late = { 2030, 1, 1 }, early = { 2027, 1, 1 };
	struct day none = { 0 };

	(void)state;
	assert_int_equal(day_compare(custom_goes(&f, at_us, late), late), 0);
	f.months = 12;
	assert_string_equal(day_write(a, custom_goes(&f, at_us, late)),
	    "2027-11-18");
	assert_string_equal(day_write(a, custom_goes(&f, at_us, none)),
	    "2027-11-18");
	assert_int_equal(day_compare(custom_goes(&f, at_us, early), early),
	    0);
}

static void
a_field_is_unused_after_a_year_without_filling_or_reading(void **state)
{
	const int64_t now_us = INT64_C(1795000000000000);	/* 2026-11-18 */
	const int64_t year_us = INT64_C(365) * 24 * 3600 * 1000000;
	const int64_t day_us = year_us / 365;
	struct custom_use old = { now_us - year_us - day_us,
		now_us - year_us - day_us, now_us - 3 * year_us };
	struct custom_use read = old, filled = old, fresh = { 0, 0, now_us };

	(void)state;
	read.read_us = now_us - day_us;
	filled.filled_us = now_us - year_us;
	assert_true(custom_is_unused(&old, now_us));
	assert_false(custom_is_unused(&read, now_us));
	assert_false(custom_is_unused(&filled, now_us));
	assert_false(custom_is_unused(&fresh, now_us));
}

static void
a_code_is_a_small_letter_and_29_more(void **state)
{
	(void)state;
	assert_true(custom_code_is_good("a"));
	assert_true(custom_code_is_good("seat_2"));
	assert_true(custom_code_is_good("abcdefghijklmnopqrstuvwxyz1234"));
	assert_false(custom_code_is_good("abcdefghijklmnopqrstuvwxyz12345"));
	assert_false(custom_code_is_good(""));
	assert_false(custom_code_is_good("2seat"));
	assert_false(custom_code_is_good("Seat"));
	assert_false(custom_code_is_good("seat.x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_one_text_however_it_is_typed),
		cmocka_unit_test(
		    a_number_outside_its_bounds_is_refused_and_they_are_named),
		cmocka_unit_test(
		    a_date_is_read_with_the_day_first_or_the_year_first),
		cmocka_unit_test(
		    a_choice_is_its_code_or_what_it_is_called_in_any_language),
		cmocka_unit_test(yes_and_no_are_said_in_both_languages),
		cmocka_unit_test(a_text_is_plain_and_has_300_letters_at_most),
		cmocka_unit_test(
		    answers_are_written_a_line_each_and_read_back),
		cmocka_unit_test(
		    a_value_goes_by_its_own_time_and_with_the_record_at_the_latest),
		cmocka_unit_test(
		    a_field_is_unused_after_a_year_without_filling_or_reading),
		cmocka_unit_test(a_code_is_a_small_letter_and_29_more),
	};

	return cmocka_run_group_tests_name("custom fields", tests, arrange,
	    leave);
}
