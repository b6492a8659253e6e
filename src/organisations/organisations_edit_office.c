/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A member of staff enters an organisation or corrects it.  Two who do so at
 * once lose nothing: fields that only one of them changed are both kept, and
 * for the others the later one sees what is there now before it is replaced.
 * Law: GDPR 5(1)(c), 5(1)(d), 5(1)(f), 25(2).
 */
#include "organisations/organisations_form.h"

#include <assert.h>
#include <inttypes.h>

#include "app/page.h"
#include "app/seen.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/buf.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "ledger/ledger.h"

#define TRIES_MAX	3	/* while others save the same organisation */

static const char *
name_at(const struct organisations_form *k, size_t i)
{
	return k->fields[i].name;
}

static const char *
address_of(const struct organisations_form *k, const char *suffix)
{
	struct arena *a = k->c->arena;

	if (k->id != 0)
		return arena_printf(a, "/organisations/%" PRIu64 "%s", k->id,
		    suffix);
	return k->for_id == 0 ? "/organisations/new" : arena_printf(a,
	    "/organisations/new?for=%" PRIu64, k->for_id);
}

static const char *
back_of(const struct organisations_form *k)
{
	if (k->id != 0)
		return address_of(k, "");
	return k->for_id == 0 ? "/organisations" : arena_printf(
	    k->c->arena, "/contacts/%" PRIu64 "/organisation", k->for_id);
}

/* Of somebody's own business it shows their data: a line says so first. */
static enum err
draw(struct organisations_form *k, enum err why)
{
	const struct contacts_looking looking = { "record", "daily" };
	struct ctx *c = k->c;
	json_t *view;
	enum err e;

	if (k->r.trader_id != 0 && (e = contacts_looked(c, &looking,
	    &k->r.trader_id, 1)) != ERR_OK)
		return e;
	view = page_view(c, k->id == 0 ? _("New organisation") : k->r.name);
	page_form(c, view, k->id == 0 ? "/organisations/new" :
	    "/organisations/:id/edit", address_of(k, "/edit"), &c->form);
	/* fields of before belong to what was seen before */
	json_object_set_new(json_object_get(view, "form"), "seen",
	    k->id == 0 ? json_null() : json_string(k->is_merged ?
	    seen_write(c->arena, k->fields, k->now, k->n) : form_value(&c->form, "seen")));
	json_object_set_new(view, "name", k->id == 0 ? json_null() :
	    json_string(k->r.name));
	json_object_set_new(view, "is_own", json_boolean(k->r.trader_id !=
	    0));
	json_object_set_new(view, "back_url", json_string(back_of(k)));
	return why == ERR_OK ? page(c, "office/organisations_edit.html",
	    view) : page_form_again(c, why, "office/organisations_edit.html",
	    view);
}

static enum err
begin(struct organisations_form *k)
{
	const struct param *p = params_find(&k->c->query, "for");

	if (k->id == 0 && p != NULL && parse_u64(p->value, &k->for_id) !=
	    ERR_OK)
		return ERR_NOTFOUND;
	return organisations_form_load(k);
}

static enum err
show(struct organisations_form *k)
{
	size_t i;
	enum err e;

	if ((e = begin(k)) != ERR_OK)
		return e;
	form_blank(k->c, k->fields, &k->c->form);
	for (i = 0; i < k->n; i++)
		form_set(&k->c->form, name_at(k, i),
		    organisations_form_shown(k, i, k->now[i]));
	k->is_merged = true;
	return draw(k, ERR_OK);
}

/* What says which organisation it is; a new one's is all new. */
static bool
is_named_anew(const struct organisations_form *k)
{
	static const char *const names[] = { "name", "domain",
		"registration" };
	size_t i, j;

	for (i = 0; i < k->n && k->id != 0; i++)
		for (j = 0; j < LENGTH(names); j++)
			if (strcmp(name_at(k, i), names[j]) == 0 &&
			    strcmp(k->typed[i], k->now[i]) != 0)
				return true;
	return k->id == 0;
}

