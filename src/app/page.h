/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Answers: whole pages rendered in memory, redirects, and the page of an
 * error, each with the security headers.
 */
#ifndef APP_PAGE_H
#define APP_PAGE_H

#include "app/ctx.h"
#include "base/day.h"

/**
 * page_view(c, title):
 * Return a new view with what every layout shows: language, title (already
 * in the person's language), site, links, who is signed in, form tokens.
 */
json_t *page_view(struct ctx *c, const char *title);

/**
 * page_csrf(c, path, action):
 * Return a new form object for the templates: "action" (an address), "csrf"
 * (the token for the route pattern ${path}) and "request_key".
 */
json_t *page_csrf(struct ctx *c, const char *path, const char *action);

/**
 * page_form(c, view, path, action, form):
 * Put into ${view}: "form", which is page_csrf() with the list "fields" of
 * ${form}, and "errors".
 */
void page_form(struct ctx *c, json_t *view, const char *path,
    const char *action, const struct form *form);

/**
 * page(c, name, view), page_status(c, status, name, view):
 * Render template ${name} over ${view}, whose reference it takes, as the
 * answer.  ERR_BUG when the template and the view do not fit.
 */
enum err page(struct ctx *c, const char *name, json_t *view) MUST_CHECK;
enum err page_status(struct ctx *c, int status, const char *name,
    json_t *view) MUST_CHECK;

/**
 * page_form_again(c, e, name, view):
 * Show the form's page with its errors: 400 for ERR_MALFORMED, 422 for
 * ERR_INVALID; any other error is given back.
 */
enum err page_form_again(struct ctx *c, enum err e, const char *name,
    json_t *view) MUST_CHECK;

/**
 * page_redirect(c, path):
 * Answer 303 to ${path} of this door, which is a route's, never a person's.
 */
enum err page_redirect(struct ctx *c, const char *path) MUST_CHECK;

/**
 * page_error(c, e):
 * Make the answer the page of ${e}.  A 503 after a POST carries what was
 * typed, but for passwords and codes, and the same request key, behind one
 * button.  A program that wants JSON gets {"error": {...}} instead.
 */
void page_error(struct ctx *c, enum err e);

/**
 * page_json(c, status, json):
 * Answer with ${json}, whose reference it takes.
 */
enum err page_json(struct ctx *c, int status, json_t *json) MUST_CHECK;

/**
 * page_wants_json(c):
 * Return whether the client takes JSON and no HTML: a program.
 */
bool page_wants_json(const struct ctx *c);

/**
 * page_text(c):
 * Answer 200 with the plain text that is in the answer's body already.
 */
enum err page_text(struct ctx *c) MUST_CHECK;

/**
 * page_html(c):
 * Answer 200 with the page that is in the answer's body already.
 */
enum err page_html(struct ctx *c) MUST_CHECK;

/**
 * page_date(c, at_us), page_date_time(c, at_us), page_day(c, day):
 * Return a date as people of the request's language write it: "21 novembre
 * 2026", with "à 18:30" for the time.  In the site's time zone; "" for 0.
 */
const char *page_date(struct ctx *c, int64_t at_us) NONNULL_RETURN;
const char *page_date_time(struct ctx *c, int64_t at_us) NONNULL_RETURN;
const char *page_day(struct ctx *c, struct day day) NONNULL_RETURN;

/**
 * page_write_date_time(a, lang, at_us), page_write_day(a, lang, day):
 * As page_date_time() and page_day(), in another language than the request's
 * or where there is none: for mails.
 */
const char *page_write_day(struct arena *a, const char *lang, struct day day)
    NONNULL_RETURN;
const char *page_write_date_time(struct arena *a, const char *lang,
    int64_t at_us) NONNULL_RETURN;

/**
 * page_language_name(code):
 * Return what the language ${code} calls itself: "Français".
 */
const char *page_language_name(const char *code) NONNULL_RETURN;

/**
 * page_euros(c, cents), page_write_euros(a, lang, cents):
 * Return an amount as the request's language, or ${lang}, writes it:
 * "1 378,77 €" or "€1,378.77".
 */
const char *page_euros(struct ctx *c, int64_t cents) NONNULL_RETURN;
const char *page_write_euros(struct arena *a, const char *lang,
    int64_t cents) NONNULL_RETURN;

/**
 * page_at(c, at_us):
 * Return an instant for a <time> element: "iso" and "text".  A new reference.
 */
json_t *page_at(struct ctx *c, int64_t at_us);

/**
 * page_framed(c, origins):
 * Let ${origins}, sources of a policy, frame the page, and our own ones.
 *
 * Source: CSP level 3, frame-ancestors.
 */
void page_framed(struct ctx *c, const char *origins);

/* How a state looks. */
enum page_mood { MOOD_NONE, MOOD_OK, MOOD_WARN, MOOD_BAD, MOOD_INFO };

/**
 * page_state(view, text, mood):
 * Put into ${view} the state that office/state.html draws.
 */
void page_state(json_t *view, const char *text, enum page_mood mood);

/* A state by its code; a list of them is ended by .code NULL. */
struct page_state_label {
	const char *code;
	const char *label;	/* a msgid */
	enum page_mood mood;
};

/**
 * page_state_of(c, view, labels, code):
 * Put into ${view} the state that ${labels} have for ${code}, or the bare
 * ${code} where they have none.
 */
void page_state_of(struct ctx *c, json_t *view,
    const struct page_state_label *labels, const char *code);

#endif
