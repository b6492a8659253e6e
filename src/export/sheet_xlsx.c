/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tables as XLSX, by libxlsxwriter in its constant memory: rows go into a file
 * of the keeper's own /tmp that has no name (GDPR 32(1)(b)).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "base/log.h"
#include "base/text.h"
#include "export/sheet_inside.h"
#include "html/words.h"

#define COLUMN_WIDTH	22.0	/* characters */
#define ABOUT_WIDTH	60.0

struct sheet_xlsx {
	int fd;			/* the file, which has no name */
	char path[40];		/* of ${fd} */
	lxw_workbook *book;	/* NULL: ended */
	lxw_worksheet *contacts;
	lxw_worksheet *about;
	lxw_format *bold;
	lxw_format *day;
	uint64_t at;		/* what sheet_xlsx_take() comes to next */
	uint64_t size_bytes;
};

static enum err
no_room(const char *what)
{
	log_fault("event=sheet.xlsx error=%s errno=%d", what, errno);
	return ERR_DOWN;
}

static enum err
open_file(struct sheet_xlsx *x)
{
	char name[] = P_tmpdir "/assent-sheet-XXXXXX";

	if ((x->fd = mkstemp(name)) < 0)
		return no_room("mkstemp");
	if (unlink(name) != 0)
		return no_room("unlink");
	snprintf(x->path, sizeof(x->path), "/proc/self/fd/%d", x->fd);
	return ERR_OK;
}

static void
put(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, const char *text,
    lxw_format *format)
{
	lxw_error e = worksheet_write_string(sheet, row, col, text, format);

	/* a cell holds no more: no field of ours does either */
	if (e != LXW_NO_ERROR)
		log_fault("event=sheet.xlsx error=%d", (int)e);
}

static void
put_about(struct sheet *s, lxw_row_t row, const char *label,
    const char *value)
{
	struct sheet_xlsx *x = s->xlsx;

	put(x->about, row, 0, words_get(s->about->lang, label), x->bold);
	put(x->about, row, 1, value, NULL);
}

/* In the properties, and as a defined name, which no sheet shows. */
static void
add_marks(struct sheet *s)
{
	struct arena *a = arena_open();
	const struct sheet_about *about = s->about;
	char *name = arena_printf(a, "_assent_%s", about->name);
	lxw_doc_properties properties = {
	    .title = arena_text(a, about->name),
	    .author = arena_text(a, about->staff),
	    .company = arena_text(a, about->site),
	    .comments = arena_printf(a, "%s, %s, %s", about->name,
	    about->staff, clock_iso(a, about->at_us)),
	    .created = (time_t)(about->at_us / SECOND_US) };

	*strchr(name, '-') = '_';
	workbook_set_properties(s->xlsx->book, &properties);
	workbook_set_custom_property_string(s->xlsx->book, "assent-export",
	    about->name);
	workbook_define_name(s->xlsx->book, name, "=About!$B$1");
	arena_close(a);
}

static void
write_head(struct sheet *s)
{
	struct sheet_xlsx *x = s->xlsx;
	size_t i, n = sheet_cells(s->about);

	worksheet_set_column(x->contacts, 0, (lxw_col_t)n, COLUMN_WIDTH,
	    NULL);
	worksheet_freeze_panes(x->contacts, 1, 0);
	for (i = 0; i < n; i++)
		put(x->contacts, 0, (lxw_col_t)i, sheet_label(s->about, i),
		    x->bold);
	put(x->contacts, 0, (lxw_col_t)n, words_get(s->about->lang,
	    N_("Export")), x->bold);
}

