/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Hashes, keyed hashes, random bytes and comparing secrets: the primitives
 * that every room above takes from here, so that libsodium is called in few
 * places (GDPR 32(1)(a)).
 */
#ifndef KEYS_HASH_H
#define KEYS_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cc.h"

#define KEY_BYTES	32
#define HASH_BYTES	32

/* SHA-256 over bytes that come in pieces. */
struct sha256 {
	uint64_t state[16];	/* the library's own */
};

/**
 * sha256_of(data, ret_hash):
 * Write the SHA-256 of ${data} (FIPS 180-4) to ${ret_hash}.
 */
void sha256_of(struct bytes data, unsigned char ret_hash[HASH_BYTES]);

/**
 * sha256_open(s), sha256_add(s, data), sha256_end(s, ret_hash):
 * Begin a hash, add a piece to it, and write the hash of all pieces.  After
 * sha256_end() ${s} is wiped and must be opened again.
 */
void sha256_open(struct sha256 *s);
void sha256_add(struct sha256 *s, struct bytes data);
void sha256_end(struct sha256 *s, unsigned char ret_hash[HASH_BYTES]);

/**
 * mac_of(key, data, ret_mac), mac_text(key, text, ret_mac):
 * Write the keyed BLAKE2b-256 of ${data}, or of ${text} without its NUL, to
 * ${ret_mac}.  Whoever uses one key for two kinds of data puts the kind in
 * front ("assent/subject/1|...").
 *
 * Source: RFC 7693.
 */
void mac_of(const unsigned char key[KEY_BYTES], struct bytes data,
    unsigned char ret_mac[HASH_BYTES]);
void mac_text(const unsigned char key[KEY_BYTES], const char *text,
    unsigned char ret_mac[HASH_BYTES]);

/**
 * random_fill(ptr, len):
 * Fill ${len} bytes with random ones from the kernel.  Cannot fail: without
 * randomness the process ends.
 */
void random_fill(void *ptr, size_t len);

/**
 * random_below(bound):
 * Return a uniform random number from 0 to ${bound} - 1.
 */
uint32_t random_below(uint32_t bound);

/**
 * secret_equal(a, b, len):
 * Return whether ${len} bytes are the same, in a time that does not tell
 * where they differ.
 */
bool secret_equal(const void *a, const void *b, size_t len);

/**
 * secret_wipe(ptr, len):
 * Overwrite with zeros, in a way that the compiler may not leave out.
 */
void secret_wipe(void *ptr, size_t len);

#endif
