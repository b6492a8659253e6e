/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verifier finds out whoever changes the ledgers or their log: each test
 * does what an owner of the database could do (GDPR 5(2), 7(1); RELIABILITY
 * T25).
 */
#include "tests/ledger/log-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "ledger/ledger_keeper.h"
#include "tests/db/scratch.h"

#define SLIP_IN "INSERT INTO consent_event (kind, purpose_version_id, " \
	"channel, language, notice_version_id, how, at_us, subject, leaf, " \
	"writer, writer_n, mac) SELECT 'given', 1, 'phone', 'fr', 1, 'paper', " \
	"at_us, subject, leaf, writer, 1000, mac FROM consent_event LIMIT 1"

static void
a_line_slipped_in_stays_out_of_the_log_and_is_named(void **state)
{
	uint64_t id;

	(void)state;
	logged_make(3, 0);
	scratch_sql(SLIP_IN);
	id = scratch_number("SELECT MAX(id) FROM consent_event");
	logged_give(1);
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'consent'"), 4);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'ledger.bad_mac'"), 1);
	assert_int_equal(logged_verify(true), 1);
	assert_int_equal(logged_found.first, VERIFY_ROW_SLIPPED_IN);
	assert_int_equal(logged_found.row, id);
	/* Without keys its leaf gives it away; with a right leaf, its place. */
	assert_int_equal(logged_verify(false), 1);
	assert_int_equal(logged_found.row, id);
}

static void
a_changed_row_is_named(void **state)
{
	uint64_t id;

	(void)state;
	logged_make(4, 2);
	id = scratch_number("SELECT MIN(id) + 1 FROM consent_event");
	scratch_sql("UPDATE consent_event SET channel = 'phone' WHERE id = "
	    "(SELECT m FROM (SELECT MIN(id) + 1 AS m FROM consent_event) x)");
	assert_int_equal(logged_verify(true), 1);
	assert_int_equal(logged_found.first, VERIFY_ROW_CHANGED);
	assert_int_equal(logged_found.row, id);
	assert_int_equal(logged_verify(false), 1);
	assert_int_equal(logged_found.row, id);
}

static void
a_changed_detail_of_the_audit_is_named(void **state)
{
	(void)state;
	logged_make(1, 2);
	scratch_sql("UPDATE audit_event SET detail = "
	    "'{\"fields\":[\"city\"],\"n\":2}' ORDER BY id LIMIT 1");
	assert_int_equal(logged_verify(true), 1);
	assert_int_equal(logged_found.first, VERIFY_ROW_CHANGED);
}

static void
a_row_removed_before_the_last_head_is_named(void **state)
{
	uint64_t id;

	(void)state;
	logged_make(4, 0);
	id = scratch_number("SELECT MIN(id) FROM consent_event");
	scratch_sql("DELETE FROM consent_event ORDER BY id LIMIT 1");
	assert_int_equal(logged_verify(true), 1);
	assert_int_equal(logged_found.first, VERIFY_ROW_REMOVED);
	assert_int_equal(logged_found.row, id);
}

static void
a_row_removed_with_its_leaf_is_seen(void **state)
{
	(void)state;
	logged_make(4, 0);
	scratch_sql("DELETE FROM log_leaf WHERE ledger = 'consent' "
	    "ORDER BY position LIMIT 1");
	scratch_sql("DELETE FROM consent_event ORDER BY id LIMIT 1");
	logged_verify(true);
	assert_true(logged_found.kinds & 1u << VERIFY_LEAF_MISSING);
}

static void
a_row_changed_with_its_leaves_is_named(void **state)
{
	(void)state;
	logged_make(4, 0);
	scratch_sql("UPDATE consent_event SET channel = 'phone' "
	    "ORDER BY id LIMIT 1");
	/* The right leaf for it is what the second row would not have had. */
	scratch_sql("UPDATE consent_event SET leaf = REPEAT('x', 32) "
	    "ORDER BY id LIMIT 1");
	scratch_sql("UPDATE log_leaf SET leaf = REPEAT('x', 32) "
	    "WHERE ledger = 'consent' ORDER BY position LIMIT 1");
	logged_verify(true);
	assert_true(logged_found.kinds & 1u << VERIFY_ROW_CHANGED);
	assert_true(logged_found.kinds & 1u << VERIFY_TREE);
}

