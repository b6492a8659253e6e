/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person whose two records became one, and who is erased then: nothing of
 * either is left, in no column, under no key, and an older backup that is put
 * back is erased again (GDPR 17, 32(1)(b)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "erasure/erasure_keeper.h"
#include "erasure/holding.h"
#include "erasure/replay.h"
#include "journal/journal.h"
#include "keys/person.h"
#include "merge/merge_keeper.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct arena *a;

/* A recording as the office seals it. */
static void
seal_recording(void)
{
	struct db *db = scratch_open("keeper");
	unsigned char key[KEY_BYTES];
	struct bytes sealed;

	assert_int_equal(person_key_load(db, a, fixture_keys(), 1,
	    PERSON_LIVE, key), ERR_OK);
	sealed = seal(a, key, seal_aad(a, "evidence_chunk", "1", 0),
	    text_bytes("kanarie"));
	scratch_sql(arena_printf(a, "UPDATE evidence_chunk SET sealed = X'%s' "
	    "WHERE evidence_id = 1", hex_write(a, sealed)));
	db_close(db);
}

static void
second_record(void)
{
	scratch_sql("INSERT INTO contact (id, reference, kind, given_name, "
	    "family_name, sort_name, language, email, email_key, phone, "
	    "source, basis, collected_us, last_person_us, created_us, "
	    "updated_us) VALUES (3, 'C-KANARIE3', 'prospect', 'Kanarie', "
	    "'kanarieova', 'kanarieova kanarie', 'fr', "
	    "'third.kanarie@example.org', 'third.kanarie@example.org', "
	    "'+33655555555', 'staff', 'contract', 0, 0, 0, 0)");
}

/* Contact 1, who has everything, becomes part of contact 3. */
static int
merge(void **state)
{
	struct job job;

	(void)state;
	a = arena_open();
	fixture_fill();
	scratch_sql("DELETE FROM erasure");
	scratch_sql("DELETE FROM quarantine");
	scratch_sql("UPDATE package SET state = 'destroyed'");
	scratch_sql("DELETE FROM package_chunk");
	seal_recording();
	second_record();
	scratch_sql("INSERT INTO contact_merge (merged_id, reference, "
	    "survivor_id, staff_id, reason, taken, merged_version, "
	    "survivor_version, state, asked_us) VALUES (1, 'C-KANARIE1', 3, "
	    "1, 'said', '', 1, 1, 'asked', 0)");
	job = fixture_job(merge_keeper_run);
	assert_int_equal(fixture_run(&job), ERR_OK);
	fixture_end(&job);
	assert_string_equal(scratch_text(a, "SELECT CONCAT(state, COALESCE("
	    "why, '')) FROM contact_merge WHERE merged_id = 1"), "done");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

static void
erase(void)
{
	struct job job;

	scratch_sql("INSERT INTO erasure (id, request_id, contact_id, state, "
	    "proof, due_us, created_us, decided_us) VALUES (1, 1, 3, "
	    "'decided', 'session', 0, 1795000000000000, 1795200000000000)");
	job = fixture_job(erasure_keeper_run);
	assert_int_equal(fixture_run(&job), ERR_OK);
	fixture_end(&job);
}

static void
nothing_of_either_is_left(void **state)
{
	(void)state;
	assert_true(fixture_places() > 10);
	assert_int_equal(scratch_count("contact WHERE id = 1"), 0);
	erase();
	assert_int_equal(scratch_count("erasure WHERE state = 'done'"), 1);
	assert_int_equal(scratch_count("receipt"), 1);
	assert_int_equal(fixture_places(), 0);
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("contact_merge"), 0);
	assert_int_equal(scratch_count("duplicate"), 0);
	assert_int_equal(scratch_count("erasure_count WHERE reread > kept"),
	    0);
}

/* What a law keeps is sealed with the one key that is left. */
static void
no_key_of_either_opens_anything_but_what_a_law_keeps(void **state)
{
	(void)state;
	erase();
	assert_int_equal(scratch_count("t_keys.person_key WHERE contact_id = "
	    "1"), 0);
	assert_int_equal(scratch_count("t_keys.person_key WHERE contact_id = "
	    "3 AND class = 'live'"), 0);
	assert_int_equal(scratch_count("archive_item WHERE contact_id = 3"),
	    1);
	assert_int_equal(scratch_count("t_keys.person_key WHERE contact_id = "
	    "3 AND class = 'proof'"), 1);
}

static void
the_journal_names_both(void **state)
{
	unsigned char pseudonym[HASH_BYTES];
	struct journal journal;

	(void)state;
	erase();
	assert_int_equal(journal_read(a, fixture_journal()[0], "demo",
	    &journal), ERR_OK);
	assert_int_equal(journal.n_entries, 2);
	holding_pseudonym(fixture_keys(), 3, pseudonym);
	assert_memory_equal(journal.entries[0].pseudonym, pseudonym,
	    HASH_BYTES);
	holding_pseudonym(fixture_keys(), 1, pseudonym);
	assert_memory_equal(journal.entries[1].pseudonym, pseudonym,
	    HASH_BYTES);
}

static void
found(void *arg, const struct scan_hit *hit)
{
	(void)arg;
	fail_msg("found in %s", hit->place->table);
}

/* There they are two, under both numbers. */
static void
a_backup_of_before_the_merge_is_erased_again(void **state)
{
	struct replay replay = { .keys = fixture_keys(), .now_us =
	    FIXTURE_NOW_US, .found = found };
	struct journal journal;

	(void)state;
	erase();
	assert_int_equal(journal_read(a, fixture_journal()[0], "demo",
	    &journal), ERR_OK);
	fixture_fill();
	second_record();
	scratch_sql("DELETE FROM erasure");
	scratch_sql("UPDATE log_state SET epoch = 1, size = 0, frontier = "
	    "X'0000000000000000'");
	replay.db = scratch_open("owner");
	replay.journal = &journal;
	assert_true(fixture_places() > 15);
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay.n_erased, 2);
	assert_int_equal(fixture_places(), 0);
	assert_int_equal(scratch_count("contact"), 1);
	db_close(replay.db);
}

/* A second copy of what only the record that went had blocks the receipt. */
static void
what_the_record_that_went_was_called_is_searched_for(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET street = 'see C-KANARIE1' WHERE id = "
	    "2");
	erase();
	assert_int_equal(scratch_count("erasure WHERE state = 'blocked'"), 1);
	assert_int_equal(scratch_count("receipt"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, merge, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_of_either_is_left),
		TEST(no_key_of_either_opens_anything_but_what_a_law_keeps),
		TEST(the_journal_names_both),
		TEST(a_backup_of_before_the_merge_is_erased_again),
		TEST(what_the_record_that_went_was_called_is_searched_for),
	};

	return cmocka_run_group_tests_name("erasure merged", tests,
	    fixture_open, fixture_close);
}
