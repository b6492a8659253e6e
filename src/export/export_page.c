/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows in words, for the page to read (GDPR 12(1), 15(1)).
 */
#include "export/export_page.h"

#include <stdio.h>

#include "app/page.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/text.h"
#include "contacts/contacts_words.h"
#include "custom/custom.h"
#include "export/export_data.h"
#include "export/export_words.h"
#include "html/words.h"

static const struct { const char *name, *label; } labels[] = {
	{ "name", N_("Name") },
	{ "given_name", N_("First name") },
	{ "family_name", N_("Last name") },
	{ "language", N_("Language") },
	{ "email", N_("E-mail address") },
	{ "phone", N_("Phone") },
	{ "street", N_("Street") },
	{ "postcode", N_("Postcode") },
	{ "city", N_("City") },
	{ "country", N_("Country") },
	{ "reference", N_("Reference") },
	{ "kind", N_("Kind") },
	{ "is_business", N_("A business contact") },
	{ "source", N_("Source") },
	{ "basis", N_("Legal basis") },
	{ "collected_at", N_("Collected") },
	{ "last_contact_at", N_("Last contact from you") },
	{ "relationship_end_at", N_("End of the relationship") },
	{ "restricted_at", N_("Use frozen") },
	{ "restriction", N_("Why it is frozen") },
	{ "quarantined_at", N_("In quarantine since") },
	{ "inform_by", N_("To be told by") },
	{ "informed_at", N_("Told") },
	{ "informed_how", N_("Told by") },
	{ "informed_notice", N_("Notice version that was told") },
	{ "not_informed_why", N_("Why it need not be told") },
	{ "created_at", N_("Created") },
	{ "updated_at", N_("Changed") },
	{ "job_title", N_("Function") },
	{ "member_since", N_("Belongs to it since") },
	{ "is_own", N_("Own business") },
	{ "noted_at", N_("Noted") },
	{ "registration", N_("Registration number") },
	{ "vat", N_("VAT number") },
	{ "domain", N_("Domain") },
	{ "website", N_("Website") },
	{ "note", N_("Note") },
	{ "reach.value", N_("Address or number") },
	{ "reach.label", N_("Label") },
	{ "mailbox", N_("Mailbox") },
	{ "has_password", N_("Has a password") },
	{ "password_at", N_("Password set") },
	{ "field", N_("Field") },
	{ "notice", N_("Notice version") },
	{ "at", N_("When") },
	{ "before", N_("Before") },
	{ "after", N_("After") },
	{ "by", N_("By") },
	{ "from_you", N_("From you") },
	{ "title", N_("Title") },
	{ "detail", N_("Details") },
	{ "amount_cents", N_("Amount in cents") },
	{ "kept_by_law", N_("Kept because of") },
	{ "kept_until", N_("Kept until") },
	{ "purpose", N_("Purpose") },
	{ "purpose_version", N_("Purpose version") },
	{ "wording", N_("Wording") },
	{ "channel", N_("Channel") },
	{ "state", N_("State") },
	{ "how", N_("How") },
	{ "form", N_("Form") },
	{ "form_version", N_("Form version") },
	{ "sold_at", N_("Sold") },
	{ "is_similar_product", N_("A similar product") },
	{ "was_objection_offered", N_("Objection was offered") },
	{ "is_address_from_sale", N_("Address given at the sale") },
	{ "door", N_("Asked by") },
	{ "words", N_("Your words") },
	{ "answer", N_("Our answer") },
	{ "extended_why", N_("Why it takes longer") },
	{ "received_at", N_("Received") },
	{ "due", N_("Answer due") },
	{ "extended_at", N_("Time extended") },
	{ "answered_at", N_("Answered") },
	{ "outcome", N_("Outcome") },
	{ "freeze_ends", N_("Freeze ends") },
	{ "step", N_("Step") },
	{ "role", N_("Role") },
	{ "team", N_("Team") },
	{ "reason", N_("Reason") },
	{ "ended_at", N_("Ended") },
	{ "browser", N_("Browser") },
	{ "signed_in_at", N_("Signed in") },
	{ "seen_at", N_("Last seen") },
	{ "ready_at", N_("Ready") },
	{ "downloaded_at", N_("Downloaded") },
	{ "expires_at", N_("Available until") },
	{ "item", N_("Item") },
	{ "heading", N_("Heading") },
	{ "text", N_("Text") },
	{ "months_kept", N_("Months kept") },
	{ "category", N_("Category") },
	{ "law", N_("Law") },
	{ "counted_from", N_("Counted from") },
	{ "visible_to", N_("Who may see it") },
	{ "tries", N_("Wrong codes") },
	{ "used_at", N_("Used") },
	{ "origin", N_("It came from") },
	{ "content", N_("Content") },
	{ "form_sha256", N_("Fingerprint of the form") },
	{ "identifier", N_("Known by") },
	{ "since_at", N_("Since") },
	{ "until_at", N_("Until") },
	{ "superseded_at", N_("Lifted") },
	{ "proof", N_("Proof of intent") },
	{ "due_at", N_("Due") },
	{ "decided_at", N_("Decided") },
	{ "size_bytes", N_("Size in bytes") },
	{ "sha256", N_("Fingerprint") },
	{ "is_whole", N_("To the end") },
	{ "act", N_("Act") },
	{ "object", N_("Object") },
	{ "article", N_("Article of the GDPR") },
	{ "is_held", N_("Counts once you confirm it") },
	{ "evidence", N_("Recording or scan") },
	{ "file", N_("File in this copy") },
	{ "then", N_("Then") },
	{ "label", N_("What it is") },
	{ "value", N_("Value") },
	{ "meaning", N_("Value") },
	{ "purposes", N_("What it is used for") },
};

