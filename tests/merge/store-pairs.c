/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Pairs that look like one person are found over all contacts, and shown to
 * whoever may see both (GDPR 5(1)(d), 5(1)(f), 18(1), 25).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "merge/merge_keeper.h"
#include "tests/db/scratch.h"
#include "tests/merge/fixture.h"

static int
empty(void **state)
{
	(void)state;
	scratch_empty();
	scratch_sql("UPDATE duplicate_walk SET through_id = 0, ended_us = 0");
	scratch_sql("INSERT INTO team (id, name) VALUES (1, 'A'), (2, 'B')");
	return 0;
}

/* ${n} contacts of which each has what ${columns} says; "@" is its number. */
static void
contacts(size_t n, const char *columns)
{
	scratch_sql(arena_printf(a, "INSERT INTO contact (id, reference, kind, "
	    "language, visibility, source, basis, collected_us, "
	    "last_person_us, created_us, updated_us, email, email_key, phone, "
	    "sort_name, postcode) SELECT seq, CONCAT('C-', seq), 'prospect', "
	    "'fr', 'everyone', 'staff', 'contract', 0, 0, 0, 0, %s FROM "
	    "seq_1_to_%zu", columns, n));
}

/* A round over all contacts. */
static void
look(int64_t now_us)
{
	size_t i;

	for (i = 0; i < 40; i++) {
		assert_int_equal(keeper_pass(merge_keeper_look, now_us),
		    ERR_OK);
		if (scratch_count("duplicate_walk WHERE through_id = 0") == 1)
			return;
	}
	fail_msg("the round does not end");
}

static const char *
pairs(void)
{
	return scratch_text(a, "SELECT COALESCE(GROUP_CONCAT(low_id, '-', "
	    "high_id, ' ', why ORDER BY low_id, high_id SEPARATOR ';'), '') "
	    "FROM duplicate");
}

static void
what_two_have_in_common_makes_them_a_pair(void **state)
{
	(void)state;
	contacts(9, "NULL, NULL, NULL, '', ''");
	scratch_sql("UPDATE contact SET email_key = 'a@x.org' WHERE id IN "
	    "(1, 2)");
	scratch_sql("UPDATE contact SET phone = '+331' WHERE id IN (3, 4)");
	scratch_sql("UPDATE contact SET sort_name = 'byron ada', postcode = "
	    "'44000' WHERE id IN (5, 6)");
	scratch_sql("UPDATE contact SET sort_name = 'byron ada', postcode = "
	    "'75000' WHERE id = 7");
	look(NOW_US);
	assert_string_equal(pairs(), "1-2 email;3-4 phone;5-6 name");
}

static void
further_addresses_and_numbers_count(void **state)
{
	(void)state;
	contacts(9, "NULL, NULL, NULL, '', ''");
	scratch_sql("UPDATE contact SET email_key = 'a@x.org' WHERE id = 2");
	scratch_sql("UPDATE contact SET phone = '+331' WHERE id = 3");
	scratch_sql("INSERT INTO contact_reach (contact_id, kind, value, "
	    "value_key, label, source, basis, at_us) VALUES "
	    "(1, 'email', 'A@x.org', 'a@x.org', 'work', 'staff', 'contract', "
	    "0), (4, 'phone', '+331', '+331', 'work', 'staff', 'contract', "
	    "0), (5, 'email', 'b@x.org', 'b@x.org', 'work', 'staff', "
	    "'contract', 0), (6, 'email', 'b@x.org', 'b@x.org', 'work', "
	    "'staff', 'contract', 0)");
	look(NOW_US);
	assert_string_equal(pairs(), "1-2 email;3-4 phone;5-6 email");
}

