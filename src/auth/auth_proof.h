/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What proves who a colleague is, found first and spent in the transaction
 * that lets them in.  For the office's files of this room only.
 * Law: GDPR 32; CNIL 2022-100.
 */
#ifndef AUTH_AUTH_PROOF_H
#define AUTH_AUTH_PROOF_H

#include "app/ctx.h"
#include "app/gate.h"
#include "auth/password.h"
#include "auth/recovery.h"

/* A password that somebody typed for an address. */
struct auth_trying {
	struct ctx *c;
	const char *address_key;
	uint64_t staff_id;
	struct password_kept rehashed;	/* .hash NULL: not needed */
};

/**
 * auth_try_password(trying, password):
 * Check ${password} for trying->address_key, in the same time for every
 * address.  ERR_INVALID when the two do not belong together, ERR_LIMIT after
 * too many tries.
 */
enum err auth_try_password(struct auth_trying *trying, const char *password)
    MUST_CHECK;

/* What the second factor was found to be, to be spent with the sign-in. */
struct auth_factor {
	struct ctx *c;
	const char *who;	/* for the budget */
	uint64_t step;		/* of the app; 0: a recovery code */
	uint64_t recovery_id;
};

/**
 * auth_check_factor(factor, typed):
 * Check six digits of the app, or a recovery code, of c->caller.staff_id.
 * ERR_INVALID when it is neither, ERR_LIMIT after too many tries.
 */
enum err auth_check_factor(struct auth_factor *factor, const char *typed)
    MUST_CHECK;

/**
 * auth_note_refused(c):
 * Write into the audit that a second factor of this colleague was refused.
 */
enum err auth_note_refused(struct ctx *c) MUST_CHECK;

/* A session that takes the place of the one the request came with. */
struct auth_entering {
	struct ctx *c;
	/* Spend ${proof} in the transaction; NULL: nothing to spend. */
	enum err (*prove)(struct auth_entering *entering, struct db *db);
	const void *proof;
	uint64_t staff_id;
	bool has_second_factor;
	const char *how;		/* "passkey", "header"; NULL: "password" */
	bool is_stale;			/* a serious act asks for more at once */
	struct spend spends[2];		/* given back */
	size_t n_spends;
	const char *verb;		/* of the audit line; NULL: none */
	unsigned char before[HASH_BYTES];
};

/**
 * auth_enter(entering):
 * Prove and begin the session, in one transaction.
 */
enum err auth_enter(struct auth_entering *entering) MUST_CHECK;

/**
 * auth_prove_password(entering, db), auth_prove_factor(entering, db),
 * auth_prove_both(entering, db):
 * For auth_entering.prove: spend a struct auth_trying, auth_factor, auth_both.
 * Each step and each recovery code is good once, whoever else tries
 * meanwhile: ERR_INVALID for the second.
 */
struct auth_both {
	const struct auth_trying *password;
	const struct auth_factor *factor;
};
enum err auth_prove_password(struct auth_entering *entering, struct db *db)
    MUST_CHECK;
enum err auth_prove_factor(struct auth_entering *entering, struct db *db)
    MUST_CHECK;
enum err auth_prove_both(struct auth_entering *entering, struct db *db)
    MUST_CHECK;

/**
 * auth_access_tell(c, db, staff_id, what, passkey):
 * Tell ${staff_id} by mail, in the transaction in hand, what happened to
 * their access: ${what} is a msgid, ${passkey} the name of the one it is
 * about, or NULL.
 *
 * Source: ASVS 5.0, 6.3.7.
 */
enum err auth_access_tell(struct ctx *c, struct db *db, uint64_t staff_id,
    const char *what, const char *passkey) MUST_CHECK;

/**
 * auth_access_again(c, e):
 * Show the page of the caller's access again with what is wrong in c->form,
 * which is the form of a new passkey: 422, or 400 for ERR_MALFORMED ${e}.
 */
enum err auth_access_again(struct ctx *c, enum err e) MUST_CHECK;

/**
 * auth_recovery_store(db, staff_id, set):
 * Make ${set} the recovery codes of ${staff_id}, in the transaction in hand;
 * earlier ones are gone.
 */
enum err auth_recovery_store(struct db *db, uint64_t staff_id,
    const struct recovery_set *set) MUST_CHECK;

/**
 * auth_recovery_show(c, set):
 * Answer with the codes of ${set}: the only time that they are shown.
 */
enum err auth_recovery_show(struct ctx *c, const struct recovery_set *set)
    MUST_CHECK;

#endif
