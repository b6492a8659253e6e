/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The firewall of imports: who may be held is said by the row or the file, or
 * they wait in quarantine; whoever came with a file is told (GDPR 6(1), 14;
 * FEATURES X22).
 */
#include "tests/import/bring-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "import/import_keeper.h"
#include "import/import_seal.h"
#include "outbox/outbox.h"
#include "rights/rights_clock.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

static struct db *keeper;
static struct keys *keys;
static struct ledger *ledger;
static struct outbox *outbox;
static struct config config = { .site = "t", .languages = { "fr", "en",
    NULL }, .country = "FR", .portal_url = "https://p.example",
    .office_url = "https://o.example" };
static const struct job_row row = { .name = "test" };
static struct job job;

static int
open_all(void **state)
{
	keys = fixture_keys(KEYS_KEEPER);
	keeper = scratch_open("keeper");
	ledger = ledger_open(keeper, keys, KEYS_KEEPER);
	assert_int_equal(outbox_open(&config, keys, &outbox), ERR_OK);
	return bring_open(state);
}

static int
close_all(void **state)
{
	outbox_close(outbox);
	ledger_close(ledger);
	db_close(keeper);
	return bring_close(state);
}

/* A file of which nothing is stated. */
static int
arrange(void **state)
{
	bring_arrange(state);
	scratch_sql("DELETE FROM lease WHERE name LIKE 'job.%'");
	bring.import.terms.basis = bring.import.terms.source = NULL;
	bring.import.terms.date = (struct day){ 0, 0, 0 };
	job = (struct job){ .row = &row, .config = &config, .keys = keys,
	    .db = keeper, .ledger = ledger, .owner = "test",
	    .outbox = outbox, .arena = arena_open(),
	    .now_us = bring.now_us };
	return 0;
}

static int
leave(void **state)
{
	arena_close(job.arena);
	if (job.drop != NULL)
		job.drop(job.memory);
	return bring_leave(state);
}

/* Until the job has nothing to do. */
static void
run(enum err (*fn)(struct job *job))
{
	int n = 0;

	do {
		assert_true(n++ < 1000);
		scratch_begin(keeper, DB_JOB);
		job.now_us = clock_now_us();
		job.is_more = false;
		assert_int_equal(job_lead(&job), ERR_OK);
		assert_int_equal(fn(&job), ERR_OK);
		arena_wipe(job.arena);
	} while (job.is_more);
}

static void
work(void)
{
	run(import_keeper_work);
	if (job.drop != NULL)
		job.drop(job.memory);
	job.memory = NULL;
	job.drop = NULL;
}

/* Those in quarantine are of import 9, for which staff have decided. */
static void
decide(const char *state)
{
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "language, state, created_us) VALUES (70, 'l@d.example', "
	    "'l@d.example', 'Lea', 'lead', 'fr', 'active', 0)");
	scratch_sql(arena_printf(bring.a, "INSERT INTO import (id, staff_id, "
	    "state, size_bytes, file_mac, created_us, expires_us, policy, "
	    "basis, source, collected) VALUES (9, 70, '%s', 1, "
	    "REPEAT('f', 32), 0, %lld, 'skip', 'contract', 'Salon', "
	    "'2026-01-31')", state, (long long)(bring.now_us + DAY_US)));
	scratch_sql("UPDATE quarantine SET import_id = 9");
	work();
}

