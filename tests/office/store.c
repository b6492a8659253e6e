/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a second factor is worth twice, and who is out at once (GDPR 25, 32).
 */
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

/* Two teams; Ann and Bob in the first, Cleo in the second. */
enum { ANN = 1, BOB, CLEO };
enum { NORTH = 1, SOUTH };

static struct arena *a;
static struct db *office;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = scratch_open("office");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(office);
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

static enum err
enter_in_tx(struct db *db, void *arg)
{
	struct q_auth_team_enter row;

	(void)arg;
	return q_auth_team_enter(db, a, SOUTH, &row);
}

static void
a_team_that_was_closed_meanwhile_takes_in_nobody_and_nothing(void **state)
{
	(void)state;
	assert_int_equal(scratch_try(office, enter_in_tx, NULL), ERR_OK);
	scratch_sql("UPDATE team SET is_closed = TRUE WHERE id = 2");
	assert_int_equal(scratch_try(office, enter_in_tx, NULL),
	    ERR_NOTFOUND);
}

static enum err
lock_in_tx(struct db *db, void *arg)
{
	struct q_auth_team_lock row;
	enum err e;

	if ((e = q_auth_team_lock(db, a, SOUTH, &row)) == ERR_OK)
		*(bool *)arg = row.is_used;
	return e;
}

static bool
is_used(void)
{
	bool is = false;

	assert_int_equal(scratch_try(office, lock_in_tx, &is), ERR_OK);
	return is;
}

/* In use only by what each statement puts there. */
static void
a_team_is_not_closed_while_anybody_or_anything_is_left_in_it(void **state)
{
	static const char *const left[] = {
		"UPDATE staff SET team_id = 2 WHERE id = 3",
		"UPDATE contact SET team_id = 2 WHERE id = 15",
		"UPDATE organisation SET team_id = 2 WHERE id = 5",
		"UPDATE bulk SET state = 'ready' WHERE id = 6",
		"UPDATE import SET state = 'checked' WHERE id = 7",
	};
	size_t i;

	(void)state;
	scratch_sql("INSERT INTO organisation (id, name, sort_name, language,"
	    " visibility, created_us, updated_us) VALUES (5, 'Firm', 'firm',"
	    " 'fr', 'team', 1, 1)");
	scratch_sql("INSERT INTO bulk (id, staff_id, action, state, reason,"
	    " has_team, new_team_id, total, created_us, expires_us) VALUES"
	    " (6, 1, 'assign', 'done', 'order', TRUE, 2, 1, 0, 1)");
	scratch_sql("INSERT INTO import (id, staff_id, team_id, state,"
	    " size_bytes, file_mac, created_us, expires_us) VALUES (7, 1, 2,"
	    " 'done', 1, REPEAT('m', 32), 1, 1)");
	for (i = 0; i < LENGTH(left); i++) {
		scratch_sql("UPDATE staff SET team_id = 1");
		scratch_sql("UPDATE contact SET team_id = 1");
		scratch_sql("UPDATE organisation SET team_id = NULL");
		scratch_sql("UPDATE bulk SET state = 'done'");
		scratch_sql("UPDATE import SET state = 'done'");
		assert_false(is_used());
		scratch_sql(left[i]);
		assert_true(is_used());
	}
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

struct renaming {
	const char *name;
	uint64_t version;
	uint64_t n;
};

static enum err
rename_in_tx(struct db *db, void *arg)
{
	struct renaming *k = arg;

	return q_site_update(db, k->name, "L", "A", "c@x.org", "D", "d@x.org",
	    "CNIL", "https://cnil.example", "FR", 3, 30, 14, k->version,
	    &k->n);
}

static void
a_change_over_another_version_of_the_company_changes_nothing(void **state)
{
	struct renaming mine = { "Mine", 1, 9 }, late = { "Late", 1, 9 };
	struct q_site_load row;

	(void)state;
	scratch_sql("INSERT INTO site (id, name, legal_name, address,"
	    " contact_email, dpo_name, dpo_email, authority_name,"
	    " authority_url, holidays, cooling_off_minutes, backup_days,"
	    " binlog_days) VALUES (1, 'X', 'X', 'X', 'x@x', 'X', 'x@x', 'X',"
	    " 'x', 'FR', 3, 30, 14)");
	scratch_begin(office, DB_POST);
	assert_int_equal(tx_run(office, NULL, a, rename_in_tx, &mine, NULL),
	    ERR_OK);
	assert_int_equal(tx_run(office, NULL, a, rename_in_tx, &late, NULL),
	    ERR_OK);
	assert_int_equal(mine.n, 1);
	assert_int_equal(late.n, 0);
	assert_int_equal(q_site_load(office, a, &row), ERR_OK);
	assert_string_equal(row.name, "Mine");
	assert_int_equal(row.version, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_step_of_the_app_is_good_once,
		    arrange),
		cmocka_unit_test_setup(
		    a_team_that_was_closed_meanwhile_takes_in_nobody_and_nothing,
		    arrange),
		cmocka_unit_test_setup(
		    a_team_is_not_closed_while_anybody_or_anything_is_left_in_it,
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
		cmocka_unit_test_setup(
		    a_change_over_another_version_of_the_company_changes_nothing,
		    arrange),
	};

	return cmocka_run_group_tests_name("office", tests, open_all,
	    close_all);
}
