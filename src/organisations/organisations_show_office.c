/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One organisation: what is noted of it, and those of its people whom this
 * member of staff may see.  Whoever may not see it is told it does not exist.
 * Law: GDPR 4(1), 5(1)(e), 5(1)(f), 15(1)(c).
 */
#include "organisations/organisations_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "ledger/ledger.h"

#define PEOPLE_PER_PAGE	25

/* Everything the page shows. */
struct record {
	struct ctx *c;
	uint64_t id;
	struct q_organisations_one r;
	struct q_organisations_people *people;	/* one more than a page: there is more */
	size_t n;
	bool is_cut;
	uint64_t after;
	const char *refused;	/* why it could not be removed; NULL: it was not asked */
};

static enum err
load(struct record *o)
{
	struct ctx *c = o->c;
	enum err e;

	if ((e = organisations_load(c, o->id, &o->r)) != ERR_OK ||
	    (e = q_organisations_people(c->db, c->arena, o->id, o->after,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    PEOPLE_PER_PAGE + 1, ORGANISATIONS_EXAMINED, &o->people, &o->n)) !=
	    ERR_OK)
		return e;
	o->is_cut = db_was_cut(c->db);
	return ERR_OK;
}

static size_t
shown(const struct record *o)
{
	return o->n > PEOPLE_PER_PAGE ? PEOPLE_PER_PAGE : o->n;
}

/* Whom the page shows; of somebody's own business that person too. */
static enum err
note_looks(const struct record *o)
{
	const struct contacts_looking list = { "list", "daily" };
	const struct contacts_looking record = { "record", "daily" };
	uint64_t ids[PEOPLE_PER_PAGE];
	size_t i;
	enum err e;

	for (i = 0; i < shown(o); i++)
		ids[i] = o->people[i].id;
	if (i > 0 && (e = contacts_looked(o->c, &list, ids, i)) != ERR_OK)
		return e;
	return o->r.trader_id == 0 ? ERR_OK : contacts_looked(o->c, &record,
	    &o->r.trader_id, 1);
}

static void
add_fact(json_t *list, const char *label, const char *value)
{
	if (*value != '\0')
		json_array_append_new(list, json_pack("{s:s, s:s}", "label",
		    label, "value", value));
}

static json_t *
facts_view(const struct record *o)
{
	const struct q_organisations_one *r = &o->r;
	json_t *list = json_array();
	struct ctx *c = o->c;

	add_fact(list, _("Registration number"), r->registration);
	add_fact(list, _("VAT number"), r->vat);
	add_fact(list, _("Domain"), organisations_domain_show(c->arena,
	    r->domain));
	add_fact(list, _("Website"), r->website);
	add_fact(list, _("Phone number"), r->phone == NULL ? "" :
	    contacts_phone_show(c->arena, r->phone));
	add_fact(list, _("Street and number"), r->street);
	add_fact(list, _("Postcode"), r->postcode);
	add_fact(list, _("Town"), r->city);
	add_fact(list, _("Country"), contacts_value(c, "country",
	    r->country));
	add_fact(list, _("Language"), contacts_value(c, "language",
	    r->language));
	add_fact(list, _("Visible to"), organisations_visible_to(c,
	    r->visibility, r->owner, r->team));
	add_fact(list, _("Who looks after it"), r->owner == NULL ? "" :
	    r->owner);
	add_fact(list, _("Entered on"), page_date(c, r->created_us));
	add_fact(list, _("Changed on"), page_date(c, r->updated_us));
	return list;
}

static const char *
name_of(struct ctx *c, const struct q_organisations_people *p)
{
	if (*p->given_name == '\0' && *p->family_name == '\0')
		return p->email == NULL ? _("no name") : p->email;
	return arena_printf(c->arena, "%s%s%s", p->given_name,
	    *p->given_name == '\0' || *p->family_name == '\0' ? "" : " ",
	    p->family_name);
}

static json_t *
people_view(const struct record *o)
{
	static const struct page_state_label states[] = {
		{ "", N_("active"), MOOD_OK },
		{ "quarantine", N_("in quarantine"), MOOD_WARN },
		{ "erasure", N_("erasure"), MOOD_BAD },
		{ "accuracy", N_("restricted"), MOOD_BAD },
		{ "unlawful", N_("restricted"), MOOD_BAD },
		{ "claims", N_("restricted"), MOOD_BAD },
		{ "objection", N_("restricted"), MOOD_BAD },
		{ .code = NULL }
	};
	const struct q_organisations_people *p;
	json_t *list = json_array(), *item;
	struct ctx *c = o->c;
	size_t i;

	for (i = 0; i < shown(o); i++) {
		p = &o->people[i];
		item = json_pack("{s:s, s:s, s:s, s:s}", "url", arena_printf(
		    c->arena, "/contacts/%" PRIu64, p->id), "name", name_of(c,
		    p), "job_title", p->job_title, "since", p->since.y == 0 ?
		    "" : page_day(c, p->since));
		page_state_of(c, item, states, p->restriction == NULL ? "" :
		    p->restriction);
		json_array_append_new(list, item);
	}
	return list;
}

