/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The migration runner: each step once, in order, by one migrator, and a
 * changed file is refused by its name.  Law: GDPR 32(1)(b), (d).
 */
#include "tests/db/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "db/migrate.h"

static struct arena *arena;
static const char *steps;	/* the directory of this test's steps */
static unsigned version, n_applied;

static const char *
step(const char *name)
{
	return arena_printf(arena, "%s/%s", steps, name);
}

static void
write_step(const char *name, const char *text)
{
	FILE *f = fopen(step(name), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
set_up(void **state)
{
	static unsigned n;

	(void)state;
	arena = arena_open();
	steps = arena_text(arena, scratch_path(arena_printf(arena,
	    "steps-%u", n++)));
	assert_int_equal(mkdir(steps, 0700), 0);
	assert_int_equal(symlink(MIGRATIONS "/0001-ground.sql",
	    step("0001-ground.sql")), 0);
	scratch_sql("DROP DATABASE IF EXISTS m");
	scratch_sql("CREATE DATABASE m COLLATE utf8mb4_nopad_bin");
	scratch_sql("GRANT ALL ON m.* TO t_owner@localhost");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_sql("DROP DATABASE m");
	scratch_sql("REVOKE ALL PRIVILEGES ON m.* FROM t_owner@localhost");
	arena_close(arena);
	return 0;
}

static struct db *
open_empty(void)
{
	static struct db_config config;
	struct db *db;

	scratch_config("owner", &config);
	config.name = "m";
	assert_int_equal(db_open(&config, db_table_owner, &db), ERR_OK);
	scratch_begin(db, DB_JOB);
	return db;
}

static enum err
migrate(void)
{
	struct db *db = open_empty();
	enum err e;

	n_applied = version = 0;
	e = migrate_run(db, steps, "test", &version, &n_applied);
	db_close(db);
	return e;
}

static void
the_tables_are_those_that_the_programs_are_built_for(void **state)
{
	struct db *db = scratch_open("owner");

	(void)state;
	assert_int_equal(db_check_schema(db, DB_SCHEMA_VERSION), ERR_OK);
	assert_int_equal(migrate_run(db, MIGRATIONS, "test", &version,
	    &n_applied), ERR_OK);
	assert_int_equal(version, DB_SCHEMA_VERSION);
	assert_int_equal(n_applied, 0);
	db_close(db);
}

static void
each_step_is_applied_once_and_in_order(void **state)
{
	(void)state;
	write_step("0003-third.sql", "INSERT INTO s (v) VALUES (3);\n");
	write_step("0002-second.sql",
	    "CREATE TABLE s (id INT AUTO_INCREMENT PRIMARY KEY, v INT);\n"
	    "INSERT INTO s (v) VALUES (2);\n");
	assert_int_equal(migrate(), ERR_OK);
	assert_int_equal(version, 3);
	assert_int_equal(n_applied, 3);
	assert_int_equal(migrate(), ERR_OK);
	assert_int_equal(n_applied, 0);
	write_step("0010-more.sql", "INSERT INTO s (v) VALUES (10);\n");
	assert_int_equal(migrate(), ERR_OK);
	assert_int_equal(n_applied, 1);
	assert_int_equal(scratch_number("SELECT GROUP_CONCAT(v ORDER BY id "
	    "SEPARATOR '') FROM m.s"), 2310);
}

static void
an_applied_file_that_was_changed_is_refused(void **state)
{
	(void)state;
	write_step("0002-second.sql", "CREATE TABLE s (v INT);\n");
	assert_int_equal(migrate(), ERR_OK);
	write_step("0002-second.sql", "CREATE TABLE s (v INT) ;\n");
	write_step("0003-third.sql", "CREATE TABLE t (v INT);\n");
	assert_int_equal(migrate(), ERR_INVALID);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM "
	    "information_schema.TABLES WHERE TABLE_SCHEMA = 'm' AND "
	    "TABLE_NAME = 't'"), 0);
}

static void
a_database_of_a_newer_release_is_refused(void **state)
{
	(void)state;
	write_step("0002-second.sql", "CREATE TABLE s (v INT);\n");
	assert_int_equal(migrate(), ERR_OK);
	assert_int_equal(unlink(step("0002-second.sql")), 0);
	assert_int_equal(migrate(), ERR_INVALID);
}

static void
a_new_step_before_the_last_applied_is_refused(void **state)
{
	(void)state;
	write_step("0003-third.sql", "CREATE TABLE s (v INT);\n");
	assert_int_equal(migrate(), ERR_OK);
	write_step("0002-second.sql", "CREATE TABLE t (v INT);\n");
	assert_int_equal(migrate(), ERR_INVALID);
}

