/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The person keeps their further addresses and numbers.  A number becomes the
 * main one at once; an address once a mail to it was answered.
 * Law: GDPR 15(1), 16; FEATURES CS1, CS3.
 */
#include "contacts/contacts_portal.h"

#include "contacts/contacts_reach_page.h"

#define BACK "/account/data"

static enum err
show(struct contacts_reach_page *p, json_t *view)
{
	(void)p;
	(void)view;
	return ERR_OK;
}

/* Their own entries only: of another's record there is nothing here. */
static enum err
open_page(struct ctx *c, struct contacts_reach_page *p, bool has_entry)
{
	*p = (struct contacts_reach_page){ .c = c,
	    .contact_id = c->caller.contact_id, .is_person = true,
	    .list_route = BACK "/reach", .route = BACK "/reach/:reach",
	    .here = BACK "/reach", .back_url = BACK,
	    .template = "portal/contacts_reach.html", .show = show };
	return contacts_reach_open(p, has_entry ? c->path_param[0] : NULL);
}

enum err
contacts_portal_reach_new(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, false);

	return e != ERR_OK ? e : contacts_reach_show(&p);
}

enum err
contacts_portal_reach_add(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, false);

	return e != ERR_OK ? e : contacts_reach_add(&p);
}

enum err
contacts_portal_reach_show(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, true);

	return e != ERR_OK ? e : contacts_reach_show(&p);
}

enum err
contacts_portal_reach_change(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, true);

	return e != ERR_OK ? e : contacts_reach_change(&p);
}

enum err
contacts_portal_reach_remove(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, true);

	return e != ERR_OK ? e : contacts_reach_drop(&p);
}

enum err
contacts_portal_reach_lead(struct ctx *c)
{
	struct contacts_reach_page p;
	enum err e = open_page(c, &p, true);

	return e != ERR_OK ? e : contacts_reach_lead(&p);
}
