/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Receipts: what one says, and every way in which one is refused
 * (GDPR 5(2), 17).
 */
#include "erasure/receipt_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "keys/document.h"
#include "ledger/head.h"
#include "tests/erasure/sample.h"

static struct arena *arena;
static unsigned char receipt_seed[KEY_BYTES], head_seed[KEY_BYTES];
static struct jwk pair[2];
static const struct jwks keys = { 2, pair };
static struct merkle_hash leaves[5];

static int
start(void **state)
{
	(void)state;
	arena = arena_open();
	memset(receipt_seed, 0x11, KEY_BYTES);
	memset(head_seed, 0x22, KEY_BYTES);
	jwk_from_seed(receipt_seed, JWK_RECEIPT, SAMPLE_FROM_S, &pair[0]);
	jwk_from_seed(head_seed, JWK_HEAD, SAMPLE_FROM_S, &pair[1]);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

static const char *
sign(const struct receipt *r)
{
	const char *jws = NULL;

	assert_int_equal(receipt_sign(arena, receipt_seed, r, &jws), ERR_OK);
	return jws;
}

static struct receipt_verdict
check(const char *jws)
{
	struct receipt_question q = { .jws = jws, .keys = &keys };
	struct receipt_verdict v;

	receipt_check(arena, &q, &v);
	return v;
}

static enum err
leaf_at(void *arg, uint64_t index, struct merkle_hash *ret_leaf)
{
	(void)arg;
	*ret_leaf = leaves[index];
	return ERR_OK;
}

/* The sample as leaf 3 of 5, under a head of one second before ${at_us}. */
static struct receipt
logged_at(int64_t at_us)
{
	struct receipt r = sample_receipt();
	struct head head = { .site = "example", .epoch = 1,
	    .at_us = at_us - SECOND_US };
	struct merkle_frontier f;
	unsigned char data[1];
	unsigned i;

	merkle_open(&f);
	for (i = 0; i < 5; i++) {
		data[0] = (unsigned char)i;
		merkle_leaf((struct bytes){ data, 1 }, &leaves[i]);
		if (i == 3)
			assert_int_equal(receipt_leaf(arena, &r, 77,
			    &leaves[i]), ERR_OK);
		merkle_push(&f, &leaves[i]);
	}
	head.tree.size = 5;
	merkle_root(&f, &head.tree.root);
	r.has_log = true;
	r.log.index = 3;
	r.log.leaf_at_us = 77;
	assert_int_equal(merkle_prove_leaf(leaf_at, NULL, 3, 5,
	    &r.log.proof), ERR_OK);
	r.log.head = head_sign(arena, head_seed, &head);
	return r;
}

static void
a_receipt_reads_back_as_it_was_signed(void **state)
{
	struct receipt in = logged_at(SAMPLE_ISSUED_US), r;
	struct receipt_verdict v = check(sign(&in));

	(void)state;
	assert_int_equal(v.finding, RECEIPT_GENUINE);
	assert_true(v.has_receipt && v.is_logged);
	r = v.receipt;
	assert_string_equal(r.iss, in.iss);
	assert_string_equal(r.site, in.site);
	assert_string_equal(r.jti, in.jti);
	assert_null(r.follows);
	assert_string_equal(r.case_number, in.case_number);
	assert_true(r.issued_us == in.issued_us);
	assert_true(r.has_request && r.requested_us == in.requested_us);
	assert_true(r.decided_us == in.decided_us);
	assert_true(r.erased_us == in.erased_us);
	assert_int_equal(r.law_count, 1);
	assert_string_equal(r.laws[0], "GDPR 17(1)(b)");
	assert_int_equal(r.store_count, 3);
	assert_string_equal(r.stores[2].name, "interaction");
	assert_int_equal(r.stores[2].erased, 11);
	assert_int_equal(r.stores[2].anonymised, 2);
	assert_int_equal(r.stores[2].kept_count, 1);
	assert_int_equal(r.stores[2].kept[0].rows, 2);
	assert_string_equal(r.stores[2].kept[0].statute,
	    "Code de commerce L123-22");
	assert_int_equal(r.stores[2].kept[0].until.y, 2036);
	assert_true(r.scanned_us == in.scanned_us);
	assert_int_equal(r.scanned_columns, 143);
	assert_int_equal(r.remnant_count, 3);
	assert_int_equal(r.remnants[1].until.m, 12);
	assert_int_equal(r.recipient_count, 1);
	assert_string_equal(r.recipients[0].state, "told");
	assert_memory_equal(r.commitment, in.commitment, HASH_BYTES);
}

static void
a_receipt_holds_no_value_that_names_the_person(void **state)
{
	struct receipt r = sample_receipt();
	const char *jws = sign(&r);
	struct jws open;

	(void)state;
	assert_int_equal(jws_open(arena, jws, RECEIPT_TYP, &keys, JWK_RECEIPT,
	    &open), ERR_OK);
	assert_null(strstr((const char *)open.payload.ptr, "camille"));
	assert_null(strstr((const char *)open.payload.ptr, "martin"));
	assert_null(strstr((const char *)open.payload.ptr, "\"exp\""));
}

static void
every_one_bit_flip_of_a_receipt_is_refused(void **state)
{
	struct receipt r = logged_at(SAMPLE_ISSUED_US);
	const char *jws = sign(&r);
	struct arena *scratch = arena_open();
	struct receipt_question q = { .keys = &keys };
	struct receipt_verdict v;
	size_t i, len = strlen(jws);
	char *copy;

	(void)state;
	for (i = 0; i < len * 8; i++) {
		copy = arena_text(scratch, jws);
		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		q.jws = copy;
		receipt_check(scratch, &q, &v);
		assert_false(receipt_findings[v.finding].is_genuine);
		arena_wipe(scratch);
	}
	arena_close(scratch);
}

static void
a_pasted_receipt_may_have_space_around_it_and_none_inside(void **state)
{
	struct receipt r = sample_receipt();
	const char *jws = sign(&r);

	(void)state;
	assert_int_equal(check(arena_printf(arena, " \r\n%s\n\n", jws)).finding,
	    RECEIPT_GENUINE);
	assert_int_equal(check(arena_printf(arena, "%.40s\n%s", jws,
	    jws + 40)).finding, RECEIPT_NOT_ONE);
	assert_int_equal(check("").finding, RECEIPT_NOT_ONE);
	assert_int_equal(check("hello").finding, RECEIPT_NOT_ONE);
}

static void
the_commitment_opens_for_the_person_and_for_nobody_else(void **state)
{
	struct receipt r = sample_receipt();
	unsigned char opening[KEY_BYTES];
	struct receipt_question q = { .jws = sign(&r), .keys = &keys,
	    .address = " Camille.Martin@EXAMPLE.org" };
	struct receipt_verdict v;

	(void)state;
	receipt_check(arena, &q, &v);
	assert_int_equal(v.opening, OPENING_NOT_ASKED);
	sample_opening(opening);
	q.opening = base64url_write(arena,
	    (struct bytes){ opening, KEY_BYTES });
	receipt_check(arena, &q, &v);
	assert_int_equal(v.opening, OPENING_YES);
	q.address = "camille.martin@example.com";
	receipt_check(arena, &q, &v);
	assert_int_equal(v.opening, OPENING_NO);
	q.address = "not an address";
	receipt_check(arena, &q, &v);
	assert_int_equal(v.opening, OPENING_NO);
	q.address = SAMPLE_ADDRESS;
	opening[5] ^= 1;
	q.opening = base64url_write(arena,
	    (struct bytes){ opening, KEY_BYTES });
	receipt_check(arena, &q, &v);
	assert_int_equal(v.opening, OPENING_NO);
	q.opening = "short";
	receipt_check(arena, &q, &v);
	assert_int_equal(v.opening, OPENING_NO);
}

static void
the_commitment_binds_address_and_case_apart(void **state)
{
	unsigned char opening[KEY_BYTES] = { 0 }, one[HASH_BYTES];
	unsigned char two[HASH_BYTES];

	(void)state;
	receipt_commitment(opening, "a@example.org", "1", one);
	receipt_commitment(opening, "a@example.or", "g1", two);
	assert_memory_not_equal(one, two, HASH_BYTES);
}

static void
an_unknown_key_and_another_issuer_are_named_as_such(void **state)
{
	struct receipt r = sample_receipt();
	struct receipt_question q = { .jws = sign(&r), .keys = &keys,
	    .iss = "https://privacy.example.com/" };
	struct receipt_verdict v;
	const char *jws;

	(void)state;
	receipt_check(arena, &q, &v);
	assert_int_equal(v.finding, RECEIPT_OTHER_SITE);
	q.iss = "https://privacy.example.org/";
	receipt_check(arena, &q, &v);
	assert_int_equal(v.finding, RECEIPT_GENUINE);
	assert_int_equal(receipt_sign(arena, head_seed, &r, &jws), ERR_OK);
	assert_int_equal(check(jws).finding, RECEIPT_UNKNOWN_KEY);
}

static void
a_receipt_under_a_retired_key_is_genuine_if_dated_before(void **state)
{
	struct receipt r = sample_receipt();
	const char *jws = sign(&r);

	(void)state;
	pair[0].until_s = SAMPLE_ISSUED_US / SECOND_US;
	assert_int_equal(check(jws).finding, RECEIPT_GENUINE_RETIRED);
	pair[0].until_s -= 61;
	assert_int_equal(check(jws).finding, RECEIPT_UNTIMELY);
	pair[0].until_s = 0;
	pair[0].from_s = SAMPLE_ISSUED_US / SECOND_US + 61;
	assert_int_equal(check(jws).finding, RECEIPT_UNTIMELY);
	pair[0].from_s = SAMPLE_FROM_S;
}

static void
under_a_revoked_key_only_an_earlier_published_head_helps(void **state)
{
	int64_t revoked_us = SAMPLE_ISSUED_US + DAY_US;
	struct receipt bare = sample_receipt();
	struct receipt early = logged_at(revoked_us);
	struct receipt late = logged_at(revoked_us + SECOND_US);
	const char *head = early.log.head;
	struct receipt_question q = { .jws = sign(&early), .keys = &keys,
	    .heads = &head, .head_count = 1 };
	struct receipt_verdict v;

	(void)state;
	pair[0].revoked_s = revoked_us / SECOND_US;
	assert_int_equal(check(sign(&bare)).finding, RECEIPT_REVOKED);
	assert_int_equal(check(sign(&late)).finding, RECEIPT_REVOKED);
	assert_int_equal(check(sign(&early)).finding, RECEIPT_GENUINE_LOGGED);
	pair[1].revoked_s = pair[0].revoked_s;	/* both keys were taken */
	assert_int_equal(check(sign(&early)).finding, RECEIPT_REVOKED);
	receipt_check(arena, &q, &v);
	assert_int_equal(v.finding, RECEIPT_GENUINE_LOGGED);
	head = late.log.head;
	receipt_check(arena, &q, &v);
	assert_int_equal(v.finding, RECEIPT_REVOKED);
	pair[0].revoked_s = pair[1].revoked_s = 0;
}

static void
a_thief_of_the_key_cannot_borrow_the_proof_of_another_receipt(void **state)
{
	struct receipt r = logged_at(SAMPLE_ISSUED_US);

	(void)state;
	r.case_number = "E7K2-M9QY";
	assert_int_equal(check(sign(&r)).finding, RECEIPT_NOT_IN_LOG);
	r = logged_at(SAMPLE_ISSUED_US);
	r.log.index = 2;
	assert_int_equal(check(sign(&r)).finding, RECEIPT_NOT_IN_LOG);
	r = logged_at(SAMPLE_ISSUED_US);
	r.log.leaf_at_us++;
	assert_int_equal(check(sign(&r)).finding, RECEIPT_NOT_IN_LOG);
	r = logged_at(SAMPLE_ISSUED_US);
	r.log.proof.count--;
	assert_int_equal(check(sign(&r)).finding, RECEIPT_NOT_IN_LOG);
	r = logged_at(SAMPLE_ISSUED_US);
	r.log.head = "a.b.c";
	assert_int_equal(check(sign(&r)).finding, RECEIPT_NOT_IN_LOG);
}

static void
what_would_not_read_back_is_not_signed(void **state)
{
	struct receipt r = sample_receipt();
	const char *jws;

	(void)state;
	r.case_number = "";
	assert_int_equal(receipt_sign(arena, receipt_seed, &r, &jws),
	    ERR_INVALID);
	r = sample_receipt();
	r.site = "two\nlines";
	assert_int_equal(receipt_sign(arena, receipt_seed, &r, &jws),
	    ERR_INVALID);
	r = sample_receipt();
	r.law_count = 0;
	assert_int_equal(receipt_sign(arena, receipt_seed, &r, &jws),
	    ERR_INVALID);
	r = sample_receipt();
	r.erased_us = r.decided_us - SECOND_US;
	assert_int_equal(receipt_sign(arena, receipt_seed, &r, &jws),
	    ERR_INVALID);
	r = sample_receipt();
	r.issued_us = r.scanned_us - SECOND_US;
	assert_int_equal(receipt_sign(arena, receipt_seed, &r, &jws),
	    ERR_INVALID);
}

static void
an_erasure_by_retention_has_no_request_and_may_follow_another(void **state)
{
	struct receipt r = sample_receipt();
	struct receipt_verdict v;

	(void)state;
	r.has_request = false;
	r.follows = "01JDEXAMPLE0000000000001";
	v = check(sign(&r));
	assert_int_equal(v.finding, RECEIPT_GENUINE);
	assert_false(v.receipt.has_request);
	assert_string_equal(v.receipt.follows, "01JDEXAMPLE0000000000001");
}

/* The sample's claims with ${name} set to ${json}, or gone for NULL. */
static enum err
read_with(const char *name, const char *json)
{
	struct receipt r = sample_receipt(), out;
	struct jws open;
	const char *text;
	json_t *o;
	enum err e;

	assert_int_equal(jws_open(arena, sign(&r), RECEIPT_TYP, &keys,
	    JWK_RECEIPT, &open), ERR_OK);
	assert_int_equal(doc_load(open.payload, &o), ERR_OK);
	if (json == NULL)
		assert_int_equal(json_object_del(o, name), 0);
	else
		doc_put(o, name, json_loads(json, JSON_DECODE_ANY, NULL));
	text = json_dumps(o, JSON_COMPACT);
	e = receipt_read(arena, (struct bytes){ (const unsigned char *)text,
	    strlen(text) }, &out);
	free((char *)(uintptr_t)text);
	json_decref(o);
	return e;
}

static void
claims_are_all_there_and_no_more(void **state)
{
	static const char *const names[] = { "v", "iss", "site", "jti", "iat",
	    "case", "decided_at", "erased_at", "law", "stores", "scan",
	    "remnants", "recipients", "commitment" };
	static const struct { const char *name, *json; } bad[] = {
		{ "v", "2" }, { "v", "\"1\"" }, { "exp", "1" },
		{ "email", "\"a@example.org\"" }, { "iat", "-1" },
		{ "iat", "1.5" }, { "law", "[]" }, { "law", "[1]" },
		{ "law", "\"GDPR 17\"" }, { "law", "[\"\"]" },
		{ "stores", "{}" }, { "stores", "[[]]" },
		{ "stores", "[{\"store\":\"x\",\"erased\":1,"
		    "\"anonymised\":0}]" },
		{ "stores", "[{\"store\":\"x\",\"erased\":-1,"
		    "\"anonymised\":0,\"kept\":[]}]" },
		{ "stores", "[{\"store\":\"x\",\"erased\":1,\"anonymised\":0,"
		    "\"kept\":[{\"rows\":1,\"reason\":\"a\","
		    "\"statute\":\"b\",\"until\":\"2026-02-30\"}]}]" },
		{ "scan", "{\"at\":\"2026-11-24T21:30:04Z\",\"columns\":1,"
		    "\"rows\":1,\"found\":1,\"review\":0}" },
		{ "remnants", "[{\"what\":\"backups\"}]" },
		{ "recipients", "[{\"name\":\"x\",\"state\":\"gone\","
		    "\"at\":\"2026-11-24T21:30:04Z\"}]" },
		{ "commitment", "\"AAAA\"" },
		{ "commitment", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"
		    "\"" },
		{ "log", "{}" }, { "log", "null" },
		{ "requested_at", "\"2030-01-01T00:00:00Z\"" },
	};
	size_t i;

	(void)state;
	assert_int_equal(read_with("v", "1"), ERR_OK);
	for (i = 0; i < LENGTH(names); i++)
		assert_int_equal(read_with(names[i], NULL), ERR_MALFORMED);
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(read_with(bad[i].name, bad[i].json),
		    ERR_MALFORMED);
}

static void
every_finding_has_its_words(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < RECEIPT_FINDING__MAX; i++) {
		assert_non_null(receipt_findings[i].name);
		assert_non_null(receipt_findings[i].title);
		assert_non_null(receipt_findings[i].sentence);
		assert_int_equal(receipt_findings[i].is_genuine,
		    i <= RECEIPT_GENUINE_LOGGED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_receipt_reads_back_as_it_was_signed),
		cmocka_unit_test(a_receipt_holds_no_value_that_names_the_person),
		cmocka_unit_test(every_one_bit_flip_of_a_receipt_is_refused),
		cmocka_unit_test(a_pasted_receipt_may_have_space_around_it_and_none_inside),
		cmocka_unit_test(the_commitment_opens_for_the_person_and_for_nobody_else),
		cmocka_unit_test(the_commitment_binds_address_and_case_apart),
		cmocka_unit_test(an_unknown_key_and_another_issuer_are_named_as_such),
		cmocka_unit_test(a_receipt_under_a_retired_key_is_genuine_if_dated_before),
		cmocka_unit_test(under_a_revoked_key_only_an_earlier_published_head_helps),
		cmocka_unit_test(a_thief_of_the_key_cannot_borrow_the_proof_of_another_receipt),
		cmocka_unit_test(what_would_not_read_back_is_not_signed),
		cmocka_unit_test(an_erasure_by_retention_has_no_request_and_may_follow_another),
		cmocka_unit_test(claims_are_all_there_and_no_more),
		cmocka_unit_test(every_finding_has_its_words),
	};

	return cmocka_run_group_tests_name("receipt", tests, start, stop);
}
