/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files into the contacts: whole batches, once, and past nobody's erasure or
 * no (GDPR 5(1)(d), 7, 15(1)(g), 17(1), 18, 21(3); FEATURES X21, X22).
 */
#include "tests/import/bring-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/owner.h"
#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "keys/person.h"
#include "tests/db/scratch.h"

/* A reference that contact 1 has already, so many times. */
static unsigned n_taken;
const char *__real_contacts_reference(struct arena *arena);
const char *__wrap_contacts_reference(struct arena *arena);

const char *
__wrap_contacts_reference(struct arena *arena)
{
	if (n_taken == 0)
		return __real_contacts_reference(arena);
	n_taken--;
	return "C000000001";
}

/* What somebody else does once, between what a batch reads and stores. */
static const char *meanwhile[2];
enum err __real_consent_suppressed(struct db *db, struct arena *arena,
    const struct keys *k, struct consent_identifier *list, size_t n,
    int64_t at_us);
enum err __wrap_consent_suppressed(struct db *db, struct arena *arena,
    const struct keys *k, struct consent_identifier *list, size_t n,
    int64_t at_us);

enum err
__wrap_consent_suppressed(struct db *db, struct arena *arena,
    const struct keys *k, struct consent_identifier *list, size_t n,
    int64_t at_us)
{
	size_t i;

	for (i = 0; i < LENGTH(meanwhile); i++) {
		if (meanwhile[i] != NULL)
			scratch_sql(meanwhile[i]);
		meanwhile[i] = NULL;
	}
	return __real_consent_suppressed(db, arena, k, list, n, at_us);
}

