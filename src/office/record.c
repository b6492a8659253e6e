/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the record of a contact shows of rooms above it: their cases.
 * Law: GDPR 12(3), 15 to 22.
 */
#include "contacts/contacts_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "db/queries.h"
#include "rights/rights_office.h"

json_t *
contacts_office_case(struct ctx *c, const struct q_people_record *row)
{
	json_t *view;

	view = json_pack("{s:s, s:s, s:s, s:s}", "url", arena_printf(c->arena,
	    "/requests/%" PRIu64, row->id), "kind", rights_office_kind(c,
	    row->name), "reference", row->text, "due", page_day(c, row->day));
	rights_office_state(c, view, row->kind, row->day);
	return view;
}
