/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is more than one colleague takes out alone: nothing is made until a
 * second person agrees who may, and who is not the one that asked
 * (GDPR 5(1)(f), 5(2), 25, 32; T32).
 */
#include "tests/export/staff-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>

#include "base/clock.h"
#include "export/export_staff.h"
#include "tests/db/scratch.h"

static void
ask_for_second(void)
{
	staff_fixture_ask("csv", "reference", 0);
	scratch_sql("UPDATE staff_export SET state = 'asked', words = 'Why'");
}

struct deciding {
	uint64_t staff;
	bool sees_all;
	uint64_t team;
	const char *state;
	uint64_t n;
};

static enum err
decide_in_tx(struct db *db, void *arg)
{
	struct deciding *k = arg;

	return q_export_staff_decide(db, k->state, k->staff, STAFF_NOW_US,
	    "no", STAFF_NOW_US + DAY_US, 6, k->sees_all, k->team, &k->n);
}

static uint64_t
decided(uint64_t staff, bool sees_all, uint64_t team, const char *state)
{
	struct deciding k = { staff, sees_all, team, state, 0 };

	scratch_begin(staff_office, DB_POST);
	assert_int_equal(tx_run(staff_office, NULL, staff_arena,
	    decide_in_tx, &k, NULL),
	    ERR_OK);
	return k.n;
}

static void
what_waits_for_a_second_person_is_not_made(void **state)
{
	(void)state;
	ask_for_second();
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_state(), "asked");
	assert_int_equal(scratch_count("access_line"), 0);
	assert_int_equal(scratch_count("staff_export_chunk"), 0);
	assert_int_equal(decided(3, true, 0, "waiting"), 1);
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_state(), "ready");
	assert_int_equal(scratch_number("SELECT decided_by FROM staff_export"), 3);
}

static void
nobody_agrees_to_what_they_ask_for_themself(void **state)
{
	(void)state;
	ask_for_second();
	scratch_sql("UPDATE staff_export SET staff_id = 3");
	scratch_sql("UPDATE snapshot SET staff_id = 3");
	assert_int_equal(decided(3, true, 0, "waiting"), 0);
	assert_string_equal(staff_fixture_state(), "asked");
}

static void
a_lead_agrees_for_the_own_team_alone_and_not_for_the_dpo(void **state)
{
	(void)state;
	ask_for_second();
	assert_int_equal(decided(2, false, 2, "waiting"), 0);
	scratch_sql("UPDATE staff SET role = 'dpo' WHERE id = 1");
	assert_int_equal(decided(2, false, 1, "waiting"), 0);
	scratch_sql("UPDATE staff SET role = 'adviser' WHERE id = 1");
	assert_int_equal(decided(2, false, 1, "waiting"), 1);
}

static void
what_is_answered_or_over_is_not_answered_again(void **state)
{
	(void)state;
	ask_for_second();
	assert_int_equal(decided(3, true, 0, "refused"), 1);
	assert_int_equal(decided(3, true, 0, "waiting"), 0);
	scratch_sql("UPDATE staff_export SET state = 'asked', decided_by = "
	    "NULL, expires_us = 1");
	assert_int_equal(decided(3, true, 0, "waiting"), 0);
}

static void
an_asking_that_nobody_answers_ends_with_a_line_in_the_audit(void **state)
{
	(void)state;
	ask_for_second();
	staff_fixture_run(&staff_expire);
	assert_string_equal(staff_fixture_state(), "asked");
	scratch_sql(arena_printf(staff_arena, "UPDATE staff_export SET "
	    "expires_us = %" PRId64, STAFF_NOW_US - 1));
	staff_fixture_run(&staff_expire);
	staff_fixture_run(&staff_expire);
	assert_string_equal(staff_fixture_state(), "lapsed");
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event "
	    "WHERE verb = 'contacts.export_lapsed' AND object_id = 6"), 1);
}

static void
what_a_second_person_agreed_to_does_not_count_as_taken_alone(void **state)
{
	struct q_export_staff_spent spent;

	(void)state;
	ask_for_second();
	scratch_begin(staff_office, DB_GET);
	assert_int_equal(q_export_staff_spent(staff_office, staff_arena, 1, 0,
	    &spent), ERR_OK);
	assert_int_equal(spent.n, 3);
	assert_int_equal(spent.alone, 0);
	assert_int_equal(decided(3, true, 0, "waiting"), 1);
	scratch_begin(staff_office, DB_GET);
	assert_int_equal(q_export_staff_spent(staff_office, staff_arena, 1, 0,
	    &spent), ERR_OK);
	assert_int_equal(spent.alone, 0);
	scratch_sql("UPDATE staff_export SET decided_by = NULL");
	scratch_begin(staff_office, DB_GET);
	assert_int_equal(q_export_staff_spent(staff_office, staff_arena, 1, 0,
	    &spent), ERR_OK);
	assert_int_equal(spent.alone, 3);
}

static void
parts_of_a_day_add_up_until_a_second_person_is_needed(void **state)
{
	(void)state;
	assert_false(export_needs_second(0, 500, 500));
	assert_true(export_needs_second(0, 501, 500));
	assert_false(export_needs_second(499, 1, 500));
	assert_true(export_needs_second(499, 2, 500));
	assert_true(export_needs_second(501, 1, 500));
	assert_true(export_needs_second(0, 1, 0));
	assert_true(export_needs_second(1, UINT64_MAX, 500));
}

#define TEST(name) cmocka_unit_test_setup(name, staff_fixture_fill)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_waits_for_a_second_person_is_not_made),
		TEST(nobody_agrees_to_what_they_ask_for_themself),
		TEST(a_lead_agrees_for_the_own_team_alone_and_not_for_the_dpo),
		TEST(what_is_answered_or_over_is_not_answered_again),
		TEST(an_asking_that_nobody_answers_ends_with_a_line_in_the_audit),
		TEST(what_a_second_person_agreed_to_does_not_count_as_taken_alone),
		TEST(parts_of_a_day_add_up_until_a_second_person_is_needed),
	};

	return cmocka_run_group_tests_name("exports by two", tests,
	    staff_fixture_open, staff_fixture_close);
}
