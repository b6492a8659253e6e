/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Compact JWS by hand over libsodium, which refuses signatures that are not
 * canonical and keys of small order (GDPR 5(2); RFC 8725).
 */
#include "keys/jws.h"

#include <assert.h>
#include <sodium.h>

#include "base/text.h"
#include "keys/document.h"

#define ALG "EdDSA"

static const char *const use_names[JWK_USE__MAX] = {
	[JWK_RECEIPT]	= "receipt",
	[JWK_HEAD]	= "head",
};

_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519");

void
jwk_kid(const unsigned char public[KEY_BYTES],
    char ret_kid[JWK_KID_CHARS + 1])
{
	char x[44], text[96];
	unsigned char hash[HASH_BYTES];
	int n;

	sodium_bin2base64(x, sizeof(x), public, KEY_BYTES,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	n = snprintf(text, sizeof(text),
	    "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", x);
	assert(n > 0 && (size_t)n < sizeof(text));
	sha256_of(text_bytes(text), hash);
	sodium_bin2base64(ret_kid, JWK_KID_CHARS + 1, hash, sizeof(hash),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void
signature_make(const unsigned char seed[KEY_BYTES], struct bytes data,
    unsigned char ret_signature[SIGNATURE_BYTES])
{
	unsigned char public[KEY_BYTES], secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(public, secret, seed);
	crypto_sign_detached(ret_signature, NULL, data.ptr, data.len, secret);
	sodium_memzero(secret, sizeof(secret));
}

bool
signature_holds(const unsigned char public[KEY_BYTES], struct bytes data,
    const unsigned char signature[SIGNATURE_BYTES])
{
	return crypto_sign_verify_detached(signature, data.ptr, data.len,
	    public) == 0;
}

static void
public_of(const unsigned char seed[KEY_BYTES],
    unsigned char ret_public[KEY_BYTES])
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(ret_public, secret, seed);
	sodium_memzero(secret, sizeof(secret));
}

void
jwk_from_seed(const unsigned char seed[KEY_BYTES], enum jwk_use use,
    int64_t from_s, struct jwk *ret_key)
{
	assert(use < JWK_USE__MAX);
	memset(ret_key, 0, sizeof(*ret_key));
	public_of(seed, ret_key->public);
	jwk_kid(ret_key->public, ret_key->kid);
	ret_key->use = use;
	ret_key->from_s = from_s;
}

enum jwk_state
jwk_state(const struct jwk *key)
{
	if (key->revoked_s != 0)
		return JWK_REVOKED;
	return key->until_s != 0 ? JWK_RETIRED : JWK_VALID;
}

const struct jwk *
jwks_find(const struct jwks *keys, enum jwk_use use, const char *kid)
{
	unsigned i;

	for (i = 0; i < keys->count; i++)
		if (keys->keys[i].use == use &&
		    strcmp(keys->keys[i].kid, kid) == 0)
			return &keys->keys[i];
	return NULL;
}

static json_t *
jwk_document(const struct jwk *key)
{
	json_t *o = doc_object(), *revoked;

	doc_put_text(o, "kty", "OKP");
	doc_put_text(o, "crv", "Ed25519");
	doc_put_text(o, "alg", ALG);
	doc_put_text(o, "use", "sig");
	doc_put_text(o, "assent_use", use_names[key->use]);
	doc_put_text(o, "kid", key->kid);
	doc_put_bytes(o, "x", key->public, KEY_BYTES);
	doc_put_int(o, "iat", key->from_s);
	if (key->until_s != 0)
		doc_put_int(o, "exp", key->until_s);
	if (key->revoked_s != 0) {
		revoked = doc_object();
		doc_put_int(revoked, "revoked_at", key->revoked_s);
		doc_put(o, "revoked", revoked);
	}
	return o;
}

const char *
jwks_write(struct arena *a, const struct jwks *keys)
{
	json_t *o = doc_object(), *list = doc_array();
	const char *text = "";
	enum err e;
	unsigned i;

	for (i = 0; i < keys->count; i++)
		doc_add(list, jwk_document(&keys->keys[i]));
	doc_put(o, "keys", list);
	e = doc_canonical(a, o, &text);
	assert(e == ERR_OK);
	json_decref(o);
	return text;
}

static bool
is_text(const json_t *o, const char *name, const char *want)
{
	return text_equal(json_string_value(json_object_get(o, name)), want);
}

static bool
read_use(struct doc *d, enum jwk_use *ret_use)
{
	const char *name = doc_text(d, "assent_use", 16);
	unsigned u;

	for (u = 0; u < JWK_USE__MAX; u++)
		if (text_equal(name, use_names[u])) {
			*ret_use = u;
			return true;
		}
	return false;
}

static bool
read_jwk(struct arena *a, const json_t *o, struct jwk *ret_key)
{
	char kid[JWK_KID_CHARS + 1];
	struct jwk k = { .kid = "" };
	const char *text;
	struct doc d, r;

	doc_open(&d, a, o);
	(void)doc_text(&d, "kty", 8);
	(void)doc_text(&d, "crv", 8);
	if (!text_equal(doc_text(&d, "alg", 8), ALG) ||
	    !text_equal(doc_text(&d, "use", 8), "sig") ||
	    !read_use(&d, &k.use))
		return false;
	text = doc_text(&d, "kid", JWK_KID_CHARS);
	doc_bytes(&d, "x", k.public, KEY_BYTES);
	k.from_s = doc_int(&d, "iat", 0, DOCUMENT_MAX_INTEGER);
	if (doc_has(&d, "exp"))
		k.until_s = doc_int(&d, "exp", 1, DOCUMENT_MAX_INTEGER);
	if (doc_has(&d, "revoked")) {
		doc_open(&r, a, doc_inner(&d, "revoked"));
		k.revoked_s = doc_int(&r, "revoked_at", 1,
		    DOCUMENT_MAX_INTEGER);
		if (!doc_end(&r))
			return false;
	}
	if (!doc_end(&d))
		return false;
	jwk_kid(k.public, kid);
	if (strcmp(kid, text) != 0)
		return false;
	memcpy(k.kid, kid, sizeof(kid));
	*ret_key = k;
	return true;
}

static enum err
read_list(struct arena *a, const json_t *list, struct jwks *ret_keys)
{
	struct jwk *keys = arena_take(a, JWKS_MAX * sizeof(*keys));
	struct jwks all = { 0, keys };
	const json_t *o;
	size_t i;
	unsigned u;

	for (i = 0; i < json_array_size(list); i++) {
		o = json_array_get(list, i);
		if (!json_is_object(o))
			return ERR_MALFORMED;
		if (!is_text(o, "kty", "OKP") || !is_text(o, "crv", "Ed25519"))
			continue;
		if (!read_jwk(a, o, &keys[all.count]))
			return ERR_MALFORMED;
		for (u = 0; u < JWK_USE__MAX; u++)
			if (jwks_find(&all, u, keys[all.count].kid) != NULL)
				return ERR_MALFORMED;
		all.count++;
	}
	*ret_keys = all;
	return ERR_OK;
}

enum err
jwks_read(struct arena *a, const char *text, struct jwks *ret_keys)
{
	const json_t *list;
	json_t *doc;
	struct doc d;
	enum err e;

	if ((e = doc_load((struct bytes){ (const unsigned char *)text,
	    strlen(text) }, &doc)) != ERR_OK)
		return e;
	doc_open(&d, a, doc);
	list = doc_list(&d, "keys", JWKS_MAX);
	e = doc_end(&d) ? read_list(a, list, ret_keys) : ERR_MALFORMED;
	json_decref(doc);
	return e;
}

static const char *
header(struct arena *a, const char *kid, const char *typ)
{
	json_t *o = doc_object();
	const char *text = "";
	enum err e;

	doc_put_text(o, "alg", ALG);
	doc_put_text(o, "kid", kid);
	doc_put_text(o, "typ", typ);
	e = doc_canonical(a, o, &text);
	assert(e == ERR_OK);
	json_decref(o);
	return text;
}

char *
jws_sign(struct arena *a, const unsigned char seed[KEY_BYTES],
    const char *typ, struct bytes payload)
{
	unsigned char public[KEY_BYTES], signature[SIGNATURE_BYTES];
	char kid[JWK_KID_CHARS + 1];
	struct bytes input;

	public_of(seed, public);
	jwk_kid(public, kid);
	input = text_bytes(arena_printf(a, "%s.%s",
	    base64url_write(a, text_bytes(header(a, kid, typ))),
	    base64url_write(a, payload)));
	signature_make(seed, input, signature);
	return arena_printf(a, "%s.%s", (const char *)input.ptr,
	    base64url_write(a, (struct bytes){ signature,
	    sizeof(signature) }));
}

/* Exactly alg, kid and typ: no jku, jwk, x5u, crit or b64 can be there. */
static enum err
read_header(struct arena *a, const char *part, const char *typ,
    const char **ret_kid)
{
	struct bytes data;
	const char *kid;
	json_t *doc;
	struct doc d;
	bool ok;

	if (base64url_read(a, part, &data) != ERR_OK ||
	    doc_load(data, &doc) != ERR_OK)
		return ERR_MALFORMED;
	doc_open(&d, a, doc);
	ok = text_equal(doc_text(&d, "alg", 16), ALG);
	ok &= text_equal(doc_text(&d, "typ", 64), typ);
	kid = doc_text(&d, "kid", JWK_KID_CHARS);
	ok &= doc_end(&d);
	json_decref(doc);
	if (!ok)
		return ERR_MALFORMED;
	*ret_kid = kid;
	return ERR_OK;
}

enum err
jws_open(struct arena *a, const char *text, const char *typ,
    const struct jwks *keys, enum jwk_use use, struct jws *ret_jws)
{
	const char *kid, *first, *second;
	struct bytes payload, signature;
	const struct jwk *key;
	enum err e;

	if (strnlen(text, JWS_MAX_BYTES + 1) > JWS_MAX_BYTES ||
	    (first = strchr(text, '.')) == NULL ||
	    (second = strchr(first + 1, '.')) == NULL)
		return ERR_MALFORMED;
	if ((e = read_header(a, arena_textn(a, text, (size_t)(first - text)),
	    typ, &kid)) != ERR_OK)
		return e;
	if (base64url_read(a, second + 1, &signature) != ERR_OK ||
	    signature.len != SIGNATURE_BYTES)
		return ERR_MALFORMED;
	if (base64url_read(a, arena_textn(a, first + 1,
	    (size_t)(second - first - 1)), &payload) != ERR_OK)
		return ERR_MALFORMED;
	if ((key = jwks_find(keys, use, kid)) == NULL)
		return ERR_NOTFOUND;
	if (!signature_holds(key->public, (struct bytes){
	    (const unsigned char *)text, (size_t)(second - text) },
	    signature.ptr))
		return ERR_INVALID;
	*ret_jws = (struct jws){ payload, key };
	return ERR_OK;
}

enum err
jws_verify(struct arena *a, const char *text, const char *typ,
    const struct jwks *keys, enum jwk_use use, struct jws *ret_jws)
{
	struct jws jws;
	enum err e;

	if ((e = jws_open(a, text, typ, keys, use, &jws)) != ERR_OK)
		return e;
	if (jwk_state(jws.key) == JWK_REVOKED)
		return ERR_GONE;
	*ret_jws = jws;
	return ERR_OK;
}
