/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper as it exports for staff (GDPR 5(1)(c)).
 */
#include "tests/export/staff-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "export/export_staff.h"
#include "export/export_staff_keeper.h"
#include "keys/seal.h"
#include "ledger/ledger.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

static struct config config = { .site = "t", .languages = { "en", NULL },
    .locale_dir = "/nonexistent" };
static const struct job_row rows[] = {
	{ "export_staff", SECOND_US, false, export_staff_build },
	{ "export_staff_expire", SECOND_US, true, export_staff_expire },
	{ "export_staff_note", SECOND_US, false, export_staff_note },
};
static struct keys *office_keys;
static struct ledger *ledger;

struct arena *staff_arena;
struct keys *staff_keys;
struct db *staff_keeper, *staff_office;
struct job staff_build, staff_expire, staff_note;

static struct job
job_of(size_t i)
{
	return (struct job){ .row = &rows[i], .config = &config,
	    .keys = staff_keys, .db = staff_keeper, .ledger = ledger,
	    .owner = "test", .arena = arena_open(), .now_us = STAFF_NOW_US };
}

int
staff_fixture_open(void **state)
{
	(void)state;
	staff_arena = arena_open();
	staff_keys = fixture_keys(KEYS_KEEPER);
	office_keys = fixture_keys(KEYS_OFFICE);
	staff_keeper = scratch_open("keeper");
	staff_office = scratch_open("office");
	ledger = ledger_open(staff_keeper, staff_keys, KEYS_KEEPER);
	staff_build = job_of(0);
	staff_expire = job_of(1);
	staff_note = job_of(2);
	return 0;
}

int
staff_fixture_close(void **state)
{
	(void)state;
	staff_fixture_die();
	ledger_close(ledger);
	db_close(staff_keeper);
	db_close(staff_office);
	arena_close(staff_build.arena);
	arena_close(staff_expire.arena);
	arena_close(staff_note.arena);
	keys_close(staff_keys);
	keys_close(office_keys);
	arena_close(staff_arena);
	return 0;
}

int
staff_fixture_fill(void **state)
{
	(void)state;
	staff_fixture_die();
	scratch_empty();
	scratch_sql("INSERT INTO site VALUES (1, 'Demo', 'Demo SAS', 'Quay 1', "
	    "'hello@d.example', 'Dee', 'dpo@d.example', 'CNIL', "
	    "'https://cnil.fr', 'FR', 3, 30, 7, 1, 500)");
	scratch_sql("INSERT INTO team (id, name) VALUES (1, 'North'), "
	    "(2, 'South')");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "team_id, language, state, created_us) VALUES "
	    "(1, 'a@d.example', 'a@d.example', 'Ada Viser', 'adviser', 1, "
	    "'en', 'active', 0), (2, 'l@d.example', 'l@d.example', 'Lee D.', "
	    "'lead', 1, 'en', 'active', 0), (3, 'd@d.example', 'd@d.example', "
	    "'Dee Pio', 'dpo', NULL, 'en', 'active', 0)");
	scratch_sql("INSERT INTO contact (id, reference, kind, given_name, "
	    "family_name, language, email, phone, postcode, city, country, "
	    "visibility, team_id, source, basis, collected_us, "
	    "last_person_us, created_us, updated_us) VALUES "
	    "(1, 'C000000001', 'customer', 'Given-one', 'Family-one', 'fr', "
	    "'one@x.example', '+33611223344', '44000', 'Nantes', 'FR', "
	    "'team', 1, 'staff', 'contract', 1760000000000000, "
	    "1770000000000000, 0, 0), (2, 'C000000002', 'prospect', 'Given-two', "
	    "'=1+1', 'fr', 'two@x.example', NULL, '69001', '@Lyon', 'FR', "
	    "'everyone', NULL, 'form:letters', 'consent', 1760000000000000, "
	    "1770000000000000, 0, 0), (3, 'C000000003', 'prospect', "
	    "'Given-three', 'Family \"three\", the', 'en', NULL, NULL, "
	    "'SW1A 1AA', 'London', 'GB', 'owner', NULL, 'staff', 'contract', "
	    "1760000000000000, 1770000000000000, 0, 0)");
	scratch_sql("UPDATE contact SET owner_id = 1 WHERE id = 3");
	scratch_sql("INSERT INTO snapshot (id, staff_id, sealed, state, n, "
	    "created_us, expires_us) VALUES (9, 1, '', 'ready', 3, 0, "
	    "9000000000000000)");
	scratch_sql("INSERT INTO snapshot_contact VALUES (9, 1, 3), "
	    "(9, 2, 1), (9, 3, 2)");
	return 0;
}

