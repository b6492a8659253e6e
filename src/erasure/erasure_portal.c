/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Asking for one's erasure in one's account: what goes and what stays, check,
 * proof of intent (a recent sign-in or the mailed link, never both),
 * cooling-off with cancel and "do it now".  The case, its clock and the
 * restriction start at the person's POST; the keeper does the rest.
 * Law: GDPR 12(3), 12(6), 17, 18; FEATURES X33.
 */
#include "erasure/erasure_portal.h"

#include "app/page.h"
#include "base/address.h"
#include "db/queries.h"
#include "erasure/erasure_show_portal.h"
#include "erasure/erasure_wish_portal.h"
#include "rights/rights.h"
#include "rights/rights_clock.h"

static enum err
show_running(struct ctx *c, const struct q_erasure_case_active *a)
{
	struct q_contacts_load r;
	bool is_working = erasure_show_is_working(a->state);
	json_t *view, *part, *cancel;
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, c->caller.contact_id,
	    &r)) != ERR_OK)
		return e;
	view = page_view(c, _("Your erasure"));
	if ((e = erasure_show_extent(c, c->caller.contact_id, view)) !=
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
	    "–" : address_show(c->arena, r.email)));
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
	json_object_set_new(view, "steps", erasure_show_steps(c, a->state));
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
	json_t *view;
	enum err e;

	if ((e = active(c, &a)) != ERR_OK)
		return e;
	if (a != NULL)
		return show_running(c, a);
	view = page_view(c, _("Erase my data"));
	if ((e = erasure_show_extent(c, c->caller.contact_id, view)) !=
	    ERR_OK) {
		json_decref(view);
		return e;
	}
	json_object_set_new(view, "cooling", json_string(
	    erasure_show_cooling(c)));
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
	struct day due = rights_due(day_of(c->now_us), RIGHTS_MONTHS,
	    holidays_at(c->site->holidays));
	json_t *view;
	enum err e;

	if ((e = active(c, &a)) != ERR_OK || (e = q_contacts_load(c->db,
	    c->arena, c->caller.contact_id, &r)) != ERR_OK)
		return e;
	if (a != NULL)
		return page_redirect(c, "/account/erasure");
	view = page_view(c, _("Check your request"));
	if ((e = erasure_show_extent(c, c->caller.contact_id, view)) !=
	    ERR_OK) {
		json_decref(view);
		return e;
	}
	json_object_set_new(view, "back_url", json_string(
	    "/account/erasure"));
	json_object_set_new(view, "name", json_string(c->caller.name));
	json_object_set_new(view, "address", json_string(r.email == NULL ?
	    "–" : address_show(c->arena, r.email)));
	json_object_set_new(view, "cancel_until", json_string(page_date_time(
	    c, erasure_wish_end_us(c, due))));
	json_object_set_new(view, "due", json_string(page_day(c, due)));
	json_object_set_new(view, "is_recent", json_boolean(ctx_is_recent(c)));
	json_object_set_new(view, "form", page_csrf(c, "/account/erasure",
	    "/account/erasure"));
	json_object_set_new(view, "cancel_url", json_string("/account"));
	return page(c, "portal/erasure_check.html", view);
}

static enum err
ask_in_tx(struct db *db, void *arg)
{
	struct erasure_wish *k = arg;
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
	k->due_us = erasure_wish_end_us(c, k->request.due);
	if ((e = q_erasure_case_insert(db, c->arena, k->request.id, id,
	    k->is_recent ? "cooling" : "intent", k->is_recent ? "session" :
	    NULL, k->due_us, c->now_us, &made)) != ERR_OK ||
	    (e = q_erasure_case_restrict(db, c->now_us, c->now_us, id,
	    NULL)) != ERR_OK)
		return e;
	k->erasure_id = made.id;
	if (!k->is_recent)
		return erasure_wish_mail_link(k, db);
	step = (struct rights_step){ k->request.id, "proven", "person", 0,
	    c->now_us };
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	step.verb = "cooling";
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return erasure_wish_mail_started(k, db);
}

enum err
erasure_portal_ask(struct ctx *c)
{
	struct erasure_wish k = { .c = c };
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, c->caller.contact_id,
	    &k.r)) != ERR_OK)
		return e;
	k.is_recent = ctx_is_recent(c);
	if (!k.is_recent && k.r.email == NULL)
		return ERR_AGAIN;
	if ((e = ctx_tx(c, ask_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/erasure");
}

static enum err
again_in_tx(struct db *db, void *arg)
{
	struct erasure_wish *k = arg;
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
	return erasure_wish_mail_link(k, db);
}

enum err
erasure_portal_again(struct ctx *c)
{
	struct erasure_wish k = { .c = c };
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
