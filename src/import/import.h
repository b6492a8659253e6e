/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Contacts out of a file, behind a firewall: every row has a basis, a source
 * and a date, nobody whom an erasure suppressed comes back, no row gives a
 * consent or takes a no back (GDPR 5(1)(d), 6, 14, 17(1), 21(3)).
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "app/config.h"
#include "app/job.h"
#include "base/address.h"
#include "base/day.h"
#include "custom/custom.h"
#include "import/import_file.h"

#define IMPORT_BATCH_ROWS	100	/* of one transaction */
#define IMPORT_OWN_NAMES	(CONFIG_LANGUAGES_MAX + 2)	/* that a custom field has */
#define IMPORT_SOURCE_POINTS	53	/* contact.source, behind "import:" */

enum import_field { IMPORT_EMAIL, IMPORT_GIVEN_NAME, IMPORT_FAMILY_NAME,
	IMPORT_LANGUAGE, IMPORT_PHONE, IMPORT_STREET, IMPORT_POSTCODE,
	IMPORT_CITY, IMPORT_COUNTRY, IMPORT_KIND,
	/* of the row, not of the record */
	IMPORT_BASIS, IMPORT_SOURCE, IMPORT_COLLECTED,
	/* where they belong */
	IMPORT_ORGANISATION, IMPORT_REGISTRATION, IMPORT_FIELD__MAX };

#define IMPORT_RECORD__MAX	IMPORT_BASIS	/* fields of the record */

/* Their names, as those of the contact's columns. */
extern const char *const import_field_names[IMPORT_FIELD__MAX];

/* What becomes of a row whose address is known; all others are new. */
enum import_policy {
	IMPORT_CREATE,		/* rejected: the file is to bring new people only */
	IMPORT_UPDATE,		/* the record takes what is newer in the file */
	IMPORT_SKIP,		/* the record stays as it is */
	IMPORT_DELETE,		/* they are put on a list; nothing is stored or deleted */
	IMPORT_POLICY__MAX
};

extern const char *const import_policy_names[IMPORT_POLICY__MAX];

/* What holds for every row of a file that does not say otherwise (X22). */
struct import_terms {
	const char *basis;	/* of contact.basis: "contract"; NULL: not stated */
	const char *source;	/* where the data came from, as people are told; NULL */
	struct day date;	/* when it was collected; year 0: not stated */
	enum import_policy policy;
	uint64_t team_id;	/* who sees new contacts; 0: all the staff */
};

/* What the columns of a file are. */
struct import_columns {
	enum import_field fields[IMPORT_COLUMNS_MAX];	/* IMPORT_FIELD__MAX: none */
	const struct custom_field *own[IMPORT_COLUMNS_MAX];	/* NULL: none */
	const char *names[IMPORT_COLUMNS_MAX];	/* as in the file */
	size_t n;
	struct custom_fields own_fields;	/* to which own[] points */
	struct import_memo *memo;	/* of import_own_choice(); NULL: none */
};

enum import_outcome {
	IMPORT_NEW,		/* a new contact */
	IMPORT_CHANGED,		/* a known one, some of whose fields are newer now */
	IMPORT_SAME,		/* a known one, left as it is */
	IMPORT_SUPPRESSED,	/* must not be written to: nothing is stored */
	IMPORT_REJECTED,	/* the row is wrong */
	IMPORT_LISTED,		/* known, and named to be deleted */
	IMPORT_UNKNOWN,		/* named to be deleted, and not there */
	IMPORT_OUTCOME__MAX
};

extern const char *const import_outcome_names[IMPORT_OUTCOME__MAX];

/* Why a row is not taken, as a code. */
enum import_why {
	IMPORT_WHY_NONE,
	IMPORT_WHY_CELLS,	/* more or fewer than columns */
	IMPORT_WHY_UTF8,
	IMPORT_WHY_SIGNS,	/* characters that cannot be used */
	IMPORT_WHY_LONG,
	IMPORT_WHY_LANGUAGE,
	IMPORT_WHY_COUNTRY,
	IMPORT_WHY_KIND,
	IMPORT_WHY_MISSING,
	IMPORT_WHY_ADDRESS,
	IMPORT_WHY_PHONE,
	IMPORT_WHY_TWICE,	/* in this file */
	IMPORT_WHY_KNOWN,
	IMPORT_WHY_SEVERAL,	/* records have the address */
	IMPORT_WHY_RESTRICTED,
	IMPORT_WHY_ERASED,
	IMPORT_WHY_OBJECTED,
	IMPORT_WHY_BASIS,	/* none of the law's */
	IMPORT_WHY_SOURCE,
	IMPORT_WHY_DATE,
	IMPORT_WHY_UNSTATED,	/* known, but basis, source or date of the row is not */
	IMPORT_WHY_UNKNOWN,
	IMPORT_WHY_OWN,		/* no value of that custom field */
	IMPORT_WHY_REGISTRATION,	/* no number of an organisation */
	IMPORT_WHY_ORGANISATIONS,	/* several are of that name */
	IMPORT_WHY_NAMELESS,	/* none has that number, and it is not named */
	IMPORT_WHY__MAX
};

