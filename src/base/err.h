/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every error there is.  An error exists here only if the person who meets it
 * gets a different answer; one table turns it into a status and a sentence.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/cc.h"

enum err {
	ERR_OK = 0,
	ERR_MALFORMED,	/* the bytes are not a request that we understand */
	ERR_INVALID,	/* understood, but a value is not acceptable */
	ERR_LOGIN,	/* sign in first */
	ERR_AGAIN,	/* signed in, but not recently enough for this act */
	ERR_FORGED,	/* the request does not come from our own page */
	ERR_DENIED,	/* may not; shown as not found */
	ERR_NOTFOUND,
	ERR_METHOD,	/* the address exists, this method does not */
	ERR_GONE,	/* a link that was good once: used or expired */
	ERR_CONFLICT,	/* somebody else changed it meanwhile */
	ERR_TOOLARGE,
	ERR_LIMIT,	/* too many, too fast */
	ERR_DOWN,	/* something below us is away; nothing was changed */
	ERR_UNSURE,	/* the commit's answer was lost; it may have happened */
	ERR_BUG,
	ERR__MAX
};

struct err_info {
	const char *name;	/* for the log */
	int status;		/* HTTP */
	const char *title;	/* msgid of the page's heading; NULL for ERR_OK */
	const char *sentence;	/* msgid: what happened and what to do next */
};

extern const struct err_info err_table[ERR__MAX];

/**
 * err_name(e):
 * Return the log name of ${e}: static text, never NULL.
 */
const char *err_name(enum err e) NONNULL_RETURN;

#endif
