/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A file that somebody uploaded is read by a process of its own, which has no
 * key, no file, no network and little memory: what a hostile file makes of it
 * reaches nothing (GDPR 32(1)(b); RELIABILITY T17).
 */
#ifndef IMPORT_IMPORT_READER_H
#define IMPORT_IMPORT_READER_H

#include <stdbool.h>

#include "import/import_file.h"
#include "keys/keys.h"

#define IMPORT_UPLOAD_MAX_BYTES	(10u * 1024 * 1024)
#define IMPORT_OUT_MAX_BYTES	(100u * 1024 * 1024)	/* of what was read */
#define IMPORT_CELLS_MAX	1000000u	/* of a workbook */

enum import_format { IMPORT_CSV, IMPORT_XLSX, IMPORT_FORMAT__MAX };

extern const char *const import_format_names[IMPORT_FORMAT__MAX];
extern const char *const import_fault_names[IMPORT_FAULT__MAX];

/* What kind of file it is. */
struct import_kind {
	enum import_format format;
	bool is_cp1252;		/* CSV that was not UTF-8 */
	char delimiter;		/* of CSV */
	bool has_names;		/* the first record is the names of columns */
};

struct import_reading {
	struct keys *keys;	/* wiped in the new process; or NULL */
	int64_t until_ticks_us;	/* the reader is ended then */
	/* called once, then for each record, whose cells are in ${a} of
	 * import_read(); that is for the callee to wipe.  An error ends it. */
	enum err (*kind)(void *arg, const struct import_kind *kind);
	import_record_fn *record;
	void *arg;
};

/**
 * import_read(reading, a, file, ret_verdict):
 * Let a process of its own read ${file}: CSV in UTF-8 or Windows-1252, or
 * XLSX, whose dates come as 2026-01-31 and whose rows are as wide as the
 * first.  Without names of columns the first record has empty ones.
 * ERR_INVALID, with ${ret_verdict}, for a file that is not read to its end;
 * ERR_DOWN when no process can be made.
 *
 * Source: RELIABILITY T17.
 */
enum err import_read(const struct import_reading *reading, struct arena *a,
    struct bytes file, struct import_verdict *ret_verdict) MUST_CHECK;

/* ---- inside the new process */

/* Where its records go; import_emit_() ends the process when they cannot. */
struct import_emit {
	int fd;
	struct buf *out;
	uint64_t n_out;		/* bytes so far */
	uint64_t n_rows;
};

void import_emit_kind(struct import_emit *emit,
    const struct import_kind *kind);

/**
 * import_emit_record(emit, record):
 * Hand ${record} over.  ERR_TOOLARGE beyond IMPORT_OUT_MAX_BYTES.
 */
enum err import_emit_record(struct import_emit *emit,
    const struct import_record *record) MUST_CHECK;

/**
 * import_has_address(record):
 * Return whether a cell of ${record} looks like a mail address: then it is
 * somebody's data and no names of columns.
 */
bool import_has_address(const struct import_record *record);

/**
 * import_xlsx_read(a, file, emit):
 * Read the first sheet that is not hidden of the workbook ${file}, and
 * import_emit_ it.
 *
 * Source: ECMA-376-1, 18.2 to 18.4, 18.8; RELIABILITY T17.
 */
struct import_verdict import_xlsx_read(struct arena *a, struct bytes file,
    struct import_emit *emit);

/**
 * import_table_read(a, file, emit):
 * Read ${file}, of whatever kind, and import_emit_ it.
 */
struct import_verdict import_table_read(struct arena *a, struct bytes file,
    struct import_emit *emit);

/**
 * import_table_open(void):
 * Load what import_table_read() cannot load any more once it is locked up.
 */
void import_table_open(void);

/**
 * import_lock_up(void):
 * Take from this process all that it does not need: 256 MB of memory and 10 s
 * of work are left, and writing to what is open.  False when the system does
 * not do so.
 */
bool import_lock_up(void) MUST_CHECK;

#endif
