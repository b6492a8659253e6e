/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mail addresses: what passes, what does not, and that no look-alike gets the
 * key of another's address (GDPR 32).
 */
#include "base/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define A50 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"

static const struct {
	const char *typed, *mail, *key;
} good[] = {
	{ "jeanne@example.org", "jeanne@example.org", "jeanne@example.org" },
	{ " jeanne@example.org\t", "jeanne@example.org", "jeanne@example.org" },
	{ "Jeanne.Martin@Example.ORG", "Jeanne.Martin@example.org",
	    "jeanne.martin@example.org" },
	{ "j+news@example.org", "j+news@example.org", "j+news@example.org" },
	{ "j_m-1@example.org", "j_m-1@example.org", "j_m-1@example.org" },
	{ "o'brien@example.ie", "o'brien@example.ie", "o'brien@example.ie" },
	{ "!#$%&*/=?^`{|}~@a.org", "!#$%&*/=?^`{|}~@a.org",
	    "!#$%&*/=?^`{|}~@a.org" },
	{ "1@1.fr", "1@1.fr", "1@1.fr" },
	{ "a@b.co", "a@b.co", "a@b.co" },
	{ "a@x-y.example", "a@x-y.example", "a@x-y.example" },
	{ "a@a.b.c.d.example", "a@a.b.c.d.example", "a@a.b.c.d.example" },
	{ "a@3com.com", "a@3com.com", "a@3com.com" },
	{ A50 "fffffffffggggg@example.org", A50 "fffffffffggggg@example.org",
	    A50 "fffffffffggggg@example.org" },
	{ "a@" A50 "fffffffffffff.org", "a@" A50 "fffffffffffff.org",
	    "a@" A50 "fffffffffffff.org" },
	{ "rene@café.fr", "rene@xn--caf-dma.fr", "rene@xn--caf-dma.fr" },
	{ "rene@cafe\xcc\x81.fr", "rene@xn--caf-dma.fr",
	    "rene@xn--caf-dma.fr" },
	{ "rene@CAFÉ.fr", "rene@xn--caf-dma.fr", "rene@xn--caf-dma.fr" },
	{ "rene@xn--caf-dma.fr", "rene@xn--caf-dma.fr",
	    "rene@xn--caf-dma.fr" },
	{ "rene@XN--CAF-DMA.FR", "rene@xn--caf-dma.fr",
	    "rene@xn--caf-dma.fr" },
	{ "a@straße.de", "a@xn--strae-oqa.de", "a@xn--strae-oqa.de" },
	{ "a@bücher.example", "a@xn--bcher-kva.example",
	    "a@xn--bcher-kva.example" },
	{ "a@пример.рф", "a@xn--e1afmkfd.xn--p1ai",
	    "a@xn--e1afmkfd.xn--p1ai" },
	{ "a@παράδειγμα.gr", "a@xn--hxajbheg2az3al.gr",
	    "a@xn--hxajbheg2az3al.gr" },
	{ "a@例え.jp", "a@xn--r8jz45g.jp", "a@xn--r8jz45g.jp" },
	{ "a@ドメイン名例.jp", "a@xn--eckwd4c7cu47r2wf.jp",
	    "a@xn--eckwd4c7cu47r2wf.jp" },
	{ "a@jpドメイン.jp", "a@xn--jp-og4a6fuere.jp",
	    "a@xn--jp-og4a6fuere.jp" },
	{ "a@한국.kr", "a@xn--3e0b707e.kr", "a@xn--3e0b707e.kr" },
	{ "a@مثال.example", "a@xn--mgbh0fb.example",
	    "a@xn--mgbh0fb.example" },
	{ "a@דוגמה.example", "a@xn--6dbbec0c.example",
	    "a@xn--6dbbec0c.example" },
	{ "a@օրինակ.example", "a@xn--y9atn0a2c3a.example",
	    "a@xn--y9atn0a2c3a.example" },
	{ "a@ｅｘａｍｐｌｅ.org", "a@example.org", "a@example.org" },
	{ "a@example。org", "a@example.org", "a@example.org" },
};

