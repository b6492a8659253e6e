/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Source: the HTML standard, 13.2.5, as browsers forgive; the opposite of
 * src/html/place.c, which refuses.
 */
#include "tests/fuzz/skeleton.h"

#include <stdbool.h>
#include <strings.h>

#define NAME_MAX_BYTES 40

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
is_one_of(const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcasecmp(name, *list) == 0)
			return true;
	return false;
}

static const char *
take_name(const char *p, const char *ends, char *name)
{
	size_t n = 0;

	for (; *p != '\0' && strchr(ends, *p) == NULL; p++)
		if (n < NAME_MAX_BYTES)
			name[n++] = *p;
	name[n] = '\0';
	return p;
}

/* Whether a browser would run the address, which starts at value. */
static bool
is_script(const char *value, const char *end)
{
	static const char *const schemes[] = { "javascript:", "vbscript:",
	    "data:text" };
	char start[16];
	size_t n = 0, i;

	while (value < end && (unsigned char)*value <= ' ')
		value++;
	for (; value < end && n < sizeof(start) - 1; value++)
		if (*value != '\t' && *value != '\n' && *value != '\r')
			start[n++] = *value;
	start[n] = '\0';
	for (i = 0; i < LENGTH(schemes); i++)
		if (strncasecmp(start, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return n > 1 && start[0] == '/' && (start[1] == '/' || start[1] == '\\');
}

static void
add_value(struct buf *out, const char *name, const char *value,
    const char *end, bool is_quoted)
{
	static const char *const codes[] = { "style", "srcdoc", "srcset",
	    "http-equiv", NULL };
	static const char *const urls[] = { "href", "src", "action",
	    "formaction", "xlink:href", "cite", "poster", "data", NULL };

	if (!is_quoted || strncasecmp(name, "on", 2) == 0 ||
	    is_one_of(name, codes))
		buf_add(out, value, (size_t)(end - value));
	if (is_one_of(name, urls) && is_script(value, end))
		buf_text(out, "(script)");
}

static const char *
take_attribute(struct buf *out, const char *p)
{
	char name[NAME_MAX_BYTES + 2], quote;
	const char *value;

	/* The first byte is of the name even if it is "=". */
	name[0] = *p;
	p = take_name(p + 1, "= \t\n\r\f/>", name + 1);
	buf_char(out, ' ');
	buf_text(out, name);
	while (is_blank(*p))
		p++;
	if (*p != '=')
		return p;
	for (p++; is_blank(*p);)
		p++;
	buf_char(out, '=');
	if (*p == '"' || *p == '\'') {
		quote = *p++;
		for (value = p; *p != '\0' && *p != quote; p++)
			continue;
		add_value(out, name, value, p, true);
		return *p == '\0' ? p : p + 1;
	}
	for (value = p; *p != '\0' && *p != '>' && !is_blank(*p); p++)
		continue;
	add_value(out, name, value, p, false);
	return p;
}

/* Where the content of the element ends: at its end tag, or nowhere. */
static const char *
content_end(const char *p, const char *name)
{
	size_t len = strlen(name);

	for (; *p != '\0'; p++)
		if (p[0] == '<' && p[1] == '/' &&
		    strncasecmp(p + 2, name, len) == 0 &&
		    (is_blank(p[2 + len]) || p[2 + len] == '/' ||
		    p[2 + len] == '>'))
			break;
	return p;
}

static const char *
take_tag(struct buf *out, const char *p)
{
	static const char *const raw[] = { "script", "style", "xmp", "iframe",
	    "noembed", "noframes", NULL };
	static const char *const text[] = { "title", "textarea", NULL };
	char name[NAME_MAX_BYTES + 1];
	bool is_end = *p == '/';
	const char *end;

	p = take_name(p + is_end, " \t\n\r\f/>", name);
	buf_text(out, is_end ? "</" : "<");
	buf_text(out, name);
	while (*p != '\0' && *p != '>') {
		if (is_blank(*p) || *p == '/')
			p++;
		else
			p = take_attribute(out, p);
	}
	if (*p == '\0') {
		buf_text(out, "(open)");
		return p;
	}
	buf_char(out, *p++);
	if (is_end || (!is_one_of(name, raw) && !is_one_of(name, text)))
		return p;
	end = content_end(p, name);
	if (is_one_of(name, raw))
		buf_add(out, p, (size_t)(end - p));
	return end;
}

static const char *
take_comment(struct buf *out, const char *p)
{
	const char *end, *other;

	if (strncmp(p, "!--", 3) != 0) {
		end = strchr(p, '>');
	} else if (p[3] == '>' || strncmp(p + 3, "->", 2) == 0) {
		end = strchr(p, '>');
	} else {
		end = strstr(p + 3, "-->");
		other = strstr(p + 3, "--!>");
		if (end == NULL || (other != NULL && other < end))
			end = other;
		end = end == NULL ? NULL : strchr(end, '>');
	}
	if (end == NULL)
		end = p + strlen(p);
	buf_add(out, p, (size_t)(end - p));
	return *end == '\0' ? end : end + 1;
}

void
skeleton_add(struct buf *out, const char *page)
{
	const char *p = page;

	while ((p = strchr(p, '<')) != NULL) {
		p++;
		if (is_letter(*p) || (*p == '/' && is_letter(p[1])))
			p = take_tag(out, p);
		else if (*p == '!' || *p == '?' || *p == '/')
			p = take_comment(out, p);
	}
}
