/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A file to import, of whatever bytes: it is refused as a whole with a reason,
 * or every row of it is read, and what comes back of the rejected ones is CSV
 * again (GDPR 5(1)(d), 32).
 */
#include "import/import.h"

#include <assert.h>
#include <string.h>

#include "app/config.h"
#include "base/buf.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

struct reading {
	struct arena *a;
	const struct import_columns *columns;	/* NULL: they were refused */
	uint64_t n;
	uint64_t line;
	struct import_row row;
};

static const struct config config = { .languages = { "fr", "en", NULL },
    .country = "FR" };

static void
check_rejects(struct reading *r)
{
	struct bytes head = import_rejects_head(r->a, r->columns, "line",
	    "reason"), line;
	struct import_file back;
	const char *why = "";
	struct buf b;
	size_t n = r->row.record.n;
	enum err e;

	line = import_rejects_line(r->a, &r->row,
	    import_reasons(r->a, &r->row));
	buf_open(&b, r->a);
	buf_add(&b, head.ptr, head.len);
	buf_add(&b, line.ptr, line.len);
	e = import_file_open(r->a, buf_bytes(&b), ',', &back, &why);
	/* a guard and the two columns in front may be beyond the bounds */
	assert(e == ERR_OK || strstr(why, "16 KiB") != NULL);
	assert(e != ERR_OK || back.rows == 1);
	assert(e != ERR_OK || back.first.n == r->columns->n + 2);
	assert(n == r->columns->n || strstr(import_reasons(r->a,
	    &r->row), "cells") != NULL);
	assert(r->row.n_faults > 0 && r->row.n_faults <= IMPORT_FAULTS_MAX);
}

static enum err
on_record(void *arg, const struct import_record *record)
{
	struct reading *r = arg;

	assert(record->n > 0);
	assert(record->line >= r->line && record->line >= 1);
	r->line = record->line;
	r->n++;
	if (r->columns == NULL)
		return ERR_OK;
	memset(&r->row, 0, sizeof(r->row));
	r->row.record = *record;
	import_row_read(r->a, &config, r->columns, &r->row);
	if (r->row.outcome == IMPORT_REJECTED)
		check_rejects(r);
	else
		assert(r->row.n_faults == 0 && r->row.address.key != NULL &&
		    (r->row.phone == NULL || r->row.phone[0] == '+'));
	return ERR_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delimiters[] = "\0,;\t|";
	struct arena *a = arena_open();
	struct reading r = { .a = a };
	struct import_columns columns;
	struct import_file f;
	const char *why = NULL;
	struct bytes text = { data, size };
	char delimiter = '\0';
	enum err e;

	if (size > 0) {
		delimiter = delimiters[data[0] % (sizeof(delimiters) - 1)];
		text = (struct bytes){ data + 1, size - 1 };
	}
	if (import_file_open(a, text, delimiter, &f, &why) != ERR_OK) {
		assert(why != NULL && text_is_utf8(why, strlen(why)));
	} else {
		if (import_columns_read(a, &f.first, NULL, &columns, &why) ==
		    ERR_OK)
			r.columns = &columns;
		else
			assert(text_is_utf8(why, strlen(why)));
		e = import_file_read(&f, a, on_record, &r);
		assert(e == ERR_OK && r.n == f.rows);
	}
	arena_close(a);
	return 0;
}
