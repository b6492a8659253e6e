/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Statements on a real MariaDB: what goes in comes out, what is not allowed is
 * refused, and a failure is never "no rows".  Law: GDPR 5(1)(d), 32.
 */
#include "tests/db/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"

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
	sample_drop();
	arena_close(arena);
	return 0;
}

static enum err
run(struct db *db, unsigned id, const union val *in)
{
	const struct call call = { id, in, NULL, 0, NULL };

	return db_run(db, &call, NULL);
}

static enum err
one(struct db *db, unsigned id, const union val *in, union val *ret_row)
{
	const struct call call = { id, in, NULL, 0, NULL };

	return db_one(db, arena, &call, ret_row);
}

static void
every_type_goes_there_and_back(void **state)
{
	unsigned char big[100000];
	const union val in[] = { { .u = UINT64_MAX }, { .i = INT64_MIN },
	    { .b = true }, { .text = "Zo\xc3\xab \xf0\x9f\x98\x80 'x' \\ ?" },
	    { .bytes = { big, sizeof(big) } }, { .day = { 2028, 2, 29 } } };
	const struct call call = { SAMPLE_ALL, NULL, NULL, 0, NULL };
	struct db *db = sample_open();
	union val id, *v;
	size_t n, i;

	(void)state;
	for (i = 0; i < sizeof(big); i++)
		big[i] = (unsigned char)(i * 7);
	assert_int_equal(one(db, SAMPLE_PUT, in, &id), ERR_OK);
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_true(v[0].u == id.u && id.u > 0);
	assert_true(v[1].u == UINT64_MAX);
	assert_true(v[2].i == INT64_MIN);
	assert_true(v[3].b);
	assert_string_equal(v[4].text, in[3].text);
	assert_int_equal(v[5].bytes.len, sizeof(big));
	assert_memory_equal(v[5].bytes.ptr, big, sizeof(big));
	assert_int_equal(v[6].day.y, 2028);
	assert_int_equal(v[6].day.m, 2);
	assert_int_equal(v[6].day.d, 29);
	db_close(db);
}

static void
nothing_is_null_there_and_nothing_back(void **state)
{
	static const union val in[6];
	const struct call call = { SAMPLE_ALL, NULL, NULL, 0, NULL };
	struct db *db = sample_open();
	union val *v, id;
	size_t n;

	(void)state;
	assert_int_equal(one(db, SAMPLE_PUT, in, &id), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM t.sample WHERE "
	    "u IS NULL AND i IS NULL AND b = 0 AND w IS NULL AND y IS NULL "
	    "AND d IS NULL"), 1);
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
	assert_true(n == 1 && v[1].u == 0 && v[2].i == 0 && !v[3].b);
	assert_null(v[4].text);
	assert_null(v[5].bytes.ptr);
	assert_int_equal(v[6].day.y, 0);
	db_close(db);
}

static void
empty_bytes_and_text_are_not_null(void **state)
{
	const union val in[] = { { .u = 0 }, { .i = 0 }, { .b = false },
	    { .text = "" }, { .bytes = { (const unsigned char *)"", 0 } },
	    { .day = { 0, 0, 0 } } };
	const struct call call = { SAMPLE_ALL, NULL, NULL, 0, NULL };
	struct db *db = sample_open();
	union val *v, id;
	size_t n;

	(void)state;
	assert_int_equal(one(db, SAMPLE_PUT, in, &id), ERR_OK);
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
	assert_string_equal(v[4].text, "");
	assert_non_null(v[5].bytes.ptr);
	assert_int_equal(v[5].bytes.len, 0);
	db_close(db);
}

static void
no_row_is_not_found_and_a_second_row_is_a_bug(void **state)
{
	const union val in = { .text = "absent" };
	struct db *db = sample_open();
	union val v;

	(void)state;
	assert_int_equal(one(db, SAMPLE_ONE, &in, &v), ERR_NOTFOUND);
	sample_set(SAMPLE_OTHER, DOES_READ, "", "u", "SELECT 1 UNION ALL SELECT 2");
	assert_int_equal(one(db, SAMPLE_OTHER, NULL, &v), ERR_BUG);
	db_close(db);
}

