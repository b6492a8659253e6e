/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * However many forms there are, all of them ask for a purpose's newest version,
 * and the last of them holds back what it asks for (GDPR 4(11), 7(1); CS6).
 */
#include "consent/consent_purposes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)

static const char *const languages[] = { "fr", NULL };

static struct arena *a;
static struct db *office;
static struct keys *keys;
static struct ledger *ledger;
static struct consent_purposes p;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = scratch_open("office");
	keys = fixture_keys(KEYS_OFFICE);
	ledger = ledger_open(office, keys, KEYS_OFFICE);
	p = (struct consent_purposes){ office, a, ledger, languages, "fr", 1,
	    NOW_US };
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	ledger_close(ledger);
	keys_close(keys);
	db_close(office);
	arena_close(a);
	return 0;
}

/* A letter, and 222 forms that ask for it by mail. */
static int
arrange(void **state)
{
	(void)state;
	fixture_rows();
	scratch_sql("DELETE FROM purpose_text");
	scratch_sql("DELETE FROM purpose_channel");
	scratch_sql("DELETE FROM purpose_version");
	scratch_sql("DELETE FROM purpose");
	scratch_sql("INSERT INTO site (id, name, legal_name, address, "
	    "contact_email, dpo_name, dpo_email, authority_name, "
	    "authority_url, holidays, cooling_off_minutes, backup_days, "
	    "binlog_days) VALUES (1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', "
	    "'FR', 1, 1, 1)");
	scratch_sql("INSERT INTO purpose (id, code, material_id) VALUES (5, "
	    "'letter', 20)");
	scratch_sql("INSERT INTO purpose_version (id, purpose_id, number, "
	    "basis, is_commercial, is_material, retention_months, created_us) "
	    "VALUES (20, 5, 1, 'consent', 1, 1, 36, 0)");
	scratch_sql("INSERT INTO purpose_channel VALUES (20, 'email'), (20, "
	    "'post')");
	scratch_sql("INSERT INTO purpose_text (purpose_version_id, language, "
	    "title, wording) VALUES (20, 'fr', 'Lettre', 'Oui.')");
	scratch_sql("INSERT INTO form (id, code, state, version_id) SELECT seq,"
	    " CONCAT('f', seq), 'published', 1000 + seq FROM seq_99_to_320");
	scratch_sql("INSERT INTO form_version (id, form_id, number, "
	    "notice_version_id, definition, created_us) SELECT 1000 + seq, "
	    "seq, 1, 1, '{\"fields\":[\"email\"],\"choices\":[{"
	    "\"purpose_version\":20,\"channels\":[\"email\"]}]}', 1 FROM "
	    "seq_99_to_320");
	return 0;
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	const char *why;
	uint64_t id;

	assert_ptr_equal(db, office);
	return consent_purpose_store(&p, 5, arg, &id, &why);
}

/* Store the next version, by post too or not, by mail or not. */
static enum err
store(const char *wording, bool by_mail)
{
	struct consent_now now;
	struct consent_wanted w;

	scratch_begin(office, DB_GET);
	assert_int_equal(consent_purpose_load(&p, 5, &now), ERR_OK);
	w = now.is;
	w.words[0].wording = wording;
	w.has[0] = by_mail;
	w.is_material = true;
	scratch_begin(office, DB_POST);
	return tx_run(office, NULL, a, store_in_tx, &w, NULL);
}

static void
however_many_forms_there_are_all_are_moved(void **state)
{
	(void)state;
	assert_int_equal(store("Oui, encore.", true), ERR_OK);
	assert_int_equal(scratch_count("form f JOIN form_version v ON v.id = "
	    "f.version_id WHERE v.number = 2 AND v.definition LIKE CONCAT("
	    "'%\"purpose_version\":', (SELECT MAX(id) FROM purpose_version), "
	    "',%')"), 222);
}

static void
the_last_of_many_forms_holds_back_what_it_asks_for(void **state)
{
	(void)state;
	scratch_sql("UPDATE form_version SET definition = "
	    "'{\"fields\":[\"email\"],\"choices\":[]}' WHERE form_id < 320");
	assert_int_equal(store("Non.", false), ERR_CONFLICT);
	scratch_sql("UPDATE form_version SET definition = "
	    "'{\"fields\":[\"email\"],\"choices\":[]}'");
	assert_int_equal(store("Non.", false), ERR_OK);
}

static void
the_last_of_many_forms_keeps_a_purpose_open(void **state)
{
	const char *code = NULL;

	(void)state;
	scratch_sql("UPDATE form SET state = 'draft' WHERE id < 320");
	scratch_begin(office, DB_GET);
	assert_int_equal(consent_purpose_form(&p, 5, &code), ERR_OK);
	assert_string_equal(code, "f320");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    however_many_forms_there_are_all_are_moved, arrange),
		cmocka_unit_test_setup(
		    the_last_of_many_forms_holds_back_what_it_asks_for,
		    arrange),
		cmocka_unit_test_setup(
		    the_last_of_many_forms_keeps_a_purpose_open, arrange),
	};

	return cmocka_run_group_tests_name("moves", tests, open_all,
	    close_all);
}
