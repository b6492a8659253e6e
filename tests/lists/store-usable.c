/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A yes that counts, and a customer who needs none: what the rule in C says,
 * what a list finds, and what a person's own page counts are the same in every
 * case (GDPR 7(1); ePrivacy 13(2); CS8, TL2, TL4, I12).
 */
#include "tests/lists/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/day.h"
#include "base/text.h"
#include "consent/consent.h"
#include "db/queries.h"
#include "tests/db/scratch.h"

static struct db *portal;

static int
open_all(void **state)
{
	portal = scratch_open("portal");
	return lists_open_all(state);
}

static int
close_all(void **state)
{
	db_close(portal);
	return lists_close_all(state);
}

static int
arrange(void **state)
{
	(void)state;
	lists_arrange_staff();
	scratch_sql("INSERT INTO contact (id, reference, kind, language, "
	    "email, email_key, visibility, source, basis, collected_us, "
	    "last_person_us, created_us, updated_us) VALUES (11, 'C-11', "
	    "'prospect', 'fr', 'z@x.org', 'z@x.org', 'everyone', 'form', "
	    "'consent', 1, 1, 1, 1)");
	scratch_sql("INSERT INTO purpose (id, code) VALUES (5, 'news')");
	scratch_sql("INSERT INTO purpose_version (id, purpose_id, number, "
	    "basis, is_commercial, is_material, retention_months, created_us) "
	    "VALUES (21, 5, 1, 'consent', 1, 1, 36, 0), (22, 5, 2, 'consent', "
	    "1, 0, 36, 0), (23, 5, 3, 'consent', 1, 1, 36, 0), (24, 5, 4, "
	    "'consent', 1, 0, 36, 0)");
	return 0;
}

static void
put(const struct consent_said *said)
{
	scratch_sql("DELETE FROM consent_state");
	scratch_sql(arena_printf(a, "INSERT INTO consent_state VALUES (11, 5, "
	    "'email', '%s', %d, 1, 1, TRUE, %d)", said->state,
	    (int)said->version_id, said->is_held));
	scratch_sql(arena_printf(a, "UPDATE purpose SET is_closed = %d, "
	    "material_id = %d", said->is_closed, (int)said->material_id));
}

/* What the first page of a person's space counts. */
static uint64_t
counted(void)
{
	struct q_contacts_overview *rows;
	size_t i, n = 0;

	scratch_begin(portal, DB_GET);
	assert_int_equal(q_contacts_overview(portal, a, 11, 0, &rows, &n),
	    ERR_OK);
	for (i = 0; i < n; i++)
		if (text_equal(rows[i].what, "given"))
			return (uint64_t)strtoull(rows[i].name, NULL, 10);
	fail();
	return 0;
}

static bool
is_listed(const char *filter)
{
	struct ctx c = lists_request(DORA, 0);
	struct lists_asked asked = lists_asked_for(filter, "");

	return *lists_ids_of(&c, &asked, 50) != '\0';
}

static void
compare(const struct consent_said *said)
{
	bool is_usable = consent_is_usable(said);
	bool is_no = said->is_held || text_equal(said->state, "refused") ||
	    text_equal(said->state, "withdrawn") ||
	    text_equal(said->state, "objected");

	put(said);
	if (is_usable != is_listed("consent.is.5.email") ||
	    is_usable != (counted() == 1) ||
	    is_no != is_listed("out.is.email") ||
	    is_no != is_listed("outof.is.5"))
		fail_msg("%s held=%d version=%d material=%d closed=%d",
		    said->state, said->is_held, (int)said->version_id,
		    (int)said->material_id, said->is_closed);
}

