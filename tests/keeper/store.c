/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper in a real database: the mark of the clock, where a pause is noted
 * and needs nobody and a jump waits for a person; and what it purges (GDPR
 * 5(1)(c), 5(1)(e), 32(1)(b)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "keeper/guard.h"
#include "keeper/purge.h"
#include "ledger/ledger.h"
#include "tests/app/keeper-fixture.h"
#include "tests/db/scratch.h"

static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	scratch_begin(keeper, DB_JOB);
	return 0;
}

/* Work was last done ${ago_us} ago, by this machine, up since ${boot_us}. */
static void
put_mark(int64_t now_us, int64_t ago_us, int64_t boot_us)
{
	struct guard_witness w;

	guard_witness(now_us, &w);
	scratch_sql(arena_printf(a, "REPLACE INTO clock_mark VALUES (1, %lld,"
	    " %lld, X'%s', %lld)", (long long)(now_us - ago_us),
	    (long long)(now_us - ago_us), hex_write(a, (struct bytes){
	    w.machine, sizeof(w.machine) }), (long long)boot_us));
}

static enum guard
look(int64_t now_us)
{
	enum guard guard = GUARD__MAX;

	bool has_mark = false;

	assert_int_equal(guard_look(keeper, a, ledger, now_us, &has_mark,
	    &guard), ERR_OK);
	assert_true(has_mark);
	return guard;
}

static void
a_pause_is_noted_ends_the_doubt_and_raises_the_mark(void **state)
{
	int64_t now_us = clock_now_us();

	(void)state;
	scratch_sql("INSERT INTO task (kind, detail, state, created_us)"
	    " VALUES ('clock.forward', '{}', 'open', 1)");
	put_mark(now_us, 60 * HOUR_US, clock_boot_us() - 60 * HOUR_US);
	assert_int_equal(look(now_us), GUARD_GOOD);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event"
	    " WHERE verb = 'clock.away' AND object = 'clock'"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task WHERE"
	    " state = 'open'"), 0);
	assert_int_equal(scratch_number(arena_printf(a, "SELECT high_us ="
	    " %lld FROM clock_mark", (long long)now_us)), 1);
	/* the next pass has nothing to say */
	assert_int_equal(look(now_us + MINUTE_US), GUARD_GOOD);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event"),
	    1);
}

static void
a_jump_on_a_running_machine_opens_a_task_and_moves_nothing(void **state)
{
	int64_t now_us = clock_now_us();

	(void)state;
	put_mark(now_us, 60 * HOUR_US, clock_boot_us());
	assert_int_equal(look(now_us), GUARD_FORWARD);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task WHERE"
	    " state = 'open' AND kind = 'clock.forward'"), 1);
	assert_int_equal(scratch_number(arena_printf(a, "SELECT high_us ="
	    " %lld FROM clock_mark", (long long)(now_us - 60 * HOUR_US))),
	    1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event"),
	    0);
}

static void
the_first_look_at_a_new_site_makes_the_mark_and_names_the_machine(
    void **state)
{
	int64_t now_us = clock_now_us();

	(void)state;
	scratch_sql("DELETE FROM clock_mark");
	assert_int_equal(look(now_us), GUARD_GOOD);
	assert_int_equal(look(now_us), GUARD_GOOD);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM clock_mark"
	    " WHERE machine IS NOT NULL AND boot_us > 0"), 1);
}

