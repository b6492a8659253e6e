/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One relay, spoken to by libcurl over one connection that is kept while there
 * are mails (GDPR 32(1)(a): encrypted, the relay's name verified).
 */
#ifndef COURIER_SMTP_H
#define COURIER_SMTP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "courier/verdict.h"

#define SMTP_TIMEOUT_MAX_S 60	/* of one mail, all in all */

struct smtp;

/* All text is borrowed for as long as the struct smtp. */
struct smtp_config {
	const char *host;
	unsigned port;		/* 465: TLS from the first byte */
	bool needs_tls;		/* STARTTLS, or nothing is sent */
	const char *user;	/* NULL: no signing in */
	const char *password;
	const char *ca_file;	/* NULL: the system's authorities */
	const char *from;	/* an address */
	const char *hello;	/* our name */
	unsigned timeout_s;	/* 1 to SMTP_TIMEOUT_MAX_S */
	bool (*tick)(void *arg, enum smtp_stage stage);	/* every second or so;
				   false: leave off, unless the mail is out */
	void *arg;
};

/**
 * smtp_open(config, ret_smtp):
 * Be able to send; does not connect yet.  ERR_INVALID, logged, when libcurl
 * cannot do what ${config} asks for, or its "from" is no address.
 */
enum err smtp_open(const struct smtp_config *config, struct smtp **ret_smtp)
    MUST_CHECK;

/**
 * smtp_close(s):
 * Say goodbye and free ${s}.  NULL does nothing.
 */
void smtp_close(struct smtp *s);

/**
 * smtp_rest(s):
 * Say goodbye; the next mail connects again.
 */
void smtp_rest(struct smtp *s);

/**
 * smtp_send(s, to, message, ret_answer):
 * Hand ${message}, which compose_is_clean(), to the relay for ${to}, and say
 * in ${ret_answer} how that went, whatever it was.  ERR_INVALID, and nothing
 * is sent, for a ${to} that smtp_is_address() refuses: libcurl would pass its
 * line breaks on as commands.
 */
enum err smtp_send(struct smtp *s, const char *to, struct bytes message,
    struct smtp_answer *ret_answer) MUST_CHECK;

/**
 * smtp_is_address(text):
 * Return whether ${text} may stand between < and > in a command: 3 to 254
 * bytes of 0x21 to 0x7e without < and >, with an @ inside.
 */
bool smtp_is_address(const char *text);

#endif
