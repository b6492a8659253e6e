/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rendering of answers.  The layout's view is built here, once for all pages.
 */
#include "app/page.h"

#include <assert.h>
#include <inttypes.h>

#include "app/csrf.h"
#include "app/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/tree.h"

#define POLICY "default-src 'none'; style-src 'self'; " \
	"img-src 'self' data:; script-src 'self'; connect-src 'self'; " \
	"form-action 'self'; base-uri 'none'; frame-ancestors "

void
page_framed(struct ctx *c, const char *origins)
{
	http_header(c->res, "Content-Security-Policy", arena_printf(c->arena,
	    POLICY "'self' %s", origins));
}

static void
security_headers(struct ctx *c)
{
	struct http_response *res = c->res;
	const struct http_header *h;
	bool has_policy = false;

	for (h = res->headers; h != NULL; h = h->next)
		if (strcmp(h->name, "Content-Security-Policy") == 0)
			has_policy = true;
	if (!has_policy)
		http_header(res, "Content-Security-Policy",
		    POLICY "'none'");
	http_header(res, "Cache-Control", "no-store");
	http_header(res, "Referrer-Policy", "same-origin");
	http_header(res, "X-Content-Type-Options", "nosniff");
	http_header(res, "Cross-Origin-Opener-Policy", "same-origin");
	http_header(res, "Cross-Origin-Resource-Policy", "same-origin");
	http_header(res, "Permissions-Policy",
	    "camera=(), geolocation=(), microphone=(), payment=()");
	if (c->is_new_session_id)
		http_header(res, "Set-Cookie", session_cookie(c));
}

const char *
page_language_name(const char *code)
{
	static const struct { const char *code, *name; } names[] = {
		{ "fr", "Français" }, { "en", "English" }, { "de", "Deutsch" },
		{ "es", "Español" }, { "it", "Italiano" }, { "nl", "Nederlands" },
	};
	size_t i;

	for (i = 0; i < LENGTH(names); i++)
		if (strcmp(names[i].code, code) == 0)
			return names[i].name;
	return code;
}

static json_t *
languages_view(struct ctx *c)
{
	const char *const *lang;
	json_t *list = json_array();

	for (lang = c->worker->config->languages; *lang != NULL; lang++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}",
		    "code", *lang, "label", page_language_name(*lang), "url",
		    arena_printf(c->arena, "?lang=%s", *lang),
		    "current", strcmp(*lang, c->lang) == 0));
	return list;
}

json_t *
page_csrf(struct ctx *c, const char *path, const char *action)
{
	return json_pack("{s:s, s:s, s:s}", "action", action,
	    "csrf", csrf_token(c, path), "request_key",
	    base64url_write(c->arena, (struct bytes){ c->request_key,
	    sizeof(c->request_key) }));
}

/* The caller's copy of what every page of the language shows: its parts are
 * shared, so they are replaced and never changed. */
static json_t *
frame(struct ctx *c)
{
	json_t *kept = json_object_get(c->worker->frames, c->lang);

	if (kept == NULL) {
		kept = json_pack("{s:s, s:n, s:n, s:n, s:n, s:s, s:o}", "lang",
		    c->lang, "errors", "flash", "person", "menu",
		    "id_of_form", "", "languages", languages_view(c));
		c->worker->door->frame(c, kept);
		json_object_set_new(c->worker->frames, c->lang, kept);
	}
	return json_copy(kept);
}

json_t *
page_view(struct ctx *c, const char *title)
{
	json_t *view = frame(c);

	json_object_set_new(view, "title", json_string(title));
	json_object_set_new(view, "site", json_pack("{s:s}", "name",
	    c->site->name));
	if (c->caller.kind != CALLER_NOBODY)
		json_object_set_new(view, "person", json_pack("{s:s, s:o}",
		    "name", c->caller.name, "sign_out",
		    page_csrf(c, "/sign-out", "/sign-out")));
	c->worker->door->layout(c, view);
	return view;
}

void
page_form(struct ctx *c, json_t *view, const char *path, const char *action,
    const struct form *form)
{
	json_t *f = page_csrf(c, path, action);

	json_object_set_new(f, "fields", form_view(c, form));
	json_object_set_new(view, "form", f);
	json_object_set_new(view, "errors", form_errors_view(c, form));
}

enum err
page_status(struct ctx *c, int status, const char *name, json_t *view)
{
	struct http_response *res = c->res;
	enum err e;

	e = html_render(c->worker->html, name, c->lang, view, &res->body);
	json_decref(view);
	if (e != ERR_OK)
		return e;
	res->status = status;
	return page_html(c);
}

enum err
page(struct ctx *c, const char *name, json_t *view)
{
	return page_status(c, 200, name, view);
}

