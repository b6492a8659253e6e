/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Records as bytes: between the process that reads a file and the keeper, and
 * in the sealed pieces that wait to be imported (GDPR 32(1)(b)).
 */
#ifndef IMPORT_IMPORT_FRAME_H
#define IMPORT_IMPORT_FRAME_H

#include "base/buf.h"
#include "import/import_file.h"

/* The longest that a record can be. */
#define IMPORT_FRAME_MAX_BYTES \
	(8 + IMPORT_COLUMNS_MAX * (4 + IMPORT_CELL_MAX_BYTES))

/**
 * import_frame_write(b, record):
 * Append ${record}, with its first IMPORT_COLUMNS_MAX cells, to ${b}.
 */
void import_frame_write(struct buf *b, const struct import_record *record);

/**
 * import_frame_read(at, ret_record):
 * Take a record off the beginning of ${at}; its cells are borrowed from there.
 * ERR_NOTFOUND when nothing is left, ERR_MALFORMED for what is no record
 * within the bounds.
 */
enum err import_frame_read(struct bytes *at,
    struct import_record *ret_record) MUST_CHECK;

#endif
