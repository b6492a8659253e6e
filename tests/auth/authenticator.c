/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The product asks libfido2; this asks OpenSSL, and writes CBOR by hand, so
 * that the two do not share a mistake (GDPR 32).
 */
#include "tests/auth/authenticator.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "keys/hash.h"

#define FLAG_KEY	0x40	/* attested credential data follow */

struct authenticator {
	int alg;
	EVP_PKEY *key;
	unsigned char id[16];
};

struct authenticator *
authenticator_open(int cose_alg)
{
	struct authenticator *t = calloc(1, sizeof(*t));

	assert(t != NULL);
	t->alg = cose_alg;
	random_fill(t->id, sizeof(t->id));
	if (cose_alg == -7)
		t->key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	else if (cose_alg == -8)
		t->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		t->key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	assert(t->key != NULL);
	return t;
}

void
authenticator_close(struct authenticator *t)
{
	EVP_PKEY_free(t->key);
	free(t);
}

static struct bytes
taken(const struct buf *b)
{
	return (struct bytes){ (const unsigned char *)b->ptr, b->len };
}

#define ADD(b, ...) do { \
	static const unsigned char some[] = { __VA_ARGS__ }; \
	buf_add(b, some, sizeof(some)); \
} while (0)

/* RFC 9052, 7: a public key. */
static void
add_key(struct buf *b, const struct authenticator *t)
{
	unsigned char bytes[256];
	size_t len = sizeof(bytes);
	BIGNUM *n = NULL;
	int done;

	if (t->alg == -7) {
		done = EVP_PKEY_get_octet_string_param(t->key,
		    OSSL_PKEY_PARAM_PUB_KEY, bytes, sizeof(bytes), &len);
		assert(done == 1 && len == 65);
		ADD(b, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58,
		    0x20);
		buf_add(b, bytes + 1, 32);
		ADD(b, 0x22, 0x58, 0x20);
		buf_add(b, bytes + 33, 32);
	} else if (t->alg == -8) {
		done = EVP_PKEY_get_raw_public_key(t->key, bytes, &len);
		assert(done == 1 && len == 32);
		ADD(b, 0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58,
		    0x20);
		buf_add(b, bytes, len);
	} else {
		done = EVP_PKEY_get_bn_param(t->key, OSSL_PKEY_PARAM_RSA_N,
		    &n);
		assert(done == 1 && BN_bn2binpad(n, bytes, 256) == 256);
		BN_free(n);
		ADD(b, 0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59,
		    0x01, 0x00);
		buf_add(b, bytes, 256);
		ADD(b, 0x21, 0x43, 0x01, 0x00, 0x01);
	}
}

static struct bytes
auth_data(struct authenticator *t, struct arena *a,
    const struct passkey_asked *asked, const struct telling *telling,
    bool has_key)
{
	unsigned char head[37] = { 0 };
	uint32_t n = telling->count;
	struct buf b;

	sha256_of(text_bytes(telling->rp_id != NULL ? telling->rp_id :
	    asked->rp_id), head);
	head[32] = (unsigned char)(telling->flags | (has_key ? FLAG_KEY : 0));
	head[33] = (unsigned char)(n >> 24);
	head[34] = (unsigned char)(n >> 16);
	head[35] = (unsigned char)(n >> 8);
	head[36] = (unsigned char)n;
	buf_open(&b, a);
	buf_add(&b, head, sizeof(head));
	if (has_key) {
		ADD(&b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		    16);
		buf_add(&b, t->id, sizeof(t->id));
		add_key(&b, t);
	}
	return taken(&b);
}

static struct bytes
client_data(struct arena *a, const struct passkey_asked *asked,
    const struct telling *telling, const char *type)
{
	return text_bytes(arena_printf(a, "{\"type\":\"%s\",\"challenge\":"
	    "\"%s\",\"origin\":\"%s\",\"crossOrigin\":false%s}",
	    telling->type != NULL ? telling->type : type,
	    telling->challenge != NULL ? telling->challenge :
	    base64url_write(a, asked->challenge), telling->origin != NULL ?
	    telling->origin : asked->origin, telling->more != NULL ?
	    telling->more : ""));
}

void
authenticator_make(struct authenticator *t, struct arena *a,
    const struct passkey_asked *asked, const struct telling *telling,
    struct passkey_made *ret_made)
{
	const char *format = telling->format == NULL ? "none" :
	    telling->format;
	struct bytes data = auth_data(t, a, asked, telling, true);
	unsigned char head[3] = { 0x59, (unsigned char)(data.len >> 8),
	    (unsigned char)data.len };
	unsigned char len = (unsigned char)(0x60 + strlen(format));
	struct buf b;

	buf_open(&b, a);
	ADD(&b, 0xa3, 0x63, 'f', 'm', 't');
	buf_add(&b, &len, 1);
	buf_text(&b, format);
	ADD(&b, 0x67, 'a', 't', 't', 'S', 't', 'm', 't', 0xa0, 0x68, 'a',
	    'u', 't', 'h', 'D', 'a', 't', 'a');
	buf_add(&b, head, sizeof(head));
	buf_add(&b, data.ptr, data.len);
	*ret_made = (struct passkey_made){ client_data(a, asked, telling,
	    "webauthn.create"), taken(&b) };
}

void
authenticator_use(struct authenticator *t, struct arena *a,
    const struct passkey_asked *asked, const struct telling *telling,
    struct passkey_use *ret_use)
{
	struct bytes client = client_data(a, asked, telling, "webauthn.get");
	struct bytes data = auth_data(t, a, asked, telling, false);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char hash[HASH_BYTES];
	size_t len = 512;
	unsigned char *signature = arena_take(a, len);
	struct buf b;
	int done;

	sha256_of(client, hash);
	buf_open(&b, a);
	buf_add(&b, data.ptr, data.len);
	buf_add(&b, hash, sizeof(hash));
	done = EVP_DigestSignInit(ctx, NULL, t->alg == -8 ? NULL :
	    EVP_sha256(), NULL, t->key);
	assert(done == 1);
	done = EVP_DigestSign(ctx, signature, &len, taken(&b).ptr, b.len);
	assert(done == 1);
	EVP_MD_CTX_free(ctx);
	*ret_use = (struct passkey_use){ client, data, { signature, len } };
}
