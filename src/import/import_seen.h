/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which addresses of a file were there already (GDPR 5(1)(d)).
 */
#ifndef IMPORT_IMPORT_SEEN_H
#define IMPORT_IMPORT_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define IMPORT_SEEN_BYTES	16	/* of a key's hash: no two are alike */

/* Keys of the rows so far: an open table of their hashes. */
struct import_seen {
	unsigned char (*hashes)[IMPORT_SEEN_BYTES];
	size_t size;		/* a power of two */
};

/**
 * import_seen_open(seen, a, rows):
 * Make room in ${a} for ${rows} keys.
 */
void import_seen_open(struct import_seen *seen, struct arena *a,
    uint64_t rows);

/**
 * import_see(seen, key):
 * Return whether ${key} was there; it is afterwards.
 */
bool import_see(struct import_seen *seen, const char *key);

#endif
