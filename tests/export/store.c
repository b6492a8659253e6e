/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Copies: made whole for the person they are of, signed, sealed, and gone at
 * their time (GDPR 15(3), 20(1); LAW R36).
 */
#include "export/export_keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "evidence/evidence.h"
#include "export/export.h"
#include "export/package_check.h"
#include "keys/person.h"
#include "ledger/ledger.h"
#include "ledger/ledger_keeper.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)

static struct config config = { .site = "t", .languages = { "en", NULL },
    .portal_url = "https://p.example" };
static const struct job_row build_row = { .name = "export_build",
    .run = export_build };
static const struct job_row expire_row = { .name = "export_expire",
    .run = export_expire };

static struct arena *a;
static struct keys *keys;
static struct db *keeper, *portal;
static struct ledger *ledger;
static struct job build, expire;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	keys = fixture_keys(KEYS_KEEPER);
	config.templates = arena_printf(a, "%s/templates",
	    TEST_SOURCE);
	config.locale_dir = "/nonexistent";
	keeper = scratch_open("keeper");
	portal = scratch_open("portal");
	ledger = ledger_open(keeper, keys, KEYS_KEEPER);
	build = (struct job){ .row = &build_row, .config = &config,
	    .keys = keys, .db = keeper, .ledger = ledger, .owner = "test",
	    .arena = arena_open(), .now_us = NOW_US };
	expire = build;
	expire.row = &expire_row;
	expire.arena = arena_open();
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	ledger_close(ledger);
	db_close(keeper);
	db_close(portal);
	arena_close(build.arena);
	arena_close(expire.arena);
	keys_close(keys);
	arena_close(a);
	return 0;
}

static enum err
take_key(struct db *db, void *arg)
{
	const struct person_key wanted = { 1, PERSON_LIVE, NOW_US };

	return person_key_take(db, a, keys, &wanted, arg);
}

/* One person with something everywhere, and somebody else. */
static int
fill(void **state)
{
	unsigned char key[KEY_BYTES];
	struct bytes old, new;

	(void)state;
	fixture_rows();
	scratch_sql("INSERT INTO site VALUES (1, 'Demo', 'Demo SAS', 'Quay 1', "
	    "'hello@d.example', 'Dee', 'dpo@d.example', 'CNIL', "
	    "'https://cnil.fr', 'FR', 3, 30, 7, 1, 500)");
	scratch_sql("INSERT INTO notice_text VALUES (1, 'en', "
	    "'[{\"key\":\"recipients\",\"heading\":\"Who gets it\","
	    "\"text\":\"Only the carrier-word\"}]')");
	scratch_sql("UPDATE contact SET given_name = 'Given-word', "
	    "email = 'mail-word@x.example', phone = '+33611223344', "
	    "city = 'City-word' WHERE id = 1");
	scratch_sql("UPDATE contact SET given_name = 'Stranger' WHERE id = 2");
	scratch_sql("INSERT INTO contact_provenance VALUES "
	    "(1, 'email', 'form:letters', 'consent', 1, 5)");
	scratch_sql("INSERT INTO interaction (contact_id, kind, "
	    "is_from_person, title, at_us) VALUES "
	    "(1, 'request', 1, 'Request-word', 7), "
	    "(1, 'note', 0, 'Note-word', 8), (2, 'note', 0, 'Other-word', 9)");
	scratch_sql("INSERT INTO rights_request (id, reference, kind, door, "
	    "contact_id, language, state, received_us, received_day, "
	    "target_day, working_day, due_day) VALUES (4, 'R-word', 'access', "
	    "'account', 1, 'en', 'open', 9, '2027-01-01', '2027-01-20', "
	    "'2027-01-27', '2027-02-01')");
	scratch_sql("INSERT INTO package (id, contact_id, request_id, kind, "
	    "language, state, created_us, expires_us) VALUES (6, 1, 4, "
	    "'access', 'en', 'waiting', 9, 1800604800000000)");
	assert_int_equal(tx_run(keeper, NULL, a, take_key, key, NULL),
	    ERR_OK);
	old = person_seal(a, key, "contact_history", "old_sealed", 1,
	    "Old-word");
	new = person_seal(a, key, "contact_history", "new_sealed", 1,
	    "New-word");
	scratch_sql(arena_printf(a, "INSERT INTO contact_history (contact_id, "
	    "field, old_sealed, new_sealed, by_kind, at_us) VALUES (1, 'city', "
	    "X'%s', X'%s', 'person', 3)", hex_write(a, old),
	    hex_write(a, new)));
	return 0;
}

