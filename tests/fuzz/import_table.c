/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An uploaded file, of whatever bytes, as the process that has nothing reads
 * it: CSV of two encodings, or a workbook.  It is refused with a reason, or
 * what it hands over stays within the bounds (GDPR 32; RELIABILITY T17).
 */
#include "import/import_reader.h"

#include <assert.h>
#include <fcntl.h>

#include "base/buf.h"
#include "tests/fuzz/fuzz.h"

#define SLACK_BYTES	(2u * 1024 * 1024)	/* the last record, and what says its kind */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct arena *a = arena_open();
	struct import_emit emit = { 0 };
	struct import_verdict v;
	struct buf out;

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY);
	assert(fd >= 0);
	import_table_open();
	buf_open(&out, a);
	emit.fd = fd;
	emit.out = &out;
	v = import_table_read(a, (struct bytes){ data, size }, &emit);
	assert(v.fault < IMPORT_FAULT__MAX);
	assert(v.fault != IMPORT_FAULT_NONE || emit.n_rows > 0);
	assert(emit.n_out <= IMPORT_OUT_MAX_BYTES + SLACK_BYTES);
	arena_close(a);
	return 0;
}
