/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * In which language a request is answered: the one chosen in this browser, the
 * one a record says, or the first of the browser's own that the site speaks.
 */
#include "app/language.h"

#include <string.h>

#include "base/text.h"

static bool
is_language(const struct config *config, const char *lang)
{
	const char *const *l;

	for (l = config->languages; *l != NULL; l++)
		if (strcmp(*l, lang) == 0)
			return true;
	return false;
}

/* First language of the browser that we speak; order is close enough to q. */
static const char *
browser_language(struct ctx *c)
{
	const char *p = c->req->accept_language;
	const char *code;

	while (*p != '\0') {
		p += strspn(p, " ,\t");
		code = text_lower_ascii(c->arena, arena_textn(c->arena, p,
		    strlen(p) < 2 ? strlen(p) : 2));
		if (is_language(c->worker->config, code))
			return code;
		p += strcspn(p, ",");
	}
	return c->worker->config->languages[0];
}

void
language_choose(struct ctx *c)
{
	const struct param *asked = params_find(&c->query, "lang");
	const char *name = arena_printf(c->arena, "%s-lang",
	    c->worker->cookie_name);
	const char *cookie = cookie_find(c->arena, c->req->cookie, name);

	if (asked != NULL && is_language(c->worker->config, asked->value)) {
		c->lang = asked->value;
		c->has_chosen_lang = true;
		if (cookie == NULL || strcmp(cookie, c->lang) != 0)
			http_header(c->res, "Set-Cookie", arena_printf(
			    c->arena, "%s=%s; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax%s",
			    name, c->lang, c->worker->is_https ?
			    "; Secure" : ""));
	} else if (cookie != NULL && is_language(c->worker->config, cookie)) {
		c->lang = cookie;
		c->has_chosen_lang = true;
	} else {
		c->lang = browser_language(c);
	}
}

void
ctx_prefer_language(struct ctx *c, const char *lang)
{
	if (!c->has_chosen_lang && is_language(c->worker->config, lang))
		c->lang = lang;
}
