/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The address of a record that became part of another says where it went, to
 * whoever may see that one; to all others there never was one.
 * Law: GDPR 5(1)(d), 5(1)(f), 15(1)(c).
 */
#include "contacts/contacts_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "db/queries.h"

enum err
contacts_merged_show(struct ctx *c)
{
	const struct contacts_looking looking = { "record", "check" };
	struct q_people_merged row;
	uint64_t id;
	json_t *view;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = q_people_merged(c->db, c->arena, id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &row)) != ERR_OK ||
	    (e = contacts_looked(c, &looking, &row.id, 1)) != ERR_OK)
		return e;
	view = page_view(c, _("Part of another record"));
	json_object_set_new(view, "was", json_string(row.was));
	json_object_set_new(view, "reference", json_string(row.reference));
	json_object_set_new(view, "at", page_at(c, row.done_us));
	json_object_set_new(view, "record_url", json_string(arena_printf(
	    c->arena, "/contacts/%" PRIu64, row.id)));
	return page(c, "office/contacts_merged.html", view);
}
