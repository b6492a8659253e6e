/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Filters of the contact base: conditions that must all hold, or one of those
 * tied by "or".  Written as text, a filter of choices and dates may stand in
 * an address; one with typed words never does (DESIGN: pages; GDPR 25).
 *
 *	filter    = group *( "~" group )	; each must hold
 *	group     = condition *( "," condition )	; one of them
 *	condition = field "." op [ "." value [ "." channel [ "." days ] ] ]
 *		  | "custom." code "." op [ "." value ]
 *	value     = a code, a number, a date (2026-01-31), days ago (1095d), or
 *		    typed words as base64url
 *	days      = days to come (90d), of "ends": its purpose and its channel may
 *		    be "any"
 *
 * Of a custom field "is" and "not" take a choice, "least" and "most" a number,
 * "before" and "since" a day, "within" days to come (90d: today, or up to that
 * many days from now), "begins" typed words, "filled" and "empty" none.
 */
#ifndef LISTS_LISTS_FILTER_H
#define LISTS_LISTS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/fields.h"
#include "base/arena.h"
#include "base/err.h"

#define LISTS_CONDITIONS_MAX	16	/* of one filter */
#define LISTS_FILTER_MAX	2000	/* bytes of its text */
#define LISTS_WORDS_MAX		60	/* code points of typed words */
#define LISTS_DAYS_MAX		36500	/* of days ago, or to come */

/* What can be asked of a contact. */
enum lists_what { LISTS_KIND, LISTS_STATE, LISTS_TAG, LISTS_CONSENT,
	LISTS_SOFT, LISTS_ENDING, LISTS_OPTED_OUT, LISTS_OPTED_OUT_OF, LISTS_LAST,
	LISTS_COLLECTED,
	LISTS_UPDATED, LISTS_ENDED, LISTS_NAME, LISTS_CITY, LISTS_POSTCODE,
	LISTS_COUNTRY, LISTS_LANGUAGE, LISTS_BUSINESS, LISTS_HAS, LISTS_OWNER,
	LISTS_TEAM, LISTS_VISIBILITY, LISTS_BASIS, LISTS_SOURCE,
	LISTS_MEMBER, LISTS_ORGANISATION, LISTS_CUSTOM,
	LISTS_WHAT__MAX };

/* What a value of it is. */
enum lists_type {
	LISTS_CHOICE,	/* one of a fixed list */
	LISTS_FLAG,	/* none: it holds or not */
	LISTS_DATE,	/* a day, or days ago */
	LISTS_CODE,	/* two capital letters (ISO 3166) */
	LISTS_WORDS,	/* typed: the beginning of what is stored */
	LISTS_ROW,	/* the id of a row: a tag, a team, a colleague, a purpose, an organisation */
	LISTS_ROW_CHANNEL,	/* the id of a purpose, and a channel */
	LISTS_SOON,	/* the id of a purpose, a channel, days to come; or "any" of both */
	LISTS_OWN	/* of a custom field: what its op takes */
};

enum lists_op { LISTS_IS, LISTS_NOT, LISTS_BEFORE, LISTS_SINCE, LISTS_LEAST,
	LISTS_MOST, LISTS_WITHIN, LISTS_BEGINS, LISTS_FILLED, LISTS_EMPTY,
	LISTS_OP__MAX };

struct lists_field {
	const char *code;	/* in a filter's text */
	const char *label;	/* msgid */
	enum lists_type type;
	const struct field_choice *choices;	/* LISTS_CHOICE */
};

extern const struct lists_field lists_fields[LISTS_WHAT__MAX];
extern const struct field_choice lists_channels[];
extern const struct field_choice lists_any_channels[];	/* with "any" */
extern const char *const lists_op_codes[LISTS_OP__MAX];

struct lists_condition {
	enum lists_what what;
	enum lists_op op;
	const char *value;	/* words as typed; "" of a flag */
	const char *channel;	/* LISTS_ROW_CHANNEL, LISTS_SOON, else "" */
	bool is_or;		/* another way to meet the one before it */
	const char *custom;	/* the code of a LISTS_CUSTOM; else of no meaning */
	const char *days;	/* of a LISTS_SOON: "90d"; else of no meaning */
};

struct lists_filter {
	struct lists_condition conditions[LISTS_CONDITIONS_MAX];
	size_t n;
};

/**
 * lists_what_of(code, ret_what):
 * Read the ${code} of a field.  ERR_NOTFOUND when there is none.
 */
enum err lists_what_of(const char *code, enum lists_what *ret_what)
    MUST_CHECK;

/**
 * lists_has_op(what, op):
 * Return whether ${op} can be said of ${what}: dates are before or since, of a
 * custom field that depends on its kind, all else is or is not.
 */
bool lists_has_op(enum lists_what what, enum lists_op op);

/**
 * lists_value_is_good(what, value):
 * Return whether ${value} is one of ${what}, as far as can be told without the
 * database.
 */
bool lists_value_is_good(enum lists_what what, const char *value);

/**
 * lists_days(days), lists_end(days, now_us):
 * Return the number of days, from 1 to LISTS_DAYS_MAX, that ${days} such as
 * "90d" says, or 0 for any other text; the instant at which the last of so many
 * days to come is over.
 */
uint64_t lists_days(const char *days);
int64_t lists_end(const char *days, int64_t now_us);

/**
 * lists_own_is_good(op, value):
 * Return whether ${value} is one that ${op} of a custom field takes, as far as
 * can be told without knowing the field.
 */
bool lists_own_is_good(enum lists_op op, const char *value);

/**
 * lists_filter_read(a, text, ret_filter):
 * Read the ${text} of a filter; its values are in ${a}.  "" is no condition.
 * ERR_INVALID for anything that lists_filter_write() would not have written.
 */
enum err lists_filter_read(struct arena *a, const char *text,
    struct lists_filter *ret_filter) MUST_CHECK;

/**
 * lists_filter_write(a, filter):
 * Return the text of ${filter}.
 */
char *lists_filter_write(struct arena *a, const struct lists_filter *filter)
    RETURNS_NEW;

/**
 * lists_filter_has_words(filter):
 * Return whether somebody typed words into it: then it stays out of addresses.
 */
bool lists_filter_has_words(const struct lists_filter *filter);

/**
 * lists_filter_add(filter, condition), lists_filter_drop(filter, i):
 * Add ${condition} (behind the last one that it is an "or" of, at ${group},
 * the index of a condition of that group; SIZE_MAX: a group of its own), or
 * take the ${i}-th out.  ERR_INVALID when there is no room.
 */
enum err lists_filter_add(struct lists_filter *filter,
    const struct lists_condition *condition, size_t group) MUST_CHECK;
void lists_filter_drop(struct lists_filter *filter, size_t i);

/**
 * lists_instant(value, now_us):
 * Return the first instant of the day that ${value} of a LISTS_DATE means: the
 * day itself, or so many days before ${now_us}.
 */
int64_t lists_instant(const char *value, int64_t now_us);

#endif
