/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A yes is written to who said it, once, after two quiet minutes or a
 * confirmation; a no is not answered by one more mail (GDPR 7(1), 7(3)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "consent/consent_keeper.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"
#include "tests/app/keeper-fixture.h"
#include "tests/db/scratch.h"

#define NOW_US	INT64_C(1795555805000000)

static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	scratch_sql("INSERT INTO purpose (id, code) VALUES (1, 'news')");
	scratch_sql("INSERT INTO purpose_version (id, purpose_id, number,"
	    " basis, is_commercial, is_material, retention_months,"
	    " created_us) VALUES (1, 1, 1, 'consent', 1, 1, 36, 0)");
	scratch_sql("INSERT INTO notice_version (id, number, is_material,"
	    " created_us) VALUES (1, 1, 1, 0)");
	scratch_sql("INSERT INTO contact (id, reference, kind, given_name,"
	    " language, email, email_key, source, basis, collected_us,"
	    " last_person_us, created_us, updated_us) VALUES (1, 'C-1',"
	    " 'prospect', 'Zoe', 'fr', 'zoe@example.org', 'zoe@example.org',"
	    " 'form', 'consent', 0, 0, 0, 0)");
	return 0;
}

/* Zoe said ${state} for ${channel} by ${how}, ${ago_us} before NOW_US. */
static void
say(const char *state, const char *channel, const char *how, int64_t ago_us)
{
	static unsigned n = 0;

	n++;
	scratch_sql(arena_printf(a, "INSERT INTO consent_event (id, kind,"
	    " purpose_version_id, channel, language, notice_version_id, how,"
	    " at_us, subject, leaf, writer, writer_n, mac) VALUES (%u, '%s',"
	    " 1, '%s', 'fr', 1, '%s', %lld, REPEAT('s', 32), REPEAT('l', 32),"
	    " REPEAT('w', 16), %u, REPEAT('m', 32))", n, state, channel, how,
	    (long long)(NOW_US - ago_us), n));
	scratch_sql(arena_printf(a, "REPLACE INTO consent_state (contact_id,"
	    " purpose_id, channel, state, purpose_version_id, event_id,"
	    " at_us, is_told) VALUES (1, 1, '%s', '%s', 1, %u, %lld, FALSE)",
	    channel, state, n, (long long)(NOW_US - ago_us)));
}

/* Run the job at ${now_us}; how many mails there are then. */
static uint64_t
mails_at(int64_t now_us)
{
	assert_int_equal(keeper_pass(consent_keeper_tell, now_us), ERR_OK);
	return scratch_number("SELECT COUNT(*) FROM outbox WHERE contact_id ="
	    " 1 AND template = 'consent_changed' AND language = 'fr'");
}

static void
a_confirmed_yes_is_told_at_once_and_once(void **state)
{
	(void)state;
	say("given", "email", "double_opt_in", 0);
	assert_int_equal(mails_at(NOW_US), 1);
	assert_int_equal(mails_at(NOW_US + HOUR_US), 1);
	assert_int_equal(scratch_number("SELECT is_told FROM consent_state"),
	    1);
}

static void
a_press_in_the_account_is_told_after_two_quiet_minutes(void **state)
{
	(void)state;
	say("given", "email", "account", 2 * MINUTE_US - 1);
	assert_int_equal(mails_at(NOW_US), 0);
	/* another press: quiet begins anew, and one mail tells both */
	say("given", "post", "account", 0);
	assert_int_equal(mails_at(NOW_US + 1), 0);
	assert_int_equal(mails_at(NOW_US + 2 * MINUTE_US - 1), 0);
	assert_int_equal(mails_at(NOW_US + 2 * MINUTE_US), 1);
	assert_int_equal(mails_at(NOW_US + HOUR_US), 1);
}

static void
a_no_is_not_answered_by_a_mail(void **state)
{
	(void)state;
	say("withdrawn", "email", "one_click", HOUR_US);
	assert_int_equal(mails_at(NOW_US), 0);
	assert_int_equal(scratch_number("SELECT is_told FROM consent_state"),
	    1);
}

