/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tree of RFC 9162 over SHA-256: appending, proving, checking
 * (GDPR 5(2), 7(1)).
 */
#include "ledger/merkle.h"

#include <assert.h>
#include <sodium.h>

void
merkle_leaf(struct bytes data, struct merkle_hash *ret_hash)
{
	static const unsigned char leaf = 0x00;
	crypto_hash_sha256_state st;

	crypto_hash_sha256_init(&st);
	crypto_hash_sha256_update(&st, &leaf, 1);
	crypto_hash_sha256_update(&st, data.ptr, data.len);
	crypto_hash_sha256_final(&st, ret_hash->bytes);
}

void
merkle_node(const struct merkle_hash *left, const struct merkle_hash *right,
    struct merkle_hash *ret_hash)
{
	unsigned char data[1 + 2 * HASH_BYTES];

	data[0] = 0x01;
	memcpy(data + 1, left->bytes, HASH_BYTES);
	memcpy(data + 1 + HASH_BYTES, right->bytes, HASH_BYTES);
	crypto_hash_sha256(ret_hash->bytes, data, sizeof(data));
}

bool
merkle_is_equal(const struct merkle_hash *a, const struct merkle_hash *b)
{
	return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

void
merkle_open(struct merkle_frontier *f)
{
	f->size = 0;
	f->count = 0;
}

void
merkle_push(struct merkle_frontier *f, const struct merkle_hash *leaf)
{
	struct merkle_hash top = *leaf;
	uint64_t size;

	assert(f->size < UINT64_MAX);
	for (size = f->size; (size & 1) != 0; size >>= 1)
		merkle_node(&f->subtree[--f->count], &top, &top);
	f->subtree[f->count++] = top;
	f->size++;
}

void
merkle_root(const struct merkle_frontier *f, struct merkle_hash *ret_root)
{
	struct merkle_hash top;
	unsigned i;

	if (f->count == 0) {
		crypto_hash_sha256(ret_root->bytes, NULL, 0);
		return;
	}
	top = f->subtree[f->count - 1];
	for (i = f->count - 1; i > 0; i--)
		merkle_node(&f->subtree[i - 1], &top, &top);
	*ret_root = top;
}

static unsigned
ones(uint64_t n)
{
	unsigned count = 0;

	for (; n > 0; n &= n - 1)
		count++;
	return count;
}

struct bytes
merkle_save(struct arena *a, const struct merkle_frontier *f)
{
	size_t len = 8 + (size_t)f->count * HASH_BYTES;
	unsigned char *data = arena_take(a, len);
	unsigned i;

	for (i = 0; i < 8; i++)
		data[i] = (unsigned char)(f->size >> (56 - 8 * i));
	for (i = 0; i < f->count; i++)
		memcpy(data + 8 + (size_t)i * HASH_BYTES, f->subtree[i].bytes,
		    HASH_BYTES);
	return (struct bytes){ data, len };
}

enum err
merkle_restore(struct bytes data, struct merkle_frontier *ret_f)
{
	struct merkle_frontier f;
	unsigned i;

	if (data.len < 8)
		return ERR_MALFORMED;
	f.size = 0;
	for (i = 0; i < 8; i++)
		f.size = f.size << 8 | data.ptr[i];
	f.count = ones(f.size);
	if (data.len != 8 + (size_t)f.count * HASH_BYTES)
		return ERR_MALFORMED;
	for (i = 0; i < f.count; i++)
		memcpy(f.subtree[i].bytes, data.ptr + 8 +
		    (size_t)i * HASH_BYTES, HASH_BYTES);
	*ret_f = f;
	return ERR_OK;
}

struct source {
	merkle_leaf_at *leaf_at;
	void *arg;
};

/* The root of the leaves from ${from} up to, not including, ${to}. */
static enum err
range_root(const struct source *s, uint64_t from, uint64_t to,
    struct merkle_hash *ret_root)
{
	struct merkle_frontier f;
	struct merkle_hash leaf;
	enum err e;

	merkle_open(&f);
	for (; from < to; from++) {
		if ((e = s->leaf_at(s->arg, from, &leaf)) != ERR_OK)
			return e;
		merkle_push(&f, &leaf);
	}
	merkle_root(&f, ret_root);
	return ERR_OK;
}

/* The largest power of two below ${n}, which is at least 2. */
static uint64_t
split(uint64_t n)
{
	uint64_t k = 1;

	while (k < n - k)
		k <<= 1;
	return k;
}

static void
add_hash(struct merkle_proof *p, const struct merkle_hash *hash)
{
	assert(p->count < MERKLE_PROOF_MAX);
	p->path[p->count++] = *hash;
}

/*
 * Walk from the root down to the subtree that ${index} leads to, keeping the
 * siblings: left ones are hashed on the way down, right ones on the way up,
 * so that leaves are read in order.
 */
struct step {
	uint64_t from, to;	/* of the sibling */
	bool is_left;
	struct merkle_hash hash;
};

static enum err
siblings_up(const struct source *s, struct step *steps, unsigned n,
    struct merkle_proof *p)
{
	enum err e;

	while (n-- > 0) {
		if (!steps[n].is_left && (e = range_root(s, steps[n].from,
		    steps[n].to, &steps[n].hash)) != ERR_OK)
			return e;
		add_hash(p, &steps[n].hash);
	}
	return ERR_OK;
}

enum err
merkle_prove_leaf(merkle_leaf_at *leaf_at, void *arg, uint64_t index,
    uint64_t size, struct merkle_proof *ret_proof)
{
	const struct source s = { leaf_at, arg };
	struct step steps[MERKLE_PROOF_MAX];
	struct merkle_proof p = { .count = 0 };
	uint64_t from = 0, to = size, middle;
	unsigned n = 0;
	enum err e;

	if (index >= size)
		return ERR_INVALID;
	for (; to - from > 1; n++) {
		middle = from + split(to - from);
		steps[n].is_left = index >= middle;
		if (steps[n].is_left) {
			if ((e = range_root(&s, from, middle,
			    &steps[n].hash)) != ERR_OK)
				return e;
			from = middle;
		} else {
			steps[n].from = middle;
			steps[n].to = to;
			to = middle;
		}
	}
	if ((e = siblings_up(&s, steps, n, &p)) != ERR_OK)
		return e;
	*ret_proof = p;
	return ERR_OK;
}

/* The leaves behind one at ${before} - 1, in memory. */
struct behind {
	const struct merkle_hash *leaves;
	uint64_t before;
};

static enum err
leaf_behind(void *arg, uint64_t index, struct merkle_hash *ret_leaf)
{
	const struct behind *b = arg;

	*ret_leaf = b->leaves[index - b->before];
	return ERR_OK;
}

/*
 * Whatever lies left of the leaf on its way is a full subtree, and those are
 * the frontier's, largest first.
 */
void
merkle_prove_next(const struct merkle_frontier *f,
    const struct merkle_hash *after, uint64_t n,
    struct merkle_proof *ret_proof)
{
	struct behind behind = { after, f->size + 1 };
	const struct source s = { leaf_behind, &behind };
	uint64_t from = 0, to = f->size + 1 + n, middle;
	struct step steps[MERKLE_PROOF_MAX];
	unsigned depth = 0, lefts = 0;
	enum err e;

	for (; to - from > 1; depth++) {
		middle = from + split(to - from);
		steps[depth].is_left = f->size >= middle;
		if (steps[depth].is_left) {
			assert(lefts < f->count);
			steps[depth].hash = f->subtree[lefts++];
			from = middle;
		} else {
			steps[depth].from = middle;
			steps[depth].to = to;
			to = middle;
		}
	}
	ret_proof->count = 0;
	e = siblings_up(&s, steps, depth, ret_proof);
	assert(e == ERR_OK);
}

enum err
merkle_prove_growth(merkle_leaf_at *leaf_at, void *arg, uint64_t from_size,
    uint64_t size, struct merkle_proof *ret_proof)
{
	const struct source s = { leaf_at, arg };
	struct step steps[MERKLE_PROOF_MAX];
	struct merkle_proof p = { .count = 0 };
	uint64_t from = 0, to = size, middle;
	struct merkle_hash hash;
	unsigned n = 0;
	enum err e;

	if (from_size > size)
		return ERR_INVALID;
	for (; from_size > 0 && from_size < to; n++) {
		middle = from + split(to - from);
		steps[n].is_left = from_size > middle;
		if (steps[n].is_left) {
			if ((e = range_root(&s, from, middle,
			    &steps[n].hash)) != ERR_OK)
				return e;
			from = middle;
		} else {
			steps[n].from = middle;
			steps[n].to = to;
			to = middle;
		}
	}
	/* the old tree's own last subtree, unless it is the old root itself */
	if (n > 0 && from > 0) {
		if ((e = range_root(&s, from, to, &hash)) != ERR_OK)
			return e;
		add_hash(&p, &hash);
	}
	if ((e = siblings_up(&s, steps, n, &p)) != ERR_OK)
		return e;
	*ret_proof = p;
	return ERR_OK;
}

/* The levels on which the last node has no sibling and moves up as it is. */
static void
skip_lonely(uint64_t *at, uint64_t *last)
{
	while ((*at & 1) == 0 && *at != 0) {
		*at >>= 1;
		*last >>= 1;
	}
}

bool
merkle_holds_leaf(const struct merkle_hash *leaf, uint64_t index,
    uint64_t size, const struct merkle_proof *proof,
    const struct merkle_hash *root)
{
	struct merkle_hash top = *leaf;
	uint64_t at = index, last = size - 1;
	unsigned i;

	if (index >= size || proof->count > MERKLE_PROOF_MAX)
		return false;
	for (i = 0; i < proof->count; i++) {
		if (last == 0)
			return false;
		if ((at & 1) != 0 || at == last) {
			merkle_node(&proof->path[i], &top, &top);
			skip_lonely(&at, &last);
		} else {
			merkle_node(&top, &proof->path[i], &top);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && merkle_is_equal(&top, root);
}

bool
merkle_holds_growth(const struct merkle_tree *from,
    const struct merkle_tree *to, const struct merkle_proof *proof)
{
	struct merkle_hash old, new;
	uint64_t at = from->size - 1, last = to->size - 1;
	unsigned i = 0;

	if (from->size > to->size || proof->count > MERKLE_PROOF_MAX)
		return false;
	if (from->size == 0)
		return proof->count == 0;
	if (from->size == to->size)
		return proof->count == 0 &&
		    merkle_is_equal(&from->root, &to->root);
	for (; (at & 1) != 0; at >>= 1)
		last >>= 1;
	if (at == 0) {		/* the old tree is one full subtree */
		old = new = from->root;
	} else {
		if (proof->count == 0)
			return false;
		old = new = proof->path[i++];
	}
	for (; i < proof->count; i++) {
		if (last == 0)
			return false;
		if ((at & 1) != 0 || at == last) {
			merkle_node(&proof->path[i], &old, &old);
			merkle_node(&proof->path[i], &new, &new);
			skip_lonely(&at, &last);
		} else {
			merkle_node(&new, &proof->path[i], &new);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && merkle_is_equal(&old, &from->root) &&
	    merkle_is_equal(&new, &to->root);
}
