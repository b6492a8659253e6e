/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a row of the ledgers is as bytes, and what those bytes are hashed and
 * marked with.  No personal value stands in them: whom a row is about is a
 * commitment that dies with its opening (GDPR 5(1)(c), 5(2), 7(1), 17).
 */
#ifndef LEDGER_LEAF_H
#define LEDGER_LEAF_H

#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"
#include "keys/hash.h"
#include "ledger/merkle.h"

#define WRITER_BYTES		16	/* a writer id, drawn at start */
#define LEAF_DETAIL_MAX_BYTES	1000

/* What the type of a leaf ("t") can be. */
enum leaf_kind {
	LEAF_CONSENT,
	LEAF_AUDIT,
	LEAF_RECEIPT,
	LEAF_PRUNE,
	LEAF_DIGEST,
	LEAF_EPOCH,
	LEAF_KIND__MAX
};

extern const char *const leaf_kind_names[LEAF_KIND__MAX];

/* A consent event; enumerations are given by the name the database uses. */
struct leaf_consent {
	const char *kind;		/* asked, given, renewed, ... */
	const char *purpose;		/* its code */
	uint64_t purpose_version;
	const char *channel;
	const char *language;
	uint64_t notice_version;
	uint64_t form_version;		/* 0: none */
	const unsigned char *rendering;	/* SHA-256 of the form; NULL: none */
	const char *how;
	uint64_t evidence;		/* 0: none */
	int64_t at_us;
	const unsigned char *subject;	/* commitment */
};

struct leaf_audit {
	const char *verb;
	const char *actor;		/* person, staff or program */
	uint64_t actor_id;		/* 0 unless staff */
	const char *object;
	uint64_t object_id;
	const char *detail;		/* JSON object without personal values */
	int64_t at_us;
	const unsigned char *subject;	/* commitment; NULL: about nobody */
};

/* That a receipt was issued: see doc/formats/receipt.md for its claims. */
struct leaf_receipt {
	const char *jti;
	const unsigned char *claims;	/* SHA-256 of the claims without log */
	int64_t at_us;
};

/* That rows became stubs because their retention ended. */
struct leaf_prune {
	const char *ledger;		/* consent or audit */
	uint64_t count;
	const unsigned char *rows;	/* SHA-256 of the list of row ids */
	const char *reason;
	int64_t at_us;
};

/* The access lines of one day. */
struct leaf_digest {
	struct day day;
	uint64_t count;
	uint64_t first, last;		/* ids; 0 when there are none */
	const unsigned char *lines;	/* SHA-256 over them */
	int64_t at_us;
};

/* That the log goes on from here, after a start or a restore. */
struct leaf_epoch {
	uint64_t epoch;
	const char *reason;		/* start or restore */
	uint64_t size;			/* leaves before this one */
	struct merkle_hash root;	/* of them */
	int64_t at_us;
};

/**
 * leaf_consent(a, row, ret_text), leaf_audit(...), ...:
 * Write the canonical bytes of a row, as NUL-ended text.  The same columns
 * always give the same bytes, so a row that was changed shows.  ERR_INVALID
 * when a value cannot stand there (a control character, an integer of more
 * than 2^53 - 1, a detail that is not a JSON object): a row that this program
 * did not write.
 */
enum err leaf_consent(struct arena *a, const struct leaf_consent *row,
    const char **ret_text) MUST_CHECK;
enum err leaf_audit(struct arena *a, const struct leaf_audit *row,
    const char **ret_text) MUST_CHECK;
enum err leaf_receipt(struct arena *a, const struct leaf_receipt *row,
    const char **ret_text) MUST_CHECK;
enum err leaf_prune(struct arena *a, const struct leaf_prune *row,
    const char **ret_text) MUST_CHECK;
enum err leaf_digest(struct arena *a, const struct leaf_digest *row,
    const char **ret_text) MUST_CHECK;
enum err leaf_epoch(struct arena *a, const struct leaf_epoch *row,
    const char **ret_text) MUST_CHECK;

/**
 * leaf_rows_hash(ids, count, ret_hash):
 * Write the SHA-256 of the JSON list of row ids, "[1,2,5]", that a prune
 * record names.
 */
void leaf_rows_hash(const uint64_t *ids, size_t count,
    unsigned char ret_hash[HASH_BYTES]);

/**
 * leaf_hash(text, ret_hash):
 * Write the leaf hash of canonical ${text}: SHA-256(0x00 || text).
 */
void leaf_hash(const char *text, struct merkle_hash *ret_hash);

/**
 * leaf_mac(key, text, writer, counter, ret_mac):
 * Write the mark of the program that wrote the row: keyed BLAKE2b-256 of the
 * canonical ${text}, the writer's id, and ${counter} in 8 bytes, big endian.
 * ${key} is that program's KEY_LEDGER_*.
 */
void leaf_mac(const unsigned char key[KEY_BYTES], const char *text,
    const unsigned char writer[WRITER_BYTES], uint64_t counter,
    unsigned char ret_mac[HASH_BYTES]);

/* Whom a commitment is to. */
enum leaf_subject {
	SUBJECT_CONTACT,
	SUBJECT_SIGNUP,		/* a sign-up that is not confirmed yet */
	SUBJECT__MAX
};

/**
 * leaf_commit(opening, kind, id, ret_commitment):
 * Write the commitment of a row to the contact ${id}: keyed BLAKE2b-256 of
 * "assent/subject/1|ID" (of a sign-up, "assent/subject/1|signup|ID") under
 * ${opening}, 32 random bytes that are kept apart from the row and destroyed
 * with the person.
 */
void leaf_commit(const unsigned char opening[KEY_BYTES],
    enum leaf_subject kind, uint64_t id,
    unsigned char ret_commitment[HASH_BYTES]);

#endif
