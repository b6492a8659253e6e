/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rows of one record become another's, holding by holding.
 * Law: GDPR 5(1)(d), 7(1), 15, 16.
 */
#ifndef MERGE_MERGE_MOVE_H
#define MERGE_MERGE_MOVE_H

#include "app/job.h"
#include "merge/merge.h"

/* What becomes of the rows of the one that goes. */
enum merge_way {
	MERGE_MOVED,		/* they are the other's */
	MERGE_RESEALED,		/* likewise, sealed with the other's key */
	MERGE_SETTLED,		/* with the other's, by a rule */
	MERGE_DROPPED,		/* they say nothing that is lost */
	MERGE_REFUSED,		/* while there is one, nothing is joined */
	MERGE_LATER		/* they go by themselves */
};

struct merge_table {
	const char *name;	/* NULL: the end */
	enum merge_way way;
};

/* Every table with rows of a contact. */
extern const struct merge_table merge_tables[];

/* One merge, in its transaction. */
struct merge_run {
	struct job *job;
	struct db *db;
	struct merge_pair pair;
	uint64_t merge_id;
	uint64_t staff_id;	/* who asked */
	/* Of merge_remember(): what only who goes has; NULL: nothing. */
	const struct q_organisations_of *membership;
};

/**
 * merge_giver(m, field):
 * Return the record whose ${field} is kept.
 */
const struct q_merge_contacts *merge_giver(const struct merge_run *m,
    enum merge_field field) NONNULL_RETURN;

struct q_contacts_provenance;

/**
 * merge_origin(m, record, field, ret_from):
 * Say where ${field} of ${record} came from: by its own line, else as the
 * record's data did.
 */
enum err merge_origin(struct merge_run *m,
    const struct q_merge_contacts *record, const char *field,
    struct q_contacts_provenance *ret_from) MUST_CHECK;

/**
 * merge_move_sealed(m):
 * Move exchanges, history, cases, custom values and recordings, sealed anew
 * for the record that stays.  ERR_MALFORMED, logged, when one of them does not
 * open: then nothing may be stored.
 */
enum err merge_move_sealed(struct merge_run *m) MUST_CHECK;

/**
 * merge_move_reach(m):
 * Move the further addresses and numbers, and make one of each main one that
 * is not kept, with where it came from.
 */
enum err merge_move_reach(struct merge_run *m) MUST_CHECK;

/**
 * merge_move_choices(m):
 * Move the events of consent, and of the states leave the stricter.
 */
enum err merge_move_choices(struct merge_run *m) MUST_CHECK;

/**
 * merge_move_rest(m):
 * Move what is neither sealed nor said: labels, acts, looks, mails, copies.
 * Then nothing is left of the one that goes but its row.
 */
enum err merge_move_rest(struct merge_run *m) MUST_CHECK;

/**
 * merge_remember(m):
 * Note in the history, sealed, each value that is not kept, and that the two
 * were joined.
 */
enum err merge_remember(struct merge_run *m) MUST_CHECK;

/**
 * merge_put(m):
 * Store the merged record and remove the other.  ERR_CONFLICT when it was
 * changed since it was locked, which cannot be.
 */
enum err merge_put(struct merge_run *m) MUST_CHECK;

#endif
