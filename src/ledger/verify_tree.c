/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The leaves in their order, against every head that was signed over them, in
 * the database and in the file (GDPR 5(2)).
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/text.h"
#include "ledger/head.h"
#include "ledger/row.h"
#include "ledger/verify_inside.h"

/* A head this young may not have reached the file yet. */
#define FILE_LATE_US	(2 * MINUTE_US)

/* The leaves as they are read, batch by batch. */
struct leaves {
	struct arena *arena;
	struct q_ledger_leaves *rows;
	size_t n, i;
	bool is_end;
	struct merkle_frontier frontier;
	bool is_broken;		/* from here on no root can be right */
};

/* The file, line by line. */
struct lines {
	const char *next;	/* NULL: no file, or its end */
	char *line;		/* NULL at the end */
	uint64_t number;
	uint64_t n_lacking;	/* heads of the database that it lacks */
	uint64_t n_young;	/* of them, those that may just be on their way */
	uint64_t first_lacking;
};

struct walk {
	struct verify *v;
	struct leaves leaves;
	struct lines file;
	struct arena *line_arena;
	uint64_t good_size;	/* of the last head that was right */
	uint64_t epoch;
	uint64_t size;		/* of the head before */
	bool has_prev;
	struct merkle_hash prev;
};

static enum err
fetch_leaves(struct walk *w)
{
	struct leaves *l = &w->leaves;
	uint64_t from = l->n == 0 ? 0 : l->rows[l->n - 1].position + 1;
	enum err e;

	arena_wipe(l->arena);
	if ((e = q_ledger_leaves(w->v->db, l->arena, from, VERIFY_BATCH,
	    &l->rows, &l->n)) != ERR_OK)
		return e;
	l->i = 0;
	l->is_end = l->n == 0;
	verify_progress(w->v, l->n);
	return ERR_OK;
}

