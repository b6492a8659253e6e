/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Folding: words with one space between them, and the same again when folded
 * twice (GDPR 15).
 */
#include "base/fold.h"

#include <assert.h>

#include "base/text.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	const char *text = arena_textn(a, data, size), *once;

	if (text_is_utf8(text, strlen(text))) {
		once = fold_words(a, text);
		assert(text_is_utf8(once, strlen(once)));
		assert(once[0] != ' ' && strstr(once, "  ") == NULL);
		assert(once[0] == '\0' || once[strlen(once) - 1] != ' ');
		assert(strcmp(fold_words(a, once), once) == 0);
	}
	arena_close(a);
	return 0;
}
