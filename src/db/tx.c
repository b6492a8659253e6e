/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The only place that opens a transaction: all of it or none of it, once or
 * "we are checking", never twice (GDPR 5(1)(d), 5(1)(f)).
 */
#include "db/inside.h"

#include <assert.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#define PAUSE_MS	80	/* between tries after a deadlock, at most */
#define PRUNE_ROWS	500	/* of one transaction: a cluster's limit is far */

/* One call of tx_run(). */
struct tx {
	struct db *db;
	const struct tx_key *key;
	struct arena *a;
	enum err (*fn)(struct db *db, void *arg);
	void *arg;
	struct tx_result result;
	bool is_unsure;		/* a COMMIT's answer was lost */
};

/* What one attempt came to. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_FAILED,		/* rolled back; the error stands */
	OUTCOME_AGAIN,
	OUTCOME_REPLAY		/* the key is there already */
};

void
tx_set_result(struct db *db, const char *text)
{
	size_t len = strlen(text);

	assert(db->is_in_tx && len <= DB_RESULT_MAX_BYTES);
	memcpy(db->result, text, len + 1);
	db->has_result = true;
}

void
db_watch(struct db *db, void (*fn)(void *arg, enum tx_event event), void *arg)
{
	db->watch = fn;
	db->watch_arg = arg;
}

static void
tell(struct db *db, enum tx_event event)
{
	if (db->watch != NULL)
		db->watch(db->watch_arg, event);
}

/* End the attempt.  A connection on which that fails is not used again. */
static void
roll_back(struct db *db)
{
	unsigned number = 0;

	db->is_in_tx = false;
	if (db->fate != FATE_LOST)
		order_run(db, Q_DB_ROLLBACK, NULL, &number);
	if (db->fate == FATE_LOST || number != 0)
		link_close(db);
	tell(db, TX_ROLLED_BACK);
}

static struct bytes
key_bytes(const struct tx_key *key)
{
	return (struct bytes){ key->k, sizeof(key->k) };
}

/* The statements of one attempt, up to its COMMIT. */
static enum err
work(struct tx *t, bool *ret_is_replay)
{
	const struct tx_key *key = t->key;
	struct db *db = t->db;
	enum err e;

	*ret_is_replay = false;
	if (key != NULL && (e = q_db_key_insert(db, key_bytes(key),
	    key->route, (struct bytes){ key->body_mac, sizeof(key->body_mac) },
	    key->now_us, NULL)) != ERR_OK) {
		*ret_is_replay = e == ERR_CONFLICT;
		return e;
	}
	if ((e = t->fn(db, t->arg)) != ERR_OK)
		return e;
	if (key != NULL && db->has_result && db->fate == FATE_NONE)
		return q_db_key_result(db, db->result, key_bytes(key), NULL);
	return ERR_OK;
}

static enum outcome
commit(struct tx *t, enum err *ret_e)
{
	struct db *db = t->db;
	unsigned number;

	order_run(db, Q_DB_COMMIT, NULL, &number);
	db->is_in_tx = false;
	if (number == 0) {
		db->alive_us = clock_ticks_us();
		tell(db, TX_COMMITTED);
		return OUTCOME_DONE;
	}
	db->fate = fate_of(number);
	if (db->fate == FATE_AGAIN) {
		roll_back(db);
		return OUTCOME_AGAIN;
	}
	log_note("db=commit_unknown errno=%u has_key=%d", number,
	    t->key != NULL);
	link_close(db);
	tell(db, TX_UNSURE);
	t->is_unsure = true;
	*ret_e = ERR_UNSURE;
	return t->key != NULL ? OUTCOME_AGAIN : OUTCOME_FAILED;
}

/* What a failed attempt means; its transaction is rolled back. */
static enum outcome
after_failure(struct db *db, enum err e, enum err *ret_e)
{
	roll_back(db);
	switch (db->fate) {
	case FATE_AGAIN:
	case FATE_LOST:
		return OUTCOME_AGAIN;
	case FATE_NONE:
		*ret_e = e;
		return OUTCOME_FAILED;
	case FATE_DUPLICATE:
		*ret_e = e != ERR_OK ? e : ERR_CONFLICT;
		return OUTCOME_FAILED;
	case FATE_DOWN:
	case FATE_BUG:
		break;
	}
	*ret_e = fate_err(db->fate);
	return OUTCOME_FAILED;
}