extern const char *const import_why_names[IMPORT_WHY__MAX];

/* What is wrong with a row; names no value of it. */
struct import_wrong {
	enum import_why why;
	const char *field;	/* of which it speaks: "email", "custom:CODE"; NULL: of none */
	const char *reason;	/* in a sentence, for who uses the command line */
};

/* Of a row with more wrong cells than these only these are said. */
#define IMPORT_FAULTS_MAX 8

struct import_row {
	struct import_record record;	/* as in the file */
	const char *values[IMPORT_FIELD__MAX];	/* "": nothing is said */
	const char **own;		/* as custom_read() gave them, by column; NULL: no such columns */
	struct address address;
	const char *phone;		/* E.164, or NULL */
	const char *basis;		/* as a code; NULL: the row says none */
	struct day date;		/* year 0: the row says none */
	enum import_outcome outcome;
	bool is_quarantined;		/* new, and not to be used yet */
	bool has_founded;		/* the organisation came with this row */
	struct import_wrong faults[IMPORT_FAULTS_MAX];	/* why not: of a field at most one */
	size_t n_faults;
	uint64_t contact_id;		/* set when it is stored, or known; 0: nobody's */
	uint64_t version;		/* of the contact, as stored */
	struct bytes before;		/* what was replaced, sealed for the person */
};

/**
 * import_terms_check(terms, today):
 * Return what is wrong with ${terms}, a sentence, or NULL.  A source is plain
 * text without an address in it; the date is not after ${today}.
 */
const char *import_terms_check(const struct import_terms *terms,
    struct day today);

/**
 * import_basis_read(a, text), import_day_read(a, text, ret_day):
 * Read a cell that says a legal basis, in English or French or as its code
 * (NULL: none of GDPR 6(1)), and one that says a day, as spreadsheets write
 * it.
 */
const char *import_basis_read(struct arena *a, const char *text);
enum err import_day_read(struct arena *a, const char *text,
    struct day *ret_day) MUST_CHECK;

/**
 * import_country_read(a, text), import_language_read(a, text),
 * import_kind_read(a, text):
 * Read a cell that says a country, a language or a kind of contact, as a code
 * or by its name in English or French: give the code; NULL for a country and a
 * kind that are none, the text itself in small letters for a language.
 *
 * Source: ISO 3166-1 alpha-2, ISO 639-1.
 */
const char *import_country_read(struct arena *a, const char *text);
const char *import_language_read(struct arena *a, const char *text);
const char *import_kind_read(struct arena *a, const char *text);

/* Custom fields that a column can be: open ones. */
struct import_own {
	struct custom_fields open;	/* with their words as they were asked for */
	const char *(*names)[IMPORT_OWN_NAMES];	/* of each, folded; NULL at the end */
};

/**
 * import_own_load(db, a, config, lang, ret_own):
 * Read the custom fields that take values, in ${lang}, and how they are called
 * in each language of the site.
 */
enum err import_own_load(struct db *db, struct arena *a,
    const struct config *config, const char *lang,
    struct import_own *ret_own) MUST_CHECK;

/**
 * import_own_guess(a, own, name):
 * Return the custom field that a column of that ${name} is likely to be: by
 * its code, or by what it is called, case and accents aside.  NULL: none, or
 * several.
 */
const struct custom_field *import_own_guess(struct arena *a,
    const struct import_own *own, struct bytes name);

/**
 * import_own_add(a, columns, i, field):
 * Say that column ${i} is the custom ${field}.
 */
void import_own_add(struct arena *a, struct import_columns *columns,
    size_t i, const struct custom_field *field);

/**
 * import_own_read(a, columns, i, cell, ret_text):
 * Read a ${cell}, text, of column ${i} as custom_read() does, a choice that
 * was read before without looking again.
 */
enum err import_own_read(struct arena *a,
    const struct import_columns *columns, size_t i, const char *cell,
    const char **ret_text) MUST_CHECK;

/**
 * import_columns_read(a, first, own, ret_columns, ret_why):
 * Read the names of the columns, in English or French, case and accents
 * aside, out of the ${first} record; custom fields are known by their names
 * (${own} NULL: there are none).  ERR_INVALID and a sentence in ${ret_why}
 * when one is not known or there twice, or the address has no column.  A
 * first line that names nothing is not repeated: it may be somebody's data.
 */
enum err import_columns_read(struct arena *a,
    const struct import_record *first, const struct import_own *own,
    struct import_columns *ret_columns, const char **ret_why) MUST_CHECK;

/**
 * import_mapping_read(a, text, own, ret_columns),
 * import_mapping_write(a, columns):
 * Read and write what the columns are, as it is stored:
 * ["email",null,"custom:CODE"].  ERR_GONE when a custom field takes no values
 * any more.
 */
enum err import_mapping_read(struct arena *a, const char *text,
    const struct import_own *own, struct import_columns *ret_columns)
    MUST_CHECK;
const char *import_mapping_write(struct arena *a,
    const struct import_columns *columns) NONNULL_RETURN;

