/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers, domains and names of organisations as they are typed
 * (GDPR 5(1)(d)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "organisations/organisations.h"

static struct arena *a;

static void
is_registration(const char *typed, const char *country, const char *stored)
{
	const char *number = NULL;
	enum err e = organisations_registration_read(a, typed, country,
	    &number);

	if (stored == NULL)
		assert_int_equal(e, ERR_INVALID);
	else {
		assert_int_equal(e, ERR_OK);
		assert_string_equal(number, stored);
	}
}

static void
a_siren_or_siret_is_nine_or_fourteen_digits_that_fit_together(void **state)
{
	(void)state;
	is_registration("732 829 320", "FR", "732829320");
	is_registration("732.829.320 00074", "", "73282932000074");
	is_registration("732829321", "FR", NULL);
	is_registration("73282932000075", "FR", NULL);
	/* an establishment of La Poste: the sum of its digits is told by five */
	is_registration("356 000 000 49837", "FR", "35600000049837");
	is_registration("356 000 000 49838", "FR", NULL);
}

static void
a_number_of_another_register_stays_as_it_is(void **state)
{
	(void)state;
	is_registration("hrb 12345", "DE", "HRB 12345");
	is_registration("732829321", "BE", "732829321");
	is_registration(" 0403.170.701 ", "BE", "0403.170.701");
	is_registration("", "FR", "");
	is_registration("-- / --", "DE", NULL);
	is_registration("HRB 12345; x", "DE", NULL);
	is_registration("123456789012345678901", "DE", NULL);
}

static void
a_french_vat_number_has_the_key_of_its_siren(void **state)
{
	static const struct { const char *typed, *stored; } cells[] = {
		{ "fr 40 303 265 045", "FR40303265045" },
		{ "FR41303265045", NULL }, { "FRAB303265045", "FRAB303265045" },
		{ "FR4030326504", NULL }, { "DE129273398", "DE129273398" },
		{ "129273398", NULL }, { "", "" }, { "D1", NULL },
		{ "IE6388047V", "IE6388047V" }, { "DE12927339812345", NULL },
		{ "DE1292_3398", NULL },
	};
	const char *number;
	enum err e;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cells); i++) {
		e = organisations_vat_read(a, cells[i].typed, &number);
		assert_int_equal(e, cells[i].stored == NULL ? ERR_INVALID :
		    ERR_OK);
		if (e == ERR_OK)
			assert_string_equal(number, cells[i].stored);
	}
}

static void
a_domain_is_also_typed_as_a_page_or_a_mail_address(void **state)
{
	static const struct { const char *typed, *stored; } cells[] = {
		{ "Example.ORG", "example.org" },
		{ "https://www.example.org/a?b#c", "example.org" },
		{ "anna@example.org", "example.org" },
		{ "\xc3\xa9t\xc3\xa9.example", "xn--t-9fab.example" },
		{ "", "" }, { "nothing", NULL }, { "two words.org", NULL },
		{ "https://", NULL }, { "a..b", NULL }, { "x\"y.org", NULL },
	};
	const char *domain;
	enum err e;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cells); i++) {
		e = organisations_domain_read(a, cells[i].typed, &domain);
		if (e != (cells[i].stored == NULL ? ERR_INVALID : ERR_OK))
			fail_msg("%s", cells[i].typed);
		if (e == ERR_OK)
			assert_string_equal(domain, cells[i].stored);
	}
	assert_string_equal(organisations_domain_show(a,
	    "xn--t-9fab.example"), "\xc3\xa9t\xc3\xa9.example");
	assert_string_equal(organisations_domain_show(a, ""), "");
}

static void
a_website_is_a_page_and_nothing_that_runs(void **state)
{
	(void)state;
	assert_true(organisations_website_is_good(""));
	assert_true(organisations_website_is_good("https://example.org/fr"));
	assert_true(organisations_website_is_good("http://example.org"));
	assert_false(organisations_website_is_good("example.org"));
	assert_false(organisations_website_is_good("javascript:alert(1)"));
	assert_false(organisations_website_is_good("https://"));
	assert_false(organisations_website_is_good("https://a b.org"));
}

static void
what_is_typed_is_a_number_a_domain_or_words(void **state)
{
	struct organisations_needle n;

	(void)state;
	organisations_needle_read(a, "732 829 320", &n);
	assert_string_equal(n.registration, "732829320");
	organisations_needle_read(a, "corvane.ex", &n);
	assert_string_equal(n.domain, "corvane.ex");
	assert_null(n.registration);
	organisations_needle_read(a, "Anna@Corvane.example", &n);
	assert_string_equal(n.domain, "corvane.example");
	organisations_needle_read(a, "le Ch\xc3\xa2teau de la Baie", &n);
	assert_null(n.domain);
	assert_int_equal(n.words.n, ORGANISATIONS_WORDS_USED);
	assert_string_equal(n.words.words[0], "chateau");
	organisations_needle_read(a, "!!!", &n);
	assert_null(n.domain);
	assert_int_equal(n.words.n, 0);
}

static void
a_long_name_is_cut_where_it_is_sorted_not_within_a_letter(void **state)
{
	char name[4 * ORGANISATIONS_NAME_MAX + 1] = "";
	const char *key;
	size_t i;

	(void)state;
	for (i = 0; i < ORGANISATIONS_NAME_MAX; i++)
		memcpy(name + 2 * i, "\xc5\x93", 3);	/* oe: folds to two */
	key = organisations_sort_name(a, name);
	assert_int_equal(text_points(key), ORGANISATIONS_SORT_MAX);
	assert_true(text_is_utf8(key, strlen(key)));
}

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_siren_or_siret_is_nine_or_fourteen_digits_that_fit_together),
		cmocka_unit_test(a_number_of_another_register_stays_as_it_is),
		cmocka_unit_test(a_french_vat_number_has_the_key_of_its_siren),
		cmocka_unit_test(a_domain_is_also_typed_as_a_page_or_a_mail_address),
		cmocka_unit_test(a_website_is_a_page_and_nothing_that_runs),
		cmocka_unit_test(what_is_typed_is_a_number_a_domain_or_words),
		cmocka_unit_test(a_long_name_is_cut_where_it_is_sorted_not_within_a_letter),
	};

	return cmocka_run_group_tests_name("organisations", tests, open_all,
	    close_all);
}
