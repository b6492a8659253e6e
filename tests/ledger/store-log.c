/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's log over the ledgers, and the verifier that finds out whoever
 * changes them: each test does what an owner of the database could do
 * (GDPR 5(2), 7(1); RELIABILITY T25).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "app/job.h"
#include "base/buf.h"
#include "base/clock.h"
#include "ledger/head.h"
#include "ledger/ledger.h"
#include "ledger/ledger_keeper.h"
#include "ledger/ledger_verify.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

#define START_US INT64_C(1795000000000000)

/* The clocks of this program: the linker sends their callers here. */
static int64_t skipped_us;
int64_t __real_clock_ticks_us(void);
int64_t __wrap_clock_ticks_us(void);

int64_t
__wrap_clock_ticks_us(void)
{
	return __real_clock_ticks_us() + skipped_us;
}

static const struct job_row append_row = { "log_append", SECOND_US, false,
    ledger_keeper_append };
static const struct job_row head_row = { "log_head", SECOND_US, false,
    ledger_keeper_head };

static struct arena *arena;
static struct config config;
static struct keys *keys, *portal_keys;
static struct db *db, *portal_db, *owner_db;
static struct ledger *portal;
static struct job append, head;

static struct job
new_job(const struct job_row *row, const char *owner)
{
	return (struct job){ .row = row, .config = &config, .keys = keys,
	    .db = db, .owner = owner, .arena = arena_open(),
	    .now_us = START_US };
}

static int
set_up(void **state)
{
	(void)state;
	fixture_rows();
	scratch_sql("DELETE FROM lease WHERE name LIKE 'job.%'");
	skipped_us = 0;
	arena = arena_open();
	keys = fixture_keys(KEYS_KEEPER);
	portal_keys = fixture_keys(KEYS_PORTAL);
	db = scratch_open("keeper");
	portal_db = scratch_open("portal");
	owner_db = scratch_open("owner");
	portal = ledger_open(portal_db, portal_keys, KEYS_PORTAL);
	config.site = "t";
	config.heads_file = arena_text(arena, scratch_path("heads"));
	(void)unlink(config.heads_file);
	append = new_job(&append_row, "first");
	head = new_job(&head_row, "first");
	assert_int_equal(ledger_keeper_register(db, arena, keys, START_US),
	    ERR_OK);
	return 0;
}

static void
end_job(struct job *job)
{
	if (job->drop != NULL)
		job->drop(job->memory);
	else
		free(job->memory);
	arena_close(job->arena);
}

static int
tear_down(void **state)
{
	(void)state;
	end_job(&append);
	end_job(&head);
	ledger_close(portal);
	db_close(owner_db);
	db_close(portal_db);
	db_close(db);
	keys_close(keys);
	keys_close(portal_keys);
	arena_close(arena);
	return 0;
}

static enum err
run(struct job *job)
{
	enum err e;

	do {
		scratch_begin(db, DB_JOB);
		job->is_more = false;
		if ((e = job_lead(job)) == ERR_OK)
			e = job->row->run(job);
		arena_wipe(job->arena);
	} while (e == ERR_OK && job->is_more);
	return e;
}

static void
pass(int64_t us)
{
	skipped_us += us;
	append.now_us += us;
	head.now_us += us;
	scratch_begin(db, DB_JOB);
	scratch_begin(portal_db, DB_POST);
	scratch_begin(owner_db, DB_JOB);
}

static enum err
give_in_tx(struct db *in, void *arg)
{
	struct ledger_consent events[LEDGER_BATCH_MAX];
	const size_t *n = arg;
	size_t i;

	for (i = 0; i < *n; i++)
		events[i] = fixture_given(1 + i % 2, START_US + (int64_t)i);
	return ledger_consents(in, arena, portal, events, *n, NULL);
}

static void
give(size_t n)
{
	assert_int_equal(tx_run(portal_db, NULL, arena, give_in_tx, &n, NULL),
	    ERR_OK);
}

static enum err
audit_in_tx(struct db *in, void *arg)
{
	const struct ledger_audit event = { .verb = "contact.edited",
	    .actor = "person", .object = "contact", .contact_id = 1,
	    .detail = "{\"fields\":[\"city\",\"street\"],\"n\":2}",
	    .at_us = START_US };

	(void)arg;
	return ledger_audit(in, arena, portal, &event);
}

