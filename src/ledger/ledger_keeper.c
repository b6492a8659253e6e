/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a new site needs before its first leaf, and the signed heads
 * (GDPR 5(2), 32(1)(b)).
 */
#include "ledger/ledger_keeper.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"
#include "ledger/head.h"
#include "ledger/heads_file.h"
#include "ledger/ledger.h"
#include "ledger/row.h"

#define HEAD_MOST_US	HOUR_US		/* a head without growth */

struct registering {
	struct arena *a;
	const struct keys *keys;
	int64_t now_us;
};

static enum err
register_key(struct db *db, const struct registering *r,
    enum key_purpose seed, enum jwk_use use)
{
	const char *name = use == JWK_RECEIPT ? "receipt" : "head";
	const uint64_t generation = keys_generation(r->keys);
	struct jwk key;
	enum err e;

	jwk_from_seed(key_get(r->keys, seed), use, r->now_us / SECOND_US,
	    &key);
	if ((e = q_ledger_key_insert(db, key.kid, name,
	    generation, arena_bytes(r->a, key.public, KEY_BYTES), r->now_us,
	    row_mark(r->a, r->keys, "key", row_key_text(r->a, key.kid, name,
	    generation, r->now_us)), NULL)) != ERR_OK)
		return e;
	return q_ledger_key_retire(db, r->now_us, name, generation, NULL);
}

/* The first leaf says that the log begins here. */
static enum err
register_log(struct db *db, const struct registering *r)
{
	struct leaf_epoch epoch = { .epoch = 1, .reason = "start",
	    .at_us = r->now_us };
	struct merkle_frontier empty;
	struct ledger_record record = { .kind = LEAF_EPOCH,
	    .at_us = r->now_us };
	uint64_t n, id;
	enum err e;

	merkle_open(&empty);
	merkle_root(&empty, &epoch.root);
	if ((e = q_ledger_state_insert(db, merkle_save(r->a, &empty), &n)) !=
	    ERR_OK || n == 0)
		return e;
	if ((e = leaf_epoch(r->a, &epoch, &record.text)) != ERR_OK)
		return e;
	return ledger_record(db, r->a, r->keys, &record, &id);
}

/* A key that is not the keeper's would let its owner sign as this site. */
static enum err
look_for_foreign_keys(struct db *db, const struct registering *r)
{
	struct q_ledger_keys *rows;
	size_t i, n;
	enum err e;

	if ((e = q_ledger_keys(db, r->a, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if (row_has_mark(r->a, r->keys, "key", row_key_text(r->a,
		    rows[i].kid, rows[i].usage_of, rows[i].generation,
		    rows[i].created_us), rows[i].mac))
			continue;
		log_fault("event=ledger.foreign_key use=%s generation=%" PRIu64
		    " hint=\"assent verify ledger\"", rows[i].usage_of,
		    rows[i].generation);
		if ((e = job_task(db, "ledger.foreign_key", "{}",
		    r->now_us)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
register_in_tx(struct db *db, void *arg)
{
	const struct registering *r = arg;
	unsigned char generation[16];
	enum err e;

	random_fill(generation, sizeof(generation));
	if ((e = register_key(db, r, KEY_RECEIPT_SEED, JWK_RECEIPT)) !=
	    ERR_OK ||
	    (e = register_key(db, r, KEY_HEAD_SEED, JWK_HEAD)) != ERR_OK ||
	    (e = look_for_foreign_keys(db, r)) != ERR_OK ||
	    (e = register_log(db, r)) != ERR_OK)
		return e;
	return q_ledger_journal_insert(db, arena_bytes(r->a, generation,
	    sizeof(generation)), NULL);
}

enum err
ledger_keeper_register(struct db *db, struct arena *a,
    const struct keys *keys, int64_t now_us)
{
	struct registering r = { a, keys, now_us };

	return tx_run(db, NULL, a, register_in_tx, &r, NULL);
}

struct signing {
	const struct head *head;
	const char *kid;
	const char *jws;
};

static enum err
sign_in_tx(struct db *db, void *arg)
{
	const struct signing *s = arg;

	return q_ledger_head_insert(db, s->head->epoch, s->head->tree.size,
	    (struct bytes){ s->head->tree.root.bytes, HASH_BYTES }, s->kid,
	    s->jws, s->head->at_us, NULL);
}

static bool
is_due(const struct job *job, const struct q_ledger_state *state,
    const struct q_ledger_head_last *last, bool is_wanted)
{
	int64_t age_us = job->now_us - last->at_us;

	if (state->size != last->size || state->epoch != last->epoch)
		return is_wanted || job->is_asked_for ||
		    age_us >= LEDGER_HEAD_US || age_us < 0;
	return age_us >= HEAD_MOST_US;
}

static enum err
sign_head(struct job *job, const struct q_ledger_state *state,
    const struct q_ledger_head_last *last)
{
	struct head head = { .site = job->config->site,
	    .epoch = state->epoch, .at_us = job->now_us -
	    job->now_us % SECOND_US };
	struct merkle_frontier frontier;
	struct signing s = { .head = &head };
	struct jwk key;

	if (merkle_restore(state->frontier, &frontier) != ERR_OK ||
	    frontier.size != state->size) {
		log_fault("event=ledger.state error=frontier hint=\"log_state was changed by hand: assent verify ledger\"");
		return ERR_BUG;
	}
	head.tree.size = frontier.size;
	merkle_root(&frontier, &head.tree.root);
	if (last != NULL) {
		head.has_prev = true;
		head_name(last->jws, &head.prev);
	}
	jwk_from_seed(key_get(job->keys, KEY_HEAD_SEED), JWK_HEAD, 0, &key);
	s.kid = key.kid;
	s.jws = head_sign(job->arena, key_get(job->keys, KEY_HEAD_SEED),
	    &head);
	return job_tx(job, sign_in_tx, &s);
}

enum err
ledger_keeper_head(struct job *job)
{
	struct q_ledger_state state;
	struct q_ledger_head_wanted wanted;
	struct q_ledger_head_last last;
	enum err e;

	if (job->memory == NULL && (job->memory = calloc(1,
	    sizeof(struct heads_file))) == NULL)
		abort();
	if ((e = q_ledger_state(job->db, job->arena, &state)) != ERR_OK)
		return e;
	e = q_ledger_head_last(job->db, job->arena, &last);
	if (e == ERR_NOTFOUND)
		e = state.size == 0 ? ERR_OK : sign_head(job, &state, NULL);
	else if (e == ERR_OK && (e = q_ledger_head_wanted(job->db,
	    job->arena, last.size, &wanted)) == ERR_OK && is_due(job, &state,
	    &last, wanted.is_wanted))
		e = sign_head(job, &state, &last);
	if (e != ERR_OK || job->config->heads_file == NULL)
		return e;
	return heads_file_catch_up(job->memory, job->db, job->arena,
	    job->config->heads_file);
}
