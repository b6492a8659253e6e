/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Transactions on a real MariaDB: all or nothing, and a request that comes
 * twice is done once.  Law: GDPR 5(1)(d), 5(1)(f).
 */
#include "tests/db/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "db/lease.h"

#define CHILDREN 8

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_open();
	sample_make();
	scratch_sql("DELETE FROM request_key");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sample_drop();
	scratch_sql("DELETE FROM request_key");
	arena_close(arena);
	return 0;
}

static enum err
add(struct db *db, const char *word)
{
	const union val in = { .text = word };
	const struct call call = { SAMPLE_ADD, &in, NULL, 0, NULL };
	union val id;

	return db_one(db, arena, &call, &id);
}

static enum err
change(struct db *db, const char *word, int64_t by)
{
	const union val in[] = { { .i = by }, { .text = word } };
	const struct call call = { SAMPLE_CHANGE, in, NULL, 0, NULL };

	return db_run(db, &call, NULL);
}

static enum err
add_two(struct db *db, void *arg)
{
	enum err e;

	(void)arg;
	tx_set_result(db, "reference 17");
	if ((e = add(db, "a")) != ERR_OK)
		return e;
	return add(db, "b");
}

static enum err
add_and_fail(struct db *db, void *arg)
{
	enum err e;

	if ((e = add(db, "a")) != ERR_OK)
		return e;
	return *(enum err *)arg;
}

static enum err
swallow_an_error(struct db *db, void *arg)
{
	enum err *second = arg;

	if (add(db, "a") != ERR_OK || add(db, "a") != ERR_CONFLICT)
		return ERR_BUG;
	*second = add(db, "b");
	return ERR_OK;
}

static struct tx_key
key_of(unsigned char first)
{
	struct tx_key key = { .route = "/test", .now_us = 1000000 };

	memset(key.k, 0, sizeof(key.k));
	key.k[0] = first;
	memset(key.body_mac, 7, sizeof(key.body_mac));
	return key;
}

static void
a_change_is_stored_whole(void **state)
{
	struct db *db = sample_open();
	struct tx_result result;

	(void)state;
	assert_int_equal(tx_run(db, NULL, arena, add_two, NULL, &result),
	    ERR_OK);
	assert_false(result.is_replayed);
	assert_string_equal(result.text, "reference 17");
	assert_int_equal(sample_count(), 2);
	db_close(db);
}

static void
an_error_of_the_function_stores_nothing(void **state)
{
	enum err errs[] = { ERR_INVALID, ERR_GONE, ERR_CONFLICT, ERR_DOWN };
	struct tx_key key = key_of(1);
	struct db *db = sample_open();
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(errs); i++)
		assert_int_equal(tx_run(db, &key, arena, add_and_fail,
		    &errs[i], NULL), errs[i]);
	assert_int_equal(sample_count(), 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM request_key"),
	    0);
	assert_int_equal(tx_run(db, &key, arena, add_two, NULL, NULL), ERR_OK);
	db_close(db);
}

static void
a_swallowed_error_stores_nothing(void **state)
{
	struct db *db = sample_open();
	enum err second = ERR_OK;

	(void)state;
	assert_int_equal(tx_run(db, NULL, arena, swallow_an_error, &second,
	    NULL), ERR_CONFLICT);
	assert_int_equal(second, ERR_CONFLICT);
	assert_int_equal(sample_count(), 0);
	db_close(db);
}

static void
the_same_key_does_nothing_and_gives_the_same_answer(void **state)
{
	struct tx_key key = key_of(1), other = key_of(2);
	struct db *db = sample_open();
	struct tx_result result;

	(void)state;
	assert_int_equal(tx_run(db, &key, arena, add_two, NULL, &result),
	    ERR_OK);
	assert_false(result.is_replayed);
	scratch_sql("UPDATE sample SET w = CONCAT('was ', w)");
	assert_int_equal(tx_run(db, &key, arena, add_two, NULL, &result),
	    ERR_OK);
	assert_true(result.is_replayed);
	assert_string_equal(result.text, "reference 17");
	assert_int_equal(sample_count(), 2);
	assert_int_equal(tx_run(db, &other, arena, add_two, NULL, &result),
	    ERR_OK);
	assert_false(result.is_replayed);
	assert_int_equal(sample_count(), 4);
	db_close(db);
}

