/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * To which organisation a person belongs.  Of their own business all that is
 * noted is theirs; of any other its name is.
 * Law: GDPR 4(1), 15(1), 20(1).
 */
#include "export/export_inside.h"

#include "base/text.h"
#include "db/queries.h"

const struct export_field export_organisation_fields[] = {
	{ "name", EXPORT_TEXT, false },
	{ "job_title", EXPORT_TEXT, true },
	{ "member_since", EXPORT_DAY, true },
	{ "is_own", EXPORT_BOOL, false },
	{ "noted_at", EXPORT_INSTANT, true },
	{ "registration", EXPORT_TEXT, true },
	{ "vat", EXPORT_TEXT, true },
	{ "domain", EXPORT_TEXT, true },
	{ "website", EXPORT_TEXT, true },
	{ "phone", EXPORT_TEXT, true },
	{ "street", EXPORT_TEXT, true },
	{ "postcode", EXPORT_TEXT, true },
	{ "city", EXPORT_TEXT, true },
	{ "country", EXPORT_TEXT, true },
	{ "language", EXPORT_TEXT, true },
	{ "note", EXPORT_TEXT, true },
	{ "visible_to", EXPORT_TEXT, true },
	{ "team", EXPORT_TEXT, true },
	{ "created_at", EXPORT_INSTANT, true },
	{ "updated_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

/* ${text}, where the business is their own. */
static const char *
own(const struct q_export_organisation *o, const char *text)
{
	return o->is_own ? text : NULL;
}

static void
add_own(struct export_reading *r, json_t *row,
    const struct q_export_organisation *o)
{
	json_t *more = json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?,"
	    "s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}",
	    "noted_at", export_iso(r, o->at_us), "registration", own(o,
	    o->registration), "vat", own(o, o->vat), "domain", own(o,
	    o->domain), "website", own(o, o->website), "phone", own(o,
	    o->phone), "street", own(o, o->street), "postcode", own(o,
	    o->postcode), "city", own(o, o->city), "country", own(o,
	    o->country), "language", own(o, o->language), "note", own(o,
	    o->note), "visible_to", own(o, o->visibility), "team", own(o,
	    o->team), "created_at", own(o, export_iso(r, o->created_us)),
	    "updated_at", own(o, export_iso(r, o->updated_us)));

	if (more == NULL || json_object_update(row, more) != 0)
		r->is_broken = true;
	json_decref(more);
}

/* What they told themself, or brought with them: not what staff noted. */
static enum err
are_given(struct export_reading *r, bool *ret_place, bool *ret_title,
    bool *ret_since)
{
	struct q_export_provenance *rows;
	struct q_contacts_load c;
	size_t n;
	enum err e;

	*ret_place = *ret_title = *ret_since = true;
	if (!r->is_portable)
		return ERR_OK;
	if ((e = q_contacts_load(r->db, r->arena, r->contact_id, &c)) !=
	    ERR_OK || (e = q_export_provenance(r->db, r->arena, r->contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	*ret_place = export_is_given(rows, n, &c, "organisation");
	*ret_title = export_is_given(rows, n, &c, "job_title");
	*ret_since = export_is_given(rows, n, &c, "member_since");
	return ERR_OK;
}

enum err
export_read_organisation(struct export_reading *r, json_t *list)
{
	bool has_place, has_title, has_since;
	struct q_export_organisation *rows;
	json_t *row;
	size_t i, n;
	enum err e;

	if ((e = q_export_organisation(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK ||
	    (e = are_given(r, &has_place, &has_title, &has_since)) != ERR_OK)
		return e;
	for (i = 0; i < n && has_place; i++) {
		row = json_pack("{s:s, s:s?, s:s?, s:b}", "name",
		    rows[i].name, "job_title", has_title ? rows[i].job_title :
		    NULL, "member_since", has_since ? export_day(r,
		    rows[i].since) : NULL, "is_own", rows[i].is_own);
		if (row != NULL && !r->is_portable)
			add_own(r, row, &rows[i]);
		export_add(r, list, row);
	}
	return ERR_OK;
}
