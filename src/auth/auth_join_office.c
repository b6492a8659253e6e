/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who was invited sets up their access: a password and the code of an app on
 * one page, then recovery codes, once.  The secret of the app follows from the
 * link, so that showing the page stores nothing.
 * Law: GDPR 32(4); CNIL 2022-100; ASVS 5.0, 6.4 and 6.5.
 */
#include "auth/auth_office.h"

#include "acting/acting.h"
#include "app/page.h"
#include "app/role.h"
#include "app/session.h"
#include "auth/auth_proof.h"
#include "auth/auth_staff.h"
#include "auth/recovery.h"
#include "auth/totp.h"
#include "base/text.h"
#include "keys/hash.h"
#include "keys/seal.h"

const struct field auth_office_join_fields[] = {
	{ .name = "password", .type = F_PASSWORD, .need = true,
	  .label = N_("Password"),
	  .hint = N_("At least 12 characters. No rule on capitals or digits."),
	  .autocomplete = "new-password" },
	{ .name = "code", .type = F_CODE, .need = true,
	  .label = N_("Code of the app"), .autocomplete = "one-time-code" },
	{ .name = NULL }
};

struct joining {
	struct ctx *c;
	struct acting acting;
	struct q_auth_staff_one person;
	struct bytes secret;
	uint64_t step;
	struct password_kept password;
	struct recovery_set codes;
};

/* The same secret for the same link, which only its owner holds. */
static struct bytes
secret_of(struct ctx *c, const char *token)
{
	unsigned char *mac = arena_take(c->arena, HASH_BYTES);

	mac_text(key_get(c->worker->keys, KEY_TOKEN), arena_printf(c->arena,
	    "assent/invite/1|%s", token), mac);
	return (struct bytes){ mac, TOTP_SECRET_BYTES };
}

static enum err
open_link(struct joining *k)
{
	struct ctx *c = k->c;
	const char *token = c->path_param[0];
	enum err e;

	if ((e = acting_find(c->db, c->arena, c->worker->keys, ACTING_INVITE,
	    token, c->now_us, &k->acting)) != ERR_OK)
		return e;
	if (k->acting.state != ACTING_GOOD)
		return ERR_GONE;
	if ((e = q_auth_staff_one(c->db, c->arena, k->acting.subject_id,
	    &k->person)) != ERR_OK)
		return e;
	if (strcmp(k->person.state, "invited") != 0)
		return ERR_GONE;
	k->secret = secret_of(c, token);
	return ERR_OK;
}

/* base64 as data: addresses want it, RFC 4648 section 4 without padding. */
static const char *
base64_of(struct arena *a, const char *text)
{
	char *p, *out = base64url_write(a, (struct bytes){
	    (const unsigned char *)text, strlen(text) });

	for (p = out; *p != '\0'; p++)
		*p = *p == '-' ? '+' : *p == '_' ? '/' : *p;
	return out;
}

static const char *
in_fours(struct arena *a, const char *text)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	for (i = 0; text[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			buf_text(&b, " ");
		buf_add(&b, text + i, 1);
	}
	return arena_text(a, b.ptr);
}

static enum err
join_view(struct joining *k, json_t **ret_view)
{
	struct ctx *c = k->c;
	const char *uri = totp_uri(c->arena, c->site->name, k->person.email,
	    k->secret);
	struct totp_qr qr;
	json_t *view, *form;
	enum err e;

	if ((e = totp_qr(c->arena, uri, &qr)) != ERR_OK)
		return ERR_BUG;
	view = page_view(c, _("Set up your access"));
	page_form(c, view, "/password/invite/:token", arena_printf(c->arena,
	    "/password/invite/%s", c->path_param[0]), &c->form);
	form = json_object_get(view, "form");
	json_object_set_new(form, "qr_svg_base64", json_string(base64_of(
	    c->arena, totp_qr_svg(c->arena, &qr))));
	json_object_set_new(form, "secret", json_string(in_fours(c->arena,
	    totp_base32(c->arena, k->secret))));
	json_object_set_new(view, "email", json_string(k->person.email));
	json_object_set_new(view, "role", json_string(_(role_word(
	    k->person.role))));
	*ret_view = view;
	return ERR_OK;
}

enum err
auth_office_join_show(struct ctx *c)
{
	struct joining k = { .c = c };
	json_t *view;
	enum err e;

	form_blank(c, auth_office_join_fields, &c->form);
	if ((e = open_link(&k)) != ERR_OK || (e = join_view(&k, &view)) !=
	    ERR_OK)
		return e;
	return page(c, "office/auth_invite.html", view);
}

