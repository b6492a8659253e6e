/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mail addresses: what passes is fit for SMTP and has one key (GDPR 32).
 */
#include "base/address.h"

#include <assert.h>

#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	const char *text = arena_textn(a, data, size), *p;
	struct address one, two;
	enum err e;

	if (address_read(a, text, &one) == ERR_OK) {
		for (p = one.mail; *p != '\0'; p++)
			assert(*p >= 0x21 && *p <= 0x7e);
		assert(strpbrk(one.mail, "<>()[]\",;:\\") == NULL);
		assert(strchr(one.mail, '@') == strrchr(one.mail, '@'));
		assert(strlen(one.mail) <= ADDRESS_MAX_BYTES);
		assert(strlen(one.key) == strlen(one.mail));
		e = address_read(a, one.mail, &two);
		assert(e == ERR_OK);
		assert(strcmp(one.mail, two.mail) == 0);
		assert(strcmp(one.key, two.key) == 0);
		e = address_read(a, one.key, &two);
		assert(e == ERR_OK);
		assert(strcmp(one.key, two.key) == 0);
	}
	arena_close(a);
	return 0;
}
