/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a colleague likes their lists: how long a page is, which columns in
 * which order, how dense, whether single keys do something (WCAG 2.1.4).
 * Law: GDPR 5(1)(c), 25; FEATURES CS11.
 */
#include "lists/lists_office.h"

#include <assert.h>
#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/address.h"
#include "base/buf.h"
#include "base/text.h"
#include "contacts/contacts_view.h"

const struct field_choice lists_sizes[] = {
	{ "25", "25" }, { "50", "50" }, { "100", "100" }, { NULL, NULL }
};

static const struct field_choice densities[] = {
	{ "comfortable", N_("comfortable") }, { "compact", N_("compact") },
	{ NULL, NULL }
};

/* The columns' own fields are drawn in the order that "order" says. */
#define FIRST_COLUMN	5
const struct field lists_office_display_fields[] = {
	{ .name = "size", .type = F_CHOICE, .need = true, .has_radios = true,
	  .label = N_("Contacts on a page"), .choices = lists_sizes },
	{ .name = "density", .type = F_CHOICE, .need = true,
	  .has_radios = true, .label = N_("Rows"), .choices = densities },
	{ .name = "keys", .type = F_FLAG,
	  .label = N_("Use the keyboard: / ? j k x Enter"),
	  .hint = N_("Take the tick off if you speak to your computer, or if keys do what you did not mean.") },
	{ .name = "order", .type = F_HIDDEN, .need = true,
	  .max = LISTS_COLUMNS_TEXT_MAX },
	{ .name = "up", .type = F_HIDDEN, .max = 20 },
	{ .name = "email", .type = F_FLAG },
	{ .name = "kind", .type = F_FLAG },
	{ .name = "team", .type = F_FLAG },
	{ .name = "state", .type = F_FLAG },
	{ .name = "last_contact_on", .type = F_FLAG },
	{ .name = "reference", .type = F_FLAG },
	{ .name = "phone", .type = F_FLAG },
	{ .name = "postcode", .type = F_FLAG },
	{ .name = "city", .type = F_FLAG },
	{ .name = "country", .type = F_FLAG },
	{ .name = "language", .type = F_FLAG },
	{ .name = "owner", .type = F_FLAG },
	{ .name = "visibility", .type = F_FLAG },
	{ .name = "source", .type = F_FLAG },
	{ .name = "collected_on", .type = F_FLAG },
	{ .name = "organisation", .type = F_FLAG },
	{ .name = "job_title", .type = F_FLAG },
	{ .name = NULL }
};
static_assert(LENGTH(lists_office_display_fields) == FIRST_COLUMN +
    LISTS_COLUMN__MAX + 1, "a field for each column");

enum err
lists_size_read(const char *text, uint64_t *ret_n)
{
	size_t i;

	for (i = 0; lists_sizes[i].value != NULL; i++)
		if (strcmp(lists_sizes[i].value, text) == 0)
			return parse_u64(text, ret_n);
	return ERR_INVALID;
}

struct lists_columns
lists_columns_of(struct ctx *c, const struct lists_asked *asked,
    const struct lists_frame *frame)
{
	struct lists_columns columns;

	if (asked->view_columns == NULL || *asked->view_columns == '\0' ||
	    lists_columns_read(c->arena, asked->view_columns, &columns) !=
	    ERR_OK)
		return frame->columns;
	return columns;
}

/* ---- what stands in the columns */

const char *
lists_ids_json(struct arena *a, const lists_row *rows, size_t n)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_char(&b, '[');
	for (i = 0; i < n; i++)
		buf_text(&b, arena_printf(a, "%s%" PRIu64, i == 0 ? "" : ",",
		    rows[i].id));
	buf_char(&b, ']');
	return b.ptr;
}

static json_t *
state_view(struct ctx *c, const lists_row *r)
{
	json_t *view = json_object();

	if (r->restriction == NULL)
		page_state(view, _("active"), MOOD_OK);
	else if (strcmp(r->restriction, "erasure") == 0)
		page_state(view, _("erasure"), MOOD_INFO);
	else if (strcmp(r->restriction, "quarantine") == 0)
		page_state(view, _("in quarantine"), MOOD_WARN);
	else
		page_state(view, _("restricted"), MOOD_BAD);
	return view;
}

/* What every walk brings. */
static const char *
usual_text(struct ctx *c, enum lists_column column, const lists_row *r)
{
	if (column == LISTS_COLUMN_EMAIL)
		return r->email == NULL ? "" : address_show(c->arena,
		    r->email);
	if (column == LISTS_COLUMN_KIND)
		return strcmp(r->kind, "customer") == 0 ? _("Customer") :
		    _("Prospect");
	if (column == LISTS_COLUMN_TEAM)
		return r->team == NULL ? "" : r->team;
	return page_date(c, r->last_person_us);
}

