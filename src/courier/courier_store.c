/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rows that the courier moves: every step is a transaction of its own that
 * only the holder of the claim can make (GDPR 12(3)).
 */
#include "courier/courier.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/tree.h"
#include "keys/hash.h"

#define DEADLINE_US	(4 * SECOND_US)

static void
begin(struct db *db)
{
	db_begin(db, clock_ticks_us() + DEADLINE_US, DB_JOB);
}

static struct bytes
owner_of(const struct batch *b)
{
	return (struct bytes){ b->owner, OWNER_BYTES };
}

struct claiming {
	struct batch *batch;
	const struct q_courier_claim_each *ids;
	const struct q_courier_load_each *same;
	size_t n_ids;
	int64_t now_us;
};

static enum err
claim_in_tx(struct db *db, void *arg)
{
	struct claiming *cl = arg;
	struct batch *b = cl->batch;
	uint64_t n;
	enum err e;

	if ((e = q_courier_claim(db, owner_of(b), cl->now_us + LEASE_US,
	    cl->now_us, cl->ids, cl->n_ids, &n)) != ERR_OK)
		return e;
	if (n == 0) {
		b->n = 0;
		return ERR_OK;
	}
	return q_courier_load(db, b->arena, owner_of(b), cl->same, cl->n_ids,
	    &b->rows, &b->n);
}

enum err
courier_claim(struct db *db, struct batch *b, int64_t now_us)
{
	struct q_courier_claim_each ids[BATCH_MAX];
	struct q_courier_load_each same[BATCH_MAX];
	struct claiming cl = { b, ids, same, 0, now_us };
	struct q_courier_due *due;
	size_t i, n;
	enum err e;

	arena_wipe(b->arena);
	b->n = b->at = 0;
	begin(db);
	if ((e = q_courier_due(db, b->arena, now_us, &due, &n)) != ERR_OK ||
	    n == 0)
		return e;
	assert(n <= BATCH_MAX);
	for (i = 0; i < n; i++)
		ids[i].id = same[i].id = due[i].id;
	cl.n_ids = n;
	random_fill(b->owner, OWNER_BYTES);
	b->alive_us = clock_ticks_us();
	if ((e = tx_run(db, NULL, b->arena, claim_in_tx, &cl, NULL)) != ERR_OK)
		b->n = 0;
	return e;
}

struct renewing {
	const struct batch *batch;
	int64_t lease_us;
	uint64_t n;
};

static enum err
renew_in_tx(struct db *db, void *arg)
{
	struct q_courier_renew_each ids[BATCH_MAX];
	struct renewing *r = arg;
	const struct batch *b = r->batch;
	size_t i, n = 0;

	for (i = b->at; i < b->n; i++)
		ids[n++].id = b->rows[i].id;
	return q_courier_renew(db, r->lease_us, owner_of(b), ids, n, &r->n);
}

enum err
courier_renew(struct db *db, struct batch *b, int64_t now_us, uint64_t *ret_n)
{
	struct renewing r = { b, now_us + LEASE_US, 0 };
	int64_t ticks_us = clock_ticks_us();
	enum err e;

	assert(b->at < b->n);
	db_begin(db, ticks_us + RENEW_US / 2, DB_JOB);
	if ((e = tx_run(db, NULL, b->arena, renew_in_tx, &r, NULL)) != ERR_OK)
		return e;
	if (r.n == b->n - b->at)
		b->alive_us = ticks_us;
	*ret_n = r.n;
	return ERR_OK;
}

static enum err
release_in_tx(struct db *db, void *arg)
{
	struct q_courier_release_each ids[BATCH_MAX];
	const struct batch *b = arg;
	size_t i, n = 0;

	for (i = b->at; i < b->n; i++)
		ids[n++].id = b->rows[i].id;
	return q_courier_release(db, owner_of(b), ids, n, NULL);
}

enum err
courier_release(struct db *db, struct batch *b)
{
	enum err e = ERR_OK;

	if (b->at < b->n) {
		begin(db);
		e = tx_run(db, NULL, b->arena, release_in_tx, b, NULL);
	}
	b->n = b->at = 0;
	return e;
}

struct finishing {
	const struct q_courier_load *row;
	const struct outcome *outcome;
	const char *detail;		/* of the task, or NULL */
	unsigned reply;
	int64_t now_us;
	bool is_ours;
};

static enum err
finish_in_tx(struct db *db, void *arg)
{
	struct finishing *f = arg;
	const struct outcome *o = f->outcome;
	uint64_t n;
	enum err e;

	if (o->is_end)
		e = q_courier_end(db, o->state, f->reply, f->now_us,
		    f->row->id, f->row->fence, &n);
	else
		e = q_courier_wait(db, o->state, f->reply, o->due_us,
		    o->unsure, f->row->id, f->row->fence, &n);
	if (e != ERR_OK)
		return e;
	f->is_ours = n == 1;
	if (!f->is_ours || f->detail == NULL)
		return ERR_OK;
	return q_courier_task(db, "mail.dead", f->detail, f->now_us, NULL);
}

