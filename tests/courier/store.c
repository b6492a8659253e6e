/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Claims: whoever holds the fence moves the row, nobody else; what a dead
 * courier held comes back (GDPR 12(3)).
 */
#include "courier/courier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/db/scratch.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)
#define TICKS_US (INT64_C(1000) * SECOND_US)

static struct arena *a;
static struct db *one, *two;
static struct batch first, second;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	first.arena = arena_open();
	second.arena = arena_open();
	one = scratch_open("courier");
	two = scratch_open("courier");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(one);
	db_close(two);
	arena_close(a);
	arena_close(first.arena);
	arena_close(second.arena);
	return 0;
}

static int
empty(void **state)
{
	(void)state;
	scratch_empty();
	return 0;
}

/* ${n} rows that are due, in ${state}, the later the younger. */
static void
add(const char *state, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		scratch_sql(arena_printf(a, "INSERT INTO outbox (template, "
		    "message_id, language, sealed, state, is_legal, due_us, "
		    "created_us) VALUES ('x', UUID(), 'fr', 'body', '%s', 1, "
		    "1799999999000000 + %u, 1799999999000000)", state, i));
}

static uint64_t
count(const char *where)
{
	return scratch_number(arena_printf(a,
	    "SELECT COUNT(*) FROM outbox WHERE %s", where));
}

static void
claim(struct db *db, struct batch *b)
{
	assert_int_equal(courier_claim(db, b, NOW_US), ERR_OK);
}

static void
what_is_due_is_claimed_oldest_first(void **state)
{
	(void)state;
	add("new", 2);
	add("retry", 2);
	add("ambiguous", 1);
	add("sent", 1);
	scratch_sql("UPDATE outbox SET due_us = 1800000000000001 "
	    "WHERE state = 'retry' ORDER BY id LIMIT 1");
	claim(one, &first);
	assert_int_equal(first.n, 4);
	assert_int_equal(count("state = 'claimed' AND attempt = 1 AND "
	    "fence = 1 AND lease_us = 1800000015000000"), 4);
	assert_int_equal(first.rows[0].fence, 1);
	assert_int_equal(first.rows[0].attempt, 1);
	assert_memory_equal(first.rows[0].sealed.ptr, "body", 4);
	assert_int_equal(scratch_number("SELECT due_us - 1799999999000000 "
	    "FROM outbox WHERE state = 'claimed' ORDER BY due_us DESC LIMIT 1"),
	    1);
	assert_true(first.rows[3].id != first.rows[0].id);
	claim(one, &first);
	assert_int_equal(first.n, 0);
}

static void
an_idle_look_writes_nothing(void **state)
{
	uint64_t before = db_statements(one);

	(void)state;
	claim(one, &first);
	assert_int_equal(first.n, 0);
	assert_int_equal(db_statements(one) - before, 1);
}

static void
two_couriers_never_hold_one_mail(void **state)
{
	size_t i, j;

	(void)state;
	add("new", 40);
	claim(one, &first);
	claim(two, &second);
	assert_int_equal(first.n, BATCH_MAX);
	assert_int_equal(second.n, 40 - BATCH_MAX);
	for (i = 0; i < first.n; i++)
		for (j = 0; j < second.n; j++)
			assert_true(first.rows[i].id != second.rows[j].id);
}

static bool
finish(struct db *db, const struct q_courier_load *row, const char *to,
    bool is_end, const char *task)
{
	struct outcome o = { to, is_end, NOW_US + 60, 1, task };
	bool is_ours;

	assert_int_equal(courier_finish(db, a, row, &o, 250, NOW_US,
	    &is_ours), ERR_OK);
	return is_ours;
}

