/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A colleague's file from its upload to its end: read, tried, stored piece by
 * piece, once, taken back, destroyed (GDPR 5(1)(d), 5(1)(e), 17(1), 21(3);
 * FEATURES X21, X22).
 */
#include "tests/import/desk-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "import/import_keeper.h"
#include "import/import_seal.h"
#include "keys/person.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

static struct arena *a;

static int
open_all(void **state)
{
	desk_open(state);
	a = desk.a;
	return 0;
}

/* A file of ${n} people, and its first line. */
static const char *
people(unsigned n)
{
	struct buf b;
	unsigned i;

	buf_open(&b, a);
	buf_text(&b, "Mail;Prénom;Points\n");
	for (i = 0; i < n; i++)
		buf_printf(&b, "p%u@x.org;P%u;%u\n", i, i, i);
	return b.ptr;
}

static void
a_file_is_read_into_sealed_rows_and_goes(void **state)
{
	uint64_t id = desk_upload(people(250));

	(void)state;
	desk_run(READ);
	assert_string_equal(desk_state(id), "read");
	assert_int_equal(scratch_number("SELECT n_rows FROM import"), 250);
	assert_int_equal(scratch_count("import_chunk WHERE kind = 'file'"),
	    0);
	assert_int_equal(scratch_count("import_chunk WHERE kind = 'rows'"),
	    3);
	assert_int_equal(scratch_count("import_chunk WHERE kind = 'head'"),
	    1);
	assert_int_equal(scratch_count("import_chunk WHERE "
	    "INSTR(sealed, 'x.org') > 0"), 0);
}

static void
a_file_that_is_none_is_refused_and_goes_at_once(void **state)
{
	uint64_t id = desk_upload("email\n\"a\"b\n");

	(void)state;
	desk_run(READ);
	assert_string_equal(desk_state(id), "refused");
	assert_int_equal(scratch_count("import WHERE fault = 'quote' AND "
	    "fault_line = 2"), 1);
	assert_int_equal(scratch_count("import_chunk"), 0);
	assert_int_equal(scratch_count("t_keys.import_key"), 0);
}

static void
a_file_of_names_alone_is_empty(void **state)
{
	(void)state;
	desk_upload("email;prénom\n");
	desk_run(READ);
	assert_int_equal(scratch_count("import WHERE fault = 'empty'"), 1);
}

static void
a_trial_counts_and_stores_nobody(void **state)
{
	uint64_t id = desk_upload("Mail;Prénom\nzoe@x.org;Zoé\nnonsense;N\n"
	    "ann@x.org;Anna\nzoe@x.org;Twice\n");

	(void)state;
	desk_run(READ);
	desk_map(id, "[\"email\",\"given_name\"]", "update");
	desk_run(WORK);
	assert_string_equal(desk_state(id), "checked");
	assert_string_equal(scratch_text(a, "SELECT CONCAT_WS(',', n_created, "
	    "n_updated, n_same, n_rejected, n_done) FROM import"),
	    "1,1,0,2,4");
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("import_row WHERE line = 3 AND "
	    "reason = 'address' AND field = 'email'"), 1);
	assert_int_equal(scratch_count("import_row WHERE line = 5 AND "
	    "reason = 'twice'"), 1);
	/* whose record it would change is known, for an erasure */
	assert_int_equal(scratch_count("import_row WHERE line = 4 AND "
	    "contact_id = 1"), 1);
}

static void
a_row_is_told_everything_that_is_wrong_and_counts_once(void **state)
{
	uint64_t id = desk_upload("Mail;Tel;Pays\nnonsense;12;FR\n"
	    "zoe@x.org;12;Frankia\n");

	(void)state;
	desk_run(READ);
	desk_map(id, "[\"email\",\"phone\",\"country\"]", "update");
	desk_run(WORK);
	assert_int_equal(scratch_number("SELECT n_rejected FROM import"), 2);
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(CONCAT_WS("
	    "',', line, fault, reason, field) ORDER BY line, fault SEPARATOR "
	    "';') FROM import_row"), "2,0,address,email;2,1,phone,phone;"
	    "3,0,country,country");
}

