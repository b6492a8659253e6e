/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signed tree heads: what the log held at an instant, fit to be kept outside
 * the database by anybody (GDPR 5(2)).
 */
#ifndef LEDGER_HEAD_H
#define LEDGER_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "keys/jws.h"
#include "ledger/merkle.h"

#define HEAD_TYP	"assent-head+jwt"
#define PRUNE_TYP	"assent-prune+jwt"	/* payload: the leaf's bytes */
#define HEAD_SITE_MAX_BYTES 60

struct head {
	const char *site;	/* its name in addresses and files */
	uint64_t epoch;		/* 1; a restore opens a higher one */
	struct merkle_tree tree;
	int64_t at_us;		/* to the second */
	bool has_prev;
	struct merkle_hash prev;	/* SHA-256 of the JWS before this one */
};

/**
 * head_sign(a, seed, head):
 * Return ${head} as a compact JWS of type HEAD_TYP under KEY_HEAD_SEED.
 */
char *head_sign(struct arena *a, const unsigned char seed[KEY_BYTES],
    const struct head *head) RETURNS_NEW;

/**
 * head_read(a, text, keys, ret_head, ret_key):
 * Check the signature of the head ${text} against the directory ${keys} and
 * read it.  Whether ${ret_key} (borrowed) was revoked meanwhile is the
 * caller's question.  Errors as of jws_open(); ERR_MALFORMED too when the
 * payload is not a head.
 */
enum err head_read(struct arena *a, const char *text,
    const struct jwks *keys, struct head *ret_head,
    const struct jwk **ret_key) MUST_CHECK;

/**
 * head_name(text, ret_hash):
 * Write the SHA-256 of the JWS ${text}, by which the next head names it.
 */
void head_name(const char *text, struct merkle_hash *ret_hash);

#endif
