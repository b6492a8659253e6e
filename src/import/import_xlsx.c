/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The cells of a workbook's first sheet as text: shared and inline strings,
 * numbers as they are, dates by the format of their style.  Runs in the
 * process that has nothing (GDPR 5(1)(d); ECMA-376-1).
 */
#include "import/import_xlsx.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/text.h"

#define STRINGS_MAX	1000000u
#define STYLES_MAX	65536u
#define FORMATS_MAX	1000u
#define DAY_1900	60	/* the 29th of February 1900, which there was not */
#define SERIAL_MAX	2958465.0	/* 31 December 9999 */
#define FORMAT_BYTES	255u

/* Texts one behind the other, and where each begins. */
struct strings {
	struct buf text;
	struct buf starts;	/* size_t each */
	size_t n;
};

struct book {
	struct xlsx x;
	struct import_emit *emit;
	const char *sheet_id;	/* in the list of relations */
	const char *paths[3];	/* of sheet, strings, styles */
	bool is_1904;
	struct strings strings;
	bool *is_date;		/* by style */
	size_t n_styles;
	uint64_t date_formats[FORMATS_MAX];
	size_t n_formats;
	bool is_in_styles;	/* of cells; others are of named styles */
	/* the element at hand */
	bool is_text;
	bool is_phonetic;
	struct buf cell;
	/* the sheet */
	struct import_record row;
	struct buf row_text;
	size_t at[IMPORT_COLUMNS_MAX];	/* of cells in row_text */
	size_t width;		/* of the first row */
	size_t column;		/* of the cell at hand */
	const char *type;
	uint64_t style;
	uint64_t line;
	uint64_t n_cells;
	bool has_first;
};

enum { PATH_SHEET, PATH_STRINGS, PATH_STYLES };

static bool
is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static void
empty(struct buf *b)
{
	b->len = 0;
	if (b->size > 0)
		b->ptr[0] = '\0';
}

/* ---- which files */

static void
on_book(void *arg, const char *name, const char **attributes)
{
	struct book *b = arg;
	const char *state = xlsx_attribute(attributes, "state");
	const char **p;

	if (is(name, "workbookPr"))
		b->is_1904 = is(xlsx_attribute(attributes, "date1904"), "1") ||
		    is(xlsx_attribute(attributes, "date1904"), "true");
	if (!is(name, "sheet") || b->sheet_id != NULL ||
	    is(state, "hidden") || is(state, "veryHidden"))
		return;
	/* r:id, whatever its prefix; sheetId is another one */
	for (p = attributes; *p != NULL; p += 2)
		if (strchr(p[0], ':') != NULL && is(strchr(p[0], ':'),
		    ":id"))
			b->sheet_id = arena_text(b->x.a, p[1]);
}

static void
on_relation(void *arg, const char *name, const char **attributes)
{
	struct book *b = arg;
	const char *type = xlsx_attribute(attributes, "Type");
	const char *target = xlsx_attribute(attributes, "Target");
	const char *slash = type == NULL ? NULL : strrchr(type, '/');
	const char *path;

	if (!is(name, "Relationship") || slash == NULL || target == NULL ||
	    is(xlsx_attribute(attributes, "TargetMode"), "External"))
		return;
	path = *target == '/' ? arena_text(b->x.a, target + 1) :
	    arena_printf(b->x.a, "xl/%s", target);
	if (is(slash, "/worksheet") && is(xlsx_attribute(attributes, "Id"),
	    b->sheet_id == NULL ? "" : b->sheet_id))
		b->paths[PATH_SHEET] = path;
	else if (is(slash, "/sharedStrings"))
		b->paths[PATH_STRINGS] = path;
	else if (is(slash, "/styles"))
		b->paths[PATH_STYLES] = path;
}

/* ---- shared strings */

static void
begin_string(void *arg, const char *name, const char **attributes)
{
	struct book *b = arg;

	(void)attributes;
	if (is(name, "rPh"))
		b->is_phonetic = true;	/* how it is said, not what it is */
	b->is_text = is(name, "t") && !b->is_phonetic;
	if (!is(name, "si"))
		return;
	if (b->strings.n++ == STRINGS_MAX)
		xlsx_fail(&b->x, IMPORT_FAULT_ROWS, 0);
	buf_add(&b->strings.starts, &b->strings.text.len,
	    sizeof(b->strings.text.len));
}

static void
string_text(void *arg, const char *text, size_t len)
{
	struct book *b = arg;

	if (b->is_text)
		buf_add(&b->strings.text, text, len);
}

static void
end_string(void *arg, const char *name)
{
	struct book *b = arg;

	b->is_text = false;
	if (is(name, "rPh"))
		b->is_phonetic = false;
	if (is(name, "si"))
		buf_char(&b->strings.text, '\0');
}

static const char *
string_at(const struct book *b, uint64_t i)
{
	size_t at;

	if (i >= b->strings.n)
		return NULL;
	memcpy(&at, b->strings.starts.ptr + i * sizeof(at), sizeof(at));
	return b->strings.text.ptr + at;
}

/* ---- styles */