static void
run(struct job *job)
{
	job->lease_us = 0;
	assert_int_equal(job_lead(job), ERR_OK);
	assert_int_equal(job->row->run(job), ERR_OK);
	arena_wipe(job->arena);
}

/* The package as the portal would send it. */
static struct bytes
read_back(struct package *ret_p)
{
	struct q_export_chunk chunk;
	const char *why;
	unsigned char key[KEY_BYTES];
	struct bytes plain;
	struct buf zip;
	uint64_t i, n;

	n = scratch_number("SELECT COUNT(*) FROM package_chunk "
	    "WHERE package_id = 6");
	assert_true(n > 0);
	assert_int_equal(person_key_load(keeper, a, keys, 1, PERSON_LIVE,
	    key), ERR_OK);
	buf_open(&zip, a);
	for (i = 0; i < n; i++) {
		assert_int_equal(q_export_chunk(portal, a, 6, i, &chunk),
		    ERR_OK);
		assert_int_equal(unseal(a, key, seal_aad(a,
		    EXPORT_CHUNK_PLACE, "6", i), chunk.sealed, &plain),
		    ERR_OK);
		buf_add(&zip, plain.ptr, plain.len);
	}
	assert_int_equal(zip.len, scratch_number("SELECT size_bytes "
	    "FROM package WHERE id = 6"));
	assert_int_equal(package_read(a, buf_bytes(&zip), ret_p, &why),
	    ERR_OK);
	return buf_bytes(&zip);
}

static bool
says(const struct package *p, const char *name, const char *word)
{
	const struct package_file *f = package_find(p, name);

	return f != NULL && strstr((const char *)arena_textn(a, f->bytes.ptr,
	    f->bytes.len), word) != NULL;
}

static struct jwks
directory(void)
{
	struct jwk *key = arena_take(a, sizeof(*key));

	jwk_from_seed(key_get(keys, KEY_RECEIPT_SEED), JWK_RECEIPT, 1, key);
	return (struct jwks){ 1, key };
}

static void
a_copy_holds_all_that_is_held_and_nothing_of_others(void **state)
{
	static const char *const words[] = { "Given-word", "mail-word",
		"+33611223344", "City-word", "Request-word",
		"Note-word", "Old-word", "New-word", "R-word",
		"carrier-word" };
	struct package p;
	size_t i;

	(void)state;
	run(&build);
	read_back(&p);
	for (i = 0; i < LENGTH(words); i++) {
		assert_true(says(&p, "data.json", words[i]));
		assert_true(says(&p, "index.html", words[i]));
	}
	/* codes in the data, words on the page */
	assert_true(says(&p, "data.json", "form:letters"));
	assert_false(says(&p, "index.html", "form:letters"));
	assert_true(says(&p, "index.html", "(letters)"));
	assert_false(says(&p, "data.json", "Stranger"));
	assert_false(says(&p, "data.json", "Other-word"));
	assert_true(says(&p, "csv/history.csv", "Old-word"));
	assert_true(says(&p, "contact.vcf", "mail-word@x.example"));
}

