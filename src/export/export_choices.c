/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a person chose, how it came about, and what stops a mail to them
 * (GDPR 7(1), 15(1), 21(3)).
 */
#include "export/export_inside.h"

#include "consent/consent.h"
#include "db/queries.h"
#include "evidence/evidence.h"

const struct export_field export_choices_fields[] = {
	{ "purpose", EXPORT_TEXT, false },
	{ "title", EXPORT_TEXT, true },
	{ "wording", EXPORT_TEXT, true },
	{ "basis", EXPORT_TEXT, false },
	{ "channel", EXPORT_TEXT, false },
	{ "state", EXPORT_TEXT, false },
	{ "at", EXPORT_INSTANT, true },
	{ "is_held", EXPORT_BOOL, false },
	{ .name = NULL }
};

const struct export_field export_choice_events_fields[] = {
	{ "kind", EXPORT_TEXT, false },
	{ "purpose", EXPORT_TEXT, false },
	{ "purpose_version", EXPORT_NUMBER, false },
	{ "channel", EXPORT_TEXT, false },
	{ "wording", EXPORT_TEXT, true },
	{ "how", EXPORT_TEXT, false },
	{ "language", EXPORT_TEXT, false },
	{ "notice", EXPORT_NUMBER, false },
	{ "form", EXPORT_TEXT, true },
	{ "form_version", EXPORT_NUMBER, true },
	{ "form_sha256", EXPORT_TEXT, true },
	{ "at", EXPORT_INSTANT, true },
	{ "evidence", EXPORT_TEXT, true },
	{ .name = NULL }
};

const struct export_field export_evidence_fields[] = {
	{ "file", EXPORT_TEXT, false },
	{ "kind", EXPORT_TEXT, false },
	{ "size_bytes", EXPORT_NUMBER, false },
	{ "sha256", EXPORT_TEXT, false },
	{ "at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_soft_opt_in_fields[] = {
	{ "purpose", EXPORT_TEXT, false },
	{ "sold_at", EXPORT_INSTANT, true },
	{ "is_similar_product", EXPORT_BOOL, false },
	{ "was_objection_offered", EXPORT_BOOL, false },
	{ "is_address_from_sale", EXPORT_BOOL, false },
	{ .name = NULL }
};

const struct export_field export_suppressions_fields[] = {
	{ "identifier", EXPORT_TEXT, false },
	{ "purpose", EXPORT_TEXT, true },
	{ "channel", EXPORT_TEXT, false },
	{ "basis", EXPORT_TEXT, false },
	{ "since_at", EXPORT_INSTANT, true },
	{ "until_at", EXPORT_INSTANT, true },
	{ "superseded_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

enum err
export_read_choices(struct export_reading *r, json_t *list)
{
	struct q_export_choices *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_choices(r->db, r->arena, r->lang, r->contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s?, s:s?, s:s, s:s, s:s, s:s?, s:b}",
		    "purpose", rows[i].code, "title", rows[i].title,
		    "wording", rows[i].wording, "basis", rows[i].basis,
		    "channel", rows[i].channel, "state", rows[i].state, "at",
		    export_iso(r, rows[i].at_us), "is_held",
		    rows[i].is_held));
	return ERR_OK;
}

enum err
export_read_choice_events(struct export_reading *r, json_t *list)
{
	struct q_export_events *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_events(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:I, s:s, s:s?, s:s, s:s,"
		    "s:I, s:s?, s:o, s:s?, s:s?, s:s?}", "kind", rows[i].kind, "purpose",
		    rows[i].code, "purpose_version",
		    (json_int_t)rows[i].number, "channel", rows[i].channel,
		    "wording", rows[i].wording, "how", rows[i].how,
		    "language", rows[i].language, "notice",
		    (json_int_t)rows[i].notice, "form", rows[i].form,
		    "form_version", export_number((int64_t)rows[i].form_number,
		    rows[i].form_number != 0), "form_sha256", export_hex(r,
		    rows[i].rendering), "at", export_iso(r, rows[i].at_us),
		    "evidence", rows[i].evidence_id == 0 ? NULL :
		    evidence_file(r->arena, rows[i].evidence_id,
		    rows[i].evidence_kind)));
	return ERR_OK;
}

enum err
export_read_evidence(struct export_reading *r, json_t *list)
{
	struct q_evidence_list *rows;
	size_t i, n;
	enum err e;

	if ((e = q_evidence_list(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:I, s:s, s:s?}",
		    "file", evidence_file(r->arena, rows[i].id,
		    rows[i].kind), "kind", rows[i].kind, "size_bytes",
		    (json_int_t)rows[i].size_bytes, "sha256", export_hex(r,
		    rows[i].sha256), "at", export_iso(r,
		    rows[i].created_us)));
	return ERR_OK;
}

enum err
export_read_soft_opt_in(struct export_reading *r, json_t *list)
{
	struct q_export_soft *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_soft(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s?, s:b, s:b, s:b}",
		    "purpose", rows[i].code, "sold_at", export_iso(r, rows[i].sold_us),
		    "is_similar_product", rows[i].is_similar_product,
		    "was_objection_offered", rows[i].was_objection_offered,
		    "is_address_from_sale", rows[i].is_address_from_sale));
	return ERR_OK;
}

/* The hashes of what somebody is reached by. */
struct hashing {
	struct export_reading *r;
	struct q_export_suppressions_each list[DB_EACH_MAX];
	size_t n;
};

static void
add_hash(struct hashing *h, const char *identifier, const char *value)
{
	unsigned char *hash;

	if (value == NULL || h->n == DB_EACH_MAX)
		return;
	hash = arena_take(h->r->arena, HASH_BYTES);
	consent_suppression_hash(h->r->arena, h->r->keys, identifier, value,
	    hash);
	h->list[h->n++].identifier_hash = (struct bytes){ hash, HASH_BYTES };
}

static const char *
key_text(struct export_reading *r, struct bytes key)
{
	return key.ptr == NULL ? NULL : arena_textn(r->arena, key.ptr,
	    key.len);
}

static enum err
add_hashes(struct hashing *h)
{
	struct export_reading *r = h->r;
	struct q_reach_list *beside;
	struct q_contacts_load c;
	size_t i, n;
	enum err e;

	if ((e = q_contacts_load(r->db, r->arena, r->contact_id, &c)) !=
	    ERR_OK || (e = q_reach_list(r->db, r->arena, r->contact_id,
	    &beside, &n)) != ERR_OK)
		return e;
	add_hash(h, "email", key_text(r, c.email_key));
	add_hash(h, "phone", c.phone);
	for (i = 0; i < n; i++)
		add_hash(h, beside[i].kind, key_text(r, beside[i].value_key));
	return ERR_OK;
}

/* Rows stand under the keyed hash of an address or a number. */
enum err
export_read_suppressions(struct export_reading *r, json_t *list)
{
	struct hashing h = { .r = r };
	struct q_export_suppressions *rows;
	size_t i, n;
	enum err e;

	if ((e = add_hashes(&h)) != ERR_OK || h.n == 0)
		return e;
	if ((e = q_export_suppressions(r->db, r->arena, h.list, h.n, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s?, s:s, s:s, s:s?,"
		    "s:s?, s:s?}", "identifier", rows[i].identifier,
		    "purpose", rows[i].code, "channel", rows[i].channel,
		    "basis", rows[i].basis, "since_at", export_iso(r,
		    rows[i].since_us), "until_at", export_iso(r,
		    rows[i].until_us), "superseded_at", export_iso(r,
		    rows[i].superseded_us)));
	return ERR_OK;
}
