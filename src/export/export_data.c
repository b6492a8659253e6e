/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading all that is held on a person (GDPR 15(1), 15(3), 20(1)).
 */
#include "export/export_data.h"

#include "base/clock.h"
#include "base/day.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "html/words.h"
#include "keys/person.h"

enum err
export_begin(struct export_reading *r)
{
	enum err e;

	r->is_broken = false;
	e = person_key_load(r->db, r->arena, r->keys, r->contact_id,
	    PERSON_LIVE, r->live);
	r->has_live = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	e = person_key_load(r->db, r->arena, r->keys, r->contact_id,
	    PERSON_PROOF, r->proof);
	r->has_proof = e == ERR_OK;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

void
export_end(struct export_reading *r)
{
	secret_wipe(r->live, sizeof(r->live));
	secret_wipe(r->proof, sizeof(r->proof));
	r->has_live = r->has_proof = false;
}

static void
add(struct export_reading *r, json_t *list, json_t *row)
{
	if (row == NULL || json_array_append_new(list, row) != 0)
		r->is_broken = true;
}

/* NULL for an instant that there is not. */
static const char *
iso(struct export_reading *r, int64_t at_us)
{
	return at_us == 0 ? NULL : clock_iso(r->arena, at_us);
}

static const char *
day(struct export_reading *r, struct day d)
{
	return d.y == 0 ? NULL : day_write(r->arena, d);
}

static json_t *
number(int64_t n, bool is_there)
{
	return is_there ? json_integer(n) : json_null();
}

/* NULL for nothing; ERR_MALFORMED is a bug of ours, not of the data's. */
static enum err
open_sealed(struct export_reading *r, enum person_class class,
    const struct person_place *place, struct bytes sealed,
    const char **ret_text)
{
	bool has = class == PERSON_LIVE ? r->has_live : r->has_proof;
	enum err e;

	*ret_text = NULL;
	if (sealed.ptr == NULL || !has)
		return ERR_OK;
	if ((e = person_unseal(r->arena, class == PERSON_LIVE ? r->live :
	    r->proof, place, sealed, ret_text)) != ERR_OK)
		log_fault("event=export.unseal table=%s column=%s",
		    place->table, place->column);
	return e;
}

static bool
is_by_choice(const char *basis)
{
	return text_equal(basis, "consent") || text_equal(basis, "contract");
}

/* Whether the person gave the datum ${field}, by consent or for a contract. */
static bool
is_given(const struct q_export_provenance *rows, size_t n,
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
		if (!is_given(rows, n, c, fields[i]))
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

static void
add_held(struct export_reading *r, json_t *row,
    const struct q_contacts_load *c)
{
	json_t *more = json_pack("{s:s, s:s, s:b, s:s, s:s, s:s?, s:s?, s:s?,"
	    "s:s?, s:s?, s:s?, s:s?}",
	    "reference", c->reference, "kind", c->kind, "is_business",
	    c->is_business, "source", c->source, "basis", c->basis,
	    "collected_at", iso(r, c->collected_us), "last_contact_at",
	    iso(r, c->last_person_us), "relationship_end_at",
	    iso(r, c->relationship_end_us), "restricted_at",
	    iso(r, c->restricted_us), "restriction", c->restriction,
	    "created_at", iso(r, c->created_us), "updated_at",
	    iso(r, c->updated_us));

	if (more == NULL || json_object_update(row, more) != 0)
		r->is_broken = true;
	json_decref(more);
}

static enum err
read_person(struct export_reading *r, json_t *list)
{
	struct q_export_provenance *rows;
	struct q_contacts_load c;
	json_t *row;
	size_t n;
	enum err e;

	if ((e = q_contacts_load(r->db, r->arena, r->contact_id, &c)) !=
	    ERR_OK || (e = q_export_provenance(r->db, r->arena,
	    r->contact_id, &rows, &n)) != ERR_OK)
		return e;
	if ((row = given_row(&c)) != NULL && r->is_portable)
		strip_not_given(row, rows, n, &c);
	else if (row != NULL)
		add_held(r, row, &c);
	add(r, list, row);
	return ERR_OK;
}

static enum err
read_sign_in(struct export_reading *r, json_t *list)
{
	struct q_export_identity *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_identity(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:b, s:s?, s:s?}",
		    "mailbox", rows[i].mailbox, "language", rows[i].language,
		    "has_password", rows[i].has_password, "password_at",
		    iso(r, rows[i].password_us), "created_at",
		    iso(r, rows[i].created_us)));
	return ERR_OK;
}

