/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One AEAD for everything, XChaCha20-Poly1305, whose nonces are long enough
 * to be drawn at random; the suite byte lets another one follow
 * (GDPR 32(1)(a)).
 */
#include "keys/seal.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>

#define SUITE_SEAL	0x01
#define SUITE_BOX	0x02
#define NONCE_BYTES	crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES	crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(SEAL_OVERHEAD_BYTES == 1 + NONCE_BYTES + TAG_BYTES, "suite 1");
_Static_assert(SEALBOX_OVERHEAD_BYTES == 1 + KEY_BYTES + NONCE_BYTES +
    TAG_BYTES, "suite 2");

struct sealbox_sender {
	unsigned char public[KEY_BYTES];
	unsigned char shared[KEY_BYTES];
};

const char *const person_class_names[PERSON_CLASS__MAX] = {
	[PERSON_LIVE]	= "live",
	[PERSON_PROOF]	= "proof",
};

char *
seal_aad(struct arena *a, const char *table, const char *column, uint64_t row)
{
	return arena_printf(a, "%s|%s|%" PRIu64, table, column, row);
}

static struct bytes
text_aad(const char *aad)
{
	return (struct bytes){ (const unsigned char *)aad, strlen(aad) };
}

/* X25519 takes several spellings of one public key; the box takes one. */
static struct bytes
sender_aad(struct arena *a, const unsigned char public[KEY_BYTES],
    const char *aad)
{
	size_t len = strlen(aad);
	unsigned char *data = arena_take(a, KEY_BYTES + len);

	memcpy(data, public, KEY_BYTES);
	memcpy(data + KEY_BYTES, aad, len);
	return (struct bytes){ data, KEY_BYTES + len };
}

/* What follows the suite byte and, in suite 2, the sender: nonce and box. */
static void
close_box(unsigned char *to, const unsigned char key[KEY_BYTES],
    struct bytes aad, struct bytes plain)
{
	random_fill(to, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(to + NONCE_BYTES, NULL,
	    plain.ptr, plain.len, aad.ptr, aad.len, NULL, to, key);
}

static enum err
open_box(struct arena *a, const unsigned char key[KEY_BYTES],
    struct bytes aad, struct bytes box, struct bytes *ret_plain)
{
	unsigned char *plain;
	size_t len;

	if (box.len < NONCE_BYTES + TAG_BYTES)
		return ERR_MALFORMED;
	len = box.len - NONCE_BYTES - TAG_BYTES;
	plain = arena_take(a, len + 1);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
	    box.ptr + NONCE_BYTES, box.len - NONCE_BYTES, aad.ptr, aad.len,
	    box.ptr, key) != 0)
		return ERR_MALFORMED;
	*ret_plain = (struct bytes){ plain, len };
	return ERR_OK;
}

struct bytes
seal(struct arena *a, const unsigned char key[KEY_BYTES], const char *aad,
    struct bytes plain)
{
	size_t len = plain.len + SEAL_OVERHEAD_BYTES;
	unsigned char *to = arena_take(a, len);

	to[0] = SUITE_SEAL;
	close_box(to + 1, key, text_aad(aad), plain);
	return (struct bytes){ to, len };
}

enum err
unseal(struct arena *a, const unsigned char key[KEY_BYTES], const char *aad,
    struct bytes sealed, struct bytes *ret_plain)
{
	if (sealed.len < SEAL_OVERHEAD_BYTES || sealed.ptr[0] != SUITE_SEAL)
		return ERR_MALFORMED;
	return open_box(a, key, text_aad(aad),
	    (struct bytes){ sealed.ptr + 1, sealed.len - 1 }, ret_plain);
}

enum err
keys_unseal(struct arena *a, const struct keys *keys,
    enum key_purpose purpose, const char *aad, struct bytes sealed,
    struct bytes *ret_plain)
{
	const unsigned char *key;
	unsigned i;

	for (i = 0; (key = key_get_at(keys, purpose, i)) != NULL; i++)
		if (unseal(a, key, aad, sealed, ret_plain) == ERR_OK)
			return ERR_OK;
	return ERR_MALFORMED;
}

