/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How long a page of some 8 KB takes: a list of 25 contacts with links, a
 * partial per row, and a form.  make tests/html/bench, then run it; it is not
 * part of the tests.
 */
#include "html/html.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS	20000
#define ROWS	25

static const char page[] =
    "<!DOCTYPE html>\n<html lang=\"{{lang}}\">\n<head><title>{{#_}}Contacts"
    "{{/_}} - {{site}}</title>\n<link rel=\"stylesheet\" href=\"{{css}}\">"
    "</head>\n<body>\n<main>\n<h1>{{#_}}Contacts{{/_}}</h1>\n"
    "{{#errors}}<p class=\"error\"><a href=\"#{{field}}\">{{text}}</a></p>"
    "{{/errors}}\n<table class=\"table\">\n<thead><tr><th>{{#_}}Name{{/_}}"
    "</th><th>{{#_}}Mail{{/_}}</th><th>{{#_}}Since{{/_}}</th></tr></thead>\n"
    "<tbody>\n{{#rows}}\n{{>portal/row}}\n{{/rows}}\n</tbody>\n</table>\n"
    "<form method=\"post\" action=\"{{action}}\">\n{{#fields}}\n"
    "<label for=\"{{name}}\">{{label}}</label>\n<input id=\"{{name}}\" "
    "name=\"{{name}}\" value=\"{{value}}\"{{#required}} required{{/required}}"
    "{{#error}} aria-invalid=\"true\"{{/error}}>\n{{#error}}<p>{{error}}</p>"
    "{{/error}}\n{{/fields}}\n</form>\n</main>\n</body>\n</html>\n";

static const char row[] =
    "<tr id=\"contact-{{id}}\">\n\t<td class=\"name\"><a class=\"link\" "
    "href=\"{{href}}\">{{name}}</a></td>\n\t<td class=\"mail\">{{mail}}</td>\n"
    "\t<td class=\"since\"><time datetime=\"{{iso}}\">{{day}}</time></td>\n"
    "\t<td>{{#is_minor}}<span class=\"badge\">{{#_}}Minor{{/_}}</span>"
    "{{/is_minor}}{{^is_minor}}<span class=\"none\"></span>{{/is_minor}}</td>\n"
    "</tr>\n";

static json_t *
make_view(void)
{
	json_t *rows = json_array(), *fields = json_array();
	int i;

	for (i = 0; i < ROWS; i++)
		(void)json_array_append_new(rows, json_pack(
		    "{s:i,s:s,s:s,s:s,s:s,s:s,s:b}", "id", 100000 + i,
		    "href", "/contacts/100000", "name", "Zoe d'Artagnan & Cie",
		    "mail", "zoe.dartagnan@example.org", "iso",
		    "2026-11-21T18:30:00Z", "day", "21 novembre 2026",
		    "is_minor", i % 7 == 0));
	for (i = 0; i < 6; i++)
		(void)json_array_append_new(fields, json_pack(
		    "{s:s,s:s,s:s,s:b,s:n}", "name", "first_name", "label",
		    "First name", "value", "", "required", i < 3, "error"));
	return json_pack("{s:s,s:s,s:s,s:s,s:[],s:o,s:o}", "lang", "en",
	    "site", "Voyages", "css", "/assets/assent.css", "action",
	    "/contacts", "errors", "rows", rows, "fields", fields);
}

static int
put(const char *dir, const char *name, const char *text)
{
	char path[200];
	int fd;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%s/portal/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	n = write(fd, text, strlen(text));
	(void)close(fd);
	return n > 0 ? 0 : -1;
}

int
main(void)
{
	static const char *const folders[] = { "portal", NULL };
	static const char *const langs[] = { "en", NULL };
	char dir[] = "/tmp/assent-bench-XXXXXX";
	struct html_source source = { dir, NULL, folders, langs };
	struct arena *a = arena_open();
	json_t *view = make_view();
	struct html *html;
	struct buf out;
	clock_t start;
	size_t len = 0;
	int i;

	if (mkdtemp(dir) == NULL || chdir(dir) != 0 ||
	    mkdir("portal", 0700) != 0 || put(dir, "page.html", page) != 0 ||
	    put(dir, "row.html", row) != 0 ||
	    html_open(&source, &html) != ERR_OK)
		return EXIT_FAILURE;
	start = clock();
	for (i = 0; i < ROUNDS; i++) {
		buf_open(&out, a);
		if (html_render(html, "portal/page.html", "en", view, &out) !=
		    ERR_OK)
			return EXIT_FAILURE;
		len = out.len;
		arena_wipe(a);
	}
	printf("%zu bytes, %.2f us of processor per page\n", len,
	    (double)(clock() - start) * 1e6 / CLOCKS_PER_SEC / ROUNDS);
	(void)(remove("portal/page.html") + remove("portal/row.html") +
	    remove("portal") + remove(dir));
	json_decref(view);
	return EXIT_SUCCESS;
}
