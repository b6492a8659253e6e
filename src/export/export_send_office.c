/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * "Send them a copy": a colleague to whom somebody says it asks for the
 * person's own copy.  A case runs until it is made; the mail leads to where
 * the person signs in and fetches it, and carries nothing.
 * Law: GDPR 5(1)(f), 12(2), 12(3), 15(3).
 */
#include "export/export_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "export/export.h"
#include "ledger/ledger.h"
#include "rights/rights.h"

struct sending_copy {
	struct ctx *c;
	uint64_t contact_id;
	const char *lang;	/* of the person */
	uint64_t request_id;	/* of the case; 0: none yet */
};

static enum err
find_case(struct db *db, struct sending_copy *k)
{
	struct q_export_staff_underway *rows;
	size_t n;
	enum err e;

	if ((e = q_export_staff_underway(db, k->c->arena, k->contact_id,
	    k->c->now_us, &rows, &n)) == ERR_OK && n > 0)
		k->request_id = rows[0].request_id;
	return e;
}

static enum err
send_in_tx(struct db *db, void *arg)
{
	struct sending_copy *k = arg;
	struct ctx *c = k->c;
	struct rights_filing filing = { .kind = "access", .door = "staff",
	    .state = "open", .contact_id = k->contact_id, .lang = k->lang };
	struct ledger_audit event = { .verb = "package.asked",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "package", .contact_id = k->contact_id,
	    .at_us = c->now_us };
	struct q_export_insert row;
	enum err e;

	k->request_id = 0;
	if ((e = find_case(db, k)) != ERR_OK || k->request_id != 0)
		return e;
	if ((e = rights_file(c, db, &filing)) != ERR_OK ||
	    (e = q_export_insert(db, c->arena, k->contact_id, filing.id,
	    filing.kind, k->lang, c->now_us, c->now_us +
	    EXPORT_DAYS * DAY_US, &row)) != ERR_OK)
		return e;
	k->request_id = filing.id;
	event.object_id = row.id;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
export_office_send(struct ctx *c)
{
	struct sending_copy k = { .c = c };
	struct q_people_one one;
	struct q_contacts_load r;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.contact_id)) != ERR_OK ||
	    (e = q_people_one(c->db, c->arena, k.contact_id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) != ERR_OK ||
	    (e = q_contacts_load(c->db, c->arena, k.contact_id, &r)) !=
	    ERR_OK)
		return e;
	/* there is nobody who could sign in, or soon nothing to fetch */
	if (r.identity_id == 0 || text_equal(r.restriction, "erasure"))
		return ERR_CONFLICT;
	k.lang = r.language;
	if ((e = ctx_tx(c, send_in_tx, &k)) != ERR_OK ||
	    (c->is_replayed && (e = find_case(c->db, &k)) != ERR_OK))
		return e;
	return page_redirect(c, k.request_id == 0 ? arena_printf(c->arena,
	    "/contacts/%" PRIu64, k.contact_id) : arena_printf(c->arena,
	    "/requests/%" PRIu64, k.request_id));
}