static void
a_mark_that_was_there_and_is_gone_is_waited_for(void **state)
{
	int64_t now_us = clock_now_us();
	enum guard guard = GUARD__MAX;
	bool has_mark = true;

	(void)state;
	scratch_sql("DELETE FROM clock_mark");
	assert_int_equal(guard_look(keeper, a, ledger, now_us, &has_mark,
	    &guard), ERR_DOWN);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM clock_mark"), 0);
	put_mark(now_us, MINUTE_US, clock_boot_us() - MINUTE_US);
	assert_int_equal(guard_look(keeper, a, ledger, now_us, &has_mark,
	    &guard), ERR_OK);
	assert_int_equal(guard, GUARD_GOOD);
	/* none came: it is made anew */
	scratch_sql("DELETE FROM clock_mark");
	assert_int_equal(guard_look(keeper, a, ledger, now_us, &has_mark,
	    &guard), ERR_DOWN);
	assert_int_equal(guard_look(keeper, a, ledger, now_us, &has_mark,
	    &guard), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM clock_mark"), 1);
}

/* A sign-up of number ${id} by ${who}; ended at ${end_us}, its link used at
 * ${used}, a number or NULL. */
static void
sign_up(unsigned id, const char *who, const char *used, int64_t end_us)
{
	scratch_sql(arena_printf(a, "INSERT INTO signup (id, form_version_id,"
	    " rendering, language, mailbox, mailbox_key, given_name,"
	    " family_name, choices, token_hash, code_hash, created_us,"
	    " expires_us, used_us) VALUES (%u, 1, REPEAT('r', 32), 'fr',"
	    " '%s', '%s', '', '', '[]', REPEAT('%u', 32), REPEAT('c', 32), 1,"
	    " %lld, %s)", id, who, who, id, (long long)end_us, used));
	scratch_sql(arena_printf(a, "INSERT INTO consent_subject (event_id,"
	    " signup_id, opening) VALUES (%u, %u, REPEAT('o', 32))", id, id));
}

static void
a_sign_up_goes_when_it_is_over_and_in_no_contact_to_be(void **state)
{
	(void)state;
	sign_up(1, "a@x", "NULL", 5000);	/* waits */
	sign_up(2, "", "500", 5000);		/* its link still says so */
	sign_up(3, "a@x", "NULL", 999);		/* over */
	sign_up(4, "", "500", 999);		/* filed, and over */
	sign_up(5, "a@x", "500", 999);		/* to be filed first */
	assert_int_equal(keeper_pass(purge_signups, 1000), ERR_OK);
	assert_int_equal(scratch_number("SELECT SUM(POW(10, id)) FROM signup"),
	    100110);
	/* whose the choices of 3 were, nobody can tell any more */
	assert_int_equal(scratch_number("SELECT SUM(POW(10, signup_id)) FROM"
	    " consent_subject"), 110110);
}

/* While somebody confirms, the sign-ups of others are purged. */
static enum err
purge_in_a_confirmation(struct db *db, void *arg)
{
	uint64_t claimed = 0;

	(void)arg;
	assert_int_equal(q_forms_confirm_claim(db, 500, text_bytes(
	    "11111111111111111111111111111111"), 1, &claimed), ERR_OK);
	assert_int_equal(claimed, 1);
	assert_int_equal(keeper_pass(purge_signups, 1000), ERR_OK);
	return ERR_OK;
}

static void
a_purge_of_sign_ups_waits_for_no_confirmation(void **state)
{
	struct db *portal = scratch_open("portal");

	(void)state;
	sign_up(1, "a@x", "NULL", 5000);
	sign_up(2, "a@x", "NULL", 999);
	scratch_begin(portal, DB_POST);
	assert_int_equal(tx_run(portal, NULL, a, purge_in_a_confirmation,
	    NULL, NULL), ERR_OK);
	assert_int_equal(scratch_number("SELECT GROUP_CONCAT(id) FROM"
	    " signup"), 1);
	db_close(portal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    a_pause_is_noted_ends_the_doubt_and_raises_the_mark,
		    arrange),
		cmocka_unit_test_setup(
		    the_first_look_at_a_new_site_makes_the_mark_and_names_the_machine,
		    arrange),
		cmocka_unit_test_setup(
		    a_mark_that_was_there_and_is_gone_is_waited_for, arrange),
		cmocka_unit_test_setup(
		    a_jump_on_a_running_machine_opens_a_task_and_moves_nothing,
		    arrange),
		cmocka_unit_test_setup(
		    a_sign_up_goes_when_it_is_over_and_in_no_contact_to_be, arrange),
		cmocka_unit_test_setup(
		    a_purge_of_sign_ups_waits_for_no_confirmation, arrange),
	};

	return cmocka_run_group_tests_name("keeper", tests, keeper_open,
	    keeper_close);
}