enum err
page_form_again(struct ctx *c, enum err e, const char *name, json_t *view)
{
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return page_status(c, err_table[e].status, name, view);
	json_decref(view);
	return e;
}

enum err
page_redirect(struct ctx *c, const char *path)
{
	assert(path[0] == '/' && path[1] != '/' && path[1] != '\\');
	c->res->status = 303;
	http_header(c->res, "Location", path);
	security_headers(c);
	return ERR_OK;
}

enum err
page_json(struct ctx *c, int status, json_t *json)
{
	buf_text(&c->res->body, tree_text(c->arena, json, JSON_COMPACT));
	json_decref(json);
	c->res->status = status;
	http_header(c->res, "Content-Type", "application/json; charset=utf-8");
	http_header(c->res, "Vary", "Accept, Origin");
	security_headers(c);
	return ERR_OK;
}

bool
page_wants_json(const struct ctx *c)
{
	return strstr(c->req->accept, "application/json") != NULL &&
	    strstr(c->req->accept, "text/html") == NULL;
}

enum err
page_html(struct ctx *c)
{
	http_header(c->res, "Content-Type", "text/html; charset=utf-8");
	security_headers(c);
	return ERR_OK;
}

enum err
page_text(struct ctx *c)
{
	http_header(c->res, "Content-Type", "text/plain; charset=utf-8");
	security_headers(c);
	return ERR_OK;
}

static bool
is_secret(const struct field *f)
{
	return f->type == F_PASSWORD || f->type == F_CODE;
}

static bool
is_secret_name(const struct ctx *c, const char *name)
{
	const struct field *f;

	for (f = c->route->fields; f != NULL && f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return is_secret(f);
	return false;
}

/* What was typed, to be posted again; nothing secret.  A POST that came
 * without a key gets the one that it was tried under. */
static json_t *
held_view(struct ctx *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < c->body.n; i++)
		if (!is_secret_name(c, c->body.list[i].name))
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "name", c->body.list[i].name,
			    "value", c->body.list[i].value));
	if (!c->has_request_key)
		json_array_append_new(list, json_pack("{s:s, s:s}", "name",
		    "request_key", "value", base64url_write(c->arena,
		    (struct bytes){ c->request_key,
		    sizeof(c->request_key) })));
	return list;
}

/* What is secret is typed once more. */
static json_t *
ask_view(struct ctx *c)
{
	json_t *list, *f;
	struct form form;
	size_t i;

	if (c->route->fields == NULL)
		return json_array();
	form_blank(c, c->route->fields, &form);
	list = form_view(c, &form);
	for (i = json_array_size(list); i-- > 0;) {
		f = json_object_get(json_array_get(list, i), "name");
		if (!is_secret_name(c, json_string_value(f)))
			json_array_remove(list, i);
	}
	return list;
}

static json_t *
again_view(struct ctx *c, enum err e)
{
	const char *query = c->req->query;

	/* a file is not kept on a page */
	if ((e != ERR_DOWN && e != ERR_UNSURE) || c->route == NULL ||
	    c->req->method != M_POST || field_file(c->route->fields) != NULL)
		return json_null();
	return json_pack("{s:s, s:o, s:o}", "action", *query == '\0' ?
	    c->req->path : arena_printf(c->arena, "%s?%s", c->req->path,
	    query), "fields", held_view(c), "ask", ask_view(c));
}

/* A page that cannot be shown was not to save anything. */
static const struct err_info *
info_of(const struct ctx *c, enum err e)
{
	static const struct err_info cannot_show = { "down", 503,
	    N_("This page cannot be shown right now"),
	    N_("Our database does not answer. Please try again in a moment.") };

	return e == ERR_DOWN && c->req->method != M_POST ? &cannot_show :
	    &err_table[e];
}

/* What went before is forgotten, but not who may see that it failed. */
static void
begin_again(struct ctx *c)
{
	const struct door *door = c->worker->door;
	const char *origins;

	http_response_open(c->res, c->arena);
	origins = door->framers == NULL ? "" : door->framers(c);
	if (*origins != '\0')
		page_framed(c, origins);
}

/* Plain bytes for when the page itself cannot be made. */
static void
last_resort(struct ctx *c, int status)
{
	static const char text[] = "<!doctype html><html lang=\"en\"><title>"
	    "Something went wrong</title><h1>Something went wrong on our side"
	    "</h1><p>Please try again later. &mdash; Veuillez r&eacute;essayer "
	    "plus tard.</p></html>\n";

	begin_again(c);
	c->res->status = status;
	buf_text(&c->res->body, text);
	http_header(c->res, "Content-Type", "text/html; charset=utf-8");
	security_headers(c);
}

static json_t *
what_to_do(struct ctx *c, enum err e)
{
	const struct field *file = e != ERR_TOOLARGE || c->route == NULL ?
	    NULL : field_file(c->route->fields);

	return file == NULL || file->if_large == NULL ? json_null() :
	    json_string(_(file->if_large));
}

