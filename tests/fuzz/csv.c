/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CSV: cells, parted by NUL in the input, come back from a strict reader as
 * they were, and none begins as a formula (GDPR 15(3)).
 */
#include "export/csv.h"

#include <assert.h>

#include <csv.h>

#include "tests/fuzz/fuzz.h"

#define COLUMNS	3

struct expected {
	struct arena *a;
	const char *next;
	const char *end;
	size_t rows;
};

static void
on_cell(void *cell, size_t len, void *arg)
{
	struct expected *x = arg;
	const char *text = arena_textn(x->a, cell, len);

	assert(len == 0 || strchr("=+-@\t\r\n", text[0]) == NULL);
	assert(x->next < x->end);
	assert(strcmp(csv_unguard(x->a, text), x->next) == 0);
	x->next += strlen(x->next) + 1;
}

static void
on_row(int terminator, void *arg)
{
	struct expected *x = arg;

	assert(terminator == '\r');
	x->rows++;
}

static void
read_back(struct expected *x, const struct buf *b)
{
	struct csv_parser parser;
	size_t n;
	int rc;

	rc = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
	assert(rc == 0);
	n = csv_parse(&parser, b->ptr, b->len, on_cell, on_row, x);
	assert(n == b->len);
	rc = csv_fini(&parser, on_cell, on_row, x);
	assert(rc == 0);
	csv_free(&parser);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	const char *text = arena_textn(a, data, size), *p;
	struct expected x = { a, text, text + size + 1, 0 };
	struct buf b;
	struct csv c;
	size_t rows = 0, cells = 0;

	buf_open(&b, a);
	csv_open(&c, &b);
	for (p = text; p < x.end; p += strlen(p) + 1) {
		csv_cell(&c, p);
		if (++cells % COLUMNS == 0) {
			csv_end(&c);
			rows++;
		}
	}
	if (c.has_cell) {
		csv_end(&c);
		rows++;
	}
	read_back(&x, &b);
	assert(x.next == x.end && x.rows == rows);
	arena_close(a);
	return 0;
}
