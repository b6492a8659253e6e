/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two records become one in one transaction: nothing of either is lost, and no
 * choice is widened (GDPR 5(1)(d), 7, 15, 16).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "evidence/evidence.h"
#include "ledger/ledger.h"
#include "merge/merge_keeper.h"
#include "merge/merge_move.h"
#include "tests/db/scratch.h"
#include "tests/merge/fixture.h"

static enum err
audit_in_tx(struct db *in, void *arg)
{
	return ledger_audit(in, a, ledger, arg);
}

static void
is_done(void)
{
	assert_int_equal(run(), ERR_OK);
	assert_string_equal(scratch_text(a, "SELECT CONCAT(state, "
	    "COALESCE(why, '')) FROM contact_merge WHERE id = 1"), "done");
}

static bool
is_listed(const char *table)
{
	size_t i;

	for (i = 0; merge_tables[i].name != NULL; i++)
		if (strcmp(merge_tables[i].name, table) == 0)
			return true;
	return false;
}

/* A new table says in merge_tables.c what becomes of it, and it is done. */
static void
every_table_that_hangs_on_a_contact_has_its_line(void **state)
{
	char *names, *name, *rest = NULL;
	size_t n = 0, i;

	(void)state;
	names = arena_text(a, scratch_text(a, "SELECT GROUP_CONCAT(DISTINCT "
	    "TABLE_NAME ORDER BY 1 SEPARATOR ' ') FROM (SELECT TABLE_NAME "
	    "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN ('t', "
	    "'t_keys') AND COLUMN_NAME IN ('contact_id', 'survivor_id', "
	    "'merged_id', 'low_id', 'high_id') UNION SELECT TABLE_NAME FROM "
	    "information_schema.KEY_COLUMN_USAGE WHERE "
	    "REFERENCED_TABLE_SCHEMA = 't' AND REFERENCED_TABLE_NAME = "
	    "'contact') u"));
	for (name = strtok_r(names, " ", &rest); name != NULL;
	    name = strtok_r(NULL, " ", &rest), n++)
		if (!is_listed(name))
			fail_msg("what becomes of %s when two records of one "
			    "person are joined?", name);
	for (i = 0; merge_tables[i].name != NULL; i++)
		;
	assert_int_equal(n, i);
}

static void
no_table_has_a_row_of_the_record_that_went(void **state)
{
	const char *name;
	size_t i;

	(void)state;
	is_done();
	for (i = 0; (name = merge_tables[i].name) != NULL; i++)
		if (merge_tables[i].way != MERGE_LATER &&
		    strcmp(name, "contact_merge") != 0 &&
		    strcmp(name, "duplicate") != 0 &&
		    strcmp(name, "organisation") != 0 && scratch_count(
		    arena_printf(a, "%s WHERE contact_id = 2", name)) > 0)
			fail_msg("left in %s", name);
	assert_int_equal(scratch_count("contact WHERE id = 2"), 0);
	assert_int_equal(scratch_count("duplicate"), 0);
	assert_int_equal(scratch_count("contact_merge WHERE survivor_id = 2"),
	    0);
}

static const char *
open_text(enum person_class class, const char *table, const char *column,
    const char *where)
{
	const struct person_place place = { table, column, STAYS };
	unsigned char key[KEY_BYTES];
	struct bytes b;
	const char *text;

	scratch_begin(keeper, DB_JOB);
	assert_int_equal(person_key_load(keeper, a, keys, STAYS, class, key),
	    ERR_OK);
	assert_int_equal(hex_read(a, scratch_text(a, arena_printf(a,
	    "SELECT LOWER(HEX(%s)) FROM %s WHERE %s AND %s IS NOT NULL LIMIT 1",
	    column, table, where, column)),
	    &b), ERR_OK);
	assert_int_equal(person_unseal(a, key, &place, b, &text), ERR_OK);
	return text;
}

static void
what_was_sealed_opens_for_the_one_that_stays(void **state)
{
	(void)state;
	is_done();
	assert_string_equal(open_text(PERSON_LIVE, "interaction",
	    "detail_sealed", "title = 'Call'"), "She flies to Oslo");
	assert_string_equal(open_text(PERSON_LIVE, "contact_history",
	    "old_sealed", "field = 'city' AND by_kind = 'person'"), "Lyon");
	assert_string_equal(open_text(PERSON_PROOF, "rights_request",
	    "words_sealed", "id = 1"), "Who has my data?");
	assert_string_equal(open_text(PERSON_LIVE, "custom_value", "sealed",
	    "contact_id = 1"), "no nuts");
	assert_int_equal(scratch_count("interaction WHERE contact_id = 1"),
	    2);
	/* a backup of before may be put back */
	assert_int_equal(scratch_count("t_keys.person_key WHERE contact_id = "
	    "2"), 2);
}

