/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads "PUBLIC SIGNATURE DATA" lines in hex and answers each with 1 or 0, so
 * that another library's verdicts can be compared with ours (GDPR 32(1)(d)).
 */
#include <string.h>

#include "base/text.h"
#include "keys/jws.h"

static bool
answer(struct arena *a, char *line)
{
	struct bytes public, signature, data;
	char *second = strchr(line, ' '), *third;

	if (second == NULL || (third = strchr(second + 1, ' ')) == NULL)
		return false;
	*second++ = '\0';
	*third++ = '\0';
	third[strcspn(third, "\n")] = '\0';
	if (hex_read(a, line, &public) != ERR_OK ||
	    hex_read(a, second, &signature) != ERR_OK ||
	    hex_read(a, third, &data) != ERR_OK || public.len != KEY_BYTES ||
	    signature.len != SIGNATURE_BYTES)
		return false;
	puts(signature_holds(public.ptr, data, signature.ptr) ? "1" : "0");
	return true;
}

int
main(void)
{
	struct arena *a = arena_open();
	char line[4096];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (!answer(a, line)) {
			fprintf(stderr, "verdicts: not a line of three\n");
			return 2;
		}
		arena_wipe(a);
	}
	arena_close(a);
	return 0;
}
