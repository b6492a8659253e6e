/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The script asks for a question, lets the browser answer it, and sends the
 * form with the answer.  A question belongs to one session, is good for five
 * minutes, and is spent before its answer is looked at.
 * Law: GDPR 32; CNIL 2022-100; ASVS 5.0 chapters 6 and 7.
 */
#include "auth/auth_passkey_office.h"

#include <inttypes.h>

#include "app/gate.h"
#include "app/page.h"
#include "app/route.h"
#include "app/session.h"
#include "auth/auth_proof.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define QUESTION_US	(5 * MINUTE_US)
#define PART_CHARS	11000	/* PASSKEY_PART_MAX in base64url */
#define ID_CHARS	1364	/* PASSKEY_ID_MAX in base64url */

const struct field auth_office_passkey_fields[] = {
	{ .name = "to", .type = F_HIDDEN, .max = 200 },
	{ .name = "credential", .type = F_HIDDEN, .need = true,
	  .max = ID_CHARS },
	{ .name = "client", .type = F_HIDDEN, .need = true,
	  .max = PART_CHARS },
	{ .name = "auth", .type = F_HIDDEN, .need = true,
	  .max = PART_CHARS },
	{ .name = "signature", .type = F_HIDDEN, .need = true,
	  .max = PART_CHARS },
	{ .name = "user", .type = F_HIDDEN, .need = true, .max = 100 },
	{ .name = NULL }
};

json_t *
auth_passkey_form(struct ctx *c, const char *to)
{
	json_t *form = page_csrf(c, "/sign-in/passkey", "/sign-in/passkey");

	json_object_set_new(form, "to", json_string(to == NULL ? "" : to));
	json_object_set_new(form, "question", page_csrf(c,
	    "/sign-in/passkey/question", "/sign-in/passkey/question"));
	return form;
}

/* ---- the question */

struct question {
	struct ctx *c;
	unsigned char hash[HASH_BYTES];		/* of the session */
	struct bytes challenge;
};

static enum err
ask_in_tx(struct db *db, void *arg)
{
	const struct question *k = arg;

	return q_passkey_ask(db, (struct bytes){ k->hash, HASH_BYTES },
	    k->challenge, k->c->now_us + QUESTION_US, NULL);
}

/* Who asks is told no more than everybody: nobody's passkeys are named. */
static json_t *
question_view(struct ctx *c, struct bytes challenge)
{
	struct passkey_asked asked;

	passkey_site(c->arena, c->worker->base_url, &asked);
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "challenge",
	    base64url_write(c->arena, challenge), "host", asked.rp_id, "site",
	    c->site->name, "user", base64url_write(c->arena, passkey_user(
	    c->arena, &asked, c->caller.staff_id)), "name",
	    c->caller.name == NULL ? "" : c->caller.name);
}

enum err
auth_office_passkey_ask(struct ctx *c)
{
	const struct spend spend = { BUDGET_NETWORK_SIGN_IN, NULL };
	unsigned char challenge[PASSKEY_CHALLENGE_BYTES];
	struct question k = { .c = c };
	enum err e;

	if ((e = gate_try(c, &spend, 1)) != ERR_OK)
		return e;
	random_fill(challenge, sizeof(challenge));
	k.challenge = (struct bytes){ challenge, sizeof(challenge) };
	session_hash(c, k.hash);
	if ((e = tx_run(c->db, NULL, c->arena, ask_in_tx, &k, NULL)) !=
	    ERR_OK)
		return e;
	return page_json(c, 200, question_view(c, k.challenge));
}

enum err
auth_passkey_spend(struct ctx *c, struct db *db,
    struct passkey_asked *ret_asked)
{
	unsigned char bytes[HASH_BYTES];
	const struct bytes hash = { bytes, HASH_BYTES };
	struct q_passkey_asked row;
	uint64_t n;
	enum err e;

