/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands around a list, in one round trip: how it is displayed, the saved
 * views, the teams, where a later page begins (GDPR 5(1)(c), 25).
 */
#include "lists/lists_office.h"

#include "app/role.h"
#include "base/text.h"

#define TEAMS_MAX	1000

enum err
lists_frame_read(struct ctx *c, const struct lists_frame_of *of,
    struct lists_frame *ret_frame)
{
	struct lists_frame f = { .page_size = LISTS_PER_PAGE,
	    .columns = lists_columns_usual(), .has_keys = true };
	struct q_lists_frame *rows;
	size_t i;
	enum err e;

	if ((e = q_lists_frame(c->db, c->arena, c->caller.staff_id,
	    of->has_views ? c->caller.staff_id : 0, of->has_teams ?
	    TEAMS_MAX : 0, of->after, role_sees_all(role_choices[
	    c->caller.role].value), c->caller.team_id, of->count_most, &rows,
	    &f.n)) != ERR_OK)
		return e;
	f.rows = rows;
	for (i = 0; i < f.n; i++) {
		if (strcmp(rows[i].what, "after") == 0)
			f.after = &rows[i];
		else if (strcmp(rows[i].what, "count") == 0)
			f.count = rows[i].id;
		else if (strcmp(rows[i].what, "display") == 0) {
			f.page_size = (uint64_t)rows[i].number;
			f.is_compact = rows[i].is_compact;
			f.has_keys = rows[i].has_keys;
			/* one that this version no longer has: the usual ones */
			if (lists_columns_read(c->arena, rows[i].text,
			    &f.columns) != ERR_OK)
				f.columns = lists_columns_usual();
		}
	}
	*ret_frame = f;
	return ERR_OK;
}
