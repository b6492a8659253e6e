/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signing in by a mailed link or code, choosing among contacts, signing out.
 * GET shows, POST spends.  The answer never tells whether an address is known.
 * Law: GDPR 32; LAW R17.
 */
#include "auth/auth_portal.h"

#include "acting/acting.h"
#include "app/gate.h"
#include "app/page.h"
#include "app/session.h"
#include "auth/auth.h"
#include "base/text.h"
#include "db/queries.h"
#include "outbox/outbox.h"

const struct field auth_portal_link_fields[] = {
	{ .name = "email", .type = F_EMAIL, .need = true,
	  .label = N_("E-mail address"), .autocomplete = "username" },
	{ .name = NULL }
};

const struct field auth_portal_code_fields[] = {
	{ .name = "email", .type = F_EMAIL, .need = true,
	  .label = N_("E-mail address"), .autocomplete = "username" },
	{ .name = "code", .type = F_CODE, .need = true,
	  .label = N_("Code from the mail"),
	  .hint = N_("For example K7QF-2M9T; spaces and small letters are fine."),
	  .autocomplete = "one-time-code" },
	{ .name = NULL }
};

const struct field auth_portal_choose_fields[] = {
	{ .name = "contact", .type = F_ID, .need = true },
	{ .name = NULL }
};

static json_t *
ask_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Sign in"));

	page_form(c, view, "/sign-in/link", "/sign-in/link", &c->form);
	json_object_set_new(view, "code_url", json_string("/sign-in/code"));
	json_object_set_new(view, "password_url", json_string("/sign-in"));
	return view;
}

enum err
auth_portal_link_ask(struct ctx *c)
{
	form_blank(c, auth_portal_link_fields, &c->form);
	return page(c, "portal/auth_link_ask.html", ask_view(c));
}

/* Somebody asks for a link to an address. */
struct asking {
	struct ctx *c;
	struct address address;
};

static enum err
add_mail(struct asking *k, struct db *db, const struct auth_identity *who,
    const struct acting_issued *issued)
{
	struct ctx *c = k->c;
	struct outbox_mail mail = { 0 };
	json_t *view;
	enum err e;

	view = json_pack("{s:n, s:s, s:s, s:s, s:i}", "name",
	    "url", who == NULL ? ctx_url(c, "/") : ctx_url(c,
	    arena_printf(c->arena, "/sign-in/link/%s", issued->token)),
	    "code", issued->code, "code_url", ctx_url(c, "/sign-in/code"),
	    "minutes", AUTH_LINK_MINUTES);
	mail.template = who == NULL ? "auth_unknown" : "auth_link";
	mail.language = who == NULL ? c->lang : who->lang;
	/* to the address as stored: a look-alike gets nothing */
	mail.to = who == NULL ? k->address.mail : who->mailbox;
	mail.view = view;
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(view);
	return e;
}

/* The same steps whether the address is known or not. */
static enum err
ask_in_tx(struct db *db, void *arg)
{
	struct asking *k = arg;
	struct ctx *c = k->c;
	const struct spend spends[] = {
		{ BUDGET_ADDRESS_MAIL, k->address.key },
		{ BUDGET_NETWORK_MAIL, NULL },
	};
	struct auth_identity who;
	struct acting_issued issued;
	struct acting_new wanted;
	bool is_over[LENGTH(spends)], is_known;
	enum err e;

	if ((e = gate_spend(c, spends, LENGTH(spends), is_over)) != ERR_OK)
		return e;
	e = auth_identity_find(db, c->arena, k->address.key, &who);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	is_known = e == ERR_OK;
	if (is_over[0] || is_over[1])
		return ERR_OK;
	wanted = (struct acting_new){ ACTING_SIGN_IN, is_known ? who.id : 0,
	    k->address.key, c->now_us,
	    c->now_us + AUTH_LINK_MINUTES * MINUTE_US };
	if ((e = acting_issue(db, c->arena, c->worker->keys, &wanted,
	    &issued)) != ERR_OK)
		return e;
	return add_mail(k, db, is_known ? &who : NULL, &issued);
}

