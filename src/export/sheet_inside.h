/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the writers of the formats share; for the files of sheet.h only.
 * Law: GDPR 32(1)(b).
 */
#ifndef EXPORT_SHEET_INSIDE_H
#define EXPORT_SHEET_INSIDE_H

#include "export/sheet.h"

struct sheet_xlsx;

struct sheet {
	const struct sheet_about *about;
	uint64_t n_rows;
	struct sheet_xlsx *xlsx;	/* NULL: another format */
};

/* The column with the pseudonym, and the one with the mark. */
#define SHEET_PSEUDONYM	"pseudonym"
#define SHEET_EXPORT	"export"

/**
 * sheet_cells(about):
 * Return how many cells a row has, without the mark.
 */
size_t sheet_cells(const struct sheet_about *about);

/**
 * sheet_code(about, i), sheet_label(about, i):
 * Return what the ${i}-th cell of a row is called.
 */
const char *sheet_code(const struct sheet_about *about, size_t i)
    NONNULL_RETURN;
const char *sheet_label(const struct sheet_about *about, size_t i)
    NONNULL_RETURN;

/**
 * sheet_xlsx_open(s), sheet_xlsx_row(s, cells), sheet_xlsx_end(s, left_out),
 * sheet_xlsx_take(s, most, out), sheet_xlsx_close(x):
 * As the functions of sheet.h.
 */
enum err sheet_xlsx_open(struct sheet *s) MUST_CHECK;
void sheet_xlsx_row(struct sheet *s, const struct export_cell *cells);
enum err sheet_xlsx_end(struct sheet *s, uint64_t left_out) MUST_CHECK;
enum err sheet_xlsx_take(struct sheet *s, size_t most, struct buf *out)
    MUST_CHECK;
void sheet_xlsx_close(struct sheet_xlsx *x);

#endif
