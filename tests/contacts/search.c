/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a contact is found by (GDPR 15).
 */
#include "contacts/contacts_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const struct {
	const char *typed, *country, *phone;
} phones[] = {
	{ "06 12 34 56 78", "FR", "+33612345678" },
	{ "0612345678", "FR", "+33612345678" },
	{ "06.12.34.56.78", "FR", "+33612345678" },
	{ "06-12-34-56-78", "FR", "+33612345678" },
	{ "06/12/34/56/78", "FR", "+33612345678" },
	{ " 06\xc2\xa0" "12\xe2\x80\xaf" "345678\t", "FR", "+33612345678" },
	{ "+33 6 12 34 56 78", "FR", "+33612345678" },
	{ "+33612345678", NULL, "+33612345678" },
	{ "+33 (0)6 12 34 56 78", "FR", "+33612345678" },
	{ "+33 06 12 34 56 78", "FR", "+33612345678" },
	{ "0033 6 12 34 56 78", "FR", "+33612345678" },
	{ "0033(0)612345678", "XX", "+33612345678" },
	{ "(03) 88 00 00 00", "FR", "+33388000000" },
	{ "0800 123 456", "FR", "+33800123456" },
	{ "0690 12 34 56", "FR", "+590690123456" },
	{ "0590 12 34 56", "FR", "+590590123456" },
	{ "0694 12 34 56", "FR", "+594694123456" },
	{ "0696 12 34 56", "FR", "+596696123456" },
	{ "0262 12 34 56", "FR", "+262262123456" },
	{ "0692 12 34 56", "FR", "+262692123456" },
	{ "0639 12 34 56", "FR", "+262639123456" },
	{ "06 39 98 12 34", "FR", "+33639981234" },
	{ "02 61 12 34 56", "FR", "+33261123456" },
	{ "+590 690 12 34 56", "FR", "+590690123456" },
	{ "+32 470 12 34 56", "FR", "+32470123456" },
	{ "0470 12 34 56", "BE", "+32470123456" },
	{ "621 123 456", "LU", "+352621123456" },
	{ "+377 93 12 34 56", "FR", "+37793123456" },
	{ "020 7946 0018", "GB", "+442079460018" },
	{ "06 12345678", "IT", "+390612345678" },
	{ "+39 06 12345678", "FR", "+390612345678" },
	{ "+1 212 555 0123", "FR", "+12125550123" },
	{ "+41 22 730 51 11", "FR", "+41227305111" },
	{ "+999 123 456 789 012", "FR", "+999123456789012" },
};

static const char *const no_phones[] = {
	"", " ", "+", "00", "0", "12", "15", "3639", "06 12 34 56 7",
	"06 12 34 56 789", "612345678", "00 12 34 56 78", "+33 6 12 34 56 7",
	"+33 6 12 34 56 789", "+3361234", "+0612345678", "+33 006 12345678",
	"+1234567", "+1234567890123456", "+33+612345678", "06 12 34 56 7a",
	"06 12 34 56 78 poste 3", "tel:+33612345678", "06 12 34 56 78;1",
	"+33 6 12\n34 56 78", "٠٦١٢٣٤٥٦٧٨", "０６１２３４５６７８", "06,12,34,56,78",
	"123456789012345678901234567890", "(0)6 12 34 56 78 90 12 34",
	"+(0)", "++33612345678",
};

static void
names_lose_accents_case_and_punctuation(void **state)
{
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(contacts_search_key(a, "O'Brien"), "o brien");
	assert_string_equal(contacts_search_key(a, "Jean-Luc"), "jean luc");
	assert_string_equal(contacts_search_key(a, "Jeanne d’Arc"),
	    "jeanne d arc");
	assert_string_equal(contacts_search_key(a, "LŒWENBRÜCK"),
	    "loewenbruck");
	arena_close(a);
}

