/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The processes that wrote lines, by id, and how far each has counted: a line
 * that vanished before the log had it leaves a gap (GDPR 5(2)).
 */
#ifndef LEDGER_WRITERS_H
#define LEDGER_WRITERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/keys.h"
#include "ledger/ledger.h"

struct writer {
	unsigned char id[WRITER_BYTES];
	enum ledger_kind kind;
	enum key_program program;
	uint64_t last_n;	/* the highest number seen; 0: none */
	uint64_t n_lines;	/* lines seen */
	bool is_new;		/* just made by writers_find() */
	bool is_changed;	/* since the caller last cleared it */
};

struct writers;

/**
 * writers_open(void), writers_close(w):
 * Make an empty set; free one, NULL does nothing.
 */
struct writers *writers_open(void) RETURNS_NEW;
void writers_close(struct writers *w);

/**
 * writers_find(w, kind, id):
 * Return the writer ${id} of ${kind}, made if need be with is_new set;
 * borrowed until the next call.
 */
struct writer *writers_find(struct writers *w, enum ledger_kind kind,
    const unsigned char id[WRITER_BYTES]) NONNULL_RETURN;

/**
 * writers_count(w), writers_at(w, i):
 * Walk over all of them.
 */
size_t writers_count(const struct writers *w);
struct writer *writers_at(struct writers *w, size_t i) NONNULL_RETURN;

#endif
