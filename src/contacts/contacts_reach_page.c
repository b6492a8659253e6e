/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One form for a new entry and for one that is there; what was wrong comes
 * back with what was typed (GDPR 16).
 */
#include "contacts/contacts_reach_page.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "ledger/ledger.h"

#define VALUE_MAX	254
#define SEEN_MAX	300

static const struct field_choice kinds[] = {
	{ "email", N_("E-mail address") }, { "phone", N_("Phone number") },
	{ NULL, NULL }
};

static const struct field_choice labels[] = {
	{ "private", N_("Private") }, { "work", N_("Work") },
	{ "mobile", N_("Mobile") }, { "other", N_("Other") },
	{ NULL, NULL }
};

const struct field contacts_reach_new_fields[] = {
	{ .name = "kind", .type = F_CHOICE, .need = true, .has_radios = true,
	  .label = N_("What it is"), .choices = kinds },
	{ .name = "value", .type = F_TEXT, .need = true, .max = VALUE_MAX,
	  .label = N_("Address or number"), .autocomplete = "off" },
	{ .name = "label", .type = F_CHOICE, .need = true,
	  .label = N_("Kind"), .choices = labels },
	{ .name = NULL }
};

const struct field contacts_reach_change_fields[] = {
	{ .name = "value", .type = F_TEXT, .need = true, .max = VALUE_MAX,
	  .label = N_("Address or number"), .autocomplete = "off" },
	{ .name = "label", .type = F_CHOICE, .need = true,
	  .label = N_("Kind"), .choices = labels },
	{ .name = "seen", .type = F_HIDDEN, .need = true, .max = SEEN_MAX },
	{ .name = NULL }
};

/* What a press does to the entry, in the transaction. */
struct acting_on {
	struct contacts_reach_page *p;
	struct contacts_reach reach;
	enum err (*act)(struct db *db, struct acting_on *k);
};

static const char *
entry_url(const struct contacts_reach_page *p, const char *suffix)
{
	return arena_printf(p->c->arena, "%s/%" PRIu64 "%s", p->here,
	    p->row->id, suffix);
}

static const char *
route_of(const struct contacts_reach_page *p, const char *suffix)
{
	return arena_printf(p->c->arena, "%s%s", p->route, suffix);
}

json_t *
contacts_reach_items(struct ctx *c, const struct q_reach_list *rows, size_t n,
    const char *here)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}",
		    "label", contacts_reach_label(c, rows[i].kind,
		    rows[i].label), "value", contacts_value(c, rows[i].kind,
		    rows[i].value), "url", arena_printf(c->arena, "%s/%" PRIu64,
		    here, rows[i].id)));
	return list;
}

enum err
contacts_reach_open(struct contacts_reach_page *p, const char *param)
{
	struct ctx *c = p->c;
	uint64_t id;
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, p->contact_id, &p->r)) !=
	    ERR_OK ||
	    (e = q_reach_list(c->db, c->arena, p->contact_id, &p->rows,
	    &p->n)) != ERR_OK)
		return e;
	if (param == NULL)
		return ERR_OK;
	if (parse_u64(param, &id) != ERR_OK ||
	    (p->row = contacts_reach_find(p->rows, p->n, id)) == NULL)
		return ERR_NOTFOUND;
	return ERR_OK;
}

/* Which of the two ways to become the main one there is; none: null. */
static void
add_lead(struct contacts_reach_page *p, json_t *view)
{
	bool is_email = strcmp(p->row->kind, "email") == 0;
	struct ctx *c = p->c;
	json_t *lead, *confirm = json_null();

	if (is_email && p->r.identity_id != 0) {
		lead = json_null();
		if (p->is_person) {
			confirm = page_csrf(c, "/account/data/address",
			    "/account/data/address");
			json_object_set_new(confirm, "address",
			    json_string(p->row->value));
		}
	} else
		lead = page_csrf(c, route_of(p, "/main"),
		    entry_url(p, "/main"));
	json_object_set_new(view, "lead", lead);
	json_object_set_new(view, "confirm", confirm);
	json_object_set_new(view, "is_theirs", json_boolean(is_email &&
	    p->r.identity_id != 0 && !p->is_person));
}

