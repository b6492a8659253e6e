/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A colleague's file from its upload to its end: read, tried, stored piece by
 * piece, once, taken back, destroyed (GDPR 5(1)(d), 5(1)(e), 17(1), 21(3);
 * FEATURES X21, X22).
 */
#include "tests/import/bring-fixture.h"

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
static struct keys *keys;
static struct db *office, *keeper;
static struct ledger *ledger;
static struct config config = { .site = "t", .languages = { "fr", "en",
    NULL }, .country = "FR" };
static const struct job_row rows[] = {
	{ .name = "import_read", .run = import_keeper_read },
	{ .name = "import_work", .run = import_keeper_work },
	{ .name = "import_expire", .run = import_keeper_expire },
};
static struct job jobs[LENGTH(rows)];
enum { READ, WORK, EXPIRE };

static void
open_jobs(const char *owner)
{
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		jobs[i] = (struct job){ .row = &rows[i], .config = &config,
		    .keys = keys, .db = keeper, .ledger = ledger,
		    .owner = owner, .arena = arena_open() };
}

static void
close_jobs(void)
{
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		arena_close(jobs[i].arena);
		if (jobs[i].drop != NULL)
			jobs[i].drop(jobs[i].memory);
	}
}

static int
open_all(void **state)
{
	a = arena_open();
	keys = fixture_keys(KEYS_KEEPER);
	office = scratch_open("office");
	keeper = scratch_open("keeper");
	ledger = ledger_open(keeper, keys, KEYS_KEEPER);
	return bring_open(state);
}

static int
close_all(void **state)
{
	ledger_close(ledger);
	db_close(keeper);
	db_close(office);
	arena_close(a);
	return bring_close(state);
}

static int
arrange(void **state)
{
	bring_arrange(state);
	scratch_sql("DELETE FROM lease WHERE name LIKE 'job.%'");
	scratch_sql("DELETE FROM t_keys.import_key");
	scratch_sql("INSERT INTO team (id, name) VALUES (7, 'Nord'), "
	    "(8, 'Sud')");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "team_id, language, state, created_us) VALUES (70, 'l@d.example', "
	    "'l@d.example', 'Lea', 'lead', 7, 'fr', 'active', 0)");
	scratch_sql("UPDATE contact SET visibility = 'everyone'");
	open_jobs("test");
	return 0;
}

static int
leave(void **state)
{
	close_jobs();
	return bring_leave(state);
}

/* Until the job has nothing to do. */
static void
run(int which)
{
	struct job *job = &jobs[which];
	int n = 0;

	do {
		assert_true(n++ < 1000);
		scratch_begin(keeper, DB_JOB);
		job->now_us = clock_now_us();
		job->is_more = false;
		assert_int_equal(job_lead(job), ERR_OK);
		assert_int_equal(rows[which].run(job), ERR_OK);
		arena_wipe(job->arena);
	} while (job->is_more);
}

struct uploading {
	uint64_t id;
	struct bytes file;
};

static enum err
upload_in_tx(struct db *db, void *arg)
{
	struct uploading *u = arg;
	struct import_seal s = { .id = 0 };
	struct import_piece piece = { "file", 0 };
	struct q_import_new row;
	unsigned char mac[HASH_BYTES];
	size_t at, len;
	enum err e;

	sha256_of(u->file, mac);
	if ((e = q_import_new(db, a, 70, 0, u->file.len, (struct bytes){ mac,
	    sizeof(mac) }, bring.now_us, bring.now_us + DAY_US,
	    &row)) != ERR_OK)
		return e;
	s.id = u->id = row.id;
	if ((e = import_seal_make(db, a, keys, bring.now_us, &s)) != ERR_OK)
		return e;
	for (at = 0; at < u->file.len && e == ERR_OK; at += len) {
		len = u->file.len - at < IMPORT_CHUNK_BYTES ?
		    u->file.len - at : IMPORT_CHUNK_BYTES;
		e = import_piece_put(db, a, &s, &piece, (struct bytes){
		    u->file.ptr + at, len });
		piece.number++;
	}
	return e;
}

static uint64_t
upload(const char *text)
{
	struct uploading u = { 0, text_bytes(text) };

	scratch_begin(office, DB_POST);
	assert_int_equal(tx_run(office, NULL, a, upload_in_tx, &u, NULL),
	    ERR_OK);
	return u.id;
}

