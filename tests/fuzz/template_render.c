/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Any values in a template that has every kind of place for them: the markup
 * stays that of the template.
 */
#include "html/html.h"

#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/skeleton.h"

static const char page[] =
    "<!DOCTYPE html><title>{{a}}</title><h1 class='{{b}}' id=\"i{{c}}\">{{a}}"
    "</h1>{{#list}}<p title=\"{{.}}\">{{>item}}</p>{{/list}}{{^list}}-"
    "{{/list}}<a href=\"{{url}}\">{{#_}}Hello {{b}}{{/_}}</a><a href='/x/"
    "{{a}}?b={{b}}'></a><textarea{{#c}} data-c=\"{{c}}\"{{/c}}>{{c}}"
    "</textarea><input {{#a}}value='{{a}}' {{/a}}required><!-- c -->{{c}}";

static const char *const names[] = { "a", "b", "c", "url", "list" };

/*
 * The values as they are, or harmless ones that are true and false alike, so
 * that the same sections are drawn.
 */
static json_t *
twin_of(const json_t *value, bool is_url)
{
	json_t *list, *item;
	size_t i;

	switch (json_typeof(value)) {
	case JSON_STRING:
		if (is_url)
			return json_string("/");
		return json_string(json_string_length(value) > 0 ? "x" : "");
	case JSON_ARRAY:
		list = json_array();
		json_array_foreach(value, i, item)
			(void)json_array_append_new(list,
			    twin_of(item, false));
		return list;
	case JSON_OBJECT:
	case JSON_INTEGER:
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		break;
	}
	return json_deep_copy(value);
}

static enum err
draw(struct arena *a, json_t *view, struct buf *ret_skeleton)
{
	json_t *partials = json_pack("{s:s}", "item", "<b>{{.}}</b>");
	struct buf out;
	enum err e;

	buf_open(&out, a);
	buf_open(ret_skeleton, a);
	e = html_render_text(a, page, view, partials, 0, &out);
	assert(e == ERR_OK || (e == ERR_BUG && out.len == 0));
	skeleton_add(ret_skeleton, out.ptr);
	json_decref(partials);
	return e;
}

/* The view: an object as it is, anything else as the value of every name. */
static json_t *
read_view(const uint8_t *data, size_t size)
{
	json_t *read, *view;
	size_t i;

	read = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	if (read == NULL)
		read = json_stringn((const char *)data, size);
	if (read == NULL)
		return NULL;
	view = json_is_object(read) ? json_incref(read) : json_object();
	for (i = 0; i < LENGTH(names); i++)
		if (json_object_get(view, names[i]) == NULL)
			(void)json_object_set(view, names[i],
			    json_is_object(read) ? json_null() : read);
	json_decref(read);
	return view;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf skeleton, expected;
	json_t *view, *twin = json_object();
	struct arena *a;
	size_t i;

	if (!text_is_utf8(data, size) ||
	    (view = read_view(data, size)) == NULL) {
		json_decref(twin);
		return 0;
	}
	a = arena_open();
	for (i = 0; i < LENGTH(names); i++)
		(void)json_object_set_new(twin, names[i],
		    twin_of(json_object_get(view, names[i]),
		    strcmp(names[i], "url") == 0));
	if (draw(a, view, &skeleton) == ERR_OK) {
		assert(draw(a, twin, &expected) == ERR_OK);
		assert(strcmp(skeleton.ptr, expected.ptr) == 0);
	}
	json_decref(view);
	json_decref(twin);
	arena_close(a);
	return 0;
}
