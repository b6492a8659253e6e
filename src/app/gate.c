/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Budgets are fixed windows, counted under keyed hashes: the table does not
 * tell whose address was typed.
 */
#include "app/gate.h"

#include <arpa/inet.h>
#include <assert.h>
#include <inttypes.h>
#include <signal.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "journal/journal.h"

#define SPENDS_MAX 4

struct budget_limit {
	const char *name;
	uint64_t most;
	int64_t window_us;
	bool is_network;
};

static const struct budget_limit limits[BUDGET__MAX] = {
	[BUDGET_ADDRESS_MAIL] = { "address-mail", 5, HOUR_US, false },
	[BUDGET_NETWORK_MAIL] = { "network-mail", 60, HOUR_US, true },
	[BUDGET_SIGN_IN] = { "sign-in", 10, 15 * MINUTE_US, false },
	[BUDGET_NETWORK_SIGN_IN] = { "network-sign-in", 60, 15 * MINUTE_US, true },
	[BUDGET_CODE] = { "code", 20, 15 * MINUTE_US, false },
	[BUDGET_CROSSING] = { "crossing", 20, DAY_US, false },
	[BUDGET_CROSSING_MISS] = { "crossing-miss", 5, DAY_US, false },
	[BUDGET_SECOND_FACTOR] = { "second-factor", 5, 15 * MINUTE_US, false },
};

enum err
gate_site_load(struct db *db, struct arena *a, struct site_info *ret_info)
{
	struct q_site_load row;
	enum err e;

	if ((e = q_site_load(db, a, &row)) != ERR_OK)
		return e;
	*ret_info = (struct site_info){ row.name, row.legal_name, row.address,
	    row.contact_email, row.dpo_name, row.dpo_email,
	    row.authority_name, row.authority_url, row.holidays,
	    row.cooling_off_minutes, row.backup_days, row.binlog_days,
	    row.version };
	return ERR_OK;
}

enum err
gate_site_version(struct db *db, struct arena *a, uint64_t *ret_version)
{
	struct q_site_version row;
	enum err e;

	if ((e = q_site_version(db, a, &row)) == ERR_OK)
		*ret_version = row.version;
	return e;
}

/* The peer's network: /24 for IPv4, /64 for IPv6, as text. */
static const char *
network_of(struct ctx *c)
{
	unsigned char v4[4], v6[16];

	if (inet_pton(AF_INET, c->req->remote_addr, v4) == 1)
		return arena_printf(c->arena, "4:%u.%u.%u", v4[0], v4[1],
		    v4[2]);
	if (inet_pton(AF_INET6, c->req->remote_addr, v6) == 1)
		return arena_printf(c->arena, "6:%s", hex_write(c->arena,
		    (struct bytes){ v6, 8 }));
	return "?";
}

/* Under what a thing is counted. */
static void
spend_hash(struct ctx *c, const struct spend *spend,
    unsigned char ret_hash[HASH_BYTES])
{
	mac_text(key_get(c->worker->keys, KEY_BUDGET),
	    arena_printf(c->arena, "%s|%s", limits[spend->budget].name,
	    spend->who != NULL ? spend->who : network_of(c)), ret_hash);
}