static void
an_end_destroys_what_the_mail_said(void **state)
{
	(void)state;
	add("new", 1);
	claim(one, &first);
	assert_true(finish(one, &first.rows[0], "sent", true, NULL));
	assert_int_equal(count("state = 'sent' AND sealed IS NULL AND "
	    "owner IS NULL AND lease_us IS NULL AND reply_code = 250 AND "
	    "ended_us = 1800000000000000"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task"), 0);
}

static void
a_mail_that_waits_keeps_its_body(void **state)
{
	(void)state;
	add("new", 1);
	claim(one, &first);
	assert_true(finish(one, &first.rows[0], "ambiguous", false, NULL));
	assert_int_equal(count("state = 'ambiguous' AND sealed = 'body' AND "
	    "unsure = 1 AND due_us = 1800000000000060 AND owner IS NULL AND "
	    "ended_us IS NULL"), 1);
}

static void
a_dead_mail_leaves_a_task_that_names_no_person(void **state)
{
	(void)state;
	add("new", 1);
	claim(one, &first);
	assert_true(finish(one, &first.rows[0], "dead", true, "tries"));
	assert_int_equal(scratch_number(arena_printf(a,
	    "SELECT COUNT(*) FROM task WHERE kind = 'mail.dead' AND "
	    "state = 'open' AND detail = '{\"outbox\":%llu,\"template\":\"x\","
	    "\"reason\":\"tries\"}'",
	    (unsigned long long)first.rows[0].id)), 1);
}

static void
who_lost_the_fence_stores_nothing(void **state)
{
	(void)state;
	add("new", 1);
	claim(one, &first);
	scratch_sql("UPDATE outbox SET state = 'retry', fence = fence + 1");
	claim(two, &second);
	assert_int_equal(second.n, 1);
	assert_false(finish(one, &first.rows[0], "dead", true, "tries"));
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task"), 0);
	assert_int_equal(count("state = 'claimed' AND sealed IS NOT NULL"), 1);
	assert_true(finish(two, &second.rows[0], "sent", true, NULL));
	assert_false(finish(two, &second.rows[0], "sent", true, NULL));
}

static void
what_was_not_tried_goes_back_as_it_was(void **state)
{
	(void)state;
	add("new", 3);
	claim(one, &first);
	assert_true(finish(one, &first.rows[0], "sent", true, NULL));
	first.at = 1;
	assert_int_equal(courier_release(one, &first), ERR_OK);
	assert_int_equal(first.n, 0);
	assert_int_equal(count("state = 'retry' AND attempt = 0 AND "
	    "owner IS NULL AND due_us < 1800000000000000"), 2);
	assert_int_equal(count("state = 'sent' AND attempt = 1"), 1);
}

static void
a_renewal_says_how_many_are_still_ours(void **state)
{
	uint64_t n;

	(void)state;
	add("new", 3);
	claim(one, &first);
	assert_int_equal(courier_renew(one, &first, NOW_US + SECOND_US, &n),
	    ERR_OK);
	assert_int_equal(n, 3);
	assert_int_equal(count("lease_us = 1800000016000000"), 3);
	scratch_sql("UPDATE outbox SET state = 'cancelled' LIMIT 1");
	assert_int_equal(courier_renew(one, &first, NOW_US, &n), ERR_OK);
	assert_int_equal(n, 2);
}

static void
recover(struct watch *watches, int64_t ticks_us)
{
	assert_int_equal(courier_recover(two, watches, NOW_US, ticks_us, 0),
	    ERR_OK);
}

static void
a_claim_that_stands_still_comes_back_and_only_its_first_mail_was_tried(void **state)
{
	struct watch watches[WATCHES_MAX] = { { .since_us = 0 } };

	(void)state;
	add("new", 3);
	scratch_sql("UPDATE outbox SET attempt = 1");
	claim(one, &first);
	recover(watches, TICKS_US);
	recover(watches, TICKS_US + LEASE_US - 1);
	assert_int_equal(count("state = 'claimed'"), 3);
	recover(watches, TICKS_US + LEASE_US);
	assert_int_equal(count("state = 'retry' AND owner IS NULL AND "
	    "fence = 2"), 3);
	assert_int_equal(count("attempt = 1 AND due_us < 1800000000000000"), 2);
	assert_int_equal(scratch_number(arena_printf(a,
	    "SELECT due_us FROM outbox WHERE attempt = 2 AND id = %llu",
	    (unsigned long long)first.rows[0].id)),
	    1800000000000000 + 48000000);
}

static void
the_first_crash_does_not_delay_a_mail(void **state)
{
	struct watch watches[WATCHES_MAX] = { { .since_us = 0 } };

	(void)state;
	add("new", 1);
	claim(one, &first);
	recover(watches, TICKS_US);
	recover(watches, TICKS_US + LEASE_US);
	assert_int_equal(count("state = 'retry' AND attempt = 1 AND "
	    "due_us < 1800000000000000"), 1);
}

static void
a_claim_that_is_renewed_is_left_alone_whatever_the_clocks_say(void **state)
{
	struct watch watches[WATCHES_MAX] = { { .since_us = 0 } };
	uint64_t n;
	int i;

	(void)state;
	add("new", 1);
	claim(one, &first);
	for (i = 1; i < 10; i++) {
		recover(watches, TICKS_US + i * LEASE_US);
		assert_int_equal(courier_renew(one, &first,
		    NOW_US - DAY_US + i, &n), ERR_OK);
		assert_int_equal(n, 1);
	}
}

static void
the_courier_may_delete_nothing_and_read_no_person(void **state)
{
	(void)state;
	assert_int_equal(scratch_errno("courier", "DELETE FROM outbox"), 1142);
	assert_int_equal(scratch_errno("courier", "SELECT 1 FROM contact"),
	    1142);
	assert_int_equal(scratch_errno("portal", "SELECT 1 FROM outbox"),
	    1142);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_due_is_claimed_oldest_first, empty),
		cmocka_unit_test_setup(an_idle_look_writes_nothing, empty),
		cmocka_unit_test_setup(two_couriers_never_hold_one_mail, empty),
		cmocka_unit_test_setup(an_end_destroys_what_the_mail_said, empty),
		cmocka_unit_test_setup(a_mail_that_waits_keeps_its_body, empty),
		cmocka_unit_test_setup(a_dead_mail_leaves_a_task_that_names_no_person, empty),
		cmocka_unit_test_setup(who_lost_the_fence_stores_nothing, empty),
		cmocka_unit_test_setup(what_was_not_tried_goes_back_as_it_was, empty),
		cmocka_unit_test_setup(a_renewal_says_how_many_are_still_ours, empty),
		cmocka_unit_test_setup(a_claim_that_stands_still_comes_back_and_only_its_first_mail_was_tried, empty),
		cmocka_unit_test_setup(the_first_crash_does_not_delay_a_mail, empty),
		cmocka_unit_test_setup(a_claim_that_is_renewed_is_left_alone_whatever_the_clocks_say, empty),
		cmocka_unit_test(the_courier_may_delete_nothing_and_read_no_person),
	};

	return cmocka_run_group_tests_name("courier store", tests, open_all,
	    close_all);
}
