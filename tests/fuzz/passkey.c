/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a browser says of a passkey: the bytes are its client data, a new
 * passkey's attestation, or a use's authenticator data and signature.  What
 * passes says what it must, and no use passes but the one that was signed
 * (GDPR 32; W3C Web Authentication Level 2, 7.1 and 7.2).
 */
#include "auth/passkey.h"

#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "keys/hash.h"
#include "tests/fuzz/fuzz.h"

#define HEAD_BYTES	37	/* host, flags, counter */
#define FLAGS_AT	32
#define FLAGS_BOTH	0x05

/* 0 to 31, whose base64url is in the client data below. */
static unsigned char challenge[PASSKEY_CHALLENGE_BYTES];
static struct passkey_asked asked = { { challenge, sizeof(challenge) },
	"https://office.example", "office.example" };

#define QUESTION "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
static const char client_new[] = "{\"type\":\"webauthn.create\","
    "\"challenge\":\"" QUESTION "\",\"origin\":\"https://office.example\","
    "\"crossOrigin\":false}";
static const char client_use[] = "{\"type\":\"webauthn.get\","
    "\"challenge\":\"" QUESTION "\",\"origin\":\"https://office.example\","
    "\"crossOrigin\":false}";

/* A public key whose secret half signed one use and was thrown away. */
static const char key_hex[] =
    "c365af17e1a281aaf14524d7574d8968d3e60d93751a63b2b8c9669930522ed3"
    "da6c8a87433783ce84e2ffb9da8a4423f0788e212b3dfbeb9cd60a618d2abc01";

static void
check_head(struct bytes data)
{
	unsigned char hash[HASH_BYTES];

	sha256_of(text_bytes(asked.rp_id), hash);
	assert(data.len >= HEAD_BYTES);
	assert(memcmp(data.ptr, hash, sizeof(hash)) == 0);
	assert((data.ptr[FLAGS_AT] & FLAGS_BOTH) == FLAGS_BOTH);
}

static void
try_new(struct arena *a, struct bytes attestation)
{
	const struct passkey_made made = { text_bytes(client_new),
	    attestation };
	struct passkey passkey;

	if (passkey_read_new(a, &asked, &made, &passkey) != ERR_OK)
		return;
	assert(passkey.id.len > 0 && passkey.id.len <= PASSKEY_ID_MAX);
	assert(passkey.key.len > 0 && passkey.key.len <= PASSKEY_KEY_MAX);
	assert(passkey.cose_alg == -7 || passkey.cose_alg == -8 ||
	    passkey.cose_alg == -257);
}

/* One byte says how long the signature at the end is. */
static void
try_use(struct arena *a, const struct passkey *passkey, struct bytes data)
{
	struct passkey_use use = { .client_data = text_bytes(client_use) };
	uint32_t count = 0;
	size_t len;

	if (data.len == 0 || (len = data.ptr[0]) > data.len - 1)
		return;
	use.auth_data = (struct bytes){ data.ptr + 1, data.len - 1 - len };
	use.signature = (struct bytes){ data.ptr + data.len - len, len };
	if (passkey_check_use(a, &asked, passkey, &use, &count) != ERR_OK)
		return;
	check_head(use.auth_data);
	assert(count == 7 && use.auth_data.len == HEAD_BYTES);
}

/* With the signature of another client data, none passes; none crashes. */
static void
try_client(struct arena *a, const struct passkey *passkey,
    struct bytes client)
{
	static const unsigned char some[64] = { 0x30 };
	const struct passkey_use use = { client, { some, sizeof(some) },
	    { some, sizeof(some) } };
	uint32_t count;

	assert(passkey_check_use(a, &asked, passkey, &use, &count) ==
	    ERR_INVALID);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct passkey passkey = { .cose_alg = -7, .count = 6 };
	struct arena *a = arena_open();
	struct bytes rest;
	size_t i;
	enum err e;

	for (i = 0; i < sizeof(challenge); i++)
		challenge[i] = (unsigned char)i;
	e = hex_read(a, key_hex, &passkey.key);
	assert(e == ERR_OK);
	if (size > 0) {
		rest = (struct bytes){ data + 1, size - 1 };
		if (data[0] == 'n')
			try_new(a, rest);
		else if (data[0] == 'u')
			try_use(a, &passkey, rest);
		else
			try_client(a, &passkey, rest);
	}
	arena_close(a);
	return 0;
}
