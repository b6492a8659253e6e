/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Text is NUL-ended UTF-8, checked once where it comes in.  Numbers are read
 * strictly; hex and base64url are the two ways we write bytes as text.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/**
 * text_is_utf8(ptr, len):
 * Return whether the bytes are well-formed UTF-8 (RFC 3629: no overlong form,
 * no surrogate, nothing above U+10FFFF) and hold no NUL.
 */
bool text_is_utf8(const void *ptr, size_t len);

/**
 * text_is_plain(text, may_have_lines):
 * Return whether ${text} (well-formed UTF-8) holds no control character (C0,
 * DEL, C1), no bidirectional override (U+202A to 202E, U+2066 to 2069) and no
 * line or paragraph separator; CR, LF and TAB pass when ${may_have_lines}.
 */
bool text_is_plain(const char *text, bool may_have_lines);

/**
 * text_points(text):
 * Return the number of code points in well-formed ${text}.
 */
size_t text_points(const char *text);

/**
 * text_first_len(text):
 * Return the bytes of the first code point of well-formed ${text}; 0 if it is
 * empty.
 */
size_t text_first_len(const char *text);

/**
 * text_bytes(text):
 * Return the bytes of ${text} without the NUL at its end; none for NULL.
 */
struct bytes text_bytes(const char *text);

/**
 * text_trim(a, text):
 * Return a copy of ${text} without spaces and tabs at both ends, lines ended
 * by LF only.
 */
char *text_trim(struct arena *a, const char *text) RETURNS_NEW;

/**
 * text_lower_ascii(a, text):
 * Return a copy with A to Z made a to z; every other byte as it is.
 */
char *text_lower_ascii(struct arena *a, const char *text) RETURNS_NEW;

/**
 * text_equal(a, b):
 * Return whether both are NULL, or both are the same bytes.
 */
bool text_equal(const char *a, const char *b);

/**
 * text_starts(text, prefix):
 * Return whether ${text} begins with ${prefix}.
 */
bool text_starts(const char *text, const char *prefix);

/**
 * parse_u64(text, ret_value), parse_i64(text, ret_value):
 * Read a decimal number that is all of ${text}: digits only (for i64 one '-'
 * may stand before), no leading zero, no sign '+', no space.  ERR_INVALID
 * otherwise, or when it does not fit.
 */
enum err parse_u64(const char *text, uint64_t *ret_value) MUST_CHECK;
enum err parse_i64(const char *text, int64_t *ret_value) MUST_CHECK;

/**
 * hex_write(a, data):
 * Return lowercase hex of ${data}.
 */
char *hex_write(struct arena *a, struct bytes data) RETURNS_NEW;

/**
 * hex_read(a, text, ret_data):
 * Read hex of even length, either case; ERR_INVALID for anything else.
 */
enum err hex_read(struct arena *a, const char *text, struct bytes *ret_data)
    MUST_CHECK;

/**
 * base64url_write(a, data):
 * Return base64url without padding (RFC 4648, section 5).
 */
char *base64url_write(struct arena *a, struct bytes data) RETURNS_NEW;

/**
 * base64url_read(a, text, ret_data):
 * Read unpadded base64url.  Only the canonical spelling is accepted: what
 * base64url_write() would give for the same bytes.  ERR_INVALID otherwise.
 */
enum err base64url_read(struct arena *a, const char *text,
    struct bytes *ret_data) MUST_CHECK;

#endif
