/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Text checks, strict numbers, hex and base64url.
 */
#include "base/text.h"

#include <sodium.h>

/* Length of the well-formed sequence at ${p}, or 0 (RFC 3629, section 4). */
static size_t
sequence(const unsigned char *p, size_t left)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t n, i;

	if (p[0] < 0x80)
		return p[0] == 0 ? 0 : 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (n > left)
		return 0;
	if (p[0] == 0xe0)
		lo = 0xa0;	/* overlong */
	else if (p[0] == 0xed)
		hi = 0x9f;	/* surrogates */
	else if (p[0] == 0xf0)
		lo = 0x90;	/* overlong */
	else if (p[0] == 0xf4)
		hi = 0x8f;	/* above U+10FFFF */
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (i = 2; i < n; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return n;
}

bool
text_is_utf8(const void *ptr, size_t len)
{
	const unsigned char *p = ptr;
	size_t i = 0, n;

	while (i < len) {
		if ((n = sequence(p + i, len - i)) == 0)
			return false;
		i += n;
	}
	return true;
}

static uint32_t
code_point(const unsigned char *p, size_t n)
{
	uint32_t cp;
	size_t i;

	if (n == 1)
		return p[0];
	cp = p[0] & (0x7fu >> n);
	for (i = 1; i < n; i++)
		cp = cp << 6 | (p[i] & 0x3fu);
	return cp;
}

static bool
is_plain_point(uint32_t cp, bool may_have_lines)
{
	if (cp == '\t' || cp == '\n' || cp == '\r')
		return may_have_lines;
	if (cp < 0x20 || (cp >= 0x7f && cp <= 0x9f))
		return false;
	if (cp == 0x2028 || cp == 0x2029 || cp == 0xfeff)
		return false;
	if ((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069))
		return false;
	return true;
}

bool
text_is_plain(const char *text, bool may_have_lines)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t left = strlen(text), n;

	for (; left > 0; p += n, left -= n) {
		if ((n = sequence(p, left)) == 0)
			return false;
		if (!is_plain_point(code_point(p, n), may_have_lines))
			return false;
	}
	return true;
}

size_t
text_points(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			n++;
	return n;
}

struct bytes
text_bytes(const char *text)
{
	return (struct bytes){ (const unsigned char *)text,
	    text == NULL ? 0 : strlen(text) };
}

size_t
text_first_len(const char *text)
{
	return sequence((const unsigned char *)text, strlen(text));
}

char *
text_trim(struct arena *a, const char *text)
{
	size_t len, i, to = 0;
	char *copy;

	while (*text == ' ' || *text == '\t')
		text++;
	len = strlen(text);
	copy = arena_take(a, len + 1);
	for (i = 0; i < len; i++) {
		if (text[i] == '\r') {
			copy[to++] = '\n';
			if (text[i + 1] == '\n')
				i++;
		} else {
			copy[to++] = text[i];
		}
	}
	while (to > 0 && (copy[to - 1] == ' ' || copy[to - 1] == '\t'))
		to--;
	copy[to] = '\0';
	return copy;
}

char *
text_lower_ascii(struct arena *a, const char *text)
{
	char *copy = arena_text(a, text), *p;

	for (p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return copy;
}

bool
text_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

enum err
parse_u64(const char *text, uint64_t *ret_value)
{
	uint64_t v = 0;
	const char *p;

	if (text == NULL || *text == '\0' || (text[0] == '0' && text[1] != '\0'))
		return ERR_INVALID;
	for (p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return ERR_INVALID;
		if (__builtin_mul_overflow(v, 10u, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			return ERR_INVALID;
	}
	*ret_value = v;
	return ERR_OK;
}

enum err
parse_i64(const char *text, int64_t *ret_value)
{
	uint64_t v;
	bool minus;
	enum err e;

	if (text == NULL)
		return ERR_INVALID;
	minus = text[0] == '-';
	if ((e = parse_u64(text + (minus ? 1 : 0), &v)) != ERR_OK)
		return e;
	if (v > (uint64_t)INT64_MAX || (minus && v == 0))
		return ERR_INVALID;
	*ret_value = minus ? -(int64_t)v : (int64_t)v;
	return ERR_OK;
}

char *
hex_write(struct arena *a, struct bytes data)
{
	char *text = arena_take(a, data.len * 2 + 1);

	sodium_bin2hex(text, data.len * 2 + 1, data.ptr, data.len);
	return text;
}

enum err
hex_read(struct arena *a, const char *text, struct bytes *ret_data)
{
	size_t len = strlen(text), got;
	unsigned char *data = arena_take(a, len / 2 + 1);
	const char *end;

	if (len % 2 != 0 || sodium_hex2bin(data, len / 2 + 1, text, len, NULL,
	    &got, &end) != 0 || end != text + len || got != len / 2)
		return ERR_INVALID;
	*ret_data = (struct bytes){ data, got };
	return ERR_OK;
}

#define B64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

char *
base64url_write(struct arena *a, struct bytes data)
{
	size_t size = sodium_base64_encoded_len(data.len, B64);
	char *text = arena_take(a, size);

	sodium_bin2base64(text, size, data.ptr, data.len, B64);
	return text;
}

enum err
base64url_read(struct arena *a, const char *text, struct bytes *ret_data)
{
	size_t len = strlen(text), got;
	unsigned char *data = arena_take(a, len + 1);
	struct bytes bytes;
	const char *end;

	if (sodium_base642bin(data, len + 1, text, len, NULL, &got, &end,
	    B64) != 0 || end != text + len)
		return ERR_INVALID;
	bytes = (struct bytes){ data, got };
	if (strcmp(base64url_write(a, bytes), text) != 0)
		return ERR_INVALID;	/* stray bits in the last character */
	*ret_data = bytes;
	return ERR_OK;
}
