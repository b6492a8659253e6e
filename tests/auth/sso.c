/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The company's own sign-on: who is believed, and when nobody is (GDPR 32).
 */
#include "auth/sso.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define SECRET "0123456789abcdef0123456789abcdef"

static struct arena *a;
static char file[] = "/tmp/assent-sso-test.XXXXXX";

static int
arrange(void **state)
{
	int fd;

	(void)state;
	a = arena_open();
	memcpy(file + sizeof(file) - 7, "XXXXXX", 6);
	fd = mkstemp(file);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int
tidy(void **state)
{
	(void)state;
	unlink(file);
	arena_close(a);
	return 0;
}

static enum err
open_with(const char *text, mode_t mode, struct sso **ret_sso)
{
	const struct config_sso config = { .secret_file = file };
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(file, mode), 0);
	return sso_open(&config, ret_sso);
}

static void
without_a_file_there_is_no_sign_on(void **state)
{
	const struct config_sso config = { .secret_file = NULL };
	const struct http_request req = { .sso_user = "ann@x.example",
	    .sso_secret = "" };
	struct address address;
	struct sso *sso;

	(void)state;
	assert_int_equal(sso_open(&config, &sso), ERR_OK);
	assert_null(sso);
	assert_int_equal(sso_read(sso, a, &req, &address), ERR_NOTFOUND);
}

static void
a_secret_that_is_short_or_others_can_read_is_refused(void **state)
{
	struct config_sso gone = { .secret_file = "/nowhere/at/all" };
	struct sso *sso;
	char longer[SSO_SECRET_MAX + 2];

	(void)state;
	assert_int_equal(open_with(SECRET "\n", 0400, &sso), ERR_OK);
	sso_close(sso);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(open_with(SECRET "\n", 0440, &sso), ERR_INVALID);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(open_with(SECRET "\n", 0604, &sso), ERR_INVALID);
	assert_int_equal(open_with(&SECRET[1], 0600, &sso), ERR_INVALID);
	assert_int_equal(open_with("\n" SECRET, 0600, &sso), ERR_INVALID);
	assert_int_equal(open_with("", 0600, &sso), ERR_INVALID);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(open_with(longer, 0600, &sso), ERR_INVALID);
	assert_int_equal(sso_open(&gone, &sso), ERR_INVALID);
}

static void
an_address_is_believed_with_the_secret_alone(void **state)
{
	static const struct {
		const char *user, *secret;
		bool has_header;
		enum err e;
	} cases[] = {
		{ "Ann@X.example", SECRET, false, ERR_OK },
		{ "", SECRET, false, ERR_NOTFOUND },
		{ "", "", true, ERR_NOTFOUND },
		{ "ann@x.example", "", false, ERR_DENIED },
		{ "ann@x.example", SECRET "0", false, ERR_DENIED },
		{ "ann@x.example", SECRET "\n", false, ERR_DENIED },
		{ "ann@x.example", "0123456789abcdef0123456789abcdeF",
		    false, ERR_DENIED },
		{ "ann@x.example", "0123456789abcdef0123456789abcde",
		    false, ERR_DENIED },
		{ "ann@x.example", SECRET SECRET SECRET SECRET SECRET, false,
		    ERR_DENIED },
		{ "ann@x.example", SECRET, true, ERR_DENIED },
		{ "ann", SECRET, false, ERR_DENIED },
		{ "ann@x.example,bob@x.example", SECRET, false, ERR_DENIED },
		{ "ann@x.example bob@x.example", SECRET, false, ERR_DENIED },
	};
	struct http_request req = { .path = "/" };
	struct address address;
	struct sso *sso;
	size_t i;

	(void)state;
	assert_int_equal(open_with(SECRET, 0600, &sso), ERR_OK);
	for (i = 0; i < LENGTH(cases); i++) {
		req.sso_user = cases[i].user;
		req.sso_secret = cases[i].secret;
		req.has_sso_header = cases[i].has_header;
		assert_int_equal(sso_read(sso, a, &req, &address),
		    cases[i].e);
		if (cases[i].e == ERR_OK)
			assert_string_equal(address.key, "ann@x.example");
	}
	sso_close(sso);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arrange, tidy)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_file_there_is_no_sign_on),
		TEST(a_secret_that_is_short_or_others_can_read_is_refused),
		TEST(an_address_is_believed_with_the_secret_alone),
	};

	return cmocka_run_group_tests_name("sso", tests, NULL, NULL);
}