static void
a_copy_says_where_they_belong_and_of_a_firm_only_its_name(void **state)
{
	struct package p;

	(void)state;
	scratch_sql("INSERT INTO organisation (id, name, sort_name, "
	    "registration, language, note, created_us, updated_us) VALUES "
	    "(1, 'Firm-word', 'firm', 'REG-word', 'fr', 'Hint-word', 1, 1), "
	    "(2, 'Rival-word', 'rival', '', 'fr', '', 1, 1)");
	scratch_sql("INSERT INTO membership VALUES (1, 1, 'Title-word', "
	    "'2024-02-29', 1), (2, 2, 'Spy-word', NULL, 1)");
	run(&build);
	read_back(&p);
	assert_true(says(&p, "data.json", "Firm-word"));
	assert_true(says(&p, "data.json", "Title-word"));
	assert_true(says(&p, "csv/organisation.csv", "2024-02-29"));
	assert_true(says(&p, "index.html", "Firm-word"));
	assert_true(says(&p, "contact.vcf", "ORG:Firm-word"));
	assert_true(says(&p, "contact.vcf", "TITLE:Title-word"));
	assert_false(says(&p, "data.json", "REG-word"));
	assert_false(says(&p, "data.json", "Hint-word"));
	assert_false(says(&p, "data.json", "Rival-word"));
	assert_false(says(&p, "data.json", "Spy-word"));
}

struct scan {
	struct bytes file;
	uint64_t id;
};

static enum err
store_scan(struct db *db, void *arg)
{
	struct scan *scan = arg;
	const struct evidence_new row = { 1, evidence_kind_of(scan->file),
	    scan->file, 1, NOW_US };

	return evidence_store(db, a, fixture_keys(KEYS_OFFICE), &row,
	    &scan->id);
}

static void
a_copy_holds_the_recordings_and_scans_byte_for_byte(void **state)
{
	struct jwks keys_published = directory();
	struct db *office = scratch_open("office");
	struct package_verdict v;
	const struct package_file *f;
	struct scan scan = { text_bytes("%PDF-1.7 scan-word"), 0 };
	struct package p;

	(void)state;
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "language, state, created_us) VALUES (1, 'a@x', 'a@x', "
	    "'Ann-word', 'adviser', 'fr', 'active', 1)");
	scratch_begin(office, DB_POST);
	assert_int_equal(tx_run(office, NULL, a, store_scan, &scan, NULL),
	    ERR_OK);
	db_close(office);
	run(&build);
	read_back(&p);
	f = package_find(&p, evidence_file(a, scan.id, "pdf"));
	assert_non_null(f);
	assert_int_equal(f->bytes.len, scan.file.len);
	assert_memory_equal(f->bytes.ptr, scan.file.ptr, scan.file.len);
	assert_true(says(&p, "data.json", "evidence/"));
	assert_true(says(&p, "index.html", "evidence/"));
	assert_false(says(&p, "data.json", "Ann-word"));
	package_verify(&p, &keys_published, &v);
	assert_int_equal(v.finding, PACKAGE_GENUINE);
}

/* The text of the item of ${article}, NULL when it is not in the copy. */
static const char *
item_text(const struct package *p, const char *article)
{
	const struct package_file *f = package_find(p, "data.json");
	json_t *root = json_loadb((const char *)f->bytes.ptr, f->bytes.len,
	    0, NULL), *row;
	const char *text = NULL;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(root, "data"),
	    "information"), i, row)
		if (text_equal(article, json_string_value(json_object_get(row,
		    "article"))))
			text = arena_text(a, json_string_value(
			    json_object_get(row, "text")));
	json_decref(root);
	return text;
}

