/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two teams, their staff, and requests of theirs.
 */
#include "tests/lists/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_keeper.h"
#include "lists/lists_keeper.h"
#include "lists/lists_snapshot.h"
#include "tests/db/scratch.h"

struct arena *a;
struct db *office, *keeper;
static struct query table[Q__MAX];
static struct config config = { .country = "FR" };
static struct worker worker = { .config = &config };

/* The office's statements, and one that counts what they read. */
static struct db *
counting_office(void)
{
	struct db_config how;
	struct db *db;

	memcpy(table, db_table_office, sizeof(table));
	table[Q_LISTS_ABOUT].text = "SELECT CAST(SUM(VARIABLE_VALUE) AS "
	    "UNSIGNED) FROM information_schema.SESSION_STATUS WHERE "
	    "VARIABLE_NAME LIKE 'Handler_read%'";
	scratch_config("office", &how);
	assert_int_equal(db_open(&how, table, &db), ERR_OK);
	return db;
}

int
lists_open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = counting_office();
	keeper = scratch_open("keeper");
	return 0;
}

int
lists_close_all(void **state)
{
	(void)state;
	db_close(office);
	db_close(keeper);
	arena_close(a);
	return 0;
}

void
lists_arrange_staff(void)
{
	scratch_empty();
	scratch_sql("INSERT INTO team (id, name) VALUES (1, 'North'),"
	    " (2, 'South')");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role,"
	    " team_id, language, state, created_us) VALUES"
	    " (1, 'a@x', 'a@x', 'Ann', 'adviser', 1, 'fr', 'active', 1),"
	    " (2, 'b@x', 'b@x', 'Bob', 'adviser', 1, 'fr', 'active', 1),"
	    " (3, 'c@x', 'c@x', 'Cleo', 'adviser', 2, 'fr', 'active', 1),"
	    " (4, 'd@x', 'd@x', 'Dora', 'dpo', NULL, 'fr', 'active', 1)");
	scratch_sql("INSERT INTO tag (id, name, name_key) VALUES"
	    " (1, 'Seaside', 'seaside'), (2, 'Rare', 'rare')");
}

void
lists_run(const char *name, enum err (*fn)(struct job *job))
{
	const struct job_row row = { name, SECOND_US, false, fn };
	struct keys *keys = keys_from_root((const unsigned char *)
	    "0123456789abcdef0123456789abcdef", 1, 1, KEYS_KEEPER);
	struct job job = { .row = &row, .db = keeper, .owner = "test",
	    .arena = a, .now_us = NOW_US, .keys = keys };

	do {
		job.is_more = false;
		scratch_begin(keeper, DB_JOB);
		assert_int_equal(job_lead(&job), ERR_OK);
		assert_int_equal(fn(&job), ERR_OK);
	} while (job.is_more);
	job_resign(&job);
	free(job.memory);
	keys_close(keys);
}

void
lists_run_index(void)
{
	lists_run("contact_index", contacts_keeper_index);
}

/* A lists_request of a member of staff. */
struct ctx
lists_request(uint64_t staff, uint64_t team)
{
	struct ctx c = { .arena = a, .worker = &worker, .db = office,
	    .now_us = NOW_US, .lang = "fr" };

	c.caller.staff_id = staff;
	c.caller.team_id = team;
	c.caller.role = staff == DORA ? ROLE_DPO : ROLE_ADVISER;
	scratch_begin(office, DB_GET);
	return c;
}

struct lists_asked
lists_asked_for(const char *filter, const char *words)
{
	struct lists_asked asked = { .query.words = words };

	assert_int_equal(lists_filter_read(a, filter, &asked.filter), ERR_OK);
	return asked;
}

/* The ids of a list, "13 11 ": all its pages of ${most}. */
const char *
lists_ids_of(struct ctx *c, const struct lists_asked *asked, uint64_t most)
{
	struct lists_found found;
	uint64_t after = 0;
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_text(&b, "");
	do {
		assert_int_equal(lists_find(c, asked, after, most, &found),
		    ERR_OK);
		assert_false(found.is_cut);
		for (i = 0; i < found.n; i++)
			buf_text(&b, arena_printf(a, "%" PRIu64 " ",
			    found.rows[i].id));
		if (found.n > 0)
			after = found.rows[found.n - 1].id;
	} while (found.n == most);
	return b.len == 0 ? "" : b.ptr;
}

uint64_t
lists_snapshot_of(uint64_t staff, const char *filter)
{
	struct keys *keys = keys_from_root((const unsigned char *)
	    "0123456789abcdef0123456789abcdef", 1, 1, KEYS_OFFICE);
	struct lists_snapshot f = { .reason = "daily" };
	struct bytes sealed;

	assert_int_equal(lists_filter_read(a, filter, &f.filter), ERR_OK);
	sealed = lists_snapshot_seal(a, keys, staff, NOW_US, &f);
	keys_close(keys);
	scratch_sql(arena_printf(a, "INSERT INTO snapshot (staff_id, sealed, "
	    "state, created_us, expires_us) VALUES (%d, x'%s', 'waiting', "
	    "%" PRId64 ", %" PRId64 ")", (int)staff, hex_write(a, sealed),
	    NOW_US, NOW_US + HOUR_US));
	lists_run("snapshot_walk", lists_keeper_walk);
	return scratch_number("SELECT MAX(id) FROM snapshot");
}