static void
the_words_of_several_names_are_listed_once(void **state)
{
	const char *const names[] = { "Jean-Luc Martin", "", "Martin d'Arc",
		"JEAN" };
	struct arena *a = arena_open();
	struct contacts_words w;

	(void)state;
	contacts_search_words(a, names, LENGTH(names), &w);
	assert_int_equal(w.n, 5);
	assert_string_equal(w.words[0], "jean");
	assert_string_equal(w.words[1], "luc");
	assert_string_equal(w.words[2], "martin");
	assert_string_equal(w.words[3], "d");
	assert_string_equal(w.words[4], "arc");
	contacts_search_words(a, names, 0, &w);
	assert_int_equal(w.n, 0);
	arena_close(a);
}

static void
words_are_cut_and_counted_as_their_table_holds_them(void **state)
{
	struct arena *a = arena_open();
	struct contacts_words w;
	char word[2 * 70 + 1], many[3 * 40 + 1];
	const char *text = word;
	int i;

	(void)state;
	for (i = 0; i < 70; i++)
		memcpy(word + 2 * i, "ж", 2);
	word[140] = '\0';
	contacts_search_words(a, &text, 1, &w);
	assert_int_equal(w.n, 1);
	assert_int_equal(strlen(w.words[0]), 2 * CONTACTS_WORD_MAX);
	for (i = 0; i < 40; i++)
		snprintf(many + 3 * i, 4, "%02d ", i);
	text = many;
	contacts_search_words(a, &text, 1, &w);
	assert_int_equal(w.n, CONTACTS_WORDS_MAX);
	assert_string_equal(w.words[15], "15");
	arena_close(a);
}

static void
a_phone_number_has_one_spelling(void **state)
{
	struct arena *a = arena_open();
	char *got, *again;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(phones); i++) {
		if (contacts_phone_read(a, phones[i].typed, phones[i].country,
		    &got) != ERR_OK)
			fail_msg("refused: %s", phones[i].typed);
		assert_string_equal(got, phones[i].phone);
		assert_int_equal(contacts_phone_read(a, got, NULL, &again),
		    ERR_OK);
		assert_string_equal(again, got);
	}
	arena_close(a);
}

static void
what_is_no_phone_number_is_refused(void **state)
{
	struct arena *a = arena_open();
	char *got = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(no_phones); i++)
		if (contacts_phone_read(a, no_phones[i], "FR", &got) !=
		    ERR_INVALID)
			fail_msg("passed: %s", no_phones[i]);
	assert_int_equal(contacts_phone_read(a, "0612345678", "XX", &got),
	    ERR_INVALID);
	assert_int_equal(contacts_phone_read(a, "0612345678", NULL, &got),
	    ERR_INVALID);
	assert_null(got);
	arena_close(a);
}

static void
a_country_is_two_letters_or_nothing(void **state)
{
	static const char *const bad[] = { "F", "FRA", "Belgique", "F1",
		"É", "fr ", "{}" };
	struct arena *a = arena_open();
	const char *got = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(contacts_country_read(a, bad[i], &got),
		    ERR_INVALID);
	assert_null(got);
	assert_int_equal(contacts_country_read(a, "bE", &got), ERR_OK);
	assert_string_equal(got, "BE");
	assert_int_equal(contacts_country_read(a, "", &got), ERR_OK);
	assert_string_equal(got, "");
	arena_close(a);
}

static void
a_french_number_is_shown_in_pairs_and_others_as_they_are(void **state)
{
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(contacts_phone_show(a, "+33612345678"),
	    "+33 6 12 34 56 78");
	assert_string_equal(contacts_phone_show(a, "+441174960123"),
	    "+441174960123");
	assert_string_equal(contacts_phone_show(a, "+3361234567"),
	    "+3361234567");
	assert_string_equal(contacts_phone_show(a, ""), "");
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lose_accents_case_and_punctuation),
		cmocka_unit_test(the_words_of_several_names_are_listed_once),
		cmocka_unit_test(
		    words_are_cut_and_counted_as_their_table_holds_them),
		cmocka_unit_test(a_phone_number_has_one_spelling),
		cmocka_unit_test(what_is_no_phone_number_is_refused),
		cmocka_unit_test(
		    a_french_number_is_shown_in_pairs_and_others_as_they_are),
		cmocka_unit_test(a_country_is_two_letters_or_nothing),
	};

	return cmocka_run_group_tests_name("contacts/search", tests, NULL,
	    NULL);
}