/* The msgid of a field: of this section's own, else of any; NULL: none. */
static const char *
label_msgid(const char *section, const char *name)
{
	size_t i, len = strlen(section);

	for (i = 0; i < LENGTH(labels); i++)
		if (strncmp(labels[i].name, section, len) == 0 &&
		    labels[i].name[len] == '.' &&
		    strcmp(labels[i].name + len + 1, name) == 0)
			return labels[i].label;
	for (i = 0; i < LENGTH(labels); i++)
		if (strcmp(labels[i].name, name) == 0)
			return labels[i].label;
	return NULL;
}

static const char *
label_of(const struct export_page *page, const char *section,
    const char *name)
{
	const char *msgid = strcmp(name, "amount_cents") == 0 ? N_("Amount") :
	    label_msgid(section, name);

	return msgid == NULL ? name : words_get(page->lang, msgid);
}

/* "2026-11-21T18:30:05Z", as clock_iso() wrote it; false for other text. */
static bool
read_instant(struct arena *a, const char *text, int64_t *ret_us)
{
	int h, m, s;
	struct day day;

	if (strlen(text) != strlen("YYYY-MM-DDTHH:MM:SSZ") ||
	    day_read(arena_textn(a, text, 10), &day) != ERR_OK ||
	    sscanf(text + 10, "T%2d:%2d:%2dZ", &h, &m, &s) != 3)
		return false;
	*ret_us = day_number(day) * DAY_US + h * HOUR_US + m * MINUTE_US +
	    s * SECOND_US;
	return true;
}

/* A row of a section, for its cells. */
struct shown {
	const struct export_page *page;
	const json_t *lists;
	const char *section;
	const struct export_field *fields;	/* of the section */
	json_t *row;
};

