/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The ground: text, numbers, arena, clock.
 */
#include "base/text.h"
#include "base/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void
utf8_refuses_overlong_surrogate_and_nul(void **state)
{
	(void)state;
	assert_true(text_is_utf8("é\xf0\x9f\x98\x80", 6));
	assert_false(text_is_utf8("\xc0\xaf", 2));
	assert_false(text_is_utf8("\xed\xa0\x80", 3));
	assert_false(text_is_utf8("a\0b", 3));
	assert_false(text_is_utf8("\xf4\x90\x80\x80", 4));
	assert_false(text_is_utf8("\xe2\x82", 2));
}

static void
a_number_is_digits_and_nothing_else(void **state)
{
	uint64_t u;
	int64_t i;

	(void)state;
	assert_int_equal(parse_u64("18446744073709551615", &u), ERR_OK);
	assert_true(u == UINT64_MAX);
	assert_int_equal(parse_u64("18446744073709551616", &u), ERR_INVALID);
	assert_int_equal(parse_u64("", &u), ERR_INVALID);
	assert_int_equal(parse_u64("+1", &u), ERR_INVALID);
	assert_int_equal(parse_u64("01", &u), ERR_INVALID);
	assert_int_equal(parse_u64("1 ", &u), ERR_INVALID);
	assert_int_equal(parse_u64("0x10", &u), ERR_INVALID);
	assert_int_equal(parse_i64("-5", &i), ERR_OK);
	assert_int_equal(i, -5);
	assert_int_equal(parse_i64("-0", &i), ERR_INVALID);
}

static void
base64url_has_one_spelling(void **state)
{
	struct arena *a = arena_open();
	struct bytes b;

	(void)state;
	assert_string_equal(base64url_write(a,
	    (struct bytes){ (const unsigned char *)"\xff\xfe", 2 }), "__4");
	assert_int_equal(base64url_read(a, "__4", &b), ERR_OK);
	assert_int_equal(b.len, 2);
	assert_int_equal(base64url_read(a, "__5", &b), ERR_INVALID);
	assert_int_equal(base64url_read(a, "__4=", &b), ERR_INVALID);
	assert_int_equal(base64url_read(a, "/+4", &b), ERR_INVALID);
	arena_close(a);
}

static void
the_first_letter_of_a_name_is_whole(void **state)
{
	(void)state;
	assert_int_equal(text_first_len("Élodie"), 2);
	assert_int_equal(text_first_len("Abc"), 1);
	assert_int_equal(text_first_len(""), 0);
}

static void
plain_text_holds_no_control_and_no_direction_override(void **state)
{
	(void)state;
	assert_true(text_is_plain("Élodie N'Guyen", false));
	assert_false(text_is_plain("a\nb", false));
	assert_true(text_is_plain("a\nb", true));
	assert_false(text_is_plain("a\x1b[0m", true));
	assert_false(text_is_plain("a\xe2\x80\xae" "b", true));
}

static void
an_arena_gives_zeroed_memory_again_after_a_wipe(void **state)
{
	struct arena *a = arena_open();
	unsigned char *p;
	size_t i;
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		p = arena_take(a, 100000);
		for (i = 0; i < 100000; i++) {
			assert_int_equal(p[i], 0);
			p[i] = 0xaa;
		}
		arena_wipe(a);
		assert_int_equal(arena_used_bytes(a), 0);
	}
	arena_close(a);
}

static void
a_tree_is_written_as_it_is_and_leaves_nothing_behind(void **state)
{
	struct arena *a = arena_open();
	const char *inside, *text;
	json_t *tree;
	int round;

	(void)state;
	tree_open();
	for (round = 0; round < 50; round++) {
		tree = json_pack("{s:[i, s, n, b], s:{s:s}}", "list", 1,
		    "Zo\xc3\xa9 \"", 1, "of", "long",
		    "............................................................"
		    "............................................................");
		text = tree_text(a, tree, JSON_COMPACT | JSON_SORT_KEYS);
		assert_memory_equal(text, "{\"list\":[1,\"Zo\xc3\xa9 \\\"\","
		    "null,true],\"of\":{\"long\":\"....", 46);
		json_decref(tree);
	}
	tree = json_string("something personal");
	inside = json_string_value(tree);
	assert_string_equal(inside, "something personal");
	json_decref(tree);
#ifndef IS_SANITIZED
	assert_int_equal(inside[0], 0);
	assert_int_equal(inside[17], 0);
#endif
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_refuses_overlong_surrogate_and_nul),
		cmocka_unit_test(a_number_is_digits_and_nothing_else),
		cmocka_unit_test(base64url_has_one_spelling),
		cmocka_unit_test(the_first_letter_of_a_name_is_whole),
		cmocka_unit_test(plain_text_holds_no_control_and_no_direction_override),
		cmocka_unit_test(an_arena_gives_zeroed_memory_again_after_a_wipe),
		cmocka_unit_test(a_tree_is_written_as_it_is_and_leaves_nothing_behind),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
