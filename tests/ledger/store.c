/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lines of the ledgers in a real database: each proves what it says and by
 * whom it was written, and a writer's numbers have no gap (GDPR 5(2), 7(1)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "ledger/leaf.h"
#include "ledger/ledger.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

#define AT_US INT64_C(1795000000000000)

static struct arena *arena;
static struct keys *keys;
static struct db *db;
static struct ledger *ledger;

static int
set_up(void **state)
{
	(void)state;
	fixture_rows();
	arena = arena_open();
	keys = fixture_keys(KEYS_PORTAL);
	db = scratch_open("portal");
	ledger = ledger_open(db, keys, KEYS_PORTAL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ledger_close(ledger);
	db_close(db);
	keys_close(keys);
	arena_close(arena);
	return 0;
}

struct giving {
	size_t n;
	uint64_t signup_id;
	enum err outcome;	/* that the transaction shall have */
	uint64_t ids[LEDGER_BATCH_MAX];
	unsigned tries;
};

static enum err
give_in_tx(struct db *in, void *arg)
{
	struct ledger_consent events[LEDGER_BATCH_MAX];
	struct giving *g = arg;
	size_t i;
	enum err e;

	g->tries++;
	for (i = 0; i < g->n; i++) {
		events[i] = fixture_given(1, AT_US + (int64_t)i);
		if (g->signup_id != 0) {
			events[i].contact_id = 0;
			events[i].signup_id = g->signup_id;
		}
	}
	if ((e = ledger_consents(in, arena, ledger, events, g->n, g->ids)) !=
	    ERR_OK)
		return e;
	return g->outcome;
}

static enum err
give(struct giving *g)
{
	return tx_run(db, NULL, arena, give_in_tx, g, NULL);
}

static void
a_choice_is_stored_with_leaf_mac_and_whose_it_is(void **state)
{
	struct giving g = { .n = 3 };

	(void)state;
	assert_int_equal(give(&g), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM consent_event e "
	    "JOIN consent_subject s ON s.event_id = e.id "
	    "WHERE s.contact_id = 1 AND s.signup_id IS NULL"), 3);
	assert_true(g.ids[0] > 0 && g.ids[1] == g.ids[0] + 1);
	assert_int_equal(scratch_number("SELECT COUNT(DISTINCT subject) + "
	    "COUNT(DISTINCT leaf) + COUNT(DISTINCT mac) FROM consent_event"), 9);
}

static void
a_batch_of_thirty_two_takes_two_statements(void **state)
{
	struct giving g = { .n = LEDGER_BATCH_MAX };
	uint64_t before;

	(void)state;
	assert_int_equal(give(&g), ERR_OK);
	before = db_statements(db);
	assert_int_equal(give(&g), ERR_OK);
	assert_int_equal(db_statements(db) - before, 2);
}

static void
the_opening_opens_the_commitment_to_a_sign_up(void **state)
{
	struct giving g = { .n = 1, .signup_id = 77 };
	unsigned char opening[KEY_BYTES], subject[HASH_BYTES];
	char text[3 * KEY_BYTES + 200];
	size_t i;

	(void)state;
	assert_int_equal(give(&g), ERR_OK);
	for (i = 0; i < KEY_BYTES; i++)
		opening[i] = (unsigned char)scratch_number(arena_printf(arena,
		    "SELECT ORD(SUBSTR(opening, %zu, 1)) FROM consent_subject "
		    "WHERE signup_id = 77", i + 1));
	leaf_commit(opening, SUBJECT_SIGNUP, 77, subject);
	(void)snprintf(text, sizeof(text), "SELECT subject = UNHEX('%s') "
	    "FROM consent_event", hex_write(arena, (struct bytes){ subject,
	    HASH_BYTES }));
	assert_int_equal(scratch_number(text), 1);
}

