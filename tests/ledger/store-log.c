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

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "ledger/check_keeper.h"
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

/* What a keeper of the scratch site needs to connect a second time. */
static void
let_it_connect(void)
{
	struct db_config place;
	char *dir = arena_text(logged.arena, scratch_path("keeper.pw"));

	scratch_config("keeper", &place);
	(void)unlink(dir);
	assert_int_equal(link(place.password_file, dir), 0);
	*strrchr(dir, '/') = '\0';
	logged.config.db_socket = arena_text(logged.arena, place.socket);
	logged.config.db_name = arena_text(logged.arena, place.name);
	logged.config.db_keys_name = arena_text(logged.arena,
	    place.keys_name);
	logged.config.db_user_prefix = arena_textn(logged.arena, place.user,
	    strlen(place.user) - strlen("keeper"));
	logged.config.db_password_dir = dir;
}

static void
ask_for_a_check(void)
{
	scratch_sql("INSERT IGNORE INTO staff (id, email, email_key, name,"
	    " role, language, state, created_us) VALUES (7, 'd@x', 'd@x',"
	    " 'Dora', 'dpo', 'fr', 'active', 1)");
	scratch_sql("INSERT INTO ledger_check (staff_id, state, created_us)"
	    " VALUES (7, 'waiting', 1)");
}

static const struct job_row check_row = { "ledger_check", SECOND_US, false,
	ledger_keeper_check };

static void
a_check_that_is_asked_for_names_the_row_that_was_changed(void **state)
{
	struct job job = logged_new_job(&check_row, "first");

	(void)state;
	let_it_connect();
	logged_make(3, 2);
	job.is_asked_for = true;
	ask_for_a_check();
	assert_int_equal(logged_run(&job), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM ledger_check"
	    " WHERE state = 'done' AND n_findings = 0 AND n_rows = 5 AND"
	    " n_heads = 1"), 1);
	scratch_sql("UPDATE audit_event SET verb = 'x.y' ORDER BY id LIMIT 1");
	ask_for_a_check();
	assert_int_equal(logged_run(&job), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM ledger_check k"
	    " WHERE k.state = 'done' AND k.n_findings = 1 AND"
	    " JSON_VALUE(k.findings, '$[0].kind') = 'row.changed' AND"
	    " JSON_VALUE(k.findings, '$[0].row') ="
	    " (SELECT MIN(id) FROM audit_event)"), 1);
	logged_end_job(&job);
}

static void
a_check_that_was_called_off_or_lost_its_keeper_is_not_half_done(void **state)
{
	struct job job = logged_new_job(&check_row, "first");

	(void)state;
	let_it_connect();
	logged_make(3, 2);
	ask_for_a_check();
	scratch_sql("UPDATE ledger_check SET state = 'cancelled'");
	job.is_asked_for = true;
	assert_int_equal(logged_run(&job), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM ledger_check"
	    " WHERE state = 'cancelled' AND n_rows = 0"), 1);
	/* a keeper that was killed left it so */
	scratch_sql("UPDATE ledger_check SET state = 'running', n_done = 3");
	assert_int_equal(logged_run(&job), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM ledger_check"
	    " WHERE state = 'done' AND n_rows = 5"), 1);
	logged_end_job(&job);
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
		TEST(a_check_that_is_asked_for_names_the_row_that_was_changed),
		TEST(a_check_that_was_called_off_or_lost_its_keeper_is_not_half_done),
	};

	return cmocka_run_group_tests_name("ledger log", tests, NULL, NULL);
}
