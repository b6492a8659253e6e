/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A recording lies there sealed for one person; a yes that staff noted over a
 * no lets nobody be written to, and lifts nothing (GDPR 7(1), 7(3), 17, 21(3),
 * 32(1)(a); TL1).
 */
#include "evidence/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "db/queries.h"
#include "keys/person.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)

static struct arena *a;
static struct db *office, *portal;
static struct keys *keys;
static struct ledger *ledger;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = scratch_open("office");
	portal = scratch_open("portal");
	keys = fixture_keys(KEYS_OFFICE);
	ledger = ledger_open(office, keys, KEYS_OFFICE);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	ledger_close(ledger);
	keys_close(keys);
	db_close(portal);
	db_close(office);
	arena_close(a);
	return 0;
}

static int
arrange(void **state)
{
	(void)state;
	fixture_rows();
	scratch_sql("UPDATE contact SET email = 'Zoe@x.org', email_key = "
	    "'zoe@x.org', phone = '+33612345678' WHERE id = 1");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "language, state, created_us) VALUES (1, 'a@x', 'a@x', 'Ann', "
	    "'adviser', 'fr', 'active', 1)");
	return 0;
}

/* More than two pieces, and no two alike. */
static struct bytes
recording(void)
{
	size_t i, len = 2 * EVIDENCE_CHUNK_BYTES + 5000;
	unsigned char *ptr = arena_take(a, len);

	memcpy(ptr, "OggS", 4);
	for (i = 4; i < len; i++)
		ptr[i] = (unsigned char)(i * 7 + i / EVIDENCE_CHUNK_BYTES);
	return (struct bytes){ ptr, len };
}

static enum err
run(struct db *db, enum err (*fn)(struct db *db, void *arg), void *arg)
{
	scratch_begin(db, DB_POST);
	return tx_run(db, NULL, a, fn, arg, NULL);
}

static uint64_t stored_id;

static enum err
store_in_tx(struct db *db, void *arg)
{
	return evidence_store(db, a, keys, arg, &stored_id);
}

static enum err
store_for(uint64_t contact, struct bytes file)
{
	struct evidence_new row = { contact, evidence_kind_of(file), file, 1,
	    NOW_US };

	return run(office, store_in_tx, &row);
}

static enum err
read_whole(uint64_t contact, struct bytes *ret)
{
	unsigned char key[KEY_BYTES];
	struct evidence_stored s = { stored_id, scratch_number(
	    "SELECT size_bytes FROM evidence"), key };

	scratch_begin(office, DB_GET);
	assert_int_equal(person_key_load(office, a, keys, contact,
	    PERSON_LIVE, key), ERR_OK);
	return evidence_whole(office, a, &s, ret);
}

static void
a_recording_is_read_back_byte_for_byte(void **state)
{
	struct bytes file = recording(), back;

	(void)state;
	assert_int_equal(store_for(1, file), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM "
	    "evidence_chunk"), 3);
	assert_int_equal(read_whole(1, &back), ERR_OK);
	assert_int_equal(back.len, file.len);
	assert_memory_equal(back.ptr, file.ptr, file.len);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM evidence_chunk "
	    "WHERE LOCATE('OggS', sealed) > 0"), 0);
}

static void
a_piece_moved_or_changed_does_not_open(void **state)
{
	struct bytes back;

	(void)state;
	assert_int_equal(store_for(1, recording()), ERR_OK);
	scratch_sql("UPDATE evidence_chunk x JOIN evidence_chunk y ON "
	    "x.number = 0 AND y.number = 1 SET x.sealed = y.sealed");
	assert_int_equal(read_whole(1, &back), ERR_MALFORMED);
}

static void
the_key_of_another_opens_nothing(void **state)
{
	struct bytes back;

	(void)state;
	assert_int_equal(store_for(2, recording()), ERR_OK);
	scratch_sql("DELETE FROM evidence_chunk");
	scratch_sql("DELETE FROM evidence");
	assert_int_equal(store_for(1, recording()), ERR_OK);
	assert_int_equal(read_whole(2, &back), ERR_MALFORMED);
}

static void
nothing_is_stored_for_whom_an_erasure_took(void **state)
{
	(void)state;
	scratch_sql("DELETE FROM contact WHERE id = 1");
	assert_int_not_equal(store_for(1, recording()), ERR_OK);
	assert_int_equal(scratch_count("evidence_chunk"), 0);
	assert_int_equal(scratch_count("t_keys.person_key"), 0);
}

static void
the_portal_has_no_right_to_any_recording(void **state)
{
	(void)state;
	assert_int_equal(scratch_errno("portal",
	    "SELECT id FROM evidence"), 1142);
	assert_int_equal(scratch_errno("portal",
	    "SELECT sealed FROM evidence_chunk"), 1142);
	assert_int_equal(scratch_errno("office",
	    "DELETE FROM evidence"), 1142);
	assert_int_equal(scratch_errno("office",
	    "UPDATE evidence SET kind = 'pdf'"), 1142);
}

static struct consent_change
noted(const char *how, bool is_held)
{
	struct consent_change change = { .event = fixture_given(1, NOW_US),
	    .purpose_id = 1, .state = "given", .is_held = is_held };

	change.event.how = how;
	return change;
}

