/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The file that is imported, as records of cells.  All of it is looked at
 * before its first row is stored (GDPR 5(1)(d), 32(1)(b)).
 */
#ifndef IMPORT_IMPORT_FILE_H
#define IMPORT_IMPORT_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define IMPORT_FILE_MAX_BYTES	(64u * 1024 * 1024)
#define IMPORT_ROWS_MAX		1000000u
#define IMPORT_CELL_MAX_BYTES	(16u * 1024)
#define IMPORT_COLUMNS_MAX	64u

struct import_record {
	uint64_t line;			/* in the file, from 1; its last one */
	struct bytes cells[IMPORT_COLUMNS_MAX];	/* any bytes */
	size_t n;			/* cells; may be more than there is room for */
};

/* What is wrong with a file as a whole. */
enum import_fault {
	IMPORT_FAULT_NONE,
	IMPORT_FAULT_EMPTY,	/* nothing in it */
	IMPORT_FAULT_TYPE,	/* no table of text at all */
	IMPORT_FAULT_UTF16,
	IMPORT_FAULT_ENCODING,	/* neither UTF-8 nor Windows-1252 */
	IMPORT_FAULT_WORKBOOK,	/* where only CSV is read */
	IMPORT_FAULT_OLD,	/* a workbook from before XLSX */
	IMPORT_FAULT_LARGE,
	IMPORT_FAULT_ROWS,	/* too many, or too many cells */
	IMPORT_FAULT_COLUMNS,	/* too many */
	IMPORT_FAULT_LONG,	/* a cell */
	IMPORT_FAULT_QUOTE,	/* a quotation mark in the wrong place */
	IMPORT_FAULT_BROKEN,	/* an archive or XML that is none */
	IMPORT_FAULT_HOSTILE,	/* built to harm: a bomb, a path, a DTD */
	IMPORT_FAULT_STOPPED,	/* its reader ended before its end */
	IMPORT_FAULT__MAX
};

struct import_verdict {
	enum import_fault fault;
	uint64_t line;		/* of the fault; 0: of no line */
};

struct import_file {
	struct bytes text;	/* without BOM; borrowed */
	char delimiter;
	struct import_record first;	/* the names of the columns */
	uint64_t rows;		/* behind them */
};

/**
 * import_file_open(a, text, delimiter, ret_file, ret_why):
 * Look through the CSV ${text} (borrowed): UTF-8 with or without BOM, cells
 * parted by ${delimiter}, or, when that is 0, by the most frequent one of
 * , ; TAB and | in the first line.  ERR_INVALID and a sentence in ${ret_why}
 * for another encoding, a quotation mark in the wrong place, and what is
 * beyond the bounds above; it names lines, no words of the file.
 *
 * Source: RFC 4180, 2.
 */
enum err import_file_open(struct arena *a, struct bytes text, char delimiter,
    struct import_file *ret_file, const char **ret_why) MUST_CHECK;

/**
 * import_file_look(a, text, delimiter, ret_file, ret_verdict):
 * As import_file_open(), with what is wrong as a code.
 */
enum err import_file_look(struct arena *a, struct bytes text, char delimiter,
    struct import_file *ret_file, struct import_verdict *ret_verdict)
    MUST_CHECK;

/* Called with each record, whose cells are in the reader's arena. */
typedef enum err import_record_fn(void *arg,
    const struct import_record *record);

/**
 * import_file_read(file, a, fn, arg):
 * Call ${fn}(${arg}, record) for each record behind the first, with its cells
 * in ${a}, which ${fn} may wipe.  An error of ${fn} ends it and is returned.
 */
enum err import_file_read(const struct import_file *file, struct arena *a,
    import_record_fn *fn, void *arg) MUST_CHECK;

#endif
