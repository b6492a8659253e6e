/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The standing link of a mail: without signing in it can withdraw or object,
 * and nothing else.
 * Law: GDPR 7(3), 21(2), 21(3); RFC 8058.
 */
#include "consent/consent_portal.h"

#include "app/page.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "consent/consent_say_portal.h"
#include "keys/token.h"

#define STANDING_AFTER_US	(365 * DAY_US)	/* the consent and a year more */

const struct field consent_portal_stop_fields[] = {
	{ .name = "choice", .type = F_HIDDEN, .need = true, .max = 60 },
	{ .name = NULL }
};

/* The contact of a standing link, if it still holds. */
struct standing_of {
	struct standing standing;
	struct q_consent_standing_contact contact;
	struct q_consent_choices *rows;
	size_t n;
	const char *lang;
};

/*
 * Whether a link of epoch ${of} holds at ${now}.  Who cannot sign in has none
 * (0), and what went to them then holds until their address moves, which is
 * after the epoch that they ${began} with.
 */
static bool
holds(uint64_t of, uint64_t now, uint64_t began)
{
	return of == now || (of == 0 && now == began);
}

/* The contact that a link names, or which it became part of.  Links of both
 * end when that one's address moves. */
static enum err
load_standing(struct ctx *c, struct db *db, struct standing_of *s)
{
	struct q_consent_standing_merged merged;
	enum err e;

	e = q_consent_standing_contact(db, c->arena, s->standing.contact,
	    &s->contact);
	if (e != ERR_NOTFOUND)
		return e;
	if ((e = q_consent_standing_merged(db, c->arena,
	    s->standing.contact, &merged)) != ERR_OK)
		return e;
	s->standing.contact = merged.contact_id;
	if ((e = q_consent_standing_contact(db, c->arena,
	    s->standing.contact, &s->contact)) != ERR_OK)
		return e;
	if (!holds(merged.epoch_after, s->contact.epoch, s->contact.began))
		return ERR_NOTFOUND;
	s->contact.epoch = merged.epoch;	/* the link's own */
	s->contact.began = 1;
	return ERR_OK;
}

static enum err
read_standing(struct ctx *c, struct db *db, enum standing_kind kind,
    struct standing_of *s)
{
	bool is_alive;
	size_t i;
	enum err e;

	if ((e = standing_read(c->worker->keys, c->path_param[0],
	    &s->standing)) != ERR_OK)
		return e;
	/* a no to every message is heard as long as there is who says it */
	is_alive = kind == STANDING_PREFERENCES || s->standing.purpose == 0;
	/* an unsubscribe link of a mail also opens the page of all choices */
	if (s->standing.kind != kind && kind != STANDING_PREFERENCES)
		return ERR_NOTFOUND;
	if ((e = load_standing(c, db, s)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_GONE : e;
	if (s->contact.email == NULL || (s->contact.epoch != 0 &&
	    !holds(s->standing.epoch, s->contact.epoch, s->contact.began)))
		return ERR_GONE;
	s->lang = c->lang;
	if ((e = q_consent_choices(db, c->arena, s->lang, s->lang,
	    c->now_us, s->standing.contact, &s->rows, &s->n)) != ERR_OK)
		return e;
	for (i = 0; i < s->n; i++)
		if ((s->standing.purpose == 0 ||
		    s->rows[i].purpose_id == s->standing.purpose) &&
		    (consent_say_stops(&s->rows[i]) || s->rows[i].at_us +
		    STANDING_AFTER_US > c->now_us))
			is_alive = true;
	return is_alive ? ERR_OK : ERR_GONE;
}

static enum err
show_preferences(struct ctx *c, struct standing_of *s)
{
	const char *paused = consent_say_paused(c, s->rows, s->n);
	json_t *view, *list = json_array(), *all;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		if (!consent_say_stops(&s->rows[i]))
			continue;
		n++;
		json_array_append_new(list, json_pack(
		    "{s:s, s:n, s:n, s:s, s:s, s:b, s:s, s:s}", "action",
		    c->req->path, "csrf", "request_key",
		    "title", s->rows[i].title, "channel",
		    consent_say_channel(c, s->rows[i].channel), "has_since",
		    s->rows[i].at_us != 0, "since",
		    page_date(c, s->rows[i].at_us), "choice",
		    consent_say_choice(c, &s->rows[i])));
	}
	all = json_pack("{s:s, s:n, s:n, s:s}", "action", c->req->path,
	    "csrf", "request_key", "choice", "all");
	view = page_view(c, _("Your mails from us"));
	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, s->contact.email)));
	json_object_set_new(view, "paused", paused == NULL ? json_null() :
	    json_string(paused));
	json_object_set_new(view, "has_choices", json_boolean(n > 0));
	json_object_set_new(view, "choices", list);
	json_object_set_new(view, "all", all);
	return page(c, "portal/consent_preferences.html", view);
}