/**
 * import_column_guess(a, name):
 * Return the field that a column of that ${name} is likely to be; as
 * import_columns_read() does.  IMPORT_FIELD__MAX: none.
 */
enum import_field import_column_guess(struct arena *a, struct bytes name);

/**
 * import_column_is_reference(a, name):
 * Return whether a column of that ${name} holds what people quote of their
 * record.
 */
bool import_column_is_reference(struct arena *a, struct bytes name);

/**
 * import_value_read(a, config, field, cell, country, ret_value):
 * Read one ${cell} as import_row_read() does, a number as one of ${country},
 * or of config->country when that is "".  IMPORT_WHY_NONE and the value as a
 * record holds it, "" for nothing; or why it cannot be one.
 */
enum import_why import_value_read(struct arena *a,
    const struct config *config, enum import_field field, struct bytes cell,
    const char *country, const char **ret_value) MUST_CHECK;

/**
 * import_row_read(a, config, columns, row):
 * Read row->record into the rest of ${row}: cells are trimmed, what a guard
 * against formulas added is taken off (csv_unguard()).  IMPORT_REJECTED with
 * a fault for each cell that is wrong, so that one correction is enough;
 * IMPORT_NEW otherwise.  Numbers are those of the row's country, or of
 * config->country.
 */
void import_row_read(struct arena *a, const struct config *config,
    const struct import_columns *columns, struct import_row *row);

/**
 * import_is_newer(terms, at_us, source, is_empty):
 * Return whether the file may replace a value that was noted at ${at_us} from
 * ${source}: only one of an earlier day, or of the same one unless the person
 * gave it themself.  What is empty may be filled by a file of the same day;
 * an older file must not bring back what was erased since.
 *
 * Source: GDPR 5(1)(d).
 */
bool import_is_newer(const struct import_terms *terms, int64_t at_us,
    const char *source, bool is_empty);

/**
 * import_wrong_add(row, why, field, reason), import_reject(...):
 * Note what is wrong with ${row}, unless something is noted of ${field}
 * already; the second makes it IMPORT_REJECTED.  Texts are borrowed.
 */
void import_wrong_add(struct import_row *row, enum import_why why,
    const char *field, const char *reason);
void import_reject(struct import_row *row, enum import_why why,
    const char *field, const char *reason);

/**
 * import_reasons(a, row):
 * Return what is wrong with ${row}, in sentences parted by semicolons.
 */
const char *import_reasons(struct arena *a,
    const struct import_row *row) NONNULL_RETURN;

/**
 * import_rejects_head(a, columns, line, reason),
 * import_rejects_line(a, row, reason):
 * Return a line of the file of rows that were not taken: the line in the
 * imported file, the reason, the cells, none of which a spreadsheet takes for
 * a formula.  ${line} and ${reason} of the head are the names of the first two
 * columns.  Of a suppressed person it repeats no cell, of other rows none that
 * is not UTF-8.
 */
struct bytes import_rejects_head(struct arena *a,
    const struct import_columns *columns, const char *line,
    const char *reason);
struct bytes import_rejects_line(struct arena *a,
    const struct import_row *row, const char *reason);

struct import_seen;

/* One file being imported. */
struct import {
	struct job *job;	/* named "import"; its arena is wiped after each batch */
	uint64_t id;		/* of the office; 0: of the command line */
	struct import_terms terms;
	const struct import_file *file;
	struct import_columns columns;
	bool is_dry;		/* look, and store nothing */
	bool is_scoped;		/* a colleague's: changes what that one may see, alone */
	uint64_t staff_id;	/* who that is */
	uint64_t staff_team_id;	/* 0: in no team */
	struct day tell_by;	/* when who is new must have been told; year 0: by the EU's calendar */
	/* takes lines of rejects; ERR_DOWN ends the import */
	enum err (*reject)(void *arg, struct bytes lines);
	void *reject_arg;
	void (*progress)(uint64_t done, uint64_t total);	/* or NULL */
	uint64_t counts[IMPORT_OUTCOME__MAX];	/* of what is stored */
	uint64_t n_quarantined;	/* of the new ones */
	uint64_t n_organisations;	/* that are new with the file */
	struct import_seen *founded;	/* those that a dry import counted */
};

/**
 * import_run(import):
 * Import the file: rows in batches, each in one transaction, between two lines
 * in the audit.  After a kill whole batches are there, and the same file once
 * more adds the rest.  ERR_CONFLICT while somebody else imports; ERR_DOWN,
 * logged, in a database that was put back from a backup and does not know yet
 * who was erased since.
 *
 * Source: GDPR 5(1)(d), 5(2), 14, 17(1), 21(3); FEATURES X21, X22.
 */
enum err import_run(struct import *import) MUST_CHECK;

/**
 * import_store(import, db, rows, n):
 * Within a transaction (without one when the import is dry), decide what
 * becomes of ${n} rows that import_row_read() did not reject, set it in each,
 * and store it.  ERR_GONE when a custom field does not take values
 * as it did when it was read.
 */
enum err import_store(const struct import *import, struct db *db,
    struct import_row *const *rows, size_t n) MUST_CHECK;

#endif
