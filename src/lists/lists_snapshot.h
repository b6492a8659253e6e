/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The filter of a snapshot, sealed between the office that asks and the keeper
 * that looks: it may hold typed words (GDPR 25, 32).
 */
#ifndef LISTS_LISTS_SNAPSHOT_H
#define LISTS_LISTS_SNAPSHOT_H

#include "keys/keys.h"
#include "lists/lists_filter.h"

/* What a snapshot is of, and why it was asked for. */
struct lists_snapshot {
	const char *reason;	/* a code of contacts_reason() */
	struct lists_filter filter;
};

/**
 * lists_snapshot_seal(a, keys, staff_id, created_us, snapshot):
 * Return ${snapshot} sealed as the one that ${staff_id} asked for at
 * ${created_us}.
 */
struct bytes lists_snapshot_seal(struct arena *a, const struct keys *keys,
    uint64_t staff_id, int64_t created_us,
    const struct lists_snapshot *snapshot);

/**
 * lists_snapshot_open(a, keys, staff_id, created_us, sealed, ret_snapshot):
 * Open what lists_snapshot_seal() made.  ERR_MALFORMED when it does not open,
 * or holds no filter.
 */
enum err lists_snapshot_open(struct arena *a, const struct keys *keys,
    uint64_t staff_id, int64_t created_us, struct bytes sealed,
    struct lists_snapshot *ret_snapshot) MUST_CHECK;

#endif
