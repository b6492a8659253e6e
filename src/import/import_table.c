/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which kind of table a file is, and CSV of either encoding as records.  Runs
 * in the process that has nothing (GDPR 5(1)(d), 32(1)(b)).
 */
#include "import/import_reader.h"

#include <iconv.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

const char *const import_format_names[IMPORT_FORMAT__MAX] = {
	[IMPORT_CSV] = "csv",
	[IMPORT_XLSX] = "xlsx",
};

const char *const import_fault_names[IMPORT_FAULT__MAX] = {
	[IMPORT_FAULT_NONE] = "none",
	[IMPORT_FAULT_EMPTY] = "empty",
	[IMPORT_FAULT_TYPE] = "type",
	[IMPORT_FAULT_UTF16] = "utf16",
	[IMPORT_FAULT_ENCODING] = "encoding",
	[IMPORT_FAULT_WORKBOOK] = "workbook",
	[IMPORT_FAULT_OLD] = "old",
	[IMPORT_FAULT_LARGE] = "large",
	[IMPORT_FAULT_ROWS] = "rows",
	[IMPORT_FAULT_COLUMNS] = "columns",
	[IMPORT_FAULT_LONG] = "long",
	[IMPORT_FAULT_QUOTE] = "quote",
	[IMPORT_FAULT_BROKEN] = "broken",
	[IMPORT_FAULT_HOSTILE] = "hostile",
	[IMPORT_FAULT_STOPPED] = "stopped",
};

static iconv_t cp1252 = (iconv_t)-1;

void
import_table_open(void)
{
	if (cp1252 == (iconv_t)-1)
		cp1252 = iconv_open("UTF-8", "CP1252");
}

static bool
begins(struct bytes file, const char *ptr, size_t len)
{
	return file.len >= len && memcmp(file.ptr, ptr, len) == 0;
}

/* Windows-1252 as UTF-8; a byte becomes three at most. */
static bool
decode(struct arena *a, struct bytes *file)
{
	char *in = arena_textn(a, file->ptr, file->len), *out, *begin;
	size_t n_in = file->len, n_out = 3 * file->len;

	begin = out = arena_take(a, n_out + 1);
	if (cp1252 == (iconv_t)-1 || iconv(cp1252, &in, &n_in, &out, &n_out) ==
	    (size_t)-1)
		return false;
	*file = (struct bytes){ (unsigned char *)begin,
	    (size_t)(out - begin) };
	return true;
}

bool
import_has_address(const struct import_record *record)
{
	size_t i;

	for (i = 0; i < record->n && i < IMPORT_COLUMNS_MAX; i++)
		if (record->cells[i].len > 0 && memchr(record->cells[i].ptr,
		    '@', record->cells[i].len) != NULL)
			return true;
	return false;
}

struct emitting {
	struct import_emit *emit;
	struct arena *cells;
};

static enum err
emit_record(void *arg, const struct import_record *record)
{
	struct emitting *k = arg;
	enum err e = import_emit_record(k->emit, record);

	arena_wipe(k->cells);
	return e;
}

static enum import_fault
emit_all(struct import_emit *emit, const struct import_file *f)
{
	struct emitting k = { emit, arena_open() };
	struct import_record none = { .line = 1, .n = f->first.n };
	enum err e;

	if (import_has_address(&f->first) &&
	    (e = import_emit_record(emit, &none)) == ERR_OK)
		e = import_emit_record(emit, &f->first);
	else
		e = import_emit_record(emit, &f->first);
	if (e == ERR_OK)
		e = import_file_read(f, k.cells, emit_record, &k);
	arena_close(k.cells);
	return e == ERR_OK ? IMPORT_FAULT_NONE : IMPORT_FAULT_LARGE;
}

static struct import_verdict
read_csv(struct arena *a, struct bytes file, struct import_emit *emit)
{
	struct import_verdict v = { IMPORT_FAULT_NONE, 0 };
	struct import_kind kind = { .format = IMPORT_CSV };
	struct import_file f;
	struct bytes rest = file;

	if (begins(rest, "\xef\xbb\xbf", 3))
		rest = (struct bytes){ rest.ptr + 3, rest.len - 3 };
	if (rest.len > 0 && memchr(rest.ptr, '\0', rest.len) != NULL)
		return (struct import_verdict){ IMPORT_FAULT_TYPE, 0 };
	kind.is_cp1252 = rest.len > 0 && !text_is_utf8(rest.ptr, rest.len);
	if (kind.is_cp1252 && !decode(a, &file))
		return (struct import_verdict){ IMPORT_FAULT_ENCODING, 0 };
	if (import_file_look(a, file, '\0', &f, &v) != ERR_OK)
		return v;
	if (f.first.n > IMPORT_COLUMNS_MAX)
		return (struct import_verdict){ IMPORT_FAULT_COLUMNS, 1 };
	kind.delimiter = f.delimiter;
	kind.has_names = !import_has_address(&f.first);
	import_emit_kind(emit, &kind);
	v.fault = emit_all(emit, &f);
	return v;
}

struct import_verdict
import_table_read(struct arena *a, struct bytes file,
    struct import_emit *emit)
{
	struct import_verdict v = { IMPORT_FAULT_NONE, 0 };

	if (file.len > IMPORT_UPLOAD_MAX_BYTES)
		v.fault = IMPORT_FAULT_LARGE;
	else if (begins(file, "\xd0\xcf\x11\xe0", 4))
		v.fault = IMPORT_FAULT_OLD;
	else if (begins(file, "\xff\xfe", 2) || begins(file, "\xfe\xff", 2))
		v.fault = IMPORT_FAULT_UTF16;
	if (v.fault != IMPORT_FAULT_NONE)
		return v;
	return begins(file, "PK\003\004", 4) || begins(file, "PK\005\006", 4) ?
	    import_xlsx_read(a, file, emit) : read_csv(a, file, emit);
}