static enum err
read_provenance(struct export_reading *r, json_t *list)
{
	struct q_export_provenance *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_provenance(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:s, s:o, s:s?}",
		    "field", rows[i].field, "source", rows[i].source, "basis",
		    rows[i].basis, "notice", number((int64_t)rows[i].notice,
		    rows[i].notice != 0), "at", iso(r, rows[i].at_us)));
	return ERR_OK;
}

static enum err
read_history(struct export_reading *r, json_t *list)
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
		if ((e = open_sealed(r, PERSON_LIVE, &before,
		    rows[i].old_sealed, &old)) != ERR_OK ||
		    (e = open_sealed(r, PERSON_LIVE, &after,
		    rows[i].new_sealed, &new)) != ERR_OK)
			return e;
		add(r, list, json_pack("{s:s, s:s?, s:s?, s:s, s:s?}",
		    "field", rows[i].field, "before", old, "after", new,
		    "by", rows[i].by_kind, "at", iso(r, rows[i].at_us)));
	}
	return ERR_OK;
}

static enum err
read_interactions(struct export_reading *r, json_t *list)
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
		if ((e = open_sealed(r, PERSON_LIVE, &place,
		    rows[i].detail_sealed, &detail)) != ERR_OK)
			return e;
		add(r, list, json_pack("{s:s, s:b, s:s, s:s?, s:o, s:s?, s:s?,"
		    "s:s?}", "kind", rows[i].kind, "from_you",
		    rows[i].is_from_person, "title", rows[i].title, "detail",
		    detail, "amount_cents", number(rows[i].amount_cents,
		    rows[i].amount_cents != 0), "at", iso(r, rows[i].at_us),
		    "kept_by_law", rows[i].hold_law, "kept_until",
		    day(r, rows[i].hold_until)));
	}
	return ERR_OK;
}

static enum err
read_choices(struct export_reading *r, json_t *list)
{
	struct q_export_choices *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_choices(r->db, r->arena, r->lang, r->contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s?, s:s?, s:s, s:s, s:s, s:s?}",
		    "purpose", rows[i].code, "title", rows[i].title,
		    "wording", rows[i].wording, "basis", rows[i].basis,
		    "channel", rows[i].channel, "state", rows[i].state, "at",
		    iso(r, rows[i].at_us)));
	return ERR_OK;
}

static enum err
read_events(struct export_reading *r, json_t *list)
{
	struct q_export_events *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_events(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:I, s:s, s:s?, s:s, s:s,"
		    "s:I, s:s?, s:o, s:s?}", "kind", rows[i].kind, "purpose",
		    rows[i].code, "purpose_version",
		    (json_int_t)rows[i].number, "channel", rows[i].channel,
		    "wording", rows[i].wording, "how", rows[i].how,
		    "language", rows[i].language, "notice",
		    (json_int_t)rows[i].notice, "form", rows[i].form,
		    "form_version", number((int64_t)rows[i].form_number,
		    rows[i].form_number != 0), "at", iso(r, rows[i].at_us)));
	return ERR_OK;
}

static enum err
read_soft(struct export_reading *r, json_t *list)
{
	struct q_export_soft *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_soft(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s?, s:b, s:b}", "purpose",
		    rows[i].code, "sold_at", iso(r, rows[i].sold_us),
		    "is_similar_product", rows[i].is_similar_product,
		    "was_objection_offered", rows[i].was_objection_offered));
	return ERR_OK;
}

