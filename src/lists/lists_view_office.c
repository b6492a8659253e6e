/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Saved views: a filter with a name, one's own or shared with colleagues, each
 * of whom sees their silo through it.  What was typed into it is sealed.
 * Law: GDPR 25; FEATURES CS11.
 */
#include "lists/lists_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "keys/seal.h"

const struct field lists_office_view_fields[] = {
	{ .name = "f", .type = F_HIDDEN, .need = true,
	  .max = LISTS_FILTER_MAX },
	{ .name = "order", .type = F_HIDDEN, .max = 10 },
	{ .name = "columns", .type = F_HIDDEN,
	  .max = LISTS_COLUMNS_TEXT_MAX },
	{ .name = "name", .type = F_TEXT, .need = true, .max = 80,
	  .label = N_("Name of the view"), .autocomplete = "off" },
	{ .name = "shared", .type = F_FLAG,
	  .label = N_("My colleagues may use it too") },
	{ .name = NULL }
};

static const char *
place(struct arena *a, uint64_t staff_id, int64_t created_us)
{
	return arena_printf(a, "saved_view|sealed|%" PRIu64 "|%" PRId64,
	    staff_id, created_us);
}

enum err
lists_view_read(struct ctx *c, uint64_t id, struct lists_asked *ret_asked)
{
	struct q_lists_view_load row;
	struct bytes plain;
	const char *text;
	enum err e;

	if ((e = q_lists_view_load(c->db, c->arena, id, c->caller.staff_id,
	    &row)) != ERR_OK)
		return e;
	if (keys_unseal(c->arena, c->worker->keys, KEY_QUERY, place(c->arena,
	    row.staff_id, row.created_us), row.sealed, &plain) != ERR_OK)
		return ERR_NOTFOUND;
	/* "last|FILTER" or "|FILTER" */
	text = arena_textn(c->arena, plain.ptr, plain.len);
	if (text_starts(text, "last|"))
		ret_asked->order = LISTS_BY_LAST;
	text = strchr(text, '|');
	if (text == NULL || lists_filter_read(c->arena, text + 1,
	    &ret_asked->filter) != ERR_OK)
		return ERR_NOTFOUND;
	ret_asked->view_id = id;
	ret_asked->view_name = row.name;
	ret_asked->is_my_view = row.staff_id == c->caller.staff_id;
	ret_asked->view_columns = row.columns;
	return ERR_OK;
}

json_t *
lists_views_view(struct ctx *c, const struct lists_frame *frame,
    const struct lists_asked *asked)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < frame->n; i++)
		if (strcmp(frame->rows[i].what, "view") == 0)
			json_array_append_new(list, json_pack("{s:s, s:s?}",
			    "text", frame->rows[i].text, "url",
			    frame->rows[i].id == asked->view_id ? NULL :
			    arena_printf(c->arena, "/contacts?v=%" PRIu64,
			    frame->rows[i].id)));
	return list;
}

static enum err
save_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	const char *text = arena_printf(c->arena, "%s|%s",
	    form_value(&c->form, "order"), form_value(&c->form, "f"));
	struct q_lists_view_insert row;
	struct bytes sealed;
	enum err e;

	sealed = seal(c->arena, key_get(c->worker->keys, KEY_QUERY),
	    place(c->arena, c->caller.staff_id, c->now_us), text_bytes(text));
	if ((e = q_lists_view_insert(db, c->arena, c->caller.staff_id,
	    form_value(&c->form, "name"), form_input(&c->form,
	    "shared")->number == 1, sealed, form_value(&c->form, "columns"),
	    c->now_us, &row)) != ERR_OK)
		return e;
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, row.id));
	return ERR_OK;
}

