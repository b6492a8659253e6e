/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows as bytes, their hashes and marks, and signed heads (GDPR 5(2), 7(1)).
 */
#include "ledger/leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "ledger/proof.h"

static struct arena *arena;
static const unsigned char ones[32] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
};

static const struct leaf_consent given = {
	.kind = "given", .purpose = "newsletter", .purpose_version = 3,
	.channel = "email", .language = "fr", .notice_version = 2,
	.form_version = 5, .rendering = ones, .how = "double_opt_in",
	.evidence = 9, .at_us = INT64_C(1795285805123456), .subject = ones,
};

static int
start(void **state)
{
	(void)state;
	arena = arena_open();
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
consent_text(const struct leaf_consent *row)
{
	const char *text = NULL;

	assert_int_equal(leaf_consent(arena, row, &text), ERR_OK);
	return text;
}

static void
a_consent_row_is_sorted_json_without_space(void **state)
{
	struct leaf_consent bare = given;

	(void)state;
	assert_string_equal(consent_text(&given), "{\"at_us\":1795285805123456,"
	    "\"channel\":\"email\",\"evidence\":9,\"form_version\":5,"
	    "\"how\":\"double_opt_in\",\"kind\":\"given\",\"language\":\"fr\","
	    "\"notice_version\":2,\"purpose\":\"newsletter\","
	    "\"purpose_version\":3,"
	    "\"rendering\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\","
	    "\"subject\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\","
	    "\"t\":\"consent\",\"v\":1}");
	bare.form_version = 0;
	bare.rendering = NULL;
	bare.evidence = 0;
	assert_non_null(strstr(consent_text(&bare), "\"evidence\":null,"
	    "\"form_version\":null,"));
	assert_non_null(strstr(consent_text(&bare), "\"rendering\":null,"));
}

static void
every_column_of_a_consent_row_is_in_its_hash(void **state)
{
	static const unsigned char other[32] = { 2 };
	struct leaf_consent rows[13];
	struct merkle_hash hash[13];
	size_t i, j;

	(void)state;
	for (i = 0; i < LENGTH(rows); i++)
		rows[i] = given;
	rows[1].kind = "renewed";
	rows[2].purpose = "offers";
	rows[3].purpose_version = 4;
	rows[4].channel = "sms";
	rows[5].language = "en";
	rows[6].notice_version = 1;
	rows[7].form_version = 6;
	rows[8].rendering = other;
	rows[9].how = "form";
	rows[10].evidence = 0;
	rows[11].at_us++;
	rows[12].subject = other;
	for (i = 0; i < LENGTH(rows); i++) {
		leaf_hash(consent_text(&rows[i]), &hash[i]);
		for (j = 0; j < i; j++)
			assert_false(merkle_is_equal(&hash[i], &hash[j]));
	}
}

static void
an_audit_row_holds_its_detail_in_one_spelling(void **state)
{
	struct leaf_audit row = { .verb = "contact.edited", .actor = "staff",
	    .actor_id = 7, .object = "contact", .object_id = 0,
	    .detail = "{ \"fields\": [\"phone\"], \"by\":\"office\" }",
	    .at_us = 5, .subject = NULL };
	const char *text;

	(void)state;
	assert_int_equal(leaf_audit(arena, &row, &text), ERR_OK);
	assert_string_equal(text, "{\"actor\":\"staff\",\"actor_id\":7,"
	    "\"at_us\":5,\"detail\":{\"by\":\"office\",\"fields\":[\"phone\"]},"
	    "\"object\":\"contact\",\"object_id\":0,\"subject\":null,"
	    "\"t\":\"audit\",\"v\":1,\"verb\":\"contact.edited\"}");
}

static void
a_row_that_we_cannot_have_written_is_refused(void **state)
{
	static const char *const details[] = { "", "[]", "1", "{", "{}x",
	    "{\"a\":1.5}", "{\"a\":1,\"a\":1}", "{\"a\":\"\\n\"}" };
	struct leaf_audit row = { .verb = "x", .actor = "program",
	    .object = "site", .detail = "{}", .at_us = 5 };
	struct leaf_consent c = given;
	const char *text;
	size_t i;

	(void)state;
	assert_int_equal(leaf_audit(arena, &row, &text), ERR_OK);
	for (i = 0; i < LENGTH(details); i++) {
		row.detail = details[i];
		assert_int_equal(leaf_audit(arena, &row, &text), ERR_INVALID);
	}
	c.purpose_version = UINT64_C(1) << 53;
	assert_int_equal(leaf_consent(arena, &c, &text), ERR_INVALID);
	c.purpose_version = UINT64_MAX;
	assert_int_equal(leaf_consent(arena, &c, &text), ERR_INVALID);
	c = given;
	c.how = "form\x01";
	assert_int_equal(leaf_consent(arena, &c, &text), ERR_INVALID);
}

static void
the_keepers_own_leaves_have_one_spelling(void **state)
{
	static const uint64_t ids[] = { 4, 5, 12 };
	struct leaf_receipt receipt = { "r1", ones, 5 };
	struct leaf_prune prune = { "audit", 3, NULL, "CNIL 2021-122", 5 };
	struct leaf_digest digest = { { 2026, 11, 21 }, 0, 0, 0, ones, 5 };
	struct leaf_epoch epoch = { 2, "restore", 100, { { 1 } }, 5 };
	unsigned char rows[HASH_BYTES], want[HASH_BYTES];
	const char *text;

	(void)state;
	leaf_rows_hash(ids, LENGTH(ids), rows);
	sha256_of((struct bytes){ (const unsigned char *)"[4,5,12]", 8 },
	    want);
	assert_memory_equal(rows, want, HASH_BYTES);
	prune.rows = ones;
	assert_int_equal(leaf_receipt(arena, &receipt, &text), ERR_OK);
	assert_string_equal(text, "{\"at_us\":5,\"claims\":"
	    "\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\",\"jti\":\"r1\","
	    "\"t\":\"receipt\",\"v\":1}");
	assert_int_equal(leaf_prune(arena, &prune, &text), ERR_OK);
	assert_string_equal(text, "{\"at_us\":5,\"count\":3,"
	    "\"ledger\":\"audit\",\"reason\":\"CNIL 2021-122\",\"rows\":"
	    "\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\","
	    "\"t\":\"prune\",\"v\":1}");
	assert_int_equal(leaf_digest(arena, &digest, &text), ERR_OK);
	assert_string_equal(text, "{\"at_us\":5,\"count\":0,"
	    "\"day\":\"2026-11-21\",\"first\":null,\"last\":null,\"lines\":"
	    "\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\","
	    "\"t\":\"digest\",\"v\":1}");
	assert_int_equal(leaf_epoch(arena, &epoch, &text), ERR_OK);
	assert_string_equal(text, "{\"at_us\":5,\"epoch\":2,"
	    "\"reason\":\"restore\",\"root\":"
	    "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"size\":100,"
	    "\"t\":\"epoch\",\"v\":1}");
}

static void
a_mark_depends_on_key_row_writer_and_counter(void **state)
{
	static const unsigned char zero[32], writer[WRITER_BYTES] = { 1 };
	unsigned char mac[5][HASH_BYTES], again[HASH_BYTES];
	size_t i, j;

	(void)state;
	leaf_mac(ones, "{}", writer, 1, mac[0]);
	leaf_mac(zero, "{}", writer, 1, mac[1]);
	leaf_mac(ones, "{ }", writer, 1, mac[2]);
	leaf_mac(ones, "{}", zero, 1, mac[3]);
	leaf_mac(ones, "{}", writer, UINT64_C(1) << 56, mac[4]);
	for (i = 0; i < 5; i++)
		for (j = 0; j < i; j++)
			assert_memory_not_equal(mac[i], mac[j], HASH_BYTES);
	leaf_mac(ones, "{}", writer, 1, again);
	assert_memory_equal(mac[0], again, HASH_BYTES);
}

static void
a_commitment_opens_for_one_person_only(void **state)
{
	unsigned char one[HASH_BYTES], two[HASH_BYTES], want[HASH_BYTES];

	(void)state;
	leaf_commit(ones, SUBJECT_CONTACT, 42, one);
	mac_text(ones, "assent/subject/1|42", want);
	assert_memory_equal(one, want, HASH_BYTES);
	leaf_commit(ones, SUBJECT_CONTACT, 43, two);
	assert_memory_not_equal(one, two, HASH_BYTES);
	leaf_commit(ones, SUBJECT_SIGNUP, 42, two);
	assert_memory_not_equal(one, two, HASH_BYTES);
}

static struct head
some_head(void)
{
	return (struct head){ .site = "demo", .epoch = 1,
	    .tree = { 7, { { 9 } } }, .at_us = INT64_C(1795285805000000) };
}

static void
a_signed_head_reads_back_as_it_was(void **state)
{
	struct jwk key;
	struct jwks keys = { 1, &key };
	struct head in = some_head(), out;
	const struct jwk *by;
	char *text;

	(void)state;
	jwk_from_seed(ones, JWK_HEAD, 0, &key);
	text = head_sign(arena, ones, &in);
	assert_int_equal(head_read(arena, text, &keys, &out, &by), ERR_OK);
	assert_ptr_equal(by, &key);
	assert_string_equal(out.site, "demo");
	assert_true(out.epoch == 1 && out.tree.size == 7);
	assert_true(merkle_is_equal(&out.tree.root, &in.tree.root));
	assert_true(out.at_us == in.at_us);
	assert_false(out.has_prev);
	in.has_prev = true;
	head_name(text, &in.prev);
	text = head_sign(arena, ones, &in);
	assert_int_equal(head_read(arena, text, &keys, &out, &by), ERR_OK);
	assert_true(out.has_prev);
	assert_true(merkle_is_equal(&out.prev, &in.prev));
}

static void
a_head_must_be_a_head(void **state)
{
	static const char *const bad[] = { "{}", "[]", "",
	    "{\"at\":\"2026-11-21T18:30:05Z\",\"epoch\":1,\"root\":"
	    "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
	    "\"site\":\"demo\",\"size\":-1,\"v\":1}",
	    "{\"at\":\"2026-11-21T18:30:05Z\",\"epoch\":1,\"root\":"
	    "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
	    "\"site\":\"demo\",\"size\":1,\"v\":2}",
	    "{\"at\":\"2026-11-21T18:30:05Z\",\"epoch\":1,\"more\":1,\"root\":"
	    "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
	    "\"site\":\"demo\",\"size\":1,\"v\":1}" };
	struct jwk key;
	struct jwks keys = { 1, &key };
	struct head in = some_head(), out;
	const struct jwk *by;
	size_t i;

	(void)state;
	jwk_from_seed(ones, JWK_HEAD, 0, &key);
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(head_read(arena, jws_sign(arena, ones,
		    HEAD_TYP, (struct bytes){ (const unsigned char *)bad[i],
		    strlen(bad[i]) }), &keys, &out, &by), ERR_MALFORMED);
	key.use = JWK_RECEIPT;
	assert_int_equal(head_read(arena, head_sign(arena, ones, &in), &keys,
	    &out, &by), ERR_NOTFOUND);
}

/* The sample row as the second of two leaves, for contact 42. */
static struct proof
some_proof(struct jwk *ret_key)
{
	struct proof p = { .index = 1, .has_subject = true, .contact = 42 };
	unsigned char subject[HASH_BYTES];
	struct leaf_consent row = given;
	struct head head = some_head();
	struct merkle_hash first, second;
	struct merkle_frontier f;

	jwk_from_seed(ones, JWK_HEAD, 0, ret_key);
	memcpy(p.opening, ones, KEY_BYTES);
	leaf_commit(ones, SUBJECT_CONTACT, 42, subject);
	row.subject = subject;
	p.leaf = consent_text(&row);
	leaf_hash("{}", &first);
	leaf_hash(p.leaf, &second);
	merkle_open(&f);
	merkle_push(&f, &first);
	merkle_push(&f, &second);
	head.tree.size = 2;
	merkle_root(&f, &head.tree.root);
	p.path.count = 1;
	p.path.path[0] = first;
	p.head = head_sign(arena, ones, &head);
	return p;
}

static enum err
check_proof(const struct proof *p, struct jwk *key)
{
	const struct jwks keys = { 1, key };
	const struct jwk *by;
	struct head head;

	return proof_check(arena, p, &keys, &head, &by);
}

static void
a_person_checks_the_proof_of_their_own_consent(void **state)
{
	struct proof p, q;
	const char *text;
	struct jwk key;

	(void)state;
	p = some_proof(&key);
	assert_int_equal(proof_write(arena, &p, &text), ERR_OK);
	assert_int_equal(proof_read(arena, text, &q), ERR_OK);
	assert_int_equal(check_proof(&q, &key), ERR_OK);
	q.contact = 43;
	assert_int_equal(check_proof(&q, &key), ERR_INVALID);
	q.contact = 42;
	q.opening[0] ^= 1;
	assert_int_equal(check_proof(&q, &key), ERR_INVALID);
	q = p;
	q.index = 0;
	assert_int_equal(check_proof(&q, &key), ERR_INVALID);
	q = p;
	q.path.path[0].bytes[0] ^= 1;
	assert_int_equal(check_proof(&q, &key), ERR_INVALID);
	q = p;
	q.leaf = arena_printf(arena, " %s", p.leaf);
	assert_int_equal(check_proof(&q, &key), ERR_INVALID);
	q = p;
	q.head = "a.b.c";
	assert_int_equal(check_proof(&q, &key), ERR_MALFORMED);
	assert_int_equal(proof_read(arena, "{}", &q), ERR_MALFORMED);
	assert_int_equal(proof_read(arena, "", &q), ERR_MALFORMED);
}

static void
a_list_of_heads_reads_back(void **state)
{
	static const char *const in[] = { "a.b.c", "d.e.f" };
	const char *const *out;
	size_t n;

	(void)state;
	assert_int_equal(heads_read(arena, heads_write(arena, in, 2), &out,
	    &n), ERR_OK);
	assert_int_equal(n, 2);
	assert_string_equal(out[1], "d.e.f");
	assert_int_equal(heads_read(arena, heads_write(arena, in, 0), &out,
	    &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(heads_read(arena, "{\"heads\":[1]}", &out, &n),
	    ERR_MALFORMED);
	assert_int_equal(heads_read(arena, "[]", &out, &n), ERR_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_consent_row_is_sorted_json_without_space),
		cmocka_unit_test(every_column_of_a_consent_row_is_in_its_hash),
		cmocka_unit_test(an_audit_row_holds_its_detail_in_one_spelling),
		cmocka_unit_test(a_row_that_we_cannot_have_written_is_refused),
		cmocka_unit_test(the_keepers_own_leaves_have_one_spelling),
		cmocka_unit_test(a_mark_depends_on_key_row_writer_and_counter),
		cmocka_unit_test(a_commitment_opens_for_one_person_only),
		cmocka_unit_test(a_signed_head_reads_back_as_it_was),
		cmocka_unit_test(a_head_must_be_a_head),
		cmocka_unit_test(a_person_checks_the_proof_of_their_own_consent),
		cmocka_unit_test(a_list_of_heads_reads_back),
	};

	return cmocka_run_group_tests_name("leaf", tests, start, stop);
}
