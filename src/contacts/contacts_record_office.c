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
#include "contacts/contacts_crossing_office.h"
#include "contacts/contacts_past_office.h"
#include "contacts/contacts_rules.h"
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
	const struct contacts_rules *rules;
	struct q_people_record *rows;	/* of what each of them says */
	size_t n;
	struct q_people_brought brought;
	const struct q_people_record *of;	/* the organisation; NULL: none */
	struct q_people_consents *consents;
	size_t n_consents;
	const struct custom_fields *fields;
	struct custom_value *values;
	size_t n_values;
	unsigned char key[KEY_BYTES];	/* the person's, to read details */
	bool has_key;
};

static bool
is_of(const struct q_people_record *row, const char *what)
{
	return strcmp(row->what, what) == 0;
}

/* What this company notes beside the rest. */
static enum err
open_custom(struct record *o)
{
	struct q_custom_values *custom = arena_take(o->c->arena, (o->n + 1) *
	    sizeof(*custom));
	struct custom_reading reading = { .keys = o->c->worker->keys,
	    .contact_id = o->id, .key = o->has_key ? o->key : NULL };
	const struct q_people_record *row;
	size_t n = 0;
	enum err e;

	for (row = o->rows; row < o->rows + o->n; row++)
		if (is_of(row, "custom"))
			custom[n++] = (struct q_custom_values){ row->id,
			    row->text, row->number, row->day, row->sealed,
			    row->at_us };
	if ((e = contacts_rules_fields(o->c, custom, n, &o->fields)) !=
	    ERR_OK)
		return e;
	reading.fields = o->fields;
	return custom_values_open(o->c->db, o->c->arena, &reading, custom, n,
	    &o->values, &o->n_values);
}

/* The rows of which there is one. */
static enum err
take_single(struct record *o)
{
	struct ctx *c = o->c;
	const struct q_people_record *row;
	enum err e;

	for (row = o->rows; row < o->rows + o->n; row++) {
		if (is_of(row, "organisation"))
			o->of = row;
		else if (is_of(row, "brought"))
			o->brought = (struct q_people_brought){ row->number,
			    row->name, row->day, row->at_us, row->kind,
			    row->id, row->text };
		else if (is_of(row, "key")) {
			if ((e = person_key_unwrap(c->arena, c->worker->keys,
			    o->id, PERSON_LIVE, row->sealed, o->key)) !=
			    ERR_OK)
				return e;
			o->has_key = true;
		}
	}
	return ERR_OK;
}

static enum err
load(struct record *o)
{
	struct ctx *c = o->c;
	int64_t since_us = day_start_us(day_add_months(day_of(c->now_us),
	    -LOOKS_MONTHS));
	enum err e;

	if ((e = contacts_rules_load(c, &o->rules)) != ERR_OK ||
	    (e = q_contacts_load(c->db, c->arena, o->id, &o->r)) != ERR_OK ||
	    (e = q_people_record(c->db, c->arena, o->id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    since_us, &o->rows, &o->n)) != ERR_OK ||
	    (e = q_people_consents(c->db, c->arena, c->lang, o->id,
	    &o->consents, &o->n_consents)) != ERR_OK ||
	    (e = take_single(o)) != ERR_OK)
		return e;
	return open_custom(o);
}

static const struct q_contacts_rules *
rule_of(const struct record *o, const char *category)
{
	size_t i;

	for (i = 0; i < o->rules->n; i++)
		if (strcmp(o->rules->rows[i].category, category) == 0)
			return &o->rules->rows[i];
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
	return json_pack("{s:s, s:s, s:n, s:{s:s, s:s, s:s}}", "label", label,
	    "value", value, "detail", "from", "source", source, "basis",
	    basis, "delete_on", delete_on);
}

/* Where a field came from: its own row, or the record's words. */
static struct q_people_record
from_of(const struct record *o, const char *field)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (is_of(&o->rows[i], "from") &&
		    strcmp(o->rows[i].name, field) == 0)
			return o->rows[i];
	return (struct q_people_record){ .text = o->r.source,
	    .law = o->r.basis, .at_us = o->r.collected_us };
}

static void
add(json_t *items, const struct record *o, const char *field,
    const char *value)
{
	struct q_people_record from = from_of(o, field);
	struct ctx *c = o->c;

	if (value == NULL || *value == '\0')
		return;
	json_array_append_new(items, item(contacts_field_label(c, field),
	    contacts_value(c, field, value), contacts_office_source(c, from.text,
	    from.at_us), contacts_office_basis(c, from.law), record_goes(o)));
}

