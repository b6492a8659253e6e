/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What proves who a colleague is: a password, a code of the app, a recovery
 * code; and the session that follows.
 * Law: GDPR 32; CNIL 2022-100; ASVS 5.0 chapters 6 and 7.
 */
#include "auth/auth_proof.h"

#include <inttypes.h>

#include "app/session.h"
#include "auth/recovery.h"
#include "auth/totp.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/seal.h"
#include "ledger/ledger.h"

enum err
auth_try_password(struct auth_trying *k, const char *password)
{
	struct ctx *c = k->c;
	struct q_auth_staff_by_key who = { 0 };
	const struct spend spends[] = {
		{ BUDGET_SIGN_IN, k->address_key },
		{ BUDGET_NETWORK_SIGN_IN, NULL },
	};
	struct password_kept kept;
	bool is_known, should_rehash = false;
	enum err e;

	if ((e = gate_try(c, spends, LENGTH(spends))) != ERR_OK)
		return e;
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

static enum err
enter_in_tx(struct db *db, void *arg)
{
	struct auth_entering *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = k->verb,
	    .actor = "staff", .actor_id = k->staff_id, .object = "staff",
	    .object_id = k->staff_id, .at_us = c->now_us };
	/* what began at the company's sign-on stays bound to it */
	bool is_bound = c->caller.is_sso && c->caller.staff_id == k->staff_id;
	unsigned char hash[HASH_BYTES];
	enum err e;

	session_hash(c, hash);
	if ((k->prove != NULL && (e = k->prove(k, db)) != ERR_OK) ||
	    (k->n_spends > 0 && (e = gate_return(c, k->spends,
	    k->n_spends)) != ERR_OK) ||
	    (e = q_auth_office_delete(db, (struct bytes){ k->before,
	    HASH_BYTES }, NULL)) != ERR_OK ||
	    (e = q_auth_office_insert(db, (struct bytes){ hash, HASH_BYTES },
	    k->staff_id, k->has_second_factor, is_bound ? "header" :
	    k->how == NULL ? "password" : k->how, session_label(c),
	    c->now_us, k->is_stale ? 0 : c->now_us, c->now_us, NULL)) !=
	    ERR_OK)
		return e;
	return k->verb == NULL ? ERR_OK :
	    ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
auth_enter(struct auth_entering *k)
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

enum err
auth_prove_password(struct auth_entering *k, struct db *db)
{
	const struct auth_trying *t = k->proof;

	if (t->rehashed.hash == NULL)
		return ERR_OK;
	return q_auth_staff_password_put(db, (struct bytes){
	    (const unsigned char *)t->rehashed.hash,
	    strlen(t->rehashed.hash) }, t->rehashed.mac, t->staff_id, NULL);
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
check_recovery(struct auth_factor *f, const char *typed)
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
check_app(struct auth_factor *f, const char *typed)
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

enum err
auth_check_factor(struct auth_factor *f, const char *typed)
{
	struct ctx *c = f->c;
	struct spend spend = { .budget = BUDGET_SECOND_FACTOR };
	enum err e;

	f->who = arena_printf(c->arena, "staff:%" PRIu64,
	    c->caller.staff_id);
	spend.who = f->who;
	if ((e = gate_try(c, &spend, 1)) != ERR_OK)
		return e;
	return is_six_digits(typed) ? check_app(f, typed) :
	    check_recovery(f, typed);
}

enum err
auth_prove_factor(struct auth_entering *k, struct db *db)
{
	const struct auth_factor *f = k->proof;
	uint64_t spent = 0;
	enum err e;

	e = f->step != 0 ? q_auth_staff_step(db, f->step, k->staff_id,
	    &spent) : q_auth_recovery_use(db, k->c->now_us, f->recovery_id,
	    k->staff_id, &spent);
	if (e != ERR_OK)
		return e;
	return spent == 1 ? ERR_OK : ERR_INVALID;
}

enum err
auth_prove_both(struct auth_entering *k, struct db *db)
{
	const struct auth_both *both = k->proof;
	const void *proof = k->proof;
	enum err e;

	k->proof = both->password;
	e = auth_prove_password(k, db);
	k->proof = both->factor;
	if (e == ERR_OK)
		e = auth_prove_factor(k, db);
	k->proof = proof;
	return e;
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

enum err
auth_note_refused(struct ctx *c)
{
	return tx_run(c->db, NULL, c->arena, refused_in_tx, c, NULL);
}
