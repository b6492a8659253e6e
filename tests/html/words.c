/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words in the person's language (GDPR 12(1)).  GNU gettext stays silently in
 * the wrong language when it is set up wrongly: these tests would see it.
 */
#include "html/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
before_opening_every_language_is_english(void **state)
{
	(void)state;
	assert_string_equal(words_get("fr", "Good day"), "Good day");
}

static void
after_opening_french_is_french_whatever_the_environment_says(void **state)
{
	(void)state;
	assert_int_equal(setenv("LC_ALL", "C", 1), 0);
	assert_int_equal(setenv("LANG", "C", 1), 0);
	assert_int_equal(words_open(TEST_WORDS), ERR_OK);
	assert_string_equal(words_get("fr", "Good day"), "Bonjour à vous");
}

static void
each_call_may_take_another_language(void **state)
{
	(void)state;
	assert_string_equal(words_get("fr", "Good day"), "Bonjour à vous");
	assert_string_equal(words_get("de", "Good day"), "Guten Tag");
	assert_string_equal(words_get("fr", "Good day"), "Bonjour à vous");
	assert_string_equal(words_get("en", "Good day"), "Good day");
	assert_string_equal(words_get("de", "Good day"), "Guten Tag");
}

static void
what_has_no_translation_is_english(void **state)
{
	(void)state;
	assert_string_equal(words_get("fr", "No such words"), "No such words");
	assert_string_equal(words_get("xx", "Good day"), "Good day");
}

static void
no_words_stay_no_words(void **state)
{
	(void)state;
	assert_string_equal(words_get("fr", ""), "");
}

static void
zero_is_singular_in_french_and_plural_in_english(void **state)
{
	(void)state;
	assert_string_equal(words_plural("fr", "{n} file", "{n} files", 0),
	    "{n} fichier");
	assert_string_equal(words_plural("fr", "{n} file", "{n} files", 2),
	    "{n} fichiers");
	assert_string_equal(words_plural("en", "{n} file", "{n} files", 0),
	    "{n} files");
	assert_string_equal(words_plural("en", "{n} file", "{n} files", 1),
	    "{n} file");
}

static void
digits_are_grouped_as_the_language_does(void **state)
{
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(words_count(a, "fr", "{n} file", "{n} files",
	    1204567), "1\xe2\x80\xaf" "204\xe2\x80\xaf" "567 fichiers");
	assert_string_equal(words_count(a, "en", "{n} file", "{n} files",
	    1204), "1,204 files");
	assert_string_equal(words_count(a, "en", "{n} file", "{n} files",
	    999), "999 files");
	assert_string_equal(words_count(a, "en", "one", "many", 1), "one");
	arena_close(a);
}

static void
our_own_catalogue_speaks_french(void **state)
{
	(void)state;
	assert_int_equal(words_open(TEST_PO), ERR_OK);
	assert_string_equal(words_get("fr", "Page not found"),
	    "Page introuvable");
	assert_string_equal(words_get("fr", "There is a problem"),
	    "Il y a un problème");
}

static void
a_code_is_called_what_the_list_says_else_by_itself(void **state)
{
	static const struct words_label doors[] = {
		{ "form", "on a form" }, { "", "nowhere" },
		{ NULL, NULL }
	};
	const char *unknown = "forms", *part = "for:x";

	(void)state;
	assert_string_equal(words_label(doors, "form"), "on a form");
	assert_string_equal(words_label(doors, "form:news"), "on a form");
	assert_string_equal(words_label(doors, ""), "nowhere");
	assert_ptr_equal(words_label(doors, unknown), unknown);
	assert_ptr_equal(words_label(doors, part), part);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_code_is_called_what_the_list_says_else_by_itself),
		cmocka_unit_test(before_opening_every_language_is_english),
		cmocka_unit_test(after_opening_french_is_french_whatever_the_environment_says),
		cmocka_unit_test(each_call_may_take_another_language),
		cmocka_unit_test(what_has_no_translation_is_english),
		cmocka_unit_test(no_words_stay_no_words),
		cmocka_unit_test(zero_is_singular_in_french_and_plural_in_english),
		cmocka_unit_test(digits_are_grouped_as_the_language_does),
		cmocka_unit_test(our_own_catalogue_speaks_french),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
