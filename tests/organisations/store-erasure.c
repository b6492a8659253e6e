/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What goes with a person: that they belong to an organisation, and all of a
 * business that is their own; a firm stays (GDPR 4(1), 17(1)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "erasure/erasure_keeper.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct job job;

static int
fill(void **state)
{
	(void)state;
	fixture_fill();
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
	assert_int_equal(scratch_count("erasure WHERE id = 1 AND state = "
	    "'done'"), 1);
	assert_int_equal(scratch_count("receipt"), 1);
	assert_int_equal(scratch_count("contact WHERE id = 1"), 0);
}

static void
a_sole_traders_business_goes_with_them(void **state)
{
	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count("organisation"), 1);
	assert_int_equal(scratch_count("organisation_word"), 1);
	assert_int_equal(scratch_count("membership"), 1);
	assert_int_equal(fixture_places(), 0);
}

static void
whoever_else_belonged_to_it_belongs_to_none(void **state)
{
	(void)state;
	scratch_sql("UPDATE membership SET organisation_id = 1 WHERE "
	    "contact_id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count("membership"), 0);
	assert_int_equal(scratch_count("contact WHERE id = 2"), 1);
}

static void
a_firm_stays_when_one_of_its_people_is_erased(void **state)
{
	(void)state;
	scratch_sql("UPDATE membership SET organisation_id = 2 WHERE "
	    "contact_id = 1");
	scratch_sql("DELETE FROM organisation_word WHERE organisation_id = "
	    "1");
	scratch_sql("DELETE FROM organisation WHERE id = 1");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count("organisation WHERE id = 2"), 1);
	assert_int_equal(scratch_count("membership"), 1);
}

/* The firm's number is not the person's alone, so it is no second copy. */
static void
a_firms_own_number_is_left_to_the_firm(void **state)
{
	(void)state;
	scratch_sql("UPDATE organisation SET phone = '+33698765432' WHERE "
	    "id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count("organisation WHERE phone = "
	    "'+33698765432'"), 1);
}

static void
what_a_note_of_a_firm_says_of_them_stops_the_receipt(void **state)
{
	(void)state;
	scratch_sql("UPDATE organisation SET note = 'write to " FIXTURE_MAIL
	    "' WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'blocked'"), 1);
	assert_int_equal(scratch_count("receipt"), 0);
	scratch_sql("UPDATE organisation SET note = '' WHERE id = 2");
	scratch_sql("UPDATE task SET state = 'done'");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
}

static void
the_receipt_counts_both_and_finds_none_of_them_again(void **state)
{
	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure_count WHERE holding = "
	    "'contact' AND reread = 0 AND erased > 2"), 1);
	/* membership and business are counted before, so a fault would show */
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM membership "
	    "WHERE contact_id = 1") + scratch_number("SELECT COUNT(*) FROM "
	    "organisation WHERE trader_id = 1"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fill, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sole_traders_business_goes_with_them),
		TEST(whoever_else_belonged_to_it_belongs_to_none),
		TEST(a_firm_stays_when_one_of_its_people_is_erased),
		TEST(a_firms_own_number_is_left_to_the_firm),
		TEST(what_a_note_of_a_firm_says_of_them_stops_the_receipt),
		TEST(the_receipt_counts_both_and_finds_none_of_them_again),
	};

	return cmocka_run_group_tests_name("organisations", tests,
	    fixture_open, fixture_close);
}
