/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who has signed in at the company comes in by a press, as the colleague of
 * that address who is active here; nobody is made of it.  Unless the
 * configuration says otherwise the code of their app is asked for as well.
 * Law: GDPR 32; CNIL 2022-100; ASVS 5.0, 6.3.3 and 6.3.4.
 */
#include "auth/auth_sso_office.h"

#include "app/gate.h"
#include "app/page.h"
#include "auth/auth_proof.h"
#include "auth/sso.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

json_t *
auth_sso_form(struct ctx *c)
{
	struct address address;
	json_t *form;

	if (sso_read(c->worker->sso, c->arena, c->req, &address) != ERR_OK)
		return json_null();
	form = page_csrf(c, "/sign-in/sso", "/sign-in/sso");
	json_object_set_new(form, "address", json_string(address.shown));
	return form;
}

/* Whom the company's sign-on names. */
struct named {
	struct ctx *c;
	struct q_auth_staff_by_key row;
	bool is_known;
};

static enum err
find(struct named *n)
{
	struct ctx *c = n->c;
	struct address address;
	enum err e;

	if ((e = sso_read(c->worker->sso, c->arena, c->req, &address)) !=
	    ERR_OK)
		return e;
	e = q_auth_staff_by_key(c->db, c->arena, text_bytes(address.key),
	    &n->row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_INVALID : e;
	n->is_known = true;
	return n->row.is_active ? ERR_OK : ERR_INVALID;
}

enum err
auth_sso_holds(struct ctx *c, uint64_t staff_id)
{
	struct named n = { .c = c };
	enum err e = find(&n);

	if (e == ERR_OK)
		return n.row.id == staff_id ? ERR_OK : ERR_LOGIN;
	return e == ERR_NOTFOUND || e == ERR_DENIED || e == ERR_INVALID ?
	    ERR_LOGIN : e;
}

static enum err
refused_in_tx(struct db *db, void *arg)
{
	const struct named *n = arg;
	struct ctx *c = n->c;
	const struct ledger_audit event = { .verb = "staff.sso_refused",
	    .actor = "staff", .actor_id = n->row.id, .object = "staff",
	    .object_id = n->row.id, .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* Who is nobody here, or nobody any more, is told no more than that. */
static enum err
refuse(struct named *n)
{
	struct ctx *c = n->c;
	json_t *view;
	enum err e;

	if (n->is_known && (e = tx_run(c->db, NULL, c->arena, refused_in_tx,
	    n, NULL)) != ERR_OK)
		return e;
	view = page_view(c, _("You have no access here"));
	json_object_set_new(view, "back_url", json_string("/sign-in"));
	return page_status(c, err_table[ERR_INVALID].status,
	    "office/auth_sso_refused.html", view);
}

enum err
auth_office_sso(struct ctx *c)
{
	const struct spend tries = { BUDGET_NETWORK_SIGN_IN, NULL };
	bool needs_code = c->worker->config->sso.needs_code;
	struct named n = { .c = c };
	struct auth_entering k = { .c = c, .how = "header",
	    .has_second_factor = !needs_code, .is_stale = !needs_code,
	    .spends = { tries }, .n_spends = 1,
	    .verb = needs_code ? NULL : "staff.signed_in_by_sso" };
	enum err e;

	if (c->worker->sso == NULL)
		return ERR_NOTFOUND;
	if ((e = gate_try(c, &tries, 1)) != ERR_OK)
		return e;
	e = find(&n);
	if (e == ERR_NOTFOUND || e == ERR_DENIED)
		return page_redirect(c, "/sign-in");
	if (e == ERR_INVALID)
		return refuse(&n);
	if (e != ERR_OK)
		return e;
	k.staff_id = n.row.id;
	if ((e = auth_enter(&k)) != ERR_OK)
		return e;
	return page_redirect(c, needs_code ? "/sign-in/code" : "/");
}