enum err
sheet_xlsx_open(struct sheet *s)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE,
	    .tmpdir = NULL, .use_zip64 = LXW_FALSE };
	struct sheet_xlsx *x = calloc(1, sizeof(*x));
	enum err e;

	if (x == NULL)
		abort();
	s->xlsx = x;
	if ((e = open_file(x)) != ERR_OK)
		return e;
	if ((x->book = workbook_new_opt(x->path, &options)) == NULL)
		return no_room("workbook");
	x->contacts = workbook_add_worksheet(x->book, "Contacts");
	x->about = workbook_add_worksheet(x->book, "About");
	if (x->contacts == NULL || x->about == NULL)
		return no_room("worksheet");
	x->bold = workbook_add_format(x->book);
	format_set_bold(x->bold);
	x->day = workbook_add_format(x->book);
	format_set_num_format(x->day, "yyyy-mm-dd");
	add_marks(s);
	write_head(s);
	return ERR_OK;
}

void
sheet_xlsx_row(struct sheet *s, const struct export_cell *cells)
{
	struct sheet_xlsx *x = s->xlsx;
	lxw_row_t row = (lxw_row_t)s->n_rows + 1;
	size_t i, n = sheet_cells(s->about);
	lxw_datetime day = { 0 };

	for (i = 0; i < n; i++) {
		if (cells[i].day.y == 0) {
			if (*cells[i].text != '\0')
				put(x->contacts, row, (lxw_col_t)i,
				    cells[i].text, NULL);
			continue;
		}
		day.year = cells[i].day.y;
		day.month = cells[i].day.m;
		day.day = cells[i].day.d;
		worksheet_write_datetime(x->contacts, row, (lxw_col_t)i, &day,
		    x->day);
	}
	put(x->contacts, row, (lxw_col_t)n, s->about->name, NULL);
}

static void
write_about(struct sheet *s, uint64_t left_out)
{
	const struct sheet_about *about = s->about;
	struct arena *a = arena_open();
	lxw_row_t row = 0;

	worksheet_set_column(s->xlsx->about, 0, 1, ABOUT_WIDTH, NULL);
	put_about(s, row++, N_("Export"), about->name);
	put_about(s, row++, N_("Made for"), about->staff);
	put_about(s, row++, N_("Role"), about->role);
	put_about(s, row++, N_("Made at"), clock_iso(a, about->at_us));
	put_about(s, row++, N_("Company"), about->site);
	put_about(s, row++, N_("Reason"), about->reason);
	put_about(s, row++, N_("Contacts"), arena_printf(a, "%" PRIu64,
	    s->n_rows));
	put_about(s, row++, N_("Left out"), arena_printf(a, "%" PRIu64,
	    left_out));
	put_about(s, row, N_("Pseudonymised"), words_get(about->lang,
	    about->is_pseudonymised ? N_("yes") : N_("no")));
	arena_close(a);
}

enum err
sheet_xlsx_end(struct sheet *s, uint64_t left_out)
{
	struct sheet_xlsx *x = s->xlsx;
	lxw_error e;
	off_t size;

	write_about(s, left_out);
	e = workbook_close(x->book);
	x->book = NULL;
	if (e != LXW_NO_ERROR)
		return no_room("close");
	if ((size = lseek(x->fd, 0, SEEK_END)) <= 0)
		return no_room("seek");
	x->size_bytes = (uint64_t)size;
	return ERR_OK;
}

enum err
sheet_xlsx_take(struct sheet *s, size_t most, struct buf *out)
{
	struct sheet_xlsx *x = s->xlsx;
	uint64_t left = x->size_bytes - x->at;
	size_t n = left < most ? (size_t)left : most, done = 0;
	unsigned char *piece = arena_take(out->arena, n + 1);
	ssize_t got;

	while (done < n) {
		got = pread(x->fd, piece + done, n - done,
		    (off_t)(x->at + done));
		if (got <= 0)
			return no_room("read");
		done += (size_t)got;
	}
	buf_add(out, piece, n);
	x->at += n;
	return ERR_OK;
}

void
sheet_xlsx_close(struct sheet_xlsx *x)
{
	if (x == NULL)
		return;
	if (x->book != NULL)
		lxw_workbook_free(x->book);
	if (x->fd >= 0)
		close(x->fd);
	free(x);
}
