/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Missing numbers and writers, without a database (GDPR 5(2)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ledger/absent.h"
#include "ledger/writers.h"

static struct absent set;

static struct absent_range
range_at(size_t i)
{
	struct absent_range range = { .first = 0 };

	(void)absent_at(&set, i, &range);
	return range;
}

static void
what_comes_from_the_middle_leaves_two_ranges(void **state)
{
	(void)state;
	absent_clear(&set);
	absent_add(&set, NULL, 10, 20, 5);
	absent_take(&set, NULL, 15);
	assert_int_equal(set.n, 2);
	assert_true(range_at(0).first == 10 && range_at(0).last == 14);
	assert_true(range_at(1).first == 16 && range_at(1).last == 20);
	assert_int_equal(range_at(1).since_us, 5);
}

static void
a_range_whose_numbers_all_came_is_gone(void **state)
{
	uint64_t n;

	(void)state;
	absent_clear(&set);
	absent_add(&set, NULL, 3, 6, 1);
	for (n = 6; n >= 3; n--)
		absent_take(&set, NULL, n);
	assert_int_equal(set.n, 0);
	assert_int_equal(absent_lowest(&set), 0);
}

static void
numbers_of_another_writer_do_not_count(void **state)
{
	struct absent_name one = { LEDGER_AUDIT, { 1 } };
	struct absent_name two = { LEDGER_AUDIT, { 2 } };

	(void)state;
	absent_clear(&set);
	absent_add(&set, &one, 4, 4, 1);
	absent_take(&set, &two, 4);
	assert_int_equal(set.n, 1);
	absent_take(&set, &one, 4);
	assert_int_equal(set.n, 0);
}

static void
only_what_was_missed_long_ago_is_dropped(void **state)
{
	(void)state;
	absent_clear(&set);
	absent_add(&set, NULL, 1, 1, 100);
	absent_add(&set, NULL, 5, 9, 200);
	absent_drop(&set, 150);
	assert_int_equal(set.n, 1);
	assert_int_equal(absent_lowest(&set), 5);
}

static void
the_oldest_range_makes_room(void **state)
{
	uint64_t i;

	(void)state;
	absent_clear(&set);
	for (i = 0; i <= ABSENT_MAX; i++)
		absent_add(&set, NULL, 10 * i + 1, 10 * i + 2, 1);
	assert_int_equal(set.n, ABSENT_MAX);
	assert_int_equal(absent_lowest(&set), 11);
}

static void
a_writer_is_found_again_among_ten_thousand(void **state)
{
	struct writers *w = writers_open();
	unsigned char id[WRITER_BYTES] = { 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		/* The same beginning for many: the worst of hashes. */
		id[0] = (unsigned char)(i % 3);
		id[14] = (unsigned char)(i / 256);
		id[15] = (unsigned char)i;
		assert_true(writers_find(w, LEDGER_CONSENT, id)->is_new);
		writers_find(w, LEDGER_CONSENT, id)->last_n = i;
	}
	id[0] = 4321 % 3;
	id[14] = 4321 / 256;
	id[15] = (unsigned char)4321;
	assert_false(writers_find(w, LEDGER_CONSENT, id)->is_new);
	assert_int_equal(writers_find(w, LEDGER_CONSENT, id)->last_n, 4321);
	assert_true(writers_find(w, LEDGER_AUDIT, id)->is_new);
	assert_int_equal(writers_count(w), 10001);
	writers_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_from_the_middle_leaves_two_ranges),
		cmocka_unit_test(a_range_whose_numbers_all_came_is_gone),
		cmocka_unit_test(numbers_of_another_writer_do_not_count),
		cmocka_unit_test(only_what_was_missed_long_ago_is_dropped),
		cmocka_unit_test(the_oldest_range_makes_room),
		cmocka_unit_test(a_writer_is_found_again_among_ten_thousand),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
