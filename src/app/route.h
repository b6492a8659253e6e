/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From an address to its row in the door's table.
 */
#ifndef APP_ROUTE_H
#define APP_ROUTE_H

#include "app/ctx.h"

/**
 * route_match(a, routes, method, path, ret_route, ret_params):
 * Find the row of ${routes} (ended by .path NULL) for ${method} (HEAD is
 * answered by GET's) and ${path}, and the values of its ":name" parts, in
 * ${a}.  ERR_NOTFOUND when no row has the path; ERR_METHOD when one has it
 * for another method, with that row in ${ret_route} and its values.
 */
enum err route_match(struct arena *a, const struct route *routes,
    enum http_method method, const char *path,
    const struct route **ret_route,
    const char *ret_params[PATH_PARAMS_MAX]) MUST_CHECK;

/**
 * route_is_page(c, path):
 * Return whether ${path} is the address of a page of this door, made of
 * letters, digits, "-", "_" and "/": one that may stand in a redirect.
 */
bool route_is_page(struct ctx *c, const char *path);

/**
 * route_page_above(c, path):
 * Return ${path} if it is a page, or the nearest one above it in the tree of
 * addresses: "/staff/3" for "/staff/3/disable".  "/" at last.
 */
const char *route_page_above(struct ctx *c, const char *path)
    NONNULL_RETURN;

/**
 * route_print(routes):
 * Print the table on stdout, a row a line, between tabs: method, path, the
 * least caller, how a POST proves itself, roles ("-" for all), the law, and
 * the declared fields ("-" for none), each "NAME:TYPE:LIMIT:NEED:CHOICES".
 */
void route_print(const struct route *routes);

#endif
