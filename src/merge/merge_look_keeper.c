/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who may be held twice: a walk over all contacts, some at a time, that costs
 * no page anything (GDPR 5(1)(d)).
 */
#include "merge/merge_keeper.h"

#include "base/clock.h"
#include "db/queries.h"

#define BATCH		100	/* contacts of one transaction */
#define ROUND_EVERY_US	DAY_US

struct walking {
	struct job *job;
	uint64_t after;
	uint64_t through;	/* 0: the walk is at its end */
	int64_t began_us;
};

static enum err
look_in_tx(struct db *db, void *arg)
{
	static enum err (*const finds[])(struct db *db, int64_t now_us,
	    uint64_t after, uint64_t through, uint64_t *ret_affected) = {
		/* the first that finds a pair says why; an address outdoes it */
		q_merge_find_phone, q_merge_find_beside_email,
		q_merge_find_beside_phone, q_merge_find_beside_both,
		q_merge_find_name, q_merge_find_email,
	};
	const struct walking *w = arg;
	size_t i;
	enum err e;

	if (w->through == 0) {
		if ((e = q_merge_pairs_over(db, w->began_us, NULL)) != ERR_OK)
			return e;
		return q_merge_walk_put(db, 0, w->began_us, w->job->now_us,
		    NULL);
	}
	for (i = 0; i < sizeof(finds) / sizeof(finds[0]); i++)
		if ((e = finds[i](db, w->job->now_us, w->after, w->through,
		    NULL)) != ERR_OK)
			return e;
	return q_merge_walk_put(db, w->through, w->began_us, 0, NULL);
}

enum err
merge_keeper_look(struct job *job)
{
	struct walking w = { .job = job };
	struct q_merge_walk_end end;
	struct q_merge_walk walk;
	enum err e;

	if ((e = q_merge_walk(job->db, job->arena, &walk)) != ERR_OK)
		return e;
	if (walk.through_id == 0 && !job->is_asked_for &&
	    walk.ended_us + ROUND_EVERY_US > job->now_us)
		return ERR_OK;
	w.after = walk.through_id;
	w.began_us = walk.through_id == 0 ? job->now_us : walk.began_us;
	if ((e = q_merge_walk_end(job->db, job->arena, w.after, BATCH,
	    &end)) != ERR_OK)
		return e;
	w.through = end.through_id;
	if ((e = job_tx(job, look_in_tx, &w)) != ERR_OK)
		return e;
	job->is_more = w.through != 0;
	return ERR_OK;
}
