/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whom staff see and find, what a second factor is worth twice, and who is
 * out at once (GDPR 5(1)(f), 25, 32).
 */
#include "contacts/contacts_keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "acting/acting.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "tests/db/scratch.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)
#define END(word) word "\xF4\x8F\xBF\xBF"

/* Two teams; Ann and Bob in the first, Cleo in the second. */
enum { ANN = 1, BOB, CLEO };
enum { NORTH = 1, SOUTH };

static struct arena *a;
static struct db *office, *keeper;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = scratch_open("office");
	keeper = scratch_open("keeper");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(office);
	db_close(keeper);
	arena_close(a);
	return 0;
}

static void
add_contact(uint64_t id, const char *family, const char *visibility,
    uint64_t owner, uint64_t team)
{
	scratch_sql(arena_printf(a, "INSERT INTO contact (id, reference, kind,"
	    " given_name, family_name, sort_name, language, email, email_key,"
	    " visibility, owner_id, team_id, source, basis, collected_us,"
	    " last_person_us, created_us, updated_us) VALUES (%d, 'C-%08d',"
	    " 'customer', 'Zoé', '%s', LOWER('%s'), 'fr', 'p%d@x.org',"
	    " 'p%d@x.org', '%s', %d, %d, 'staff', 'contract', 1, 1, 1, 1)",
	    (int)id, (int)id, family, family, (int)id, (int)id, visibility,
	    (int)owner, (int)team));
}

static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	scratch_sql("INSERT INTO team (id, name) VALUES (1, 'North'),"
	    " (2, 'South')");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role,"
	    " team_id, language, state, created_us) VALUES"
	    " (1, 'a@x', 'a@x', 'Ann', 'adviser', 1, 'fr', 'active', 1),"
	    " (2, 'b@x', 'b@x', 'Bob', 'adviser', 1, 'fr', 'active', 1),"
	    " (3, 'c@x', 'c@x', 'Cleo', 'adviser', 2, 'fr', 'active', 1)");
	add_contact(11, "Everyone", "everyone", CLEO, SOUTH);
	add_contact(12, "Northern", "team", BOB, NORTH);
	add_contact(13, "Anns", "owner", ANN, NORTH);
	add_contact(14, "Bobs", "owner", BOB, NORTH);
	add_contact(15, "Southern", "team", CLEO, SOUTH);
	add_contact(16, "Lent", "team", ANN, SOUTH);
	return 0;
}

static bool
is_listed(uint64_t staff, uint64_t team, uint64_t id)
{
	struct q_people_list *rows;
	size_t i, n;

	scratch_begin(office, DB_GET);
	assert_int_equal(q_people_list(office, a, NULL, 0, 50, team, staff,
	    &rows, &n), ERR_OK);
	for (i = 0; i < n; i++)
		if (rows[i].id == id)
			return true;
	return false;
}

static bool
is_opened(uint64_t staff, uint64_t team, uint64_t id)
{
	struct q_people_one row;
	enum err e;

	scratch_begin(office, DB_GET);
	e = q_people_one(office, a, id, false, staff, team, &row);
	assert_true(e == ERR_OK || e == ERR_NOTFOUND);
	return e == ERR_OK;
}

static bool
is_found(uint64_t staff, uint64_t team, uint64_t id)
{
	const char *key = arena_printf(a, "p%d@x.org", (int)id);
	struct q_people_search *rows;
	size_t n;

	scratch_begin(office, DB_GET);
	assert_int_equal(q_people_search(office, a, false, staff, team,
	    (struct bytes){ (const unsigned char *)key, strlen(key) }, NULL,
	    NULL, NULL, "", NULL, "", NULL, "", NULL, 0, 50, &rows, &n),
	    ERR_OK);
	return n == 1 && rows[0].id == id;
}

static void
a_contact_is_seen_by_its_adviser_its_team_or_everyone(void **state)
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
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cells); i++) {
		assert_int_equal(is_listed(cells[i].staff, cells[i].team,
		    cells[i].id), cells[i].is_seen);
		assert_int_equal(is_opened(cells[i].staff, cells[i].team,
		    cells[i].id), cells[i].is_seen);
		assert_int_equal(is_found(cells[i].staff, cells[i].team,
		    cells[i].id), cells[i].is_seen);
	}
}