static enum err
record_in_tx(struct db *db, void *arg)
{
	return consent_record(db, a, ledger, arg, 1);
}

static enum err
against_in_tx(struct db *db, void *arg)
{
	const struct consent_change change = noted("phone", false);

	return consent_is_against(db, a, keys, &change, arg);
}

static bool
is_against(void)
{
	bool is = false;

	assert_int_equal(run(office, against_in_tx, &is), ERR_OK);
	return is;
}

/* A row under ${identifier}, for ${purpose} and ${channel}, that counts until
 * ${until_us}, lifted or not. */
static void
suppress(const char *identifier, unsigned purpose, const char *channel,
    const char *lifted)
{
	unsigned char hash[HASH_BYTES];

	consent_suppression_hash(a, keys, identifier, strcmp(identifier,
	    "email") == 0 ? "zoe@x.org" : "+33612345678", hash);
	scratch_sql(arena_printf(a, "INSERT INTO suppression "
	    "(identifier_hash, identifier, purpose_id, channel, basis, "
	    "since_us, until_us, superseded_us) VALUES (X'%s', '%s', %u, "
	    "'%s', 'x', 1, %lld, %s)", hex_write(a, (struct bytes){ hash,
	    sizeof(hash) }), identifier, purpose, channel,
	    (long long)(NOW_US + DAY_US), lifted));
}

static void
what_stands_against_a_yes_is_the_persons_no_or_their_erasure(void **state)
{
	(void)state;
	assert_false(is_against());
	suppress("email", 2, "email", "NULL");
	suppress("email", 1, "sms", "NULL");
	suppress("phone", 1, "email", "5");
	assert_false(is_against());
	suppress("email", 1, "email", "NULL");
	assert_true(is_against());
	scratch_sql("DELETE FROM suppression");
	suppress("phone", 0, "sms", "NULL");	/* an erasure */
	assert_true(is_against());
	scratch_sql("UPDATE suppression SET superseded_us = 7");
	assert_false(is_against());
}

static void
a_state_of_no_stands_against_a_yes_where_no_address_is_known(void **state)
{
	struct consent_change no = noted("account", false);

	(void)state;
	scratch_sql("UPDATE contact SET email_key = NULL, phone = NULL");
	assert_false(is_against());
	no.state = no.event.kind = "withdrawn";
	assert_int_equal(run(office, record_in_tx, &no), ERR_OK);
	assert_true(is_against());
}

static enum err
supersede_in_tx(struct db *db, void *arg)
{
	(void)arg;
	return consent_supersede(db, a, keys, 1, NOW_US);
}

/* How many rows count after a yes by ${how} was noted at NOW_US. */
static uint64_t
left_after(const char *how, bool is_held)
{
	struct consent_change yes = noted(how, is_held);

	scratch_sql("DELETE FROM suppression");
	suppress("email", 0, "email", "NULL");
	suppress("email", 1, "email", "NULL");
	assert_int_equal(run(office, record_in_tx, &yes), ERR_OK);
	assert_int_equal(run(portal, supersede_in_tx, NULL), ERR_OK);
	return scratch_number("SELECT COUNT(*) FROM suppression WHERE "
	    "superseded_us IS NULL");
}

static void
a_yes_that_staff_noted_lifts_nothing(void **state)
{
	(void)state;
	assert_int_equal(left_after("phone", false), 2);
	assert_int_equal(left_after("paper", true), 2);
	assert_int_equal(left_after("in_person", false), 2);
	assert_int_equal(left_after("import", false), 2);
	assert_int_equal(left_after("account", false), 0);
	assert_int_equal(left_after("double_opt_in", false), 0);
}

static void
the_persons_own_yes_ends_the_holding_back(void **state)
{
	struct consent_change yes = noted("phone", true);

	(void)state;
	assert_int_equal(run(office, record_in_tx, &yes), ERR_OK);
	assert_int_equal(scratch_number("SELECT is_held FROM consent_state"),
	    1);
	yes = noted("account", false);
	assert_int_equal(run(office, record_in_tx, &yes), ERR_OK);
	assert_int_equal(scratch_number("SELECT is_held FROM consent_state"),
	    0);
	assert_int_equal(scratch_count("consent_event"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_recording_is_read_back_byte_for_byte,
		    arrange),
		cmocka_unit_test_setup(a_piece_moved_or_changed_does_not_open,
		    arrange),
		cmocka_unit_test_setup(the_key_of_another_opens_nothing,
		    arrange),
		cmocka_unit_test_setup(
		    nothing_is_stored_for_whom_an_erasure_took, arrange),
		cmocka_unit_test_setup(
		    the_portal_has_no_right_to_any_recording, arrange),
		cmocka_unit_test_setup(
		    what_stands_against_a_yes_is_the_persons_no_or_their_erasure,
		    arrange),
		cmocka_unit_test_setup(
		    a_state_of_no_stands_against_a_yes_where_no_address_is_known,
		    arrange),
		cmocka_unit_test_setup(a_yes_that_staff_noted_lifts_nothing,
		    arrange),
		cmocka_unit_test_setup(
		    the_persons_own_yes_ends_the_holding_back, arrange),
	};

	return cmocka_run_group_tests_name("evidence", tests, open_all,
	    close_all);
}
