/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The session cookie.  Before sign-in it is random bytes and a MAC, with no
 * row anywhere; after sign-in its keyed hash names the row.
 */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/ctx.h"

/**
 * session_read(c):
 * Take the session from the request's cookie into c->session_id, or draw a
 * new anonymous one.  A cookie that we did not make counts as none.
 */
void session_read(struct ctx *c);

/**
 * session_is_signed_in(c):
 * Return whether the cookie is one that was given at a sign-in.
 */
bool session_is_signed_in(const struct ctx *c);

/**
 * session_hash(c, ret_hash):
 * Write what names the row of the session in the database.
 */
void session_hash(const struct ctx *c, unsigned char ret_hash[32]);

/**
 * session_seen(c, e):
 * Return what it means for this request that noting the session's use came to
 * ${e}: a page may be read from a database that takes nothing just now.
 */
enum err session_seen(const struct ctx *c, enum err e) MUST_CHECK;

/**
 * session_renew(c, is_signed_in):
 * Give the browser a new session id with this answer, so that an id from
 * before never gains rights (session fixation).
 */
void session_renew(struct ctx *c, bool is_signed_in);

/**
 * session_cookie(c):
 * Return the value of the Set-Cookie header for c->session_id.
 */
const char *session_cookie(const struct ctx *c) NONNULL_RETURN;

/**
 * session_label(c):
 * Return the family of the browser, "Firefox" or "Other", for the list of
 * sessions; never the whole User-Agent.
 */
const char *session_label(const struct ctx *c) NONNULL_RETURN;

#endif