static enum err
make_view(struct ctx *c, const struct lists_asked *asked,
    const char *columns, json_t **ret_view)
{
	json_t *view, *form, *chips;
	enum err e;

	if ((e = lists_chips_view(c, &asked->filter, &chips)) != ERR_OK)
		return e;
	view = page_view(c, _("Save as a view"));
	form = page_csrf(c, "/lists/views", "/lists/views");
	json_object_set_new(form, "f", json_string(lists_filter_write(
	    c->arena, &asked->filter)));
	json_object_set_new(form, "order", json_string(asked->order ==
	    LISTS_BY_LAST ? "last" : ""));
	json_object_set_new(form, "columns", json_string(columns));
	json_object_set_new(form, "fields", form_view(c, &c->form));
	json_object_set_new(view, "form", form);
	json_object_set_new(view, "chips", chips);
	json_object_set_new(view, "errors", form_errors_view(c, &c->form));
	json_object_set_new(view, "back_url", json_string(lists_asked_url(c,
	    "/contacts", asked)));
	*ret_view = view;
	return ERR_OK;
}

enum err
lists_office_view_show(struct ctx *c)
{
	const struct lists_frame_of none = { .has_views = false };
	struct lists_columns columns;
	struct lists_frame frame;
	struct lists_asked asked;
	json_t *view;
	enum err e;

	e = lists_asked_read(c, &asked);
	if (e == ERR_NOTFOUND || (e == ERR_OK && asked.filter.n == 0))
		return page_redirect(c, "/contacts");
	form_blank(c, lists_office_view_fields, &c->form);
	if (e != ERR_OK || (e = lists_frame_read(c, &none, &frame)) != ERR_OK)
		return e;
	columns = lists_columns_of(c, &asked, &frame);
	if ((e = make_view(c, &asked, lists_columns_write(c->arena, &columns),
	    &view)) != ERR_OK)
		return e;
	return page(c, "office/lists_view.html", view);
}

/* The page again, with what is wrong with the name. */
static enum err
refuse(struct ctx *c, enum err wrong)
{
	struct lists_asked asked = { .query.id = NULL };
	json_t *view;
	enum err e;

	if (lists_filter_read(c->arena, form_value(&c->form, "f"),
	    &asked.filter) != ERR_OK)
		return ERR_MALFORMED;
	if (strcmp(form_value(&c->form, "order"), "last") == 0)
		asked.order = LISTS_BY_LAST;
	if ((e = lists_asked_keep(c, &asked)) != ERR_OK ||
	    (e = make_view(c, &asked, form_value(&c->form, "columns"),
	    &view)) != ERR_OK)
		return e;
	return page_form_again(c, wrong, "office/lists_view.html", view);
}

enum err
lists_office_view(struct ctx *c)
{
	const char *order;
	struct lists_columns columns;
	struct lists_filter filter;
	enum err e;

	if ((e = form_read(c, lists_office_view_fields, &c->form)) != ERR_OK)
		return e == ERR_INVALID ? refuse(c, e) : e;
	order = form_value(&c->form, "order");
	if (lists_filter_read(c->arena, form_value(&c->form, "f"), &filter) !=
	    ERR_OK || (*order != '\0' && strcmp(order, "last") != 0) ||
	    lists_columns_read(c->arena, form_value(&c->form, "columns"),
	    &columns) != ERR_OK)
		return ERR_MALFORMED;
	if ((e = ctx_tx(c, save_in_tx, c)) == ERR_CONFLICT) {
		form_fail(&c->form, "name",
		    _("You have a view of this name: give it another one."));
		return refuse(c, ERR_INVALID);
	}
	if (e != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/contacts?v=%s",
	    c->result));
}

static enum err
delete_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	uint64_t id, n;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = q_lists_view_delete(db, id, c->caller.staff_id, &n)) !=
	    ERR_OK)
		return e;
	return n == 1 ? ERR_OK : ERR_NOTFOUND;
}

enum err
lists_office_view_delete(struct ctx *c)
{
	enum err e;

	if ((e = form_check_none(c)) != ERR_OK ||
	    (e = ctx_tx(c, delete_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/contacts");
}
