/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a file may say: the names of its columns, its cells, its terms
 * (GDPR 5(1)(d), 6(1), 14(2)(f)).
 */
#include "import/import.h"

#include <inttypes.h>
#include <string.h>

#include "app/config.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fold.h"
#include "base/text.h"
#include "contacts/contacts_search.h"
#include "export/csv.h"

#define SHOWN_POINTS	40	/* of a column's name in a sentence */

const char *const import_field_names[IMPORT_FIELD__MAX] = {
	[IMPORT_EMAIL] = "email",
	[IMPORT_GIVEN_NAME] = "given_name",
	[IMPORT_FAMILY_NAME] = "family_name",
	[IMPORT_LANGUAGE] = "language",
	[IMPORT_PHONE] = "phone",
	[IMPORT_STREET] = "street",
	[IMPORT_POSTCODE] = "postcode",
	[IMPORT_CITY] = "city",
	[IMPORT_COUNTRY] = "country",
	[IMPORT_KIND] = "kind",
	[IMPORT_BASIS] = "basis",
	[IMPORT_SOURCE] = "source",
	[IMPORT_COLLECTED] = "collected_on",
};

/* Code points; those of the contact's columns, and of what a form takes. */
static const size_t field_points[IMPORT_FIELD__MAX] = {
	[IMPORT_EMAIL] = ADDRESS_MAX_BYTES,
	[IMPORT_GIVEN_NAME] = 120,
	[IMPORT_FAMILY_NAME] = 120,
	[IMPORT_LANGUAGE] = 2,
	[IMPORT_PHONE] = 40,
	[IMPORT_STREET] = 200,
	[IMPORT_POSTCODE] = 16,
	[IMPORT_CITY] = 120,
	[IMPORT_COUNTRY] = 2,
	[IMPORT_KIND] = 40,
	[IMPORT_BASIS] = 40,
	[IMPORT_SOURCE] = IMPORT_SOURCE_POINTS,
	[IMPORT_COLLECTED] = 40,
};

const char *const import_policy_names[IMPORT_POLICY__MAX] = {
	[IMPORT_CREATE] = "create",
	[IMPORT_UPDATE] = "update",
	[IMPORT_SKIP] = "skip",
	[IMPORT_DELETE] = "delete",
};

const char *const import_outcome_names[IMPORT_OUTCOME__MAX] = {
	[IMPORT_NEW] = "created",
	[IMPORT_CHANGED] = "updated",
	[IMPORT_SAME] = "same",
	[IMPORT_SUPPRESSED] = "suppressed",
	[IMPORT_REJECTED] = "rejected",
	[IMPORT_LISTED] = "listed",
	[IMPORT_UNKNOWN] = "unknown",
};

const char *const import_why_names[IMPORT_WHY__MAX] = {
	[IMPORT_WHY_NONE] = "none",
	[IMPORT_WHY_CELLS] = "cells",
	[IMPORT_WHY_UTF8] = "utf8",
	[IMPORT_WHY_SIGNS] = "signs",
	[IMPORT_WHY_LONG] = "long",
	[IMPORT_WHY_LANGUAGE] = "language",
	[IMPORT_WHY_COUNTRY] = "country",
	[IMPORT_WHY_KIND] = "kind",
	[IMPORT_WHY_MISSING] = "missing",
	[IMPORT_WHY_ADDRESS] = "address",
	[IMPORT_WHY_PHONE] = "phone",
	[IMPORT_WHY_TWICE] = "twice",
	[IMPORT_WHY_KNOWN] = "known",
	[IMPORT_WHY_SEVERAL] = "several",
	[IMPORT_WHY_RESTRICTED] = "restricted",
	[IMPORT_WHY_ERASED] = "erased",
	[IMPORT_WHY_OBJECTED] = "objected",
	[IMPORT_WHY_BASIS] = "basis",
	[IMPORT_WHY_SOURCE] = "source",
	[IMPORT_WHY_DATE] = "date",
	[IMPORT_WHY_UNSTATED] = "unstated",
	[IMPORT_WHY_UNKNOWN] = "unknown",
};

