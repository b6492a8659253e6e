/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a template becomes: a flat list of operations, compiled at start, that
 * the renderer runs.  Only for the files of this room.
 */
#ifndef HTML_TEMPLATE_H
#define HTML_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "html/place.h"

enum op_kind {
	OP_VALUE,
	OP_SECTION,
	OP_INVERTED,
	OP_END,		/* of a section or inverted section, or of all */
	OP_PARTIAL,
	OP_INDENT,	/* a line starts: here goes the partial's indentation */
	/* Only until the program is made. */
	OP_TEXT,
	OP_WORDS,	/* translated words from here */
	OP_WORDS_END
};

#define OP_RAW	1u	/* value: written as it is */
#define OP_URL	2u	/* value: inside an attribute that holds an address */

/* A worker holds thousands. */
struct op {
	const char *before;	/* text of the template up to this operation */
	const char *text;	/* bytes; or the name, NUL-ended */
	const struct bytes *parts;	/* the name at its dots; none for "." */
	const char *indent;	/* partial alone on its line: what stands before it */
	const struct program *partial;
	uint32_t before_len;
	uint32_t len;		/* of text */
	uint32_t line;
	uint32_t end;		/* section: index of its OP_END */
	uint32_t n_parts;
	enum op_kind kind : 16;
	unsigned flags : 16;
};
_Static_assert(sizeof(struct op) <= 64, "an operation has grown");

struct ops {
	struct arena *arena;	/* borrowed */
	struct op *at;
	uint32_t n;
	uint32_t size;
};

/* A template compiled for one place of use. */
struct program {
	struct program *next;		/* of the same template */
	const struct template *of;
	struct place start, end;
	bool is_indented;		/* has OP_INDENT */
	struct ops ops;
};

struct template {
	const char *name;	/* "portal/consent_form.html" */
	const char *file;	/* for the log */
	const char *text;
	bool is_html;
	bool is_bad;		/* refused: not looked at again */
	struct set *set;
	struct ops *parsed[2];	/* without and with OP_INDENT; NULL: not yet; in scratch */
	struct program *programs;
	const struct program *main;	/* what html_render() runs */
};

/* All templates in one language. */
struct set {
	struct arena *arena;	/* borrowed */
	struct arena *scratch;	/* borrowed until all is compiled */
	const char *lang;
	unsigned flags;		/* HTML_LENIENT */
	bool has_names_as_they_stand;	/* no ending is added to a partial's name */
	struct faults *faults;
	unsigned linking;	/* programs begun and not finished: partials in partials */
	struct template *at;	/* sorted by name */
	size_t n;
};

/* Refusals already logged: each is said once, not once per language. */
struct faults {
	struct arena *arena;	/* borrowed */
	struct fault *last;
	unsigned n;
};

/**
 * template_refuse(t, line, format, ...):
 * Log that ${t} is refused and why, unless this was said before; mark it bad.
 * Returns ERR_INVALID.
 */
enum err template_refuse(struct template *t, uint32_t line,
    const char *format, ...) PRINTF_LIKE(3, 4);

/**
 * template_find(set, name):
 * Return the template called ${name}, or NULL.
 */
struct template *template_find(const struct set *set, const char *name);

/**
 * template_sort(set):
 * Put the templates in the order that template_find() needs.
 */
void template_sort(struct set *set);

/**
 * template_parse(t, is_indented, ret_ops):
 * Turn the text of ${t} into operations, partials not yet linked.  The result
 * is kept in ${t}.
 */
enum err template_parse(struct template *t, bool is_indented,
    struct ops **ret_ops) MUST_CHECK;

/**
 * template_link(t, start, is_indented, ret_program):
 * Check and link ${t} as used where HTML stands at ${start}.  The result is
 * kept in ${t}; a partial that includes itself gets the unfinished program.
 */
enum err template_link(struct template *t, const struct place *start,
    bool is_indented, const struct program **ret_program) MUST_CHECK;

/**
 * ops_add(ops, kind, line):
 * Append an operation and return it, borrowed until the next one.
 */
struct op *ops_add(struct ops *ops, enum op_kind kind, uint32_t line)
    NONNULL_RETURN;

#endif
