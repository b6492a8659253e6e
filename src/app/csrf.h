/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whether a POST was meant by the person who sends it: Fetch metadata first,
 * the Origin second, then a token bound to session and route.
 */
#ifndef APP_CSRF_H
#define APP_CSRF_H

#include "app/ctx.h"

/**
 * csrf_token(c, path):
 * Return the token for a form that posts to the route pattern ${path}.
 */
const char *csrf_token(struct ctx *c, const char *path) NONNULL_RETURN;

/**
 * csrf_check(c):
 * Check the POST in ${c} as its route says; ERR_FORGED otherwise.  Routes of
 * CSRF_ORIGINS check their own list with csrf_origin_is().
 */
enum err csrf_check(struct ctx *c) MUST_CHECK;

/**
 * csrf_is_own(c):
 * Return whether the browser says that the request comes from our own pages,
 * or says nothing at all.
 */
bool csrf_is_own(const struct ctx *c);

#endif