/* CS12: handed on as a frozen list of who brought it. */
static void
a_file_that_names_whom_to_delete_makes_a_list_and_deletes_nobody(
    void **state)
{
	uint64_t id = desk_import("Mail\nann@x.org\nnobody@x.org\nnonsense\n",
	    "[\"email\"]", "delete");

	(void)state;
	assert_string_equal(scratch_text(a, arena_printf(a, "SELECT "
	    "CONCAT_WS(',', n_created, n_updated, n_same, n_rejected, "
	    "undo_until_us IS NULL) FROM import WHERE id = %u",
	    (unsigned)id)), "0,1,1,1,1");
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("snapshot n JOIN import i ON "
	    "i.snapshot_id = n.id WHERE n.staff_id = 70 AND n.state = "
	    "'ready' AND n.n = 1 AND n.total = 1"), 1);
	assert_int_equal(scratch_count("snapshot_contact WHERE contact_id = "
	    "1 AND position = 1"), 1);
	assert_int_equal(scratch_count("import_row WHERE line = 3 AND "
	    "outcome = 'unknown' AND reason = 'unknown'"), 1);
}

static void
an_import_stores_each_row_once_and_says_which_contact(void **state)
{
	uint64_t id = desk_import(people(250),
	    "[\"email\",\"given_name\",null]", "skip");

	(void)state;
	assert_int_equal(scratch_count("contact WHERE source = "
	    "'import:Salon' AND basis = 'contract'"), 250);
	assert_int_equal(scratch_count("import_row r JOIN contact c ON c.id "
	    "= r.contact_id WHERE r.outcome = 'created' AND r.version = 1 "
	    "AND c.email_key = CONCAT('p', r.line - 2, '@x.org')"), 250);
	assert_int_equal(scratch_count("import_chunk WHERE kind = 'rows'"),
	    0);
	assert_int_equal(scratch_count(arena_printf(a, "audit_event WHERE "
	    "verb = 'import.ended' AND object_id = %u AND "
	    "JSON_VALUE(detail, '$.created') = 250", (unsigned)id)), 1);
}

/* Another process at the same work, killed after ${us}. */
static void
work_and_kill(unsigned us, int i)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		desk.keeper = scratch_open("keeper");
		desk.ledger = ledger_open(desk.keeper, desk.keys, KEYS_KEEPER);
		desk_jobs(arena_printf(a, "process %d", i));
		for (;;) {
			scratch_begin(desk.keeper, DB_JOB);
			desk.jobs[WORK].now_us = clock_now_us();
			if (job_lead(&desk.jobs[WORK]) != ERR_OK ||
			    desk.jobs[WORK].row->run(&desk.jobs[WORK]) != ERR_OK)
				_exit(1);
			arena_wipe(desk.jobs[WORK].arena);
		}
	}
	assert_true(pid > 0);
	usleep(us);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	scratch_sql("DELETE FROM lease WHERE name LIKE 'job.%'");
}

static void
after_a_kill_the_rest_is_stored_and_nobody_twice(void **state)
{
	uint64_t id = desk_upload(people(3000)), done;
	unsigned n_half_way = 0;
	int i;

	(void)state;
	desk_run(READ);
	desk_map(id, "[\"email\",\"given_name\",null]", "create");
	desk_run(WORK);
	desk_start(id);
	scratch_sql("DELETE FROM lease WHERE name LIKE 'job.%'");
	for (i = 0; i < 24 && strcmp(desk_state(id), "running") == 0; i++) {
		work_and_kill(30000 * (unsigned)(i + 1), i);
		done = scratch_number("SELECT n_done FROM import");
		n_half_way += done > 0 && done < 3000;
		assert_int_equal(scratch_count("contact WHERE source = "
		    "'import:Salon'"), done);
	}
	desk.jobs[WORK].lease_us = 0;
	desk_run(WORK);
	assert_string_equal(desk_state(id), "done");
	assert_true(n_half_way > 0);
	assert_int_equal(scratch_count("contact WHERE source = "
	    "'import:Salon'"), 3000);
	assert_int_equal(scratch_number("SELECT n_created FROM import"),
	    3000);
	assert_int_equal(scratch_number("SELECT n_rejected FROM import"), 0);
}

