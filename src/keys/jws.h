/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signatures that anybody can check: compact JWS with Ed25519 and nothing
 * else, and the directory of our keys (GDPR 5(2), 12(1), 19).
 */
#ifndef KEYS_JWS_H
#define KEYS_JWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "keys/hash.h"

#define JWS_MAX_BYTES		(1u << 20)
#define JWK_KID_CHARS		43	/* base64url of a SHA-256 */
#define JWKS_MAX		256	/* keys in a directory */
#define SIGNATURE_BYTES		64

/* A key signs one kind of thing only. */
enum jwk_use {
	JWK_RECEIPT,	/* erasure receipts and package manifests */
	JWK_HEAD,	/* tree heads */
	JWK_USE__MAX
};

enum jwk_state {
	JWK_VALID,
	JWK_RETIRED,	/* signs no more; what it signed holds */
	JWK_REVOKED	/* may have been in other hands */
};

/* A public key as the directory publishes it; times in seconds since 1970. */
struct jwk {
	char kid[JWK_KID_CHARS + 1];
	unsigned char public[KEY_BYTES];
	enum jwk_use use;
	int64_t from_s;
	int64_t until_s;	/* 0 while it is in use */
	int64_t revoked_s;	/* 0 unless revoked */
};

struct jwks {
	unsigned count;
	const struct jwk *keys;
};

/**
 * signature_make(seed, data, ret_signature):
 * Write the Ed25519 signature of ${data} under ${seed}.
 *
 * Source: RFC 8032, 5.1.6.
 */
void signature_make(const unsigned char seed[KEY_BYTES], struct bytes data,
    unsigned char ret_signature[SIGNATURE_BYTES]);

/**
 * signature_holds(public, data, signature):
 * Return whether ${signature} is one of ${data} under ${public}; false too
 * for one that is not canonical and for a key of small order.
 *
 * Source: RFC 8032, 5.1.7 and 8.4.
 */
bool signature_holds(const unsigned char public[KEY_BYTES],
    struct bytes data, const unsigned char signature[SIGNATURE_BYTES])
    MUST_CHECK;

/**
 * jwk_kid(public, ret_kid):
 * Write the key's name: its RFC 7638 thumbprint, SHA-256 of
 * {"crv":"Ed25519","kty":"OKP","x":"..."}, as base64url.
 *
 * Source: RFC 7638; RFC 8037, 2 and A.3.
 */
void jwk_kid(const unsigned char public[KEY_BYTES],
    char ret_kid[JWK_KID_CHARS + 1]);

/**
 * jwk_from_seed(seed, use, from_s, ret_key):
 * Write the public side of the Ed25519 ${seed}, in use from ${from_s}.
 */
void jwk_from_seed(const unsigned char seed[KEY_BYTES], enum jwk_use use,
    int64_t from_s, struct jwk *ret_key);

/**
 * jwk_state(key):
 * Return whether ${key} signs, has retired, or was revoked.
 */
enum jwk_state jwk_state(const struct jwk *key);

/**
 * jwks_find(keys, use, kid):
 * Return the key named ${kid} for ${use}, or NULL.
 */
const struct jwk *jwks_find(const struct jwks *keys, enum jwk_use use,
    const char *kid);

/**
 * jwks_write(a, keys):
 * Return the directory as a JSON Web Key Set (doc/formats/jwks.md).
 */
const char *jwks_write(struct arena *a, const struct jwks *keys)
    NONNULL_RETURN;

/**
 * jwks_read(a, text, ret_keys):
 * Read a directory.  Keys of another kind than ours are passed over;
 * ERR_MALFORMED when one of ours is not as jwks_write() writes it, has
 * another kid than its thumbprint, or stands there twice.
 */
enum err jwks_read(struct arena *a, const char *text,
    struct jwks *ret_keys) MUST_CHECK;

/**
 * jws_sign(a, seed, typ, payload):
 * Return the compact JWS of ${payload} under the Ed25519 ${seed}, with the
 * header {"alg":"EdDSA","kid":...,"typ":${typ}}.
 *
 * Source: RFC 7515, 5.1; RFC 8037, 3.1.
 */
char *jws_sign(struct arena *a, const unsigned char seed[KEY_BYTES],
    const char *typ, struct bytes payload) RETURNS_NEW;

/* A JWS whose signature is right. */
struct jws {
	struct bytes payload;		/* followed by a NUL */
	const struct jwk *key;		/* borrowed from the directory */
};

/**
 * jws_open(a, text, typ, keys, use, ret_jws):
 * Check the compact JWS ${text}: three canonical base64url parts; a header of
 * exactly alg EdDSA, the given ${typ} and a kid; a kid that ${keys} has for
 * ${use}; the signature.  Says nothing about the key's state: for callers
 * that treat a revoked key otherwise.  ERR_MALFORMED, ERR_NOTFOUND (no such
 * key) or ERR_INVALID (wrong signature), nothing being logged.
 *
 * Source: RFC 7515, 5.2; RFC 8725, 3.1, 3.2, 3.11.
 */
enum err jws_open(struct arena *a, const char *text, const char *typ,
    const struct jwks *keys, enum jwk_use use, struct jws *ret_jws) MUST_CHECK;

/**
 * jws_verify(a, text, typ, keys, use, ret_jws):
 * As jws_open(), and ERR_GONE under a revoked key.
 */
enum err jws_verify(struct arena *a, const char *text, const char *typ,
    const struct jwks *keys, enum jwk_use use, struct jws *ret_jws) MUST_CHECK;

#endif
