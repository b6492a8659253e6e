/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tags of a Mustache text, one after the other.  Only for the files of
 * this room.
 */
#ifndef HTML_TAG_H
#define HTML_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define DELIMITER_MAX_BYTES 15

struct template;

enum tag_kind {
	TAG_VALUE,
	TAG_RAW,
	TAG_SECTION,
	TAG_INVERTED,
	TAG_END,
	TAG_PARTIAL,
	TAG_COMMENT,
	TAG_DELIMITERS
};

struct tag {
	enum tag_kind kind;
	const char *name;	/* in the text, trimmed */
	size_t name_len;
	size_t start;		/* offset of the opening delimiter */
	size_t end;		/* offset after the closing one */
	uint32_t line;
};

/* A text being read. */
struct tags {
	struct template *t;	/* borrowed; for refusals */
	const char *text;	/* NUL-ended */
	size_t at;		/* read so far */
	size_t counted;		/* newlines counted so far */
	uint32_t line;		/* at counted */
	bool has_one_line;	/* all is on the line given to tags_open() */
	char open[DELIMITER_MAX_BYTES + 1];
	char close[DELIMITER_MAX_BYTES + 1];
};

/**
 * tags_open(tags, t, text, line):
 * Start to read ${text}, a part of ${t}; ${line} is where it stands, or 0 to
 * count lines from 1.
 */
void tags_open(struct tags *tags, struct template *t, const char *text,
    uint32_t line);

/**
 * tags_next(tags, ret_tag, ret_e):
 * Read the next tag.  False when there is none (${ret_e} is ERR_OK) or it is
 * refused (${ret_e} is ERR_INVALID).
 */
bool tags_next(struct tags *tags, struct tag *ret_tag, enum err *ret_e);

/**
 * tags_skip(tags, at):
 * Go on reading at offset ${at}.
 */
void tags_skip(struct tags *tags, size_t at);

/**
 * tags_line(tags, at):
 * Return the line of offset ${at}, which must not be before that of an earlier
 * call.
 */
uint32_t tags_line(struct tags *tags, size_t at);

/**
 * tags_words(tags, start, a, ret_msgid, ret_end):
 * ${start} begins words: find the end of them, and give what is between as
 * msgid in ${a}, each run of blanks made one space, none at the ends.
 */
enum err tags_words(const struct tags *tags, const struct tag *start,
    struct arena *a, const char **ret_msgid, size_t *ret_end) MUST_CHECK;

#endif
