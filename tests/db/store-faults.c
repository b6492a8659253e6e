/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The n-th failure: each call of a transaction fails in each way, and each
 * time it is all or nothing, the answer is true, and the same request pressed
 * again ends as one act.  Law: GDPR 5(1)(d), 5(1)(f).
 */
#include "tests/db/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/db/faults.h"

#define ROWS		3	/* of one act */
#define ONCE_US		(5 * SECOND_US)
#define FOREVER_US	(SECOND_US / 4)	/* enough for a slow build's 18 calls */

static const unsigned numbers[] = { 1020, 1205, 1213, 1062, 1114, 1040, 1047,
    1180, 1226, 1290, 1317, 1969, 2002, 2006, 2013, 1064, 1406 };

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_open();
	sample_make();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	faults_set(0, 0, FAULT_BEFORE);
	sample_drop();
	arena_close(arena);
	return 0;
}

/* An act: a read, two rows, a change, a third row. */
static enum err
act(struct db *db, void *arg)
{
	static const char *const words[ROWS] = { "a", "b", "c" };
	union val in = { .text = "absent" }, id;
	const union val change[] = { { .i = 1 }, { .text = "a" } };
	struct call call = { SAMPLE_ONE, &in, NULL, 0, NULL };
	const struct call change_call = { SAMPLE_CHANGE, change, NULL, 0, NULL };
	enum err e;
	size_t i;

	(void)arg;
	if ((e = db_one(db, arena, &call, &id)) != ERR_NOTFOUND)
		return e == ERR_OK ? ERR_BUG : e;
	call.id = SAMPLE_ADD;
	for (i = 0; i < ROWS; i++) {
		in.text = words[i];
		if ((e = db_one(db, arena, &call, &id)) != ERR_OK)
			return e;
	}
	tx_set_result(db, "done");
	return db_run(db, &change_call, NULL);
}

static const struct tx_key the_key = { .k = { 1 }, .route = "/test",
    .now_us = 1 };

static uint64_t
rows_of_the_act(void)
{
	uint64_t n = sample_count();

	if (n != 0)
		assert_int_equal(scratch_number("SELECT COUNT(*) FROM sample "
		    "WHERE (w = 'a') = (i IS NOT NULL AND i = 1)"), n);
	return n;
}

/* The answers that are true for what is stored now. */
static void
check_answer(enum err e, bool has_key, const char *what)
{
	uint64_t n = rows_of_the_act();
	bool is_true = false;

	switch ((int)e) {
	case ERR_OK:
		is_true = n == ROWS;
		break;
	case ERR_UNSURE:
		is_true = n == ROWS || n == 0;
		break;
	case ERR_DOWN:
	case ERR_BUG:
	case ERR_CONFLICT:
		is_true = n == 0;
		break;
	default:
		break;
	}
	if (!is_true)
		fail_msg("%s: answer %s, rows %u", what, err_name(e),
		    (unsigned)n);
	if (has_key)
		assert_int_equal(scratch_number(
		    "SELECT COUNT(*) FROM request_key"), n / ROWS);
}

/* One run of the act, ${long_us} at most, with the n-th call failing, and what
 * then holds.  Returns how many calls there were; 0 when it was late for the
 * n-th. */
static unsigned
run_once(unsigned n, unsigned number, enum fault_when when,
    const struct tx_key *key, int64_t long_us)
{
	struct db *db = sample_open();
	struct tx_result result = { .is_replayed = false };
	unsigned n_calls;
	const char *what;
	bool is_late;
	enum err e;

	scratch_sql("DELETE FROM sample");
	scratch_sql("DELETE FROM request_key");
	db_begin(db, clock_ticks_us() + long_us, DB_POST);
	faults_set(n, number, when);
	e = tx_run(db, key, arena, act, NULL, &result);
	n_calls = faults_calls();
	faults_set(0, 0, FAULT_BEFORE);
	is_late = e != ERR_OK && n_calls < n;
	what = arena_printf(arena, "call %u, error %u, when %d, key %d", n,
	    number, (int)when, key != NULL);
	check_answer(e, key != NULL, what);
	if (e == ERR_OK)
		assert_string_equal(result.text, "done");

	if (key != NULL) {
		scratch_begin(db, DB_POST);
		e = tx_run(db, key, arena, act, NULL, &result);
		if (e != ERR_OK || rows_of_the_act() != ROWS ||
		    strcmp(result.text, "done") != 0)
			fail_msg("%s: pressed again: %s", what, err_name(e));
	}
	db_close(db);
	arena_wipe(arena);
	return is_late ? 0 : n_calls;
}

/* Whether there is an n-th call.  What fails for ever is given little time, and
 * more on a machine that needs it to come so far. */
static bool
try_once(unsigned n, unsigned number, enum fault_when when,
    const struct tx_key *key)
{
	unsigned n_calls = 0;

	if (when == FAULT_FROM)
		n_calls = run_once(n, number, when, key, FOREVER_US);
	if (n_calls == 0)
		n_calls = run_once(n, number, when, key, ONCE_US);
	return n_calls >= n;
}

static unsigned
sweep(enum fault_when when, const struct tx_key *key, unsigned number)
{
	unsigned n = 1;

	while (try_once(n, number, when, key))
		n++;
	return n - 1;
}