enum err
gate_spend(struct ctx *c, const struct spend *spends, size_t n,
    bool *ret_is_over)
{
	struct q_budget_spend_each each[SPENDS_MAX];
	unsigned char hashes[SPENDS_MAX][HASH_BYTES];
	const struct budget_limit *limit;
	struct q_budget_spend *rows;
	size_t i, j, n_each = 0, n_rows;
	enum err e;

	assert(n <= SPENDS_MAX);
	for (i = 0; i < n; i++) {
		limit = &limits[spends[i].budget];
		ret_is_over[i] = false;
		spend_hash(c, &spends[i], hashes[i]);
		if (limit->is_network && c->req->is_trusted)
			continue;
		each[n_each].key_hash = (struct bytes){ hashes[i], HASH_BYTES };
		each[n_each++].window_us = c->now_us - c->now_us %
		    limit->window_us;
	}
	if (n_each == 0)
		return ERR_OK;
	if ((e = q_budget_spend(c->db, c->arena, each, n_each, &rows,
	    &n_rows)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		for (j = 0; j < n_rows; j++)
			if (rows[j].key_hash.len == HASH_BYTES &&
			    memcmp(rows[j].key_hash.ptr, hashes[i],
			    HASH_BYTES) == 0)
				ret_is_over[i] = rows[j].used >
				    limits[spends[i].budget].most;
	return ERR_OK;
}

/* A head that is not as the mark says: a database from before the journal. */
static enum err
compare(const struct q_site_journal_mark *mark,
    const struct journal_head *head)
{
	if (mark == NULL)
		return ERR_DOWN;
	if (head == NULL)
		return mark->announced == 0 ? ERR_OK : ERR_DOWN;
	if (mark->generation.len != JOURNAL_GENERATION_BYTES ||
	    memcmp(mark->generation.ptr, head->generation,
	    JOURNAL_GENERATION_BYTES) != 0)
		return ERR_DOWN;
	return head->n <= mark->announced ? ERR_OK : ERR_DOWN;
}

/*
 * What this process remembers is of the database that was replaced: versions,
 * numbers of ledger lines, jobs.  Whoever supervises it starts it anew.
 */
static void
end_after_restore(void)
{
	log_note("event=journal.replayed what=\"ends, to be started anew on the database put back\"");
	(void)raise(SIGTERM);
}

/* gate_journal(); ${ret_is_seen}: the database has said something to it. */
static enum err
look_at_journal(struct db *db, struct arena *a, const struct config *config,
    bool *ret_is_seen)
{
	static bool is_behind;
	struct q_site_journal_mark mark;
	struct journal_head head;
	bool has_mark, has_head;
	enum err e;

	*ret_is_seen = true;
	if ((e = journal_head(config->journals, &head)) != ERR_OK &&
	    e != ERR_NOTFOUND) {
		log_fault("event=journal.head error=%s hint=\"every program must be able to read the .head beside the journal\"",
		    err_name(e));
		return ERR_DOWN;
	}
	has_head = e == ERR_OK;
	if (has_head && head.is_held) {
		is_behind = true;
		return ERR_DOWN;	/* its tables come and go just now */
	}
	if ((e = q_site_journal_mark(db, a, &mark)) != ERR_OK &&
	    e != ERR_NOTFOUND) {
		*ret_is_seen = false;
		return e;
	}
	has_mark = e == ERR_OK;
	if (!has_mark && !has_head)
		return ERR_OK;
	e = compare(has_mark ? &mark : NULL, has_head ? &head : NULL);
	if (e != ERR_OK && !is_behind)
		log_fault("event=journal.behind has_mark=%d has_head=%d announced=%" PRIu64 " journal=%" PRIu64 " hint=\"a database put back from a backup: assent restore --replay\"",
		    has_mark, has_head, has_mark ? mark.announced : 0,
		    has_head ? head.n : 0);
	if (e == ERR_OK && is_behind) {
		end_after_restore();
		is_behind = false;
		return ERR_DOWN;	/* nobody gets an answer of the old */
	}
	is_behind = e != ERR_OK;
	return e;
}

enum err
gate_journal(struct db *db, struct arena *a, const struct config *config)
{
	bool is_seen;

	return look_at_journal(db, a, config, &is_seen);
}

struct trying {
	struct ctx *c;
	const struct spend *spends;
	size_t n;
	bool is_over[SPENDS_MAX];
};

static enum err
try_in_tx(struct db *db, void *arg)
{
	struct trying *k = arg;

	(void)db;
	return gate_spend(k->c, k->spends, k->n, k->is_over);
}

enum err
gate_try(struct ctx *c, const struct spend *spends, size_t n)
{
	struct trying k = { c, spends, n, { false } };
	size_t i;
	enum err e;

	if ((e = tx_run(c->db, NULL, c->arena, try_in_tx, &k, NULL)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if (k.is_over[i])
			return ERR_LIMIT;
	return ERR_OK;
}

enum err
gate_return(struct ctx *c, const struct spend *spends, size_t n)
{
	struct q_budget_return_each each[SPENDS_MAX];
	unsigned char hashes[SPENDS_MAX][HASH_BYTES];
	size_t i;

	assert(n <= SPENDS_MAX);
	for (i = 0; i < n; i++) {
		spend_hash(c, &spends[i], hashes[i]);
		each[i].key_hash = (struct bytes){ hashes[i], HASH_BYTES };
	}
	return q_budget_return(c->db, each, n, NULL);
}

enum err
gate_restore(struct worker *w)
{
	int64_t ticks_us = clock_ticks_us();
	bool is_seen;
	struct arena *a;
	enum err e;

	if (w->restore_ticks_us != 0 &&
	    ticks_us - w->restore_ticks_us < SECOND_US)
		return w->restore;
	a = arena_open();
	e = look_at_journal(w->db, a, w->config, &is_seen);
	arena_close(a);
	/* a database that is away is what it was, until it is back */
	if (!is_seen && w->restore_ticks_us != 0)
		return w->restore;
	w->restore = e;
	w->restore_ticks_us = db_is_away(w->db) ? 0 : ticks_us;
	return e;
}
