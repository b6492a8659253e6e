/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Organisations keep to the silo in every walk, and whoever belongs to one is
 * theirs to see, with its history (GDPR 5(1)(f), 15(1), 25; I10, X13).
 */
#include "tests/contacts/history.h"
#include "tests/lists/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "keys/person.h"
#include "organisations/organisations_office.h"
#include "tests/db/scratch.h"

#define LEAST_READS	20	/* rows for each one of a page, at most */

static struct keys *keys;

static void
add_organisation(uint64_t id, const char *name, const char *visibility,
    uint64_t owner, uint64_t team)
{
	scratch_sql(arena_printf(a, "INSERT INTO organisation (id, name, "
	    "sort_name, domain, registration, language, visibility, owner_id, "
	    "team_id, created_us, updated_us) VALUES (%d, 'Firm %s', "
	    "LOWER('firm %s'), LOWER('%s.example'), '99999999%d', 'fr', '%s', "
	    "%d, %d, 1, 1)", (int)id, name, name, name, (int)id, visibility,
	    (int)owner, (int)team));
	scratch_sql(arena_printf(a, "INSERT INTO organisation_word VALUES "
	    "('firm', %d), (LOWER('%s'), %d)", (int)id, name, (int)id));
}

static int
arrange(void **state)
{
	(void)state;
	lists_arrange_staff();
	add_organisation(11, "Everyone", "everyone", CLEO, SOUTH);
	add_organisation(12, "Northern", "team", BOB, NORTH);
	add_organisation(13, "Anns", "owner", ANN, NORTH);
	add_organisation(14, "Bobs", "owner", BOB, NORTH);
	add_organisation(15, "Southern", "team", CLEO, SOUTH);
	add_organisation(16, "Lent", "team", ANN, SOUTH);
	scratch_sql("INSERT INTO contact (id, reference, kind, given_name, "
	    "family_name, sort_name, language, source, basis, visibility, "
	    "owner_id, team_id, collected_us, last_person_us, created_us, "
	    "updated_us) VALUES (1, 'C-1', 'customer', 'Ada', 'A', 'a ada', "
	    "'fr', 'form:f', 'contract', 'team', 2, 1, 1, 5, 1, 1), (2, "
	    "'C-2', 'customer', 'Bea', 'B', 'b bea', 'fr', 'form:f', "
	    "'contract', 'team', 3, 2, 1, 5, 1, 1), (3, 'C-3', 'customer', "
	    "'Cyd', 'C', 'c cyd', 'fr', 'form:f', 'contract', 'everyone', 3, "
	    "2, 1, 5, 1, 1)");
	return 0;
}

/* ---- the silo */

/* The ids that a search finds, " 13 11 ": all its pages of ${most}. */
static const char *
ids_of(struct ctx *c, const char *words, uint64_t most)
{
	struct organisations_found found;
	uint64_t after = 0;
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_char(&b, ' ');
	do {
		assert_int_equal(organisations_find(c, words, after, most,
		    &found), ERR_OK);
		assert_false(found.is_cut);
		for (i = 0; i < found.n; i++) {
			after = found.rows[i].id;
			buf_printf(&b, "%" PRIu64 " ", after);
		}
	} while (found.n == most);
	return b.ptr;
}

