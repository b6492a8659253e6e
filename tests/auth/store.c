/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passkeys in the database: a question is answered once, nobody has two
 * owners, and who is out has none (GDPR 32).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "tests/db/scratch.h"

#define NOW_US	(INT64_C(1800000000) * SECOND_US)

enum { ANN = 1, BOB };

static const unsigned char session[32] = { 7 };
static const struct bytes hash = { session, sizeof(session) };
static const unsigned char first[32] = { 1 }, second[32] = { 2 };
static struct arena *a;
static struct db *office;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = scratch_open("office");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(office);
	arena_close(a);
	return 0;
}

/* Ann has two passkeys, Bob one. */
static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role,"
	    " language, state, created_us) VALUES"
	    " (1, 'a@x', 'a@x', 'Ann', 'adviser', 'fr', 'active', 1),"
	    " (2, 'b@x', 'b@x', 'Bob', 'adviser', 'fr', 'active', 1)");
	scratch_sql("INSERT INTO staff_passkey (id, staff_id, credential,"
	    " cose_alg, public_key, mac, sign_count, name, created_us) VALUES"
	    " (11, 1, 'one', -7, 'k', REPEAT('m', 32), 4, 'Laptop', 1),"
	    " (12, 1, 'two', -7, 'k', REPEAT('m', 32), 0, 'Key', 1),"
	    " (21, 2, 'three', -7, 'k', REPEAT('m', 32), 0, 'Phone', 1)");
	scratch_begin(office, DB_POST);
	return 0;
}

static enum err
write_in_tx(enum err (*fn)(struct db *db, void *arg), void *arg)
{
	return tx_run(office, NULL, a, fn, arg, NULL);
}

static enum err
ask(struct db *db, void *arg)
{
	return q_passkey_ask(db, hash, (struct bytes){ arg, 32 },
	    NOW_US + MINUTE_US, NULL);
}

/* A question, and how many times it could be spent. */
struct spending {
	const unsigned char *challenge;
	uint64_t n;
};

static enum err
spend(struct db *db, void *arg)
{
	struct spending *k = arg;

	return q_passkey_spend(db, hash, (struct bytes){ k->challenge, 32 },
	    &k->n);
}

static enum err
asked(int64_t now_us)
{
	struct q_passkey_asked row;

	return q_passkey_asked(office, a, hash, now_us, &row);
}

static void
put(const unsigned char *challenge)
{
	unsigned char copy[32];

	memcpy(copy, challenge, 32);
	assert_int_equal(write_in_tx(ask, copy), ERR_OK);
}

static void
a_question_is_answered_once(void **state)
{
	struct spending k = { first, 9 };

	(void)state;
	put(first);
	assert_int_equal(asked(NOW_US), ERR_OK);
	assert_int_equal(write_in_tx(spend, &k), ERR_OK);
	assert_int_equal(k.n, 1);
	assert_int_equal(write_in_tx(spend, &k), ERR_OK);
	assert_int_equal(k.n, 0);
	assert_int_equal(asked(NOW_US), ERR_NOTFOUND);
}

static void
a_question_is_over_after_its_time(void **state)
{
	(void)state;
	put(first);
	assert_int_equal(asked(NOW_US + MINUTE_US - 1), ERR_OK);
	assert_int_equal(asked(NOW_US + MINUTE_US), ERR_NOTFOUND);
}

static void
a_session_has_one_question_the_last(void **state)
{
	struct spending k = { first, 9 };

	(void)state;
	put(first);
	put(second);
	assert_int_equal(scratch_count("passkey_question"), 1);
	assert_int_equal(write_in_tx(spend, &k), ERR_OK);
	assert_int_equal(k.n, 0);
	k.challenge = second;
	assert_int_equal(write_in_tx(spend, &k), ERR_OK);
	assert_int_equal(k.n, 1);
}

static enum err
purge(struct db *db, void *arg)
{
	return q_passkey_purge(db, NOW_US, 100, arg);
}