static const char *
source_text(struct ctx *c, const char *source)
{
	static const struct words_label words[] = {
		{ "form", N_("the person, on a form") },
		{ "account", N_("the person, in their space") },
		{ "staff", N_("a colleague") },
		{ "import", N_("an imported file") },
		{ NULL, NULL }
	};

	return contacts_source_named(c, _(words_label(words, source)), source);
}

static const char *
extra_text(struct ctx *c, enum lists_column column,
    const struct q_lists_cells *x)
{
	const char *values[LISTS_COLUMN__MAX] = {
	    [LISTS_COLUMN_REFERENCE] = x->reference,
	    [LISTS_COLUMN_ORGANISATION] = x->organisation,
	    [LISTS_COLUMN_JOB_TITLE] = x->job_title,
	    [LISTS_COLUMN_PHONE] = x->phone,
	    [LISTS_COLUMN_POSTCODE] = x->postcode,
	    [LISTS_COLUMN_CITY] = x->city,
	    [LISTS_COLUMN_COUNTRY] = x->country,
	    [LISTS_COLUMN_LANGUAGE] = x->language,
	    [LISTS_COLUMN_OWNER] = x->owner,
	    [LISTS_COLUMN_VISIBILITY] = x->visibility,
	    [LISTS_COLUMN_SOURCE] = x->source };
	const char *value = values[column];

	if (column == LISTS_COLUMN_COLLECTED)
		return page_date(c, x->collected_us);
	if (value == NULL || *value == '\0')
		return "";
	if (column == LISTS_COLUMN_SOURCE)
		return source_text(c, value);
	return contacts_value(c, lists_columns[column].code, value);
}

static const struct q_lists_cells *
extra_of(const struct q_lists_cells *extra, size_t n, uint64_t id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (extra[i].id == id)
			return &extra[i];
	return NULL;
}

/* The cell before in a column: many rows of a page say the same. */
struct same {
	const char *text;
	json_t *cell;	/* NULL: none yet */
};

static json_t *
cell_of(struct ctx *c, enum lists_column column, const char *text,
    const lists_row *r)
{
	bool is_state = column == LISTS_COLUMN_STATE;
	json_t *cell = json_object();

	json_object_set_new(cell, "head", json_string(
	    _(lists_columns[column].label)));
	json_object_set_new(cell, "text", json_string(is_state ? "" : text));
	json_object_set_new(cell, "is_nowrap", json_boolean(
	    lists_columns[column].is_nowrap));
	json_object_set_new(cell, "chip", is_state ? state_view(c, r) :
	    json_null());
	return cell;
}

static json_t *
cells_of(struct ctx *c, const struct lists_columns *columns,
    const lists_row *r, const struct q_lists_cells *x, struct same *above)
{
	json_t *list = json_array();
	enum lists_column column;
	const char *text;
	size_t i;

	for (i = 0; i < columns->n; i++) {
		column = columns->list[i];
		text = column == LISTS_COLUMN_STATE ? r->restriction == NULL ?
		    "" : r->restriction : !lists_columns[column].is_extra ?
		    usual_text(c, column, r) : x == NULL ? "" :
		    extra_text(c, column, x);
		if (above[i].cell == NULL || strcmp(above[i].text, text) != 0)
			above[i] = (struct same){ text, cell_of(c, column,
			    text, r) };
		else
			json_incref(above[i].cell);
		json_array_append_new(list, above[i].cell);
	}
	return list;
}

enum err
lists_cells_view(struct ctx *c, const struct lists_columns *columns,
    const lists_row *rows, size_t n, json_t **ret_cells)
{
	struct q_lists_cells *extra = NULL;
	struct same above[LISTS_COLUMN__MAX] = { { NULL, NULL } };
	size_t i, n_extra = 0;
	enum err e;

	if (n > 0 && lists_columns_have_extra(columns) &&
	    (e = q_lists_cells(c->db, c->arena, lists_ids_json(c->arena, rows,
	    n), auth_office_sees_all(c), c->caller.staff_id,
	    c->caller.team_id, &extra, &n_extra)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		ret_cells[i] = cells_of(c, columns, &rows[i], extra_of(extra,
		    n_extra, rows[i].id), above);
	return ERR_OK;
}

/* ---- choosing them */

/* The page: of which list, and what it shows now. */
struct choosing {
	struct ctx *c;
	struct lists_asked asked;
	struct lists_frame frame;
	struct lists_columns order;	/* all columns, as they are drawn */
	struct lists_columns shown;	/* those that are ticked */
};

/* A colleague's shared view has columns that are not ours to choose. */
static bool
has_columns(const struct choosing *k)
{
	return k->asked.view_id == 0 || k->asked.is_my_view ||
	    *k->asked.view_columns == '\0';
}

static json_t *
columns_view(const struct choosing *k)
{
	const struct lists_column_row *row;
	json_t *list = json_array();
	struct ctx *c = k->c;
	size_t i;

	for (i = 0; i < k->order.n; i++) {
		row = &lists_columns[k->order.list[i]];
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b}",
		    "name", row->code, "label", _(row->label), "selected",
		    form_input(&c->form, row->code)->number == 1, "is_first",
		    i == 0));
	}
	return json_pack("{s:o}", "list", list);
}

