/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Matching by parts: literal parts must be equal, ":name" takes one part that
 * is not empty.  A path is matched once and is never decoded.
 */
#include "app/route.h"

static bool
path_fits(struct arena *a, const char *pattern, const char *path,
    const char *ret_params[PATH_PARAMS_MAX])
{
	size_t n = 0, len;

	for (;;) {
		if (*pattern == ':') {
			len = strcspn(path, "/");
			if (len == 0 || n == PATH_PARAMS_MAX)
				return false;
			ret_params[n++] = arena_textn(a, path, len);
			path += len;
			pattern += strcspn(pattern, "/");
		}
		if (*pattern != *path)
			return false;
		if (*pattern == '\0')
			return true;
		pattern++;
		path++;
	}
}

enum err
route_match(struct arena *a, const struct route *routes,
    enum http_method method, const char *path,
    const struct route **ret_route, const char *ret_params[PATH_PARAMS_MAX])
{
	const char *params[PATH_PARAMS_MAX] = { NULL };
	const struct route *r, *other = NULL;

	if (!http_path_is_plain(path))
		return ERR_NOTFOUND;
	if (method == M_HEAD)
		method = M_GET;
	for (r = routes; r->path != NULL; r++) {
		if (!path_fits(a, r->path, path, params))
			continue;
		if (r->method == method) {
			*ret_route = r;
			memcpy(ret_params, params, sizeof(params));
			return ERR_OK;
		}
		other = r;
	}
	if (other == NULL)
		return ERR_NOTFOUND;
	*ret_route = other;
	return ERR_METHOD;
}
