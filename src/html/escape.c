/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Escaping copies the spans between special characters whole: most texts hold
 * none.
 */
#include "html/escape.h"

#include "base/cc.h"

#define SCHEME_MAX_BYTES 12	/* more than the longest start below */

static const struct {
	const char *text;
	size_t len;
} references[] = {
	{ NULL, 0 },
	{ "&amp;", 5 },
	{ "&lt;", 4 },
	{ "&gt;", 4 },
	{ "&quot;", 6 },
	{ "&#39;", 5 },
};

/* Which reference a byte needs; 0 for none. */
static const unsigned char special[256] = {
	['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5
};

static const char *const starts[] = {
	"#", "?", "https://", "http://", "mailto:", "tel:"
};

/* How many of len bytes are not special; four at a time while it lasts. */
static size_t
plain_span(const unsigned char *p, size_t len)
{
	size_t i = 0;

	while (len - i >= 4 && (special[p[i]] | special[p[i + 1]] |
	    special[p[i + 2]] | special[p[i + 3]]) == 0)
		i += 4;
	while (i < len && special[p[i]] == 0)
		i++;
	return i;
}

void
escape_add(struct buf *out, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n, which;

	for (;;) {
		n = plain_span(p, len);
		buf_add(out, p, n);
		if (n == len)
			return;
		which = special[p[n]];
		buf_add(out, references[which].text, references[which].len);
		p += n + 1;
		len -= n + 1;
	}
}

/*
 * Browsers drop control characters before they read an address, and take "\"
 * for "/": neither may hide "//" or "javascript:".
 */
static bool
has_control(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned found = 0;
	size_t i;

	for (i = 0; i < len; i++)
		found |= (unsigned)(p[i] < 0x20) | (unsigned)(p[i] == 0x7f);
	return found != 0;
}

static bool
is_safe_start(const char *start)
{
	size_t i;

	if (start[0] == '/')
		return start[1] != '/' && start[1] != '\\';
	for (i = 0; i < LENGTH(starts); i++)
		if (strncmp(start, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

bool
escape_is_safe_url(const char *before, size_t before_len,
    const char *value, size_t value_len)
{
	char start[SCHEME_MAX_BYTES];
	size_t n, more;

	if (has_control(value, value_len) || has_control(before, before_len))
		return false;
	n = before_len < sizeof(start) ? before_len : sizeof(start) - 1;
	more = value_len < sizeof(start) - n ? value_len :
	    sizeof(start) - 1 - n;
	memcpy(start, before, n);
	memcpy(start + n, value, more);
	start[n + more] = '\0';
	if (is_safe_start(start))
		return true;
	return before_len >= sizeof("data:image/") - 1 &&
	    strncmp(before, "data:image/", sizeof("data:image/") - 1) == 0;
}
