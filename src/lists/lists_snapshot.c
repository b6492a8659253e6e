/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sealing the filter of a snapshot (GDPR 25, 32).
 */
#include "lists/lists_snapshot.h"

#include <inttypes.h>

#include "base/text.h"
#include "keys/seal.h"

static const char *
place(struct arena *a, uint64_t staff_id, int64_t created_us)
{
	return arena_printf(a, "snapshot|sealed|%" PRIu64 "|%" PRId64,
	    staff_id, created_us);
}

struct bytes
lists_snapshot_seal(struct arena *a, const struct keys *keys,
    uint64_t staff_id, int64_t created_us, const struct lists_filter *filter)
{
	return seal(a, key_get(keys, KEY_QUERY), place(a, staff_id,
	    created_us), text_bytes(lists_filter_write(a, filter)));
}

enum err
lists_snapshot_open(struct arena *a, const struct keys *keys,
    uint64_t staff_id, int64_t created_us, struct bytes sealed,
    struct lists_filter *ret_filter)
{
	struct bytes plain;
	enum err e;

	if ((e = keys_unseal(a, keys, KEY_QUERY, place(a, staff_id,
	    created_us), sealed, &plain)) != ERR_OK)
		return e;
	return lists_filter_read(a, arena_textn(a, plain.ptr, plain.len),
	    ret_filter) == ERR_OK ? ERR_OK : ERR_MALFORMED;
}