static void
add_custom(json_t *items, const struct record *o,
    const struct custom_value *v)
{
	struct q_people_record from = from_of(o, v->field->name);
	struct ctx *c = o->c;
	json_t *view;

	view = item(v->field->label, contacts_custom_shown(c, v->field,
	    v->text), contacts_office_source(c, from.text, v->at_us),
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
	const struct q_people_record *r;
	struct ctx *c = o->c;

	for (r = o->rows; r < o->rows + o->n; r++)
		if (is_of(r, "reach"))
			json_array_append_new(items, item(
			    contacts_reach_label(c, r->name, r->kind),
			    contacts_value(c, r->name, r->text),
			    contacts_office_source(c, r->reason, r->at_us),
			    contacts_office_basis(c, r->law),
			    record_goes(o)));
}

static void
add_order(json_t *items, const struct record *o,
    const struct q_people_record *t)
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
	const struct q_contacts_rules *rule = rule_of(o, t->name);
	const char *goes = record_goes(o);
	const char *label = _(words_label(words, t->name)), *detail;
	json_t *view;

	if (t->law != NULL)
		goes = arena_printf(c->arena, "%s, %s",
		    page_day(c, t->day), t->law);
	else if (rule != NULL && strcmp(rule->start_event, "collected") == 0)
		goes = page_day(c, contacts_delete_day(t->at_us,
		    rule->months));
	view = item(label, t->number == 0 ?
	    t->text : arena_printf(c->arena, "%s, %s", t->text, page_euros(c,
	    t->number)),
	    contacts_office_source(c, t->is_own && t->is_seen ? "account" :
	    "staff", t->at_us), contacts_office_basis(c, t->law != NULL ?
	    "legal_obligation" : "contract"), goes);
	if (t->sealed.ptr != NULL && o->has_key &&
	    person_unseal(c->arena, o->key, &place, t->sealed,
	    &detail) == ERR_OK)
		json_object_set_new(view, "detail", json_string(detail));
	json_array_append_new(items, view);
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
	if (o->of != NULL) {
		add(who, o, "organisation", o->of->name);
		add(who, o, "job_title", o->of->text);
		add(who, o, "member_since", o->of->day.y == 0 ? NULL :
		    day_write(c->arena, o->of->day));
		add(who, o, "own_business", o->of->is_own ? "yes" : NULL);
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
	for (i = 0; i < o->n; i++)
		if (is_of(&o->rows[i], "exchange"))
			add_order(orders, o, &o->rows[i]);
	contacts_group_add(groups, "identity", _("Identity"), who);
	contacts_group_add(groups, "reach", _("How to reach them"), reach);
	contacts_group_add(groups, "custom", _("Other data"), custom);
	contacts_group_add(groups, "orders", _("Orders and exchanges"), orders);
	return groups;
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

	for (i = 0; i < o->n; i++)
		if (is_of(&o->rows[i], "label"))
			json_array_append_new(list, json_string(
			    o->rows[i].name));
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
	json_t *list = json_array(), *one;
	size_t i;

	for (i = 0; i < o->n; i++) {
		if (!is_of(&o->rows[i], "case"))
			continue;
		one = contacts_office_case(o->c, &o->rows[i]);
		if (o->crossing.id != 0)
			json_object_set_new(one, "url", json_null());
		json_array_append_new(list, one);
	}
	json_object_set_new(view, "has_requests",
	    json_boolean(json_array_size(list) > 0));
	json_object_set_new(view, "requests", list);
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
	json_t *labels;

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
	labels = labels_view(o);
	json_object_set_new(view, "has_labels", json_boolean(
	    json_array_size(labels) > 0));
	json_object_set_new(view, "labels", labels);
	json_object_set_new(view, "organisation", o->of == NULL ?
	    json_null() : json_pack("{s:s, s:s?}", "name", o->of->name, "url",
	    !o->of->is_seen ? NULL : arena_printf(c->arena,
	    "/organisations/%" PRIu64, o->of->id)));
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
	const struct contacts_past past = { .fields = o->fields,
	    .rules = o->rules, .record = &o->r, .id = o->id,
	    .key = o->has_key ? o->key : NULL, .rows = o->rows, .n = o->n,
	    .organisation = o->of == NULL ? NULL : o->of->name,
	    .sees_all = auth_office_sees_all(c),
	    .source = contacts_office_source(c, o->r.source,
	    o->r.collected_us) };
	json_t *view = page_view(c, contacts_name(c, &o->r));

	add_head(o, reason, view);
	add_form(o, form, view);
	json_object_set_new(view, "groups", groups_view(o));
	json_object_set_new(view, "has_consents",
	    json_boolean(o->n_consents > 0));
	json_object_set_new(view, "consents", contacts_consents_view(c,
	    o->consents, o->n_consents));
	json_object_set_new(view, "choices_url", json_string(arena_printf(
	    c->arena, "/contacts/%" PRIu64 "/choices", o->id)));
	json_object_set_new(view, "history", contacts_history_view(c, &past));
	add_cases(o, view);
	json_object_set_new(view, "crossing", contacts_crossing_view(c,
	    &o->crossing));
	json_object_set_new(view, "looks", contacts_looks_view(c, &past));
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
