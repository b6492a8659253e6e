/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Asking for one's erasure: what goes and what stays, check, proof of intent
 * (a recent sign-in or the mailed link, never both), cooling-off with cancel
 * and "do it now".  The case, its clock and the restriction start at the
 * person's POST; the keeper does the rest.
 * Law: GDPR 12(3), 12(6), 17, 18; FEATURES X33.
 */
#include "erasure/erasure_portal.h"

#include <inttypes.h>

#include "acting/acting.h"
#include "app/page.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "outbox/outbox.h"
#include "rights/rights.h"
#include "rights/rights_clock.h"

#define RECENT_US	(10 * MINUTE_US)
#define LINK_DAYS	3	/* then staff take care of it */
#define COOLING_MOST	(14 * 24 * 60)	/* minutes */
#define MARGIN_DAYS	5	/* never past the legal date less these */

static void
add_goes(json_t *list, const char *title, uint64_t count, const char *text)
{
	if (count > 0)
		json_array_append_new(list, json_pack("{s:s, s:I, s:s}",
		    "title", title, "count", (json_int_t)count, "text", text));
}

/* What goes and what stays, into ${view}, and how many of each. */
struct extent {
	uint64_t goes;
	uint64_t stays;
};

static enum err
add_extent(struct ctx *c, uint64_t id, json_t *view, struct extent *ret)
{
	json_t *goes = json_array(), *stays = json_array();
	struct q_erasure_case_counts n = { 0 };
	struct q_erasure_case_held *held;
	size_t i, n_held;
	enum err e;

	if ((e = q_erasure_case_counts(c->db, c->arena, id, id, id, id, id,
	    id, &n)) != ERR_OK || (e = q_erasure_case_held(c->db,
	    c->arena, id, day_of(c->now_us), &held, &n_held)) != ERR_OK) {
		json_decref(goes);
		json_decref(stays);
		return e;
	}
	add_goes(goes, _("Your record"), 1 + n.history,
	    _("name, addresses, phone, and their history"));
	add_goes(goes, _("Your choices"), n.choices,
	    _("the proof becomes anonymous; a no stays as a fingerprint"));
	add_goes(goes, _("Consultations"), n.looks, _("who opened your record"));
	add_goes(goes, _("Requests and bookings"), n.interactions - n_held,
	    _("with their notes"));
	add_goes(goes, _("Copies"), n.packages, _("packages made for you"));
	for (i = 0; i < n_held; i++)
		json_array_append_new(stays, json_pack("{s:s, s:i, s:s, s:s}",
		    "title", held[i].title, "count", 1, "why",
		    held[i].hold_law, "until", page_day(c,
		    held[i].hold_until)));
	json_object_set_new(view, "erased", goes);
	json_object_set_new(view, "has_kept", json_boolean(n_held > 0));
	json_object_set_new(view, "kept", stays);
	ret->goes = 1 + n.history + n.choices + n.looks + n.interactions -
	    n_held + n.packages;
	ret->stays = n_held;
	return ERR_OK;
}

static const char *
cooling_text(struct ctx *c)
{
	uint64_t minutes = c->site->cooling_off_minutes;

	if (minutes % (24 * 60) == 0)
		return words_count(c->arena, c->lang, "{n} day", "{n} days",
		    minutes / (24 * 60));
	if (minutes % 60 == 0)
		return words_count(c->arena, c->lang, "{n} hour", "{n} hours",
		    minutes / 60);
	return words_count(c->arena, c->lang, "{n} minute", "{n} minutes",
	    minutes);
}

/* The end of the cooling-off that starts now. */
static int64_t
cooling_end_us(struct ctx *c, struct day due)
{
	uint64_t minutes = c->site->cooling_off_minutes;
	int64_t end_us, last_us = day_start_us(day_add_days(due,
	    -MARGIN_DAYS));

	end_us = c->now_us + (int64_t)(minutes > COOLING_MOST ? COOLING_MOST :
	    minutes) * MINUTE_US;
	return end_us > last_us ? last_us : end_us;
}

static struct day
due_day(struct ctx *c)
{
	const struct holidays *holidays = holidays_find(c->site->holidays);

	return rights_due(day_of(c->now_us), RIGHTS_MONTHS, holidays == NULL ?
	    holidays_find("EU") : holidays);
}

static const char *
records_text(struct ctx *c, uint64_t n)
{
	return words_count(c->arena, c->lang, "{n} entry, wherever it is",
	    "{n} entries, wherever they are", n);
}