static const char *
task_detail(struct arena *a, const struct q_courier_load *row,
    const char *why)
{
	json_t *json = json_pack("{s:I, s:s, s:s}", "outbox",
	    (json_int_t)row->id, "template", row->template, "reason", why);
	const char *text;

	if (json == NULL)
		abort();
	text = tree_text(a, json, JSON_COMPACT);
	json_decref(json);
	return text;
}

enum err
courier_finish(struct db *db, struct arena *a,
    const struct q_courier_load *row, const struct outcome *outcome,
    unsigned reply, int64_t now_us, bool *ret_is_ours)
{
	struct finishing f = { row, outcome, NULL, reply, now_us, false };
	enum err e;

	if (outcome->task != NULL)
		f.detail = task_detail(a, row, outcome->task);
	begin(db);
	if ((e = tx_run(db, NULL, a, finish_in_tx, &f, NULL)) != ERR_OK)
		return e;
	*ret_is_ours = f.is_ours;
	return ERR_OK;
}

/* The claims that are to be freed. */
struct recovering {
	const struct q_courier_claimed *rows;
	size_t n;
	const unsigned char *owner;
	int64_t now_us;
	uint32_t chance;
	uint64_t freed;
};

/* The first of a dead holder's mails is the one that it had in hand. */
static enum err
recover_in_tx(struct db *db, void *arg)
{
	struct recovering *r = arg;
	bool is_first = true;
	const struct q_courier_claimed *row;
	uint64_t attempt, n;
	int64_t due_us;
	enum err e;
	size_t i;

	r->freed = 0;
	for (i = 0; i < r->n; i++) {
		row = &r->rows[i];
		if (row->owner.len != OWNER_BYTES ||
		    memcmp(row->owner.ptr, r->owner, OWNER_BYTES) != 0)
			continue;
		attempt = row->attempt;
		due_us = 0;
		if (!is_first && attempt > 0)
			attempt--;
		else if (is_first && attempt > 1)
			due_us = r->now_us + wait_us((unsigned)attempt - 1,
			    r->chance);
		is_first = false;
		if ((e = q_courier_recover(db, attempt, due_us, row->id,
		    row->fence, &n)) != ERR_OK)
			return e;
		r->freed += n;
	}
	return ERR_OK;
}

/* The watch on a claim, or a free one for it; NULL when all are taken. */
static struct watch *
watch_of(struct watch watches[WATCHES_MAX], const unsigned char *owner)
{
	struct watch *w, *free_one = NULL;

	for (w = watches; w < watches + WATCHES_MAX; w++) {
		if (w->since_us == 0)
			free_one = w;
		else if (memcmp(w->owner, owner, OWNER_BYTES) == 0)
			return w;
	}
	return free_one;
}

/* Return whether the claim of ${row} stood still for too long. */
static bool
is_dead(struct watch watches[WATCHES_MAX], const struct q_courier_claimed *row,
    int64_t ticks_us)
{
	struct watch *w;

	if (row->owner.len != OWNER_BYTES ||
	    (w = watch_of(watches, row->owner.ptr)) == NULL || w->is_seen)
		return false;
	w->is_seen = true;
	if (w->since_us == 0 || w->lease_us != row->lease_us) {
		memcpy(w->owner, row->owner.ptr, OWNER_BYTES);
		w->lease_us = row->lease_us;
		w->since_us = ticks_us;
		return false;
	}
	return ticks_us - w->since_us >= LEASE_US;
}

enum err
courier_recover(struct db *db, struct watch watches[WATCHES_MAX],
    int64_t now_us, int64_t ticks_us, uint32_t chance)
{
	struct recovering r = { .now_us = now_us, .chance = chance };
	struct arena *a = arena_open();
	struct q_courier_claimed *rows;
	size_t i, n;
	enum err e;

	begin(db);
	if ((e = q_courier_claimed(db, a, &rows, &n)) != ERR_OK)
		goto out;
	for (i = 0; i < WATCHES_MAX; i++)
		watches[i].is_seen = false;
	r.rows = rows;
	r.n = n;
	for (i = 0; i < n; i++) {
		if (!is_dead(watches, &rows[i], ticks_us))
			continue;
		r.owner = rows[i].owner.ptr;
		if ((e = tx_run(db, NULL, a, recover_in_tx, &r, NULL)) !=
		    ERR_OK)
			goto out;
		log_note("courier=recovered mails=%llu",
		    (unsigned long long)r.freed);
	}
	for (i = 0; i < WATCHES_MAX; i++)
		if (!watches[i].is_seen)
			watches[i].since_us = 0;
out:
	arena_close(a);
	return e;
}
