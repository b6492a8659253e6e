/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The templates of the product are all accepted, in every language.
 */
#include "html/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "html/words.h"

static void
every_template_is_accepted_in_french_and_english(void **state)
{
	static const char *const all[] = { "portal", "office", "mail",
	    "shared" };
	static const char *const langs[] = { "fr", "en", NULL };
	const char *folders[LENGTH(all) + 1] = { NULL };
	struct html_source source = { TEST_TEMPLATES, NULL, folders, langs };
	struct html *html;
	struct stat st;
	char path[1000];
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < LENGTH(all); i++) {
		(void)snprintf(path, sizeof(path), TEST_TEMPLATES "/%s",
		    all[i]);
		if (stat(path, &st) == 0)
			folders[n++] = all[i];
	}
	assert_true(n > 0);
	assert_int_equal(words_open(TEST_PO), ERR_OK);
	assert_int_equal(html_open(&source, &html), ERR_OK);
	html_close(html);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_template_is_accepted_in_french_and_english),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