static void
audit(void)
{
	assert_int_equal(tx_run(portal_db, NULL, arena, audit_in_tx, NULL,
	    NULL), ERR_OK);
}

/* A log of some lines under a signed head. */
static void
make_log(size_t n_consents, size_t n_audits)
{
	while (n_consents > 0) {
		size_t n = n_consents < LEDGER_BATCH_MAX ? n_consents :
		    LEDGER_BATCH_MAX;

		give(n);
		n_consents -= n;
	}
	while (n_audits-- > 0)
		audit();
	assert_int_equal(run(&append), ERR_OK);
	pass(MINUTE_US);
	assert_int_equal(run(&head), ERR_OK);
}

/* What the verifier found. */
static struct {
	unsigned n;
	unsigned kinds;		/* bits */
	enum verify_kind first;
	uint64_t row;		/* of the first */
	struct verify_counts counts;
} found;

static void
note_finding(void *arg, const struct verify_finding *finding)
{
	(void)arg;
	if (found.n++ == 0) {
		found.first = finding->kind;
		found.row = finding->row;
	}
	found.kinds |= 1u << finding->kind;
	print_message("found: %s\n", finding->text);
}

static char *
file_text(void)
{
	static char text[65536];
	FILE *in = fopen(config.heads_file, "r");
	size_t n;

	if (in == NULL)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

static unsigned
verify_with(bool has_keys)
{
	struct keys *owner = fixture_keys(KEYS_OWNER);
	struct verify_options options = { .keys = has_keys ? owner : NULL,
	    .heads = file_text(), .now_us = append.now_us + HOUR_US,
	    .found = note_finding };

	memset(&found, 0, sizeof(found));
	scratch_begin(owner_db, DB_JOB);
	assert_int_equal(ledger_verify(owner_db, &options, &found.counts),
	    ERR_OK);
	assert_int_equal(found.counts.findings, found.n);
	keys_close(owner);
	return found.n;
}

static void
new_lines_become_leaves_in_order(void **state)
{
	(void)state;
	make_log(5, 3);
	assert_int_equal(scratch_number("SELECT size FROM log_state"), 9);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf l "
	    "JOIN consent_event e ON e.id = l.row_id AND e.leaf = l.leaf "
	    "WHERE l.ledger = 'consent'"), 5);
	assert_int_equal(scratch_number("SELECT consent_through * 10 + "
	    "audit_through - (SELECT MAX(id) FROM consent_event) * 10 - "
	    "(SELECT MAX(id) FROM audit_event) FROM log_state"), 0);
	assert_int_equal(verify_with(true), 0);
	assert_int_equal(found.counts.signed_size, 9);
	assert_int_equal(found.counts.file_heads, 1);
}

static void
a_pass_without_news_writes_nothing(void **state)
{
	(void)state;
	make_log(2, 0);
	assert_int_equal(run(&append), ERR_OK);
	scratch_sql("UPDATE log_state SET fence = 0");
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT fence FROM log_state"), 0);
}

