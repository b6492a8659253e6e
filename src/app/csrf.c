/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CSRF by mode.  Source: Fetch Metadata Request Headers (W3C), RFC 6454.
 */
#include "app/csrf.h"

#include "base/text.h"
#include "keys/hash.h"

#define TOKEN_BYTES 16

const char *
csrf_token(struct ctx *c, const char *path)
{
	unsigned char mac[HASH_BYTES];

	mac_text(key_get(c->worker->keys, c->worker->door->csrf_key),
	    arena_printf(c->arena, "%s|%s", c->session_id, path), mac);
	return base64url_write(c->arena, (struct bytes){ mac, TOKEN_BYTES });
}

bool
csrf_is_own(const struct ctx *c)
{
	const char *site = c->req->sec_fetch_site;
	const char *origin = c->req->origin;

	if (*site != '\0')
		return strcmp(site, "same-origin") == 0 ||
		    strcmp(site, "none") == 0;
	if (*origin != '\0')
		return strcmp(origin, c->worker->base_url) == 0;
	return true;
}

static bool
has_token(struct ctx *c)
{
	const struct param *sent = params_find(&c->body, "csrf");
	const char *right = csrf_token(c, c->route->path);
	size_t len = strlen(right);

	return sent != NULL && strlen(sent->value) == len &&
	    secret_equal(sent->value, right, len);
}

enum err
csrf_check(struct ctx *c)
{
	switch (c->route->csrf) {
	case CSRF_SESSION:
		return csrf_is_own(c) && has_token(c) ? ERR_OK : ERR_FORGED;
	case CSRF_TOKEN:	/* the token in the path is the proof */
	case CSRF_ORIGINS:	/* the form's own list decides */
	case CSRF_BEARER:
		break;
	}
	return ERR_OK;
}
