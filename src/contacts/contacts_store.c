/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of contacts and identities.
 */
#include "contacts/contacts.h"

#include "base/text.h"
#include "contacts/contacts_search.h"
#include "db/queries.h"
#include "keys/token.h"

const char *
contacts_reference(struct arena *a)
{
	struct code code;

	code_draw(&code);
	return arena_printf(a, "C-%s", code.text);
}

/* Family name first, as lists are ordered. */
static const char *
sort_name(struct arena *a, const struct contacts_confirmed *p)
{
	return contacts_search_key(a, arena_printf(a, "%s %s",
	    p->family_name, p->given_name));
}

static enum err
insert(struct db *db, struct arena *a, const struct contacts_confirmed *p,
    uint64_t identity_id, uint64_t *ret_contact_id)
{
	struct q_contacts_insert row;
	enum err e;

	if ((e = q_contacts_insert(db, a, contacts_reference(a), identity_id,
	    p->given_name, p->family_name, sort_name(a, p), p->lang, p->mailbox,
	    text_bytes(p->mailbox_key), p->phone, p->source,
	    p->notice_version_id, p->at_us, p->at_us, p->at_us, p->at_us,
	    &row)) != ERR_OK)
		return e;
	*ret_contact_id = row.id;
	return ERR_OK;
}

enum err
contacts_confirm(struct db *db, struct arena *a,
    const struct contacts_confirmed *p, uint64_t *ret_contact_id)
{
	struct q_contacts_identity_insert identity;
	uint64_t identity_id = p->identity_id;
	enum err e;

	if (identity_id == 0) {
		if ((e = q_contacts_identity_insert(db, a, p->mailbox,
		    text_bytes(p->mailbox_key), p->lang, p->at_us,
		    &identity)) != ERR_OK)
			return e;
		identity_id = identity.id;
	}
	if (p->contact_id == 0)
		return insert(db, a, p, identity_id, ret_contact_id);
	if ((e = q_contacts_fill(db, identity_id, p->given_name,
	    p->family_name, sort_name(a, p), p->phone, p->at_us, p->at_us,
	    p->contact_id,
	    NULL)) != ERR_OK)
		return e;
	*ret_contact_id = p->contact_id;
	return ERR_OK;
}