static void
any_call_may_fail_once(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(numbers); i++) {
		/* connect, 3 orders, START; 7 statements with prepare; COMMIT */
		assert_true(sweep(FAULT_BEFORE, &the_key, numbers[i]) >= 18);
		assert_true(sweep(FAULT_BEFORE, NULL, numbers[i]) >= 14);
	}
}

static void
any_answer_may_be_lost_after_the_fact(void **state)
{
	static const unsigned lost[] = { 1180, 2006, 2013 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(lost); i++) {
		assert_true(sweep(FAULT_AFTER, &the_key, lost[i]) >= 18);
		assert_true(sweep(FAULT_AFTER, NULL, lost[i]) >= 14);
	}
}

static void
any_call_may_fail_from_then_on(void **state)
{
	static const unsigned lasting[] = { 1213, 1062, 1114, 1290, 2013 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(lasting); i++)
		assert_true(sweep(FAULT_FROM, &the_key, lasting[i]) >= 18);
}

/* The same for COMMIT by name: what people are told rests on it. */
static void
a_lost_commit_without_a_key_is_unsure(void **state)
{
	struct db *db = sample_open();
	unsigned n;

	(void)state;
	faults_set(0, 0, FAULT_BEFORE);
	assert_int_equal(tx_run(db, NULL, arena, act, NULL, NULL), ERR_OK);
	scratch_sql("DELETE FROM sample");
	faults_set(0, 0, FAULT_BEFORE);
	assert_int_equal(tx_run(db, NULL, arena, act, NULL, NULL), ERR_OK);
	n = faults_calls();
	scratch_sql("DELETE FROM sample");
	faults_set(n, 2013, FAULT_AFTER);
	assert_int_equal(tx_run(db, NULL, arena, act, NULL, NULL),
	    ERR_UNSURE);
	assert_int_equal(sample_count(), ROWS);
	scratch_sql("DELETE FROM sample");
	faults_set(0, 0, FAULT_BEFORE);
	assert_int_equal(db_check_health(db), ERR_OK);
	db_close(db);
}

static void
a_lost_commit_with_a_key_is_decided(void **state)
{
	struct db *db = sample_open();
	struct tx_result result;
	unsigned n;

	(void)state;
	scratch_sql("DELETE FROM request_key");
	faults_set(0, 0, FAULT_BEFORE);
	assert_int_equal(tx_run(db, &the_key, arena, act, NULL, NULL), ERR_OK);
	scratch_sql("DELETE FROM request_key");
	scratch_sql("DELETE FROM sample");
	faults_set(0, 0, FAULT_BEFORE);
	assert_int_equal(tx_run(db, &the_key, arena, act, NULL, NULL), ERR_OK);
	n = faults_calls();
	scratch_sql("DELETE FROM request_key");
	scratch_sql("DELETE FROM sample");
	faults_set(n, 2013, FAULT_AFTER);
	assert_int_equal(tx_run(db, &the_key, arena, act, NULL, &result),
	    ERR_OK);
	assert_true(result.is_replayed);
	assert_string_equal(result.text, "done");
	assert_int_equal(sample_count(), ROWS);
	db_close(db);
}

static enum err
append(struct db *db)
{
	const union val in = { .text = "line" };
	const struct call call = { SAMPLE_ADD, &in, NULL, 0, NULL };
	union val id;

	return db_one(db, arena, &call, &id);
}

static void
an_append_that_lost_its_answer_is_unsure(void **state)
{
	struct db *db = sample_open();

	(void)state;
	assert_int_equal(append(db), ERR_OK);
	scratch_sql("DELETE FROM sample");
	faults_set(1, 2013, FAULT_AFTER);
	assert_int_equal(append(db), ERR_UNSURE);
	assert_int_equal(sample_count(), 1);
	db_close(db);
}

/* A right that cannot be read is not a right. */
static void
a_failed_read_is_never_no_rows(void **state)
{
	const struct call call = { SAMPLE_ALL, NULL, NULL, 0, NULL };
	struct db *db = sample_open();
	union val *rows;
	size_t i, n;
	unsigned k;

	(void)state;
	scratch_sql("INSERT INTO sample (w) VALUES ('a'), ('b'), ('c')");
	for (i = 0; i < LENGTH(numbers); i++)
		for (k = 1; k <= 5; k++) {
			scratch_begin(db, DB_GET);
			assert_int_equal(db_many(db, arena, &call, &rows, &n),
			    ERR_OK);
			assert_int_equal(n, 3);
			db_begin(db, clock_ticks_us() + FOREVER_US / 10,
			    DB_GET);
			n = 99;
			faults_set(k, numbers[i], FAULT_FROM);
			assert_int_not_equal(db_many(db, arena, &call, &rows,
			    &n), ERR_OK);
			assert_int_equal(n, 99);
			faults_set(0, 0, FAULT_BEFORE);
		}
	db_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lost_commit_without_a_key_is_unsure),
		TEST(a_lost_commit_with_a_key_is_decided),
		TEST(an_append_that_lost_its_answer_is_unsure),
		TEST(a_failed_read_is_never_no_rows),
		TEST(any_answer_may_be_lost_after_the_fact),
		TEST(any_call_may_fail_once),
		TEST(any_call_may_fail_from_then_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
