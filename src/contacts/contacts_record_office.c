/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One record: data with provenance, choices with their proof, what changed,
 * cases, and who looked.  Whoever may not see it is told it does not exist.
 * Law: GDPR 5(1)(f), 7(1), 15(1); LAW R25b.
 */
#include "contacts/contacts_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "consent/consent_office.h"
#include "contacts/contacts_crossing_office.h"
#include "contacts/contacts_past_office.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "keys/person.h"

#define LOOKS_MONTHS	12	/* how long access lines are kept */

/* Everything the page shows. */
struct record {
	struct ctx *c;
	uint64_t id;
	struct contacts_query query;	/* .id NULL: not found by a search */
	const char *team;		/* of the contact; NULL: none */
	struct contacts_crossing crossing;	/* by which it opens, if at all */
	struct q_contacts_load r;
	struct q_contacts_provenance *from;
	struct q_contacts_rules *rules;
	struct q_contacts_interactions *orders;
	struct q_people_consents *consents;
	struct q_people_history *changes;
	json_t *cases;
	struct q_contacts_looks *looks;
	struct q_people_labels *labels;
	struct q_people_brought brought;
	struct q_organisations_shown of;	/* .organisation_id 0: belongs to none */
	struct q_reach_list *reach;
	size_t n_labels, n_reach, n_from, n_rules, n_orders, n_consents;
	size_t n_changes, n_looks;
	struct custom_fields fields;
	struct custom_value *values;
	size_t n_values;
	unsigned char key[KEY_BYTES];	/* the person's, to read details */
	bool has_key;
};

static enum err
load_organisation(struct record *o)
{
	struct ctx *c = o->c;
	enum err e;

	e = q_organisations_shown(c->db, c->arena, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, o->id, &o->of);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err
load(struct record *o)
{
	struct ctx *c = o->c;
	int64_t since_us = day_start_us(day_add_months(day_of(c->now_us),
	    -LOOKS_MONTHS));
	const struct custom_reading reading = { c->worker->keys, &o->fields,
		o->id };
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, o->id, &o->r)) != ERR_OK ||
	    (e = custom_fields_load(c->db, c->arena, c->lang, &o->fields)) !=
	    ERR_OK ||
	    (e = custom_values_load(c->db, c->arena, &reading, &o->values,
	    &o->n_values)) != ERR_OK ||
	    (e = q_contacts_provenance(c->db, c->arena, o->id, &o->from,
	    &o->n_from)) != ERR_OK ||
	    (e = q_contacts_rules(c->db, c->arena, &o->rules, &o->n_rules)) !=
	    ERR_OK ||
	    (e = q_contacts_interactions(c->db, c->arena, o->id, &o->orders,
	    &o->n_orders)) != ERR_OK ||
	    (e = q_people_brought(c->db, c->arena, o->id, &o->brought)) !=
	    ERR_OK ||
	    (e = q_reach_list(c->db, c->arena, o->id, &o->reach,
	    &o->n_reach)) != ERR_OK ||
	    (e = load_organisation(o)) != ERR_OK ||
	    (e = q_people_labels(c->db, c->arena, o->id, &o->labels,
	    &o->n_labels)) != ERR_OK ||
	    (e = q_people_consents(c->db, c->arena, c->lang, o->id,
	    &o->consents, &o->n_consents)) != ERR_OK ||
	    (e = q_people_history(c->db, c->arena, o->id, &o->changes,
	    &o->n_changes)) != ERR_OK ||
	    (e = q_contacts_looks(c->db, c->arena, o->id, UINT64_MAX, since_us,
	    &o->looks, &o->n_looks)) != ERR_OK)
		return e;
	e = person_key_load(c->db, c->arena, c->worker->keys, o->id,
	    PERSON_LIVE, o->key);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	o->has_key = e == ERR_OK;
	return contacts_office_cases(c, o->id, &o->cases);
}

static const struct q_contacts_rules *
rule_of(const struct record *o, const char *category)
{
	size_t i;

	for (i = 0; i < o->n_rules; i++)
		if (strcmp(o->rules[i].category, category) == 0)
			return &o->rules[i];
	return NULL;
}