static const char *const bad[] = {
	"", " ", "@", "a", "a@", "@example.org", "a@@example.org",
	"a@b@example.org", "a.@example.org", ".a@example.org",
	"a..b@example.org", "\"a b\"@example.org", "\"a\"@example.org",
	"a b@example.org", "a\tb@example.org", "a@exam ple.org",
	"a(comment)@example.org", "a@example.org(comment)",
	"<a@example.org>", "Jeanne <a@example.org>", "a,b@example.org",
	"a@example.org,b@example.org", "a;b@example.org", "a:b@example.org",
	"a\\b@example.org", "a[b]@example.org", "a@[192.0.2.1]",
	"a@[IPv6:2001:db8::1]", "a@192.0.2.1", "a@localhost", "a@example",
	"a@.org", "a@example.", "a@example.org.", "a@example..org",
	"a@-example.org", "a@example-.org", "a@exam_ple.org",
	"a@example.123", "a@example.1a", "a@exa!mple.org",
	"a@example.org\r\nBcc: b@example.org", "a@example.org\n",
	"\na@example.org", "a\r@example.org", "a@example.org\r",
	"a@exam\x01ple.org", "a\x7f@example.org", "a@example.org\x1b",
	"ren\xc3\xa9@example.org", "a\xef\xbc\xa0" "example.org",
	"a@caf\xe9.fr", "a@caf\xc3.fr", "a@\xc0\xafx.fr",
	"a@exam\xc2\xadple.org", "a@exam\xe2\x80\x8bple.org",
	"a@exam\xe2\x80\xaeple.org", "a@exam\xe2\x81\xa0ple.org",
	"a@exam\xef\xb8\x8fple.org", "\xef\xbb\xbf" "a@example.org",
	"a@exam\xe2\x80\x8dple.org", "a@xn--.org", "a@xn--a.org",
	"a@xn--example-.org", "a@xn--caf-.fr",
	"a@ex\xe2\x92\x88.org", "a@\xe2\x98\x83\xd0\xb0" "b.org",
	A50 "ffffffffffggggg@example.org", "a@" A50 "ffffffffffffff.org",
	"a@" A50 ".ffffffffff" A50 ".ffffffffff" A50 ".ffffffffff" A50
	    ".ffffffffff.ffffffffff.org",
};

