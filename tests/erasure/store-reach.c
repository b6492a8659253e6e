/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Addresses and numbers beside the main ones go with them: erased, suppressed
 * and searched for, unless somebody else here has them too (GDPR 17, 21(3)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "consent/consent.h"
#include "erasure/delivery.h"
#include "erasure/erasure_keeper.h"
#include "journal/journal.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct arena *a;
static struct job job;

static int
fill(void **state)
{
	(void)state;
	a = arena_open();
	fixture_fill();
	job = fixture_job(erasure_keeper_run);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	fixture_end(&job);
	arena_close(a);
	return 0;
}

static void
is_done(void)
{
	assert_int_equal(scratch_count("erasure WHERE id = 1 AND state = "
	    "'done'"), 1);
	assert_int_equal(scratch_count("receipt"), 1);
}

/* Rows that an erasure left for an address or a number. */
static uint64_t
suppressed(const char *identifier, const char *value)
{
	unsigned char hash[HASH_BYTES];

	consent_suppression_hash(a, fixture_keys(), identifier, value, hash);
	return scratch_count(arena_printf(a, "suppression WHERE basis = "
	    "'GDPR 17' AND identifier_hash = X'%s'", hex_write(a,
	    (struct bytes){ hash, sizeof(hash) })));
}

static void
every_further_address_and_number_is_suppressed(void **state)
{
	(void)state;
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(suppressed("email", "beside.kanarie@example.org"),
	    1);
	assert_int_equal(suppressed("phone", "+33698765432"), 2);
	assert_int_equal(scratch_count("contact_reach"), 0);
}

static void
a_number_that_another_has_beside_too_is_left_to_them(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO contact_reach (contact_id, kind, value, "
	    "value_key, label, source, basis, at_us) VALUES (2, 'phone', "
	    "'+33698765432', '+33698765432', 'work', 'staff', 'consent', 0), "
	    "(2, 'phone', '+33612345678', '+33612345678', 'work', 'staff', "
	    "'consent', 0)");
	scratch_sql("UPDATE signup SET phone = NULL");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(suppressed("phone", "+33698765432"), 0);
	assert_int_equal(suppressed("phone", "+33612345678"), 0);
	assert_int_equal(suppressed("email", "beside.kanarie@example.org"),
	    1);
	assert_int_equal(scratch_count("contact_reach"), 2);
}

static void
a_second_copy_of_a_further_number_stops_the_receipt(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET street = 'call 06 98 76 54 32' "
	    "WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'blocked'"), 1);
	scratch_sql("UPDATE contact SET street = 'beside.kanarie@example.org'"
	    " WHERE id = 2");
	scratch_sql("UPDATE task SET state = 'done'");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("receipt"), 0);
	scratch_sql("UPDATE contact SET street = '' WHERE id = 2");
	scratch_sql("UPDATE task SET state = 'done'");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
}

static void
a_sign_up_that_waits_for_a_further_address_goes(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO signup (form_version_id, rendering, "
	    "language, mailbox, mailbox_key, given_name, family_name, phone, "
	    "choices, token_hash, code_hash, created_us, expires_us) SELECT "
	    "form_version_id, rendering, language, "
	    "'beside.kanarie@example.org', 'beside.kanarie@example.org', "
	    "given_name, family_name, NULL, choices, REPEAT('u', 32), "
	    "code_hash, created_us, expires_us FROM signup");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(scratch_count("signup"), 0);
	assert_int_equal(scratch_count("erasure_count WHERE holding = "
	    "'signup' AND erased = 2 AND reread = 0"), 1);
}

/* A backup of before the merge has the person under both numbers. */
static void
a_record_that_became_part_of_theirs_is_named_in_the_journal_too(void **state)
{
	unsigned char other[HASH_BYTES];
	struct journal journal;

	(void)state;
	scratch_sql("UPDATE contact_merge SET state = 'done', merged_id = 77");
	scratch_sql("INSERT INTO t_keys.person_key VALUES (77, 'live', 'x', "
	    "0), (77, 'proof', 'x', 0)");
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_done();
	assert_int_equal(journal_read(a, fixture_journal()[0], "demo",
	    &journal), ERR_OK);
	assert_int_equal(journal.n_entries, 2);
	holding_pseudonym(fixture_keys(), 77, other);
	assert_memory_equal(journal.entries[1].pseudonym, other,
	    sizeof(other));
	assert_int_equal(scratch_number("SELECT announced FROM journal_mark"),
	    2);
	assert_int_equal(scratch_count("t_keys.person_key WHERE contact_id = "
	    "77"), 0);
	assert_int_equal(scratch_count("contact_merge"), 0);
}

static void
the_reference_it_had_is_searched_for(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact_merge SET state = 'done', merged_id = 77, "
	    "reference = 'C-OLDER9'");
	scratch_sql("UPDATE contact SET street = 'see C-OLDER9' WHERE id = 2");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'blocked'"), 1);
	assert_int_equal(scratch_count("task WHERE detail LIKE "
	    "'%\"needle\":\"reference\"%'"), 1);
}

static void
what_is_searched_later_knows_them_still(void **state)
{
	struct holding_person known, kept;
	struct bytes sealed;
	size_t i;

	(void)state;
	assert_int_equal(holding_person_load(job.db, a, 1, &known), ERR_OK);
	sealed = delivery_seal(a, fixture_keys(), 1, &known);
	assert_int_equal(delivery_open(a, fixture_keys(), 1, sealed, &kept),
	    ERR_OK);
	assert_int_equal(kept.n_reach, 2);
	for (i = 0; i < kept.n_reach; i++) {
		assert_string_equal(kept.reach[i].kind, known.reach[i].kind);
		assert_string_equal(kept.reach[i].value,
		    known.reach[i].value);
		assert_string_equal(kept.reach[i].key, known.reach[i].key);
		assert_true(kept.reach[i].is_alone);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fill, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_further_address_and_number_is_suppressed),
		TEST(a_number_that_another_has_beside_too_is_left_to_them),
		TEST(a_second_copy_of_a_further_number_stops_the_receipt),
		TEST(a_sign_up_that_waits_for_a_further_address_goes),
		TEST(
		    a_record_that_became_part_of_theirs_is_named_in_the_journal_too),
		TEST(the_reference_it_had_is_searched_for),
		TEST(what_is_searched_later_knows_them_still),
	};

	return cmocka_run_group_tests_name("erasure", tests, fixture_open,
	    fixture_close);
}
