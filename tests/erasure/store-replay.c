/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A backup that has somebody erased since: the journal erases them again, and
 * what was sealed opens with no key at hand (X4, X5; GDPR 17).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/text.h"
#include "db/queries.h"
#include "erasure/replay.h"
#include "ledger/ledger_keeper.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct arena *a;
static struct db *owner;
static struct journal journal;
static struct journal_entry entry;
static struct replay replay;
static char told[200];		/* the last second copy */

static void
found(void *arg, const struct scan_hit *hit)
{
	(void)arg;
	snprintf(told, sizeof(told), "%s.%s %d", hit->place->table,
	    hit->column, (int)hit->row);
}

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	(void)fixture_open(state);
	owner = scratch_open("owner");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(owner);
	arena_close(a);
	return fixture_close(state);
}

/* Contact 1 was erased after this backup was made. */
static int
put_back(void **state)
{
	(void)state;
	fixture_fill();
	scratch_sql("DELETE FROM erasure");
	scratch_sql("UPDATE log_state SET epoch = 1, size = 0, frontier = "
	    "X'0000000000000000'");
	told[0] = '\0';
	entry = (struct journal_entry){ .n = 7, .at_us = FIXTURE_NOW_US };
	holding_pseudonym(fixture_keys(), 1, entry.pseudonym);
	journal = (struct journal){ .head = { .n = 7 }, .entries = &entry,
	    .n_entries = 1 };
	memcpy(journal.head.generation, "0123456789abcdef", 16);
	replay = (struct replay){ .db = owner, .keys = fixture_keys(),
	    .journal = &journal, .now_us = FIXTURE_NOW_US, .found = found };
	return 0;
}

static void
whoever_the_journal_names_is_erased_again(void **state)
{
	(void)state;
	assert_true(fixture_places() > 15);
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay.n_looked, 2);
	assert_int_equal(replay.n_erased, 1);
	assert_int_equal(replay.n_hard, 0);
	assert_int_equal(fixture_places(), 0);
	assert_int_equal(scratch_count(
	    "contact WHERE id = 2 AND given_name = 'Jan'"),
	    1);
	assert_int_equal(scratch_count(
	    "suppression WHERE basis = 'GDPR 17'"), 6);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'erasure.replayed'"), 1);
}

static void
a_second_replay_finds_nobody(void **state)
{
	(void)state;
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay.n_looked, 1);
	assert_int_equal(replay.n_erased, 0);
}

static void
an_entry_of_nobody_here_erases_nobody(void **state)
{
	(void)state;
	entry.pseudonym[0] ^= 1;
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay.n_erased, 0);
	assert_int_equal(scratch_count("contact"), 2);
}

static void
keys_without_a_contact_are_destroyed_too(void **state)
{
	(void)state;
	holding_pseudonym(fixture_keys(), 99, entry.pseudonym);
	scratch_sql("INSERT INTO t_keys.person_key VALUES (99, 'live', 'x', "
	    "0), (98, 'live', 'x', 0)");
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay.n_keys, 1);
	assert_int_equal(scratch_count(
	    "t_keys.person_key WHERE contact_id = 99"),
	    0);
	assert_int_equal(scratch_count(
	    "t_keys.person_key WHERE contact_id = 98"),
	    1);
}

static void
a_second_copy_is_told_with_its_place(void **state)
{
	(void)state;
	scratch_sql("UPDATE contact SET street = 'care of Kanarie@Example.org"
	    "' WHERE id = 2");
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay.n_hard, 1);
	assert_string_equal(told, "contact.street 2");
}

static struct bytes
old_value(void)
{
	uint64_t len = scratch_number("SELECT LENGTH(old_sealed) FROM "
	    "contact_history");
	unsigned char *bytes = arena_take(a, len);
	uint64_t i;

	for (i = 0; i < len; i++)
		bytes[i] = (unsigned char)scratch_number(arena_printf(a,
		    "SELECT ORD(SUBSTRING(old_sealed, %d, 1)) FROM "
		    "contact_history", (int)i + 1));
	return (struct bytes){ bytes, len };
}

