/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Thin covers over libsodium, so that the other rooms need not include it
 * (GDPR 32(1)(a)).
 */
#include "keys/hash.h"

#include <assert.h>
#include <sodium.h>

_Static_assert(sizeof(struct sha256) >= sizeof(crypto_hash_sha256_state),
    "the state must fit");
_Static_assert(KEY_BYTES == crypto_generichash_KEYBYTES, "BLAKE2b key");

void
sha256_of(struct bytes data, unsigned char ret_hash[HASH_BYTES])
{
	crypto_hash_sha256(ret_hash, data.ptr, data.len);
}

void
sha256_open(struct sha256 *s)
{
	crypto_hash_sha256_state st;

	crypto_hash_sha256_init(&st);
	memcpy(s->state, &st, sizeof(st));
}

void
sha256_add(struct sha256 *s, struct bytes data)
{
	crypto_hash_sha256_state st;

	memcpy(&st, s->state, sizeof(st));
	crypto_hash_sha256_update(&st, data.ptr, data.len);
	memcpy(s->state, &st, sizeof(st));
	sodium_memzero(&st, sizeof(st));
}

void
sha256_end(struct sha256 *s, unsigned char ret_hash[HASH_BYTES])
{
	crypto_hash_sha256_state st;

	memcpy(&st, s->state, sizeof(st));
	crypto_hash_sha256_final(&st, ret_hash);
	sodium_memzero(&st, sizeof(st));
	sodium_memzero(s, sizeof(*s));
}

void
mac_of(const unsigned char key[KEY_BYTES], struct bytes data,
    unsigned char ret_mac[HASH_BYTES])
{
	int bad = crypto_generichash(ret_mac, HASH_BYTES, data.ptr, data.len,
	    key, KEY_BYTES);

	assert(bad == 0);
}

void
mac_text(const unsigned char key[KEY_BYTES], const char *text,
    unsigned char ret_mac[HASH_BYTES])
{
	mac_of(key, (struct bytes){ (const unsigned char *)text, strlen(text) },
	    ret_mac);
}

void
random_fill(void *ptr, size_t len)
{
	randombytes_buf(ptr, len);
}

uint32_t
random_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

bool
secret_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void
secret_wipe(void *ptr, size_t len)
{
	sodium_memzero(ptr, len);
}
