/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * TOTP by liboath, its QR code by libqrencode (GDPR 32).
 */
#include "auth/totp.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>

#include <liboath/oath.h>
#include <qrencode.h>

#include "base/buf.h"
#include "base/clock.h"
#include "keys/hash.h"

#define QUIET_ZONE	4	/* modules; ISO/IEC 18004, 9.1 */

struct bytes
totp_secret(struct arena *a)
{
	unsigned char *secret = arena_take(a, TOTP_SECRET_BYTES);

	random_fill(secret, TOTP_SECRET_BYTES);
	return (struct bytes){ secret, TOTP_SECRET_BYTES };
}

static void
start_library(void)
{
	static bool is_started;
	int rc;

	if (is_started)
		return;
	rc = oath_init();
	assert(rc == OATH_OK);
	is_started = true;
}

char *
totp_base32(struct arena *a, struct bytes secret)
{
	char *out, *text;
	size_t len;
	int rc;

	start_library();
	rc = oath_base32_encode((const char *)secret.ptr, secret.len, &out,
	    &len);
	assert(rc == OATH_OK);
	text = arena_textn(a, out, len);
	secret_wipe(out, len);
	free(out);
	while (len > 0 && text[len - 1] == '=')
		text[--len] = '\0';
	return text;
}

/* The digits of ${code} into ${digits}, NUL-ended; false if not exactly six. */
static bool
read_code(const char *code, char *digits)
{
	size_t n = 0;

	for (; *code != '\0'; code++) {
		if (*code == ' ')
			continue;
		if (*code < '0' || *code > '9' || n == TOTP_DIGITS)
			return false;
		digits[n++] = *code;
	}
	digits[n] = '\0';
	return n == TOTP_DIGITS;
}

static bool
is_code_of(struct bytes secret, const char *digits, uint64_t step)
{
	char want[TOTP_DIGITS + 1];
	bool same;
	int rc;

	start_library();
	rc = oath_hotp_generate((const char *)secret.ptr, secret.len, step,
	    TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, want);
	assert(rc == OATH_OK);
	same = secret_equal(want, digits, TOTP_DIGITS);
	secret_wipe(want, sizeof(want));
	return same;
}

enum err
totp_check(struct bytes secret, const char *code, int64_t at_us,
    uint64_t last_step, uint64_t *ret_step)
{
	char digits[TOTP_DIGITS + 1];
	uint64_t now, step;
	bool is_now, is_before;

	assert(at_us >= TOTP_STEP_S * SECOND_US);
	if (!read_code(code, digits))
		return ERR_INVALID;
	now = (uint64_t)(at_us / (TOTP_STEP_S * SECOND_US));
	is_now = is_code_of(secret, digits, now);
	is_before = is_code_of(secret, digits, now - 1);
	if (!is_now && !is_before)
		return ERR_INVALID;
	step = is_now ? now : now - 1;
	if (step <= last_step)
		return ERR_INVALID;
	*ret_step = step;
	return ERR_OK;
}

/* Append ${text} percent-encoded but for the unreserved (RFC 3986, 2.3). */
static void
add_encoded(struct buf *b, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	unsigned char c;

	for (; *text != '\0'; text++) {
		c = (unsigned char)(*text == ':' ? ' ' : *text);
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || strchr("-._~", c) != NULL) {
			buf_char(b, (char)c);
			continue;
		}
		buf_char(b, '%');
		buf_char(b, hex[c >> 4]);
		buf_char(b, hex[c & 15]);
	}
}

char *
totp_uri(struct arena *a, const char *issuer, const char *account,
    struct bytes secret)
{
	struct buf b;

	buf_open(&b, a);
	buf_text(&b, "otpauth://totp/");
	add_encoded(&b, issuer);
	buf_char(&b, ':');
	add_encoded(&b, account);
	buf_text(&b, "?secret=");
	buf_text(&b, totp_base32(a, secret));
	buf_text(&b, "&issuer=");
	add_encoded(&b, issuer);
	buf_printf(&b, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS,
	    TOTP_STEP_S);
	return b.ptr;
}

/* One rectangle for each run of dark modules in a row. */
static void
add_row(struct buf *b, const unsigned char *row, int width, int y)
{
	int x = 0, from;

	while (x < width) {
		if ((row[x] & 1) == 0) {
			x++;
			continue;
		}
		for (from = x; x < width && (row[x] & 1) != 0; x++)
			continue;
		buf_printf(b, "M%d %dh%dv1h-%dz", from + QUIET_ZONE,
		    y + QUIET_ZONE, x - from, x - from);
	}
}

enum err
totp_qr(struct arena *a, const char *text, struct totp_qr *ret_qr)
{
	struct buf b;
	QRcode *code;
	int y;

	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL) {
		assert(errno == ERANGE || errno == EINVAL);
		return ERR_TOOLARGE;
	}
	buf_open(&b, a);
	for (y = 0; y < code->width; y++)
		add_row(&b, code->data + y * code->width, code->width, y);
	ret_qr->size = code->width + 2 * QUIET_ZONE;
	ret_qr->path = b.ptr;
	secret_wipe(code->data, (size_t)(code->width * code->width));
	QRcode_free(code);
	return ERR_OK;
}

char *
totp_qr_svg(struct arena *a, const struct totp_qr *qr)
{
	return arena_printf(a, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
	    "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"%s\"/></svg>",
	    qr->size, qr->size, qr->size, qr->size, qr->path);
}
