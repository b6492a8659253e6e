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
    uint64_t staff_id, int64_t created_us,
    const struct lists_snapshot *snapshot)
{
	return seal(a, key_get(keys, KEY_QUERY), place(a, staff_id,
	    created_us), text_bytes(arena_printf(a, "%s|%s",
	    snapshot->reason, lists_filter_write(a, &snapshot->filter))));
}

enum err
lists_snapshot_open(struct arena *a, const struct keys *keys,
    uint64_t staff_id, int64_t created_us, struct bytes sealed,
    struct lists_snapshot *ret_snapshot)
{
	struct bytes plain;
	char *text, *bar;
	enum err e;

	if ((e = keys_unseal(a, keys, KEY_QUERY, place(a, staff_id,
	    created_us), sealed, &plain)) != ERR_OK)
		return e;
	text = arena_textn(a, plain.ptr, plain.len);
	if ((bar = strchr(text, '|')) == NULL)
		return ERR_MALFORMED;
	*bar = '\0';
	ret_snapshot->reason = text;
	return lists_filter_read(a, bar + 1, &ret_snapshot->filter) ==
	    ERR_OK ? ERR_OK : ERR_MALFORMED;
}
