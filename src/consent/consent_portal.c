/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The person's choices: /account/consents says yes or no in one press; the
 * standing link of a mail can withdraw or object and nothing else.
 * Law: GDPR 7(3), 21(2), 21(3); RFC 8058.
 */
#include "consent/consent_portal.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "consent/consent_offers_portal.h"
#include "db/queries.h"
#include "keys/token.h"

#define STANDING_AFTER_US	(365 * DAY_US)	/* the consent and a year more */

static const struct field_choice answers[] = {
	{ "yes", N_("Yes") }, { "no", N_("No") }, { NULL, NULL }
};

const struct field consent_portal_choice_fields[] = {
	{ .name = "choice", .type = F_HIDDEN, .need = true, .max = 60 },
	{ .name = "answer", .type = F_CHOICE, .need = true,
	  .choices = answers },
	{ .name = NULL }
};

const struct field consent_portal_stop_fields[] = {
	{ .name = "choice", .type = F_HIDDEN, .need = true, .max = 60 },
	{ .name = NULL }
};

static const char *
channel_label(struct ctx *c, const char *channel)
{
	return words_get(c->lang, consent_channel_label(channel));
}

static const char *
kind_label(struct ctx *c, const char *kind)
{
	return words_get(c->lang, consent_kind_label(kind));
}

static const char *
choice_name(struct ctx *c, const struct q_consent_choices *row)
{
	return arena_printf(c->arena, "%s.%s", row->code, row->channel);
}

static struct consent_said
said_of(const struct q_consent_choices *row)
{
	return (struct consent_said){ .state = row->state,
	    .is_held = row->is_held, .version_id = row->said_id,
	    .material_id = row->material_id };
}

/* A yes that counts. */
static bool
is_yes(const struct q_consent_choices *row)
{
	const struct consent_said said = said_of(row);

	return consent_is_usable(&said);
}

/* A yes, whether it counts or not. */
static bool
is_given(const struct q_consent_choices *row)
{
	return text_equal(row->state, "given");
}

/* Said yes; or never objected to what needs no yes (GDPR 6(1)(f), 21(2)). */
static bool
can_be_stopped(const struct q_consent_choices *row)
{
	return is_given(row) || (row->state == NULL &&
	    strcmp(row->basis, "legitimate_interest") == 0);
}

static bool
is_answered(const struct q_consent_choices *row)
{
	const struct consent_said said = said_of(row);

	return consent_is_answered(&said);
}

/* Why a yes does not count; or null. */
static json_t *
waits_view(struct ctx *c, const struct q_consent_choices *row)
{
	if (!is_given(row) || is_yes(row))
		return json_null();
	return json_string(arena_printf(c->arena, "%s %s", row->is_held ?
	    _("A colleague of ours noted a yes from you. You had said no before, so it counts once you press Yes here. Noted for:") :
	    _("The text has changed since you said yes, so that yes counts no more: please choose again. You said it on:"),
	    page_date(c, row->at_us)));
}

static json_t *
last_view(struct ctx *c, const struct q_consent_choices *row)
{
	if (!is_answered(row))
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s, s:s}",
	    "answer", is_yes(row) ? _("yes") : _("no"),
	    "at", page_date(c, row->at_us),
	    "how", _(consent_how_label(row->how == NULL ? "program" : row->how)),
	    "wording", row->last_wording == NULL ? row->wording :
	    row->last_wording, "version", row->form_code == NULL ?
	    arena_printf(c->arena, "%s %" PRIu64 ", %s %" PRIu64, _("Text"),
	    row->last_number, _("notice"), row->notice_number) :
	    arena_printf(c->arena, "%s %" PRIu64 ", %s %" PRIu64 ", %s %s %"
	    PRIu64, _("Text"), row->last_number, _("notice"),
	    row->notice_number, _("form"), row->form_code, row->form_number));
}

