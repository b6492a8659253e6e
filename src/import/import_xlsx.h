/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pieces of a workbook: an archive looked at before anything of it is
 * unpacked, and XML without a DTD (GDPR 32(1)(b); RELIABILITY T17).
 */
#ifndef IMPORT_IMPORT_XLSX_H
#define IMPORT_IMPORT_XLSX_H

#include <expat.h>
#include <stdbool.h>
#include <zip.h>

#include "import/import_reader.h"

#define XLSX_ENTRIES_MAX	64
#define XLSX_RATIO_MAX		100u
#define XLSX_DEPTH_MAX		32

/* An archive being read, and what is wrong with it. */
struct xlsx {
	struct arena *a;
	zip_t *zip;
	uint64_t n_unpacked;	/* bytes, of all that was read */
	struct import_verdict verdict;
};

/**
 * xlsx_open(x, file), xlsx_close(x):
 * Look at the archive ${file} as a whole: how many entries it says it has, how
 * large, how much smaller when packed, that they do not share bytes, that no
 * name leads elsewhere, that none is a link or encrypted.  False, with
 * x->verdict, when it is not to be unpacked.
 */
bool xlsx_open(struct xlsx *x, struct bytes file) MUST_CHECK;
void xlsx_close(struct xlsx *x);

/* What an XML file is read by; names come without their prefix. */
struct xlsx_handler {
	void (*begin)(void *arg, const char *name, const char **attributes);
	void (*text)(void *arg, const char *text, size_t len);
	void (*end)(void *arg, const char *name);
	void *arg;
};

/**
 * xlsx_read(x, name, handler):
 * Read the entry ${name} of the archive.  True when it is read to its end, or
 * when there is none; false, with x->verdict, otherwise.
 */
bool xlsx_read(struct xlsx *x, const char *name,
    const struct xlsx_handler *handler) MUST_CHECK;

/**
 * xlsx_fail(x, fault, line):
 * Note the first thing that is wrong.
 */
void xlsx_fail(struct xlsx *x, enum import_fault fault, uint64_t line);

/**
 * xlsx_attribute(attributes, name):
 * Return the value of the attribute ${name}, prefix aside; NULL: none.
 */
const char *xlsx_attribute(const char **attributes, const char *name);

#endif
