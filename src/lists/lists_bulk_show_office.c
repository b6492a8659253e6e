/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One action on many contacts: its preview, how far it is, what it did, and
 * taking it back; what one has done; what the DPO is asked to delete.
 * Law: GDPR 5(1)(d), 5(2), 17, 18, 25; FEATURES CS12.
 */
#include "lists/lists_bulk_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/address.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "ledger/ledger.h"
#include "lists/lists_office.h"

struct showing {
	struct ctx *c;
	uint64_t id;
	struct q_bulk_load b;
};

static bool
is_state(const struct showing *k, const char *state)
{
	return strcmp(k->b.state, state) == 0;
}

/* Who decides on a deletion that somebody proposes. */
static bool
may_dismiss(const struct showing *k)
{
	return is_state(k, "proposed") && (k->c->caller.role == ROLE_DPO ||
	    k->b.staff_id == k->c->caller.staff_id);
}

/* One's own, and for the DPO what is proposed; any other is not there. */
static enum err
load(struct showing *k)
{
	struct ctx *c = k->c;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k->id)) != ERR_OK ||
	    (e = q_bulk_load(c->db, c->arena, k->id, &k->b)) != ERR_OK)
		return e;
	if (k->b.staff_id == c->caller.staff_id)
		return ERR_OK;
	return c->caller.role == ROLE_DPO && (is_state(k, "proposed") ||
	    is_state(k, "dismissed")) ? ERR_OK : ERR_NOTFOUND;
}

static const char *
path_of(const struct showing *k, const char *more)
{
	return arena_printf(k->c->arena, "/lists/bulk/%" PRIu64 "%s", k->id,
	    more);
}

/* ---- the page */

static void
add_fact(json_t *list, const char *label, const char *value)
{
	json_array_append_new(list, json_pack("{s:s, s:s}", "label", label,
	    "value", value));
}

static const char *
visibility_word(struct ctx *c, const char *visibility)
{
	return strcmp(visibility, "owner") == 0 ? _("their adviser alone") :
	    strcmp(visibility, "team") == 0 ?
	    _("the team, and their adviser") :
	    _("all colleagues who see contacts");
}

static json_t *
facts_view(const struct showing *k)
{
	const struct q_bulk_load *b = &k->b;
	json_t *list = json_array();
	struct ctx *c = k->c;

	if (b->has_owner)
		add_fact(list, _("Adviser"), b->new_owner == NULL ?
		    _("nobody") : b->new_owner);
	if (b->has_team)
		add_fact(list, _("Team"), b->new_team == NULL ?
		    _("no team") : b->new_team);
	if (b->new_visibility != NULL)
		add_fact(list, _("Visible to"), visibility_word(c,
		    b->new_visibility));
	if (b->tag != NULL)
		add_fact(list, _("Label"), b->tag);
	add_fact(list, _("Reason"), bulk_reason_text(c, b->reason));
	if (b->staff_id != c->caller.staff_id)
		add_fact(list, _("Asked by"), b->staff);
	add_fact(list, _("Asked on"), page_date_time(c, b->created_us));
	return list;
}

static void
add_count(struct ctx *c, json_t *list, uint64_t n, const char *text)
{
	if (n > 0)
		json_array_append_new(list, json_pack("{s:s, s:s}", "n",
		    arena_printf(c->arena, "%" PRIu64, n), "text", text));
}

static json_t *
left_view(const struct showing *k)
{
	const struct q_bulk_load *b = &k->b;
	json_t *list = json_array();
	struct ctx *c = k->c;

	add_count(c, list, b->n_restricted,
	    _("restricted, being erased, or gone"));
	add_count(c, list, b->n_foreign, _("not yours to change"));
	add_count(c, list, b->n_same, _("so already"));
	add_count(c, list, b->n_unseen, _("no adviser would see them any more"));
	return list;
}

static const char *
count_text(const struct showing *k)
{
	struct ctx *c = k->c;
	uint64_t n = k->b.n;

	if (is_state(k, "counting") || is_state(k, "ready"))
		return words_count(c->arena, c->lang,
		    "{n} contact will be changed",
		    "{n} contacts will be changed", n);
	if (strcmp(k->b.action, "delete") == 0)
		return words_count(c->arena, c->lang, "{n} contact proposed",
		    "{n} contacts proposed", n);
	return words_count(c->arena, c->lang, "{n} contact changed",
	    "{n} contacts changed", n);
}

static bool
is_working(const struct showing *k)
{
	return is_state(k, "counting") || is_state(k, "running") ||
	    is_state(k, "undoing");
}