static void
everybody_agrees_which_yes_counts(void **state)
{
	static const char *const states[] = { "asked", "given", "refused",
		"withdrawn", "objected", "expired" };
	static const uint64_t materials[] = { 0, 21, 23 };
	size_t s, m;
	uint64_t version;
	int flags;

	(void)state;
	for (s = 0; s < LENGTH(states); s++)
		for (m = 0; m < LENGTH(materials); m++)
			for (version = 21; version <= 24; version++)
				for (flags = 0; flags < 4; flags++) {
					const struct consent_said said = {
					    states[s], flags & 1, version,
					    materials[m], flags & 2 };

					/* only a yes is ever held back */
					if ((flags & 1) == 0 || s == 1)
						compare(&said);
				}
}

/* Facts of a sale, as bits; all of them, or none counts. */
#define ALL_FACTS 7U

static void
put_customer(const struct consent_customer *k, unsigned facts)
{
	scratch_sql("DELETE FROM consent_state");
	if (k->state != NULL)
		scratch_sql(arena_printf(a, "INSERT INTO consent_state VALUES "
		    "(11, 5, '%s', '%s', 24, 1, 1, TRUE, FALSE)", k->channel,
		    k->state));
	scratch_sql(arena_printf(a, "REPLACE INTO consent_soft_opt_in "
	    "(contact_id, purpose_id, sold_us, is_similar_product, "
	    "was_objection_offered, is_address_from_sale, noted_us, "
	    "email_hash, phone_hash) VALUES (11, 5, 7, %d, %d, %d, 9, "
	    "REPEAT('e', 32), REPEAT('p', 32))", (facts & 1U) != 0, (facts & 2U) != 0,
	    (facts & 4U) != 0));
	scratch_sql(arena_printf(a, "UPDATE purpose_version SET "
	    "has_soft_opt_in = %d WHERE id = 24", k->has_rule));
}

/* What the person's page reads of the sale, for ${channel}. */
static int64_t
sold_us(const char *channel)
{
	struct q_consent_sold *rows = NULL;
	size_t i, n = 0;

	scratch_begin(portal, DB_GET);
	assert_int_equal(q_consent_sold(portal, a, 11, NOW_US, &rows, &n),
	    ERR_OK);
	for (i = 0; i < n; i++)
		if (text_equal(rows[i].channel, channel))
			return rows[i].sold_us;
	return 0;
}

static void
compare_customer(struct consent_customer *k, unsigned facts)
{
	put_customer(k, facts);
	k->sold_us = sold_us(k->channel);
	if ((k->sold_us != 0) != (facts == ALL_FACTS && (text_equal(k->channel,
	    "email") || text_equal(k->channel, "sms"))) ||
	    consent_is_soft(k) != is_listed(arena_printf(a, "soft.is.5.%s",
	    k->channel)) || is_listed("consent.is.5.email") !=
	    (strcmp(k->channel, "email") == 0 && text_equal(k->state,
	    "given")))
		fail_msg("%s by %s, rule %d, facts %u", k->state == NULL ?
		    "nothing" : k->state, k->channel, k->has_rule, facts);
}

static int
arrange_customer(void **state)
{
	(void)arrange(state);
	scratch_sql("INSERT INTO purpose_channel VALUES (24, 'email'), (24, "
	    "'phone'), (24, 'post'), (24, 'sms')");
	scratch_sql("UPDATE contact SET kind = 'customer', phone = "
	    "'+33612345678'");
	scratch_sql("INSERT INTO purpose_text (purpose_version_id, language, "
	    "title, wording) VALUES (24, 'fr', 'News', 'Yes.')");
	return 0;
}

static void
everybody_agrees_which_customer_needs_no_yes(void **state)
{
	static const char *const states[] = { NULL, "asked", "given",
		"refused", "withdrawn", "objected", "expired" };
	static const char *const channels[] = { "email", "phone", "post",
		"sms" };
	struct consent_customer k;
	unsigned facts;
	size_t s, c;

	(void)state;
	for (s = 0; s < LENGTH(states); s++)
		for (c = 0; c < LENGTH(channels); c++)
			for (facts = 0; facts <= ALL_FACTS; facts++) {
				k = (struct consent_customer){ true,
				    channels[c], states[s], 0, true };
				compare_customer(&k, facts);
				k.has_rule = false;
				compare_customer(&k, facts);
			}
}

