/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff sign in: a password gives half a session, the second factor the whole
 * one.  Whatever is wrong takes as long and says as much as what is unknown.
 * Law: GDPR 32; CNIL 2022-100; ASVS 5.0 chapters 6 and 7.
 */
#include "auth/auth_office.h"

#include <inttypes.h>

#include "app/gate.h"
#include "app/page.h"
#include "app/role.h"
#include "app/route.h"
#include "app/session.h"
#include "auth/auth.h"
#include "auth/auth_passkey_office.h"
#include "auth/auth_proof.h"
#include "auth/auth_sso_office.h"
#include "auth/totp.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

const struct field auth_office_password_fields[] = {
	{ .name = "email", .type = F_EMAIL, .need = true,
	  .label = N_("E-mail address"), .autocomplete = "username" },
	{ .name = "password", .type = F_PASSWORD, .need = true,
	  .label = N_("Password"), .autocomplete = "current-password" },
	{ .name = NULL }
};

const struct field auth_office_code_fields[] = {
	{ .name = "code", .type = F_CODE, .need = true, .label = N_("Code"),
	  .autocomplete = "one-time-code" },
	{ .name = NULL }
};

const struct field auth_office_again_fields[] = {
	{ .name = "to", .type = F_HIDDEN },
	{ .name = "password", .type = F_PASSWORD, .need = true,
	  .label = N_("Password"), .autocomplete = "current-password" },
	{ .name = "code", .type = F_CODE, .need = true, .label = N_("Code"),
	  .hint = N_("The six digits of your app, or a recovery code."),
	  .autocomplete = "one-time-code" },
	{ .name = NULL }
};

static enum err
role_read(const char *name, enum staff_role *ret_role)
{
	size_t i;

	for (i = 0; i < ROLE__MAX; i++) {
		if (strcmp(role_choices[i].value, name) == 0) {
			*ret_role = (enum staff_role)i;
			return ERR_OK;
		}
	}
	return ERR_BUG;
}

enum err
auth_office_caller_load(struct ctx *c, const unsigned char id_hash[32])
{
	const struct bytes hash = { id_hash, HASH_BYTES };
	struct q_auth_office_load row;
	enum staff_role role;
	bool is_sso;
	enum err e;

	e = q_auth_office_load(c->db, c->arena, hash,
	    c->now_us - AUTH_OFFICE_IDLE_US, c->now_us - AUTH_OFFICE_LIFE_US,
	    &row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_LOGIN : e;
	is_sso = strcmp(row.how, "header") == 0;
	if (is_sso && (e = auth_sso_holds(c, row.staff_id)) != ERR_OK)
		return e;
	ctx_prefer_language(c, arena_text(c->arena, row.language));
	if (!row.has_second_factor) {
		if (c->now_us - row.created_us > AUTH_OFFICE_HALF_US)
			return ERR_LOGIN;
		c->caller.staff_id = row.staff_id;
		c->caller.is_sso = is_sso;
		return ERR_OK;
	}
	if ((e = role_read(row.role, &role)) != ERR_OK)
		return e;
	c->caller = (struct caller){ .kind = CALLER_STAFF,
	    .staff_id = row.staff_id, .team_id = row.team_id, .role = role,
	    .name = row.name, .signed_in_us = row.signed_in_us,
	    .is_sso = is_sso };
	if (c->now_us - row.seen_us < AUTH_SEEN_EVERY_US)
		return ERR_OK;
	return session_seen(c, q_auth_office_seen(c->db, c->now_us, hash,
	    NULL));
}

bool
auth_office_sees_all(const struct ctx *c)
{
	return role_sees_all(role_choices[c->caller.role].value);
}

static json_t *
password_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Sign in to the back-office"));

	page_form(c, view, "/sign-in", "/sign-in", &c->form);
	json_object_set_new(view, "passkey", auth_passkey_form(c, NULL));
	json_object_set_new(view, "sso", auth_sso_form(c));
	return view;
}

enum err
auth_office_password_show(struct ctx *c)
{
	form_blank(c, auth_office_password_fields, &c->form);
	return page(c, "office/auth_sign_in.html", password_view(c));
}

enum err
auth_office_password(struct ctx *c)
{
	struct auth_trying t = { .c = c };
	struct auth_entering k = { .c = c, .prove = auth_prove_password,
	    .proof = &t };
	enum err e;

	if ((e = form_read(c, auth_office_password_fields, &c->form)) !=
	    ERR_OK)
		return page_form_again(c, e, "office/auth_sign_in.html",
		    password_view(c));
	t.address_key = form_input(&c->form, "email")->address.key;
	e = auth_try_password(&t, form_value(&c->form, "password"));
	if (e == ERR_OK) {
		k.staff_id = t.staff_id;
		k.spends[k.n_spends++] = (struct spend){ BUDGET_SIGN_IN,
		    t.address_key };
		if ((e = auth_enter(&k)) != ERR_OK)
			return e;
		return page_redirect(c, "/sign-in/code");
	}
	if (e != ERR_INVALID)
		return e;
	form_fail(&c->form, "email",
	    _("This address and this password do not belong together."));
	return page_form_again(c, e, "office/auth_sign_in.html",
	    password_view(c));
}

static bool
is_half(const struct ctx *c)
{
	return c->caller.kind == CALLER_NOBODY && c->caller.staff_id != 0;
}

static json_t *
code_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Code of your app"));

	page_form(c, view, "/sign-in/code", "/sign-in/code", &c->form);
	return view;
}

enum err
auth_office_code_show(struct ctx *c)
{
	if (!is_half(c))
		return page_redirect(c, c->caller.kind == CALLER_STAFF ?
		    "/" : "/sign-in");
	form_blank(c, auth_office_code_fields, &c->form);
	return page(c, "office/auth_totp.html", code_view(c));
}

