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
	/* the rest is set by export_read() */
	unsigned char live[KEY_BYTES];
	unsigned char proof[KEY_BYTES];
	bool has_live;
	bool has_proof;
	bool is_broken;		/* a value was no text */
};

/* A list of rows; every row has the same names in the same order. */
struct export_section {
	const char *name;	/* "interactions": in data.json, csv/NAME.csv */
	const char *title;	/* msgid */
	bool is_portable;	/* also in the Art. 20 bundle */
	enum err (*read)(struct export_reading *r, json_t *list);
};

#define EXPORT_SECTIONS 17

extern const struct export_section export_sections[EXPORT_SECTIONS];

/**
 * export_begin(r), export_end(r):
 * Read the person's keys, and wipe them.
 */
enum err export_begin(struct export_reading *r) MUST_CHECK;
void export_end(struct export_reading *r);

/**
 * export_read(r, section, ret_list):
 * Read ${section}, between export_begin() and export_end(): a new array of
 * objects whose values are texts, whole numbers, true, false or null.  No
 * staff name is in it.  ERR_BUG, logged, for a value that is no text.
 *
 * Source: GDPR 15(1), 15(4); CJEU C-579/21.
 */
enum err export_read(struct export_reading *r,
    const struct export_section *section, json_t **ret_list) MUST_CHECK;

#endif