/* Year 0: no rule says. */
static struct day
record_day(const struct record *o)
{
	const struct q_contacts_rules *rule = rule_of(o, o->r.kind);
	int64_t from_us = o->r.relationship_end_us != 0 ?
	    o->r.relationship_end_us : o->r.last_person_us;

	return rule == NULL ? (struct day){ 0 } : contacts_delete_day(from_us,
	    rule->months);
}

static const char *
day_of_going(const struct record *o, struct day day)
{
	struct ctx *c = o->c;

	return day.y == 0 ? _("a rule is set") : page_day(c, day);
}

static const char *
record_goes(const struct record *o)
{
	return day_of_going(o, record_day(o));
}

static json_t *
item(const char *label, const char *value, const char *source,
    const char *basis, const char *delete_on)
{
	return json_pack("{s:s, s:s, s:n, s:s, s:s, s:s}", "label", label,
	    "value", value, "detail", "source", source, "basis", basis,
	    "delete_on", delete_on);
}

/* Where a field came from: its own row, or the record's words. */
static struct q_contacts_provenance
from_of(const struct record *o, const char *field)
{
	size_t i;

	for (i = 0; i < o->n_from; i++)
		if (strcmp(o->from[i].field, field) == 0)
			return o->from[i];
	return (struct q_contacts_provenance){ .source = o->r.source,
	    .basis = o->r.basis, .at_us = o->r.collected_us };
}

static void
add(json_t *items, const struct record *o, const char *field,
    const char *value)
{
	struct q_contacts_provenance from = from_of(o, field);
	struct ctx *c = o->c;

	if (value == NULL || *value == '\0')
		return;
	json_array_append_new(items, item(contacts_field_label(c, field),
	    contacts_value(c, field, value), contacts_office_source(c, from.source,
	    from.at_us), contacts_office_basis(c, from.basis), record_goes(o)));
}

static void
add_custom(json_t *items, const struct record *o,
    const struct custom_value *v)
{
	struct q_contacts_provenance from = from_of(o, v->field->name);
	struct ctx *c = o->c;
	json_t *view;

	view = item(v->field->label, contacts_custom_shown(c, v->field,
	    v->text), contacts_office_source(c, from.source, v->at_us),
	    contacts_office_basis(c,
	    v->field->basis), day_of_going(o, custom_goes(v->field, v->at_us,
	    record_day(o))));
	if (*v->field->purposes != '\0')
		json_object_set_new(view, "detail", json_string(arena_printf(
		    c->arena, "%s %s", _("Held for:"), v->field->purposes)));
	json_array_append_new(items, view);
}

static void
add_reach(json_t *items, const struct record *o)
{
	const struct q_reach_list *r;
	struct ctx *c = o->c;
	size_t i;

	for (i = 0; i < o->n_reach; i++) {
		r = &o->reach[i];
		json_array_append_new(items, item(contacts_reach_label(c,
		    r->kind, r->label), contacts_value(c, r->kind, r->value),
		    contacts_office_source(c, r->source, r->at_us),
		    contacts_office_basis(c, r->basis),
		    record_goes(o)));
	}
}

static void
add_order(json_t *items, const struct record *o,
    const struct q_contacts_interactions *t)
{
	static const struct words_label words[] = {
		{ "order", N_("Order") }, { "request", N_("Request") },
		{ "call", N_("Call") }, { "visit", N_("Visit") },
		{ "note", N_("Note") },
		{ NULL, NULL }
	};
	const struct person_place place = { "interaction", "detail_sealed",
		o->id };
	struct ctx *c = o->c;
	const struct q_contacts_rules *rule = rule_of(o, t->kind);
	const char *goes = record_goes(o);
	const char *label = _(words_label(words, t->kind)), *detail;
	json_t *view;

	if (t->hold_law != NULL)
		goes = arena_printf(c->arena, "%s, %s",
		    page_day(c, t->hold_until), t->hold_law);
	else if (rule != NULL && strcmp(rule->start_event, "collected") == 0)
		goes = page_day(c, contacts_delete_day(t->at_us,
		    rule->months));
	view = item(label, t->amount_cents == 0 ?
	    t->title : arena_printf(c->arena, "%s, %s", t->title, page_euros(c,
	    t->amount_cents)),
	    contacts_office_source(c, t->is_from_person && !t->is_noted ? "account" :
	    "staff", t->at_us), contacts_office_basis(c, t->hold_law != NULL ?
	    "legal_obligation" : "contract"), goes);
	if (t->detail_sealed.ptr != NULL && o->has_key &&
	    person_unseal(c->arena, o->key, &place, t->detail_sealed,
	    &detail) == ERR_OK)
		json_object_set_new(view, "detail", json_string(detail));
	json_array_append_new(items, view);
}

