/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The record of a person, where it came from, how they sign in
 * (GDPR 15(1), 15(1)(g), 20(1)).
 */
#include "export/export_inside.h"

#include "base/text.h"
#include "db/queries.h"

const struct export_field export_person_fields[] = {
	{ "given_name", EXPORT_TEXT, true },
	{ "family_name", EXPORT_TEXT, true },
	{ "language", EXPORT_TEXT, true },
	{ "email", EXPORT_TEXT, true },
	{ "phone", EXPORT_TEXT, true },
	{ "street", EXPORT_TEXT, true },
	{ "postcode", EXPORT_TEXT, true },
	{ "city", EXPORT_TEXT, true },
	{ "country", EXPORT_TEXT, true },
	{ "reference", EXPORT_TEXT, false },
	{ "kind", EXPORT_TEXT, false },
	{ "is_business", EXPORT_BOOL, false },
	{ "source", EXPORT_TEXT, false },
	{ "basis", EXPORT_TEXT, false },
	{ "notice", EXPORT_NUMBER, true },
	{ "visible_to", EXPORT_TEXT, false },
	{ "team", EXPORT_TEXT, true },
	{ "collected_at", EXPORT_INSTANT, true },
	{ "last_contact_at", EXPORT_INSTANT, true },
	{ "relationship_end_at", EXPORT_INSTANT, true },
	{ "restricted_at", EXPORT_INSTANT, true },
	{ "restriction", EXPORT_TEXT, true },
	{ "created_at", EXPORT_INSTANT, true },
	{ "updated_at", EXPORT_INSTANT, true },
	{ "quarantined_at", EXPORT_INSTANT, true },
	{ "inform_by", EXPORT_DAY, true },
	{ "informed_at", EXPORT_INSTANT, true },
	{ "informed_how", EXPORT_TEXT, true },
	{ "informed_notice", EXPORT_NUMBER, true },
	{ "not_informed_why", EXPORT_TEXT, true },
	{ .name = NULL }
};

