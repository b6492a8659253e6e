/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The accounts on a real MariaDB: each may do what sql/grants.tsv says and
 * nothing else, and every statement prepares under its own account.
 * Law: GDPR 25, 32(4).
 */
#include "tests/db/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "db/grants.h"

#define REFUSED_TABLE	1142
#define REFUSED_COLUMN	1143
#define REFUSED_DATABASE 1044

static struct grants_row *rows;
static size_t n_rows;
static struct arena *arena;

static int
read_matrix(void **state)
{
	(void)state;
	arena = arena_open();
	return grants_read(arena, MATRIX, &rows, &n_rows) == ERR_OK ? 0 : -1;
}

static int
forget_matrix(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

static bool
is_refused(unsigned number)
{
	return number == REFUSED_TABLE || number == REFUSED_COLUMN ||
	    number == REFUSED_DATABASE;
}

/* A statement that needs exactly one right and touches no row. */
static const char *
probe(char letter, const char *table)
{
	switch (letter) {
	case 'S':
		return arena_printf(arena, "SELECT 1 FROM %s LIMIT 0", table);
	case 'I':
		return arena_printf(arena,
		    "INSERT INTO %s SELECT 1 FROM DUAL WHERE FALSE", table);
	case 'U':
		return arena_printf(arena,
		    "UPDATE %s AS x SET no_such_column = 1 WHERE FALSE",
		    table);
	default:
		return arena_printf(arena, "DELETE FROM %s WHERE FALSE",
		    table);
	}
}

static bool
may(const char *program, char letter, const char *table)
{
	return !is_refused(scratch_errno(program, probe(letter, table)));
}

static void
every_account_may_do_what_the_matrix_says_and_nothing_else(void **state)
{
	static const char letters[] = "SIUD";
	const char *table, *letter;
	unsigned account;
	size_t i, n = 0;

	(void)state;
	for (account = 0; account < ACCOUNT_OWNER; account++)
		for (i = 0; i < n_rows; i++)
			for (letter = letters; *letter != '\0'; letter++) {
				table = arena_printf(arena, "%s.%s",
				    rows[i].is_in_keys ? SCRATCH_KEYS :
				    SCRATCH_NAME, rows[i].table);
				if (may(account_names[account], *letter,
				    table) != (strchr(rows[i].verbs[account],
				    *letter) != NULL))
					fail_msg("%s %c %s is not as in the "
					    "matrix", account_names[account],
					    *letter, table);
				n++;
			}
	assert_int_equal(n, n_rows * 4 * ACCOUNT_OWNER);
}

static void
every_table_has_its_row(void **state)
{
	(void)state;
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM "
	    "information_schema.TABLES WHERE TABLE_SCHEMA IN ('t', 't_keys') "
	    "AND TABLE_TYPE = 'BASE TABLE'"), n_rows);
}

/* Said here once more, so that a slip in the matrix does not pass. */
static void
the_portal_reads_nothing_of_the_office(void **state)
{
	static const char *const tables[] = { "staff", "staff_recovery",
	    "staff_passkey", "passkey_question", "office_session",
	    "search_query", "audit_event",
	    "audit_subject", "archive_item", "log_state" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(tables); i++)
		assert_int_equal(scratch_errno("portal",
		    probe('S', tables[i])), REFUSED_TABLE);
}

static void
no_program_changes_a_ledger_and_only_the_keeper_prunes(void **state)
{
	static const char *const ledgers[] = { "consent_event",
	    "audit_event", "log_leaf", "log_head", "log_prune", "log_record",
	    "receipt" };
	unsigned account;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(ledgers); i++)
		for (account = 0; account < ACCOUNT_OWNER; account++) {
			assert_false(may(account_names[account], 'U',
			    ledgers[i]));
			if (account != ACCOUNT_KEEPER)
				assert_false(may(account_names[account], 'D',
				    ledgers[i]));
		}
}

