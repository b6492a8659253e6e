/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A mail as the bytes that SMTP carries: 7-bit, CRLF lines, each header once,
 * whatever a person's name or a subject tries (GDPR 12(1), 32).
 */
#ifndef COURIER_COMPOSE_H
#define COURIER_COMPOSE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "outbox/outbox.h"

#define COMPOSE_SUBJECT_MAX	200	/* code points; what is over is cut */
#define COMPOSE_LINE_MAX	998	/* RFC 5322, 2.1.1 */

struct compose_mail {
	const char *from;		/* an address */
	const char *from_name;		/* the site's, shown */
	const char *reply_to;		/* an address, or NULL */
	const char *to;			/* an address */
	const char *subject;
	const char *text;
	const char *html;
	const char *message_id;		/* without < and > */
	const char *unsubscribe_url;	/* or NULL: none */
	int64_t date_us;
	const struct outbox_file *files;
	size_t n_files;
};

/**
 * compose_open(void):
 * Prepare GMime.  Once per process.
 */
void compose_open(void);

/**
 * compose(a, mail, ret_bytes):
 * Write ${mail} to ${a}: text and HTML as alternatives, text first, in UTF-8
 * and quoted-printable; files behind them in base64; marked as generated, and
 * with the one-click headers if it has an address to unsubscribe.  Control
 * characters in the subject and the name become spaces.  ERR_BUG, logged, if
 * the result should break compose_is_clean().
 *
 * Source: RFC 5322; RFC 2045, 2047, 2231; RFC 3834, 5; RFC 8058, 3.
 */
enum err compose(struct arena *a, const struct compose_mail *mail,
    struct bytes *ret_bytes) MUST_CHECK;

/**
 * compose_is_clean(data):
 * Return whether ${data} may go to SMTP: bytes 1 to 127, CR and LF only as a
 * pair, no line longer than COMPOSE_LINE_MAX, the last line ended.
 *
 * Source: RFC 5321, 2.3.8 and 4.5.3.1.6.
 */
bool compose_is_clean(struct bytes data);

/**
 * compose_line(a, text):
 * Return ${text} (UTF-8) as one line for a header: each run of spaces and of
 * characters that are not plain as one space, none at the ends, at most
 * COMPOSE_SUBJECT_MAX code points.
 */
char *compose_line(struct arena *a, const char *text) RETURNS_NEW;

#endif
