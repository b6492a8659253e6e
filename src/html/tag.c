/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading tags.  Source: the Mustache specification, 1.4.
 */
#include "html/tag.h"

#include "html/template.h"

void
tags_open(struct tags *tags, struct template *t, const char *text,
    uint32_t line)
{
	*tags = (struct tags){ .t = t, .text = text, .line = 1,
	    .open = "{{", .close = "}}" };
	if (line != 0) {
		tags->line = line;
		tags->has_one_line = true;
	}
}

void
tags_skip(struct tags *tags, size_t at)
{
	tags->at = at;
}

uint32_t
tags_line(struct tags *tags, size_t at)
{
	for (; tags->counted < at; tags->counted++)
		if (tags->text[tags->counted] == '\n' && !tags->has_one_line)
			tags->line++;
	return tags->line;
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static void
trim(const char *text, size_t from, size_t to, struct tag *ret_tag)
{
	while (from < to && is_blank(text[from]))
		from++;
	while (to > from && is_blank(text[to - 1]))
		to--;
	ret_tag->name = text + from;
	ret_tag->name_len = to - from;
}

/* What the byte after the opening delimiter says, and what stands before the
   closing one when the tag has such a pair. */
static enum tag_kind
kind_of(char sigil, const char **ret_pair)
{
	*ret_pair = "";
	switch (sigil) {
	case '#':
		return TAG_SECTION;
	case '^':
		return TAG_INVERTED;
	case '/':
		return TAG_END;
	case '>':
		return TAG_PARTIAL;
	case '!':
		return TAG_COMMENT;
	case '&':
		return TAG_RAW;
	case '{':
		*ret_pair = "}";
		return TAG_RAW;
	case '=':
		*ret_pair = "=";
		return TAG_DELIMITERS;
	default:
		return TAG_VALUE;
	}
}

static bool
set_delimiter(char *delimiter, const char *text, size_t len)
{
	size_t i;

	if (len == 0 || len > DELIMITER_MAX_BYTES)
		return false;
	for (i = 0; i < len; i++)
		if (text[i] == '=' || is_blank(text[i]))
			return false;
	memcpy(delimiter, text, len);
	delimiter[len] = '\0';
	return true;
}

static enum err
change_delimiters(struct tags *tags, const struct tag *tag)
{
	const char *name = tag->name;
	size_t first = 0, second, len = tag->name_len;

	while (first < len && !is_blank(name[first]))
		first++;
	for (second = first; second < len && is_blank(name[second]);)
		second++;
	if (!set_delimiter(tags->open, name, first) ||
	    !set_delimiter(tags->close, name + second, len - second))
		return template_refuse(tags->t, tag->line,
		    "delimiters that cannot be used");
	return ERR_OK;
}

bool
tags_next(struct tags *tags, struct tag *ret_tag, enum err *ret_e)
{
	const char *text = tags->text, *open, *close, *pair;
	char closing[DELIMITER_MAX_BYTES + 2];
	struct tag tag;
	size_t inside;

	*ret_e = ERR_OK;
	open = strstr(text + tags->at, tags->open);
	if (open == NULL)
		return false;
	tag.start = (size_t)(open - text);
	tag.line = tags_line(tags, tag.start);
	inside = tag.start + strlen(tags->open);
	tag.kind = kind_of(text[inside], &pair);
	if (tag.kind != TAG_VALUE)
		inside++;
	(void)snprintf(closing, sizeof(closing), "%s%s", pair, tags->close);
	close = strstr(text + inside, closing);
	if (close == NULL) {
		*ret_e = template_refuse(tags->t, tag.line,
		    "a tag without its end");
		return false;
	}
	tag.end = (size_t)(close - text) + strlen(closing);
	trim(text, inside, (size_t)(close - text), &tag);
	if (tag.name_len == 0 && tag.kind != TAG_COMMENT) {
		*ret_e = template_refuse(tags->t, tag.line,
		    "a tag without a name");
		return false;
	}
	tags->at = tag.end;
	if (tag.kind == TAG_DELIMITERS)
		*ret_e = change_delimiters(tags, &tag);
	*ret_tag = tag;
	return *ret_e == ERR_OK;
}

enum err
tags_words(const struct tags *tags, const struct tag *start, struct arena *a,
    const char **ret_msgid, size_t *ret_end)
{
	static const char end_tag[] = "{{/_}}";
	const char *from = tags->text + start->end, *end = strstr(from, end_tag);
	char *msgid;
	size_t i, n = 0, len;

	if (strcmp(tags->open, "{{") != 0 || strcmp(tags->close, "}}") != 0)
		return template_refuse(tags->t, start->line,
		    "words between delimiters other than {{ and }}");
	if (end == NULL)
		return template_refuse(tags->t, start->line,
		    "words without {{/_}}");
	len = (size_t)(end - from);
	msgid = arena_take(a, len + 1);
	for (i = 0; i < len; i++) {
		if (!is_blank(from[i]))
			msgid[n++] = from[i];
		else if (n > 0 && msgid[n - 1] != ' ')
			msgid[n++] = ' ';
	}
	if (n > 0 && msgid[n - 1] == ' ')
		n--;
	msgid[n] = '\0';
	if (n == 0)
		return template_refuse(tags->t, start->line, "no words");
	*ret_msgid = msgid;
	*ret_end = start->end + len + sizeof(end_tag) - 1;
	return ERR_OK;
}
