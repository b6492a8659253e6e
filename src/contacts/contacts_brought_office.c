/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a record shows of having come with a file: whether it may be used, and
 * whether the person was told.
 * Law: GDPR 6(1), 14; FEATURES X22.
 */
#include "contacts/contacts_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "db/queries.h"

json_t *
contacts_office_quarantine(struct ctx *c, uint64_t contact_id,
    const struct q_people_brought *b)
{
	if (b->quarantined_us == 0)
		return json_null();
	return json_pack("{s:s, s:s?}", "since", page_date(c,
	    b->quarantined_us), "url", c->caller.role != ROLE_LEAD &&
	    c->caller.role != ROLE_DPO ? NULL : arena_printf(c->arena,
	    "/contacts/%" PRIu64 "/quarantine", contact_id));
}

json_t *
contacts_office_told(struct ctx *c, const struct q_people_brought *b)
{
	const char *text;

	if (b->state == NULL)
		return json_null();
	if (strcmp(b->state, "told") == 0)
		text = arena_printf(c->arena, "%s %s, %s", text_equal(b->how,
		    "post") ? _("Told by post what we hold:") :
		    _("Told by mail what we hold:"), page_date_time(c,
		    b->told_us), arena_printf(c->arena, "%s %" PRIu64,
		    _("notice"), b->notice));
	else if (strcmp(b->state, "exempt") == 0)
		text = _("The data protection officer found that this person need not be told (Article 14(5)).");
	else
		text = arena_printf(c->arena, "%s %s",
		    _("Must be told what we hold, by:"), page_day(c,
		    b->due_day));
	return json_string(text);
}