static void
a_row_twice_is_seen_also_by_another_process(void **state)
{
	struct buf b;
	uint64_t id;

	(void)state;
	buf_open(&b, a);
	buf_text(&b, people(150));
	buf_text(&b, "P0@x.org;Again;0\n");
	id = desk_upload(b.ptr);
	desk_run(READ);
	desk_map(id, "[\"email\",\"given_name\",null]", "update");
	desk_run(WORK);
	desk_start(id);
	/* the first piece is stored, by a process that is no more */
	scratch_sql("UPDATE import SET next_chunk = 1, n_done = 100");
	scratch_sql("DELETE FROM import_row");
	scratch_sql("DELETE FROM import_chunk WHERE kind = 'reject'");
	desk_run(WORK);
	assert_int_equal(scratch_count("import_row WHERE line = 152 AND "
	    "reason = 'twice'"), 1);
}

static void
who_must_not_be_written_to_stays_out_and_no_cell_of_theirs_is_kept(void **state)
{
	(void)state;
	bring_suppress("email", "gone@x.org", 0, "GDPR 17(1)");
	desk_import("email;city\ngone@x.org;Brest\nnew@x.org;Lyon\n",
	    "[\"email\",\"city\"]", "update");
	assert_int_equal(scratch_count("contact WHERE email_key = "
	    "'gone@x.org'"), 0);
	assert_int_equal(scratch_count("import_row WHERE outcome = "
	    "'suppressed' AND reason = 'erased' AND contact_id IS NULL"), 1);
	assert_int_equal(scratch_count("consent_event"), 0);
}

static void
a_file_of_one_team_changes_no_record_of_another(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET visibility = 'team', team_id = 8 "
	    "WHERE id = 1");
	desk_import("email;city\nann@x.org;Brest\n", "[\"email\",\"city\"]",
	    "update");
	assert_int_equal(scratch_count("contact WHERE id = 1 AND "
	    "city = 'Brest'"), 0);
	/* nor does it tell that there is one */
	assert_int_equal(scratch_count("import_row WHERE outcome = 'created' "
	    "AND reason IS NULL"), 1);
	assert_int_equal(scratch_count("contact WHERE id <> 1 AND "
	    "email_key = 'ann@x.org'"), 1);
	scratch_sql("UPDATE contact SET email_key = 'ann@y.org' WHERE "
	    "id <> 1 AND email_key = 'ann@x.org'");
	scratch_sql("UPDATE contact SET team_id = 7 WHERE id = 1");
	scratch_sql("UPDATE import SET effect_mac = NULL");
	desk_import("email;city\nann@x.org;Brest\n", "[\"email\",\"city\"]",
	    "update");
	assert_int_equal(scratch_count("contact WHERE id = 1 AND "
	    "city = 'Brest'"), 1);
}

/* What became of the rows, without their lines: ann's is the first. */
static const char *
told(const char *policy)
{
	const char *text;

	desk_import("email;city\nann@x.org;Brest\nzoe@x.org;Brest\n",
	    "[\"email\",\"city\"]", policy);
	text = scratch_text(a, "SELECT GROUP_CONCAT(CONCAT_WS(',', outcome, "
	    "reason, field) ORDER BY line SEPARATOR ';') FROM import_row");
	scratch_sql("DELETE FROM import_row");
	scratch_sql("DELETE FROM snapshot_contact");
	scratch_sql("DELETE FROM notice_duty");
	scratch_sql("DELETE FROM contact WHERE source = 'import:Salon'");
	scratch_sql("UPDATE import SET effect_mac = NULL");
	return text;
}