static enum err
show_code_again(struct ctx *c, enum err e)
{
	if (form_value(&c->form, "code")[0] == '\0')
		form_fail(&c->form, "code",
		    _("Enter the six digits of your app."));
	form_set(&c->form, "code", "");
	return page_form_again(c, e, "office/auth_totp.html", code_view(c));
}

enum err
auth_office_code(struct ctx *c)
{
	struct auth_factor f = { .c = c };
	struct auth_entering k = { .c = c, .prove = auth_prove_factor,
	    .proof = &f, .staff_id = c->caller.staff_id,
	    .has_second_factor = true,
	    .verb = c->caller.is_sso ? "staff.signed_in_by_sso" :
	    "staff.signed_in" };
	enum err e;

	if (!is_half(c))
		return ERR_LOGIN;
	if ((e = form_read(c, auth_office_code_fields, &c->form)) != ERR_OK)
		return show_code_again(c, e);
	e = auth_check_factor(&f, form_value(&c->form, "code"));
	if (e == ERR_OK) {
		k.spends[k.n_spends++] = (struct spend){
		    BUDGET_SECOND_FACTOR, f.who };
		if (f.step == 0)
			k.verb = "staff.signed_in_by_recovery";
		if ((e = auth_enter(&k)) == ERR_OK)
			return page_redirect(c, "/");
	}
	if (e != ERR_INVALID)
		return e;
	if ((e = auth_note_refused(c)) != ERR_OK)
		return e;
	form_fail(&c->form, "code",
	    _("This is not the code of now, or it was used. Wait for the next one."));
	return show_code_again(c, ERR_INVALID);
}

/* Where they were going, if it is one of our pages; else the first page. */
static const char *
destination(struct ctx *c, const char *to)
{
	return to != NULL && route_is_page(c, to) ? to : "/";
}

static json_t *
again_view(struct ctx *c, const char *to)
{
	json_t *view = page_view(c, _("Is it still you?"));

	page_form(c, view, "/sign-in/again", "/sign-in/again", &c->form);
	json_object_set_new(json_object_get(view, "form"), "to",
	    json_string(destination(c, to)));
	json_object_set_new(view, "passkey", auth_passkey_form(c,
	    destination(c, to)));
	json_object_set_new(view, "cancel_url", json_string("/"));
	return view;
}

enum err
auth_office_again_show(struct ctx *c)
{
	const struct param *to = params_find(&c->query, "to");

	form_blank(c, auth_office_again_fields, &c->form);
	return page(c, "office/auth_again.html", again_view(c, to == NULL ?
	    NULL : to->value));
}

/* Both factors, and then a session that is as fresh as a sign-in's. */
static enum err
prove_again(struct ctx *c)
{
	struct auth_trying t = { .c = c };
	struct auth_factor f = { .c = c };
	const struct auth_both both = { &t, &f };
	struct auth_entering k = { .c = c, .prove = auth_prove_both,
	    .proof = &both, .staff_id = c->caller.staff_id,
	    .has_second_factor = true, .verb = "staff.proved_again" };
	struct q_auth_staff_load who;
	enum err e;

	if ((e = q_auth_staff_load(c->db, c->arena, c->caller.staff_id,
	    &who)) != ERR_OK)
		return e;
	t.address_key = arena_textn(c->arena, who.email_key.ptr,
	    who.email_key.len);
	if ((e = auth_try_password(&t, form_value(&c->form, "password"))) !=
	    ERR_OK) {
		form_fail(&c->form, "password", _("This is not your password."));
		return e;
	}
	e = auth_check_factor(&f, form_value(&c->form, "code"));
	if (e == ERR_OK) {
		k.spends[0] = (struct spend){ BUDGET_SIGN_IN, t.address_key };
		k.spends[1] = (struct spend){ BUDGET_SECOND_FACTOR, f.who };
		k.n_spends = LENGTH(k.spends);
		e = auth_enter(&k);
	}
	if (e != ERR_INVALID)
		return e;
	form_fail(&c->form, "code",
	    _("This is not the code of now, or it was used. Wait for the next one."));
	form_set(&c->form, "code", "");
	return (e = auth_note_refused(c)) != ERR_OK ? e : ERR_INVALID;
}

enum err
auth_office_again(struct ctx *c)
{
	const char *to;
	enum err e;

	e = form_read(c, auth_office_again_fields, &c->form);
	to = form_value(&c->form, "to");
	if (e == ERR_OK && (e = prove_again(c)) == ERR_OK)
		return page_redirect(c, destination(c, to));
	if (params_find(&c->body, "code") == NULL ||
	    params_find(&c->body, "code")->value[0] == '\0')
		form_fail(&c->form, "code",
		    _("Enter the six digits of your app."));
	return page_form_again(c, e, "office/auth_again.html",
	    again_view(c, to));
}

static enum err
out_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	const struct ledger_audit event = { .verb = "staff.signed_out",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "staff", .object_id = c->caller.staff_id,
	    .at_us = c->now_us };
	unsigned char hash[HASH_BYTES];
	enum err e;

	session_hash(c, hash);
	if ((e = q_auth_office_delete(db, (struct bytes){ hash, HASH_BYTES },
	    NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
auth_office_out(struct ctx *c)
{
	enum err e;

	if ((e = tx_run(c->db, NULL, c->arena, out_in_tx, c, NULL)) != ERR_OK)
		return e;
	session_renew(c, false);
	http_header(c->res, "Clear-Site-Data", "\"cache\", \"storage\"");
	return page_redirect(c, c->caller.is_sso &&
	    c->worker->config->sso.sign_out != NULL ?
	    c->worker->config->sso.sign_out : "/sign-in");
}
