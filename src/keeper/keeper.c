/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passes over the table of jobs.  A job does one batch and comes again, so
 * that no job holds up another and SIGTERM is never far (GDPR 32(1)(b)).
 */
#include "keeper/keeper.h"

#include <assert.h>
#include <inttypes.h>

#include "app/gate.h"
#include "app/owner.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"
#include "journal/journal.h"
#include "keeper/jobs.h"
#include "ledger/ledger.h"
#include "ledger/ledger_keeper.h"
#include "outbox/outbox.h"

#define DEADLINE_US	(30 * SECOND_US)	/* of one batch */
#define RETRY_US	SECOND_US		/* after an error */
#define OTHERS_US	(5 * SECOND_US)		/* while another keeper leads */

void
keeper_open(struct keeper *k, struct config *config, struct keys *keys,
    struct db *db)
{
	const struct job_row *row;
	size_t i;

	memset(k, 0, sizeof(*k));
	k->config = config;
	k->keys = keys;
	k->db = db;
	k->ledger = ledger_open(db, keys, KEYS_KEEPER);
	if (config->portal_url != NULL &&
	    outbox_open(config, keys, &k->outbox) != ERR_OK)
		k->outbox = NULL;
	owner_name(k->owner, sizeof(k->owner));
	for (row = keeper_jobs; row->name != NULL; row++)
		k->n_jobs++;
	k->jobs = calloc(k->n_jobs, sizeof(*k->jobs));
	if (k->jobs == NULL)
		abort();
	for (i = 0; i < k->n_jobs; i++)
		k->jobs[i] = (struct job){ .row = &keeper_jobs[i],
		    .config = config, .keys = keys, .db = db,
		    .ledger = k->ledger, .outbox = k->outbox,
		    .owner = k->owner,
		    .arena = arena_open() };
}

void
keeper_close(struct keeper *k)
{
	size_t i;

	db_begin(k->db, clock_ticks_us() + 2 * SECOND_US, DB_JOB);
	for (i = 0; i < k->n_jobs; i++) {
		job_resign(&k->jobs[i]);
		arena_close(k->jobs[i].arena);
		if (k->jobs[i].drop != NULL)
			k->jobs[i].drop(k->jobs[i].memory);
		else
			free(k->jobs[i].memory);
	}
	free(k->jobs);
	ledger_close(k->ledger);
	outbox_close(k->outbox);
}

static enum err
adopt_in_tx(struct db *db, void *arg)
{
	const struct journal_head *head = arg;

	return q_site_journal_adopt(db, (struct bytes){ head->generation,
	    JOURNAL_GENERATION_BYTES }, NULL);
}

/*
 * A new site's journal.  One that was begun, before this database was made
 * anew, and has no entry, is this database's too.
 */
static enum err
begin_journal(struct keeper *k, struct arena *a)
{
	struct q_site_journal_mark mark;
	struct journal_head head;
	enum err e;

	if (k->config->journals[0] == NULL)
		return ERR_OK;
	if ((e = q_site_journal_mark(k->db, a, &mark)) != ERR_OK)
		return e;
	e = journal_head(k->config->journals, &head);
	if (e == ERR_NOTFOUND && mark.announced == 0)
		e = journal_create(k->config->journals, k->config->site,
		    mark.generation.ptr);
	else if (e == ERR_OK && head.n == 0 && mark.announced == 0 &&
	    memcmp(head.generation, mark.generation.ptr,
	    sizeof(head.generation)) != 0)
		e = tx_run(k->db, NULL, a, adopt_in_tx, &head, NULL);
	if (e == ERR_NOTFOUND || e == ERR_MALFORMED)
		e = ERR_OK;	/* the gate says what is wrong */
	k->has_journal = e == ERR_OK;
	return e;
}

/* Another version of the tables is waited for, as is the database. */
static enum err
check_schema(struct keeper *k)
{
	enum err e;

	if (k->is_schema_known)
		return ERR_OK;
	if ((e = db_check_schema(k->db, DB_SCHEMA_VERSION)) == ERR_OK)
		k->is_schema_known = true;
	return e;
}

/* Once per process, and for a new database before any job. */
static enum err
begin_pass(struct keeper *k)
{
	struct arena *a = arena_open();
	int64_t now_us = clock_now_us();
	enum err e;

	db_begin(k->db, clock_ticks_us() + DEADLINE_US, DB_JOB);
	e = check_schema(k);
	if (e == ERR_OK && !k->is_registered && (e = ledger_keeper_register(k->db, a,
	    k->keys, now_us)) == ERR_OK)
		k->is_registered = true;
	if (e == ERR_OK && !k->has_journal)
		e = begin_journal(k, a);
	if (e == ERR_OK && k->config->journals[0] != NULL)
		e = gate_journal(k->db, a, k->config);
	if (e == ERR_OK)
		e = guard_look(k->db, a, k->ledger, now_us,
		    &k->has_mark, &k->guard);
	arena_close(a);
	return e;
}

static bool
must_wait(const struct keeper *k, const struct job *job)
{
	return job->row->is_destructive && k->guard != GUARD_GOOD;
}

static enum err
run_batch(struct job *job)
{
	enum err e;

	db_begin(job->db, clock_ticks_us() + DEADLINE_US, DB_JOB);
	job->now_us = clock_now_us();
	job->is_more = false;
	if ((e = job_lead(job)) == ERR_OK) {
		e = job->row->run(job);
		arena_wipe(job->arena);
	}
	return e;
}

/* When the job comes again, by what its batch came to. */
static int64_t
wait_after(const struct job *job, enum err e)
{
	if (e == ERR_OK)
		return job->is_more ? 0 : job->row->every_us;
	if (e == ERR_CONFLICT && job->lease_us == 0)
		return OTHERS_US;
	if (e != ERR_DOWN)
		log_note("event=job.failed job=%s error=%s", job->row->name,
		    err_name(e));
	return RETRY_US;
}

void
keeper_pass(struct keeper *k, int64_t *ret_wait_us)
{
	int64_t ticks_us, next_us = INT64_MAX;
	struct job *job;
	size_t i;

	if (begin_pass(k) != ERR_OK) {
		*ret_wait_us = RETRY_US;
		return;
	}
	for (i = 0; i < k->n_jobs; i++) {
		job = &k->jobs[i];
		if (job->due_ticks_us <= clock_ticks_us() &&
		    !must_wait(k, job)) {
			enum err e = run_batch(job);

			job->due_ticks_us = clock_ticks_us() +
			    wait_after(job, e);
		}
		if (!must_wait(k, job) && job->due_ticks_us < next_us)
			next_us = job->due_ticks_us;
	}
	ticks_us = clock_ticks_us();
	*ret_wait_us = next_us > ticks_us ? next_us - ticks_us : 0;
}

enum err
keeper_once(struct keeper *k, const char *name)
{
	struct job *job;
	size_t i;
	enum err e;

	if (jobs_find(name) == NULL)
		return ERR_NOTFOUND;
	if ((e = begin_pass(k)) != ERR_OK)
		return e;
	for (i = 0; strcmp(k->jobs[i].row->name, name) != 0; i++)
		assert(i + 1 < k->n_jobs);
	job = &k->jobs[i];
	if (must_wait(k, job))
		return ERR_GONE;
	job->is_asked_for = true;
	do {
		if ((e = run_batch(job)) != ERR_OK)
			return e;
	} while (job->is_more);
	return ERR_OK;
}