static void
an_organisation_is_seen_by_who_looks_after_it_its_team_or_everyone(
    void **state)
{
	static const struct { uint64_t staff, team, id; bool is_seen; }
	    cells[] = {
		{ ANN, NORTH, 11, true }, { ANN, NORTH, 12, true },
		{ ANN, NORTH, 13, true }, { ANN, NORTH, 14, false },
		{ ANN, NORTH, 15, false }, { ANN, NORTH, 16, true },
		{ BOB, NORTH, 11, true }, { BOB, NORTH, 12, true },
		{ BOB, NORTH, 13, false }, { BOB, NORTH, 14, true },
		{ BOB, NORTH, 15, false }, { BOB, NORTH, 16, false },
		{ CLEO, SOUTH, 11, true }, { CLEO, SOUTH, 12, false },
		{ CLEO, SOUTH, 13, false }, { CLEO, SOUTH, 14, false },
		{ CLEO, SOUTH, 15, true }, { CLEO, SOUTH, 16, true },
		{ CLEO, 0, 16, false },	/* without a team */
		{ DORA, 0, 14, true }, { DORA, 0, 16, true },
	};
	struct q_organisations_one row;
	const char *ways[5], *needle;
	struct ctx c;
	size_t i, j;

	(void)state;
	for (i = 0; i < LENGTH(cells); i++) {
		c = lists_request(cells[i].staff, cells[i].team);
		needle = arena_printf(a, " %" PRIu64 " ", cells[i].id);
		ways[0] = "";
		ways[1] = "fir";
		ways[2] = scratch_text(a, arena_printf(a, "SELECT name FROM "
		    "organisation WHERE id = %" PRIu64, cells[i].id));
		ways[3] = scratch_text(a, arena_printf(a, "SELECT domain FROM "
		    "organisation WHERE id = %" PRIu64, cells[i].id));
		ways[4] = scratch_text(a, arena_printf(a, "SELECT "
		    "registration FROM organisation WHERE id = %" PRIu64,
		    cells[i].id));
		for (j = 0; j < LENGTH(ways); j++)
			if (cells[i].is_seen != (strstr(ids_of(&c, ways[j],
			    2), needle) != NULL))
				fail_msg("way %zu, cell %zu", j, i);
		assert_int_equal(organisations_load(&c, cells[i].id, &row),
		    cells[i].is_seen ? ERR_OK : ERR_NOTFOUND);
	}
}

static void
a_list_comes_by_name_page_after_page_and_doubles_none(void **state)
{
	struct ctx ann = lists_request(ANN, NORTH);
	struct ctx dora = lists_request(DORA, 0);

	(void)state;
	/* Anns, Everyone, Lent, Northern; 12 is of Ann's team, 16 hers too */
	assert_string_equal(ids_of(&ann, "", 50), " 13 11 16 12 ");
	assert_string_equal(ids_of(&ann, "", 1), " 13 11 16 12 ");
	assert_string_equal(ids_of(&dora, "", 2), " 13 14 11 16 12 15 ");
	assert_string_equal(ids_of(&dora, "fi", 1), " 11 12 13 14 15 16 ");
	assert_string_equal(ids_of(&dora, "nor fir", 1), " 12 ");
	assert_string_equal(ids_of(&dora, "firm nobody", 1), " ");
}

static void
a_cursor_of_another_silo_begins_the_list(void **state)
{
	struct organisations_found found;
	struct ctx cleo = lists_request(CLEO, SOUTH);

	(void)state;
	assert_int_equal(organisations_find(&cleo, "", 12, 50, &found),
	    ERR_OK);
	assert_int_equal(found.rows[0].id, 11);
}

/* Rows that the statements between two looks read. */
static uint64_t
reads(void)
{
	struct q_lists_about row = { 0 };

	assert_int_equal(q_lists_about(office, a, &row), ERR_OK);
	return row.most;
}

static void
a_page_reads_no_more_however_many_there_are(void **state)
{
	static const char *const ways[] = { "", "firm", "grown n",
		"grown.ex", "111111111" };
	struct organisations_found found;
	struct ctx who[2];
	uint64_t before;
	size_t i, j;

	(void)state;
	scratch_sql("INSERT INTO organisation (name, sort_name, domain, "
	    "registration, language, visibility, owner_id, team_id, "
	    "created_us, updated_us) SELECT CONCAT('Grown n', seq), "
	    "CONCAT('grown n', LPAD(seq, 6, '0')), 'grown.example', "
	    "'111111111', 'fr', ELT(seq % 4 + 1, 'team', 'everyone', "
	    "'everyone', 'owner'), 2, 1, 1, 1 FROM seq_1_to_20000");
	scratch_sql("INSERT INTO organisation_word SELECT 'grown', id FROM "
	    "organisation WHERE id > 16");
	scratch_sql("INSERT INTO organisation_word SELECT CONCAT('n', id), "
	    "id FROM organisation WHERE id > 16");
	who[0] = lists_request(ANN, NORTH);
	who[1] = lists_request(DORA, 0);
	for (i = 0; i < LENGTH(ways); i++)
		for (j = 0; j < LENGTH(who); j++) {
			before = reads();
			assert_int_equal(organisations_find(&who[j], ways[i],
			    0, ORGANISATIONS_PER_PAGE + 1, &found), ERR_OK);
			if (reads() - before > LEAST_READS *
			    ORGANISATIONS_PER_PAGE)
				fail_msg("%s: %d reads", ways[i],
				    (int)(reads() - before));
			assert_false(found.is_cut);
			assert_int_equal(found.n, strcmp(ways[i], "firm") == 0 ?
			    j == 0 ? 4 : 6 : ORGANISATIONS_PER_PAGE + 1);
		}
	scratch_sql("DELETE FROM organisation_word");
	scratch_sql("DELETE FROM organisation");
}

