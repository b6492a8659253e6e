/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Custom fields: what this company notes of people beside the built-in data.
 * Each says what it is for, why it may be held and how long; what is sensitive
 * is sealed with the person's key.
 * Law: GDPR 5(1)(b), 5(1)(c), 5(1)(e), 9, 25; FEATURES CS6, TL5, X13.
 */
#ifndef CUSTOM_CUSTOM_H
#define CUSTOM_CUSTOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/fields.h"
#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"

#define CUSTOM_FIELDS_MAX	40	/* not removed, at one time */
#define CUSTOM_EVER_MAX		200	/* removed ones too: a code is used once */
#define CUSTOM_TEXT_POINTS	300	/* of a value */
#define CUSTOM_CHOICES_MAX	40
#define CUSTOM_NUMBER_MAX	INT64_C(1000000000000)	/* either side of 0 */
#define CUSTOM_PREFIX		"custom:"	/* of a field in history and provenance */

enum custom_kind { CUSTOM_TEXT, CUSTOM_NUMBER, CUSTOM_DATE, CUSTOM_CHOICE,
	CUSTOM_YES_NO, CUSTOM_KIND__MAX };

enum custom_state {
	CUSTOM_OPEN,
	CUSTOM_CLOSED,		/* takes no new value; what is there stays */
	CUSTOM_EMPTYING,	/* the keeper destroys what is there */
	CUSTOM_REMOVED,		/* has no value; old history still names it */
	CUSTOM_STATE__MAX
};

/* In the order of the enums, ended by .value NULL; labels are msgids. */
extern const struct field_choice custom_kinds[];
extern const struct field_choice custom_states[];

struct custom_field {
	uint64_t id;
	const char *code;
	const char *name;	/* CUSTOM_PREFIX and the code */
	const char *input;	/* of a form: "custom_CODE" */
	const char *label;	/* in the language that was asked for */
	const char *help;	/* "" for none */
	enum custom_kind kind;
	enum custom_state state;
	bool is_sensitive;
	bool is_editable;	/* by the person */
	bool is_bounded;	/* least and most hold */
	int64_t least, most;	/* of a number, in thousandths */
	const struct field_choice *choices;	/* the first is "", for nothing */
	const char *written_choices;	/* as custom_choices_write() gave them */
	const char *basis;
	const char *purposes;	/* their titles */
	uint64_t months;	/* kept after it was noted; 0: as the record */
	uint64_t version;
	uint64_t to_empty, emptied;	/* how far its removal is */
	int64_t created_us;
};

struct custom_fields {
	struct custom_field *list;
	size_t n;
};

/* What a record has in a field; also sensitive ones, opened. */
struct custom_value {
	const struct custom_field *field;
	const char *text;	/* as custom_read() gave it */
	int64_t at_us;		/* when it was noted */
	uint64_t contact_id;
};

/**
 * custom_fields_load(db, a, lang, ret_fields):
 * Read all fields there are and were, with their words in ${lang}.
 */
enum err custom_fields_load(struct db *db, struct arena *a, const char *lang,
    struct custom_fields *ret_fields) MUST_CHECK;

/**
 * custom_find(fields, code), custom_find_name(fields, name),
 * custom_find_id(fields, id):
 * Return the field of that code, of that name in history ("custom:CODE") or
 * of that row; NULL when there is none.
 */
const struct custom_field *custom_find(const struct custom_fields *fields,
    const char *code);
const struct custom_field *custom_find_name(
    const struct custom_fields *fields, const char *name);
const struct custom_field *custom_find_id(const struct custom_fields *fields,
    uint64_t id);

/**
 * custom_read(a, field, typed, ret_text):
 * Read what somebody typed or a file holds as a value of ${field}: the one
 * text that stands for it everywhere ("" for nothing).  A number takes a comma
 * or a point, a date 2031-05-12 or 12/05/2031, a choice its code or what it is
 * called in any language.  ERR_INVALID for what is no such value.
 */
enum err custom_read(struct arena *a, const struct custom_field *field,
    const char *typed, const char **ret_text) MUST_CHECK;

/**
 * custom_wrong(a, lang, field):
 * Return what to say of a value that custom_read() refused, in ${lang}.
 */
const char *custom_wrong(struct arena *a, const char *lang,
    const struct custom_field *field) NONNULL_RETURN;

/**
 * custom_show(a, lang, field, text):
 * Return a value as people read it: the words of a choice, 12,5 in French.
 * A date stays 2031-05-12: pages write it with page_day().
 */
const char *custom_show(struct arena *a, const char *lang,
    const struct custom_field *field, const char *text) NONNULL_RETURN;

/**
 * custom_input(field):
 * Return ${field} as one of a form.
 */
