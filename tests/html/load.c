/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Opening the templates of a program: files, languages, and refusals that
 * name their file and line.
 */
#include "html/html.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "html/words.h"

static const char *const folders[] = { "portal", "shared", NULL };
static const char *const langs[] = { "fr", "en", NULL };

static struct arena *arena;
static char scratch[] = "/tmp/assent-load-XXXXXX";
static const char *dir, *override_dir;
static const char *made[200];	/* to remove at the end */
static size_t n_made;

static const char *
to_make(const char *path)
{
	assert_true(n_made < LENGTH(made));
	return made[n_made++] = path;
}

static int
open_all(void **state)
{
	(void)state;
	arena = arena_open();
	return words_open(TEST_WORDS) == ERR_OK && mkdtemp(scratch) != NULL ?
	    0 : -1;
}

static int
close_all(void **state)
{
	(void)state;
	/* Last made, first removed; what a test has removed is gone already. */
	while (n_made > 0)
		(void)remove(made[--n_made]);
	arena_close(arena);
	return remove(scratch);
}

/* Two directories of their own for each test. */
static int
fresh(void **state)
{
	static int n;
	const char *const parts[] = { "", "/portal", "/shared" };
	size_t i;

	(void)state;
	dir = arena_printf(arena, "%s/%d", scratch, ++n);
	override_dir = arena_printf(arena, "%s/%d-override", scratch, n);
	for (i = 0; i < LENGTH(parts); i++) {
		if (mkdir(to_make(arena_printf(arena, "%s%s", dir, parts[i])),
		    0700) != 0)
			return -1;
		if (i < 2 && mkdir(to_make(arena_printf(arena, "%s%s",
		    override_dir, parts[i])), 0700) != 0)
			return -1;
	}
	return 0;
}

