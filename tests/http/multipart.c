/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A form with a file: as a browser sends it, and nothing else (RFC 7578;
 * GDPR 5(1)(d), 32).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "http/multipart.h"

#define TYPE	"multipart/form-data; boundary=----WebKitFormBoundaryAbC123"
#define EDGE	"------WebKitFormBoundaryAbC123"
#define DATUM	"Content-Disposition: form-data; name="
#define END	"\r\n" EDGE "--\r\n"

static struct arena *a;
static struct params params;
static struct bytes file;

static int
begin(void **state)
{
	(void)state;
	multipart_open();
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
sent(const char *body)
{
	return multipart_read(a, TYPE, text_bytes(body), &params, &file);
}

static void
values_and_the_file_are_read_as_they_were_sent(void **state)
{
	static const unsigned char odd[] = "PK\x03\x04\0\r\n\r\n--\xff\n\r";
	struct buf b;

	(void)state;
	buf_open(&b, a);
	buf_text(&b, EDGE "\r\n" DATUM "\"csrf\"\r\n\r\nabc_-1\r\n");
	buf_text(&b, EDGE "\r\n" DATUM "\"note\"\r\n\r\nZoé\r\nL’Été\r\n");
	buf_text(&b, EDGE "\r\n" DATUM "\"file\"; filename=\"Zoé Martin.csv\""
	    "\r\nContent-Type: application/octet-stream\r\n\r\n");
	buf_add(&b, odd, sizeof(odd));
	buf_text(&b, END);
	assert_int_equal(multipart_read(a, TYPE, buf_bytes(&b), &params,
	    &file), ERR_OK);
	assert_int_equal(params.n, 2);
	assert_string_equal(params_find(&params, "csrf")->value, "abc_-1");
	assert_string_equal(params_find(&params, "note")->value,
	    "Zoé\r\nL’Été");
	assert_int_equal(file.len, sizeof(odd));
	assert_memory_equal(file.ptr, odd, sizeof(odd));
}

static void
a_file_that_was_not_chosen_is_none(void **state)
{
	(void)state;
	assert_int_equal(sent(EDGE "\r\n" DATUM "\"file\"; filename=\"\"\r\n"
	    "Content-Type: application/octet-stream\r\n\r\n" END), ERR_OK);
	assert_null(file.ptr);
	assert_int_equal(file.len, 0);
}

static void
a_value_that_is_not_utf8_is_marked(void **state)
{
	(void)state;
	assert_int_equal(sent(EDGE "\r\n" DATUM "\"a\"\r\n\r\nZo\xe9" END),
	    ERR_OK);
	assert_true(params.list[0].is_bad);
}

static void
what_no_browser_sends_is_refused(void **state)
{
	static const char *const bodies[] = {
		"",
		EDGE "--\r\n",
		/* cut */
		EDGE "\r\n" DATUM "\"a\"\r\n\r\nabc",
		EDGE "\r\n" DATUM "\"a\"\r\n\r\nabc\r\n" EDGE "\r\n",
		/* around it */
		"before\r\n" EDGE "\r\n" DATUM "\"a\"\r\n\r\nabc" END,
		EDGE "\r\n" DATUM "\"a\"\r\n\r\nabc" END "behind",
		/* no form-data, no name, a name of other letters */
		EDGE "\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nabc" END,
		EDGE "\r\nContent-Type: text/plain\r\n\r\nabc" END,
		EDGE "\r\nContent-Disposition: form-data\r\n\r\nabc" END,
		EDGE "\r\n" DATUM "\"a b\"\r\n\r\nabc" END,
		EDGE "\r\n" DATUM "\"a[]\"\r\n\r\nabc" END,
		/* encoded, or with parts of its own */
		EDGE "\r\n" DATUM "\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj" END,
		EDGE "\r\n" DATUM "\"a\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nabc" END,
		EDGE "\r\n" DATUM "\"a\"\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na\r\n--x--" END,
		EDGE "\r\n" DATUM "\"a\"\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nabc" END,
		/* two files */
		EDGE "\r\n" DATUM "\"f\"; filename=\"a\"\r\n\r\na\r\n"
		EDGE "\r\n" DATUM "\"g\"; filename=\"b\"\r\n\r\nb" END,
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bodies); i++)
		if (sent(bodies[i]) != ERR_MALFORMED)
			fail_msg("taken: %s", bodies[i]);
}

static void
a_type_that_names_no_boundary_is_refused(void **state)
{
	static const char *const types[] = { "multipart/form-data",
		"multipart/form-data; boundary=", "multipart/mixed; boundary=x",
		"text/plain; boundary=x", "",
		"multipart/form-data; boundary=\"a\\\"b\"",
		/* 71 bytes: one more than RFC 2046 allows */
		("multipart/form-data; boundary=012345678901234567890123456789"
		    "0123456789012345678901234567890123456789x") };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(types); i++)
		if (multipart_read(a, types[i], text_bytes("--x\r\n" DATUM
		    "\"a\"\r\n\r\nabc\r\n--x--\r\n"), &params, &file) !=
		    ERR_MALFORMED)
			fail_msg("taken: %s", types[i]);
}

static void
more_parts_than_a_form_of_ours_are_refused(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	for (i = MULTIPART_PARTS_MAX; i <= MULTIPART_PARTS_MAX + 1; i++) {
		size_t j;

		buf_open(&b, a);
		for (j = 0; j < i; j++)
			buf_text(&b, EDGE "\r\n" DATUM "\"a\"\r\n\r\nb\r\n");
		buf_text(&b, EDGE "--\r\n");
		assert_int_equal(multipart_read(a, TYPE, buf_bytes(&b),
		    &params, &file), i == MULTIPART_PARTS_MAX ? ERR_OK :
		    ERR_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_and_the_file_are_read_as_they_were_sent),
		cmocka_unit_test(a_file_that_was_not_chosen_is_none),
		cmocka_unit_test(a_value_that_is_not_utf8_is_marked),
		cmocka_unit_test(what_no_browser_sends_is_refused),
		cmocka_unit_test(a_type_that_names_no_boundary_is_refused),
		cmocka_unit_test(more_parts_than_a_form_of_ours_are_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