static void
add_group(json_t *groups, const char *id, const char *title, json_t *items)
{
	if (json_array_size(items) > 0)
		json_array_append_new(groups, json_pack("{s:s, s:s, s:O}",
		    "id", id, "title", title, "items", items));
	json_decref(items);
}

static json_t *
groups_view(const struct record *o)
{
	json_t *groups = json_array(), *who = json_array();
	json_t *reach = json_array(), *orders = json_array();
	json_t *custom = json_array();
	struct ctx *c = o->c;
	size_t i;

	add(who, o, "given_name", o->r.given_name);
	add(who, o, "family_name", o->r.family_name);
	add(who, o, "language", o->r.language);
	if (o->of.organisation_id != 0) {
		add(who, o, "organisation", o->of.name);
		add(who, o, "job_title", o->of.job_title);
		add(who, o, "member_since", o->of.since.y == 0 ? NULL :
		    day_write(c->arena, o->of.since));
		add(who, o, "own_business", o->of.is_own ? "yes" : NULL);
	}
	add(reach, o, "email", o->r.email);
	add(reach, o, "phone", o->r.phone);
	add_reach(reach, o);
	add(reach, o, "street", o->r.street);
	add(reach, o, "postcode", o->r.postcode);
	add(reach, o, "city", o->r.city);
	add(reach, o, "country", o->r.country);
	for (i = 0; i < o->n_values; i++)
		add_custom(custom, o, &o->values[i]);
	for (i = 0; i < o->n_orders; i++)
		add_order(orders, o, &o->orders[i]);
	add_group(groups, "identity", _("Identity"), who);
	add_group(groups, "reach", _("How to reach them"), reach);
	add_group(groups, "custom", _("Other data"), custom);
	add_group(groups, "orders", _("Orders and exchanges"), orders);
	return groups;
}

static json_t *
consents_view(const struct record *o)
{
	const struct q_people_consents *s;
	json_t *list = json_array(), *view;
	struct ctx *c = o->c;
	const char *version;
	size_t i;

	for (i = 0; i < o->n_consents; i++) {
		s = &o->consents[i];
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

static const char *
with_query(const struct record *o, const char *path)
{
	return arena_printf(o->c->arena, "/contacts/%" PRIu64 "%s%s%s", o->id,
	    path, o->query.id == NULL ? "" : "?q=",
	    o->query.id == NULL ? "" : o->query.id);
}

static json_t *
labels_view(const struct record *o)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < o->n_labels; i++)
		json_array_append_new(list, json_string(o->labels[i].name));
	return list;
}

static bool
is_editor(const struct record *o)
{
	return (ROLE_BIT(o->c->caller.role) & CONTACTS_EDITORS) != 0;
}

/* Who crosses a silo looks and notes: nothing else. */
static bool
may_change(const struct record *o)
{
	return is_editor(o) && o->crossing.id == 0;
}

static bool
may_merge(const struct record *o)
{
	return (ROLE_BIT(o->c->caller.role) & CONTACTS_MERGERS) != 0 &&
	    may_change(o) && o->r.restriction == NULL &&
	    o->brought.quarantined_us == 0;
}

/* Cases stay with the silo: whoever crosses it is told that they are there. */
static void
add_cases(const struct record *o, json_t *view)
{
	json_t *one;
	size_t i;

	if (o->crossing.id != 0)
		json_array_foreach(o->cases, i, one)
			json_object_set_new(one, "url", json_null());
	json_object_set_new(view, "has_requests",
	    json_boolean(json_array_size(o->cases) > 0));
	json_object_set_new(view, "requests", o->cases);
}

/* What is missing is stated by whoever may change the record. */
static json_t *
quarantine_view(const struct record *o)
{
	json_t *view = contacts_office_quarantine(o->c, o->id, &o->brought);

	if (o->crossing.id != 0 && json_is_object(view))
		json_object_set_new(view, "url", json_null());
	return view;
}

