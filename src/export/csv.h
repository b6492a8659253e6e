/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CSV files: RFC 4180, and no cell that a spreadsheet would take for a
 * formula.  GDPR 15(3) and 20: what a person gets can be opened safely.
 */
#ifndef EXPORT_CSV_H
#define EXPORT_CSV_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cc.h"

#define CSV_BOM	"\xef\xbb\xbf"	/* before the first row: Excel then reads UTF-8 */

/* A row being written. */
struct csv {
	struct buf *out;	/* borrowed */
	bool has_cell;		/* in the row at hand */
};

/**
 * csv_open(c, out):
 * Make ${c} write rows to the end of ${out}.
 */
void csv_open(struct csv *c, struct buf *out);

/**
 * csv_cell(c, text):
 * Append one quoted cell: csv_guard() of ${text}; NULL is an empty cell.
 * Lines within it stay as they are.
 */
void csv_cell(struct csv *c, const char *text);

/**
 * csv_plain(c, text):
 * Append ${text}, which needs neither quotes nor a guard, without quotes.
 */
void csv_plain(struct csv *c, const char *text);

/**
 * csv_end(c):
 * End the row with CR LF.  A row has at least one cell.
 *
 * Source: RFC 4180, 2.
 */
void csv_end(struct csv *c);

/**
 * csv_guard(a, text), csv_unguard(a, text):
 * Return ${text} with one "'" in front if it, or what follows the "'" it
 * starts with, begins with = + - @, TAB, CR, LF, or a full-width = + - @; and
 * take that one off again.  csv_unguard() of csv_guard() is ${text}, always,
 * so that a file of ours can be imported again without loss.
 */
char *csv_guard(struct arena *a, const char *text) RETURNS_NEW;
char *csv_unguard(struct arena *a, const char *text) RETURNS_NEW;

#endif
