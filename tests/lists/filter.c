/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A filter as text: one spelling, nothing else (GDPR 25; CS8, CS11).
 */
#include "lists/lists_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/text.h"

static struct arena *a;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

static bool
is_read(const char *text)
{
	struct lists_filter f;

	return lists_filter_read(a, text, &f) == ERR_OK;
}

static void
a_filter_is_read_back_as_it_was_written(void **state)
{
	static const char *const texts[] = { "", "kind.is.customer",
		"country.is.FR,country.is.BE~last.before.1095d",
		"consent.not.7.email~tag.is.3", "ended.is~business.not",
		"ends.is.any.any.90d", "ends.not.7.email.1d,ends.is.7.any.5d",
		"collected.since.2024-02-29", "owner.is.mine,team.not.mine",
		"custom.seat.is.aisle,custom.seat.empty~custom.diet.filled",
		"custom.miles.least.-12-5~custom.miles.most.0",
		"custom.passport.before.2031-05-12", "custom.passport.within.90d",
		"custom.nick.begins.TjQ",
		"city.is.TmFudGVz", "name.is.w4lsb2RpZQ" };
	struct lists_filter f;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(texts); i++) {
		assert_int_equal(lists_filter_read(a, texts[i], &f), ERR_OK);
		assert_string_equal(lists_filter_write(a, &f), texts[i]);
	}
	assert_string_equal(f.conditions[0].value, "\xc3\x89lodie");
	assert_true(lists_filter_has_words(&f));
	assert_int_equal(lists_filter_read(a, texts[2], &f), ERR_OK);
	assert_false(lists_filter_has_words(&f));
	assert_int_equal(f.n, 3);
	assert_true(f.conditions[1].is_or);
	assert_false(f.conditions[2].is_or);
}

static void
whatever_is_no_filter_is_refused(void **state)
{
	static const char *const texts[] = { "kind", "kind.is", "kind.is.",
		"kind.is.robot", "kind.before.customer", "last.is.2024-01-01",
		"last.before.2023-02-29", "last.before.0d", "last.before.01d",
		"last.before.36501d", "last.before.99999999999d",
		"country.is.fr", "country.is.FRA", "~kind.is.customer",
		"kind.is.customer~", "kind.is.customer~~tag.is.1",
		"kind.is.customer,", "tag.is.0", "tag.is.-1", "tag.is.01",
		"tag.is.mine", "tag.is.18446744073709551616", "consent.is.1",
		"ends.is.1", "ends.is.1.email",
		"ends.is.1.email.90", "ends.is.1.email.0d", "ends.is.mine.any.9d",
		"ends.is.1.fax.9d", "ends.is.any.any.9d.x", "ends.before.1.any.9d",
		"consent.is.any.email", "consent.is.1.any", "consent.is.1.fax", "consent.is.1.email.x", "ended.is.1",
		"city.is.", "city.is.TmFudGV", "city.is.AA", "city.is.\xff",
		"city.is.wyg", "KIND.is.customer", "kind.is.customer ",
		" kind.is.customer", "kind.is.customer.x", "x",
		"kind.filled", "last.least.3", "custom", "custom.is.x",
		"custom.Seat.is.x", "custom.seat", "custom.seat.is",
		"custom.seat.is.X", "custom.seat.filled.x",
		"custom.seat.least.1.5", "custom.seat.least.x",
		"custom.seat.begins.", "custom.seat.begins.wyg",
		"custom.seat.since.0d", "custom.seat.within.0d",
		"custom.seat.within.2026-12-31", "custom.seat.within", "custom.seat.near.x" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(texts); i++)
		if (is_read(texts[i]))
			fail_msg("taken: %s", texts[i]);
}

static void
there_are_at_most_sixteen_conditions(void **state)
{
	struct lists_condition c = { LISTS_TAG, LISTS_IS, "5", "", false,
	    NULL, NULL };
	struct lists_filter f = { .n = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LISTS_CONDITIONS_MAX; i++)
		assert_int_equal(lists_filter_add(&f, &c, SIZE_MAX), ERR_OK);
	assert_int_equal(lists_filter_add(&f, &c, 3), ERR_INVALID);
	assert_true(is_read(lists_filter_write(a, &f)));
	assert_false(is_read(arena_printf(a, "%s~tag.is.5",
	    lists_filter_write(a, &f))));
}

static void
an_alternative_stands_behind_those_of_its_group(void **state)
{
	struct lists_condition c = { LISTS_TAG, LISTS_IS, "9", "", false,
	    NULL, NULL };
	struct lists_filter f;

	(void)state;
	assert_int_equal(lists_filter_read(a,
	    "tag.is.1,tag.is.2~tag.is.3", &f), ERR_OK);
	assert_int_equal(lists_filter_add(&f, &c, 0), ERR_OK);
	assert_string_equal(lists_filter_write(a, &f),
	    "tag.is.1,tag.is.2,tag.is.9~tag.is.3");
	lists_filter_drop(&f, 0);
	assert_string_equal(lists_filter_write(a, &f),
	    "tag.is.2,tag.is.9~tag.is.3");
	lists_filter_drop(&f, 2);
	lists_filter_drop(&f, 1);
	lists_filter_drop(&f, 7);
	assert_string_equal(lists_filter_write(a, &f), "tag.is.2");
	lists_filter_drop(&f, 0);
	assert_string_equal(lists_filter_write(a, &f), "");
}

/* Changed by a byte, a filter is refused or is another filter's one text. */
static void
every_text_that_is_taken_is_the_one_of_its_filter(void **state)
{
	static const char bytes[] = ".,~0d-AZz_ \x01\xc3";
	const char *seed = "country.is.FR,last.before.1095d~consent.not.7.sms"
	    "~city.is.TmFudGVz~tag.is.3";
	struct lists_filter f;
	size_t i, j, n_taken = 0;
	char *text;

	(void)state;
	for (i = 0; i < strlen(seed); i++)
		for (j = 0; bytes[j] != '\0'; j++) {
			text = arena_text(a, seed);
			text[i] = bytes[j];
			if (lists_filter_read(a, text, &f) != ERR_OK)
				continue;
			n_taken++;
			assert_string_equal(lists_filter_write(a, &f), text);
			assert_true(f.n >= 4 && f.n <= LISTS_CONDITIONS_MAX);
		}
	assert_true(n_taken > 20);
}

static void
days_ago_begin_with_the_day(void **state)
{
	int64_t now_us = day_start_us((struct day){ 2026, 11, 22 }) +
	    15 * HOUR_US;

	(void)state;
	assert_true(lists_instant("1d", now_us) ==
	    day_start_us((struct day){ 2026, 11, 21 }));
	assert_true(lists_instant("1095d", now_us) ==
	    day_start_us((struct day){ 2023, 11, 23 }));
	assert_true(lists_instant("2024-02-29", now_us) ==
	    day_start_us((struct day){ 2024, 2, 29 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_is_read_back_as_it_was_written),
		cmocka_unit_test(whatever_is_no_filter_is_refused),
		cmocka_unit_test(there_are_at_most_sixteen_conditions),
		cmocka_unit_test(
		    an_alternative_stands_behind_those_of_its_group),
		cmocka_unit_test(
		    every_text_that_is_taken_is_the_one_of_its_filter),
		cmocka_unit_test(days_ago_begin_with_the_day),
	};

	return cmocka_run_group_tests_name("filter", tests, open_all,
	    close_all);
}