static void
the_same_key_with_another_body_is_a_conflict(void **state)
{
	struct tx_key key = key_of(1), body = key_of(1), route = key_of(1);
	struct db *db = sample_open();

	(void)state;
	body.body_mac[31] ^= 1;
	route.route = "/other";
	assert_int_equal(tx_run(db, &key, arena, add_two, NULL, NULL), ERR_OK);
	assert_int_equal(tx_run(db, &body, arena, add_two, NULL, NULL),
	    ERR_CONFLICT);
	assert_int_equal(tx_run(db, &route, arena, add_two, NULL, NULL),
	    ERR_CONFLICT);
	assert_int_equal(sample_count(), 2);
	db_close(db);
}

static enum err
add_one_of_this_process(struct db *db, void *arg)
{
	const char *word = arg;

	tx_set_result(db, word);
	return add(db, word);
}

/* Run ${child} in CHILDREN processes at once; return how many ended well. */
static unsigned
in_children(int (*child)(unsigned n))
{
	unsigned n, n_good = 0;
	pid_t pids[CHILDREN];
	int status;

	for (n = 0; n < CHILDREN; n++) {
		pids[n] = fork();
		if (pids[n] == 0)
			_exit(child(n));
		assert_true(pids[n] > 0);
	}
	for (n = 0; n < CHILDREN; n++)
		if (waitpid(pids[n], &status, 0) == pids[n] && status == 0)
			n_good++;
	return n_good;
}

static int
press_the_button(unsigned n)
{
	struct tx_key key = key_of(9);
	char word[20], path[40];
	struct tx_result result;
	struct db *db = sample_open();
	FILE *f;

	snprintf(word, sizeof(word), "child %u", n);
	snprintf(path, sizeof(path), "answer-%u", n);
	if (tx_run(db, &key, arena, add_one_of_this_process, word, &result) !=
	    ERR_OK || result.text == NULL)
		return 1;
	if (result.is_replayed == (strcmp(word, result.text) == 0))
		return 2;
	f = fopen(scratch_path(path), "w");
	if (f == NULL || fputs(result.text, f) < 0 || fclose(f) != 0)
		return 3;
	return 0;
}

static void
eight_presses_of_one_button_are_one_act_and_one_answer(void **state)
{
	char answers[CHILDREN][20], path[40];
	unsigned n;
	FILE *f;

	(void)state;
	assert_int_equal(in_children(press_the_button), CHILDREN);
	assert_int_equal(sample_count(), 1);
	for (n = 0; n < CHILDREN; n++) {
		snprintf(path, sizeof(path), "answer-%u", n);
		f = fopen(scratch_path(path), "r");
		assert_non_null(f);
		assert_non_null(fgets(answers[n], sizeof(answers[n]), f));
		fclose(f);
		assert_string_equal(answers[n], answers[0]);
	}
}

static enum err
transfer(struct db *db, void *arg)
{
	bool is_forth = *(unsigned *)arg % 2 == 0;
	enum err e;

	if ((e = change(db, is_forth ? "x" : "y", -1)) != ERR_OK)
		return e;
	return change(db, is_forth ? "y" : "x", 1);
}

static int
transfer_often(unsigned n)
{
	struct db *db = sample_open();
	unsigned i;

	for (i = 0; i < 20; i++)
		if (tx_run(db, NULL, arena, transfer, &n, NULL) != ERR_OK)
			return 1;
	return 0;
}

static void
deadlocks_are_run_again_and_lose_nothing(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO sample (w, i) VALUES ('x', 0), ('y', 0)");
	assert_int_equal(in_children(transfer_often), CHILDREN);
	assert_int_equal(scratch_number(
	    "SELECT COUNT(*) FROM sample WHERE i = 0"), 2);
	assert_true(scratch_number("SELECT VARIABLE_VALUE FROM "
	    "information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = "
	    "'innodb_deadlocks'") > 0);
}

static enum err
change_x(struct db *db, void *arg)
{
	(void)arg;
	return change(db, "x", 1);
}