/* ---- belonging */

static struct organisations_member
member(uint64_t contact, uint64_t organisation, const char *name)
{
	return (struct organisations_member){ .contact_id = contact,
	    .organisation_id = organisation, .name = name,
	    .job_title = organisation == 0 ? "" : "Buyer", .source = "staff",
	    .staff_id = ANN, .at_us = NOW_US };
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	return organisations_member_store(db, a, keys, arg);
}

static enum err
store(struct organisations_member m)
{
	scratch_begin(office, DB_POST);
	return tx_run(office, NULL, a, store_in_tx, &m, NULL);
}

static const char *
history(uint64_t contact)
{
	return history_text(office, a, keys, contact);
}

static void
what_changes_is_in_the_history_and_says_where_it_is_from(void **state)
{
	struct organisations_member m = member(1, 11, "Firm Everyone");

	(void)state;
	m.since = (struct day){ 2024, 2, 29 };
	assert_int_equal(store(m), ERR_OK);
	assert_string_equal(history(1), "organisation:>Firm Everyone;"
	    "job_title:>Buyer;member_since:>2024-02-29;");
	assert_int_equal(scratch_count("contact_provenance WHERE contact_id ="
	    " 1 AND source = 'staff' AND basis = 'contract' AND field IN "
	    "('organisation', 'job_title', 'member_since')"), 3);
	assert_int_equal(scratch_count("contact WHERE id = 1 AND version = 2 "
	    "AND last_person_us = 5"), 1);	/* X10: staff are not the person */
	m.job_title = "Head buyer";
	assert_int_equal(store(m), ERR_OK);
	m = member(1, 0, "");
	assert_int_equal(store(m), ERR_OK);
	assert_int_equal(scratch_count("membership"), 0);
	assert_string_equal(strstr(history(1), "job_title:Buyer"),
	    "job_title:Buyer>Head buyer;organisation:Firm Everyone>;"
	    "job_title:Head buyer>;member_since:2024-02-29>;");
}

static void
the_same_again_leaves_no_trace(void **state)
{
	(void)state;
	assert_int_equal(store(member(1, 11, "Firm Everyone")), ERR_OK);
	assert_int_equal(store(member(1, 11, "Firm Everyone")), ERR_OK);
	assert_int_equal(scratch_count("contact_history"), 2);
	assert_int_equal(scratch_count("contact WHERE id = 1 AND version = "
	    "2"), 1);
}

static void
two_who_change_it_at_once_lose_nothing(void **state)
{
	struct organisations_member m = member(1, 11, "Firm Everyone");
	struct q_organisations_of of;

	(void)state;
	m.seen = "";
	assert_int_equal(store(m), ERR_OK);
	m.organisation_id = 12;
	assert_int_equal(store(m), ERR_CONFLICT);	/* drawn before the first */
	assert_int_equal(q_organisations_of(office, a, 1, &of), ERR_OK);
	m.seen = organisations_line(a, &of);
	m.name = "Firm Northern";
	assert_int_equal(store(m), ERR_OK);
	assert_int_equal(scratch_count("membership WHERE organisation_id = "
	    "12"), 1);
}

static void
whoever_is_being_erased_belongs_nowhere_new(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET restriction = 'erasure', "
	    "restricted_us = 1 WHERE id = 1");
	assert_int_equal(store(member(1, 11, "Firm Everyone")),
	    ERR_CONFLICT);
	assert_int_equal(scratch_count("membership"), 0);
}

static void
a_business_is_one_persons_own(void **state)
{
	struct organisations_member m = member(1, 11, "Firm Everyone");

	(void)state;
	m.is_own = true;
	assert_int_equal(store(m), ERR_OK);
	assert_int_equal(scratch_count("organisation WHERE trader_id = 1 AND "
	    "version = 2"), 1);
	assert_non_null(strstr(history(1), "own_business:>yes;"));
	m.contact_id = 2;
	m.trader_id = 1;
	assert_int_equal(store(m), ERR_CONFLICT);
	assert_int_equal(scratch_count("membership"), 1);
	m.contact_id = 1;
	m.is_own = false;
	assert_int_equal(store(m), ERR_OK);
	assert_int_equal(scratch_count("organisation WHERE trader_id IS NOT "
	    "NULL"), 0);
}