static json_t *
kept_text(struct ctx *c, uint64_t n)
{
	return n == 0 ? json_null() : json_string(words_count(c->arena,
	    c->lang, "{n} entry that a law demands",
	    "{n} entries that a law demands", n));
}

static const char *const order[] = { "intent", "cooling", "decided",
	"announced", "journaled", "erased", "scanned", "signed", "done" };

static size_t
rank_of(const char *state)
{
	size_t i;

	for (i = 0; i < LENGTH(order); i++)
		if (strcmp(order[i], state) == 0)
			return i;
	return 6;	/* blocked: after the erasing, before the receipt */
}

static json_t *
steps_view(struct ctx *c, const char *state)
{
	static const struct { const char *label; size_t done_at; } steps[] = {
		{ N_("Request received"), 0 },
		{ N_("It is really you"), 1 },
		{ N_("Time to change your mind"), 2 },
		{ N_("Entry in the journal of erasures"), 4 },
		{ N_("Erasure in every place"), 5 },
		{ N_("A second search"), 6 },
		{ N_("Signed receipt and last mail"), 8 },
	};
	size_t i, at = rank_of(state);
	json_t *list = json_array();
	bool is_done, was_done = true;

	for (i = 0; i < LENGTH(steps); i++) {
		is_done = at >= steps[i].done_at;
		json_array_append_new(list, json_pack("{s:s, s:n, s:b, s:b}",
		    "label", _(steps[i].label), "text", "is_done", is_done,
		    "is_now", !is_done && was_done));
		was_done = is_done;
	}
	return list;
}

static enum err
show_running(struct ctx *c, const struct q_erasure_case_active *a)
{
	struct q_contacts_load r;
	struct extent extent;
	bool is_working = rank_of(a->state) >= 2;
	json_t *view, *part, *cancel;
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, c->caller.contact_id,
	    &r)) != ERR_OK)
		return e;
	view = page_view(c, _("Your erasure"));
	if ((e = add_extent(c, c->caller.contact_id, view, &extent)) !=
	    ERR_OK) {
		json_decref(view);
		return e;
	}
	json_object_set_new(view, "reference", json_string(a->reference));
	json_object_set_new(view, "filed", json_string(page_date(c,
	    a->received_us)));
	json_object_set_new(view, "due", json_string(page_day(c,
	    a->due_day)));
	json_object_set_new(view, "address", json_string(r.email == NULL ?
	    "–" : r.email));
	json_object_set_new(view, "is_working", json_boolean(is_working));
	json_object_set_new(view, "progress", json_null());
	json_object_set_new(view, "proof", json_null());
	json_object_set_new(view, "cooling", json_null());
	cancel = page_csrf(c, "/account/erasure/cancel",
	    "/account/erasure/cancel");
	if (strcmp(a->state, "intent") == 0) {
		/* nothing starts by itself before it is proven */
		part = page_csrf(c, "/account/erasure/again",
		    "/account/erasure/again");
		json_object_set(part, "cancel", cancel);
		json_object_set_new(view, "proof", part);
	} else if (!is_working) {
		json_object_set_new(view, "cooling", json_pack(
		    "{s:o, s:O, s:o}", "until", page_at(c, a->due_us),
		    "cancel", cancel, "now", page_csrf(c,
		    "/account/erasure/now", "/account/erasure/now")));
	}
	json_decref(cancel);
	json_object_set_new(view, "steps", steps_view(c, a->state));
	return page(c, "portal/erasure_running.html", view);
}

static enum err
active(struct ctx *c, struct q_erasure_case_active **ret_row)
{
	size_t n;
	enum err e;

	if ((e = q_erasure_case_active(c->db, c->arena, c->caller.contact_id,
	    ret_row, &n)) != ERR_OK)
		return e;
	if (n == 0)
		*ret_row = NULL;
	return ERR_OK;
}

enum err
erasure_portal_start(struct ctx *c)
{
	struct q_erasure_case_active *a;
	struct extent extent;
	json_t *view;
	enum err e;

	if ((e = active(c, &a)) != ERR_OK)
		return e;
	if (a != NULL)
		return show_running(c, a);
	view = page_view(c, _("Erase my data"));
	if ((e = add_extent(c, c->caller.contact_id, view, &extent)) !=
	    ERR_OK) {
		json_decref(view);
		return e;
	}
	json_object_set_new(view, "cooling", json_string(cooling_text(c)));
	json_object_set_new(view, "export_url", json_string(
	    "/account/export"));
	json_object_set_new(view, "check_url", json_string(
	    "/account/erasure/check"));
	json_object_set_new(view, "back_url", json_string("/account"));
	return page(c, "portal/erasure_start.html", view);
}