	session_hash(c, bytes);
	e = q_passkey_asked(db, c->arena, hash, c->now_us, &row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_INVALID : e;
	if ((e = q_passkey_spend(db, hash, row.challenge, &n)) != ERR_OK)
		return e;
	if (n != 1)
		return ERR_INVALID;
	ret_asked->challenge = row.challenge;
	passkey_site(c->arena, c->worker->base_url, ret_asked);
	return ERR_OK;
}

enum err
auth_passkey_part(struct ctx *c, const struct form *form, const char *name,
    struct bytes *ret_part)
{
	return base64url_read(c->arena, form_value(form, name), ret_part);
}

/* ---- using one */

/* A passkey that answers, and what it was found to prove. */
struct using {
	struct ctx *c;
	struct passkey_asked asked;
	struct q_passkey_of row;
	struct passkey kept;		/* of the row */
	bool is_known;			/* row is somebody's */
	const char *who;		/* for the budget */
	uint32_t count;			/* of its signatures, now */
	const char *refused;		/* the verb of the audit */
};

/* The question is spent before its answer is looked at. */
static enum err
spend_in_tx(struct db *db, void *arg)
{
	struct using *u = arg;

	return auth_passkey_spend(u->c, db, &u->asked);
}

/* Spend it with the sign-in; its row is marked by the key of today. */
static enum err
prove(struct auth_entering *entering, struct db *db)
{
	const struct using *u = entering->proof;
	struct ctx *c = u->c;
	uint64_t n;
	enum err e;

	if ((e = q_passkey_used(db, u->count, passkey_mac(c->arena,
	    c->worker->keys, u->row.staff_id, &u->kept), c->now_us,
	    u->row.id, u->row.sign_count, &n)) != ERR_OK)
		return e;
	return n == 1 ? ERR_OK : ERR_INVALID;
}

/* Whose passkey answers; nobody is told whether there is one. */
static enum err
find(struct using *u, struct bytes id, struct bytes user)
{
	struct ctx *c = u->c;
	struct bytes owner;
	enum err e;

	e = q_passkey_of(c->db, c->arena, id, &u->row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_INVALID : e;
	u->is_known = true;
	u->kept = (struct passkey){ id, (int)u->row.cose_alg,
	    u->row.public_key, (uint32_t)u->row.sign_count };
	u->who = arena_printf(c->arena, "passkey:%" PRIu64, u->row.id);
	/* who is in, or half in, proves that they are the same */
	if (c->caller.staff_id != 0 && c->caller.staff_id != u->row.staff_id)
		return ERR_INVALID;
	owner = passkey_user(c->arena, &u->asked, u->row.staff_id);
	return user.len == owner.len && secret_equal(user.ptr, owner.ptr,
	    owner.len) ? ERR_OK : ERR_INVALID;
}

static enum err
try_use(struct using *u, const struct passkey_use *use)
{
	const struct spend spend = { BUDGET_SECOND_FACTOR, u->who };
	struct ctx *c = u->c;
	enum err e;

	if ((e = gate_try(c, &spend, 1)) != ERR_OK)
		return e;
	if (!passkey_is_ours(c->worker->keys, u->row.staff_id, &u->kept,
	    u->row.mac)) {
		log_fault("event=passkey.refused wrong=mac id=%" PRIu64,
		    u->row.id);
		return ERR_INVALID;
	}
	e = passkey_check_use(c->arena, &u->asked, &u->kept, use,
	    &u->count);
	if (e != ERR_CONFLICT)
		return e;
	u->refused = "staff.passkey_copied";
	return ERR_INVALID;
}

static enum err
check(struct using *u)
{
	const struct form *form = &u->c->form;
	struct passkey_use use;
	struct bytes id, user;
	enum err e;

	if ((e = tx_run(u->c->db, NULL, u->c->arena, spend_in_tx, u, NULL)) !=
	    ERR_OK ||
	    (e = auth_passkey_part(u->c, form, "credential", &id)) !=
	    ERR_OK || (e = auth_passkey_part(u->c, form, "user", &user)) !=
	    ERR_OK || (e = auth_passkey_part(u->c, form, "client",
	    &use.client_data)) != ERR_OK || (e = auth_passkey_part(u->c,
	    form, "auth", &use.auth_data)) != ERR_OK ||
	    (e = auth_passkey_part(u->c, form, "signature",
	    &use.signature)) != ERR_OK ||
	    (e = find(u, id, user)) != ERR_OK)
		return e;
	return try_use(u, &use);
}

static enum err
refused_in_tx(struct db *db, void *arg)
{
	const struct using *u = arg;
	struct ctx *c = u->c;
	const struct ledger_audit event = { .verb = u->refused,
	    .actor = "staff", .actor_id = c->caller.staff_id != 0 ?
	    c->caller.staff_id : u->row.staff_id, .object = "staff",
	    .object_id = u->row.staff_id, .at_us = c->now_us };
	enum err e;

	if ((e = ledger_audit(db, c->arena, c->worker->ledger, &event)) !=
	    ERR_OK || strcmp(u->refused, "staff.passkey_copied") != 0)
		return e;
	return auth_access_tell(c, db, u->row.staff_id,
	    N_("A passkey of your access was refused: its counter has gone back, so somebody may have a copy of it. Remove it and add it again."),
	    u->row.name);
}

/* A page that has nothing but what went wrong, and the way back. */
static enum err
refuse(struct ctx *c)
{
	json_t *view = page_view(c, _("This passkey was not accepted"));

	json_object_set_new(view, "back_url", json_string(
	    c->caller.kind == CALLER_STAFF ? "/sign-in/again" : "/sign-in"));
	return page_status(c, err_table[ERR_INVALID].status,
	    "office/auth_passkey_refused.html", view);
}

enum err
auth_office_passkey(struct ctx *c)
{
	bool is_again = c->caller.kind == CALLER_STAFF;
	struct using u = { .c = c, .refused = "staff.passkey_refused" };
	struct auth_entering k = { .c = c, .prove = prove, .proof = &u,
	    .has_second_factor = true, .how = "passkey", .verb = is_again ?
	    "staff.proved_by_passkey" : "staff.signed_in_by_passkey" };
	const char *to;
	enum err e;

	if (form_read(c, auth_office_passkey_fields, &c->form) != ERR_OK)
		return refuse(c);
	to = form_value(&c->form, "to");
	if ((e = check(&u)) == ERR_OK) {
		k.staff_id = u.row.staff_id;
		k.spends[0] = (struct spend){ BUDGET_NETWORK_SIGN_IN, NULL };
		k.spends[1] = (struct spend){ BUDGET_SECOND_FACTOR, u.who };
		k.n_spends = LENGTH(k.spends);
		e = auth_enter(&k);
	}
	if (e == ERR_OK)
		return page_redirect(c, route_is_page(c, to) ? to : "/");
	if (e != ERR_INVALID)
		return e;
	if (u.is_known && (e = tx_run(c->db, NULL, c->arena, refused_in_tx,
	    &u, NULL)) != ERR_OK)
		return e;
	return refuse(c);
}
