/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CSV: quoting by libcsv, the guard against formulas by us (GDPR 15(3)).
 */
#include "export/csv.h"

#include <assert.h>

#include <csv.h>

#include "base/text.h"

void
csv_open(struct csv *c, struct buf *out)
{
	c->out = out;
	c->has_cell = false;
}

static bool
is_formula(const char *text)
{
	static const char *const starts[] = {
		"=", "+", "-", "@", "\t", "\r", "\n",
		"\xef\xbc\x9d",		/* full-width = */
		"\xef\xbc\x8b",		/* full-width + */
		"\xef\xbc\x8d",		/* full-width - */
		"\xef\xbc\xa0",		/* full-width @ */
	};
	size_t i;

	if (strchr("=+-@\t\r\n\xef", *text) == NULL)	/* mostly */
		return false;
	for (i = 0; i < LENGTH(starts); i++)
		if (text_starts(text, starts[i]))
			return true;
	return false;
}

char *
csv_guard(struct arena *a, const char *text)
{
	if (is_formula(text + strspn(text, "'")))
		return arena_printf(a, "'%s", text);
	return arena_text(a, text);
}

char *
csv_unguard(struct arena *a, const char *text)
{
	if (text[0] == '\'' && is_formula(text + strspn(text, "'")))
		return arena_text(a, text + 1);
	return arena_text(a, text);
}

void
csv_cell(struct csv *c, const char *text)
{
	struct arena *a = c->out->arena;
	const char *cell = text == NULL ? "" : text;
	size_t len, size;
	char *quoted;

	if (is_formula(cell + strspn(cell, "'")))
		cell = csv_guard(a, cell);
	len = strlen(cell);
	size = 2 * len + 2;	/* all of it quotes */
	quoted = arena_take(a, size);

	size = csv_write(quoted, size, cell, len);
	if (c->has_cell)
		buf_char(c->out, ',');
	buf_add(c->out, quoted, size);
	c->has_cell = true;
}

void
csv_plain(struct csv *c, const char *text)
{
	assert(strpbrk(text, ",\"\r\n") == NULL && !is_formula(text));
	if (c->has_cell)
		buf_char(c->out, ',');
	buf_text(c->out, text);
	c->has_cell = true;
}

void
csv_end(struct csv *c)
{
	assert(c->has_cell);
	buf_text(c->out, "\r\n");
	c->has_cell = false;
}