static void
add_head(const struct record *o, const char *reason, json_t *view)
{
	struct ctx *c = o->c;

	json_object_set_new(view, "back_url", json_string(
	    o->query.id == NULL ? "/contacts" : arena_printf(c->arena,
	    "/contacts?q=%s", o->query.id)));
	json_object_set_new(view, "audit_url", c->caller.role != ROLE_DPO ?
	    json_null() : json_string(arena_printf(c->arena,
	    "/audit?contact=%" PRIu64, o->id)));
	json_object_set_new(view, "labels_url", !may_change(o) ||
	    o->r.restriction != NULL ? json_null() : json_string(
	    with_query(o, "/labels")));
	json_object_set_new(view, "assign_url", json_string(with_query(o,
	    "/assign")));
	json_object_set_new(view, "merge_url", !may_merge(o) ? json_null() :
	    json_string(with_query(o, "/merge")));
	json_object_set_new(view, "labels", labels_view(o));
	json_object_set_new(view, "organisation", o->of.organisation_id == 0 ?
	    json_null() : json_pack("{s:s, s:s?}", "name", o->of.name, "url",
	    !o->of.is_seen ? NULL : arena_printf(c->arena,
	    "/organisations/%" PRIu64, o->of.organisation_id)));
	json_object_set_new(view, "organisation_url", !may_change(o) ?
	    json_null() : json_string(arena_printf(c->arena,
	    "/contacts/%" PRIu64 "/organisation", o->id)));
	json_object_set_new(view, "edit_url", !may_change(o) ? json_null() :
	    json_string(with_query(o, "/edit")));
	json_object_set_new(view, "file_url", !may_change(o) ||
	    text_equal(o->r.restriction, "erasure") ? json_null() :
	    json_string(arena_printf(c->arena, "/contacts/%" PRIu64 "/file",
	    o->id)));
	json_object_set_new(view, "export_url", !may_change(o) ||
	    o->r.restriction != NULL ||
	    o->brought.quarantined_us != 0 ? json_null() :
	    json_string(arena_printf(c->arena, "/exports/new?contact=%"
	    PRIu64, o->id)));
	json_object_set_new(view, "copy_form", !may_change(o) ||
	    o->r.identity_id == 0 || text_equal(o->r.restriction,
	    "erasure") ? json_null() : page_csrf(c, "/contacts/:id/copy",
	    arena_printf(c->arena, "/contacts/%" PRIu64 "/copy", o->id)));
	json_object_set_new(view, "name", json_string(contacts_name(c,
	    &o->r)));
	json_object_set_new(view, "reference", json_string(o->r.reference));
	json_object_set_new(view, "kind", json_string(
	    strcmp(o->r.kind, "customer") == 0 ? _("Customer") :
	    _("Prospect")));
	json_object_set_new(view, "team", json_string(o->team == NULL ?
	    _("no team") : o->team));
	json_object_set_new(view, "role", json_string(contacts_role(c,
	    role_choices[c->caller.role].value, NULL)));
	json_object_set_new(view, "why_opened", json_string(
	    contacts_reason(c, reason)));
	json_object_set_new(view, "restricted", contacts_restricted_view(c,
	    &o->r));
	json_object_set_new(view, "quarantine", quarantine_view(o));
	json_object_set_new(view, "told", contacts_office_told(c, &o->brought));
	if (o->r.restriction == NULL && o->brought.quarantined_us != 0)
		page_state(view, _("in quarantine"), MOOD_WARN);
	else if (o->r.restriction == NULL)
		page_state(view, _("active"), MOOD_OK);
	else
		page_state(view, strcmp(o->r.restriction, "erasure") == 0 ?
		    _("erasure") : _("restricted"), MOOD_BAD);
}

/* What staff may add, unless nothing is added any more. */
static void
add_form(const struct record *o, struct form *form, json_t *view)
{
	struct ctx *c = o->c;

	if (!is_editor(o) || text_equal(o->r.restriction, "erasure"))
		json_object_set_new(view, "form", json_null());
	else
		page_form(c, view, "/contacts/:id/interactions",
		    with_query(o, "/interactions"), form);
}

