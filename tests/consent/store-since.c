/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What was said after a form was filled in stands when the form's link is
 * pressed at last (GDPR 7(3), 21(3)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/text.h"
#include "consent/consent.h"
#include "keys/keys.h"
#include "tests/db/scratch.h"

#define ASKED_US	INT64_C(1795555805000000)	/* 2026-11-24, at noon */
#define NOW_US		(ASKED_US + 3 * DAY_US)
#define SIGNUP		7
#define ASKED_EVENT	50

static struct arena *a;
static struct db *portal;
static struct keys *keys;

static int
open_all(void **state)
{
	static const unsigned char root[KEY_BYTES] = { 1 };

	(void)state;
	a = arena_open();
	portal = scratch_open("portal");
	keys = keys_from_root(root, 1, 1, KEYS_PORTAL);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	keys_close(keys);
	db_close(portal);
	arena_close(a);
	return 0;
}

static void
event(unsigned id, const char *how, int64_t at_us)
{
	scratch_sql(arena_printf(a, "INSERT INTO consent_event (id, kind,"
	    " purpose_version_id, channel, language, notice_version_id, how,"
	    " at_us, subject, leaf, writer, writer_n, mac) VALUES (%u,"
	    " 'asked', 1, 'email', 'fr', 1, '%s', %lld, REPEAT('s', 32),"
	    " REPEAT('l', 32), REPEAT('w', 16), %u, REPEAT('m', 32))", id,
	    how, (long long)at_us, id));
}

static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	scratch_sql("INSERT INTO purpose (id, code) VALUES (1, 'news'),"
	    " (2, 'offers')");
	scratch_sql("INSERT INTO contact (id, reference, kind, given_name,"
	    " language, email, email_key, phone, source, basis, collected_us,"
	    " last_person_us, created_us, updated_us) VALUES (1, 'C-1',"
	    " 'prospect', 'Zoe', 'fr', 'zoe@example.org', 'zoe@example.org',"
	    " '+33612345678', 'form', 'consent', 0, 0, 0, 0)");
	event(ASKED_EVENT, "form", ASKED_US);
	scratch_sql(arena_printf(a, "INSERT INTO consent_subject VALUES (%u,"
	    " NULL, %u, REPEAT('o', 32))", ASKED_EVENT, SIGNUP));
	return 0;
}

/* Zoe said ${state} to ${channel} of purpose 1 at ${at_us}, as event ${id}. */
static void
say(unsigned id, const char *state, const char *channel, const char *how,
    int64_t at_us)
{
	event(id, how, at_us);
	scratch_sql(arena_printf(a, "REPLACE INTO consent_state (contact_id,"
	    " purpose_id, channel, state, purpose_version_id, event_id,"
	    " at_us) VALUES (1, 1, '%s', '%s', 1, %u, %lld)", channel, state,
	    id, (long long)at_us));
}

/* Somebody said no under ${value} to ${channel} of ${purpose} at ${at_us}. */
static void
suppress(const char *identifier, const char *value, unsigned purpose,
    const char *channel, int64_t at_us)
{
	unsigned char hash[HASH_BYTES];

	consent_suppression_hash(a, keys, identifier, value, hash);
	scratch_sql(arena_printf(a, "INSERT INTO suppression"
	    " (identifier_hash, identifier, purpose_id, channel, basis,"
	    " since_us, until_us) VALUES (x'%s', '%s', %u, '%s', 'x', %lld,"
	    " %lld)", hex_write(a, (struct bytes){ hash, sizeof(hash) }),
	    identifier, purpose, channel, (long long)at_us,
	    (long long)(NOW_US + DAY_US)));
}

/* What was said since of purpose 1 by ${channel}; "" for nothing. */
static const char *
since(uint64_t contact_id, const char *channel)
{
	const struct consent_asking asking = { SIGNUP, contact_id,
	    "zoe@example.org", "+33698765432", contact_id == 0 ? NULL :
	    "+33612345678", ASKED_US, NOW_US };
	struct consent_since list[] = { { .purpose_id = 1,
	    .channel = channel } };

	scratch_begin(portal, DB_GET);
	assert_int_equal(consent_since(portal, a, keys, &asking, list, 1),
	    ERR_OK);
	return list[0].state == NULL ? "" : list[0].is_held ? "held" :
	    list[0].state;
}

static void
what_was_said_before_the_form_is_answered_by_it(void **state)
{
	(void)state;
	assert_string_equal(since(1, "email"), "");
	say(40, "withdrawn", "email", "one_click", ASKED_US - 1);
	suppress("email", "zoe@example.org", 1, "email", ASKED_US - 1);
	assert_string_equal(since(1, "email"), "");
}