/* ${guard}: what page_csrf() gives each of the page's forms. */
static json_t *
channel_view(struct ctx *c, json_t *guard,
    const struct q_consent_choices *row)
{
	json_t *view = json_copy(guard);

	json_object_set_new(view, "choice", json_string(choice_name(c, row)));
	json_object_set_new(view, "channel", json_string(channel_label(c,
	    row->channel)));
	json_object_set_new(view, "title", json_string(row->title));
	json_object_set_new(view, "yes", json_boolean(is_yes(row)));
	json_object_set_new(view, "no", json_boolean(is_answered(row) &&
	    !is_yes(row)));
	json_object_set_new(view, "last", last_view(c, row));
	json_object_set_new(view, "waits", waits_view(c, row));
	return view;
}

static json_t *
purposes_view(struct ctx *c, const struct q_consent_choices *rows, size_t n)
{
	json_t *guard = page_csrf(c, "/account/consents", "/account/consents");
	json_t *list = json_array(), *list_channels = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i == 0 || rows[i].purpose_id != rows[i - 1].purpose_id) {
			list_channels = json_array();
			json_array_append_new(list, json_pack(
			    "{s:s, s:s, s:s, s:o}", "id", rows[i].code,
			    "title", rows[i].title, "text", rows[i].wording,
			    "channels", list_channels));
		}
		json_array_append_new(list_channels, channel_view(c, guard,
		    &rows[i]));
	}
	json_decref(guard);
	return list;
}

/* What staff noted has a day and no hour. */
static json_t *
at_view(struct ctx *c, const struct q_consent_lines *line)
{
	json_t *view = page_at(c, line->at_us);

	if (consent_is_by_staff(line->how))
		json_object_set_new(view, "text", json_string(page_date(c,
		    line->at_us)));
	return view;
}

static json_t *
history_view(struct ctx *c, const struct consent_choices *choices)
{
	const struct q_consent_lines *line;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < choices->n_lines; i++) {
		line = &choices->lines[i];
		if (strcmp(line->what, "event") != 0)
			continue;
		json_array_append_new(list, json_pack(
		    "{s:o, s:b, s:s, s:s, s:s, s:s}", "at",
		    at_view(c, line), "has_evidence", line->evidence_id != 0,
		    "title", consent_offers_title(
		    choices, line->purpose_version_id), "channel", channel_label(c, line->channel),
		    "event", kind_label(c, line->state), "how",
		    _(consent_how_label(line->how == NULL ? "program" :
		    line->how))));
	}
	return list;
}

enum err
consent_portal_consents(struct ctx *c)
{
	struct consent_choices choices;
	json_t *view, *history;
	enum err e;

	if ((e = consent_offers_load(c, c->caller.contact_id, &choices)) !=
	    ERR_OK)
		return e;
	history = history_view(c, &choices);
	view = page_view(c, _("My choices"));
	json_object_set_new(view, "purposes", purposes_view(c, choices.rows,
	    choices.n));
	json_object_set_new(view, "has_history", json_boolean(
	    json_array_size(history) > 0));
	json_object_set_new(view, "history", history);
	return page(c, "portal/consent_consents.html", view);
}

/* What a person says about some of their choices. */
struct saying {
	struct ctx *c;
	uint64_t contact_id;
	const char *lang;
	const char *choice;		/* "code.channel", or "all" */
	bool is_yes;
	const char *how;
};

static struct consent_change
change_of(const struct saying *k, const struct q_consent_choices *row,
    uint64_t notice_id)
{
	bool is_consent = strcmp(row->basis, "consent") == 0;
	const char *kind = k->is_yes ? "given" : !is_consent ? "objected" :
	    is_given(row) ? "withdrawn" : "refused";

	return (struct consent_change){ .purpose_id = row->purpose_id,
	    .state = kind, .event = { .kind = kind, .purpose = row->code,
	    .purpose_version_id = row->version_id, .channel = row->channel,
	    .lang = k->lang, .notice_version_id = notice_id,
	    .how = k->how, .at_us = k->c->now_us,
	    .contact_id = k->contact_id } };
}

/* Some changes of one press; a refusal also reaches the list of don'ts. */
static enum err
record_some(const struct saying *k, struct db *db,
    struct consent_change *changes, size_t n)
{
	struct ctx *c = k->c;
	enum err e;

	e = consent_record(db, c->arena, c->worker->ledger, changes, n);
	if (e == ERR_OK && !k->is_yes)
		e = consent_suppress(db, c->arena, c->worker->keys, changes,
		    n);
	return e;
}

