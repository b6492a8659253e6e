/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Telephone numbers: E.164 comes out, and stays as it is when read again
 * (GDPR 5(1)(d)).
 */
#include "contacts/contacts_search.h"

#include <assert.h>

#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const countries[] = { "FR", "DE", "IT", "LU", "GB",
		"XX", NULL };
	struct arena *a = arena_open();
	char *once, *twice;
	size_t i, len;
	enum err e;

	for (i = 0; i < LENGTH(countries); i++) {
		if (contacts_phone_read(a, arena_textn(a, data, size),
		    countries[i], &once) != ERR_OK)
			continue;
		len = strlen(once);
		assert(once[0] == '+' && once[1] >= '1' && once[1] <= '9');
		assert(len >= 1 + 8 && len <= 1 + 15);
		assert(strspn(once + 1, "0123456789") == len - 1);
		e = contacts_phone_read(a, once, NULL, &twice);
		assert(e == ERR_OK && strcmp(once, twice) == 0);
	}
	arena_close(a);
	return 0;
}