static void
a_thousand_lines_come_in_batches_of_five_hundred(void **state)
{
	(void)state;
	make_log(1100, 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf"), 1101);
	assert_int_equal(verify_with(true), 0);
}

static void
a_restarted_keeper_goes_on_where_it_was(void **state)
{
	(void)state;
	make_log(4, 1);
	end_job(&append);
	append = new_job(&append_row, "first");
	give(2);
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf"), 8);
	assert_int_equal(verify_with(true), 0);
}

static void
a_line_committed_late_is_waited_for(void **state)
{
	(void)state;
	give(3);
	scratch_sql("CREATE TABLE late AS SELECT * FROM consent_event "
	    "WHERE id = (SELECT MAX(id) - 1 FROM consent_event)");
	scratch_sql("DELETE FROM consent_event WHERE id = "
	    "(SELECT id FROM late)");
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'consent'"), 2);
	assert_int_equal(scratch_number("SELECT consent_through < "
	    "(SELECT id FROM late) FROM log_state"), 1);
	scratch_sql("INSERT INTO consent_event SELECT * FROM late");
	scratch_sql("DROP TABLE late");
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'consent'"), 3);
	pass(2 * MINUTE_US);
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT consent_through = "
	    "(SELECT MAX(id) FROM consent_event) FROM log_state"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task"), 0);
	assert_int_equal(verify_with(true), 0);
}

static void
a_missing_number_is_passed_after_a_minute_and_told(void **state)
{
	(void)state;
	give(3);
	scratch_sql("DELETE FROM consent_event WHERE writer_n = 2");
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task"), 0);
	pass(MINUTE_US + SECOND_US);
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT consent_through = "
	    "(SELECT MAX(id) FROM consent_event) FROM log_state"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'ledger.gap'"), 1);
	assert_int_equal(verify_with(true), 1);
	assert_int_equal(found.first, VERIFY_WRITER);
}

#define SLIP_IN "INSERT INTO consent_event (kind, purpose_version_id, " \
	"channel, language, notice_version_id, how, at_us, subject, leaf, " \
	"writer, writer_n, mac) SELECT 'given', 1, 'phone', 'fr', 1, 'paper', " \
	"at_us, subject, leaf, writer, 1000, mac FROM consent_event LIMIT 1"

static void
a_line_slipped_in_stays_out_of_the_log_and_is_named(void **state)
{
	uint64_t id;

	(void)state;
	make_log(3, 0);
	scratch_sql(SLIP_IN);
	id = scratch_number("SELECT MAX(id) FROM consent_event");
	give(1);
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'consent'"), 4);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'ledger.bad_mac'"), 1);
	assert_int_equal(verify_with(true), 1);
	assert_int_equal(found.first, VERIFY_ROW_SLIPPED_IN);
	assert_int_equal(found.row, id);
	/* Without keys its leaf gives it away; with a right leaf, its place. */
	assert_int_equal(verify_with(false), 1);
	assert_int_equal(found.row, id);
}

static void
a_changed_row_is_named(void **state)
{
	uint64_t id;

	(void)state;
	make_log(4, 2);
	id = scratch_number("SELECT MIN(id) + 1 FROM consent_event");
	scratch_sql("UPDATE consent_event SET channel = 'phone' WHERE id = "
	    "(SELECT m FROM (SELECT MIN(id) + 1 AS m FROM consent_event) x)");
	assert_int_equal(verify_with(true), 1);
	assert_int_equal(found.first, VERIFY_ROW_CHANGED);
	assert_int_equal(found.row, id);
	assert_int_equal(verify_with(false), 1);
	assert_int_equal(found.row, id);
}

static void
a_changed_detail_of_the_audit_is_named(void **state)
{
	(void)state;
	make_log(1, 2);
	scratch_sql("UPDATE audit_event SET detail = "
	    "'{\"fields\":[\"city\"],\"n\":2}' ORDER BY id LIMIT 1");
	assert_int_equal(verify_with(true), 1);
	assert_int_equal(found.first, VERIFY_ROW_CHANGED);
}

static void
a_row_removed_before_the_last_head_is_named(void **state)
{
	uint64_t id;

	(void)state;
	make_log(4, 0);
	id = scratch_number("SELECT MIN(id) FROM consent_event");
	scratch_sql("DELETE FROM consent_event ORDER BY id LIMIT 1");
	assert_int_equal(verify_with(true), 1);
	assert_int_equal(found.first, VERIFY_ROW_REMOVED);
	assert_int_equal(found.row, id);
}

static void
a_row_removed_with_its_leaf_is_seen(void **state)
{
	(void)state;
	make_log(4, 0);
	scratch_sql("DELETE FROM log_leaf WHERE ledger = 'consent' "
	    "ORDER BY position LIMIT 1");
	scratch_sql("DELETE FROM consent_event ORDER BY id LIMIT 1");
	verify_with(true);
	assert_true(found.kinds & 1u << VERIFY_LEAF_MISSING);
}