static enum err
send_link(struct ctx *c, const struct address *address)
{
	struct asking k = { c, *address };
	enum err e;

	if ((e = ctx_tx(c, ask_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/sign-in/link/sent");
}

enum err
auth_portal_link_send(struct ctx *c)
{
	enum err e;

	if ((e = form_read(c, auth_portal_link_fields, &c->form)) != ERR_OK)
		return page_form_again(c, e, "portal/auth_link_ask.html",
		    ask_view(c));
	return send_link(c, &form_input(&c->form, "email")->address);
}

enum err
auth_portal_link_again(struct ctx *c)
{
	struct auth_identity who;
	struct address address;
	enum err e;

	if ((e = auth_identity_load(c->db, c->arena, c->caller.identity_id,
	    &who)) != ERR_OK)
		return e;
	if (address_read(c->arena, who.mailbox, &address) != ERR_OK)
		return ERR_BUG;
	return send_link(c, &address);
}

enum err
auth_portal_link_sent(struct ctx *c)
{
	json_t *view = page_view(c, _("Check your mail"));

	json_object_set_new(view, "address", json_null());
	json_object_set_new(view, "minutes", json_integer(AUTH_LINK_MINUTES));
	json_object_set_new(view, "code_url", json_string("/sign-in/code"));
	json_object_set_new(view, "again_url", json_string("/sign-in/link"));
	return page(c, "portal/auth_link_sent.html", view);
}

static enum err
show_ended(struct ctx *c)
{
	json_t *view = page_view(c, _("This link has ended"));

	json_object_set_new(view, "minutes", json_integer(AUTH_LINK_MINUTES));
	json_object_set_new(view, "again_url", json_string("/sign-in/link"));
	return page_status(c, 410, "portal/auth_link_ended.html", view);
}

enum err
auth_portal_link_show(struct ctx *c)
{
	struct auth_identity who;
	struct acting acting;
	json_t *view;
	enum err e;

	e = acting_find(c->db, c->arena, c->worker->keys, ACTING_SIGN_IN,
	    c->path_param[0], c->now_us, &acting);
	if (e == ERR_NOTFOUND || (e == ERR_OK && acting.state != ACTING_GOOD))
		return show_ended(c);
	if (e != ERR_OK)
		return e;
	e = auth_identity_load(c->db, c->arena, acting.subject_id, &who);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? show_ended(c) : e;
	view = page_view(c, _("Sign in"));
	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, who.mailbox)));
	json_object_set_new(view, "until", json_string(page_date_time(c,
	    acting.expires_us)));
	json_object_set_new(view, "form", page_csrf(c,
	    "/sign-in/link/:token", c->req->path));
	return page(c, "portal/auth_link_show.html", view);
}

/* Somebody spends a link or a code. */
struct entering {
	struct ctx *c;
	const char *how;
	struct acting acting;
	const struct acting_code *typed;	/* NULL: the link */
	unsigned char press[16];	/* this one, not a second with its form */
	bool is_wrong;		/* set by the transaction */
};

static enum err
enter_in_tx(struct db *db, void *arg)
{
	struct entering *k = arg;
	struct ctx *c = k->c;
	const struct spend spend = { BUDGET_CODE, k->typed == NULL ? NULL :
	    k->typed->address_key };
	bool is_over = false;
	enum err e;

	k->is_wrong = false;
	if (k->typed != NULL) {
		if ((e = gate_spend(c, &spend, 1, &is_over)) != ERR_OK)
			return e;
		e = is_over ? ERR_NOTFOUND : acting_find_code(db, c->arena,
		    c->worker->keys, k->typed, &k->acting);
		if (e == ERR_NOTFOUND || (e == ERR_OK &&
		    (k->acting.state != ACTING_GOOD ||
		    k->acting.subject_id == 0))) {
			k->is_wrong = true;
			return ERR_OK;	/* the counted try must be stored */
		}
		if (e != ERR_OK)
			return e;
	}
	if ((e = acting_spend(db, &k->acting, c->now_us, k->press)) != ERR_OK)
		return e;
	return auth_begin(c, db, k->acting.subject_id, k->how);
}

static enum err
enter(struct entering *k)
{
	struct ctx *c = k->c;
	const char *before = c->session_id;
	bool was_new = c->is_new_session_id;
	enum err e;

	session_renew(c, true);
	random_fill(k->press, sizeof(k->press));
	e = tx_run(c->db, NULL, c->arena, enter_in_tx, k, NULL);
	if (e != ERR_OK || k->is_wrong) {
		c->session_id = before;
		c->is_new_session_id = was_new;
	}
	return e;
}

