/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Acting tokens: the links and typed codes of mails that do one thing once.
 * Only keyed hashes are stored; a token is spent in the transaction of its
 * effect.
 * Law: GDPR 32.
 */
#ifndef ACTING_ACTING_H
#define ACTING_ACTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"

#define ACTING_TRIES_MAX 5

enum acting_purpose { ACTING_SIGN_IN, ACTING_ERASURE, ACTING_ADDRESS,
	ACTING_PASSWORD, ACTING_INVITE, ACTING__MAX };

enum acting_state { ACTING_GOOD, ACTING_USED, ACTING_EXPIRED };

/* A fresh token, for the mail only. */
struct acting_issued {
	const char *token;	/* 43 characters, for a link */
	const char *code;	/* "XXXX-XXXX" */
};

struct acting {
	unsigned char hash[HASH_BYTES];
	uint64_t subject_id;	/* identity, erasure, ...: by purpose */
	enum acting_state state;
	int64_t created_us;
	int64_t expires_us;
	int64_t used_us;	/* 0: not yet */
};

/* A fresh token, and what is stored of it: the keyed hashes. */
struct acting_drawn {
	struct acting_issued issued;
	unsigned char hash[HASH_BYTES];
	unsigned char code_hash[HASH_BYTES];
};

/**
 * acting_draw(a, keys, ret_drawn):
 * Draw a token with its code, for a row that the caller stores: a sign-up
 * holds its own.
 */
void acting_draw(struct arena *a, const struct keys *keys,
    struct acting_drawn *ret_drawn);

/**
 * acting_code_fits(keys, typed, hash, stored):
 * Return whether the text ${typed} is the code that was drawn with the token
 * whose hash is ${hash}, by its hash ${stored}.
 */
bool acting_code_fits(const struct keys *keys, const char *typed,
    struct bytes hash, struct bytes stored);

/* A token to be issued. */
struct acting_new {
	enum acting_purpose purpose;
	uint64_t subject_id;
	const char *address_key;	/* what the person types beside the code */
	int64_t now_us;
	int64_t expires_us;
};

/**
 * acting_issue(db, a, keys, wanted, ret_issued):
 * Draw the token ${wanted} with its code, in the transaction in hand; only
 * their hashes are stored.
 */
enum err acting_issue(struct db *db, struct arena *a,
    const struct keys *keys, const struct acting_new *wanted,
    struct acting_issued *ret_issued) MUST_CHECK;

/**
 * acting_hash(keys, token, ret_hash):
 * Write the hash under which the text ${token} of a link is stored, without
 * looking.  ERR_NOTFOUND for what cannot be a token.
 */
enum err acting_hash(const struct keys *keys, const char *token,
    unsigned char ret_hash[HASH_BYTES]) MUST_CHECK;

/**
 * acting_find(db, a, keys, purpose, token, now_us, ret_acting):
 * Look up the text ${token} of a link.  ERR_NOTFOUND for anything that is not
 * a token of that purpose; a used or expired one is found, and says so.
 */
enum err acting_find(struct db *db, struct arena *a, const struct keys *keys,
    enum acting_purpose purpose, const char *token, int64_t now_us,
    struct acting *ret_acting) MUST_CHECK;

/* A code as somebody typed it. */
struct acting_code {
	enum acting_purpose purpose;
	const char *address_key;
	const char *code;
	int64_t now_us;
};

/**
 * acting_find_code(db, a, keys, typed, ret_acting):
 * Find the newest token for the address of ${typed} whose code is the one
 * typed, within the transaction in hand, which counts a try against each token
 * that it looks at and must be committed also when this fails.  ERR_NOTFOUND
 * when none fits; after ACTING_TRIES_MAX tries only the link works.
 */
enum err acting_find_code(struct db *db, struct arena *a,
    const struct keys *keys, const struct acting_code *typed,
    struct acting *ret_acting) MUST_CHECK;

/**
 * acting_spend(db, acting, now_us, request):
 * Use up ${acting} in the transaction in hand, for the request whose key is
 * ${request}.  ERR_GONE when it was used or has expired meanwhile; the same
 * ${request} may spend it again after a lost answer.
 */
enum err acting_spend(struct db *db, const struct acting *acting,
    int64_t now_us, const unsigned char request[16]) MUST_CHECK;

/**
 * acting_end(db, purpose, subject_id, now_us):
 * End every token of ${purpose} for ${subject_id} that waits, in the
 * transaction in hand: an earlier invitation, once there is a newer one.
 */
enum err acting_end(struct db *db, enum acting_purpose purpose,
    uint64_t subject_id, int64_t now_us) MUST_CHECK;

/**
 * acting_address_hash(a, keys, address_key, ret_hash):
 * Write the keyed hash under which an address's tokens are found.
 */
void acting_address_hash(struct arena *a, const struct keys *keys,
    const char *address_key, unsigned char ret_hash[HASH_BYTES]);

#endif
