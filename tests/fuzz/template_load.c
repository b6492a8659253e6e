/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Any text as a template: loading ends, in bounded memory, and what it accepts
 * gives the same markup for harmless and for hostile values.
 */
#include "html/html.h"

#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/skeleton.h"

#define INPUT_MAX_BYTES 4096

static const char partials[] = "{\"p\":\"<i a=\\\"{{v}}\\\">{{v}}</i>\","
    "\"v\":\"{{v}}\",\"attribute\":\" title='{{v}}'\","
    "\"self\":\"{{v}}{{#o}}{{>self}}{{/o}}\",\"line\":\"a\\n {{v}}\\n\"}";

static json_t *
make_view(const char *value, const char *url)
{
	return json_pack("{s:s,s:s,s:b,s:b,s:[ss],s:{s:s,s:n},s:i}",
	    "v", value, "u", url, "s", 1, "f", 0, "l", value, value,
	    "o", "v", value, "o", "n", 7);
}

static enum err
draw(struct arena *a, const char *text, json_t *view, unsigned flags,
    struct buf *out)
{
	json_t *parts = json_loads(partials, 0, NULL);
	enum err e;

	assert(view != NULL && parts != NULL);
	buf_open(out, a);
	e = html_render_text(a, text, view, parts, flags, out);
	assert(e == ERR_OK || e == ERR_INVALID || e == ERR_BUG);
	assert(e == ERR_OK || out->len == 0);
	assert(out->len <= HTML_PAGE_MAX_BYTES);
	json_decref(view);
	json_decref(parts);
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char hostile[] = "\"'><b onclick=a>--></title>"
	    "</textarea></script>{{v}}";
	struct buf mild, wild, mild_skeleton, wild_skeleton;
	struct arena *a;
	const char *text;

	if (size > INPUT_MAX_BYTES || !text_is_utf8(data, size))
		return 0;
	a = arena_open();
	text = arena_textn(a, data, size);
	(void)draw(a, text, make_view("a", "/"), HTML_LENIENT, &mild);
	(void)draw(a, text, make_view("a", "/"), HTML_TXT, &mild);
	if (draw(a, text, make_view("a", "/"), 0, &mild) == ERR_OK &&
	    draw(a, text, make_view(hostile, "/\"'><b>"), 0, &wild) ==
	    ERR_OK) {
		buf_open(&mild_skeleton, a);
		buf_open(&wild_skeleton, a);
		skeleton_add(&mild_skeleton, mild.ptr);
		skeleton_add(&wild_skeleton, wild.ptr);
		assert(strcmp(mild_skeleton.ptr, wild_skeleton.ptr) == 0);
	}
	arena_close(a);
	return 0;
}