/* Whether a number in this format is shown as a day. */
static bool
is_date_code(const char *code)
{
	const char *end;

	for (; *code != '\0'; code++) {
		if (*code == '"' || *code == '[') {
			end = strchr(code + 1, *code == '"' ? '"' : ']');
			if (end == NULL)
				return false;
			code = end;
		} else if ((*code == '\\' || *code == '_' || *code == '*') &&
		    code[1] != '\0') {
			code++;
		} else if (strchr("yYdD", *code) != NULL) {
			return true;
		} else if (*code == ';') {
			return false;	/* what follows is of negative ones */
		}
	}
	return false;
}

static bool
is_date_format(const struct book *b, uint64_t id)
{
	size_t i;

	if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) ||
	    id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58)
		return true;
	for (i = 0; i < b->n_formats; i++)
		if (b->date_formats[i] == id)
			return true;
	return false;
}

static uint64_t
number(const char *text)
{
	uint64_t n;

	return text == NULL || parse_u64(text, &n) != ERR_OK ? 0 : n;
}

static void
begin_style(void *arg, const char *name, const char **attributes)
{
	struct book *b = arg;
	const char *code = xlsx_attribute(attributes, "formatCode");

	if (is(name, "numFmt") && code != NULL &&
	    strlen(code) <= FORMAT_BYTES && is_date_code(code) &&
	    b->n_formats < FORMATS_MAX)
		b->date_formats[b->n_formats++] = number(xlsx_attribute(
		    attributes, "numFmtId"));
	if (is(name, "cellXfs"))
		b->is_in_styles = true;
	if (b->is_in_styles && is(name, "xf") && b->n_styles < STYLES_MAX)
		b->is_date[b->n_styles++] = is_date_format(b, number(
		    xlsx_attribute(attributes, "numFmtId")));
}

static void
end_style(void *arg, const char *name)
{
	struct book *b = arg;

	if (is(name, "cellXfs"))
		b->is_in_styles = false;
}

/* ---- the sheet */

/* The column of "BC12": 54; of none, the one behind the last. */
static size_t
column_of(const struct book *b, const char *place)
{
	size_t n = 0;

	if (place == NULL)
		return b->column;
	for (; *place >= 'A' && *place <= 'Z' && n < 20000; place++)
		n = n * 26 + (size_t)(*place - 'A') + 1;
	return n == 0 ? b->column : n - 1;
}

static void
begin_row(struct book *b, const char **attributes)
{
	uint64_t line = number(xlsx_attribute(attributes, "r"));

	b->line = line > b->line && line <= UINT32_MAX ? line : b->line + 1;
	memset(&b->row, 0, sizeof(b->row));
	empty(&b->row_text);
	b->column = 0;
}

static void
begin_cell(struct book *b, const char **attributes)
{
	const char *type = xlsx_attribute(attributes, "t");

	b->column = column_of(b, xlsx_attribute(attributes, "r"));
	b->style = number(xlsx_attribute(attributes, "s"));
	b->type = is(type, "s") ? "s" : is(type, "b") ? "b" :
	    is(type, "e") ? "e" : is(type, "n") || type == NULL ? "n" : "t";
	empty(&b->cell);
	if (++b->n_cells > IMPORT_CELLS_MAX)
		xlsx_fail(&b->x, IMPORT_FAULT_ROWS, 0);
}

static void
begin_sheet(void *arg, const char *name, const char **attributes)
{
	struct book *b = arg;

	b->is_text = false;
	if (is(name, "row"))
		begin_row(b, attributes);
	else if (is(name, "c"))
		begin_cell(b, attributes);
	else if (is(name, "rPh"))
		b->is_phonetic = true;
	else
		b->is_text = is(name, "v") || (is(name, "t") &&
		    !b->is_phonetic);
}

static void
sheet_text(void *arg, const char *text, size_t len)
{
	struct book *b = arg;

	if (!b->is_text)
		return;
	if (b->cell.len + len > IMPORT_CELL_MAX_BYTES)
		xlsx_fail(&b->x, IMPORT_FAULT_LONG, b->line);
	else
		buf_add(&b->cell, text, len);
}

/* A serial number of days as 2026-01-31; NULL: no day. */
static const char *
day_text(const struct book *b, double serial)
{
	int64_t days = (int64_t)serial;

	if (serial < 1 || serial > SERIAL_MAX)
		return NULL;
	if (b->is_1904)
		days += day_number((struct day){ 1904, 1, 1 });
	else
		days += day_number((struct day){ 1899, 12, 30 }) +
		    (days < DAY_1900 ? 1 : 0);
	return day_write(b->x.a, day_from_number(days));
}

/* A number as people write it: a phone number is none with an exponent. */
static const char *
number_text(struct book *b)
{
	char *end = NULL;
	double value = strtod(b->cell.ptr, &end);
	const char *day;

	if (b->cell.len == 0 || *end != '\0' || !isfinite(value))
		return b->cell.ptr;
	if (b->style < b->n_styles && b->is_date[b->style] &&
	    (day = day_text(b, value)) != NULL)
		return day;
	if (strpbrk(b->cell.ptr, "eE.") != NULL && fabs(value) < 1e15 &&
	    fabs(value - rint(value)) < 1e-9)
		return arena_printf(b->x.a, "%.0f", rint(value));
	return b->cell.ptr;
}