static enum err
draw(struct contacts_reach_page *p, struct form *form, enum err why)
{
	struct ctx *c = p->c;
	const char *title = p->row == NULL ? _("Another address or number") :
	    contacts_reach_label(c, p->row->kind, p->row->label);
	json_t *view = page_view(c, title);
	enum err e;

	if (p->row == NULL)
		page_form(c, view, p->list_route, p->here, form);
	else
		page_form(c, view, p->route, entry_url(p, ""), form);
	json_object_set_new(json_object_get(view, "form"), "seen",
	    p->row == NULL ? json_null() : json_string(contacts_reach_line(
	    c->arena, p->row->value, p->row->label)));
	json_object_set_new(view, "heading", json_string(title));
	json_object_set_new(view, "back_url", json_string(p->back_url));
	json_object_set_new(view, "is_being_erased", json_boolean(
	    text_equal(p->r.restriction, "erasure")));
	json_object_set_new(view, "remove", p->row == NULL ? json_null() :
	    page_csrf(c, route_of(p, "/remove"), entry_url(p, "/remove")));
	if (p->row != NULL)
		add_lead(p, view);
	else {
		json_object_set_new(view, "lead", json_null());
		json_object_set_new(view, "confirm", json_null());
		json_object_set_new(view, "is_theirs", json_false());
	}
	if ((e = p->show(p, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	return why == ERR_OK ? page(c, p->template, view) :
	    page_form_again(c, why, p->template, view);
}

enum err
contacts_reach_show(struct contacts_reach_page *p)
{
	struct form *form = &p->c->form;

	form_blank(p->c, p->row == NULL ? contacts_reach_new_fields :
	    contacts_reach_change_fields, form);
	if (p->row == NULL)
		form_set(form, "label", "private");
	else {
		form_set(form, "value", contacts_value(p->c, p->row->kind,
		    p->row->value));
		form_set(form, "label", p->row->label);
	}
	return draw(p, form, ERR_OK);
}

static enum err
act_in_tx(struct db *db, void *arg)
{
	struct acting_on *k = arg;
	struct ctx *c = k->p->c;
	const struct ledger_audit event = { .verb = "contact.edited",
	    .actor = k->p->is_person ? "person" : "staff",
	    .actor_id = c->caller.staff_id, .object = "contact",
	    .contact_id = k->p->contact_id, .at_us = c->now_us };
	enum err e;

	if ((e = k->act(db, k)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
put(struct db *db, struct acting_on *k)
{
	struct ctx *c = k->p->c;

	return contacts_reach_put(db, c->arena, c->worker->keys, &k->reach);
}

static enum err
take_away(struct db *db, struct acting_on *k)
{
	struct ctx *c = k->p->c;

	return contacts_reach_remove(db, c->arena, c->worker->keys,
	    &k->reach);
}

static enum err
swap(struct db *db, struct acting_on *k)
{
	struct ctx *c = k->p->c;
	const char *old;
	enum err e;

	if ((e = contacts_reach_swap(db, c->arena, c->worker->keys, &k->reach,
	    &old)) != ERR_OK || k->p->tell == NULL)
		return e;
	return k->p->tell(k->p, db, old);
}

static struct acting_on
acting_on(struct contacts_reach_page *p)
{
	struct ctx *c = p->c;

	return (struct acting_on){ .p = p, .reach = {
	    .contact_id = p->contact_id, .id = p->row == NULL ? 0 :
	    p->row->id, .is_person = p->is_person,
	    .staff_id = c->caller.staff_id, .at_us = c->now_us } };
}

/* Refused as a whole, in words. */
static enum err
refuse(struct contacts_reach_page *p, const char *words)
{
	form_fail(&p->c->form, NULL, words);
	return draw(p, &p->c->form, ERR_INVALID);
}

static enum err
finish(struct contacts_reach_page *p, struct acting_on *k)
{
	struct ctx *c = p->c;
	enum err e = ctx_tx(c, act_in_tx, k);

	if (e == ERR_OK)
		return page_redirect(c, p->back_url);
	if (e != ERR_CONFLICT)
		return e;
	return refuse(p, _("The record was changed meanwhile, perhaps in another window: look again before you save."));
}

/* What was typed, as an address or number; ERR_INVALID with its words. */
static enum err
check(struct contacts_reach_page *p, struct acting_on *k)
{
	struct ctx *c = p->c;
	struct form *form = &c->form;
	struct contacts_reach *r = &k->reach;
	bool is_email;

	r->kind = p->row == NULL ? form_value(form, "kind") : p->row->kind;
	r->label = form_value(form, "label");
	r->seen = p->row == NULL ? NULL : form_value(form, "seen");
	is_email = strcmp(r->kind, "email") == 0;
	if (contacts_reach_read(c->arena, r->kind, form_value(form, "value"),
	    c->worker->config->country, &r->value, &r->key) != ERR_OK) {
		form_fail(form, "value", is_email ?
		    _("Enter an address like name@example.org.") :
		    _("Enter a phone number like 06 12 34 56 78 or +33 6 12 34 56 78."));
		return ERR_INVALID;
	}
	if (contacts_reach_has(c->arena, p->rows, p->n, r->key, r->id) ||
	    (is_email ? p->r.email_key.ptr != NULL && strcmp(arena_textn(
	    c->arena, p->r.email_key.ptr, p->r.email_key.len), r->key) == 0 :
	    text_equal(p->r.phone, r->key))) {
		form_fail(form, "value", _("It is in the record already."));
		return ERR_INVALID;
	}
	if (p->row == NULL && p->n >= CONTACTS_REACH_MAX) {
		form_fail(form, NULL,
		    _("There are ten already: remove one first."));
		return ERR_INVALID;
	}
	return ERR_OK;
}

static enum err
save(struct contacts_reach_page *p, const struct field *fields)
{
	struct acting_on k = acting_on(p);
	struct ctx *c = p->c;
	enum err e;

	k.act = put;
	e = form_read(c, fields, &c->form);
	if (e == ERR_OK)
		e = check(p, &k);
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return draw(p, &c->form, e);
	if (e != ERR_OK)
		return e;
	if (text_equal(p->r.restriction, "erasure"))
		return refuse(p, _("This record is being erased: nothing of it changes any more."));
	return finish(p, &k);
}

enum err
contacts_reach_add(struct contacts_reach_page *p)
{
	return save(p, contacts_reach_new_fields);
}

enum err
contacts_reach_change(struct contacts_reach_page *p)
{
	return save(p, contacts_reach_change_fields);
}

/* A press without fields: the form of the page is as it was stored. */
static enum err
press(struct contacts_reach_page *p, enum err (*act)(struct db *db,
    struct acting_on *k))
{
	struct acting_on k = acting_on(p);
	struct ctx *c = p->c;
	enum err e;

	k.act = act;
	if ((e = form_check_none(c)) != ERR_OK)
		return e;
	form_blank(c, contacts_reach_change_fields, &c->form);
	form_set(&c->form, "value", contacts_value(c, p->row->kind,
	    p->row->value));
	form_set(&c->form, "label", p->row->label);
	if (text_equal(p->r.restriction, "erasure"))
		return refuse(p, _("This record is being erased: nothing of it changes any more."));
	return finish(p, &k);
}

enum err
contacts_reach_drop(struct contacts_reach_page *p)
{
	return press(p, take_away);
}

enum err
contacts_reach_lead(struct contacts_reach_page *p)
{
	struct ctx *c = p->c;

	if (strcmp(p->row->kind, "email") == 0 && p->r.identity_id != 0) {
		form_blank(c, contacts_reach_change_fields, &c->form);
		form_set(&c->form, "value", contacts_value(c, p->row->kind,
		    p->row->value));
		form_set(&c->form, "label", p->row->label);
		return refuse(p, _("Only the person changes the address they sign in with, by a mail to the new one."));
	}
	return press(p, swap);
}