/* The second could be taken for the first: refused, or of another key. */
static const char *const confusable[][2] = {
	{ "a@paypal.com", "a@p\xd0\xb0ypal.com" },
	{ "a@paypal.com", "a@раураl.com" },
	{ "a@paypal.com", "a@раураӏ.com" },
	{ "a@paypal.com", "a@paypa1.com" },
	{ "a@paypal.com", "a@paypaI.org" },
	{ "a@paypal.com", "a@pаypаl.com" },
	{ "a@apple.com", "a@аррӏе.com" },
	{ "a@apple.com", "a@appIe.co" },
	{ "a@apple.com", "a@ɑpple.com" },
	{ "a@apple.com", "a@аpple.com" },
	{ "a@google.com", "a@gооgle.com" },
	{ "a@google.com", "a@goοgle.com" },
	{ "a@google.com", "a@gօօgle.com" },
	{ "a@google.com", "a@ɡoogle.com" },
	{ "a@google.com", "a@google.сom" },
	{ "a@google.com", "a@googlе.com" },
	{ "a@example.org", "а@example.org" },
	{ "a@example.org", "á@example.org" },
	{ "mike@example.org", "mıke@example.org" },
	{ "jose@example.org", "josé@example.org" },
	{ "kelvin@example.org", "\xe2\x84\xaa" "elvin@example.org" },
	{ "k@kelvin.org", "k@\xe2\x84\xaa" "elvin.net" },
	{ "sos@example.org", "ſos@example.org" },
	{ "a@mike.org", "a@mıke.org" },
	{ "a@jose.org", "a@josé.org" },
	{ "a@strasse.de", "a@straße.de" },
	{ "a@oeuvre.fr", "a@œuvre.fr" },
	{ "a@aero.fr", "a@ærо.fr" },
	{ "a@example.org", "a+x@example.org" },
	{ "a@example.org", "a.@example.org" },
	{ "a@example.org", "\"a\"@example.org" },
	{ "a@example.org", "a @example.org" },
	{ "a@example.org", "a\xe2\x80\x8b@example.org" },
	{ "a@example.org", "a@example\xe2\x80\x8b.org" },
	{ "a@example.org", "a@exaмple.org" },
	{ "a@example.org", "a@ехаmple.org" },
	{ "a@example.org", "a@eхample.org" },
	{ "a@example.org", "a@example.оrg" },
	{ "a@example.org", "a@exampl\xc4\x97.org" },
	{ "a@example.org", "a@examp1e.org" },
	{ "a@example.org", "a@exаmple.org" },
	{ "a@vive.fr", "a@νive.fr" },
	{ "a@vive.fr", "a@vіve.fr" },
	{ "a@scope.fr", "a@ѕсоре.fr" },
	{ "a@rn.fr", "a@m.fr" },
	{ "a@ab.fr", "a@\xe4\xb8\x80" "b.fr" },
	{ "a@un-deux.fr", "a@un\xe2\x80\x90" "deux.fr" },
	{ "a@un-deux.fr", "a@un\xe2\x88\x92" "deux.fr" },
	{ "a@b.c.fr", "a@b\xc2\xb7" "c.fr" },
	{ "a@a.fr", "a@a\xe2\x81\x84.fr" },
};

static void
good_addresses_pass_with_their_three_spellings(void **state)
{
	struct arena *a = arena_open();
	struct address got;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(good); i++) {
		if (address_read(a, good[i].typed, &got) != ERR_OK)
			fail_msg("refused: %s", good[i].typed);
		assert_string_equal(got.mail, good[i].mail);
		assert_string_equal(got.key, good[i].key);
	}
	arena_close(a);
}

static void
what_is_shown_is_what_was_typed(void **state)
{
	struct arena *a = arena_open();
	struct address got;

	(void)state;
	assert_int_equal(address_read(a, " René@x.fr", &got), ERR_INVALID);
	assert_int_equal(address_read(a, " Rene@CAFÉ.fr ", &got), ERR_OK);
	assert_string_equal(got.shown, "Rene@CAFÉ.fr");
	arena_close(a);
}

static void
bad_addresses_are_refused_and_nothing_is_written(void **state)
{
	struct arena *a = arena_open();
	struct address got = { "x", "y", "z" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bad); i++)
		if (address_read(a, bad[i], &got) != ERR_INVALID)
			fail_msg("passed: %zu %s", i, bad[i]);
	assert_int_equal(address_read(a, NULL, &got), ERR_INVALID);
	assert_string_equal(got.shown, "x");
	assert_string_equal(got.mail, "y");
	assert_string_equal(got.key, "z");
	arena_close(a);
}

static void
a_look_alike_never_gets_the_key_of_another_address(void **state)
{
	struct arena *a = arena_open();
	struct address one, two;
	size_t i;

	(void)state;
	assert_true(LENGTH(confusable) >= 40);
	for (i = 0; i < LENGTH(confusable); i++) {
		assert_int_equal(address_read(a, confusable[i][0], &one),
		    ERR_OK);
		if (address_read(a, confusable[i][1], &two) == ERR_OK &&
		    strcmp(one.key, two.key) == 0)
			fail_msg("merged: %s", confusable[i][1]);
	}
	arena_close(a);
}

