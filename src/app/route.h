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
 * for another method, with that row in ${ret_route}.
 */
enum err route_match(struct arena *a, const struct route *routes,
    enum http_method method, const char *path,
    const struct route **ret_route,
    const char *ret_params[PATH_PARAMS_MAX]) MUST_CHECK;

/**
 * route_print(routes):
 * Print the table on stdout, a row a line, between tabs: method, path, the
 * least caller, how a POST proves itself, roles ("-" for all), the law, and
 * the declared fields ("-" for none), each "NAME:TYPE:LIMIT:NEED:CHOICES".
 */
void route_print(const struct route *routes);

#endif
