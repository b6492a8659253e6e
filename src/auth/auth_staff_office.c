/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Colleagues: who works here with which role, and one of them with what an
 * administrator may do.  Nobody acts on their own account here.
 * Law: GDPR 32(4); CNIL 2022-100.
 */
#include "auth/auth_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_staff.h"
#include "base/address.h"
#include "base/text.h"

static bool
may_change(const struct ctx *c)
{
	return c->caller.role == ROLE_ADMIN || c->caller.role == ROLE_DPO;
}

/* An auditor sees who works here, not where to write to them. */
static const char *
address_for(struct ctx *c, const char *email)
{
	return c->caller.role == ROLE_AUDITOR ? address_mask(c->arena, email) :
	    email;
}

static void
add_state(struct ctx *c, json_t *view, const char *state)
{
	if (strcmp(state, "active") == 0)
		page_state(view, _("active"), MOOD_OK);
	else if (strcmp(state, "invited") == 0)
		page_state(view, _("invited"), MOOD_WARN);
	else
		page_state(view, _("disabled"), MOOD_NONE);
}

static json_t *
row_view(struct ctx *c, const struct q_auth_staff_list *row)
{
	json_t *view = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?}",
	    "name", row->name, "email", address_for(c, row->email), "role",
	    _(role_word(row->role)), "team", row->team == NULL ?
	    "" : row->team, "factor", row->has_totp ?
	    _("authenticator app") : _("none"), "last",
	    page_date_time(c, row->seen_us), "url", !may_change(c) ? NULL :
	    arena_printf(c->arena, "/staff/%" PRIu64, row->id));

	add_state(c, view, row->state);
	return view;
}

