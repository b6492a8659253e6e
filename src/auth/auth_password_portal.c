/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passwords at the portal: signing in with one, proving again that it is you,
 * setting one, and the page of one's sessions.
 * Law: GDPR 32; CNIL 2022-100; ASVS 5.0 chapters 6 and 7.
 */
#include "auth/auth_portal.h"

#include <inttypes.h>

#include "app/gate.h"
#include "app/page.h"
#include "app/session.h"
#include "auth/auth.h"
#include "auth/password.h"
#include "base/address.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/hash.h"
#include "ledger/ledger.h"

const struct field auth_portal_password_fields[] = {
	{ .name = "email", .type = F_EMAIL, .need = true,
	  .label = N_("E-mail address"), .autocomplete = "username" },
	{ .name = "password", .type = F_PASSWORD, .need = true,
	  .label = N_("Password"), .autocomplete = "current-password" },
	{ .name = NULL }
};

const struct field auth_portal_again_fields[] = {
	{ .name = "password", .type = F_PASSWORD, .need = true,
	  .label = N_("Password"), .autocomplete = "current-password" },
	{ .name = NULL }
};

const struct field auth_portal_set_fields[] = {
	{ .name = "password", .type = F_PASSWORD, .need = true,
	  .label = N_("New password"),
	  .hint = N_("15 characters at least. No rule about capitals or digits."),
	  .autocomplete = "new-password" },
	{ .name = NULL }
};

const struct field auth_portal_end_fields[] = {
	{ .name = "session", .type = F_HIDDEN, .need = true, .max = 64 },
	{ .name = NULL }
};

static json_t *
password_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Sign in with a password"));

	page_form(c, view, "/sign-in", "/sign-in", &c->form);
	json_object_set_new(view, "link_url", json_string("/sign-in/link"));
	return view;
}

enum err
auth_portal_password_show(struct ctx *c)
{
	form_blank(c, auth_portal_password_fields, &c->form);
	return page(c, "portal/auth_sign_in.html", password_view(c));
}

/* A password that somebody typed for an address. */
struct trying {
	struct ctx *c;
	const char *address_key;
	struct auth_identity who;
	struct password_kept rehashed;	/* .hash NULL: not needed */
};

/*
 * Check the password of k->address_key, in the same time for every address.
 * ERR_INVALID when the two do not belong together, ERR_LIMIT after too many.
 */
static enum err
try_password(struct trying *k, const char *password)
{
	struct ctx *c = k->c;
	const struct spend spends[] = {
		{ BUDGET_SIGN_IN, k->address_key },
		{ BUDGET_NETWORK_SIGN_IN, NULL },
	};
	struct password_kept kept;
	bool is_known, should_rehash = false;
	enum err e;

	if ((e = gate_try(c, spends, LENGTH(spends))) != ERR_OK)
		return e;
	e = auth_identity_find(c->db, c->arena, k->address_key, &k->who);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	is_known = e == ERR_OK && k->who.password_hash != NULL;
	if (is_known)
		kept = (struct password_kept){ PASSWORD_PORTAL, k->who.id,
		    k->who.password_hash, k->who.password_mac };
	if ((e = password_verify(c->worker->keys, is_known ? &kept : NULL,
	    password, &should_rehash)) != ERR_OK)
		return e;
	if (should_rehash)
		return password_keep(c->arena, c->worker->keys,
		    PASSWORD_PORTAL, k->who.id, password, &k->rehashed);
	return ERR_OK;
}

static enum err
put_password(struct db *db, const struct password_kept *kept, int64_t at_us)
{
	return q_auth_password_put(db, (struct bytes){
	    (const unsigned char *)kept->hash, strlen(kept->hash) },
	    kept->mac, at_us, kept->id, NULL);
}

static enum err
enter_in_tx(struct db *db, void *arg)
{
	struct trying *k = arg;
	enum err e;

	if (k->rehashed.hash != NULL && (e = put_password(db, &k->rehashed,
	    k->who.password_us)) != ERR_OK)
		return e;
	return auth_begin(k->c, db, k->who.id, "password");
}

static enum err
enter(struct trying *k)
{
	struct ctx *c = k->c;
	const char *before = c->session_id;
	bool was_new = c->is_new_session_id;
	enum err e;

	session_renew(c, true);
	if ((e = tx_run(c->db, NULL, c->arena, enter_in_tx, k, NULL)) !=
	    ERR_OK) {
		c->session_id = before;
		c->is_new_session_id = was_new;
		return e;
	}
	return page_redirect(c, "/account");
}

enum err
auth_portal_password(struct ctx *c)
{
	struct trying k = { .c = c };
	enum err e;

	if ((e = form_read(c, auth_portal_password_fields, &c->form)) !=
	    ERR_OK)
		return page_form_again(c, e, "portal/auth_sign_in.html",
		    password_view(c));
	k.address_key = form_input(&c->form, "email")->address.key;
	if ((e = try_password(&k, form_value(&c->form, "password"))) ==
	    ERR_OK)
		return enter(&k);
	if (e != ERR_INVALID)
		return e;
	form_fail(&c->form, "email",
	    _("This address and this password do not belong together."));
	return page_form_again(c, e, "portal/auth_sign_in.html",
	    password_view(c));
}

