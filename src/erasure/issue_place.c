/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A receipt's leaf is written with it, and gets its place when the keeper
 * appends it and signs a head; what lay before it is remembered as a frontier,
 * so that the proof reads only what came after (GDPR 5(2), 17(1)).
 */
#include "erasure/issue_place.h"

#include "base/log.h"
#include "base/text.h"
#include "ledger/merkle.h"

enum err
issue_frontier(struct db *db, struct arena *a, struct bytes *ret_frontier)
{
	struct q_ledger_state state;
	enum err e = q_ledger_state(db, a, &state);

	*ret_frontier = e == ERR_OK ? state.frontier :
	    (struct bytes){ NULL, 0 };
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static bool
is_hash(struct bytes b)
{
	return b.ptr != NULL && b.len == HASH_BYTES;
}

/* The leaves from ${from} up to the size of ${head}. */
static enum err
read_leaves(struct job *job, uint64_t from,
    const struct q_ledger_head_last *head, struct merkle_hash **ret_leaves,
    size_t *ret_n)
{
	struct q_erasing_leaves *rows;
	struct merkle_hash *leaves;
	size_t i, n;
	enum err e;

	if ((e = q_erasing_leaves(job->db, job->arena, from, head->size,
	    PLACE_LEAVES_MAX, &rows, &n)) != ERR_OK)
		return e;
	leaves = arena_take(job->arena, (n + 1) * sizeof(*leaves));
	for (i = 0; i < n; i++)
		if (is_hash(rows[i].leaf))
			memcpy(leaves[i].bytes, rows[i].leaf.ptr, HASH_BYTES);
	*ret_leaves = leaves;
	*ret_n = n;
	return ERR_OK;
}

/* The place, if all that the database says of the log agrees. */
static bool
prove(const struct q_erasing_draft_load *row,
    const struct q_ledger_head_last *head, const struct merkle_hash *leaves,
    size_t n, struct receipt *r)
{
	struct merkle_frontier f;
	struct merkle_hash leaf, root;
	struct arena *a;
	size_t before;
	bool holds;

	if (!is_hash(head->root) || !is_hash(row->leaf) ||
	    merkle_restore(row->frontier, &f) != ERR_OK ||
	    f.size > row->position || f.size + n != head->size)
		return false;
	before = (size_t)(row->position - f.size);
	for (; f.size < row->position; leaves++)
		merkle_push(&f, leaves);
	r->log = (struct receipt_log){ .index = row->position,
	    .leaf_at_us = row->issued_us, .head = head->jws };
	merkle_prove_next(&f, leaves + 1, n - before - 1, &r->log.proof);
	memcpy(root.bytes, head->root.ptr, HASH_BYTES);
	a = arena_open();
	holds = receipt_leaf(a, r, row->issued_us, &leaf) == ERR_OK &&
	    merkle_holds_leaf(&leaf, row->position, head->size,
	    &r->log.proof, &root);
	arena_close(a);
	return holds;
}

enum err
issue_place(struct job *job, const struct q_erasing_draft_load *row,
    struct receipt *r, bool *ret_is_ready)
{
	bool is_late = job->now_us - row->issued_us >= PLACE_WAIT_US;
	struct q_ledger_head_last head;
	struct merkle_frontier f;
	struct merkle_hash *leaves;
	size_t n;
	enum err e;

	*ret_is_ready = true;
	r->has_log = false;
	e = q_ledger_head_last(job->db, job->arena, &head);
	if (e == ERR_NOTFOUND || (e == ERR_OK &&
	    merkle_restore(row->frontier, &f) != ERR_OK))
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	if (row->leaf.ptr == NULL || row->position >= head.size) {
		*ret_is_ready = is_late;
		if (is_late)
			log_fault("event=erasure.receipt hint=\"no head covers it after ten minutes: it leaves without its place in the log\"");
		return ERR_OK;
	}
	if ((e = read_leaves(job, f.size, &head, &leaves, &n)) != ERR_OK)
		return e;
	r->has_log = prove(row, &head, leaves, n, r);
	if (!r->has_log)
		log_fault("event=erasure.receipt hint=\"the log is not as its head says: assent verify ledger\"");
	return ERR_OK;
}
