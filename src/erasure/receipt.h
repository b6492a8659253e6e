/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The erasure receipt: what was erased, anonymised and kept, and what is not
 * gone yet, signed, and without a value that names the person
 * (GDPR 5(2), 12(3), 17, 19).
 */
#ifndef ERASURE_RECEIPT_H
#define ERASURE_RECEIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"
#include "keys/hash.h"
#include "ledger/merkle.h"

#define RECEIPT_TYP		"erasure-receipt+jwt"
#define RECEIPT_STORES_MAX	64
#define RECEIPT_KEPT_MAX	32	/* per store */
#define RECEIPT_REMNANTS_MAX	32
#define RECEIPT_LAWS_MAX	16
#define RECEIPT_RECIPIENTS_MAX	64
#define RECEIPT_CODE_MAX_BYTES	60
#define RECEIPT_TEXT_MAX_BYTES	200

/* Rows that stay, and why. */
struct receipt_kept {
	uint64_t rows;
	const char *reason;	/* in plain words: "invoices" */
	const char *statute;	/* "Code de commerce L123-22" */
	struct day until;
};

/* Counts as they were read again after the erasure. */
struct receipt_store {
	const char *name;	/* the holding */
	uint64_t erased;
	uint64_t anonymised;
	size_t kept_count;
	const struct receipt_kept *kept;
};

/* What still holds the person's data for a while. */
struct receipt_remnant {
	const char *what;	/* backups, binary_logs, key_copy, delivery */
	struct day until;
};

/* Whoever had received the data and was told of its erasure (Art. 19). */
struct receipt_recipient {
	const char *name;	/* an organisation */
	const char *state;	/* told, confirmed or overdue */
	int64_t at_us;
};

/* Where the receipt stands in the log; its leaf follows from its claims. */
struct receipt_log {
	uint64_t index;			/* of the leaf, from 0 */
	int64_t leaf_at_us;
	struct merkle_proof proof;
	const char *head;		/* JWS that the proof leads to */
};

struct receipt {
	const char *iss;		/* the portal's address */
	const char *site;		/* the controller's name */
	const char *jti;
	int64_t issued_us;		/* to the second, as all instants here */
	const char *follows;		/* jti of an earlier receipt; or NULL */
	const char *case_number;
	bool has_request;		/* else the retention period ended */
	int64_t requested_us;
	int64_t decided_us;
	int64_t erased_us;
	size_t law_count;
	const char *const *laws;	/* "GDPR 17(1)(b)" */
	size_t store_count;
	const struct receipt_store *stores;
	int64_t scanned_us;
	uint64_t scanned_columns;
	uint64_t scanned_rows;
	uint64_t for_review;		/* places where a name was found */
	size_t remnant_count;
	const struct receipt_remnant *remnants;
	size_t recipient_count;
	const struct receipt_recipient *recipients;
	unsigned char commitment[HASH_BYTES];
	bool has_log;
	struct receipt_log log;
};

/**
 * receipt_commitment(opening, address_key, case_number, ret_commitment):
 * Write the commitment to the person: keyed BLAKE2b-256, under the random
 * ${opening}, of the normalised address (struct address, key), one NUL byte,
 * and the case number.  The opening stands in the mail's text only.
 */
void receipt_commitment(const unsigned char opening[KEY_BYTES],
    const char *address_key, const char *case_number,
    unsigned char ret_commitment[HASH_BYTES]);

/**
 * receipt_claims_hash(a, r, ret_hash):
 * Write the SHA-256 of the canonical claims without the member "log": what
 * the receipt's leaf holds.  ERR_INVALID as for receipt_sign().
 */
enum err receipt_claims_hash(struct arena *a, const struct receipt *r,
    unsigned char ret_hash[HASH_BYTES]) MUST_CHECK;

/**
 * receipt_leaf(a, r, leaf_at_us, ret_hash):
 * Write the leaf hash of ${r}, as the log holds it when its leaf was written
 * at ${leaf_at_us}.  ERR_INVALID as for receipt_sign().
 */
enum err receipt_leaf(struct arena *a, const struct receipt *r,
    int64_t leaf_at_us, struct merkle_hash *ret_hash) MUST_CHECK;

/**
 * receipt_sign(a, seed, r, ret_jws):
 * Write ${r} as a compact JWS under KEY_RECEIPT_SEED.  ERR_INVALID for what
 * receipt_read() would not read back: a text that is empty, too long or has a
 * control character, more items than the limits above, times out of order.
 */
enum err receipt_sign(struct arena *a, const unsigned char seed[KEY_BYTES],
    const struct receipt *r, const char **ret_jws) MUST_CHECK;

/**
 * receipt_read(a, claims, ret_receipt):
 * Read the claims (the payload of a JWS whose signature was checked).
 * ERR_MALFORMED when a member is missing, unknown, of another type or out of
 * bounds, or when the times are not in order.
 */
enum err receipt_read(struct arena *a, struct bytes claims,
    struct receipt *ret_receipt) MUST_CHECK;

#endif
