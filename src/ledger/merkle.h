/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tree behind the ledgers: whoever holds a signed head can tell that a
 * row is in it, and that a later head only added to it (GDPR 5(2), 7(1)).
 */
#ifndef LEDGER_MERKLE_H
#define LEDGER_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "keys/hash.h"

#define MERKLE_PROOF_MAX 64	/* hashes: one per level */

struct merkle_hash {
	unsigned char bytes[HASH_BYTES];
};

/**
 * merkle_leaf(data, ret_hash), merkle_node(left, right, ret_hash):
 * Write the hash of a leaf, SHA-256(0x00 || data), or of a node,
 * SHA-256(0x01 || left || right).
 *
 * Source: RFC 9162, 2.1.1.
 */
void merkle_leaf(struct bytes data, struct merkle_hash *ret_hash);
void merkle_node(const struct merkle_hash *left,
    const struct merkle_hash *right, struct merkle_hash *ret_hash);

/*
 * All that is needed of the leaves so far to add one and to give the root:
 * the roots of the full subtrees that the size is made of, largest first.
 */
struct merkle_frontier {
	uint64_t size;		/* leaves pushed */
	unsigned count;		/* of subtrees: the one bits of size */
	struct merkle_hash subtree[MERKLE_PROOF_MAX];
};

/**
 * merkle_open(f):
 * Make ${f} the frontier of no leaves.
 */
void merkle_open(struct merkle_frontier *f);

/**
 * merkle_push(f, leaf):
 * Append the leaf hash ${leaf}.
 */
void merkle_push(struct merkle_frontier *f, const struct merkle_hash *leaf);

/**
 * merkle_root(f, ret_root):
 * Write the root of all leaves pushed; of none, the SHA-256 of nothing.
 */
void merkle_root(const struct merkle_frontier *f,
    struct merkle_hash *ret_root);

/**
 * merkle_save(a, f), merkle_restore(data, ret_f):
 * Write ${f} as bytes for a row (the size in 8 bytes, big endian, then the
 * subtrees), and read them again; ERR_MALFORMED when the length is not what
 * the size asks for.
 */
struct bytes merkle_save(struct arena *a, const struct merkle_frontier *f);
enum err merkle_restore(struct bytes data, struct merkle_frontier *ret_f)
    MUST_CHECK;

/*
 * Gives the leaf hash at ${index}.  A proof asks in ascending order and for
 * each leaf at most once, so a forward cursor will do.
 */
typedef enum err merkle_leaf_at(void *arg, uint64_t index,
    struct merkle_hash *ret_leaf);

struct merkle_proof {
	unsigned count;
	struct merkle_hash path[MERKLE_PROOF_MAX];	/* lowest first */
};

/**
 * merkle_prove_leaf(leaf_at, arg, index, size, ret_proof):
 * Write the proof that the leaf ${index} (from 0) is in the tree of the first
 * ${size} leaves.  Reads all leaves but that one.  ERR_INVALID unless
 * ${index} < ${size}; else what ${leaf_at} returns.
 *
 * Source: RFC 9162, 2.1.3.1.
 */
enum err merkle_prove_leaf(merkle_leaf_at *leaf_at, void *arg, uint64_t index,
    uint64_t size, struct merkle_proof *ret_proof) MUST_CHECK;

/**
 * merkle_prove_next(f, after, n, ret_proof):
 * Write the proof that the leaf which follows those of ${f} is in the tree
 * that ends with the ${n} leaves ${after} it: the proof of merkle_prove_leaf()
 * without reading what came before.
 *
 * Source: RFC 9162, 2.1.3.1.
 */
void merkle_prove_next(const struct merkle_frontier *f,
    const struct merkle_hash *after, uint64_t n,
    struct merkle_proof *ret_proof);

/**
 * merkle_prove_growth(leaf_at, arg, from, size, ret_proof):
 * Write the proof that the tree of ${size} leaves continues the one of its
 * first ${from}.  Empty when ${from} is 0 or ${size}.  ERR_INVALID unless
 * ${from} <= ${size}; else what ${leaf_at} returns.
 *
 * Source: RFC 9162, 2.1.4.1.
 */
enum err merkle_prove_growth(merkle_leaf_at *leaf_at, void *arg,
    uint64_t from, uint64_t size, struct merkle_proof *ret_proof) MUST_CHECK;

/**
 * merkle_holds_leaf(leaf, index, size, proof, root):
 * Return whether ${proof} shows that the leaf hash ${leaf} stands at ${index}
 * in the tree of ${size} leaves with ${root}.
 *
 * Source: RFC 9162, 2.1.3.2.
 */
bool merkle_holds_leaf(const struct merkle_hash *leaf, uint64_t index,
    uint64_t size, const struct merkle_proof *proof,
    const struct merkle_hash *root) MUST_CHECK;

/* A tree as a head names it. */
struct merkle_tree {
	uint64_t size;
	struct merkle_hash root;
};

/**
 * merkle_holds_growth(from, to, proof):
 * Return whether ${proof} shows that the tree ${to} continues ${from}.  The
 * empty tree is continued by every tree, with an empty proof.
 *
 * Source: RFC 9162, 2.1.4.2.
 */
bool merkle_holds_growth(const struct merkle_tree *from,
    const struct merkle_tree *to, const struct merkle_proof *proof)
    MUST_CHECK;

/**
 * merkle_is_equal(a, b):
 * Return whether two hashes are the same.
 */
bool merkle_is_equal(const struct merkle_hash *a,
    const struct merkle_hash *b);

#endif
