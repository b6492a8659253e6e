/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signatures, the key directory, and the documents that are signed
 * (GDPR 5(1)(f), 5(2)).
 */
#include "keys/jws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "keys/document.h"

#define TYP "test+jwt"

/* RFC 8037, A.1 and A.2 */
static const char rfc_seed[] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
static const char rfc_x[] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
static const char rfc_input[] =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
static const char rfc_signature[] =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
    "hVsPt9g7sVvpAr_MuM0KAg";

static struct arena *arena;
static unsigned char seed[KEY_BYTES], other_seed[KEY_BYTES];
static struct jwk pair[2];
static struct jwks keys = { 2, pair };

static int
start(void **state)
{
	struct bytes data;

	(void)state;
	arena = arena_open();
	assert_int_equal(base64url_read(arena, rfc_seed, &data), ERR_OK);
	memcpy(seed, data.ptr, KEY_BYTES);
	memset(other_seed, 7, sizeof(other_seed));
	jwk_from_seed(seed, JWK_RECEIPT, 1700000000, &pair[0]);
	jwk_from_seed(other_seed, JWK_HEAD, 1700000000, &pair[1]);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

static enum err
open_it(const char *text)
{
	struct jws jws;

	return jws_open(arena, text, TYP, &keys, JWK_RECEIPT, &jws);
}

/* ${head} and ${payload} as they are, signed by ${seed}. */
static char *
sign_raw(const char *head, const char *payload)
{
	unsigned char signature[SIGNATURE_BYTES];
	char *input = arena_printf(arena, "%s.%s",
	    base64url_write(arena, text_bytes(head)),
	    base64url_write(arena, text_bytes(payload)));

	signature_make(seed, text_bytes(input), signature);
	return arena_printf(arena, "%s.%s", input, base64url_write(arena,
	    (struct bytes){ signature, sizeof(signature) }));
}

static void
the_signature_of_rfc_8037_is_made_and_verified(void **state)
{
	unsigned char signature[SIGNATURE_BYTES];
	struct bytes data;

	(void)state;
	assert_string_equal(base64url_write(arena,
	    (struct bytes){ pair[0].public, KEY_BYTES }), rfc_x);
	signature_make(seed, text_bytes(rfc_input), signature);
	assert_string_equal(base64url_write(arena,
	    (struct bytes){ signature, sizeof(signature) }), rfc_signature);
	assert_int_equal(base64url_read(arena, rfc_signature, &data), ERR_OK);
	assert_true(signature_holds(pair[0].public, text_bytes(rfc_input),
	    data.ptr));
}

static void
the_thumbprint_of_rfc_8037_names_its_key(void **state)
{
	(void)state;
	assert_string_equal(pair[0].kid,
	    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

static void
the_vectors_of_rfc_8032_are_met(void **state)
{
	static const struct { const char *seed, *public, *data, *sig; } v[] = {
	    { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	      "",
	      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
	      "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	    { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	      "72",
	      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	    { "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
	      "af82",
	      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
	};
	unsigned char made[SIGNATURE_BYTES];
	struct bytes s, p, d, g;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(v); i++) {
		assert_int_equal(hex_read(arena, v[i].seed, &s), ERR_OK);
		assert_int_equal(hex_read(arena, v[i].public, &p), ERR_OK);
		assert_int_equal(hex_read(arena, v[i].data, &d), ERR_OK);
		assert_int_equal(hex_read(arena, v[i].sig, &g), ERR_OK);
		signature_make(s.ptr, d, made);
		assert_memory_equal(made, g.ptr, SIGNATURE_BYTES);
		assert_true(signature_holds(p.ptr, d, g.ptr));
	}
}

static void
a_signature_with_s_beyond_the_order_is_refused(void **state)
{
	/* the group's order, RFC 8032, 5.1: S + L signs the same otherwise */
	static const unsigned char order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10 };
	unsigned char sig[SIGNATURE_BYTES];
	unsigned carry = 0, i;

	(void)state;
	signature_make(seed, text_bytes("x"), sig);
	for (i = 0; i < 32; i++) {
		carry += (unsigned)sig[32 + i] + order[i];
		sig[32 + i] = (unsigned char)carry;
		carry >>= 8;
	}
	assert_int_equal(carry, 0);
	assert_false(signature_holds(pair[0].public, text_bytes("x"), sig));
}

static void
keys_of_small_order_verify_nothing(void **state)
{
	/* y = 1, y = -1, y = 0: orders 1, 2 and 4 */
	static const unsigned char small[3][KEY_BYTES] = {
		{ 0x01 },
		{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
		{ 0x00 } };
	unsigned char sig[SIGNATURE_BYTES] = { 0x01 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(small); i++)
		assert_false(signature_holds(small[i], text_bytes("x"), sig));
}

static void
what_was_signed_verifies_and_gives_its_payload(void **state)
{
	char *text = jws_sign(arena, seed, TYP, text_bytes("{\"a\":1}"));
	struct jws jws;

	(void)state;
	assert_int_equal(jws_verify(arena, text, TYP, &keys, JWK_RECEIPT,
	    &jws), ERR_OK);
	assert_string_equal((const char *)jws.payload.ptr, "{\"a\":1}");
	assert_ptr_equal(jws.key, &pair[0]);
}

static void
a_jws_is_for_one_type_and_a_key_for_one_use(void **state)
{
	char *text = jws_sign(arena, seed, TYP, text_bytes("{}"));
	struct jws jws;

	(void)state;
	assert_int_equal(jws_open(arena, text, "other+jwt", &keys,
	    JWK_RECEIPT, &jws), ERR_MALFORMED);
	assert_int_equal(jws_open(arena, text, TYP, &keys, JWK_HEAD, &jws),
	    ERR_NOTFOUND);
	text = jws_sign(arena, other_seed, TYP, text_bytes("{}"));
	assert_int_equal(open_it(text), ERR_NOTFOUND);
}

static void
a_jws_with_any_bit_flipped_is_refused(void **state)
{
	char *text = jws_sign(arena, seed, TYP, text_bytes("{\"a\":1}"));
	char *copy;
	size_t i, len = strlen(text);

	(void)state;
	for (i = 0; i < len * 8; i++) {
		copy = arena_text(arena, text);
		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		assert_int_not_equal(open_it(copy), ERR_OK);
	}
	for (i = 0; i < len; i++)
		assert_int_not_equal(open_it(arena_textn(arena, text, i)),
		    ERR_OK);
}

static void
a_header_says_alg_kid_and_typ_and_nothing_else(void **state)
{
	static const struct { const char *format; enum err want; } heads[] = {
		{ "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"test+jwt\"}",
		    ERR_OK },
		{ "{\"typ\":\"test+jwt\", \"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		    ERR_OK },
		{ "{\"alg\":\"none\",\"kid\":\"%s\",\"typ\":\"test+jwt\"}",
		    ERR_MALFORMED },
		{ "{\"alg\":\"HS256\",\"kid\":\"%s\",\"typ\":\"test+jwt\"}",
		    ERR_MALFORMED },
		{ "{\"alg\":\"eddsa\",\"kid\":\"%s\",\"typ\":\"test+jwt\"}",
		    ERR_MALFORMED },
		{ "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}", ERR_MALFORMED },
		{ "{\"kid\":\"%s\",\"typ\":\"test+jwt\"}", ERR_MALFORMED },
		{ "{\"alg\":\"EdDSA\",\"typ\":\"test+jwt\",\"kidd\":\"%s\"}",
		    ERR_MALFORMED },
		{ "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"kid\":\"%s\","
		    "\"typ\":\"test+jwt\"}", ERR_MALFORMED },
		{ "{\"alg\":\"EdDSA\",\"jku\":\"https://evil.example/\","
		    "\"kid\":\"%s\",\"typ\":\"test+jwt\"}", ERR_MALFORMED },
		{ "{\"alg\":\"EdDSA\",\"jwk\":{},\"kid\":\"%s\","
		    "\"typ\":\"test+jwt\"}", ERR_MALFORMED },
		{ "{\"alg\":\"EdDSA\",\"x5u\":\"https://evil.example/\","
		    "\"kid\":\"%s\",\"typ\":\"test+jwt\"}", ERR_MALFORMED },
		{ "{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"kid\":\"%s\","
		    "\"typ\":\"test+jwt\"}", ERR_MALFORMED },
		{ "{\"alg\":\"EdDSA\",\"b64\":false,\"kid\":\"%s\","
		    "\"typ\":\"test+jwt\"}", ERR_MALFORMED },
		{ "[\"EdDSA\",\"%s\",\"test+jwt\"]", ERR_MALFORMED },
		{ "%s", ERR_MALFORMED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(heads); i++) {
		char *head = arena_text(arena, heads[i].format), *at;

		at = strstr(head, "%s");
		head = arena_printf(arena, "%.*s%s%s", (int)(at - head), head,
		    pair[0].kid, at + 2);
		assert_int_equal(open_it(sign_raw(head, "{}")), heads[i].want);
	}
}

static void
a_jws_has_three_parts_in_their_only_spelling(void **state)
{
	char *text = jws_sign(arena, seed, TYP, text_bytes("{}"));
	char *dot = strrchr(text, '.');

	(void)state;
	assert_int_equal(open_it(""), ERR_MALFORMED);
	assert_int_equal(open_it(".."), ERR_MALFORMED);
	assert_int_equal(open_it("..."), ERR_MALFORMED);
	assert_int_equal(open_it(arena_printf(arena, "%s.", text)),
	    ERR_MALFORMED);
	assert_int_equal(open_it(arena_printf(arena, "%s=", text)),
	    ERR_MALFORMED);
	assert_int_equal(open_it(arena_printf(arena, "%s\n", text)),
	    ERR_MALFORMED);
	assert_int_equal(open_it(arena_printf(arena, " %s", text)),
	    ERR_MALFORMED);
	assert_int_equal(open_it(arena_textn(arena, text,
	    (size_t)(dot - text))), ERR_MALFORMED);
	assert_int_equal(open_it(arena_textn(arena, text,
	    (size_t)(dot - text) + 1)), ERR_MALFORMED);
}

static void
a_retired_key_still_verifies_and_a_revoked_one_does_not(void **state)
{
	struct jwk key = pair[0];
	struct jwks one = { 1, &key };
	char *text = jws_sign(arena, seed, TYP, text_bytes("{}"));
	struct jws jws;

	(void)state;
	assert_int_equal(jwk_state(&key), JWK_VALID);
	key.until_s = 1800000000;
	assert_int_equal(jwk_state(&key), JWK_RETIRED);
	assert_int_equal(jws_verify(arena, text, TYP, &one, JWK_RECEIPT,
	    &jws), ERR_OK);
	key.revoked_s = 1800000000;
	assert_int_equal(jwk_state(&key), JWK_REVOKED);
	assert_int_equal(jws_verify(arena, text, TYP, &one, JWK_RECEIPT,
	    &jws), ERR_GONE);
	assert_int_equal(jws_open(arena, text, TYP, &one, JWK_RECEIPT, &jws),
	    ERR_OK);
}

static void
a_directory_reads_back_as_it_was_written(void **state)
{
	struct jwk all[3];
	struct jwks in = { 3, all }, out;
	unsigned i;

	(void)state;
	memset(other_seed, 9, sizeof(other_seed));
	all[0] = pair[0];
	all[1] = pair[1];
	all[1].until_s = 1750000000;
	jwk_from_seed(other_seed, JWK_RECEIPT, 1600000000, &all[2]);
	all[2].until_s = 1650000000;
	all[2].revoked_s = 1660000000;
	assert_int_equal(jwks_read(arena, jwks_write(arena, &in), &out),
	    ERR_OK);
	assert_int_equal(out.count, 3);
	for (i = 0; i < 3; i++) {
		assert_string_equal(out.keys[i].kid, all[i].kid);
		assert_memory_equal(out.keys[i].public, all[i].public, 32);
		assert_int_equal(out.keys[i].use, all[i].use);
		assert_int_equal(out.keys[i].from_s, all[i].from_s);
		assert_int_equal(out.keys[i].until_s, all[i].until_s);
		assert_int_equal(out.keys[i].revoked_s, all[i].revoked_s);
	}
}

static void
a_directory_passes_over_keys_of_another_kind(void **state)
{
	const char *ours = jwks_write(arena, &keys);
	const char *text = arena_printf(arena,
	    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\"},%s", ours + 9);
	struct jwks out;

	(void)state;
	assert_int_equal(jwks_read(arena, text, &out), ERR_OK);
	assert_int_equal(out.count, 2);
}

static void
a_directory_with_a_wrong_or_double_key_is_refused(void **state)
{
	struct jwk twice[2] = { pair[0], pair[0] };
	struct jwks all = { 2, twice }, out;
	char *text;

	(void)state;
	assert_int_equal(jwks_read(arena, jwks_write(arena, &all), &out),
	    ERR_MALFORMED);
	twice[1].use = JWK_HEAD;
	assert_int_equal(jwks_read(arena, jwks_write(arena, &all), &out),
	    ERR_MALFORMED);
	twice[1] = pair[1];
	twice[1].public[0] ^= 1;	/* no longer what its kid says */
	assert_int_equal(jwks_read(arena, jwks_write(arena, &all), &out),
	    ERR_MALFORMED);
	text = arena_text(arena, jwks_write(arena, &keys));
	memcpy(strstr(text, "\"sig\""), "\"enc\"", 5);
	assert_int_equal(jwks_read(arena, text, &out), ERR_MALFORMED);
	assert_int_equal(jwks_read(arena, "{\"keys\":[1]}", &out),
	    ERR_MALFORMED);
	assert_int_equal(jwks_read(arena, "{}", &out), ERR_MALFORMED);
	assert_int_equal(jwks_read(arena, "", &out), ERR_MALFORMED);
}

static const char *
canonical(const char *json)
{
	json_t *doc = json_loads(json, JSON_DECODE_ANY, NULL);
	const char *text = NULL;

	assert_non_null(doc);
	if (doc_canonical(arena, doc, &text) != ERR_OK)
		text = NULL;
	json_decref(doc);
	return text;
}

static void
a_document_has_one_spelling(void **state)
{
	(void)state;
	assert_string_equal(canonical(
	    "{ \"b\": [1, true, null], \"a\": \"\\u00e9\\/\\\"\\\\\" , "
	    "\"B\": -0, \"ab\": {} }"),
	    "{\"B\":0,\"a\":\"\xc3\xa9/\\\"\\\\\",\"ab\":{},"
	    "\"b\":[1,true,null]}");
	assert_string_equal(canonical("{\"n\":9007199254740991}"),
	    "{\"n\":9007199254740991}");
	assert_null(canonical("{\"n\":9007199254740992}"));
	assert_null(canonical("{\"n\":-9007199254740992}"));
	assert_null(canonical("{\"n\":1.0}"));
	assert_null(canonical("{\"t\":\"a\\nb\"}"));
	assert_null(canonical("{\"t\":\"a\\u007fb\"}"));
	assert_null(canonical("{\"\\u00e9\":1}"));
	assert_null(canonical("{\"a\":[{\"b\":\"\\t\"}]}"));
}

static enum err
load(const char *text)
{
	json_t *doc;
	enum err e = doc_load(text_bytes(text), &doc);

	if (e == ERR_OK)
		json_decref(doc);
	return e;
}

static void
a_document_nests_at_most_32_deep_and_has_no_member_twice(void **state)
{
	char deep[2 * (DOCUMENT_MAX_DEPTH + 1) + 1];

	(void)state;
	memset(deep, '[', DOCUMENT_MAX_DEPTH + 1);
	memset(deep + DOCUMENT_MAX_DEPTH + 1, ']', DOCUMENT_MAX_DEPTH + 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(load(deep), ERR_MALFORMED);
	deep[sizeof(deep) - 2] = '\0';
	assert_int_equal(load(deep + 1), ERR_OK);
	assert_int_equal(load("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}"),
	    ERR_OK);
	assert_int_equal(load("{\"a\":1,\"a\":1}"), ERR_MALFORMED);
	assert_int_equal(load("{\"a\":\"\\u0000\"}"), ERR_MALFORMED);
	assert_int_equal(load("{} "), ERR_OK);
	assert_int_equal(load("{} x"), ERR_MALFORMED);
}

static void
an_object_is_read_whole_or_not_at_all(void **state)
{
	json_t *doc = json_loads("{\"t\":\"x\",\"n\":3,"
	    "\"at\":\"2026-11-21T18:30:05Z\",\"b\":\"AAE\",\"none\":null}",
	    0, NULL);
	unsigned char two[2];
	struct doc d;

	(void)state;
	doc_open(&d, arena, doc);
	assert_string_equal(doc_text(&d, "t", 1), "x");
	assert_int_equal(doc_int(&d, "n", 3, 3), 3);
	assert_true(doc_instant(&d, "at") == INT64_C(1795285805000000));
	doc_bytes(&d, "b", two, 2);
	assert_int_equal(two[1], 1);
	assert_false(doc_end(&d));		/* one is left over */
	assert_null(doc_text_or_null(&d, "none", 5));
	assert_true(doc_end(&d));
	doc_open(&d, arena, doc);
	(void)doc_int(&d, "n", 4, 9);
	assert_true(d.is_bad);
	doc_open(&d, arena, doc);
	(void)doc_text(&d, "n", 4);
	assert_true(d.is_bad);
	doc_open(&d, arena, doc);
	(void)doc_text(&d, "missing", 4);
	assert_true(d.is_bad);
	doc_open(&d, arena, doc);
	doc_bytes(&d, "b", two, 1);
	assert_true(d.is_bad);
	doc_open(&d, arena, NULL);
	assert_false(doc_end(&d));
	json_decref(doc);
}

static void
an_instant_has_one_spelling_in_a_document(void **state)
{
	static const char *const bad[] = { "2026-11-21T18:30:05",
	    "2026-11-21 18:30:05Z", "2026-11-21T24:00:00Z",
	    "2026-11-21T18:60:00Z", "2026-11-21T18:30:60Z",
	    "2026-02-30T00:00:00Z", "2026-11-21T18:30:05+00:00",
	    "2026-11-21T18:30:05.0Z", "2026-11-21t18:30:05z",
	    "2026-11-21T18:3a:05Z" };
	json_t *doc;
	struct doc d;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bad); i++) {
		doc = doc_object();
		doc_put_text(doc, "at", bad[i]);
		doc_open(&d, arena, doc);
		(void)doc_instant(&d, "at");
		assert_true(d.is_bad);
		json_decref(doc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_signature_of_rfc_8037_is_made_and_verified),
		cmocka_unit_test(the_thumbprint_of_rfc_8037_names_its_key),
		cmocka_unit_test(the_vectors_of_rfc_8032_are_met),
		cmocka_unit_test(a_signature_with_s_beyond_the_order_is_refused),
		cmocka_unit_test(keys_of_small_order_verify_nothing),
		cmocka_unit_test(what_was_signed_verifies_and_gives_its_payload),
		cmocka_unit_test(a_jws_is_for_one_type_and_a_key_for_one_use),
		cmocka_unit_test(a_jws_with_any_bit_flipped_is_refused),
		cmocka_unit_test(a_header_says_alg_kid_and_typ_and_nothing_else),
		cmocka_unit_test(a_jws_has_three_parts_in_their_only_spelling),
		cmocka_unit_test(a_retired_key_still_verifies_and_a_revoked_one_does_not),
		cmocka_unit_test(a_directory_reads_back_as_it_was_written),
		cmocka_unit_test(a_directory_passes_over_keys_of_another_kind),
		cmocka_unit_test(a_directory_with_a_wrong_or_double_key_is_refused),
		cmocka_unit_test(a_document_has_one_spelling),
		cmocka_unit_test(a_document_nests_at_most_32_deep_and_has_no_member_twice),
		cmocka_unit_test(an_object_is_read_whole_or_not_at_all),
		cmocka_unit_test(an_instant_has_one_spelling_in_a_document),
	};

	return cmocka_run_group_tests_name("jws", tests, start, stop);
}