static void
many_rows_come_in_order(void **state)
{
	const struct call call = { SAMPLE_OTHER, NULL, NULL, 0, NULL };
	struct db *db = sample_open();
	union val *v;
	size_t n, i;

	(void)state;
	sample_set(SAMPLE_OTHER, DOES_READ, "", "ut",
	    "SELECT seq, REPEAT('x', seq) FROM seq_1_to_1000");
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
	assert_int_equal(n, 1000);
	for (i = 0; i < n; i++) {
		assert_int_equal(v[i * 2].u, i + 1);
		assert_int_equal(strlen(v[i * 2 + 1].text), i + 1);
	}
	db_close(db);
}

static void
what_was_not_declared_is_a_bug(void **state)
{
	static const struct {
		const char *in, *out, *text;
	} wrong[] = {
		{ "", "u", "SELECT NULL" },
		{ "", "t", "SELECT NULL" },
		{ "", "u", "SELECT -1" },
		{ "", "i", "SELECT 9223372036854775808" },
		{ "", "t", "SELECT 'a\\0b'" },
		{ "", "uu", "SELECT 1" },
		{ "", "u", "SELECT 1, 2" },
		{ "u", "u", "SELECT 1" },
		{ "", "u", "SELECT ?" },
		{ "", "u", "SELECT no_such_column" },
		{ "", "", "SELECT 1" },
	};
	static const union val in[2];
	struct db *db = sample_open();
	union val v[2];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++) {
		sample_set(SAMPLE_OTHER, DOES_READ, wrong[i].in, wrong[i].out,
		    wrong[i].text);
		if (one(db, SAMPLE_OTHER, in, v) != ERR_BUG)
			fail_msg("accepted: %s", wrong[i].text);
		link_forget_statements(db);
	}
	db_close(db);
}

/* MariaDB says these after the first rows: they must not read as an end. */
static void
an_error_in_the_middle_of_the_rows_is_an_error(void **state)
{
	const struct call call = { SAMPLE_OTHER, NULL, NULL, 0, NULL };
	struct db_config config;
	struct db *db;
	union val *v;
	size_t n;

	(void)state;
	scratch_config("owner", &config);
	config.statement_s = 1;
	assert_int_equal(db_open(&config, sample_table, &db), ERR_OK);
	scratch_begin(db, DB_GET);
	sample_set(SAMPLE_OTHER, DOES_READ, "", "u", "SELECT a.seq + b.seq * c.seq "
	    "FROM seq_1_to_10000 a, seq_1_to_10000 b, seq_1_to_10000 c "
	    "WHERE a.seq = 1 OR (a.seq + b.seq * c.seq) % 1000000007 = 5");
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_DOWN);
	sample_set(SAMPLE_LAST, DOES_READ, "", "u", "SELECT (SELECT x.seq FROM "
	    "seq_1_to_10 x WHERE x.seq > 10 - s.seq) FROM seq_1_to_3 s");
	assert_int_equal(one(db, SAMPLE_LAST, NULL, v), ERR_BUG);
	scratch_begin(db, DB_GET);
	assert_int_equal(db_check_health(db), ERR_OK);
	db_close(db);
}

static void
a_group_is_repeated_1_to_32_times(void **state)
{
	static union val each[3 * (DB_EACH_MAX + 1)];
	const union val in[] = { { .text = "first" }, { .i = -5 } };
	struct call call = { SAMPLE_OTHER, in, each, 0, NULL };
	struct db *db = sample_open();
	uint64_t affected;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(each) / 3; i++) {
		each[i * 3].b = i % 2;
		each[i * 3 + 1].text = arena_printf(arena, "w%zu", i);
		each[i * 3 + 2].u = i;
	}
	sample_table[SAMPLE_OTHER] = (struct query){ .name = "test", .in = "ti",
	    .each = "btu", .out = "", .n_before = 1, .does = DOES_APPEND,
	    .text = "INSERT INTO sample (b, w, u) VALUES (0, ?, 0), "
	    "\001(?, ?, ?)\002 ON DUPLICATE KEY UPDATE i = ?" };
	for (call.n_each = 1; call.n_each <= DB_EACH_MAX; call.n_each += 31) {
		scratch_sql("DELETE FROM sample");
		assert_int_equal(db_run(db, &call, &affected), ERR_OK);
		assert_int_equal(affected, call.n_each + 1);
		assert_int_equal(scratch_number("SELECT SUM(u) FROM sample"),
		    call.n_each * (call.n_each - 1) / 2);
		assert_int_equal(scratch_number("SELECT COUNT(*) FROM sample "
		    "WHERE w = CONCAT('w', u) AND b = u % 2 OR w = 'first'"),
		    call.n_each + 1);
	}
	call.n_each = DB_EACH_MAX + 1;
	assert_int_equal(db_run(db, &call, &affected), ERR_BUG);
	call.n_each = 0;
	assert_int_equal(db_run(db, &call, &affected), ERR_BUG);
	db_close(db);
}