enum err
auth_portal_link(struct ctx *c)
{
	struct entering k = { .c = c, .how = "link" };
	enum err e;

	e = acting_find(c->db, c->arena, c->worker->keys, ACTING_SIGN_IN,
	    c->path_param[0], c->now_us, &k.acting);
	if (e == ERR_NOTFOUND || (e == ERR_OK &&
	    (k.acting.state != ACTING_GOOD || k.acting.subject_id == 0)))
		return show_ended(c);
	if (e != ERR_OK)
		return e;
	if ((e = enter(&k)) != ERR_OK)
		return e == ERR_GONE ? show_ended(c) : e;
	return page_redirect(c, "/account");
}

static json_t *
code_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Type the code of the mail"));

	page_form(c, view, "/sign-in/code", "/sign-in/code", &c->form);
	json_object_set_new(view, "again_url", json_string("/sign-in/link"));
	return view;
}

enum err
auth_portal_code_show(struct ctx *c)
{
	form_blank(c, auth_portal_code_fields, &c->form);
	return page(c, "portal/auth_code.html", code_view(c));
}

enum err
auth_portal_code(struct ctx *c)
{
	struct entering k = { .c = c, .how = "code" };
	struct acting_code typed;
	enum err e;

	if ((e = form_read(c, auth_portal_code_fields, &c->form)) != ERR_OK)
		return page_form_again(c, e, "portal/auth_code.html",
		    code_view(c));
	typed = (struct acting_code){ ACTING_SIGN_IN,
	    form_input(&c->form, "email")->address.key,
	    form_value(&c->form, "code"), c->now_us };
	k.typed = &typed;
	e = enter(&k);
	if (e == ERR_OK && !k.is_wrong)
		return page_redirect(c, "/account");
	if (e != ERR_OK && e != ERR_GONE)
		return e;
	form_fail(&c->form, "code",
	    _("This code does not fit this address, or its time is over. Use the link of the newest mail, or ask for a new one."));
	return page_form_again(c, ERR_INVALID, "portal/auth_code.html",
	    code_view(c));
}

enum err
auth_portal_choose_show(struct ctx *c)
{
	json_t *view, *list = json_array(), *item;
	struct q_auth_contacts *rows;
	struct auth_identity who;
	size_t i, n;
	enum err e;

	if ((e = auth_identity_load(c->db, c->arena, c->caller.identity_id,
	    &who)) != ERR_OK || (e = q_auth_contacts(c->db, c->arena,
	    c->caller.identity_id, &rows, &n)) != ERR_OK) {
		json_decref(list);
		return e;
	}
	for (i = 0; i < n; i++) {
		item = page_csrf(c, "/sign-in/choose", "/sign-in/choose");
		json_object_set_new(item, "contact", json_integer(
		    (json_int_t)rows[i].id));
		json_object_set_new(item, "name", json_string(arena_printf(
		    c->arena, "%s %.*s.", rows[i].given_name,
		    (int)text_first_len(rows[i].family_name),
		    rows[i].family_name)));
		json_object_set_new(item, "detail", json_string(arena_printf(
		    c->arena, "%s %s", _("Since"), page_date(c,
		    rows[i].created_us))));
		json_array_append_new(list, item);
	}
	view = page_view(c, _("Which record is yours?"));
	json_object_set_new(view, "address", json_string(who.mailbox));
	json_object_set_new(view, "contacts", list);
	return page(c, "portal/auth_choose.html", view);
}

static enum err
choose_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	uint64_t id = form_input(&c->form, "contact")->number, chosen;
	unsigned char hash[HASH_BYTES];
	enum err e;

	session_hash(c, hash);
	if ((e = q_auth_session_choose(db, id, (struct bytes){ hash,
	    HASH_BYTES }, c->caller.identity_id, id, c->caller.identity_id,
	    &chosen)) != ERR_OK)
		return e;
	return chosen == 1 ? ERR_OK : ERR_DENIED;
}

enum err
auth_portal_choose(struct ctx *c)
{
	enum err e;

	if ((e = form_read(c, auth_portal_choose_fields, &c->form)) !=
	    ERR_OK || (e = ctx_tx(c, choose_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/account");
}

static enum err
out_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	unsigned char hash[HASH_BYTES];

	session_hash(c, hash);
	return q_auth_session_delete(db, (struct bytes){ hash, HASH_BYTES },
	    c->caller.identity_id, NULL);
}

enum err
auth_portal_out(struct ctx *c)
{
	enum err e;

	if ((e = tx_run(c->db, NULL, c->arena, out_in_tx, c, NULL)) != ERR_OK)
		return e;
	session_renew(c, false);
	http_header(c->res, "Clear-Site-Data", "\"cache\", \"storage\"");
	return page_redirect(c, "/");
}