static void
a_swapped_pair_is_named(void **state)
{
	(void)state;
	logged_make(4, 0);
	scratch_sql("CREATE TABLE pair AS SELECT MIN(id) AS a, "
	    "MIN(id) + 1 AS b FROM consent_event");
	scratch_sql("UPDATE consent_event SET id = 999999 "
	    "WHERE id = (SELECT a FROM pair)");
	scratch_sql("UPDATE consent_event SET id = (SELECT a FROM pair) "
	    "WHERE id = (SELECT b FROM pair)");
	scratch_sql("UPDATE consent_event SET id = (SELECT b FROM pair) "
	    "WHERE id = 999999");
	scratch_sql("DROP TABLE pair");
	assert_int_equal(logged_verify(false), 2);
	assert_int_equal(logged_found.first, VERIFY_ROW_CHANGED);
	assert_true(logged_verify(true) >= 2);
}

static void
a_changed_head_is_named(void **state)
{
	(void)state;
	logged_make(2, 0);
	logged_make(2, 0);
	scratch_sql("UPDATE log_head SET root = REPEAT('x', 32) "
	    "ORDER BY id LIMIT 1");
	assert_int_equal(logged_verify(true), 2);	/* and the file has it still */
	assert_int_equal(logged_found.first, VERIFY_HEAD);
	scratch_sql("DELETE FROM log_head ORDER BY id LIMIT 1");
	logged_verify(true);
	assert_true(logged_found.kinds & 1u << VERIFY_HEAD);
	assert_true(logged_found.kinds & 1u << VERIFY_FILE);
}

static void
a_shortened_heads_file_is_told(void **state)
{
	char *text, *line;
	FILE *out;

	(void)state;
	logged_make(2, 0);
	logged_make(2, 0);
	logged_make(2, 0);
	text = logged_heads_text();
	line = strchr(text, '\n');
	out = fopen(logged.config.heads_file, "w");
	fwrite(text, 1, (size_t)(line + 1 - text), out);
	fclose(out);
	assert_int_equal(logged_verify(true), 1);
	assert_int_equal(logged_found.first, VERIFY_FILE);
}

static void
after_a_prune_and_an_erasure_the_log_still_verifies(void **state)
{
	uint64_t ids[40];
	struct ledger_pruning pruning = { LEDGER_CONSENT, ids, LENGTH(ids),
	    "R34 after 3 years", LOGGED_START_US };
	size_t i;

	(void)state;
	logged_make(50, 2);
	ids[0] = scratch_number("SELECT MIN(id) FROM consent_event");
	for (i = 1; i < LENGTH(ids); i++)
		ids[i] = ids[0] + i;
	assert_int_equal(logged_prune(&pruning),
	    ERR_OK);
	/* An erasure takes away whose the rest are. */
	scratch_sql("DELETE FROM consent_subject");
	scratch_sql("DELETE FROM audit_subject");
	scratch_sql("DELETE FROM contact WHERE id = 2");
	assert_int_equal(logged_verify(true), 0);
	logged_make(0, 1);
	assert_int_equal(logged_verify(true), 0);
	assert_int_equal(logged_found.counts.pruned, 40);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'prune'"), 1);
	/* The record covers these rows and no other. */
	scratch_sql("DELETE FROM consent_event ORDER BY id LIMIT 1");
	assert_int_equal(logged_verify(true), 1);
	assert_int_equal(logged_found.first, VERIFY_ROW_REMOVED);
}

static void
a_record_of_pruning_that_was_changed_is_named(void **state)
{
	uint64_t id;
	struct ledger_pruning pruning = { LEDGER_AUDIT, &id, 1, "R34",
	    LOGGED_START_US };

	(void)state;
	logged_make(1, 3);
	id = scratch_number("SELECT MIN(id) FROM audit_event");
	assert_int_equal(logged_prune(&pruning),
	    ERR_OK);
	logged_make(1, 0);
	scratch_sql("UPDATE log_prune SET row_ids = CONCAT('[', "
	    "(SELECT MAX(id) FROM audit_event), ']')");
	logged_verify(true);
	assert_true(logged_found.kinds & 1u << VERIFY_PRUNE);
	assert_true(logged_found.kinds & 1u << VERIFY_ROW_REMOVED);
}

static void
a_record_that_nobody_of_ours_made_stays_out_and_is_named(void **state)
{
	(void)state;
	logged_make(2, 0);
	scratch_sql("INSERT INTO log_record (ledger, record, at_us, mac) "
	    "VALUES ('digest', '{}', 1, REPEAT('x', 32))");
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'digest'"), 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'ledger.bad_mac'"), 1);
	assert_int_equal(logged_verify(true), 1);
	assert_int_equal(logged_found.first, VERIFY_ROW_SLIPPED_IN);
	assert_int_equal(logged_found.row, scratch_number(
	    "SELECT MAX(id) FROM log_record"));
}