static void
only_a_customer_who_is_free_and_can_be_reached_is_listed(void **state)
{
	static const char *const undo[][2] = {
		{ "UPDATE contact SET kind = 'prospect'",
		  "UPDATE contact SET kind = 'customer'" },
		{ "UPDATE contact SET restricted_us = 1",
		  "UPDATE contact SET restricted_us = NULL" },
		{ "UPDATE contact SET quarantined_us = 1",
		  "UPDATE contact SET quarantined_us = NULL" },
		{ "UPDATE contact SET email = NULL, email_key = NULL",
		  "UPDATE contact SET email = 'z@x.org', email_key = "
		  "'z@x.org'" },
		{ "UPDATE purpose SET is_closed = TRUE",
		  "UPDATE purpose SET is_closed = FALSE" },
		{ "DELETE FROM purpose_channel WHERE channel = 'email'",
		  "INSERT INTO purpose_channel VALUES (24, 'email')" },
	};
	struct consent_customer k = { true, "email", NULL, 0, true };
	size_t i;

	(void)state;
	put_customer(&k, ALL_FACTS);
	for (i = 0; i < LENGTH(undo); i++) {
		assert_true(is_listed("soft.is.5.email"));
		scratch_sql(undo[i][0]);
		assert_false(is_listed("soft.is.5.email"));
		scratch_sql(undo[i][1]);
	}
}

/* What the statement of a change, or of the back-office, reads of the sale. */
static int64_t
choice_sold_us(const char *channel)
{
	struct q_consent_choices *rows = NULL;
	size_t i, n = 0;

	scratch_begin(portal, DB_GET);
	assert_int_equal(q_consent_choices(portal, a, "fr", "fr",
	    NOW_US, 11, &rows, &n), ERR_OK);
	for (i = 0; i < n; i++)
		if (text_equal(rows[i].channel, channel))
			return rows[i].sold_us;
	fail();
	return 0;
}

/* The list, the person's page and the office say the same of both channels. */
static void
all_say(bool by_email, bool by_sms)
{
	assert_true(is_listed("soft.is.5.email") == by_email);
	assert_true((sold_us("email") != 0) == by_email);
	assert_true((choice_sold_us("email") != 0) == by_email);
	assert_true(is_listed("soft.is.5.sms") == by_sms);
	assert_true((sold_us("sms") != 0) == by_sms);
	assert_true((choice_sold_us("sms") != 0) == by_sms);
}

static void
arrange_sale(void)
{
	struct consent_customer k = { true, "email", NULL, 0, true };

	scratch_sql("INSERT INTO purpose_channel SELECT 24, 'sms' FROM DUAL "
	    "WHERE NOT EXISTS (SELECT 1 FROM purpose_channel WHERE channel = "
	    "'sms')");
	put_customer(&k, ALL_FACTS);
	all_say(true, true);
}

static void
a_no_under_their_address_ends_it_whoever_said_it(void **state)
{
	(void)state;
	arrange_sale();
	scratch_sql(arena_printf(a, "INSERT INTO suppression (identifier_hash,"
	    " identifier, purpose_id, channel, basis, since_us, until_us)"
	    " VALUES (REPEAT('e', 32), 'email', 5, 'email', 'x', 8, %lld)",
	    (long long)NOW_US + 1));
	all_say(false, true);
	scratch_sql("UPDATE suppression SET superseded_us = 9");
	all_say(true, true);
	scratch_sql("UPDATE suppression SET superseded_us = NULL, purpose_id ="
	    " 6");
	all_say(true, true);
	/* an erasure */
	scratch_sql("UPDATE suppression SET purpose_id = 0");
	all_say(false, true);
	scratch_sql(arena_printf(a, "UPDATE suppression SET until_us = %lld",
	    (long long)NOW_US));
	all_say(true, true);
	scratch_sql(arena_printf(a, "UPDATE suppression SET until_us = %lld,"
	    " identifier_hash = REPEAT('p', 32), identifier = 'phone',"
	    " purpose_id = 5, channel = 'sms'", (long long)NOW_US + 1));
	all_say(true, false);
}