enum err
erasure_portal_check(struct ctx *c)
{
	struct q_erasure_case_active *a;
	struct q_contacts_load r;
	struct extent extent;
	struct day due = due_day(c);
	json_t *view;
	enum err e;

	if ((e = active(c, &a)) != ERR_OK || (e = q_contacts_load(c->db,
	    c->arena, c->caller.contact_id, &r)) != ERR_OK)
		return e;
	if (a != NULL)
		return page_redirect(c, "/account/erasure");
	view = page_view(c, _("Check your request"));
	if ((e = add_extent(c, c->caller.contact_id, view, &extent)) !=
	    ERR_OK) {
		json_decref(view);
		return e;
	}
	json_object_set_new(view, "back_url", json_string(
	    "/account/erasure"));
	json_object_set_new(view, "name", json_string(c->caller.name));
	json_object_set_new(view, "erased_text", json_string(records_text(c,
	    extent.goes)));
	json_object_set_new(view, "kept_text", kept_text(c, extent.stays));
	json_object_set_new(view, "address", json_string(r.email == NULL ?
	    "–" : r.email));
	json_object_set_new(view, "cancel_until", json_string(page_date_time(
	    c, cooling_end_us(c, due))));
	json_object_set_new(view, "due", json_string(page_day(c, due)));
	json_object_set_new(view, "is_recent", json_boolean(c->now_us -
	    c->caller.signed_in_us <= RECENT_US));
	json_object_set_new(view, "form", page_csrf(c, "/account/erasure",
	    "/account/erasure"));
	json_object_set_new(view, "cancel_url", json_string("/account"));
	return page(c, "portal/erasure_check.html", view);
}

/* A wish to be erased. */
struct wishing {
	struct ctx *c;
	bool is_recent;
	struct q_contacts_load r;
	struct rights_filing request;
	uint64_t erasure_id;
	int64_t due_us;
};

static enum err
add_mail(struct ctx *c, struct db *db, const char *template,
    const struct q_contacts_load *r, json_t *view)
{
	struct outbox_mail mail = { 0 };
	enum err e = ERR_OK;

	if (r->email != NULL) {
		mail.template = template;
		mail.language = r->language;
		mail.to = r->email;
		mail.contact_id = c->caller.contact_id;
		mail.is_legal = true;
		mail.view = view;
		e = outbox_add(c->worker->outbox, db, c->arena, &mail,
		    c->now_us);
	}
	json_decref(view);
	return e;
}

static enum err
mail_started(struct wishing *k, struct db *db)
{
	struct ctx *c = k->c;

	return add_mail(c, db, "erasure_started", &k->r, json_pack(
	    "{s:s, s:s, s:s, s:s, s:s}", "name", k->r.given_name,
	    "reference", k->request.reference, "start", page_date_time(c,
	    k->due_us), "due", page_day(c, k->request.due), "url",
	    ctx_url(c, "/account/erasure")));
}

static enum err
mail_link(struct wishing *k, struct db *db)
{
	struct ctx *c = k->c;
	struct acting_issued issued;
	struct acting_new wanted;
	enum err e;

	wanted = (struct acting_new){ ACTING_ERASURE, k->erasure_id,
	    arena_textn(c->arena, k->r.email_key.ptr, k->r.email_key.len),
	    c->now_us, c->now_us + LINK_DAYS * DAY_US };
	if ((e = acting_issue(db, c->arena, c->worker->keys, &wanted,
	    &issued)) != ERR_OK)
		return e;
	return add_mail(c, db, "erasure_confirm", &k->r, json_pack(
	    "{s:s, s:s, s:s, s:s}", "name", k->r.given_name, "reference",
	    k->request.reference, "url", ctx_url(c, arena_printf(c->arena,
	    "/erasure/confirm/%s", issued.token)), "expires",
	    page_date_time(c, wanted.expires_us)));
}