static void
a_row_changed_with_its_leaves_is_named(void **state)
{
	(void)state;
	make_log(4, 0);
	scratch_sql("UPDATE consent_event SET channel = 'phone' "
	    "ORDER BY id LIMIT 1");
	/* The right leaf for it is what the second row would not have had. */
	scratch_sql("UPDATE consent_event SET leaf = REPEAT('x', 32) "
	    "ORDER BY id LIMIT 1");
	scratch_sql("UPDATE log_leaf SET leaf = REPEAT('x', 32) "
	    "WHERE ledger = 'consent' ORDER BY position LIMIT 1");
	verify_with(true);
	assert_true(found.kinds & 1u << VERIFY_ROW_CHANGED);
	assert_true(found.kinds & 1u << VERIFY_TREE);
}

static void
a_swapped_pair_is_named(void **state)
{
	(void)state;
	make_log(4, 0);
	scratch_sql("CREATE TABLE pair AS SELECT MIN(id) AS a, "
	    "MIN(id) + 1 AS b FROM consent_event");
	scratch_sql("UPDATE consent_event SET id = 999999 "
	    "WHERE id = (SELECT a FROM pair)");
	scratch_sql("UPDATE consent_event SET id = (SELECT a FROM pair) "
	    "WHERE id = (SELECT b FROM pair)");
	scratch_sql("UPDATE consent_event SET id = (SELECT b FROM pair) "
	    "WHERE id = 999999");
	scratch_sql("DROP TABLE pair");
	assert_int_equal(verify_with(false), 2);
	assert_int_equal(found.first, VERIFY_ROW_CHANGED);
	assert_true(verify_with(true) >= 2);
}

static void
a_changed_head_is_named(void **state)
{
	(void)state;
	make_log(2, 0);
	make_log(2, 0);
	scratch_sql("UPDATE log_head SET root = REPEAT('x', 32) "
	    "ORDER BY id LIMIT 1");
	assert_int_equal(verify_with(true), 2);	/* and the file has it still */
	assert_int_equal(found.first, VERIFY_HEAD);
	scratch_sql("DELETE FROM log_head ORDER BY id LIMIT 1");
	verify_with(true);
	assert_true(found.kinds & 1u << VERIFY_HEAD);
	assert_true(found.kinds & 1u << VERIFY_FILE);
}

static void
a_shortened_heads_file_is_told(void **state)
{
	char *text, *line;
	FILE *out;

	(void)state;
	make_log(2, 0);
	make_log(2, 0);
	make_log(2, 0);
	text = file_text();
	line = strchr(text, '\n');
	out = fopen(config.heads_file, "w");
	fwrite(text, 1, (size_t)(line + 1 - text), out);
	fclose(out);
	assert_int_equal(verify_with(true), 1);
	assert_int_equal(found.first, VERIFY_FILE);
}

static void
a_half_line_is_replaced_and_what_is_missing_caught_up(void **state)
{
	char *text, *line;
	FILE *out;

	(void)state;
	make_log(2, 0);
	make_log(2, 0);
	text = file_text();
	line = strchr(text, '\n');
	out = fopen(config.heads_file, "w");
	fwrite(text, 1, (size_t)(line + 40 - text), out);
	fclose(out);
	end_job(&head);
	head = new_job(&head_row, "first");
	head.now_us = append.now_us;
	assert_int_equal(run(&head), ERR_OK);
	assert_int_equal(verify_with(true), 0);
	assert_int_equal(found.counts.file_heads, 2);
}