static void
a_yes_after_what_was_told_is_told_again(void **state)
{
	(void)state;
	say("given", "email", "double_opt_in", HOUR_US);
	assert_int_equal(mails_at(NOW_US - HOUR_US), 1);
	say("withdrawn", "email", "one_click", 30 * MINUTE_US);
	assert_int_equal(mails_at(NOW_US - 20 * MINUTE_US), 1);
	say("given", "email", "account", 10 * MINUTE_US);
	assert_int_equal(mails_at(NOW_US), 2);
}

static void
who_has_no_address_is_not_written_to_and_not_asked_about_again(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET email = NULL, email_key = NULL");
	say("given", "post", "account", HOUR_US);
	assert_int_equal(mails_at(NOW_US), 0);
	assert_int_equal(scratch_number("SELECT is_told FROM consent_state"),
	    1);
}

/* Nobody's list brings Zoe in, for ${purpose} (0: she was erased). */
static void
suppress(unsigned purpose)
{
	unsigned char hash[HASH_BYTES];

	consent_suppression_hash(a, keys, "email", "zoe@example.org", hash);
	scratch_sql(arena_printf(a, "INSERT INTO suppression"
	    " (identifier_hash, identifier, purpose_id, channel, basis,"
	    " since_us, until_us) VALUES (x'%s', 'email', %u, 'email', 'x',"
	    " 1, %lld)", hex_write(a, (struct bytes){ hash, sizeof(hash) }),
	    purpose, (long long)(NOW_US + DAY_US)));
}

static void
who_confirms_is_kept_out_of_lists_no_more(void **state)
{
	(void)state;
	suppress(0);
	suppress(1);
	suppress(2);
	say("given", "email", "double_opt_in", 5);
	assert_int_equal(mails_at(NOW_US), 1);
	assert_int_equal(scratch_number(arena_printf(a, "SELECT COUNT(*) FROM"
	    " suppression WHERE superseded_us = %lld AND purpose_id IN (0,"
	    " 1)", (long long)(NOW_US - 5))), 2);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM suppression"
	    " WHERE superseded_us IS NULL AND purpose_id = 2"), 1);
}

static void
a_no_lets_no_list_in(void **state)
{
	(void)state;
	suppress(0);
	say("withdrawn", "email", "one_click", HOUR_US);
	assert_int_equal(mails_at(NOW_US), 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM suppression"
	    " WHERE superseded_us IS NULL"), 1);
}

/* Who shares the address or number may say no before the keeper looks. */
static void
a_no_after_the_yes_stands(void **state)
{
	(void)state;
	suppress(1);
	scratch_sql(arena_printf(a, "UPDATE suppression SET since_us = %lld",
	    (long long)(NOW_US - 4)));
	say("given", "email", "double_opt_in", 5);
	assert_int_equal(mails_at(NOW_US), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM suppression"
	    " WHERE superseded_us IS NULL"), 1);
}

/* An event that says whose sign-up it came from; ${whose} is a contact's
 * number or NULL. */
static void
event_of(unsigned id, const char *kind, const char *whose, unsigned signup)
{
	scratch_sql(arena_printf(a, "INSERT INTO consent_event (id, kind,"
	    " purpose_version_id, channel, language, notice_version_id, how,"
	    " at_us, subject, leaf, writer, writer_n, mac) VALUES (%u, '%s',"
	    " 1, 'email', 'fr', 1, 'form', 0, REPEAT('s', 32), REPEAT('l',"
	    " 32), REPEAT('v', 16), %u, REPEAT('m', 32))", id, kind, id));
	scratch_sql(arena_printf(a, "INSERT INTO consent_subject VALUES (%u,"
	    " %s, %u, REPEAT('o', 32))", id, whose, signup));
}

