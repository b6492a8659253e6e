/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which statements may run now, and what is done about one that failed
 * outside a transaction.  GET changes nothing (DESIGN: one request).
 */
#include "db/inside.h"

#include <assert.h>

#include "base/clock.h"
#include "base/log.h"

#define PAUSE_MS 80	/* between tries after a deadlock, at most */

static enum err
refuse(const struct query *q, const char *why)
{
	log_fault("db=refused query=%s why=%s", q->name, why);
	return ERR_BUG;
}

/* Conditions of this program only, and only where the text has their place. */
static bool
filter_is_ours(const struct db *db, const struct call *call)
{
	const struct query *q;
	size_t i, n = call->filter == NULL ? 0 : call->filter->n;

	for (i = 0; i < n; i++) {
		assert(call->filter->conditions[i].id < Q__MAX);
		q = &db->table[call->filter->conditions[i].id];
		if (q->text == NULL || q->does != DOES_CONDITION)
			return false;
	}
	return n == 0 || strchr(db->table[call->id].in, '*') != NULL;
}

static enum err
check_allowed(const struct db *db, const struct query *q,
    const struct call *call)
{
	if (q->text == NULL)
		return refuse(q, "of_another_program");
	if (q->does == DOES_ORDER || q->does == DOES_CONDITION)
		return refuse(q, "no_statement");
	if (q->does == DOES_WRITE && db->mode == DB_GET)
		return refuse(q, "write_under_get");
	if (q->does == DOES_APPEND && db->mode == DB_GET && !q->is_get)
		return refuse(q, "append_under_get");
	if (q->does == DOES_WRITE && !db->is_in_tx)
		return refuse(q, "write_outside_tx");
	if (*q->each == '\0' ? call->n_each != 0 :
	    call->n_each < 1 || call->n_each > DB_EACH_MAX)
		return refuse(q, "number_of_groups");
	if (!filter_is_ours(db, call))
		return refuse(q, "filter");
	if (db->is_in_tx && db->fate != FATE_NONE)
		return fate_err(db->fate);
	return ERR_OK;
}

/* After a failure outside a transaction: ERR_OK to try once more. */
static enum err
after_failure(struct db *db, const struct query *q, enum fate fate,
    const struct fetch *f, unsigned n_tries)
{
	if (fate == FATE_LOST) {
		link_close(db);
		if (q->does != DOES_READ && f->was_sent)
			return ERR_UNSURE;
	} else if (fate == FATE_AGAIN)
		link_pause(db, PAUSE_MS);
	else
		return fate_err(fate);
	return n_tries < DB_TRIES_MAX ? ERR_OK : ERR_DOWN;
}

static enum err
run(struct db *db, const struct call *call, struct fetch *f)
{
	const struct query *q;
	unsigned n_tries;
	enum fate fate;
	enum err e;

	assert(call->id < Q__MAX);
	q = &db->table[call->id];
	if ((e = check_allowed(db, q, call)) != ERR_OK)
		return e;
	for (n_tries = 1;; n_tries++) {
		if (clock_ticks_us() >= db->deadline_us) {
			log_note("db=late query=%s", q->name);
			fate = FATE_DOWN;
		} else if (!db->is_in_tx && (e = link_open(db)) != ERR_OK)
			return e;
		else
			fate = statement_once(db, call, f);
		if (fate == FATE_NONE)
			return ERR_OK;
		if (db->is_in_tx) {
			db->fate = fate;
			return fate_err(fate);
		}
		if ((e = after_failure(db, q, fate, f, n_tries)) != ERR_OK)
			return e;
	}
}

enum err
db_run(struct db *db, const struct call *call, uint64_t *ret_affected)
{
	struct fetch f = { .a = NULL };
	enum err e;

	if ((e = run(db, call, &f)) != ERR_OK)
		return e;
	if (ret_affected != NULL)
		*ret_affected = f.n_affected;
	return ERR_OK;
}

enum err
db_one(struct db *db, struct arena *a, const struct call *call,
    union val *ret_row)
{
	struct fetch f = { .a = a };
	enum err e;

	if ((e = run(db, call, &f)) != ERR_OK)
		return e;
	if (f.n == 0)
		return ERR_NOTFOUND;
	if (f.n > 1) {
		if (db->is_in_tx)
			db->fate = FATE_BUG;
		return refuse(&db->table[call->id], "a_second_row");
	}
	memcpy(ret_row, f.rows,
	    strlen(db->table[call->id].out) * sizeof(*ret_row));
	return ERR_OK;
}

enum err
db_many(struct db *db, struct arena *a, const struct call *call,
    union val **ret_rows, size_t *ret_n)
{
	struct fetch f = { .a = a };
	enum err e;

	if ((e = run(db, call, &f)) != ERR_OK)
		return e;
	*ret_rows = f.rows;
	*ret_n = f.n;
	return ERR_OK;
}

bool
db_was_cut(const struct db *db)
{
	return db->was_cut;
}