static enum export_type
type_of(const struct shown *s, const char *name)
{
	const struct export_field *f;

	for (f = s->fields; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f->type;
	return EXPORT_TEXT;
}

/* What a page leaves out: the words stand in the next column. */
static bool
is_left_out(const char *section, const char *name)
{
	static const struct { const char *section, *name; } fields[] = {
		{ "information", "item" }, { "choices", "purpose" },
		{ "purposes", "purpose" }, { "custom", "field" },
		{ "custom", "value" },
	};
	size_t i;

	for (i = 0; i < LENGTH(fields); i++)
		if (strcmp(fields[i].section, section) == 0 &&
		    strcmp(fields[i].name, name) == 0)
			return true;
	return false;
}

/* The title of the purpose ${code}, as the copy itself says it. */
static const char *
purpose_title(const struct shown *s, const char *code)
{
	static const char *const sections[] = { "purposes", "choices" };
	const char *title;
	const json_t *row;
	size_t i, k;

	for (k = 0; k < LENGTH(sections); k++)
		json_array_foreach(json_object_get(s->lists, sections[k]), i,
		    row) {
			title = json_string_value(json_object_get(row,
			    "title"));
			if (title != NULL && text_equal(json_string_value(
			    json_object_get(row, "purpose")), code))
				return title;
		}
	return code;
}

/* "form:newsletter": who gave it, and its name in brackets. */
static const char *
source_of(const struct shown *s, const char *source)
{
	const char *label = words_get(s->page->lang,
	    contacts_source_word(source)), *name = strchr(source, ':');

	return name == NULL ? label : arena_printf(s->page->arena, "%s (%s)",
	    label, name + 1);
}

/* The label of a custom field, as the copy itself says it. */
static const char *
custom_label(const struct shown *s, const char *code)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(s->lists, "custom"), i, row)
		if (text_equal(json_string_value(json_object_get(row,
		    "field")), code))
			return json_string_value(json_object_get(row,
			    "label"));
	return code;
}

/* A code in words of the person's language; other text as it is. */
static const char *
words_of(const struct shown *s, const char *name, const char *text)
{
	bool is_changed = strcmp(name, "before") == 0 ||
	    strcmp(name, "after") == 0;
	const char *field = is_changed ? json_string_value(json_object_get(
	    s->row, "field")) : name;
	const char *word;

	if (strcmp(name, "field") == 0)
		return text_starts(text, CUSTOM_PREFIX) ? custom_label(s,
		    text + strlen(CUSTOM_PREFIX)) : label_of(s->page,
		    "person", text);
	if (strcmp(name, "source") == 0)
		return source_of(s, text);
	if ((word = export_word(is_changed ? "person" : s->section,
	    field == NULL ? name : field, text)) != NULL)
		return words_get(s->page->lang, word);
	return strcmp(name, "purpose") == 0 ? purpose_title(s, text) : text;
}

