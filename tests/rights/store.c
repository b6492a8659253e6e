/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What staff decide in a case is stored once, whoever is second, and never
 * after the case was closed (GDPR 12(3), 12(4)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/person.h"
#include "rights/rights.h"
#include "rights/rights_keeper.h"
#include "rights/rights_match.h"
#include "tests/app/keeper-fixture.h"
#include "tests/db/scratch.h"

static struct db *office;

static int
open_all(void **state)
{
	office = scratch_open("office");
	return keeper_open(state);
}

static int
close_all(void **state)
{
	db_close(office);
	return keeper_close(state);
}

static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role,"
	    " language, state, created_us) VALUES"
	    " (1, 'a@x.org', 'a@x.org', 'Ann', 'dpo', 'fr', 'active', 1),"
	    " (2, 'b@x.org', 'b@x.org', 'Bob', 'legal', 'fr', 'active', 1),"
	    " (3, 'c@x', 'c@x', 'Cleo', 'dpo', 'fr', 'disabled', 1),"
	    " (4, 'd@x', 'd@x', 'Dan', 'adviser', 'fr', 'active', 1)");
	scratch_sql("INSERT INTO rights_request (id, reference, kind, door,"
	    " language, state, received_us, received_day, target_day,"
	    " working_day, due_day) VALUES (1, 'R-00000001', 'erasure',"
	    " 'account', 'fr', 'intent', 1, '2026-11-30', '2026-12-20',"
	    " '2026-12-30', '2026-12-30')");
	scratch_sql("INSERT INTO erasure (id, request_id, contact_id, state,"
	    " due_us, created_us) VALUES (1, 1, 7, 'intent', 1, 1)");
	scratch_sql("INSERT INTO task (kind, request_id, erasure_id, detail,"
	    " state, created_us) VALUES ('erasure.intent', 1, 1, '{}',"
	    " 'open', 1), ('erasure.second_copy', 1, 1, '{}', 'open', 1)");
	scratch_begin(office, DB_POST);
	return 0;
}

/* A decision on version ${version} of case 1; how many rows it changed. */
struct decision {
	const char *state;	/* NULL: two more months */
	uint64_t version;
	uint64_t n;
};

static enum err
decide_in_tx(struct db *db, void *arg)
{
	static const struct bytes text = { (const unsigned char *)"x", 1 };
	struct decision *d = arg;

	if (d->state == NULL)
		return q_rights_office_extend(db, 5, text,
		    (struct day){ 2027, 2, 28 }, (struct day){ 2027, 3, 1 },
		    1, d->version, &d->n);
	return q_rights_office_answer(db, d->state, "by hand", text, 5, 1,
	    d->version, &d->n);
}

static uint64_t
decide(const char *state, uint64_t version)
{
	struct decision d = { state, version, 0 };

	assert_int_equal(tx_run(office, NULL, a, decide_in_tx, &d, NULL),
	    ERR_OK);
	return d.n;
}

static void
of_two_who_answer_what_both_saw_one_is_late(void **state)
{
	(void)state;
	assert_int_equal(decide("answered", 0), 1);
	assert_int_equal(decide("refused", 0), 0);
	assert_int_equal(scratch_number("SELECT state = 'answered' AND"
	    " version = 1 FROM rights_request"), 1);
}

static void
an_answer_to_a_case_that_was_changed_meanwhile_is_late(void **state)
{
	(void)state;
	assert_int_equal(decide(NULL, 0), 1);
	assert_int_equal(decide("answered", 0), 0);
	assert_int_equal(decide("answered", 1), 1);
}

static void
a_closed_case_is_not_answered_again_even_by_who_saw_it_closed(void **state)
{
	(void)state;
	assert_int_equal(decide("refused", 0), 1);
	assert_int_equal(decide("answered", 1), 0);
}

static void
two_more_months_are_taken_once(void **state)
{
	(void)state;
	assert_int_equal(decide(NULL, 0), 1);
	assert_int_equal(decide(NULL, 1), 0);
	assert_int_equal(scratch_number("SELECT due_day = '2027-03-01' AND"
	    " working_day = '2027-02-28' FROM rights_request"), 1);
}