void
page_error(struct ctx *c, enum err e)
{
	const struct err_info *info = info_of(c, e);
	json_t *view;

	begin_again(c);
	if (info->status == 503)
		http_header(c->res, "Retry-After", "5");
	if (e == ERR_METHOD)
		http_header(c->res, "Allow", c->route != NULL &&
		    c->route->method == M_POST ? "POST" : "GET, HEAD");
	if (page_wants_json(c)) {
		if (page_json(c, info->status, json_pack(
		    "{s:{s:i, s:s, s:s, s:s}}", "error", "status",
		    info->status, "title", _(info->title), "sentence",
		    _(info->sentence), "request", arena_printf(c->arena,
		    "%016" PRIx64, c->request_id))) != ERR_OK)
			last_resort(c, info->status);
		return;
	}
	view = page_view(c, _(info->title));
	json_object_set_new(view, "sentence", json_string(_(info->sentence)));
	json_object_set_new(view, "status", json_integer(info->status));
	json_object_set_new(view, "request_id", json_string(arena_printf(
	    c->arena, "%016" PRIx64, c->request_id)));
	json_object_set_new(view, "what_to_do", what_to_do(c, e));
	json_object_set_new(view, "held", again_view(c, e));
	if (page_status(c, info->status, arena_printf(c->arena,
	    "%s/error.html", c->worker->door->program), view) != ERR_OK)
		last_resort(c, info->status);
}

static const char *const months_en[12] = { N_("January"), N_("February"),
	N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
	N_("August"), N_("September"), N_("October"), N_("November"),
	N_("December") };

const char *
page_write_day(struct arena *a, const char *lang, struct day day)
{
	const char *month;

	if (day.y == 0)
		return "";
	assert(day.m >= 1 && day.m <= 12);
	month = words_get(lang, months_en[day.m - 1]);
	if (strcmp(lang, "fr") == 0 && day.d == 1)
		return arena_printf(a, "1er %s %d", month, day.y);
	return arena_printf(a, "%d %s %d", day.d, month, day.y);
}

const char *
page_day(struct ctx *c, struct day day)
{
	return page_write_day(c->arena, c->lang, day);
}

const char *
page_date(struct ctx *c, int64_t at_us)
{
	return at_us == 0 ? "" : page_day(c, day_of(at_us));
}

const char *
page_write_date_time(struct arena *a, const char *lang, int64_t at_us)
{
	int minute = day_minute_of(at_us);

	if (at_us == 0)
		return "";
	return arena_printf(a, "%s, %02d:%02d", page_write_day(a, lang,
	    day_of(at_us)), minute / 60, minute % 60);
}

const char *
page_date_time(struct ctx *c, int64_t at_us)
{
	return page_write_date_time(c->arena, c->lang, at_us);
}

const char *
page_write_euros(struct arena *a, const char *lang, int64_t cents)
{
	bool is_french = strcmp(lang, "fr") == 0;
	uint64_t n = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
	char digits[24];
	struct buf b;
	int i, len = snprintf(digits, sizeof(digits), "%" PRIu64, n / 100);

	buf_open(&b, a);
	buf_text(&b, cents < 0 ? "-" : "");
	buf_text(&b, is_french ? "" : "€");
	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_text(&b, is_french ? "\u202f" : ",");
		buf_char(&b, digits[i]);
	}
	buf_text(&b, arena_printf(a, is_french ? ",%02d\u00a0€" : ".%02d",
	    (int)(n % 100)));
	return b.ptr;
}

const char *
page_euros(struct ctx *c, int64_t cents)
{
	return page_write_euros(c->arena, c->lang, cents);
}

json_t *
page_at(struct ctx *c, int64_t at_us)
{
	return json_pack("{s:s, s:s}", "iso", clock_iso(c->arena, at_us),
	    "text", page_date_time(c, at_us));
}

void
page_state(json_t *view, const char *text, enum page_mood mood)
{
	json_object_set_new(view, "state", json_string(text));
	json_object_set_new(view, "is_ok", json_boolean(mood == MOOD_OK));
	json_object_set_new(view, "is_warn", json_boolean(mood == MOOD_WARN));
	json_object_set_new(view, "is_bad", json_boolean(mood == MOOD_BAD));
	json_object_set_new(view, "is_info", json_boolean(mood == MOOD_INFO));
}

void
page_state_of(struct ctx *c, json_t *view,
    const struct page_state_label *labels, const char *code)
{
	for (; labels->code != NULL; labels++)
		if (strcmp(labels->code, code) == 0)
			break;
	page_state(view, labels->code == NULL ? code : _(labels->label),
	    labels->mood);
}