static void
a_row_says_its_own_basis_source_and_date(void **state)
{
	(void)state;
	assert_int_equal(bring_run("email,basis,source,collected on\n"
	    "zoe@x.org,Intérêt légitime,Foire de Brest,31/01/2026\n"
	    "noe@x.org,contract,Salon,2026-02-01\n"
	    "eve@x.org,because,Salon,2026-02-01\n"
	    "lou@x.org,contract,Salon,2999-02-01\n"
	    "max@x.org,contract,a@b.org,2026-02-01\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 2);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 3);
	assert_int_equal(scratch_count("contact WHERE email = 'zoe@x.org' "
	    "AND basis = 'legitimate_interest' AND source = "
	    "'import:Foire de Brest' AND quarantined_us IS NULL"), 1);
	assert_int_equal(scratch_number("SELECT collected_us FROM contact "
	    "WHERE email = 'zoe@x.org'"), day_start_us((struct day){ 2026, 1,
	    31 }));
	assert_int_equal(scratch_count("quarantine"), 0);
}

static void
a_row_without_basis_source_or_date_is_kept_in_quarantine(void **state)
{
	(void)state;
	assert_int_equal(bring_run("email,basis,source,collected on\n"
	    "a@x.org,,Salon,2026-02-01\n"
	    "b@x.org,contract,,2026-02-01\n"
	    "c@x.org,contract,Salon,\n"
	    "d@x.org,contract,Salon,2026-02-01\n"
	    "e@x.org,,,\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_NEW], 5);
	assert_int_equal(scratch_count("contact WHERE quarantined_us IS NOT "
	    "NULL AND email LIKE '%@x.org'"), 4);
	assert_int_equal(scratch_count("contact c JOIN quarantine q ON "
	    "q.contact_id = c.id WHERE (c.email = 'a@x.org' AND q.lacks = "
	    "'basis' AND c.basis = 'unstated') OR (c.email = 'b@x.org' AND "
	    "q.lacks = 'source' AND c.source = 'import') OR (c.email = "
	    "'c@x.org' AND q.lacks = 'collected') OR (c.email = 'e@x.org' "
	    "AND q.lacks = 'basis,source,collected')"), 4);
	assert_int_equal(scratch_count("notice_duty WHERE state = 'held'"),
	    4);
}

static void
a_known_person_takes_nothing_of_a_row_without_basis(void **state)
{
	(void)state;
	assert_int_equal(bring_run("email,city\nann@x.org,Brest\n"), ERR_OK);
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 1);
	assert_int_equal(scratch_count("contact WHERE id = 1 AND city = '' "
	    "AND quarantined_us IS NULL"), 1);
	assert_int_equal(scratch_count("quarantine"), 0);
}

static void
what_staff_state_is_written_where_it_is_lacking(void **state)
{
	(void)state;
	assert_int_equal(bring_run("email,basis,source,collected on\n"
	    "a@x.org,,Foire,2026-02-01\nb@x.org,consent,,\n"), ERR_OK);
	decide("stating");
	assert_int_equal(scratch_count("quarantine"), 0);
	assert_int_equal(scratch_count("contact WHERE quarantined_us IS NOT "
	    "NULL"), 0);
	assert_int_equal(scratch_count("contact WHERE email = 'a@x.org' AND "
	    "basis = 'contract' AND source = 'import:Foire' AND version = "
	    "2"), 1);
	assert_int_equal(scratch_count("contact WHERE email = 'b@x.org' AND "
	    "basis = 'consent' AND source = 'import:Salon'"), 1);
	assert_int_equal(scratch_number("SELECT collected_us + "
	    "last_person_us FROM contact WHERE email = 'b@x.org'"),
	    2 * day_start_us((struct day){ 2026, 1, 31 }));
	assert_int_equal(scratch_count("notice_duty WHERE state = 'due'"), 2);
	assert_int_equal(scratch_count("import WHERE state = 'done'"), 1);
}

static void
who_is_removed_from_quarantine_goes_unless_something_hangs_on_them(
    void **state)
{
	(void)state;
	assert_int_equal(bring_run("email\na@x.org\nb@x.org\nc@x.org\n"),
	    ERR_OK);
	scratch_sql("INSERT INTO interaction (contact_id, kind, "
	    "is_from_person, title, at_us) SELECT id, 'call', 1, 'rang', 0 "
	    "FROM contact WHERE email = 'b@x.org'");
	decide("removing");
	assert_int_equal(scratch_count("contact WHERE email IN ('a@x.org', "
	    "'c@x.org')"), 0);
	assert_int_equal(scratch_count("contact c JOIN quarantine q ON "
	    "q.contact_id = c.id WHERE c.email = 'b@x.org' AND "
	    "c.quarantined_us IS NOT NULL"), 1);
	assert_int_equal(scratch_count("notice_duty"), 1);
	assert_int_equal(scratch_count("contact WHERE id = 1"), 1);
}

/* Whom the colleague may not see is not stated for, nor removed. */
static void
who_decides_does_so_for_those_they_may_see(void **state)
{
	const char *others = "UPDATE contact SET visibility = 'owner', "
	    "owner_id = 71 WHERE email IN ('b@x.org', 'd@x.org')";

	(void)state;
	assert_int_equal(bring_run("email\na@x.org\nb@x.org\nc@x.org\n"
	    "d@x.org\ne@x.org\n"), ERR_OK);
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "language, state, created_us) VALUES (71, 'm@d.example', "
	    "'m@d.example', 'Max', 'adviser', 'fr', 'active', 0)");
	scratch_sql(others);
	scratch_sql("UPDATE contact SET visibility = 'everyone' WHERE email "
	    "IN ('a@x.org', 'c@x.org', 'e@x.org')");
	decide("stating");
	assert_int_equal(scratch_count("contact WHERE email IN ('a@x.org', "
	    "'c@x.org', 'e@x.org') AND quarantined_us IS NULL AND basis = "
	    "'contract'"), 3);
	assert_int_equal(scratch_count("contact c JOIN quarantine q ON "
	    "q.contact_id = c.id WHERE c.email IN ('b@x.org', 'd@x.org') AND "
	    "c.quarantined_us IS NOT NULL AND c.basis = 'unstated'"), 2);
	assert_int_equal(scratch_count("import WHERE state = 'done'"), 1);
	/* nor by somebody who has left, of anybody */
	scratch_sql("UPDATE contact SET visibility = 'everyone'");
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 70");
	scratch_sql("UPDATE import SET state = 'removing', decided_by = 70");
	work();
	assert_int_equal(scratch_count("quarantine"), 2);
	scratch_sql("UPDATE staff SET state = 'active', role = 'dpo' WHERE id "
	    "= 70");
	scratch_sql(others);
	scratch_sql("UPDATE import SET state = 'removing', decided_by = 70");
	work();
	assert_int_equal(scratch_count("quarantine"), 0);
	assert_int_equal(scratch_count("contact WHERE email IN ('b@x.org', "
	    "'d@x.org')"), 0);
}

/* More than one statement takes. */
static void
quarantine_of_many(unsigned n)
{
	struct buf b;
	unsigned i;

	buf_open(&b, bring.a);
	buf_text(&b, "email\n");
	for (i = 0; i < n; i++)
		buf_printf(&b, "m%u@x.org\n", i);
	assert_int_equal(bring_run(b.ptr), ERR_OK);
	assert_int_equal(scratch_count("quarantine"), n);
}

static void
many_in_quarantine_are_let_out_each_once(void **state)
{
	(void)state;
	quarantine_of_many(130);
	decide("stating");
	assert_int_equal(scratch_count("quarantine"), 0);
	assert_int_equal(scratch_count("contact WHERE email LIKE 'm%@x.org' "
	    "AND quarantined_us IS NULL AND basis = 'contract' AND source = "
	    "'import:Salon' AND version = 2"), 130);
	assert_int_equal(scratch_count("notice_duty WHERE state = 'due'"),
	    130);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'import.stated'"), 1);
}

static void
many_in_quarantine_are_removed_except_whom_something_hangs_on(void **state)
{
	(void)state;
	quarantine_of_many(130);
	scratch_sql("INSERT INTO interaction (contact_id, kind, "
	    "is_from_person, title, at_us) SELECT id, 'call', 1, 'rang', 0 "
	    "FROM contact WHERE email IN ('m31@x.org', 'm32@x.org', "
	    "'m129@x.org')");
	decide("removing");
	assert_int_equal(scratch_count("contact WHERE email LIKE "
	    "'m%@x.org'"), 3);
	assert_int_equal(scratch_count("quarantine"), 3);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'import.removed'"), 1);
}

/* What a file says of custom fields is held too, from the same source. */
static void
what_is_in_custom_fields_takes_the_stated_source_and_goes_with_them(
    void **state)
{
	struct import_own own;

	(void)state;
	scratch_sql("INSERT INTO custom_field (id, code, kind, is_sensitive, "
	    "is_editable, basis, retention_months, created_us) VALUES "
	    "(1, 'nick', 'text', 0, 0, 'contract', 0, 0)");
	scratch_begin(bring.owner, DB_JOB);
	assert_int_equal(import_own_load(bring.owner, bring.a, &bring.config,
	    "en", &own), ERR_OK);
	bring.own = &own;
	assert_int_equal(bring_run("email,nick\na@x.org,A\nb@x.org,B\n"),
	    ERR_OK);
	bring.own = NULL;
	assert_int_equal(scratch_count("contact_provenance WHERE field = "
	    "'custom:nick' AND source = 'import'"), 2);
	scratch_sql("DELETE FROM quarantine WHERE contact_id = (SELECT id "
	    "FROM contact WHERE email = 'b@x.org')");
	decide("stating");
	assert_int_equal(scratch_count("contact_provenance WHERE field = "
	    "'custom:nick' AND source = 'import:Salon'"), 1);
	assert_int_equal(scratch_number("SELECT at_us FROM contact_provenance "
	    "WHERE source = 'import:Salon'"), day_start_us((struct day){ 2026,
	    1, 31 }));
	assert_int_equal(bring_run("email\nc@x.org\n"), ERR_OK);
	scratch_sql("DELETE FROM import");
	scratch_sql("DELETE FROM staff WHERE id = 70");
	scratch_sql("UPDATE contact SET quarantined_us = 1 WHERE email = "
	    "'b@x.org'");
	scratch_sql("INSERT INTO quarantine (contact_id, lacks, remove_day) "
	    "SELECT id, 'basis', '2026-01-31' FROM contact WHERE email = "
	    "'b@x.org'");
	decide("removing");
	assert_int_equal(scratch_count("contact WHERE email = 'b@x.org'"),
	    0);
	assert_int_equal(scratch_count("custom_value"), 1);
}

static void
file_of_two(void)
{
	bring.import.terms = (struct import_terms){ .basis = "contract",
	    .source = "Salon", .date = day_of(bring.now_us),
	    .policy = IMPORT_UPDATE };
	assert_int_equal(bring_run("email,given name\na@x.org,Zoé\n"
	    "b@x.org,\n"), ERR_OK);
}

static void
who_is_new_must_be_told_within_a_month(void **state)
{
	struct day due = rights_due(day_of(bring.now_us), RIGHTS_MONTHS,
	    holidays_at("EU"));

	(void)state;
	file_of_two();
	assert_int_equal(scratch_count(arena_printf(bring.a, "notice_duty "
	    "WHERE state = 'due' AND due_day = '%s'", day_write(bring.a,
	    due))), 2);
	/* who was known is not */
	assert_int_equal(scratch_count("notice_duty WHERE contact_id = 1"),
	    0);
}

static void
who_came_with_a_file_is_told_once_by_mail(void **state)
{
	(void)state;
	file_of_two();
	run(import_keeper_tell);
	run(import_keeper_tell);
	assert_int_equal(scratch_count("outbox WHERE template = "
	    "'import_notice'"), 2);
	assert_int_equal(scratch_count("notice_duty WHERE state = 'told' AND "
	    "how = 'mail' AND told_us IS NOT NULL AND notice_version_id IS "
	    "NOT NULL"), 2);
}

static void
nobody_is_told_while_the_import_can_be_taken_back(void **state)
{
	(void)state;
	file_of_two();
	scratch_sql(arena_printf(bring.a, "UPDATE notice_duty SET send_us = "
	    "%lld", (long long)(bring.now_us + IMPORT_UNDO_DAYS * DAY_US)));
	run(import_keeper_tell);
	assert_int_equal(scratch_count("outbox WHERE template = "
	    "'import_notice'"), 0);
	assert_int_equal(scratch_count("notice_duty WHERE state = 'due'"), 2);
}

static void
no_mail_goes_to_who_must_not_be_written_to(void **state)
{
	(void)state;
	file_of_two();
	bring_suppress("email", "a@x.org", 0, "GDPR 17");
	scratch_sql("UPDATE contact SET email = NULL, email_key = NULL WHERE "
	    "email = 'b@x.org'");
	run(import_keeper_tell);
	assert_int_equal(scratch_count("outbox WHERE template = "
	    "'import_notice'"), 0);
	assert_int_equal(scratch_count("notice_duty WHERE state = 'post'"),
	    2);
}

static enum err
tell_by_letter(struct db *db, void *arg)
{
	const uint64_t *id = arg;

	return q_import_notice_told(db, bring.now_us, scratch_number("SELECT "
	    "MAX(id) FROM notice_version"), 70, *id, NULL);
}

/* Told by a colleague, in a letter: a mail cannot follow. */
static void
who_has_no_mail_address_is_told_by_letter(void **state)
{
	struct db *office = scratch_open("office");
	uint64_t id;

	(void)state;
	file_of_two();
	scratch_sql("UPDATE contact SET email = NULL, email_key = NULL, "
	    "street = '1 rue', city = 'Brest' WHERE email = 'b@x.org'");
	id = scratch_number("SELECT id FROM contact WHERE street = '1 rue'");
	run(import_keeper_tell);
	assert_int_equal(scratch_count("outbox WHERE template = "
	    "'import_notice'"), 1);
	assert_int_equal(scratch_number("SELECT contact_id FROM notice_duty "
	    "WHERE state = 'post'"), id);
	run(import_keeper_alert);
	assert_int_equal(scratch_count("task"), 0);
	scratch_sql("UPDATE notice_duty SET due_day = '2020-01-31' WHERE "
	    "state = 'post'");
	run(import_keeper_alert);
	assert_int_equal(scratch_count("task WHERE kind = 'notice.late'"), 1);
	scratch_begin(office, DB_POST);
	assert_int_equal(tx_run(office, NULL, bring.a, tell_by_letter, &id,
	    NULL), ERR_OK);
	db_close(office);
	scratch_sql("UPDATE contact SET email = 'b@x.org', email_key = "
	    "'b@x.org' WHERE street = '1 rue'");
	run(import_keeper_tell);
	assert_int_equal(scratch_count("notice_duty WHERE state = 'told' AND "
	    "how = 'post'"), 1);
	assert_int_equal(scratch_count("outbox WHERE template = "
	    "'import_notice'"), 1);
}

static unsigned n_loads;
enum err __real_custom_fields_load(struct db *db, struct arena *a,
    const char *lang, struct custom_fields *ret_fields);
enum err __wrap_custom_fields_load(struct db *db, struct arena *a,
    const char *lang, struct custom_fields *ret_fields);

enum err
__wrap_custom_fields_load(struct db *db, struct arena *a, const char *lang,
    struct custom_fields *ret_fields)
{
	n_loads++;
	return __real_custom_fields_load(db, a, lang, ret_fields);
}

static void
what_all_are_told_is_read_once_for_each_language(void **state)
{
	struct buf b;
	unsigned i;

	(void)state;
	bring.import.terms = (struct import_terms){ .basis = "contract",
	    .source = "Salon", .date = day_of(bring.now_us),
	    .policy = IMPORT_UPDATE };
	buf_open(&b, bring.a);
	buf_text(&b, "email,language\n");
	for (i = 0; i < 70; i++)
		buf_printf(&b, "m%u@x.org,%s\n", i, i % 2 == 0 ? "fr" :
		    "en");
	assert_int_equal(bring_run(b.ptr), ERR_OK);
	n_loads = 0;
	run(import_keeper_tell);
	assert_int_equal(n_loads, 2);
	assert_int_equal(scratch_count("notice_duty WHERE state = 'told' AND "
	    "how = 'mail'"), 70);
}

static void
nobody_in_quarantine_or_being_erased_is_written_to(void **state)
{
	(void)state;
	file_of_two();
	scratch_sql("UPDATE contact SET quarantined_us = 1 WHERE email = "
	    "'a@x.org'");
	scratch_sql("UPDATE contact SET restricted_us = 1, restriction = "
	    "'erasure' WHERE email = 'b@x.org'");
	run(import_keeper_tell);
	assert_int_equal(scratch_count("outbox WHERE template = "
	    "'import_notice'"), 0);
}

static void
what_is_late_becomes_one_task(void **state)
{
	(void)state;
	file_of_two();
	run(import_keeper_alert);
	assert_int_equal(scratch_count("task"), 0);
	scratch_sql("UPDATE notice_duty SET due_day = '2020-01-31'");
	scratch_sql("INSERT INTO quarantine (contact_id, lacks, remove_day) "
	    "SELECT id, 'basis', '2020-01-31' FROM contact WHERE email = "
	    "'a@x.org'");
	run(import_keeper_alert);
	run(import_keeper_alert);
	assert_int_equal(scratch_count("task WHERE kind = 'notice.late' AND "
	    "state = 'open'"), 1);
	assert_int_equal(scratch_count("task WHERE kind = 'quarantine.late' "
	    "AND state = 'open'"), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, arrange, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_row_says_its_own_basis_source_and_date),
		TEST(a_row_without_basis_source_or_date_is_kept_in_quarantine),
		TEST(a_known_person_takes_nothing_of_a_row_without_basis),
		TEST(what_staff_state_is_written_where_it_is_lacking),
		TEST(who_is_removed_from_quarantine_goes_unless_something_hangs_on_them),
		TEST(who_decides_does_so_for_those_they_may_see),
		TEST(many_in_quarantine_are_let_out_each_once),
		TEST(many_in_quarantine_are_removed_except_whom_something_hangs_on),
		TEST(what_is_in_custom_fields_takes_the_stated_source_and_goes_with_them),
		TEST(who_has_no_mail_address_is_told_by_letter),
		TEST(what_all_are_told_is_read_once_for_each_language),
		TEST(who_is_new_must_be_told_within_a_month),
		TEST(who_came_with_a_file_is_told_once_by_mail),
		TEST(nobody_is_told_while_the_import_can_be_taken_back),
		TEST(no_mail_goes_to_who_must_not_be_written_to),
		TEST(nobody_in_quarantine_or_being_erased_is_written_to),
		TEST(what_is_late_becomes_one_task),
	};

	return cmocka_run_group_tests_name("import firewall", tests,
	    open_all, close_all);
}
