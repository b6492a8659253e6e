/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Proofs that leave the house: that a row stands in the log, as a document a
 * person keeps and checks offline; and the list of published heads
 * (GDPR 5(2), 7(1)).
 */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "keys/jws.h"
#include "ledger/head.h"
#include "ledger/leaf.h"

#define HEADS_MAX 1000		/* in one list */

struct proof {
	const char *leaf;		/* canonical bytes of the row */
	uint64_t index;
	struct merkle_proof path;
	const char *head;		/* JWS */
	bool has_subject;		/* the commitment is opened too */
	uint64_t contact;
	unsigned char opening[KEY_BYTES];
};

/**
 * proof_write(a, proof, ret_text):
 * Write ${proof} as a JSON document (doc/formats/log.md).  ERR_INVALID when
 * its leaf or head is not plain text.
 */
enum err proof_write(struct arena *a, const struct proof *proof,
    const char **ret_text) MUST_CHECK;

/**
 * proof_read(a, text, ret_proof):
 * Read what proof_write() wrote.  ERR_MALFORMED otherwise.
 */
enum err proof_read(struct arena *a, const char *text,
    struct proof *ret_proof) MUST_CHECK;

/**
 * proof_check(a, proof, keys, ret_head, ret_key):
 * Check that the leaf stands at its place under the signed head, that it is
 * in its one spelling, and, if the subject is opened, that the leaf commits
 * to that contact.  ERR_INVALID when it does not hold; else as head_read().
 * Whether ${ret_key} was revoked is the caller's question.
 */
enum err proof_check(struct arena *a, const struct proof *proof,
    const struct jwks *keys, struct head *ret_head,
    const struct jwk **ret_key) MUST_CHECK;

/**
 * heads_write(a, heads, count), heads_read(a, text, ret_heads, ret_count):
 * Write the list of signed heads, newest first, as /.well-known/assent/heads
 * gives it, and read it; their signatures are not looked at.  ERR_MALFORMED
 * for another document, or for more than HEADS_MAX.
 */
const char *heads_write(struct arena *a, const char *const *heads,
    size_t count) NONNULL_RETURN;
enum err heads_read(struct arena *a, const char *text,
    const char *const **ret_heads, size_t *ret_count) MUST_CHECK;

#endif