/* One that is there already is used, not entered twice. */
static enum err
check_same(struct organisations_form *k)
{
	struct q_organisations_same *rows;
	struct ctx *c = k->c;
	size_t i, n;
	enum err e;

	if (!is_named_anew(k))
		return ERR_OK;
	if ((e = q_organisations_same(c->db, c->arena, k->id,
	    organisations_sort_name(c->arena, organisations_form_typed(k,
	    "name")), organisations_form_typed(k, "domain"),
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    organisations_form_typed(k, "registration"), &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		form_fail(&c->form, rows[i].is_number ? "registration" :
		    "name", arena_printf(c->arena, "%s %s.",
		    rows[i].is_number ? _("This number has:") :
		    _("This organisation is there already:"), rows[i].name));
	return n == 0 ? ERR_OK : ERR_INVALID;
}

/*
 * Three texts of each field: as seen, as typed, as stored now.  Who changed
 * nothing leaves what is stored; where both changed it and differ, the form
 * shows what is stored and asks again.
 */
static enum err
merge(struct organisations_form *k)
{
	struct buf names;
	struct ctx *c = k->c;
	enum err e = ERR_OK;
	size_t i;

	k->is_merged = true;
	k->n_changed = 0;
	buf_open(&names, c->arena);
	for (i = 0; i < k->n; i++) {
		if (strcmp(k->typed[i], k->seen[i]) == 0) {
			k->typed[i] = k->now[i];
			k->seen[i] = k->now[i];
			form_set(&c->form, name_at(k, i),
			    organisations_form_shown(k, i, k->now[i]));
			continue;
		}
		if (strcmp(k->now[i], k->seen[i]) != 0 &&
		    strcmp(k->now[i], k->typed[i]) != 0)
			e = seen_clash(c, &k->fields[i],
			    organisations_form_said(k, i, k->now[i]));
		if (strcmp(k->now[i], k->typed[i]) != 0)
			buf_printf(&names, "%s%s", k->n_changed++ == 0 ?
			    "{\"fields\":\"" : " ", name_at(k, i));
	}
	buf_text(&names, "\"}");
	k->changed = names.ptr;
	return e;
}

/* ---- storing it */

static enum err
note(struct organisations_form *k, struct db *db, const char *verb,
    const char *detail)
{
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "organisation",
	    .object_id = k->id, .contact_id = k->r.trader_id,
	    .detail = detail, .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* What will be stored in the column ${name}. */
static const char *
to(const struct organisations_form *k, const char *name)
{
	return organisations_form_typed(k, name);
}

/* Columns that stand in the same order in both statements. */
#define WHAT(k, c)							\
	to(k, "name"), organisations_sort_name((c)->arena,		\
	    to(k, "name")), to(k, "registration"), to(k, "vat"),	\
	    to(k, "domain"), to(k, "website"), *to(k, "phone") == '\0' ?	\
	    NULL : to(k, "phone"), to(k, "street"), to(k, "postcode"),	\
	    to(k, "city"), to(k, "country"), to(k, "language"),		\
	    to(k, "note")

static const char *
sight(const struct organisations_form *k)
{
	const char *typed = to(k, "visibility");

	return typed == NULL ? k->r.visibility : typed;
}

/* The team that it is given to; it may stay where it is. */
static enum err
enter_team(struct organisations_form *k, struct db *db)
{
	uint64_t id = organisations_form_typed_id(k, "team", k->r.team_id);

	return id == k->r.team_id ? ERR_OK : auth_office_team_enter(k->c, db,
	    id);
}

static enum err
edit_in_tx(struct db *db, void *arg)
{
	struct organisations_form *k = arg;
	struct ctx *c = k->c;
	uint64_t n;
	enum err e;

	if ((e = enter_team(k, db)) != ERR_OK ||
	    (e = q_organisations_update(db, WHAT(k, c), sight(k),
	    organisations_form_typed_id(k, "owner", k->r.owner_id),
	    organisations_form_typed_id(k, "team", k->r.team_id), c->now_us,
	    k->id, k->r.version, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	if ((e = organisations_words_put(db, c->arena, k->id, to(k,
	    "name"))) != ERR_OK)
		return e;
	return note(k, db, "organisation.edited", k->changed);
}

static enum err
create_in_tx(struct db *db, void *arg)
{
	struct organisations_form *k = arg;
	struct ctx *c = k->c;
	struct q_organisations_insert row;
	enum err e;

	/* here, so that a second press finds its answer, not the first one */
	if ((e = check_same(k)) != ERR_OK ||
	    (e = enter_team(k, db)) != ERR_OK ||
	    (e = q_organisations_insert(db, c->arena, WHAT(k, c), sight(k),
	    organisations_form_typed_id(k, "owner", k->r.owner_id),
	    organisations_form_typed_id(k, "team", k->r.team_id), c->now_us,
	    &row)) != ERR_OK ||
	    (e = organisations_words_put(db, c->arena, row.id, to(k,
	    "name"))) != ERR_OK)
		return e;
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, row.id));
	k->id = row.id;
	e = note(k, db, "organisation.created", NULL);
	k->id = 0;
	return e;
}

/* Again when somebody else was quicker, on what they left. */
static enum err
save(struct organisations_form *k)
{
	size_t n = k->n;
	enum err e = ERR_OK;
	int i;

	for (i = 0; i < TRIES_MAX; i++) {
		if (i > 0 && (e = organisations_form_load(k)) != ERR_OK)
			return e;
		if (k->n > n)
			k->n = n;	/* what the form did not have, it leaves */
		if ((e = merge(k)) != ERR_OK || k->n_changed == 0 ||
		    (e = organisations_form_sight(k)) != ERR_OK ||
		    (e = check_same(k)) != ERR_OK)
			return e;
		if ((e = ctx_tx(k->c, edit_in_tx, k)) != ERR_CONFLICT)
			return e;
	}
	return e;
}

static enum err
create(struct organisations_form *k)
{
	enum err e = organisations_form_sight(k);

	return e != ERR_OK ? e : ctx_tx(k->c, create_in_tx, k);
}

static enum err
take(struct organisations_form *k)
{
	struct ctx *c = k->c;
	enum err e;

	e = form_read(c, k->fields, &c->form);
	if (e == ERR_OK && k->id != 0)
		e = seen_read(c, k->fields, k->n, k->n, k->seen);
	if (e == ERR_OK)
		e = organisations_form_check(k);
	if (e == ERR_OK)
		e = k->id == 0 ? create(k) : save(k);
	return e;
}

enum err
organisations_office_new(struct ctx *c)
{
	struct organisations_form *k = arena_take(c->arena, sizeof(*k));

	k->c = c;
	return show(k);
}

enum err
organisations_office_create(struct ctx *c)
{
	struct organisations_form *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	k->c = c;
	if ((e = begin(k)) != ERR_OK)
		return e;
	e = take(k);
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return draw(k, e);
	if (e != ERR_OK)
		return e;
	return page_redirect(c, k->for_id == 0 ? arena_printf(c->arena,
	    "/organisations/%s", c->result) : arena_printf(c->arena,
	    "/contacts/%" PRIu64 "/organisation?o=%s", k->for_id,
	    c->result));
}

enum err
organisations_office_edit_show(struct ctx *c)
{
	struct organisations_form *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	k->c = c;
	if ((e = ctx_path_u64(c, 0, &k->id)) != ERR_OK)
		return e;
	return k->id == 0 ? ERR_NOTFOUND : show(k);
}

enum err
organisations_office_edit(struct ctx *c)
{
	struct organisations_form *k = arena_take(c->arena, sizeof(*k));
	struct q_organisations_one after;
	enum err e;

	k->c = c;
	if ((e = ctx_path_u64(c, 0, &k->id)) != ERR_OK)
		return e;
	if (k->id == 0)
		return ERR_NOTFOUND;
	if ((e = begin(k)) != ERR_OK)
		return e;
	e = take(k);
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return draw(k, e);
	if (e != ERR_OK)
		return e;
	/* whoever gave it away may see it no longer */
	e = organisations_load(c, k->id, &after);
	if (e == ERR_NOTFOUND)
		return page_redirect(c, "/organisations");
	return e != ERR_OK ? e : page_redirect(c, address_of(k, ""));
}