static enum err
draw(struct choosing *k, enum err why)
{
	struct ctx *c = k->c;
	json_t *view, *form;

	view = page_view(c, _("Display of the list"));
	page_form(c, view, "/lists/display", lists_asked_url(c,
	    "/lists/display", &k->asked), &c->form);
	form = json_object_get(view, "form");
	json_object_set_new(form, "order", json_string(lists_columns_write(
	    c->arena, &k->order)));
	json_object_set_new(form, "columns", has_columns(k) ?
	    columns_view(k) : json_null());
	json_object_set_new(view, "view_name", k->asked.is_my_view ?
	    json_string(k->asked.view_name) : json_null());
	json_object_set_new(view, "back_url", json_string(lists_asked_url(c,
	    "/contacts", &k->asked)));
	return why == ERR_OK ? page(c, "office/lists_display.html", view) :
	    page_form_again(c, why, "office/lists_display.html", view);
}

static enum err
read_list(struct choosing *k)
{
	const struct lists_frame_of none = { .has_views = false };
	enum err e;

	if ((e = lists_asked_read(k->c, &k->asked)) != ERR_OK)
		return e;
	return lists_frame_read(k->c, &none, &k->frame);
}

enum err
lists_office_display_show(struct ctx *c)
{
	struct choosing k = { .c = c };
	size_t i;
	enum err e;

	if ((e = read_list(&k)) == ERR_NOTFOUND)
		return page_redirect(c, "/lists/display");
	if (e != ERR_OK)
		return e;
	k.order = k.shown = lists_columns_of(c, &k.asked, &k.frame);
	lists_columns_add_others(&k.order);
	form_blank(c, lists_office_display_fields, &c->form);
	form_set(&c->form, "size", arena_printf(c->arena, "%" PRIu64,
	    k.frame.page_size));
	form_set(&c->form, "density", densities[k.frame.is_compact].value);
	if (k.frame.has_keys)
		form_set(&c->form, "keys", "yes");
	for (i = 0; i < k.shown.n; i++)
		form_input(&c->form, lists_columns[k.shown.list[i]].code)->
		    number = 1;
	return draw(&k, ERR_OK);
}

static enum err
save_in_tx(struct db *db, void *arg)
{
	const struct choosing *k = arg;
	struct ctx *c = k->c;
	const struct form *form = &c->form;
	const char *codes = lists_columns_write(c->arena, &k->shown);
	uint64_t size = LISTS_PER_PAGE;
	bool is_of_view = k->asked.is_my_view || !has_columns(k);
	enum err e;

	if ((e = lists_size_read(form_value(form, "size"), &size)) != ERR_OK)
		return e;
	if (k->asked.is_my_view && (e = q_lists_view_columns(db, codes,
	    k->asked.view_id, c->caller.staff_id, NULL)) != ERR_OK)
		return e;
	if (is_of_view)
		codes = lists_columns_write(c->arena, &k->frame.columns);
	return q_lists_display_put(db, c->caller.staff_id, size, codes,
	    strcmp(form_value(form, "density"), "compact") == 0,
	    form_input(form, "keys")->number == 1, NULL);
}

/* The columns as they came: in their order, and those that are ticked. */
static enum err
read_columns(struct choosing *k)
{
	const struct form *form = &k->c->form;
	size_t i;

	if (lists_columns_read(k->c->arena, form_value(form, "order"),
	    &k->order) != ERR_OK)
		return ERR_MALFORMED;
	lists_columns_add_others(&k->order);
	for (i = 0; i < k->order.n; i++)
		if (form_input(form, lists_columns[k->order.list[i]].code)->
		    number == 1)
			k->shown.list[k->shown.n++] = k->order.list[i];
	return ERR_OK;
}

enum err
lists_office_display(struct ctx *c)
{
	struct choosing k = { .c = c };
	const char *up;
	enum err e, wrong;

	wrong = form_read(c, lists_office_display_fields, &c->form);
	if ((e = read_list(&k)) != ERR_OK ||
	    (e = read_columns(&k)) != ERR_OK)
		return e;
	up = form_value(&c->form, "up");
	if (*up != '\0' && wrong == ERR_OK)
		return lists_columns_up(&k.order, up) != ERR_OK ?
		    ERR_MALFORMED : draw(&k, ERR_OK);
	if (wrong == ERR_OK && k.shown.n == 0 && has_columns(&k)) {
		form_fail_group(&c->form, "f-columns", N_("Columns"),
		    _("Choose at least one column."));
		wrong = ERR_INVALID;
	}
	if (wrong != ERR_OK)
		return draw(&k, wrong);
	if ((e = ctx_tx(c, save_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, lists_asked_url(c, "/contacts", &k.asked));
}