/* Anybody could type the address of somebody else there. */
static void
what_somebody_typed_in_their_own_space_makes_no_pair(void **state)
{
	(void)state;
	contacts(6, "NULL, NULL, NULL, '', ''");
	scratch_sql("UPDATE contact SET email_key = 'a@x.org' WHERE id = 2");
	scratch_sql("UPDATE contact SET phone = '+331' WHERE id = 3");
	scratch_sql("INSERT INTO contact_reach (contact_id, kind, value, "
	    "value_key, label, source, basis, at_us) VALUES "
	    "(1, 'email', 'a@x.org', 'a@x.org', 'work', 'account', 'consent', "
	    "0), (4, 'phone', '+331', '+331', 'work', 'account', 'consent', "
	    "0), (5, 'email', 'b@x.org', 'b@x.org', 'work', 'account', "
	    "'consent', 0), (6, 'email', 'b@x.org', 'b@x.org', 'work', "
	    "'staff', 'contract', 0)");
	look(NOW_US);
	assert_string_equal(pairs(), "");
	scratch_sql("UPDATE contact_reach SET source = IF(contact_id = 6, "
	    "'account', 'staff')");
	look(NOW_US + DAY_US);
	assert_string_equal(pairs(), "1-2 email;3-4 phone");
}

/* Of several things in common, the first that is looked for. */
static void
why_they_are_a_pair_is_what_they_have_in_common_now(void **state)
{
	(void)state;
	contacts(2, "'a@x.org', 'a@x.org', '+331', 'byron ada', '44000'");
	look(NOW_US);
	assert_string_equal(pairs(), "1-2 email");
	scratch_sql("UPDATE contact SET email_key = 'b@x.org' WHERE id = 2");
	look(NOW_US + DAY_US);
	assert_string_equal(pairs(), "1-2 phone");
	scratch_sql("UPDATE contact SET phone = '+332' WHERE id = 2");
	look(NOW_US + 2 * DAY_US);
	assert_string_equal(pairs(), "1-2 name");
}

/* A switchboard's number, a family's name: the walk still ends. */
static void
a_thousand_alike_do_not_stop_the_walk(void **state)
{
	(void)state;
	contacts(1200, "NULL, NULL, '+33155555555', '', ''");
	look(NOW_US);
	assert_in_range(scratch_count("duplicate"), 1000, 20000);
}

static void
what_staff_told_apart_stays_so_while_both_are_there(void **state)
{
	(void)state;
	contacts(4, "'a@x.org', 'a@x.org', NULL, '', ''");
	look(NOW_US);
	assert_int_equal(scratch_count("duplicate"), 6);
	scratch_sql("UPDATE duplicate SET dismissed_us = 1 WHERE high_id = 2");
	scratch_sql("UPDATE contact SET email_key = 'b@x.org' WHERE id = 4");
	look(NOW_US + 2 * DAY_US);
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(low_id, '-', "
	    "high_id, ' ', dismissed_us IS NULL ORDER BY low_id, high_id "
	    "SEPARATOR ';') FROM duplicate"), "1-2 0;1-3 1;2-3 1");
	scratch_sql("DELETE FROM contact WHERE id = 1");
	look(NOW_US + 4 * DAY_US);
	assert_string_equal(pairs(), "2-3 email");
}

/* A day after the last, not at once. */
static void
a_round_begins_once_a_day(void **state)
{
	(void)state;
	contacts(2, "NULL, NULL, NULL, '', ''");
	look(NOW_US);
	scratch_sql("UPDATE contact SET email_key = 'a@x.org'");
	look(NOW_US + HOUR_US);
	assert_string_equal(pairs(), "");
	look(NOW_US + DAY_US);
	assert_string_equal(pairs(), "1-2 email");
}

struct seeing {
	bool sees_all;
	uint64_t staff_id, team_id;
};

/* The pairs that a colleague is shown, as "low-high;". */
static const char *
shown(struct db *office, const struct seeing *s)
{
	struct q_merge_pairs_each each[DB_EACH_MAX];
	struct q_merge_scan *rows = NULL;
	struct q_merge_pairs *found = NULL;
	size_t i, n = 0, k = 0;
	const char *text = "";

	assert_int_equal(q_merge_scan(office, a, s->sees_all, s->staff_id,
	    s->team_id, 0, 100, &rows, &n), ERR_OK);
	for (i = 0; i < n; i++)
		if (rows[i].is_seen)
			each[k++].id = rows[i].id;
	if (k == 0)
		return "";
	assert_int_equal(q_merge_pairs(office, a, s->sees_all, s->staff_id,
	    s->team_id, each, k, &found, &n), ERR_OK);
	assert_int_equal(n, k);
	for (i = 0; i < n; i++)
		text = arena_printf(a, "%s%llu-%llu;", text,
		    (unsigned long long)found[i].low_id,
		    (unsigned long long)found[i].high_id);
	return text;
}

