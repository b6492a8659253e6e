/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A corrected file as its pages show it: what is held, what the file says.
 * Law: GDPR 5(1)(d), 16; FEATURES CS4.
 */
#include "import/import_returned.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/tree.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"

const enum import_field returned_fields[RETURNED_FIELDS] = {
	IMPORT_GIVEN_NAME, IMPORT_FAMILY_NAME, IMPORT_LANGUAGE, IMPORT_PHONE,
	IMPORT_STREET, IMPORT_POSTCODE, IMPORT_CITY, IMPORT_COUNTRY
};

const char *
returned_path(const struct returned *k, const char *rest)
{
	return arena_printf(k->c->arena, "/contacts/%" PRIu64 "/file/%" PRIu64
	    "%s", k->contact_id, k->id, rest);
}

const char *
returned_record_path(const struct returned *k)
{
	return arena_printf(k->c->arena, "/contacts/%" PRIu64, k->contact_id);
}

bool
returned_is(const struct returned *k, const char *state)
{
	return strcmp(k->row.state, state) == 0;
}

const struct import_return_own *
returned_own(const struct returned *k, size_t i)
{
	return i < RETURNED_FIELDS ? NULL : &k->file.own[i - RETURNED_FIELDS];
}

const char *
returned_label(const struct returned *k, size_t i)
{
	return i < RETURNED_FIELDS ? contacts_field_label(k->c,
	    returned_name(k, i)) : returned_own(k, i)->field->label;
}

const char *
returned_in_file(const struct returned *k, size_t i)
{
	return i >= RETURNED_FIELDS ? returned_own(k, i)->value :
	    k->file.values[returned_fields[i]];
}

bool
returned_is_usable(const struct returned *k, size_t i)
{
	if (i >= RETURNED_FIELDS)
		return returned_own(k, i)->why == IMPORT_WHY_NONE;
	return k->file.is_there[returned_fields[i]] &&
	    k->file.why[returned_fields[i]] == IMPORT_WHY_NONE;
}

bool
returned_is_different(const struct returned *k, size_t i)
{
	return returned_is_usable(k, i) &&
	    strcmp(returned_in_file(k, i), k->now[i]) != 0;
}

const char *
returned_name(const struct returned *k, size_t i)
{
	return i < RETURNED_FIELDS ? import_field_names[returned_fields[i]] :
	    returned_own(k, i)->field->input;
}

static const char *
shown(const struct returned *k, size_t i, const char *value)
{
	struct ctx *c = k->c;

	if (*value == '\0')
		return _("nothing");
	return i < RETURNED_FIELDS ? contacts_value(c, returned_name(k, i),
	    value) : contacts_custom_shown(c, returned_own(k, i)->field,
	    value);
}

static json_t *
option(const char *value, const char *label, bool is_selected)
{
	return json_pack("{s:s, s:s, s:b}", "value", value, "label", label,
	    "selected", is_selected);
}

/* A field that differs: what is there, what the file says, which one. */
static json_t *
row_view(const struct returned *k, size_t i)
{
	struct ctx *c = k->c;
	const char *name = returned_name(k, i);
	json_t *options = json_array();

	json_array_append_new(options, option("keep", _("Stays as it is"),
	    strcmp(k->choice[i], "keep") == 0));
	json_array_append_new(options, option("take",
	    _("Becomes what the file says"), strcmp(k->choice[i], "take") ==
	    0));
	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:o}", "name", name,
	    "label", returned_label(k, i), "now", shown(k, i,
	    k->now[i]), "file", shown(k, i, returned_in_file(k, i)), "error",
	    k->errors[i], "options", options);
}

static const char *
why_unusable(const struct returned *k, size_t i)
{
	const struct import_return_own *own = returned_own(k, i);
	struct ctx *c = k->c;

	if (own != NULL && own->why == IMPORT_WHY_OWN)
		return custom_wrong(c->arena, c->lang, own->field);
	return import_why_word(c->lang, import_why_names[own != NULL ?
	    own->why : k->file.why[returned_fields[i]]]);
}

/* What the file cannot say: a value that is none, the mail address. */
static json_t *
unusable_view(const struct returned *k)
{
	const struct import_return *f = &k->file;
	struct ctx *c = k->c;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < k->n; i++)
		if ((i >= RETURNED_FIELDS || f->is_there[
		    returned_fields[i]]) && !returned_is_usable(k, i))
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "label", returned_label(k, i), "why",
			    why_unusable(k, i)));
	if (f->is_there[IMPORT_EMAIL] && (f->why[IMPORT_EMAIL] !=
	    IMPORT_WHY_NONE || strcmp(f->values[IMPORT_EMAIL], k->r.email ==
	    NULL ? "" : k->r.email) != 0))
		json_array_append_new(list, json_pack("{s:s, s:s}", "label",
		    contacts_field_label(c, "email"), "why",
		    _("It differs. Only the person changes it, in their space: the new one is confirmed by a mail to it.")));
	return list;
}

