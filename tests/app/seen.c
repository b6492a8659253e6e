/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a page was drawn from comes back as it was, or not at all (GDPR
 * 5(1)(d)).
 */
#include "app/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"

static const struct field fields[] = {
	{ .name = "name", .type = F_TEXT }, { .name = "city", .type = F_TEXT },
	{ .name = "miles", .type = F_TEXT },
	{ .name = "seen", .type = F_HIDDEN, .max = 1000 },
	{ .name = NULL }
};
static const char *const shown[] = { "Zoé \"\\ <b>", "", "12" };

/* What is read of ${text}, of which ${n_needed} fields must say something. */
static enum err
read_of(struct arena *a, const char *text, size_t n_needed,
    const char **ret_values)
{
	struct ctx c = { .arena = a, .lang = "en" };

	form_blank(&c, fields, &c.form);
	form_set(&c.form, "seen", text);
	return seen_read(&c, fields, 3, n_needed, ret_values);
}

static void
what_was_seen_comes_back_as_it_was(void **state)
{
	struct arena *a = arena_open();
	const char *values[3];
	size_t i;

	(void)state;
	assert_int_equal(read_of(a, seen_write(a, fields, shown, 3), 3,
	    values), ERR_OK);
	for (i = 0; i < 3; i++)
		assert_string_equal(values[i], shown[i]);
	arena_close(a);
}

static void
a_field_that_is_newer_than_the_page_showed_nothing(void **state)
{
	struct arena *a = arena_open();
	const char *values[3];

	(void)state;
	assert_int_equal(read_of(a, seen_write(a, fields, shown, 2), 2,
	    values), ERR_OK);
	assert_string_equal(values[0], shown[0]);
	assert_string_equal(values[2], "");
	arena_close(a);
}

static void
what_does_not_say_all_is_no_page_of_ours(void **state)
{
	static const char *const others[] = { "", "{", "[]", "7", "{}",
		"{\"name\":\"a\",\"city\":7}", "{\"name\":\"a\"}" };
	struct arena *a = arena_open();
	const char *values[3];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(others); i++)
		assert_int_equal(read_of(a, others[i], 2, values),
		    ERR_MALFORMED);
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_seen_comes_back_as_it_was),
		cmocka_unit_test(
		    a_field_that_is_newer_than_the_page_showed_nothing),
		cmocka_unit_test(what_does_not_say_all_is_no_page_of_ours),
	};

	return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
