/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tokens of links, the codes that people type, and the standing tokens of
 * footers (GDPR 32(1)).
 */
#include "keys/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"

static const unsigned char root[KEY_BYTES] = {
	 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
};

static void
a_token_is_43_canonical_characters_and_nothing_else(void **state)
{
	struct arena *a = arena_open();
	struct token t, u;
	char *text;

	(void)state;
	token_draw(&t);
	text = token_write(a, &t);
	assert_int_equal(strlen(text), TOKEN_CHARS);
	assert_int_equal(token_read(text, &u), ERR_OK);
	assert_memory_equal(&t, &u, sizeof(t));
	assert_int_equal(token_read(NULL, &u), ERR_NOTFOUND);
	assert_int_equal(token_read("", &u), ERR_NOTFOUND);
	assert_int_equal(token_read(text + 1, &u), ERR_NOTFOUND);
	assert_int_equal(token_read(arena_printf(a, "%sA", text), &u),
	    ERR_NOTFOUND);
	text = arena_text(a, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	assert_int_equal(token_read(text, &u), ERR_OK);
	text[42] = 'B';		/* stray bits: the same bytes spelled otherwise */
	assert_int_equal(token_read(text, &u), ERR_NOTFOUND);
	text[42] = '=';
	assert_int_equal(token_read(text, &u), ERR_NOTFOUND);
	text[42] = 'A';
	text[3] = '+';
	assert_int_equal(token_read(text, &u), ERR_NOTFOUND);
	text[3] = ' ';
	assert_int_equal(token_read(text, &u), ERR_NOTFOUND);
	arena_close(a);
}

static void
a_token_is_stored_as_a_hash_that_its_key_makes(void **state)
{
	unsigned char one[HASH_BYTES], two[HASH_BYTES], other[KEY_BYTES] = {0};
	struct token t;

	(void)state;
	token_draw(&t);
	token_hash(root, &t, one);
	assert_memory_not_equal(one, t.bytes, HASH_BYTES);
	token_hash(other, &t, two);
	assert_memory_not_equal(one, two, HASH_BYTES);
	t.bytes[31] ^= 1;
	token_hash(root, &t, two);
	assert_memory_not_equal(one, two, HASH_BYTES);
}

static void
a_code_is_read_as_people_type_it(void **state)
{
	struct arena *a = arena_open();
	struct code c;

	(void)state;
	assert_int_equal(code_read(" ab1o-iLz9 ", &c), ERR_OK);
	assert_string_equal(c.text, "AB1011Z9");
	assert_string_equal(code_show(a, &c), "AB10-11Z9");
	assert_int_equal(code_read("AB10-11Z", &c), ERR_INVALID);
	assert_int_equal(code_read("AB10-11Z99", &c), ERR_INVALID);
	assert_int_equal(code_read("AB10-11ZU", &c), ERR_INVALID);
	assert_int_equal(code_read("AB10_11Z9", &c), ERR_INVALID);
	assert_int_equal(code_read("", &c), ERR_INVALID);
	arena_close(a);
}

static void
a_drawn_code_is_read_back_and_uses_the_whole_alphabet(void **state)
{
	struct arena *a = arena_open();
	bool is_seen[128] = { false };
	struct code c, d;
	unsigned i, j, n = 0;

	(void)state;
	for (i = 0; i < 500; i++) {	/* 4000 draws of 32: none is missed */
		code_draw(&c);
		assert_int_equal(code_read(code_show(a, &c), &d), ERR_OK);
		assert_string_equal(c.text, d.text);
		for (j = 0; j < CODE_CHARS; j++)
			is_seen[(unsigned char)c.text[j] & 127] = true;
	}
	for (i = 0; i < 128; i++)
		n += is_seen[i] ? 1 : 0;
	assert_int_equal(n, 32);
	assert_false(is_seen['I'] || is_seen['L'] || is_seen['O'] ||
	    is_seen['U']);
	arena_close(a);
}

static void
a_code_belongs_to_one_token(void **state)
{
	unsigned char token[HASH_BYTES] = { 1 }, other[HASH_BYTES] = { 2 };
	unsigned char one[HASH_BYTES], two[HASH_BYTES];
	struct code c = { "ABCD1234" };

	(void)state;
	code_hash(root, token, &c, one);
	code_hash(root, other, &c, two);
	assert_memory_not_equal(one, two, HASH_BYTES);
	code_hash(root, token, &c, two);
	assert_memory_equal(one, two, HASH_BYTES);
}

static const struct standing footer = {
	.kind = STANDING_UNSUBSCRIBE, .contact = UINT64_C(0x0102030405060708),
	.purpose = 0x0a0b0c0d, .channel = 3, .epoch = 0xfffffffe,
	.issued_day = 20778,
};

static void
a_standing_token_says_again_what_was_written(void **state)
{
	struct arena *a = arena_open();
	struct keys *office = keys_from_root(root, 1, 1, KEYS_OFFICE);
	struct keys *portal = keys_from_root(root, 1, 2, KEYS_PORTAL);
	struct standing s;
	char *text = standing_write(a, office, &footer);

	(void)state;
	assert_int_equal(strlen(text), STANDING_CHARS);
	assert_int_equal(standing_read(portal, text, &s), ERR_OK);
	assert_int_equal(s.kind, footer.kind);
	assert_true(s.contact == footer.contact);
	assert_true(s.purpose == footer.purpose);
	assert_int_equal(s.channel, footer.channel);
	assert_true(s.epoch == footer.epoch);
	assert_int_equal(s.issued_day, footer.issued_day);
	keys_close(office);
	keys_close(portal);
	arena_close(a);
}

static void
a_standing_token_with_any_bit_flipped_is_not_found(void **state)
{
	struct arena *a = arena_open();
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct bytes data;
	unsigned char *copy;
	struct standing s;
	char *text = standing_write(a, keys, &footer);
	size_t bit;

	(void)state;
	assert_int_equal(base64url_read(a, text, &data), ERR_OK);
	copy = arena_take(a, data.len);
	for (bit = 0; bit < data.len * 8; bit++) {
		memcpy(copy, data.ptr, data.len);
		copy[bit / 8] ^= (unsigned char)(1u << bit % 8);
		assert_int_equal(standing_read(keys, base64url_write(a,
		    (struct bytes){ copy, data.len }), &s), ERR_NOTFOUND);
	}
	assert_int_equal(standing_read(keys, NULL, &s), ERR_NOTFOUND);
	assert_int_equal(standing_read(keys, text + 1, &s), ERR_NOTFOUND);
	keys_close(keys);
	arena_close(a);
}

static void
ten_thousand_random_standing_tokens_are_not_found(void **state)
{
	struct arena *a = arena_open();
	struct keys *keys = keys_from_root(root, 1, 3, KEYS_PORTAL);
	unsigned char data[37];
	struct standing s;
	unsigned i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		random_fill(data, sizeof(data));
		data[0] = 1;
		assert_int_equal(standing_read(keys, base64url_write(a,
		    (struct bytes){ data, sizeof(data) }), &s), ERR_NOTFOUND);
		if (i % 100 == 0)
			arena_wipe(a);
	}
	keys_close(keys);
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_43_canonical_characters_and_nothing_else),
		cmocka_unit_test(a_token_is_stored_as_a_hash_that_its_key_makes),
		cmocka_unit_test(a_code_is_read_as_people_type_it),
		cmocka_unit_test(a_drawn_code_is_read_back_and_uses_the_whole_alphabet),
		cmocka_unit_test(a_code_belongs_to_one_token),
		cmocka_unit_test(a_standing_token_says_again_what_was_written),
		cmocka_unit_test(a_standing_token_with_any_bit_flipped_is_not_found),
		cmocka_unit_test(ten_thousand_random_standing_tokens_are_not_found),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
