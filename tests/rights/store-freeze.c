/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A freeze ends on the day that was announced, if the mail that says so has
 * arrived (GDPR 18(3)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "rights/rights_keeper.h"
#include "tests/app/keeper-fixture.h"
#include "tests/db/scratch.h"

/* A frozen record whose freeze was announced to end on 14 December. */
static void
arrange_freeze(const char *mail_state)
{
	scratch_empty();
	scratch_sql("INSERT INTO contact (id, reference, kind, sort_name,"
	    " language, source, basis, collected_us, last_person_us,"
	    " created_us, updated_us, restricted_us, restriction) VALUES"
	    " (7, 'C-00000007', 'customer', 'b', 'fr', 'form', 'consent', 1,"
	    " 1, 1, 1, 1, 'claims')");
	scratch_sql("INSERT INTO rights_request (id, reference, kind, door,"
	    " language, state, received_us, received_day, target_day,"
	    " working_day, due_day, contact_id, lift_told_us, lift_day)"
	    " VALUES (1, 'R-00000001', 'restriction', 'account', 'fr',"
	    " 'refused', 1, '2026-11-30', '2026-12-20', '2026-12-30',"
	    " '2026-12-30', 7, 100, '2026-12-14')");
	if (mail_state != NULL)
		scratch_sql(arena_printf(a, "INSERT INTO outbox (template,"
		    " message_id, language, contact_id, state, is_legal,"
		    " due_us, created_us) VALUES ('rights_lift', '<1@x>',"
		    " 'fr', 7, '%s', 1, 1, 100)", mail_state));
}

/* Run the job as on ${day}; whether the record is still frozen then. */
static bool
is_frozen_on(struct day day)
{
	assert_int_equal(keeper_pass(rights_keeper_lift, day_start_us(day) +
	    9 * HOUR_US), ERR_OK);
	return scratch_number("SELECT COUNT(*) FROM contact WHERE id = 7 AND"
	    " restricted_us IS NOT NULL") == 1;
}

static void
a_freeze_ends_on_the_day_that_was_told_and_not_before(void **state)
{
	(void)state;
	arrange_freeze("sent");
	assert_true(is_frozen_on((struct day){ 2026, 12, 13 }));
	assert_false(is_frozen_on((struct day){ 2026, 12, 14 }));
	assert_false(is_frozen_on((struct day){ 2026, 12, 15 }));
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM rights_step"
	    " WHERE verb = 'lifted' AND actor = 'program'"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event"
	    " WHERE verb = 'rights.lifted'"), 1);
}

static void
nothing_is_written_of_who_was_erased_before_the_freeze_ends(void **state)
{
	(void)state;
	arrange_freeze("sent");
	scratch_sql("DELETE FROM outbox");
	scratch_sql("DELETE FROM contact WHERE id = 7");
	assert_false(is_frozen_on((struct day){ 2026, 12, 14 }));
	assert_int_equal(scratch_number("SELECT (SELECT COUNT(*) FROM"
	    " audit_subject WHERE contact_id = 7) + (SELECT COUNT(*) FROM"
	    " rights_step WHERE verb LIKE 'lift%')"), 0);
}

static void
a_freeze_stays_while_the_mail_that_ends_it_waits(void **state)
{
	(void)state;
	arrange_freeze("retry");
	assert_true(is_frozen_on((struct day){ 2026, 12, 20 }));
	scratch_sql("UPDATE outbox SET state = 'sent'");
	assert_false(is_frozen_on((struct day){ 2026, 12, 21 }));
}

static void
a_freeze_whose_end_could_not_be_told_stays(void **state)
{
	(void)state;
	arrange_freeze("bounced");
	assert_true(is_frozen_on((struct day){ 2026, 12, 20 }));
	assert_int_equal(scratch_number("SELECT lift_day IS NULL FROM"
	    " rights_request"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM rights_step"
	    " WHERE verb = 'lift_untold'"), 1);
}

/* ${n} more like record 7, announced for the day before and numbered from 1000;
 * the mail that says so is in the state ${mail_state}. */
static void
arrange_freezes(size_t n, const char *mail_state)
{
	scratch_sql(arena_printf(a, "INSERT INTO contact (id, reference, kind,"
	    " sort_name, language, source, basis, collected_us,"
	    " last_person_us, created_us, updated_us, restricted_us,"
	    " restriction) SELECT 999 + seq, CONCAT('C-', seq), 'customer',"
	    " 'b', 'fr', 'form', 'consent', 1, 1, 1, 1, 1, 'claims' FROM"
	    " seq_1_to_%zu", n));
	scratch_sql("INSERT INTO rights_request (reference, kind, door,"
	    " language, state, received_us, received_day, target_day,"
	    " working_day, due_day, contact_id, lift_told_us, lift_day)"
	    " SELECT CONCAT('R-', id), 'restriction', 'account', 'fr',"
	    " 'refused', 1, '2026-11-30', '2026-12-20', '2026-12-30',"
	    " '2026-12-30', id, 100, '2026-12-13' FROM contact WHERE"
	    " id >= 1000");
	scratch_sql(arena_printf(a, "INSERT INTO outbox (template,"
	    " message_id, language, contact_id, state, is_legal, due_us,"
	    " created_us) SELECT 'rights_lift', CONCAT('<', id, '@y>'), 'fr',"
	    " id, '%s', 1, 1, 100 FROM contact WHERE id >= 1000",
	    mail_state));
}

static void
a_hundred_that_wait_for_their_mail_hold_up_no_other_freeze(void **state)
{
	(void)state;
	arrange_freeze("sent");
	arrange_freezes(120, "retry");
	assert_false(is_frozen_on((struct day){ 2026, 12, 14 }));
	assert_int_equal(scratch_count("contact WHERE restricted_us IS NOT"
	    " NULL"), 120);
}

static void
a_run_that_ends_a_hundred_freezes_leaves_the_rest_to_the_next(void **state)
{
	(void)state;
	arrange_freeze("sent");
	arrange_freezes(120, "sent");
	assert_true(is_frozen_on((struct day){ 2026, 12, 14 }));
	assert_false(is_frozen_on((struct day){ 2026, 12, 14 }));
	assert_int_equal(scratch_count("rights_request WHERE lift_day IS NOT"
	    " NULL"), 0);
}

static void
what_an_erasure_needs_frozen_stays_frozen_for_it(void **state)
{
	(void)state;
	arrange_freeze("sent");
	scratch_sql("INSERT INTO erasure (contact_id, state, due_us,"
	    " created_us) VALUES (7, 'cooling', 1, 1)");
	assert_true(is_frozen_on((struct day){ 2026, 12, 14 }));
	assert_int_equal(scratch_number("SELECT restriction = 'erasure' FROM"
	    " contact WHERE id = 7"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_freeze_ends_on_the_day_that_was_told_and_not_before),
		cmocka_unit_test(
		    nothing_is_written_of_who_was_erased_before_the_freeze_ends),
		cmocka_unit_test(
		    a_freeze_stays_while_the_mail_that_ends_it_waits),
		cmocka_unit_test(a_freeze_whose_end_could_not_be_told_stays),
		cmocka_unit_test(
		    a_hundred_that_wait_for_their_mail_hold_up_no_other_freeze),
		cmocka_unit_test(
		    a_run_that_ends_a_hundred_freezes_leaves_the_rest_to_the_next),
		cmocka_unit_test(
		    what_an_erasure_needs_frozen_stays_frozen_for_it),
	};

	return cmocka_run_group_tests_name("freezes", tests, keeper_open,
	    keeper_close);
}