/* What was written about a case: by the person, and to them. */
struct request_texts {
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

	if ((e = open_sealed(r, PERSON_PROOF, &place, row->words_sealed,
	    &ret_texts->words)) != ERR_OK)
		return e;
	place.column = "answer_sealed";
	if ((e = open_sealed(r, PERSON_PROOF, &place, row->answer_sealed,
	    &ret_texts->answer)) != ERR_OK)
		return e;
	place.column = "extended_sealed";
	return open_sealed(r, PERSON_PROOF, &place, row->extended_sealed,
	    &ret_texts->extended);
}

static enum err
read_requests(struct export_reading *r, json_t *list)
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
		add(r, list, json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?,"
		    "s:s?, s:s?, s:s?, s:s?, s:s?}", "reference",
		    rows[i].reference, "kind", rows[i].kind, "door",
		    rows[i].door, "state", rows[i].state, "words",
		    texts.words, "answer", texts.answer, "extended_why",
		    texts.extended, "received_at",
		    iso(r, rows[i].received_us), "due", day(r,
		    rows[i].due_day), "extended_at", iso(r,
		    rows[i].extended_us), "answered_at", iso(r,
		    rows[i].answered_us), "outcome", rows[i].outcome));
	}
	return ERR_OK;
}

static enum err
read_steps(struct export_reading *r, json_t *list)
{
	struct q_export_steps *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_steps(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:s, s:s?}", "reference",
		    rows[i].reference, "step", rows[i].verb, "by",
		    rows[i].actor, "at", iso(r, rows[i].at_us)));
	return ERR_OK;
}

static enum err
read_looks(struct export_reading *r, json_t *list)
{
	struct q_export_looks *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_looks(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s?, s:s, s:s, s:s?}", "role",
		    rows[i].role, "team", rows[i].team, "kind", rows[i].kind,
		    "reason", rows[i].reason, "at", iso(r, rows[i].at_us)));
	return ERR_OK;
}

static enum err
read_mails(struct export_reading *r, json_t *list)
{
	struct q_export_mails *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_mails(r->db, r->arena, r->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "kind",
		    rows[i].template, "language", rows[i].language, "state",
		    rows[i].state, "created_at", iso(r, rows[i].created_us),
		    "ended_at", iso(r, rows[i].ended_us)));
	return ERR_OK;
}

static enum err
read_sessions(struct export_reading *r, json_t *list)
{
	struct q_export_sessions *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_sessions(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:s?, s:s?, s:s?}", "how",
		    rows[i].how, "browser", rows[i].label, "created_at",
		    iso(r, rows[i].created_us), "signed_in_at",
		    iso(r, rows[i].signed_in_us), "seen_at",
		    iso(r, rows[i].seen_us)));
	return ERR_OK;
}

static enum err
read_copies(struct export_reading *r, json_t *list)
{
	struct q_export_copies *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_copies(r->db, r->arena, r->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?}",
		    "kind", rows[i].kind, "state", rows[i].state, "created_at",
		    iso(r, rows[i].created_us), "ready_at",
		    iso(r, rows[i].ready_us), "downloaded_at",
		    iso(r, rows[i].downloaded_us), "expires_at",
		    iso(r, rows[i].expires_us)));
	return ERR_OK;
}

static enum err
read_purposes(struct export_reading *r, json_t *list)
{
	struct q_export_purposes *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_purposes(r->db, r->arena, r->lang, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:s, s:s, s:I}", "purpose",
		    rows[i].code, "title", rows[i].title, "wording",
		    rows[i].wording, "basis", rows[i].basis, "months_kept",
		    (json_int_t)rows[i].months));
	return ERR_OK;
}

