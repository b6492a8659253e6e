/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passkeys of staff: what a browser answers when one is made or used, checked
 * without any device.  A use with the person verified is both factors at once.
 * Law: GDPR 32; CNIL 2022-100; ASVS 5.0, 6.7.1.
 */
#ifndef AUTH_PASSKEY_H
#define AUTH_PASSKEY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/cc.h"
#include "base/err.h"
#include "base/text.h"
#include "keys/keys.h"

#define PASSKEY_CHALLENGE_BYTES	32	/* WebAuthn wants 16 at least */
#define PASSKEY_ID_MAX		1023	/* of a credential, bytes */
#define PASSKEY_KEY_MAX		600	/* of a public key, as libfido2 has it */
#define PASSKEY_PART_MAX	8192	/* of an answer, bytes */

/* What an answer must be an answer to. */
struct passkey_asked {
	struct bytes challenge;
	const char *origin;	/* "https://office.example" */
	const char *rp_id;	/* its host */
};

/* A passkey as it is stored. */
struct passkey {
	struct bytes id;
	int cose_alg;		/* RFC 9053: -7, -8 or -257 */
	struct bytes key;
	uint32_t count;		/* of its signatures, as of the last use */
};

/**
 * passkey_site(a, url, ret_asked):
 * Fill origin and rp_id, in ${a}, of the address ${url}: as browsers write
 * them, in lower case and without the scheme's own port.
 *
 * Source: WHATWG URL, 4.5; W3C Web Authentication Level 2, 5.1.3.
 */
void passkey_site(struct arena *a, const char *url,
    struct passkey_asked *ret_asked);

/**
 * passkey_user(a, asked, staff_id):
 * Return what the passkeys of ${staff_id} call their owner, 16 bytes in ${a}:
 * always the same, and no two sites' the same.
 *
 * Source: W3C Web Authentication Level 2, 14.6.1.
 */
struct bytes passkey_user(struct arena *a, const struct passkey_asked *asked,
    uint64_t staff_id);

/**
 * passkey_mac(a, keys, staff_id, passkey),
 * passkey_is_ours(keys, staff_id, passkey, mac):
 * Bind id, kind and key of ${passkey} to its owner under KEY_PASSWORD: a row
 * that somebody else wrote into the database opens nothing.
 *
 * Source: ASVS 5.0, 6.7.1.
 */
struct bytes passkey_mac(struct arena *a, const struct keys *keys,
    uint64_t staff_id, const struct passkey *passkey);
bool passkey_is_ours(const struct keys *keys, uint64_t staff_id,
    const struct passkey *passkey, struct bytes mac) MUST_CHECK;

/* What a browser says of a new passkey. */
struct passkey_made {
	struct bytes client_data;
	struct bytes attestation;	/* the object, CBOR */
};

/**
 * passkey_read_new(a, asked, made, ret_passkey):
 * Check what a browser says of a new passkey: it answers ${asked}, for our
 * host, with the person present and verified, vouches for nothing ("none"),
 * and holds a key of a kind that we check.  ${ret_passkey} is in ${a}.
 * ERR_INVALID otherwise.
 *
 * Source: W3C Web Authentication Level 2, 7.1.
 */
enum err passkey_read_new(struct arena *a, const struct passkey_asked *asked,
    const struct passkey_made *made, struct passkey *ret_passkey) MUST_CHECK;

/* What a browser says of a use. */
struct passkey_use {
	struct bytes client_data;
	struct bytes auth_data;
	struct bytes signature;
};

/**
 * passkey_check_use(a, asked, passkey, use, ret_count):
 * Check a use of ${passkey}: it answers ${asked}, for our host, with the
 * person present and verified, and is signed by its key.  ERR_INVALID
 * otherwise.  ERR_CONFLICT when all that is so but its counter, where it has
 * one, has not gone up: there may be a copy of it.
 *
 * Source: W3C Web Authentication Level 2, 7.2.
 */
enum err passkey_check_use(struct arena *a, const struct passkey_asked *asked,
    const struct passkey *passkey, const struct passkey_use *use,
    uint32_t *ret_count) MUST_CHECK;

#endif
