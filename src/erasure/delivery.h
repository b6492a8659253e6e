/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the erasure must still know after everything is gone: where to answer,
 * and what to look for.  One sealed column, destroyed after the second search
 * and named in the receipt until then (GDPR 12(3), 17(1)).
 */
#ifndef ERASURE_DELIVERY_H
#define ERASURE_DELIVERY_H

#include "erasure/holding.h"

/**
 * delivery_seal(a, keys, erasure_id, person):
 * Return ${person} sealed with KEY_DELIVERY for the row ${erasure_id}.
 */
struct bytes delivery_seal(struct arena *a, const struct keys *keys,
    uint64_t erasure_id, const struct holding_person *person);

/**
 * delivery_open(a, keys, erasure_id, sealed, ret_person):
 * Open what delivery_seal() made.  ERR_MALFORMED when it is not that.
 */
enum err delivery_open(struct arena *a, const struct keys *keys,
    uint64_t erasure_id, struct bytes sealed,
    struct holding_person *ret_person) MUST_CHECK;

#endif