void
staff_fixture_many(unsigned n)
{
	scratch_sql("DELETE FROM snapshot_contact");
	scratch_sql(arena_printf(staff_arena, "INSERT INTO contact (id, "
	    "reference, kind, given_name, family_name, language, email, "
	    "phone, street, postcode, city, country, visibility, source, "
	    "basis, collected_us, last_person_us, created_us, updated_us) "
	    "SELECT 99 + seq, CONCAT('M', 100000000 + seq), 'customer', "
	    "CONCAT('Given', seq), CONCAT('Family', seq), 'fr', "
	    "CONCAT('person', seq, '@example.org'), '+33612345678', "
	    "CONCAT(seq, ' rue du Port'), '44000', 'Nantes', 'FR', "
	    "'everyone', 'staff', 'contract', 1760000000000000, "
	    "1770000000000000, 0, 0 FROM seq_1_to_%u", n));
	scratch_sql("INSERT INTO snapshot_contact SELECT 9, id - 99, id FROM "
	    "contact WHERE id > 99");
	scratch_sql(arena_printf(staff_arena, "UPDATE snapshot SET n = %u", n));
}

void
staff_fixture_ask(const char *format, const char *columns,
    uint64_t contact_id)
{
	scratch_sql(arena_printf(staff_arena, "INSERT INTO staff_export (id, "
	    "staff_id, contact_id, snapshot_id, format, columns, reason, "
	    "is_pseudonymised, state, mark, total, created_us, expires_us) "
	    "SELECT " STAFF_EXPORT ", 1, NULLIF(%" PRIu64 ", 0), IF(%" PRIu64
	    " = 0, 9, NULL), '%s', '%s', 'case', 0, 'waiting', "
	    "X'9f3a1c2b4d5e6f70', IF(%" PRIu64 " = 0, n, 1), "
	    "1799999000000000, 1800080000000000 FROM snapshot WHERE id = 9",
	    contact_id, contact_id, format, columns, contact_id));
}

enum err
staff_fixture_batch(struct job *job)
{
	enum err e;

	scratch_begin(job->db, DB_JOB);
	job->lease_us = 0;
	job->is_more = false;
	assert_int_equal(job_lead(job), ERR_OK);
	e = job->row->run(job);
	arena_wipe(job->arena);
	return e;
}

void
staff_fixture_run(struct job *job)
{
	do {
		assert_int_equal(staff_fixture_batch(job), ERR_OK);
	} while (job->is_more);
}

void
staff_fixture_die(void)
{
	if (staff_build.memory != NULL)
		staff_build.drop(staff_build.memory);
	staff_build.memory = NULL;
}

struct bytes
staff_fixture_file(void)
{
	struct q_export_staff_chunk chunk;
	struct q_export_staff_key wrapped;
	unsigned char key[KEY_BYTES];
	struct bytes plain;
	struct buf file;
	uint64_t i, n = scratch_count("staff_export_chunk");

	scratch_begin(staff_office, DB_GET);
	assert_int_equal(q_export_staff_key(staff_office, staff_arena, 6,
	    &wrapped), ERR_OK);
	assert_int_equal(export_key_unwrap(staff_arena, office_keys, 6,
	    wrapped.wrapped, key), ERR_OK);
	buf_open(&file, staff_arena);
	for (i = 0; i < n; i++) {
		assert_int_equal(q_export_staff_chunk(staff_office,
		    staff_arena, 6, i, &chunk), ERR_OK);
		assert_int_equal(unseal(staff_arena, key, seal_aad(
		    staff_arena, EXPORT_STAFF_PLACE, STAFF_EXPORT, i),
		    chunk.sealed, &plain), ERR_OK);
		buf_add(&file, plain.ptr, plain.len);
	}
	assert_int_equal(file.len, scratch_number("SELECT size_bytes "
	    "FROM staff_export"));
	return buf_bytes(&file);
}

const char *
staff_fixture_state(void)
{
	return scratch_text(staff_arena, "SELECT state FROM staff_export");
}

const char *
staff_fixture_why(void)
{
	return scratch_text(staff_arena, "SELECT COALESCE(why, '') FROM "
	    "staff_export");
}
