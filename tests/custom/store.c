/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Values of custom fields as rows: typed or sealed, changed with history and
 * provenance, destroyed when their field or their time ends (GDPR 5(1)(e), 16,
 * 18(1), 32(1)(a); CS6, X13).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts.h"
#include "custom/custom_keeper.h"
#include "custom/custom_use.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct arena *a;
static struct db *db;	/* of the office */

static int
open_all(void **state)
{
	a = arena_open();
	db = scratch_open("office");
	return fixture_open(state);
}

static int
close_all(void **state)
{
	db_close(db);
	arena_close(a);
	return fixture_close(state);
}

static int
arrange(void **state)
{
	(void)state;
	fixture_fill();
	scratch_begin(db, DB_JOB);
	return 0;
}

static struct custom_fields
fields(void)
{
	struct custom_fields f;

	assert_int_equal(custom_fields_load(db, a, "fr", &f), ERR_OK);
	return f;
}

/* What contact 1 has in the field ${code}. */
static const char *
value(const char *code)
{
	struct custom_fields f = fields();
	const struct custom_reading reading = { .keys = fixture_keys(),
	    .fields = &f, .contact_id = 1 };
	struct custom_value *values;
	size_t n;

	assert_int_equal(custom_values_load(db, a, &reading, &values, &n),
	    ERR_OK);
	return custom_value_of(values, n, custom_find(&f, code));
}

static struct contacts_edit edit;
static struct q_contacts_load record;

static enum err
edit_in_tx(struct db *at, void *arg)
{
	(void)arg;
	return contacts_edit_store(at, a, fixture_keys(), &edit);
}

/* A colleague puts ${text} into the field ${code} of contact 1. */
static enum err
put(const char *code, const char *text)
{
	struct custom_fields f = fields();

	assert_int_equal(q_contacts_load(db, a, 1, &record), ERR_OK);
	edit = (struct contacts_edit){ .contact_id = 1, .record = &record,
	    .by_kind = "staff", .staff_id = 1, .at_us = FIXTURE_NOW_US };
	contacts_edit_add_custom(&edit, custom_find(&f, code), value(code),
	    text);
	return tx_run(db, NULL, a, edit_in_tx, NULL, NULL);
}

static enum err
keep(enum err (*run)(struct job *job))
{
	struct job job = fixture_job(run);
	enum err e;

	do {
		scratch_begin(job.db, DB_JOB);
		job.is_more = false;
		if ((e = job_lead(&job)) == ERR_OK)
			e = run(&job);
		arena_wipe(job.arena);
	} while (e == ERR_OK && job.is_more);
	free(job.memory);
	job.memory = NULL;
	fixture_end(&job);
	return e;
}

static void
each_kind_is_read_back_as_its_one_text(void **state)
{
	(void)state;
	assert_string_equal(value("nick"), "kanarie");
	assert_string_equal(value("miles"), "12.5");
	assert_string_equal(value("expiry"), "2031-05-12");
	assert_string_equal(value("diet"), "kanarie eats seeds");
	assert_int_equal(put("miles", "0"), ERR_OK);
	assert_string_equal(value("miles"), "0");
	assert_int_equal(put("expiry", "2032-01-31"), ERR_OK);
	assert_string_equal(value("expiry"), "2032-01-31");
	assert_int_equal(put("nick", ""), ERR_OK);
	assert_string_equal(value("nick"), "");
	assert_int_equal(scratch_count("custom_value WHERE contact_id = 1 "
	    "AND field_id = 1"), 0);
}

static void
a_sensitive_value_is_sealed_with_the_persons_key(void **state)
{
	(void)state;
	assert_int_equal(put("diet", "no shellfish"), ERR_OK);
	assert_string_equal(value("diet"), "no shellfish");
	assert_int_equal(scratch_count("custom_value WHERE field_id = 4 AND "
	    "value_text IS NULL AND value_number = 0 AND value_day IS NULL "
	    "AND sealed IS NOT NULL AND INSTR(sealed, 'shellfish') = 0"), 1);
	assert_int_equal(scratch_count("contact_history WHERE INSTR("
	    "new_sealed, 'shellfish') > 0"), 0);
	/* without the key nothing is shown, and nothing is invented */
	scratch_sql("DELETE FROM t_keys.person_key WHERE contact_id = 1");
	assert_string_equal(value("diet"), "");
}

static void
a_change_keeps_its_history_and_says_where_it_is_from(void **state)
{
	uint64_t version;

	(void)state;
	version = scratch_number("SELECT version FROM contact WHERE id = 1");
	assert_int_equal(put("miles", "20"), ERR_OK);
	assert_int_equal(scratch_count("contact_history WHERE contact_id = 1 "
	    "AND field = 'custom:miles' AND by_kind = 'staff'"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE contact_id "
	    "= 1 AND field = 'custom:miles' AND source = 'staff' AND basis = "
	    "'contract'"), 1);
	assert_int_equal(scratch_number("SELECT version FROM contact WHERE "
	    "id = 1"), version + 1);
}