static void
no_value_is_lost(void **state)
{
	(void)state;
	is_done();
	assert_int_equal(scratch_count("contact WHERE id = 1 AND given_name = "
	    "'Adele' AND family_name = 'Byron' AND kind = 'customer' AND "
	    "email_key = 'ada@x.org' AND identity_id = 1 AND phone = "
	    "'+33611111111' AND street = '1 quai' AND collected_us = 50 AND "
	    "last_person_us = 70 AND created_us = 40 AND version = 2 AND "
	    "NOT is_indexed"), 1);
	assert_string_equal(open_text(PERSON_LIVE, "contact_history",
	    "old_sealed", "field = 'given_name'"), "Ada");
	assert_string_equal(open_text(PERSON_LIVE, "contact_history",
	    "old_sealed", "field = 'joined'"), "C-GOES");
	/* it stands for what is not kept, and for nothing else */
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(field ORDER "
	    "BY field SEPARATOR ' ') FROM contact_history WHERE by_kind = "
	    "'staff'"), "basis custom:diet custom:miles "
	    "custom:nick email given_name joined kind phone source");
	/* each address and number once, and where it came from */
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(value, ' ', "
	    "source ORDER BY value SEPARATOR ';') FROM contact_reach WHERE "
	    "contact_id = 1"), "+33622222222 account;+33633333333 staff;"
	    "a.byron@work.org import:fair");
	assert_int_equal(scratch_count("contact_tag WHERE contact_id = 1"),
	    2);
	assert_int_equal(scratch_count("access_subject WHERE contact_id = 1"),
	    2);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'contact.merged' AND actor = 'staff' AND actor_id = 1"), 1);
}

static void
recordings_open_for_the_one_that_stays(void **state)
{
	unsigned char key[KEY_BYTES];
	struct evidence_stored stored = { .id = 5, .size_bytes = 10,
	    .key = key };
	struct bytes plain;

	(void)state;
	is_done();
	scratch_begin(keeper, DB_JOB);
	assert_int_equal(person_key_load(keeper, a, keys, STAYS, PERSON_LIVE,
	    key), ERR_OK);
	assert_int_equal(evidence_whole(keeper, a, &stored, &plain), ERR_OK);
	assert_int_equal(plain.len, 10);
	assert_memory_equal(plain.ptr, "yes, I do.", 10);
	assert_int_equal(scratch_count("evidence WHERE contact_id = 1"), 1);
}

/* One is chosen, one is only the other's, one stays; none is lost. */
static void
custom_values_are_chosen_and_the_other_is_remembered(void **state)
{
	(void)state;
	is_done();
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(field_id, "
	    "' ', COALESCE(value_text, value_number), ' ', at_us ORDER BY "
	    "field_id SEPARATOR ';') FROM custom_value WHERE contact_id = 1"),
	    "1 Dele 7;2 12500 8;4 0 6");
	assert_string_equal(open_text(PERSON_LIVE, "contact_history",
	    "old_sealed", "field = 'custom:diet'"), "none");
	assert_string_equal(open_text(PERSON_LIVE, "contact_history",
	    "old_sealed", "field = 'custom:miles'"), "3");
	assert_int_equal(scratch_count("contact_provenance WHERE contact_id = "
	    "1 AND field IN ('custom:diet', 'custom:nick', 'given_name')"),
	    3);
}

/* Of whoever had either before. */
static void
what_was_done_to_either_before_is_not_taken_back(void **state)
{
	(void)state;
	is_done();
	assert_int_equal(scratch_count("bulk_contact"), 0);
	assert_int_equal(scratch_number("SELECT n_kept FROM bulk WHERE id = "
	    "1"), 2);
	/* an import compares versions: neither line has that of the record */
	assert_int_equal(scratch_count("import_row r JOIN contact c ON c.id = "
	    "r.contact_id WHERE r.version IS NOT NULL AND c.version <> "
	    "r.version AND r.before_sealed IS NULL"), 2);
	assert_int_equal(scratch_count("import WHERE id = 2 AND contact_id = "
	    "1 AND state = 'cancelled'"), 1);
}

