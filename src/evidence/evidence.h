/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Recordings and scans that prove a choice: what may be stored, how it lies
 * there sealed for the person, and how it is read again.
 * Law: GDPR 5(1)(c), 5(2), 7(1), 17, 32(1)(a); FEATURES TL1.
 */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"

#define EVIDENCE_MAX_BYTES	(10u * 1024 * 1024)	/* of one file */
/* Of one person: their copy takes all of it along, in the keeper's memory. */
#define EVIDENCE_FILES_MAX	20u
#define EVIDENCE_TOTAL_BYTES	(40u * 1024 * 1024)
#define EVIDENCE_CHUNK_BYTES	(256u * 1024)

enum evidence_look { EVIDENCE_PAPER, EVIDENCE_PICTURE, EVIDENCE_SOUND };

/* A kind of file that is taken. */
struct evidence_kind {
	const char *code;	/* of the column */
	const char *type;	/* RFC 2046 */
	const char *extension;
	const char *label;	/* msgid */
	enum evidence_look look;
};

/**
 * evidence_kind_of(file):
 * Return what kind of file ${file} is by its bytes, whatever anybody calls it;
 * NULL for one that is not taken.  Nothing that a browser would run is.
 *
 * Source: ISO 32000-1, 7.5.2; W3C PNG, 5.2; ITU-T T.81, B.1.1; ISO 11172-3,
 * 2.4.2.3; id3.org, ID3v2; ISO 14496-12, 4.3; RFC 3533, 6; RFC 8794, 11.2.
 */
const struct evidence_kind *evidence_kind_of(struct bytes file);

/**
 * evidence_kind_named(code):
 * Return the kind that the column calls ${code}.
 */
const struct evidence_kind *evidence_kind_named(const char *code)
    NONNULL_RETURN;

/**
 * evidence_file(a, id, kind):
 * Return what the file ${id} is called wherever it leaves us: nothing of it
 * was said by anybody.  "evidence/12.pdf".
 */
const char *evidence_file(struct arena *a, uint64_t id, const char *kind)
    NONNULL_RETURN;

/* A file to store. */
struct evidence_new {
	uint64_t contact_id;
	const struct evidence_kind *kind;
	struct bytes file;
	uint64_t staff_id;
	int64_t now_us;
};

/**
 * evidence_store(db, a, keys, file, ret_id):
 * Within a transaction, seal ${file} with the person's live key and store it.
 */
enum err evidence_store(struct db *db, struct arena *a,
    const struct keys *keys, const struct evidence_new *file,
    uint64_t *ret_id) MUST_CHECK;

/* A stored file, and the key that opens it. */
struct evidence_stored {
	uint64_t id;
	uint64_t size_bytes;
	const unsigned char *key;	/* KEY_BYTES, the person's live one */
};

/**
 * evidence_piece(db, a, stored, number, ret_plain):
 * Read and open the piece ${number}, from 0, of a stored file.
 */
enum err evidence_piece(struct db *db, struct arena *a,
    const struct evidence_stored *stored, uint64_t number,
    struct bytes *ret_plain) MUST_CHECK;

/**
 * evidence_whole(db, a, stored, ret_plain):
 * Read all of a stored file into ${a}.  ERR_MALFORMED when it is not as long
 * as it was.
 */
enum err evidence_whole(struct db *db, struct arena *a,
    const struct evidence_stored *stored, struct bytes *ret_plain)
    MUST_CHECK;

/**
 * evidence_reseal(db, stored, key):
 * Within a transaction, seal the pieces of a stored file anew with ${key},
 * when it becomes another record's.  ERR_MALFORMED, logged, when one does not
 * open.  Of the keeper.
 */
enum err evidence_reseal(struct db *db, const struct evidence_stored *stored,
    const unsigned char key[KEY_BYTES]) MUST_CHECK;

#endif