static const char *
write_seen(const struct returned *k)
{
	json_t *seen = json_object();
	const char *text;
	size_t i;

	for (i = 0; i < k->n; i++)
		json_object_set_new(seen, returned_name(k, i), json_string(
		    k->now[i]));
	text = tree_text(k->c->arena, seen, JSON_COMPACT);
	json_decref(seen);
	return text;
}

static json_t *
errors_view(const struct returned *k)
{
	struct ctx *c = k->c;
	json_t *items = json_array();
	size_t i;

	if (k->error != NULL)
		json_array_append_new(items, json_pack("{s:s, s:s}", "text",
		    k->error, "href", "#main"));
	for (i = 0; i < k->n; i++)
		if (k->errors[i] != NULL)
			json_array_append_new(items, json_pack("{s:s, s:s}",
			    "text", form_named(c, returned_label(k, i),
			    k->errors[i]), "href",
			    arena_printf(c->arena, "#f-%s", returned_name(k,
			    i))));
	if (json_array_size(items) > 0)
		return json_pack("{s:o}", "items", items);
	json_decref(items);
	return json_null();
}

static void
add_diff(const struct returned *k, json_t *view)
{
	struct ctx *c = k->c;
	json_t *rows = json_array(), *form;
	struct buf same;
	size_t i;

	buf_open(&same, c->arena);
	for (i = 0; i < k->n; i++)
		if (returned_is_different(k, i))
			json_array_append_new(rows, row_view(k, i));
		else if (returned_is_usable(k, i)) {
			buf_text(&same, same.len == 0 ? "" : ", ");
			buf_text(&same, returned_label(k, i));
		}
	form = page_csrf(c, "/contacts/:id/file/:file", returned_path(k, ""));
	json_object_set_new(form, "seen", json_string(write_seen(k)));
	json_object_set_new(form, "has_rows", json_boolean(
	    json_array_size(rows) > 0));
	json_object_set_new(form, "rows", rows);
	json_object_set_new(view, "form", form);
	json_object_set_new(view, "has_same", json_boolean(same.len > 0));
	json_object_set_new(view, "same", json_string(same.len == 0 ? "" :
	    same.ptr));
	rows = unusable_view(k);
	json_object_set_new(view, "has_unusable", json_boolean(
	    json_array_size(rows) > 0));
	json_object_set_new(view, "unusable", rows);
}

static json_t *
progress_view(const struct returned *k)
{
	struct ctx *c = k->c;

	return json_pack("{s:s, s:i, s:s, s:s, s:s}", "label", _("Reading"),
	    "percent", 0, "text",
	    _("The file is read by a process that can do nothing else."),
	    "json_url", returned_path(k, "/state"), "next_url", returned_path(k, ""));
}

static json_t *
blank_view(const struct returned *k)
{
	struct ctx *c = k->c;
	json_t *view = page_view(c, _("The file that came back"));

	json_object_set_new(view, "back_url", json_string(returned_record_path(k)));
	json_object_set_new(view, "new_url", json_string(arena_printf(
	    c->arena, "%s/file", returned_record_path(k))));
	json_object_set_new(view, "cancel_form", returned_is(k, "waiting") ||
	    returned_is(k, "read") ? page_csrf(c, "/contacts/:id/file/:file/cancel",
	    returned_path(k, "/cancel")) : json_null());
	json_object_set_new(view, "progress", json_null());
	json_object_set_new(view, "fault", json_null());
	json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "errors", json_null());
	json_object_set_new(view, "has_same", json_false());
	json_object_set_new(view, "same", json_string(""));
	json_object_set_new(view, "has_unusable", json_false());
	json_object_set_new(view, "unusable", json_array());
	return view;
}

enum err
returned_draw_fault(const struct returned *k, const char *fault)
{
	json_t *view = blank_view(k);

	json_object_set_new(view, "fault", json_string(fault));
	return page(k->c, "office/import_return.html", view);
}

/* The page shows the record: a line says so first. */
enum err
returned_draw(const struct returned *k, enum err why)
{
	const struct contacts_looking looking = { "record", "check" };
	struct ctx *c = k->c;
	json_t *view;
	enum err e;

	if ((e = contacts_looked(c, &looking, &k->contact_id, 1)) != ERR_OK)
		return e;
	view = blank_view(k);
	add_diff(k, view);
	json_object_set_new(view, "errors", errors_view(k));
	return why == ERR_OK ? page(c, "office/import_return.html", view) :
	    page_form_again(c, why, "office/import_return.html", view);
}

enum err
returned_draw_waiting(const struct returned *k)
{
	json_t *view = blank_view(k);

	json_object_set_new(view, "progress", progress_view(k));
	return page(k->c, "office/import_return.html", view);
}

json_t *
returned_new_view(const struct returned *k)
{
	struct ctx *c = k->c;
	json_t *view = page_view(c, _("Take in a corrected file"));

	page_form(c, view, "/contacts/:id/file", arena_printf(c->arena,
	    "%s/file", returned_record_path(k)), &c->form);
	json_object_set_new(view, "reference", json_string(k->r.reference));
	json_object_set_new(view, "back_url", json_string(returned_record_path(k)));
	return view;
}