static void
another_address_ends_what_hung_on_the_old_one(void **state)
{
	(void)state;
	arrange_sale();
	scratch_sql("INSERT INTO contact_history (contact_id, field, "
	    "old_sealed, new_sealed, by_kind, at_us) VALUES (11, 'email', '', "
	    "'', 'person', 9)");
	all_say(true, true);	/* before the sale was noted */
	scratch_sql("UPDATE contact_history SET at_us = 10");
	all_say(false, true);
	scratch_sql("UPDATE contact_history SET field = 'phone'");
	all_say(true, false);
	scratch_sql("UPDATE contact_history SET field = 'city'");
	all_say(true, true);
}

static void
what_was_not_given_at_the_sale_is_not_used(void **state)
{
	(void)state;
	arrange_sale();
	scratch_sql("UPDATE consent_soft_opt_in SET phone_hash = NULL");
	all_say(true, false);
	scratch_sql("UPDATE consent_soft_opt_in SET email_hash = NULL");
	all_say(false, false);
}

static void
a_consent_is_found_before_its_period_ends(void **state)
{
	/* the instant of the yes, and of the filter; 36 months apart less 40 days */
	const int64_t given_us = day_start_us(day_add_days(day_add_months(
	    day_of(NOW_US), -36), 40));

	(void)state;
	scratch_sql(arena_printf(a, "INSERT INTO consent_state VALUES (11, 5, "
	    "'email', 'given', 24, 1, %lld, TRUE, FALSE)",
	    (long long)given_us));
	assert_true(is_listed("ends.is.any.any.90d"));
	assert_true(is_listed("ends.is.5.email.90d"));
	assert_true(is_listed("ends.is.5.any.42d"));
	assert_false(is_listed("ends.is.5.email.38d"));
	assert_true(is_listed("ends.not.5.email.38d"));
	assert_false(is_listed("ends.is.6.any.90d"));
	assert_false(is_listed("ends.is.any.sms.90d"));
	scratch_sql("UPDATE consent_state SET at_us = 1");
	assert_true(is_listed("ends.is.5.email.1d"));
	scratch_sql("UPDATE consent_state SET is_held = TRUE");
	assert_false(is_listed("ends.is.any.any.90d"));
	scratch_sql("UPDATE consent_state SET is_held = FALSE, state = "
	    "'withdrawn'");
	assert_false(is_listed("ends.is.any.any.90d"));
	scratch_sql("UPDATE consent_state SET state = 'given'");
	scratch_sql("UPDATE purpose SET is_closed = TRUE");
	assert_false(is_listed("ends.is.any.any.90d"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(everybody_agrees_which_yes_counts,
		    arrange),
		cmocka_unit_test_setup(
		    everybody_agrees_which_customer_needs_no_yes,
		    arrange_customer),
		cmocka_unit_test_setup(
		    only_a_customer_who_is_free_and_can_be_reached_is_listed,
		    arrange_customer),
		cmocka_unit_test_setup(
		    a_no_under_their_address_ends_it_whoever_said_it,
		    arrange_customer),
		cmocka_unit_test_setup(
		    another_address_ends_what_hung_on_the_old_one,
		    arrange_customer),
		cmocka_unit_test_setup(
		    what_was_not_given_at_the_sale_is_not_used,
		    arrange_customer),
		cmocka_unit_test_setup(
		    a_consent_is_found_before_its_period_ends, arrange),
	};

	return cmocka_run_group_tests_name("usable", tests, open_all,
	    close_all);
}