static enum err
ask_in_tx(struct db *db, void *arg)
{
	struct wishing *k = arg;
	struct ctx *c = k->c;
	uint64_t id = c->caller.contact_id;
	struct q_erasure_case_active *rows;
	struct q_erasure_case_insert made;
	struct rights_step step;
	size_t n;
	enum err e;

	if ((e = q_erasure_case_active(db, c->arena, id, &rows, &n)) !=
	    ERR_OK || n > 0)
		return e;	/* it runs already: the page shows it */
	k->request = (struct rights_filing){ .kind = "erasure",
	    .door = "account", .state = k->is_recent ? "open" : "intent",
	    .contact_id = id, .lang = c->lang };
	if ((e = rights_file(c, db, &k->request)) != ERR_OK)
		return e;
	k->due_us = cooling_end_us(c, k->request.due);
	if ((e = q_erasure_case_insert(db, c->arena, k->request.id, id,
	    k->is_recent ? "cooling" : "intent", k->is_recent ? "session" :
	    NULL, k->due_us, c->now_us, &made)) != ERR_OK ||
	    (e = q_erasure_case_restrict(db, c->now_us, c->now_us, id,
	    NULL)) != ERR_OK)
		return e;
	k->erasure_id = made.id;
	if (!k->is_recent)
		return mail_link(k, db);
	step = (struct rights_step){ k->request.id, "proven", "person", 0,
	    c->now_us };
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	step.verb = "cooling";
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return mail_started(k, db);
}

