/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Declared fields: what a POST may carry, with type and bounds.  Nothing else
 * is read; whatever is wrong comes back in the form with all that was typed.
 */
#ifndef APP_FIELDS_H
#define APP_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/day.h"
#include "base/err.h"

#define FIELDS_MAX 96

enum field_type { F_TEXT, F_LINES, F_EMAIL, F_PHONE, F_DATE, F_CHOICE,
	F_FLAG, F_ID, F_CODE, F_PASSWORD, F_HIDDEN, F_FILE };

struct field_choice {
	const char *value;
	const char *label;	/* msgid */
};

struct field {
	const char *name;
	enum field_type type;
	bool need;
	size_t max;			/* code points; F_FILE: bytes; 0: the type's own limit */
	const char *label;		/* msgid; NULL: not drawn by the form's list */
	const char *about;		/* msgid: its name beside an error where it has no label, or NULL */
	const char *hint;		/* msgid, or NULL */
	const char *autocomplete;	/* HTML token, or NULL */
	const struct field_choice *choices;	/* F_CHOICE; ends with NULL */
	bool has_radios;		/* F_CHOICE: drawn as radios, not as a list */
	bool is_machine_text;		/* F_LINES: a pasted receipt, not prose */
	const char *if_large;		/* F_FILE: msgid, what to do about a body too large to be read */
};

struct input {
	const struct field *field;
	const char *value;	/* as typed, trimmed; "" when absent; never NULL; of F_FILE always ""; a day as 2026-01-31 */
	const char *error;	/* in the person's language; NULL: none */
	struct address address;	/* F_EMAIL without error */
	struct day day;		/* F_DATE without error; year 0: none typed */
	uint64_t number;	/* F_ID; F_FLAG: 1 when "yes" */
};

struct form {
	struct input *inputs;
	size_t n;
	const char *error;	/* of the form as a whole, in the person's language */
	const char *error_at;	/* id of what that error is about; NULL: the page */
	const char *error_about;	/* msgid: its name; NULL: none */
};

struct ctx;

/**
 * field_limit(field):
 * Return how many code points ${field} takes at most (F_PASSWORD and F_FILE:
 * bytes).
 */
size_t field_limit(const struct field *field);

/**
 * form_blank(c, fields, ret_form):
 * Make a form of ${fields} (ended by .name NULL) with nothing typed.
 */
void form_blank(struct ctx *c, const struct field *fields,
    struct form *ret_form);

/**
 * form_read(c, fields, ret_form):
 * Read the body of the POST into ${ret_form}, which is filled in every case.
 * ERR_INVALID when a value is missing or not acceptable; ERR_MALFORMED when a
 * field came twice or is not declared; each with its error in ${ret_form}.
 * The fields that every form has (csrf, request_key) need no declaration.
 */
enum err form_read(struct ctx *c, const struct field *fields,
    struct form *ret_form) MUST_CHECK;

/* Marks a route whose handler reads a body of its own: a form of the site, or
   the exact words of RFC 8058. */
extern const struct field fields_own[];

/**
 * field_file(fields):
 * Return the one that takes a file, or NULL: only such a route reads
 * multipart/form-data, and a body of more than a form's size.
 */
const struct field *field_file(const struct field *fields);

/**
 * form_check_none(c):
 * ERR_MALFORMED when the body of the POST holds anything but what every form
 * has, or that twice.
 */
enum err form_check_none(const struct ctx *c) MUST_CHECK;

/**
 * form_input(form, name):
 * Return the input ${name}; ends the process when it is not declared.
 */
struct input *form_input(const struct form *form, const char *name)
    NONNULL_RETURN;

/**
 * form_value(form, name):
 * Return what was typed into ${name}: "" when nothing.
 */
const char *form_value(const struct form *form, const char *name)
    NONNULL_RETURN;

/**
 * form_set(form, name, value), form_fail(form, name, error):
 * Put ${value} into the field as if typed; mark it with ${error}, already in
 * the person's language (NULL name: the form as a whole).
 */
void form_set(struct form *form, const char *name, const char *value);
void form_fail(struct form *form, const char *name, const char *error);

/**
 * form_fail_group(form, id, about, error):
 * Mark the form as a whole; its summary leads to the element ${id}, a group
 * of fields called ${about}, a msgid.
 */
void form_fail_group(struct form *form, const char *id, const char *about,
    const char *error);

/**
 * form_group_error(form, id):
 * Return the error of that group, or NULL.
 */
const char *form_group_error(const struct form *form, const char *id);

/**
 * form_named(c, about, error):
 * Return ${error} after the name of what it is about, as the person's
 * language sets them.
 */
const char *form_named(struct ctx *c, const char *about, const char *error)
    NONNULL_RETURN;

/**
 * form_has_errors(form):
 * Return whether anything is marked.
 */
bool form_has_errors(const struct form *form);

/**
 * form_view(c, form):
 * Return the list that shared/field.html draws one by one: the fields that
 * have a label.  Passwords come back empty.  A list that needs an answer and
 * has none opens on "Choose", never on an answer.  A new reference.
 *
 * Source: GDPR 25(2).
 */
json_t *form_view(struct ctx *c, const struct form *form);

/**
 * form_errors_view(c, form):
 * Return what shared/error_summary.html draws: null, or {"items": [...]}, each
 * with the name of its field before the error.  A new reference.
 *
 * Source: WCAG 2.2, 3.3.1.
 */
json_t *form_errors_view(struct ctx *c, const struct form *form);

#endif
