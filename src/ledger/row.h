/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A line of a ledger as it stands in the database, with what it should be:
 * for those who check lines, the keeper and the verifier (GDPR 5(2), 7(1)).
 */
#ifndef LEDGER_ROW_H
#define LEDGER_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"
#include "ledger/ledger.h"

struct ledger_row {
	uint64_t id;
	const char *text;	/* canonical bytes; NULL: no program of ours wrote these columns */
	struct merkle_hash leaf;	/* of text */
	bool is_leaf_right;	/* the row's own leaf says the same */
	bool is_logged;		/* the log has a leaf for it */
	bool is_log_right;	/* and that says the same */
	unsigned char writer[WRITER_BYTES];
	uint64_t writer_n;
	struct bytes mac;
};

extern const char *const ledger_names[LEDGER_KIND__MAX];
extern const enum key_purpose ledger_mac_keys[KEYS_PROGRAM__MAX];

/**
 * row_load(db, a, kind, after, through, most, ret_rows, ret_n):
 * Read at most ${most} lines of ${kind} with ids above ${after} up to
 * ${through}, in order.
 */
enum err row_load(struct db *db, struct arena *a, enum ledger_kind kind,
    uint64_t after, uint64_t through, uint64_t most,
    struct ledger_row **ret_rows, size_t *ret_n) MUST_CHECK;

/**
 * row_find_program(keys, kind, row, guess, ret_program):
 * Return whether ${row}'s MAC is by a program that may write ${kind}, and by
 * which; ${guess} is tried first.  ${keys} are the keeper's or the owner's.
 */
bool row_find_program(const struct keys *keys, enum ledger_kind kind,
    const struct ledger_row *row, enum key_program guess,
    enum key_program *ret_program) MUST_CHECK;

/**
 * row_mark(a, keys, kind, text):
 * Return the mark (HASH_BYTES, in ${a}) of a record that keeper or owner make
 * by themselves: ${kind} is its ledger's name or "key", ${text} its bytes.
 *
 * row_has_mark(a, keys, kind, text, mac):
 * Return whether ${mac} is that mark, under a key that is still held.
 */
struct bytes row_mark(struct arena *a, const struct keys *keys,
    const char *kind, const char *text);
bool row_has_mark(struct arena *a, const struct keys *keys, const char *kind,
    const char *text, struct bytes mac) MUST_CHECK;

/**
 * row_key_text(a, kid, use, generation, created_us):
 * Return what the mark of a row of signing_key is over.
 */
const char *row_key_text(struct arena *a, const char *kid, const char *use,
    uint64_t generation, int64_t created_us) NONNULL_RETURN;

#endif
