/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Draws pages for the tests of the look: opens all templates as a program
 * does, so a refused one fails here, then renders one page per line of stdin,
 * {"template", "lang", "view"}, to one JSON text per line of stdout, null when
 * it cannot be drawn (GDPR 12(1): what people read is what was checked).
 */
#include "html/html.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "html/words.h"

static bool
draw(struct html *html, struct arena *a, const char *line, size_t len)
{
	json_t *request, *page = NULL;
	const char *template, *lang;
	struct buf out;
	bool is_written;

	request = json_loadb(line, len, 0, NULL);
	template = json_string_value(json_object_get(request, "template"));
	lang = json_string_value(json_object_get(request, "lang"));
	if (template == NULL || lang == NULL)
		return false;
	buf_open(&out, a);
	if (html_render(html, template, lang, json_object_get(request, "view"),
	    &out) == ERR_OK)
		page = json_stringn(out.ptr, out.len);
	if (page == NULL)
		page = json_null();
	is_written = json_dumpf(page, stdout, JSON_ENCODE_ANY) == 0;
	json_decref(page);
	json_decref(request);
	return is_written && putchar('\n') != EOF && fflush(stdout) == 0;
}

int
main(int argc, char **argv)
{
	static const char *const folders[] = { "portal", "office", "mail",
		"shared", NULL };
	static const char *const langs[] = { "fr", "en", NULL };
	struct html_source source = { .folders = folders, .langs = langs };
	struct arena *a = arena_open();
	struct html *html;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int status = EXIT_SUCCESS;

	if (argc != 3) {
		fputs("usage: draw TEMPLATES LOCALES\n", stderr);
		return EXIT_FAILURE;
	}
	source.dir = argv[1];
	if (words_open(argv[2]) != ERR_OK || html_open(&source, &html) != ERR_OK)
		return EXIT_FAILURE;
	while (status == EXIT_SUCCESS &&
	    (len = getline(&line, &size, stdin)) > 0) {
		if (!draw(html, a, line, (size_t)len))
			status = EXIT_FAILURE;
		arena_wipe(a);
	}
	free(line);
	html_close(html);
	arena_close(a);
	return status;
}
