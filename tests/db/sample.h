/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A table of the tests' own, t.sample, and statements over it: they stand in
 * rows of a copy of the owner's table, since the room takes any.
 */
#ifndef TESTS_DB_SAMPLE_H
#define TESTS_DB_SAMPLE_H

#include "db/inside.h"
#include "tests/db/scratch.h"

enum sample_id {
	SAMPLE_PUT = Q__MAX - 7,	/* all columns; the new id */
	SAMPLE_ALL,			/* every row */
	SAMPLE_ONE,			/* w: its id */
	SAMPLE_CHANGE,			/* i, w */
	SAMPLE_ADD,			/* w; the new id */
	SAMPLE_OTHER,			/* what a test puts there */
	SAMPLE_LAST
};
_Static_assert(Q__MAX > 20, "the room's own statements come first");

extern struct query sample_table[Q__MAX];

/**
 * sample_set(id, does, in, out, text):
 * Put a statement without a group into row ${id}.
 */
void sample_set(unsigned id, enum query_does does, const char *in,
    const char *out, const char *text);

/**
 * sample_make(void), sample_drop(void):
 * Make the table anew, empty, and the statements; drop it.
 */
void sample_make(void);
void sample_drop(void);

/**
 * sample_open(void):
 * Return a connection of the owner with these statements, begun as DB_JOB.
 */
struct db *sample_open(void) RETURNS_NEW;

/**
 * sample_count(void):
 * Return how many rows there are, read by another connection.
 */
uint64_t sample_count(void);

#endif
