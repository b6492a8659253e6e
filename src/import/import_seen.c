/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Of a million rows only hashes are kept (GDPR 5(1)(c)).
 */
#include "import/import_seen.h"

#include <string.h>

#include "base/text.h"
#include "keys/hash.h"

#define FIRST_SIZE 1024u

void
import_seen_open(struct import_seen *seen, struct arena *a, uint64_t rows)
{
	for (seen->size = FIRST_SIZE; seen->size < 2 * rows;)
		seen->size *= 2;
	seen->hashes = arena_take(a, seen->size * IMPORT_SEEN_BYTES);
}

bool
import_see(struct import_seen *seen, const char *key)
{
	static const unsigned char none[IMPORT_SEEN_BYTES];
	unsigned char hash[HASH_BYTES];
	size_t at;

	sha256_of(text_bytes(key), hash);
	memcpy(&at, hash, sizeof(at));
	for (at &= seen->size - 1; memcmp(seen->hashes[at], none,
	    IMPORT_SEEN_BYTES) != 0; at = (at + 1) & (seen->size - 1))
		if (memcmp(seen->hashes[at], hash, IMPORT_SEEN_BYTES) == 0)
			return true;
	memcpy(seen->hashes[at], hash, IMPORT_SEEN_BYTES);
	return false;
}
