/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The Cookie header: a value is believed only if it is there once and is made
 * of a cookie's bytes, as a second, slower reader says too (GDPR 32).
 */
#include <assert.h>

#include "base/text.h"
#include "http/params.h"
#include "tests/fuzz/fuzz.h"

#define NAME "assent-portal"

/* Each pair apart, by itself. */
static const char *
slow_find(struct arena *a, const char *header)
{
	char *copy = arena_text(a, header), *part, *next, *found = NULL;
	size_t i;

	for (part = copy; part != NULL; part = next) {
		if ((next = strchr(part, ';')) != NULL)
			*next++ = '\0';
		while (*part == ' ' || *part == '\t')
			part++;
		if (!text_starts(part, NAME "="))
			continue;
		if (found != NULL)
			return NULL;
		found = part + strlen(NAME "=");
	}
	for (i = 0; found != NULL && found[i] != '\0'; i++)
		if (found[i] <= ' ' || found[i] > '~' ||
		    strchr("\",;\\", found[i]) != NULL)
			return NULL;
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	const char *header = arena_textn(a, data, size);

	assert(text_equal(cookie_find(a, header, NAME),
	    slow_find(a, header)));
	arena_close(a);
	return 0;
}
