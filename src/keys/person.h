/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The key of a person in the key store: made when the first value is sealed,
 * destroyed by the erasure, so that no backup opens what it still holds.
 * Law: GDPR 17, 32(1)(a).
 */
#ifndef KEYS_PERSON_H
#define KEYS_PERSON_H

#include "db/db.h"
#include "keys/seal.h"

/**
 * person_key_load(db, a, keys, contact, class, ret_key):
 * Read the key of ${contact} and ${class}; the caller wipes it.  ERR_NOTFOUND
 * when there is none (any more).
 */
enum err person_key_load(struct db *db, struct arena *a,
    const struct keys *keys, uint64_t contact, enum person_class class,
    unsigned char ret_key[KEY_BYTES]) MUST_CHECK;

struct person_key {
	uint64_t contact;
	enum person_class class;
	int64_t now_us;
};

/**
 * person_key_take(db, a, keys, wanted, ret_key):
 * As person_key_load(), within the transaction in hand, and make the key
 * ${wanted} when there is none.
 */
enum err person_key_take(struct db *db, struct arena *a,
    const struct keys *keys, const struct person_key *wanted,
    unsigned char ret_key[KEY_BYTES]) MUST_CHECK;

struct person_keys {
	const uint64_t *contacts;	/* each once */
	size_t n;			/* 1 to DB_EACH_MAX */
	enum person_class class;
	int64_t now_us;
};

/**
 * person_keys_take(db, a, keys, wanted, ret_keys):
 * As person_key_take() for each of the contacts, in three statements at most.
 * Of the owner, who changes many records at once.  ${ret_keys} is wiped when
 * the answer is an error.
 */
enum err person_keys_take(struct db *db, struct arena *a,
    const struct keys *keys, const struct person_keys *wanted,
    unsigned char ret_keys[][KEY_BYTES]) MUST_CHECK;

/**
 * person_seal(a, key, table, column, contact, text):
 * Return ${text} sealed with a person's key and bound to its place.  The row
 * that ${table} and ${column} name is bound by the contact, since its own id
 * is not known before it is stored.
 */
struct bytes person_seal(struct arena *a, const unsigned char key[KEY_BYTES],
    const char *table, const char *column, uint64_t contact,
    const char *text);

/* Where a sealed text stands. */
struct person_place {
	const char *table;
	const char *column;
	uint64_t contact;
};

/**
 * person_unseal(a, key, place, sealed, ret_text):
 * Open what person_seal() made for ${place}, as a text in ${a}.  ERR_MALFORMED
 * when it was made for another place or with another key.
 */
enum err person_unseal(struct arena *a, const unsigned char key[KEY_BYTES],
    const struct person_place *place, struct bytes sealed,
    const char **ret_text) MUST_CHECK;

#endif
