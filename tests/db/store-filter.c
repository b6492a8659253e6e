/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Filters: conditions out of sql/ that a statement's rows must meet, and
 * statements that give up looking (GDPR 25, 32).
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

/* The ids that ${filter} leaves of rows 1 to 6: "2 4 ". */
static const char *
left(struct db *db, const struct filter *filter, uint64_t below)
{
	const union val in = { .u = below };
	const struct call call = { SAMPLE_OTHER, &in, NULL, 0, filter };
	struct buf b;
	union val *v;
	size_t i, n;

	buf_open(&b, arena);
	buf_text(&b, "");
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
	for (i = 0; i < n; i++)
		buf_text(&b, arena_printf(arena, "%u ", (unsigned)v[i].u));
	return b.len == 0 ? "" : b.ptr;
}

static void
a_filter_is_all_its_conditions_or_one_of_those_tied_together(void **state)
{
	const union val two = { .i = 2 }, three = { .i = 3 },
	    odd = { .text = "odd" };
	struct condition c[3] = { { SAMPLE_LAST, &two, false, false },
	    { SAMPLE_LAST, &three, false, true },
	    { SAMPLE_CHANGE, &odd, false, false } };
	struct filter filter = { c, 0 };
	struct db *db;

	(void)state;
	sample_set(SAMPLE_OTHER, DOES_READ, "*u", "u",
	    "SELECT id FROM sample WHERE TRUE\006 AND id < ? "
	    "ORDER BY id LIMIT 9");
	sample_set(SAMPLE_LAST, DOES_CONDITION, "i", "", "i = ?");
	sample_set(SAMPLE_CHANGE, DOES_CONDITION, "t", "", "LEFT(w, 3) = ?");
	db = sample_open();
	scratch_sql("INSERT INTO t.sample (id, i, w) VALUES (1, 1, 'odd1'), "
	    "(2, 2, 'even2'), (3, 3, 'odd3'), (4, 2, NULL), (5, 3, 'odd5'), "
	    "(6, 4, 'even6')");
	assert_string_equal(left(db, NULL, 9), "1 2 3 4 5 6 ");
	assert_string_equal(left(db, &filter, 4), "1 2 3 ");
	filter.n = 1;
	assert_string_equal(left(db, &filter, 9), "2 4 ");
	filter.n = 2;
	assert_string_equal(left(db, &filter, 9), "2 3 4 5 ");
	filter.n = 3;
	assert_string_equal(left(db, &filter, 9), "3 5 ");
	/* not odd: of row 4, whose word is NULL, it is not true either */
	c[2].is_not = true;
	assert_string_equal(left(db, &filter, 9), "2 4 ");
	assert_string_equal(left(db, &filter, 4), "2 ");
	assert_int_equal(db_check_statements(db), ERR_OK);
	db_close(db);
}

static void
a_filter_of_what_is_no_condition_or_where_none_belongs_is_refused(void **state)
{
	struct condition c = { SAMPLE_ONE, NULL, false, false };
	const struct filter filter = { &c, 1 };
	struct call call = { SAMPLE_OTHER, NULL, NULL, 0, &filter };
	struct db *db;
	union val *v;
	size_t n;

	(void)state;
	sample_set(SAMPLE_OTHER, DOES_READ, "*", "u",
	    "SELECT id FROM sample WHERE TRUE\006 ORDER BY id LIMIT 9");
	sample_set(SAMPLE_LAST, DOES_CONDITION, "", "", "i IS NULL");
	db = sample_open();
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_BUG);
	c.id = SAMPLE_LAST;
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
	call.id = SAMPLE_ALL;
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_BUG);
	call = (struct call){ SAMPLE_LAST, NULL, NULL, 0, NULL };
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_BUG);
	db_close(db);
}

static void
a_statement_that_gave_up_looking_says_so(void **state)
{
	struct call call = { SAMPLE_OTHER, NULL, NULL, 0, NULL };
	struct db *db;
	union val *v;
	size_t i, n;

	(void)state;
	sample_set(SAMPLE_OTHER, DOES_READ, "", "u", "SELECT id FROM sample "
	    "WHERE i = 7 ORDER BY id LIMIT 9 ROWS EXAMINED 20");
	db = sample_open();
	scratch_sql("INSERT INTO t.sample (i) SELECT 7 - (seq > 3) "
	    "FROM seq_1_to_10");
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
	assert_int_equal(n, 3);
	assert_false(db_was_cut(db));
	/* what the server reads about a table that it opens is not counted */
	for (i = 0; i < 3; i++) {
		scratch_sql("FLUSH TABLES");
		assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
		assert_int_equal(n, 3);
		assert_false(db_was_cut(db));
	}
	scratch_sql("INSERT INTO t.sample (i) SELECT 1 FROM seq_1_to_90");
	assert_int_equal(db_many(db, arena, &call, &v, &n), ERR_OK);
	assert_int_equal(n, 3);
	assert_true(db_was_cut(db));
	db_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_filter_is_all_its_conditions_or_one_of_those_tied_together),
		TEST(a_filter_of_what_is_no_condition_or_where_none_belongs_is_refused),
		TEST(a_statement_that_gave_up_looking_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
