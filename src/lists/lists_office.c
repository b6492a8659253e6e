/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The list of contacts, and finding people by name, address, number or
 * reference.  Each member of staff sees their silo only, and no personal value
 * stands in an address.
 * Law: GDPR 5(1)(f), 15(1)(c), 25.
 */
#include "lists/lists_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/address.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"
#include "lists/lists_snapshot.h"

static const struct field_choice reasons[] = {
	{ "call", N_("The person calls") },
	{ "order", N_("Following an order") },
	{ "case", N_("Answering a request") },
	{ "check", N_("Checking the data") },
	{ NULL, NULL }
};

const struct field lists_office_search_fields[] = {
	{ .name = "words", .type = F_TEXT, .max = 120,
	  .label = N_("Name, address, phone or reference"),
	  .autocomplete = "off" },
	{ .name = "reason", .type = F_CHOICE, .need = true,
	  .label = N_("Why"), .choices = reasons },
	{ .name = "f", .type = F_HIDDEN, .max = LISTS_FILTER_MAX },
	{ .name = NULL }
};

bool
lists_reason_is_good(const char *reason)
{
	const struct field_choice *r;

	for (r = reasons; r->value != NULL; r++)
		if (strcmp(r->value, reason) == 0)
			return true;
	return *reason == '\0' || strcmp(reason, "daily") == 0;
}

/* A page of the list. */
struct listing {
	struct ctx *c;
	struct lists_asked asked;
	struct lists_found found;	/* one more than per_page: there is more */
	uint64_t after;
	uint64_t per_page;
	uint64_t snapshot_n;		/* contacts that the snapshot found */
	struct lists_snapshot frozen;	/* what it is of, and why */
	struct lists_frame frame;
	struct lists_columns columns;
};

static bool
is_query(const struct listing *l)
{
	return l->asked.query.id != NULL;
}

static size_t
shown(const struct listing *l)
{
	return l->found.n > l->per_page ? (size_t)l->per_page : l->found.n;
}

static enum err
note_looks(const struct listing *l)
{
	bool is_frozen = l->asked.snapshot_id != 0;
	bool has_words = is_frozen ? lists_filter_has_words(
	    &l->frozen.filter) : is_query(l) && *l->asked.query.words != '\0';
	const struct contacts_looking looking = {
	    has_words ? "search" : "list", is_frozen ? l->frozen.reason :
	    is_query(l) ? l->asked.query.reason : "daily" };
	size_t i, n = shown(l);
	uint64_t *ids;

	ids = arena_take(l->c->arena, (n + 1) * sizeof(*ids));
	for (i = 0; i < n; i++)
		ids[i] = l->found.rows[i].id;
	return contacts_looked(l->c, &looking, ids, n);
}

static const char *
name_of(struct ctx *c, const lists_row *r)
{
	if (*r->given_name == '\0' && *r->family_name == '\0')
		return r->email == NULL ? _("no name") : r->email;
	return arena_printf(c->arena, "%s%s%s", r->given_name,
	    *r->given_name == '\0' || *r->family_name == '\0' ? "" : " ",
	    r->family_name);
}

static json_t *
row_view(const struct listing *l, const lists_row *r, json_t *cells)
{
	struct ctx *c = l->c;

	return json_pack("{s:s, s:s, s:s, s:o}", "url", !is_query(l) ?
	    arena_printf(c->arena, "/contacts/%" PRIu64, r->id) :
	    arena_printf(c->arena, "/contacts/%" PRIu64 "?q=%s", r->id,
	    l->asked.query.id), "id", arena_printf(c->arena, "%" PRIu64,
	    r->id), "name", name_of(c, r), "cells", cells);
}

static json_t *
heads_view(const struct listing *l)
{
	json_t *list = json_array();
	struct ctx *c = l->c;
	size_t i;

	for (i = 0; i < l->columns.n; i++)
		json_array_append_new(list, json_string(
		    _(lists_columns[l->columns.list[i]].label)));
	return list;
}

