/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The states of the HTML tokenizer that templates may use.  Source: the HTML
 * standard, 13.2.5, "Tokenization"; stricter wherever that one forgives.
 */
#include "html/place.h"

#include "html/element.h"

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r' || ch == '\f';
}

static bool
is_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool
is_name(char ch)
{
	return is_letter(ch) || (ch >= '0' && ch <= '9') || ch == '-' ||
	    ch == '_' || ch == ':' || ch == '.';
}

static void
name_start(struct place *p)
{
	p->name_len = 0;
	p->name[0] = '\0';
}

/* A name that is too long keeps its start: none in the tables is so long. */
static void
name_add(struct place *p, char ch)
{
	if (p->name_len == PLACE_NAME_MAX)
		return;
	if (ch >= 'A' && ch <= 'Z')
		ch = (char)(ch - 'A' + 'a');
	p->name[p->name_len++] = ch;
	p->name[p->name_len] = '\0';
}

static const char *
name_is_element(struct place *p)
{
	p->element = element_of(p->name);
	p->has_http_equiv = p->has_content_value = false;
	return p->element == ELEMENT_REFUSED ?
	    "this element is not allowed in templates" : NULL;
}

static const char *
name_is_attribute(struct place *p)
{
	p->attribute = attribute_of(p->name);
	if (p->element == ELEMENT_META &&
	    p->attribute == ATTRIBUTE_HTTP_EQUIV) {
		p->has_http_equiv = true;
		if (p->has_content_value)
			return "http-equiv in a tag whose content holds a value";
	}
	return NULL;
}

static const char *
tag_ends(struct place *p)
{
	switch (p->element) {
	case ELEMENT_PLAIN:
	case ELEMENT_META:
	case ELEMENT_REFUSED:
		p->spot = SPOT_TEXT;
		p->element = ELEMENT_PLAIN;
		return NULL;
	case ELEMENT_SCRIPT:
	case ELEMENT_STYLE:
		if (p->spot == SPOT_SLASH)
			return "this element needs an end tag";
		p->spot = SPOT_RAW;
		return NULL;
	case ELEMENT_TEXTAREA:
	case ELEMENT_TITLE:
		if (p->spot == SPOT_SLASH)
			return "this element needs an end tag";
		p->spot = SPOT_RCDATA;
		return NULL;
	}
	return "unknown element";
}

static const char *
feed_tag_open(struct place *p, char ch)
{
	if (is_letter(ch)) {
		p->spot = SPOT_TAG_NAME;
		name_start(p);
		name_add(p, ch);
	} else if (ch == '/') {
		p->spot = SPOT_END_OPEN;
	} else if (ch == '!') {
		p->spot = SPOT_MARKUP;
	} else {
		return "a < that starts no tag: write &lt;";
	}
	return NULL;
}

static const char *
feed_end_tag(struct place *p, char ch)
{
	if (p->spot == SPOT_END_OPEN) {
		if (!is_letter(ch))
			return "</ without a name";
		p->spot = SPOT_END_TAG;
	} else if (ch == '>') {
		p->spot = SPOT_TEXT;
		p->element = ELEMENT_PLAIN;
	} else if (!is_name(ch) && !is_blank(ch)) {
		return "an end tag holds more than its name";
	}
	return NULL;
}

/* What every state inside a tag does with the three bytes that end a name. */
static const char *
feed_tag_common(struct place *p, char ch)
{
	if (ch == '>')
		return tag_ends(p);
	if (ch == '/')
		p->spot = SPOT_SLASH;
	else if (is_blank(ch))
		p->spot = SPOT_IN_TAG;
	else
		return "a byte that no tag may hold here";
	return NULL;
}

static const char *
feed_tag_name(struct place *p, char ch)
{
	const char *reason;

	if (is_name(ch)) {
		name_add(p, ch);
		return NULL;
	}
	if ((reason = name_is_element(p)) != NULL)
		return reason;
	return feed_tag_common(p, ch);
}

