/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A colleague's own passkeys: which there are, another one, one less.  Their
 * owner hears of each by mail.
 * Law: GDPR 32; ASVS 5.0, 6.3.7, 6.5.6 and 6.7.1.
 */
#include "auth/auth_passkey_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/session.h"
#include "auth/auth_proof.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define PASSKEYS_MAX	10	/* of one colleague */
#define PART_CHARS	11000	/* PASSKEY_PART_MAX in base64url */

const struct field auth_office_passkey_new_fields[] = {
	{ .name = "name", .type = F_TEXT, .max = 60,
	  .label = N_("Name of the passkey"),
	  .hint = N_("So that you know it again, such as the device it is on."),
	  .autocomplete = "off" },
	{ .name = "client", .type = F_HIDDEN, .need = true,
	  .max = PART_CHARS },
	{ .name = "attestation", .type = F_HIDDEN, .need = true,
	  .max = PART_CHARS },
	{ .name = NULL }
};

static json_t *
row_view(struct ctx *c, const struct q_passkey_list *row)
{
	json_t *view = page_csrf(c, "/access/passkeys/:id/remove",
	    arena_printf(c->arena, "/access/passkeys/%" PRIu64 "/remove",
	    row->id));

	json_object_set_new(view, "name", json_string(row->name));
	json_object_set_new(view, "created", json_string(page_date(c,
	    row->created_us)));
	json_object_set_new(view, "used", row->used_us == 0 ? json_null() :
	    json_string(page_date_time(c, row->used_us)));
	return view;
}

/* Its browser is told which ones the device may have already. */
static json_t *
new_view(struct ctx *c, const struct form *form, const char *known)
{
	json_t *view = page_csrf(c, "/access/passkeys", "/access/passkeys");

	json_object_set_new(view, "question", page_csrf(c,
	    "/sign-in/passkey/question", "/sign-in/passkey/question"));
	json_object_set_new(view, "known", json_string(known));
	json_object_set_new(view, "fields", form_view(c, form));
	return view;
}

enum err
auth_passkeys_view(struct ctx *c, const struct form *form, json_t *view)
{
	struct q_passkey_list *rows;
	const char *known = "";
	json_t *list;
	size_t i, n;
	enum err e;

	if ((e = q_passkey_list(c->db, c->arena, c->caller.staff_id, &rows,
	    &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++) {
		json_array_append_new(list, row_view(c, &rows[i]));
		known = arena_printf(c->arena, "%s%s%s", known, i == 0 ? "" :
		    " ", base64url_write(c->arena, rows[i].credential));
	}
	json_object_set_new(view, "has_passkeys", json_boolean(n > 0));
	json_object_set_new(view, "passkeys", list);
	json_object_set_new(view, "passkey_form", n >= PASSKEYS_MAX ?
	    json_null() : new_view(c, form, known));
	return ERR_OK;
}

static enum err
note(struct ctx *c, struct db *db, const char *verb)
{
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "staff",
	    .object_id = c->caller.staff_id, .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* ---- making one */

struct making {
	struct ctx *c;
	struct passkey_made made;
	struct passkey passkey;
	const char *name;
};

static enum err
store(const struct making *k, struct db *db)
{
	const struct passkey *p = &k->passkey;
	struct ctx *c = k->c;
	uint64_t staff_id = c->caller.staff_id;
	enum err e;

	if ((e = q_passkey_insert(db, staff_id, p->id, p->cose_alg, p->key,
	    passkey_mac(c->arena, c->worker->keys, staff_id, p), p->count,
	    k->name, c->now_us, NULL)) != ERR_OK ||
	    (e = note(c, db, "staff.passkey_added")) != ERR_OK)
		return e;
	return auth_access_tell(c, db, staff_id,
	    N_("A passkey was added to your access."), k->name);
}

static enum err
new_in_tx(struct db *db, void *arg)
{
	struct making *k = arg;
	struct ctx *c = k->c;
	struct passkey_asked asked;
	struct q_passkey_list *rows;
	struct q_passkey_owner owner;
	size_t n;
	enum err e;

	e = q_passkey_owner(db, c->arena, c->caller.staff_id, &owner);
	if (e == ERR_NOTFOUND)
		return ERR_LOGIN;	/* the access was ended meanwhile */
	if (e != ERR_OK ||
	    (e = q_passkey_list(db, c->arena, c->caller.staff_id, &rows,
	    &n)) != ERR_OK)
		return e;
	if (n >= PASSKEYS_MAX)
		return ERR_CONFLICT;
	if ((e = auth_passkey_spend(c, db, &asked)) != ERR_OK ||
	    (e = passkey_read_new(c->arena, &asked, &k->made,
	    &k->passkey)) != ERR_OK)
		return e;
	return store(k, db);
}

/* A question that was answered wrongly is over, too. */
static enum err
refused_in_tx(struct db *db, void *arg)
{
	struct making *k = arg;
	struct passkey_asked asked;
	enum err e;

	e = auth_passkey_spend(k->c, db, &asked);
	if (e != ERR_OK)
		return e == ERR_INVALID ? ERR_OK : e;
	return note(k->c, db, "staff.passkey_refused");
}

static enum err
make(struct making *k)
{
	struct ctx *c = k->c;
	enum err e, noted;

	if ((e = auth_passkey_part(c, &c->form, "client",
	    &k->made.client_data)) == ERR_OK &&
	    (e = auth_passkey_part(c, &c->form, "attestation",
	    &k->made.attestation)) == ERR_OK)
		e = ctx_tx(c, new_in_tx, k);
	if (e != ERR_INVALID)
		return e;
	noted = tx_run(c->db, NULL, c->arena, refused_in_tx, k, NULL);
	form_fail(&c->form, "name",
	    _("This passkey was not accepted. Nothing was changed; press the button once more."));
	return noted != ERR_OK ? noted : e;
}

enum err
auth_office_passkey_new(struct ctx *c)
{
	struct making k = { .c = c };
	enum err e;

	if ((e = form_read(c, auth_office_passkey_new_fields, &c->form)) ==
	    ERR_OK) {
		k.name = form_value(&c->form, "name");
		if (*k.name == '\0')
			k.name = session_label(c);
		e = make(&k);
	}
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return auth_access_again(c, e);
	return e != ERR_OK ? e : page_redirect(c, "/access");
}

/* ---- one less */

struct removing {
	struct ctx *c;
	uint64_t id;
};

static enum err
remove_in_tx(struct db *db, void *arg)
{
	const struct removing *k = arg;
	struct ctx *c = k->c;
	struct q_passkey_own row;
	enum err e;

	if ((e = q_passkey_own(db, c->arena, k->id, c->caller.staff_id,
	    &row)) != ERR_OK ||
	    (e = q_passkey_remove(db, k->id, c->caller.staff_id, NULL)) !=
	    ERR_OK || (e = note(c, db, "staff.passkey_removed")) != ERR_OK)
		return e;
	return auth_access_tell(c, db, c->caller.staff_id,
	    N_("A passkey was removed from your access."), row.name);
}

enum err
auth_office_passkey_remove(struct ctx *c)
{
	struct removing k = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.id)) != ERR_OK ||
	    (e = ctx_tx(c, remove_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/access");
}