static void
the_list_shows_each_contact_once_page_after_page(void **state)
{
	static const uint64_t order[] = { 13, 11, 16, 12 };	/* by name */
	const char *name = NULL;
	struct q_people_list *rows;
	uint64_t after = 0;
	size_t i, n;

	(void)state;
	scratch_begin(office, DB_GET);
	for (i = 0; i < LENGTH(order); i++) {
		assert_int_equal(q_people_list(office, a, name, after, 1,
		    NORTH, ANN, &rows, &n), ERR_OK);
		assert_int_equal(n, 1);
		assert_int_equal(rows[0].id, order[i]);
		name = rows[0].sort_name;
		after = rows[0].id;
	}
	assert_int_equal(q_people_list(office, a, name, after, 1, NORTH, ANN,
	    &rows, &n), ERR_OK);
	assert_int_equal(n, 0);
}

static size_t
count_found(const char *one, const char *one_end, const char *two,
    const char *two_end)
{
	struct q_people_search *rows;
	size_t n;

	scratch_begin(office, DB_GET);
	assert_int_equal(q_people_search(office, a, true, ANN, NORTH,
	    (struct bytes){ NULL, 0 }, NULL, NULL, one, one_end, two,
	    two_end, NULL, "", NULL, 0, 50, &rows, &n), ERR_OK);
	return n;
}

static void
run_index(void)
{
	static const struct job_row row = { "contact_index", SECOND_US, false,
	    contacts_keeper_index };
	struct job job = { .row = &row, .db = keeper, .owner = "test",
	    .arena = a, .now_us = NOW_US };

	scratch_begin(keeper, DB_JOB);
	assert_int_equal(job_lead(&job), ERR_OK);
	assert_int_equal(contacts_keeper_index(&job), ERR_OK);
	job_resign(&job);
}

static void
a_name_is_found_by_the_beginning_of_any_word_once_indexed(void **state)
{
	(void)state;
	assert_int_equal(count_found("zoe", END("zoe"), NULL, ""), 0);
	run_index();
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM contact"
	    " WHERE NOT is_indexed"), 0);
	assert_int_equal(count_found("zo", END("zo"), NULL, ""), 6);
	assert_int_equal(count_found("zoe", END("zoe"), "sou", END("sou")),
	    1);
	assert_int_equal(count_found("oe", END("oe"), NULL, ""), 0);
}

static void
a_changed_name_is_not_found_by_what_it_was(void **state)
{
	(void)state;
	run_index();
	scratch_sql("UPDATE contact SET family_name = 'Winter',"
	    " is_indexed = FALSE, version = version + 1 WHERE id = 15");
	run_index();
	assert_int_equal(count_found("southern", END("southern"), NULL, ""),
	    0);
	assert_int_equal(count_found("winter", END("winter"), NULL, ""), 1);
}

static enum err
spend_step(struct db *db, void *arg)
{
	return q_auth_staff_step(db, 7, ANN, arg);
}

static void
a_step_of_the_app_is_good_once(void **state)
{
	uint64_t spent = 0;

	(void)state;
	scratch_begin(office, DB_POST);
	assert_int_equal(tx_run(office, NULL, a, spend_step, &spent, NULL),
	    ERR_OK);
	assert_int_equal(spent, 1);
	assert_int_equal(tx_run(office, NULL, a, spend_step, &spent, NULL),
	    ERR_OK);
	assert_int_equal(spent, 0);
}

static enum err
load_session(void)
{
	static const unsigned char hash[32] = { 1 };
	struct q_auth_office_load row;

	scratch_begin(office, DB_GET);
	return q_auth_office_load(office, a, (struct bytes){ hash, 32 }, 0, 0,
	    &row);
}

static void
whoever_is_disabled_is_out_at_once(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO office_session (id_hash, staff_id,"
	    " has_second_factor, label, created_us, signed_in_us, seen_us)"
	    " VALUES (RPAD(CHAR(1), 32, CHAR(0)), 1, TRUE, 'x', 1, 1, 1)");
	assert_int_equal(load_session(), ERR_OK);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	assert_int_equal(load_session(), ERR_NOTFOUND);
}

static enum err
join_in_tx(struct db *db, void *arg)
{
	static const unsigned char bytes[32] = { 7 };
	const struct bytes some = { bytes, sizeof(bytes) };

	return q_auth_staff_join(db, some, some, some, 5, ANN, arg);
}

