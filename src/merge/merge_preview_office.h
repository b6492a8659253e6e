/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What staff see before two records become one, and what they choose there.
 * Law: GDPR 5(1)(d), 5(1)(f).
 */
#ifndef MERGE_MERGE_PREVIEW_OFFICE_H
#define MERGE_MERGE_PREVIEW_OFFICE_H

#include "app/ctx.h"
#include "db/queries.h"
#include "merge/merge.h"

/* Two records that are looked at together. */
struct merge_preview {
	struct ctx *c;
	uint64_t id;		/* of the one that stays */
	uint64_t other;
	struct merge_pair pair;
	struct q_merge_facts facts;
	uint64_t waiting;	/* other merges with one of them, that the caller may know of */
	struct q_merge_states *states;
	size_t n_states;
	struct field fields[MERGE__MAX + CUSTOM_EVER_MAX + 3];
	const char *versions;	/* of both, as they were read */
};

/**
 * merge_office_see(c, id):
 * ERR_NOTFOUND for a record that the caller does not see, as for none.
 */
enum err merge_office_see(struct ctx *c, uint64_t id) MUST_CHECK;

/**
 * merge_office_name(c, given, family, email):
 * Return what a record is called in a line: its name, else its address (NULL:
 * none).
 */
const char *merge_office_name(struct ctx *c, const char *given,
    const char *family, const char *email) NONNULL_RETURN;

/**
 * merge_preview_url(c, stays, goes):
 * Return the address of the page that shows both.
 */
const char *merge_preview_url(struct ctx *c, uint64_t stays, uint64_t goes)
    NONNULL_RETURN;

/**
 * merge_preview_load(k):
 * Read into ${k}, of which .c is set, the two records of the path as they are
 * now, and what stands in the way.  ERR_NOTFOUND when the caller does not see
 * both, or they are one and the same.
 */
enum err merge_preview_load(struct merge_preview *k) MUST_CHECK;

/**
 * merge_preview_fields(k), merge_preview_begin(k), merge_preview_take(k):
 * Declare what is chosen between the two; fill the form for a first look; take
 * what was chosen in it, then what is no choice.
 */
void merge_preview_fields(struct merge_preview *k);
void merge_preview_begin(struct merge_preview *k);
void merge_preview_take(struct merge_preview *k);

/**
 * merge_preview_why_not(k):
 * Return why the caller cannot join them now; MERGE_MAY if they can.
 */
enum merge_why merge_preview_why_not(const struct merge_preview *k);

/**
 * merge_preview_draw(k, why):
 * Note who looked and draw both side by side, with the form of ctx, again with
 * its errors when ${why} is one.
 */
enum err merge_preview_draw(struct merge_preview *k, enum err why) MUST_CHECK;

#endif