static void
who_was_to_be_told_is_to_be_told_still(void **state)
{
	(void)state;
	is_done();
	assert_int_equal(scratch_count("notice_duty WHERE contact_id = 1 AND "
	    "state = 'due' AND due_day = '2026-12-31'"), 1);
	fixture_arrange(state);
	scratch_sql("UPDATE notice_duty SET state = 'due'");
	is_done();
	assert_int_equal(scratch_count("notice_duty WHERE contact_id = 1 AND "
	    "state = 'due' AND due_day = '2026-12-01'"), 1);
	assert_int_equal(scratch_count("notice_duty"), 1);
}

/* It was opened for one record, not for two. */
static void
a_crossing_into_either_ends(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO crossing (id, staff_id, contact_id, reason, "
	    "begun_us, until_us) VALUES (2, 1, 1, 'call', 1, "
	    "9000000000000000)");
	is_done();
	assert_int_equal(scratch_count("crossing WHERE contact_id = 1 AND "
	    "ended_us IS NOT NULL"), 2);
}

/* The ledgers stay as they are; what opens them is kept. */
static void
commitments_open_with_the_number_that_the_record_had(void **state)
{
	unsigned char opening[KEY_BYTES], subject[HASH_BYTES];
	struct ledger_audit event = { .verb = "x", .actor = "program",
	    .object = "contact", .contact_id = GOES, .at_us = 1 };
	struct bytes stored;

	(void)state;
	scratch_begin(keeper, DB_JOB);
	assert_int_equal(tx_run(keeper, NULL, a, audit_in_tx, &event, NULL),
	    ERR_OK);
	is_done();
	assert_int_equal(hex_read(a, scratch_text(a, "SELECT LOWER(HEX("
	    "opening)) FROM audit_subject s JOIN audit_event e ON e.id = "
	    "s.event_id WHERE e.verb = 'x' AND s.contact_id = 1"), &stored),
	    ERR_OK);
	memcpy(opening, stored.ptr, sizeof(opening));
	leaf_commit(opening, SUBJECT_CONTACT, scratch_number("SELECT "
	    "merged_id FROM contact_merge WHERE id = 1"), subject);
	assert_int_equal(scratch_count(arena_printf(a, "audit_event WHERE "
	    "verb = 'x' AND subject = X'%s'", hex_write(a, (struct bytes){
	    subject, sizeof(subject) }))), 1);
}

static void
no_choice_is_widened(void **state)
{
	(void)state;
	is_done();
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(purpose_id, "
	    "channel, state, is_held ORDER BY purpose_id, channel SEPARATOR "
	    "';') FROM "
	    "consent_state"), "1phoneobjected0;2emailwithdrawn0;2phonegiven1");
	assert_int_equal(scratch_count("consent_subject WHERE contact_id = 1"),
	    2);
	assert_int_equal(scratch_count("consent_soft_opt_in"), 0);
	assert_int_equal(scratch_count("consent_event"), 0);
}

static void
facts_of_a_sale_go_with_the_mailbox_and_the_number_they_are_of(void **state)
{
	(void)state;
	scratch_sql("UPDATE consent_soft_opt_in SET contact_id = 2");
	is_done();	/* the mailbox is theirs, the number is not */
	assert_int_equal(scratch_count("consent_soft_opt_in"), 0);
	fixture_arrange(state);
	scratch_sql("UPDATE consent_soft_opt_in SET contact_id = 2");
	scratch_sql("UPDATE contact SET phone = '+33611111111' WHERE id = 2");
	is_done();
	assert_int_equal(scratch_count("consent_soft_opt_in WHERE contact_id "
	    "= 1"), 1);
}

static void
the_old_number_and_reference_lead_on(void **state)
{
	struct db *office = scratch_open("office"),
	    *portal = scratch_open("portal");
	struct q_consent_standing_merged standing;
	struct q_people_merged to;

	(void)state;
	is_done();
	assert_int_equal(q_people_merged(office, a, GOES, true, 1, 0, &to),
	    ERR_OK);
	assert_int_equal(to.id, STAYS);
	assert_int_equal(q_people_merged(office, a, 77, true, 1, 0, &to),
	    ERR_OK);	/* one that went into the one that goes */
	assert_int_equal(to.id, STAYS);
	/* an unsubscribe link in a mail to the one that went works on */
	assert_int_equal(q_consent_standing_merged(portal, a, GOES,
	    &standing), ERR_OK);
	assert_int_equal(standing.contact_id, STAYS);
	assert_int_equal(standing.epoch, 4);
	assert_int_equal(standing.epoch_after, 4);
	/* those of before go on as long as they did */
	assert_int_equal(q_consent_standing_merged(portal, a, 77, &standing),
	    ERR_OK);
	assert_int_equal(standing.contact_id, STAYS);
	assert_int_equal(standing.epoch_after, 4);
	scratch_sql("UPDATE contact SET visibility = 'owner'");
	assert_int_equal(q_people_merged(office, a, GOES, false, 5, 0, &to),
	    ERR_NOTFOUND);
	db_close(portal);
	db_close(office);
}

