/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The search after an erasure: one pass over every column that can hold a
 * person's text, for many persons at once (GDPR 5(2), 17(1)).
 */
#ifndef ERASURE_SCAN_H
#define ERASURE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "erasure/holding.h"
#include "erasure/needles.h"
#include "keys/keys.h"

#define SCAN_COLUMNS_MAX	10
#define SCAN_TOLD_MAX		8	/* places that a task names */

/* A table that is searched; sql/data_map.tsv marks the same columns. */
struct scan_place {
	unsigned query;		/* id, [contact_id, wrapped key,] columns */
	const char *table;
	const char *columns[SCAN_COLUMNS_MAX + 1];	/* NULL at the end */
	unsigned n_clear;	/* that many first ones are not sealed */
	enum { SCAN_CLEAR, SCAN_LIVE, SCAN_PROOF } seal;
	bool is_review;		/* kept by law: a find does not block */
};

/* Ends with .table NULL. */
extern const struct scan_place scan_places[];

/* Where something was found. */
struct scan_hit {
	const struct scan_place *place;
	const char *column;
	uint64_t row;
	enum needle_kind kind;
};

/* What was found of one person. */
struct scan_finding {
	const struct holding_person *person;
	uint64_t n_hard;	/* identifiers that were this person's alone */
	uint64_t n_soft;	/* names, and rows kept by law: to look at */
	struct scan_hit hard[SCAN_TOLD_MAX];
	struct scan_hit soft[SCAN_TOLD_MAX];
};

/* A pass in progress; the caller keeps the arena until it ends. */
struct scan {
	struct arena *arena;
	const struct keys *keys;
	struct needles *needles;
	struct scan_finding *findings;
	size_t n_findings;
	size_t at;		/* in scan_places */
	uint64_t after;		/* the last row seen there */
	uint64_t n_columns;
	uint64_t n_rows;
};

/**
 * scan_open(a, keys, persons, n, ret_scan):
 * Begin a pass for ${n} ${persons}, all borrowed like ${keys} until it ends.
 */
void scan_open(struct arena *a, const struct keys *keys,
    const struct holding_person *const *persons, size_t n,
    struct scan *ret_scan);

/**
 * scan_step(db, scan, ret_is_done):
 * Search the next rows; ${ret_is_done} when all were.
 */
enum err scan_step(struct db *db, struct scan *scan, bool *ret_is_done)
    MUST_CHECK;

/**
 * scan_detail(a, hits, n):
 * Return the first ${n} hits (or the SCAN_TOLD_MAX that are told) as JSON for
 * a task: tables, columns, row ids and kinds, never a value.
 */
char *scan_detail(struct arena *a, const struct scan_hit *hits, uint64_t n)
    RETURNS_NEW;

#endif
