/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The root key and what each program gets of it: one file per program, with
 * just the subkeys that its work needs, so that a broken portal can neither
 * sign a receipt nor read the mails it sealed (GDPR 25, 32(1)(a)).
 */
#ifndef KEYS_KEYS_H
#define KEYS_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "keys/hash.h"

#define KEYS_GENERATIONS_MAX	16	/* that one file holds */

enum key_program {
	KEYS_PORTAL,
	KEYS_OFFICE,
	KEYS_COURIER,
	KEYS_KEEPER,
	KEYS_OWNER,
	KEYS_PROGRAM__MAX
};

enum key_purpose {
	KEY_CSRF_PORTAL,
	KEY_CSRF_OFFICE,
	KEY_SESSION_PORTAL,	/* hash of session ids at rest */
	KEY_SESSION_OFFICE,
	KEY_TOKEN,		/* hash of acting tokens and codes at rest */
	KEY_STANDING,		/* MAC of preference and unsubscribe links */
	KEY_PASSWORD,		/* MAC over stored password hashes and passkeys */
	KEY_BUDGET,		/* hash of what a limiter counts by */
	KEY_REQUEST,		/* MAC of a request's body, for its key */
	KEY_FORM,		/* MAC of captured forms */
	KEY_WRAP,		/* wraps person keys */
	KEY_SUPPRESSION,	/* hash of suppressed addresses and numbers */
	KEY_JOURNAL,		/* pseudonyms in the erasure journal */
	KEY_MAIL_PUBLIC,	/* X25519: mail bodies are sealed to it */
	KEY_MAIL_SECRET,	/* X25519: opens them */
	KEY_DELIVERY,		/* the address for a receipt, until sent */
	KEY_TOTP,		/* seals the staff's TOTP seeds */
	KEY_QUERY,		/* seals words typed into a search or a filter */
	KEY_LEDGER_PORTAL,	/* MAC of ledger rows, one per writer */
	KEY_LEDGER_OFFICE,
	KEY_LEDGER_COURIER,
	KEY_LEDGER_KEEPER,
	KEY_LEDGER_OWNER,
	KEY_RECEIPT_SEED,	/* Ed25519: signs receipts and packages */
	KEY_HEAD_SEED,		/* Ed25519: signs tree heads */
	KEY_PURPOSE__MAX
};

struct keys;

/* One row of the table purpose x program, for programs that print it. */
struct key_row {
	const char *name;	/* in key files and in doc/formats/keys.md */
	unsigned number;	/* crypto_kdf; never given to another purpose */
	unsigned programs;	/* bit 1 << enum key_program */
	bool is_fixed;		/* always of generation 0: never rotates */
	bool is_lasting;	/* earlier generations stay in the file */
};

extern const struct key_row key_table[KEY_PURPOSE__MAX];
extern const char *const key_program_names[KEYS_PROGRAM__MAX];

/**
 * keys_harden(void):
 * Keep the secrets of this process out of core dumps and away from other
 * processes of the same user.  First thing in every main().
 */
void keys_harden(void);

/**
 * keys_root_create(path):
 * Draw a root key and write it to the new file ${path}, mode 0400.
 * ERR_CONFLICT when the file exists (it is never replaced), ERR_DOWN when it
 * cannot be written.  Faults are logged.
 */
enum err keys_root_create(const char *path) MUST_CHECK;

/**
 * keys_derive(root_path, oldest, generation, dir):
 * Write portal.key, office.key, courier.key, keeper.key and owner.key into
 * the folder ${dir}, from the root key in ${root_path}.  ${generation} (from
 * 1) is the current one; purposes that last keep the generations from
 * ${oldest} on.  After a leak, ${oldest} = ${generation} forgets the rest.
 * Each file has mode 0400 and appears whole or not at all; a file that is
 * replaced keeps its owner if we are root, a new one is ours (the caller
 * hands it to its program's user).  ERR_INVALID for a ${generation} that
 * ${oldest} exceeds or that is more than KEYS_GENERATIONS_MAX - 1 later;
 * else as keys_open().
 */
enum err keys_derive(const char *root_path, uint32_t oldest,
    uint32_t generation, const char *dir) MUST_CHECK;

/**
 * keys_open(path, program, ret_keys):
 * Read the key file ${path} of ${program} into memory that is locked and
 * read-only.  The file must be ours or root's, without any right for group
 * and others, and hold exactly what the table says.  ERR_NOTFOUND when there
 * is none, ERR_DENIED when its owner or mode is wrong, ERR_MALFORMED when it
 * is not such a file, ERR_DOWN when it cannot be read.  Each is logged with
 * what to do.
 */
enum err keys_open(const char *path, enum key_program program,
    struct keys **ret_keys) MUST_CHECK;

/**
 * keys_from_root(root, oldest, generation, program):
 * Return what ${program} gets from ${root}, without any file; the arguments
 * are those of keys_derive() and must be right.
 */
struct keys *keys_from_root(const unsigned char root[KEY_BYTES],
    uint32_t oldest, uint32_t generation, enum key_program program)
    RETURNS_NEW;

/**
 * keys_close(keys):
 * Wipe and free ${keys}.  NULL does nothing.
 */
void keys_close(struct keys *keys);

/**
 * key_get(keys, purpose):
 * Return the current key, KEY_BYTES long, borrowed until keys_close().  It is
 * a bug to ask for one that the program does not have.
 */
const unsigned char *key_get(const struct keys *keys,
    enum key_purpose purpose) NONNULL_RETURN;

/**
 * key_get_at(keys, purpose, i):
 * Return the key ${i} generations held before the current one (0 is the
 * current), or NULL when there are no more: to look through old values.
 */
const unsigned char *key_get_at(const struct keys *keys,
    enum key_purpose purpose, unsigned i);

/**
 * keys_generation(keys):
 * Return the current generation.
 */
uint32_t keys_generation(const struct keys *keys);

/**
 * keys_mac_holds(keys, purpose, data, mac):
 * Return whether ${mac} (HASH_BYTES) is mac_of(${data}) under the current or
 * an earlier key of ${purpose} that is still held.
 */
bool keys_mac_holds(const struct keys *keys, enum key_purpose purpose,
    struct bytes data, const unsigned char *mac) MUST_CHECK;

#endif
