/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A ledger's log as the keeper keeps it in the scratch database (GDPR 5(2),
 * 7(1)).
 */
#include "tests/ledger/log-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <unistd.h>

#include "base/clock.h"
#include "ledger/ledger_keeper.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

/* The clocks of this program: the linker sends their callers here. */
static int64_t skipped_us;
int64_t __real_clock_ticks_us(void);
int64_t __wrap_clock_ticks_us(void);

int64_t
__wrap_clock_ticks_us(void)
{
	return __real_clock_ticks_us() + skipped_us;
}

static const struct job_row append_row = { "log_append", SECOND_US, false,
    ledger_keeper_append };
static const struct job_row head_row = { "log_head", SECOND_US, false,
    ledger_keeper_head };

struct logged logged;

struct job
logged_new_job(const struct job_row *row, const char *owner)
{
	return (struct job){ .row = row, .config = &logged.config,
	    .keys = logged.keys, .db = logged.db, .owner = owner, .arena = arena_open(),
	    .now_us = LOGGED_START_US };
}

int
logged_set_up(void **state)
{
	(void)state;
	fixture_rows();
	scratch_sql("DELETE FROM lease WHERE name LIKE 'job.%'");
	skipped_us = 0;
	logged.arena = arena_open();
	logged.keys = fixture_keys(KEYS_KEEPER);
	logged.portal_keys = fixture_keys(KEYS_PORTAL);
	logged.db = scratch_open("keeper");
	logged.portal_db = scratch_open("portal");
	logged.owner_db = scratch_open("owner");
	logged.portal = ledger_open(logged.portal_db, logged.portal_keys,
	    KEYS_PORTAL);
	logged.config.site = "t";
	logged.config.heads_file = arena_text(logged.arena,
	    scratch_path("heads"));
	(void)unlink(logged.config.heads_file);
	logged.append = logged_new_job(&append_row, "first");
	logged.head = logged_new_job(&head_row, "first");
	assert_int_equal(ledger_keeper_register(logged.db, logged.arena,
	    logged.keys, LOGGED_START_US), ERR_OK);
	return 0;
}

void
logged_end_job(struct job *job)
{
	if (job->drop != NULL)
		job->drop(job->memory);
	else
		free(job->memory);
	arena_close(job->arena);
}

int
logged_tear_down(void **state)
{
	(void)state;
	logged_end_job(&logged.append);
	logged_end_job(&logged.head);
	ledger_close(logged.portal);
	db_close(logged.owner_db);
	db_close(logged.portal_db);
	db_close(logged.db);
	keys_close(logged.keys);
	keys_close(logged.portal_keys);
	arena_close(logged.arena);
	return 0;
}

enum err
logged_run(struct job *job)
{
	enum err e;

	do {
		scratch_begin(logged.db, DB_JOB);
		job->is_more = false;
		if ((e = job_lead(job)) == ERR_OK)
			e = job->row->run(job);
		arena_wipe(job->arena);
	} while (e == ERR_OK && job->is_more);
	return e;
}

void
logged_pass(int64_t us)
{
	skipped_us += us;
	logged.append.now_us += us;
	logged.head.now_us += us;
	scratch_begin(logged.db, DB_JOB);
	scratch_begin(logged.portal_db, DB_POST);
	scratch_begin(logged.owner_db, DB_JOB);
}

static enum err
give_in_tx(struct db *in, void *arg)
{
	struct ledger_consent events[LEDGER_BATCH_MAX];
	const size_t *n = arg;
	size_t i;

	for (i = 0; i < *n; i++)
		events[i] = fixture_given(1 + i % 2,
		    LOGGED_START_US + (int64_t)i);
	return ledger_consents(in, logged.arena, logged.portal, events, *n,
	    NULL);
}

void
logged_give(size_t n)
{
	assert_int_equal(tx_run(logged.portal_db, NULL, logged.arena,
	    give_in_tx, &n, NULL), ERR_OK);
}

static enum err
audit_in_tx(struct db *in, void *arg)
{
	const struct ledger_audit event = { .verb = "contact.edited",
	    .actor = "person", .object = "contact", .contact_id = 1,
	    .detail = "{\"fields\":[\"city\",\"street\"],\"n\":2}",
	    .at_us = LOGGED_START_US };

	(void)arg;
	return ledger_audit(in, logged.arena, logged.portal, &event);
}

void
logged_audit(void)
{
	assert_int_equal(tx_run(logged.portal_db, NULL, logged.arena,
	    audit_in_tx, NULL, NULL), ERR_OK);
}

/* A log of some lines under a signed head. */
void
logged_make(size_t n_consents, size_t n_audits)
{
	while (n_consents > 0) {
		size_t n = n_consents < LEDGER_BATCH_MAX ? n_consents :
		    LEDGER_BATCH_MAX;

		logged_give(n);
		n_consents -= n;
	}
	while (n_audits-- > 0)
		logged_audit();
	assert_int_equal(logged_run(&logged.append), ERR_OK);
	logged_pass(MINUTE_US);
	assert_int_equal(logged_run(&logged.head), ERR_OK);
}

struct logged_found logged_found;

static void
note_finding(void *arg, const struct verify_finding *finding)
{
	(void)arg;
	if (logged_found.n++ == 0) {
		logged_found.first = finding->kind;
		logged_found.row = finding->row;
	}
	logged_found.kinds |= 1u << finding->kind;
	print_message("found: %s\n", finding->text);
}

char *
logged_heads_text(void)
{
	static char text[65536];
	FILE *in = fopen(logged.config.heads_file, "r");
	size_t n;

	if (in == NULL)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

unsigned
logged_verify(bool has_keys)
{
	struct keys *owner = fixture_keys(KEYS_OWNER);
	struct verify_options options = { .keys = has_keys ? owner : NULL,
	    .heads = logged_heads_text(),
	    .now_us = logged.append.now_us + HOUR_US,
	    .found = note_finding };

	memset(&logged_found, 0, sizeof(logged_found));
	scratch_begin(logged.owner_db, DB_JOB);
	assert_int_equal(ledger_verify(logged.owner_db, &options,
	    &logged_found.counts), ERR_OK);
	assert_int_equal(logged_found.counts.findings, logged_found.n);
	keys_close(owner);
	return logged_found.n;
}

static enum err
prune_in_tx(struct db *in, void *arg)
{
	return ledger_prune(in, logged.arena, logged.keys, arg);
}

enum err
logged_prune(struct ledger_pruning *pruning)
{
	return tx_run(logged.db, NULL, logged.arena, prune_in_tx, pruning,
	    NULL);
}
