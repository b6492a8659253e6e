/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whom no file brings back: who was erased, whose number or address is
 * suppressed; and how somebody comes back by themself (GDPR 7, 17(1), 18,
 * 21(3); FEATURES X21).
 */
#include "tests/import/bring-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

static void
who_was_erased_does_not_come_back_by_a_file(void **state)
{
	(void)state;
	bring_suppress("email", "zoe@y.org", 0, "GDPR 17");
	assert_int_equal(bring_run(
	    "email,city\nZOE@y.org,Brest\nbob@y.org,Lyon\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_SUPPRESSED], 1);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 1);
	assert_int_equal(scratch_count(
	    "contact WHERE email_key = 'zoe@y.org' OR "
	    "city = 'Brest'"), 0);
	assert_non_null(strstr(bring.rejects.ptr,
	    "\"2\",\"this address must not be "
	    "written to: erased (GDPR 17)\"\r\n"));
	assert_null(strstr(bring.rejects.ptr, "y.org"));
	assert_null(strstr(bring.rejects.ptr, "Brest"));
}

static void
a_suppression_ends_at_its_date(void **state)
{
	(void)state;
	bring_suppress("email", "zoe@y.org", 0, "GDPR 17");
	scratch_sql("UPDATE suppression SET until_us = 2");
	assert_int_equal(bring_run("email\nzoe@y.org\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 1);
}

static void
the_number_of_who_was_erased_stays_out_too(void **state)
{
	(void)state;
	bring_suppress("phone", "+33699999999", 0, "GDPR 17");
	assert_int_equal(bring_run("email,phone\nzoe@y.org,06 99 99 99 99\n"
	    "ann@x.org,06 99 99 99 99\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_SUPPRESSED], 2);
	assert_int_equal(scratch_count(
	    "contact WHERE phone = '+33699999999'"), 0);
	assert_non_null(strstr(bring.rejects.ptr, "this number must not be"));
}

static void
a_number_that_the_record_holds_is_not_brought_back(void **state)
{
	(void)state;
	bring_suppress("phone", "+33612345678", 0, "GDPR 17");
	assert_int_equal(bring_run("email,phone,city\nann@x.org,06 12 34 56 78,"
	    "Lyon\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 1);
}

static void
a_no_to_one_purpose_neither_stops_a_contact_nor_ends(void **state)
{
	(void)state;
	bring_suppress("email", "zoe@y.org", 1, "GDPR 7(3), 21(3)");
	assert_int_equal(bring_run("email\nzoe@y.org\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 1);
	assert_int_equal(scratch_count(
	    "suppression WHERE superseded_us IS NULL AND "
	    "purpose_id = 1"), 1);
	assert_int_equal(scratch_count("consent_state"), 0);
}

/* Ann says yes or no to the news by ${channel}, in her space. */
struct saying {
	const char *channel;
	bool is_yes;
};

static enum err
say_in_tx(struct db *db, void *arg)
{
	const struct saying *k = arg;
	struct consent_change change = { .event = fixture_given(1,
	    bring.now_us),
	    .purpose_id = 1, .state = k->is_yes ? "given" : "withdrawn" };
	enum err e;

	change.event.kind = change.state;
	change.event.channel = k->channel;
	if ((e = consent_record(db, bring.a, bring.portal_ledger, &change,
	    1)) != ERR_OK)
		return e;
	return k->is_yes ? consent_supersede(db, bring.a, bring.keys, 1,
	    bring.now_us) :
	    consent_suppress(db, bring.a, bring.keys, &change, 1);
}

static void
say(const char *channel, bool is_yes)
{
	struct saying k = { channel, is_yes };

	scratch_begin(bring.portal, DB_POST);
	assert_int_equal(tx_run(bring.portal, NULL, bring.a, say_in_tx, &k,
	    NULL), ERR_OK);
}

static void
a_later_yes_of_the_person_opens_the_way_again(void **state)
{
	(void)state;
	bring_suppress("email", "ann@x.org", 0, "GDPR 17");
	bring_suppress("email", "ann@x.org", 1, "GDPR 7(3), 21(3)");
	bring_suppress("email", "ann@x.org", 2, "GDPR 7(3), 21(3)");
	bring_suppress("phone", "+33612345678", 0, "GDPR 17");
	bring_suppress("email", "bob@x.org", 0, "GDPR 17");
	say("email", true);
	assert_int_equal(scratch_count(arena_printf(bring.a,
	    "suppression WHERE "
	    "superseded_us = %lld", (long long)bring.now_us)), 2);
	assert_int_equal(scratch_count(
	    "suppression WHERE superseded_us IS NULL AND "
	    "(purpose_id = 2 OR identifier = 'phone' OR basis = 'GDPR 17')"),
	    3);
	assert_int_equal(bring_run(
	    "email,city\nann@x.org,Lyon\nbob@x.org,Lyon\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 1);
	assert_int_equal(bring.import.counts[IMPORT_SUPPRESSED], 1);
}

static void
a_yes_to_text_messages_opens_number_and_address_and_no_other_channel(
    void **state)
{
	(void)state;
	bring_suppress("email", "ann@x.org", 0, "GDPR 17");
	bring_suppress("email", "ann@x.org", 1, "GDPR 7(3), 21(3)");
	bring_suppress("phone", "+33612345678", 0, "GDPR 17");
	scratch_sql("INSERT INTO suppression (identifier_hash, identifier, "
	    "purpose_id, channel, basis, since_us, until_us) SELECT "
	    "identifier_hash, 'phone', 0, 'phone', basis, since_us, until_us "
	    "FROM suppression WHERE identifier = 'phone'");
	say("sms", true);
	assert_int_equal(scratch_count(
	    "suppression WHERE superseded_us IS NOT NULL "
	    "AND purpose_id = 0 AND channel IN ('email', 'sms')"), 2);
	assert_int_equal(scratch_count(
	    "suppression WHERE superseded_us IS NULL AND "
	    "(purpose_id = 1 OR channel = 'phone')"), 2);
}

static void
a_later_no_counts_again(void **state)
{
	(void)state;
	say("email", false);
	say("email", true);
	assert_int_equal(scratch_count(
	    "suppression WHERE superseded_us IS NULL"), 0);
	say("email", false);
	assert_int_equal(scratch_count(
	    "suppression WHERE superseded_us IS NULL"), 1);
	assert_int_equal(scratch_count("suppression"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, \
	bring_arrange, bring_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_was_erased_does_not_come_back_by_a_file),
		TEST(a_suppression_ends_at_its_date),
		TEST(the_number_of_who_was_erased_stays_out_too),
		TEST(a_number_that_the_record_holds_is_not_brought_back),
		TEST(a_no_to_one_purpose_neither_stops_a_contact_nor_ends),
		TEST(a_later_yes_of_the_person_opens_the_way_again),
		TEST(a_yes_to_text_messages_opens_number_and_address_and_no_other_channel),
		TEST(a_later_no_counts_again),
	};

	return cmocka_run_group_tests_name("import kept out", tests, bring_open,
	    bring_close);
}