static void
a_part_stays_when_its_first_value_is_given(void **state)
{
	static const struct {
		union val in[6];
		const char *expected;
	} cases[] = {
		{ { { .u = 9 } }, "abcd" },
		{ { { .u = 9 }, { .i = 2 } }, "b" },
		{ { { .u = 9 }, { .i = 0 }, { .text = "b" }, { .text = "b" },
		    { .u = 0 } }, "cd" },
		{ { { .u = 9 }, { .i = 0 }, { .text = "b" }, { .text = "b" },
		    { .u = 0 }, { .u = 3 } }, "c" },
		{ { { .u = 9 }, { .i = 2 }, { .text = "a" }, { .text = "c" },
		    { .u = 1 }, { .u = 3 } }, "b" },
		{ { { .u = 1 }, { .i = 2 } }, "" },
		{ { { .u = 9 }, { .i = 0 }, { .text = NULL }, { .text = "c" },
		    { .u = 4 }, { .u = 3 } }, "abc" },
	};
	struct call call = { SAMPLE_OTHER, NULL, NULL, 0, NULL };
	struct db *db = sample_open();
	char got[10];
	union val *v;
	size_t n, i, k;

	(void)state;
	scratch_sql("INSERT INTO sample (w, i, u) VALUES ('a', 1, 1), "
	    "('b', 2, 2), ('c', 3, 3), ('d', 4, 4)");
	sample_set(SAMPLE_OTHER, DOES_READ, "u[I][TTu][U]", "t",
	    "SELECT w FROM sample WHERE '[x]{' = '[x]{' AND u < ? "
	    "\003AND i = ?\004 \003AND (w > ? OR (w = ? AND u < ?))\004"
	    "\003 AND u <= ?\004 ORDER BY w LIMIT 10");
	for (k = 0; k < 2; k++)
		for (i = 0; i < LENGTH(cases); i++) {
			call.in = cases[i].in;
			assert_int_equal(db_many(db, arena, &call, &v, &n),
			    ERR_OK);
			assert_in_range(n, 0, 4);
			got[n] = '\0';
			while (n-- > 0)
				got[n] = v[n].text[0];
			assert_string_equal(got, cases[i].expected);
		}
	assert_int_equal(db->n_prepared, 1 + 6);	/* and the self-check */
	db_close(db);
}

static void
a_write_is_refused_outside_a_transaction(void **state)
{
	const union val in[] = { { .i = 1 }, { .text = "x" } };
	struct db *db = sample_open();

	(void)state;
	assert_int_equal(run(db, SAMPLE_CHANGE, in), ERR_BUG);
	db_close(db);
}

static enum err
change_in_tx(struct db *db, void *arg)
{
	const union val in[] = { { .i = 1 }, { .text = "x" } };

	(void)arg;
	return run(db, SAMPLE_CHANGE, in);
}

static void
a_get_changes_nothing(void **state)
{
	const union val in = { .text = "x" };
	struct db *db = sample_open();
	union val v;

	(void)state;
	scratch_begin(db, DB_GET);
	assert_int_equal(one(db, SAMPLE_ADD, &in, &v), ERR_BUG);
	assert_int_equal(tx_run(db, NULL, arena, change_in_tx, NULL, NULL),
	    ERR_BUG);
	assert_int_equal(sample_count(), 0);
	db_close(db);
}

static void
a_get_does_the_appends_that_say_so(void **state)
{
	const union val in = { .text = "x" };
	struct db *db = sample_open();
	union val v;

	(void)state;
	scratch_begin(db, DB_GET);
	sample_table[SAMPLE_ADD].is_get = true;
	assert_int_equal(one(db, SAMPLE_ADD, &in, &v), ERR_OK);
	assert_int_equal(sample_count(), 1);
	db_close(db);
}

static void
the_statement_of_another_program_has_no_text(void **state)
{
	struct db *db = scratch_open("portal");

	(void)state;
	assert_null(db_table_portal[Q_DB_KEY_PRUNE].text);
	assert_non_null(db_table_keeper[Q_DB_KEY_PRUNE].text);
	assert_int_equal(q_db_key_prune(db, 0, 1, NULL), ERR_BUG);
	db_close(db);
}