static void
an_invitation_is_taken_up_once_and_never_by_who_is_disabled(void **state)
{
	uint64_t n = 9;

	(void)state;
	scratch_begin(office, DB_POST);
	scratch_sql("UPDATE staff SET state = 'invited' WHERE id = 1");
	assert_int_equal(tx_run(office, NULL, a, join_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(tx_run(office, NULL, a, join_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 0);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	assert_int_equal(tx_run(office, NULL, a, join_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 0);
}

static enum err
reset_in_tx(struct db *db, void *arg)
{
	enum err e;

	(void)arg;
	if ((e = q_auth_staff_reset(db, ANN, NULL)) != ERR_OK ||
	    (e = q_auth_office_delete_all(db, ANN, NULL)) != ERR_OK ||
	    (e = q_auth_recovery_delete(db, ANN, NULL)) != ERR_OK)
		return e;
	return acting_end(db, ACTING_INVITE, ANN, NOW_US);
}

static void
a_reset_leaves_nothing_that_lets_in(void **state)
{
	(void)state;
	scratch_sql("UPDATE staff SET password_hash = 'x', totp_sealed = 'x',"
	    " totp_step = 9 WHERE id = 1");
	scratch_sql("INSERT INTO staff_recovery (staff_id, code_hash) VALUES"
	    " (1, 'x'), (2, 'x')");
	scratch_sql("INSERT INTO token (hash, purpose, subject_id,"
	    " address_hash, created_us, expires_us) VALUES (RPAD('a', 32,"
	    " 'a'), 'invite', 1, RPAD('', 32, 'a'), 1, 9999999999999999),"
	    " (RPAD('b', 32, 'b'), 'invite', 2, RPAD('', 32, 'a'), 1,"
	    " 9999999999999999)");
	scratch_sql("INSERT INTO office_session (id_hash, staff_id,"
	    " has_second_factor, label, created_us, signed_in_us, seen_us)"
	    " VALUES (RPAD(CHAR(1), 32, CHAR(0)), 1, TRUE, 'x', 1, 1, 1)");
	scratch_begin(office, DB_POST);
	assert_int_equal(tx_run(office, NULL, a, reset_in_tx, NULL, NULL),
	    ERR_OK);
	assert_int_equal(load_session(), ERR_NOTFOUND);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM staff WHERE"
	    " id = 1 AND state = 'invited' AND password_hash IS NULL AND"
	    " totp_sealed IS NULL AND totp_step = 0"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM"
	    " staff_recovery"), 1);
	assert_int_equal(scratch_number(arena_printf(a, "SELECT COUNT(*) FROM"
	    " token WHERE expires_us > %lld", (long long)NOW_US)), 1);
}

static void
those_who_oversee_hear_of_it_but_for_who_did_it(void **state)
{
	struct q_auth_staff_overseers *rows;
	size_t n;

	(void)state;
	scratch_sql("UPDATE staff SET role = 'dpo' WHERE id IN (1, 2)");
	assert_int_equal(q_auth_staff_overseers(office, a, ANN, CLEO, &rows,
	    &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].name, "Bob");
}

static void
a_page_may_note_who_looked_and_change_nothing_else(void **state)
{
	struct q_people_line line = { 0 };

	(void)state;
	scratch_begin(office, DB_GET);
	assert_int_equal(q_people_line(office, a, ANN, "adviser", NORTH,
	    "record", "call", NOW_US, &line), ERR_OK);
	assert_int_equal(q_people_seen(office, line.id, "[12,14]", NULL),
	    ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM access_subject"
	    " WHERE contact_id IN (12, 14)"), 2);
	assert_int_not_equal(scratch_errno("office",
	    "DELETE FROM access_subject"), 0);
	assert_int_not_equal(scratch_errno("office",
	    "UPDATE audit_event SET verb = 'x'"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    a_contact_is_seen_by_its_adviser_its_team_or_everyone,
		    arrange),
		cmocka_unit_test_setup(
		    the_list_shows_each_contact_once_page_after_page,
		    arrange),
		cmocka_unit_test_setup(
		    a_name_is_found_by_the_beginning_of_any_word_once_indexed,
		    arrange),
		cmocka_unit_test_setup(
		    a_changed_name_is_not_found_by_what_it_was, arrange),
		cmocka_unit_test_setup(a_step_of_the_app_is_good_once,
		    arrange),
		cmocka_unit_test_setup(whoever_is_disabled_is_out_at_once,
		    arrange),
		cmocka_unit_test_setup(
		    an_invitation_is_taken_up_once_and_never_by_who_is_disabled,
		    arrange),
		cmocka_unit_test_setup(a_reset_leaves_nothing_that_lets_in,
		    arrange),
		cmocka_unit_test_setup(
		    those_who_oversee_hear_of_it_but_for_who_did_it, arrange),
		cmocka_unit_test_setup(
		    a_page_may_note_who_looked_and_change_nothing_else,
		    arrange),
	};

	return cmocka_run_group_tests_name("office", tests, open_all,
	    close_all);
}