static const char *
feed_in_tag(struct place *p, char ch)
{
	if (is_name(ch)) {
		if (p->spot == SPOT_JOINED_TAG)
			return "a space is missing after the tag's name";
		p->spot = p->spot == SPOT_JOINED ? SPOT_POISONED : SPOT_NAME;
		name_start(p);
		name_add(p, ch);
		return NULL;
	}
	return feed_tag_common(p, ch);
}

static const char *
feed_name(struct place *p, char ch)
{
	if (is_name(ch)) {
		name_add(p, ch);
		return NULL;
	}
	if (ch == '=') {
		if (p->spot == SPOT_POISONED)
			return "a space is missing before the attribute's name";
		p->spot = SPOT_BEFORE_VALUE;
		return name_is_attribute(p);
	}
	if (is_blank(ch) && p->spot == SPOT_NAME) {
		p->spot = SPOT_AFTER_NAME;
		return NULL;
	}
	return feed_tag_common(p, ch);
}

static const char *
feed_after_name(struct place *p, char ch)
{
	if (is_blank(ch))
		return NULL;
	if (ch == '=') {
		p->spot = SPOT_BEFORE_VALUE;
		return name_is_attribute(p);
	}
	p->spot = SPOT_IN_TAG;
	return feed_in_tag(p, ch);
}

static const char *
feed_before_value(struct place *p, char ch)
{
	if (ch == '"')
		p->spot = SPOT_DOUBLE;
	else if (ch == '\'')
		p->spot = SPOT_SINGLE;
	else if (ch == '>')
		return "an attribute without its value";
	else if (!is_blank(ch))
		p->spot = SPOT_UNQUOTED;
	return NULL;
}

static const char *
feed_unquoted(struct place *p, char ch)
{
	if (is_blank(ch))
		p->spot = SPOT_IN_TAG;
	else if (ch == '>')
		return tag_ends(p);
	else if (ch == '"' || ch == '\'' || ch == '<' || ch == '=' || ch == '`')
		return "a byte that no unquoted value may hold";
	return NULL;
}

static const char *
feed_markup(struct place *p, char ch)
{
	if (p->spot == SPOT_DOCTYPE) {
		if (ch == '>')
			p->spot = SPOT_TEXT;
	} else if (p->spot == SPOT_MARKUP_DASH) {
		if (ch != '-')
			return "<!- is no comment";
		p->spot = SPOT_COMMENT_START;
	} else if (ch == '-') {
		p->spot = SPOT_MARKUP_DASH;
	} else if (ch == 'd' || ch == 'D') {
		p->spot = SPOT_DOCTYPE;
	} else {
		return "<! that is neither comment nor doctype";
	}
	return NULL;
}

static const char *
feed_comment(struct place *p, char ch)
{
	if (p->spot == SPOT_COMMENT_START && (ch == '>' || ch == '-'))
		return "a comment that browsers end at once";
	if (p->spot == SPOT_COMMENT_END) {
		if (ch != '>')
			return "-- inside a comment";
		p->spot = SPOT_TEXT;
	} else if (ch != '-') {
		p->spot = SPOT_COMMENT;
	} else {
		p->spot = p->spot == SPOT_COMMENT_DASH ?
		    SPOT_COMMENT_END : SPOT_COMMENT_DASH;
	}
	return NULL;
}

static const char *
feed_raw(struct place *p, char ch)
{
	const char *end = element_end(p->element);
	bool is_raw = p->spot == SPOT_RAW || p->spot == SPOT_RAW_END;

	if (ch == '<' && p->spot != SPOT_RCDATA_END) {
		p->spot = is_raw ? SPOT_RAW_END : SPOT_RCDATA_END;
		name_start(p);
		return NULL;
	}
	if (p->spot == SPOT_RAW || p->spot == SPOT_RCDATA)
		return NULL;
	if (p->spot == SPOT_RAW_END && p->name_len == 0 && ch == '!')
		return "<! inside script or style";
	if (strcmp(p->name, end) == 0 && (ch == '>' || is_blank(ch))) {
		p->spot = SPOT_END_TAG;
		return feed_end_tag(p, ch);
	}
	name_add(p, ch);
	if (strncmp(p->name, end, p->name_len) == 0)
		return NULL;
	if (strncmp(p->name, end, strlen(end)) == 0 && ch == '/')
		return "an end tag holds more than its name";
	if (!is_raw)
		return "a < inside textarea or title: write &lt;";
	p->spot = SPOT_RAW;
	return NULL;
}

