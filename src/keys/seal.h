/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sealing: fields that only a key opens, mail bodies that only the courier
 * opens, and the keys of persons, whose destruction erases what old backups
 * still hold (GDPR 17, 32(1)(a)).
 */
#ifndef KEYS_SEAL_H
#define KEYS_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "keys/keys.h"

/* How much longer the sealed form is. */
#define SEAL_OVERHEAD_BYTES	(1u + 24 + 16)
#define SEALBOX_OVERHEAD_BYTES	(1u + 32 + 24 + 16)
#define PERSON_WRAPPED_BYTES	(KEY_BYTES + SEAL_OVERHEAD_BYTES)

/* What a person's key opens; each dies when its reasons end. */
enum person_class {
	PERSON_LIVE,	/* sealed fields, evidence */
	PERSON_PROOF,	/* what holds, cases and claims must keep */
	PERSON_CLASS__MAX
};

extern const char *const person_class_names[PERSON_CLASS__MAX];

/**
 * seal_aad(a, table, column, row):
 * Return the text "table|column|row", the place that a sealed value is bound
 * to: moved elsewhere it does not open.
 */
char *seal_aad(struct arena *a, const char *table, const char *column,
    uint64_t row) RETURNS_NEW;

/**
 * seal(a, key, aad, plain):
 * Return ${plain} sealed with ${key} and bound to the text ${aad}: a suite
 * byte 0x01, a random nonce of 24 bytes, then XChaCha20-Poly1305.
 */
struct bytes seal(struct arena *a, const unsigned char key[KEY_BYTES],
    const char *aad, struct bytes plain);

/**
 * unseal(a, key, aad, sealed, ret_plain):
 * Open what seal() made with the same ${key} and ${aad}; the bytes are in
 * ${a} and followed by a NUL.  ERR_MALFORMED when it was changed, moved, or
 * made with another key.
 */
enum err unseal(struct arena *a, const unsigned char key[KEY_BYTES],
    const char *aad, struct bytes sealed, struct bytes *ret_plain) MUST_CHECK;

/**
 * keys_unseal(a, keys, purpose, aad, sealed, ret_plain):
 * As unseal(), with the current key of ${purpose} and then the earlier ones.
 */
enum err keys_unseal(struct arena *a, const struct keys *keys,
    enum key_purpose purpose, const char *aad, struct bytes sealed,
    struct bytes *ret_plain) MUST_CHECK;

/* One worker's end towards the courier; opaque. */
struct sealbox_sender;

/**
 * sealbox_sender_open(recipient_public, ret_sender):
 * Draw an X25519 pair and compute the key it shares with
 * ${recipient_public} (KEY_MAIL_PUBLIC), once per process.  ERR_INVALID when
 * that is no usable public key.
 */
enum err sealbox_sender_open(const unsigned char recipient_public[KEY_BYTES],
    struct sealbox_sender **ret_sender) MUST_CHECK;

/**
 * sealbox_sender_close(s):
 * Wipe and free ${s}.  NULL does nothing.
 */
void sealbox_sender_close(struct sealbox_sender *s);

/**
 * sealbox(a, s, aad, plain):
 * Return ${plain} sealed so that only the recipient opens it: a suite byte
 * 0x02, the sender's public key, a random nonce of 24 bytes, then
 * XChaCha20-Poly1305 under the shared key, bound to that public key and to
 * ${aad}.
 */
struct bytes sealbox(struct arena *a, const struct sealbox_sender *s,
    const char *aad, struct bytes plain);

/**
 * sealbox_open(a, secret, aad, sealed, ret_plain):
 * Open what sealbox() made, with the recipient's ${secret}; the bytes are in
 * ${a} and followed by a NUL.  ERR_MALFORMED as for unseal().
 */
enum err sealbox_open(struct arena *a, const unsigned char secret[KEY_BYTES],
    const char *aad, struct bytes sealed, struct bytes *ret_plain) MUST_CHECK;

/**
 * keys_sealbox_open(a, keys, aad, sealed, ret_plain):
 * As sealbox_open(), with KEY_MAIL_SECRET and then its earlier generations.
 */
enum err keys_sealbox_open(struct arena *a, const struct keys *keys,
    const char *aad, struct bytes sealed, struct bytes *ret_plain) MUST_CHECK;

/**
 * person_key_draw(ret_key):
 * Draw the key of one person and class.  The caller wipes it after use.
 */
void person_key_draw(unsigned char ret_key[KEY_BYTES]);

/**
 * person_key_wrap(a, keys, contact, class, key):
 * Return ${key} sealed for the key store with KEY_WRAP, bound to
 * "person_key|CLASS|CONTACT"; PERSON_WRAPPED_BYTES long.
 */
struct bytes person_key_wrap(struct arena *a, const struct keys *keys,
    uint64_t contact, enum person_class class,
    const unsigned char key[KEY_BYTES]);

/**
 * person_key_unwrap(a, keys, contact, class, wrapped, ret_key):
 * Open what person_key_wrap() made, with the current or an earlier KEY_WRAP.
 * ERR_MALFORMED when it belongs to another contact or class, or was changed.
 */
enum err person_key_unwrap(struct arena *a, const struct keys *keys,
    uint64_t contact, enum person_class class, struct bytes wrapped,
    unsigned char ret_key[KEY_BYTES]) MUST_CHECK;

#endif
