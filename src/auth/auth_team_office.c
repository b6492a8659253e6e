/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Teams: who is in them, and how many contacts only they see.  A team is
 * closed once nobody and nothing is left in it, and its name stays.
 * Law: GDPR 25, 32(1)(b), 32(4).
 */
#include "auth/auth_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_staff.h"
#include "base/text.h"
#include "ledger/ledger.h"

#define TEAMS_MAX	200	/* as a list to choose from shows */
#define CONTACTS_MOST	1000	/* counted; then it says "more than 1,000" */
#define MEMBERS_SHOWN	100
#define PER_PAGE	25

const struct field auth_office_team_fields[] = {
	{ .name = "name", .type = F_TEXT, .need = true, .max = 80,
	  .label = N_("Name of the team"), .autocomplete = "off" },
	{ .name = NULL }
};

/* What is done to a team. */
struct teaming {
	struct ctx *c;
	uint64_t id;
	const char *name;
	struct q_auth_team_one row;
	const char *verb;
	bool is_taken;		/* another has the name */
	bool is_full;
};

static bool
may_write(const struct ctx *c)
{
	return c->caller.role == ROLE_ADMIN;
}

static const char *
url_of(struct ctx *c, uint64_t id, const char *end)
{
	return arena_printf(c->arena, "/staff/teams/%" PRIu64 "%s", id, end);
}

static enum err
count_contacts(struct ctx *c, uint64_t id, uint64_t *ret_n)
{
	struct q_auth_team_contacts row;
	enum err e;

	if ((e = q_auth_team_contacts(c->db, c->arena, id, CONTACTS_MOST + 1,
	    &row)) == ERR_OK)
		*ret_n = row.n;
	return e;
}

static const char *
contacts_text(struct ctx *c, uint64_t n)
{
	return n > CONTACTS_MOST ? _("more than 1,000") :
	    arena_printf(c->arena, "%" PRIu64, n);
}

static void
add_state(struct ctx *c, json_t *view, bool is_closed)
{
	if (is_closed)
		page_state(view, _("closed"), MOOD_NONE);
	else
		page_state(view, _("open"), MOOD_OK);
}

static enum err
row_view(struct ctx *c, const struct q_auth_team_list *row, json_t *list)
{
	json_t *item;
	uint64_t n;
	enum err e;

	if ((e = count_contacts(c, row->id, &n)) != ERR_OK)
		return e;
	item = json_pack("{s:s, s:s, s:I, s:s}", "url", url_of(c, row->id,
	    ""), "name", row->name, "members", (json_int_t)row->members,
	    "contacts", contacts_text(c, n));
	add_state(c, item, row->is_closed);
	json_array_append_new(list, item);
	return ERR_OK;
}

/* A page of the list; the field comes back with what was typed. */
static enum err
show_list(struct ctx *c, enum err why)
{
	const struct param *after = params_find(&c->query, "after");
	struct q_auth_team_list *rows;
	json_t *view, *list;
	uint64_t after_id = 0;
	size_t i, n, shown;
	enum err e;

	if (after != NULL && parse_u64(after->value, &after_id) != ERR_OK)
		return ERR_NOTFOUND;
	if ((e = q_auth_team_list(c->db, c->arena, after_id, PER_PAGE + 1,
	    &rows, &n)) != ERR_OK)
		return e;
	shown = n > PER_PAGE ? PER_PAGE : n;
	list = json_array();
	for (i = 0; i < shown; i++)
		if ((e = row_view(c, &rows[i], list)) != ERR_OK)
			return e;
	view = page_view(c, _("Teams"));
	json_object_set_new(view, "back_url", json_string("/staff"));
	json_object_set_new(view, "has_teams", json_boolean(n > 0));
	json_object_set_new(view, "teams", list);
	json_object_set_new(view, "next_url", n <= shown ? json_null() :
	    json_string(arena_printf(c->arena, "/staff/teams?after=%" PRIu64,
	    rows[shown - 1].id)));
	json_object_set_new(view, "form", json_null());
	if (may_write(c))
		page_form(c, view, "/staff/teams", "/staff/teams", &c->form);
	return why == ERR_OK ? page(c, "office/staff_teams.html", view) :
	    page_form_again(c, why, "office/staff_teams.html", view);
}

enum err
auth_office_teams(struct ctx *c)
{
	form_blank(c, auth_office_team_fields, &c->form);
	return show_list(c, ERR_OK);
}