static enum err
say_in_tx(struct db *db, void *arg)
{
	struct saying *k = arg;
	struct ctx *c = k->c;
	bool is_all = strcmp(k->choice, "all") == 0;
	struct consent_change changes[DB_EACH_MAX];
	struct q_consent_choices *rows;
	struct q_consent_notice_newest notice;
	size_t i, n, n_changes = 0, n_done = 0;
	enum err e;

	if ((e = q_consent_choices(db, c->arena, k->lang, k->contact_id,
	    k->lang, &rows, &n)) != ERR_OK ||
	    (e = q_consent_notice_newest(db, c->arena, &notice)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if (is_all ? !can_be_stopped(&rows[i]) :
		    strcmp(k->choice, choice_name(c, &rows[i])) != 0)
			continue;
		/* saying the same again changes nothing */
		if (is_answered(&rows[i]) && is_yes(&rows[i]) == k->is_yes)
			return ERR_OK;
		if (n_changes == DB_EACH_MAX) {
			if ((e = record_some(k, db, changes, n_changes)) !=
			    ERR_OK)
				return e;
			n_changes = 0;
		}
		changes[n_changes++] = change_of(k, &rows[i], notice.id);
		n_done++;
	}
	if (n_done == 0)
		return is_all ? ERR_OK : ERR_NOTFOUND;
	if ((e = record_some(k, db, changes, n_changes)) != ERR_OK)
		return e;
	if (k->is_yes && (e = consent_supersede(db, c->arena,
	    c->worker->keys, k->contact_id, c->now_us)) != ERR_OK)
		return e;
	return q_consent_person_acted(db, c->now_us, k->contact_id, NULL);
}

enum err
consent_portal_choose(struct ctx *c)
{
	struct saying k = { .c = c, .contact_id = c->caller.contact_id,
	    .lang = c->lang, .how = "account" };
	enum err e;

	if ((e = form_read(c, consent_portal_choice_fields, &c->form)) !=
	    ERR_OK)
		return e;
	k.choice = form_value(&c->form, "choice");
	k.is_yes = strcmp(form_value(&c->form, "answer"), "yes") == 0;
	if (strcmp(k.choice, "all") == 0 && k.is_yes)
		return ERR_INVALID;	/* a yes is given one by one */
	if ((e = ctx_tx(c, say_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/consents");
}

/* The contact of a standing link, if it still holds. */
struct standing_of {
	struct standing standing;
	struct q_consent_standing_contact contact;
	struct q_consent_choices *rows;
	size_t n;
	const char *lang;
};

/* The contact that a link names, or which it became part of.  Links of both
 * end when that one's address moves. */
static enum err
load_standing(struct ctx *c, struct standing_of *s)
{
	struct q_consent_standing_merged merged;
	enum err e;

	e = q_consent_standing_contact(c->db, c->arena, s->standing.contact,
	    &s->contact);
	if (e != ERR_NOTFOUND)
		return e;
	if ((e = q_consent_standing_merged(c->db, c->arena,
	    s->standing.contact, &merged)) != ERR_OK)
		return e;
	s->standing.contact = merged.contact_id;
	if ((e = q_consent_standing_contact(c->db, c->arena,
	    s->standing.contact, &s->contact)) != ERR_OK)
		return e;
	if (s->contact.epoch != merged.epoch_after &&
	    (merged.epoch_after != 0 || s->contact.epoch > 1))
		return ERR_NOTFOUND;
	s->contact.epoch = merged.epoch;	/* the link's own */
	return ERR_OK;
}

static enum err
read_standing(struct ctx *c, enum standing_kind kind, struct standing_of *s)
{
	bool is_alive = kind == STANDING_PREFERENCES;
	size_t i;
	enum err e;

	if ((e = standing_read(c->worker->keys, c->path_param[0],
	    &s->standing)) != ERR_OK)
		return e;
	/* an unsubscribe link of a mail also opens the page of all choices */
	if (s->standing.kind != kind && kind != STANDING_PREFERENCES)
		return ERR_NOTFOUND;
	if ((e = load_standing(c, s)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_GONE : e;
	if (s->contact.email == NULL ||
	    (s->contact.epoch != 0 && s->contact.epoch != s->standing.epoch))
		return ERR_GONE;
	s->lang = c->lang;
	if ((e = q_consent_choices(c->db, c->arena, s->lang,
	    s->standing.contact, s->lang, &s->rows, &s->n)) != ERR_OK)
		return e;
	for (i = 0; i < s->n; i++)
		if ((s->standing.purpose == 0 ||
		    s->rows[i].purpose_id == s->standing.purpose) &&
		    (can_be_stopped(&s->rows[i]) || s->rows[i].at_us +
		    STANDING_AFTER_US > c->now_us))
			is_alive = true;
	return is_alive ? ERR_OK : ERR_GONE;
}

static enum err
show_preferences(struct ctx *c, struct standing_of *s)
{
	json_t *view, *list = json_array(), *all;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		if (!can_be_stopped(&s->rows[i]))
			continue;
		n++;
		json_array_append_new(list, json_pack(
		    "{s:s, s:n, s:n, s:s, s:s, s:b, s:s, s:s}", "action",
		    c->req->path, "csrf", "request_key",
		    "title", s->rows[i].title, "channel",
		    channel_label(c, s->rows[i].channel), "has_since",
		    s->rows[i].at_us != 0, "since",
		    page_date(c, s->rows[i].at_us), "choice",
		    choice_name(c, &s->rows[i])));
	}
	all = json_pack("{s:s, s:n, s:n, s:s}", "action", c->req->path,
	    "csrf", "request_key", "choice", "all");
	view = page_view(c, _("Your mails from us"));
	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, s->contact.email)));
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

	if ((e = read_standing(c, STANDING_PREFERENCES, &s)) != ERR_OK)
		return e;
	return show_preferences(c, &s);
}

enum err
consent_portal_stop(struct ctx *c)
{
	struct saying k = { .c = c, .how = "mail_link" };
	struct standing_of s;
	enum err e;

	if ((e = read_standing(c, STANDING_PREFERENCES, &s)) != ERR_OK ||
	    (e = form_read(c, consent_portal_stop_fields, &c->form)) !=
	    ERR_OK)
		return e;
	k.contact_id = s.standing.contact;
	k.lang = s.lang;
	k.choice = form_value(&c->form, "choice");
	if ((e = tx_run(c->db, NULL, c->arena, say_in_tx, &k, NULL)) != ERR_OK)
		return e;
	return page_redirect(c, c->req->path);
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
		*ret_stopping = (struct stopping){ choice_name(c,
		    &s->rows[i]), s->rows[i].title };
		return ERR_OK;
	}
	return ERR_GONE;
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

	if ((e = read_standing(c, STANDING_UNSUBSCRIBE, &s)) != ERR_OK ||
	    (e = stopping_of(c, &s, &stopping)) != ERR_OK)
		return e;
	return page(c, "portal/consent_unsubscribe.html", unsubscribe_view(c,
	    &s, &stopping, _("Stop these mails")));
}

enum err
consent_portal_unsubscribe(struct ctx *c)
{
	static const char exactly[] = "List-Unsubscribe=One-Click";
	struct saying k = { .c = c, .how = "one_click" };
	struct stopping stopping;
	struct standing_of s;
	enum err e;

	if (c->req->body.len != sizeof(exactly) - 1 ||
	    memcmp(c->req->body.ptr, exactly, sizeof(exactly) - 1) != 0)
		return ERR_MALFORMED;
	if ((e = read_standing(c, STANDING_UNSUBSCRIBE, &s)) != ERR_OK ||
	    (e = stopping_of(c, &s, &stopping)) != ERR_OK)
		return e;
	k.contact_id = s.standing.contact;
	k.lang = s.lang;
	k.choice = stopping.choice;
	if ((e = tx_run(c->db, NULL, c->arena, say_in_tx, &k, NULL)) != ERR_OK)
		return e;
	return page(c, "portal/consent_unsubscribed.html", unsubscribe_view(c,
	    &s, &stopping, _("Done: no more of these mails")));
}
