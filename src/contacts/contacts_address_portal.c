/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The link in the mail to a new address: once it is confirmed, the person
 * signs in with that mailbox, and the one of before is history.
 * Law: GDPR 16, 32; FEATURES CS3.
 */
#include "contacts/contacts_portal.h"

#include "acting/acting.h"
#include "app/page.h"
#include "base/address.h"
#include "base/text.h"
#include "contacts/contacts_reach.h"
#include "db/queries.h"
#include "keys/person.h"
#include "ledger/ledger.h"

static enum err
show_ended(struct ctx *c)
{
	(void)c;
	return ERR_GONE;
}

enum err
contacts_portal_address_show(struct ctx *c)
{
	struct q_contacts_address_load row;
	struct acting acting;
	json_t *view;
	enum err e;

	e = acting_find(c->db, c->arena, c->worker->keys, ACTING_ADDRESS,
	    c->path_param[0], c->now_us, &acting);
	if (e == ERR_NOTFOUND || (e == ERR_OK && acting.state != ACTING_GOOD))
		return show_ended(c);
	if (e != ERR_OK)
		return e;
	e = q_contacts_address_load(c->db, c->arena, acting.subject_id, &row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? show_ended(c) : e;
	view = page_view(c, _("Confirm the new address"));
	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, row.mailbox)));
	json_object_set_new(view, "form", json_pack("{s:s, s:n, s:n}",
	    "action", c->req->path, "csrf", "request_key"));
	return page(c, "portal/contacts_address_confirm.html", view);
}

/* The identity of the new address: moved, or that which is there already. */
static enum err
identity_for(struct db *db, struct arena *a,
    const struct q_contacts_address_load *row, int64_t now_us,
    uint64_t *ret_id)
{
	struct q_contacts_identity_insert made;
	struct q_contacts_identity_of_key there;
	enum err e;

	e = q_contacts_identity_of_key(db, a, row->mailbox_key, &there);
	if (e == ERR_OK) {
		*ret_id = there.id;
		return ERR_OK;
	}
	if (e != ERR_NOTFOUND)
		return e;
	if (row->shared == 1) {
		*ret_id = row->identity_id;
		return q_contacts_identity_move(db, row->mailbox,
		    row->mailbox_key, row->identity_id, NULL);
	}
	if ((e = q_contacts_identity_insert(db, a, row->mailbox,
	    row->mailbox_key, row->language, now_us, &made)) != ERR_OK)
		return e;
	*ret_id = made.id;
	return ERR_OK;
}

struct settling {
	struct ctx *c;
	struct acting acting;
};

/* History and origin of the new main address, as of any other field. */
static enum err
remember(struct settling *k, struct db *db,
    const struct q_contacts_address_load *row)
{
	struct ctx *c = k->c;
	const char *old = row->old_mailbox == NULL ? "" : row->old_mailbox;
	const struct contacts_replaced replaced = { .contact_id =
	    row->contact_id, .is_person = true, .field = "email",
	    .before = old, .before_key = row->old_key.ptr == NULL ? "" :
	    arena_textn(c->arena, row->old_key.ptr, row->old_key.len),
	    .after_key = arena_textn(c->arena, row->mailbox_key.ptr,
	    row->mailbox_key.len), .at_us = c->now_us };
	const struct q_contacts_provenance_put_each from = {
	    row->contact_id, "email", "account", row->basis,
	    row->notice_version_id, c->now_us };
	const struct person_key wanted = { row->contact_id, PERSON_LIVE,
	    c->now_us };
	struct q_contacts_history_insert_each line = {
	    .contact_id = row->contact_id, .field = "email",
	    .by_kind = "person", .at_us = c->now_us };
	unsigned char key[KEY_BYTES];
	enum err e;

	if ((e = contacts_reach_replaced(db, c->arena, c->worker->keys,
	    &replaced)) != ERR_OK ||
	    (e = person_key_take(db, c->arena, c->worker->keys, &wanted,
	    key)) != ERR_OK)
		return e;
	line.old_sealed = person_seal(c->arena, key, "contact_history",
	    "old_sealed", row->contact_id, old);
	line.new_sealed = person_seal(c->arena, key, "contact_history",
	    "new_sealed", row->contact_id, row->mailbox);
	secret_wipe(key, sizeof(key));
	if ((e = q_contacts_history_insert(db, &line, 1, NULL)) != ERR_OK)
		return e;
	return q_contacts_provenance_put(db, &from, 1, NULL);
}

static enum err
settle_in_tx(struct db *db, void *arg)
{
	struct settling *k = arg;
	struct ctx *c = k->c;
	struct ledger_audit event = { .verb = "contact.address_changed",
	    .actor = "person", .object = "contact", .at_us = c->now_us };
	struct q_contacts_address_load row;
	uint64_t identity_id;
	enum err e;

	if ((e = acting_spend(db, &k->acting, c->now_us, c->request_key)) !=
	    ERR_OK ||
	    (e = q_contacts_address_load(db, c->arena, k->acting.subject_id,
	    &row)) != ERR_OK ||
	    (e = identity_for(db, c->arena, &row, c->now_us,
	    &identity_id)) != ERR_OK ||
	    (e = q_contacts_address_put(db, row.mailbox, row.mailbox_key,
	    identity_id, c->now_us, c->now_us, row.contact_id, NULL)) !=
	    ERR_OK ||
	    (e = remember(k, db, &row)) != ERR_OK ||
	    (e = q_contacts_address_delete(db, row.contact_id, NULL)) !=
	    ERR_OK ||
	    (e = q_contacts_sessions_end(db, row.contact_id, NULL)) !=
	    ERR_OK ||
	    /* a link that waits in the old mailbox */
	    (e = acting_end(db, ACTING_SIGN_IN, row.identity_id,
	    c->now_us)) != ERR_OK)
		return e;
	event.contact_id = row.contact_id;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
contacts_portal_address_confirm(struct ctx *c)
{
	struct settling k = { .c = c };
	enum err e;

	e = acting_find(c->db, c->arena, c->worker->keys, ACTING_ADDRESS,
	    c->path_param[0], c->now_us, &k.acting);
	if (e == ERR_NOTFOUND || (e == ERR_OK &&
	    k.acting.state != ACTING_GOOD))
		return show_ended(c);
	if (e == ERR_OK)
		e = tx_run(c->db, NULL, c->arena, settle_in_tx, &k, NULL);
	if (e == ERR_NOTFOUND)	/* another press of the same form was faster */
		return show_ended(c);
	if (e != ERR_OK)
		return e;
	return page_redirect(c, "/sign-in/link");
}