static enum err
read_rules(struct export_reading *r, json_t *list)
{
	struct q_contacts_rules *rows;
	size_t i, n;
	enum err e;

	if ((e = q_contacts_rules(r->db, r->arena, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		add(r, list, json_pack("{s:s, s:s, s:s, s:I, s:s}",
		    "category", rows[i].category, "law", rows[i].law,
		    "counted_from", rows[i].start_event, "months_kept",
		    (json_int_t)rows[i].months, "then", rows[i].action));
	return ERR_OK;
}

static void
add_information(struct export_reading *r, json_t *list, const char *key,
    const char *heading, const char *text)
{
	add(r, list, json_pack("{s:s, s:s, s:s}", "item", key, "heading",
	    heading, "text", text));
}

/* The items of Art. 15(1): the newest notice, and whom to turn to. */
static enum err
read_information(struct export_reading *r, json_t *list)
{
	struct q_export_notice *notice;
	struct q_site_load site;
	json_t *blocks, *b;
	size_t i, n;
	enum err e;

	if ((e = q_site_load(r->db, r->arena, &site)) != ERR_OK ||
	    (e = q_export_notice(r->db, r->arena, r->lang, &notice, &n)) !=
	    ERR_OK)
		return e;
	add_information(r, list, "site.controller", words_get(r->lang,
	    N_("Who is responsible")), arena_printf(r->arena, "%s, %s, %s",
	    site.legal_name, site.address, site.contact_email));
	add_information(r, list, "site.dpo", words_get(r->lang,
	    N_("Data protection officer")), arena_printf(r->arena, "%s, %s",
	    site.dpo_name, site.dpo_email));
	add_information(r, list, "site.authority", words_get(r->lang,
	    N_("Where to complain")), arena_printf(r->arena, "%s, %s",
	    site.authority_name, site.authority_url));
	if (n == 0)
		return ERR_OK;
	blocks = json_loads(notice[0].blocks, JSON_REJECT_DUPLICATES, NULL);
	if (blocks == NULL)
		r->is_broken = true;
	json_array_foreach(blocks, i, b)
		add(r, list, json_pack("{s:O, s:O, s:O}", "item",
		    json_object_get(b, "key"), "heading",
		    json_object_get(b, "heading"), "text",
		    json_object_get(b, "text")));
	json_decref(blocks);
	return ERR_OK;
}

const struct export_section export_sections[EXPORT_SECTIONS] = {
	{ "person", N_("Your record"), true, read_person },
	{ "provenance", N_("Where your data came from"), false,
	  read_provenance },
	{ "history", N_("What was changed"), false, read_history },
	{ "interactions", N_("Requests and bookings"), true,
	  read_interactions },
	{ "choices", N_("Your choices"), true, read_choices },
	{ "choice_events", N_("How your choices came about"), false,
	  read_events },
	{ "soft_opt_in", N_("Offers on products like those you bought"),
	  false, read_soft },
	{ "requests", N_("My requests"), false, read_requests },
	{ "request_steps", N_("What was done about your requests"), false,
	  read_steps },
	{ "looks", N_("Who looked"), false, read_looks },
	{ "mails", N_("Mails sent to you"), false, read_mails },
	{ "sign_in", N_("Your sign-in"), false, read_sign_in },
	{ "sessions", N_("Where you are signed in"), false, read_sessions },
	{ "copies", N_("Copies made for you"), false, read_copies },
	{ "information", N_("What you have a right to know"), false,
	  read_information },
	{ "purposes", N_("What data is used for"), false, read_purposes },
	{ "retention", N_("How long data is kept"), false, read_rules },
};

enum err
export_read(struct export_reading *r, const struct export_section *section,
    json_t **ret_list)
{
	json_t *list = json_array();
	enum err e = section->read(r, list);

	if (e == ERR_OK && r->is_broken) {
		log_fault("event=export.read section=%s error=no_text",
		    section->name);
		e = ERR_BUG;
	}
	if (e != ERR_OK) {
		json_decref(list);
		return e;
	}
	*ret_list = list;
	return ERR_OK;
}
