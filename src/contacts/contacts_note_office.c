/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A call, a visit, a request, a note: what staff write down of an exchange.
 * The person reads it in their space and their copy; what came from them moves
 * the day from which their record is kept.
 * Law: GDPR 5(1)(e), 15(1); FEATURES X10.
 */
#include "contacts/contacts_office.h"

#include "app/page.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/person.h"
#include "ledger/ledger.h"

static const struct field_choice kinds[] = {
	{ "call", N_("Call") }, { "visit", N_("Visit") },
	{ "request", N_("Request") }, { "note", N_("Note") },
	{ NULL, NULL }
};

static const struct field_choice sides[] = {
	{ "person", N_("They came to us") }, { "us", N_("We went to them") },
	{ NULL, NULL }
};

const struct field contacts_office_interaction_fields[] = {
	{ .name = "kind", .type = F_CHOICE, .need = true, .label = N_("Kind"),
	  .choices = kinds },
	{ .name = "side", .type = F_CHOICE, .need = true, .has_radios = true,
	  .label = N_("Who made the contact"), .choices = sides,
	  .hint = N_("Only what comes from the person counts for how long their record is kept.") },
	{ .name = "title", .type = F_TEXT, .need = true, .max = 200,
	  .label = N_("What it was about") },
	{ .name = "detail", .type = F_LINES, .max = 1500,
	  .label = N_("Details"),
	  .hint = N_("The person can read all of it: write what you would say to them.") },
	{ .name = NULL }
};

struct noting {
	struct ctx *c;
	uint64_t contact_id;
};

static enum err
note_in_tx(struct db *db, void *arg)
{
	const struct noting *k = arg;
	struct ctx *c = k->c;
	const struct person_key wanted = { k->contact_id, PERSON_LIVE,
	    c->now_us };
	const struct ledger_audit event = { .verb = "contact.noted",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "contact", .contact_id = k->contact_id, .at_us = c->now_us };
	const char *kind = form_value(&c->form, "kind");
	const char *detail = form_value(&c->form, "detail");
	bool is_from_person = strcmp(kind, "note") != 0 &&
	    strcmp(form_value(&c->form, "side"), "person") == 0;
	struct bytes sealed = { NULL, 0 };
	unsigned char key[KEY_BYTES];
	enum err e;

	if (*detail != '\0') {
		if ((e = person_key_take(db, c->arena, c->worker->keys,
		    &wanted, key)) != ERR_OK)
			return e;
		sealed = person_seal(c->arena, key, "interaction",
		    "detail_sealed", k->contact_id, detail);
		secret_wipe(key, sizeof(key));
	}
	if ((e = q_contacts_interaction_insert(db, k->contact_id, kind,
	    is_from_person, c->caller.staff_id, form_value(&c->form, "title"),
	    sealed, c->now_us, NULL)) != ERR_OK || (is_from_person &&
	    (e = q_contacts_person_came(db, c->now_us, k->contact_id,
	    NULL)) !=
	    ERR_OK))
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
contacts_note(struct ctx *c, uint64_t contact_id)
{
	struct noting k = { c, contact_id };
	struct q_contacts_load r;
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, contact_id, &r)) != ERR_OK)
		return e;
	if (text_equal(r.restriction, "erasure"))
		return ERR_CONFLICT;
	return ctx_tx(c, note_in_tx, &k);
}
