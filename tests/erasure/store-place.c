/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A receipt and its place in the log: what it waits for, and for how long
 * (GDPR 5(2), 12(3), 17(1)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "erasure/erasure_keeper.h"
#include "erasure/issue_place.h"
#include "erasure/receipt_check.h"
#include "keys/jws.h"
#include "ledger/ledger_keeper.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct arena *a;
static struct job job;

static int
open_all(void **state)
{
	a = arena_open();
	return fixture_open(state);
}

static int
close_all(void **state)
{
	arena_close(a);
	return fixture_close(state);
}

static int
fill(void **state)
{
	(void)state;
	fixture_fill();
	job = fixture_job(erasure_keeper_run);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	fixture_end(&job);
	return 0;
}

static void
is_sent(void)
{
	assert_int_equal(scratch_count("erasure WHERE state = 'done'"), 1);
	assert_int_equal(scratch_count("receipt"), 1);
	assert_int_equal(scratch_count("receipt_draft"), 0);
	assert_int_equal(scratch_count("outbox WHERE template ="
	    " 'erasure_done'"), 1);
}

/* The log from its beginning, as a keeper has it, with one head. */
static struct job append, head;

static void
run_log(int64_t later_us)
{
	append.now_us += later_us;
	head.now_us += later_us;
	assert_int_equal(fixture_run(&append), ERR_OK);
	assert_int_equal(fixture_run(&head), ERR_OK);
}

/* A job with a lease of its own beside that of the erasures. */
static struct job
log_job(const char *name, enum err (*run)(struct job *job))
{
	struct job of_log = fixture_job(run);

	((struct job_row *)(uintptr_t)of_log.row)->name = name;
	return of_log;
}

static void
begin_log(void)
{
	static const char *const tables[] = { "consent_state",
	    "consent_subject", "consent_event", "audit_subject",
	    "audit_event", "log_state" };
	size_t i;

	for (i = 0; i < LENGTH(tables); i++)
		scratch_sql(arena_printf(a, "DELETE FROM %s", tables[i]));
	scratch_begin(job.db, DB_JOB);
	assert_int_equal(ledger_keeper_register(job.db, a, fixture_keys(),
	    FIXTURE_NOW_US), ERR_OK);
	append = log_job("log_append", ledger_keeper_append);
	head = log_job("log_head", ledger_keeper_head);
	run_log(0);
	assert_int_equal(scratch_count("log_head"), 1);
}

static void
end_log_job(struct job *of_log)
{
	if (of_log->drop != NULL)
		of_log->drop(of_log->memory);
	else
		free(of_log->memory);
	of_log->memory = NULL;
	fixture_end(of_log);
}

static void
end_log(void)
{
	end_log_job(&append);
	end_log_job(&head);
}

static void
a_receipt_waits_for_a_head_and_says_its_place_in_the_log(void **state)
{
	struct receipt_verdict verdict;
	struct receipt_question question = { 0 };
	struct jwk keys[2];
	struct jwks jwks = { 2, keys };
	struct q_erasing_receipt_text row = { NULL, NULL, 0 };

	(void)state;
	begin_log();
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'signed'"), 1);
	assert_int_equal(scratch_count("receipt"), 0);
	assert_int_equal(scratch_count("outbox WHERE template = 'erasure_done'"), 0);
	/* a head is signed for it, sooner than for others */
	run_log(2 * SECOND_US);
	assert_int_equal(scratch_count("log_head"), 2);
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_sent();
	assert_int_equal(scratch_count("receipt_draft"), 0);
	jwk_from_seed(key_get(fixture_keys(), KEY_RECEIPT_SEED), JWK_RECEIPT,
	    0, &keys[0]);
	jwk_from_seed(key_get(fixture_keys(), KEY_HEAD_SEED), JWK_HEAD, 0,
	    &keys[1]);
	assert_int_equal(q_erasing_receipt_text(job.db, a, 1, &row), ERR_OK);
	question.jws = row.jws;
	question.keys = &jwks;
	receipt_check(a, &question, &verdict);
	assert_int_equal(verdict.finding, RECEIPT_GENUINE);
	assert_true(verdict.is_logged);
	/* the key is in other hands later on: the place still holds */
	keys[0].revoked_s = FIXTURE_NOW_US / SECOND_US + 3600;
	receipt_check(a, &question, &verdict);
	assert_int_equal(verdict.finding, RECEIPT_GENUINE_LOGGED);
	end_log();
}

static void
without_a_head_for_ten_minutes_the_receipt_leaves_as_it_is(void **state)
{
	(void)state;
	begin_log();
	job.now_us += SECOND_US;
	assert_int_equal(fixture_run(&job), ERR_OK);
	job.now_us += PLACE_WAIT_US - 1;
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("receipt"), 0);
	job.now_us++;
	assert_int_equal(fixture_run(&job), ERR_OK);
	is_sent();
	end_log();
}

static void
a_draft_that_somebody_changed_is_made_anew(void **state)
{
	(void)state;
	begin_log();
	assert_int_equal(fixture_run(&job), ERR_OK);
	scratch_sql("UPDATE receipt_draft SET jws = CONCAT('x', jws)");
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("receipt"), 0);
	assert_int_equal(scratch_count("receipt_draft WHERE jws LIKE 'x%'"), 0);
	run_log(2 * SECOND_US);
	assert_int_equal(fixture_run(&job), ERR_OK);
	assert_int_equal(scratch_count("erasure WHERE state = 'done'"), 1);
	assert_int_equal(scratch_count("receipt WHERE jws LIKE 'ey%'"), 1);
	end_log();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fill, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_receipt_waits_for_a_head_and_says_its_place_in_the_log),
		TEST(without_a_head_for_ten_minutes_the_receipt_leaves_as_it_is),
		TEST(a_draft_that_somebody_changed_is_made_anew),
	};

	return cmocka_run_group_tests_name("place", tests, open_all,
	    close_all);
}
