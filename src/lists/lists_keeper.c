/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Snapshots are filled from the list by name, some contacts at a time, within
 * the silo of who asked (GDPR 5(1)(e), 5(1)(f), 25).
 */
#include "lists/lists_keeper.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/role.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "lists/lists_snapshot.h"
#include "lists/lists_store.h"

#define CHUNK		2000	/* contacts looked at in one transaction */
#define NAME_MAX_BYTES	1001	/* of contact.sort_name */

/* Where a walk is, from chunk to chunk; a keeper that died has none. */
struct place {
	uint64_t id;			/* of the snapshot; 0: none */
	uint64_t fence;
	uint64_t walked;
	uint64_t found;
	uint64_t after;
	char name[NAME_MAX_BYTES];	/* of the contact ${after} */
};

struct walking {
	struct job *job;
	struct place *place;
	const struct q_lists_snapshot_next *row;
	const char *ids;	/* JSON, of those found in this chunk */
	uint64_t added;		/* rows of this chunk */
	bool is_lost;		/* called off, or begun again by another */
	bool is_over;
};

static enum err
begin_in_tx(struct db *db, void *arg)
{
	struct walking *w = arg;
	uint64_t n;
	enum err e;

	if ((e = q_lists_snapshot_clear(db, w->row->id, &n)) != ERR_OK)
		return e;
	w->is_over = n == 0;
	if (!w->is_over)
		return ERR_OK;	/* rows of a walk that was cut off go first */
	if ((e = q_lists_snapshot_claim(db, w->row->id, w->row->fence,
	    &n)) != ERR_OK)
		return e;
	w->is_lost = n == 0;
	return ERR_OK;
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	struct walking *w = arg;
	const struct place *p = w->place;
	uint64_t n;
	enum err e;

	w->added = 0;
	if (w->ids != NULL && (e = q_lists_snapshot_add(db, p->id, p->found,
	    w->ids, &w->added)) != ERR_OK)
		return e;
	if ((e = q_lists_snapshot_progress(db, p->walked, p->found + w->added,
	    p->id, p->fence, &n)) != ERR_OK)
		return e;
	w->is_lost = n == 0;
	if (w->is_lost)
		return ERR_CONFLICT;	/* nothing of it is stored */
	if (w->is_over && (e = q_lists_snapshot_ready(db, w->job->now_us,
	    p->id, p->fence, NULL)) != ERR_OK)
		return e;
	return ERR_OK;
}

static enum err
fail_in_tx(struct db *db, void *arg)
{
	const struct walking *w = arg;

	return q_lists_snapshot_fail(db, w->row->id, NULL);
}

/* "[3,7]" of the contacts that are found, or NULL. */
static const char *
found_ids(struct arena *a, const struct q_lists_walk *rows, size_t n)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	for (i = 0; i < n; i++)
		if (rows[i].is_found)
			buf_text(&b, arena_printf(a, "%c%" PRIu64,
			    b.len == 0 ? '[' : ',', rows[i].id));
	if (b.len == 0)
		return NULL;
	buf_char(&b, ']');
	return b.ptr;
}

static enum err
walk_chunk(struct walking *w, const struct filter *filter)
{
	const struct q_lists_snapshot_next *row = w->row;
	struct job *job = w->job;
	struct place *p = w->place;
	struct q_lists_walk *rows;
	size_t n;
	enum err e;

	if ((e = q_lists_walk(job->db, job->arena, role_sees_all(row->role),
	    row->staff_id, row->team_id, p->after == 0 ? NULL : p->name,
	    p->after, CHUNK, filter, &rows, &n)) != ERR_OK)
		return e;
	w->ids = found_ids(job->arena, rows, n);
	w->is_over = n < CHUNK;
	p->walked += n;
	e = job_tx(job, store_in_tx, w);
	if (w->is_lost || e != ERR_OK) {
		p->id = 0;
		return w->is_lost ? ERR_OK : e;
	}
	p->found += w->added;
	if (w->is_over) {
		p->id = 0;
	} else {
		p->after = rows[n - 1].id;
		snprintf(p->name, sizeof(p->name), "%s", rows[n - 1].sort_name);
	}
	return ERR_OK;
}

/* Claim the snapshot, once nothing of an earlier walk is left. */
static enum err
begin(struct walking *w)
{
	enum err e;

	if ((e = job_tx(w->job, begin_in_tx, w)) != ERR_OK)
		return e;
	if (w->is_over && !w->is_lost)
		*w->place = (struct place){ .id = w->row->id,
		    .fence = w->row->fence + 1 };
	return ERR_OK;
}

static enum err
walk_one(struct walking *w)
{
	const struct q_lists_snapshot_next *row = w->row;
	struct job *job = w->job;
	const struct lists_reader reader = { row->staff_id, row->team_id,
	    row->created_us };
	struct lists_snapshot asked;
	struct filter filter;

	if (lists_snapshot_open(job->arena, job->keys, row->staff_id,
	    row->created_us, row->sealed, &asked) != ERR_OK) {
		log_fault("event=lists.snapshot id=%" PRIu64
		    " error=does_not_open", row->id);
		return job_tx(job, fail_in_tx, w);
	}
	if (w->place->id != row->id || w->place->fence != row->fence)
		return begin(w);
	lists_conditions(job->arena, &asked.filter, &reader, &filter);
	return walk_chunk(w, &filter);
}

enum err
lists_keeper_walk(struct job *job)
{
	struct walking w = { .job = job };
	struct q_lists_snapshot_next *rows;
	size_t n;
	enum err e;

	if (job->memory == NULL &&
	    (job->memory = calloc(1, sizeof(struct place))) == NULL)
		abort();
	w.place = job->memory;
	if ((e = q_lists_snapshot_next(job->db, job->arena, job->now_us,
	    &rows, &n)) != ERR_OK || n == 0)
		return e;
	w.row = &rows[0];
	job->is_more = true;
	return walk_one(&w);
}

struct expiring {
	struct job *job;
	uint64_t id;
	bool is_more;
};

static enum err
expire_in_tx(struct db *db, void *arg)
{
	struct expiring *x = arg;
	uint64_t n;
	enum err e;

	if ((e = q_lists_snapshot_clear(db, x->id, &n)) != ERR_OK)
		return e;
	x->is_more = n > 0;
	return x->is_more ? ERR_OK : q_lists_snapshot_delete(db, x->id, NULL);
}

enum err
lists_keeper_expire(struct job *job)
{
	struct q_lists_snapshots_over *rows;
	struct expiring x = { .job = job };
	size_t n;
	enum err e;

	if ((e = q_lists_snapshots_over(job->db, job->arena, job->now_us,
	    &rows, &n)) != ERR_OK || n == 0)
		return e;
	x.id = rows[0].id;
	if ((e = job_tx(job, expire_in_tx, &x)) != ERR_OK)
		return e;
	job->is_more = x.is_more || n > 1;
	return ERR_OK;
}