static void
assert_has_the_eight_items(void)
{
	static const char *const articles[] = { "15(1)(a)", "15(1)(b)",
		"15(1)(c)", "15(1)(d)", "15(1)(e)", "15(1)(f)", "15(1)(g)",
		"15(1)(h)", "15(2)" };
	struct package p;
	const char *text;
	size_t i;

	run(&build);
	read_back(&p);
	for (i = 0; i < LENGTH(articles); i++) {
		text = item_text(&p, articles[i]);
		if (text == NULL || *text == '\0')
			fail_msg("no item of %s", articles[i]);
		assert_true(says(&p, "index.html", articles[i]));
		assert_true(says(&p, "csv/information.csv", articles[i]));
	}
	assert_non_null(strstr(item_text(&p, "15(1)(b)"), "Your record"));
	assert_null(strstr(item_text(&p, "15(1)(b)"), "Erasures"));
	assert_non_null(strstr(item_text(&p, "15(1)(f)"), "CNIL"));
	assert_non_null(strstr(item_text(&p, "15(1)(g)"),
	    "you, on a form (letters)"));
}

static void
a_copy_has_the_eight_items_of_article_15_1(void **state)
{
	struct package p;

	(void)state;
	assert_has_the_eight_items();
	read_back(&p);
	assert_string_equal(item_text(&p, "15(1)(c)"),
	    "Only the carrier-word");
}

static void
a_copy_has_the_eight_items_whatever_the_notice_lacks(void **state)
{
	(void)state;
	scratch_sql("DELETE FROM notice_text");
	assert_has_the_eight_items();
}

static void
a_finished_copy_answers_its_case_and_sends_a_mail(void **state)
{
	(void)state;
	run(&build);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM package "
	    "WHERE state = 'ready' AND done = total AND ready_us IS NOT NULL"),
	    1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM rights_request "
	    "WHERE state = 'answered'"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox "
	    "WHERE template = 'export_ready' AND contact_id = 1"), 1);
}

static void
a_bundle_holds_only_what_the_person_gave(void **state)
{
	struct package p;

	(void)state;
	scratch_sql("UPDATE package SET kind = 'portability'");
	scratch_sql("UPDATE contact SET source = 'form:letters'");
	scratch_sql("INSERT INTO contact_provenance VALUES "
	    "(1, 'city', 'staff', 'legitimate_interest', 1, 5)");
	run(&build);
	read_back(&p);
	assert_true(says(&p, "data.json", "mail-word"));
	assert_true(says(&p, "data.json", "Request-word"));
	assert_false(says(&p, "data.json", "Note-word"));
	assert_false(says(&p, "data.json", "City-word"));
	assert_null(package_find(&p, "index.html"));
}

static void
a_copy_verifies_under_the_published_key(void **state)
{
	struct jwks keys_published = directory();
	struct package_verdict v;
	struct package p;

	(void)state;
	run(&build);
	read_back(&p);
	package_verify(&p, &keys_published, &v);
	assert_int_equal(v.finding, PACKAGE_GENUINE);
	assert_int_equal(v.files_signed, p.n - 2);
	assert_string_equal(v.about.site, "Demo");
}

static void
a_copy_that_a_dead_keeper_left_is_made_again(void **state)
{
	struct package p;

	(void)state;
	scratch_sql("UPDATE package SET state = 'building', fence = 1, "
	    "done = 3, total = 9");
	run(&build);
	read_back(&p);
	assert_int_equal(scratch_number("SELECT fence FROM package"), 2);
}

static void
a_keeper_that_leads_no_more_stores_no_copy(void **state)
{
	(void)state;
	build.lease_us = 0;
	assert_int_equal(job_lead(&build), ERR_OK);
	scratch_sql(arena_printf(a, "UPDATE lease SET owner = 'other', "
	    "fence = fence + 1 WHERE name = 'job.%s'", build.row->name));
	assert_int_equal(build.row->run(&build), ERR_CONFLICT);
	arena_wipe(build.arena);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM package_chunk"),
	    0);
	assert_int_equal(scratch_number("SELECT fence FROM package"), 0);
	scratch_sql("DELETE FROM lease");
}

static void
a_copy_that_fails_five_times_becomes_a_task_for_staff(void **state)
{
	(void)state;
	scratch_sql("UPDATE package SET fence = 5");
	run(&build);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM package "
	    "WHERE state = 'failed'"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task "
	    "WHERE kind = 'export.failed' AND state = 'open'"), 1);
}

