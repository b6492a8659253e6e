/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What counts as a find: the same thing however it is written, and nothing
 * that only contains it (GDPR 17).
 */
#include "erasure/needles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena *a;
static struct needles *n;
static unsigned found[NEEDLE_KIND__MAX];
static size_t found_who;

static int
begin(void **state)
{
	(void)state;
	a = arena_open();
	n = needles_open(a);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

static void
note(void *arg, enum needle_kind kind, size_t who)
{
	(void)arg;
	found[kind]++;
	found_who = who;
}

static unsigned
finds(enum needle_kind kind, const char *text)
{
	memset(found, 0, sizeof(found));
	needles_find(n, (struct bytes){ (const unsigned char *)text,
	    strlen(text) }, note, NULL);
	return found[kind];
}

static void
an_address_is_found_in_either_case_between_other_words(void **state)
{
	(void)state;
	needles_add(n, NEEDLE_ADDRESS, "ann@example.org", 3);
	assert_int_equal(finds(NEEDLE_ADDRESS, "ann@example.org"), 1);
	assert_int_equal(finds(NEEDLE_ADDRESS, "to <ANN@Example.ORG>, x"), 1);
	assert_int_equal(finds(NEEDLE_ADDRESS, "write ann@example.org."), 1);
	assert_int_equal(finds(NEEDLE_ADDRESS,
	    "{\"a\":\"ann@example.org\"} ann@example.org"), 2);
	assert_int_equal(found_who, 3);
}

static void
an_address_within_a_longer_one_is_somebody_elses(void **state)
{
	(void)state;
	needles_add(n, NEEDLE_ADDRESS, "ann@example.org", 0);
	assert_int_equal(finds(NEEDLE_ADDRESS, "joann@example.org"), 0);
	assert_int_equal(finds(NEEDLE_ADDRESS, "jo.ann@example.org"), 0);
	assert_int_equal(finds(NEEDLE_ADDRESS, "jo+ann@example.org"), 0);
	assert_int_equal(finds(NEEDLE_ADDRESS, "ann@example.org.uk"), 0);
	assert_int_equal(finds(NEEDLE_ADDRESS, "ann@example.organic"), 0);
	assert_int_equal(finds(NEEDLE_ADDRESS, "ann@example.org-a"), 0);
}

static void
a_french_number_is_found_in_its_usual_spellings(void **state)
{
	(void)state;
	needles_add_phone(n, "+33612345678", 0);
	assert_int_equal(finds(NEEDLE_PHONE, "+33612345678"), 1);
	assert_int_equal(finds(NEEDLE_PHONE, "0033612345678"), 1);
	assert_int_equal(finds(NEEDLE_PHONE, "0612345678"), 1);
	assert_int_equal(finds(NEEDLE_PHONE, "call 06 12 34 56 78!"), 1);
	assert_int_equal(finds(NEEDLE_PHONE, "06.12.34.56.78"), 1);
	assert_int_equal(finds(NEEDLE_PHONE, "+33 6 12 34 56 78"), 1);
	assert_int_equal(finds(NEEDLE_PHONE, "06123456789"), 0);
	assert_int_equal(finds(NEEDLE_PHONE, "10612345678"), 0);
}

static void
texts_that_end_in_each_other_are_all_found(void **state)
{
	(void)state;
	needles_add(n, NEEDLE_NAME, "anna maria", 1);
	needles_add(n, NEEDLE_REFERENCE, "maria", 2);
	needles_add(n, NEEDLE_ADDRESS, "maria", 4);
	assert_int_equal(finds(NEEDLE_NAME, "x Anna Maria y"), 1);
	assert_int_equal(found[NEEDLE_REFERENCE], 1);
	assert_int_equal(found[NEEDLE_ADDRESS], 1);
	assert_int_equal(finds(NEEDLE_NAME, "anna mari anna maria"), 1);
}

static void
bytes_of_any_kind_are_searched_through(void **state)
{
	static const unsigned char bytes[] = "\0\xff\x80 zanna@b.fr\0\xc3";

	(void)state;
	needles_add(n, NEEDLE_ADDRESS, "zanna@b.fr", 0);
	memset(found, 0, sizeof(found));
	needles_find(n, (struct bytes){ bytes, sizeof(bytes) - 1 }, note,
	    NULL);
	assert_int_equal(found[NEEDLE_ADDRESS], 1);
}

static void
what_is_too_short_is_left_out(void **state)
{
	(void)state;
	needles_add(n, NEEDLE_NAME, "li y", 0);
	assert_int_equal(finds(NEEDLE_NAME, "li y"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_address_is_found_in_either_case_between_other_words),
		TEST(an_address_within_a_longer_one_is_somebody_elses),
		TEST(a_french_number_is_found_in_its_usual_spellings),
		TEST(texts_that_end_in_each_other_are_all_found),
		TEST(bytes_of_any_kind_are_searched_through),
		TEST(what_is_too_short_is_left_out),
	};

	return cmocka_run_group_tests_name("needles", tests, NULL, NULL);
}
