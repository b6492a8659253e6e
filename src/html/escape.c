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
} references[256] = {
	['&'] = { "&amp;", 5 },
	['<'] = { "&lt;", 4 },
	['>'] = { "&gt;", 4 },
	['"'] = { "&quot;", 6 },
	['\''] = { "&#39;", 5 },
};

static const char *const starts[] = {
	"#", "?", "https://", "http://", "mailto:", "tel:"
};

void
escape_add(struct buf *out, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t from = 0, i;

	for (i = 0; i < len; i++) {
		if (references[p[i]].len == 0)
			continue;
		buf_add(out, text + from, i - from);
		buf_add(out, references[p[i]].text, references[p[i]].len);
		from = i + 1;
	}
	buf_add(out, text + from, len - from);
}

/*
 * Browsers drop control characters before they read an address, and take "\"
 * for "/": neither may hide "//" or "javascript:".
 */
static bool
has_control(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return true;
	return false;
}

bool
escape_is_safe_url(const char *before, size_t before_len,
    const char *value, size_t value_len)
{
	char start[SCHEME_MAX_BYTES];
	size_t i, n = 0;

	if (has_control(value, value_len) || has_control(before, before_len))
		return false;
	for (i = 0; i < before_len && n < sizeof(start) - 1; i++)
		start[n++] = before[i];
	for (i = 0; i < value_len && n < sizeof(start) - 1; i++)
		start[n++] = value[i];
	start[n] = '\0';
	if (start[0] == '/')
		return start[1] != '/' && start[1] != '\\';
	for (i = 0; i < LENGTH(starts); i++)
		if (strncmp(start, starts[i], strlen(starts[i])) == 0)
			return true;
	return before_len >= sizeof("data:image/") - 1 &&
	    strncmp(before, "data:image/", sizeof("data:image/") - 1) == 0;
}