enum err
sealbox_sender_open(const unsigned char recipient_public[KEY_BYTES],
    struct sealbox_sender **ret_sender)
{
	unsigned char secret[KEY_BYTES];
	struct sealbox_sender *s;
	int bad;

	if (sodium_init() < 0 || (s = sodium_malloc(sizeof(*s))) == NULL)
		abort();	/* without memory the process ends */
	crypto_box_keypair(s->public, secret);
	bad = crypto_box_curve25519xchacha20poly1305_beforenm(s->shared,
	    recipient_public, secret);
	sodium_memzero(secret, sizeof(secret));
	if (bad != 0) {
		sodium_free(s);
		return ERR_INVALID;
	}
	sodium_mprotect_readonly(s);
	*ret_sender = s;
	return ERR_OK;
}

void
sealbox_sender_close(struct sealbox_sender *s)
{
	sodium_free(s);		/* wipes */
}

struct bytes
sealbox(struct arena *a, const struct sealbox_sender *s, const char *aad,
    struct bytes plain)
{
	size_t len = plain.len + SEALBOX_OVERHEAD_BYTES;
	unsigned char *to = arena_take(a, len);

	to[0] = SUITE_BOX;
	memcpy(to + 1, s->public, KEY_BYTES);
	close_box(to + 1 + KEY_BYTES, s->shared,
	    sender_aad(a, s->public, aad), plain);
	return (struct bytes){ to, len };
}

enum err
sealbox_open(struct arena *a, const unsigned char secret[KEY_BYTES],
    const char *aad, struct bytes sealed, struct bytes *ret_plain)
{
	unsigned char shared[KEY_BYTES];
	struct bytes box;
	enum err e = ERR_MALFORMED;

	if (sealed.len < SEALBOX_OVERHEAD_BYTES || sealed.ptr[0] != SUITE_BOX)
		return ERR_MALFORMED;
	box.ptr = sealed.ptr + 1 + KEY_BYTES;
	box.len = sealed.len - 1 - KEY_BYTES;
	if (crypto_box_curve25519xchacha20poly1305_beforenm(shared,
	    sealed.ptr + 1, secret) == 0)
		e = open_box(a, shared, sender_aad(a, sealed.ptr + 1, aad),
		    box, ret_plain);
	sodium_memzero(shared, sizeof(shared));
	return e;
}

enum err
keys_sealbox_open(struct arena *a, const struct keys *keys, const char *aad,
    struct bytes sealed, struct bytes *ret_plain)
{
	const unsigned char *key;
	unsigned i;

	for (i = 0; (key = key_get_at(keys, KEY_MAIL_SECRET, i)) != NULL; i++)
		if (sealbox_open(a, key, aad, sealed, ret_plain) == ERR_OK)
			return ERR_OK;
	return ERR_MALFORMED;
}

void
person_key_draw(unsigned char ret_key[KEY_BYTES])
{
	random_fill(ret_key, KEY_BYTES);
}

struct bytes
person_key_wrap(struct arena *a, const struct keys *keys, uint64_t contact,
    enum person_class class, const unsigned char key[KEY_BYTES])
{
	assert(class < PERSON_CLASS__MAX);
	return seal(a, key_get(keys, KEY_WRAP), seal_aad(a, "person_key",
	    person_class_names[class], contact),
	    (struct bytes){ key, KEY_BYTES });
}

enum err
person_key_unwrap(struct arena *a, const struct keys *keys, uint64_t contact,
    enum person_class class, struct bytes wrapped,
    unsigned char ret_key[KEY_BYTES])
{
	struct bytes key;
	enum err e;

	assert(class < PERSON_CLASS__MAX);
	if ((e = keys_unseal(a, keys, KEY_WRAP, seal_aad(a, "person_key",
	    person_class_names[class], contact), wrapped, &key)) != ERR_OK)
		return e;
	if (key.len != KEY_BYTES)
		return ERR_MALFORMED;
	memcpy(ret_key, key.ptr, KEY_BYTES);
	return ERR_OK;
}
