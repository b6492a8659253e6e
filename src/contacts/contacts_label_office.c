/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Labels of a record: staff put them on and take them off; the person sees
 * them in their space and their copy.
 * Law: GDPR 5(1)(c), 15(1), 18(2).
 */
#include "contacts/contacts_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/fold.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define LABELS_MAX	500	/* of the whole base */

const struct field contacts_office_label_fields[] = {
	{ .name = "name", .type = F_TEXT, .need = true, .max = 60,
	  .label = N_("New label"), .autocomplete = "off",
	  .hint = N_("The person can read it: nothing you would not say to them, nothing about health, beliefs or the like.") },
	{ .name = NULL }
};

const struct field contacts_office_unlabel_fields[] = {
	{ .name = "label", .type = F_ID, .need = true },
	{ .name = NULL }
};

struct labelling {
	struct ctx *c;
	uint64_t contact_id;
	const char *verb;
	enum err (*act)(struct db *db, const struct labelling *k,
	    uint64_t *ret_n);
};

/* The record, if the caller may see it. */
static enum err
load(struct ctx *c, uint64_t *ret_id, struct q_contacts_load *ret_row)
{
	struct q_people_one one;
	enum err e;

	if ((e = ctx_path_u64(c, 0, ret_id)) != ERR_OK ||
	    (e = q_people_one(c->db, c->arena, *ret_id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) != ERR_OK)
		return e;
	return q_contacts_load(c->db, c->arena, *ret_id, ret_row);
}

static enum err
label_in_tx(struct db *db, void *arg)
{
	const struct labelling *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = k->verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "contact",
	    .contact_id = k->contact_id, .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = k->act(db, k, &n)) != ERR_OK || n == 0)
		return e;	/* nothing was done: nothing to say */
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
put_on(struct db *db, const struct labelling *k, uint64_t *ret_n)
{
	struct ctx *c = k->c;
	const char *name = form_value(&c->form, "name");
	const char *key = fold_words(c->arena, name);
	struct q_people_label_find label;
	enum err e;

	if ((e = q_people_label_create(db, name, key, NULL)) != ERR_OK ||
	    (e = q_people_label_find(db, c->arena, key, &label)) != ERR_OK)
		return e;
	return q_people_label_put(db, label.id, c->caller.staff_id, c->now_us,
	    k->contact_id, ret_n);
}

static enum err
take_off(struct db *db, const struct labelling *k, uint64_t *ret_n)
{
	return q_people_label_drop(db, k->contact_id, form_input(&k->c->form,
	    "label")->number, ret_n);
}

static enum err
make_view(struct ctx *c, uint64_t id, const struct q_contacts_load *r,
    struct form *form, json_t **ret_view)
{
	const char *here = arena_printf(c->arena, "/contacts/%" PRIu64, id);
	struct q_people_labels *rows;
	json_t *view, *list, *item;
	size_t i, n;
	enum err e;

	if ((e = q_people_labels(c->db, c->arena, id, &rows, &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++) {
		item = page_csrf(c, "/contacts/:id/labels/remove",
		    arena_printf(c->arena, "%s/labels/remove", here));
		json_object_set_new(item, "id", json_integer((json_int_t)
		    rows[i].id));
		json_object_set_new(item, "name", json_string(rows[i].name));
		json_array_append_new(list, item);
	}
	view = page_view(c, _("Labels"));
	page_form(c, view, "/contacts/:id/labels", arena_printf(c->arena,
	    "%s/labels", here), form);
	json_object_set_new(view, "name", json_string(contacts_name(c, r)));
	json_object_set_new(view, "back_url", json_string(here));
	json_object_set_new(view, "has_labels", json_boolean(n > 0));
	json_object_set_new(view, "labels", list);
	*ret_view = view;
	return ERR_OK;
}

enum err
contacts_office_labels(struct ctx *c)
{
	const struct contacts_looking looking = { "record", "daily" };
	struct q_contacts_load r;
	uint64_t id;
	json_t *view;
	enum err e;

	if ((e = load(c, &id, &r)) != ERR_OK)
		return e;
	form_blank(c, contacts_office_label_fields, &c->form);
	if ((e = contacts_looked(c, &looking, &id, 1)) != ERR_OK ||
	    (e = make_view(c, id, &r, &c->form, &view)) != ERR_OK)
		return e;
	return page(c, "office/contacts_labels.html", view);
}

/* Whether the name is a word at all, and there is room for a new one. */
static enum err
check_name(struct ctx *c)
{
	const char *key = fold_words(c->arena, form_value(&c->form, "name"));
	struct q_people_label_find label;
	struct q_people_label_count count;
	enum err e;

	if (text_points(key) > 60) {
		form_fail(&c->form, "name",
		    _("This label is too long: use at most 60 letters."));
		return ERR_INVALID;
	}
	if (*key == '\0') {
		form_fail(&c->form, "name",
		    _("A label has at least one letter or digit."));
		return ERR_INVALID;
	}
	e = q_people_label_find(c->db, c->arena, key, &label);
	if (e != ERR_NOTFOUND)
		return e;
	if ((e = q_people_label_count(c->db, c->arena, &count)) != ERR_OK)
		return e;
	if (count.n < LABELS_MAX)
		return ERR_OK;
	form_fail(&c->form, "name",
	    _("There are 500 labels already: use one of them."));
	return ERR_INVALID;
}

enum err
contacts_office_label(struct ctx *c)
{
	struct labelling k = { .c = c, .verb = "contact.labelled",
	    .act = put_on };
	struct q_contacts_load r;
	json_t *view;
	enum err e, wrong;

	if ((e = load(c, &k.contact_id, &r)) != ERR_OK)
		return e;
	if (r.restriction != NULL)
		return ERR_CONFLICT;	/* stored, and not used */
	wrong = form_read(c, contacts_office_label_fields, &c->form);
	if (wrong == ERR_OK)
		wrong = check_name(c);
	if (wrong != ERR_OK) {
		if ((e = make_view(c, k.contact_id, &r, &c->form, &view)) !=
		    ERR_OK)
			return e;
		return page_form_again(c, wrong, "office/contacts_labels.html",
		    view);
	}
	if ((e = ctx_tx(c, label_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/contacts/%" PRIu64
	    "/labels", k.contact_id));
}

enum err
contacts_office_unlabel(struct ctx *c)
{
	struct labelling k = { .c = c, .verb = "contact.unlabelled",
	    .act = take_off };
	struct q_contacts_load r;
	enum err e;

	if ((e = load(c, &k.contact_id, &r)) != ERR_OK)
		return e;
	if (r.restriction != NULL)
		return ERR_CONFLICT;
	if (form_read(c, contacts_office_unlabel_fields, &c->form) != ERR_OK)
		return ERR_MALFORMED;
	if ((e = ctx_tx(c, label_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/contacts/%" PRIu64
	    "/labels", k.contact_id));
}
