/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Colleagues, with their role and second factor.
 * Law: GDPR 32(4); CNIL 2022-100.
 */
#include "auth/auth_office.h"

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"

static json_t *
staff_view(struct ctx *c, const struct q_auth_staff_list *row)
{
	json_t *view = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name",
	    row->name, "email", row->email, "role", contacts_role(c,
	    row->role, NULL), "team", row->team == NULL ? "" : row->team,
	    "factor", row->has_totp ? _("authenticator app") : _("none"),
	    "last", page_date_time(c, row->seen_us));

	if (strcmp(row->state, "active") == 0)
		page_state(view, _("active"), MOOD_OK);
	else if (strcmp(row->state, "invited") == 0)
		page_state(view, _("invited"), MOOD_WARN);
	else
		page_state(view, _("disabled"), MOOD_NONE);
	return view;
}

enum err
auth_office_staff(struct ctx *c)
{
	struct q_auth_staff_list *rows;
	json_t *view, *list;
	size_t i, n;
	enum err e;

	if ((e = q_auth_staff_list(c->db, c->arena, &rows, &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(list, staff_view(c, &rows[i]));
	view = page_view(c, _("Staff"));
	json_object_set_new(view, "staff", list);
	json_object_set_new(view, "form", json_null());
	return page(c, "office/staff_list.html", view);
}