static void
a_copy_goes_24_hours_after_its_first_whole_download(void **state)
{
	(void)state;
	run(&build);
	scratch_sql("INSERT INTO package_download (package_id, at_us, "
	    "is_whole) VALUES (6, 1800000001000000, 0), "
	    "(6, 1800000002000000, 1), (6, 1800000003000000, 1)");
	run(&expire);
	assert_int_equal(scratch_number("SELECT expires_us FROM package"),
	    1800086402000000);
	expire.now_us = 1800086401999999;
	run(&expire);
	assert_true(scratch_number("SELECT COUNT(*) FROM package_chunk") > 0);
	expire.now_us = 1800086402000000;
	run(&expire);
	expire.now_us = NOW_US;
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM package_chunk"),
	    0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM package "
	    "WHERE state = 'destroyed'"), 1);
}

static void
a_copy_goes_when_its_case_is_cancelled(void **state)
{
	(void)state;
	run(&build);
	scratch_sql("UPDATE rights_request SET state = 'cancelled'");
	run(&expire);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM package_chunk"),
	    0);
}

static int
write_file(const char *path, struct bytes data)
{
	FILE *f = fopen(path, "wb");
	size_t n;

	if (f == NULL)
		return 1;
	n = fwrite(data.ptr, 1, data.len, f);
	return fclose(f) != 0 || n != data.len;
}

/* For verify.sh: the copy of each kind, and the directory, as files. */
static int
write_all(const char *folder)
{
	struct jwks published;
	struct package p;
	const char *text;
	int failed;

	open_all(NULL);
	fill(NULL);
	run(&build);
	failed = write_file(arena_printf(a, "%s/access.zip", folder),
	    read_back(&p));
	fill(NULL);
	scratch_sql("UPDATE package SET kind = 'portability'");
	run(&build);
	failed |= write_file(arena_printf(a, "%s/portability.zip", folder),
	    read_back(&p));
	published = directory();
	text = jwks_write(a, &published);
	failed |= write_file(arena_printf(a, "%s/jwks.json", folder),
	    (struct bytes){ (const unsigned char *)text, strlen(text) });
	close_all(NULL);
	return failed;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    a_copy_holds_the_recordings_and_scans_byte_for_byte, fill),
		cmocka_unit_test_setup(
		    a_copy_holds_all_that_is_held_and_nothing_of_others, fill),
		cmocka_unit_test_setup(
		    a_copy_says_where_they_belong_and_of_a_firm_only_its_name,
		    fill),
		cmocka_unit_test_setup(
		    a_copy_has_the_eight_items_of_article_15_1, fill),
		cmocka_unit_test_setup(
		    a_copy_has_the_eight_items_whatever_the_notice_lacks,
		    fill),
		cmocka_unit_test_setup(
		    a_finished_copy_answers_its_case_and_sends_a_mail, fill),
		cmocka_unit_test_setup(
		    a_bundle_holds_only_what_the_person_gave, fill),
		cmocka_unit_test_setup(
		    a_copy_verifies_under_the_published_key, fill),
		cmocka_unit_test_setup(
		    a_copy_that_a_dead_keeper_left_is_made_again, fill),
		cmocka_unit_test_setup(
		    a_keeper_that_leads_no_more_stores_no_copy, fill),
		cmocka_unit_test_setup(
		    a_copy_that_fails_five_times_becomes_a_task_for_staff, fill),
		cmocka_unit_test_setup(
		    a_copy_goes_24_hours_after_its_first_whole_download, fill),
		cmocka_unit_test_setup(
		    a_copy_goes_when_its_case_is_cancelled, fill),
	};

	if (argc == 3 && strcmp(argv[1], "write") == 0)
		return write_all(argv[2]);
	return cmocka_run_group_tests_name("export", tests, open_all,
	    close_all);
}