static const char *
cell_text(struct book *b)
{
	const char *text;

	if (is(b->type, "s")) {
		text = string_at(b, number(b->cell.ptr));
		if (text == NULL)
			xlsx_fail(&b->x, IMPORT_FAULT_BROKEN, b->line);
		return text == NULL ? "" : text;
	}
	if (is(b->type, "e"))
		return "";	/* a formula that failed says nothing */
	return is(b->type, "n") ? number_text(b) : b->cell.ptr;
}

static void
end_cell(struct book *b)
{
	const char *text = cell_text(b);
	size_t len = strlen(text), i = b->column++;

	if (len == 0)
		return;
	if (len > IMPORT_CELL_MAX_BYTES)
		xlsx_fail(&b->x, IMPORT_FAULT_LONG, b->line);
	else if (i >= IMPORT_COLUMNS_MAX)
		xlsx_fail(&b->x, IMPORT_FAULT_COLUMNS, b->line);
	if (b->x.verdict.fault != IMPORT_FAULT_NONE)
		return;
	b->at[i] = b->row_text.len;
	b->row.cells[i].len = len;
	if (i >= b->row.n)
		b->row.n = i + 1;
	buf_add(&b->row_text, text, len);
}

/* The first row says how wide the table is, and whether it is of names. */
static void
emit_first(struct book *b)
{
	struct import_kind kind = { .format = IMPORT_XLSX,
	    .has_names = !import_has_address(&b->row) };
	struct import_record none = { .line = b->line, .n = b->row.n };

	b->has_first = true;
	b->width = b->row.n;
	import_emit_kind(b->emit, &kind);
	if (!kind.has_names && import_emit_record(b->emit, &none) != ERR_OK)
		xlsx_fail(&b->x, IMPORT_FAULT_LARGE, 0);
}

static void
end_row(struct book *b)
{
	size_t i;

	if (b->row.n == 0)
		return;
	b->row.line = b->line;
	for (i = 0; i < b->row.n; i++)
		b->row.cells[i].ptr = (const unsigned char *)b->row_text.ptr +
		    (b->row.cells[i].len == 0 ? 0 : b->at[i]);
	if (!b->has_first)
		emit_first(b);
	if (b->row.n < b->width)
		b->row.n = b->width;	/* empty cells are not written */
	if (b->emit->n_rows > IMPORT_ROWS_MAX)
		xlsx_fail(&b->x, IMPORT_FAULT_ROWS, 0);
	else if (import_emit_record(b->emit, &b->row) != ERR_OK)
		xlsx_fail(&b->x, IMPORT_FAULT_LARGE, 0);
}

static void
end_sheet(void *arg, const char *name)
{
	struct book *b = arg;

	b->is_text = false;
	if (is(name, "rPh"))
		b->is_phonetic = false;
	else if (is(name, "c"))
		end_cell(b);
	else if (is(name, "row"))
		end_row(b);
}

/* ---- all of it */

static void
read_book(struct book *b)
{
	const struct xlsx_handler book = { .begin = on_book, .arg = b };
	const struct xlsx_handler relations = { .begin = on_relation,
	    .arg = b };
	const struct xlsx_handler strings = { begin_string, string_text,
	    end_string, b };
	const struct xlsx_handler styles = { .begin = begin_style,
	    .end = end_style, .arg = b };
	const struct xlsx_handler sheet = { begin_sheet, sheet_text,
	    end_sheet, b };
	struct xlsx *x = &b->x;

	if (!xlsx_read(x, "xl/workbook.xml", &book) ||
	    !xlsx_read(x, "xl/_rels/workbook.xml.rels", &relations))
		return;
	if (b->paths[PATH_SHEET] == NULL) {
		xlsx_fail(x, IMPORT_FAULT_TYPE, 0);	/* another archive */
		return;
	}
	if ((b->paths[PATH_STRINGS] == NULL || xlsx_read(x,
	    b->paths[PATH_STRINGS], &strings)) &&
	    (b->paths[PATH_STYLES] == NULL || xlsx_read(x,
	    b->paths[PATH_STYLES], &styles)) &&
	    xlsx_read(x, b->paths[PATH_SHEET], &sheet) && !b->has_first)
		xlsx_fail(x, IMPORT_FAULT_EMPTY, 0);
}

struct import_verdict
import_xlsx_read(struct arena *a, struct bytes file, struct import_emit *emit)
{
	struct book *b = arena_take(a, sizeof(*b));

	b->x.a = a;
	b->emit = emit;
	b->is_date = arena_take(a, STYLES_MAX * sizeof(*b->is_date));
	buf_open(&b->strings.text, a);
	buf_open(&b->strings.starts, a);
	buf_open(&b->cell, a);
	buf_open(&b->row_text, a);
	if (xlsx_open(&b->x, file))
		read_book(b);
	xlsx_close(&b->x);
	return b->x.verdict;
}
