/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rows of the outbox: with their cause or not at all, taken back by an
 * erasure, held after a restore, cleaned up (GDPR 5(1)(e), 12, 17).
 */
#include "outbox/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "db/queries.h"
#include "keys/hash.h"
#include "tests/db/scratch.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)

static const unsigned char root[KEY_BYTES] = { 9 };
static const struct config config = { .portal_url = "https://p.example" };

static struct arena *a;
static struct keys *keys;
static struct outbox *outbox;
static json_t *view;
static struct db *portal, *keeper, *owner;

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	keys = keys_from_root(root, 1, 1, KEYS_PORTAL);
	view = json_pack("{s:s}", "name", "x");
	portal = scratch_open("portal");
	keeper = scratch_open("keeper");
	owner = scratch_open("owner");
	return outbox_open(&config, keys, &outbox) == ERR_OK ? 0 : -1;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(portal);
	db_close(keeper);
	db_close(owner);
	outbox_close(outbox);
	json_decref(view);
	keys_close(keys);
	arena_close(a);
	return 0;
}

static int
empty(void **state)
{
	(void)state;
	scratch_empty();
	return 0;
}

struct adding {
	uint64_t contact_id;
	int64_t due_us;
	enum err after;	/* what the rest of the transaction comes to */
};

static enum err
add_in_tx(struct db *db, void *arg)
{
	const struct adding *add = arg;
	struct outbox_mail mail = { .template = "forms_confirm",
	    .language = "fr", .to = "a@b.org", .view = view,
	    .contact_id = add->contact_id, .due_us = add->due_us };
	enum err e;

	if ((e = outbox_add(outbox, db, a, &mail, NOW_US)) != ERR_OK)
		return e;
	return add->after;
}

static void
add(uint64_t contact_id)
{
	struct adding adding = { contact_id, 0, ERR_OK };

	assert_int_equal(tx_run(portal, NULL, a, add_in_tx, &adding, NULL),
	    ERR_OK);
}

static void
a_mail_is_stored_with_its_cause(void **state)
{
	uint64_t before = db_statements(portal);

	(void)state;
	add(7);
	assert_int_equal(db_statements(portal) - before, 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "state = 'new' AND contact_id = 7 AND attempt = 0 AND fence = 0 "
	    "AND due_us = created_us AND sealed IS NOT NULL AND "
	    "message_id LIKE '%@p.example'"), 1);
}

static void
a_mail_goes_with_its_cause(void **state)
{
	struct adding adding = { 7, 0, ERR_INVALID };

	(void)state;
	assert_int_equal(tx_run(portal, NULL, a, add_in_tx, &adding, NULL),
	    ERR_INVALID);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox"), 0);
}

static void
a_mail_may_wait_for_its_day(void **state)
{
	struct adding adding = { 0, NOW_US + DAY_US, ERR_OK };

	(void)state;
	assert_int_equal(tx_run(portal, NULL, a, add_in_tx, &adding, NULL),
	    ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "contact_id IS NULL AND due_us = created_us + 86400000000"), 1);
}

static enum err
cancel_in_tx(struct db *db, void *arg)
{
	(void)arg;
	return outbox_cancel(db, 7, NOW_US + 5);
}

static void
an_erasure_takes_back_what_waits_and_forgets_whose_the_rest_was(void **state)
{
	(void)state;
	add(7);
	add(7);
	add(7);
	add(8);
	scratch_sql("UPDATE outbox SET state = 'claimed', fence = 4 "
	    "WHERE contact_id = 7 ORDER BY id LIMIT 1");
	scratch_sql("UPDATE outbox SET state = 'sent', ended_us = 3, "
	    "sealed = NULL WHERE contact_id = 7 ORDER BY id DESC LIMIT 1");
	assert_int_equal(tx_run(keeper, NULL, a, cancel_in_tx, NULL, NULL),
	    ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "contact_id = 7"), 0);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "state = 'cancelled' AND sealed IS NULL AND ended_us = 1800000000000005"),
	    2);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "fence = 5"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "state = 'sent' AND ended_us = 3"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "state = 'new' AND contact_id = 8 AND sealed IS NOT NULL"), 1);
}

static enum err
hold_in_tx(struct db *db, void *arg)
{
	(void)arg;
	return outbox_hold(db, NOW_US + 1);
}

static void
after_a_restore_old_mails_do_not_leave_by_themselves(void **state)
{
	(void)state;
	add(7);
	add(8);
	scratch_sql("UPDATE outbox SET created_us = created_us + 1 "
	    "WHERE contact_id = 8");
	assert_int_equal(tx_run(owner, NULL, a, hold_in_tx, NULL, NULL),
	    ERR_OK);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "state = 'ambiguous' AND due_us = 9223372036854775807 AND "
	    "contact_id = 7"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox WHERE "
	    "state = 'new' AND contact_id = 8"), 1);
}

static enum err
purge_in_tx(struct db *db, void *arg)
{
	return outbox_purge(db, 100, 2, arg);
}

static void
only_what_ended_long_ago_is_purged(void **state)
{
	uint64_t n;
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		add(7);
	scratch_sql("UPDATE outbox SET state = 'sent', ended_us = 99 "
	    "ORDER BY id LIMIT 3");
	scratch_sql("UPDATE outbox SET state = 'dead', ended_us = 100 "
	    "WHERE state = 'new' ORDER BY id LIMIT 1");
	assert_int_equal(tx_run(keeper, NULL, a, purge_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(tx_run(keeper, NULL, a, purge_in_tx, &n, NULL),
	    ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM outbox"), 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_mail_is_stored_with_its_cause, empty),
		cmocka_unit_test_setup(a_mail_goes_with_its_cause, empty),
		cmocka_unit_test_setup(a_mail_may_wait_for_its_day, empty),
		cmocka_unit_test_setup(an_erasure_takes_back_what_waits_and_forgets_whose_the_rest_was, empty),
		cmocka_unit_test_setup(after_a_restore_old_mails_do_not_leave_by_themselves, empty),
		cmocka_unit_test_setup(only_what_ended_long_ago_is_purged, empty),
	};

	return cmocka_run_group_tests_name("outbox", tests, open_all,
	    close_all);
}