enum err
auth_office_staff(struct ctx *c)
{
	struct q_auth_staff_list *rows;
	json_t *view, *list;
	size_t i, n;
	enum err e;

	if ((e = q_auth_staff_list(c->db, c->arena, &rows, &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(list, row_view(c, &rows[i]));
	view = page_view(c, _("Staff"));
	json_object_set_new(view, "staff", list);
	json_object_set_new(view, "invite_url", may_change(c) ?
	    json_string("/staff/invite") : json_null());
	return page(c, "office/staff_list.html", view);
}

static json_t *
press_view(struct ctx *c, const char *path, uint64_t id)
{
	return page_csrf(c, path, arena_printf(c->arena, "/staff/%" PRIu64
	    "%s", id, strrchr(path, '/')));
}

/* An administrator gives a colleague another role or team. */
static enum err
place_fields(struct ctx *c, const struct field **ret_fields)
{
	static const struct field plain[] = {
		{ .name = "role", .type = F_CHOICE, .need = true,
		  .label = N_("Role"), .choices = role_choices },
		{ .name = "team", .type = F_CHOICE, .label = N_("Team") },
		{ .name = NULL }
	};
	struct field *fields = arena_take(c->arena, sizeof(plain));
	enum err e;

	memcpy(fields, plain, sizeof(plain));
	if ((e = auth_team_choices(c, &fields[1].choices)) != ERR_OK)
		return e;
	*ret_fields = fields;
	return ERR_OK;
}

static enum err
place_view(struct ctx *c, uint64_t id, const struct q_auth_staff_one *p,
    json_t **ret_view)
{
	const struct field *fields;
	struct form form;
	enum err e;

	*ret_view = json_null();
	if (c->caller.role != ROLE_ADMIN || id == c->caller.staff_id)
		return ERR_OK;
	if ((e = place_fields(c, &fields)) != ERR_OK)
		return e;
	form_blank(c, fields, &form);
	form_set(&form, "role", p->role);
	if (p->team_id != 0)
		form_set(&form, "team", arena_printf(c->arena, "%" PRIu64,
		    p->team_id));
	*ret_view = press_view(c, "/staff/:id/place", id);
	json_object_set_new(*ret_view, "fields", form_view(c, &form));
	return ERR_OK;
}

static enum err
show_member(struct ctx *c, uint64_t id, const struct q_auth_staff_one *p)
{
	json_t *view, *place;
	bool is_self = id == c->caller.staff_id;
	enum err e;
	bool is_out = strcmp(p->state, "disabled") == 0;

	if ((e = place_view(c, id, p, &place)) != ERR_OK)
		return e;
	view = page_view(c, p->name);
	add_state(c, view, p->state);
	json_object_set_new(view, "place", place);
	json_object_set_new(view, "back_url", json_string("/staff"));
	json_object_set_new(view, "name", json_string(p->name));
	json_object_set_new(view, "email", json_string(p->email));
	json_object_set_new(view, "role", json_string(p->team == NULL ?
	    _(role_word(p->role)) : arena_printf(c->arena, "%s, %s",
	    _(role_word(p->role)), p->team)));
	json_object_set_new(view, "since", json_string(page_date(c,
	    p->created_us)));
	json_object_set_new(view, "factor", json_string(p->has_totp ?
	    _("authenticator app") : _("none")));
	json_object_set_new(view, "passkeys", json_integer((json_int_t)
	    p->passkeys));
	json_object_set_new(view, "codes", json_integer((json_int_t)
	    p->codes));
	json_object_set_new(view, "sessions", json_integer((json_int_t)
	    p->sessions));
	json_object_set_new(view, "is_self", json_boolean(is_self));
	json_object_set_new(view, "is_active", json_boolean(strcmp(p->state,
	    "active") == 0));
	json_object_set_new(view, "disable", is_self || is_out ? json_null() :
	    press_view(c, "/staff/:id/disable", id));
	json_object_set_new(view, "reset", is_self ? json_null() :
	    press_view(c, "/staff/:id/invite", id));
	return page(c, "office/staff_show.html", view);
}

enum err
auth_office_member(struct ctx *c)
{
	struct q_auth_staff_one person;
	uint64_t id;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = q_auth_staff_one(c->db, c->arena, id, &person)) != ERR_OK)
		return e;
	return show_member(c, id, &person);
}

/* What is done to the account of a colleague. */
struct acting_on {
	struct ctx *c;
	struct auth_member member;
	uint64_t team_id;	/* of a new place; 0: none */
};

/* The active administrators, locked: whether who acts is one of them, whether
 * the colleague is, and how many there are. */
struct admins {
	bool has_caller;
	bool has_member;
	size_t n;
};

static enum err
lock_admins(const struct acting_on *k, struct db *db, struct admins *ret)
{
	struct q_auth_staff_admins *rows;
	size_t i;
	enum err e;

	*ret = (struct admins){ .n = 0 };
	if ((e = q_auth_staff_admins(db, k->c->arena, &rows, &ret->n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < ret->n; i++) {
		ret->has_caller |= rows[i].id == k->c->caller.staff_id;
		ret->has_member |= rows[i].id == k->member.id;
	}
	return ERR_OK;
}

/* Nobody shuts the last administrator out, nor do two shut out each other. */
static enum err
disable_in_tx(struct db *db, void *arg)
{
	struct acting_on *k = arg;
	struct admins admins;
	uint64_t n;
	enum err e;

	if ((e = lock_admins(k, db, &admins)) != ERR_OK)
		return e;
	if (admins.has_member && (admins.n == 1 ||
	    (k->c->caller.role == ROLE_ADMIN && !admins.has_caller)))
		return ERR_DENIED;
	if ((e = q_auth_staff_disable(db, k->member.id, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_OK;	/* it was, already */
	if ((e = auth_staff_shut(k->c, db, k->member.id)) != ERR_OK)
		return e;
	return auth_staff_note(k->c, db, "staff.disabled", &k->member);
}

static enum err
invite_in_tx(struct db *db, void *arg)
{
	struct acting_on *k = arg;
	enum err e;

	if ((e = q_auth_staff_reset(db, k->member.id, NULL)) != ERR_OK ||
	    (e = auth_staff_shut(k->c, db, k->member.id)) != ERR_OK ||
	    (e = auth_staff_invite(k->c, db, &k->member)) != ERR_OK)
		return e;
	return auth_staff_note(k->c, db, "staff.reset", &k->member);
}

/*
 * Their sessions end with it, so that no page of theirs goes on with what they
 * were.  Who acts is an administrator still and keeps the role, so that there
 * is always one.
 */
static enum err
place_in_tx(struct db *db, void *arg)
{
	struct acting_on *k = arg;
	struct ctx *c = k->c;
	struct admins admins;
	enum err e;

	if ((e = lock_admins(k, db, &admins)) != ERR_OK)
		return e;
	if (!admins.has_caller)
		return ERR_DENIED;
	if ((e = auth_office_team_enter(c, db, k->team_id)) != ERR_OK ||
	    (e = q_auth_staff_place(db, k->member.role, k->team_id,
	    k->member.id, NULL)) != ERR_OK ||
	    (e = q_auth_office_delete_all(db, k->member.id, NULL)) != ERR_OK)
		return e;
	return auth_staff_note(c, db, "staff.placed", &k->member);
}

static enum err
act_on(struct ctx *c, enum err (*fn)(struct db *db, void *arg))
{
	struct acting_on k = { .c = c };
	struct q_auth_staff_one p;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.member.id)) != ERR_OK ||
	    (e = q_auth_staff_one(c->db, c->arena, k.member.id, &p)) !=
	    ERR_OK)
		return e;
	if (k.member.id == c->caller.staff_id)
		return ERR_DENIED;
	k.member.name = p.name;
	k.member.email = p.email;
	k.member.role = p.role;
	k.member.language = p.language;
	if ((e = ctx_tx(c, fn, &k)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/staff/%" PRIu64,
	    k.member.id));
}

enum err
auth_office_disable(struct ctx *c)
{
	return act_on(c, disable_in_tx);
}

enum err
auth_office_reset(struct ctx *c)
{
	return act_on(c, invite_in_tx);
}

enum err
auth_office_place(struct ctx *c)
{
	struct acting_on k = { .c = c };
	const struct field *fields;
	struct q_auth_staff_one p;
	const char *team;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.member.id)) != ERR_OK ||
	    (e = q_auth_staff_one(c->db, c->arena, k.member.id, &p)) !=
	    ERR_OK || (e = place_fields(c, &fields)) != ERR_OK ||
	    (e = form_read(c, fields, &c->form)) != ERR_OK)
		return e;	/* lists only: nothing was typed */
	if (k.member.id == c->caller.staff_id)
		return ERR_DENIED;
	team = form_value(&c->form, "team");
	if (*team != '\0' && (e = parse_u64(team, &k.team_id)) != ERR_OK)
		return ERR_BUG;	/* it was one of the choices */
	k.member = (struct auth_member){ k.member.id, p.name, p.email,
	    form_value(&c->form, "role"), p.language };
	if ((strcmp(p.role, k.member.role) != 0 || p.team_id != k.team_id) &&
	    (e = ctx_tx(c, place_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/staff/%" PRIu64,
	    k.member.id));
}
