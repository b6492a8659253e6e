/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A whole erasure in a real database: nothing is left that should not be, a
 * receipt says so that anybody can check, and a kill at any point changes
 * neither (GDPR 12(3), 17).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "erasure/erasure_keeper.h"
#include "erasure/receipt_check.h"
#include "erasure/scan.h"
#include "journal/journal.h"
#include "keys/jws.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

/* Which transaction ends this process, and whether its commit was done. */
static struct { unsigned at; bool is_after; } death;
static unsigned n_transactions;

enum err __real_tx_run(struct db *db, const struct tx_key *key,
    struct arena *a, enum err (*fn)(struct db *db, void *arg), void *arg,
    struct tx_result *ret_result);
enum err __wrap_tx_run(struct db *db, const struct tx_key *key,
    struct arena *a, enum err (*fn)(struct db *db, void *arg), void *arg,
    struct tx_result *ret_result);

enum err
__wrap_tx_run(struct db *db, const struct tx_key *key, struct arena *a,
    enum err (*fn)(struct db *db, void *arg), void *arg,
    struct tx_result *ret_result)
{
	bool dies = ++n_transactions == death.at;
	enum err e;

	if (dies && !death.is_after)
		return ERR_DOWN;
	e = __real_tx_run(db, key, a, fn, arg, ret_result);
	return dies ? ERR_DOWN : e;
}

static struct arena *a;
static struct job job;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	return fixture_open(state);
}

static int
close_all(void **state)
{
	(void)state;
	arena_close(a);
	return fixture_close(state);
}

static int
fill(void **state)
{
	(void)state;
	fixture_fill();
	death.at = 0;
	job = fixture_job(erasure_keeper_run);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	fixture_end(&job);
	return 0;
}

static void
is_done(void)
{
	struct journal j;

	assert_int_equal(scratch_count(
	    "erasure WHERE id = 1 AND state = 'done'"), 1);
	assert_int_equal(scratch_count("receipt"), 1);
	assert_int_equal(scratch_count(
	    "log_record WHERE ledger = 'receipt'"), 1);
	assert_int_equal(scratch_count(
	    "outbox WHERE template = 'erasure_done' AND "
	    "state = 'new' AND contact_id IS NULL"), 1);
	assert_int_equal(scratch_count("rights_request WHERE id = 1 AND "
	    "state = 'answered' AND outcome = 'erased'"), 1);
	assert_int_equal(scratch_count(
	    "rights_step WHERE verb = 'answered'"), 1);
	assert_int_equal(journal_read(a, fixture_journal()[0], "demo", &j),
	    ERR_OK);
	assert_int_equal(j.n_entries, 1);
	assert_int_equal(j.entries[0].n, 1);
	assert_int_equal(scratch_number("SELECT announced FROM journal_mark"),
	    1);
}

static void
no_word_of_the_erased_is_left_anywhere(void **state)
{
	(void)state;
	assert_true(fixture_places() > 15);
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(fixture_places(), 0);
	assert_int_equal(scratch_count(
	    "t_keys.person_key WHERE class = 'live'"), 0);
	assert_int_equal(scratch_count("consent_subject"), 0);
	assert_int_equal(scratch_count("consent_event"), 1);
	assert_int_equal(scratch_count("token WHERE subject_id = 2"), 1);
	assert_int_equal(scratch_count("token"), 1);
}

static void
what_lies_there_of_a_file_that_named_them_ends_now(void **state)
{
	(void)state;
	assert_int_equal(scratch_count("import WHERE expires_us = "
	    "9000000000000000"), 1);
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("import WHERE id = 1 AND expires_us < "
	    "9000000000000000"), 1);
	assert_int_equal(scratch_count("import_row WHERE contact_id = 1"), 0);
	assert_int_equal(scratch_count("import_row WHERE contact_id = 2"), 1);
	assert_int_equal(scratch_count("import WHERE id = 2 AND contact_id IS "
	    "NULL AND expires_us < 8000000000000000"), 1);
	assert_int_equal(scratch_count("quarantine WHERE contact_id = 1"), 0);
	assert_int_equal(scratch_count("quarantine WHERE contact_id = 2"), 1);
	assert_int_equal(scratch_count("notice_duty WHERE contact_id = 1"),
	    0);
	assert_int_equal(scratch_count("notice_duty WHERE contact_id = 2"),
	    1);
}

