/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's log over the ledgers: what is appended when, and by whom
 * (GDPR 5(2), 7(1); RELIABILITY T25).
 */
#include "tests/ledger/log-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "ledger/ledger_keeper.h"
#include "tests/db/scratch.h"

static void
new_lines_become_leaves_in_order(void **state)
{
	(void)state;
	logged_make(5, 3);
	assert_int_equal(scratch_number("SELECT size FROM log_state"), 9);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf l "
	    "JOIN consent_event e ON e.id = l.row_id AND e.leaf = l.leaf "
	    "WHERE l.ledger = 'consent'"), 5);
	assert_int_equal(scratch_number("SELECT consent_through * 10 + "
	    "audit_through - (SELECT MAX(id) FROM consent_event) * 10 - "
	    "(SELECT MAX(id) FROM audit_event) FROM log_state"), 0);
	assert_int_equal(logged_verify(true), 0);
	assert_int_equal(logged_found.counts.signed_size, 9);
	assert_int_equal(logged_found.counts.file_heads, 1);
}

static void
a_pass_without_news_writes_nothing(void **state)
{
	(void)state;
	logged_make(2, 0);
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	scratch_sql("UPDATE log_state SET fence = 0");
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT fence FROM log_state"), 0);
}

static void
a_thousand_lines_come_in_batches_of_five_hundred(void **state)
{
	(void)state;
	logged_make(1100, 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf"), 1101);
	assert_int_equal(logged_verify(true), 0);
}

static void
a_restarted_keeper_goes_on_where_it_was(void **state)
{
	(void)state;
	logged_make(4, 1);
	logged_end_job(&logged.append);
	logged.append = logged_new_job(logged.append.row, "first");
	logged_give(2);
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf"), 8);
	assert_int_equal(logged_verify(true), 0);
}

static void
a_line_committed_late_is_waited_for(void **state)
{
	(void)state;
	logged_give(3);
	scratch_sql("CREATE TABLE late AS SELECT * FROM consent_event "
	    "WHERE id = (SELECT MAX(id) - 1 FROM consent_event)");
	scratch_sql("DELETE FROM consent_event WHERE id = "
	    "(SELECT id FROM late)");
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'consent'"), 2);
	assert_int_equal(scratch_number("SELECT consent_through < "
	    "(SELECT id FROM late) FROM log_state"), 1);
	scratch_sql("INSERT INTO consent_event SELECT * FROM late");
	scratch_sql("DROP TABLE late");
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'consent'"), 3);
	logged_pass(2 * MINUTE_US);
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT consent_through = "
	    "(SELECT MAX(id) FROM consent_event) FROM log_state"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task"), 0);
	assert_int_equal(logged_verify(true), 0);
}

static void
a_missing_number_is_passed_after_a_minute_and_told(void **state)
{
	(void)state;
	logged_give(3);
	scratch_sql("DELETE FROM consent_event WHERE writer_n = 2");
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task"), 0);
	logged_pass(MINUTE_US + SECOND_US);
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT consent_through = "
	    "(SELECT MAX(id) FROM consent_event) FROM log_state"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'ledger.gap'"), 1);
	assert_int_equal(logged_verify(true), 1);
	assert_int_equal(logged_found.first, VERIFY_WRITER);
}

static void
a_half_line_is_replaced_and_what_is_missing_caught_up(void **state)
{
	char *text, *line;
	FILE *out;

	(void)state;
	logged_make(2, 0);
	logged_make(2, 0);
	text = logged_heads_text();
	line = strchr(text, '\n');
	out = fopen(logged.config.heads_file, "w");
	fwrite(text, 1, (size_t)(line + 40 - text), out);
	fclose(out);
	logged_end_job(&logged.head);
	logged.head = logged_new_job(logged.head.row, "first");
	logged.head.now_us = logged.append.now_us;
	assert_int_equal(logged_run(&logged.head), ERR_OK);
	assert_int_equal(logged_verify(true), 0);
	assert_int_equal(logged_found.counts.file_heads, 2);
}

static void
a_head_is_signed_when_the_log_grew_or_an_hour_passed(void **state)
{
	(void)state;
	logged_make(1, 0);
	assert_int_equal(logged_run(&logged.head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 1);
	logged_give(1);
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	logged_pass(10 * SECOND_US);
	assert_int_equal(logged_run(&logged.head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 1);
	logged_pass(50 * SECOND_US);
	assert_int_equal(logged_run(&logged.head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 2);
	logged_pass(50 * MINUTE_US);
	assert_int_equal(logged_run(&logged.head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 2);
	logged_pass(10 * MINUTE_US);
	assert_int_equal(logged_run(&logged.head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 3);
}

static void
a_second_keeper_waits_and_a_late_one_stores_nothing(void **state)
{
	struct job second = logged_new_job(logged.append.row, "second");

	(void)state;
	logged_make(1, 0);
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	second.now_us = logged.append.now_us;
	assert_int_equal(logged_run(&second), ERR_CONFLICT);
	logged_give(1);
	/* Another took over while we slept: our lease looks good to us. */
	scratch_sql("UPDATE lease SET owner = 'second', fence = fence + 1 "
	    "WHERE name = 'job.log_append'");
	assert_int_equal(logged_run(&logged.append), ERR_CONFLICT);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf"), 2);
	logged_end_job(&second);
}

static void
a_row_that_is_not_in_the_log_is_not_pruned(void **state)
{
	uint64_t id;
	struct ledger_pruning pruning = { LEDGER_CONSENT, &id, 1, "R34",
	    LOGGED_START_US };

	(void)state;
	logged_give(1);
	id = scratch_number("SELECT MIN(id) FROM consent_event");
	assert_int_equal(logged_prune(&pruning),
	    ERR_CONFLICT);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM consent_event"),
	    1);
}

static void
a_state_set_back_by_hand_is_told_and_stops_the_keeper(void **state)
{
	(void)state;
	logged_make(3, 0);
	scratch_sql("UPDATE log_state SET size = 2");
	logged_give(1);
	assert_int_equal(logged_run(&logged.append), ERR_BUG);
	logged_verify(true);
	assert_true(logged_found.kinds & 1u << VERIFY_STATE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, \
	logged_set_up, logged_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(new_lines_become_leaves_in_order),
		TEST(a_pass_without_news_writes_nothing),
		TEST(a_thousand_lines_come_in_batches_of_five_hundred),
		TEST(a_restarted_keeper_goes_on_where_it_was),
		TEST(a_line_committed_late_is_waited_for),
		TEST(a_missing_number_is_passed_after_a_minute_and_told),
		TEST(a_half_line_is_replaced_and_what_is_missing_caught_up),
		TEST(a_head_is_signed_when_the_log_grew_or_an_hour_passed),
		TEST(a_second_keeper_waits_and_a_late_one_stores_nothing),
		TEST(a_row_that_is_not_in_the_log_is_not_pruned),
		TEST(a_state_set_back_by_hand_is_told_and_stops_the_keeper),
	};

	return cmocka_run_group_tests_name("ledger log", tests, NULL, NULL);
}
