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

enum err
contacts_office_cases(struct ctx *c, uint64_t contact_id, json_t **ret_list)
{
	struct q_people_cases *rows;
	json_t *list, *view;
	size_t i, n;
	enum err e;

	if ((e = q_people_cases(c->db, c->arena, contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++) {
		view = json_pack("{s:s, s:s, s:s, s:s}", "url",
		    arena_printf(c->arena, "/requests/%" PRIu64, rows[i].id),
		    "kind", rights_office_kind(c, rows[i].kind), "reference",
		    rows[i].reference, "due", page_day(c, rows[i].due_day));
		rights_office_state(c, view, rows[i].state, rows[i].due_day);
		json_array_append_new(list, view);
	}
	*ret_list = list;
	return ERR_OK;
}
