/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purges: at most JOB_BATCH_MAX rows a transaction, again at once while there
 * are more, so that a kill between two leaves nothing half done
 * (GDPR 5(1)(e)).
 */
#include "keeper/purge.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"
#include "outbox/outbox.h"

/*
 * How long rows stay after their own end.  An expired link, but for a
 * sign-up's, still says so for a month; a session that was not seen for 30
 * days is over whatever its kind;
 * a request key decides repeated POSTs for a day (RELIABILITY 8); a mail's
 * row tells for 30 days what became of it.
 */
#define TOKEN_US	(30 * DAY_US)
#define PORTAL_US	(30 * DAY_US)
#define OFFICE_US	DAY_US
#define CHANGE_US	DAY_US
#define BUDGET_US	DAY_US
#define KEY_US		DAY_US
#define MAIL_US		(30 * DAY_US)
#define CROSSING_US	(366 * DAY_US)	/* as the lines of who looked */

typedef enum err purge_fn(struct db *db, int64_t before_us, uint64_t most,
    uint64_t *ret_affected);

struct purge {
	purge_fn *fn;
	int64_t before_us;
	uint64_t n;	/* removed by this batch */
};

static enum err
purge_in_tx(struct db *db, void *arg)
{
	struct purge *p = arg;

	return p->fn(db, p->before_us, JOB_BATCH_MAX, &p->n);
}

static enum err
purge(struct job *job, purge_fn *fn, int64_t age_us)
{
	struct purge p = { fn, job->now_us - age_us, 0 };
	enum err e;

	if ((e = job_tx(job, purge_in_tx, &p)) != ERR_OK)
		return e;
	if (p.n > 0)
		log_note("event=purged job=%s rows=%" PRIu64, job->row->name,
		    p.n);
	if (p.n >= JOB_BATCH_MAX)
		job->is_more = true;
	return ERR_OK;
}

static enum err
forget_signups(struct db *db, const struct q_keeper_ended_signups *rows,
    size_t n)
{
	struct q_keeper_purge_signup_subjects_each subjects[DB_EACH_MAX];
	struct q_keeper_purge_signups_each ids[DB_EACH_MAX];
	size_t i, n_unused = 0;
	enum err e;

	for (i = 0; i < n; i++) {
		ids[i].id = rows[i].id;
		if (rows[i].used_us == 0)
			subjects[n_unused++].id = rows[i].id;
	}
	if (n_unused > 0 && (e = q_keeper_purge_signup_subjects(db, subjects,
	    n_unused, NULL)) != ERR_OK)
		return e;
	return q_keeper_purge_signups(db, ids, n, NULL);
}

static enum err
signups(struct db *db, int64_t before_us, uint64_t most, uint64_t *ret_n)
{
	struct arena *a = arena_open();
	struct q_keeper_ended_signups *rows;
	size_t at, some, n;
	enum err e;

	if ((e = q_keeper_ended_signups(db, a, before_us, most, &rows, &n)) ==
	    ERR_OK)
		*ret_n = n;
	for (at = 0; e == ERR_OK && at < n; at += some) {
		some = n - at < DB_EACH_MAX ? n - at : DB_EACH_MAX;
		e = forget_signups(db, rows + at, some);
	}
	arena_close(a);
	return e;
}

enum err
purge_signups(struct job *job)
{
	return purge(job, signups, 0);
}

enum err
purge_tokens(struct job *job)
{
	enum err e;

	if ((e = purge(job, q_keeper_purge_tokens, TOKEN_US)) != ERR_OK)
		return e;
	return purge(job, q_keeper_purge_address_changes, CHANGE_US);
}

enum err
purge_sessions(struct job *job)
{
	enum err e;

	if ((e = purge(job, q_keeper_purge_portal_sessions,
	    PORTAL_US)) != ERR_OK)
		return e;
	if ((e = purge(job, q_keeper_purge_office_sessions, OFFICE_US)) !=
	    ERR_OK)
		return e;
	if ((e = purge(job, q_passkey_purge, 0)) != ERR_OK)
		return e;
	return purge(job, q_crossing_purge, CROSSING_US);
}

enum err
purge_budgets(struct job *job)
{
	return purge(job, q_keeper_purge_budgets, BUDGET_US);
}

enum err
purge_request_keys(struct job *job)
{
	return purge(job, q_db_key_prune, KEY_US);
}

enum err
purge_search_queries(struct job *job)
{
	return purge(job, q_keeper_purge_search_queries, 0);
}

enum err
purge_suppressions(struct job *job)
{
	return purge(job, q_keeper_purge_suppressions, 0);
}

enum err
purge_outbox(struct job *job)
{
	return purge(job, outbox_purge, MAIL_US);
}
