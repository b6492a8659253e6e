/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The columns of a list (GDPR 5(1)(c)).
 */
#include "lists/lists_columns.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "html/words.h"

const struct lists_column_row lists_columns[LISTS_COLUMN__MAX] = {
/*				code		label		usual extra export nowrap */
	[LISTS_COLUMN_EMAIL] = { "email", N_("E-mail"), true, false, true, false },
	[LISTS_COLUMN_KIND] = { "kind", N_("Kind"), true, false, true, false },
	[LISTS_COLUMN_TEAM] = { "team", N_("Team"), true, false, true, false },
	[LISTS_COLUMN_STATE] = { "state", N_("State"), true, false, false, false },
	[LISTS_COLUMN_LAST] = { "last_contact_on", N_("Last contact"), true, false, true, true },
	[LISTS_COLUMN_REFERENCE] = { "reference", N_("Reference"), false, true, true, true },
	[LISTS_COLUMN_PHONE] = { "phone", N_("Phone"), false, true, true, true },
	[LISTS_COLUMN_POSTCODE] = { "postcode", N_("Postcode"), false, true, true, true },
	[LISTS_COLUMN_CITY] = { "city", N_("Town"), false, true, true, false },
	[LISTS_COLUMN_COUNTRY] = { "country", N_("Country"), false, true, true, false },
	[LISTS_COLUMN_LANGUAGE] = { "language", N_("Language"), false, true, true, false },
	[LISTS_COLUMN_OWNER] = { "owner", N_("Adviser"), false, true, false, false },
	[LISTS_COLUMN_VISIBILITY] = { "visibility", N_("Visible to"), false, true, false, false },
	[LISTS_COLUMN_SOURCE] = { "source", N_("Source"), false, true, true, false },
	[LISTS_COLUMN_COLLECTED] = { "collected_on", N_("Collected on"), false, true, true, true },
	[LISTS_COLUMN_ORGANISATION] = { "organisation", N_("Organisation"), false, true, true, false },
	[LISTS_COLUMN_JOB_TITLE] = { "job_title", N_("Function"), false, true, true, false },
};

struct lists_columns
lists_columns_usual(void)
{
	struct lists_columns columns = { .n = 0 };
	enum lists_column i;

	for (i = 0; i < LISTS_COLUMN__MAX; i++)
		if (lists_columns[i].is_usual)
			columns.list[columns.n++] = i;
	return columns;
}

/* The place of ${column}; columns->n when it is not there. */
static size_t
find(const struct lists_columns *columns, enum lists_column column)
{
	size_t i;

	for (i = 0; i < columns->n && columns->list[i] != column; i++)
		;
	return i;
}

static enum err
add(struct lists_columns *columns, const char *code)
{
	enum lists_column i;

	for (i = 0; i < LISTS_COLUMN__MAX; i++)
		if (strcmp(lists_columns[i].code, code) == 0)
			break;
	if (i == LISTS_COLUMN__MAX || find(columns, i) < columns->n)
		return ERR_INVALID;
	columns->list[columns->n++] = i;
	return ERR_OK;
}

enum err
lists_columns_read(struct arena *a, const char *codes,
    struct lists_columns *ret_columns)
{
	struct lists_columns columns = { .n = 0 };
	size_t len;
	enum err e;

	while (*codes != '\0') {
		len = strcspn(codes, ",");
		if ((e = add(&columns, arena_textn(a, codes, len))) != ERR_OK)
			return e;
		codes += len;
		if (*codes == ',' && *++codes == '\0')
			return ERR_INVALID;
	}
	*ret_columns = columns;
	return ERR_OK;
}

const char *
lists_columns_write(struct arena *a, const struct lists_columns *columns)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_text(&b, "");
	for (i = 0; i < columns->n; i++) {
		buf_text(&b, i == 0 ? "" : ",");
		buf_text(&b, lists_columns[columns->list[i]].code);
	}
	return b.len == 0 ? "" : b.ptr;
}

void
lists_columns_add_others(struct lists_columns *columns)
{
	enum lists_column i;

	for (i = 0; i < LISTS_COLUMN__MAX; i++)
		if (find(columns, i) == columns->n)
			columns->list[columns->n++] = i;
}

enum err
lists_columns_up(struct lists_columns *columns, const char *code)
{
	enum lists_column moved;
	size_t i;

	for (i = 0; i < columns->n; i++)
		if (strcmp(lists_columns[columns->list[i]].code, code) == 0)
			break;
	if (i == columns->n)
		return ERR_INVALID;
	if (i > 0) {
		moved = columns->list[i];
		columns->list[i] = columns->list[i - 1];
		columns->list[i - 1] = moved;
	}
	return ERR_OK;
}

bool
lists_columns_have_extra(const struct lists_columns *columns)
{
	size_t i;

	for (i = 0; i < columns->n; i++)
		if (lists_columns[columns->list[i]].is_extra)
			return true;
	return false;
}

const char *
lists_columns_export(struct arena *a, const struct lists_columns *columns)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_text(&b, "given_name,family_name");
	for (i = 0; i < columns->n; i++) {
		if (!lists_columns[columns->list[i]].is_exported)
			continue;
		buf_text(&b, ",");
		buf_text(&b, lists_columns[columns->list[i]].code);
	}
	return b.ptr;
}
