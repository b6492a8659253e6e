/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Folding: what people type finds what is stored, in every script.
 */
#include "base/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const char *const folded[][2] = {
	{ "", "" },
	{ " - ' ", "" },
	{ "Élodie", "elodie" },
	{ "E\xcc\x81lodie", "elodie" },
	{ "O'Brien", "o brien" },
	{ "O’Brien", "o brien" },
	{ "Oʼbrien", "o brien" },
	{ "Jean-Luc  d'Arc", "jean luc d arc" },
	{ "  MARTIN\t", "martin" },
	{ "Cœur ŒUVRE", "coeur oeuvre" },
	{ "Æsop Lætitia", "aesop laetitia" },
	{ "Strauß STRAUSS", "strauss strauss" },
	{ "Søren Ødegård", "soren odegard" },
	{ "Łukasz Đorđe", "lukasz dorde" },
	{ "İstanbul ışık", "istanbul isik" },
	{ "Þór Guðrún", "thor gudrun" },
	{ "Nguyễn Văn Đức", "nguyen van duc" },
	{ "Čapek Dvořák", "capek dvorak" },
	{ "Ĳsbrand", "ijsbrand" },
	{ "ﬁlipe", "filipe" },
	{ "ℌans \xe2\x84\xaa" "elvin", "hans kelvin" },
	{ "Ｔａｒｏ", "taro" },
	{ "ΆΡΗΣ", "αρησ" },
	{ "Ёлкин", "елкин" },
	{ "がか", "がか" },
	{ "한국", "한국" },
	{ "مُحَمَّد", "محمد" },
	{ "Henri IV, roi (2)", "henri iv roi 2" },
	{ "a\xc2\xa0" "b\xe2\x80\xaf" "c", "a b c" },
};

static void
names_are_folded_as_people_type_them(void **state)
{
	struct arena *a = arena_open();
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(folded); i++)
		assert_string_equal(fold_words(a, folded[i][0]), folded[i][1]);
	arena_close(a);
}

static void
folding_twice_changes_nothing(void **state)
{
	struct arena *a = arena_open();
	const char *once;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(folded); i++) {
		once = fold_words(a, folded[i][0]);
		assert_string_equal(fold_words(a, once), once);
	}
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_folded_as_people_type_them),
		cmocka_unit_test(folding_twice_changes_nothing),
	};

	return cmocka_run_group_tests_name("base/fold", tests, NULL, NULL);
}
