/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signatures and directories: the bytes are a whole JWS, a header that we sign
 * for them, a payload, and a directory in turn (GDPR 5(1)(f); RFC 8725).
 */
#include "keys/jws.h"

#include <assert.h>

#include "base/text.h"
#include "keys/document.h"
#include "tests/fuzz/fuzz.h"

#define TYP "test+jwt"

static const unsigned char seed[KEY_BYTES] = { 1 };
static struct jwk key;
static const struct jwks keys = { 1, &key };

/* Signed as it is, a header passes only if it says these three things. */
static void
try_header(struct arena *a, struct bytes head)
{
	unsigned char signature[SIGNATURE_BYTES];
	const char *input = arena_printf(a, "%s.e30",
	    base64url_write(a, head)), *text;
	struct jws jws;
	json_t *doc;
	enum err e;

	signature_make(seed, (struct bytes){ (const unsigned char *)input,
	    strlen(input) }, signature);
	text = arena_printf(a, "%s.%s", input, base64url_write(a,
	    (struct bytes){ signature, sizeof(signature) }));
	if (jws_open(a, text, TYP, &keys, JWK_RECEIPT, &jws) != ERR_OK)
		return;
	e = doc_load(head, &doc);
	assert(e == ERR_OK && json_object_size(doc) == 3);
	assert(text_equal("EdDSA",
	    json_string_value(json_object_get(doc, "alg"))));
	assert(text_equal(TYP,
	    json_string_value(json_object_get(doc, "typ"))));
	assert(text_equal(key.kid,
	    json_string_value(json_object_get(doc, "kid"))));
	json_decref(doc);
}

static void
try_payload(struct arena *a, struct bytes payload)
{
	const char *text = jws_sign(a, seed, TYP, payload);
	struct jws jws;
	enum err e = jws_open(a, text, TYP, &keys, JWK_RECEIPT, &jws);

	if (strlen(text) > JWS_MAX_BYTES)
		return;
	assert(e == ERR_OK && jws.payload.len == payload.len);
	assert(payload.len == 0 ||
	    memcmp(jws.payload.ptr, payload.ptr, payload.len) == 0);
}

static void
try_directory(struct arena *a, const char *text)
{
	struct jwks one, two;
	const char *again;
	enum err e;

	if (jwks_read(a, text, &one) != ERR_OK)
		return;
	again = jwks_write(a, &one);
	e = jwks_read(a, again, &two);
	assert(e == ERR_OK && one.count == two.count);
	assert(strcmp(jwks_write(a, &two), again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	struct bytes bytes = { data, size };
	const char *text = arena_textn(a, data, size);
	struct jws jws;

	if (key.kid[0] == '\0')
		jwk_from_seed(seed, JWK_RECEIPT, 1, &key);
	if (jws_verify(a, text, TYP, &keys, JWK_RECEIPT, &jws) == ERR_OK)
		assert(jws.key == &key);	/* a seed, signed by us */
	try_header(a, bytes);
	try_payload(a, bytes);
	try_directory(a, text);
	arena_close(a);
	return 0;
}