static void
the_courier_reaches_no_contact_and_deletes_nothing(void **state)
{
	size_t i;

	(void)state;
	assert_false(may("courier", 'S', "contact"));
	assert_false(may("courier", 'S', "identity"));
	assert_false(may("courier", 'S', SCRATCH_KEYS ".person_key"));
	for (i = 0; i < n_rows; i++)
		assert_null(strchr(rows[i].verbs[ACCOUNT_COURIER], 'D'));
}

static void
no_program_shapes_tables_or_reads_files(void **state)
{
	static const char *const texts[] = {
	    "CREATE TABLE x (i INT)", "DROP TABLE health",
	    "ALTER TABLE health ADD COLUMN x INT", "TRUNCATE TABLE health",
	    "CREATE VIEW v AS SELECT 1", "LOCK TABLES health READ",
	    "GRANT SELECT ON t.health TO t_portal@localhost",
	    "SELECT 1 INTO OUTFILE '/tmp/assent-x'",
	    "SELECT 1 FROM mysql.global_priv", "SET GLOBAL read_only = 0",
	    "CREATE USER x", "KILL 1" };
	unsigned account;
	size_t i;

	(void)state;
	for (account = 0; account < ACCOUNT_OWNER; account++)
		for (i = 0; i < LENGTH(texts); i++)
			if (scratch_errno(account_names[account], texts[i]) ==
			    0)
				fail_msg("%s may: %s", account_names[account],
				    texts[i]);
}

static void
no_account_has_a_right_beyond_its_tables(void **state)
{
	(void)state;
	assert_int_equal(scratch_number(
	    "SELECT COUNT(*) FROM mysql.global_priv WHERE user LIKE 't\\_%' "
	    "AND JSON_VALUE(priv, '$.access') <> 0"), 0);
}

static void
every_statement_prepares_under_its_own_account(void **state)
{
	unsigned account;
	struct db *db;

	(void)state;
	for (account = 0; account < ACCOUNT__MAX; account++) {
		db = scratch_open(account_names[account]);
		if (db_check_statements(db) != ERR_OK)
			fail_msg("see above: %s", account_names[account]);
		db_close(db);
	}
}

static void
what_is_too_much_is_taken_back(void **state)
{
	static const struct grants_site site = { SCRATCH_NAME, SCRATCH_KEYS,
	    "localhost" };
	struct db *db = scratch_open("owner");

	(void)state;
	scratch_sql("GRANT SELECT, DELETE ON t.staff TO t_portal@localhost");
	scratch_sql("REVOKE SELECT ON t.site FROM t_portal@localhost");
	assert_int_equal(grants_apply(db, MATRIX, &site), ERR_OK);
	assert_false(may("portal", 'S', "staff"));
	assert_false(may("portal", 'D', "staff"));
	assert_true(may("portal", 'S', "site"));
	db_close(db);
}

static void
a_table_without_a_row_is_refused(void **state)
{
	static const struct grants_site site = { SCRATCH_NAME, SCRATCH_KEYS,
	    "localhost" };
	struct db *db = scratch_open("owner");

	(void)state;
	scratch_sql("CREATE TABLE stranger (i INT)");
	assert_int_equal(grants_apply(db, MATRIX, &site), ERR_INVALID);
	scratch_sql("DROP TABLE stranger");
	assert_int_equal(grants_apply(db, MATRIX, &site), ERR_OK);
	db_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_has_its_row),
		cmocka_unit_test(
		    every_account_may_do_what_the_matrix_says_and_nothing_else),
		cmocka_unit_test(the_portal_reads_nothing_of_the_office),
		cmocka_unit_test(
		    no_program_changes_a_ledger_and_only_the_keeper_prunes),
		cmocka_unit_test(
		    the_courier_reaches_no_contact_and_deletes_nothing),
		cmocka_unit_test(no_program_shapes_tables_or_reads_files),
		cmocka_unit_test(no_account_has_a_right_beyond_its_tables),
		cmocka_unit_test(
		    every_statement_prepares_under_its_own_account),
		cmocka_unit_test(what_is_too_much_is_taken_back),
		cmocka_unit_test(a_table_without_a_row_is_refused),
	};

	return cmocka_run_group_tests(tests, read_matrix, forget_matrix);
}
