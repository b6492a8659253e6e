/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which fields of a contact are used, and which should go.
 * Law: GDPR 5(1)(c), 25; FEATURES RG1.
 */
#include "custom/custom_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "custom/custom_use.h"
#include "db/queries.h"

static const char *
built_in_label(struct ctx *c, size_t i)
{
	static const char *const labels[CUSTOM_BUILT_IN] = {
		N_("First name"), N_("Last name"), N_("E-mail address"),
		N_("Mobile phone"), N_("Street and number"), N_("Postcode"),
		N_("Town"), N_("Country") };

	return _(labels[i]);
}

static const char *
day_or_never(struct ctx *c, int64_t at_us)
{
	return at_us == 0 ? _("never") : page_date(c, at_us);
}

/* What was counted of a field; all 0 when it is newer than the count. */
static struct q_custom_use
row_of(const struct q_custom_use *rows, size_t n, const char *name,
    int64_t since_us)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(rows[i].field, name) == 0)
			return rows[i];
	return (struct q_custom_use){ .since_us = since_us };
}

static json_t *
row_view(struct ctx *c, const struct q_custom_use *r, uint64_t contacts)
{
	const struct custom_use use = { r->filled_us, r->read_us,
		r->since_us };
	uint64_t percent = contacts == 0 ? 0 : r->filled * 100 / contacts;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "filled",
	    words_count(c->arena, c->lang, "{n} contact", "{n} contacts",
	    r->filled), "percent", arena_printf(c->arena, "%" PRIu64,
	    percent > 100 ? 100 : percent), "share", r->filled > 0 &&
	    percent == 0 ? "< 1 %" : arena_printf(c->arena, "%" PRIu64 " %%",
	    percent), "last_filled", day_or_never(c, r->filled_us),
	    "last_read", day_or_never(c, r->read_us), "since", page_date(c,
	    r->since_us), "is_unused", custom_is_unused(&use, c->now_us));
}

static void
add_row(json_t *list, json_t *row, const char *label, const char *url)
{
	json_object_set_new(row, "label", json_string(label));
	json_object_set_new(row, "url", url == NULL ? json_null() :
	    json_string(url));
	json_array_append_new(list, row);
}

static json_t *
rows_view(struct ctx *c, const struct custom_fields *fields,
    const struct q_custom_use *rows, size_t n, uint64_t contacts)
{
	json_t *list = json_array();
	const struct custom_field *f;
	struct q_custom_use row;
	size_t i;

	for (i = 0; i < CUSTOM_BUILT_IN; i++) {
		row = row_of(rows, n, custom_built_in[i], c->now_us);
		add_row(list, row_view(c, &row, contacts),
		    built_in_label(c, i), NULL);
	}
	for (i = 0; i < fields->n; i++) {
		f = &fields->list[i];
		if (f->state == CUSTOM_REMOVED || f->state == CUSTOM_EMPTYING)
			continue;
		row = row_of(rows, n, f->name, f->created_us);
		add_row(list, row_view(c, &row, contacts), f->label,
		    custom_office_path(c, f->id, ""));
	}
	return list;
}

enum err
custom_office_use(struct ctx *c)
{
	struct q_custom_use_mark mark = { 0 };
	struct custom_fields fields;
	struct q_custom_use *rows;
	json_t *view, *list, *row;
	size_t i, n, n_unused = 0;
	enum err e;

	e = q_custom_use_mark(c->db, c->arena, &mark);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if ((e = q_custom_use(c->db, c->arena, &rows, &n)) != ERR_OK ||
	    (e = custom_fields_load(c->db, c->arena, c->lang, &fields)) !=
	    ERR_OK)
		return e;
	list = rows_view(c, &fields, rows, n, mark.contacts);
	json_array_foreach(list, i, row)
		n_unused += json_is_true(json_object_get(row, "is_unused")) ?
		    1 : 0;
	view = page_view(c, _("How fields are used"));
	json_object_set_new(view, "is_counted", json_boolean(
	    mark.counted_us != 0));
	json_object_set_new(view, "counted", json_string(page_date_time(c,
	    mark.counted_us)));
	json_object_set_new(view, "contacts", json_string(words_count(
	    c->arena, c->lang, "{n} contact", "{n} contacts",
	    mark.contacts)));
	json_object_set_new(view, "has_unused", json_boolean(n_unused > 0));
	json_object_set_new(view, "unused", json_string(words_count(c->arena,
	    c->lang, "{n} field was neither filled nor read for a year",
	    "{n} fields were neither filled nor read for a year", n_unused)));
	json_object_set_new(view, "rows", list);
	json_object_set_new(view, "back_url", json_string(
	    "/settings/fields"));
	return page(c, "office/custom_use.html", view);
}