static uint64_t
percent(const struct showing *k)
{
	uint64_t n = k->b.total == 0 ? 0 : k->b.done * 100 / k->b.total;

	return n > 99 ? 99 : n;	/* 100 is the end */
}

static json_t *
progress_view(const struct showing *k)
{
	struct ctx *c = k->c;

	return json_pack("{s:s, s:I, s:s, s:s, s:s}", "label",
	    _("Contacts looked at"), "percent", (json_int_t)percent(k),
	    "text", count_text(k), "json_url", path_of(k, "/state"),
	    "next_url", path_of(k, ""));
}

static json_t *
form_or_null(const struct showing *k, bool is_there, const char *route,
    const char *more)
{
	return is_there ? page_csrf(k->c, route, path_of(k, more)) :
	    json_null();
}

static const char *
name_of(struct ctx *c, const struct q_bulk_first *r)
{
	if (*r->given_name == '\0' && *r->family_name == '\0')
		return r->email == NULL ? _("no name") : address_show(
		    c->arena, r->email);
	return arena_printf(c->arena, "%s%s%s", r->given_name,
	    *r->given_name == '\0' || *r->family_name == '\0' ? "" : " ",
	    r->family_name);
}

/* The first of them, whom the colleague may see, and sees now. */
static enum err
first_view(const struct showing *k, json_t **ret_list)
{
	const struct contacts_looking looking = { "list", "daily" };
	struct ctx *c = k->c;
	struct q_bulk_first *rows;
	uint64_t ids[10];
	json_t *list;
	size_t i, n;
	enum err e;

	*ret_list = json_array();
	if (!is_state(k, "ready") && !is_state(k, "proposed"))
		return ERR_OK;
	if ((e = q_bulk_first(c->db, c->arena, k->id, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		ids[i] = rows[i].id;
	if (n > 0 && (e = contacts_looked(c, &looking, ids, n)) != ERR_OK)
		return e;
	list = *ret_list;
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "url",
		    arena_printf(c->arena, "/contacts/%" PRIu64, ids[i]),
		    "name", name_of(c, &rows[i])));
	return ERR_OK;
}

static void
add_state(struct ctx *c, json_t *view, const char *state)
{
	static const struct page_state_label words[] = {
		{ "counting", N_("being counted"), MOOD_INFO },
		{ "ready", N_("to be confirmed"), MOOD_WARN },
		{ "waiting", N_("waiting"), MOOD_INFO },
		{ "running", N_("under way"), MOOD_INFO },
		{ "done", N_("done"), MOOD_OK },
		{ "proposed", N_("proposed"), MOOD_WARN },
		{ "undoing", N_("being taken back"), MOOD_INFO },
		{ "undone", N_("taken back"), MOOD_NONE },
		{ "cancelled", N_("stopped"), MOOD_NONE },
		{ "failed", N_("failed"), MOOD_BAD },
		{ "dismissed", N_("dismissed"), MOOD_NONE },
		{ NULL, NULL, MOOD_NONE }
	};

	page_state_of(c, view, words, state);
}

static void
add_forms(const struct showing *k, json_t *view)
{
	bool is_mine = k->b.staff_id == k->c->caller.staff_id;
	bool may_undo = is_mine && bulk_may_undo(&k->b, k->c->now_us);

	json_object_set_new(view, "start", form_or_null(k, is_mine &&
	    is_state(k, "ready") && k->b.n > 0, "/lists/bulk/:id/start",
	    "/start"));
	json_object_set_new(view, "cancel", form_or_null(k, is_mine &&
	    (is_state(k, "counting") || is_state(k, "ready") ||
	    is_state(k, "running")), "/lists/bulk/:id/cancel", "/cancel"));
	json_object_set_new(view, "undo", form_or_null(k, may_undo,
	    "/lists/bulk/:id/undo", "/undo"));
	json_object_set_new(view, "undo_until", may_undo ? json_string(
	    page_date(k->c, k->b.expires_us)) : json_null());
	json_object_set_new(view, "dismiss", form_or_null(k, may_dismiss(k),
	    "/lists/bulk/:id/dismiss", "/dismiss"));
}

static json_t *
undone_view(const struct showing *k)
{
	struct ctx *c = k->c;

	if (!is_state(k, "undone"))
		return json_null();
	return json_pack("{s:s, s:s?}", "text", words_count(c->arena, c->lang,
	    "{n} contact is as it was before.",
	    "{n} contacts are as they were before.", k->b.n_undone), "kept",
	    k->b.n_kept == 0 ? NULL : words_count(c->arena, c->lang,
	    "{n} was changed since, and left as it is.",
	    "{n} were changed since, and left as they are.", k->b.n_kept));
}

enum err
lists_office_bulk_show(struct ctx *c)
{
	struct showing k = { .c = c };
	json_t *view, *first, *left;
	enum err e;

	if ((e = load(&k)) != ERR_OK || (e = first_view(&k, &first)) != ERR_OK)
		return e;
	view = page_view(c, bulk_title(c, k.b.action));
	add_state(c, view, k.b.state);
	add_forms(&k, view);
	left = left_view(&k);
	json_object_set_new(view, "title_text", json_string(bulk_title(c,
	    k.b.action)));
	json_object_set_new(view, "count_text", json_string(count_text(&k)));
	json_object_set_new(view, "facts", facts_view(&k));
	json_object_set_new(view, "has_left", json_boolean(json_array_size(
	    left) > 0));
	json_object_set_new(view, "left", left);
	json_object_set_new(view, "has_first", json_boolean(json_array_size(
	    first) > 0));
	json_object_set_new(view, "first", first);
	json_object_set_new(view, "is_nobody", json_boolean(
	    is_state(&k, "ready") && k.b.n == 0));
	json_object_set_new(view, "is_delete", json_boolean(strcmp(
	    k.b.action, "delete") == 0));
	json_object_set_new(view, "is_proposed", json_boolean(
	    is_state(&k, "proposed")));
	json_object_set_new(view, "is_failed", json_boolean(
	    is_state(&k, "failed")));
	json_object_set_new(view, "undone", undone_view(&k));
	json_object_set_new(view, "progress", is_working(&k) ?
	    progress_view(&k) : json_null());
	json_object_set_new(view, "back_url", json_string("/lists/bulk"));
	return page(c, "office/lists_bulk_show.html", view);
}

enum err
lists_office_bulk_state(struct ctx *c)
{
	struct showing k = { .c = c };
	enum err e;

	if ((e = load(&k)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:I, s:s, s:b}", "percent",
	    (json_int_t)percent(&k), "text", count_text(&k), "done",
	    !is_working(&k)));
}

