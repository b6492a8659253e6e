/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CSV is taken apart by libcsv, strictly: a row that is cut in the wrong place
 * would give one person another's data (GDPR 5(1)(d)).
 */
#include "import/import_file.h"

#include <assert.h>
#include <csv.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"

#define BOM		"\xef\xbb\xbf"
#define BOM_BYTES	3
#define CELL_ROOM_BYTES	(2 * IMPORT_CELL_MAX_BYTES)	/* libcsv's own buffer */

struct reader {
	struct arena *a;
	struct csv_parser parser;
	struct import_record record;	/* being read */
	uint64_t line;
	bool is_over;			/* a cell is too long */
	import_record_fn *fn;
	void *arg;
	enum err e;
};

static void
on_cell(void *cell, size_t len, void *arg)
{
	struct reader *r = arg;

	if (len > IMPORT_CELL_MAX_BYTES)
		r->is_over = true;
	else if (r->record.n < IMPORT_COLUMNS_MAX)
		r->record.cells[r->record.n] = arena_bytes(r->a, cell, len);
	r->record.n++;
}

static void
on_record(int terminator, void *arg)
{
	struct reader *r = arg;

	(void)terminator;
	r->record.line = r->line;
	if (r->e == ERR_OK && !r->is_over)
		r->e = r->fn(r->arg, &r->record);
	memset(&r->record, 0, sizeof(r->record));
}

/* A line of the text, with its end. */
static size_t
line_len(struct bytes text, size_t at)
{
	const unsigned char *end = memchr(text.ptr + at, '\n',
	    text.len - at);

	return end == NULL ? text.len - at :
	    (size_t)(end + 1 - (text.ptr + at));
}

/*
 * Line by line, so that each record knows where it stands, and an open
 * quotation mark does not swallow the rest of the file.
 */
static bool
feed(struct reader *r, struct bytes text)
{
	size_t at, len;

	for (at = 0; at < text.len && r->e == ERR_OK; at += len) {
		len = line_len(text, at);
		r->line++;
		if (len > IMPORT_COLUMNS_MAX * IMPORT_CELL_MAX_BYTES)
			r->is_over = true;
		else if (csv_parse(&r->parser, text.ptr + at, len, on_cell,
		    on_record, r) != len)
			return false;
		if (csv_get_buffer_size(&r->parser) > CELL_ROOM_BYTES)
			r->is_over = true;
		if (r->is_over)
			return true;
	}
	return r->e != ERR_OK || csv_fini(&r->parser, on_cell, on_record,
	    r) == 0;
}

static bool
read_all(struct reader *r, const struct import_file *f)
{
	bool is_good;

	if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return false;
	csv_set_delim(&r->parser, (unsigned char)f->delimiter);
	is_good = feed(r, f->text);
	csv_free(&r->parser);
	return is_good;
}

/* The most frequent of the usual ones, outside of quotation marks. */
static char
guess_delimiter(struct bytes text)
{
	static const char usual[] = ",;\t|";
	size_t counts[sizeof(usual)] = { 0 }, i, best = 0;
	bool is_quoted = false;
	const char *found;

	for (i = 0; i < text.len && (is_quoted || (text.ptr[i] != '\n' &&
	    text.ptr[i] != '\r')); i++) {
		if (text.ptr[i] == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && text.ptr[i] != '\0' &&
		    (found = strchr(usual, text.ptr[i])) != NULL)
			counts[found - usual]++;
	}
	for (i = 1; i < sizeof(usual) - 1; i++)
		if (counts[i] > counts[best])
			best = i;
	return usual[best];
}

struct looking {
	struct import_file *file;
	struct arena *cells;	/* of the record at hand */
	struct arena *keep;
	bool has_first;
	bool is_long;
};

static enum err
look(void *arg, const struct import_record *record)
{
	struct looking *l = arg;
	struct import_file *f = l->file;
	size_t i;

	if (!l->has_first) {
		f->first = *record;
		for (i = 0; i < record->n && i < IMPORT_COLUMNS_MAX; i++)
			f->first.cells[i] = arena_bytes(l->keep,
			    record->cells[i].ptr, record->cells[i].len);
		l->has_first = true;
	} else if (f->rows == IMPORT_ROWS_MAX) {
		l->is_long = true;
		return ERR_INVALID;
	} else {
		f->rows++;
	}
	arena_wipe(l->cells);
	return ERR_OK;
}

