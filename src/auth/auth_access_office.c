/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A colleague's own access: where they are signed in, another password, new
 * recovery codes.
 * Law: GDPR 32(4); CNIL 2022-100; ASVS 5.0, 6.2.2, 7.4.3 and 7.5.2.
 */
#include "auth/auth_office.h"

#include "app/page.h"
#include "app/role.h"
#include "app/session.h"
#include "auth/auth_passkey_office.h"
#include "auth/auth_proof.h"
#include "auth/auth_staff.h"
#include "auth/recovery.h"
#include "base/address.h"
#include "base/text.h"
#include "keys/hash.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"

const struct field auth_office_change_fields[] = {
	{ .name = "password", .type = F_PASSWORD, .need = true,
	  .label = N_("New password"),
	  .hint = N_("At least 12 characters. No rule on capitals or digits."),
	  .autocomplete = "new-password" },
	{ .name = NULL }
};

/* How the colleague of a session proved who they are. */
static const char *
how_word(const char *how)
{
	static const struct words_label words[] = {
		{ "password", N_("by password and code") },
		{ "passkey", N_("by passkey") },
		{ "header", N_("by the company’s sign-on") },
		{ NULL, NULL }
	};

	return words_label(words, how);
}

static json_t *
sessions_view(struct ctx *c, const struct q_auth_office_sessions *rows,
    size_t n)
{
	json_t *list = json_array();
	unsigned char hash[HASH_BYTES];
	size_t i;

	session_hash(c, hash);
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s, s:b}", "label", rows[i].label,
		    "how", _(how_word(rows[i].how)), "since", page_date_time(c,
		    rows[i].created_us), "seen", page_date_time(c,
		    rows[i].seen_us), "is_this", rows[i].id_hash.len ==
		    HASH_BYTES && memcmp(rows[i].id_hash.ptr, hash,
		    HASH_BYTES) == 0));
	return list;
}