/* ---- what is pressed */

/* The row may have changed since it was looked at: read again, in here. */
static enum err
reload(struct db *db, struct showing *k)
{
	return q_bulk_load(db, k->c->arena, k->id, &k->b);
}

static enum err
start_in_tx(struct db *db, void *arg)
{
	struct showing *k = arg;
	const struct bulk_work w = bulk_work_of(k->c);
	enum err e;

	if ((e = reload(db, k)) != ERR_OK ||
	    (e = bulk_start(&w, db, &k->b)) != ERR_OK)
		return e;
	return strcmp(k->b.action, "delete") == 0 || k->b.n > BULK_AT_ONCE ?
	    ERR_OK : bulk_run(k->c, db, k->id);
}

static enum err
undo_in_tx(struct db *db, void *arg)
{
	struct showing *k = arg;
	const struct bulk_work w = bulk_work_of(k->c);
	enum err e;

	if ((e = reload(db, k)) != ERR_OK ||
	    (e = bulk_undo(&w, db, &k->b)) != ERR_OK)
		return e;
	return k->b.n > BULK_AT_ONCE ? ERR_OK : bulk_run(k->c, db, k->id);
}

/* What was done until then stays, and can be taken back. */
static enum err
cancel_in_tx(struct db *db, void *arg)
{
	struct showing *k = arg;
	const struct bulk_work w = bulk_work_of(k->c);
	uint64_t n;
	bool has_run;
	enum err e;

	if ((e = reload(db, k)) != ERR_OK)
		return e;
	has_run = is_state(k, "running");
	if (!has_run && !is_state(k, "counting") && !is_state(k, "ready"))
		return ERR_CONFLICT;
	if ((e = q_bulk_move(db, "cancelled", k->b.done, 0, k->c->now_us,
	    k->c->now_us + (has_run ? BULK_UNDO_US : 0), k->id, k->b.state,
	    &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	return has_run ? bulk_audit(&w, db, &k->b, "bulk.cancelled",
	    k->b.n) : ERR_OK;
}

static enum err
dismiss_in_tx(struct db *db, void *arg)
{
	struct showing *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "bulk.dismissed",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "bulk", .object_id = k->id, .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = reload(db, k)) != ERR_OK)
		return e;
	if (!may_dismiss(k))
		return ERR_CONFLICT;
	if ((e = q_bulk_move(db, "dismissed", k->b.done, 0, c->now_us,
	    c->now_us, k->id, "proposed", &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	if ((e = q_bulk_task_over(db, "looked", c->now_us, c->caller.staff_id,
	    bulk_task_detail(c->arena, k->id), NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
press(struct ctx *c, enum err (*fn)(struct db *db, void *arg))
{
	struct showing k = { .c = c };
	enum err e;

	if ((e = form_check_none(c)) != ERR_OK || (e = load(&k)) != ERR_OK)
		return e;
	if (k.b.staff_id != c->caller.staff_id && fn != dismiss_in_tx)
		return ERR_NOTFOUND;
	ctx_more_time(c);
	if ((e = ctx_tx(c, fn, &k)) != ERR_OK)
		return e;
	return page_redirect(c, path_of(&k, ""));
}

enum err
lists_office_bulk_start(struct ctx *c)
{
	return press(c, start_in_tx);
}

enum err
lists_office_bulk_undo(struct ctx *c)
{
	return press(c, undo_in_tx);
}

enum err
lists_office_bulk_cancel(struct ctx *c)
{
	return press(c, cancel_in_tx);
}

enum err
lists_office_bulk_dismiss(struct ctx *c)
{
	return press(c, dismiss_in_tx);
}

/* ---- lists of them */

enum err
lists_office_bulk_list(struct ctx *c)
{
	json_t *view, *list = json_array(), *item;
	struct q_bulk_list *rows;
	size_t i, n;
	enum err e;

	if ((e = q_bulk_list(c->db, c->arena, c->caller.staff_id,
	    c->caller.role == ROLE_DPO, &rows, &n)) != ERR_OK) {
		json_decref(list);
		return e;
	}
	for (i = 0; i < n; i++) {
		item = json_pack("{s:s, s:s, s:s, s:s, s:s}", "url",
		    arena_printf(c->arena, "/lists/bulk/%" PRIu64,
		    rows[i].id), "title", bulk_title(c, rows[i].action),
		    "who", rows[i].staff, "count", words_count(c->arena,
		    c->lang, "{n} contact", "{n} contacts", rows[i].n), "at",
		    page_date_time(c, rows[i].created_us));
		add_state(c, item, rows[i].state);
		json_array_append_new(list, item);
	}
	view = page_view(c, _("Actions on several contacts"));
	json_object_set_new(view, "has_items", json_boolean(n > 0));
	json_object_set_new(view, "items", list);
	json_object_set_new(view, "back_url", json_string("/contacts"));
	return page(c, "office/lists_bulk_list.html", view);
}

enum err
lists_given_view(struct ctx *c, json_t **ret_list)
{
	struct q_bulk_given *rows;
	json_t *list, *item;
	size_t i, n;
	enum err e;

	*ret_list = json_array();
	if (c->caller.role != ROLE_ADVISER && c->caller.role != ROLE_LEAD)
		return ERR_OK;	/* nobody gives them any */
	if ((e = q_bulk_given(c->db, c->arena, c->caller.staff_id, &rows,
	    &n)) != ERR_OK)
		return e;
	list = *ret_list;
	for (i = 0; i < n; i++) {
		item = page_csrf(c, "/lists/bulk/:id/told", arena_printf(
		    c->arena, "/lists/bulk/%" PRIu64 "/told", rows[i].id));
		json_object_set_new(item, "url", json_string(
		    rows[i].contact_id == 0 ? "/contacts?f=owner.is.mine" :
		    arena_printf(c->arena, "/contacts/%" PRIu64,
		    rows[i].contact_id)));
		json_object_set_new(item, "title", json_string(words_count(
		    c->arena, c->lang, "{n} contact was given to you",
		    "{n} contacts were given to you", rows[i].n)));
		json_object_set_new(item, "text", json_string(arena_printf(
		    c->arena, "%s, %s, %s", rows[i].staff, page_date(c,
		    rows[i].acted_us), bulk_reason_text(c,
		    rows[i].reason))));
		json_array_append_new(list, item);
	}
	return ERR_OK;
}

static enum err
told_in_tx(struct db *db, void *arg)
{
	const struct showing *k = arg;

	return q_bulk_told(db, k->c->now_us, k->id, k->c->caller.staff_id,
	    NULL);
}

enum err
lists_office_bulk_told(struct ctx *c)
{
	struct showing k = { .c = c };
	enum err e;

	if ((e = form_check_none(c)) != ERR_OK ||
	    (e = ctx_path_u64(c, 0, &k.id)) != ERR_OK ||
	    (e = ctx_tx(c, told_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/");
}