static void
a_new_row_becomes_a_contact_with_its_origin(void **state)
{
	(void)state;
	assert_int_equal(bring_run("email;prénom;nom;téléphone;ville;pays\n"
	    "Zoe@Y.org;Zoé;L’Été;06 99 99 99 99;Nantes;fr\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 1);
	assert_int_equal(scratch_count(
	    "contact WHERE email_key = 'zoe@y.org' AND "
	    "email = 'Zoe@y.org' AND given_name = 'Zoé' AND family_name = "
	    "'L’Été' AND sort_name = 'l ete zoe' AND phone = "
	    "'+33699999999' AND city = 'Nantes' AND country = 'FR' AND "
	    "language = 'fr' AND kind = 'prospect' AND identity_id IS NULL "
	    "AND source = 'import:Salon 2026' AND basis = 'contract' AND "
	    "is_indexed AND visibility = 'everyone'"), 1);
	/* found by name at once */
	assert_string_equal(scratch_text(bring.a, "SELECT GROUP_CONCAT(word "
	    "ORDER BY word) FROM contact_word WHERE contact_id = (SELECT id "
	    "FROM contact WHERE email_key = 'zoe@y.org')"), "ete,l,zoe");
	assert_int_equal(scratch_number("SELECT collected_us FROM contact "
	    "WHERE email_key = 'zoe@y.org'"),
	    day_start_us(day_of(bring.now_us)));
}

static void
a_run_has_two_lines_in_the_audit_that_name_nobody(void **state)
{
	(void)state;
	assert_int_equal(bring_run("email\nzoe@y.org\nnonsense\n"), ERR_OK);
	assert_int_equal(scratch_count(
	    "audit_event WHERE verb = 'import.started' "
	    "AND actor = 'program'"), 1);
	assert_int_equal(scratch_count(
	    "audit_event WHERE verb = 'import.ended' AND "
	    "JSON_VALUE(detail, '$.created') = 1 AND "
	    "JSON_VALUE(detail, '$.rejected') = 1 AND "
	    "JSON_VALUE(detail, '$.basis') = 'contract'"), 1);
	assert_int_equal(scratch_count(
	    "audit_event WHERE detail LIKE '%y.org%'"), 0);
}

static void
an_import_gives_no_consent(void **state)
{
	(void)state;
	bring.import.terms.basis = "consent";
	assert_int_equal(bring_run("email\nzoe@y.org\nann@x.org\n"), ERR_OK);
	assert_int_equal(scratch_count("consent_event"), 0);
	assert_int_equal(scratch_count("consent_state"), 0);
}

static void
an_update_keeps_what_was_and_says_where_it_came_from(void **state)
{
	const struct person_place place = { "contact_history", "old_sealed",
	    1 };
	unsigned char key[KEY_BYTES];
	struct q_contacts_provenance *from;
	struct q_contacts_data *history;
	const char *before;
	size_t n;

	(void)state;
	assert_int_equal(bring_run(
	    "email,given_name,city\nann@x.org,Anna,Lyon\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 1);
	assert_int_equal(scratch_count(
	    "contact WHERE id = 1 AND given_name = 'Anna' "
	    "AND city = 'Lyon' AND phone = '+33612345678' AND version = 2 AND "
	    "source = 'staff' AND NOT is_indexed"), 1);
	scratch_begin(bring.portal, DB_POST);
	assert_int_equal(q_contacts_provenance(bring.portal, bring.a, 1, &from,
	    &n), ERR_OK);
	assert_int_equal(n, 2);
	assert_string_equal(from[0].field, "city");
	assert_string_equal(from[0].source, "import:Salon 2026");
	assert_string_equal(from[0].basis, "contract");
	assert_int_equal(q_contacts_data(bring.portal, bring.a, 1, &history,
	    &n), ERR_OK);
	assert_int_equal(n, 2);
	assert_string_equal(history[1].name, "given_name");
	assert_string_equal(history[1].text, "program");
	assert_int_equal(person_key_load(bring.portal, bring.a, bring.keys, 1,
	    PERSON_LIVE, key), ERR_OK);
	assert_int_equal(person_unseal(bring.a, key, &place,
	    history[1].sealed, &before), ERR_OK);
	assert_string_equal(before, "Ann");
}

static void
the_same_file_again_changes_nothing(void **state)
{
	const char *file = "email,given_name,city\nann@x.org,Anna,Lyon\n"
	    "zoe@y.org,Zoe,Brest\n";
	uint64_t sum;

	(void)state;
	assert_int_equal(bring_run(file), ERR_OK);
	sum = scratch_number("SELECT SUM(CRC32(CONCAT_WS('|', id, version, "
	    "given_name, city, updated_us))) FROM contact");
	assert_int_equal(bring_run(file), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_SAME], 2);
	bring.import.terms.policy = IMPORT_SKIP;
	assert_int_equal(bring_run(file), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_SAME], 2);
	assert_int_equal(scratch_number("SELECT SUM(CRC32(CONCAT_WS('|', id, "
	    "version, given_name, city, updated_us))) FROM contact"), sum);
	assert_int_equal(scratch_count("contact_history"), 2);
	assert_int_equal(bring.rejects.len, strlen("\xef\xbb\xbf"
	    "\"line\",\"reason\",\"email\",\"given_name\",\"city\"\r\n"));
}

static void
what_the_person_said_since_stands(void **state)
{
	(void)state;
	scratch_sql(arena_printf(bring.a,
	    "INSERT INTO contact_provenance VALUES "
	    "(1, 'given_name', 'account', 'contract', NULL, %lld), "
	    "(1, 'city', 'staff', 'contract', NULL, %lld)",
	    (long long)bring.now_us, (long long)(bring.now_us + 2 * DAY_US)));
	assert_int_equal(bring_run("email,given_name,city,street\n"
	    "ann@x.org,Anna,Lyon,1 quai\n"), ERR_OK);
	assert_int_equal(scratch_count(
	    "contact WHERE id = 1 AND given_name = 'Ann' "
	    "AND city = '' AND street = '1 quai'"), 1);
}

static void
an_empty_cell_takes_nothing_away(void **state)
{
	(void)state;
	assert_int_equal(bring_run("email,given_name,phone\nann@x.org,,\n"),
	    ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_SAME], 1);
	assert_int_equal(scratch_count(
	    "contact WHERE given_name = 'Ann' AND phone = "
	    "'+33612345678'"), 1);
}

static void
who_is_known_by_a_further_address_is_known(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO contact_reach (contact_id, kind, value, "
	    "value_key, label, source, basis, at_us) VALUES (1, 'email', "
	    "'ann@work.org', 'ann@work.org', 'work', 'staff', 'contract', 0)");
	assert_int_equal(bring_run("email,city\nAnn@work.org,Lyon\n"),
	    ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 0);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 1);
	/* found by it, and its main address stays */
	assert_int_equal(scratch_count("contact WHERE id = 1 AND city = 'Lyon' "
	    "AND email_key = 'ann@x.org'"), 1);
	bring.import.terms.policy = IMPORT_CREATE;
	assert_int_equal(bring_run("email,city\nann@work.org,Nice\n"),
	    ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 1);
	assert_int_equal(scratch_count("contact WHERE email_key = "
	    "'ann@work.org'"), 0);
}

