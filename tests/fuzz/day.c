/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Days: what is read exists and has one spelling (GDPR 12(3)).
 */
#include "base/day.h"

#include <assert.h>

#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	const char *text = arena_textn(a, data, size);
	struct day day;

	if (day_read(text, &day) == ERR_OK) {
		assert(strcmp(day_write(a, day), text) == 0);
		assert(day_compare(day_from_number(day_number(day)),
		    day) == 0);
	}
	arena_close(a);
	return 0;
}