static void
put(const char *in, const char *name, const char *text, size_t len)
{
	int fd = open(to_make(arena_printf(arena, "%s/%s", in, name)),
	    O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	assert_int_equal(close(fd), 0);
}

static void
file(const char *name, const char *text)
{
	put(dir, name, text, strlen(text));
}

/* Open the templates; what is logged meanwhile goes to ret_log. */
static enum err
opened(struct html **ret_html, const char **ret_log)
{
	const struct html_source source = { dir, override_dir, folders, langs };
	const char *path = to_make(arena_printf(arena, "%s/log", dir));
	static char log[10000];
	int saved = dup(STDERR_FILENO);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	ssize_t n;
	enum err e;

	assert_true(dup2(fd, STDERR_FILENO) >= 0);
	e = html_open(&source, ret_html);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	n = pread(fd, log, sizeof(log) - 1, 0);
	assert_true(n >= 0);
	log[n] = '\0';
	assert_int_equal(close(fd) + close(saved), 0);
	*ret_log = log;
	return e;
}

static void
assert_draws(const char *name, const char *lang, const char *expected)
{
	json_t *view = json_pack("{s:s}", "name", "<Zo\xc3\xab>");
	struct html *html;
	struct buf out;
	const char *log;

	assert_int_equal(opened(&html, &log), ERR_OK);
	assert_string_equal(log, "");
	buf_open(&out, arena);
	assert_int_equal(html_render(html, name, lang, view, &out), ERR_OK);
	assert_string_equal(out.ptr, expected);
	json_decref(view);
	html_close(html);
}

static void
assert_refused(const char *at, const char *reason)
{
	struct html *html;
	const char *log;

	assert_int_equal(opened(&html, &log), ERR_INVALID);
	assert_non_null(strstr(log, at));
	assert_non_null(strstr(log, reason));
}

static void
a_template_is_known_by_folder_name_and_ending(void **state)
{
	(void)state;
	file("portal/a.html", "<p>{{name}}</p>");
	file("portal/a.txt", "{{name}}");
	assert_draws("portal/a.html", "fr", "<p>&lt;Zo\xc3\xab&gt;</p>");
	assert_draws("portal/a.txt", "en", "<Zo\xc3\xab>");
}

static void
a_partial_has_the_ending_of_the_file_that_includes_it(void **state)
{
	(void)state;
	file("portal/a.html", "{{>shared/p}}");
	file("portal/a.txt", "{{>shared/p}}");
	file("shared/p.html", "<b>{{name}}</b>");
	file("shared/p.txt", "*{{name}}*");
	assert_draws("portal/a.html", "en", "<b>&lt;Zo\xc3\xab&gt;</b>");
	assert_draws("portal/a.txt", "en", "*<Zo\xc3\xab>*");
}

static void
a_file_of_the_site_replaces_ours_or_is_added(void **state)
{
	(void)state;
	file("portal/a.html", "ours {{name");
	put(override_dir, "portal/a.html", "theirs {{>portal/b}}", 20);
	put(override_dir, "portal/b.html", "b", 1);
	assert_draws("portal/a.html", "en", "theirs b");
}

static void
what_editors_leave_behind_is_not_read(void **state)
{
	(void)state;
	file("portal/a.html", "a");
	file("portal/a.html~", "{{");
	file("portal/.a.html", "{{");
	file("portal/a.html.orig", "{{");
	assert_draws("portal/a.html", "en", "a");
}

static void
words_are_those_of_each_language(void **state)
{
	(void)state;
	file("portal/a.html", "<p title=\"{{#_}}Good day{{/_}}\">\n"
	    "{{#_}}Dear\n  <b>{{name}}</b>,{{/_}}");
	assert_draws("portal/a.html", "fr", "<p title=\"Bonjour \xc3\xa0 vous\">"
	    "\n\xc3\x80 <b>&lt;Zo\xc3\xab&gt;</b> :");
	assert_draws("portal/a.html", "en", "<p title=\"Good day\">\nDear "
	    "<b>&lt;Zo\xc3\xab&gt;</b>,");
}

static void
a_refusal_names_file_line_and_reason(void **state)
{
	(void)state;
	file("portal/a.html", "<p>\n<b\n\nonclick=\"{{name}}\">\n");
	assert_refused(arena_printf(arena, "at=%s/portal/a.html:4", dir),
	    "the value name in an on* attribute");
	file("portal/a.html", "<p>\n{{#name}}\n\n<b \n\n \n/ {{/name}}");
	assert_refused("portal/a.html:7", "a / inside a tag");
	file("portal/a.html", "<p>\n{{#name}}\n{{/nam}}");
	assert_refused("portal/a.html:3", "of another section than name");
}

static void
all_refusals_are_named_once_not_once_per_language(void **state)
{
	struct html *html;
	const char *log, *at;
	int n = 0;

	(void)state;
	file("portal/a.html", "{{>shared/p}}");
	file("portal/b.html", "<{{name}}>");
	file("shared/p.html", "{{&name}}");
	assert_int_equal(opened(&html, &log), ERR_INVALID);
	for (at = log; (at = strchr(at, '\n')) != NULL; at++)
		n++;
	assert_int_equal(n, 2);
}

static void
a_translation_cannot_bring_values_or_tags(void **state)
{
	(void)state;
	file("portal/a.html", "\n{{#_}}other value {{name}}{{/_}}");
	assert_refused("lang=fr at=", "a value that the English lacks: secret");
	file("portal/a.html", "{{#_}}other tag <b>x</b>{{/_}}");
	assert_refused("portal/a.html:1", "a tag that the English lacks");
	file("portal/a.html", "{{#_}}new tag{{/_}}");
	assert_refused("portal/a.html:1", "a tag that the English lacks");
	file("portal/a.html", "<p a=\"{{#_}}a quote{{/_}}\">");
	assert_refused("portal/a.html:1", "the quote that ends it");
	file("portal/a.html", "{{#_}}a section {{name}}{{/_}}");
	assert_refused("portal/a.html:1", "something else than text and values");
	file("portal/a.html", "{{#_}}raw {{name}}{{/_}}");
	assert_refused("portal/a.html:1", "something else than text and values");
	file("portal/a.html", "{{#_}}broken {{name}}{{/_}}");
	assert_refused("portal/a.html:1", "a tag without its end");
}

static void
a_file_that_is_not_good_text_is_refused(void **state)
{
	char *large = arena_take(arena, HTML_FILE_MAX_BYTES + 1);

	(void)state;
	put(dir, "portal/a.html", "\xff", 1);
	assert_refused("portal/a.html:1", "not UTF-8");
	put(dir, "portal/a.html", "a\0b", 3);
	assert_refused("portal/a.html:1", "not UTF-8");
	put(dir, "portal/a.html", "\xef\xbb\xbf" "a", 4);
	assert_refused("portal/a.html:1", "byte order mark");
	memset(large, ' ', HTML_FILE_MAX_BYTES + 1);
	put(dir, "portal/a.html", large, HTML_FILE_MAX_BYTES + 1);
	assert_refused("portal/a.html:1", "larger than 256 KiB");
}

static void
what_is_not_a_readable_file_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir(to_make(arena_printf(arena,
	    "%s/portal/a.html", dir)), 0700), 0);
	assert_refused("portal/a.html:1", "not a file");
	assert_int_equal(symlink("/nowhere", to_make(arena_printf(arena,
	    "%s/shared/b.txt", dir))), 0);
	assert_refused("shared/b.txt:1", "cannot be opened");
}

static void
a_folder_that_is_not_there_is_refused(void **state)
{
	(void)state;
	assert_int_equal(rmdir(arena_printf(arena, "%s/shared", dir)), 0);
	assert_refused("/shared:1", "cannot be opened");
}

static void
an_unknown_template_or_language_is_an_error(void **state)
{
	json_t *view = json_object();
	struct html *html;
	struct buf out;
	const char *log;

	(void)state;
	file("portal/a.html", "a");
	assert_int_equal(opened(&html, &log), ERR_OK);
	buf_open(&out, arena);
	assert_int_equal(html_render(html, "portal/a", "en", view, &out),
	    ERR_BUG);
	assert_int_equal(html_render(html, "portal/a.html", "de", view, &out),
	    ERR_BUG);
	assert_int_equal(out.len, 0);
	html_close(html);
	json_decref(view);
}

#define FRESH(test) cmocka_unit_test_setup(test, fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(a_template_is_known_by_folder_name_and_ending),
		FRESH(a_partial_has_the_ending_of_the_file_that_includes_it),
		FRESH(a_file_of_the_site_replaces_ours_or_is_added),
		FRESH(what_editors_leave_behind_is_not_read),
		FRESH(words_are_those_of_each_language),
		FRESH(a_refusal_names_file_line_and_reason),
		FRESH(all_refusals_are_named_once_not_once_per_language),
		FRESH(a_translation_cannot_bring_values_or_tags),
		FRESH(a_file_that_is_not_good_text_is_refused),
		FRESH(what_is_not_a_readable_file_is_refused),
		FRESH(a_folder_that_is_not_there_is_refused),
		FRESH(an_unknown_template_or_language_is_an_error),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
