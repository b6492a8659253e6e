/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where in HTML a template's text stands: the tokenizer of the HTML standard,
 * cut down to what our own templates may contain.  What it does not know, it
 * refuses, so that a value can never be somewhere unforeseen.
 */
#ifndef HTML_PLACE_H
#define HTML_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "html/element.h"

enum spot {
	SPOT_TEXT,
	SPOT_RCDATA,		/* inside textarea or title: text, but no tags */
	SPOT_IN_TAG,		/* an attribute may start */
	SPOT_JOINED,		/* after an attribute name that ended at a Mustache tag */
	SPOT_JOINED_TAG,	/* the same after a tag name */
	SPOT_DOUBLE,		/* inside "..." */
	SPOT_SINGLE,		/* inside '...' */
	SPOT_TAG_OPEN,
	SPOT_TAG_NAME,
	SPOT_END_OPEN,
	SPOT_END_TAG,
	SPOT_SLASH,
	SPOT_NAME,
	SPOT_POISONED,		/* an attribute name of which the start is unsure */
	SPOT_AFTER_NAME,
	SPOT_BEFORE_VALUE,
	SPOT_UNQUOTED,
	SPOT_MARKUP,		/* after "<!" */
	SPOT_MARKUP_DASH,
	SPOT_DOCTYPE,
	SPOT_COMMENT_START,
	SPOT_COMMENT,
	SPOT_COMMENT_DASH,
	SPOT_COMMENT_END,
	SPOT_RAW,		/* inside script or style */
	SPOT_RAW_END,		/* "<" and more, perhaps the end of it */
	SPOT_RCDATA_END,
	SPOT__MAX
};

#define PLACE_NAME_MAX 23	/* no name that matters is longer */

struct place {
	enum spot spot;
	enum element element;	/* of the tag or element that we are in */
	enum attribute attribute;	/* whose value we are in */
	bool has_http_equiv;	/* this meta tag: seen */
	bool has_content_value;	/* this meta tag: content holds a value */
	size_t name_len;	/* of the name being read */
	char name[PLACE_NAME_MAX + 1];
};

/**
 * place_feed(p, text, len, ret_at):
 * Move ${p} over literal text.  Returns NULL, or why the text is refused, with
 * the offset in ${ret_at}.
 */
const char *place_feed(struct place *p, const char *text, size_t len,
    size_t *ret_at);

/**
 * place_value(p, ret_is_url):
 * Return NULL if a value may stand here, or why not; tell whether it is in an
 * attribute that holds an address.
 */
const char *place_value(struct place *p, bool *ret_is_url);

/**
 * place_border(p):
 * A section or partial starts or ends here: forget what of the literal text
 * before cannot be relied on after.  Returns NULL, or why none may be here.
 */
const char *place_border(struct place *p);

/**
 * place_join(a, b, ret_joined):
 * Return whether text can go on both from ${a} and from ${b} (both at a
 * border); ${ret_joined} is the stricter of the two.
 */
bool place_join(const struct place *a, const struct place *b,
    struct place *ret_joined);

/**
 * place_is_equal(a, b):
 * Return whether the same text means the same after both.
 */
bool place_is_equal(const struct place *a, const struct place *b);

/**
 * place_is_in_tag(p), place_is_quoted(p):
 * Return whether ${p} is between attributes; inside a quoted value.
 */
bool place_is_in_tag(const struct place *p);
bool place_is_quoted(const struct place *p);

#endif