static const char *
text_of(const struct shown *s, const char *name, const json_t *value)
{
	const char *text = json_string_value(value);
	struct arena *a = s->page->arena;
	struct day day;
	int64_t at_us;

	if (json_is_null(value))
		return "";
	if (json_is_boolean(value))
		return words_get(s->page->lang, json_is_true(value) ?
		    N_("Yes") : N_("No"));
	if (json_is_integer(value))
		return strcmp(name, "amount_cents") == 0 ?
		    page_write_euros(a, s->page->lang,
		    json_integer_value(value)) :
		    arena_printf(a, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	if (type_of(s, name) == EXPORT_INSTANT && read_instant(a, text,
	    &at_us))
		return page_write_date_time(a, s->page->lang, at_us);
	if (type_of(s, name) == EXPORT_DAY && day_read(text, &day) == ERR_OK)
		return page_write_day(a, s->page->lang, day);
	if (strchr(text, '@') != NULL && strchr(text, ' ') == NULL)
		return address_show(a, text);
	return words_of(s, name, text);
}

static json_t *
cells_view(const struct shown *s)
{
	json_t *cells = json_array(), *value;
	const char *name;

	json_object_foreach(s->row, name, value)
		if (!is_left_out(s->section, name))
			json_array_append_new(cells, json_pack("{s:s, s:s}",
			    "label", label_of(s->page, s->section,
			    name), "value",
			    text_of(s, name, value)));
	return cells;
}

static json_t *
table_view(struct shown *s, const json_t *list)
{
	json_t *columns = json_array(), *rows = json_array(), *row, *value;
	const char *name;
	size_t i;

	json_object_foreach(json_array_get(list, 0), name, value)
		if (!is_left_out(s->section, name))
			json_array_append_new(columns, json_string(label_of(
			    s->page, s->section, name)));
	json_array_foreach(list, i, row) {
		if (i == EXPORT_ROWS_MAX)
			break;
		s->row = row;
		json_array_append_new(rows, json_pack("{s:o}", "cells",
		    cells_view(s)));
	}
	return json_pack("{s:o, s:o, s:b}", "columns", columns, "rows", rows,
	    "is_cut", json_array_size(list) > EXPORT_ROWS_MAX);
}

json_t *
export_page_view(const struct export_page *page, const json_t *lists)
{
	json_t *sections = json_array();
	struct shown shown = { .page = page, .lists = lists };
	const struct export_section *s;
	const json_t *list;
	size_t i, n;

	for (i = 0; i < EXPORT_SECTIONS; i++) {
		s = &export_sections[i];
		if ((list = json_object_get(lists, s->name)) == NULL)
			continue;
		n = json_array_size(list);
		shown.section = s->name;
		shown.fields = s->fields;
		shown.row = json_array_get(list, 0);
		json_array_append_new(sections, json_pack(
		    "{s:s, s:s, s:b, s:o, s:o}", "id", s->name, "title",
		    words_get(page->lang, s->title), "is_empty", n == 0,
		    "one", n != 1 ? json_null() : json_pack("{s:o}", "cells",
		    cells_view(&shown)), "table", n < 2 ? json_null() :
		    table_view(&shown, list)));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "lang", page->lang,
	    "title", words_get(page->lang, N_("A copy of my data")), "site",
	    page->site, "created", page_write_date_time(page->arena,
	    page->lang, page->created_us),
	    "contents", words_get(page->lang, N_("What is inside")),
	    "sections", sections);
}

static json_t *
value_schema(const char *section, const struct export_field *f)
{
	static const struct { const char *type, *pattern; }
	    types[EXPORT_TYPE__MAX] = {
		[EXPORT_TEXT] = { "string", NULL },
		[EXPORT_INSTANT] = { "string",
		    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" },
		[EXPORT_DAY] = { "string",
		    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
		[EXPORT_NUMBER] = { "integer", NULL },
		[EXPORT_BOOL] = { "boolean", NULL },
	};
	const char *type = types[f->type].type;
	const char *pattern = types[f->type].pattern;
	json_t *schema = f->may_lack ? json_pack("{s:[s, s]}", "type", type,
	    "null") : json_pack("{s:s}", "type", type);
	const char *label = label_msgid(section, f->name);

	if (pattern != NULL)
		json_object_set_new(schema, "pattern", json_string(pattern));
	if (label != NULL)
		json_object_set_new(schema, "title", json_string(label));
	return schema;
}

static json_t *
section_schema(const struct export_section *s, bool is_portable)
{
	json_t *fields = json_object(), *required = json_array();
	size_t i, n = export_n_fields(s, is_portable);

	for (i = 0; i < n; i++) {
		json_array_append_new(required,
		    json_string(s->fields[i].name));
		json_object_set_new(fields, s->fields[i].name,
		    value_schema(s->name, &s->fields[i]));
	}
	return json_pack("{s:s, s:s, s:{s:s, s:o, s:b, s:o}}", "title",
	    s->title, "type", "array", "items", "type", "object", "required",
	    required, "additionalProperties", 0, "properties", fields);
}

json_t *
export_schema(bool is_portable)
{
	json_t *sections = json_object(), *required = json_array();
	const struct export_section *s;
	size_t i;

	for (i = 0; i < EXPORT_SECTIONS; i++) {
		s = &export_sections[i];
		if (export_n_fields(s, is_portable) == 0)
			continue;
		json_array_append_new(required, json_string(s->name));
		json_object_set_new(sections, s->name, section_schema(s,
		    is_portable));
	}
	return json_pack("{s:s, s:s, s:s, s:[s,s,s,s,s], s:b, s:{s:{s:s},"
	    "s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:o, s:b, s:o}}}",
	    "$schema", "https://json-schema.org/draft/2020-12/schema",
	    "title", "assent-data/1", "type", "object",
	    "required", "format", "kind", "site", "created_at", "data",
	    "additionalProperties", 0, "properties",
	    "format", "const", "assent-data/1",
	    "kind", "const", is_portable ? "portability" : "access",
	    "site", "type", "string",
	    "created_at", "type", "string",
	    "data", "type", "object", "required", required,
	    "additionalProperties", 0, "properties", sections);
}