const char *
import_terms_check(const struct import_terms *t, struct day today)
{
	static const char *const bases[] = { "consent", "contract",
		"legal_obligation", "vital_interest", "public_task",
		"legitimate_interest" };
	size_t i;

	for (i = 0; i < LENGTH(bases); i++)
		if (strcmp(bases[i], t->basis) == 0)
			break;
	if (i == LENGTH(bases))
		return "the basis is one of consent, contract, legal_obligation, vital_interest, public_task, legitimate_interest";
	if (!text_is_utf8(t->source, strlen(t->source)) ||
	    !text_is_plain(t->source, false) || *t->source == '\0' ||
	    text_points(t->source) > IMPORT_SOURCE_POINTS)
		return "the source has 1 to 53 characters on one line";
	if (strchr(t->source, '@') != NULL)
		return "the source is shown to everybody in the file: it names no mail address";
	if (day_compare(t->date, today) > 0)
		return "the date is when the data was collected, not after today";
	return NULL;
}

/* What a column may be called, folded. */
static const struct {
	enum import_field field;
	const char *name;
} column_names[] = {
	{ IMPORT_EMAIL, "email" }, { IMPORT_EMAIL, "e mail" },
	{ IMPORT_EMAIL, "mail" }, { IMPORT_EMAIL, "email address" },
	{ IMPORT_EMAIL, "e mail address" }, { IMPORT_EMAIL, "courriel" },
	{ IMPORT_EMAIL, "adresse e mail" }, { IMPORT_EMAIL, "adresse email" },
	{ IMPORT_EMAIL, "adresse mail" },
	{ IMPORT_EMAIL, "mail address" }, { IMPORT_EMAIL, "adresse electronique" },
	{ IMPORT_GIVEN_NAME, "given name" }, { IMPORT_GIVEN_NAME, "given" },
	{ IMPORT_GIVEN_NAME, "first name" }, { IMPORT_GIVEN_NAME, "firstname" },
	{ IMPORT_GIVEN_NAME, "prenom" },
	{ IMPORT_FAMILY_NAME, "family name" }, { IMPORT_FAMILY_NAME, "family" },
	{ IMPORT_FAMILY_NAME, "last name" }, { IMPORT_FAMILY_NAME, "lastname" },
	{ IMPORT_FAMILY_NAME, "surname" }, { IMPORT_FAMILY_NAME, "nom" },
	{ IMPORT_FAMILY_NAME, "nom de famille" },
	{ IMPORT_LANGUAGE, "language" }, { IMPORT_LANGUAGE, "langue" },
	{ IMPORT_PHONE, "phone" }, { IMPORT_PHONE, "phone number" },
	{ IMPORT_PHONE, "telephone" }, { IMPORT_PHONE, "mobile" },
	{ IMPORT_PHONE, "mobile phone" }, { IMPORT_PHONE, "portable" },
	{ IMPORT_PHONE, "telephone portable" },
	{ IMPORT_PHONE, "telephone mobile" }, { IMPORT_PHONE, "sms" },
	{ IMPORT_PHONE, "tel" },
	{ IMPORT_STREET, "street" }, { IMPORT_STREET, "street and number" },
	{ IMPORT_STREET, "numero et rue" }, { IMPORT_STREET, "rue" }, { IMPORT_STREET, "adresse postale" },
	{ IMPORT_POSTCODE, "postcode" }, { IMPORT_POSTCODE, "zip" },
	{ IMPORT_POSTCODE, "postal code" }, { IMPORT_POSTCODE, "code postal" },
	{ IMPORT_CITY, "city" }, { IMPORT_CITY, "town" },
	{ IMPORT_CITY, "ville" },
	{ IMPORT_COUNTRY, "country" }, { IMPORT_COUNTRY, "pays" },
	{ IMPORT_KIND, "kind" }, { IMPORT_KIND, "relationship" },
	{ IMPORT_KIND, "relation" }, { IMPORT_KIND, "sorte" },
	{ IMPORT_BASIS, "basis" }, { IMPORT_BASIS, "legal basis" },
	{ IMPORT_BASIS, "base legale" },
	{ IMPORT_SOURCE, "source" }, { IMPORT_SOURCE, "origine" },
	{ IMPORT_SOURCE, "provenance" },
	{ IMPORT_COLLECTED, "collected on" }, { IMPORT_COLLECTED, "collected" },
	{ IMPORT_COLLECTED, "collecte le" }, { IMPORT_COLLECTED, "date de collecte" },
};

