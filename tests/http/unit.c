/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names and values that came in, urlencoded or as JSON: decoded once, and
 * whatever is no such thing is refused (GDPR 32).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "http/params.h"

static struct arena *a;
static struct params params;

static int
begin(void **state)
{
	(void)state;
	a = arena_open();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

static enum err
encoded(const char *text)
{
	return params_read(a, text, strlen(text), &params);
}

static enum err
json(const char *text)
{
	return params_read_json(a, (struct bytes){
	    (const unsigned char *)text, strlen(text) }, &params);
}

static const char *
value(const char *name)
{
	const struct param *p = params_find(&params, name);

	return p == NULL ? "(absent)" : p->value;
}

static void
pairs_are_decoded_once(void **state)
{
	(void)state;
	assert_int_equal(encoded("a=x+y&b=%2525&c=%C3%A9&d&e="), ERR_OK);
	assert_int_equal(params.n, 5);
	assert_string_equal(value("a"), "x y");
	assert_string_equal(value("b"), "%25");
	assert_string_equal(value("c"), "\xc3\xa9");
	assert_string_equal(value("d"), "");
	assert_string_equal(value("e"), "");
	assert_string_equal(value("f"), "(absent)");
}

static void
what_is_not_utf8_is_marked_and_kept(void **state)
{
	(void)state;
	assert_int_equal(encoded("a=x%FFy&b=%00"), ERR_OK);
	assert_true(params_find(&params, "a")->is_bad);
	assert_string_equal(value("a"), "x\xef\xbf\xbdy");
	assert_true(params_find(&params, "b")->is_bad);
}

static void
a_name_that_comes_twice_is_counted(void **state)
{
	(void)state;
	assert_int_equal(encoded("a=1&b=2&a=3"), ERR_OK);
	assert_int_equal(params_count(&params, "a"), 2);
	assert_string_equal(value("a"), "1");
}

static void
broken_pairs_are_refused(void **state)
{
	static const char *const bad[] = { "a=%", "a=%4", "a=%zz", "=x",
	    "a b=x", "%00=x", "a.b=x",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=x" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(encoded(bad[i]), ERR_MALFORMED);
}

static void
a_flat_object_is_read_like_pairs(void **state)
{
	(void)state;
	assert_int_equal(json("{\"a\": \"x y\", \"b\": 12, \"c\": true, "
	    "\"d\": false, \"e\": null, \"f\": \"\"}"), ERR_OK);
	assert_int_equal(params.n, 4);
	assert_string_equal(value("a"), "x y");
	assert_string_equal(value("b"), "12");
	assert_string_equal(value("c"), "yes");
	assert_string_equal(value("d"), "(absent)");
	assert_string_equal(value("f"), "");
}

static void
json_that_is_no_flat_object_is_refused(void **state)
{
	static const char *const bad[] = { "", "null", "[]", "\"a\"", "{",
	    "{\"a\": {}}", "{\"a\": [\"x\"]}", "{\"a\": 1.5}",
	    "{\"a\": \"x\", \"a\": \"y\"}", "{\"a b\": \"x\"}",
	    "{\"\": \"x\"}", "{\"a\": \"\\u0000\"}", "{\"a\": \"\xff\"}",
	    "{\"a\": \"x\"} more" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(json(bad[i]), ERR_MALFORMED);
}

static void
more_members_than_a_form_has_fields_are_refused(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_open(&b, a);
	for (i = 0; i <= PARAMS_MAX; i++)
		buf_text(&b, arena_printf(a, "%c\"n%d\":\"\"", i == 0 ?
		    '{' : ',', i));
	buf_char(&b, '}');
	assert_int_equal(json(b.ptr), ERR_MALFORMED);
}

static void
a_cookie_is_found_when_it_comes_once(void **state)
{
	(void)state;
	assert_string_equal(cookie_find(a, "x=1; y=2; z=3", "y"), "2");
	assert_null(cookie_find(a, "x=1; y=2", "z"));
	assert_null(cookie_find(a, "x=1; x=2", "x"));
	assert_null(cookie_find(a, "xx=1", "x"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pairs_are_decoded_once),
		TEST(what_is_not_utf8_is_marked_and_kept),
		TEST(a_name_that_comes_twice_is_counted),
		TEST(broken_pairs_are_refused),
		TEST(a_flat_object_is_read_like_pairs),
		TEST(json_that_is_no_flat_object_is_refused),
		TEST(more_members_than_a_form_has_fields_are_refused),
		TEST(a_cookie_is_found_when_it_comes_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