static const char *
feed_quoted(struct place *p, char ch)
{
	if (ch == (p->spot == SPOT_DOUBLE ? '"' : '\''))
		p->spot = SPOT_IN_TAG;
	else if ((ch == '"' || ch == '\'') && p->attribute == ATTRIBUTE_URL)
		return "a quote inside an address";
	return NULL;
}

static const char *
feed_text(struct place *p, char ch)
{
	if (ch == '<')
		p->spot = SPOT_TAG_OPEN;
	return NULL;
}

static const char *
feed_slash(struct place *p, char ch)
{
	return ch == '>' ? tag_ends(p) : "a / inside a tag";
}

static const char *(*const feeds[SPOT__MAX])(struct place *, char) = {
	[SPOT_TEXT] = feed_text,
	[SPOT_RCDATA] = feed_raw,
	[SPOT_IN_TAG] = feed_in_tag,
	[SPOT_JOINED] = feed_in_tag,
	[SPOT_JOINED_TAG] = feed_in_tag,
	[SPOT_DOUBLE] = feed_quoted,
	[SPOT_SINGLE] = feed_quoted,
	[SPOT_TAG_OPEN] = feed_tag_open,
	[SPOT_TAG_NAME] = feed_tag_name,
	[SPOT_END_OPEN] = feed_end_tag,
	[SPOT_END_TAG] = feed_end_tag,
	[SPOT_SLASH] = feed_slash,
	[SPOT_NAME] = feed_name,
	[SPOT_POISONED] = feed_name,
	[SPOT_AFTER_NAME] = feed_after_name,
	[SPOT_BEFORE_VALUE] = feed_before_value,
	[SPOT_UNQUOTED] = feed_unquoted,
	[SPOT_MARKUP] = feed_markup,
	[SPOT_MARKUP_DASH] = feed_markup,
	[SPOT_DOCTYPE] = feed_markup,
	[SPOT_COMMENT_START] = feed_comment,
	[SPOT_COMMENT] = feed_comment,
	[SPOT_COMMENT_DASH] = feed_comment,
	[SPOT_COMMENT_END] = feed_comment,
	[SPOT_RAW] = feed_raw,
	[SPOT_RAW_END] = feed_raw,
	[SPOT_RCDATA_END] = feed_raw,
};

/* Why no value, section or partial may stand there; NULL where one may. */
static const char *const refusals[SPOT__MAX] = {
	[SPOT_TAG_OPEN] = "in a tag's name",
	[SPOT_END_OPEN] = "in a tag's name",
	[SPOT_END_TAG] = "in an end tag",
	[SPOT_SLASH] = "after the / of a tag",
	[SPOT_BEFORE_VALUE] = "in an unquoted attribute value",
	[SPOT_UNQUOTED] = "in an unquoted attribute value",
	[SPOT_MARKUP] = "in markup",
	[SPOT_MARKUP_DASH] = "in markup",
	[SPOT_DOCTYPE] = "in the doctype",
	[SPOT_COMMENT_START] = "in a comment",
	[SPOT_COMMENT] = "in a comment",
	[SPOT_COMMENT_DASH] = "in a comment",
	[SPOT_COMMENT_END] = "in a comment",
	[SPOT_RAW] = "in script or style",
	[SPOT_RAW_END] = "in script or style",
	[SPOT_RCDATA_END] = "after a < that may end the element",
};

const char *
place_feed(struct place *p, const char *text, size_t len, size_t *ret_at)
{
	const char *reason;
	size_t i;

	for (i = 0; i < len; i++) {
		reason = feeds[p->spot](p, text[i]);
		if (reason != NULL) {
			*ret_at = i;
			return reason;
		}
	}
	return NULL;
}

const char *
place_border(struct place *p)
{
	const char *reason = NULL;

	if (refusals[p->spot] != NULL)
		return refusals[p->spot];
	if (p->spot == SPOT_TAG_NAME) {
		reason = name_is_element(p);
		p->spot = SPOT_JOINED_TAG;
	} else if (p->spot == SPOT_NAME || p->spot == SPOT_POISONED) {
		p->spot = SPOT_JOINED;
	} else if (p->spot == SPOT_AFTER_NAME) {
		p->spot = SPOT_IN_TAG;
	}
	return reason;
}

