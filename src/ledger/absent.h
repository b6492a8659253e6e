/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers that are missing in a row of numbers, and since when: of ids, and
 * of the counters of writers (GDPR 5(2)).
 */
#ifndef LEDGER_ABSENT_H
#define LEDGER_ABSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/ledger.h"

#define ABSENT_MAX	256	/* ranges; beyond, the oldest is dropped */

/* Whose numbers; all zero where that does not matter. */
struct absent_name {
	enum ledger_kind kind;
	unsigned char writer[WRITER_BYTES];
};

struct absent_range {
	struct absent_name name;
	uint64_t first, last;
	int64_t since_us;	/* ticks */
};

/* Zeroed is empty. */
struct absent {
	struct absent_range ranges[ABSENT_MAX];
	size_t n;
};

/**
 * absent_clear(s):
 * Forget all.
 */
void absent_clear(struct absent *s);

/**
 * absent_add(s, name, first, last, since_us):
 * Note that ${first} to ${last} of ${name} (NULL: nobody's) are missing.
 */
void absent_add(struct absent *s, const struct absent_name *name,
    uint64_t first, uint64_t last, int64_t since_us);

/**
 * absent_take(s, name, n):
 * Note that ${n} has come: its range shrinks, or becomes two.
 */
void absent_take(struct absent *s, const struct absent_name *name,
    uint64_t n);

/**
 * absent_drop(s, before_us):
 * Forget the ranges that are missing since ${before_us} or longer.
 */
void absent_drop(struct absent *s, int64_t before_us);

/**
 * absent_at(s, i, ret_range):
 * Give the ${i}-th range; false when there are no more.
 */
bool absent_at(const struct absent *s, size_t i,
    struct absent_range *ret_range);

/**
 * absent_lowest(s):
 * Return the lowest missing number, 0 for none.
 */
uint64_t absent_lowest(const struct absent *s);

#endif
