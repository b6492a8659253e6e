/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is sealed opens at its place, for whom it was meant, and as long as its
 * key is held (GDPR 32(1)(a)).
 */
#include "keys/seal.h"

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
what_was_sealed_opens_at_its_place_only(void **state)
{
	struct arena *a = arena_open();
	const char *aad = seal_aad(a, "contact", "notes", 7);
	struct bytes sealed, plain;

	(void)state;
	assert_string_equal(aad, "contact|notes|7");
	sealed = seal(a, root, aad, text_bytes("allergic to nuts"));
	assert_int_equal(sealed.len, 16 + SEAL_OVERHEAD_BYTES);
	assert_int_equal(sealed.ptr[0], 1);
	assert_int_equal(unseal(a, root, aad, sealed, &plain), ERR_OK);
	assert_string_equal((const char *)plain.ptr, "allergic to nuts");
	assert_int_equal(unseal(a, root, "contact|notes|8", sealed, &plain),
	    ERR_MALFORMED);
	assert_int_equal(unseal(a, root, "contact|phone|7", sealed, &plain),
	    ERR_MALFORMED);
	arena_close(a);
}

static void
nothing_at_all_can_be_sealed(void **state)
{
	struct arena *a = arena_open();
	struct bytes none = { NULL, 0 }, plain = { root, 5 };

	(void)state;
	assert_int_equal(unseal(a, root, "x", seal(a, root, "x", none),
	    &plain), ERR_OK);
	assert_int_equal(plain.len, 0);
	assert_int_equal(unseal(a, root, "x", none, &plain), ERR_MALFORMED);
	arena_close(a);
}

static void
a_sealed_value_with_any_bit_flipped_does_not_open(void **state)
{
	struct arena *a = arena_open();
	struct bytes plain, sealed = seal(a, root, "x", text_bytes("plain"));
	unsigned char *copy = arena_take(a, sealed.len);
	size_t bit;

	(void)state;
	for (bit = 0; bit < sealed.len * 8; bit++) {
		memcpy(copy, sealed.ptr, sealed.len);
		copy[bit / 8] ^= (unsigned char)(1u << bit % 8);
		assert_int_equal(unseal(a, root, "x",
		    (struct bytes){ copy, sealed.len }, &plain), ERR_MALFORMED);
	}
	for (bit = 0; bit < sealed.len; bit++)
		assert_int_equal(unseal(a, root, "x",
		    (struct bytes){ sealed.ptr, bit }, &plain), ERR_MALFORMED);
	arena_close(a);
}

static void
the_same_value_sealed_twice_looks_different(void **state)
{
	struct arena *a = arena_open();
	struct bytes one = seal(a, root, "x", text_bytes("same"));
	struct bytes two = seal(a, root, "x", text_bytes("same"));

	(void)state;
	assert_memory_not_equal(one.ptr, two.ptr, one.len);
	assert_memory_not_equal(one.ptr + 1, two.ptr + 1, 24);
	arena_close(a);
}

static void
a_value_sealed_before_a_rotation_still_opens(void **state)
{
	struct arena *a = arena_open();
	struct keys *one = keys_from_root(root, 1, 1, KEYS_OFFICE);
	struct keys *two = keys_from_root(root, 1, 2, KEYS_OFFICE);
	struct bytes plain, sealed = seal(a, key_get(one, KEY_TOTP), "staff",
	    text_bytes("seed"));

	(void)state;
	assert_int_equal(keys_unseal(a, two, KEY_TOTP, "staff", sealed,
	    &plain), ERR_OK);
	assert_string_equal((const char *)plain.ptr, "seed");
	sealed = seal(a, key_get(two, KEY_TOTP), "staff", text_bytes("seed"));
	assert_int_equal(keys_unseal(a, one, KEY_TOTP, "staff", sealed,
	    &plain), ERR_MALFORMED);
	keys_close(one);
	keys_close(two);
	arena_close(a);
}

