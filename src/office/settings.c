/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The settings: where each of them is, who is responsible, and how long what
 * is kept.
 * Law: GDPR 5(1)(e), 13(1)(a), 24.
 */
#include "office/settings.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "consent/consent_purposes_office.h"
#include "custom/custom_office.h"
#include "db/queries.h"
#include "office/office.h"

/* The parts with pages of their own. */
static const struct {
	const char *url;
	const char *title;
	const char *text;
	unsigned roles;
} cards[] = {
	{ "/staff", N_("Staff"),
	  N_("Who works here, with which role, and who lets them in."),
	  OFFICE_STAFF },
	{ "/staff/teams", N_("Teams"),
	  N_("Who shares contacts with whom."), OFFICE_STAFF },
	{ "/settings/purposes", N_("Purposes"),
	  N_("What people are asked, in which words, and who is asked again."),
	  CONSENT_PURPOSE_READERS },
	{ "/settings/fields", N_("Fields"),
	  N_("What a record holds beyond what every contact has."),
	  CUSTOM_READERS },
};

static json_t *
cards_view(struct ctx *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < LENGTH(cards); i++)
		if (office_is_among(c, cards[i].roles))
			json_array_append_new(list, json_pack(
			    "{s:s, s:s, s:s}", "url", cards[i].url, "title",
			    _(cards[i].title), "text", _(cards[i].text)));
	return list;
}

static void
add_fact(struct ctx *c, json_t *list, const char *name, const char *value)
{
	json_array_append_new(list, json_pack("{s:s, s:s}", "label",
	    _(settings_field_label(name)), "value", value));
}

static json_t *
facts_view(struct ctx *c, const struct q_site_load *r)
{
	json_t *list = json_array();

	add_fact(c, list, "name", r->name);
	add_fact(c, list, "legal_name", r->legal_name);
	add_fact(c, list, "address", r->address);
	add_fact(c, list, "contact_email", r->contact_email);
	add_fact(c, list, "dpo_name", r->dpo_name);
	add_fact(c, list, "dpo_email", r->dpo_email);
	add_fact(c, list, "authority_name", r->authority_name);
	add_fact(c, list, "authority_url", r->authority_url);
	add_fact(c, list, "holidays", r->holidays);
	add_fact(c, list, "cooling_off_minutes", arena_printf(c->arena,
	    "%" PRIu64, r->cooling_off_minutes));
	json_array_append_new(list, json_pack("{s:s, s:s}", "label",
	    _("Taken out in a day without a second person"), "value",
	    words_count(c->arena, c->lang, "{n} contact", "{n} contacts",
	    r->export_rows)));
	json_array_append_new(list, json_pack("{s:s, s:s}", "label",
	    _("Backups live"), "value", words_count(c->arena, c->lang,
	    "{n} day", "{n} days", r->backup_days)));
	json_array_append_new(list, json_pack("{s:s, s:s}", "label",
	    _("The database’s own log lives"), "value", words_count(c->arena,
	    c->lang, "{n} day", "{n} days", r->binlog_days)));
	return list;
}

static json_t *
rule_view(struct ctx *c, const struct q_site_rules *r)
{
	static const struct words_label categories[] = {
		{ "prospect", N_("Prospects") },
		{ "customer", N_("Customers") },
		{ "order", N_("Orders") }, { "request", N_("Requests") },
		{ "signup", N_("Sign-ups") },
		{ "rights_request", N_("Requests about rights") },
		{ NULL, NULL }
	};
	static const struct words_label starts[] = {
		{ "last_person_contact", N_("the person’s last contact") },
		{ "relationship_end", N_("the end of the relationship") },
		{ "collected", N_("the day it was collected") },
		{ "answered", N_("the answer") },
		{ "year_end", N_("the end of the year") },
		{ NULL, NULL }
	};
	static const struct words_label ends[] = {
		{ "erase", N_("erased") },
		{ "archive", N_("kept in an archive apart") },
		{ "anonymise", N_("made anonymous") },
		{ NULL, NULL }
	};

	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "category",
	    _(words_label(categories, r->category)), "months",
	    words_count(c->arena, c->lang, "{n} month", "{n} months",
	    r->months), "start", _(words_label(starts, r->start_event)),
	    "then", _(words_label(ends, r->action)), "law", r->law);
}

static enum err
rules_view(struct ctx *c, json_t **ret_list)
{
	struct q_site_rules *rows;
	size_t i, n;
	enum err e;

	if ((e = q_site_rules(c->db, c->arena, &rows, &n)) != ERR_OK)
		return e;
	*ret_list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(*ret_list, rule_view(c, &rows[i]));
	return ERR_OK;
}

enum err
settings_office_show(struct ctx *c)
{
	struct q_site_load row;
	json_t *view, *rules;
	enum err e;

	if ((e = q_site_load(c->db, c->arena, &row)) != ERR_OK ||
	    (e = rules_view(c, &rules)) != ERR_OK)
		return e;
	view = page_view(c, _("Settings"));
	json_object_set_new(view, "cards", cards_view(c));
	json_object_set_new(view, "facts", facts_view(c, &row));
	json_object_set_new(view, "edit_url", office_is_among(c,
	    OFFICE_ACCOUNTS) ? json_string("/settings/controller") :
	    json_null());
	json_object_set_new(view, "has_rules", json_boolean(
	    json_array_size(rules) > 0));
	json_object_set_new(view, "rules", rules);
	return page(c, "office/settings.html", view);
}