static void
a_pair_with_one_hidden_record_is_none(void **state)
{
	struct db *office = scratch_open("office");
	const struct seeing dpo = { true, 9, 0 }, one = { false, 8, 1 },
	    two = { false, 7, 2 };
	struct q_merge_pairs_of *rows = NULL;
	struct q_merge_pairs *found;
	const struct q_merge_pairs_each first = { 1 };
	size_t n = 0;

	(void)state;
	contacts(4, "'a@x.org', 'a@x.org', NULL, '', ''");
	scratch_sql("UPDATE contact SET visibility = 'team', team_id = 1 WHERE "
	    "id IN (1, 2)");
	scratch_sql("UPDATE contact SET visibility = 'team', team_id = 2 WHERE "
	    "id = 3");
	scratch_sql("INSERT INTO duplicate (id, low_id, high_id, why, "
	    "found_us) VALUES (1, 1, 3, 'email', 0), (2, 1, 2, 'email', 0), "
	    "(3, 3, 4, 'email', 0), (4, 1, 99, 'email', 0)");
	assert_string_equal(shown(office, &dpo), "1-3;1-2;3-4;");
	assert_string_equal(shown(office, &one), "1-2;");
	assert_string_equal(shown(office, &two), "3-4;");
	/* nor when somebody asks for it by its number */
	assert_int_equal(q_merge_pairs(office, a, false, 8, 1, &first, 1,
	    &found, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(q_merge_pairs_of(office, a, 1, false, 8, 1, &rows,
	    &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_true(rows != NULL && rows[0].id == 2);
	/* what is frozen is stored, and not used */
	scratch_sql("UPDATE contact SET restricted_us = 1, restriction = "
	    "'claims' WHERE id = 2");
	assert_string_equal(shown(office, &one), "");
	assert_int_equal(q_merge_pairs_of(office, a, 1, false, 8, 1, &rows,
	    &n), ERR_OK);
	assert_int_equal(n, 0);
	db_close(office);
}

/* It would say that there is a record which the reader does not see. */
static void
a_merge_with_a_hidden_record_is_not_there(void **state)
{
	struct db *office = scratch_open("office");
	struct q_merge_waiting of;

	(void)state;
	contacts(3, "'a@x.org', 'a@x.org', NULL, '', ''");
	scratch_sql("INSERT IGNORE INTO team (id, name) VALUES (1, 'A'), "
	    "(2, 'B')");
	scratch_sql("UPDATE contact SET visibility = 'team', team_id = "
	    "IF(id = 3, 2, 1)");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "language, state, created_us) VALUES (9, 'd', 'd', 'D', 'dpo', "
	    "'en', 'active', 0)");
	scratch_sql("INSERT INTO contact_merge (id, merged_id, reference, "
	    "survivor_id, staff_id, reason, taken, merged_version, "
	    "survivor_version, state, asked_us) VALUES (1, 3, 'C3', 1, 9, "
	    "'said', '', 1, 1, 'asked', 0)");
	scratch_begin(office, DB_GET);
	assert_int_equal(q_merge_waiting(office, a, 1, 2, false, 8, 1, &of),
	    ERR_OK);
	assert_int_equal(of.n, 0);
	assert_int_equal(q_merge_waiting(office, a, 1, 2, true, 9, 0, &of),
	    ERR_OK);
	assert_int_equal(of.n, 1);
	scratch_sql("UPDATE contact SET visibility = 'everyone' WHERE id = 3");
	assert_int_equal(q_merge_waiting(office, a, 2, 1, false, 8, 1, &of),
	    ERR_OK);
	assert_int_equal(of.n, 1);
	db_close(office);
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_two_have_in_common_makes_them_a_pair),
		TEST(further_addresses_and_numbers_count),
		TEST(what_somebody_typed_in_their_own_space_makes_no_pair),
		TEST(why_they_are_a_pair_is_what_they_have_in_common_now),
		TEST(a_thousand_alike_do_not_stop_the_walk),
		TEST(what_staff_told_apart_stays_so_while_both_are_there),
		TEST(a_round_begins_once_a_day),
		TEST(a_merge_with_a_hidden_record_is_not_there),
		TEST(a_pair_with_one_hidden_record_is_none),
	};

	return cmocka_run_group_tests_name("merge pairs", tests,
	    keeper_open, keeper_close);
}