static void
a_head_is_signed_when_the_log_grew_or_an_hour_passed(void **state)
{
	(void)state;
	make_log(1, 0);
	assert_int_equal(run(&head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 1);
	give(1);
	assert_int_equal(run(&append), ERR_OK);
	pass(10 * SECOND_US);
	assert_int_equal(run(&head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 1);
	pass(50 * SECOND_US);
	assert_int_equal(run(&head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 2);
	pass(50 * MINUTE_US);
	assert_int_equal(run(&head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 2);
	pass(10 * MINUTE_US);
	assert_int_equal(run(&head), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_head"), 3);
}

static void
a_second_keeper_waits_and_a_late_one_stores_nothing(void **state)
{
	struct job second = new_job(&append_row, "second");

	(void)state;
	make_log(1, 0);
	assert_int_equal(run(&append), ERR_OK);
	second.now_us = append.now_us;
	assert_int_equal(run(&second), ERR_CONFLICT);
	give(1);
	/* Another took over while we slept: our lease looks good to us. */
	scratch_sql("UPDATE lease SET owner = 'second', fence = fence + 1 "
	    "WHERE name = 'job.log_append'");
	assert_int_equal(run(&append), ERR_CONFLICT);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf"), 2);
	end_job(&second);
}

static enum err
prune_in_tx(struct db *in, void *arg)
{
	return ledger_prune(in, arena, keys, arg);
}

static void
after_a_prune_and_an_erasure_the_log_still_verifies(void **state)
{
	uint64_t ids[40];
	struct ledger_pruning pruning = { LEDGER_CONSENT, ids, LENGTH(ids),
	    "R34 after 3 years", START_US };
	size_t i;

	(void)state;
	make_log(50, 2);
	ids[0] = scratch_number("SELECT MIN(id) FROM consent_event");
	for (i = 1; i < LENGTH(ids); i++)
		ids[i] = ids[0] + i;
	assert_int_equal(tx_run(db, NULL, arena, prune_in_tx, &pruning, NULL),
	    ERR_OK);
	/* An erasure takes away whose the rest are. */
	scratch_sql("DELETE FROM consent_subject");
	scratch_sql("DELETE FROM audit_subject");
	scratch_sql("DELETE FROM contact WHERE id = 2");
	assert_int_equal(verify_with(true), 0);
	make_log(0, 1);
	assert_int_equal(verify_with(true), 0);
	assert_int_equal(found.counts.pruned, 40);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'prune'"), 1);
	/* The record covers these rows and no other. */
	scratch_sql("DELETE FROM consent_event ORDER BY id LIMIT 1");
	assert_int_equal(verify_with(true), 1);
	assert_int_equal(found.first, VERIFY_ROW_REMOVED);
}

static void
a_record_of_pruning_that_was_changed_is_named(void **state)
{
	uint64_t id;
	struct ledger_pruning pruning = { LEDGER_AUDIT, &id, 1, "R34",
	    START_US };

	(void)state;
	make_log(1, 3);
	id = scratch_number("SELECT MIN(id) FROM audit_event");
	assert_int_equal(tx_run(db, NULL, arena, prune_in_tx, &pruning, NULL),
	    ERR_OK);
	make_log(1, 0);
	scratch_sql("UPDATE log_prune SET row_ids = CONCAT('[', "
	    "(SELECT MAX(id) FROM audit_event), ']')");
	verify_with(true);
	assert_true(found.kinds & 1u << VERIFY_PRUNE);
	assert_true(found.kinds & 1u << VERIFY_ROW_REMOVED);
}

static void
a_record_that_nobody_of_ours_made_stays_out_and_is_named(void **state)
{
	(void)state;
	make_log(2, 0);
	scratch_sql("INSERT INTO log_record (ledger, record, at_us, mac) "
	    "VALUES ('digest', '{}', 1, REPEAT('x', 32))");
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(run(&append), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'digest'"), 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'ledger.bad_mac'"), 1);
	assert_int_equal(verify_with(true), 1);
	assert_int_equal(found.first, VERIFY_ROW_SLIPPED_IN);
	assert_int_equal(found.row, scratch_number(
	    "SELECT MAX(id) FROM log_record"));
}

static void
a_record_of_ours_under_another_name_is_not_ours(void **state)
{
	(void)state;
	make_log(1, 0);
	scratch_sql("UPDATE log_record SET ledger = 'digest'");
	assert_true(verify_with(true) > 0);
	assert_true(found.kinds & 1u << VERIFY_ROW_CHANGED ||
	    found.kinds & 1u << VERIFY_ROW_SLIPPED_IN);
}

static void
a_pruning_by_the_databases_owner_is_named(void **state)
{
	struct ledger_pruning pruning = { .ledger = LEDGER_CONSENT };
	uint64_t id;

	(void)state;
	make_log(3, 0);
	id = scratch_number("SELECT MIN(id) FROM consent_event");
	pruning = (struct ledger_pruning){ LEDGER_CONSENT, &id, 1, "R34",
	    START_US };
	assert_int_equal(tx_run(db, NULL, arena, prune_in_tx, &pruning, NULL),
	    ERR_OK);
	scratch_sql("UPDATE log_prune SET mac = REPEAT('x', 32)");
	make_log(1, 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM log_leaf "
	    "WHERE ledger = 'prune'"), 0);
	verify_with(true);
	assert_true(found.kinds & 1u << VERIFY_PRUNE);
	assert_true(found.kinds & 1u << VERIFY_ROW_REMOVED);
}

/* With a key of their own they could sign every head anew. */
static void
a_key_slipped_into_the_directory_is_named_and_counts_for_nothing(void **state)
{
	(void)state;
	make_log(3, 0);
	scratch_sql("UPDATE signing_key SET created_us = created_us - 1 "
	    "WHERE usage_of = 'head'");
	assert_int_equal(ledger_keeper_register(db, arena, keys, START_US),
	    ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'ledger.foreign_key'"), 1);
	verify_with(true);
	assert_int_equal(found.first, VERIFY_KEY);
	assert_true(found.kinds & 1u << VERIFY_HEAD);
	assert_int_equal(verify_with(false), 0);
}

static void
a_row_that_was_copied_is_told(void **state)
{
	(void)state;
	make_log(3, 0);
	scratch_sql("ALTER TABLE consent_event DROP INDEX writer");
	scratch_sql("INSERT INTO consent_event (kind, purpose_version_id, "
	    "channel, language, notice_version_id, form_version_id, "
	    "rendering, how, evidence_id, at_us, subject, leaf, writer, "
	    "writer_n, mac) SELECT kind, purpose_version_id, channel, "
	    "language, notice_version_id, form_version_id, rendering, how, "
	    "evidence_id, at_us, subject, leaf, writer, writer_n, mac "
	    "FROM consent_event ORDER BY id LIMIT 1");
	make_log(1, 0);
	verify_with(true);
	scratch_sql("TRUNCATE consent_event");
	scratch_sql("ALTER TABLE consent_event ADD UNIQUE INDEX writer "
	    "(writer, writer_n)");
	assert_true(found.kinds & 1u << VERIFY_WRITER);
}

static void
a_row_that_is_not_in_the_log_is_not_pruned(void **state)
{
	uint64_t id;
	struct ledger_pruning pruning = { LEDGER_CONSENT, &id, 1, "R34",
	    START_US };

	(void)state;
	give(1);
	id = scratch_number("SELECT MIN(id) FROM consent_event");
	assert_int_equal(tx_run(db, NULL, arena, prune_in_tx, &pruning, NULL),
	    ERR_CONFLICT);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM consent_event"),
	    1);
}

static void
a_state_set_back_by_hand_is_told_and_stops_the_keeper(void **state)
{
	(void)state;
	make_log(3, 0);
	scratch_sql("UPDATE log_state SET size = 2");
	give(1);
	assert_int_equal(run(&append), ERR_BUG);
	verify_with(true);
	assert_true(found.kinds & 1u << VERIFY_STATE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		TEST(a_line_slipped_in_stays_out_of_the_log_and_is_named),
		TEST(a_changed_row_is_named),
		TEST(a_changed_detail_of_the_audit_is_named),
		TEST(a_row_removed_before_the_last_head_is_named),
		TEST(a_row_removed_with_its_leaf_is_seen),
		TEST(a_row_changed_with_its_leaves_is_named),
		TEST(a_swapped_pair_is_named),
		TEST(a_changed_head_is_named),
		TEST(a_shortened_heads_file_is_told),
		TEST(a_half_line_is_replaced_and_what_is_missing_caught_up),
		TEST(a_head_is_signed_when_the_log_grew_or_an_hour_passed),
		TEST(a_second_keeper_waits_and_a_late_one_stores_nothing),
		TEST(after_a_prune_and_an_erasure_the_log_still_verifies),
		TEST(a_record_of_pruning_that_was_changed_is_named),
		TEST(a_record_that_nobody_of_ours_made_stays_out_and_is_named),
		TEST(a_record_of_ours_under_another_name_is_not_ours),
		TEST(a_pruning_by_the_databases_owner_is_named),
		TEST(a_key_slipped_into_the_directory_is_named_and_counts_for_nothing),
		TEST(a_row_that_was_copied_is_told),
		TEST(a_row_that_is_not_in_the_log_is_not_pruned),
		TEST(a_state_set_back_by_hand_is_told_and_stops_the_keeper),
	};

	return cmocka_run_group_tests_name("ledger log", tests, NULL, NULL);
}