struct field custom_input(const struct custom_field *field);

/**
 * custom_typed(a, lang, field, text):
 * Return a value as somebody would type it into that form.
 */
const char *custom_typed(struct arena *a, const char *lang,
    const struct custom_field *field, const char *text) NONNULL_RETURN;

/**
 * custom_goes(field, at_us, record):
 * Return the day that a value noted at ${at_us} goes: by the field's own time,
 * and with the ${record} at the latest (year 0: unknown).
 */
struct day custom_goes(const struct custom_field *field, int64_t at_us,
    struct day record);

/**
 * custom_choices_read(a, lines, ret_json), custom_choices_write(a, json):
 * From lines "code | English | French", as staff type them, to the JSON that
 * is stored, and back.  ERR_INVALID for a line that is none, a code twice, no
 * line at all or too many.
 */
enum err custom_choices_read(struct arena *a, const char *lines,
    const char **ret_json) MUST_CHECK;
const char *custom_choices_write(struct arena *a, const char *json)
    NONNULL_RETURN;

/**
 * custom_number_read(text, ret_thousandths), custom_number_write(a, n):
 * Read and write a number with at most three places.
 */
enum err custom_number_read(const char *text, int64_t *ret_thousandths)
    MUST_CHECK;
const char *custom_number_write(struct arena *a, int64_t n) NONNULL_RETURN;

/**
 * custom_code_is_good(code):
 * Return whether ${code} may name a field or a choice: a small letter, then
 * small letters, digits and "_", 30 at most.
 */
bool custom_code_is_good(const char *code);

/* Whose values, and with which keys they open. */
struct custom_reading {
	const struct keys *keys;
	const struct custom_fields *fields;
	uint64_t contact_id;
	const unsigned char *key;	/* the person's; NULL: read when needed */
};

/**
 * custom_values_load(db, a, reading, ret_values, ret_n):
 * Read what the contact has in each field.  A sealed value whose key is gone
 * is left out.  ERR_BUG, logged, for one that does not open.
 */
enum err custom_values_load(struct db *db, struct arena *a,
    const struct custom_reading *reading, struct custom_value **ret_values,
    size_t *ret_n) MUST_CHECK;

/**
 * custom_values_open(db, a, reading, rows, n, ret_values, ret_n):
 * The same of ${rows} that were read already; those of a field that is not in
 * ${reading} are left out.
 */
struct q_custom_values;
enum err custom_values_open(struct db *db, struct arena *a,
    const struct custom_reading *reading, const struct q_custom_values *rows,
    size_t n, struct custom_value **ret_values, size_t *ret_n) MUST_CHECK;

/**
 * custom_value_of(values, n, field):
 * Return the text of ${field} among ${values}; "" for nothing.
 */
const char *custom_value_of(const struct custom_value *values, size_t n,
    const struct custom_field *field) NONNULL_RETURN;

/* A value that a record gets. */
struct custom_putting {
	const struct custom_field *field;
	uint64_t contact_id;
	const char *text;	/* "": it goes */
	int64_t at_us;
};

/**
 * custom_store(db, a, key, putting):
 * Store a value in the transaction in hand, sealed with the person's ${key}
 * (live) where the field is sensitive.  ERR_CONFLICT when the field takes no
 * value any more.
 */
enum err custom_store(struct db *db, struct arena *a,
    const unsigned char key[KEY_BYTES], const struct custom_putting *putting)
    MUST_CHECK;

/* One of many values; the person's live key, if the field is sensitive. */
struct custom_storing {
	struct custom_putting put;	/* the text is not "" */
	const unsigned char *key;
};

/**
 * custom_store_each(db, a, values, n):
 * As custom_store() for at most DB_EACH_MAX ${values} in one statement; whether
 * their fields take them is known by custom_lock().
 */
enum err custom_store_each(struct db *db, struct arena *a,
    const struct custom_storing *values, size_t n) MUST_CHECK;

/**
 * custom_lock(db, a, fields, n):
 * Keep ${n} ${fields} as they are until the transaction in hand ends.  ERR_GONE
 * when one is closed, or has been changed since it was read.
 */
enum err custom_lock(struct db *db, struct arena *a,
    const struct custom_field *const *fields, size_t n) MUST_CHECK;

/**
 * custom_values_load_each(db, a, reading, ids, n, ret_values, ret_n):
 * As custom_values_load() for each of at most DB_EACH_MAX contacts ${ids}
 * (reading->contact_id is not read), of the fields that ${reading} has, open.
 */
enum err custom_values_load_each(struct db *db, struct arena *a,
    const struct custom_reading *reading, const uint64_t *ids, size_t n,
    struct custom_value **ret_values, size_t *ret_n) MUST_CHECK;

#endif
