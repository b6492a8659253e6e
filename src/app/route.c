/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Matching by parts: literal parts must be equal, ":name" takes one part that
 * is not empty.  A path is matched once and is never decoded.
 */
#include "app/route.h"
#include "app/role.h"

static bool
path_fits(struct arena *a, const char *pattern, const char *path,
    const char *ret_params[PATH_PARAMS_MAX])
{
	size_t n = 0, len;

	memset(ret_params, 0, PATH_PARAMS_MAX * sizeof(*ret_params));
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
		memcpy(ret_params, params, sizeof(params));
	}
	if (other == NULL)
		return ERR_NOTFOUND;
	*ret_route = other;
	return ERR_METHOD;
}

static void
print_roles(unsigned bits)
{
	const char *separator = "";
	enum staff_role role;

	if (bits == 0)
		putchar('-');
	for (role = 0; role < ROLE__MAX; role++)
		if ((bits & 1u << role) != 0) {
			printf("%s%s", separator, role_choices[role].value);
			separator = ",";
		}
}

/* The declared fields of a POST, "NAME:TYPE:LIMIT:NEED:CHOICE|..." each. */
static void
print_fields(const struct field *fields)
{
	static const char *const types[] = {
		[F_TEXT] = "text", [F_LINES] = "lines", [F_EMAIL] = "email",
		[F_PHONE] = "phone", [F_DATE] = "date", [F_CHOICE] = "choice",
		[F_FLAG] = "flag", [F_ID] = "id", [F_CODE] = "code",
		[F_PASSWORD] = "password", [F_HIDDEN] = "hidden",
		[F_FILE] = "file",
	};
	const struct field_choice *choice;
	const struct field *f;

	if (fields == NULL || fields->name == NULL)
		putchar('-');
	for (f = fields; f != NULL && f->name != NULL; f++) {
		printf("%s%s:%s:%zu:%s:", f == fields ? "" : " ", f->name,
		    types[f->type], field_limit(f), f->need ? "need" : "");
		for (choice = f->choices; choice != NULL &&
		    choice->value != NULL; choice++)
			printf("%s%s", choice == f->choices ? "" : "|",
			    choice->value);
	}
}

bool
route_is_page(struct ctx *c, const char *path)
{
	const char *params[PATH_PARAMS_MAX];
	const struct route *route;
	const char *p;

	if (path[0] != '/' || path[1] == '/')
		return false;
	for (p = path; *p != '\0'; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') &&
		    !(*p >= '0' && *p <= '9') && strchr("/-_", *p) == NULL)
			return false;
	return route_match(c->arena, c->worker->door->routes, M_GET, path,
	    &route, params) == ERR_OK;
}

const char *
route_page_above(struct ctx *c, const char *path)
{
	char *above = arena_text(c->arena, path), *slash;

	while (!route_is_page(c, above)) {
		slash = strrchr(above, '/');
		if (slash == NULL || slash == above)
			return "/";
		*slash = '\0';
	}
	return above;
}

void
route_print(const struct route *routes)
{
	static const char *const methods[] = { [M_GET] = "GET",
	    [M_HEAD] = "HEAD", [M_POST] = "POST", [M_OTHER] = "-" };
	static const char *const leasts[] = {
		[LEAST_NOBODY] = "nobody",
		[LEAST_IDENTITY] = "identity",
		[LEAST_PERSON] = "person",
		[LEAST_RECENT] = "person,recent",
		[LEAST_STAFF] = "staff",
		[LEAST_STAFF_RECENT] = "staff,recent",
	};
	static const char *const csrfs[] = {
		[CSRF_SESSION] = "session",
		[CSRF_TOKEN] = "token",
		[CSRF_ORIGINS] = "origins",
		[CSRF_BEARER] = "bearer",
	};
	const struct route *r;

	for (r = routes; r->path != NULL; r++) {
		printf("%s\t%s\t%s\t%s\t", methods[r->method], r->path,
		    leasts[r->least], csrfs[r->csrf]);
		print_roles(r->roles);
		printf("\t%s\t", r->law);
		print_fields(r->fields);
		putchar('\n');
	}
}
