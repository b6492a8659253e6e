/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff keep the further addresses and numbers of a record.  Whom they put
 * another main address to, and who cannot sign in, is told at the old one.
 * Law: GDPR 5(1)(d), 5(1)(f), 16, 32.
 */
#include "contacts/contacts_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/address.h"
#include "base/text.h"
#include "contacts/contacts_reach_page.h"
#include "contacts/contacts_view.h"
#include "outbox/outbox.h"

#define PARAM_REACH 1	/* of the path */

static enum err
show(struct contacts_reach_page *p, json_t *view)
{
	const struct contacts_looking looking = { "record", "daily" };

	json_object_set_new(view, "name", json_string(contacts_name(p->c,
	    &p->r)));
	return contacts_looked(p->c, &looking, &p->contact_id, 1);
}

/* Who does not know of it can say so before somebody else uses it. */
static enum err
tell(struct contacts_reach_page *p, struct db *db, const char *old)
{
	struct ctx *c = p->c;
	struct outbox_mail mail = { .template = "contacts_address_moved",
	    .language = p->r.language, .to = old,
	    .contact_id = p->contact_id };
	enum err e;

	if (old == NULL || strcmp(p->row->kind, "email") != 0)
		return ERR_OK;
	mail.view = json_pack("{s:s?, s:s}", "name",
	    *p->r.given_name == '\0' ? NULL : p->r.given_name,
	    "new_address", address_mask(c->arena, p->row->value));
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(mail.view);
	return e;
}

/* Whoever may not see the record is told that it does not exist. */
static enum err
open_page(struct ctx *c, struct contacts_reach_page *p, bool has_entry)
{
	struct q_people_one one;
	enum err e;

	*p = (struct contacts_reach_page){ .c = c,
	    .list_route = "/contacts/:id/reach",
	    .route = "/contacts/:id/reach/:reach",
	    .template = "office/contacts_reach.html", .show = show,
	    .tell = tell };
	if ((e = ctx_path_u64(c, 0, &p->contact_id)) != ERR_OK ||
	    (e = q_people_one(c->db, c->arena, p->contact_id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) != ERR_OK)
		return e;
	p->here = arena_printf(c->arena, "/contacts/%" PRIu64 "/reach",
	    p->contact_id);
	p->back_url = arena_printf(c->arena, "/contacts/%" PRIu64 "/edit",
	    p->contact_id);
	return contacts_reach_open(p, has_entry ? c->path_param[PARAM_REACH] :
	    NULL);
}

enum err
contacts_office_reach_new(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, false);

	return e != ERR_OK ? e : contacts_reach_show(&p);
}

enum err
contacts_office_reach_add(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, false);

	return e != ERR_OK ? e : contacts_reach_add(&p);
}

enum err
contacts_office_reach_show(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, true);

	return e != ERR_OK ? e : contacts_reach_show(&p);
}

enum err
contacts_office_reach_change(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, true);

	return e != ERR_OK ? e : contacts_reach_change(&p);
}

enum err
contacts_office_reach_remove(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, true);

	return e != ERR_OK ? e : contacts_reach_drop(&p);
}

enum err
contacts_office_reach_lead(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, true);

	return e != ERR_OK ? e : contacts_reach_lead(&p);
}