enum import_field
import_column_guess(struct arena *a, struct bytes cell)
{
	const char *name;
	size_t i;

	if (!text_is_utf8(cell.ptr, cell.len))
		return IMPORT_FIELD__MAX;
	name = fold_words(a, arena_textn(a, cell.ptr, cell.len));
	for (i = 0; i < LENGTH(column_names); i++)
		if (strcmp(column_names[i].name, name) == 0)
			return column_names[i].field;
	return IMPORT_FIELD__MAX;
}

bool
import_column_is_reference(struct arena *a, struct bytes name)
{
	return text_is_utf8(name.ptr, name.len) && strcmp(fold_words(a,
	    arena_textn(a, name.ptr, name.len)), "reference") == 0;
}

/* The columns that there are, for a sentence. */
static const char *
known_names(struct arena *a)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	for (i = 0; i < IMPORT_FIELD__MAX; i++) {
		buf_text(&b, i == 0 ? "" : ", ");
		buf_text(&b, import_field_names[i]);
	}
	return b.ptr;
}

static const char *
name_shown(struct arena *a, struct bytes cell)
{
	const char *text = arena_textn(a, cell.ptr, cell.len);

	if (!text_is_utf8(cell.ptr, cell.len) || !text_is_plain(text, false) ||
	    *text == '\0' || text_points(text) > SHOWN_POINTS)
		return "";
	return arena_printf(a, " \"%s\"", text);
}

/* The sentence about column ${i}; ${field} is none or has one already. */
static const char *
column_fault(struct arena *a, const struct import_record *first, size_t i,
    enum import_field field)
{
	const char *name = name_shown(a, first->cells[i]);

	return field == IMPORT_FIELD__MAX ? arena_printf(a,
	    "column %zu%s is not known; known are %s", i + 1, name,
	    known_names(a)) : arena_printf(a,
	    "column %zu%s is the second one for %s", i + 1, name,
	    import_field_names[field]);
}

enum err
import_columns_read(struct arena *a, const struct import_record *first,
    struct import_columns *ret_columns, const char **ret_why)
{
	struct import_columns *c = ret_columns;
	bool is_there[IMPORT_FIELD__MAX + 1] = { false };
	enum import_field field;
	const char *why = NULL;
	size_t i;

	memset(c, 0, sizeof(*c));
	if (first->n > IMPORT_COLUMNS_MAX)
		why = "the first line has more than 64 columns";
	for (i = 0; i < first->n && i < IMPORT_COLUMNS_MAX; i++) {
		field = import_column_guess(a, first->cells[i]);
		if (why == NULL && (field == IMPORT_FIELD__MAX ||
		    is_there[field]))
			why = column_fault(a, first, i, field);
		is_there[field] = true;
		c->fields[c->n] = field;
		c->names[c->n++] = arena_textn(a, first->cells[i].ptr,
		    first->cells[i].len);
	}
	if (!is_there[IMPORT_EMAIL])
		why = arena_printf(a, "no column of the first line is called email; known are %s",
		    known_names(a));
	if (why == NULL)
		return ERR_OK;
	*ret_why = why;
	return ERR_INVALID;
}

static void
reject(struct import_row *row, enum import_why why, enum import_field field,
    const char *reason)
{
	row->outcome = IMPORT_REJECTED;
	row->why = why;
	row->field = field;
	row->reason = reason;
}

/* The text of a cell, trimmed; NULL, with the row rejected, when it is none. */
static const char *
cell_text(struct arena *a, struct import_row *row, enum import_field field,
    struct bytes cell)
{
	const char *name = import_field_names[field], *text;

