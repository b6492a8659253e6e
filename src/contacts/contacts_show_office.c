/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands beside the data of a record: who looked, lately, and whether its
 * use is restricted (GDPR 15(1)(c), 18).
 */
#include "contacts/contacts_office.h"

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"

#define LOOKS_SHOWN	6

json_t *
contacts_office_looks(struct ctx *c, const struct q_contacts_looks *rows,
    size_t n_rows)
{
	size_t i, n = n_rows < LOOKS_SHOWN ? n_rows : LOOKS_SHOWN;
	json_t *list = json_array();

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:o, s:s, s:s}", "at",
		    page_at(c, rows[i].at_us), "who", contacts_role(c,
		    rows[i].role, rows[i].team), "why",
		    arena_printf(c->arena, "%s, %s", contacts_look_kind(c,
		    rows[i].kind), contacts_reason(c, rows[i].reason))));
	return list;
}

json_t *
contacts_office_restricted(struct ctx *c, const struct q_contacts_load *r)
{
	static const struct words_label words[] = {
		{ "accuracy", N_("The person contests the data, until it is checked.") },
		{ "unlawful", N_("The use was not allowed and the person does not want erasure.") },
		{ "claims", N_("The person needs the data for a legal claim.") },
		{ "objection", N_("The person objected, until it is decided.") },
		{ "erasure", N_("An erasure is under way.") },
		{ NULL, NULL }
	};

	if (r->restriction == NULL)
		return json_null();
	return json_pack("{s:s, s:s}", "since", page_date(c,
	    r->restricted_us), "why", _(words_label(words,
	    r->restriction)));
}