/* The other one's way of signing in came with an epoch: what had gone to the
 * record before, when it had none, holds until that one moves. */
static void
links_of_the_one_that_stays_hold_until_the_address_moves(void **state)
{
	struct db *portal = scratch_open("portal");
	struct q_consent_standing_contact now;

	(void)state;
	assert_int_equal(q_consent_standing_contact(portal, a, STAYS, &now),
	    ERR_OK);
	assert_int_equal(now.epoch, 0);
	is_done();
	assert_int_equal(q_consent_standing_contact(portal, a, STAYS, &now),
	    ERR_OK);
	assert_int_equal(now.epoch, 4);
	assert_int_equal(now.began, 4);
	scratch_sql("UPDATE identity SET epoch = 5 WHERE id = 1");
	assert_int_equal(q_consent_standing_contact(portal, a, STAYS, &now),
	    ERR_OK);
	assert_int_equal(now.epoch, 5);
	assert_int_equal(now.began, 4);
	db_close(portal);
}

/* The person's address moved since: what went to the old one is dead. */
static void
links_that_were_over_stay_over(void **state)
{
	struct db *portal = scratch_open("portal");
	struct q_consent_standing_merged standing;

	(void)state;
	scratch_sql("UPDATE contact_merge SET epoch_after = 3 WHERE id = 9");
	is_done();
	assert_int_equal(q_consent_standing_merged(portal, a, 77, &standing),
	    ERR_OK);
	assert_true(standing.epoch_after > 4);
	db_close(portal);
}

/* A into B, and meanwhile C into A, previewed with what A was. */
static void
what_was_asked_with_the_one_that_went_is_over(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO contact_merge (id, merged_id, reference, "
	    "survivor_id, staff_id, reason, taken, merged_version, "
	    "survivor_version, state, asked_us) VALUES (2, 3, 'C-THIRD', 2, "
	    "1, 'said', '', 1, 2, 'asked', 0), (3, 1, 'C-STAYS', 2, 1, "
	    "'said', '', 1, 1, 'asked', 0), (4, 2, 'C-GOES', 1, 1, 'said', "
	    "'', 1, 2, 'asked', 0)");
	scratch_sql("INSERT INTO contact (id, reference, kind, language, "
	    "visibility, source, basis, collected_us, last_person_us, "
	    "created_us, updated_us) VALUES (3, 'C-THIRD', 'prospect', 'fr', "
	    "'everyone', 'staff', 'contract', 0, 0, 0, 0)");
	is_done();
	assert_int_equal(run(), ERR_OK);
	assert_int_equal(run(), ERR_OK);
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(state, "
	    "COALESCE(why, '') ORDER BY id SEPARATOR ' ') FROM contact_merge "
	    "WHERE id < 9"), "done refusedgone refusedgone refusedgone");
	assert_int_equal(scratch_count("contact"), 2);
}

static void
both_main_addresses_are_told(void **state)
{
	(void)state;
	is_done();
	assert_int_equal(scratch_count("outbox WHERE template = "
	    "'contacts_merged' AND contact_id = 1"), 2);
}

static void
a_second_pass_finds_nothing_to_do(void **state)
{
	(void)state;
	is_done();
	assert_int_equal(run(), ERR_OK);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'contact.merged'"), 1);
}

static void
fewer_colleagues_see_the_merged_record(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET visibility = 'owner', owner_id = 1 "
	    "WHERE id = 2");
	is_done();
	assert_int_equal(scratch_count("contact WHERE id = 1 AND visibility = "
	    "'owner' AND owner_id = 1"), 1);
}

static void
a_look_of_the_same_moment_is_filed(void **state)
{
	(void)state;
	is_done();
	scratch_sql("INSERT INTO access_line (id, staff_id, role, kind, "
	    "reason, at_us) VALUES (9, 1, 'dpo', 'record', '', 0)");
	scratch_sql("INSERT INTO access_subject VALUES (2, 9)");
	assert_int_equal(keeper_pass(merge_keeper_keys, NOW_US + HOUR_US),
	    ERR_OK);
	assert_int_equal(scratch_count("access_subject WHERE contact_id = 1 "
	    "AND line_id = 9"), 1);
	assert_int_equal(scratch_count("access_subject WHERE contact_id = 2"),
	    0);
}

