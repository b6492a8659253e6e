/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Records as bytes, of whatever bytes: refused, or written again as they were
 * (GDPR 32(1)(b)).
 */
#include "import/import_frame.h"

#include <assert.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	struct bytes at = { data, size };
	struct import_record record;
	struct buf again;
	size_t begin, i;
	enum err e;

	for (;;) {
		begin = size - at.len;
		if ((e = import_frame_read(&at, &record)) != ERR_OK)
			break;
		assert(record.line > 0 && record.n > 0);
		for (i = 0; i < record.n && i < IMPORT_COLUMNS_MAX; i++)
			assert(record.cells[i].len <= IMPORT_CELL_MAX_BYTES);
		buf_open(&again, a);
		import_frame_write(&again, &record);
		assert(again.len == size - at.len - begin &&
		    memcmp(again.ptr, data + begin, again.len) == 0);
	}
	assert(e == ERR_MALFORMED || at.len == 0);
	arena_close(a);
	return 0;
}
