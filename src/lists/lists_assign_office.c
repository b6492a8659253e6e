/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whose one contact is: adviser, team, who sees it.  It is an action on many
 * with one contact in it, so that it has the same rules, and can be taken back
 * in the same way.
 * Law: GDPR 5(1)(f), 25(2); FEATURES BT4.
 */
#include "lists/lists_bulk_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"

struct assigning {
	struct ctx *c;
	uint64_t id;
	struct q_bulk_record r;
	struct q_contacts_load record;
	struct bulk_wanted wanted;
	struct q_bulk_load done;	/* what became of it */
	uint64_t bulk_id;
};

static enum err
load(struct assigning *k)
{
	struct ctx *c = k->c;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k->id)) != ERR_OK ||
	    (e = q_bulk_record(c->db, c->arena, k->id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &k->r)) != ERR_OK)
		return e;
	return q_contacts_load(c->db, c->arena, k->id, &k->record);
}

static enum err
draw(struct assigning *k, enum err why)
{
	struct ctx *c = k->c;
	const char *here = arena_printf(c->arena, "/contacts/%" PRIu64, k->id);
	json_t *view = page_view(c, _("Assign"));

	page_form(c, view, "/contacts/:id/assign", arena_printf(c->arena,
	    "%s/assign", here), &c->form);
	json_object_set_new(view, "name", json_string(contacts_name(c,
	    &k->record)));
	json_object_set_new(view, "owner", json_string(k->r.owner == NULL ?
	    _("nobody") : k->r.owner));
	json_object_set_new(view, "visibility", json_string(strcmp(
	    k->r.visibility, "everyone") == 0 ?
	    _("all colleagues who see contacts") : strcmp(k->r.visibility,
	    "team") == 0 ? _("the team, and their adviser") :
	    _("their adviser alone")));
	json_object_set_new(view, "back_url", json_string(here));
	return why == ERR_OK ? page(c, "office/lists_assign.html", view) :
	    page_form_again(c, why, "office/lists_assign.html", view);
}

enum err
lists_office_assign_show(struct ctx *c)
{
	const struct contacts_looking looking = { "record", "daily" };
	struct assigning k = { .c = c };
	const struct field *fields;
	enum err e;

	if ((e = load(&k)) != ERR_OK ||
	    (e = bulk_fields(c, "assign", &fields)) != ERR_OK ||
	    (e = contacts_looked(c, &looking, &k.id, 1)) != ERR_OK)
		return e;
	form_blank(c, fields, &c->form);
	bulk_place_keep(&c->form);
	return draw(&k, ERR_OK);
}

/* Nothing of it is stored unless the contact is changed. */
static enum err
assign_in_tx(struct db *db, void *arg)
{
	struct assigning *k = arg;
	struct ctx *c = k->c;
	const struct bulk_source one = { "running", 0, 1 };
	struct q_bulk_keep_each each = { .position = 1, .contact_id = k->id };
	enum err e;

	if ((e = bulk_store(c, db, &k->wanted, &one, &k->bulk_id)) != ERR_OK)
		return e;
	each.bulk_id = k->bulk_id;
	if ((e = q_bulk_keep(db, &each, 1, NULL)) != ERR_OK ||
	    (e = bulk_run(c, db, k->bulk_id)) != ERR_OK ||
	    (e = q_bulk_load(db, c->arena, k->bulk_id, &k->done)) != ERR_OK)
		return e;
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, k->bulk_id));
	return k->done.n == 1 ? ERR_OK : ERR_INVALID;
}

static void
say_why(struct assigning *k)
{
	struct ctx *c = k->c;
	const char *field = k->done.n_unseen > 0 ? "visibility" : NULL;

	form_fail(&c->form, field, k->done.n_unseen > 0 ?
	    _("Then no adviser would see this contact any more: choose an adviser who works here, or a team.") :
	    k->done.n_restricted > 0 ?
	    _("The use of this record is restricted: it stays as it is.") :
	    k->done.n_same > 0 ? _("The contact is so already.") :
	    _("This contact is not yours to give, or not to be shown to everyone by you."));
}

enum err
lists_office_assign(struct ctx *c)
{
	struct assigning k = { .c = c };
	const struct field *fields;
	struct q_bulk_record after;
	enum err e, wrong;

	if ((e = load(&k)) != ERR_OK ||
	    (e = bulk_fields(c, "assign", &fields)) != ERR_OK)
		return e;
	wrong = form_read(c, fields, &c->form);
	if (wrong == ERR_OK)
		wrong = bulk_read(c, "assign", &k.wanted);
	if (wrong != ERR_OK)
		return draw(&k, wrong);
	e = ctx_tx(c, assign_in_tx, &k);
	if (e == ERR_INVALID) {
		if (k.done.id != 0)	/* it was tried */
			say_why(&k);
		return draw(&k, e);
	}
	if (e != ERR_OK)
		return e;
	/* whoever gave it away may see it no longer */
	e = q_bulk_record(c->db, c->arena, k.id, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &after);
	if (e == ERR_NOTFOUND)
		return page_redirect(c, arena_printf(c->arena,
		    "/lists/bulk/%s", c->result));
	return e != ERR_OK ? e : page_redirect(c, arena_printf(c->arena,
	    "/contacts/%" PRIu64, k.id));
}