static bool
is_pruned(const struct id_set *set, uint64_t id)
{
	size_t low = 0, high = set->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (set->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->n && set->ids[low] == id;
}

/* A leaf whose row is not there: pruned under a record, or removed. */
static void
check_absent(struct verify *v, const struct q_ledger_leaves *leaf)
{
	enum ledger_kind kind;

	for (kind = 0; kind < LEDGER_KIND__MAX; kind++)
		if (text_equal(leaf->ledger, ledger_names[kind]))
			break;
	if (kind < LEDGER_KIND__MAX && is_pruned(&v->pruned[kind],
	    leaf->row_id)) {
		v->counts.pruned++;
		return;
	}
	if (kind < LEDGER_KIND__MAX)
		v->removed[kind]++;
	verify_tell(v, VERIFY_ROW_REMOVED, leaf->ledger, leaf->row_id,
	    "%s row %" PRIu64 " was removed: the log has it at position %" PRIu64,
	    leaf->ledger, leaf->row_id, leaf->position);
}

static void
push_leaf(struct walk *w, const struct q_ledger_leaves *leaf)
{
	struct merkle_frontier *f = &w->leaves.frontier;
	struct merkle_hash hash;

	w->v->counts.leaves++;
	if (!leaf->has_row)
		check_absent(w->v, leaf);
	if (leaf->position != f->size) {
		verify_tell(w->v, VERIFY_LEAF_MISSING, NULL, 0,
		    "the log lacks the leaves at positions %" PRIu64 " to %" PRIu64,
		    f->size, leaf->position - 1);
		w->leaves.is_broken = true;
		f->size = leaf->position;	/* to go on counting */
	}
	if (leaf->leaf.len != HASH_BYTES || w->leaves.is_broken) {
		w->leaves.is_broken = true;
		f->size++;
		return;
	}
	memcpy(hash.bytes, leaf->leaf.ptr, HASH_BYTES);
	merkle_push(f, &hash);
}

/* Read leaves until there are ${size}, or none left. */
static enum err
advance(struct walk *w, uint64_t size)
{
	struct leaves *l = &w->leaves;
	enum err e;

	while (l->frontier.size < size && !l->is_end) {
		if (l->i < l->n)
			push_leaf(w, &l->rows[l->i++]);
		else if ((e = fetch_leaves(w)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* The next whole line of the file. */
static void
next_line(struct walk *w)
{
	struct lines *f = &w->file;
	const char *end = f->next == NULL ? NULL : strchr(f->next, '\n');

	arena_wipe(w->line_arena);
	f->line = NULL;
	if (end == NULL) {
		f->next = NULL;
		return;
	}
	f->line = arena_textn(w->line_arena, f->next,
	    (size_t)(end - f->next));
	f->next = end + 1;
	f->number++;
}

/* Whether a line that the database lacks stands before the head ${at}. */
static bool
is_line_first(struct walk *w, const struct head *at)
{
	const struct jwk *key;
	struct head head;

	if (head_read(w->line_arena, w->file.line, &w->v->jwks, &head,
	    &key) != ERR_OK) {
		verify_tell(w->v, VERIFY_FILE, NULL, 0,
		    "line %" PRIu64 " of the heads file is not a head of ours",
		    w->file.number);
		return true;
	}
	if (head.epoch < (at != NULL ? at->epoch : w->v->state.epoch)) {
		w->v->counts.superseded++;
		return true;
	}
	if (at != NULL && (head.epoch > at->epoch || head.at_us > at->at_us))
		return false;
	verify_tell(w->v, VERIFY_FILE, NULL, 0,
	    "the head in line %" PRIu64 " of the heads file, over %" PRIu64
	    " leaves, is not in the database", w->file.number, head.tree.size);
	return true;
}

static void
compare_file(struct walk *w, const struct q_ledger_heads *row,
    const struct head *head)
{
	struct lines *f = &w->file;

	if (w->v->options->heads == NULL)
		return;
	while (f->line != NULL && strcmp(f->line, row->jws) != 0 &&
	    is_line_first(w, head))
		next_line(w);
	if (f->line != NULL && strcmp(f->line, row->jws) == 0) {
		w->v->counts.file_heads++;
		f->n_young = 0;		/* later ones came: none is on its way */
		next_line(w);
		return;
	}
	if (f->n_lacking++ == 0)
		f->first_lacking = row->id;
	if (head->at_us >= w->v->options->now_us - FILE_LATE_US)
		f->n_young++;
}

static void
tell_head(struct walk *w, const struct q_ledger_heads *row, const char *what)
{
	verify_tell(w->v, VERIFY_HEAD, "head", row->id, "head %" PRIu64
	    ", over %" PRIu64 " leaves, %s", row->id, row->size, what);
}

/* The head says what its row says, and goes on from the one before. */
static bool
check_head(struct walk *w, const struct q_ledger_heads *row,
    struct head *ret_head)
{
	const struct jwk *key;
	enum err e = head_read(w->v->batch, row->jws, &w->v->jwks, ret_head,
	    &key);
	bool is_right;

	if (e != ERR_OK) {
		tell_head(w, row, e == ERR_NOTFOUND ?
		    "is signed by a key that is not in the directory" :
		    "does not carry the keeper's signature");
		return false;
	}
	is_right = row->size == ret_head->tree.size &&
	    row->epoch == ret_head->epoch && row->root.len == HASH_BYTES &&
	    memcmp(row->root.ptr, ret_head->tree.root.bytes, HASH_BYTES) == 0;
	if (!is_right)
		tell_head(w, row, "was changed: its columns are not what was signed");
	else if (ret_head->has_prev != w->has_prev || (w->has_prev &&
	    !merkle_is_equal(&ret_head->prev, &w->prev)))
		tell_head(w, row, "does not follow the head before it: one was changed or removed");
	else if (ret_head->epoch < w->epoch || ret_head->tree.size < w->size)
		tell_head(w, row, "is over fewer leaves than the one before it");
	head_name(row->jws, &w->prev);
	w->has_prev = true;
	w->epoch = ret_head->epoch;
	w->size = ret_head->tree.size;
	return is_right;
}

static enum err
take_head(struct walk *w, const struct q_ledger_heads *row)
{
	struct merkle_hash root;
	struct head head;
	enum err e;

	w->v->counts.heads++;
	if (!check_head(w, row, &head))
		return ERR_OK;
	compare_file(w, row, &head);
	if ((e = advance(w, head.tree.size)) != ERR_OK ||
	    w->leaves.is_broken)
		return e;
	merkle_root(&w->leaves.frontier, &root);
	if (w->leaves.frontier.size == head.tree.size &&
	    merkle_is_equal(&root, &head.tree.root)) {
		w->good_size = head.tree.size;
		return ERR_OK;
	}
	if (w->leaves.frontier.size < head.tree.size)
		verify_tell(w->v, VERIFY_TREE, NULL, 0,
		    "the log ends at %" PRIu64 " leaves, but %" PRIu64
		    " were signed in head %" PRIu64, w->leaves.frontier.size,
		    head.tree.size, row->id);
	else
		verify_tell(w->v, VERIFY_TREE, NULL, 0,
		    "the leaves at positions %" PRIu64 " to %" PRIu64
		    " are not those that head %" PRIu64 " was signed over",
		    w->good_size, head.tree.size - 1, row->id);
	w->leaves.is_broken = true;
	return ERR_OK;
}

static enum err
take_heads(struct walk *w)
{
	struct q_ledger_heads *rows;
	uint64_t after = 0;
	size_t i, n;
	enum err e;

	do {
		if ((e = q_ledger_heads(w->v->db, w->v->batch, after,
		    VERIFY_BATCH, &rows, &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++)
			if ((e = take_head(w, &rows[i])) != ERR_OK)
				return e;
		if (n > 0)
			after = rows[n - 1].id;
		arena_wipe(w->v->batch);
	} while (n == VERIFY_BATCH);
	return ERR_OK;
}

static void
finish(struct walk *w)
{
	struct verify *v = w->v;
	struct bytes frontier;

	while (w->file.line != NULL && is_line_first(w, NULL))
		next_line(w);
	if (w->file.n_lacking > w->file.n_young)
		verify_tell(v, VERIFY_FILE, NULL, 0,
		    "the heads file lacks %" PRIu64 " heads, from head %" PRIu64
		    " on: it was shortened, or is another site's",
		    w->file.n_lacking, w->file.first_lacking);
	v->counts.signed_size = w->good_size;
	if (w->leaves.is_broken)
		return;
	frontier = merkle_save(v->batch, &w->leaves.frontier);
	if (v->state.size != w->leaves.frontier.size ||
	    v->state.frontier.len != frontier.len ||
	    memcmp(v->state.frontier.ptr, frontier.ptr, frontier.len) != 0)
		verify_tell(v, VERIFY_STATE, NULL, 0,
		    "the state of the log speaks of %" PRIu64
		    " leaves, the log has %" PRIu64 ", or others",
		    v->state.size, w->leaves.frontier.size);
}

enum err
verify_tree(struct verify *v)
{
	struct walk w = { .v = v };
	enum err e;

	w.leaves.arena = arena_open();
	w.line_arena = arena_open();
	merkle_open(&w.leaves.frontier);
	w.file.next = v->options->heads;
	next_line(&w);
	if ((e = take_heads(&w)) == ERR_OK &&
	    (e = advance(&w, UINT64_MAX)) == ERR_OK)
		finish(&w);
	arena_close(w.line_arena);
	arena_close(w.leaves.arena);
	return e;
}
