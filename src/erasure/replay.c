/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The journal knows people by a keyed hash of their number: so each number of
 * the database is hashed and looked up (GDPR 17(1)).
 */
#include "erasure/replay.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"
#include "erasure/erasure_keeper.h"
#include "ledger/ledger.h"
#include "ledger/merkle.h"
#include "outbox/outbox.h"

#define LOOK_BATCH 1000

/* The work in hand. */
struct replaying {
	struct replay *r;
	struct arena *arena;		/* until the end */
	struct arena *batch;
	struct ledger *ledger;
	const struct journal_entry **entries;	/* by pseudonym */
	uint64_t ids[ERASURE_BATCH_MAX];	/* to be erased */
	size_t n_ids;
	const struct holding_person *person;
};

static int
compare_entries(const void *a, const void *b)
{
	const struct journal_entry *const *x = a, *const *y = b;

	return memcmp((*x)->pseudonym, (*y)->pseudonym, HASH_BYTES);
}

static void
sort_entries(struct replaying *w)
{
	const struct journal *j = w->r->journal;
	size_t i;

	w->entries = arena_take(w->arena, (j->n_entries + 1) *
	    sizeof(*w->entries));
	for (i = 0; i < j->n_entries; i++)
		w->entries[i] = &j->entries[i];
	qsort(w->entries, j->n_entries, sizeof(*w->entries),
	    compare_entries);
}

static bool
is_named(const struct replaying *w, uint64_t contact_id)
{
	struct journal_entry wanted, *key = &wanted;

	holding_pseudonym(w->r->keys, contact_id, wanted.pseudonym);
	return bsearch(&key, w->entries, w->r->journal->n_entries,
	    sizeof(*w->entries), compare_entries) != NULL;
}

static enum err
erase_in_tx(struct db *db, void *arg)
{
	struct replaying *w = arg;
	struct holding_run run = { .keys = w->r->keys, .arena = w->batch,
	    .person = w->person, .now_us = w->r->now_us };
	const struct ledger_audit event = { .verb = "erasure.replayed",
	    .actor = "program", .object = "erasure",
	    .at_us = w->r->now_us };
	enum err e;

	if ((e = holding_erase(db, &run)) != ERR_OK)
		return e;
	return ledger_audit(db, w->batch, w->ledger, &event);
}

static enum err
search(struct replaying *w, const struct holding_person *const *persons,
    size_t n)
{
	struct scan scan;
	struct scan_finding *f;
	bool is_done = n == 0;
	size_t i, k;
	enum err e;

	scan_open(w->batch, w->r->keys, persons, n, &scan);
	while (!is_done)
		if ((e = scan_step(w->r->db, &scan, &is_done)) != ERR_OK)
			return e;
	for (i = 0; i < n; i++) {
		f = &scan.findings[i];
		w->r->n_hard += f->n_hard;
		w->r->n_soft += f->n_soft;
		for (k = 0; k < f->n_hard && k < SCAN_TOLD_MAX; k++)
			w->r->found(w->r->arg, &f->hard[k]);
	}
	return ERR_OK;
}

/* Erase those that were gathered, then search for what is left of them. */
static enum err
erase_gathered(struct replaying *w)
{
	const struct holding_person *persons[ERASURE_BATCH_MAX];
	struct holding_person *person;
	size_t i, n = 0;
	enum err e;

	arena_wipe(w->batch);
	for (i = 0; i < w->n_ids; i++) {
		person = arena_take(w->batch, sizeof(*person));
		e = holding_person_load(w->r->db, w->batch, w->ids[i],
		    person);
		if (e == ERR_NOTFOUND)
			continue;
		if (e != ERR_OK)
			return e;
		w->person = persons[n++] = person;
		if ((e = tx_run(w->r->db, NULL, w->batch, erase_in_tx, w,
		    NULL)) != ERR_OK)
			return e;
		w->r->n_erased++;
	}
	w->n_ids = 0;
	return search(w, persons, n);
}

static enum err
look_up(struct replaying *w)
{
	struct q_restore_contacts *rows;
	struct arena *a = arena_open();
	uint64_t after = 0;
	size_t i, n;
	enum err e;

	do {
		arena_wipe(a);
		if ((e = q_restore_contacts(w->r->db, a, after, LOOK_BATCH,
		    &rows, &n)) != ERR_OK)
			break;
		for (i = 0; i < n && e == ERR_OK; i++) {
			after = rows[i].id;
			if (!is_named(w, after))
				continue;
			w->ids[w->n_ids++] = after;
			if (w->n_ids == ERASURE_BATCH_MAX)
				e = erase_gathered(w);
		}
		w->r->n_looked += n;
		if (w->r->progress != NULL)
			w->r->progress(w->r->arg, w->r->n_looked);
	} while (e == ERR_OK && n == LOOK_BATCH);
	arena_close(a);
	return e == ERR_OK ? erase_gathered(w) : e;
}

struct destroying {
	uint64_t contact_id;
};

static enum err
destroy_in_tx(struct db *db, void *arg)
{
	const struct destroying *d = arg;

	return q_holding_destroy_keys(db, d->contact_id, NULL);
}