static void
what_the_backup_holds_opens_with_no_key_at_hand(void **state)
{
	const struct person_place place = { "contact_history", "old_sealed",
	    1 };
	struct bytes sealed = old_value();
	unsigned char key[KEY_BYTES];
	enum key_purpose p;
	const char *text;

	(void)state;
	assert_int_equal(person_key_load(owner, a, fixture_keys(), 1,
	    PERSON_LIVE, key), ERR_OK);
	assert_int_equal(person_unseal(a, key, &place, sealed, &text),
	    ERR_OK);
	assert_string_equal(text, "kanariedorp");
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(person_key_load(owner, a, fixture_keys(), 1,
	    PERSON_LIVE, key), ERR_NOTFOUND);
	assert_int_equal(person_key_load(owner, a, fixture_keys(), 1,
	    PERSON_PROOF, key), ERR_OK);
	assert_int_equal(person_unseal(a, key, &place, sealed, &text),
	    ERR_MALFORMED);
	for (p = 0; p < KEY_PURPOSE__MAX; p++)
		if ((key_table[p].programs & 1u << KEYS_KEEPER) != 0)
			assert_int_equal(person_unseal(a, key_get(
			    fixture_keys(), p), &place, sealed, &text),
			    ERR_MALFORMED);
}

static void
nothing_of_the_past_acts_again(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO office_session VALUES (REPEAT('o', 32), 1, "
	    "1, 'password', 'Firefox', 0, 0, 0)");
	scratch_sql("INSERT INTO signup (form_version_id, rendering, "
	    "language, mailbox, mailbox_key, given_name, family_name, "
	    "choices, token_hash, code_hash, created_us, expires_us) VALUES "
	    "(1, REPEAT('r', 32), 'fr', 'x@example.org', 'x@example.org', '', "
	    "'', '[]', REPEAT('v', 32), REPEAT('c', 32), 0, "
	    "9000000000000000)");
	/* it was removed since, perhaps */
	scratch_sql("INSERT INTO staff_passkey (staff_id, credential, "
	    "cose_alg, public_key, mac, sign_count, name, created_us) VALUES "
	    "(1, 'one', -7, 'k', REPEAT('m', 32), 4, 'Laptop', 1)");
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay_end(&replay), ERR_OK);
	assert_int_equal(scratch_count("staff_passkey"), 0);
	assert_int_equal(scratch_count("portal_session"), 0);
	assert_int_equal(scratch_count("office_session"), 0);
	assert_int_equal(scratch_count("token"), 0);
	assert_int_equal(scratch_count("signup"), 1);
	assert_int_equal(scratch_count(arena_printf(a, "signup WHERE "
	    "expires_us > %lld", (long long)replay.now_us)), 0);
	assert_int_equal(scratch_count(
	    "outbox WHERE state IN ('new', 'claimed', "
	    "'retry')"), 0);
	assert_int_equal(scratch_count("task WHERE kind = 'site.restored' AND "
	    "state = 'open'"), 1);
	assert_int_equal(scratch_count(
	    "audit_event WHERE verb = 'site.restored'"),
	    1);
}

static uint64_t
epoch_after(int64_t now_us)
{
	scratch_sql("UPDATE log_state SET epoch = 1");
	scratch_sql("DELETE FROM log_record");
	replay.now_us = now_us;
	assert_int_equal(replay_end(&replay), ERR_OK);
	assert_int_equal(scratch_count(
	    "log_record WHERE ledger = 'epoch' AND record "
	    "LIKE '%\"reason\":\"restore\"%'"), 1);
	return scratch_number("SELECT epoch FROM log_state");
}

/* One backup put back twice: heads of the first time are not of the second. */
static void
the_log_goes_on_in_an_epoch_that_never_was(void **state)
{
	uint64_t first = epoch_after(FIXTURE_NOW_US);
	uint64_t second = epoch_after(FIXTURE_NOW_US + 1000000);

	(void)state;
	assert_true(first > 1);
	assert_true(second > first);
}

static void
the_database_agrees_with_the_journal_afterwards(void **state)
{
	(void)state;
	assert_int_equal(replay_erasures(&replay), ERR_OK);
	assert_int_equal(replay_end(&replay), ERR_OK);
	assert_int_equal(scratch_count("journal_mark WHERE generation = "
	    "'0123456789abcdef' AND announced = 7 AND replayed_us = "
	    "1795555805000000"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, put_back)
		TEST(whoever_the_journal_names_is_erased_again),
		TEST(a_second_replay_finds_nobody),
		TEST(an_entry_of_nobody_here_erases_nobody),
		TEST(keys_without_a_contact_are_destroyed_too),
		TEST(a_second_copy_is_told_with_its_place),
		TEST(what_the_backup_holds_opens_with_no_key_at_hand),
		TEST(nothing_of_the_past_acts_again),
		TEST(the_log_goes_on_in_an_epoch_that_never_was),
		TEST(the_database_agrees_with_the_journal_afterwards),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
