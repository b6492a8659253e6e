/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Actions on more contacts than a page: the keeper does them part by part, and
 * forgets who was in them (GDPR 5(1)(e), 5(1)(f), 32(1)(b)).
 */
#include "lists/lists_keeper.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "lists/lists_bulk.h"

#define SLICE_US	(250 * INT64_C(1000))	/* then other jobs have their turn */

struct acting {
	struct job *job;
	uint64_t id;
	struct q_bulk_load b;
	bool is_over;
};

static struct bulk_work
work_of(const struct job *job)
{
	return (struct bulk_work){ job->arena, job->keys, job->ledger,
	    job->outbox, "program", job->now_us };
}

static enum err
step_in_tx(struct db *db, void *arg)
{
	struct acting *k = arg;
	const struct bulk_work w = work_of(k->job);

	return bulk_step(&w, db, k->id, &k->is_over);
}

/* What it did until then stays, and can be taken back. */
static enum err
fail_in_tx(struct db *db, void *arg)
{
	struct acting *k = arg;
	const struct bulk_work w = work_of(k->job);
	bool has_run;
	uint64_t n;
	enum err e;

	if ((e = q_bulk_load(db, k->job->arena, k->id, &k->b)) != ERR_OK)
		return e;
	has_run = strcmp(k->b.state, "running") == 0;
	if ((e = q_bulk_move(db, has_run ? "cancelled" : "failed", k->b.done,
	    0, k->job->now_us, has_run ? k->job->now_us + BULK_UNDO_US :
	    k->b.expires_us, k->id, k->b.state, &n)) != ERR_OK)
		return e;
	return n == 0 || !has_run ? ERR_OK : bulk_audit(&w, db, &k->b,
	    "bulk.cancelled", k->b.n);
}

static enum err
work(struct acting *k)
{
	int64_t until_us = clock_ticks_us() + SLICE_US;
	enum err e;

	do {
		e = job_tx(k->job, step_in_tx, k);
		if (e == ERR_CONFLICT)
			return k->job->lease_us == 0 ? e : ERR_OK; /* stopped, or gone on by another */
		if (e == ERR_DENIED || e == ERR_BUG || e == ERR_INVALID) {
			log_note("event=bulk.failed bulk=%" PRIu64
			    " error=%s", k->id, err_name(e));
			return job_tx(k->job, fail_in_tx, k);
		}
		if (e != ERR_OK)
			return e;
		arena_wipe(k->job->arena);
	} while (!k->is_over && clock_ticks_us() < until_us);
	return ERR_OK;
}

enum err
lists_keeper_bulk(struct job *job)
{
	struct acting k = { .job = job };
	struct q_bulk_next *rows;
	size_t n;
	enum err e;

	if ((e = q_bulk_next(job->db, job->arena, &rows, &n)) != ERR_OK ||
	    n == 0)
		return e;
	k.id = rows[0].id;
	if ((e = work(&k)) == ERR_OK)
		job->is_more = !k.is_over || n > 1;
	return e;
}

struct expiring {
	struct job *job;
	struct q_bulk_over row;
	bool is_more;
};

static enum err
expire_in_tx(struct db *db, void *arg)
{
	struct expiring *x = arg;
	struct job *job = x->job;
	uint64_t id = x->row.id, n;
	enum err e;

	if ((e = q_bulk_clear(db, id, &n)) != ERR_OK)
		return e;
	x->is_more = n > 0;
	if (n > 0)
		return ERR_OK;
	if (strcmp(x->row.state, "proposed") == 0 &&
	    (e = q_bulk_task_over(db, "over", job->now_us, 0,
	    bulk_task_detail(job->arena, id), NULL)) != ERR_OK)
		return e;
	if (x->row.is_old)
		return q_bulk_delete(db, id, NULL);
	return q_bulk_move(db, strcmp(x->row.state, "proposed") == 0 ?
	    "dismissed" : "cancelled", 0, 0, job->now_us, job->now_us, id,
	    x->row.state, NULL);
}

static bool
is_waiting(const char *state)
{
	return strcmp(state, "counting") == 0 || strcmp(state, "ready") == 0 ||
	    strcmp(state, "proposed") == 0;
}

enum err
lists_keeper_bulk_expire(struct job *job)
{
	struct expiring x = { .job = job };
	struct q_bulk_over *rows;
	size_t n;
	enum err e;

	if ((e = q_bulk_over(job->db, job->arena, job->now_us -
	    BULK_KNOWN_US, job->now_us, &rows, &n)) != ERR_OK || n == 0)
		return e;
	x.row = rows[0];
	if ((e = job_tx(job, expire_in_tx, &x)) != ERR_OK)
		return e;
	job->is_more = x.is_more || n > 1 || is_waiting(x.row.state);
	return ERR_OK;
}