static enum outcome
attempt(struct tx *t, enum err *ret_e)
{
	struct db *db = t->db;
	bool is_replay;
	unsigned number;
	enum err e;

	if ((e = link_open(db)) != ERR_OK) {
		*ret_e = e;
		return OUTCOME_FAILED;
	}
	db->fate = FATE_NONE;
	db->has_result = false;
	order_run(db, Q_DB_START, NULL, &number);
	if (number != 0) {
		log_note("db=not_started errno=%u", number);
		db->fate = fate_of(number);
		return after_failure(db, fate_err(db->fate), ret_e);
	}
	db->is_in_tx = true;
	tell(db, TX_BEGAN);
	e = work(t, &is_replay);
	if (e == ERR_OK && db->fate == FATE_NONE)
		return commit(t, ret_e);
	if (!is_replay)
		return after_failure(db, e, ret_e);
	roll_back(db);
	return OUTCOME_REPLAY;
}

/* The key was there: give what was stored with it. */
static enum outcome
replay(struct tx *t, enum err *ret_e)
{
	const struct tx_key *key = t->key;
	struct q_db_key_load row;
	enum err e;

	e = q_db_key_load(t->db, t->a, key_bytes(key), &row);
	if (e == ERR_NOTFOUND)
		return OUTCOME_AGAIN;	/* whoever had it rolled back */
	*ret_e = e;
	if (e != ERR_OK)
		return OUTCOME_FAILED;
	if (!text_equal(row.route, key->route) ||
	    row.body_mac.len != sizeof(key->body_mac) ||
	    sodium_memcmp(row.body_mac.ptr, key->body_mac,
	    sizeof(key->body_mac)) != 0) {
		*ret_e = ERR_CONFLICT;
		return OUTCOME_FAILED;
	}
	t->result.is_replayed = true;
	t->result.text = row.result;
	return OUTCOME_DONE;
}

static enum err
run_tries(struct tx *t)
{
	enum outcome outcome;
	unsigned n_tries = 0;
	enum err e = ERR_DOWN;

	for (;;) {
		outcome = attempt(t, &e);
		if (outcome == OUTCOME_REPLAY)
			outcome = replay(t, &e);
		else if (outcome == OUTCOME_DONE && t->db->has_result)
			t->result.text = arena_text(t->a, t->db->result);
		if (outcome == OUTCOME_DONE)
			return ERR_OK;
		if (outcome == OUTCOME_FAILED)
			return e == ERR_DOWN && t->is_unsure ? ERR_UNSURE : e;
		if (++n_tries == DB_TRIES_MAX ||
		    clock_ticks_us() >= t->db->deadline_us)
			return t->is_unsure ? ERR_UNSURE : ERR_DOWN;
		link_pause(t->db, PAUSE_MS);
	}
}

enum err
tx_run(struct db *db, const struct tx_key *key, struct arena *a,
    enum err (*fn)(struct db *db, void *arg), void *arg,
    struct tx_result *ret_result)
{
	struct tx t = { .db = db, .key = key, .a = a, .fn = fn, .arg = arg };
	enum err e;

	assert(!db->is_in_tx);
	e = run_tries(&t);
	sodium_memzero(db->result, sizeof(db->result));
	db->has_result = false;
	if (e == ERR_OK && ret_result != NULL)
		*ret_result = t.result;
	return e;
}

struct pruning {
	int64_t before_us;
	uint64_t n;
};

static enum err
prune_in_tx(struct db *db, void *arg)
{
	struct pruning *p = arg;

	return q_db_key_prune(db, p->before_us, PRUNE_ROWS, &p->n);
}

enum err
db_prune_keys(struct db *db, int64_t before_us)
{
	struct pruning p = { .before_us = before_us };
	struct arena *a = arena_open();
	enum err e;

	do
		e = tx_run(db, NULL, a, prune_in_tx, &p, NULL);
	while (e == ERR_OK && p.n == PRUNE_ROWS);
	arena_close(a);
	return e;
}