/* Whatever the file asks for, and by whichever address: GDPR 25, 32. */
static void
a_record_that_a_colleague_may_not_see_is_as_unknown_as_none(void **state)
{
	static const char *const policies[] = { "create", "update", "skip",
		"delete" };
	static const char *const hidden[] = {
		"visibility = 'owner', owner_id = 71, team_id = 7",
		"visibility = 'team', owner_id = NULL, team_id = 8",
	};
	size_t i, j;

	(void)state;
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "team_id, language, state, created_us) VALUES (71, 'm@d.example', "
	    "'m@d.example', 'Max', 'adviser', 7, 'fr', 'active', 0)");
	scratch_sql("UPDATE contact SET collected_us = 0");
	for (i = 0; i < LENGTH(hidden); i++)
		for (j = 0; j < LENGTH(policies); j++) {
			scratch_sql(arena_printf(a, "UPDATE contact SET %s, "
			    "email_key = 'ann@x.org' WHERE id = 1",
			    hidden[i]));
			assert_string_equal(told(policies[j]), j == 3 ?
			    "unknown,unknown,email;unknown,unknown,email" :
			    "created;created");
			/* by an address beside the main one */
			scratch_sql("UPDATE contact SET email_key = "
			    "'ann@y.org' WHERE id = 1");
			scratch_sql("INSERT INTO contact_reach (contact_id, "
			    "kind, value, value_key, label, source, basis, "
			    "at_us) VALUES (1, 'email', 'ann@x.org', "
			    "'ann@x.org', 'other', 'staff', 'contract', 0)");
			assert_string_equal(told(policies[j]), j == 3 ?
			    "unknown,unknown,email;unknown,unknown,email" :
			    "created;created");
			scratch_sql("DELETE FROM contact_reach");
		}
	assert_int_equal(scratch_count("contact WHERE id = 1 AND city = "
	    "''"), 1);
	assert_int_equal(scratch_count("contact_history WHERE contact_id = "
	    "1"), 0);
	/* one that she sees is known */
	scratch_sql("UPDATE contact SET visibility = 'team', team_id = 7, "
	    "email_key = 'ann@x.org' WHERE id = 1");
	assert_string_equal(told("create"), "rejected,known,email;created");
}

static void
what_an_import_brought_goes_and_what_it_changed_is_put_back(void **state)
{
	uint64_t id;

	(void)state;
	scratch_sql("UPDATE contact SET city = 'Nantes', collected_us = 0 "
	    "WHERE id = 1");
	scratch_sql("INSERT INTO contact_provenance (contact_id, field, "
	    "source, basis, at_us) VALUES (1, 'city', 'form:f', 'consent', "
	    "5)");
	id = desk_import("email;city;street\nann@x.org;Brest;1 rue\n"
	    "new@x.org;Lyon;\n", "[\"email\",\"city\",\"street\"]",
	    "update");
	assert_int_equal(scratch_count("contact WHERE id = 1 AND city = "
	    "'Brest' AND street = '1 rue'"), 1);
	desk_undo(id);
	assert_int_equal(scratch_count("contact WHERE id = 1 AND city = "
	    "'Nantes' AND street = ''"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE "
	    "contact_id = 1 AND field = 'city' AND source = 'form:f' AND "
	    "at_us = 5"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE "
	    "contact_id = 1 AND field = 'street'"), 0);
	assert_int_equal(scratch_count("contact_history WHERE "
	    "contact_id = 1"), 4);
	assert_int_equal(scratch_count("contact WHERE email_key = "
	    "'new@x.org'"), 0);
	assert_int_equal(scratch_count("import WHERE n_undone = 2 AND "
	    "n_kept = 0"), 1);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'import.undone'"), 1);
}

