/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The file of signed heads, beside the erasure journal: whoever changes the
 * database does not change it too (GDPR 5(2)).
 */
#ifndef LEDGER_HEADS_FILE_H
#define LEDGER_HEADS_FILE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

/* Zeroed: the file has not been looked at yet. */
struct heads_file {
	uint64_t through;	/* log_head.id of its last line */
	int64_t size_bytes;	/* as we left it */
};

/**
 * heads_file_catch_up(f, db, a, path):
 * Append to ${path}, made if need be, each head of the database after the one
 * in its last line, a JWS a line, and wait until it is on the disk.  A line
 * that a power cut left half written is replaced.  ERR_DOWN, logged, when the
 * file cannot be written.
 */
enum err heads_file_catch_up(struct heads_file *f, struct db *db,
    struct arena *a, const char *path) MUST_CHECK;

#endif