enum err
erasure_portal_ask(struct ctx *c)
{
	struct wishing k = { .c = c };
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, c->caller.contact_id,
	    &k.r)) != ERR_OK)
		return e;
	k.is_recent = c->now_us - c->caller.signed_in_us <= RECENT_US;
	if (!k.is_recent && k.r.email == NULL)
		return ERR_AGAIN;
	if ((e = ctx_tx(c, ask_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/erasure");
}

static enum err
again_in_tx(struct db *db, void *arg)
{
	struct wishing *k = arg;
	struct ctx *c = k->c;
	struct q_erasure_case_active *rows;
	size_t n;
	enum err e;

	if ((e = q_erasure_case_active(db, c->arena, c->caller.contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	if (n == 0 || strcmp(rows[0].state, "intent") != 0)
		return ERR_OK;
	k->erasure_id = rows[0].id;
	k->request.reference = rows[0].reference;
	return mail_link(k, db);
}

enum err
erasure_portal_again(struct ctx *c)
{
	struct wishing k = { .c = c };
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, c->caller.contact_id,
	    &k.r)) != ERR_OK || (e = ctx_tx(c, again_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/erasure");
}

static enum err
cancel_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	struct q_erasure_case_active *rows;
	struct rights_step step;
	uint64_t cancelled;
	size_t n;
	enum err e;

	if ((e = q_erasure_case_active(db, c->arena, c->caller.contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	if ((e = q_erasure_case_cancel(db, c->now_us, c->caller.contact_id,
	    &cancelled)) != ERR_OK)
		return e;
	if (cancelled == 0)
		return ERR_CONFLICT;	/* the keeper has begun */
	step = (struct rights_step){ rows[0].request_id, "cancelled",
	    "person", 0, c->now_us };
	if ((e = q_erasure_case_lift(db, c->now_us, c->caller.contact_id,
	    NULL)) != ERR_OK || (e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return q_rights_close(db, "cancelled", "cancelled by the person",
	    c->now_us, rows[0].request_id, NULL);
}

enum err
erasure_portal_cancel(struct ctx *c)
{
	enum err e;

	if ((e = ctx_tx(c, cancel_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/erasure/cancelled");
}

enum err
erasure_portal_cancelled(struct ctx *c)
{
	json_t *view = page_view(c, _("The erasure is cancelled"));

	json_object_set_new(view, "account_url", json_string("/account"));
	return page(c, "portal/erasure_cancelled.html", view);
}

static enum err
now_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	struct q_erasure_case_active *rows;
	struct rights_step step;
	uint64_t hastened;
	size_t n;
	enum err e;

	if ((e = q_erasure_case_active(db, c->arena, c->caller.contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	if ((e = q_erasure_case_hasten(db, c->now_us, c->now_us,
	    c->caller.contact_id, &hastened)) != ERR_OK)
		return e;
	if (hastened == 0)
		return ERR_OK;		/* it has begun already */
	step = (struct rights_step){ rows[0].request_id, "hastened",
	    "person", 0, c->now_us };
	return rights_step_add(db, &step);
}

enum err
erasure_portal_now(struct ctx *c)
{
	enum err e;

	if ((e = ctx_tx(c, now_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/erasure");
}

static enum err
show_ended(struct ctx *c)
{
	return page_status(c, 410, "portal/erasure_ended.html", page_view(c,
	    _("This link has ended")));
}

/* The case of the link in the path; ERR_GONE when it cannot be confirmed. */
static enum err
of_link(struct ctx *c, struct acting *ret_acting,
    struct q_erasure_case_load *ret_row)
{
	enum err e;

	e = acting_find(c->db, c->arena, c->worker->keys, ACTING_ERASURE,
	    c->path_param[0], c->now_us, ret_acting);
	if (e == ERR_NOTFOUND || (e == ERR_OK &&
	    ret_acting->state != ACTING_GOOD))
		return ERR_GONE;
	if (e != ERR_OK)
		return e;
	e = q_erasure_case_load(c->db, c->arena, ret_acting->subject_id,
	    ret_row);
	if (e == ERR_NOTFOUND || (e == ERR_OK && strcmp(ret_row->state,
	    "intent") != 0))
		return ERR_GONE;
	return e;
}

enum err
erasure_portal_confirm_show(struct ctx *c)
{
	struct q_erasure_case_load row;
	struct acting acting;
	struct extent extent;
	json_t *view;
	enum err e;

	if ((e = of_link(c, &acting, &row)) != ERR_OK)
		return e == ERR_GONE ? show_ended(c) : e;
	view = page_view(c, _("Confirm the erasure"));
	if ((e = add_extent(c, row.contact_id, view, &extent)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	json_object_set_new(view, "reference", json_string(row.reference));
	json_object_set_new(view, "filed", json_string(page_date(c,
	    row.received_us)));
	json_object_set_new(view, "address", json_string(row.email == NULL ?
	    "–" : address_mask(c->arena, row.email)));
	json_object_set_new(view, "erased_text", json_string(records_text(c,
	    extent.goes)));
	json_object_set_new(view, "kept_text", kept_text(c, extent.stays));
	json_object_set_new(view, "cancel_until", json_string(page_date_time(
	    c, cooling_end_us(c, row.due_day))));
	json_object_set_new(view, "form", json_pack("{s:s, s:n, s:n}",
	    "action", c->req->path, "csrf", "request_key"));
	json_object_set_new(view, "contact", json_string(c->site->dpo_email));
	return page(c, "portal/erasure_confirm.html", view);
}

struct proving {
	struct wishing wish;
	struct acting acting;
	const struct q_erasure_case_load *row;
};

static enum err
prove_in_tx(struct db *db, void *arg)
{
	struct proving *k = arg;
	struct ctx *c = k->wish.c;
	struct rights_step step = { k->row->request_id, "proven", "person", 0,
	    c->now_us };
	uint64_t proven;
	enum err e;

	if ((e = acting_spend(db, &k->acting, c->now_us, c->request_key)) !=
	    ERR_OK || (e = q_erasure_case_prove(db, k->wish.due_us,
	    k->acting.subject_id, &proven)) != ERR_OK)
		return e;
	if (proven == 0)
		return ERR_GONE;
	if ((e = q_erasure_case_open(db, k->row->request_id, NULL)) !=
	    ERR_OK || (e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	step.verb = "cooling";
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return mail_started(&k->wish, db);
}

enum err
erasure_portal_confirm(struct ctx *c)
{
	struct proving k = { .wish = { .c = c } };
	struct q_erasure_case_load row;
	json_t *view;
	enum err e;

	if ((e = of_link(c, &k.acting, &row)) != ERR_OK)
		return e == ERR_GONE ? show_ended(c) : e;
	if ((e = q_contacts_load(c->db, c->arena, row.contact_id,
	    &k.wish.r)) != ERR_OK)
		return e;
	k.row = &row;
	c->caller.contact_id = row.contact_id;	/* whom the mail concerns */
	k.wish.due_us = cooling_end_us(c, row.due_day);
	k.wish.request.reference = row.reference;
	k.wish.request.due = row.due_day;
	e = tx_run(c->db, NULL, c->arena, prove_in_tx, &k, NULL);
	c->caller.contact_id = 0;
	if (e != ERR_OK)
		return e == ERR_GONE ? show_ended(c) : e;
	view = page_view(c, _("Your request has arrived"));
	json_object_set_new(view, "reference", json_string(row.reference));
	json_object_set_new(view, "address", json_null());
	json_object_set_new(view, "due", json_string(page_day(c,
	    row.due_day)));
	json_object_set_new(view, "authority", json_pack("{s:s, s:s}", "name",
	    c->site->authority_name, "url", c->site->authority_url));
	return page(c, "portal/rights_filed.html", view);
}