static void
an_address_has_254_bytes_at_most(void **state)
{
	struct arena *a = arena_open();
	struct address got;
	char typed[300];

	(void)state;
	snprintf(typed, sizeof(typed), "%s@%s.%s.%s.%s.org",
	    A50 "ffffffffffgggg", A50 "ffffff", A50, A50, "aaaaaaaaaabbbbbbbbbb"
	    "ccccc");
	assert_int_equal(strlen(typed), 253);
	assert_int_equal(address_read(a, typed, &got), ERR_OK);
	memcpy(typed + 253, "x", 2);
	assert_int_equal(address_read(a, typed, &got), ERR_OK);
	memcpy(typed + 254, "x", 2);
	assert_int_equal(address_read(a, typed, &got), ERR_INVALID);
	arena_close(a);
}

static void
a_label_of_mixed_scripts_is_refused(void **state)
{
	static const char *const mixed[] = {
		"a@pаypal.com", "a@gοogle.com", "a@gօօgle.com",
		"a@例а.jp", "a@한カ.kr", "a@aбв.рф", "a@אb.example",
		"a@xn--pypal-4ve.com", "a@αб.gr", "a@бα.рф", "a@աб.example",
	};
	struct arena *a = arena_open();
	struct address got;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(mixed); i++)
		if (address_read(a, mixed[i], &got) != ERR_INVALID)
			fail_msg("passed: %s", mixed[i]);
	assert_int_equal(address_read(a, "a@пример.example", &got), ERR_OK);
	arena_close(a);
}

static void
only_printable_ascii_reaches_mail_and_key(void **state)
{
	struct arena *a = arena_open();
	struct address got;
	const char *p;
	char typed[32];
	int c;

	(void)state;
	for (c = 1; c < 256; c++) {
		snprintf(typed, sizeof(typed), "a%cb@c%cd.org", c, c);
		if (address_read(a, typed, &got) != ERR_OK)
			continue;
		for (p = got.mail; *p != '\0'; p++)
			assert_in_range(*p, 0x21, 0x7e);
		assert_null(strpbrk(got.mail, "<>()[]\",;:\\"));
		assert_ptr_equal(strchr(got.mail, '@'),
		    strrchr(got.mail, '@'));
	}
	arena_close(a);
}

static void
an_address_is_shown_in_the_letters_of_its_domain(void **state)
{
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(address_show(a, "zoe@xn--mnchen-3ya.example"),
	    "zoe@münchen.example");
	assert_string_equal(address_show(a, "zoe@example.org"),
	    "zoe@example.org");
	/* what nobody could have typed stays as it is */
	assert_string_equal(address_show(a, "zoe@xn--zz--.example"),
	    "zoe@xn--zz--.example");
	assert_string_equal(address_show(a, "zoe@xn--pple-43d.example"),
	    "zoe@xn--pple-43d.example");	/* a Cyrillic a */
	assert_string_equal(address_show(a, "none"), "none");
	arena_close(a);
}

static void
a_masked_address_shows_two_letters_and_the_last_label(void **state)
{
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(address_mask(a, "martin@example.org"),
	    "m•••@e•••.org");
	assert_string_equal(address_mask(a, "m@e.co.uk"), "m•••@e•••.uk");
	assert_string_equal(address_mask(a, "none"), "•••");
	assert_string_equal(address_mask(a, ""), "•••");
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    good_addresses_pass_with_their_three_spellings),
		cmocka_unit_test(what_is_shown_is_what_was_typed),
		cmocka_unit_test(
		    bad_addresses_are_refused_and_nothing_is_written),
		cmocka_unit_test(
		    a_look_alike_never_gets_the_key_of_another_address),
		cmocka_unit_test(an_address_has_254_bytes_at_most),
		cmocka_unit_test(a_label_of_mixed_scripts_is_refused),
		cmocka_unit_test(only_printable_ascii_reaches_mail_and_key),
		cmocka_unit_test(
		    an_address_is_shown_in_the_letters_of_its_domain),
		cmocka_unit_test(
		    a_masked_address_shows_two_letters_and_the_last_label),
	};

	return cmocka_run_group_tests_name("base/address", tests, NULL, NULL);
}