/* While this holds the row, another gives up in its own time. */
static enum err
hold_x(struct db *db, void *arg)
{
	struct db *other = arg;
	int64_t began_us = clock_ticks_us();
	enum err e;

	if ((e = change(db, "x", 10)) != ERR_OK)
		return e;
	db_begin(other, clock_ticks_us() + 3 * SECOND_US, DB_POST);
	assert_int_equal(tx_run(other, NULL, arena, change_x, NULL, NULL),
	    ERR_DOWN);
	assert_true(clock_ticks_us() - began_us < 6 * SECOND_US);
	return ERR_OK;
}

static void
a_row_that_is_held_too_long_is_given_up(void **state)
{
	struct db *db = sample_open(), *other = sample_open();

	(void)state;
	scratch_sql("INSERT INTO sample (w, i) VALUES ('x', 0)");
	assert_int_equal(tx_run(db, NULL, arena, hold_x, other, NULL),
	    ERR_OK);
	assert_int_equal(scratch_number("SELECT i FROM sample"), 10);
	db_close(other);
	db_close(db);
}

static enum err
lose_the_link_once(struct db *db, void *arg)
{
	unsigned *n_calls = arg;
	enum err e;

	if ((e = add(db, "a")) != ERR_OK)
		return e;
	if ((*n_calls)++ == 0)
		scratch_sql(arena_printf(arena, "KILL %lu",
		    mysql_thread_id(db->link)));
	return add(db, "b");
}

static void
a_lost_connection_runs_the_whole_again(void **state)
{
	struct db *db = sample_open();
	unsigned n_calls = 0;

	(void)state;
	assert_int_equal(tx_run(db, NULL, arena, lose_the_link_once, &n_calls,
	    NULL), ERR_OK);
	assert_int_equal(n_calls, 2);
	assert_int_equal(sample_count(), 2);
	db_close(db);
}

static void
old_keys_are_pruned(void **state)
{
	struct tx_key key = key_of(1), young = key_of(2);
	struct db *db = sample_open();
	struct db *keeper = scratch_open("keeper");

	(void)state;
	young.now_us = 2000000;
	assert_int_equal(tx_run(db, &key, arena, change_x, NULL, NULL),
	    ERR_OK);
	assert_int_equal(tx_run(db, &young, arena, change_x, NULL, NULL),
	    ERR_OK);
	assert_int_equal(db_prune_keys(keeper, 2000000), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM request_key "
	    "WHERE created_us = 2000000"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM request_key"),
	    1);
	db_close(keeper);
	db_close(db);
}

static void
a_lease_has_one_holder_and_a_growing_fence(void **state)
{
	struct db *db = scratch_open("keeper");
	uint64_t first, second, third;

	(void)state;
	assert_int_equal(lease_take(db, "test", "a", 100, 200, &first),
	    ERR_OK);
	assert_int_equal(lease_take(db, "test", "b", 150, 300, &second),
	    ERR_CONFLICT);
	assert_int_equal(lease_take(db, "test", "a", 150, 250, &second),
	    ERR_OK);
	assert_true(second > first);
	assert_int_equal(lease_take(db, "test", "b", 250, 400, &third),
	    ERR_CONFLICT);
	assert_int_equal(lease_take(db, "test", "b", 251, 400, &third),
	    ERR_OK);
	assert_true(third > second);
	assert_int_equal(lease_drop(db, "test", "a"), ERR_OK);
	assert_int_equal(lease_take(db, "test", "a", 300, 500, &first),
	    ERR_CONFLICT);
	assert_int_equal(lease_drop(db, "test", "b"), ERR_OK);
	assert_int_equal(lease_take(db, "test", "a", 300, 500, &first),
	    ERR_OK);
	assert_true(first > third);
	db_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_is_stored_whole),
		TEST(an_error_of_the_function_stores_nothing),
		TEST(a_swallowed_error_stores_nothing),
		TEST(the_same_key_does_nothing_and_gives_the_same_answer),
		TEST(the_same_key_with_another_body_is_a_conflict),
		TEST(eight_presses_of_one_button_are_one_act_and_one_answer),
		TEST(deadlocks_are_run_again_and_lose_nothing),
		TEST(a_row_that_is_held_too_long_is_given_up),
		TEST(a_lost_connection_runs_the_whole_again),
		TEST(old_keys_are_pruned),
		TEST(a_lease_has_one_holder_and_a_growing_fence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
