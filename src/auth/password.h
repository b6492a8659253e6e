/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passwords: which are strong enough, how they are kept, and how they are
 * checked so that neither a planted row nor an unknown account shows.
 * GDPR 32; CNIL 2022-100.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/password_cost.h"
#include "base/arena.h"
#include "base/cc.h"
#include "base/err.h"
#include "keys/keys.h"

#define PASSWORD_PORTAL_MIN	15	/* code points; ASVS 5.0, 6.2.1 */
#define PASSWORD_OFFICE_MIN	12	/* with a second factor */
#define PASSWORD_MAX_BYTES	1024
#define PASSWORD_MIN_BITS	34	/* 10^10 guesses: zxcvbn's top score */
#define PASSWORD_SITE_WORDS_MAX	64	/* of the site's own words */

/* Whose account it is: the ids of the two are counted apart. */
enum password_door {
	PASSWORD_PORTAL,
	PASSWORD_OFFICE,
	PASSWORD_DOOR__MAX
};

enum password_fault {
	PASSWORD_GOOD,
	PASSWORD_SHORT_PORTAL,
	PASSWORD_SHORT_OFFICE,
	PASSWORD_LONG,
	PASSWORD_OWN,		/* holds a word of the person's name or address */
	PASSWORD_GUESSABLE,	/* common, or made of what is easily guessed */
	PASSWORD_FAULT__MAX
};

/**
 * password_judge(a, door, password, site, own):
 * Return what is wrong with ${password} (well-formed UTF-8), if anything.
 * ${site} is a list, ended by NULL, of words that anybody would try here: the
 * company's name, its products, its town; the first PASSWORD_SITE_WORDS_MAX
 * count.  ${own} is a list, ended by NULL, of the person's own texts: names
 * and the address; a word of at least four letters out of a name or out of
 * the part before the "@" may not stand in the password, whatever its case or
 * accents.  There is no rule on kinds of characters.
 *
 * Source: ASVS 5.0, 6.2.1, 6.2.4, 6.2.5, 6.2.9 and 6.2.11.
 */
enum password_fault password_judge(struct arena *a, enum password_door door,
    const char *password, const char *const *site, const char *const *own);

/**
 * password_sentence(fault):
 * Return the msgid that says how to choose another; NULL for PASSWORD_GOOD.
 */
const char *password_sentence(enum password_fault fault);

/* A password as its row keeps it. */
struct password_kept {
	enum password_door door;
	uint64_t id;			/* of the identity or of the staff row */
	const char *hash;		/* $argon2id$... */
	struct bytes mac;		/* HASH_BYTES */
};

/**
 * password_keep(a, keys, door, id, password, ret_kept):
 * Hash ${password} at password_cost for the account ${id}, and bind the hash
 * to the account by password_mac() under KEY_PASSWORD.  All in ${a}.
 * ERR_INVALID for more than PASSWORD_MAX_BYTES, ERR_DOWN, logged, without
 * memory for it.
 */
enum err password_keep(struct arena *a, const struct keys *keys,
    enum password_door door, uint64_t id, const char *password,
    struct password_kept *ret_kept) MUST_CHECK;

/**
 * password_verify(keys, kept, password, ret_should_rehash):
 * Check ${password} against ${kept}: ERR_OK, or ERR_INVALID if it is another
 * one.  A row whose mac is not ours, or whose hash is not one that
 * password_hash_read() accepts, is logged as a fault and refused with
 * ERR_INVALID, after the same time; nothing that it asks for is computed.
 * ${ret_should_rehash} says that ${kept} was made at another cost than
 * today's, or under an earlier key.  ${kept} NULL is an account that does not
 * exist or has no password: ERR_INVALID, after the same time.  ERR_DOWN,
 * logged, without memory for it.
 */
enum err password_verify(const struct keys *keys,
    const struct password_kept *kept, const char *password,
    bool *ret_should_rehash) MUST_CHECK;

/**
 * password_hash_read(hash, ret_cost):
 * Read the cost out of an encoded hash, and nothing else: ERR_INVALID unless
 * it is "$argon2id$v=19$m=M,t=T,p=1$SALT$HASH" with M from 8 to
 * PASSWORD_MEMORY_MAX_KIB, T from 1 to PASSWORD_PASSES_MAX, without leading
 * zeros, a salt of 16 and a hash of 32 bytes in canonical base64.
 */
enum err password_hash_read(const char *hash, struct password_cost *ret_cost)
    MUST_CHECK;

#endif