static enum err
judge(struct joining *k)
{
	struct ctx *c = k->c;
	const char *site[] = { c->site->name, c->site->legal_name, "assent",
	    NULL };
	const char *own[] = { k->person.email, k->person.name, NULL };
	enum password_fault fault = password_judge(c->arena, PASSWORD_OFFICE,
	    form_value(&c->form, "password"), site, own);

	if (fault != PASSWORD_GOOD)
		form_fail(&c->form, "password", _(password_sentence(fault)));
	if (totp_check(k->secret, form_value(&c->form, "code"), c->now_us, 0,
	    &k->step) != ERR_OK)
		form_fail(&c->form, "code",
		    _("This is not the code that the app shows now. Scan the picture again and wait for the next code."));
	return form_has_errors(&c->form) ? ERR_INVALID : ERR_OK;
}

enum err
auth_recovery_store(struct db *db, uint64_t staff_id,
    const struct recovery_set *set)
{
	struct q_auth_recovery_insert_each rows[RECOVERY_CODES];
	size_t i;
	enum err e;

	for (i = 0; i < RECOVERY_CODES; i++) {
		rows[i].staff_id = staff_id;
		rows[i].code_hash = set->kept[i];
	}
	if ((e = q_auth_recovery_delete(db, staff_id, NULL)) != ERR_OK)
		return e;
	return q_auth_recovery_insert(db, rows, RECOVERY_CODES, NULL);
}

enum err
auth_recovery_show(struct ctx *c, const struct recovery_set *set)
{
	json_t *view = page_view(c, _("Your recovery codes"));
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < RECOVERY_CODES; i++)
		json_array_append_new(list, json_string(set->codes[i]));
	json_object_set_new(view, "codes", list);
	return page(c, "office/auth_recovery.html", view);
}

static enum err
prove_join(struct auth_entering *enter, struct db *db)
{
	const struct joining *k = enter->proof;
	struct ctx *c = k->c;
	struct bytes sealed = seal(c->arena, key_get(c->worker->keys,
	    KEY_TOTP), seal_aad(c->arena, "staff", "totp_sealed",
	    enter->staff_id), k->secret);
	uint64_t n;
	enum err e;

	if ((e = acting_spend(db, &k->acting, c->now_us, c->request_key)) !=
	    ERR_OK || (e = q_auth_staff_join(db, (struct bytes){
	    (const unsigned char *)k->password.hash,
	    strlen(k->password.hash) }, k->password.mac, sealed, k->step,
	    enter->staff_id, &n)) != ERR_OK)
		return e;
	if (n != 1)
		return ERR_GONE;
	/* one that was added in the moment of a reset goes with the rest */
	if ((e = q_passkey_forget(db, enter->staff_id, NULL)) != ERR_OK)
		return e;
	return auth_recovery_store(db, enter->staff_id, &k->codes);
}

static enum err
show_again(struct joining *k, enum err e)
{
	struct ctx *c = k->c;
	json_t *view;
	enum err shown;

	form_set(&c->form, "code", "");
	if ((shown = join_view(k, &view)) != ERR_OK)
		return shown;
	return page_form_again(c, e, "office/auth_invite.html", view);
}

enum err
auth_office_join(struct ctx *c)
{
	struct joining k = { .c = c };
	struct auth_entering enter = { .c = c, .prove = prove_join,
	    .proof = &k, .has_second_factor = true, .verb = "staff.joined" };
	enum err e;

	if ((e = open_link(&k)) != ERR_OK)
		return e;
	if ((e = form_read(c, auth_office_join_fields, &c->form)) == ERR_OK)
		e = judge(&k);
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return show_again(&k, e);
	enter.staff_id = k.acting.subject_id;
	if (e != ERR_OK ||
	    (e = password_keep(c->arena, c->worker->keys, PASSWORD_OFFICE,
	    enter.staff_id, form_value(&c->form, "password"),
	    &k.password)) != ERR_OK ||
	    (e = recovery_new(c->arena, c->worker->keys, enter.staff_id,
	    &k.codes)) != ERR_OK)
		return e;
	ctx_more_time(c);
	if ((e = auth_enter(&enter)) != ERR_OK)
		return e;
	return auth_recovery_show(c, &k.codes);
}
