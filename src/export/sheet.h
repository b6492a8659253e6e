/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A table that is written row by row, as CSV, JSON or XLSX, and that says in
 * two ways which export it is: to who reads it, and to who knows how to look
 * (doc/formats/staff-export.md).
 * Law: GDPR 5(1)(f), 20(1), 32(1)(b).
 */
#ifndef EXPORT_SHEET_H
#define EXPORT_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "export/export_staff.h"

#define SHEET_FORMAT	"assent-contacts/1"

/* What a file says about itself; all of it borrowed until sheet_close(). */
struct sheet_about {
	const char *format;	/* csv xlsx json */
	const char *name;	/* export_mark_name() */
	unsigned char mark[EXPORT_MARK_BYTES];
	const char *site;
	const char *staff;	/* who took it */
	const char *role;
	const char *reason;	/* a code */
	const char *lang;	/* of the labels */
	int64_t at_us;
	bool is_pseudonymised;	/* a column in front has the pseudonym */
	struct export_choice choice;
	const char *const *own_labels;	/* of choice.own, in its order */
};

struct sheet;

/**
 * sheet_open(about, out, ret_sheet):
 * Begin a file: what of it can be said already is appended to ${out}.
 * ERR_DOWN, logged, when there is no room for the temporary file of XLSX.
 */
enum err sheet_open(const struct sheet_about *about, struct buf *out,
    struct sheet **ret_sheet) MUST_CHECK;

/**
 * sheet_row(s, cells, out):
 * Add a contact: one cell for each column, the pseudonym in front where there
 * is one.  No cell becomes a formula.
 *
 * Source: RFC 4180; OWASP on CSV injection.
 */
void sheet_row(struct sheet *s, const struct export_cell *cells,
    struct buf *out);

/**
 * sheet_end(s, left_out, out):
 * End the file, from which ${left_out} contacts were left out; the rest of it
 * is appended to ${out}, or for XLSX waits for sheet_take().  ERR_DOWN,
 * logged, when the disk is full.
 */
enum err sheet_end(struct sheet *s, uint64_t left_out, struct buf *out)
    MUST_CHECK;

/**
 * sheet_take(s, most, out):
 * After sheet_end(), append the next ${most} bytes that wait, fewer at the
 * end, none after it.
 */
enum err sheet_take(struct sheet *s, size_t most, struct buf *out) MUST_CHECK;

/**
 * sheet_close(s):
 * Free ${s} and its temporary file.  NULL does nothing.
 */
void sheet_close(struct sheet *s);

#endif
