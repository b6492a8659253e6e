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
#include "app/session.h"
#include "auth/auth.h"
#include "auth/password.h"
#include "auth/recovery.h"
#include "auth/totp.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/seal.h"
#include "ledger/ledger.h"

const char *const auth_role_names[ROLE__MAX] = {
	[ROLE_ADVISER] = "adviser",
	[ROLE_LEAD] = "lead",
	[ROLE_DPO] = "dpo",
	[ROLE_SECURITY] = "security",
	[ROLE_LEGAL] = "legal",
	[ROLE_AUDITOR] = "auditor",
	[ROLE_ADMIN] = "admin",
};

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
	{ .name = "password", .type = F_PASSWORD, .need = true,
	  .label = N_("Password"), .autocomplete = "current-password" },
	{ .name = NULL }
};

static enum err
role_read(const char *name, enum staff_role *ret_role)
{
	size_t i;

	for (i = 0; i < ROLE__MAX; i++) {
		if (strcmp(auth_role_names[i], name) == 0) {
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
	enum err e;

	e = q_auth_office_load(c->db, c->arena, hash,
	    c->now_us - AUTH_OFFICE_IDLE_US, c->now_us - AUTH_OFFICE_LIFE_US,
	    &row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_LOGIN : e;
	if (!c->has_chosen_lang)
		c->lang = arena_text(c->arena, row.language);
	if (!row.has_second_factor) {
		if (c->now_us - row.created_us > AUTH_OFFICE_HALF_US)
			return ERR_LOGIN;
		c->caller.staff_id = row.staff_id;
		return ERR_OK;
	}
	if ((e = role_read(row.role, &role)) != ERR_OK)
		return e;
	c->caller = (struct caller){ .kind = CALLER_STAFF,
	    .staff_id = row.staff_id, .team_id = row.team_id, .role = role,
	    .name = row.name, .signed_in_us = row.signed_in_us };
	if (c->now_us - row.seen_us < AUTH_SEEN_EVERY_US)
		return ERR_OK;
	return q_auth_office_seen(c->db, c->now_us, hash, NULL);
}

bool
auth_office_sees_all(const struct ctx *c)
{
	return c->caller.role == ROLE_DPO || c->caller.role == ROLE_LEGAL;
}

static json_t *
password_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Sign in to the back-office"));

	page_form(c, view, "/sign-in", "/sign-in", &c->form);
	return view;
}

enum err
auth_office_password_show(struct ctx *c)
{
	form_blank(c, auth_office_password_fields, &c->form);
	return page(c, "office/auth_sign_in.html", password_view(c));
}

/* A password that somebody typed for an address. */
struct trying {
	struct ctx *c;
	const char *address_key;
	bool is_over;
	uint64_t staff_id;
	struct password_kept rehashed;	/* .hash NULL: not needed */
};

static enum err
count_in_tx(struct db *db, void *arg)
{
	struct trying *k = arg;
	const struct spend spends[] = {
		{ BUDGET_SIGN_IN, k->address_key },
		{ BUDGET_NETWORK_SIGN_IN, NULL },
	};
	bool is_over[LENGTH(spends)];
	enum err e;

	(void)db;
	if ((e = gate_spend(k->c, spends, LENGTH(spends), is_over)) != ERR_OK)
		return e;
	k->is_over = is_over[0] || is_over[1];
	return ERR_OK;
}

/*
 * Check the password of k->address_key, in the same time for every address.
 * ERR_INVALID when the two do not belong together, ERR_LIMIT after too many.
 */
static enum err
try_password(struct trying *k, const char *password)
{
	struct ctx *c = k->c;
	struct q_auth_staff_by_key who = { 0 };
	struct password_kept kept;
	bool is_known, should_rehash = false;
	enum err e;

	if ((e = tx_run(c->db, NULL, c->arena, count_in_tx, k, NULL)) !=
	    ERR_OK)
		return e;
	if (k->is_over)
		return ERR_LIMIT;
	e = q_auth_staff_by_key(c->db, c->arena, (struct bytes){
	    (const unsigned char *)k->address_key, strlen(k->address_key) },
	    &who);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	is_known = e == ERR_OK && who.is_active &&
	    who.password_hash.ptr != NULL;
	if (is_known)
		kept = (struct password_kept){ PASSWORD_OFFICE, who.id,
		    arena_textn(c->arena, who.password_hash.ptr,
		    who.password_hash.len), who.password_mac };
	if ((e = password_verify(c->worker->keys, is_known ? &kept : NULL,
	    password, &should_rehash)) != ERR_OK)
		return e;
	k->staff_id = who.id;
	if (should_rehash)
		return password_keep(c->arena, c->worker->keys,
		    PASSWORD_OFFICE, who.id, password, &k->rehashed);
	return ERR_OK;
}

/* A session that takes the place of the one the request came with. */
struct entering {
	struct ctx *c;
	enum err (*prove)(struct entering *k, struct db *db);	/* or NULL */
	void *proof;
	uint64_t staff_id;
	bool has_second_factor;
	struct spend spend;		/* given back */
	const char *verb;		/* of the audit line; NULL: none */
	unsigned char before[HASH_BYTES];
};

static enum err
enter_in_tx(struct db *db, void *arg)
{
	struct entering *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = k->verb,
	    .actor = "staff", .actor_id = k->staff_id, .object = "staff",
	    .object_id = k->staff_id, .at_us = c->now_us };
	unsigned char hash[HASH_BYTES];
	enum err e;

	session_hash(c, hash);
	if ((k->prove != NULL && (e = k->prove(k, db)) != ERR_OK) ||
	    (e = gate_return(c, &k->spend, 1)) != ERR_OK ||
	    (e = q_auth_office_delete(db, (struct bytes){ k->before,
	    HASH_BYTES }, NULL)) != ERR_OK ||
	    (e = q_auth_office_insert(db, (struct bytes){ hash, HASH_BYTES },
	    k->staff_id, k->has_second_factor, session_label(c), c->now_us,
	    c->now_us, c->now_us, NULL)) != ERR_OK)
		return e;
	return k->verb == NULL ? ERR_OK :
	    ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
enter(struct entering *k)
{
	struct ctx *c = k->c;
	const char *before = c->session_id;
	bool was_new = c->is_new_session_id;
	enum err e;

	session_hash(c, k->before);
	session_renew(c, true);
	if ((e = tx_run(c->db, NULL, c->arena, enter_in_tx, k, NULL)) !=
	    ERR_OK) {
		c->session_id = before;
		c->is_new_session_id = was_new;
	}
	return e;
}

static enum err
prove_password(struct entering *k, struct db *db)
{
	const struct trying *t = k->proof;

	if (t->rehashed.hash == NULL)
		return ERR_OK;
	return q_auth_staff_password_put(db, (struct bytes){
	    (const unsigned char *)t->rehashed.hash,
	    strlen(t->rehashed.hash) }, t->rehashed.mac, t->staff_id, NULL);
}

enum err
auth_office_password(struct ctx *c)
{
	struct trying t = { .c = c };
	struct entering k = { .c = c, .prove = prove_password, .proof = &t };
	enum err e;

	if ((e = form_read(c, auth_office_password_fields, &c->form)) !=
	    ERR_OK)
		return page_form_again(c, e, "office/auth_sign_in.html",
		    password_view(c));
	t.address_key = form_input(&c->form, "email")->address.key;
	e = try_password(&t, form_value(&c->form, "password"));
	if (e == ERR_OK) {
		k.staff_id = t.staff_id;
		k.spend = (struct spend){ BUDGET_SIGN_IN, t.address_key };
		if ((e = enter(&k)) != ERR_OK)
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

/* What was found to be right, to be spent with the sign-in. */
struct factor {
	struct ctx *c;
	const char *who;	/* for the budget */
	bool is_over;
	uint64_t step;		/* of the app; 0: a recovery code */
	uint64_t recovery_id;
};

static enum err
count_code_in_tx(struct db *db, void *arg)
{
	struct factor *f = arg;
	const struct spend spend = { BUDGET_SECOND_FACTOR, f->who };

	(void)db;
	return gate_spend(f->c, &spend, 1, &f->is_over);
}

static bool
is_six_digits(const char *typed)
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		if (*typed >= '0' && *typed <= '9')
			n++;
		else if (*typed != ' ')
			return false;
	}
	return n == TOTP_DIGITS;
}

static enum err
check_recovery(struct factor *f, const char *typed)
{
	struct ctx *c = f->c;
	struct q_auth_recovery_rows *rows;
	struct recovery_rows kept = { .staff_id = c->caller.staff_id };
	struct bytes *hashes;
	size_t i, n, found;
	enum err e;

	if ((e = q_auth_recovery_rows(c->db, c->arena, c->caller.staff_id,
	    &rows, &n)) != ERR_OK)
		return e;
	hashes = arena_take(c->arena, (n + 1) * sizeof(*hashes));
	for (i = 0; i < n; i++)
		hashes[i] = rows[i].code_hash;
	kept.kept = hashes;
	kept.n = n;
	if ((e = recovery_check(c->arena, c->worker->keys, &kept, typed,
	    &found)) != ERR_OK)
		return e;
	f->recovery_id = rows[found].id;
	return ERR_OK;
}

static enum err
check_app(struct factor *f, const char *typed)
{
	struct ctx *c = f->c;
	struct q_auth_staff_load who;
	struct bytes secret;
	enum err e;

	e = q_auth_staff_load(c->db, c->arena, c->caller.staff_id, &who);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_INVALID : e;
	if (who.totp_sealed.ptr == NULL)
		return ERR_INVALID;
	if (keys_unseal(c->arena, c->worker->keys, KEY_TOTP, seal_aad(
	    c->arena, "staff", "totp_sealed", c->caller.staff_id),
	    who.totp_sealed, &secret) != ERR_OK)
		return ERR_BUG;
	return totp_check(secret, typed, c->now_us, who.totp_step, &f->step);
}

static enum err
check_factor(struct factor *f, const char *typed)
{
	struct ctx *c = f->c;
	enum err e;

	f->who = arena_printf(c->arena, "staff:%" PRIu64,
	    c->caller.staff_id);
	if ((e = tx_run(c->db, NULL, c->arena, count_code_in_tx, f, NULL)) !=
	    ERR_OK)
		return e;
	if (f->is_over)
		return ERR_LIMIT;
	return is_six_digits(typed) ? check_app(f, typed) :
	    check_recovery(f, typed);
}

/* Each step and each recovery code once, whoever else tries meanwhile. */
static enum err
prove_factor(struct entering *k, struct db *db)
{
	const struct factor *f = k->proof;
	uint64_t spent = 0;
	enum err e;

	e = f->step != 0 ? q_auth_staff_step(db, f->step, k->staff_id,
	    &spent) : q_auth_recovery_use(db, k->c->now_us, f->recovery_id,
	    k->staff_id, &spent);
	if (e != ERR_OK)
		return e;
	return spent == 1 ? ERR_OK : ERR_INVALID;
}

static enum err
refused_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	const struct ledger_audit event = { .verb = "staff.code_refused",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "staff", .object_id = c->caller.staff_id,
	    .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
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
	struct factor f = { .c = c };
	struct entering k = { .c = c, .prove = prove_factor, .proof = &f,
	    .staff_id = c->caller.staff_id, .has_second_factor = true,
	    .verb = "staff.signed_in" };
	enum err e;

	if (!is_half(c))
		return ERR_LOGIN;
	if ((e = form_read(c, auth_office_code_fields, &c->form)) != ERR_OK)
		return show_code_again(c, e);
	e = check_factor(&f, form_value(&c->form, "code"));
	if (e == ERR_OK) {
		k.spend = (struct spend){ BUDGET_SECOND_FACTOR, f.who };
		if (f.step == 0)
			k.verb = "staff.signed_in_by_recovery";
		if ((e = enter(&k)) == ERR_OK)
			return page_redirect(c, "/");
	}
	if (e != ERR_INVALID)
		return e;
	if ((e = tx_run(c->db, NULL, c->arena, refused_in_tx, c, NULL)) !=
	    ERR_OK)
		return e;
	form_fail(&c->form, "code",
	    _("This is not the code of now, or it was used. Wait for the next one."));
	return show_code_again(c, ERR_INVALID);
}

static json_t *
again_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Is it still you?"));

	page_form(c, view, "/sign-in/again", "/sign-in/again", &c->form);
	json_object_set_new(view, "cancel_url", json_string("/"));
	return view;
}

enum err
auth_office_again_show(struct ctx *c)
{
	form_blank(c, auth_office_again_fields, &c->form);
	return page(c, "office/auth_again.html", again_view(c));
}

enum err
auth_office_again(struct ctx *c)
{
	struct trying t = { .c = c };
	struct entering k = { .c = c, .prove = prove_password, .proof = &t,
	    .staff_id = c->caller.staff_id, .has_second_factor = true };
	struct q_auth_staff_load who;
	enum err e;

	if ((e = form_read(c, auth_office_again_fields, &c->form)) == ERR_OK) {
		if ((e = q_auth_staff_load(c->db, c->arena,
		    c->caller.staff_id, &who)) != ERR_OK)
			return e;
		t.address_key = arena_textn(c->arena, who.email_key.ptr,
		    who.email_key.len);
		e = try_password(&t, form_value(&c->form, "password"));
		if (e == ERR_OK) {
			k.spend = (struct spend){ BUDGET_SIGN_IN,
			    t.address_key };
			if ((e = enter(&k)) != ERR_OK)
				return e;
			return page_redirect(c, "/");
		}
		if (e == ERR_INVALID)
			form_fail(&c->form, "password",
			    _("This is not your password."));
	}
	return page_form_again(c, e, "office/auth_again.html",
	    again_view(c));
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
	return page_redirect(c, "/sign-in");
}