static void
two_steps_of_one_number_are_refused(void **state)
{
	(void)state;
	write_step("0002-second.sql", "CREATE TABLE s (v INT);\n");
	write_step("0002-other.sql", "CREATE TABLE t (v INT);\n");
	assert_int_equal(migrate(), ERR_INVALID);
}

static void
a_step_that_failed_is_run_again_once_repaired(void **state)
{
	(void)state;
	write_step("0002-second.sql",
	    "CREATE TABLE IF NOT EXISTS s (v INT);\n"
	    "ALTER TABLE no_such_table ADD COLUMN x INT;\n"
	    "INSERT INTO s VALUES (1);\n");
	write_step("0003-third.sql", "CREATE TABLE t (v INT);\n");
	assert_int_equal(migrate(), ERR_BUG);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM m.s"), 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM "
	    "m.schema_version WHERE version = 2 AND state = 'running'"), 1);
	write_step("0002-second.sql",
	    "CREATE TABLE IF NOT EXISTS s (v INT);\n"
	    "INSERT INTO s VALUES (1);\n");
	assert_int_equal(migrate(), ERR_OK);
	assert_int_equal(version, 3);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM m.s"), 1);
}

static void
programs_refuse_a_step_that_was_not_finished(void **state)
{
	struct db *db = open_empty();

	(void)state;
	assert_int_equal(migrate(), ERR_OK);
	assert_int_equal(db_check_schema(db, 1), ERR_OK);
	scratch_sql("UPDATE m.schema_version SET state = 'running'");
	assert_int_equal(db_check_schema(db, 1), ERR_DOWN);
	db_close(db);
}

static void
another_migrator_at_work_is_waited_for_by_nobody(void **state)
{
	(void)state;
	assert_int_equal(migrate(), ERR_OK);
	write_step("0002-second.sql", "CREATE TABLE s (v INT);\n");
	scratch_sql(arena_printf(arena, "UPDATE m.lease SET owner = 'other', "
	    "until_us = %lld WHERE name = 'migrate'",
	    (long long)(clock_now_us() + MINUTE_US)));
	assert_int_equal(migrate(), ERR_CONFLICT);
	assert_int_equal(n_applied, 0);
	scratch_sql("UPDATE m.lease SET until_us = 1 WHERE name = 'migrate'");
	assert_int_equal(migrate(), ERR_OK);
	assert_int_equal(n_applied, 1);
}

static void
the_key_store_is_named(void **state)
{
	(void)state;
	write_step("0002-second.sql",
	    "CREATE TABLE {keys}.sample (v INT); -- in {keys}\n"
	    "INSERT INTO {keys}.sample VALUES (1);\n");
	assert_int_equal(migrate(), ERR_OK);
	assert_int_equal(scratch_number("SELECT v FROM t_keys.sample"), 1);
	scratch_sql("DROP TABLE t_keys.sample");
}

static void
a_semicolon_in_words_or_comments_ends_nothing(void **state)
{
	static const char text[] =
	    "-- a; comment;\n# another;\n/* and;\n a third;\n */\n"
	    "INSERT INTO s VALUES ('it''s; \\';\n', \"x;\n\", `y;\n`); \n"
	    "-- it's\nUPDATE s SET a = 1 -- don't;\n WHERE b = ';\n';\n"
	    ";\n\nSELECT 1; SELECT 2;\nLAST";
	static const char *const expected[] = {
	    "INSERT INTO s VALUES ('it''s; \\';\n', \"x;\n\", `y;\n`)",
	    "UPDATE s SET a = 1 -- don't;\n WHERE b = ';\n'",
	    "SELECT 1; SELECT 2", "LAST" };
	const char *p = text;
	size_t len, i;

	(void)state;
	for (i = 0; i < LENGTH(expected); i++) {
		p = migrate_next_statement(p, &len);
		assert_non_null(p);
		assert_int_equal(len, strlen(expected[i]));
		assert_memory_equal(p, expected[i], len);
		p += len;
	}
	assert_null(migrate_next_statement(p, &len));
	assert_null(migrate_next_statement("", &len));
	assert_null(migrate_next_statement(" -- only;\n\n;\n", &len));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_tables_are_those_that_the_programs_are_built_for),
		TEST(each_step_is_applied_once_and_in_order),
		TEST(an_applied_file_that_was_changed_is_refused),
		TEST(a_database_of_a_newer_release_is_refused),
		TEST(a_new_step_before_the_last_applied_is_refused),
		TEST(two_steps_of_one_number_are_refused),
		TEST(a_step_that_failed_is_run_again_once_repaired),
		TEST(programs_refuse_a_step_that_was_not_finished),
		TEST(another_migrator_at_work_is_waited_for_by_nobody),
		TEST(the_key_store_is_named),
		TEST(a_semicolon_in_words_or_comments_ends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
