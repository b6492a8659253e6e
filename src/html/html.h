/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Pages and mails from Mustache templates over JSON views.  A value can only
 * become text or the inside of a quoted attribute: what a person typed never
 * turns into markup (GDPR 32, security of processing).
 */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define HTML_FILE_MAX_BYTES	(256u * 1024)	/* of one template */
#define HTML_PAGE_MAX_BYTES	(8u * 1024 * 1024)	/* of one rendering */
#define HTML_NESTING_MAX	32	/* sections in one template */
#define HTML_PARTIALS_MAX	32	/* partials within partials */

struct html;

/* Where the templates of one program are.  Lists end with NULL. */
struct html_source {
	const char *dir;		/* "/usr/share/assent/templates" */
	const char *override_dir;	/* NULL, or where a file of the same name wins */
	const char *const *folders;	/* of dir: "portal", "shared" */
	const char *const *langs;	/* "fr", "en" */
};

/**
 * html_open(source, ret_html):
 * Read and compile every FOLDER/NAME.html and FOLDER/NAME.txt of ${source}
 * once in each language, with the words of html/words.h (words_open() comes
 * first).  A template is known as "portal/consent_form.html", with its
 * ending.  A folder that ${override_dir} lacks is no error.
 *
 * Each refusal is logged with file, line and reason, all of them before
 * returning ERR_INVALID.  Refused everywhere: bad syntax, a partial that does
 * not exist, a file over HTML_FILE_MAX_BYTES, sections nested deeper than
 * HTML_NESTING_MAX, a translation that uses a variable or a tag that the
 * English does not.  Refused in .html: the raw forms {{{x}}} and {{&x}}; a
 * value in a tag name, an attribute name, an unquoted attribute value, script,
 * style, a comment, an on* or style attribute; a section or partial after
 * which HTML is elsewhere than before.
 *
 * What is opened lives until html_close(), normally for ever.
 */
enum err html_open(const struct html_source *source, struct html **ret_html)
    MUST_CHECK;

/**
 * html_close(html):
 * Free ${html}.  NULL does nothing.
 */
void html_close(struct html *html);

/**
 * html_render(html, name, lang, view, out):
 * Append template ${name} in language ${lang} over ${view} to ${out}.
 *
 * Each name that the template meets must be in the view, the innermost
 * section first; null, false, 0, "" and an empty list are there and are
 * false.  A list repeats its section, an object or a text becomes the
 * section's context ({{.}} is the context itself).  A value may be a text, a
 * number, true, false, or null (nothing is written).
 *
 * In .html the five characters & < > " ' are escaped.  In a URL attribute
 * (href, src, action, ...) the address as a whole must start with "/" (and
 * then neither "/" nor "\"), "#", "?", "https://", "http://", "mailto:" or
 * "tel:"; a template may also write "data:image/" itself.  In .txt nothing is
 * escaped.
 *
 * ERR_BUG, logged with template, line and name, and nothing appended: a name
 * that the view lacks, an object or list as value, a bad URL, no such template
 * or language, partials deeper than HTML_PARTIALS_MAX, more than
 * HTML_PAGE_MAX_BYTES.
 */
enum err html_render(const struct html *html, const char *name,
    const char *lang, json_t *view, struct buf *out) MUST_CHECK;

#define HTML_LENIENT	1u	/* Mustache as specified: a missing name is empty, raw forms work */
#define HTML_TXT	2u	/* as a .txt: neither escaped nor checked */

/**
 * html_render_text(a, text, view, partials, flags, out):
 * Compile ${text} with the texts of the object ${partials} (or NULL) in ${a},
 * and append its rendering over ${view} to ${out}: for tests.  Without
 * HTML_LENIENT the rules are those of html_open() and html_render(), the
 * names of partials are used as they stand, and words are English.
 * ERR_INVALID when ${text} is refused, ERR_BUG when it cannot be rendered.
 *
 * Source: the Mustache specification, core modules, 1.4.
 */
enum err html_render_text(struct arena *a, const char *text, json_t *view,
    json_t *partials, unsigned flags, struct buf *out) MUST_CHECK;

#endif