enum err
consent_portal_preferences(struct ctx *c)
{
	struct standing_of s;
	enum err e;

	if ((e = read_standing(c, c->db, STANDING_PREFERENCES, &s)) !=
	    ERR_OK)
		return e;
	return show_preferences(c, &s);
}

/* What the link of a mail stops: one choice, or every message. */
struct stopping {
	const char *choice;
	const char *title;
};

static enum err
stopping_of(struct ctx *c, const struct standing_of *s,
    struct stopping *ret_stopping)
{
	size_t i;

	if (s->standing.purpose == 0) {
		*ret_stopping = (struct stopping){ "all",
		    _("all our messages") };
		return ERR_OK;
	}
	for (i = 0; i < s->n; i++) {
		if (s->rows[i].purpose_id != s->standing.purpose ||
		    (s->standing.channel != 0 && s->standing.channel !=
		    consent_channel_number(s->rows[i].channel)))
			continue;
		*ret_stopping = (struct stopping){ consent_say_choice(c,
		    &s->rows[i]), s->rows[i].title };
		return ERR_OK;
	}
	return ERR_GONE;
}

/* A press on a page that a link opened. */
struct stop {
	struct ctx *c;
	enum standing_kind kind;
	const char *how;
	struct standing_of of;
	struct stopping what;	/* .choice NULL: what the link itself stops */
};

/* Whose link it is belongs to the act: a record may become part of another
 * between the two. */
static enum err
stop_in_tx(struct db *db, void *arg)
{
	struct stop *t = arg;
	struct consent_saying k = { .c = t->c, .how = t->how };
	enum err e;

	if ((e = read_standing(t->c, db, t->kind, &t->of)) != ERR_OK)
		return e;
	if (t->what.choice == NULL &&
	    (e = stopping_of(t->c, &t->of, &t->what)) != ERR_OK)
		return e;
	k.contact_id = t->of.standing.contact;
	k.lang = t->of.lang;
	k.choice = t->what.choice;
	return consent_say_in_tx(db, &k);
}

enum err
consent_portal_stop(struct ctx *c)
{
	struct stop t = { .c = c, .kind = STANDING_PREFERENCES,
	    .how = "mail_link" };
	enum err e;

	if ((e = read_standing(c, c->db, t.kind, &t.of)) != ERR_OK ||
	    (e = form_read(c, consent_portal_stop_fields, &c->form)) !=
	    ERR_OK)
		return e;
	t.what.choice = form_value(&c->form, "choice");
	if ((e = tx_run(c->db, NULL, c->arena, stop_in_tx, &t, NULL)) !=
	    ERR_OK)
		return e;
	return page_redirect(c, c->req->path);
}

static json_t *
unsubscribe_view(struct ctx *c, const struct standing_of *s,
    const struct stopping *stopping, const char *title)
{
	json_t *view = page_view(c, title);

	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, s->contact.email)));
	json_object_set_new(view, "title", json_string(stopping->title));
	json_object_set_new(view, "preferences_url", json_string(arena_printf(
	    c->arena, "/preferences/%s", c->path_param[0])));
	json_object_set_new(view, "form", json_pack("{s:s, s:n, s:n}",
	    "action", c->req->path, "csrf", "request_key"));
	return view;
}

enum err
consent_portal_unsubscribe_show(struct ctx *c)
{
	struct stopping stopping;
	struct standing_of s;
	enum err e;

	if ((e = read_standing(c, c->db, STANDING_UNSUBSCRIBE, &s)) !=
	    ERR_OK ||
	    (e = stopping_of(c, &s, &stopping)) != ERR_OK)
		return e;
	return page(c, "portal/consent_unsubscribe.html", unsubscribe_view(c,
	    &s, &stopping, _("Stop these mails")));
}

enum err
consent_portal_unsubscribe(struct ctx *c)
{
	static const char exactly[] = "List-Unsubscribe=One-Click";
	struct stop t = { .c = c, .kind = STANDING_UNSUBSCRIBE,
	    .how = "one_click" };
	enum err e;

	if (c->req->body.len != sizeof(exactly) - 1 ||
	    memcmp(c->req->body.ptr, exactly, sizeof(exactly) - 1) != 0)
		return ERR_MALFORMED;
	if ((e = tx_run(c->db, NULL, c->arena, stop_in_tx, &t, NULL)) !=
	    ERR_OK)
		return e;
	return page(c, "portal/consent_unsubscribed.html", unsubscribe_view(c,
	    &t.of, &t.what, _("Done: no more of these mails")));
}
