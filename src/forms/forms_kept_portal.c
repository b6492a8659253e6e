/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A page is kept with holes where the key of the request that drew it stood.
 * Law: GDPR 13; 32 (a form that many open at once).
 */
#include "forms/forms_kept_portal.h"

#include <assert.h>
#include <stdlib.h>

#include "app/page.h"
#include "base/text.h"
#include "forms/forms_view.h"

#define PAGES_MAX	16	/* forms, languages, with and without frame */
#define HOLES_MAX	4
#define KEY_CHARS	22	/* of 16 bytes in base64url */

struct kept_page {
	uint64_t version_id;		/* 0: free */
	const char *lang;
	const char *template;		/* a literal of the program */
	int64_t info_ticks_us;
	char *body;
	size_t len;
	size_t holes[HOLES_MAX];
	size_t n_holes;
};

struct forms_kept {
	struct kept_page pages[PAGES_MAX];
	size_t next;		/* the place that is given away next */
};

struct forms_kept *
forms_kept_open(struct arena *a)
{
	return arena_take(a, sizeof(struct forms_kept));
}

static const char *
key_text(struct ctx *c)
{
	const char *text = base64url_write(c->arena, (struct bytes){
	    c->request_key, sizeof(c->request_key) });

	assert(strlen(text) == KEY_CHARS);
	return text;
}

/* The page, or the place where it may go: an older one of the same form. */
static struct kept_page *
find(struct forms_kept *kept, const struct ctx *c, uint64_t version_id,
    const char *template)
{
	struct kept_page *p;
	size_t i;

	for (i = 0; i < PAGES_MAX; i++) {
		p = &kept->pages[i];
		if (p->version_id == version_id &&
		    strcmp(p->template, template) == 0 &&
		    strcmp(p->lang, c->lang) == 0)
			return p;
	}
	p = &kept->pages[kept->next];
	kept->next = (kept->next + 1) % PAGES_MAX;
	return p;
}

static void
keep(struct ctx *c, struct kept_page *p, uint64_t version_id,
    const char *template)
{
	const struct buf *body = &c->res->body;
	const char *key = key_text(c), *at;
	const char *const *lang;
	size_t n = 0;

	free(p->body);
	memset(p, 0, sizeof(*p));
	/* the configuration's own text of the language lives for ever */
	for (lang = c->worker->config->languages; *lang != NULL; lang++)
		if (strcmp(*lang, c->lang) == 0)
			break;
	if (*lang == NULL || (p->body = malloc(body->len)) == NULL)
		return;
	memcpy(p->body, body->ptr, body->len);
	for (at = body->ptr; (at = strstr(at, key)) != NULL;
	    at += KEY_CHARS) {
		if (n == HOLES_MAX)
			return;
		p->holes[n] = (size_t)(at - body->ptr);
		memset(p->body + p->holes[n++], 0, KEY_CHARS);
	}
	p->len = body->len;
	p->n_holes = n;
	p->lang = *lang;
	p->template = template;
	p->info_ticks_us = c->worker->info_ticks_us;
	p->version_id = version_id;
}

static enum err
draw(struct ctx *c, const struct forms_version *v, const char *template)
{
	form_blank(c, v->fields, &c->form);
	return page(c, template, forms_view(c, v, &c->form, false));
}

enum err
forms_kept_show(struct ctx *c, struct forms_kept *kept,
    const struct forms_version *v, const char *template)
{
	struct kept_page *p;
	const char *key;
	size_t i, start;
	enum err e;

	if (c->caller.kind != CALLER_NOBODY)
		return draw(c, v, template);
	p = find(kept, c, v->id, template);
	if (p->version_id != v->id ||
	    p->info_ticks_us != c->worker->info_ticks_us) {
		if ((e = draw(c, v, template)) == ERR_OK)
			keep(c, p, v->id, template);
		return e;
	}
	key = key_text(c);
	start = c->res->body.len;
	buf_add(&c->res->body, p->body, p->len);
	for (i = 0; i < p->n_holes; i++)
		memcpy(c->res->body.ptr + start + p->holes[i], key, KEY_CHARS);
	return page_html(c);
}