static void
what_was_asked_is_filed_under_who_confirmed_it(void **state)
{
	unsigned i;

	(void)state;
	for (i = 7; i < 9; i++)
		scratch_sql(arena_printf(a, "INSERT INTO signup (id,"
		    " form_version_id, rendering, language, mailbox,"
		    " mailbox_key, given_name, family_name, phone, choices,"
		    " token_hash, code_hash, created_us, expires_us, used_us)"
		    " VALUES (%u, 1, REPEAT('r', 32), 'fr', 'zoe@example.org',"
		    " 'zoe@example.org', 'Zoe', 'Ó', '+33612345678',"
		    " '[[1,\"email\"]]', REPEAT('%u', 32), REPEAT('c', 32), 0,"
		    " 1000, IF(%u = 7, 500, NULL))", i, i, i));
	event_of(900, "asked", "NULL", 7);
	event_of(901, "given", "1", 7);
	event_of(903, "given", "1", 7);	/* of two purposes */
	event_of(902, "asked", "NULL", 8);	/* a stranger typed it */
	say("given", "email", "double_opt_in", 0);
	assert_int_equal(mails_at(NOW_US), 1);
	assert_int_equal(scratch_number("SELECT SUM(event_id) FROM"
	    " consent_subject WHERE contact_id = 1"), 900 + 901 + 903);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM signup WHERE"
	    " id = 7 AND CONCAT(mailbox, mailbox_key, given_name,"
	    " family_name) = '' AND phone IS NULL AND choices = '[]' AND"
	    " used_us = 500 AND expires_us = 1000 + 30 * 86400000000"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM signup WHERE"
	    " id = 8 AND mailbox = 'zoe@example.org' AND expires_us = 1000"),
	    1);
}

static void
whom_no_mail_can_be_written_to_holds_up_nobody(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO contact (id, reference, kind, given_name,"
	    " language, email, email_key, source, basis, collected_us,"
	    " last_person_us, created_us, updated_us) SELECT 2, 'C-2', kind,"
	    " given_name, language, email, email_key, source, basis, 0, 0, 0,"
	    " 0 FROM contact WHERE id = 1");
	scratch_sql("INSERT INTO signup (id, form_version_id, rendering,"
	    " language, mailbox, mailbox_key, given_name, family_name,"
	    " choices, token_hash, code_hash, created_us, expires_us, used_us)"
	    " VALUES (7, 1, REPEAT('r', 32), 'fr', 'zoe@example.org',"
	    " 'zoe@example.org', 'Zoe', '', '[]', REPEAT('7', 32),"
	    " REPEAT('c', 32), 0, 1000, 500)");
	event_of(900, "given", "1", 7);
	say("given", "email", "double_opt_in", 0);
	scratch_sql("INSERT INTO consent_state SELECT 2, purpose_id, channel,"
	    " state, purpose_version_id, event_id, at_us, FALSE, FALSE FROM"
	    " consent_state WHERE contact_id = 1");
	scratch_sql("CREATE TRIGGER no_mail BEFORE INSERT ON outbox FOR EACH"
	    " ROW SET NEW.template = IF(NEW.contact_id = 1, NULL,"
	    " NEW.template)");
	(void)mails_at(NOW_US);
	scratch_sql("DROP TRIGGER no_mail");
	assert_int_equal(scratch_number("SELECT GROUP_CONCAT(contact_id) FROM"
	    " outbox"), 2);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM signup WHERE"
	    " mailbox = '' AND id = 7"), 1);
	assert_int_equal(mails_at(NOW_US + SECOND_US), 1);
}

/* ${n} more people with Zoe's yes; no mail can be written to Nobody's. */
static void
crowd(unsigned n)
{
	scratch_sql(arena_printf(a, "INSERT INTO contact (id, reference, kind,"
	    " given_name, language, email, email_key, source, basis,"
	    " collected_us, last_person_us, created_us, updated_us) SELECT"
	    " seq, CONCAT('D-', seq), c.kind, 'Nobody', c.language, c.email,"
	    " c.email_key, c.source, c.basis, 0, 0, 0, 0 FROM contact c JOIN"
	    " seq_2_to_%u WHERE c.id = 1", n + 1));
	scratch_sql("INSERT INTO consent_state SELECT c.id, s.purpose_id,"
	    " s.channel, s.state, s.purpose_version_id, s.event_id, s.at_us,"
	    " FALSE, FALSE FROM consent_state s JOIN contact c ON c.id > 1"
	    " WHERE s.contact_id = 1");
}