static enum err
stop_in_tx(struct db *db, void *arg)
{
	return q_rights_office_stop(db, 5, 1, arg);
}

static void
a_decided_erasure_is_not_stopped_by_a_refusal(void **state)
{
	uint64_t n = 9;

	(void)state;
	scratch_sql("UPDATE erasure SET state = 'decided'");
	assert_int_equal(tx_run(office, NULL, a, stop_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 0);
	scratch_sql("UPDATE erasure SET state = 'cooling'");
	assert_int_equal(tx_run(office, NULL, a, stop_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 1);
}

static enum err
over_in_tx(struct db *db, void *arg)
{
	(void)arg;
	return q_rights_office_tasks_over(db, 5, 1, 1, NULL);
}

static void
an_answer_ends_the_task_of_the_silent_link_and_no_other(void **state)
{
	(void)state;
	assert_int_equal(tx_run(office, NULL, a, over_in_tx, NULL, NULL),
	    ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task WHERE"
	    " state = 'open' AND kind = 'erasure.second_copy'"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task WHERE"
	    " state = 'open'"), 1);
}

static void
who_may_answer_is_offered_and_nobody_else(void **state)
{
	struct q_rights_office_answerers *rows;
	size_t n;

	(void)state;
	assert_int_equal(q_rights_office_answerers(office, a, &rows, &n),
	    ERR_OK);
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].name, "Ann");
	assert_string_equal(rows[1].name, "Bob");
	assert_string_equal(rows[1].email, "b@x.org");
}

/* Run the alerts as on ${day}; how many mails there are then. */
static uint64_t
alert_on(struct day day)
{
	assert_int_equal(keeper_pass(rights_keeper_alert, day_start_us(day) +
	    9 * HOUR_US), ERR_OK);
	return scratch_number("SELECT COUNT(*) FROM outbox WHERE"
	    " template = 'staff_alert'");
}

static void
ten_five_and_one_day_before_the_limit_staff_are_told_once_each(void **state)
{
	(void)state;
	/* due on 30 December; Ann is the only active DPO */
	assert_int_equal(alert_on((struct day){ 2026, 12, 19 }), 0);
	assert_int_equal(alert_on((struct day){ 2026, 12, 20 }), 1);
	assert_int_equal(alert_on((struct day){ 2026, 12, 21 }), 1);
	assert_int_equal(alert_on((struct day){ 2026, 12, 25 }), 2);
	assert_int_equal(alert_on((struct day){ 2026, 12, 29 }), 3);
	assert_int_equal(alert_on((struct day){ 2026, 12, 30 }), 3);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM rights_step"),
	    0);
	assert_int_equal(alert_on((struct day){ 2026, 12, 31 }), 4);
	assert_int_equal(alert_on((struct day){ 2027, 1, 5 }), 4);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM rights_step"
	    " WHERE verb = 'overdue' AND actor = 'program'"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event"
	    " WHERE verb = 'rights.overdue'"), 1);
}

/* Whom the first hundred are told of, whatever stands before them. */
static void
a_hundred_cases_that_were_told_hold_up_no_other_alert(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO rights_request (reference, kind, door,"
	    " language, state, received_us, received_day, target_day,"
	    " working_day, due_day) SELECT CONCAT('R-', seq), 'access',"
	    " 'account', 'fr', 'open', 1, '2026-11-28', '2026-12-18',"
	    " '2026-12-28', '2026-12-28' FROM seq_1_to_120");
	assert_int_equal(alert_on((struct day){ 2026, 12, 18 }), 120);
	assert_int_equal(alert_on((struct day){ 2026, 12, 20 }), 121);
}

static void
a_longer_time_is_told_again_and_a_closed_case_never(void **state)
{
	(void)state;
	assert_int_equal(alert_on((struct day){ 2026, 12, 29 }), 1);
	assert_int_equal(decide(NULL, 0), 1);
	assert_int_equal(alert_on((struct day){ 2026, 12, 31 }), 1);
	assert_int_equal(alert_on((struct day){ 2027, 2, 19 }), 2);
	assert_int_equal(decide("answered", 1), 1);
	assert_int_equal(alert_on((struct day){ 2027, 3, 20 }), 2);
}