/* With the forms of another password and of a new passkey. */
static enum err
access_view(struct ctx *c, const struct form *password,
    const struct form *passkey, json_t **ret_view)
{
	struct q_auth_office_sessions *rows;
	struct q_auth_staff_one me;
	json_t *view;
	size_t n;
	enum err e;

	if ((e = q_auth_staff_one(c->db, c->arena, c->caller.staff_id,
	    &me)) != ERR_OK ||
	    (e = q_auth_office_sessions(c->db, c->arena, c->caller.staff_id,
	    c->now_us - AUTH_OFFICE_IDLE_US, &rows, &n)) != ERR_OK)
		return e;
	view = page_view(c, _("My access"));
	page_form(c, view, "/password/change", "/password/change", password);
	if (form_has_errors(passkey))
		json_object_set_new(view, "errors", form_errors_view(c,
		    passkey));
	json_object_set_new(view, "email", json_string(me.email));
	json_object_set_new(view, "role", json_string(_(role_word(
	    me.role))));
	json_object_set_new(view, "codes_text", json_string(words_count(
	    c->arena, c->lang, "{n} recovery code is left",
	    "{n} recovery codes are left", me.codes)));
	json_object_set_new(view, "codes_form", page_csrf(c,
	    "/password/recovery", "/password/recovery"));
	json_object_set_new(view, "sessions", sessions_view(c, rows, n));
	json_object_set_new(view, "end_form", n < 2 ? json_null() :
	    page_csrf(c, "/access/sessions", "/access/sessions"));
	if ((e = auth_passkeys_view(c, passkey, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	*ret_view = view;
	return ERR_OK;
}

enum err
auth_office_access(struct ctx *c)
{
	struct form passkey;
	json_t *view;
	enum err e;

	form_blank(c, auth_office_change_fields, &c->form);
	form_blank(c, auth_office_passkey_new_fields, &passkey);
	if ((e = access_view(c, &c->form, &passkey, &view)) != ERR_OK)
		return e;
	return page(c, "office/auth_access.html", view);
}

enum err
auth_access_again(struct ctx *c, enum err e)
{
	struct form password;
	json_t *view;
	enum err shown;

	form_blank(c, auth_office_change_fields, &password);
	if ((shown = access_view(c, &password, &c->form, &view)) != ERR_OK)
		return shown;
	return page_form_again(c, e, "office/auth_access.html", view);
}

enum err
auth_access_tell(struct ctx *c, struct db *db, uint64_t staff_id,
    const char *what, const char *passkey)
{
	struct outbox_mail mail = { .template = "staff_access",
	    .is_legal = true };
	struct q_auth_staff_one who;
	struct address address;
	enum err e;

	if ((e = q_auth_staff_one(db, c->arena, staff_id, &who)) != ERR_OK)
		return e;
	if (address_read(c->arena, who.email, &address) != ERR_OK)
		return ERR_BUG;
	mail.to = address.mail;
	mail.language = who.language;
	mail.view = json_pack("{s:s, s:s, s:s?, s:s, s:s}", "name", who.name,
	    "what", words_get(who.language, what), "passkey", passkey, "at",
	    page_write_date_time(c->arena, who.language, c->now_us), "url",
	    arena_printf(c->arena, "%s/access", c->worker->base_url));
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(mail.view);
	return e;
}

/* A change of one's own access. */
struct changing {
	struct ctx *c;
	struct password_kept password;
	struct recovery_set codes;
};

static enum err
note(struct ctx *c, struct db *db, const char *verb)
{
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "staff",
	    .object_id = c->caller.staff_id, .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
end_others(struct ctx *c, struct db *db)
{
	unsigned char hash[HASH_BYTES];

	session_hash(c, hash);
	return q_auth_office_delete_others(db, c->caller.staff_id,
	    (struct bytes){ hash, HASH_BYTES }, NULL);
}

static enum err
end_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	enum err e;

	if ((e = end_others(c, db)) != ERR_OK)
		return e;
	return note(c, db, "staff.sessions_ended");
}

enum err
auth_office_end(struct ctx *c)
{
	enum err e;

	if ((e = ctx_tx(c, end_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/access");
}

static enum err
codes_in_tx(struct db *db, void *arg)
{
	struct changing *k = arg;
	struct ctx *c = k->c;
	enum err e;

	if ((e = auth_recovery_store(db, c->caller.staff_id,
	    &k->codes)) != ERR_OK ||
	    (e = note(c, db, "staff.codes_renewed")) != ERR_OK)
		return e;
	return auth_access_tell(c, db, c->caller.staff_id,
	    N_("New recovery codes were made for your access."), NULL);
}

enum err
auth_office_recovery(struct ctx *c)
{
	struct changing k = { .c = c };
	enum err e;

	if ((e = recovery_new(c->arena, c->worker->keys, c->caller.staff_id,
	    &k.codes)) != ERR_OK)
		return e;
	ctx_more_time(c);
	if ((e = tx_run(c->db, NULL, c->arena, codes_in_tx, &k, NULL)) !=
	    ERR_OK)
		return e;
	return auth_recovery_show(c, &k.codes);
}

static enum err
change_in_tx(struct db *db, void *arg)
{
	struct changing *k = arg;
	struct ctx *c = k->c;
	enum err e;

	if ((e = q_auth_staff_password_put(db, (struct bytes){
	    (const unsigned char *)k->password.hash,
	    strlen(k->password.hash) }, k->password.mac, c->caller.staff_id,
	    NULL)) != ERR_OK || (e = end_others(c, db)) != ERR_OK ||
	    (e = note(c, db, "staff.password_changed")) != ERR_OK)
		return e;
	return auth_access_tell(c, db, c->caller.staff_id,
	    N_("The password of your access was changed."), NULL);
}

static enum err
judge(struct ctx *c)
{
	const char *site[] = { c->site->name, c->site->legal_name, "assent",
	    NULL };
	const char *own[] = { NULL, c->caller.name, NULL };
	struct q_auth_staff_one me;
	enum password_fault fault;
	enum err e;

	if ((e = q_auth_staff_one(c->db, c->arena, c->caller.staff_id,
	    &me)) != ERR_OK)
		return e;
	own[0] = me.email;
	fault = password_judge(c->arena, PASSWORD_OFFICE, form_value(&c->form,
	    "password"), site, own);
	if (fault == PASSWORD_GOOD)
		return ERR_OK;
	form_fail(&c->form, "password", _(password_sentence(fault)));
	return ERR_INVALID;
}

enum err
auth_office_change(struct ctx *c)
{
	struct changing k = { .c = c };
	struct form passkey;
	json_t *view;
	enum err e, shown;

	if ((e = form_read(c, auth_office_change_fields, &c->form)) == ERR_OK)
		e = judge(c);
	if (e == ERR_OK) {
		if ((e = password_keep(c->arena, c->worker->keys,
		    PASSWORD_OFFICE, c->caller.staff_id, form_value(&c->form,
		    "password"), &k.password)) != ERR_OK ||
		    (e = tx_run(c->db, NULL, c->arena, change_in_tx, &k,
		    NULL)) != ERR_OK)
			return e;
		return page_redirect(c, "/access");
	}
	if (e != ERR_INVALID && e != ERR_MALFORMED)
		return e;
	form_blank(c, auth_office_passkey_new_fields, &passkey);
	if ((shown = access_view(c, &c->form, &passkey, &view)) != ERR_OK)
		return shown;
	return page_form_again(c, e, "office/auth_access.html", view);
}