static void
a_file_of_new_people_rejects_who_is_known(void **state)
{
	(void)state;
	bring.import.terms.policy = IMPORT_CREATE;
	assert_int_equal(bring_run(
	    "email,city\nann@x.org,Lyon\nzoe@y.org,Brest\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 1);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 1);
	assert_non_null(strstr(bring.rejects.ptr,
	    "\"2\",\"email: known already\",\"ann@x.org\",\"Lyon\"\r\n"));
	assert_int_equal(scratch_count("contact WHERE city = 'Lyon'"), 0);
}

static void
a_restricted_record_is_not_touched(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET restricted_us = 1, restriction = "
	    "'erasure' WHERE id = 1");
	assert_int_equal(bring_run("email,city\nann@x.org,Lyon\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 1);
	assert_int_equal(scratch_count("contact WHERE city = 'Lyon'"), 0);
}

static void
an_address_of_two_records_updates_neither(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO contact (reference, kind, language, "
	    "email_key, source, basis, collected_us, last_person_us, "
	    "created_us, updated_us) VALUES ('C2', 'prospect', 'fr', "
	    "'ann@x.org', 'staff', 'consent', 0, 0, 0, 0)");
	assert_int_equal(bring_run("email,city\nann@x.org,Lyon\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 1);
	assert_int_equal(scratch_count("contact WHERE city = 'Lyon'"), 0);
}

static void
bad_rows_are_counted_and_the_others_stored(void **state)
{
	(void)state;
	assert_int_equal(bring_run("email,phone\nb@y.org,\nnonsense,\n"
	    "c@y.org,12\nB@Y.org,\nd@y.org\ne@y.org,\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 2);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 4);
	assert_non_null(strstr(bring.rejects.ptr,
	    "\"5\",\"email: twice in this file\",\"B@Y.org\""));
	assert_int_equal(scratch_count("contact WHERE email LIKE '%y.org'"), 2);
}

static void
a_dry_run_counts_and_stores_nothing(void **state)
{
	(void)state;
	bring.import.is_dry = true;
	bring_suppress("email", "zoe@y.org", 0, "GDPR 17");
	assert_int_equal(bring_run(
	    "email,city\nann@x.org,Lyon\nzoe@y.org,Brest\n"
	    "bob@y.org,Brest\nnonsense,\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 1);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 1);
	assert_int_equal(bring.import.counts[IMPORT_SUPPRESSED], 1);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 1);
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("contact WHERE version > 1"), 0);
	assert_int_equal(scratch_count("audit_event"), 0);
	assert_int_equal(scratch_count("lease WHERE name = 'job.import'"), 0);
}

static void
a_reference_that_is_taken_is_drawn_again(void **state)
{
	(void)state;
	n_taken = 1;
	assert_int_equal(bring_run("email\nzoe@y.org\nbob@y.org\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 2);
	assert_int_equal(scratch_count("contact WHERE email LIKE '%y.org'"), 2);
	assert_int_equal(n_taken, 0);
}

static void
a_correction_during_the_import_stands(void **state)
{
	(void)state;
	meanwhile[0] = "UPDATE contact SET city = 'Nantes', phone = "
	    "'+33687654321', version = version + 1 WHERE id = 1";
	meanwhile[1] = arena_printf(bring.a,
	    "INSERT INTO contact_provenance VALUES"
	    " (1, 'city', 'account', 'contract', NULL, %lld)",
	    (long long)bring.now_us);
	assert_int_equal(bring_run("email,given_name,city\n"
	    "ann@x.org,Anna,Lyon\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 1);
	assert_int_equal(scratch_count(
	    "contact WHERE id = 1 AND given_name = 'Anna'"
	    " AND city = 'Nantes' AND phone = '+33687654321'"), 1);
	assert_int_equal(scratch_count("contact_history"), 1);
}

static void
who_freezes_their_record_during_the_import_is_not_touched(void **state)
{
	(void)state;
	meanwhile[0] = "UPDATE contact SET restricted_us = 1, restriction = "
	    "'accuracy', version = version + 1 WHERE id = 1";
	assert_int_equal(bring_run("email,given_name\nann@x.org,Anna\n"),
	    ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 0);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 1);
	assert_int_equal(scratch_count(
	    "contact WHERE id = 1 AND given_name = 'Ann'"), 1);
	assert_int_equal(scratch_count("contact_history"), 0);
}

static const char *
many_rows(unsigned n)
{
	struct buf b;
	unsigned i;

	buf_open(&b, bring.a);
	buf_text(&b, "email,family_name\n");
	for (i = 0; i < n; i++)
		buf_printf(&b, "p%u@many.example,Name %u\n", i, i);
	return b.ptr;
}

/* Whether the history of contact ${id} opens to ${before} at last. */
static bool
was(uint64_t id, const char *before)
{
	const struct person_place place = { "contact_history", "old_sealed",
	    id };
	unsigned char key[KEY_BYTES];
	struct q_contacts_data none = { 0 }, *rows = &none;
	const char *text;
	size_t n = 0;

	scratch_begin(bring.portal, DB_POST);
	assert_int_equal(q_contacts_data(bring.portal, bring.a, id, &rows,
	    &n), ERR_OK);
	assert_true(n > 0);
	assert_int_equal(person_key_load(bring.portal, bring.a, bring.keys, id,
	    PERSON_LIVE, key), ERR_OK);
	assert_int_equal(person_unseal(bring.a, key, &place, rows[0].sealed,
	    &text), ERR_OK);
	return strcmp(text, before) == 0;
}

static void
many_records_change_each_with_their_own_history(void **state)
{
	uint64_t id;
	struct buf b;
	unsigned i;

	(void)state;
	assert_int_equal(bring_run(many_rows(70)), ERR_OK);
	buf_open(&b, bring.a);
	buf_text(&b, "email,family_name,city,street\n");
	for (i = 0; i < 70; i++)
		buf_printf(&b, "p%u@many.example,Other %u,%s,\n", i, i,
		    i % 2 == 0 ? "Lyon" : "");
	assert_int_equal(bring_run(b.ptr), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 70);
	assert_int_equal(scratch_count(
	    "contact WHERE family_name LIKE 'Other %'"), 70);
	assert_int_equal(scratch_count("contact_history"), 70 + 35);
	assert_int_equal(scratch_count("contact_provenance"), 70 + 35);
	assert_int_equal(scratch_count("t_keys.person_key"), 70);
	for (i = 0; i < 70; i += 23) {
		id = scratch_number(arena_printf(bring.a,
		    "SELECT id FROM contact "
		    "WHERE email = 'p%u@many.example'", i));
		assert_true(was(id, i % 2 == 0 ? "" : arena_printf(bring.a,
		    "Name %u", i)));
	}
	assert_int_equal(bring_run("email,family_name\np3@many.example,Third\n"
	    "p4@many.example,Other 4\nann@x.org,Third\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_CHANGED], 2);
	assert_true(was(scratch_number("SELECT id FROM contact WHERE email = "
	    "'p3@many.example'"), "Other 3"));
	assert_int_equal(scratch_count("t_keys.person_key"), 71);
}

static void
die_after_two_batches(uint64_t done, uint64_t total)
{
	(void)total;
	if (done == 2 * IMPORT_BATCH_ROWS)
		(void)raise(SIGKILL);
}

/* In a process of its own, with connections of its own. */
static void
run_and_be_killed(const char *file)
{
	char name[100];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		owner_name(name, sizeof(name));
		bring.job.owner = name;
		bring.job.db = scratch_open("owner");
		bring.job.ledger = ledger_open(bring.job.db, bring.keys,
		    KEYS_OWNER);
		bring.import.progress = die_after_two_batches;
		(void)bring_run(file);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void
a_kill_leaves_whole_batches_and_a_rerun_adds_the_rest(void **state)
{
	const char *file = many_rows(350);

	(void)state;
	run_and_be_killed(file);
	assert_int_equal(scratch_count(
	    "contact WHERE email LIKE '%many.example'"), 200);
	bring.import.terms.policy = IMPORT_SKIP;
	assert_int_equal(bring_run(file), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_SAME], 200);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 150);
	assert_int_equal(scratch_count(
	    "contact WHERE email LIKE '%many.example'"), 350);
}

static void
two_at_once_are_one(void **state)
{
	(void)state;
	scratch_sql(arena_printf(bring.a,
	    "INSERT INTO lease VALUES ('job.import', "
	    "'elsewhere:x:1:y', 7, %lld)", (long long)(bring.now_us + DAY_US)));
	assert_int_equal(bring_run("email\nzoe@y.org\n"), ERR_CONFLICT);
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("audit_event"), 0);
}

/* What was announced to a journal that is not there. */
static void
a_database_put_back_from_a_backup_takes_no_file(void **state)
{
	(void)state;
	scratch_sql("REPLACE INTO journal_mark (id, generation, announced) "
	    "VALUES (1, REPEAT('g', 16), 3)");
	assert_int_equal(bring_run("email\nzoe@y.org\n"), ERR_DOWN);
	bring.import.is_dry = true;
	assert_int_equal(bring_run("email\nzoe@y.org\n"), ERR_DOWN);
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("audit_event"), 0);
}

static enum err
no_disk(void *arg, struct bytes lines)
{
	(void)arg;
	(void)lines;
	return ERR_DOWN;
}

static void
rejects_that_cannot_be_written_end_it_before_the_first_row(void **state)
{
	(void)state;
	bring.import.reject = no_disk;
	assert_int_equal(bring_run("email\nzoe@y.org\n"), ERR_DOWN);
	assert_int_equal(scratch_count(
	    "audit_event WHERE verb = 'import.started'"), 1);
	assert_int_equal(scratch_count("contact"), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, bring_arrange, bring_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_row_becomes_a_contact_with_its_origin),
		TEST(a_run_has_two_lines_in_the_audit_that_name_nobody),
		TEST(an_import_gives_no_consent),
		TEST(an_update_keeps_what_was_and_says_where_it_came_from),
		TEST(the_same_file_again_changes_nothing),
		TEST(what_the_person_said_since_stands),
		TEST(an_empty_cell_takes_nothing_away),
		TEST(who_is_known_by_a_further_address_is_known),
		TEST(a_file_of_new_people_rejects_who_is_known),
		TEST(a_restricted_record_is_not_touched),
		TEST(an_address_of_two_records_updates_neither),
		TEST(bad_rows_are_counted_and_the_others_stored),
		TEST(a_dry_run_counts_and_stores_nothing),
		TEST(a_reference_that_is_taken_is_drawn_again),
		TEST(a_correction_during_the_import_stands),
		TEST(who_freezes_their_record_during_the_import_is_not_touched),
		TEST(many_records_change_each_with_their_own_history),
		TEST(a_kill_leaves_whole_batches_and_a_rerun_adds_the_rest),
		TEST(two_at_once_are_one),
		TEST(a_database_put_back_from_a_backup_takes_no_file),
		TEST(rejects_that_cannot_be_written_end_it_before_the_first_row),
	};

	return cmocka_run_group_tests_name("import", tests, bring_open,
	    bring_close);
}