static void
the_keeper_forgets_questions_that_are_over(void **state)
{
	struct db *keeper = scratch_open("keeper");
	uint64_t n = 9;

	(void)state;
	put(first);
	scratch_sql("INSERT INTO passkey_question VALUES (REPEAT('o', 32),"
	    " REPEAT('o', 32), 5)");
	assert_int_equal(tx_run(keeper, NULL, a, purge, &n, NULL), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(asked(NOW_US), ERR_OK);
	db_close(keeper);
}

static enum err
owner_of(const char *credential, uint64_t *ret_staff_id)
{
	struct q_passkey_of row;
	enum err e = q_passkey_of(office, a, text_bytes(credential), &row);

	if (e == ERR_OK)
		*ret_staff_id = row.staff_id;
	return e;
}

static void
only_who_is_active_is_let_in_by_a_passkey(void **state)
{
	uint64_t id = 0;

	(void)state;
	assert_int_equal(owner_of("one", &id), ERR_OK);
	assert_int_equal(id, ANN);
	assert_int_equal(owner_of("ONE", &id), ERR_NOTFOUND);
	scratch_sql("UPDATE staff SET state = 'invited' WHERE id = 1");
	assert_int_equal(owner_of("one", &id), ERR_NOTFOUND);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	assert_int_equal(owner_of("one", &id), ERR_NOTFOUND);
	assert_int_equal(owner_of("three", &id), ERR_OK);
	assert_int_equal(id, BOB);
}

static enum err
use_fifth(struct db *db, void *arg)
{
	return q_passkey_used(db, 5, (struct bytes){ second, 32 }, NOW_US, 11,
	    4, arg);
}

static void
of_two_with_one_counter_one_is_late(void **state)
{
	uint64_t n = 9;

	(void)state;
	assert_int_equal(write_in_tx(use_fifth, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(write_in_tx(use_fifth, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(scratch_number("SELECT used_us FROM staff_passkey"
	    " WHERE id = 11"), NOW_US);
}

static enum err
remove_as_bob(struct db *db, void *arg)
{
	return q_passkey_remove(db, 11, BOB, arg);
}

static enum err
remove_as_ann(struct db *db, void *arg)
{
	return q_passkey_remove(db, 11, ANN, arg);
}

static void
one_removes_ones_own_alone(void **state)
{
	struct q_passkey_own row;
	uint64_t n = 9;

	(void)state;
	assert_int_equal(q_passkey_own(office, a, 11, BOB, &row),
	    ERR_NOTFOUND);
	assert_int_equal(write_in_tx(remove_as_bob, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(write_in_tx(remove_as_ann, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(scratch_count("staff_passkey"), 2);
}

static enum err
forget_ann(struct db *db, void *arg)
{
	return q_passkey_forget(db, ANN, arg);
}

static void
who_leaves_has_none_left_and_the_others_theirs(void **state)
{
	uint64_t n = 9;

	(void)state;
	assert_int_equal(write_in_tx(forget_ann, &n), ERR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(scratch_count("staff_passkey WHERE staff_id = 2"),
	    1);
}

static enum err
insert_bobs(struct db *db, void *arg)
{
	const struct bytes mac = { first, 32 };

	return q_passkey_insert(db, ANN, text_bytes(arg), -7,
	    text_bytes("k"), mac, 0, "Copy", NOW_US, NULL);
}

static void
a_passkey_has_one_owner(void **state)
{
	char taken[] = "three", fresh[] = "four";

	(void)state;
	assert_int_equal(write_in_tx(insert_bobs, taken), ERR_CONFLICT);
	assert_int_equal(write_in_tx(insert_bobs, fresh), ERR_OK);
}

static enum err
own_in_tx(struct db *db, void *arg)
{
	struct q_passkey_owner row;
	enum err e = q_passkey_owner(db, a, *(const uint64_t *)arg, &row);

	/* who ends the access in this moment waits for us */
	if (e == ERR_OK)
		assert_int_equal(scratch_number("SELECT COUNT(*) FROM "
		    "staff WHERE id = 1 FOR UPDATE SKIP LOCKED"), 0);
	return e;
}

static void
who_leaves_in_the_same_moment_gets_no_passkey(void **state)
{
	uint64_t ann = 1;

	(void)state;
	assert_int_equal(write_in_tx(own_in_tx, &ann), ERR_OK);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	scratch_begin(office, DB_POST);
	assert_int_equal(write_in_tx(own_in_tx, &ann), ERR_NOTFOUND);
}

#define TEST(name) cmocka_unit_test_setup(name, arrange)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_question_is_answered_once),
		TEST(a_question_is_over_after_its_time),
		TEST(a_session_has_one_question_the_last),
		TEST(the_keeper_forgets_questions_that_are_over),
		TEST(only_who_is_active_is_let_in_by_a_passkey),
		TEST(of_two_with_one_counter_one_is_late),
		TEST(one_removes_ones_own_alone),
		TEST(who_leaves_has_none_left_and_the_others_theirs),
		TEST(a_passkey_has_one_owner),
		TEST(who_leaves_in_the_same_moment_gets_no_passkey),
	};

	return cmocka_run_group_tests_name("passkey store", tests, open_all,
	    close_all);
}
