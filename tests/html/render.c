/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A bridge for the specification and differential tests: each line of stdin is
 * {"template", "data", "partials"}, each line of stdout the rendering as a
 * JSON text, or null when the template is refused.
 */
#include "html/html.h"

#include <stdbool.h>

static bool
answer(struct arena *a, const char *line, size_t len)
{
	json_t *request, *rendered = NULL;
	const char *template;
	struct buf out;

	request = json_loadb(line, len, JSON_DECODE_ANY, NULL);
	template = json_string_value(json_object_get(request, "template"));
	if (template == NULL)
		return false;
	buf_open(&out, a);
	if (html_render_text(a, template, json_object_get(request, "data"),
	    json_object_get(request, "partials"), HTML_LENIENT, &out) ==
	    ERR_OK)
		rendered = json_stringn(out.ptr, out.len);
	if (rendered == NULL)
		rendered = json_null();
	if (json_dumpf(rendered, stdout, JSON_ENCODE_ANY) != 0)
		return false;
	json_decref(rendered);
	json_decref(request);
	return putchar('\n') != EOF;
}

int
main(void)
{
	struct arena *a = arena_open();
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int status = EXIT_SUCCESS;

	while ((len = getline(&line, &size, stdin)) > 0) {
		if (!answer(a, line, (size_t)len)) {
			status = EXIT_FAILURE;
			break;
		}
		arena_wipe(a);
	}
	free(line);
	arena_close(a);
	return status;
}
