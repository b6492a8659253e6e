/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A keeper of a scratch database.
 */
#include "tests/app/keeper-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"
#include "tests/db/scratch.h"

struct arena *a;
struct db *keeper;
struct keys *keys;
struct ledger *ledger;
struct outbox *outbox;
static struct config config = { .site = "demo",
    .portal_url = "https://privacy.example.org",
    .office_url = "https://office.example.org" };

int
keeper_open(void **state)
{
	static const unsigned char root[KEY_BYTES] = { 1 };

	(void)state;
	a = arena_open();
	keeper = scratch_open("keeper");
	keys = keys_from_root(root, 1, 1, KEYS_KEEPER);
	ledger = ledger_open(keeper, keys, KEYS_KEEPER);
	assert_int_equal(outbox_open(&config, keys, &outbox), ERR_OK);
	return 0;
}

int
keeper_close(void **state)
{
	(void)state;
	outbox_close(outbox);
	ledger_close(ledger);
	keys_close(keys);
	db_close(keeper);
	arena_close(a);
	return 0;
}

struct job
keeper_job(const struct job_row *row, int64_t now_us)
{
	return (struct job){ .row = row, .config = &config, .keys = keys,
	    .db = keeper, .ledger = ledger, .outbox = outbox,
	    .owner = "test", .arena = a, .now_us = now_us };
}

enum err
keeper_pass(enum err (*run)(struct job *job), int64_t now_us)
{
	const struct job_row row = { "test", SECOND_US, false, run };
	struct job job = keeper_job(&row, now_us);
	enum err e;

	scratch_begin(keeper, DB_JOB);
	assert_int_equal(job_lead(&job), ERR_OK);
	e = run(&job);
	job_resign(&job);
	return e;
}