static void
a_crowd_to_whom_no_mail_can_be_written_holds_up_nobody(void **state)
{
	static const struct job_row row = { "consent_tell", SECOND_US, false,
	    consent_keeper_tell };
	struct job job = keeper_job(&row, NOW_US);
	unsigned i;

	(void)state;
	say("given", "email", "double_opt_in", 0);
	crowd(99);
	/* the last two of the hundred can be told */
	scratch_sql("UPDATE contact SET given_name = 'Noe' WHERE id > 98");
	scratch_sql("UPDATE contact SET given_name = 'Nobody' WHERE id = 1");
	scratch_sql("CREATE TRIGGER no_mail BEFORE INSERT ON outbox FOR EACH"
	    " ROW SET NEW.template = IF((SELECT given_name FROM contact WHERE"
	    " id = NEW.contact_id) = 'Nobody', NULL, NEW.template)");
	scratch_begin(keeper, DB_JOB);
	assert_int_equal(job_lead(&job), ERR_OK);
	for (i = 0; i < 3; i++)
		assert_int_equal(consent_keeper_tell(&job), ERR_OK);
	assert_int_equal(scratch_count("outbox"), 2);
	assert_int_equal(scratch_count("consent_state WHERE NOT is_told"), 98);
	/* and they themselves are tried again, from the first */
	scratch_sql("DROP TRIGGER no_mail");
	for (i = 0; i < 3; i++)
		assert_int_equal(consent_keeper_tell(&job), ERR_OK);
	assert_int_equal(scratch_count("outbox"), 100);
	job_resign(&job);
	free(job.memory);
}

/* A sale of before it was kept for which address, of Zoe. */
static void
old_sale(int64_t sold_us)
{
	scratch_sql(arena_printf(a, "INSERT INTO consent_soft_opt_in"
	    " (contact_id, purpose_id, sold_us, is_similar_product,"
	    " was_objection_offered, is_address_from_sale) VALUES (1, 1, %lld,"
	    " TRUE, TRUE, TRUE)", (long long)sold_us));
}

static enum err
mark_in_tx(struct db *db, void *arg)
{
	return consent_sales_mark(db, a, keys, arg);
}

static void
a_sale_of_before_counts_for_the_address_that_they_have(void **state)
{
	unsigned char hash[HASH_BYTES];
	bool is_more = true;

	(void)state;
	old_sale(5);
	scratch_begin(keeper, DB_JOB);
	assert_int_equal(tx_run(keeper, NULL, a, mark_in_tx, &is_more, NULL),
	    ERR_OK);
	assert_true(is_more);
	consent_suppression_hash(a, keys, "email", "zoe@example.org", hash);
	assert_int_equal(scratch_count(arena_printf(a, "consent_soft_opt_in"
	    " WHERE noted_us = 5 AND phone_hash IS NULL AND email_hash ="
	    " x'%s'", hex_write(a, (struct bytes){ hash, sizeof(hash) }))),
	    1);
	assert_int_equal(tx_run(keeper, NULL, a, mark_in_tx, &is_more, NULL),
	    ERR_OK);
	assert_false(is_more);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    a_confirmed_yes_is_told_at_once_and_once, arrange),
		cmocka_unit_test_setup(
		    what_was_asked_is_filed_under_who_confirmed_it, arrange),
		cmocka_unit_test_setup(
		    whom_no_mail_can_be_written_to_holds_up_nobody, arrange),
		cmocka_unit_test_setup(
		    a_crowd_to_whom_no_mail_can_be_written_holds_up_nobody,
		    arrange),
		cmocka_unit_test_setup(
		    a_sale_of_before_counts_for_the_address_that_they_have,
		    arrange),
		cmocka_unit_test_setup(
		    a_press_in_the_account_is_told_after_two_quiet_minutes,
		    arrange),
		cmocka_unit_test_setup(a_no_is_not_answered_by_a_mail,
		    arrange),
		cmocka_unit_test_setup(a_yes_after_what_was_told_is_told_again,
		    arrange),
		cmocka_unit_test_setup(
		    who_confirms_is_kept_out_of_lists_no_more, arrange),
		cmocka_unit_test_setup(a_no_lets_no_list_in, arrange),
		cmocka_unit_test_setup(a_no_after_the_yes_stands, arrange),
		cmocka_unit_test_setup(
		    who_has_no_address_is_not_written_to_and_not_asked_about_again,
		    arrange),
	};

	return cmocka_run_group_tests_name("consent", tests, keeper_open,
	    keeper_close);
}
