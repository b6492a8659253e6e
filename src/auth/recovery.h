/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Recovery codes: what signs staff in when the telephone is lost, each good
 * once.  GDPR 32.
 */
#ifndef AUTH_RECOVERY_H
#define AUTH_RECOVERY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cc.h"
#include "base/err.h"
#include "keys/keys.h"

#define RECOVERY_CODES		10
#define RECOVERY_SALT_BYTES	16
#define RECOVERY_KEPT_BYTES	(RECOVERY_SALT_BYTES + HASH_BYTES)

struct recovery_set {
	char *codes[RECOVERY_CODES];	/* "K7QF-3MXD-0ZTB": 60 bits; shown once */
	struct bytes kept[RECOVERY_CODES];	/* RECOVERY_KEPT_BYTES, for the rows */
};

/**
 * recovery_new(a, keys, staff_id, ret_set):
 * Draw a set for ${staff_id}, all in ${a}.  A row holds a salt, the same in
 * the whole set so that a check costs one Argon2id, and the hash of the code
 * at password_cost, under KEY_PASSWORD.  Takes as long as RECOVERY_CODES
 * passwords.  ERR_DOWN, logged, without memory for it.
 *
 * Source: ASVS 5.0, 6.5.2, 6.5.3 and 6.5.4.
 */
enum err recovery_new(struct arena *a, const struct keys *keys,
    uint64_t staff_id, struct recovery_set *ret_set) MUST_CHECK;

/* The codes of one person that are not used yet. */
struct recovery_rows {
	uint64_t staff_id;
	const struct bytes *kept;	/* RECOVERY_KEPT_BYTES each */
	size_t n;
};

/**
 * recovery_check(a, keys, rows, typed, ret_index):
 * Find which of ${rows} belongs to the code ${typed}.  Case, spaces and
 * hyphens do not matter, and the letters O, I and L pass for the digits they
 * look like.  The caller marks that row as used in the transaction that signs
 * in.  ERR_INVALID when there is none; a row of another length is passed over.
 * ERR_DOWN, logged, without memory.
 */
enum err recovery_check(struct arena *a, const struct keys *keys,
    const struct recovery_rows *rows, const char *typed, size_t *ret_index)
    MUST_CHECK;

#endif
