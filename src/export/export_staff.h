/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What staff take out of the contact base: which columns there are, who may
 * take how much, how it is pseudonymised, and for how long it lies there.
 * Law: GDPR 4(5), 5(1)(c), 5(1)(e), 5(1)(f), 25, 32.
 */
#ifndef EXPORT_EXPORT_STAFF_H
#define EXPORT_EXPORT_STAFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/err.h"
#include "custom/custom.h"
#include "keys/keys.h"

#define EXPORT_STAFF_HOURS	24	/* from asking to destroying */
#define EXPORT_ASKED_HOURS	72	/* for a second person to answer: over a weekend */
#define EXPORT_WORDS_MAX	400	/* staff_export.words, .answer */
#define EXPORT_STAFF_MONTHS	12	/* how long it is known that there was one */
#define EXPORT_STAFF_TRIES	5
#define EXPORT_MARK_BYTES	8	/* of staff_export.mark */
#define EXPORT_SHEET_ROWS_MAX	1048575u	/* of XLSX, below the head */

/* A chunk is sealed with the export's key, at this place and number. */
#define EXPORT_STAFF_PLACE	"staff_export_chunk"

enum export_column { COLUMN_REFERENCE, COLUMN_GIVEN_NAME, COLUMN_FAMILY_NAME,
	COLUMN_EMAIL, COLUMN_PHONE, COLUMN_STREET, COLUMN_POSTCODE,
	COLUMN_CITY, COLUMN_COUNTRY, COLUMN_LANGUAGE, COLUMN_KIND,
	COLUMN_TEAM, COLUMN_SOURCE, COLUMN_BASIS, COLUMN_COLLECTED_ON,
	COLUMN_LAST_CONTACT_ON, COLUMN_OTHER_EMAILS, COLUMN_OTHER_PHONES,
	COLUMN_ORGANISATION, COLUMN_JOB_TITLE, COLUMN_MEMBER_SINCE,
	COLUMN__MAX };

/* What becomes of a column when the export is pseudonymised. */
enum column_nature {
	COLUMN_SAYS_WHO,	/* left out */
	COLUMN_IS_PLACE,	/* cut to its first two characters */
	COLUMN_IS_DAY,		/* cut to its month */
	COLUMN_IS_CODE		/* stays */
};

struct column_row {
	const char *code;	/* in addresses, in CSV and JSON */
	const char *label;	/* a msgid */
	enum column_nature nature;
	bool is_usual;		/* ticked on a fresh form */
};

extern const struct column_row export_columns[COLUMN__MAX];

/* Of a custom field, in the codes of columns: "custom.seat". */
#define EXPORT_OWN_PREFIX	"custom."

/* Which columns, in which order, then which custom fields; each once. */
struct export_choice {
	enum export_column list[COLUMN__MAX];
	size_t n;
	const char *own[CUSTOM_FIELDS_MAX];	/* codes, with the prefix */
	size_t n_own;
};

/**
 * export_choice_add(choice, code):
 * Append the column ${code}, borrowed where it is a custom field's.
 * ERR_INVALID when there is none, or it is there already.
 */
enum err export_choice_add(struct export_choice *choice, const char *code)
    MUST_CHECK;

/**
 * export_choice_read(a, codes, ret_choice), export_choice_write(a, choice):
 * Read and write the codes, with commas between them.  ERR_INVALID for none,
 * an unknown one, or one that comes twice.
 */
enum err export_choice_read(struct arena *a, const char *codes,
    struct export_choice *ret_choice) MUST_CHECK;
const char *export_choice_write(struct arena *a,
    const struct export_choice *choice) NONNULL_RETURN;

/**
 * export_may_take(field):
 * Return whether a custom ${field} can be a column: what is sensitive leaves
 * in the person's own copy alone.
 *
 * Source: GDPR 9, 25.
 */
bool export_may_take(const struct custom_field *field);

/**
 * export_choice_hide(choice):
 * Take out of ${choice} what says who somebody is, or may: any custom field.
 *
 * Source: GDPR 4(5).
 */
void export_choice_hide(struct export_choice *choice);

/* A contact on its way into a file; texts may be NULL: nothing. */
struct export_person {
	uint64_t id;
	const char *texts[COLUMN__MAX];	/* not of days */
	int64_t collected_us;
	int64_t last_contact_us;
	struct day member_since;	/* year 0: not known */
};

/* What stands in a cell: a day, or a text. */
struct export_cell {
	const char *text;	/* never NULL; "" for a day */
	struct day day;		/* year 0: none */
};

/**
 * export_cell(a, person, column, is_pseudonymised):
 * Return what ${column} says of ${person}.  Pseudonymised, a day is a text,
 * its month: "2026-03"; a postcode its first two characters.
 */
struct export_cell export_cell(struct arena *a,
    const struct export_person *person, enum export_column column,
    bool is_pseudonymised);

/**
 * export_pseudonym(a, key, contact_id):
 * Return the name that ${contact_id} has in the one export of ${key}: the same
 * in every row of it, another in every other export, and with the key gone
 * nobody's.
 *
 * Source: GDPR 4(5); EDPB 01/2025.
 */
const char *export_pseudonym(struct arena *a,
    const unsigned char key[KEY_BYTES], uint64_t contact_id) NONNULL_RETURN;

/**
 * export_staff_rows(role):
 * Return how many contacts a colleague of ${role}, as stored, may take out in
 * a day: UINT64_MAX without limit, 0 for who may not export at all.
 */
uint64_t export_staff_rows(const char *role);

/**
 * export_needs_second(taken, total, alone):
 * Return whether ${total} contacts more, after ${taken} that the colleague took
 * out today by their own will, are for a second person to agree to, where
 * ${alone} of a day are not.
 *
 * Source: GDPR 25, 32.
 */
bool export_needs_second(uint64_t taken, uint64_t total, uint64_t alone);

/**
 * export_decides_all(role):
 * Return whether ${role}, as stored, may agree to an export of anybody else's;
 * a lead agrees to those of the own team.
 */
bool export_decides_all(const char *role);

/**
 * export_staff_bytes(total, columns):
 * Return how much room a file of ${total} contacts may take while it is made.
 */
uint64_t export_staff_bytes(uint64_t total, size_t columns);

/**
 * export_staff_mime(format):
 * Return the media type of a file of ${format}.
 *
 * Source: RFC 4180, 3; RFC 8259, 11; ECMA-376.
 */
const char *export_staff_mime(const char *format) NONNULL_RETURN;

/**
 * export_key_wrap(a, keys, id, key), export_key_unwrap(a, keys, id, wrapped,
 * ret_key):
 * Seal the key of export ${id} for the key store, and open it again; the
 * caller wipes it.
 */
struct bytes export_key_wrap(struct arena *a, const struct keys *keys,
    uint64_t id, const unsigned char key[KEY_BYTES]);
enum err export_key_unwrap(struct arena *a, const struct keys *keys,
    uint64_t id, struct bytes wrapped, unsigned char ret_key[KEY_BYTES])
    MUST_CHECK;

/**
 * export_mark_name(a, id, mark):
 * Return what a file says of where it comes from: "E42-9f3a1c2b4d5e6f70".
 */
const char *export_mark_name(struct arena *a, uint64_t id,
    struct bytes mark) NONNULL_RETURN;

#endif