	if (!text_is_utf8(cell.ptr, cell.len)) {
		reject(row, IMPORT_WHY_UTF8, field, arena_printf(a,
		    "%s: not UTF-8", name));
		return NULL;
	}
	text = text_trim(a, csv_unguard(a, arena_textn(a, cell.ptr,
	    cell.len)));
	if (!text_is_plain(text, false))
		reject(row, IMPORT_WHY_SIGNS, field, arena_printf(a,
		    "%s: has characters that cannot be used here", name));
	else if (text_points(text) > field_points[field])
		reject(row, IMPORT_WHY_LONG, field, arena_printf(a,
		    "%s: longer than %zu characters", name,
		    field_points[field]));
	return row->outcome == IMPORT_REJECTED ? NULL : text;
}

static bool
is_country(const char *text)
{
	return strlen(text) == 2 && strspn(text,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2;
}

static bool
is_language(const struct config *config, const char *text)
{
	size_t i;

	for (i = 0; config->languages[i] != NULL; i++)
		if (strcmp(config->languages[i], text) == 0)
			return true;
	return false;
}

/* Cells that are one of a list, in one spelling. */
static void
read_words(struct arena *a, const struct config *config,
    struct import_row *row)
{
	const char **v = row->values;
	char *upper, *p;

	v[IMPORT_LANGUAGE] = text_lower_ascii(a, v[IMPORT_LANGUAGE]);
	v[IMPORT_KIND] = text_lower_ascii(a, v[IMPORT_KIND]);
	upper = arena_text(a, v[IMPORT_COUNTRY]);
	for (p = upper; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	v[IMPORT_COUNTRY] = upper;
	if (*v[IMPORT_LANGUAGE] != '\0' && !is_language(config,
	    v[IMPORT_LANGUAGE]))
		reject(row, IMPORT_WHY_LANGUAGE, IMPORT_LANGUAGE,
		    "language: none of the site's");
	else if (*v[IMPORT_COUNTRY] != '\0' && !is_country(upper))
		reject(row, IMPORT_WHY_COUNTRY, IMPORT_COUNTRY,
		    "country: not two letters (ISO 3166)");
	else if (*v[IMPORT_KIND] != '\0' &&
	    strcmp(v[IMPORT_KIND], "prospect") != 0 &&
	    strcmp(v[IMPORT_KIND], "customer") != 0)
		reject(row, IMPORT_WHY_KIND, IMPORT_KIND,
		    "kind: neither prospect nor customer");
}

static void
read_reach(struct arena *a, const struct config *config,
    struct import_row *row)
{
	const char **v = row->values, *country = v[IMPORT_COUNTRY];
	char *phone;

	if (*v[IMPORT_EMAIL] == '\0') {
		reject(row, IMPORT_WHY_MISSING, IMPORT_EMAIL,
		    "email: missing");
		return;
	}
	if (address_read(a, v[IMPORT_EMAIL], &row->address) != ERR_OK) {
		reject(row, IMPORT_WHY_ADDRESS, IMPORT_EMAIL,
		    "email: not an address that mail can reach");
		return;
	}
	if (*v[IMPORT_PHONE] == '\0')
		return;
	if (contacts_phone_read(a, v[IMPORT_PHONE], *country == '\0' ?
	    config->country : country, &phone) != ERR_OK)
		reject(row, IMPORT_WHY_PHONE, IMPORT_PHONE,
		    "phone: not a number that can be called");
	else
		row->phone = phone;
}

/* Why, from where and since when, of this row alone. */
static void
read_own_terms(struct arena *a, struct import_row *row)
{
	const char *const *v = row->values;

	if (*v[IMPORT_BASIS] != '\0' && (row->basis = import_basis_read(a,
	    v[IMPORT_BASIS])) == NULL)
		reject(row, IMPORT_WHY_BASIS, IMPORT_BASIS,
		    "basis: none of those of GDPR 6(1)");
	else if (strchr(v[IMPORT_SOURCE], '@') != NULL)
		reject(row, IMPORT_WHY_SOURCE, IMPORT_SOURCE,
		    "source: the people read it, it names no mail address");
	else if (*v[IMPORT_COLLECTED] != '\0' && (import_day_read(a,
	    v[IMPORT_COLLECTED], &row->date) != ERR_OK ||
	    day_start_us(row->date) > clock_now_us()))
		reject(row, IMPORT_WHY_DATE, IMPORT_COLLECTED,
		    "collected on: not a date like 2026-01-31, not after today");
}

enum import_why
import_value_read(struct arena *a, const struct config *config,
    enum import_field field, struct bytes cell, const char *country,
    const char **ret_value)
{
	struct import_row row = { .outcome = IMPORT_NEW };
	const char *text;
	char *phone;
	size_t i;

	for (i = 0; i < IMPORT_FIELD__MAX; i++)
		row.values[i] = "";
	if ((text = cell_text(a, &row, field, cell)) == NULL)
		return row.why;
	row.values[field] = text;
	read_words(a, config, &row);
	if (row.outcome == IMPORT_REJECTED)
		return row.why;
	if (field == IMPORT_EMAIL && *text != '\0' && address_read(a, text,
	    &row.address) != ERR_OK)
		return IMPORT_WHY_ADDRESS;
	if (field == IMPORT_PHONE && *text != '\0') {
		if (contacts_phone_read(a, text, *country == '\0' ?
		    config->country : country, &phone) != ERR_OK)
			return IMPORT_WHY_PHONE;
		row.values[field] = phone;
	}
	*ret_value = row.values[field];
	return IMPORT_WHY_NONE;
}

void
import_row_read(struct arena *a, const struct config *config,
    const struct import_columns *columns, struct import_row *row)
{
	const struct import_record *r = &row->record;
	size_t i;

	row->outcome = IMPORT_NEW;
	row->reason = row->phone = row->basis = NULL;
	row->date = (struct day){ 0, 0, 0 };
	row->is_quarantined = false;
	row->why = IMPORT_WHY_NONE;
	row->field = IMPORT_FIELD__MAX;
	for (i = 0; i < IMPORT_FIELD__MAX; i++)
		row->values[i] = "";
	if (r->n != columns->n) {
		reject(row, IMPORT_WHY_CELLS, IMPORT_FIELD__MAX,
		    arena_printf(a, "%zu cells, but %zu columns", r->n,
		    columns->n));
		return;
	}
	for (i = 0; i < r->n; i++)
		if (columns->fields[i] != IMPORT_FIELD__MAX &&
		    (row->values[columns->fields[i]] = cell_text(a, row,
		    columns->fields[i], r->cells[i])) == NULL)
			return;
	read_words(a, config, row);
	if (row->outcome != IMPORT_REJECTED)
		read_own_terms(a, row);
	if (row->outcome != IMPORT_REJECTED)
		read_reach(a, config, row);
}

bool
import_is_newer(const struct import_terms *terms, int64_t at_us,
    const char *source, bool is_empty)
{
	int order = day_compare(terms->date, day_of(at_us));
	bool is_persons_own = text_starts(source, "form:") ||
	    strcmp(source, "account") == 0 || strcmp(source, "file") == 0;

	return order > 0 || (order == 0 && (is_empty || !is_persons_own));
}

struct bytes
import_rejects_head(struct arena *a, const struct import_columns *columns)
{
	struct buf b;
	struct csv c;
	size_t i;

	buf_open(&b, a);
	buf_text(&b, CSV_BOM);
	csv_open(&c, &b);
	csv_cell(&c, "line");
	csv_cell(&c, "reason");
	for (i = 0; i < columns->n; i++)
		csv_cell(&c, columns->names[i]);
	csv_end(&c);
	return buf_bytes(&b);
}

struct bytes
import_rejects_line(struct arena *a, const struct import_row *row)
{
	const struct import_record *r = &row->record;
	struct buf b;
	struct csv c;
	size_t i;

	buf_open(&b, a);
	csv_open(&c, &b);
	csv_cell(&c, arena_printf(a, "%" PRIu64, r->line));
	csv_cell(&c, row->reason);
	for (i = 0; i < r->n && i < IMPORT_COLUMNS_MAX &&
	    row->outcome != IMPORT_SUPPRESSED; i++)
		csv_cell(&c, text_is_utf8(r->cells[i].ptr, r->cells[i].len) ?
		    arena_textn(a, r->cells[i].ptr, r->cells[i].len) : "");
	csv_end(&c);
	return buf_bytes(&b);
}