static void
recordings_and_scans_go_with_the_person(void **state)
{
	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("evidence WHERE contact_id = 1"), 0);
	assert_int_equal(scratch_count("evidence_chunk WHERE evidence_id = "
	    "1"), 0);
	assert_int_equal(scratch_count("evidence_chunk WHERE evidence_id = "
	    "2"), 1);
	assert_int_equal(scratch_count("erasure_count WHERE holding = "
	    "'evidence' AND erased = 2 AND reread = 0"), 1);
}

static void
others_stay_as_they_were(void **state)
{
	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count(
	    "contact WHERE id = 2 AND given_name = 'Jan'"),
	    1);
	assert_int_equal(scratch_count("identity WHERE id = 2"), 1);
	assert_int_equal(scratch_count("contact_word"), 1);
	assert_int_equal(scratch_count(
	    "access_subject WHERE contact_id = 2"), 1);
}

static void
what_else_they_asked_for_ends_with_them(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO rights_request (id, reference, kind, door, "
	    "contact_id, language, words_sealed, state, received_us, "
	    "received_day, target_day, working_day, due_day) SELECT 3 + seq, "
	    "CONCAT('R-OTHER', seq), 'access', 'account', IF(seq = 4, 2, 1), "
	    "'fr', IF(seq = 2, words_sealed, NULL), ELT(seq, 'open', "
	    "'waiting', 'refused', 'open'), received_us, received_day, "
	    "target_day, working_day, due_day FROM rights_request, "
	    "seq_1_to_4 WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("rights_request WHERE id IN (4, 5) AND "
	    "state = 'cancelled' AND outcome = 'erased' AND answered_us > 0"),
	    2);
	assert_int_equal(scratch_count("rights_step WHERE verb = 'ended'"), 2);
	/* what was answered before stays so; so do other people's */
	assert_int_equal(scratch_count("rights_request WHERE id = 6 AND "
	    "state = 'refused' AND answered_us IS NULL"), 1);
	assert_int_equal(scratch_count("rights_request WHERE id = 7 AND "
	    "state = 'open' AND contact_id = 2"), 1);
	is_done();
}

static void
what_a_statute_keeps_is_sealed_in_the_archive(void **state)
{
	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("interaction"), 0);
	assert_int_equal(scratch_count("archive_item WHERE contact_id = 1 AND "
	    "erasure_id = 1 AND hold_until = '2036-12-31' AND "
	    "hold_law = 'Code de commerce L123-22'"), 1);
	assert_int_equal(scratch_count(
	    "t_keys.person_key WHERE class = 'proof'"), 1);
	assert_int_equal(scratch_count("rights_request WHERE id = 2 AND "
	    "contact_id = 1 AND words_sealed IS NOT NULL"), 1);
	assert_int_equal(scratch_count("rights_request WHERE id = 1 AND "
	    "contact_id IS NULL"), 1);
}