static const char *
value_in_quotes(struct place *p, bool *ret_is_url)
{
	switch (p->attribute) {
	case ATTRIBUTE_PLAIN:
		return NULL;
	case ATTRIBUTE_URL:
		*ret_is_url = true;
		return NULL;
	case ATTRIBUTE_EVENT:
		return "in an on* attribute";
	case ATTRIBUTE_STYLE:
		return "in a style attribute";
	case ATTRIBUTE_CODE:
		return "in an attribute that holds markup or several addresses";
	case ATTRIBUTE_HTTP_EQUIV:
		return "in http-equiv";
	case ATTRIBUTE_CONTENT:
		if (p->element != ELEMENT_META)
			return NULL;
		if (p->has_http_equiv)
			return "in the content of an http-equiv";
		p->has_content_value = true;
		return NULL;
	}
	return "in an unknown attribute";
}

const char *
place_value(struct place *p, bool *ret_is_url)
{
	*ret_is_url = false;
	switch (p->spot) {
	case SPOT_TEXT:
	case SPOT_RCDATA:
		return NULL;
	case SPOT_DOUBLE:
	case SPOT_SINGLE:
		return value_in_quotes(p, ret_is_url);
	case SPOT_TAG_NAME:
	case SPOT_JOINED_TAG:
		return "in a tag's name";
	case SPOT_IN_TAG:
	case SPOT_JOINED:
	case SPOT_NAME:
	case SPOT_POISONED:
	case SPOT_AFTER_NAME:
		return "in an attribute's name";
	case SPOT_TAG_OPEN:
	case SPOT_END_OPEN:
	case SPOT_END_TAG:
	case SPOT_SLASH:
	case SPOT_BEFORE_VALUE:
	case SPOT_UNQUOTED:
	case SPOT_MARKUP:
	case SPOT_MARKUP_DASH:
	case SPOT_DOCTYPE:
	case SPOT_COMMENT_START:
	case SPOT_COMMENT:
	case SPOT_COMMENT_DASH:
	case SPOT_COMMENT_END:
	case SPOT_RAW:
	case SPOT_RAW_END:
	case SPOT_RCDATA_END:
	case SPOT__MAX:
		break;
	}
	return refusals[p->spot];
}

bool
place_is_in_tag(const struct place *p)
{
	return p->spot == SPOT_IN_TAG || p->spot == SPOT_JOINED ||
	    p->spot == SPOT_JOINED_TAG;
}

bool
place_is_quoted(const struct place *p)
{
	return p->spot == SPOT_DOUBLE || p->spot == SPOT_SINGLE;
}

bool
place_is_equal(const struct place *a, const struct place *b)
{
	if (a->spot != b->spot)
		return false;
	if (a->spot == SPOT_TEXT)
		return true;
	if (a->element != b->element || a->has_http_equiv != b->has_http_equiv)
		return false;
	if (place_is_quoted(a) && a->attribute != b->attribute)
		return false;
	return a->has_content_value == b->has_content_value;
}

bool
place_join(const struct place *a, const struct place *b,
    struct place *ret_joined)
{
	struct place joined = *a;

	if (place_is_in_tag(a) && place_is_in_tag(b) && b->spot > a->spot)
		joined.spot = b->spot;
	if (place_is_in_tag(a) && place_is_in_tag(b))
		joined.has_content_value |= b->has_content_value;
	else if (place_is_quoted(a) && a->spot == b->spot)
		joined.has_content_value |= b->has_content_value;
	*ret_joined = joined;
	if (place_is_in_tag(a) && place_is_in_tag(b))
		return a->element == b->element &&
		    a->has_http_equiv == b->has_http_equiv;
	if (place_is_quoted(a) && a->spot == b->spot)
		return a->element == b->element &&
		    a->attribute == b->attribute &&
		    a->has_http_equiv == b->has_http_equiv;
	return place_is_equal(a, b);
}
