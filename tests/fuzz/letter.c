/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The JSON inside a sealed mail: what is read has a good address and harmless
 * names, whoever wrote it (GDPR 32).
 */
#include "outbox/outbox.h"

#include <assert.h>
#include <string.h>

#include "base/address.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	struct outbox_letter letter;
	struct address to;
	size_t i;

	if (outbox_letter_read(a, (struct bytes){ data, size }, &letter) ==
	    ERR_OK) {
		assert(address_read(a, letter.to, &to) == ERR_OK);
		assert(json_is_object(letter.view));
		assert(letter.unsubscribe == NULL ||
		    (letter.unsubscribe[0] == '/' &&
		    strpbrk(letter.unsubscribe, "\r\n <>") == NULL));
		assert(letter.n_files <= OUTBOX_FILES_MAX);
		for (i = 0; i < letter.n_files; i++) {
			assert(strpbrk(letter.files[i].name, "/\r\n\"") ==
			    NULL);
			assert(strpbrk(letter.files[i].type, "\r\n; ") ==
			    NULL);
		}
		json_decref(letter.view);
	}
	arena_close(a);
	return 0;
}