static void
the_proof_key_goes_when_nothing_is_kept(void **state)
{
	(void)state;
	scratch_sql("DELETE FROM interaction WHERE hold_law IS NOT NULL");
	scratch_sql("DELETE FROM rights_request WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("t_keys.person_key"), 0);
}

/* The one receipt that is stored. */
static const char *
stored_receipt(void)
{
	struct db *owner = scratch_open("owner");
	struct q_erasing_receipt_text row = { NULL, NULL, 0 };

	assert_int_equal(q_erasing_receipt_text(owner, a, 1, &row), ERR_OK);
	db_close(owner);
	return row.jws;
}

static void
the_receipt_is_genuine_and_says_what_is_kept(void **state)
{
	struct receipt_verdict verdict;
	struct receipt_question question = { 0 };
	struct jwk key;
	struct jwks jwks = { 1, &key };
	size_t i;
	bool has_kept = false;

	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	jwk_from_seed(key_get(fixture_keys(), KEY_RECEIPT_SEED), JWK_RECEIPT,
	    0, &key);
	question.jws = stored_receipt();
	question.keys = &jwks;
	question.iss = "https://privacy.example.org";
	receipt_check(a, &question, &verdict);
	assert_int_equal(verdict.finding, RECEIPT_GENUINE);
	assert_string_equal(verdict.receipt.case_number, "R-ERASURE1");
	assert_int_equal(verdict.receipt.requested_us, 1795000000000000);
	assert_string_equal(verdict.receipt.laws[0], "GDPR 17(1)(b)");
	assert_int_equal(verdict.receipt.for_review, 0);
	assert_true(verdict.receipt.scanned_columns > 30);
	for (i = 0; i < verdict.receipt.store_count; i++) {
		const struct receipt_store *s = &verdict.receipt.stores[i];

		if (strcmp(s->name, "interaction") != 0)
			continue;
		has_kept = true;
		assert_int_equal(s->erased, 2);
		assert_int_equal(s->kept_count, 1);
		assert_int_equal(s->kept[0].rows, 1);
		assert_int_equal(s->kept[0].until.y, 2036);
	}
	assert_true(has_kept);
	assert_null(strstr(question.jws, FIXTURE_WORD));
}

static void
the_address_and_number_are_suppressed(void **state)
{
	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count(
	    "suppression WHERE basis = 'GDPR 17' AND "
	    "purpose_id = 0"), 6);
}

static void
a_second_copy_stops_the_receipt_and_says_where(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET street = 'care of Kanarie@Example.org"
	    "' WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'blocked'"), 1);
	assert_int_equal(scratch_count("receipt"), 0);
	assert_int_equal(scratch_count(
	    "task WHERE kind = 'erasure.second_copy' AND "
	    "erasure_id = 1 AND request_id = 1 AND detail = "
	    "'{\"places\":[{\"table\":\"contact\",\"column\":\"street\","
	    "\"row\":2,\"needle\":\"address\"}],\"more\":0}'"), 1);
	/* staff took it away and said so */
	scratch_sql("UPDATE contact SET street = '' WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("receipt"), 0);
	scratch_sql("UPDATE task SET state = 'done'");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
}

static enum err
settle_in_tx(struct db *db, void *arg)
{
	return q_erasure_task_settle(db, "mended", "the row is gone", 5, 1, 1,
	    "erasure.second_copy", arg);
}

