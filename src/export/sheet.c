/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tables as CSV and JSON, with the mark of their export (GDPR 32(1)(b)).
 */
#include "export/sheet.h"

#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/text.h"
#include "base/tree.h"
#include "export/csv.h"
#include "export/sheet_inside.h"
#include "html/words.h"

/* Characters of a cell that reads the same with quotes and without. */
#define PLAIN	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789@._-"

size_t
sheet_cells(const struct sheet_about *about)
{
	return about->choice.n + about->choice.n_own + about->is_pseudonymised;
}

const char *
sheet_code(const struct sheet_about *about, size_t i)
{
	if (about->is_pseudonymised && i-- == 0)
		return SHEET_PSEUDONYM;
	return i < about->choice.n ? export_columns[about->choice.list[i]].code
	    : about->choice.own[i - about->choice.n];
}

const char *
sheet_label(const struct sheet_about *about, size_t i)
{
	if (about->is_pseudonymised && i-- == 0)
		return words_get(about->lang, N_("Pseudonym"));
	return i < about->choice.n ? words_get(about->lang,
	    export_columns[about->choice.list[i]].label) :
	    about->own_labels[i - about->choice.n];
}

static bool
is_format(const struct sheet *s, const char *format)
{
	return strcmp(s->about->format, format) == 0;
}

/* The bit of the mark that the ${row}-th row carries: the highest first. */
static bool
mark_bit(const struct sheet_about *about, uint64_t row)
{
	unsigned bit = (unsigned)(row % (EXPORT_MARK_BYTES * 8));

	return (about->mark[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

static void
csv_head(const struct sheet_about *about, struct buf *out)
{
	struct csv csv;
	size_t i;

	buf_text(out, CSV_BOM);
	csv_open(&csv, out);
	for (i = 0; i < sheet_cells(about); i++)
		csv_cell(&csv, sheet_code(about, i));
	csv_cell(&csv, arena_printf(out->arena, SHEET_EXPORT
	    " %s, %s, %s", about->name, about->staff, clock_iso(out->arena,
	    about->at_us)));
	csv_end(&csv);
}

static const char *
cell_text(struct arena *a, const struct export_cell *cell)
{
	return cell->day.y == 0 ? cell->text : day_write(a, cell->day);
}

/* The first cell that needs no quotes has them or not, as the mark says. */
static void
csv_row(const struct sheet *s, const struct export_cell *cells,
    struct buf *out)
{
	bool is_marked = false;
	const char *text;
	struct csv csv;
	size_t i;

	csv_open(&csv, out);
	for (i = 0; i < sheet_cells(s->about); i++) {
		text = cell_text(out->arena, &cells[i]);
		if (!is_marked && *text != '\0' && *text != '@' &&
		    *text != '-' && text[strspn(text, PLAIN)] == '\0') {
			is_marked = true;
			if (!mark_bit(s->about, s->n_rows)) {
				csv_plain(&csv, text);
				continue;
			}
		}
		csv_cell(&csv, text);
	}
	csv_cell(&csv, s->about->name);
	csv_end(&csv);
}

static void
json_head(const struct sheet_about *about, struct buf *out)
{
	json_t *columns = json_array(), *head;
	const char *text;
	size_t i;

	for (i = 0; i < sheet_cells(about); i++)
		json_array_append_new(columns, json_string(sheet_code(about,
		    i)));
	head = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "name",
	    about->name, "site", about->site, "staff", about->staff, "role",
	    about->role, "reason", about->reason, "at", clock_iso(out->arena,
	    about->at_us), "is_pseudonymised", about->is_pseudonymised,
	    "columns", columns);
	text = tree_text(out->arena, head, JSON_COMPACT);
	json_decref(head);
	buf_text(out, "{\"format\":\"" SHEET_FORMAT "\",\n\"export\":");
	buf_text(out, text);
	buf_text(out, ",\n\"contacts\":[");
}

/* Before each contact stand one space or two, as the mark says. */
static void
json_row(const struct sheet *s, const struct export_cell *cells,
    struct buf *out)
{
	json_t *row = json_object();
	size_t i;

	for (i = 0; i < sheet_cells(s->about); i++)
		json_object_set_new(row, sheet_code(s->about, i),
		    json_string(cell_text(out->arena, &cells[i])));
	buf_text(out, s->n_rows == 0 ? "\n" : ",\n");
	buf_text(out, mark_bit(s->about, s->n_rows) ? "  " : " ");
	buf_text(out, tree_text(out->arena, row, JSON_COMPACT));
	json_decref(row);
}

enum err
sheet_open(const struct sheet_about *about, struct buf *out,
    struct sheet **ret_sheet)
{
	struct sheet *s = calloc(1, sizeof(*s));
	enum err e = ERR_OK;

	if (s == NULL)
		abort();
	s->about = about;
	if (is_format(s, "csv"))
		csv_head(about, out);
	else if (is_format(s, "json"))
		json_head(about, out);
	else
		e = sheet_xlsx_open(s);
	if (e == ERR_OK)
		*ret_sheet = s;
	else
		sheet_close(s);
	return e;
}

void
sheet_row(struct sheet *s, const struct export_cell *cells, struct buf *out)
{
	if (is_format(s, "csv"))
		csv_row(s, cells, out);
	else if (is_format(s, "json"))
		json_row(s, cells, out);
	else
		sheet_xlsx_row(s, cells);
	s->n_rows++;
}

enum err
sheet_end(struct sheet *s, uint64_t left_out, struct buf *out)
{
	if (is_format(s, "csv"))
		return ERR_OK;
	if (!is_format(s, "json"))
		return sheet_xlsx_end(s, left_out);
	buf_text(out, arena_printf(out->arena, "\n],\n\"n\":%" PRIu64
	    ",\"left_out\":%" PRIu64 "}\n", s->n_rows, left_out));
	return ERR_OK;
}

enum err
sheet_take(struct sheet *s, size_t most, struct buf *out)
{
	return s->xlsx == NULL ? ERR_OK : sheet_xlsx_take(s, most, out);
}

void
sheet_close(struct sheet *s)
{
	if (s == NULL)
		return;
	sheet_xlsx_close(s->xlsx);
	free(s);
}
