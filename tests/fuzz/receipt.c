/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Receipts: the bytes are a whole receipt, and claims that we sign for them;
 * what is read can be signed again and is then genuine (GDPR 5(2), 17).
 */
#include <assert.h>

#include "erasure/receipt_check.h"
#include "ledger/proof.h"
#include "tests/fuzz/fuzz.h"

static const unsigned char seed[KEY_BYTES] = { 1 };
static struct jwk key;
static const struct jwks keys = { 1, &key };

static void
try_claims(struct arena *a, struct bytes claims)
{
	unsigned char one[HASH_BYTES], two[HASH_BYTES];
	struct receipt_question q = { .keys = &keys };
	struct receipt_verdict v;
	struct receipt r;
	enum err e;

	if (receipt_read(a, claims, &r) != ERR_OK)
		return;
	e = receipt_claims_hash(a, &r, one);
	assert(e == ERR_OK);
	e = receipt_sign(a, seed, &r, &q.jws);
	assert(e == ERR_OK);
	receipt_check(a, &q, &v);
	assert(v.has_receipt && v.key == &key);
	assert(v.finding == RECEIPT_GENUINE || r.has_log);
	e = receipt_claims_hash(a, &v.receipt, two);
	assert(e == ERR_OK && memcmp(one, two, HASH_BYTES) == 0);
}

static void
try_proof(struct arena *a, const char *text)
{
	const char *const *heads, *once, *twice;
	const struct jwk *by;
	struct proof one, two;
	struct head head;
	size_t n;
	enum err e;

	if (heads_read(a, text, &heads, &n) == ERR_OK) {
		once = heads_write(a, heads, n);
		e = heads_read(a, once, &heads, &n);
		assert(e == ERR_OK);
	}
	if (proof_read(a, text, &one) != ERR_OK)
		return;
	e = proof_write(a, &one, &once);
	assert(e == ERR_OK);
	e = proof_read(a, once, &two);
	assert(e == ERR_OK);
	e = proof_write(a, &two, &twice);
	assert(e == ERR_OK && strcmp(once, twice) == 0);
	e = proof_check(a, &one, &keys, &head, &by);
	assert(e != ERR_OK);	/* there is no key for heads here */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	const char *text = arena_textn(a, data, size);
	struct receipt_question q = { .jws = text, .keys = &keys,
	    .opening = text, .address = text };
	struct receipt_verdict v;
	struct merkle_frontier f;
	struct bytes saved;

	if (key.kid[0] == '\0')
		jwk_from_seed(seed, JWK_RECEIPT, 0, &key);
	receipt_check(a, &q, &v);
	assert(v.opening != OPENING_YES);
	try_claims(a, (struct bytes){ data, size });
	try_proof(a, text);
	if (merkle_restore((struct bytes){ data, size }, &f) == ERR_OK) {
		saved = merkle_save(a, &f);
		assert(saved.len == size &&
		    memcmp(saved.ptr, data, size) == 0);
	}
	arena_close(a);
	return 0;
}