/* Every worker learns it: both doors say teams by name. */
static enum err
note(struct teaming *k, struct db *db)
{
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = k->verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "team",
	    .object_id = k->id, .detail = "{}", .at_us = c->now_us };
	enum err e;

	if ((e = q_site_touch(db, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
auth_office_team_enter(struct ctx *c, struct db *db, uint64_t id)
{
	struct q_auth_team_enter row;
	enum err e;

	if (id == 0)
		return ERR_OK;
	if ((e = q_auth_team_enter(db, c->arena, id, &row)) != ERR_NOTFOUND)
		return e;
	form_fail(&c->form, "team",
	    _("This team was closed meanwhile: choose another one."));
	return ERR_INVALID;
}

/* A closed team of the name is opened again: names stand in old lines. */
static enum err
add_in_tx(struct db *db, void *arg)
{
	struct teaming *k = arg;
	struct ctx *c = k->c;
	struct q_auth_team_insert made;
	struct q_auth_team_named *found;
	struct q_auth_team_open_count open;
	size_t n;
	enum err e;

	if ((e = q_auth_team_named(db, c->arena, k->name, &found, &n)) !=
	    ERR_OK || (e = q_auth_team_open_count(db, c->arena, &open)) !=
	    ERR_OK)
		return e;
	k->is_taken = n > 0 && !found->is_closed;
	k->is_full = open.n >= TEAMS_MAX;
	if (k->is_taken || k->is_full)
		return ERR_INVALID;
	k->verb = n > 0 ? "team.opened" : "team.created";
	if (n > 0) {
		k->id = found->id;
		e = q_auth_team_put(db, k->name, false, k->id, NULL);
	} else if ((e = q_auth_team_insert(db, c->arena, k->name, &made)) ==
	    ERR_OK)
		k->id = made.id;
	return e != ERR_OK ? e : note(k, db);
}

/* What a name that cannot be is answered with. */
static void
fail_name(struct teaming *k, enum err e)
{
	struct ctx *c = k->c;

	if (k->is_full)
		form_fail(&c->form, "name",
		    _("There are as many teams as there can be: close one."));
	else if (k->is_taken || e == ERR_CONFLICT)
		form_fail(&c->form, "name",
		    _("There is a team of this name already."));
}

enum err
auth_office_team_add(struct ctx *c)
{
	struct teaming k = { .c = c };
	enum err e;

	if ((e = form_read(c, auth_office_team_fields, &c->form)) == ERR_OK) {
		k.name = form_value(&c->form, "name");
		if ((e = ctx_tx(c, add_in_tx, &k)) == ERR_OK)
			return page_redirect(c, "/staff/teams");
		fail_name(&k, e);
	}
	if (e == ERR_CONFLICT)
		e = ERR_INVALID;
	return e != ERR_INVALID && e != ERR_MALFORMED ? e : show_list(c, e);
}

static enum err
members_view(struct ctx *c, uint64_t id, json_t **ret_list, size_t *ret_n)
{
	struct q_auth_team_members *rows;
	json_t *item;
	size_t i;
	enum err e;

	if ((e = q_auth_team_members(c->db, c->arena, id, MEMBERS_SHOWN,
	    &rows, ret_n)) != ERR_OK)
		return e;
	*ret_list = json_array();
	for (i = 0; i < *ret_n; i++) {
		item = json_pack("{s:s, s:s, s:s?}", "name", rows[i].name,
		    "role", _(role_word(rows[i].role)), "url",
		    !may_write(c) && c->caller.role != ROLE_DPO ? NULL :
		    arena_printf(c->arena, "/staff/%" PRIu64, rows[i].id));
		page_state(item, text_equal(rows[i].state, "disabled") ?
		    _("disabled") : text_equal(rows[i].state, "invited") ?
		    _("invited") : _("active"), MOOD_NONE);
		json_array_append_new(*ret_list, item);
	}
	return ERR_OK;
}

static void
add_acts(struct teaming *k, json_t *view, bool is_free)
{
	struct ctx *c = k->c;
	const char *act = k->row.is_closed ? "/open" : "/close";

	json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "open", json_null());
	json_object_set_new(view, "close", json_null());
	json_object_set_new(view, "must_move", json_boolean(may_write(c) &&
	    !k->row.is_closed && !is_free));
	if (!may_write(c))
		return;
	page_form(c, view, "/staff/teams/:id/rename", url_of(c, k->id,
	    "/rename"), &c->form);
	if (k->row.is_closed || is_free)
		json_object_set_new(view, act + 1, page_csrf(c,
		    arena_printf(c->arena, "/staff/teams/:id%s", act),
		    url_of(c, k->id, act)));
}

static enum err
show_team(struct teaming *k, enum err why)
{
	struct ctx *c = k->c;
	json_t *view, *members;
	uint64_t contacts;
	size_t n;
	enum err e;

	if ((e = members_view(c, k->id, &members, &n)) != ERR_OK ||
	    (e = count_contacts(c, k->id, &contacts)) != ERR_OK)
		return e;
	view = page_view(c, k->row.name);
	add_state(c, view, k->row.is_closed);
	json_object_set_new(view, "name", json_string(k->row.name));
	json_object_set_new(view, "back_url", json_string("/staff/teams"));
	json_object_set_new(view, "has_members", json_boolean(n > 0));
	json_object_set_new(view, "members", members);
	json_object_set_new(view, "contacts", json_string(contacts_text(c,
	    contacts)));
	json_object_set_new(view, "organisations", json_integer((json_int_t)
	    k->row.organisations));
	json_object_set_new(view, "imports", json_integer((json_int_t)
	    k->row.imports));
	add_acts(k, view, n == 0 && contacts == 0 &&
	    k->row.organisations == 0 && k->row.imports == 0);
	return why == ERR_OK ? page(c, "office/staff_team.html", view) :
	    page_form_again(c, why, "office/staff_team.html", view);
}

static enum err
begin(struct teaming *k)
{
	enum err e;

	if ((e = ctx_path_u64(k->c, 0, &k->id)) != ERR_OK)
		return e;
	return q_auth_team_one(k->c->db, k->c->arena, k->id, &k->row);
}

enum err
auth_office_team(struct ctx *c)
{
	struct teaming k = { .c = c };
	enum err e;

	if ((e = begin(&k)) != ERR_OK)
		return e;
	form_blank(c, auth_office_team_fields, &c->form);
	form_set(&c->form, "name", k.row.name);
	return show_team(&k, ERR_OK);
}

static enum err
rename_in_tx(struct db *db, void *arg)
{
	struct teaming *k = arg;
	struct q_auth_team_named *found;
	size_t n;
	enum err e;

	if ((e = q_auth_team_named(db, k->c->arena, k->name, &found, &n)) !=
	    ERR_OK)
		return e;
	k->is_taken = n > 0 && found->id != k->id;
	if (k->is_taken)
		return ERR_INVALID;
	k->verb = "team.renamed";
	if ((e = q_auth_team_put(db, k->name, k->row.is_closed, k->id,
	    NULL)) != ERR_OK)
		return e;
	return note(k, db);
}

enum err
auth_office_team_rename(struct ctx *c)
{
	struct teaming k = { .c = c };
	enum err e;

	if ((e = begin(&k)) != ERR_OK)
		return e;
	if ((e = form_read(c, auth_office_team_fields, &c->form)) == ERR_OK) {
		k.name = form_value(&c->form, "name");
		if (strcmp(k.name, k.row.name) != 0)
			e = ctx_tx(c, rename_in_tx, &k);
		if (e == ERR_OK)
			return page_redirect(c, url_of(c, k.id, ""));
		fail_name(&k, e);
	}
	if (e == ERR_CONFLICT)
		e = ERR_INVALID;
	return e != ERR_INVALID && e != ERR_MALFORMED ? e :
	    show_team(&k, e);
}

/* Whoever comes into the team meanwhile waits for its row, or comes first. */
static enum err
close_in_tx(struct db *db, void *arg)
{
	struct teaming *k = arg;
	struct ctx *c = k->c;
	struct q_auth_team_lock row;
	enum err e;

	if ((e = q_auth_team_lock(db, c->arena, k->id, &row)) != ERR_OK)
		return e;
	if (row.is_closed)
		return ERR_OK;	/* it was, already */
	if (row.is_used)
		return ERR_INVALID;
	k->verb = "team.closed";
	if ((e = q_auth_team_put(db, row.name, true, k->id, NULL)) != ERR_OK)
		return e;
	return note(k, db);
}

static enum err
open_in_tx(struct db *db, void *arg)
{
	struct teaming *k = arg;
	struct q_auth_team_open_count open;
	enum err e;

	if ((e = q_auth_team_open_count(db, k->c->arena, &open)) != ERR_OK)
		return e;
	if (open.n >= TEAMS_MAX)
		return ERR_INVALID;
	k->verb = "team.opened";
	if ((e = q_auth_team_put(db, k->row.name, false, k->id, NULL)) !=
	    ERR_OK)
		return e;
	return note(k, db);
}

static enum err
act_on(struct ctx *c, enum err (*fn)(struct db *db, void *arg),
    const char *refusal)
{
	struct teaming k = { .c = c };
	enum err e;

	if ((e = begin(&k)) != ERR_OK)
		return e;
	if ((e = ctx_tx(c, fn, &k)) == ERR_OK)
		return page_redirect(c, url_of(c, k.id, ""));
	if (e != ERR_INVALID)
		return e;
	form_blank(c, auth_office_team_fields, &c->form);
	form_set(&c->form, "name", k.row.name);
	form_fail(&c->form, NULL, _(refusal));
	return show_team(&k, e);
}

enum err
auth_office_team_close(struct ctx *c)
{
	return act_on(c, close_in_tx,
	    N_("Somebody or something is in this team: move them first."));
}

enum err
auth_office_team_open(struct ctx *c)
{
	return act_on(c, open_in_tx,
	    N_("There are as many teams as there can be: close one."));
}
