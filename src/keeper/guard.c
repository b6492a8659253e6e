/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The high-water mark of the clock.  It is in the database, so that a machine
 * whose clock is wrong from its start is caught too (GDPR 32(1)(b)).
 */
#include "keeper/guard.h"

#include <inttypes.h>

#include "app/job.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"

#define RAISE_US	(10 * SECOND_US)	/* not at every pass */

static const char *const kinds[GUARD__MAX] = {
	[GUARD_GOOD] = NULL,
	[GUARD_FORWARD] = "clock.forward",
	[GUARD_BACKWARD] = "clock.backward",
};

struct look {
	struct arena *a;
	int64_t now_us;
	enum guard guard;
	int64_t high_us;
};

enum guard
guard_judge(int64_t high_us, int64_t accepted_us, int64_t now_us)
{
	int64_t trusted_us = high_us > accepted_us ? high_us : accepted_us;

	if (now_us < high_us - GUARD_BACKWARD_US)
		return GUARD_BACKWARD;
	if (now_us > trusted_us + GUARD_FORWARD_US)
		return GUARD_FORWARD;
	return GUARD_GOOD;
}

static enum err
look_in_tx(struct db *db, void *arg)
{
	struct look *l = arg;

	if (l->high_us == 0)
		return q_keeper_clock_insert(db, l->now_us, NULL);
	if (l->guard == GUARD_GOOD)
		return q_keeper_clock_raise(db, l->now_us, NULL);
	return job_task(db, kinds[l->guard],
	    "{\"do\":\"set the clock right, or run: assent clock accept\"}",
	    l->now_us);
}

enum err
guard_look(struct db *db, struct arena *a, int64_t now_us,
    enum guard *ret_guard)
{
	static enum guard told = GUARD_GOOD;
	struct q_keeper_clock_load row = { 0, 0 };
	struct look l = { .a = a, .now_us = now_us };
	enum err e;

	if ((e = q_keeper_clock_load(db, a, &row)) == ERR_OK)
		l.guard = guard_judge(row.high_us, row.accepted_us, now_us);
	else if (e != ERR_NOTFOUND)
		return e;
	l.high_us = row.high_us;
	if (l.guard == GUARD_GOOD) {
		if (row.high_us == 0 || now_us - row.high_us > RAISE_US)
			e = tx_run(db, NULL, a, look_in_tx, &l, NULL);
		else
			e = ERR_OK;
	} else if (told != l.guard) {
		log_fault("event=%s high_us=%" PRId64 " now_us=%" PRId64
		    " hint=\"set the clock right, or: assent clock accept\"",
		    kinds[l.guard], row.high_us, now_us);
		e = tx_run(db, NULL, a, look_in_tx, &l, NULL);
	} else {
		e = ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	told = l.guard;
	*ret_guard = l.guard;
	return ERR_OK;
}
