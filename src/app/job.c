/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Leadership of a job: a lease row with a fence, checked again inside each
 * transaction, because a process can sleep past the end of its lease
 * (GDPR 32(1)(b)).
 */
#include "app/job.h"

#include <assert.h>
#include <inttypes.h>

#include "app/owner.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/lease.h"
#include "db/queries.h"

#define LEASE_US	(30 * SECOND_US)
#define LEASE_LEFT_US	(15 * SECOND_US)	/* prolonged when less is left */
#define NAME_MAX_BYTES	40

struct held {
	struct job *job;
	enum err (*fn)(struct db *db, void *arg);
	void *arg;
};

static void
lease_name(const struct job *job, char name[NAME_MAX_BYTES + 1])
{
	int n = snprintf(name, NAME_MAX_BYTES + 1, "job.%s", job->row->name);

	assert(n > 0 && n <= NAME_MAX_BYTES);
}

static enum err
run_held(struct db *db, void *arg)
{
	struct held *h = arg;
	char name[NAME_MAX_BYTES + 1];
	uint64_t n;
	enum err e;

	lease_name(h->job, name);
	if ((e = q_job_hold(db, h->job->now_us + LEASE_US, name,
	    h->job->owner, h->job->fence, &n)) != ERR_OK)
		return e;
	if (n != 1) {
		log_note("event=job.lost job=%s fence=%" PRIu64,
		    h->job->row->name, h->job->fence);
		h->job->lease_us = 0;
		return ERR_CONFLICT;
	}
	return h->fn(db, h->arg);
}

enum err
job_tx(struct job *job, enum err (*fn)(struct db *db, void *arg), void *arg)
{
	struct held h = { job, fn, arg };
	enum err e;

	if ((e = tx_run(job->db, NULL, job->arena, run_held, &h, NULL)) ==
	    ERR_OK)
		job->lease_us = job->now_us + LEASE_US;
	return e;
}

/* Free the lease of a process of this machine that was killed. */
static enum err
free_of_dead(struct job *job, const char *name)
{
	struct q_lease_load row;
	struct arena *a = arena_open();
	enum err e;

	e = q_lease_load(job->db, a, name, &row);
	if (e == ERR_OK && (row.owner == NULL ||
	    !owner_is_dead(job->owner, row.owner)))
		e = ERR_CONFLICT;
	if (e == ERR_OK)
		e = lease_drop(job->db, name, row.owner);
	arena_close(a);
	return e;
}

enum err
job_lead(struct job *job)
{
	char name[NAME_MAX_BYTES + 1];
	int64_t until_us = job->now_us + LEASE_US;
	enum err e;

	/* A lease further away than its length is from before a clock jump. */
	if (job->lease_us - job->now_us > LEASE_LEFT_US &&
	    job->lease_us <= until_us)
		return ERR_OK;
	lease_name(job, name);
	e = lease_take(job->db, name, job->owner, job->now_us, until_us,
	    &job->fence);
	if (e == ERR_CONFLICT && (e = free_of_dead(job, name)) == ERR_OK)
		e = lease_take(job->db, name, job->owner, job->now_us,
		    until_us, &job->fence);
	if (e != ERR_OK) {
		job->lease_us = 0;
		return e;
	}
	job->lease_us = until_us;
	return ERR_OK;
}

void
job_resign(struct job *job)
{
	char name[NAME_MAX_BYTES + 1];

	if (job->lease_us == 0)
		return;
	lease_name(job, name);
	if (lease_drop(job->db, name, job->owner) != ERR_OK)
		log_note("event=job.resign job=%s error=not_stored",
		    job->row->name);
	job->lease_us = 0;
}

enum err
job_task(struct db *db, const char *kind, const char *detail, int64_t now_us)
{
	return q_job_task(db, kind, detail, now_us, NULL);
}
