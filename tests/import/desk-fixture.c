/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A colleague's file on its way (GDPR 5(1)(d), 5(1)(e)).
 */
#include "tests/import/desk-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "import/import_keeper.h"
#include "import/import_seal.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

struct desk desk;

static struct config config = { .site = "t", .languages = { "fr", "en",
    NULL }, .country = "FR" };
static const struct job_row rows[] = {
	{ .name = "import_read", .run = import_keeper_read },
	{ .name = "import_work", .run = import_keeper_work },
	{ .name = "import_expire", .run = import_keeper_expire },
};
_Static_assert(LENGTH(rows) == LENGTH(desk.jobs), "a job for each row");

void
desk_jobs(const char *owner)
{
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		desk.jobs[i] = (struct job){ .row = &rows[i], .config = &config,
		    .keys = desk.keys, .db = desk.keeper, .ledger = desk.ledger,
		    .owner = owner, .arena = arena_open() };
}

static void
close_jobs(void)
{
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		arena_close(desk.jobs[i].arena);
		if (desk.jobs[i].drop != NULL)
			desk.jobs[i].drop(desk.jobs[i].memory);
	}
}

int
desk_open(void **state)
{
	desk.a = arena_open();
	desk.keys = fixture_keys(KEYS_KEEPER);
	desk.office = scratch_open("office");
	desk.keeper = scratch_open("keeper");
	desk.ledger = ledger_open(desk.keeper, desk.keys, KEYS_KEEPER);
	return bring_open(state);
}

int
desk_close(void **state)
{
	ledger_close(desk.ledger);
	db_close(desk.keeper);
	db_close(desk.office);
	arena_close(desk.a);
	return bring_close(state);
}

int
desk_arrange(void **state)
{
	bring_arrange(state);
	scratch_sql("DELETE FROM lease WHERE name LIKE 'job.%'");
	scratch_sql("DELETE FROM t_keys.import_key");
	scratch_sql("INSERT INTO team (id, name) VALUES (7, 'Nord'), "
	    "(8, 'Sud')");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "team_id, language, state, created_us) VALUES (70, 'l@d.example', "
	    "'l@d.example', 'Lea', 'lead', 7, 'fr', 'active', 0)");
	scratch_sql("UPDATE contact SET visibility = 'everyone'");
	desk_jobs("test");
	return 0;
}

int
desk_leave(void **state)
{
	close_jobs();
	return bring_leave(state);
}

/* Until the job has nothing to do. */
void
desk_run(enum desk_job which)
{
	struct job *job = &desk.jobs[which];
	int n = 0;

	do {
		assert_true(n++ < 1000);
		scratch_begin(desk.keeper, DB_JOB);
		job->now_us = clock_now_us();
		job->is_more = false;
		assert_int_equal(job_lead(job), ERR_OK);
		assert_int_equal(rows[which].run(job), ERR_OK);
		arena_wipe(job->arena);
	} while (job->is_more);
}

struct uploading {
	uint64_t id;
	struct bytes file;
};

static enum err
upload_in_tx(struct db *db, void *arg)
{
	struct uploading *u = arg;
	struct import_seal s = { .id = 0 };
	struct import_piece piece = { "file", 0 };
	struct q_import_new row;
	unsigned char mac[HASH_BYTES];
	size_t at, len;
	enum err e;

	sha256_of(u->file, mac);
	if ((e = q_import_new(db, desk.a, 70, 0, u->file.len,
	    (struct bytes){ mac, sizeof(mac) }, bring.now_us, bring.now_us +
	    DAY_US, &row)) != ERR_OK)
		return e;
	s.id = u->id = row.id;
	if ((e = import_seal_make(db, desk.a, desk.keys, bring.now_us, &s)) !=
	    ERR_OK)
		return e;
	for (at = 0; at < u->file.len && e == ERR_OK; at += len) {
		len = u->file.len - at < IMPORT_CHUNK_BYTES ?
		    u->file.len - at : IMPORT_CHUNK_BYTES;
		e = import_piece_put(db, desk.a, &s, &piece, (struct bytes){
		    u->file.ptr + at, len });
		piece.number++;
	}
	return e;
}

uint64_t
desk_upload(const char *text)
{
	struct uploading u = { 0, text_bytes(text) };

	scratch_begin(desk.office, DB_POST);
	assert_int_equal(tx_run(desk.office, NULL, desk.a, upload_in_tx, &u, NULL),
	    ERR_OK);
	return u.id;
}

void
desk_map(uint64_t id, const char *mapping, const char *policy)
{
	scratch_sql(arena_printf(desk.a, "UPDATE import SET state = 'checking', "
	    "mapping = '%s', policy = '%s', basis = 'contract', source = "
	    "'Salon', collected = '%s', next_chunk = 0, n_done = 0 "
	    "WHERE id = %u", mapping, policy, day_write(desk.a, day_of(
	    bring.now_us)), (unsigned)id));
}

void
desk_start(uint64_t id)
{
	scratch_sql(arena_printf(desk.a, "UPDATE import SET state = 'running', "
	    "next_chunk = 0, n_done = 0, effect_mac = REPEAT('e', 32) WHERE "
	    "id = %u AND state = 'checked'", (unsigned)id));
}

const char *
desk_state(uint64_t id)
{
	return scratch_text(desk.a, arena_printf(desk.a, "SELECT state FROM "
	    "import WHERE id = %u", (unsigned)id));
}

uint64_t
desk_import(const char *text, const char *mapping, const char *policy)
{
	uint64_t id = desk_upload(text);

	desk_run(READ);
	desk_map(id, mapping, policy);
	desk_run(WORK);
	assert_string_equal(desk_state(id), "checked");
	desk_start(id);
	desk_run(WORK);
	assert_string_equal(desk_state(id), "done");
	return id;
}

void
desk_undo(uint64_t id)
{
	scratch_sql(arena_printf(desk.a, "UPDATE import SET state = 'undoing' "
	    "WHERE id = %u AND state = 'done'", (unsigned)id));
	desk_run(WORK);
	assert_string_equal(desk_state(id), "undone");
}
