/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whoever puts a database back from a backup behind the journal's back is not
 * served until the erasures were replayed (GDPR 17).
 */
#include "app/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "journal/journal.h"
#include "tests/db/scratch.h"

static const unsigned char generation[JOURNAL_GENERATION_BYTES] =
    "generation-0001";
static char place[300];
static struct config config = { .site = "demo",
	.journals = { place, NULL } };
static struct arena *a;
static struct db *db;

static int
begin(void **state)
{
	(void)state;
	a = arena_open();
	scratch_empty();
	db = scratch_open("portal");
	snprintf(place, sizeof(place), "%s", scratch_path("gate.journal"));
	unlink(place);
	unlink(arena_printf(a, "%s.head", place));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	db_close(db);
	arena_close(a);
	return 0;
}

static void
mark(unsigned announced)
{
	scratch_sql(arena_printf(a, "REPLACE INTO journal_mark (id, "
	    "generation, announced) VALUES (1, CONCAT('generation-0001', "
	    "CHAR(0)), %u)", announced));
}

static void
append(uint64_t n)
{
	struct journal_entry entry = { .n = n, .at_us = 1 };

	assert_int_equal(journal_create(config.journals, "demo", generation),
	    ERR_OK);
	assert_int_equal(journal_append(a, config.journals, "demo", &entry),
	    ERR_OK);
}

static enum err
look(void)
{
	return gate_journal(db, a, &config);
}

static void
a_new_site_has_neither_and_is_served(void **state)
{
	(void)state;
	assert_int_equal(look(), ERR_OK);
	mark(0);
	assert_int_equal(look(), ERR_OK);
}

static void
a_database_that_announced_all_of_the_journal_is_served(void **state)
{
	(void)state;
	mark(2);
	append(1);
	assert_int_equal(look(), ERR_OK);
	append(2);
	assert_int_equal(look(), ERR_OK);
}

static void
a_journal_ahead_of_the_database_stops_it(void **state)
{
	(void)state;
	mark(1);
	append(2);
	assert_int_equal(look(), ERR_DOWN);
}

static void
a_journal_of_another_generation_stops_it(void **state)
{
	(void)state;
	mark(5);
	append(1);
	scratch_sql("UPDATE journal_mark SET generation = REPEAT('x', 16)");
	assert_int_equal(look(), ERR_DOWN);
}

static void
a_journal_that_is_missing_stops_who_announced_something(void **state)
{
	(void)state;
	mark(1);
	assert_int_equal(look(), ERR_DOWN);
}

static void
a_database_without_mark_beside_a_journal_is_stopped(void **state)
{
	(void)state;
	append(1);
	assert_int_equal(look(), ERR_DOWN);
}

static volatile sig_atomic_t n_told;

static void
count_told(int number)
{
	(void)number;
	n_told++;
}

static void
while_a_backup_is_put_back_nothing_is_served_and_then_it_ends(void **state)
{
	struct journal_head head;
	uint64_t before;

	(void)state;
	(void)signal(SIGTERM, count_told);
	mark(1);
	append(1);
	(void)look();	/* whatever the tests before it left behind */
	n_told = 0;
	assert_int_equal(look(), ERR_OK);
	assert_int_equal(journal_head(config.journals, &head), ERR_OK);
	assert_int_equal(journal_hold(a, config.journals, &head, true),
	    ERR_OK);
	before = db_statements(db);
	assert_int_equal(look(), ERR_DOWN);
	assert_int_equal(db_statements(db), before);
	assert_int_equal(journal_hold(a, config.journals, &head, false),
	    ERR_OK);
	assert_int_equal(n_told, 0);
	assert_int_equal(look(), ERR_DOWN);
	assert_int_equal(n_told, 1);
	assert_int_equal(look(), ERR_OK);
	assert_int_equal(n_told, 1);
}

static void
a_worker_looks_once_a_second(void **state)
{
	struct worker w = { .db = db, .config = &config };
	uint64_t before;

	(void)state;
	mark(1);
	assert_int_equal(gate_restore(&w), ERR_DOWN);
	before = db_statements(db);
	assert_int_equal(gate_restore(&w), ERR_DOWN);
	assert_int_equal(db_statements(db), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_site_has_neither_and_is_served),
		TEST(a_database_that_announced_all_of_the_journal_is_served),
		TEST(a_journal_ahead_of_the_database_stops_it),
		TEST(a_journal_of_another_generation_stops_it),
		TEST(while_a_backup_is_put_back_nothing_is_served_and_then_it_ends),
		TEST(a_journal_that_is_missing_stops_who_announced_something),
		TEST(a_database_without_mark_beside_a_journal_is_stopped),
		TEST(a_worker_looks_once_a_second),
	};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
