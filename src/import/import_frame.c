/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers are little-endian: the line (4 bytes), how many cells there are (4),
 * then for each cell its length (4) and its bytes (GDPR 32(1)(b)).
 */
#include "import/import_frame.h"

#include <stdbool.h>
#include <string.h>

static void
add_number(struct buf *b, uint64_t n)
{
	unsigned char four[4];
	size_t i;

	for (i = 0; i < sizeof(four); i++)
		four[i] = (unsigned char)(n >> 8 * i);
	buf_add(b, four, sizeof(four));
}

static bool
take_number(struct bytes *at, uint32_t *ret_n)
{
	uint32_t n = 0;
	size_t i;

	if (at->len < 4)
		return false;
	for (i = 0; i < 4; i++)
		n |= (uint32_t)at->ptr[i] << 8 * i;
	at->ptr += 4;
	at->len -= 4;
	*ret_n = n;
	return true;
}

void
import_frame_write(struct buf *b, const struct import_record *record)
{
	size_t i;

	add_number(b, record->line);
	add_number(b, record->n);
	for (i = 0; i < record->n && i < IMPORT_COLUMNS_MAX; i++) {
		add_number(b, record->cells[i].len);
		if (record->cells[i].len > 0)
			buf_add(b, record->cells[i].ptr,
			    record->cells[i].len);
	}
}

enum err
import_frame_read(struct bytes *at, struct import_record *ret_record)
{
	struct import_record *r = ret_record;
	uint32_t line, n, len;
	size_t i;

	if (at->len == 0)
		return ERR_NOTFOUND;
	memset(r, 0, sizeof(*r));
	if (!take_number(at, &line) || !take_number(at, &n) || line == 0 ||
	    n == 0)
		return ERR_MALFORMED;
	r->line = line;
	r->n = n;
	for (i = 0; i < n && i < IMPORT_COLUMNS_MAX; i++) {
		if (!take_number(at, &len) || len > IMPORT_CELL_MAX_BYTES ||
		    len > at->len)
			return ERR_MALFORMED;
		r->cells[i] = (struct bytes){ at->ptr, len };
		at->ptr += len;
		at->len -= len;
	}
	return ERR_OK;
}