static void
a_no_after_the_form_stands(void **state)
{
	static const char *const ways[] = { "account", "one_click",
	    "mail_link" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(ways); i++) {
		say(60 + (unsigned)i, "withdrawn", "email", ways[i],
		    ASKED_US + 1);
		assert_string_equal(since(1, "email"), "withdrawn");
	}
	assert_string_equal(since(1, "sms"), "");
	say(70, "objected", "sms", "account", ASKED_US + 1);
	assert_string_equal(since(1, "sms"), "objected");
}

static void
a_yes_after_the_form_is_not_made_older(void **state)
{
	(void)state;
	say(60, "given", "email", "account", ASKED_US + 1);
	assert_string_equal(since(1, "email"), "given");
}

static void
what_ran_out_since_is_said_anew_by_the_form(void **state)
{
	(void)state;
	say(60, "expired", "email", "program", ASKED_US + 1);
	assert_string_equal(since(1, "email"), "");
}

static void
a_no_that_staff_noted_of_the_same_day_stands_if_noted_after(void **state)
{
	const int64_t today_us = day_start_us(day_of(ASKED_US));

	(void)state;
	say(49, "withdrawn", "email", "phone", today_us);
	assert_string_equal(since(1, "email"), "");
	say(60, "withdrawn", "email", "phone", today_us);
	assert_string_equal(since(1, "email"), "withdrawn");
	/* noted after the form, and said before it */
	say(61, "withdrawn", "email", "phone", today_us - DAY_US);
	assert_string_equal(since(1, "email"), "");
}

static void
a_yes_held_back_since_waits_for_the_person(void **state)
{
	(void)state;
	say(60, "given", "email", "phone", ASKED_US + DAY_US);
	scratch_sql("UPDATE consent_state SET is_held = TRUE");
	assert_string_equal(since(1, "email"), "held");
}

static void
a_no_of_a_duplicate_with_the_address_stands(void **state)
{
	(void)state;
	suppress("email", "zoe@example.org", 1, "email", ASKED_US + 1);
	assert_string_equal(since(1, "email"), "objected");
	assert_string_equal(since(0, "email"), "objected");
	assert_string_equal(since(1, "post"), "");
	scratch_sql("UPDATE suppression SET purpose_id = 2");
	assert_string_equal(since(1, "email"), "");
}

static void
a_no_under_either_number_stands(void **state)
{
	(void)state;
	suppress("phone", "+33698765432", 1, "sms", ASKED_US + 1);
	assert_string_equal(since(0, "sms"), "objected");
	scratch_sql("DELETE FROM suppression");
	suppress("phone", "+33612345678", 1, "sms", ASKED_US + 1);
	assert_string_equal(since(0, "sms"), "");
	assert_string_equal(since(1, "sms"), "objected");
}

static void
who_came_back_since_is_kept_out_no_more(void **state)
{
	(void)state;
	suppress("email", "zoe@example.org", 1, "email", ASKED_US + 1);
	scratch_sql("UPDATE suppression SET superseded_us = since_us + 1");
	assert_string_equal(since(1, "email"), "");
	/* their own word comes before another's under their address */
	scratch_sql("UPDATE suppression SET superseded_us = NULL");
	say(60, "given", "email", "account", ASKED_US + 2);
	assert_string_equal(since(1, "email"), "given");
}

static void
an_old_form_does_not_undo_an_erasure(void **state)
{
	(void)state;
	suppress("email", "zoe@example.org", 0, "email", ASKED_US + 1);
	assert_string_equal(since(0, "email"), "objected");
	assert_string_equal(since(0, "sms"), "objected");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    what_was_said_before_the_form_is_answered_by_it, arrange),
		cmocka_unit_test_setup(a_no_after_the_form_stands, arrange),
		cmocka_unit_test_setup(a_yes_after_the_form_is_not_made_older,
		    arrange),
		cmocka_unit_test_setup(
		    what_ran_out_since_is_said_anew_by_the_form, arrange),
		cmocka_unit_test_setup(
		    a_no_that_staff_noted_of_the_same_day_stands_if_noted_after,
		    arrange),
		cmocka_unit_test_setup(
		    a_yes_held_back_since_waits_for_the_person, arrange),
		cmocka_unit_test_setup(
		    a_no_of_a_duplicate_with_the_address_stands, arrange),
		cmocka_unit_test_setup(a_no_under_either_number_stands,
		    arrange),
		cmocka_unit_test_setup(
		    who_came_back_since_is_kept_out_no_more, arrange),
		cmocka_unit_test_setup(an_old_form_does_not_undo_an_erasure,
		    arrange),
	};

	return cmocka_run_group_tests_name("since", tests, open_all,
	    close_all);
}
