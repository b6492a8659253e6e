/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What staff decide in a case is stored once, whoever is second, and never
 * after the case was closed (GDPR 12(3), 12(4)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "db/queries.h"
#include "rights/rights.h"
#include "tests/db/scratch.h"

static struct arena *a;
static struct db *office;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = scratch_open("office");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(office);
	arena_close(a);
	return 0;
}

static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role,"
	    " language, state, created_us) VALUES"
	    " (1, 'a@x', 'a@x', 'Ann', 'dpo', 'fr', 'active', 1),"
	    " (2, 'b@x', 'b@x', 'Bob', 'legal', 'fr', 'active', 1),"
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
	assert_string_equal(rows[1].email, "b@x");
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
		cmocka_unit_test(every_ground_of_a_refusal_has_words),
	};

	return cmocka_run_group_tests_name("rights", tests, open_all,
	    close_all);
}
