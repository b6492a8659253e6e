/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names and values that came in: urlencoded bodies, query strings, cookies.
 * Decoded exactly once; what cannot be decoded is marked, not dropped, so that
 * the person's form can come back with everything else in it.
 */
#ifndef HTTP_PARAMS_H
#define HTTP_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

#define PARAMS_MAX 200	/* our longest form has under a hundred */

struct param {
	const char *name;
	const char *value;	/* U+FFFD stands for what was not UTF-8, or NUL */
	bool is_bad;		/* the value was not UTF-8, or held a NUL */
};

struct params {
	struct param *list;	/* in the order they came */
	size_t n;
};

/**
 * params_read(a, ptr, len, ret_params):
 * Split and decode application/x-www-form-urlencoded bytes.  ERR_MALFORMED
 * for more than PARAMS_MAX pairs, a name that is not [A-Za-z0-9_-]{1,40}, or a
 * '%' without two hex digits.  A name may come twice: params_count() tells.
 *
 * Source: WHATWG URL, 5.1.
 */
enum err params_read(struct arena *a, const void *ptr, size_t len,
    struct params *ret_params) MUST_CHECK;

/**
 * params_read_json(a, body, ret_params):
 * Read a flat JSON object: a text or a whole number is its value, true is
 * "yes", false and null are absent.  ERR_MALFORMED for anything else, a name
 * that comes twice, or a name that params_read() would not take.
 *
 * Source: RFC 8259, with duplicate names refused.
 */
enum err params_read_json(struct arena *a, struct bytes body,
    struct params *ret_params) MUST_CHECK;

/**
 * params_find(params, name):
 * Return the first of that name, or NULL.
 */
const struct param *params_find(const struct params *params,
    const char *name);

/**
 * params_count(params, name):
 * Return how often ${name} came.
 */
size_t params_count(const struct params *params, const char *name);

/**
 * params_encode(a, text):
 * Return ${text} as one urlencoded value.
 */
char *params_encode(struct arena *a, const char *text) RETURNS_NEW;

/**
 * cookie_find(a, header, name):
 * Return the value of the cookie ${name} in a Cookie header, or NULL when it
 * is absent, comes more than once, or holds a byte that RFC 6265 4.1.1 does
 * not allow: somebody planted one, and neither can be believed.
 */
const char *cookie_find(struct arena *a, const char *header,
    const char *name);

#endif
