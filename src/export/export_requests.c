/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a person asked for, what was done about it, and who looked
 * (GDPR 12(3), 15(1); CJEU C-579/21).
 */
#include "export/export_inside.h"

#include "db/queries.h"

const struct export_field export_requests_fields[] = {
	{ "reference", EXPORT_TEXT, false },
	{ "kind", EXPORT_TEXT, false },
	{ "door", EXPORT_TEXT, false },
	{ "state", EXPORT_TEXT, false },
	{ "language", EXPORT_TEXT, false },
	{ "mailbox", EXPORT_TEXT, true },
	{ "words", EXPORT_TEXT, true },
	{ "answer", EXPORT_TEXT, true },
	{ "extended_why", EXPORT_TEXT, true },
	{ "received_at", EXPORT_INSTANT, true },
	{ "due", EXPORT_DAY, false },
	{ "extended_at", EXPORT_INSTANT, true },
	{ "answered_at", EXPORT_INSTANT, true },
	{ "outcome", EXPORT_TEXT, true },
	{ "freeze_ends", EXPORT_DAY, true },
	{ .name = NULL }
};

const struct export_field export_request_steps_fields[] = {
	{ "reference", EXPORT_TEXT, false },
	{ "step", EXPORT_TEXT, false },
	{ "by", EXPORT_TEXT, false },
	{ "at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_erasures_fields[] = {
	{ "reference", EXPORT_TEXT, true },
	{ "state", EXPORT_TEXT, false },
	{ "proof", EXPORT_TEXT, true },
	{ "due_at", EXPORT_INSTANT, true },
	{ "created_at", EXPORT_INSTANT, true },
	{ "decided_at", EXPORT_INSTANT, true },
	{ "ended_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_copies_fields[] = {
	{ "kind", EXPORT_TEXT, false },
	{ "language", EXPORT_TEXT, false },
	{ "state", EXPORT_TEXT, false },
	{ "size_bytes", EXPORT_NUMBER, false },
	{ "sha256", EXPORT_TEXT, true },
	{ "created_at", EXPORT_INSTANT, true },
	{ "ready_at", EXPORT_INSTANT, true },
	{ "downloaded_at", EXPORT_INSTANT, true },
	{ "expires_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_downloads_fields[] = {
	{ "kind", EXPORT_TEXT, false },
	{ "created_at", EXPORT_INSTANT, true },
	{ "at", EXPORT_INSTANT, true },
	{ "is_whole", EXPORT_BOOL, false },
	{ .name = NULL }
};

const struct export_field export_acts_fields[] = {
	{ "act", EXPORT_TEXT, false },
	{ "by", EXPORT_TEXT, false },
	{ "object", EXPORT_TEXT, false },
	{ "at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_looks_fields[] = {
	{ "role", EXPORT_TEXT, false },
	{ "team", EXPORT_TEXT, true },
	{ "kind", EXPORT_TEXT, false },
	{ "reason", EXPORT_TEXT, false },
	{ "at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

const struct export_field export_mails_fields[] = {
	{ "kind", EXPORT_TEXT, false },
	{ "language", EXPORT_TEXT, false },
	{ "state", EXPORT_TEXT, false },
	{ "created_at", EXPORT_INSTANT, true },
	{ "ended_at", EXPORT_INSTANT, true },
	{ .name = NULL }
};

/* What was written about a case: by the person, and to them. */
struct request_texts {
	const char *mailbox;
	const char *words;
	const char *answer;
	const char *extended;
};

static enum err
open_request(struct export_reading *r, const struct q_export_requests *row,
    struct request_texts *ret_texts)
{
	struct person_place place = { "rights_request", "words_sealed",
	    r->contact_id };
	enum err e;

	if ((e = export_unseal(r, PERSON_PROOF, &place, row->words_sealed,
	    &ret_texts->words)) != ERR_OK)
		return e;
	place.column = "mailbox_sealed";
	if ((e = export_unseal(r, PERSON_PROOF, &place, row->mailbox_sealed,
	    &ret_texts->mailbox)) != ERR_OK)
		return e;
	place.column = "answer_sealed";
	if ((e = export_unseal(r, PERSON_PROOF, &place, row->answer_sealed,
	    &ret_texts->answer)) != ERR_OK)
		return e;
	place.column = "extended_sealed";
	return export_unseal(r, PERSON_PROOF, &place, row->extended_sealed,
	    &ret_texts->extended);
}

enum err
export_read_requests(struct export_reading *r, json_t *list)
{
	struct q_export_requests *rows;
	struct request_texts texts;
	size_t i, n;
	enum err e;

	if ((e = q_export_requests(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = open_request(r, &rows[i], &texts)) != ERR_OK)
			return e;
		export_add(r, list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?,"
		    "s:s?, s:s?, s:s?, s:s?, s:s, s:s?, s:s?, s:s?, s:s?}",
		    "reference",
		    rows[i].reference, "kind", rows[i].kind, "door",
		    rows[i].door, "state", rows[i].state, "language",
		    rows[i].language, "mailbox", texts.mailbox, "words",
		    texts.words, "answer", texts.answer, "extended_why",
		    texts.extended, "received_at",
		    export_iso(r, rows[i].received_us), "due", export_day(r,
		    rows[i].due_day), "extended_at", export_iso(r,
		    rows[i].extended_us), "answered_at", export_iso(r,
		    rows[i].answered_us), "outcome", rows[i].outcome,
		    "freeze_ends", export_day(r, rows[i].lift_day)));
	}
	return ERR_OK;
}

enum err
export_read_request_steps(struct export_reading *r, json_t *list)
{
	struct q_export_steps *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_steps(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:s, s:s?}", "reference",
		    rows[i].reference, "step", rows[i].verb, "by",
		    rows[i].actor, "at", export_iso(r, rows[i].at_us)));
	return ERR_OK;
}

enum err
export_read_looks(struct export_reading *r, json_t *list)
{
	struct q_export_looks *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_looks(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s?, s:s, s:s, s:s?}", "role",
		    rows[i].role, "team", rows[i].team, "kind", rows[i].kind,
		    "reason", rows[i].reason, "at", export_iso(r, rows[i].at_us)));
	return ERR_OK;
}

enum err
export_read_mails(struct export_reading *r, json_t *list)
{
	struct q_export_mails *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_mails(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "kind",
		    rows[i].template, "language", rows[i].language, "state",
		    rows[i].state, "created_at", export_iso(r, rows[i].created_us),
		    "ended_at", export_iso(r, rows[i].ended_us)));
	return ERR_OK;
}

