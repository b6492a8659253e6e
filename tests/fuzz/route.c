/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Routes: the row that is found is one that another matcher finds, its values
 * are the path's own parts, and no other path reaches a row (GDPR 25, 32).
 */
#include "app/route.h"

#include <assert.h>

#include "base/text.h"
#include "http/request.h"
#include "tests/fuzz/fuzz.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/" },
	{ .method = M_GET, .path = "/a" },
	{ .method = M_POST, .path = "/a" },
	{ .method = M_GET, .path = "/a/sent" },
	{ .method = M_GET, .path = "/a/:id" },
	{ .method = M_POST, .path = "/a/:id/b" },
	{ .method = M_GET, .path = "/:x/c/:y" },
	{ .method = M_GET, .path = "/.well-known/jwks.json" },
	{ .path = NULL }
};

/* Part by part, with copies; the values in ${values}. */
static bool
fits(struct arena *a, const char *pattern, const char *path,
    const char *values[PATH_PARAMS_MAX])
{
	const char *part, *want;
	size_t n = 0;

	memset(values, 0, PATH_PARAMS_MAX * sizeof(*values));
	while (*pattern == '/' && *path == '/') {
		pattern++;
		path++;
		want = arena_textn(a, pattern, strcspn(pattern, "/"));
		part = arena_textn(a, path, strcspn(path, "/"));
		if (*want == ':' ? *part == '\0' : strcmp(want, part) != 0)
			return false;
		if (*want == ':')
			values[n++] = part;
		pattern += strlen(want);
		path += strlen(part);
	}
	return *pattern == '\0' && *path == '\0';
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum http_method methods[] = { M_GET, M_HEAD, M_POST,
	    M_OTHER };
	const char *values[PATH_PARAMS_MAX], *got[PATH_PARAMS_MAX];
	struct arena *a = arena_open();
	const struct route *r, *want = NULL, *found = NULL;
	bool has_path = false;
	enum http_method method;
	const char *path;
	size_t i;
	enum err e;

	method = methods[size == 0 ? 0 : data[0] % LENGTH(methods)];
	path = arena_textn(a, size == 0 ? data : data + 1,
	    size == 0 ? 0 : size - 1);
	for (r = routes; r->path != NULL && want == NULL &&
	    http_path_is_plain(path); r++)
		if (fits(a, r->path, path, values)) {
			has_path = true;
			if (r->method == (method == M_HEAD ? M_GET : method))
				want = r;
		}
	e = route_match(a, routes, method, path, &found, got);
	assert(e == (want != NULL ? ERR_OK : has_path ? ERR_METHOD :
	    ERR_NOTFOUND));
	assert(want == NULL || found == want);
	for (i = 0; want != NULL && i < PATH_PARAMS_MAX; i++)
		assert(text_equal(values[i], got[i]));
	arena_close(a);
	return 0;
}
