/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page to read inside a package, and the schema of its data.
 * Law: GDPR 12(1), 15(1).
 */
#ifndef EXPORT_EXPORT_PAGE_H
#define EXPORT_EXPORT_PAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct export_page {
	struct arena *arena;
	const char *lang;
	const char *site;
	int64_t created_us;
};

/**
 * export_page_view(page, lists):
 * Return the view of export/index.html over ${lists}, an object with the list
 * of each section that there is.  Tables end after EXPORT_ROWS_MAX rows.
 */
json_t *export_page_view(const struct export_page *page,
    const json_t *lists);

#define EXPORT_ROWS_MAX 1000	/* the tables in csv/ have them all */

/**
 * export_schema(is_portable):
 * Return the JSON Schema of data.json.
 *
 * Source: JSON Schema 2020-12.
 */
json_t *export_schema(bool is_portable);

#endif