static void
a_duplicate_is_a_conflict(void **state)
{
	const union val in = { .text = "x" };
	struct db *db = sample_open();
	union val v;

	(void)state;
	assert_int_equal(one(db, SAMPLE_ADD, &in, &v), ERR_OK);
	assert_int_equal(one(db, SAMPLE_ADD, &in, &v), ERR_CONFLICT);
	db_close(db);
}

static void
nothing_is_cut_to_fit(void **state)
{
	char text[302];
	const union val in = { .text = text };
	struct db *db = sample_open();
	union val v;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(one(db, SAMPLE_ADD, &in, &v), ERR_BUG);
	assert_int_equal(sample_count(), 0);
	db_close(db);
}

static void
jose_without_an_accent_is_somebody_else(void **state)
{
	const union val in[] = { { .text = "jos\xc3\xa9@x" },
	    { .text = "jose@x" }, { .text = "JOSE@X" }, { .text = "jose@x " } };
	struct db *db = sample_open();
	union val v;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(in); i++)
		assert_int_equal(one(db, SAMPLE_ADD, &in[i], &v), ERR_OK);
	db_close(db);
}

static void
nothing_starts_after_the_deadline(void **state)
{
	struct db *db = sample_open();

	(void)state;
	assert_int_equal(db_check_health(db), ERR_OK);
	db_begin(db, clock_ticks_us() - 1, DB_POST);
	assert_int_equal(db_check_health(db), ERR_DOWN);
	assert_int_equal(tx_run(db, NULL, arena, change_in_tx, NULL, NULL),
	    ERR_DOWN);
	db_close(db);
}

static void
statements_are_counted_but_not_the_sessions_own(void **state)
{
	struct db *db = sample_open();
	struct arena *a = arena_open();

	(void)state;
	assert_int_equal(db_statements(db), 0);
	assert_int_equal(db_check_health(db), ERR_OK);
	assert_int_equal(db_statements(db), 1);
	assert_int_equal(tx_run(db, NULL, a, change_in_tx, NULL, NULL),
	    ERR_OK);
	assert_int_equal(db_statements(db), 2);
	arena_close(a);
	db_close(db);
}

/* What the server counted, over all connections: there is no other now. */
static uint64_t
status_of(const char *name)
{
	return scratch_number(arena_printf(arena, "SELECT VARIABLE_VALUE "
	    "FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = '%s'",
	    name));
}

static void
a_statement_is_prepared_once_and_sent_once(void **state)
{
	const union val in = { .text = "x" };
	struct db *db = sample_open();
	uint64_t prepared, executed, reset;
	union val v;
	unsigned i;

	(void)state;
	assert_int_equal(one(db, SAMPLE_ADD, &in, &v), ERR_OK);
	assert_int_equal(one(db, SAMPLE_ONE, &in, &v), ERR_OK);
	prepared = status_of("COM_STMT_PREPARE");
	executed = status_of("COM_STMT_EXECUTE");
	reset = status_of("COM_STMT_RESET");
	for (i = 0; i < 100; i++)
		assert_int_equal(one(db, SAMPLE_ONE, &in, &v), ERR_OK);
	assert_int_equal(status_of("COM_STMT_PREPARE"), prepared);
	assert_int_equal(status_of("COM_STMT_EXECUTE"),
	    executed + 100);
	assert_int_equal(status_of("COM_STMT_RESET"), reset);
	db_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_type_goes_there_and_back),
		TEST(nothing_is_null_there_and_nothing_back),
		TEST(empty_bytes_and_text_are_not_null),
		TEST(no_row_is_not_found_and_a_second_row_is_a_bug),
		TEST(many_rows_come_in_order),
		TEST(what_was_not_declared_is_a_bug),
		TEST(an_error_in_the_middle_of_the_rows_is_an_error),
		TEST(a_group_is_repeated_1_to_32_times),
		TEST(a_part_stays_when_its_first_value_is_given),
		TEST(a_write_is_refused_outside_a_transaction),
		TEST(a_get_changes_nothing),
		TEST(a_get_does_the_appends_that_say_so),
		TEST(the_statement_of_another_program_has_no_text),
		TEST(a_duplicate_is_a_conflict),
		TEST(nothing_is_cut_to_fit),
		TEST(jose_without_an_accent_is_somebody_else),
		TEST(nothing_starts_after_the_deadline),
		TEST(a_statement_is_prepared_once_and_sent_once),
		TEST(statements_are_counted_but_not_the_sessions_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