static enum err
rows_view(const struct listing *l, json_t **ret_list)
{
	json_t **cells = arena_take(l->c->arena, (shown(l) + 1) *
	    sizeof(json_t *)), *list;
	size_t i;
	enum err e;

	if ((e = lists_cells_view(l->c, &l->columns, l->found.rows, shown(l),
	    cells)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < shown(l); i++)
		json_array_append_new(list, row_view(l, &l->found.rows[i],
		    cells[i]));
	*ret_list = list;
	return ERR_OK;
}

static const char *
here(const struct listing *l, uint64_t after)
{
	struct ctx *c = l->c;
	const char *url = lists_asked_url(c, "/contacts", &l->asked);
	const char *between = strchr(url, '?') == NULL ? "?" : "&";

	if (after == 0 && l->per_page == l->frame.page_size)
		return url;
	return arena_printf(c->arena, "%s%sn=%" PRIu64 "%s", url,
	    between, l->per_page, after == 0 ? "" : arena_printf(c->arena,
	    "&after=%" PRIu64, after));
}

static json_t *
pages_view(const struct listing *l)
{
	struct ctx *c = l->c;
	bool has_more = l->found.n > l->per_page && !l->found.is_cut;

	if (!has_more && l->after == 0)
		return json_null();
	return json_pack("{s:s, s:o, s:o}", "text", words_count(c->arena,
	    c->lang, "{n} contact on this page", "{n} contacts on this page",
	    shown(l)), "previous_url", l->after == 0 ? json_null() :
	    json_string(here(l, 0)), "next_url", !has_more ? json_null() :
	    json_string(here(l, l->found.rows[l->per_page - 1].id)));
}

static bool
is_narrowed(const struct listing *l)
{
	return is_query(l) || l->asked.filter.n > 0;
}

/* Whether all contacts of the site are in it: of a silo there is no quick
 * count. */
static bool
is_counted(const struct listing *l)
{
	return l->asked.snapshot_id == 0 && !is_narrowed(l) &&
	    l->after == 0 && auth_office_sees_all(l->c);
}

/* How many there are: exactly when that is known at once. */
static const char *
count_text(const struct listing *l)
{
	uint64_t n, most = l->per_page * LISTS_COUNT_PER_ROW;
	bool is_more = l->found.n > l->per_page || l->after != 0;
	struct ctx *c = l->c;

	n = shown(l);
	if (l->asked.snapshot_id != 0) {
		n = l->snapshot_n;
		is_more = false;
	} else if (is_counted(l) && !l->found.is_cut) {
		is_more = l->frame.count > most;
		n = is_more ? most : l->frame.count;
	}
	if (l->found.is_cut && n == 0)
		return _("Not counted yet");
	if (l->found.is_cut)
		return words_count(c->arena, c->lang,
		    "{n} contact found so far", "{n} contacts found so far",
		    n);
	return is_more && n > 0 ? words_count(c->arena, c->lang,
	    "more than {n} contact", "more than {n} contacts", n) :
	    words_count(c->arena, c->lang, "{n} contact", "{n} contacts", n);
}

static json_t *
or_null(const char *text)
{
	return text == NULL ? json_null() : json_string(text);
}

/* What a button posts: the filter and what was typed. */
static json_t *
through_view(const struct listing *l)
{
	const struct contacts_query *q = &l->asked.query;
	json_t *view = page_csrf(l->c, "/lists/snapshots", "/lists/snapshots");

	json_object_set_new(view, "f", json_string(lists_filter_write(
	    l->c->arena, &l->asked.filter)));
	json_object_set_new(view, "words", json_string(q->id == NULL ? "" :
	    q->words));
	json_object_set_new(view, "reason", json_string(q->id == NULL ?
	    "" : q->reason));
	return view;
}

/* Each order with its address; the one that is there has none. */
static json_t *
orders_view(const struct listing *l)
{
	struct { enum lists_order order; const char *label; } orders[] = {
		{ LISTS_BY_NAME, N_("by name") },
		{ LISTS_BY_LAST, N_("longest without contact first") },
	};
	struct lists_asked other = l->asked;
	const struct lists_condition *own;
	json_t *list = json_array();
	struct ctx *c = l->c;
	uint64_t id;
	bool is_led;
	size_t i;

	if ((is_query(l) && *l->asked.query.words != '\0') ||
	    l->asked.snapshot_id != 0)
		return list;
	own = lists_leading_custom(&l->asked.filter);
	is_led = lists_leading_tag(&l->asked.filter, &id) ||
	    lists_leading_member(&l->asked.filter, &id);
	if (is_led)
		own = NULL;
	orders[LISTS_BY_NAME].label = is_led || (own != NULL && own->op == LISTS_IS) ?
	    N_("as they were recorded") : own != NULL ? N_("by that date") :
	    N_("by name");
	for (i = 0; i < LENGTH(orders); i++) {
		other.order = orders[i].order;
		json_array_append_new(list, json_pack("{s:s, s:o}", "text",
		    _(orders[i].label), "url", or_null(orders[i].order ==
		    l->asked.order ? NULL : lists_asked_url(c, "/contacts",
		    &other))));
	}
	return list;
}

/* Each length of a page with its address; the one that is there has none. */
static json_t *
sizes_view(const struct listing *l)
{
	const char *url = lists_asked_url(l->c, "/contacts", &l->asked);
	struct ctx *c = l->c;
	json_t *list = json_array();
	size_t i;

	for (i = 0; lists_sizes[i].value != NULL; i++)
		json_array_append_new(list, json_pack("{s:s, s:s?}", "text",
		    lists_sizes[i].value, "url", strcmp(lists_sizes[i].value,
		    arena_printf(c->arena, "%" PRIu64, l->per_page)) == 0 ?
		    NULL : arena_printf(c->arena, "%s%sn=%s", url,
		    strchr(url, '?') == NULL ? "?" : "&",
		    lists_sizes[i].value)));
	return list;
}

static bool
may_export(const struct ctx *c)
{
	return (ROLE_BIT(c->caller.role) & CONTACTS_EDITORS) != 0;
}

/* Rows can be chosen, to do something to them. */
static json_t *
choose_view(struct ctx *c)
{
	json_t *view = page_csrf(c, "/lists/chosen", "/lists/chosen");

	json_object_set_new(view, "past_url", json_string("/lists/bulk"));
	return view;
}

/* Whoever may export takes a snapshot first: what goes out stands still. */
static void
add_export(const struct listing *l, json_t *view)
{
	struct ctx *c = l->c;
	bool is_frozen = l->asked.snapshot_id != 0;
	struct lists_filter all;

	json_object_set_new(view, "act_url", or_null(is_frozen &&
	    l->snapshot_n > 0 ? arena_printf(c->arena,
	    "/lists/bulk/new?s=%" PRIu64, l->asked.snapshot_id) : NULL));
	json_object_set_new(view, "choose", choose_view(c));
	json_object_set_new(view, "export_url", or_null(is_frozen &&
	    may_export(c) && l->snapshot_n > 0 ? arena_printf(c->arena,
	    "/exports/new?snapshot=%" PRIu64 "&columns=%s",
	    l->asked.snapshot_id, lists_columns_export(c->arena,
	    &l->columns)) : NULL));
	json_object_set_new(view, "freeze", !is_frozen && may_export(c) &&
	    !l->found.is_cut && l->found.n > 0 && lists_filter_all(c,
	    &l->asked, &all) == ERR_OK ? through_view(l) : json_null());
}

/* The page without its rows: the search as typed, with its errors. */
static enum err
frame_view(const struct listing *l, json_t **ret_view)
{
	struct ctx *c = l->c;
	json_t *view, *search, *chips;
	enum err e;

	if ((e = lists_chips_view(c, l->asked.snapshot_id != 0 ?
	    &l->frozen.filter : &l->asked.filter, &chips)) != ERR_OK)
		return e;
	view = page_view(c, _("Contacts"));
	json_object_set_new(view, "views", lists_views_view(c, &l->frame,
	    &l->asked));
	json_object_set_new(view, "heads", heads_view(l));
	json_object_set_new(view, "is_compact", json_boolean(
	    l->frame.is_compact));
	json_object_set_new(view, "has_keys", json_boolean(
	    l->frame.has_keys));
	json_object_set_new(view, "display_url", json_string(
	    lists_asked_url(c, "/lists/display", &l->asked)));
	json_object_set_new(view, "sizes", sizes_view(l));
	json_object_set_new(view, "view_name", or_null(l->asked.view_name));
	json_object_set_new(view, "forget", l->asked.is_my_view ? page_csrf(c,
	    "/lists/views/:id/delete", arena_printf(c->arena,
	    "/lists/views/%" PRIu64 "/delete", l->asked.view_id)) :
	    json_null());
	json_object_set_new(view, "save_url", or_null(l->asked.filter.n > 0 &&
	    l->asked.view_id == 0 ? lists_asked_url(c, "/lists/views",
	    &l->asked) : NULL));
	search = page_csrf(c, "/contacts", "/contacts");
	json_object_set_new(search, "fields", form_view(c, &c->form));
	json_object_set_new(search, "f", json_string(lists_filter_write(
	    c->arena, &l->asked.filter)));
	json_object_set_new(view, "search", search);
	json_object_set_new(view, "errors", form_errors_view(c, &c->form));
	json_object_set_new(view, "searched", !is_query(l) ||
	    *l->asked.query.words == '\0' ? json_null() :
	    json_string(form_named(c, _("search"),
	    l->asked.query.words)));
	json_object_set_new(view, "all_url", or_null(is_narrowed(l) ||
	    l->asked.snapshot_id != 0 ? "/contacts" : NULL));
	json_object_set_new(view, "filter_url", json_string(
	    lists_asked_url(c, "/lists/filter", &l->asked)));
	json_object_set_new(view, "duplicates_url", or_null(
	    (ROLE_BIT(c->caller.role) & CONTACTS_MERGERS) == 0 ? NULL :
	    "/lists/duplicates"));
	json_object_set_new(view, "chips", chips);
	json_object_set_new(view, "orders", orders_view(l));
	add_export(l, view);
	*ret_view = view;
	return ERR_OK;
}

static enum err
show(struct listing *l)
{
	struct ctx *c = l->c;
	struct lists_filter all;
	json_t *view, *list;
	bool can_go_on;
	enum err e;

	if ((e = lists_find(c, &l->asked, l->after, l->per_page + 1,
	    &l->found)) != ERR_OK || (e = rows_view(l, &list)) != ERR_OK)
		return e;
	if ((e = note_looks(l)) != ERR_OK ||
	    (e = frame_view(l, &view)) != ERR_OK) {
		json_decref(list);
		return e;
	}
	json_object_set_new(view, "count_text", json_string(count_text(l)));
	json_object_set_new(view, "has_contacts", json_boolean(l->found.n >
	    0));
	json_object_set_new(view, "contacts", list);
	json_object_set_new(view, "pages", pages_view(l));
	can_go_on = l->found.is_cut && lists_filter_all(c, &l->asked,
	    &all) == ERR_OK;
	json_object_set_new(view, "through", can_go_on ? through_view(l) :
	    json_null());
	json_object_set_new(view, "is_vague", json_boolean(l->found.is_cut &&
	    !can_go_on));
	json_object_set_new(view, "is_empty", json_boolean(l->found.n == 0 &&
	    !l->found.is_cut));
	return page(c, "office/lists_contacts.html", view);
}

static enum err
read_after(struct listing *l)
{
	const struct param *after = params_find(&l->c->query, "after");

	return after == NULL || parse_u64(after->value, &l->after) ==
	    ERR_OK ? ERR_OK : ERR_NOTFOUND;
}

/* What stands around the list, and how long a page is. */
static enum err
read_frame(struct listing *l)
{
	struct lists_frame_of of = { .has_views = l->after == 0,
	    .has_teams = !auth_office_sees_all(l->c), .after = l->after };
	const struct param *n = params_find(&l->c->query, "n");
	enum err e;

	if (is_counted(l))
		of.count_most = LISTS_PER_PAGE_MAX * LISTS_COUNT_PER_ROW + 1;
	if ((e = lists_frame_read(l->c, &of, &l->frame)) != ERR_OK)
		return e;
	l->asked.frame = &l->frame;
	l->columns = lists_columns_of(l->c, &l->asked, &l->frame);
	l->per_page = l->frame.page_size;
	if (n != NULL && lists_size_read(n->value, &l->per_page) != ERR_OK)
		l->per_page = l->frame.page_size;
	return ERR_OK;
}

/* A snapshot that is not ready has a page of its own. */
static enum err
read_snapshot(struct listing *l)
{
	struct q_lists_snapshot_mine s;
	struct ctx *c = l->c;
	enum err e;

	if ((e = q_lists_snapshot_mine(c->db, c->arena, l->asked.snapshot_id,
	    c->caller.staff_id, c->now_us, &s)) != ERR_OK)
		return e;
	if (strcmp(s.state, "ready") != 0)
		return ERR_CONFLICT;
	l->snapshot_n = s.n;
	return lists_snapshot_open(c->arena, c->worker->keys,
	    c->caller.staff_id, s.created_us, s.sealed, &l->frozen) ==
	    ERR_OK ? ERR_OK : ERR_NOTFOUND;
}

enum err
lists_office_contacts(struct ctx *c)
{
	struct listing l = { .c = c };
	enum err e;

	form_blank(c, lists_office_search_fields, &c->form);
	if ((e = lists_asked_read(c, &l.asked)) == ERR_NOTFOUND)
		return page_redirect(c, "/contacts");
	if (e != ERR_OK || (e = read_after(&l)) != ERR_OK ||
	    (e = read_frame(&l)) != ERR_OK)
		return e;
	if (l.asked.snapshot_id != 0) {
		e = read_snapshot(&l);
		if (e == ERR_CONFLICT || e == ERR_NOTFOUND)
			return page_redirect(c, e == ERR_NOTFOUND ?
			    "/contacts" : arena_printf(c->arena,
			    "/lists/snapshots/%" PRIu64,
			    l.asked.snapshot_id));
		if (e != ERR_OK)
			return e;
	}
	if (is_query(&l)) {
		form_set(&c->form, "words", l.asked.query.words);
		form_set(&c->form, "reason", l.asked.query.reason);
	}
	return show(&l);
}

enum err
lists_office_search(struct ctx *c)
{
	struct listing l = { .c = c };
	json_t *view;
	enum err e, wrong;

	e = form_read(c, lists_office_search_fields, &c->form);
	if (e == ERR_OK && lists_filter_read(c->arena, form_value(&c->form,
	    "f"), &l.asked.filter) != ERR_OK)
		e = ERR_MALFORMED;
	if (e != ERR_OK) {
		wrong = e;
		l.asked.filter.n = 0;
		if ((e = read_frame(&l)) != ERR_OK ||
		    (e = frame_view(&l, &view)) != ERR_OK)
			return e;
		json_object_set_new(view, "count_text", json_string(""));
		json_object_set_new(view, "has_contacts", json_false());
		json_object_set_new(view, "contacts", json_array());
		json_object_set_new(view, "pages", json_null());
		json_object_set_new(view, "through", json_null());
		json_object_set_new(view, "is_vague", json_false());
		json_object_set_new(view, "is_empty", json_false());
		return page_form_again(c, wrong, "office/lists_contacts.html",
		    view);
	}
	l.asked.query.words = form_value(&c->form, "words");
	l.asked.query.reason = form_value(&c->form, "reason");
	if ((e = lists_asked_keep(c, &l.asked)) != ERR_OK)
		return e;
	return page_redirect(c, lists_asked_url(c, "/contacts", &l.asked));
}