static const char *
here(const struct record *o, const char *suffix)
{
	return arena_printf(o->c->arena, "/organisations/%" PRIu64 "%s", o->id,
	    suffix);
}

static json_t *
pages_view(const struct record *o)
{
	bool has_more = o->n > PEOPLE_PER_PAGE;
	struct ctx *c = o->c;

	if (!has_more && o->after == 0)
		return json_null();
	return json_pack("{s:s, s:s?, s:s?}", "text", words_count(c->arena,
	    c->lang, "{n} contact on this page", "{n} contacts on this page",
	    shown(o)), "previous_url", o->after == 0 ? NULL : here(o, ""),
	    "next_url", !has_more ? NULL : here(o, arena_printf(c->arena,
	    "?after=%" PRIu64, o->people[PEOPLE_PER_PAGE - 1].id)));
}

static enum err
draw(const struct record *o)
{
	struct ctx *c = o->c;
	bool may_change = (ROLE_BIT(c->caller.role) & CONTACTS_EDITORS) != 0;
	bool is_alone = o->n == 0 && o->after == 0 && !o->is_cut;
	json_t *view;
	enum err e;

	if ((e = note_looks(o)) != ERR_OK)
		return e;
	view = page_view(c, o->r.name);
	json_object_set_new(view, "name", json_string(o->r.name));
	json_object_set_new(view, "is_own", json_boolean(o->r.trader_id !=
	    0));
	json_object_set_new(view, "edit_url", !may_change ? json_null() :
	    json_string(here(o, "/edit")));
	json_object_set_new(view, "list_url", json_string(arena_printf(
	    c->arena, "/contacts?f=org.is.%" PRIu64, o->id)));
	json_object_set_new(view, "facts", facts_view(o));
	json_object_set_new(view, "note", *o->r.note == '\0' ? json_null() :
	    json_string(o->r.note));
	json_object_set_new(view, "has_people", json_boolean(shown(o) > 0));
	json_object_set_new(view, "people", people_view(o));
	json_object_set_new(view, "is_cut", json_boolean(o->is_cut));
	json_object_set_new(view, "pages", pages_view(o));
	json_object_set_new(view, "refused", o->refused == NULL ?
	    json_null() : json_string(o->refused));
	json_object_set_new(view, "remove", !may_change || !is_alone ?
	    json_null() : page_csrf(c, "/organisations/:id/remove", here(o,
	    "/remove")));
	return o->refused == NULL ? page(c, "office/organisations_show.html",
	    view) : page_status(c, 422, "office/organisations_show.html",
	    view);
}

enum err
organisations_office_show(struct ctx *c)
{
	const struct param *after = params_find(&c->query, "after");
	struct record o = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &o.id)) != ERR_OK)
		return e;
	if (after != NULL && parse_u64(after->value, &o.after) != ERR_OK)
		return ERR_NOTFOUND;
	if ((e = load(&o)) != ERR_OK)
		return e;
	return draw(&o);
}

/* It goes when nobody belongs to it, of whatever silo. */
static enum err
remove_in_tx(struct db *db, void *arg)
{
	const struct record *o = arg;
	struct ctx *c = o->c;
	struct ledger_audit event = { .verb = "organisation.removed",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "organisation", .object_id = o->id,
	    .at_us = c->now_us };
	struct q_organisations_lock row;
	struct q_organisations_others *others;
	size_t n;
	enum err e;

	if ((e = q_organisations_lock(db, c->arena, o->id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &row)) != ERR_OK ||
	    (e = q_organisations_others(db, c->arena, o->id, 0, &others,
	    &n)) != ERR_OK)
		return e;
	if (n > 0)
		return ERR_CONFLICT;
	event.contact_id = row.trader_id;
	if ((e = q_organisations_words_delete(db, o->id, NULL)) != ERR_OK ||
	    (e = q_organisations_delete(db, o->id, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
organisations_office_remove(struct ctx *c)
{
	struct record o = { .c = c };
	enum err e;

	if ((e = form_check_none(c)) != ERR_OK ||
	    (e = ctx_path_u64(c, 0, &o.id)) != ERR_OK)
		return e;
	e = ctx_tx(c, remove_in_tx, &o);
	if (e == ERR_OK)
		return page_redirect(c, "/organisations");
	if (e != ERR_CONFLICT || (e = load(&o)) != ERR_OK)
		return e;
	o.refused = _("People belong to it, perhaps contacts of another team: it stays.");
	return draw(&o);
}