static void
a_mail_body_opens_for_the_courier_only(void **state)
{
	struct arena *a = arena_open();
	struct keys *portal = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct keys *courier = keys_from_root(root, 1, 2, KEYS_COURIER);
	struct sealbox_sender *s, *other;
	struct bytes sealed, plain;
	unsigned char *copy;
	size_t i;

	(void)state;
	assert_int_equal(sealbox_sender_open(key_get(portal, KEY_MAIL_PUBLIC),
	    &s), ERR_OK);
	assert_int_equal(sealbox_sender_open(key_get(portal, KEY_MAIL_PUBLIC),
	    &other), ERR_OK);
	sealed = sealbox(a, s, "outbox|body|m1", text_bytes("Dear reader"));
	assert_int_equal(sealed.len, 11 + SEALBOX_OVERHEAD_BYTES);
	assert_int_equal(sealed.ptr[0], 2);
	assert_int_equal(keys_sealbox_open(a, courier, "outbox|body|m1",
	    sealed, &plain), ERR_OK);
	assert_string_equal((const char *)plain.ptr, "Dear reader");
	assert_int_equal(keys_sealbox_open(a, courier, "outbox|body|m2",
	    sealed, &plain), ERR_MALFORMED);
	assert_int_equal(sealbox_open(a, key_get(portal, KEY_MAIL_PUBLIC),
	    "outbox|body|m1", sealed, &plain), ERR_MALFORMED);
	assert_memory_not_equal(sealed.ptr + 1, sealbox(a, other, "x",
	    text_bytes("")).ptr + 1, 32);
	copy = arena_take(a, sealed.len);
	for (i = 0; i < sealed.len * 8; i++) {
		memcpy(copy, sealed.ptr, sealed.len);
		copy[i / 8] ^= (unsigned char)(1u << i % 8);
		assert_int_equal(keys_sealbox_open(a, courier,
		    "outbox|body|m1", (struct bytes){ copy, sealed.len },
		    &plain), ERR_MALFORMED);
	}
	sealbox_sender_close(s);
	sealbox_sender_close(other);
	keys_close(portal);
	keys_close(courier);
	arena_close(a);
}

static void
a_public_key_of_small_order_is_no_recipient(void **state)
{
	static const unsigned char zero[KEY_BYTES];
	struct sealbox_sender *s;

	(void)state;
	assert_int_equal(sealbox_sender_open(zero, &s), ERR_INVALID);
}

static void
a_person_key_unwraps_for_its_person_and_class_only(void **state)
{
	struct arena *a = arena_open();
	struct keys *one = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct keys *two = keys_from_root(root, 1, 2, KEYS_KEEPER);
	unsigned char key[KEY_BYTES], again[KEY_BYTES];
	struct bytes wrapped;

	(void)state;
	person_key_draw(key);
	wrapped = person_key_wrap(a, one, 42, PERSON_LIVE, key);
	assert_int_equal(wrapped.len, PERSON_WRAPPED_BYTES);
	assert_int_equal(person_key_unwrap(a, two, 42, PERSON_LIVE, wrapped,
	    again), ERR_OK);
	assert_memory_equal(key, again, KEY_BYTES);
	assert_int_equal(person_key_unwrap(a, two, 43, PERSON_LIVE, wrapped,
	    again), ERR_MALFORMED);
	assert_int_equal(person_key_unwrap(a, two, 42, PERSON_PROOF, wrapped,
	    again), ERR_MALFORMED);
	keys_close(one);
	keys_close(two);
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens_at_its_place_only),
		cmocka_unit_test(nothing_at_all_can_be_sealed),
		cmocka_unit_test(a_sealed_value_with_any_bit_flipped_does_not_open),
		cmocka_unit_test(the_same_value_sealed_twice_looks_different),
		cmocka_unit_test(a_value_sealed_before_a_rotation_still_opens),
		cmocka_unit_test(a_mail_body_opens_for_the_courier_only),
		cmocka_unit_test(a_public_key_of_small_order_is_no_recipient),
		cmocka_unit_test(a_person_key_unwraps_for_its_person_and_class_only),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