static void
a_closed_field_takes_no_value_and_can_be_emptied(void **state)
{
	uint64_t lines;

	(void)state;
	scratch_sql("UPDATE custom_field SET state = 'closed' WHERE id = 1");
	lines = scratch_count("contact_history");
	assert_int_equal(put("nick", "late"), ERR_CONFLICT);
	assert_string_equal(value("nick"), "kanarie");
	assert_int_equal(scratch_count("contact_history"), lines);
	assert_int_equal(put("nick", ""), ERR_OK);
	assert_string_equal(value("nick"), "");
}

static void
a_removed_field_leaves_nothing_but_the_line_that_says_so(void **state)
{
	(void)state;
	assert_int_equal(put("nick", "kanarie the second"), ERR_OK);
	scratch_sql("UPDATE custom_field SET state = 'emptying' WHERE id = 1");
	assert_int_equal(keep(custom_keeper_empty), ERR_OK);
	assert_int_equal(scratch_count("custom_value WHERE field_id = 1"), 0);
	assert_int_equal(scratch_count("custom_value WHERE field_id <> 1"),
	    3);
	assert_int_equal(scratch_count("custom_field WHERE id = 1 AND state "
	    "= 'removed' AND to_empty = 2 AND emptied = 2"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE field = "
	    "'custom:nick'"), 0);
	/* two people, a line each; what it held before is gone from there */
	assert_int_equal(scratch_count("contact_history WHERE field = "
	    "'custom:nick' AND by_kind = 'program'"), 2);
	assert_int_equal(scratch_count("contact_history WHERE field = "
	    "'custom:nick' AND by_kind <> 'program'"), 0);
	assert_int_equal(scratch_count("contact_history WHERE field = "
	    "'city'"), 1);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'custom.removed' AND object_id = 1"), 1);
}

static void
whose_use_is_restricted_keeps_theirs_and_the_field_waits(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET restricted_us = 1, restriction = "
	    "'claims' WHERE id = 1");
	scratch_sql("UPDATE custom_field SET state = 'emptying' WHERE id = 1");
	assert_int_equal(keep(custom_keeper_empty), ERR_OK);
	assert_int_equal(scratch_count("custom_value WHERE field_id = 1 AND "
	    "contact_id = 1"), 1);
	assert_int_equal(scratch_count("custom_value WHERE field_id = 1 AND "
	    "contact_id = 2"), 0);
	assert_int_equal(scratch_count("custom_field WHERE id = 1 AND state "
	    "= 'emptying'"), 1);
	scratch_sql("UPDATE contact SET restricted_us = NULL, restriction = "
	    "NULL WHERE id = 1");
	assert_int_equal(keep(custom_keeper_empty), ERR_OK);
	assert_int_equal(scratch_count("custom_field WHERE id = 1 AND state "
	    "= 'removed'"), 1);
}

static void
many_values_go_in_batches_and_none_is_left_after_a_kill(void **state)
{
	struct job job;

	(void)state;
	scratch_sql("INSERT INTO contact (id, reference, kind, language, "
	    "source, basis, collected_us, last_person_us, created_us, "
	    "updated_us) SELECT 100 + seq, CONCAT('N', seq), 'prospect', "
	    "'fr', 'staff', 'contract', 0, 0, 0, 0 FROM seq_1_to_100");
	scratch_sql("INSERT INTO custom_value (contact_id, field_id, "
	    "value_text, at_us) SELECT 100 + seq, 1, 'x', seq FROM "
	    "seq_1_to_100");
	scratch_sql("UPDATE custom_field SET state = 'emptying' WHERE id = 1");
	job = fixture_job(custom_keeper_empty);
	scratch_begin(job.db, DB_JOB);
	assert_int_equal(job_lead(&job), ERR_OK);
	assert_int_equal(custom_keeper_empty(&job), ERR_OK);
	assert_true(job.is_more);
	assert_int_equal(scratch_count("custom_value WHERE field_id = 1"),
	    102 - DB_EACH_MAX);
	free(job.memory);	/* killed here */
	job.memory = NULL;
	fixture_end(&job);
	assert_int_equal(keep(custom_keeper_empty), ERR_OK);
	assert_int_equal(scratch_count("custom_field WHERE id = 1 AND state "
	    "= 'removed' AND to_empty = 102 AND emptied = 102"), 1);
	assert_int_equal(scratch_count("contact_history WHERE field = "
	    "'custom:nick'"), 102);
}

static void
a_value_goes_when_its_own_time_has_ended_and_no_sooner(void **state)
{
	int64_t end_us = day_start_us(day_add_months(day_of(FIXTURE_NOW_US),
	    -12));

	(void)state;
	scratch_sql("UPDATE custom_value SET at_us = 1794000000000000");
	scratch_sql(arena_printf(a, "UPDATE custom_value SET at_us = %lld "
	    "WHERE field_id = 2", (long long)end_us));
	assert_int_equal(keep(custom_keeper_expire), ERR_OK);
	assert_string_equal(value("miles"), "12.5");
	scratch_sql(arena_printf(a, "UPDATE custom_value SET at_us = %lld "
	    "WHERE field_id = 2", (long long)end_us - 1));
	assert_int_equal(keep(custom_keeper_expire), ERR_OK);
	assert_string_equal(value("miles"), "");
	assert_string_equal(value("diet"), "kanarie eats seeds");
	assert_string_equal(value("nick"), "kanarie");
	assert_int_equal(scratch_count("contact_history WHERE field = "
	    "'custom:miles' AND by_kind = 'program'"), 1);
	assert_int_equal(scratch_count("custom_field WHERE id = 2 AND state "
	    "= 'open'"), 1);
}