static void
a_record_of_ours_under_another_name_is_not_ours(void **state)
{
	(void)state;
	logged_make(1, 0);
	scratch_sql("UPDATE log_record SET ledger = 'digest'");
	assert_true(logged_verify(true) > 0);
	assert_true(logged_found.kinds & 1u << VERIFY_ROW_CHANGED ||
	    logged_found.kinds & 1u << VERIFY_ROW_SLIPPED_IN);
}

static void
a_pruning_by_the_databases_owner_is_named(void **state)
{
	struct ledger_pruning pruning = { .ledger = LEDGER_CONSENT };
	uint64_t id;

	(void)state;
	logged_make(3, 0);
	id = scratch_number("SELECT MIN(id) FROM consent_event");
	pruning = (struct ledger_pruning){ LEDGER_CONSENT, &id, 1, "R34",
	    LOGGED_START_US };
	assert_int_equal(logged_prune(&pruning),
	    ERR_OK);
	scratch_sql("UPDATE log_prune SET mac = REPEAT('x', 32)");
	logged_make(1, 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'prune'"), 0);
	logged_verify(true);
	assert_true(logged_found.kinds & 1u << VERIFY_PRUNE);
	assert_true(logged_found.kinds & 1u << VERIFY_ROW_REMOVED);
}

/* With a key of their own they could sign every head anew. */
static void
a_key_slipped_into_the_directory_is_named_and_counts_for_nothing(void **state)
{
	(void)state;
	logged_make(3, 0);
	scratch_sql("UPDATE signing_key SET created_us = created_us - 1 "
	    "WHERE usage_of = 'head'");
	assert_int_equal(ledger_keeper_register(logged.db, logged.arena,
	    logged.keys, LOGGED_START_US), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'ledger.foreign_key'"), 1);
	logged_verify(true);
	assert_int_equal(logged_found.first, VERIFY_KEY);
	assert_true(logged_found.kinds & 1u << VERIFY_HEAD);
	assert_int_equal(logged_verify(false), 0);
}

static void
a_row_that_was_copied_is_told(void **state)
{
	(void)state;
	logged_make(3, 0);
	scratch_sql("ALTER TABLE consent_event DROP INDEX writer");
	scratch_sql("INSERT INTO consent_event (kind, purpose_version_id, "
	    "channel, language, notice_version_id, form_version_id, "
	    "rendering, how, evidence_id, at_us, subject, leaf, writer, "
	    "writer_n, mac) SELECT kind, purpose_version_id, channel, "
	    "language, notice_version_id, form_version_id, rendering, how, "
	    "evidence_id, at_us, subject, leaf, writer, writer_n, mac "
	    "FROM consent_event ORDER BY id LIMIT 1");
	logged_make(1, 0);
	logged_verify(true);
	scratch_sql("TRUNCATE consent_event");
	scratch_sql("ALTER TABLE consent_event ADD UNIQUE INDEX writer "
	    "(writer, writer_n)");
	assert_true(logged_found.kinds & 1u << VERIFY_WRITER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, \
	logged_set_up, logged_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_slipped_in_stays_out_of_the_log_and_is_named),
		TEST(a_changed_row_is_named),
		TEST(a_changed_detail_of_the_audit_is_named),
		TEST(a_row_removed_before_the_last_head_is_named),
		TEST(a_row_removed_with_its_leaf_is_seen),
		TEST(a_row_changed_with_its_leaves_is_named),
		TEST(a_swapped_pair_is_named),
		TEST(a_changed_head_is_named),
		TEST(a_shortened_heads_file_is_told),
		TEST(after_a_prune_and_an_erasure_the_log_still_verifies),
		TEST(a_record_of_pruning_that_was_changed_is_named),
		TEST(a_record_that_nobody_of_ours_made_stays_out_and_is_named),
		TEST(a_record_of_ours_under_another_name_is_not_ours),
		TEST(a_pruning_by_the_databases_owner_is_named),
		TEST(a_key_slipped_into_the_directory_is_named_and_counts_for_nothing),
		TEST(a_row_that_was_copied_is_told),
	};

	return cmocka_run_group_tests_name("ledger verify", tests, NULL, NULL);
}