enum err
export_read_copies(struct export_reading *r, json_t *list)
{
	struct q_export_copies *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_copies(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:s, s:I, s:s?,"
		    "s:s?, s:s?, s:s?, s:s?}", "kind", rows[i].kind,
		    "language", rows[i].language, "state", rows[i].state,
		    "size_bytes", (json_int_t)rows[i].size_bytes, "sha256",
		    export_hex(r, rows[i].sha256), "created_at",
		    export_iso(r, rows[i].created_us), "ready_at",
		    export_iso(r, rows[i].ready_us), "downloaded_at",
		    export_iso(r, rows[i].downloaded_us), "expires_at",
		    export_iso(r, rows[i].expires_us)));
	return ERR_OK;
}

enum err
export_read_erasures(struct export_reading *r, json_t *list)
{
	struct q_export_erasures *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_erasures(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s?, s:s, s:s?, s:s?, s:s?,"
		    "s:s?, s:s?}", "reference", rows[i].reference, "state",
		    rows[i].state, "proof", rows[i].proof, "due_at",
		    export_iso(r, rows[i].due_us), "created_at",
		    export_iso(r, rows[i].created_us), "decided_at",
		    export_iso(r, rows[i].decided_us), "ended_at",
		    export_iso(r, rows[i].ended_us)));
	return ERR_OK;
}

enum err
export_read_downloads(struct export_reading *r, json_t *list)
{
	struct q_export_downloads *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_downloads(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s?, s:s?, s:b}",
		    "kind", rows[i].kind, "created_at", export_iso(r,
		    rows[i].created_us), "at", export_iso(r, rows[i].at_us),
		    "is_whole", rows[i].is_whole));
	return ERR_OK;
}

enum err
export_read_acts(struct export_reading *r, json_t *list)
{
	struct q_export_acts *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_acts(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:s, s:s?}", "act",
		    rows[i].verb, "by", rows[i].actor, "object",
		    rows[i].object, "at", export_iso(r, rows[i].at_us)));
	return ERR_OK;
}