const struct export_field export_provenance_fields[] = {
	{ "field", EXPORT_TEXT, false },
	{ "source", EXPORT_TEXT, false },
	{ "basis", EXPORT_TEXT, false },
	{ "notice", EXPORT_NUMBER, true },
	{ "at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_reach_fields[] = {
	{ "kind", EXPORT_TEXT, false },
	{ "value", EXPORT_TEXT, false },
	{ "label", EXPORT_TEXT, false },
	{ "source", EXPORT_TEXT, false },
	{ "basis", EXPORT_TEXT, false },
	{ "notice", EXPORT_NUMBER, true },
	{ "since_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_history_fields[] = {
	{ "field", EXPORT_TEXT, false },
	{ "before", EXPORT_TEXT, true },
	{ "after", EXPORT_TEXT, true },
	{ "by", EXPORT_TEXT, false },
	{ "at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_tags_fields[] = {
	{ "name", EXPORT_TEXT, false },
	{ "at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_interactions_fields[] = {
	{ "kind", EXPORT_TEXT, false },
	{ "from_you", EXPORT_BOOL, false },
	{ "title", EXPORT_TEXT, false },
	{ "detail", EXPORT_TEXT, true },
	{ "amount_cents", EXPORT_NUMBER, true },
	{ "at", EXPORT_INSTANT, true },
	{ "kept_by_law", EXPORT_TEXT, true },
	{ "kept_until", EXPORT_DAY, true },
	{ .name = NULL }
};

const struct export_field export_archive_fields[] = {
	{ "origin", EXPORT_TEXT, false },
	{ "content", EXPORT_TEXT, true },
	{ "kept_by_law", EXPORT_TEXT, false },
	{ "kept_until", EXPORT_DAY, false },
	{ "created_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_address_changes_fields[] = {
	{ "mailbox", EXPORT_TEXT, false },
	{ "created_at", EXPORT_INSTANT, true },
	{ "expires_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_sign_in_fields[] = {
	{ "mailbox", EXPORT_TEXT, false },
	{ "language", EXPORT_TEXT, false },
	{ "has_password", EXPORT_BOOL, false },
	{ "password_at", EXPORT_INSTANT, true },
	{ "created_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_sessions_fields[] = {
	{ "how", EXPORT_TEXT, false },
	{ "browser", EXPORT_TEXT, false },
	{ "created_at", EXPORT_INSTANT, true },
	{ "signed_in_at", EXPORT_INSTANT, true },
	{ "seen_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_links_fields[] = {
	{ "purpose", EXPORT_TEXT, false },
	{ "tries", EXPORT_NUMBER, false },
	{ "created_at", EXPORT_INSTANT, true },
	{ "expires_at", EXPORT_INSTANT, true },
	{ "used_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

static bool
is_by_choice(const char *basis)
{
	return text_equal(basis, "consent") || text_equal(basis, "contract");
}

bool
export_is_given(const struct q_export_provenance *rows, size_t n,
    const struct q_contacts_load *c, const char *field)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (text_equal(rows[i].field, field))
			return is_by_choice(rows[i].basis) &&
			    !text_equal(rows[i].source, "staff");
	return is_by_choice(c->basis) && !text_equal(c->source, "staff");
}

static void
strip_not_given(json_t *row, const struct q_export_provenance *rows,
    size_t n, const struct q_contacts_load *c)
{
	static const char *const fields[] = { "given_name", "family_name",
		"language", "email", "phone", "street", "postcode", "city",
		"country" };
	size_t i;

	for (i = 0; i < LENGTH(fields); i++)
		if (!export_is_given(rows, n, c, fields[i]))
			json_object_set_new(row, fields[i], json_null());
}

static json_t *
given_row(const struct q_contacts_load *c)
{
	return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s, s:s, s:s, s:s}",
	    "given_name", c->given_name, "family_name", c->family_name,
	    "language", c->language, "email", c->email, "phone", c->phone,
	    "street", c->street, "postcode", c->postcode, "city", c->city,
	    "country", c->country);
}

/* Of who came with a file: what holds until it is stated why they may be
 * held, and when they were told (GDPR 6(1), 14). */
static void
add_brought(struct export_reading *r, json_t *row,
    const struct q_export_held *held)
{
	json_t *more = json_pack("{s:s?, s:s?, s:s?, s:s?, s:o, s:s?}",
	    "quarantined_at", export_iso(r, held->quarantined_us),
	    "inform_by", export_day(r, held->inform_by), "informed_at",
	    export_iso(r, held->informed_us), "informed_how",
	    held->informed_how, "informed_notice", export_number(
	    (int64_t)held->informed_notice, held->informed_notice != 0),
	    "not_informed_why", held->not_informed_why);

	if (more == NULL || json_object_update(row, more) != 0)
		r->is_broken = true;
	json_decref(more);
}

static void
add_held(struct export_reading *r, json_t *row,
    const struct q_contacts_load *c, const struct q_export_held *held)
{
	json_t *more = json_pack("{s:s, s:s, s:b, s:s, s:s, s:o, s:s, s:s?,"
	    "s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}",
	    "reference", c->reference, "kind", c->kind, "is_business",
	    c->is_business, "source", c->source, "basis", c->basis,
	    "notice", export_number((int64_t)held->notice,
	    held->notice != 0), "visible_to", held->visibility, "team",
	    held->team, "collected_at", export_iso(r, c->collected_us), "last_contact_at",
	    export_iso(r, c->last_person_us), "relationship_end_at",
	    export_iso(r, c->relationship_end_us), "restricted_at",
	    export_iso(r, c->restricted_us), "restriction", c->restriction,
	    "created_at", export_iso(r, c->created_us), "updated_at",
	    export_iso(r, c->updated_us));

	if (more == NULL || json_object_update(row, more) != 0)
		r->is_broken = true;
	json_decref(more);
}

enum err
export_read_person(struct export_reading *r, json_t *list)
{
	struct q_export_provenance *rows;
	struct q_export_held held;
	struct q_contacts_load c;
	json_t *row;
	size_t n;
	enum err e;

	if ((e = q_contacts_load(r->db, r->arena, r->contact_id, &c)) !=
	    ERR_OK || (e = q_export_held(r->db, r->arena, r->contact_id,
	    &held)) != ERR_OK || (e = q_export_provenance(r->db, r->arena,
	    r->contact_id, &rows, &n)) != ERR_OK)
		return e;
	if ((row = given_row(&c)) != NULL && r->is_portable)
		strip_not_given(row, rows, n, &c);
	else if (row != NULL) {
		add_held(r, row, &c, &held);
		add_brought(r, row, &held);
	}
	export_add(r, list, row);
	return ERR_OK;
}

enum err
export_read_sign_in(struct export_reading *r, json_t *list)
{
	struct q_export_identity *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_identity(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:b, s:s?, s:s?}",
		    "mailbox", rows[i].mailbox, "language", rows[i].language,
		    "has_password", rows[i].has_password, "password_at",
		    export_iso(r, rows[i].password_us), "created_at",
		    export_iso(r, rows[i].created_us)));
	return ERR_OK;
}

enum err
export_read_provenance(struct export_reading *r, json_t *list)
{
	struct q_export_provenance *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_provenance(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:s, s:o, s:s?}",
		    "field", rows[i].field, "source", rows[i].source, "basis",
		    rows[i].basis, "notice", export_number((int64_t)rows[i].notice,
		    rows[i].notice != 0), "at", export_iso(r, rows[i].at_us)));
	return ERR_OK;
}

enum err
export_read_reach(struct export_reading *r, json_t *list)
{
	struct q_export_reach *rows;
	size_t i, n;
	json_t *row;
	enum err e;

	if ((e = q_export_reach(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if (r->is_portable && (!is_by_choice(rows[i].basis) ||
		    text_equal(rows[i].source, "staff")))
			continue;
		row = json_pack("{s:s, s:s, s:s}", "kind", rows[i].kind,
		    "value", rows[i].value, "label", rows[i].label);
		if (row != NULL && !r->is_portable)
			json_object_update_new(row, json_pack(
			    "{s:s, s:s, s:o, s:s?}", "source",
			    rows[i].source, "basis", rows[i].basis, "notice",
			    export_number((int64_t)rows[i].notice,
			    rows[i].notice != 0), "since_at", export_iso(r,
			    rows[i].at_us)));
		export_add(r, list, row);
	}
	return ERR_OK;
}

enum err
export_read_history(struct export_reading *r, json_t *list)
{
	struct person_place before = { "contact_history", "old_sealed",
	    r->contact_id };
	struct person_place after = { "contact_history", "new_sealed",
	    r->contact_id };
	struct q_export_history *rows;
	const char *old, *new;
	size_t i, n;
	enum err e;

	if ((e = q_export_history(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = export_unseal(r, PERSON_LIVE, &before,
		    rows[i].old_sealed, &old)) != ERR_OK ||
		    (e = export_unseal(r, PERSON_LIVE, &after,
		    rows[i].new_sealed, &new)) != ERR_OK)
			return e;
		export_add(r, list, json_pack("{s:s, s:s?, s:s?, s:s, s:s?}",
		    "field", rows[i].field, "before", old, "after", new,
		    "by", rows[i].by_kind, "at", export_iso(r, rows[i].at_us)));
	}
	return ERR_OK;
}

enum err
export_read_tags(struct export_reading *r, json_t *list)
{
	struct q_export_tags *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_tags(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s?}", "name",
		    rows[i].name, "at", export_iso(r, rows[i].at_us)));
	return ERR_OK;
}

enum err
export_read_interactions(struct export_reading *r, json_t *list)
{
	struct person_place place = { "interaction", "detail_sealed",
	    r->contact_id };
	struct q_export_interactions *rows;
	struct q_contacts_load c;
	const char *detail;
	size_t i, n;
	enum err e;

	if ((e = q_contacts_load(r->db, r->arena, r->contact_id, &c)) !=
	    ERR_OK || (e = q_export_interactions(r->db, r->arena,
	    r->contact_id, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if (r->is_portable && (!rows[i].is_from_person ||
		    !is_by_choice(c.basis)))
			continue;
		if ((e = export_unseal(r, PERSON_LIVE, &place,
		    rows[i].detail_sealed, &detail)) != ERR_OK)
			return e;
		export_add(r, list, json_pack("{s:s, s:b, s:s, s:s?, s:o, s:s?, s:s?,"
		    "s:s?}", "kind", rows[i].kind, "from_you",
		    rows[i].is_from_person, "title", rows[i].title, "detail",
		    detail, "amount_cents", export_number(rows[i].amount_cents,
		    rows[i].amount_cents != 0), "at", export_iso(r, rows[i].at_us),
		    "kept_by_law", rows[i].hold_law, "kept_until",
		    export_day(r, rows[i].hold_until)));
	}
	return ERR_OK;
}

enum err
export_read_sessions(struct export_reading *r, json_t *list)
{
	struct q_export_sessions *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_sessions(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:s?, s:s?, s:s?}", "how",
		    rows[i].how, "browser", rows[i].label, "created_at",
		    export_iso(r, rows[i].created_us), "signed_in_at",
		    export_iso(r, rows[i].signed_in_us), "seen_at",
		    export_iso(r, rows[i].seen_us)));
	return ERR_OK;
}

enum err
export_read_address_changes(struct export_reading *r, json_t *list)
{
	struct q_export_address_changes *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_address_changes(r->db, r->arena, r->contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s?, s:s?}", "mailbox",
		    rows[i].mailbox, "created_at", export_iso(r,
		    rows[i].created_us), "expires_at", export_iso(r,
		    rows[i].expires_us)));
	return ERR_OK;
}

enum err
export_read_links(struct export_reading *r, json_t *list)
{
	struct q_export_links *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_links(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:I, s:s?, s:s?, s:s?}",
		    "purpose", rows[i].purpose, "tries",
		    (json_int_t)rows[i].tries, "created_at", export_iso(r,
		    rows[i].created_us), "expires_at", export_iso(r,
		    rows[i].expires_us), "used_at", export_iso(r,
		    rows[i].used_us)));
	return ERR_OK;
}

enum err
export_read_archive(struct export_reading *r, json_t *list)
{
	struct person_place place = { "archive_item", "sealed",
	    r->contact_id };
	struct q_export_archive *rows;
	const char *content;
	size_t i, n;
	enum err e;

	if ((e = q_export_archive(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = export_unseal(r, PERSON_PROOF, &place,
		    rows[i].sealed, &content)) != ERR_OK)
			return e;
		export_add(r, list, json_pack("{s:s, s:s?, s:s, s:s, s:s?}",
		    "origin", rows[i].origin, "content", content,
		    "kept_by_law", rows[i].hold_law, "kept_until",
		    export_day(r, rows[i].hold_until), "created_at",
		    export_iso(r, rows[i].created_us)));
	}
	return ERR_OK;
}