static enum err
again_view(struct ctx *c, json_t **ret_view)
{
	struct auth_identity who;
	json_t *view;
	enum err e;

	if ((e = auth_identity_load(c->db, c->arena, c->caller.identity_id,
	    &who)) != ERR_OK)
		return e;
	view = page_view(c, _("Is it still you?"));
	page_form(c, view, "/sign-in/again", "/sign-in/again", &c->form);
	if (who.password_hash == NULL)
		json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "address", json_string(address_show(
	    c->arena, who.mailbox)));
	json_object_set_new(view, "link", page_csrf(c, "/sign-in/link/again",
	    "/sign-in/link/again"));
	json_object_set_new(view, "cancel_url", json_string("/account"));
	*ret_view = view;
	return ERR_OK;
}

enum err
auth_portal_again_show(struct ctx *c)
{
	json_t *view;
	enum err e;

	form_blank(c, auth_portal_again_fields, &c->form);
	if ((e = again_view(c, &view)) != ERR_OK)
		return e;
	return page(c, "portal/auth_again.html", view);
}

enum err
auth_portal_again(struct ctx *c)
{
	struct trying k = { .c = c };
	struct auth_identity who;
	json_t *view;
	enum err e, shown;

	if ((e = form_read(c, auth_portal_again_fields, &c->form)) == ERR_OK) {
		if ((e = auth_identity_load(c->db, c->arena,
		    c->caller.identity_id, &who)) != ERR_OK)
			return e;
		k.address_key = who.mailbox_key;
		e = try_password(&k, form_value(&c->form, "password"));
		if (e == ERR_OK)
			return enter(&k);
		if (e == ERR_INVALID)
			form_fail(&c->form, "password",
			    _("This is not your password."));
	}
	if (e != ERR_INVALID && e != ERR_MALFORMED)
		return e;
	if ((shown = again_view(c, &view)) != ERR_OK)
		return shown;
	return page_form_again(c, e, "portal/auth_again.html", view);
}

static json_t *
set_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Choose a password"));

	page_form(c, view, "/password/set", "/password/set", &c->form);
	json_object_set_new(view, "back_url",
	    json_string("/account/security"));
	return view;
}

enum err
auth_portal_set_show(struct ctx *c)
{
	form_blank(c, auth_portal_set_fields, &c->form);
	return page(c, "portal/auth_password_set.html", set_view(c));
}

struct setting {
	struct ctx *c;
	struct password_kept kept;
};

static enum err
set_in_tx(struct db *db, void *arg)
{
	struct setting *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "identity.password_set",
	    .actor = "person", .object = "contact",
	    .contact_id = c->caller.contact_id, .at_us = c->now_us };
	unsigned char hash[HASH_BYTES];
	enum err e;

	session_hash(c, hash);
	if ((e = put_password(db, &k->kept, c->now_us)) != ERR_OK ||
	    (e = q_auth_session_delete_others(db, c->caller.identity_id,
	    (struct bytes){ hash, HASH_BYTES }, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
judge(struct ctx *c, const struct auth_identity *who, const char *password)
{
	const char *site[] = { c->site->name, c->site->legal_name, "assent",
	    NULL };
	const char *own[] = { who->mailbox, c->caller.name, NULL };
	enum password_fault fault;

	fault = password_judge(c->arena, PASSWORD_PORTAL, password, site, own);
	if (fault == PASSWORD_GOOD)
		return ERR_OK;
	form_fail(&c->form, "password", _(password_sentence(fault)));
	return ERR_INVALID;
}

enum err
auth_portal_set(struct ctx *c)
{
	struct setting k = { .c = c };
	struct auth_identity who;
	const char *password;
	enum err e;

	if ((e = form_read(c, auth_portal_set_fields, &c->form)) == ERR_OK) {
		if ((e = auth_identity_load(c->db, c->arena,
		    c->caller.identity_id, &who)) != ERR_OK)
			return e;
		password = form_value(&c->form, "password");
		if ((e = judge(c, &who, password)) == ERR_OK) {
			if ((e = password_keep(c->arena, c->worker->keys,
			    PASSWORD_PORTAL, who.id, password, &k.kept)) !=
			    ERR_OK || (e = tx_run(c->db, NULL, c->arena,
			    set_in_tx, &k, NULL)) != ERR_OK)
				return e;
			return page_redirect(c, "/account/security");
		}
	}
	return page_form_again(c, e, "portal/auth_password_set.html",
	    set_view(c));
}

/* A name for a session in a form: a prefix of its hash, of no use elsewhere. */
static const char *
session_name(struct ctx *c, struct bytes hash)
{
	return hex_write(c->arena, (struct bytes){ hash.ptr,
	    hash.len < 16 ? hash.len : 16 });
}

static json_t *
sessions_view(struct ctx *c, const struct q_auth_sessions *rows, size_t n)
{
	unsigned char own[HASH_BYTES];
	json_t *list = json_array(), *item, *end;
	bool is_own;
	size_t i;

	session_hash(c, own);
	for (i = 0; i < n; i++) {
		is_own = rows[i].id_hash.len == HASH_BYTES &&
		    secret_equal(rows[i].id_hash.ptr, own, HASH_BYTES);
		item = json_pack("{s:s, s:b, s:s, s:s, s:n}", "device",
		    rows[i].label, "current", is_own, "since",
		    page_date_time(c, rows[i].created_us), "last",
		    page_date_time(c, rows[i].seen_us), "end");
		if (!is_own) {
			end = page_csrf(c, "/account/security/end",
			    "/account/security/end");
			json_object_set_new(end, "session", json_string(
			    session_name(c, rows[i].id_hash)));
			json_object_set_new(item, "end", end);
		}
		json_array_append_new(list, item);
	}
	return list;
}

/* Addresses that become the person's own once they are confirmed: whoever
 * asked, the person can stop it. */
static enum err
waiting_view(struct ctx *c, json_t **ret_view)
{
	struct q_auth_addresses_waiting *rows;
	json_t *list;
	size_t i, n;
	enum err e;

	if ((e = q_auth_addresses_waiting(c->db, c->arena,
	    c->caller.identity_id, c->now_us, &rows, &n)) != ERR_OK)
		return e;
	*ret_view = NULL;
	if (n == 0)
		return ERR_OK;
	list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}",
		    "address", address_show(c->arena, rows[i].mailbox),
		    "until", page_date_time(c, rows[i].expires_us)));
	*ret_view = page_csrf(c, "/account/security/stop-address",
	    "/account/security/stop-address");
	json_object_set_new(*ret_view, "addresses", list);
	return ERR_OK;
}

