/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an answer of the mail relay means for a mail, and when to try again:
 * rules only.  A legal notice is never dropped in silence (GDPR 12(3)).
 */
#ifndef COURIER_VERDICT_H
#define COURIER_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#define ATTEMPTS_MAX	12
#define ATTEMPTS_LEAST	4	/* also of a mail that waited for days */

/* How far the conversation came: the last command that was sent. */
enum smtp_stage {
	SMTP_HELLO,	/* connecting, greeting, TLS, signing in */
	SMTP_MAIL,
	SMTP_RCPT,
	SMTP_DATA,
	SMTP_BODY,	/* the mail itself, up to its final dot */
	SMTP_STAGE__MAX
};

/* How one try ended. */
struct smtp_answer {
	enum smtp_stage stage;
	int curl;		/* CURLcode; 0: libcurl saw no fault */
	unsigned reply;		/* the server's last code; 0: none */
};

enum verdict {
	VERDICT_SENT,		/* the relay took responsibility */
	VERDICT_RETRY,		/* it did not take it, but may later */
	VERDICT_AMBIGUOUS,	/* it may have taken it */
	VERDICT_BOUNCED,	/* it never will */
	VERDICT__MAX
};

/* What is known of a mail that was tried. */
struct tried {
	unsigned attempt;	/* 1 for the first */
	unsigned unsure;	/* tries before this one that were ambiguous */
	bool is_legal;
	int64_t created_us;
};

/* What becomes of it. */
struct outcome {
	const char *state;	/* of the outbox row */
	bool is_end;		/* no further try */
	int64_t due_us;		/* the next one, unless is_end */
	unsigned unsure;
	const char *task;	/* why staff must look, or NULL */
};

/**
 * verdict_of(answer):
 * Classify ${answer}.  Only a 2xx behind the whole mail is "sent".  A 5xx is
 * final from RCPT on; before that it speaks of us, not of the mail.
 *
 * Source: RFC 5321, 4.2.1, 4.5.4; RFC 1047.
 */
enum verdict verdict_of(const struct smtp_answer *answer);

/**
 * verdict_is_relay(answer):
 * Return whether the relay as a whole is in trouble, so that the next mail
 * would only meet the same.
 */
bool verdict_is_relay(const struct smtp_answer *answer);

/**
 * wait_us(attempt, chance):
 * Return how long to wait after try number ${attempt}: 1, 5, 15, 60, 240,
 * then 480 minutes, less or more a fifth by ${chance}, any number.
 */
int64_t wait_us(unsigned attempt, uint32_t chance);

/**
 * outcome_of(verdict, tried, now_us, chance):
 * Say what becomes of a mail.  Retried for three days or ATTEMPTS_MAX times;
 * after an ambiguous try sent again once, a quarter of an hour later.
 */
struct outcome outcome_of(enum verdict verdict, const struct tried *tried,
    int64_t now_us, uint32_t chance);

/**
 * outcome_dead(tried, why):
 * The outcome of a mail that cannot be sent because of ${why}: whatever it
 * was, staff are told.
 */
struct outcome outcome_dead(const struct tried *tried, const char *why);

#endif
