/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One row of a file as the corrections of one person (GDPR 5(1)(d), 16).
 */
#include "import/import_return.h"

#include <string.h>

#include "base/text.h"
#include "export/csv.h"
#include "import/import_frame.h"

/* The reference; NULL when the cell is no text. */
static const char *
read_reference(struct arena *a, struct bytes cell)
{
	const char *text;

	if (!text_is_utf8(cell.ptr, cell.len))
		return NULL;
	text = text_trim(a, csv_unguard(a, arena_textn(a, cell.ptr,
	    cell.len)));
	return *text == '\0' || !text_is_plain(text, false) ? NULL : text;
}

static void
read_field(struct arena *a, const struct config *config,
    enum import_field field, struct bytes cell, struct import_return *r)
{
	const char *country = r->is_there[IMPORT_COUNTRY] &&
	    r->why[IMPORT_COUNTRY] == IMPORT_WHY_NONE ?
	    r->values[IMPORT_COUNTRY] : "";

	r->is_there[field] = true;
	r->why[field] = import_value_read(a, config, field, cell, country,
	    &r->values[field]);
}

static bool
has_own(const struct import_return *r, const struct custom_field *f)
{
	size_t i;

	for (i = 0; i < r->n_own; i++)
		if (r->own[i].field == f)
			return true;
	return false;
}

static void
read_own(struct arena *a, const struct custom_field *f, struct bytes cell,
    struct import_return *r)
{
	struct import_return_own *o;

	if (f == NULL || has_own(r, f) || r->n_own == CUSTOM_FIELDS_MAX)
		return;
	o = &r->own[r->n_own++];
	*o = (struct import_return_own){ f, IMPORT_WHY_NONE, "" };
	if (!text_is_utf8(cell.ptr, cell.len))
		o->why = IMPORT_WHY_UTF8;
	else if (custom_read(a, f, csv_unguard(a, arena_textn(a, cell.ptr,
	    cell.len)), &o->value) != ERR_OK)
		o->why = IMPORT_WHY_OWN;
}

/* The country first: numbers are read as those of it. */
static void
read_fields(struct arena *a, const struct config *config,
    const struct import_own *own, const struct import_record *const rows[2],
    struct import_return *r)
{
	const struct import_record *names = rows[0], *row = rows[1];
	enum import_field fields[IMPORT_COLUMNS_MAX];
	bool is_country;
	size_t i, n = names->n < IMPORT_COLUMNS_MAX ? names->n :
	    IMPORT_COLUMNS_MAX;
	int turn;

	for (i = 0; i < n; i++) {
		fields[i] = import_column_guess(a, names->cells[i]);
		if (r->reference == NULL && import_column_is_reference(a,
		    names->cells[i]))
			r->reference = read_reference(a, row->cells[i]);
		else if (fields[i] == IMPORT_FIELD__MAX && own != NULL)
			read_own(a, import_own_guess(a, own,
			    names->cells[i]), row->cells[i], r);
	}
	for (turn = 0; turn < 2; turn++)
		for (i = 0; i < n; i++) {
			is_country = fields[i] == IMPORT_COUNTRY;
			if (fields[i] != IMPORT_FIELD__MAX &&
			    is_country == (turn == 0) &&
			    !r->is_there[fields[i]])
				read_field(a, config, fields[i],
				    row->cells[i], r);
		}
}

void
import_return_read(struct arena *a, const struct config *config,
    const struct import_own *own, struct bytes head,
    struct import_return *ret)
{
	struct import_record names, row, more;
	const struct import_record *const rows[2] = { &names, &row };
	enum import_field f;

	memset(ret, 0, sizeof(*ret));
	for (f = 0; f < IMPORT_FIELD__MAX; f++)
		ret->values[f] = "";
	if (import_frame_read(&head, &names) != ERR_OK ||
	    import_frame_read(&head, &row) != ERR_OK ||
	    import_frame_read(&head, &more) != ERR_NOTFOUND) {
		ret->fault = IMPORT_RETURN_ROWS;
		return;
	}
	if (row.n != names.n) {
		ret->fault = IMPORT_RETURN_CELLS;
		return;
	}
	read_fields(a, config, own, rows, ret);
	if (ret->reference == NULL)
		ret->fault = IMPORT_RETURN_NO_REFERENCE;
}
