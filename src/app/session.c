/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The cookie: kind ('a' anonymous, 's' signed in), 43 characters of 256
 * random bits, '.', and 22 characters of a MAC over both.
 */
#include "app/session.h"

#include <assert.h>

#include "base/text.h"
#include "keys/hash.h"

#define RANDOM_BYTES	32
#define ID_CHARS	44	/* kind and 43 of base64url */
#define MAC_BYTES	16

static const char *
mac_of_id(const struct ctx *c, const char *id)
{
	unsigned char mac[HASH_BYTES];

	mac_text(key_get(c->worker->keys, c->worker->door->session_key),
	    arena_printf(c->arena, "cookie|%s", id), mac);
	return base64url_write(c->arena, (struct bytes){ mac, MAC_BYTES });
}

void
session_renew(struct ctx *c, bool is_signed_in)
{
	unsigned char random[RANDOM_BYTES];

	random_fill(random, sizeof(random));
	c->session_id = arena_printf(c->arena, "%c%s",
	    is_signed_in ? 's' : 'a', base64url_write(c->arena,
	    (struct bytes){ random, sizeof(random) }));
	c->is_new_session_id = true;
	secret_wipe(random, sizeof(random));
}

void
session_read(struct ctx *c)
{
	const char *cookie = cookie_find(c->arena, c->req->cookie,
	    c->worker->cookie_name);
	const char *id, *mac;

	if (cookie != NULL && strlen(cookie) > ID_CHARS &&
	    cookie[ID_CHARS] == '.' && (*cookie == 'a' || *cookie == 's')) {
		id = arena_textn(c->arena, cookie, ID_CHARS);
		mac = mac_of_id(c, id);
		if (strlen(cookie + ID_CHARS + 1) == strlen(mac) &&
		    secret_equal(cookie + ID_CHARS + 1, mac, strlen(mac))) {
			c->session_id = id;
			return;
		}
	}
	session_renew(c, false);
}

bool
session_is_signed_in(const struct ctx *c)
{
	return c->session_id[0] == 's';
}

void
session_hash(const struct ctx *c, unsigned char ret_hash[32])
{
	mac_text(key_get(c->worker->keys, c->worker->door->session_key),
	    arena_printf(c->arena, "row|%s", c->session_id), ret_hash);
}

enum err
session_seen(const struct ctx *c, enum err e)
{
	return e == ERR_DOWN && c->req->method != M_POST &&
	    !db_is_away(c->db) ? ERR_OK : e;
}

const char *
session_label(const struct ctx *c)
{
	static const char *const families[] = { "Firefox", "Edg", "OPR",
		"Chrome", "Safari", "curl" };
	size_t i;

	for (i = 0; i < LENGTH(families); i++)
		if (strstr(c->req->user_agent, families[i]) != NULL)
			return strcmp(families[i], "Edg") == 0 ? "Edge" :
			    strcmp(families[i], "OPR") == 0 ? "Opera" :
			    families[i];
	return "Other";
}

const char *
session_cookie(const struct ctx *c)
{
	return arena_printf(c->arena, "%s=%s.%s; Path=/; HttpOnly; SameSite=%s%s",
	    c->worker->cookie_name, c->session_id, mac_of_id(c, c->session_id),
	    c->worker->door->same_site, c->worker->is_https ? "; Secure" : "");
}
