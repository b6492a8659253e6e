/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The high-water mark of the clock.  It is in the database, so that a machine
 * whose clock is wrong from its start is caught too (GDPR 32(1)(b)).
 */
#include "keeper/guard.h"

#include <inttypes.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include "app/job.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"
#include "keys/hash.h"
#include "ledger/ledger.h"

#define RAISE_US	(10 * SECOND_US)	/* not at every pass */

static const char *const kinds[GUARD__MAX] = {
	[GUARD_GOOD] = NULL,
	[GUARD_FORWARD] = "clock.forward",
	[GUARD_BACKWARD] = "clock.backward",
};

struct look {
	struct arena *a;
	struct ledger *ledger;
	int64_t now_us;
	enum guard guard;
	int64_t high_us;
	bool was_away;
	struct guard_witness witness;
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

/* Whether a time server keeps the clock that this process sees. */
static bool
is_synchronised(int64_t now_us)
{
	struct timex t;
	int64_t kernel_us, apart_us;
	int state;

	memset(&t, 0, sizeof(t));	/* modes 0: ask, change nothing */
	state = adjtimex(&t);
	if (state < 0 || state == TIME_ERROR || (t.status & STA_UNSYNC) != 0)
		return false;
	kernel_us = (int64_t)t.time.tv_sec * SECOND_US +
	    ((t.status & STA_NANO) != 0 ? t.time.tv_usec / 1000 :
	    t.time.tv_usec);
	apart_us = now_us > kernel_us ? now_us - kernel_us :
	    kernel_us - now_us;
	return apart_us <= GUARD_BACKWARD_US;
}

void
guard_witness(int64_t now_us, struct guard_witness *w)
{
	char host[256];

	if (gethostname(host, sizeof(host)) != 0)
		memcpy(host, "?", 2);
	host[sizeof(host) - 1] = '\0';
	sha256_of((struct bytes){ (const unsigned char *)host, strlen(host) },
	    w->machine);
	w->boot_us = clock_boot_us();
	w->is_synchronised = is_synchronised(now_us);
}

bool
guard_was_away(int64_t high_us, const struct guard_witness *then,
    int64_t now_us, const struct guard_witness *now)
{
	bool is_same = memcmp(then->machine, now->machine,
	    sizeof(now->machine)) == 0;
	int64_t gap_us = now_us - high_us;

	if (is_same && now->boot_us >= then->boot_us)
		return gap_us <= now->boot_us - then->boot_us +
		    GUARD_FORWARD_US;
	return now->is_synchronised && gap_us <= GUARD_AWAY_US;
}

static enum err
note_away(struct db *db, const struct look *l)
{
	const struct ledger_audit event = { .verb = "clock.away",
	    .actor = "program", .object = "clock", .detail = arena_printf(
	    l->a, "{\"from\":\"%s\",\"to\":\"%s\"}", clock_iso(l->a,
	    l->high_us), clock_iso(l->a, l->now_us)), .at_us = l->now_us };
	enum err e;

	log_note("event=clock.away high_us=%" PRId64 " now_us=%" PRId64,
	    l->high_us, l->now_us);
	if ((e = q_keeper_clock_tasks_done(db, l->now_us, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, l->a, l->ledger, &event);
}

static enum err
look_in_tx(struct db *db, void *arg)
{
	struct look *l = arg;
	enum err e;

	if (l->high_us == 0)
		return q_keeper_clock_insert(db, l->now_us, NULL);
	if (l->guard != GUARD_GOOD)
		return job_task(db, kinds[l->guard],
		    "{\"do\":\"set the clock right, or run: assent clock accept\"}",
		    l->now_us);
	if (l->was_away && (e = note_away(db, l)) != ERR_OK)
		return e;
	return q_keeper_clock_raise(db, l->now_us, (struct bytes){
	    l->witness.machine, sizeof(l->witness.machine) },
	    l->witness.boot_us, NULL);
}

/* What the clock says, and what the machine says where that is a jump. */
static void
judge(struct look *l, const struct q_keeper_clock_load *row)
{
	struct guard_witness then = { .boot_us = row->boot_us };

	l->high_us = row->high_us;
	l->guard = guard_judge(row->high_us, row->accepted_us, l->now_us);
	guard_witness(l->now_us, &l->witness);
	if (l->guard != GUARD_FORWARD ||
	    row->machine.len != sizeof(then.machine))
		return;
	memcpy(then.machine, row->machine.ptr, sizeof(then.machine));
	l->was_away = guard_was_away(row->high_us, &then, l->now_us,
	    &l->witness);
	if (l->was_away)
		l->guard = GUARD_GOOD;
}

enum err
guard_look(struct db *db, struct arena *a, struct ledger *ledger,
    int64_t now_us, bool *has_mark, enum guard *ret_guard)
{
	static enum guard told = GUARD_GOOD;
	struct q_keeper_clock_load row = { 0 };
	struct look l = { .a = a, .ledger = ledger, .now_us = now_us };
	bool is_told = false;
	enum err e;

	if ((e = q_keeper_clock_load(db, a, &row)) == ERR_OK)
		judge(&l, &row);
	else if (e != ERR_NOTFOUND)
		return e;
	else if (*has_mark) {
		log_note("event=clock.mark_missing what=\"waits for a look\"");
		*has_mark = false;
		return ERR_DOWN;
	}
	if (l.guard == GUARD_GOOD)
		is_told = row.high_us != 0 && row.machine.ptr != NULL &&
		    now_us - row.high_us <= RAISE_US;
	else if (told == l.guard)
		is_told = true;
	else
		log_fault("event=%s high_us=%" PRId64 " now_us=%" PRId64
		    " hint=\"set the clock right, or: assent clock accept\"",
		    kinds[l.guard], row.high_us, now_us);
	if (!is_told && (e = tx_run(db, NULL, a, look_in_tx, &l, NULL)) !=
	    ERR_OK)
		return e;
	told = l.guard;
	*has_mark = true;
	*ret_guard = l.guard;
	return ERR_OK;
}