static void
an_erasure_without_a_case_has_its_page_too(void **state)
{
	struct db *office = scratch_open("office");
	struct q_erasure_task_of no_erasure = { 0 }, *of = &no_erasure;
	struct q_erasure_task_list *list;
	struct q_office_tasks no_task = { 0 }, *tasks = &no_task;
	uint64_t n_settled = 9;
	size_t n;

	(void)state;
	scratch_sql("UPDATE erasure SET request_id = NULL");
	scratch_sql("UPDATE contact SET street = 'care of Kanarie@Example.org"
	    "' WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(q_office_tasks(office, a, &tasks, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(tasks->request_id, 0);
	assert_int_equal(tasks->erasure_id, 1);
	assert_int_equal(q_erasure_task_of(office, a, 0, 1, &of, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_null(of->reference);
	assert_string_equal(of->state, "blocked");
	assert_int_equal(q_erasure_task_list(office, a, of->id, &list, &n),
	    ERR_OK);
	assert_int_equal(n, 1);
	scratch_sql("UPDATE contact SET street = '' WHERE id = 2");
	scratch_begin(office, DB_POST);
	assert_int_equal(tx_run(office, NULL, a, settle_in_tx, &n_settled,
	    NULL), ERR_OK);
	assert_int_equal(n_settled, 1);
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'done'"), 1);
	assert_int_equal(scratch_count("receipt"), 1);
	db_close(office);
}

static void
a_case_is_not_found_under_the_address_of_its_erasure(void **state)
{
	struct db *office = scratch_open("office");
	struct q_erasure_task_of *of;
	size_t n;

	(void)state;
	assert_int_equal(q_erasure_task_of(office, a, 0, 1, &of, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(q_erasure_task_of(office, a, 1, 0, &of, &n), ERR_OK);
	assert_int_equal(n, 1);
	db_close(office);
}

static void
a_second_copy_that_a_colleague_mended_lets_the_receipt_leave(void **state)
{
	struct db *office = scratch_open("office");
	uint64_t n = 9;

	(void)state;
	scratch_sql("UPDATE contact SET street = 'care of Kanarie@Example.org"
	    "' WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count(
	    "outbox WHERE template = 'staff_alert'"), 1);
	assert_int_equal(scratch_count(
	    "rights_step WHERE verb = 'blocked'"), 1);
	scratch_begin(office, DB_POST);
	assert_int_equal(tx_run(office, NULL, a, settle_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 1);
	/* said, but not done: a new task, and no receipt */
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("receipt"), 0);
	assert_int_equal(scratch_count(
	    "task WHERE kind = 'erasure.second_copy' AND "
	    "state = 'open'"), 1);
	scratch_sql("UPDATE contact SET street = '' WHERE id = 2");
	assert_int_equal(tx_run(office, NULL, a, settle_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(tx_run(office, NULL, a, settle_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	db_close(office);
}

static void
a_colleagues_note_is_searched_like_everything_else(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO task (kind, detail, state, outcome, note, "
	    "created_us) VALUES ('erasure.second_copy', '{}', 'done', "
	    "'mended', 'was " FIXTURE_MAIL "', 1)");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'blocked'"), 1);
	assert_int_equal(scratch_count(
	    "task WHERE detail LIKE '%task%note%'"), 1);
}

static void
what_was_shown_in_one_instant_is_searched_to_the_last(void **state)
{
	(void)state;
	/* more than one batch of the search, all of the same microsecond */
	scratch_sql("INSERT INTO form_rendering (hash, form_version_id, "
	    "language, body, created_us) SELECT UNHEX(SHA2(seq, 256)), 1, "
	    "'fr', 'for " FIXTURE_MAIL "', 7 FROM seq_1_to_1200");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'blocked'"), 1);
	assert_int_equal(scratch_count(arena_printf(a, "task WHERE detail LIKE "
	    "'%%form_rendering%%body%%\"more\":%d}'", 1200 -
	    SCAN_TOLD_MAX)), 1);
}

static void
a_longer_address_is_somebody_elses(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET street = 'jan.kanarie@example.org', "
	    "city = 'kanarie@example.org.uk' WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
}

static void
a_copy_under_anothers_seal_is_found(void **state)
{
	unsigned char key[KEY_BYTES];

	(void)state;
	person_key_draw(key);
	scratch_sql(arena_printf(a, "INSERT INTO t_keys.person_key VALUES "
	    "(2, 'live', X'%s', 0)", hex_write(a, person_key_wrap(a,
	    fixture_keys(), 2, PERSON_LIVE, key))));
	scratch_sql(arena_printf(a, "INSERT INTO contact_history (contact_id, "
	    "field, old_sealed, new_sealed, by_kind, at_us) VALUES (2, "
	    "'phone', X'%s', 'x', 'person', 0)", hex_write(a, person_seal(a,
	    key, "contact_history", "old_sealed", 2, "06 12 34 56 78"))));
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'blocked'"), 1);
	assert_int_equal(scratch_count("task WHERE detail LIKE "
	    "'%contact_history%old_sealed%phone%'"), 1);
}

static void
a_name_that_is_found_is_looked_at_and_the_answer_leaves(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET street = 'near Kanarie Kanarieova' "
	    "WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count(
	    "task WHERE kind = 'erasure.look' AND detail "
	    "LIKE '%contact%street%name%'"), 1);
}

static void
a_sign_up_confirmed_a_moment_ago_goes_too(void **state)
{
	(void)state;
	scratch_sql("UPDATE signup SET mailbox = 'kanarie@example.net', "
	    "mailbox_key = 'kanarie@example.net', used_us = 1");
	scratch_sql("UPDATE consent_subject SET signup_id = 1");
	scratch_sql("INSERT INTO consent_event SELECT 99, 'asked', "
	    "purpose_version_id, channel, language, notice_version_id, "
	    "form_version_id, rendering, how, evidence_id, at_us, subject, "
	    "leaf, writer, 99, mac FROM consent_event WHERE id = 1");
	scratch_sql("INSERT INTO consent_subject VALUES (99, NULL, 1, "
	    "REPEAT('o', 32))");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count("consent_subject"), 0);
	assert_int_equal(scratch_count("signup"), 0);
}

static void
a_shared_mailbox_stays_for_the_other(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET identity_id = 1, email = '"
	    FIXTURE_MAIL "', email_key = '" FIXTURE_MAIL "' WHERE id = 2");
	scratch_sql("UPDATE signup SET phone = NULL");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count("identity WHERE id = 1"), 1);
	assert_int_equal(scratch_count("signup"), 1);
	assert_int_equal(scratch_count(
	    "suppression WHERE identifier = 'email'"), 1);	/* of their own, beside */
	assert_int_equal(scratch_count("contact WHERE id = 1"), 0);
}

/* Die at transaction ${at}; false when there are fewer. */
static bool
survives_death_at(unsigned at, bool is_after)
{
	bool has_died;

	fixture_fill();
	job = fixture_job(erasure_keeper_run);
	n_transactions = 0;
	death.at = at;
	death.is_after = is_after;
	(void)fixture_run(&job);
	has_died = n_transactions >= at;
	fixture_end(&job);
	death.at = 0;
	job = fixture_job(erasure_keeper_run);
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(fixture_places(), 0);
	fixture_end(&job);
	return has_died;
}

static void
a_kill_at_any_step_is_resumed_to_one_receipt(void **state)
{
	unsigned at;

	(void)state;
	fixture_end(&job);
	for (at = 1; survives_death_at(at, false); at++)
		assert_true(at < 50);
	assert_true(at > 6);
	for (at = 1; survives_death_at(at, true); at++)
		assert_true(at < 50);
	job = fixture_job(erasure_keeper_run);
}

static void
a_row_that_came_back_is_erased_again_before_the_receipt(void **state)
{
	(void)state;
	n_transactions = 0;
	death.at = 5;	/* erased, not yet searched */
	assert_int_equal(fixture_run(&job), ERR_DOWN);
	assert_int_equal(scratch_count("erasure WHERE state = 'erased'"), 1);
	scratch_sql("INSERT INTO access_subject VALUES (1, 1)");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count(
	    "access_subject WHERE contact_id = 1"), 0);
	assert_int_equal(scratch_number("SELECT anonymised FROM erasure_count "
	    "WHERE holding = 'access'"), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fill, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_word_of_the_erased_is_left_anywhere),
		TEST(what_lies_there_of_a_file_that_named_them_ends_now),
		TEST(recordings_and_scans_go_with_the_person),
		TEST(others_stay_as_they_were),
		TEST(what_else_they_asked_for_ends_with_them),
		TEST(what_a_statute_keeps_is_sealed_in_the_archive),
		TEST(the_proof_key_goes_when_nothing_is_kept),
		TEST(the_receipt_is_genuine_and_says_what_is_kept),
		TEST(the_address_and_number_are_suppressed),
		TEST(a_second_copy_stops_the_receipt_and_says_where),
		TEST(a_second_copy_that_a_colleague_mended_lets_the_receipt_leave),
		TEST(an_erasure_without_a_case_has_its_page_too),
		TEST(a_case_is_not_found_under_the_address_of_its_erasure),
		TEST(a_colleagues_note_is_searched_like_everything_else),
		TEST(what_was_shown_in_one_instant_is_searched_to_the_last),
		TEST(a_longer_address_is_somebody_elses),
		TEST(a_copy_under_anothers_seal_is_found),
		TEST(a_name_that_is_found_is_looked_at_and_the_answer_leaves),
		TEST(a_sign_up_confirmed_a_moment_ago_goes_too),
		TEST(a_shared_mailbox_stays_for_the_other),
		TEST(a_kill_at_any_step_is_resumed_to_one_receipt),
		TEST(a_row_that_came_back_is_erased_again_before_the_receipt),
	};

	return cmocka_run_group_tests_name("erasure", tests, open_all,
	    close_all);
}
