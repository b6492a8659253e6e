/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The db room on a real MariaDB.
 */
#include "tests/db/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void
a_table_can_be_read(void **state)
{
	struct db *db = scratch_open("portal");

	(void)state;
	assert_int_equal(db_check_health(db), ERR_OK);
	assert_int_equal(db_check_schema(db, DB_SCHEMA_VERSION), ERR_OK);
	assert_int_equal(db_check_schema(db, DB_SCHEMA_VERSION + 1), ERR_DOWN);
	db_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