/* Case 1 as the public form leaves it: "Hello", from ${mailbox}. */
static enum err
make_public_in_tx(struct db *db, void *arg)
{
	const struct person_key site = { 0, PERSON_PROOF, 1 };
	unsigned char key[KEY_BYTES];
	struct bytes words, mailbox;

	assert_int_equal(person_key_take(db, a, keys, &site, key), ERR_OK);
	words = person_seal(a, key, "rights_request", "words_sealed", 0,
	    "Hello");
	mailbox = person_seal(a, key, "rights_request", "mailbox_sealed", 0,
	    *(const char **)arg);
	scratch_sql(arena_printf(a, "UPDATE rights_request SET door = 'form',"
	    " state = 'open', words_sealed = x'%s', mailbox_sealed = x'%s'"
	    " WHERE mailbox_sealed IS NULL",
	    hex_write(a, words), hex_write(a,
	    mailbox)));
	return ERR_OK;
}

/* The public form was sent with ${mailbox}, and the keeper looked. */
static void
match(const char *mailbox)
{
	scratch_sql("INSERT INTO contact (id, reference, kind, given_name, family_name,"
	    " email, email_key, language, source, basis, collected_us, last_person_us,"
	    " created_us, updated_us) SELECT id, id, 'customer', 'A', 'B', m,"
	    " LOWER(m), 'en', 'staff', 'contract', 1, 1, 1, 1 FROM (SELECT 7"
	    " AS id, 'Ada@x.org' AS m UNION SELECT 8, 'two@x.org' UNION"
	    " SELECT 9, 'Two@x.org') AS them");
	scratch_begin(keeper, DB_JOB);
	assert_int_equal(tx_run(keeper, NULL, a, make_public_in_tx,
	    &mailbox, NULL), ERR_OK);
	assert_int_equal(keeper_pass(rights_match, 77), ERR_OK);
	assert_int_equal(keeper_pass(rights_match, 77), ERR_OK);
}

/* What the person wrote, opened with the key of ${contact}. */
static const char *
words_of(uint64_t contact)
{
	const struct rights_source from = { keeper, a, keys };
	struct rights_texts t = { 0 };
	struct q_rights_office_one r;

	assert_int_equal(q_rights_office_one(office, a, 1, true, 1, 0, &r),
	    ERR_OK);
	t.sealed_words = r.words_sealed;
	assert_int_equal(rights_texts_unseal(&from, contact, &t), ERR_OK);
	return t.words;
}

static void
a_case_of_the_public_form_becomes_that_of_whose_address_it_is(void **state)
{
	(void)state;
	match("ADA@x.org");
	assert_int_equal(scratch_number("SELECT contact_id = 7 AND matched_us"
	    " = 77 AND version = 1 FROM rights_request"), 1);
	assert_string_equal(words_of(7), "Hello");
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event"
	    " WHERE verb = 'rights.matched'"), 1);
}

static void
an_address_of_nobody_or_of_two_stays_a_case_of_somebody_unknown(void **state)
{
	static const char *const mailboxes[] = { "eve@x.org", "two@x.org" };
	size_t i;

	for (i = 0; i < LENGTH(mailboxes); i++) {
		arrange(state);
		match(mailboxes[i]);
		assert_int_equal(scratch_number("SELECT contact_id IS NULL AND"
		    " matched_us = 77 FROM rights_request"), 1);
		assert_string_equal(words_of(0), "Hello");
		assert_int_equal(scratch_number("SELECT COUNT(*) FROM"
		    " audit_event WHERE verb = 'rights.matched'"), 0);
	}
}

/* Further addresses of contacts that match() makes. */
static void
add_beside(const char *rows)
{
	scratch_sql("SET foreign_key_checks = 0");
	scratch_sql(arena_printf(a, "INSERT INTO contact_reach (contact_id, "
	    "kind, value, value_key, label, source, basis, at_us) VALUES %s",
	    rows));
	scratch_sql("SET foreign_key_checks = 1");
}

