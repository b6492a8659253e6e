/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mailed link that proves that an erasure is meant, for who was not
 * signed in lately.
 * Law: GDPR 12(6), 17.
 */
#include "erasure/erasure_portal.h"

#include "acting/acting.h"
#include "app/page.h"
#include "base/address.h"
#include "db/queries.h"
#include "erasure/erasure_show_portal.h"
#include "erasure/erasure_wish_portal.h"

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
	json_t *view;
	enum err e;

	if ((e = of_link(c, &acting, &row)) != ERR_OK)
		return e == ERR_GONE ? show_ended(c) : e;
	view = page_view(c, _("Confirm the erasure"));
	if ((e = erasure_show_extent(c, row.contact_id, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	json_object_set_new(view, "reference", json_string(row.reference));
	json_object_set_new(view, "filed", json_string(page_date(c,
	    row.received_us)));
	json_object_set_new(view, "address", json_string(row.email == NULL ?
	    "–" : address_mask(c->arena, row.email)));
	json_object_set_new(view, "cancel_until", json_string(page_date_time(
	    c, erasure_wish_end_us(c, row.due_day))));
	json_object_set_new(view, "form", json_pack("{s:s, s:n, s:n}",
	    "action", c->req->path, "csrf", "request_key"));
	json_object_set_new(view, "contact", json_string(c->site->dpo_email));
	return page(c, "portal/erasure_confirm.html", view);
}

struct proving {
	struct erasure_wish wish;
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
	return erasure_wish_mail_started(&k->wish, db);
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
	k.wish.due_us = erasure_wish_end_us(c, row.due_day);
	k.wish.request.reference = row.reference;
	k.wish.request.due = row.due_day;
	e = tx_run(c->db, NULL, c->arena, prove_in_tx, &k, NULL);
	c->caller.contact_id = 0;
	if (e != ERR_OK)
		return e == ERR_GONE ? show_ended(c) : e;
	view = page_view(c, _("Your request has arrived"));
	json_object_set_new(view, "reference", json_string(row.reference));
	json_object_set_new(view, "address", json_null());
	json_object_set_new(view, "erasure", json_pack("{s:o, s:s}", "start",
	    page_at(c, k.wish.due_us), "url", "/account/erasure"));
	json_object_set_new(view, "due", json_string(page_day(c,
	    row.due_day)));
	json_object_set_new(view, "authority", json_pack("{s:s, s:s}", "name",
	    c->site->authority_name, "url", c->site->authority_url));
	return page(c, "portal/rights_filed.html", view);
}