/* A key store that was put back too has keys of people who are not here. */
static enum err
destroy_keys(struct replaying *w)
{
	struct q_restore_key_holders *rows;
	struct destroying d = { .contact_id = 0 };
	size_t i, n;
	enum err e;

	do {
		arena_wipe(w->batch);
		if ((e = q_restore_key_holders(w->r->db, w->batch,
		    d.contact_id, LOOK_BATCH, &rows, &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++) {
			d.contact_id = rows[i].contact_id;
			if (!is_named(w, d.contact_id))
				continue;
			if ((e = tx_run(w->r->db, NULL, w->batch,
			    destroy_in_tx, &d, NULL)) != ERR_OK)
				return e;
			w->r->n_keys++;
		}
	} while (n == LOOK_BATCH);
	return ERR_OK;
}

enum err
replay_erasures(struct replay *r)
{
	struct replaying w = { .r = r, .arena = arena_open(),
	    .batch = arena_open() };
	struct q_restore_last last;
	enum err e;

	r->n_looked = r->n_erased = r->n_keys = r->n_hard = r->n_soft = 0;
	r->last_us = 0;
	w.ledger = ledger_open(r->db, r->keys, KEYS_OWNER);
	sort_entries(&w);
	e = q_restore_last(r->db, w.arena, &last);
	if (e == ERR_OK)
		r->last_us = last.at_us;
	if (e == ERR_OK || e == ERR_NOTFOUND)
		e = look_up(&w);
	if (e == ERR_OK)
		e = destroy_keys(&w);
	ledger_close(w.ledger);
	arena_close(w.batch);
	arena_close(w.arena);
	return e;
}

/*
 * The log goes on from the leaves that came back, and says so.  The new epoch
 * has the instant, in seconds, as its number: the one after the backup's was
 * perhaps used already, by an earlier restore.
 */
static enum err
open_epoch(struct db *db, struct arena *a, const struct keys *keys,
    int64_t now_us)
{
	struct leaf_epoch epoch = { .reason = "restore", .at_us = now_us };
	struct merkle_frontier frontier;
	struct q_ledger_state state;
	const char *text;
	uint64_t id;
	enum err e;

	if ((e = q_ledger_state(db, a, &state)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if (merkle_restore(state.frontier, &frontier) != ERR_OK) {
		log_fault("event=restore.log error=frontier hint=\"the backup's log_state is no log of ours\"");
		return ERR_BUG;
	}
	epoch.epoch = (uint64_t)(now_us / SECOND_US);
	if (epoch.epoch <= state.epoch)
		epoch.epoch = state.epoch + 1;
	epoch.size = frontier.size;
	merkle_root(&frontier, &epoch.root);
	if ((e = q_restore_epoch(db, epoch.epoch, NULL)) != ERR_OK ||
	    (e = leaf_epoch(a, &epoch, &text)) != ERR_OK)
		return e;
	return ledger_record(db, a, keys, &(struct ledger_record){ LEAF_EPOCH,
	    text, now_us }, &id);
}

struct ending {
	struct replay *r;
	struct arena *arena;
	struct ledger *ledger;
};

static enum err
tell(struct db *db, const struct ending *w)
{
	const struct replay *r = w->r;
	const char *detail = arena_printf(w->arena,
	    "{\"from\":\"%s\",\"to\":\"%s\",\"erased\":%" PRIu64
	    ",\"copies\":%" PRIu64 "}", r->last_us == 0 ? "" :
	    clock_iso(w->arena, r->last_us), clock_iso(w->arena, r->now_us),
	    r->n_erased, r->n_hard);
	const struct ledger_audit event = { .verb = "site.restored",
	    .actor = "program", .object = "site", .detail = detail,
	    .at_us = r->now_us };
	enum err e;

	if ((e = q_restore_task(db, "site.restored", detail, r->now_us,
	    NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, w->arena, w->ledger, &event);
}

static enum err
end_in_tx(struct db *db, void *arg)
{
	const struct ending *w = arg;
	const struct replay *r = w->r;
	enum err e;

	if ((e = q_restore_portal_sessions(db, r->now_us, NULL)) != ERR_OK ||
	    (e = q_restore_office_sessions(db, r->now_us, NULL)) !=
	    ERR_OK ||
	    (e = q_restore_passkeys(db, r->now_us, NULL)) != ERR_OK ||
	    (e = q_restore_tokens(db, r->now_us, NULL)) != ERR_OK ||
	    (e = q_restore_signups(db, r->now_us, NULL)) != ERR_OK ||
	    (e = outbox_hold(db, r->now_us)) != ERR_OK ||
	    (e = open_epoch(db, w->arena, r->keys, r->now_us)) != ERR_OK ||
	    (e = tell(db, w)) != ERR_OK ||
	    (e = q_keeper_clock_accept(db, r->now_us, NULL)) != ERR_OK)
		return e;
	return q_restore_mark(db, (struct bytes){
	    r->journal->head.generation, JOURNAL_GENERATION_BYTES },
	    r->journal->head.n, r->now_us, NULL);
}

enum err
replay_end(struct replay *r)
{
	struct ending w = { .r = r, .arena = arena_open() };
	enum err e;

	w.ledger = ledger_open(r->db, r->keys, KEYS_OWNER);
	e = tx_run(r->db, NULL, w.arena, end_in_tx, &w, NULL);
	ledger_close(w.ledger);
	arena_close(w.arena);
	return e;
}