static enum err
draw(const struct record *o, const char *reason, struct form *form,
    enum err why)
{
	struct ctx *c = o->c;
	const struct contacts_past past = { .fields = &o->fields,
	    .record = &o->r, .id = o->id, .key = o->has_key ? o->key : NULL,
	    .changes = o->changes, .n = o->n_changes, .from = o->from,
	    .n_from = o->n_from, .organisation = o->of.organisation_id == 0 ?
	    NULL : o->of.name, .sees_all = auth_office_sees_all(c),
	    .source = contacts_office_source(c, o->r.source,
	    o->r.collected_us) };
	json_t *view = page_view(c, contacts_name(c, &o->r));

	add_head(o, reason, view);
	add_form(o, form, view);
	json_object_set_new(view, "groups", groups_view(o));
	json_object_set_new(view, "has_consents",
	    json_boolean(o->n_consents > 0));
	json_object_set_new(view, "consents", consents_view(o));
	json_object_set_new(view, "choices_url", json_string(arena_printf(
	    c->arena, "/contacts/%" PRIu64 "/choices", o->id)));
	json_object_set_new(view, "history", contacts_history_view(c, &past));
	add_cases(o, view);
	json_object_set_new(view, "crossing", contacts_crossing_view(c,
	    &o->crossing));
	json_object_set_new(view, "looks", contacts_looks_view(c, o->looks,
	    o->n_looks));
	return why == ERR_OK ? page(c, "office/contacts_show.html", view) :
	    page_form_again(c, why, "office/contacts_show.html", view);
}

/* A record of the silo; or one into which a crossing leads. */
static enum err
find(struct record *o)
{
	struct q_people_one one;
	struct ctx *c = o->c;
	enum err e;

	e = q_people_one(c->db, c->arena, o->id, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &one);
	if (e == ERR_NOTFOUND)
		return contacts_crossing_open(c, o->id, &o->crossing,
		    &o->team);
	o->team = e == ERR_OK ? one.team : NULL;
	return e;
}

/* Whose record it is, if it is for this member of staff, and why it opens. */
static enum err
begin(struct record *o, const char **ret_reason)
{
	struct ctx *c = o->c;
	const struct param *q = params_find(&c->query, "q");
	enum err e;

	*ret_reason = "daily";
	if ((e = ctx_path_u64(c, 0, &o->id)) != ERR_OK ||
	    (e = find(o)) != ERR_OK)
		return e;
	if (o->crossing.id != 0)
		*ret_reason = o->crossing.reason;
	if (q == NULL || o->crossing.id != 0)
		return ERR_OK;
	e = contacts_query_load(c, q->value, &o->query);
	if (e == ERR_OK)
		*ret_reason = o->query.reason;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err
show(struct record *o, const char *reason, struct form *form, enum err why)
{
	struct contacts_looking looking = { "record", reason };
	struct ctx *c = o->c;
	enum err e;

	if ((e = load(o)) == ERR_OK &&
	    (e = contacts_looked(c, &looking, &o->id, 1)) == ERR_OK)
		e = draw(o, reason, form, why);
	else
		json_decref(o->cases);
	secret_wipe(o->key, sizeof(o->key));
	return e;
}

enum err
contacts_office_show(struct ctx *c)
{
	struct record o = { .c = c };
	const char *reason;
	enum err e;

	e = begin(&o, &reason);
	if (e == ERR_NOTFOUND)
		return contacts_merged_show(c);
	if (e != ERR_OK)
		return e;
	form_blank(c, contacts_office_interaction_fields, &c->form);
	form_set(&c->form, "kind", "call");
	return show(&o, reason, &c->form, ERR_OK);
}

enum err
contacts_office_note(struct ctx *c)
{
	struct record o = { .c = c };
	const char *reason;
	enum err e;

	if ((e = begin(&o, &reason)) != ERR_OK)
		return e;
	e = form_read(c, contacts_office_interaction_fields, &c->form);
	if (e == ERR_OK)
		e = contacts_note(c, o.id);
	if (e == ERR_OK)
		return page_redirect(c, with_query(&o, ""));
	if (e != ERR_INVALID && e != ERR_MALFORMED)
		return e;
	return show(&o, reason, &c->form, e);
}