/* What is wrong with the bytes as a whole. */
static enum import_fault
fault_of(struct bytes text)
{
	if (text.len > IMPORT_FILE_MAX_BYTES)
		return IMPORT_FAULT_LARGE;
	if (text.len >= 2 && (memcmp(text.ptr, "\xff\xfe", 2) == 0 ||
	    memcmp(text.ptr, "\xfe\xff", 2) == 0))
		return IMPORT_FAULT_UTF16;
	if (text.len >= 4 && memcmp(text.ptr, "PK\003\004", 4) == 0)
		return IMPORT_FAULT_WORKBOOK;
	return IMPORT_FAULT_NONE;
}

enum err
import_file_look(struct arena *a, struct bytes text, char delimiter,
    struct import_file *ret_file, struct import_verdict *ret_verdict)
{
	struct import_file f = { .text = text };
	struct looking l = { .file = &f, .keep = a };
	struct reader r = { .fn = look, .arg = &l };
	struct import_verdict v = { fault_of(text), 0 };
	bool is_good;

	if (v.fault == IMPORT_FAULT_NONE) {
		if (text.len >= BOM_BYTES && memcmp(text.ptr, BOM,
		    BOM_BYTES) == 0)
			f.text = (struct bytes){ text.ptr + BOM_BYTES,
			    text.len - BOM_BYTES };
		f.delimiter = delimiter == '\0' ? guess_delimiter(f.text) :
		    delimiter;
		l.cells = r.a = arena_open();
		is_good = read_all(&r, &f);
		arena_close(l.cells);
		if (l.is_long)
			v.fault = IMPORT_FAULT_ROWS;
		else if (r.is_over)
			v = (struct import_verdict){ IMPORT_FAULT_LONG,
			    r.line };
		else if (!is_good)
			v = (struct import_verdict){ IMPORT_FAULT_QUOTE,
			    r.line };
		else if (!l.has_first)
			v.fault = IMPORT_FAULT_EMPTY;
	}
	if (v.fault != IMPORT_FAULT_NONE) {
		*ret_verdict = v;
		return ERR_INVALID;
	}
	*ret_file = f;
	return ERR_OK;
}

/* The sentence for the terminal. */
static const char *
sentence(struct arena *a, const struct import_verdict *v)
{
	switch (v->fault) {
	case IMPORT_FAULT_LARGE:
		return "the file is larger than 64 MiB: import it in parts";
	case IMPORT_FAULT_UTF16:
		return "the file is UTF-16: save it as CSV in UTF-8";
	case IMPORT_FAULT_WORKBOOK:
		return "the file is a workbook or an archive: save it as CSV in UTF-8";
	case IMPORT_FAULT_ROWS:
		return "the file has more than 1,000,000 rows: import it in parts";
	case IMPORT_FAULT_LONG:
		return arena_printf(a, "a cell that ends or goes on in line %"
		    PRIu64 " is longer than 16 KiB: is a quotation mark missing?",
		    v->line);
	case IMPORT_FAULT_QUOTE:
		return arena_printf(a, "line %" PRIu64
		    ": a quotation mark is in the wrong place", v->line);
	case IMPORT_FAULT_EMPTY:
		return "the file is empty";
	case IMPORT_FAULT_NONE:
	case IMPORT_FAULT_TYPE:
	case IMPORT_FAULT_ENCODING:
	case IMPORT_FAULT_OLD:
	case IMPORT_FAULT_COLUMNS:
	case IMPORT_FAULT_BROKEN:
	case IMPORT_FAULT_HOSTILE:
	case IMPORT_FAULT_STOPPED:
	case IMPORT_FAULT__MAX:
		break;
	}
	return "the file is no CSV";
}

enum err
import_file_open(struct arena *a, struct bytes text, char delimiter,
    struct import_file *ret_file, const char **ret_why)
{
	struct import_verdict v;
	enum err e;

	if ((e = import_file_look(a, text, delimiter, ret_file, &v)) !=
	    ERR_OK)
		*ret_why = sentence(a, &v);
	return e;
}

struct skipping {
	import_record_fn *fn;
	void *arg;
	bool has_first;
};

static enum err
skip_first(void *arg, const struct import_record *record)
{
	struct skipping *s = arg;

	if (s->has_first)
		return s->fn(s->arg, record);
	s->has_first = true;
	return ERR_OK;
}

enum err
import_file_read(const struct import_file *file, struct arena *a,
    import_record_fn *fn, void *arg)
{
	struct skipping s = { .fn = fn, .arg = arg };
	struct reader r = { .a = a, .fn = skip_first, .arg = &s };
	bool is_good = read_all(&r, file);

	assert(is_good && !r.is_over);	/* import_file_open() saw all of it */
	return r.e;
}
