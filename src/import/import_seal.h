/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What lies there of a file, sealed by a key of its own in the key store:
 * when that goes, no backup opens it (GDPR 5(1)(e), 32(1)(a)).
 */
#ifndef IMPORT_IMPORT_SEAL_H
#define IMPORT_IMPORT_SEAL_H

#include "db/db.h"
#include "keys/seal.h"

#define IMPORT_CHUNK_BYTES	(256u * 1024)	/* of the file as it came */
#define IMPORT_FILE_HOURS	24	/* that a file waits; then its rejects, after the end */
#define IMPORT_UNDO_DAYS	7

/* A file and its key; wiped by the caller. */
struct import_seal {
	uint64_t id;
	unsigned char key[KEY_BYTES];
};

/**
 * import_seal_make(db, a, keys, now_us, seal):
 * Within a transaction, draw the key of the import seal->id.
 */
enum err import_seal_make(struct db *db, struct arena *a,
    const struct keys *keys, int64_t now_us, struct import_seal *seal)
    MUST_CHECK;

/**
 * import_seal_load(db, a, keys, seal):
 * Read the key of the import seal->id.  ERR_NOTFOUND when it is gone.
 */
enum err import_seal_load(struct db *db, struct arena *a,
    const struct keys *keys, struct import_seal *seal) MUST_CHECK;

/* Where a piece stands: "file", "head", "rows" or "reject", and its number. */
struct import_piece {
	const char *kind;
	uint64_t number;
};

/**
 * import_piece_put(db, a, seal, piece, plain):
 * Within a transaction, seal and store a piece.
 */
enum err import_piece_put(struct db *db, struct arena *a,
    const struct import_seal *seal, const struct import_piece *piece,
    struct bytes plain) MUST_CHECK;

/**
 * import_piece_open(a, seal, piece, sealed, ret_plain),
 * import_piece_get(db, a, seal, piece, ret_plain):
 * Open a piece, or read it and open it.  ERR_NOTFOUND when it is not there.
 */
enum err import_piece_open(struct arena *a, const struct import_seal *seal,
    const struct import_piece *piece, struct bytes sealed,
    struct bytes *ret_plain) MUST_CHECK;
enum err import_piece_get(struct db *db, struct arena *a,
    const struct import_seal *seal, const struct import_piece *piece,
    struct bytes *ret_plain) MUST_CHECK;

#endif