static void
keys_of_the_one_that_went_end_with_the_last_backup(void **state)
{
	(void)state;
	is_done();
	assert_int_equal(keeper_pass(merge_keeper_keys, NOW_US + 29 * DAY_US),
	    ERR_OK);
	assert_int_equal(scratch_count("t_keys.person_key WHERE contact_id = "
	    "2"), 2);
	assert_int_equal(keeper_pass(merge_keeper_keys, NOW_US + 31 * DAY_US),
	    ERR_OK);
	assert_int_equal(scratch_count("t_keys.person_key WHERE contact_id = "
	    "2"), 0);
	assert_int_equal(scratch_count("t_keys.person_key WHERE contact_id = "
	    "1"), 2);
}

/* GOES belongs to a firm that is their own business. */
static void
belongs(void)
{
	scratch_sql("INSERT INTO organisation (id, name, sort_name, "
	    "registration, vat, domain, website, street, postcode, city, "
	    "country, language, note, trader_id, created_us, updated_us) "
	    "VALUES (1, 'Atelier', 'atelier', '', '', '', '', '', '', '', '', "
	    "'fr', '', 2, 1, 1), (2, 'Mairie', 'mairie', '', '', '', '', '', "
	    "'', '', '', 'fr', '', NULL, 1, 1)");
	scratch_sql("INSERT INTO membership VALUES (2, 1, 'Ebéniste', "
	    "'2020-02-29', 1)");
	scratch_sql("INSERT INTO contact_provenance VALUES (2, "
	    "'organisation', 'staff', 'contract', NULL, 7)");
}

static void
whoever_belongs_to_an_organisation_still_does(void **state)
{
	(void)state;
	belongs();
	is_done();
	assert_int_equal(scratch_count("membership WHERE contact_id = 1 AND "
	    "organisation_id = 1 AND since = '2020-02-29'"), 1);
	assert_int_equal(scratch_count("organisation WHERE trader_id = 1"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE contact_id = "
	    "1 AND field = 'organisation' AND at_us = 7"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE contact_id = "
	    "1 AND field = 'own_business'"), 1);
}

static void
of_two_organisations_one_stays_and_the_other_is_remembered(void **state)
{
	(void)state;
	belongs();
	scratch_sql("INSERT INTO membership VALUES (1, 2, '', NULL, 1)");
	is_done();
	assert_int_equal(scratch_count("membership"), 1);
	assert_int_equal(scratch_count("membership WHERE contact_id = 1 AND "
	    "organisation_id = 2"), 1);
	assert_string_equal(open_text(PERSON_LIVE, "contact_history",
	    "old_sealed", "contact_id = 1 AND field = 'organisation'"),
	    "Atelier");
	assert_string_equal(open_text(PERSON_LIVE, "contact_history",
	    "old_sealed", "contact_id = 1 AND field = 'job_title'"),
	    "Ebéniste");
	assert_int_equal(scratch_count("organisation WHERE trader_id = 1"), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, fixture_arrange)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_table_that_hangs_on_a_contact_has_its_line),
		TEST(no_table_has_a_row_of_the_record_that_went),
		TEST(what_was_sealed_opens_for_the_one_that_stays),
		TEST(no_value_is_lost),
		TEST(recordings_open_for_the_one_that_stays),
		TEST(custom_values_are_chosen_and_the_other_is_remembered),
		TEST(what_was_done_to_either_before_is_not_taken_back),
		TEST(who_was_to_be_told_is_to_be_told_still),
		TEST(a_crossing_into_either_ends),
		TEST(commitments_open_with_the_number_that_the_record_had),
		TEST(no_choice_is_widened),
		TEST(facts_of_a_sale_go_with_the_mailbox_and_the_number_they_are_of),
		TEST(the_old_number_and_reference_lead_on),
		TEST(links_of_the_one_that_stays_hold_until_the_address_moves),
		TEST(links_that_were_over_stay_over),
		TEST(what_was_asked_with_the_one_that_went_is_over),
		TEST(both_main_addresses_are_told),
		TEST(whoever_belongs_to_an_organisation_still_does),
		TEST(of_two_organisations_one_stays_and_the_other_is_remembered),
		TEST(a_second_pass_finds_nothing_to_do),
		TEST(fewer_colleagues_see_the_merged_record),
		TEST(a_look_of_the_same_moment_is_filed),
		TEST(keys_of_the_one_that_went_end_with_the_last_backup),
	};

	return cmocka_run_group_tests_name("merge", tests,
	    keeper_open, keeper_close);
}
