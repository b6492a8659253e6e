/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * All that is held on a person, as lists of flat rows: the same rows become
 * JSON, tables and the page to read.
 * Law: GDPR 15(1), 15(3), 20(1).
 */
#ifndef EXPORT_EXPORT_DATA_H
#define EXPORT_EXPORT_DATA_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "db/db.h"
#include "keys/keys.h"

struct export_reading {
	struct db *db;
	struct arena *arena;
	const struct keys *keys;
	uint64_t contact_id;
	const char *lang;
	bool is_portable;	/* Art. 20: what the person gave, nothing else */
	const json_t *lists;	/* sections read so far, borrowed, or NULL */
	/* the rest is set by export_begin() and export_read() */
	unsigned char live[KEY_BYTES];
	unsigned char proof[KEY_BYTES];
	bool has_live;
	bool has_proof;
	bool is_broken;		/* a value was no text */
};

enum export_type {
	EXPORT_TEXT,
	EXPORT_INSTANT,		/* text, YYYY-MM-DDThh:mm:ssZ */
	EXPORT_DAY,		/* text, YYYY-MM-DD */
	EXPORT_NUMBER,		/* whole */
	EXPORT_BOOL,
	EXPORT_TYPE__MAX
};

struct export_field {
	const char *name;
	enum export_type type;
	bool may_lack;		/* then it is null */
};

/* A list of rows; every row has the fields in their order. */
struct export_section {
	const char *name;	/* "interactions": in data.json, csv/NAME.csv */
	const char *title;	/* msgid */
	const struct export_field *fields;	/* ended by .name NULL */
	size_t n_given;		/* first fields that the Art. 20 bundle has; 0: none */
	enum err (*read)(struct export_reading *r, json_t *list);
};

#define EXPORT_SECTIONS 29

extern const struct export_section export_sections[EXPORT_SECTIONS];

/**
 * export_n_fields(section, is_portable):
 * Return how many fields, from the first, ${section} has in a bundle or in the
 * whole copy; 0 when it is not in it.
 */
size_t export_n_fields(const struct export_section *section,
    bool is_portable);

/**
 * export_begin(r), export_end(r):
 * Read the person's keys, and wipe them.
 */
enum err export_begin(struct export_reading *r) MUST_CHECK;
void export_end(struct export_reading *r);

/**
 * export_read(r, section, ret_list):
 * Read ${section}, between export_begin() and export_end(): a new array of
 * objects with exactly the section's fields.  No staff name is in it.
 * ERR_BUG, logged, for a row that is otherwise than the fields say.
 *
 * Source: GDPR 15(1), 15(4); CJEU C-579/21.
 */
enum err export_read(struct export_reading *r,
    const struct export_section *section, json_t **ret_list) MUST_CHECK;

#endif