static void
what_was_touched_since_is_left_and_counted(void **state)
{
	uint64_t id;

	(void)state;
	id = desk_import("email;city\nann@x.org;Brest\nnew@x.org;Lyon\n"
	    "other@x.org;Metz\n", "[\"email\",\"city\"]", "update");
	scratch_sql("UPDATE contact SET city = 'Paris', version = version + "
	    "1 WHERE id = 1");
	scratch_sql("INSERT INTO interaction (contact_id, kind, "
	    "is_from_person, title, at_us) SELECT id, 'call', 1, 'x', 1 FROM "
	    "contact WHERE email_key = 'new@x.org'");
	desk_undo(id);
	assert_int_equal(scratch_count("contact WHERE id = 1 AND city = "
	    "'Paris'"), 1);
	assert_int_equal(scratch_count("contact WHERE email_key = "
	    "'new@x.org'"), 1);
	assert_int_equal(scratch_count("contact WHERE email_key = "
	    "'other@x.org'"), 0);
	assert_int_equal(scratch_count("import WHERE n_undone = 1 AND "
	    "n_kept = 2"), 1);
}

static void
what_lies_there_of_a_file_is_destroyed_at_its_time(void **state)
{
	uint64_t id = desk_upload(people(3));

	(void)state;
	desk_run(READ);
	desk_run(EXPIRE);
	assert_int_equal(scratch_count("t_keys.import_key"), 1);
	scratch_sql("UPDATE import SET expires_us = 1");
	desk_run(EXPIRE);
	assert_string_equal(desk_state(id), "expired");
	assert_int_equal(scratch_count("import_chunk"), 0);
	assert_int_equal(scratch_count("t_keys.import_key"), 0);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'import.destroyed'"), 1);
}

static void
after_seven_days_nobody_knows_who_came_with_which_file(void **state)
{
	(void)state;
	desk_import(people(3), "[\"email\",\"given_name\",null]", "skip");
	scratch_sql("UPDATE import SET expires_us = 1");
	desk_run(EXPIRE);
	assert_int_equal(scratch_count("import_row"), 3);
	scratch_sql("UPDATE import SET undo_until_us = 1");
	desk_run(EXPIRE);
	assert_int_equal(scratch_count("import_row"), 0);
	assert_int_equal(scratch_count("import WHERE effect_mac IS NULL"), 1);
	scratch_sql("UPDATE import SET created_us = 1");
	desk_run(EXPIRE);
	assert_int_equal(scratch_count("import"), 0);
}

static void
one_that_is_cancelled_stores_nothing_more(void **state)
{
	uint64_t id = desk_upload(people(5));

	(void)state;
	desk_run(READ);
	desk_map(id, "[\"email\",\"given_name\",null]", "skip");
	scratch_sql("UPDATE import SET state = 'cancelled'");
	desk_run(WORK);
	assert_int_equal(scratch_count("import_row"), 0);
	assert_string_equal(desk_state(id), "cancelled");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, desk_arrange, desk_leave)
		T(a_file_is_read_into_sealed_rows_and_goes),
		T(a_file_that_is_none_is_refused_and_goes_at_once),
		T(a_file_of_names_alone_is_empty),
		T(a_trial_counts_and_stores_nobody),
		T(a_row_is_told_everything_that_is_wrong_and_counts_once),
		T(a_file_that_names_whom_to_delete_makes_a_list_and_deletes_nobody),
		T(an_import_stores_each_row_once_and_says_which_contact),
		T(after_a_kill_the_rest_is_stored_and_nobody_twice),
		T(a_row_twice_is_seen_also_by_another_process),
		T(who_must_not_be_written_to_stays_out_and_no_cell_of_theirs_is_kept),
		T(a_file_of_one_team_changes_no_record_of_another),
		T(a_record_that_a_colleague_may_not_see_is_as_unknown_as_none),
		T(what_an_import_brought_goes_and_what_it_changed_is_put_back),
		T(what_was_touched_since_is_left_and_counted),
		T(what_lies_there_of_a_file_is_destroyed_at_its_time),
		T(after_seven_days_nobody_knows_who_came_with_which_file),
		T(one_that_is_cancelled_stores_nothing_more),
	};

	return cmocka_run_group_tests(tests, open_all, desk_close);
}
