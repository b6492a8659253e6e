/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Drawing a template in a test.
 */
#include "tests/html/drawn.h"

#include <unistd.h>

#include "html/html.h"

struct arena *arena;

int
open_arena(void **state)
{
	(void)state;
	arena = arena_open();
	return 0;
}

int
close_arena(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

const char *
drawn(const char *template, const char *view, const char *partials,
    unsigned flags)
{
	json_t *data = json_loads(view, JSON_DECODE_ANY, NULL);
	json_t *parts = json_loads(partials, 0, NULL);
	struct buf out;
	enum err e;

	assert_non_null(data);
	assert_non_null(parts);
	buf_open(&out, arena);
	buf_text(&out, "before ");
	e = html_render_text(arena, template, data, parts, flags, &out);
	json_decref(data);
	json_decref(parts);
	if (e != ERR_OK) {
		assert_string_equal(out.ptr, "before ");
		return e == ERR_INVALID ? REFUSED : BUG;
	}
	return out.ptr + strlen("before ");
}

const char *
page(const char *template, const char *view)
{
	return drawn(template, view, "{}", 0);
}

void
assert_refused(const char *template)
{
	static const char view[] = "{\"v\":\"v\",\"s\":true,\"l\":[1,2]}";

	assert_string_equal(page(template, view), REFUSED);
}

void
assert_refused_for(const char *template, const char *reason)
{
	static char log[2000];
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	assert_refused(template);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	n = pread(fileno(file), log, sizeof(log) - 1, 0);
	assert_true(n > 0);
	log[n] = '\0';
	assert_int_equal(fclose(file) + close(saved), 0);
	if (strstr(log, reason) == NULL)
		fail_msg("%s: expected \"%s\", logged %s", template, reason, log);
}

void
assert_drawn(const char *template, const char *expected)
{
	static const char view[] = "{\"v\":\"v\",\"s\":true,\"f\":false,"
	    "\"l\":[1,2],\"u\":\"/u\"}";

	assert_string_equal(page(template, view), expected);
}