static void
numbers_go_on_after_a_commit(void **state)
{
	struct giving g = { .n = 2 };

	(void)state;
	assert_int_equal(give(&g), ERR_OK);
	assert_int_equal(give(&g), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(DISTINCT writer) * 100 + "
	    "MAX(writer_n) * 10 + COUNT(*) FROM consent_event"), 144);
}

static void
a_number_is_used_again_after_a_known_rollback(void **state)
{
	struct giving refused = { .n = 2, .outcome = ERR_INVALID };
	struct giving g = { .n = 1 };

	(void)state;
	assert_int_equal(give(&g), ERR_OK);
	assert_int_equal(give(&refused), ERR_INVALID);
	assert_int_equal(give(&g), ERR_OK);
	assert_int_equal(scratch_number("SELECT MAX(writer_n) FROM "
	    "consent_event"), 2);
	assert_int_equal(scratch_number("SELECT COUNT(DISTINCT writer) FROM "
	    "consent_event"), 1);
}

static enum err
give_then_lose_the_connection(struct db *in, void *arg)
{
	enum err e;

	if ((e = give_in_tx(in, arg)) != ERR_OK)
		return e;
	scratch_sql(arena_printf(arena, "KILL %llu", (unsigned long long)
	    scratch_number("SELECT ID FROM information_schema.PROCESSLIST "
	    "WHERE USER = 't_portal'")));
	return ERR_OK;
}

static void
after_a_lost_commit_the_writer_is_another(void **state)
{
	struct giving g = { .n = 1 };

	(void)state;
	assert_int_equal(give(&g), ERR_OK);
	assert_int_equal(tx_run(db, NULL, arena, give_then_lose_the_connection,
	    &g, NULL), ERR_UNSURE);
	assert_int_equal(give(&g), ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(DISTINCT writer) FROM "
	    "consent_event"), 2);
	assert_int_equal(scratch_number("SELECT writer_n FROM consent_event "
	    "ORDER BY id DESC LIMIT 1"), 1);
}

static enum err
audit_in_tx(struct db *in, void *arg)
{
	return ledger_audit(in, arena, ledger, arg);
}

static void
the_portal_writes_an_audit_that_it_cannot_read(void **state)
{
	struct ledger_audit about = { .verb = "contact.edited",
	    .actor = "person", .object = "contact", .contact_id = 2,
	    .detail = "{\"fields\":[\"city\"]}", .at_us = AT_US };
	struct ledger_audit nobody = { .verb = "clock.accepted",
	    .actor = "program", .object = "clock", .at_us = AT_US };

	(void)state;
	assert_int_equal(tx_run(db, NULL, arena, audit_in_tx, &about, NULL),
	    ERR_OK);
	assert_int_equal(tx_run(db, NULL, arena, audit_in_tx, &nobody, NULL),
	    ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event e "
	    "JOIN audit_subject s ON s.event_id = e.id "
	    "WHERE s.contact_id = 2 AND e.verb = 'contact.edited'"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event "
	    "WHERE subject = REPEAT(CHAR(0), 32)"), 1);
	assert_int_equal(scratch_errno("portal",
	    "SELECT id FROM audit_event LIMIT 1"), 1142);
}

static void
a_detail_that_is_no_object_is_refused(void **state)
{
	struct ledger_audit event = { .verb = "contact.edited",
	    .actor = "person", .object = "contact", .detail = "[1]",
	    .at_us = AT_US };

	(void)state;
	assert_int_equal(tx_run(db, NULL, arena, audit_in_tx, &event, NULL),
	    ERR_BUG);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_choice_is_stored_with_leaf_mac_and_whose_it_is, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_batch_of_thirty_two_takes_two_statements, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    the_opening_opens_the_commitment_to_a_sign_up, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(numbers_go_on_after_a_commit,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_number_is_used_again_after_a_known_rollback, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    after_a_lost_commit_the_writer_is_another, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    the_portal_writes_an_audit_that_it_cannot_read, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_detail_that_is_no_object_is_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