/* The ids of the people of organisation 11, "1 3 ". */
static const char *
people(uint64_t staff, uint64_t team, uint64_t after)
{
	struct ctx c = lists_request(staff, team);
	struct q_organisations_people *rows = NULL;
	size_t i, n = 0;
	struct buf b;

	assert_int_equal(q_organisations_people(office, a, 11, after, staff ==
	    DORA, c.caller.staff_id, team, 50, ORGANISATIONS_EXAMINED, &rows,
	    &n), ERR_OK);
	buf_open(&b, a);
	buf_text(&b, "");
	for (i = 0; rows != NULL && i < n; i++)
		buf_printf(&b, "%" PRIu64 " ", rows[i].id);
	return b.len == 0 ? "" : b.ptr;
}

static void
of_its_people_each_sees_those_of_the_silo(void **state)
{
	(void)state;
	assert_int_equal(store(member(1, 11, "Firm Everyone")), ERR_OK);
	assert_int_equal(store(member(2, 11, "Firm Everyone")), ERR_OK);
	assert_int_equal(store(member(3, 11, "Firm Everyone")), ERR_OK);
	assert_string_equal(people(ANN, NORTH, 0), "1 3 ");
	assert_string_equal(people(ANN, NORTH, 1), "3 ");
	assert_string_equal(people(CLEO, SOUTH, 0), "2 3 ");
	assert_string_equal(people(DORA, 0, 0), "1 2 3 ");
}

static void
a_list_of_contacts_asks_where_they_belong(void **state)
{
	struct ctx ann = lists_request(ANN, NORTH), dora;
	struct lists_asked by_id = lists_asked_for("org.is.11", "");
	struct lists_asked not = lists_asked_for("org.not.11", "");
	struct lists_asked word = lists_asked_for(arena_printf(a,
	    "orgname.is.%s", base64url_write(a, text_bytes("every"))), "");

	(void)state;
	assert_int_equal(store(member(2, 11, "Firm Everyone")), ERR_OK);
	assert_int_equal(store(member(3, 11, "Firm Everyone")), ERR_OK);
	ann = lists_request(ANN, NORTH);
	assert_string_equal(lists_ids_of(&ann, &by_id, 1), "3 ");
	assert_string_equal(lists_ids_of(&ann, &word, 1), "3 ");
	assert_string_equal(lists_ids_of(&ann, &not, 50), "1 ");
	dora = lists_request(DORA, 0);
	assert_string_equal(lists_ids_of(&dora, &by_id, 1), "2 3 ");
	assert_string_equal(lists_ids_of(&dora, &word, 1), "2 3 ");
	/* what was typed stays out of addresses, an id does not */
	assert_true(lists_filter_has_words(&word.filter));
	assert_false(lists_filter_has_words(&by_id.filter));
	assert_int_equal(lists_snapshot_of(DORA, "org.is.11") > 0, 1);
	assert_int_equal(scratch_number("SELECT n FROM snapshot ORDER BY id "
	    "DESC LIMIT 1"), 2);
}

static int
open_all(void **state)
{
	static const unsigned char root[KEY_BYTES] = { 7 };

	keys = keys_from_root(root, 1, 1, KEYS_OFFICE);
	return lists_open_all(state);
}

static int
close_all(void **state)
{
	keys_close(keys);
	return lists_close_all(state);
}

#define TEST(f) cmocka_unit_test_setup(f, arrange)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_organisation_is_seen_by_who_looks_after_it_its_team_or_everyone),
		TEST(a_list_comes_by_name_page_after_page_and_doubles_none),
		TEST(a_cursor_of_another_silo_begins_the_list),
		TEST(a_page_reads_no_more_however_many_there_are),
		TEST(what_changes_is_in_the_history_and_says_where_it_is_from),
		TEST(the_same_again_leaves_no_trace),
		TEST(two_who_change_it_at_once_lose_nothing),
		TEST(whoever_is_being_erased_belongs_nowhere_new),
		TEST(a_business_is_one_persons_own),
		TEST(of_its_people_each_sees_those_of_the_silo),
		TEST(a_list_of_contacts_asks_where_they_belong),
	};

	return cmocka_run_group_tests_name("organisations", tests, open_all,
	    close_all);
}
