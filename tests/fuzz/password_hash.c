/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The guard before Argon2id: what it lets pass is cheap enough, and libsodium
 * reads it too (GDPR 32).
 */
#include "auth/password.h"

#include <assert.h>

#include <sodium.h>

#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	const char *text = arena_textn(a, data, size);
	struct password_cost cost;
	int rc;

	if (password_hash_read(text, &cost) == ERR_OK) {
		assert(cost.memory_kib <= PASSWORD_MEMORY_MAX_KIB);
		assert(cost.passes <= PASSWORD_PASSES_MAX);
		assert(strlen(text) < crypto_pwhash_STRBYTES);
		rc = crypto_pwhash_str_needs_rehash(text, cost.passes,
		    cost.memory_kib * 1024);
		assert(rc == 0);
	}
	arena_close(a);
	return 0;
}
