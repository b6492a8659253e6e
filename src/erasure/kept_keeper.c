/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A batch is a transaction: rows go, then the keys of those who have nothing
 * left (GDPR 5(1)(e), 17).
 */
#include "erasure/kept_keeper.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"
#include "erasure/holding.h"
#include "ledger/ledger.h"

/* What has ended, of one kind. */
struct ending {
	struct job *job;
	const char *verb;
	const struct q_holding_archive_ended *items;
	const struct q_holding_cases_ended *cases;
	size_t n;
};

static enum err
audit(struct db *db, const struct ending *w)
{
	const struct ledger_audit event = { .verb = w->verb,
	    .actor = "program", .object = "erasure", .detail = arena_printf(
	    w->job->arena, "{\"count\":%zu}", w->n), .at_us = w->job->now_us };

	return ledger_audit(db, w->job->arena, w->job->ledger, &event);
}

static enum err
end_items_in_tx(struct db *db, void *arg)
{
	const struct ending *w = arg;
	struct q_holding_archive_delete_each ids[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < w->n; i++)
		ids[i].id = w->items[i].id;
	if ((e = q_holding_archive_delete(db, ids, w->n, NULL)) != ERR_OK)
		return e;
	for (i = 0; i < w->n; i++)
		if ((e = q_holding_destroy_keys(db, w->items[i].contact_id,
		    NULL)) != ERR_OK)
			return e;
	return audit(db, w);
}

static enum err
end_cases_in_tx(struct db *db, void *arg)
{
	const struct ending *w = arg;
	size_t i;
	enum err e;

	for (i = 0; i < w->n; i++)
		if ((e = q_holding_cases_forget(db, w->cases[i].contact_id,
		    NULL)) != ERR_OK || (e = q_holding_destroy_keys(db,
		    w->cases[i].contact_id, NULL)) != ERR_OK)
			return e;
	return audit(db, w);
}

enum err
kept_keeper_end(struct job *job)
{
	struct day today = day_of(job->now_us);
	struct q_holding_archive_ended *items;
	struct q_holding_cases_ended *cases;
	struct ending w = { .job = job };
	size_t n_items, n_cases;
	enum err e;

	if ((e = q_holding_archive_ended(job->db, job->arena, today,
	    DB_EACH_MAX, &items, &n_items)) != ERR_OK ||
	    (e = q_holding_cases_ended(job->db, job->arena, day_add_months(
	    today, -HOLDING_PROOF_MONTHS), DB_EACH_MAX, &cases, &n_cases)) !=
	    ERR_OK)
		return e;
	w.items = items;
	w.cases = cases;
	w.n = n_items;
	w.verb = "archive.ended";
	if (n_items > 0 && (e = job_tx(job, end_items_in_tx, &w)) != ERR_OK)
		return e;
	w.n = n_cases;
	w.verb = "case.ended";
	if (n_cases > 0 && (e = job_tx(job, end_cases_in_tx, &w)) != ERR_OK)
		return e;
	if (n_items + n_cases > 0)
		log_note("event=kept.ended items=%zu cases=%zu", n_items,
		    n_cases);
	job->is_more = n_items == DB_EACH_MAX || n_cases == DB_EACH_MAX;
	return ERR_OK;
}
