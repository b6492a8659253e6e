/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The past of a record, as its page shows it: choices with their proof, what
 * changed, who looked.
 * Law: GDPR 5(1)(d), 7(1), 15(1)(c), 18.
 */
#include "contacts/contacts_past_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "consent/consent_office.h"
#include "keys/person.h"

#define LOOKS_SHOWN	6

/* NULL: it does not open, or is not for who looks. */
static const char *
value_of(struct ctx *c, const struct contacts_past *past, const char *column,
    const char *field, struct bytes sealed)
{
	const struct person_place place = { "contact_history", column,
	    past->id };
	const char *text;

	if (past->key == NULL || person_unseal(c->arena, past->key, &place,
	    sealed, &text) != ERR_OK)
		return NULL;
	if (*text == '\0')
		return "–";
	if (strcmp(field, "organisation") == 0 && !past->sees_all &&
	    !text_equal(text, past->organisation))
		return NULL;
	return contacts_shown(c, past->fields, field, text);
}

static const char *
by_whom(struct ctx *c, const struct q_people_record *h)
{
	if (strcmp(h->kind, "person") == 0)
		return _("by the person");
	if (strcmp(h->kind, "staff") != 0)
		return _("by a program");
	return h->text == NULL ? _("by a colleague") : h->text;
}

/* Where the value is from that this change brought; NULL: a later one has
 * another source, which stands beside it. */
static const char *
source_of(struct ctx *c, const struct contacts_past *past,
    const struct q_people_record *h)
{
	const struct q_people_record *row;

	for (row = past->rows; row < past->rows + past->n; row++)
		if (strcmp(row->what, "from") == 0 && row->at_us ==
		    h->at_us && strcmp(row->name, h->name) == 0)
			return contacts_office_source(c, row->text, h->at_us);
	return NULL;
}

static json_t *
change_view(struct ctx *c, const struct contacts_past *past,
    const struct q_people_record *h)
{
	const char *before = value_of(c, past, "old_sealed", h->name,
	    h->sealed);
	const char *after = value_of(c, past, "new_sealed", h->name,
	    h->after);
	bool has_values = before != NULL && after != NULL;

	return json_pack("{s:o, s:s, s:s, s:o, s:s, s:s?}", "at", page_at(c,
	    h->at_us), "label", contacts_label(c, past->fields, h->name),
	    "text", has_values ? "" : _("changed"), "values", has_values ?
	    json_pack("{s:s, s:s}", "before", before, "after", after) :
	    json_null(), "by", by_whom(c, h), "source", source_of(c, past,
	    h));
}

json_t *
contacts_history_view(struct ctx *c, const struct contacts_past *past)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < past->n; i++)
		if (strcmp(past->rows[i].what, "change") == 0)
			json_array_append_new(list, change_view(c, past,
			    &past->rows[i]));
	json_array_append_new(list, json_pack(
	    "{s:o, s:s, s:s, s:n, s:s, s:n}", "at", page_at(c,
	    past->record->created_us), "label", _("Record"), "text",
	    _("created"), "values", "by", past->source, "source"));
	return list;
}

json_t *
contacts_consents_view(struct ctx *c, const struct q_people_consents *rows,
    size_t n)
{
	const struct q_people_consents *s;
	json_t *list = json_array(), *view;
	const char *version;
	size_t i;

	for (i = 0; i < n; i++) {
		s = &rows[i];
		const struct consent_said said = { s->state, s->is_held,
		    s->said_id, s->material_id, s->is_closed };

		version = arena_printf(c->arena, "%s %" PRIu64 ", %s %" PRIu64,
		    _("Text"), s->number, _("notice"), s->notice_number);
		if (s->form_code != NULL)
			version = arena_printf(c->arena, "%s, %s %s %" PRIu64,
			    version, _("form"), s->form_code, s->form_number);
		view = json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:s}",
		    "title", s->title == NULL ? "" : s->title, "channel",
		    _(consent_channel_label(s->channel)), "at",
		    page_date(c, s->at_us), "how", consent_office_how(c,
		    s->how), "evidence_url", s->evidence_id == 0 ? NULL :
		    arena_printf(c->arena, "/evidence/%" PRIu64,
		    s->evidence_id), "wording", s->wording == NULL ?
		    "" : s->wording, "version", version, "proof",
		    arena_printf(c->arena, "%s %" PRIu64 ", %s", _("entry"),
		    s->event_id, hex_write(c->arena, s->leaf)));
		consent_office_state(c, view, &said);
		json_array_append_new(list, view);
	}
	return list;
}

json_t *
contacts_looks_view(struct ctx *c, const struct contacts_past *past)
{
	const struct q_people_record *row;
	json_t *list = json_array();

	for (row = past->rows; row < past->rows + past->n &&
	    json_array_size(list) < LOOKS_SHOWN; row++)
		if (strcmp(row->what, "look") == 0)
			json_array_append_new(list, json_pack(
			    "{s:o, s:s, s:s}", "at", page_at(c, row->at_us),
			    "who", contacts_role(c, row->name,
			    contacts_rules_team(past->rules,
			    (uint64_t)row->number)), "why",
			    arena_printf(c->arena, "%s, %s",
			    contacts_look_kind(c, row->kind),
			    contacts_reason(c, row->reason))));
	return list;
}

json_t *
contacts_restricted_view(struct ctx *c, const struct q_contacts_load *r)
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

const char *
contacts_office_basis(struct ctx *c, const char *basis)
{
	static const struct words_label words[] = {
		{ "consent", N_("consent") }, { "contract", N_("contract") },
		{ "legal_obligation", N_("legal obligation") },
		{ "vital_interest", N_("vital interest") },
		{ "public_task", N_("public task") },
		{ "legitimate_interest", N_("legitimate interest") },
		{ "unstated", N_("not stated yet") }, { NULL, NULL }
	};

	return _(words_label(words, basis));
}

const char *
contacts_office_source(struct ctx *c, const char *source, int64_t at_us)
{
	static const struct words_label words[] = {
		{ "form", N_("the person, on a form") },
		{ "account", N_("the person, in their space") },
		{ "file", N_("the person, in a file that they sent back") },
		{ "staff", N_("a colleague") },
		{ "import", N_("an imported file") },
		{ NULL, NULL }
	};

	return arena_printf(c->arena, "%s, %s", contacts_source_named(c,
	    _(words_label(words, source)), source), page_date(c, at_us));
}