static void
a_further_address_of_one_record_is_enough_and_of_two_is_not(void **state)
{
	(void)state;
	add_beside("(7, 'email', 'ada@work.org', 'ada@work.org', 'work', "
	    "'staff', 'consent', 0)");
	match("Ada@work.org");
	assert_int_equal(scratch_number("SELECT contact_id = 7 FROM "
	    "rights_request"), 1);
	assert_string_equal(words_of(7), "Hello");
	arrange(state);
	add_beside("(7, 'email', 'both@work.org', 'both@work.org', 'work', "
	    "'staff', 'consent', 0), (8, 'email', 'both@work.org', "
	    "'both@work.org', 'work', 'staff', 'consent', 0)");
	match("both@work.org");
	assert_int_equal(scratch_number("SELECT contact_id IS NULL FROM "
	    "rights_request"), 1);
}

static void
a_case_that_cannot_be_opened_holds_up_no_other(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO rights_request (id, reference, kind, door,"
	    " language, state, received_us, received_day, target_day,"
	    " working_day, due_day, mailbox_sealed) VALUES (9, 'R-00000009',"
	    " 'access', 'form', 'fr', 'open', 1, '2026-11-30', '2026-12-20',"
	    " '2026-12-30', '2026-12-30', REPEAT('x', 90))");
	scratch_sql("UPDATE rights_request SET id = 10 WHERE id = 1");
	match("ada@x.org");
	assert_int_equal(scratch_number("SELECT matched_us = 77 AND contact_id"
	    " IS NULL FROM rights_request WHERE id = 9"), 1);
	assert_int_equal(scratch_number("SELECT contact_id FROM rights_request"
	    " WHERE id = 10"), 7);
}

static void
every_ground_of_a_refusal_has_words(void **state)
{
	const struct field_choice *g;

	(void)state;
	for (g = rights_grounds; g->value != NULL; g++)
		assert_string_not_equal(rights_ground("en", g->value), "");
	assert_string_equal(rights_ground("en", "by hand"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    of_two_who_answer_what_both_saw_one_is_late, arrange),
		cmocka_unit_test_setup(
		    an_answer_to_a_case_that_was_changed_meanwhile_is_late,
		    arrange),
		cmocka_unit_test_setup(
		    a_closed_case_is_not_answered_again_even_by_who_saw_it_closed,
		    arrange),
		cmocka_unit_test_setup(two_more_months_are_taken_once,
		    arrange),
		cmocka_unit_test_setup(
		    a_decided_erasure_is_not_stopped_by_a_refusal, arrange),
		cmocka_unit_test_setup(
		    an_answer_ends_the_task_of_the_silent_link_and_no_other,
		    arrange),
		cmocka_unit_test_setup(
		    who_may_answer_is_offered_and_nobody_else, arrange),
		cmocka_unit_test_setup(
		    ten_five_and_one_day_before_the_limit_staff_are_told_once_each,
		    arrange),
		cmocka_unit_test_setup(
		    a_hundred_cases_that_were_told_hold_up_no_other_alert,
		    arrange),
		cmocka_unit_test_setup(
		    a_longer_time_is_told_again_and_a_closed_case_never,
		    arrange),
		cmocka_unit_test_setup(
		    a_case_of_the_public_form_becomes_that_of_whose_address_it_is,
		    arrange),
		cmocka_unit_test_setup(
		    an_address_of_nobody_or_of_two_stays_a_case_of_somebody_unknown,
		    arrange),
		cmocka_unit_test_setup(
		    a_further_address_of_one_record_is_enough_and_of_two_is_not,
		    arrange),
		cmocka_unit_test_setup(
		    a_case_that_cannot_be_opened_holds_up_no_other, arrange),
		cmocka_unit_test(every_ground_of_a_refusal_has_words),
	};

	return cmocka_run_group_tests_name("rights", tests, open_all,
	    close_all);
}