enum err
auth_portal_security(struct ctx *c)
{
	struct q_auth_sessions *rows;
	struct auth_identity who;
	json_t *view, *waiting;
	size_t n;
	enum err e;

	if ((e = auth_identity_load(c->db, c->arena, c->caller.identity_id,
	    &who)) != ERR_OK ||
	    (e = q_auth_sessions(c->db, c->arena, c->caller.identity_id,
	    c->now_us - AUTH_IDLE_US, &rows, &n)) != ERR_OK ||
	    (e = waiting_view(c, &waiting)) != ERR_OK)
		return e;
	view = page_view(c, _("Security"));
	json_object_set_new(view, "waiting", waiting != NULL ? waiting :
	    json_null());
	json_object_set_new(view, "address", json_string(address_show(
	    c->arena, who.mailbox)));
	json_object_set_new(view, "address_url",
	    json_string("/account/data#address"));
	json_object_set_new(view, "password_set_on", who.password_us == 0 ?
	    json_null() : json_string(page_date(c, who.password_us)));
	json_object_set_new(view, "password_url",
	    json_string("/password/set"));
	json_object_set_new(view, "sessions", sessions_view(c, rows, n));
	json_object_set_new(view, "end_others", n < 2 ? json_null() :
	    page_csrf(c, "/account/security/end-others",
	    "/account/security/end-others"));
	return page(c, "portal/auth_security.html", view);
}

static enum err
end_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	const char *name = form_value(&c->form, "session");
	struct q_auth_sessions *rows;
	size_t i, n;
	enum err e;

	if ((e = q_auth_sessions(db, c->arena, c->caller.identity_id,
	    c->now_us - AUTH_IDLE_US, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if (strcmp(session_name(c, rows[i].id_hash), name) == 0)
			return q_auth_session_delete(db, rows[i].id_hash,
			    c->caller.identity_id, NULL);
	return ERR_OK;		/* it had ended already */
}

enum err
auth_portal_end(struct ctx *c)
{
	enum err e;

	if ((e = form_read(c, auth_portal_end_fields, &c->form)) != ERR_OK ||
	    (e = ctx_tx(c, end_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/security");
}

static enum err
end_others_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	unsigned char hash[HASH_BYTES];

	session_hash(c, hash);
	return q_auth_session_delete_others(db, c->caller.identity_id,
	    (struct bytes){ hash, HASH_BYTES }, NULL);
}

enum err
auth_portal_end_others(struct ctx *c)
{
	enum err e;

	if ((e = ctx_tx(c, end_others_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/security");
}

/* It was not them, or not the address that they meant: whoever asked is
 * signed out too. */
static enum err
stop_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	const struct ledger_audit event = { .verb = "contact.address_stopped",
	    .actor = "person", .object = "contact",
	    .contact_id = c->caller.contact_id, .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_auth_addresses_stop(db, c->caller.identity_id, &n)) !=
	    ERR_OK || (e = end_others_in_tx(db, c)) != ERR_OK)
		return e;
	return n == 0 ? ERR_OK :	/* it had been stopped */
	    ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
auth_portal_stop_address(struct ctx *c)
{
	enum err e;

	if ((e = ctx_tx(c, stop_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/security");
}
