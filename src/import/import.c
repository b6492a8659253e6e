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
#include "organisations/organisations.h"

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
	[IMPORT_ORGANISATION] = "organisation",
	[IMPORT_REGISTRATION] = "registration",
};

/* Code points; those of the contact's columns, and of what a form takes. */
static const size_t field_points[IMPORT_FIELD__MAX] = {
	[IMPORT_EMAIL] = ADDRESS_MAX_BYTES,
	[IMPORT_GIVEN_NAME] = 120,
	[IMPORT_FAMILY_NAME] = 120,
	[IMPORT_LANGUAGE] = 40,	/* a name: a code is stored */
	[IMPORT_PHONE] = 40,
	[IMPORT_STREET] = 200,
	[IMPORT_POSTCODE] = 16,
	[IMPORT_CITY] = 120,
	[IMPORT_COUNTRY] = 60,	/* likewise */
	[IMPORT_KIND] = 40,
	[IMPORT_BASIS] = 40,
	[IMPORT_SOURCE] = IMPORT_SOURCE_POINTS,
	[IMPORT_COLLECTED] = 40,
	[IMPORT_ORGANISATION] = ORGANISATIONS_NAME_MAX,
	[IMPORT_REGISTRATION] = 30,
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
	[IMPORT_WHY_OWN] = "own",
	[IMPORT_WHY_REGISTRATION] = "registration",
	[IMPORT_WHY_ORGANISATIONS] = "organisations",
	[IMPORT_WHY_NAMELESS] = "nameless",
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

static bool
has_fault(const struct import_row *row, const char *field)
{
	size_t i;

	for (i = 0; i < row->n_faults; i++)
		if (text_equal(row->faults[i].field, field))
			return true;
	return false;
}

void
import_wrong_add(struct import_row *row, enum import_why why,
    const char *field, const char *reason)
{
	if (row->n_faults < IMPORT_FAULTS_MAX && !has_fault(row, field))
		row->faults[row->n_faults++] = (struct import_wrong){ why,
		    field, reason };
}

void
import_reject(struct import_row *row, enum import_why why, const char *field,
    const char *reason)
{
	row->outcome = IMPORT_REJECTED;
	import_wrong_add(row, why, field, reason);
}

const char *
import_reasons(struct arena *a, const struct import_row *row)
{
	const char *said = "";
	size_t i;

	for (i = 0; i < row->n_faults; i++)
		said = arena_printf(a, "%s%s%s", said, i == 0 ? "" : "; ",
		    row->faults[i].reason);
	return said;
}

static void
reject(struct import_row *row, enum import_why why, enum import_field field,
    const char *reason)
{
	import_reject(row, why, import_field_names[field], reason);
}

static bool
is_wrong(const struct import_row *row, enum import_field field)
{
	return has_fault(row, import_field_names[field]);
}

/* The text of a cell, trimmed; "", with the row rejected, when it is none. */
static const char *
cell_text(struct arena *a, struct import_row *row, enum import_field field,
    struct bytes cell)
{
	const char *name = import_field_names[field], *text;

	if (!text_is_utf8(cell.ptr, cell.len)) {
		reject(row, IMPORT_WHY_UTF8, field, arena_printf(a,
		    "%s: not UTF-8", name));
		return "";
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
	return is_wrong(row, field) ? "" : text;
}

/* Cells that custom fields take; spreadsheets put a time behind a day. */
static void
read_own(struct arena *a, const struct import_columns *columns,
    struct import_row *row)
{
	const struct custom_field *f;
	const char *text;
	struct bytes cell;
	struct day day;
	size_t i;

	row->own = arena_take(a, columns->n * sizeof(*row->own));
	for (i = 0; i < columns->n; i++) {
		row->own[i] = "";
		if ((f = columns->own[i]) == NULL)
			continue;
		cell = row->record.cells[i];
		if (!text_is_utf8(cell.ptr, cell.len)) {
			import_reject(row, IMPORT_WHY_UTF8, f->name,
			    arena_printf(a, "%s: not UTF-8", f->name));
			continue;
		}
		text = text_trim(a, csv_unguard(a, arena_textn(a, cell.ptr,
		    cell.len)));
		if (f->kind == CUSTOM_DATE && import_day_read(a, text,
		    &day) == ERR_OK)
			text = day_write(a, day);
		if (import_own_read(a, columns, i, text, &row->own[i]) !=
		    ERR_OK)
			import_reject(row, IMPORT_WHY_OWN, f->name,
			    arena_printf(a, "%s: %s", f->name,
			    custom_wrong(a, "en", f)));
	}
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
	const char **v = row->values, *country = "", *kind = "";

	v[IMPORT_LANGUAGE] = import_language_read(a, v[IMPORT_LANGUAGE]);
	if (*v[IMPORT_COUNTRY] != '\0')
		country = import_country_read(a, v[IMPORT_COUNTRY]);
	if (*v[IMPORT_KIND] != '\0')
		kind = import_kind_read(a, v[IMPORT_KIND]);
	if (*v[IMPORT_LANGUAGE] != '\0' && !is_language(config,
	    v[IMPORT_LANGUAGE]))
		reject(row, IMPORT_WHY_LANGUAGE, IMPORT_LANGUAGE,
		    "language: none of the site's");
	if (country == NULL)
		reject(row, IMPORT_WHY_COUNTRY, IMPORT_COUNTRY,
		    "country: not two letters (ISO 3166)");
	if (kind == NULL)
		reject(row, IMPORT_WHY_KIND, IMPORT_KIND,
		    "kind: neither prospect nor customer");
	v[IMPORT_COUNTRY] = country == NULL ? "" : country;
	v[IMPORT_KIND] = kind == NULL ? "" : kind;
}

static void
read_reach(struct arena *a, const struct config *config,
    struct import_row *row)
{
	const char **v = row->values, *country = v[IMPORT_COUNTRY];
	char *phone;

	if (*v[IMPORT_EMAIL] == '\0')
		reject(row, IMPORT_WHY_MISSING, IMPORT_EMAIL,
		    "email: missing");
	else if (address_read(a, v[IMPORT_EMAIL], &row->address) != ERR_OK)
		reject(row, IMPORT_WHY_ADDRESS, IMPORT_EMAIL,
		    "email: not an address that mail can reach");
	if (*v[IMPORT_PHONE] == '\0' || is_wrong(row, IMPORT_COUNTRY))
		return;
	if (contacts_phone_read(a, v[IMPORT_PHONE], *country == '\0' ?
	    config->country : country, &phone) != ERR_OK)
		reject(row, IMPORT_WHY_PHONE, IMPORT_PHONE,
		    "phone: not a number that can be called");
	else
		row->phone = phone;
}

static void
read_organisation(struct arena *a, const struct config *config,
    struct import_row *row)
{
	const char **v = row->values;

	if (*v[IMPORT_REGISTRATION] != '\0' && !is_wrong(row,
	    IMPORT_COUNTRY) && organisations_registration_read(a, v[IMPORT_REGISTRATION],
	    *v[IMPORT_COUNTRY] == '\0' ? config->country : v[IMPORT_COUNTRY],
	    &v[IMPORT_REGISTRATION]) != ERR_OK)
		reject(row, IMPORT_WHY_REGISTRATION, IMPORT_REGISTRATION,
		    "registration: not the number of an organisation");
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
	if (strchr(v[IMPORT_SOURCE], '@') != NULL)
		reject(row, IMPORT_WHY_SOURCE, IMPORT_SOURCE,
		    "source: the people read it, it names no mail address");
	if (*v[IMPORT_COLLECTED] != '\0' && (import_day_read(a,
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
	row.values[field] = text = cell_text(a, &row, field, cell);
	read_words(a, config, &row);
	if (row.n_faults > 0)
		return row.faults[0].why;
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
	row->phone = row->basis = NULL;
	row->date = (struct day){ 0, 0, 0 };
	row->is_quarantined = row->has_founded = false;
	row->n_faults = 0;
	row->own = NULL;
	for (i = 0; i < IMPORT_FIELD__MAX; i++)
		row->values[i] = "";
	if (r->n != columns->n) {
		import_reject(row, IMPORT_WHY_CELLS, NULL, arena_printf(a,
		    "%zu cells, but %zu columns", r->n, columns->n));
		return;
	}
	for (i = 0; i < r->n; i++)
		if (columns->fields[i] != IMPORT_FIELD__MAX)
			row->values[columns->fields[i]] = cell_text(a, row,
			    columns->fields[i], r->cells[i]);
	read_words(a, config, row);
	read_reach(a, config, row);
	read_organisation(a, config, row);
	read_own_terms(a, row);
	if (columns->own_fields.n > 0)
		read_own(a, columns, row);
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
import_rejects_head(struct arena *a, const struct import_columns *columns,
    const char *line, const char *reason)
{
	struct buf b;
	struct csv c;
	size_t i;

	buf_open(&b, a);
	buf_text(&b, CSV_BOM);
	csv_open(&c, &b);
	csv_cell(&c, line);
	csv_cell(&c, reason);
	for (i = 0; i < columns->n; i++)
		csv_cell(&c, columns->names[i]);
	csv_end(&c);
	return buf_bytes(&b);
}

struct bytes
import_rejects_line(struct arena *a, const struct import_row *row,
    const char *reason)
{
	const struct import_record *r = &row->record;
	struct buf b;
	struct csv c;
	size_t i;

	buf_open(&b, a);
	csv_open(&c, &b);
	csv_cell(&c, arena_printf(a, "%" PRIu64, r->line));
	csv_cell(&c, reason);
	for (i = 0; i < r->n && i < IMPORT_COLUMNS_MAX &&
	    row->outcome != IMPORT_SUPPRESSED; i++)
		csv_cell(&c, text_is_utf8(r->cells[i].ptr, r->cells[i].len) ?
		    arena_textn(a, r->cells[i].ptr, r->cells[i].len) : "");
	csv_end(&c);
	return buf_bytes(&b);
}