static uint64_t
used(const char *column, const char *field)
{
	return scratch_number(arena_printf(a, "SELECT %s FROM field_use WHERE "
	    "field = '%s'", column, field));
}

static void
the_count_says_who_has_what_and_when_it_was_used(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET collected_us = 1700000000000000, "
	    "created_us = 1700000000000000");
	scratch_sql("UPDATE access_line SET at_us = 1750000000000000");
	scratch_sql("UPDATE custom_value SET at_us = 1710000000000000 WHERE "
	    "field_id = 1");
	assert_int_equal(put("miles", "20"), ERR_OK);
	assert_int_equal(keep(custom_keeper_count), ERR_OK);
	assert_int_equal(used("filled", "given_name"), 2);
	assert_int_equal(used("filled", "phone"), 1);
	assert_int_equal(used("filled", "custom:nick"), 2);
	assert_int_equal(used("filled", "custom:diet"), 1);
	assert_int_equal(used("filled_us", "given_name"), 1700000000000000);
	assert_int_equal(used("filled_us", "custom:nick"), 1710000000000000);
	assert_int_equal(used("filled_us", "custom:miles"), FIXTURE_NOW_US);
	/* the record of contact 1 was opened, and has a number */
	assert_int_equal(used("read_us", "phone"), 1750000000000000);
	assert_int_equal(used("read_us", "custom:diet"), 1750000000000000);
	assert_int_equal(used("since_us", "phone"), 1700000000000000);
	assert_int_equal(scratch_number("SELECT contacts FROM "
	    "field_use_mark"), 2);
}

static void
the_count_is_daily_and_goes_on_where_it_was(void **state)
{
	(void)state;
	assert_int_equal(keep(custom_keeper_count), ERR_OK);
	scratch_sql("DELETE FROM custom_value WHERE field_id = 3");
	scratch_sql("DELETE FROM access_subject");
	assert_int_equal(keep(custom_keeper_count), ERR_OK);
	assert_int_equal(used("filled", "custom:expiry"), 1);
	scratch_sql("UPDATE field_use_mark SET counted_us = 0");
	scratch_sql("UPDATE field_use SET read_us = 5 WHERE field = "
	    "'custom:expiry'");
	assert_int_equal(keep(custom_keeper_count), ERR_OK);
	assert_int_equal(used("filled", "custom:expiry"), 0);
	assert_int_equal(used("read_us", "custom:expiry"), 5);
}

static void
a_list_reads_names_and_an_export_its_columns(void **state)
{
	(void)state;
	scratch_sql("UPDATE access_line SET kind = 'list', at_us = 7");
	scratch_sql("UPDATE staff_export SET line_id = NULL");
	assert_int_equal(keep(custom_keeper_count), ERR_OK);
	assert_int_equal(used("read_us", "given_name"), 7);
	assert_int_equal(used("read_us", "phone"), 0);
	assert_int_equal(used("read_us", "custom:nick"), 0);
	scratch_sql("UPDATE field_use_mark SET counted_us = 0, line_id = 0");
	scratch_sql("UPDATE access_line SET kind = 'export', at_us = 8");
	scratch_sql("UPDATE staff_export SET line_id = 1, columns = "
	    "'phone,custom.nick'");
	assert_int_equal(keep(custom_keeper_count), ERR_OK);
	assert_int_equal(used("read_us", "given_name"), 7);
	assert_int_equal(used("read_us", "phone"), 8);
	assert_int_equal(used("read_us", "custom:nick"), 8);
	assert_int_equal(used("read_us", "custom:miles"), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, arrange)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_kind_is_read_back_as_its_one_text),
		TEST(a_sensitive_value_is_sealed_with_the_persons_key),
		TEST(a_change_keeps_its_history_and_says_where_it_is_from),
		TEST(a_closed_field_takes_no_value_and_can_be_emptied),
		TEST(a_removed_field_leaves_nothing_but_the_line_that_says_so),
		TEST(whose_use_is_restricted_keeps_theirs_and_the_field_waits),
		TEST(many_values_go_in_batches_and_none_is_left_after_a_kill),
		TEST(a_value_goes_when_its_own_time_has_ended_and_no_sooner),
		TEST(the_count_says_who_has_what_and_when_it_was_used),
		TEST(the_count_is_daily_and_goes_on_where_it_was),
		TEST(a_list_reads_names_and_an_export_its_columns),
	};

	return cmocka_run_group_tests_name("custom values", tests, open_all,
	    close_all);
}