static void
map(uint64_t id, const char *mapping, const char *policy)
{
	scratch_sql(arena_printf(a, "UPDATE import SET state = 'checking', "
	    "mapping = '%s', policy = '%s', basis = 'contract', source = "
	    "'Salon', collected = '%s', next_chunk = 0, n_done = 0 "
	    "WHERE id = %u", mapping, policy, day_write(a, day_of(
	    bring.now_us)), (unsigned)id));
}

static void
start(uint64_t id)
{
	scratch_sql(arena_printf(a, "UPDATE import SET state = 'running', "
	    "next_chunk = 0, n_done = 0, effect_mac = REPEAT('e', 32) WHERE "
	    "id = %u AND state = 'checked'", (unsigned)id));
}

static const char *
state_of(uint64_t id)
{
	return scratch_text(a, arena_printf(a, "SELECT state FROM import "
	    "WHERE id = %u", (unsigned)id));
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

static uint64_t
imported(const char *text, const char *mapping, const char *policy)
{
	uint64_t id = upload(text);

	run(READ);
	map(id, mapping, policy);
	run(WORK);
	assert_string_equal(state_of(id), "checked");
	start(id);
	run(WORK);
	assert_string_equal(state_of(id), "done");
	return id;
}

static void
a_file_is_read_into_sealed_rows_and_goes(void **state)
{
	uint64_t id = upload(people(250));

	(void)state;
	run(READ);
	assert_string_equal(state_of(id), "read");
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
	uint64_t id = upload("email\n\"a\"b\n");

	(void)state;
	run(READ);
	assert_string_equal(state_of(id), "refused");
	assert_int_equal(scratch_count("import WHERE fault = 'quote' AND "
	    "fault_line = 2"), 1);
	assert_int_equal(scratch_count("import_chunk"), 0);
	assert_int_equal(scratch_count("t_keys.import_key"), 0);
}

static void
a_file_of_names_alone_is_empty(void **state)
{
	(void)state;
	upload("email;prénom\n");
	run(READ);
	assert_int_equal(scratch_count("import WHERE fault = 'empty'"), 1);
}

static void
a_trial_counts_and_stores_nobody(void **state)
{
	uint64_t id = upload("Mail;Prénom\nzoe@x.org;Zoé\nnonsense;N\n"
	    "ann@x.org;Anna\nzoe@x.org;Twice\n");

	(void)state;
	run(READ);
	map(id, "[\"email\",\"given_name\"]", "update");
	run(WORK);
	assert_string_equal(state_of(id), "checked");
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

/* CS12: handed on as a frozen list of who brought it. */
static void
a_file_that_names_whom_to_delete_makes_a_list_and_deletes_nobody(
    void **state)
{
	uint64_t id = imported("Mail\nann@x.org\nnobody@x.org\nnonsense\n",
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
	uint64_t id = imported(people(250),
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
		keeper = scratch_open("keeper");
		ledger = ledger_open(keeper, keys, KEYS_KEEPER);
		open_jobs(arena_printf(a, "process %d", i));
		for (;;) {
			scratch_begin(keeper, DB_JOB);
			jobs[WORK].now_us = clock_now_us();
			if (job_lead(&jobs[WORK]) != ERR_OK ||
			    rows[WORK].run(&jobs[WORK]) != ERR_OK)
				_exit(1);
			arena_wipe(jobs[WORK].arena);
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
	uint64_t id = upload(people(3000)), done;
	unsigned n_half_way = 0;
	int i;

	(void)state;
	run(READ);
	map(id, "[\"email\",\"given_name\",null]", "create");
	run(WORK);
	start(id);
	scratch_sql("DELETE FROM lease WHERE name LIKE 'job.%'");
	for (i = 0; i < 24 && strcmp(state_of(id), "running") == 0; i++) {
		work_and_kill(30000 * (unsigned)(i + 1), i);
		done = scratch_number("SELECT n_done FROM import");
		n_half_way += done > 0 && done < 3000;
		assert_int_equal(scratch_count("contact WHERE source = "
		    "'import:Salon'"), done);
	}
	jobs[WORK].lease_us = 0;
	run(WORK);
	assert_string_equal(state_of(id), "done");
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
	id = upload(b.ptr);
	run(READ);
	map(id, "[\"email\",\"given_name\",null]", "update");
	run(WORK);
	start(id);
	/* the first piece is stored, by a process that is no more */
	scratch_sql("UPDATE import SET next_chunk = 1, n_done = 100");
	scratch_sql("DELETE FROM import_row");
	scratch_sql("DELETE FROM import_chunk WHERE kind = 'reject'");
	run(WORK);
	assert_int_equal(scratch_count("import_row WHERE line = 152 AND "
	    "reason = 'twice'"), 1);
}

static void
who_must_not_be_written_to_stays_out_and_no_cell_of_theirs_is_kept(void **state)
{
	(void)state;
	bring_suppress("email", "gone@x.org", 0, "GDPR 17(1)");
	imported("email;city\ngone@x.org;Brest\nnew@x.org;Lyon\n",
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
	imported("email;city\nann@x.org;Brest\n", "[\"email\",\"city\"]",
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
	imported("email;city\nann@x.org;Brest\n", "[\"email\",\"city\"]",
	    "update");
	assert_int_equal(scratch_count("contact WHERE id = 1 AND "
	    "city = 'Brest'"), 1);
}

static void
undo(uint64_t id)
{
	scratch_sql(arena_printf(a, "UPDATE import SET state = 'undoing' "
	    "WHERE id = %u AND state = 'done'", (unsigned)id));
	run(WORK);
	assert_string_equal(state_of(id), "undone");
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
	id = imported("email;city;street\nann@x.org;Brest;1 rue\n"
	    "new@x.org;Lyon;\n", "[\"email\",\"city\",\"street\"]",
	    "update");
	assert_int_equal(scratch_count("contact WHERE id = 1 AND city = "
	    "'Brest' AND street = '1 rue'"), 1);
	undo(id);
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
	id = imported("email;city\nann@x.org;Brest\nnew@x.org;Lyon\n"
	    "other@x.org;Metz\n", "[\"email\",\"city\"]", "update");
	scratch_sql("UPDATE contact SET city = 'Paris', version = version + "
	    "1 WHERE id = 1");
	scratch_sql("INSERT INTO interaction (contact_id, kind, "
	    "is_from_person, title, at_us) SELECT id, 'call', 1, 'x', 1 FROM "
	    "contact WHERE email_key = 'new@x.org'");
	undo(id);
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
	uint64_t id = upload(people(3));

	(void)state;
	run(READ);
	run(EXPIRE);
	assert_int_equal(scratch_count("t_keys.import_key"), 1);
	scratch_sql("UPDATE import SET expires_us = 1");
	run(EXPIRE);
	assert_string_equal(state_of(id), "expired");
	assert_int_equal(scratch_count("import_chunk"), 0);
	assert_int_equal(scratch_count("t_keys.import_key"), 0);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'import.destroyed'"), 1);
}

static void
after_seven_days_nobody_knows_who_came_with_which_file(void **state)
{
	(void)state;
	imported(people(3), "[\"email\",\"given_name\",null]", "skip");
	scratch_sql("UPDATE import SET expires_us = 1");
	run(EXPIRE);
	assert_int_equal(scratch_count("import_row"), 3);
	scratch_sql("UPDATE import SET undo_until_us = 1");
	run(EXPIRE);
	assert_int_equal(scratch_count("import_row"), 0);
	assert_int_equal(scratch_count("import WHERE effect_mac IS NULL"), 1);
	scratch_sql("UPDATE import SET created_us = 1");
	run(EXPIRE);
	assert_int_equal(scratch_count("import"), 0);
}

static void
one_that_is_cancelled_stores_nothing_more(void **state)
{
	uint64_t id = upload(people(5));

	(void)state;
	run(READ);
	map(id, "[\"email\",\"given_name\",null]", "skip");
	scratch_sql("UPDATE import SET state = 'cancelled'");
	run(WORK);
	assert_int_equal(scratch_count("import_row"), 0);
	assert_string_equal(state_of(id), "cancelled");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, arrange, leave)
		T(a_file_is_read_into_sealed_rows_and_goes),
		T(a_file_that_is_none_is_refused_and_goes_at_once),
		T(a_file_of_names_alone_is_empty),
		T(a_trial_counts_and_stores_nobody),
		T(a_file_that_names_whom_to_delete_makes_a_list_and_deletes_nobody),
		T(an_import_stores_each_row_once_and_says_which_contact),
		T(after_a_kill_the_rest_is_stored_and_nobody_twice),
		T(a_row_twice_is_seen_also_by_another_process),
		T(who_must_not_be_written_to_stays_out_and_no_cell_of_theirs_is_kept),
		T(a_file_of_one_team_changes_no_record_of_another),
		T(what_an_import_brought_goes_and_what_it_changed_is_put_back),
		T(what_was_touched_since_is_left_and_counted),
		T(what_lies_there_of_a_file_is_destroyed_at_its_time),
		T(after_seven_days_nobody_knows_who_came_with_which_file),
		T(one_that_is_cancelled_stores_nothing_more),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
