/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A part of an action on many contacts, between the files that make it up
 * (GDPR 5(1)(f)).
 */
#ifndef LISTS_LISTS_BULK_INSIDE_H
#define LISTS_LISTS_BULK_INSIDE_H

#include "lists/lists_bulk.h"

#define BULK_COUNT_PART	500	/* contacts judged in one transaction */

struct bulk_part {
	const struct bulk_work *w;
	struct db *db;
	const struct q_bulk_load *b;
	struct q_bulk_part *good[BULK_COUNT_PART];	/* to be changed */
	size_t n_good;
	struct q_bulk_part *out[DB_EACH_MAX];	/* that leave the action */
	size_t n_out;
	uint64_t left[BULK_VERDICT__MAX];	/* how many, by why */
	uint64_t gone;		/* no longer there */
	uint64_t n_undone;
	uint64_t n_kept;
	uint64_t done;		/* the last position looked at */
};

/**
 * bulk_change(p), bulk_put_back(p):
 * Change the contacts p->good, DB_EACH_MAX at most, as p->b says, or put back
 * what stood there, each with a line in the person's history.
 */
enum err bulk_change(struct bulk_part *p) MUST_CHECK;
enum err bulk_put_back(struct bulk_part *p) MUST_CHECK;

/**
 * bulk_is_as_left(b, r):
 * Return whether nobody touched ${r} since ${b} changed it, and what stood
 * there before would still be seen by somebody.
 */
bool bulk_is_as_left(const struct q_bulk_load *b, const struct q_bulk_part *r);

#endif
