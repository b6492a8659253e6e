/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is held on the person, with source, purpose, basis, the day it goes,
 * and who looked.
 * Law: GDPR 15(1); LAW R25b; FEATURES CS1, X12, X13, X17.
 */
#include "contacts/contacts_portal.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/text.h"
#include "contacts/contacts_facts.h"
#include "contacts/contacts_rules.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"

#define LOOKS_MONTHS	12	/* how long access lines are kept */
#define LOOKS_PER_PAGE	25
#define LOOKS_SHOWN	3	/* on the overview */

/* Everything the overview shows. */
struct overview {
	struct ctx *c;
	const struct q_contacts_load *r;
	const struct contacts_rules *rules;
	const struct q_contacts_overview *rows;
	size_t n;
	struct day last_day;	/* of the record, by its rule; year 0: none */
	const char *goes;	/* the same in words */
	struct custom_value *values;
	size_t n_values;
};

/* The first row of a kind; NULL when there is none. */
static const struct q_contacts_overview *
row_of(const struct overview *o, const char *what)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (strcmp(o->rows[i].what, what) == 0)
			return &o->rows[i];
	return NULL;
}

static const struct q_contacts_rules *
rule_of(const struct overview *o, const char *category)
{
	size_t i;

	for (i = 0; i < o->rules->n; i++)
		if (strcmp(o->rules->rows[i].category, category) == 0)
			return &o->rules->rows[i];
	return NULL;
}

/* The day the record goes, by the rule of its kind and the last contact. */
static struct day
record_day(const struct overview *o)
{
	const struct q_contacts_rules *rule = rule_of(o, o->r->kind);
	int64_t from_us = o->r->relationship_end_us != 0 ?
	    o->r->relationship_end_us : o->r->last_person_us;

	return rule == NULL ? (struct day){ 0 } : contacts_delete_day(from_us,
	    rule->months);
}

static const char *
day_of_going(struct ctx *c, struct day day)
{
	return day.y == 0 ? _("no rule yet: ask us") : page_day(c, day);
}

/* What this company notes beside the rest. */
static enum err
load_custom(struct overview *o)
{
	struct ctx *c = o->c;
	struct q_custom_values *rows = arena_take(c->arena, (o->n + 1) *
	    sizeof(*rows));
	struct custom_reading reading = { .keys = c->worker->keys,
		.contact_id = c->caller.contact_id };
	const struct q_contacts_overview *row;
	size_t n = 0;
	enum err e;

	for (row = o->rows; row < o->rows + o->n; row++) {
		if (strcmp(row->what, "custom") != 0)
			continue;
		rows[n] = (struct q_custom_values){ .value_text = row->text,
		    .value_number = row->number, .value_day = row->day,
		    .sealed = row->sealed, .at_us = row->at_us };
		if (parse_u64(row->name, &rows[n++].field_id) != ERR_OK)
			return ERR_BUG;
	}
	if ((e = contacts_rules_fields(c, rows, n, &reading.fields)) !=
	    ERR_OK)
		return e;
	return custom_values_open(c->db, c->arena, &reading, rows, n,
	    &o->values, &o->n_values);
}

static struct facts
facts_of(const struct overview *o, const char *source, const char *basis,
    int64_t at_us)
{
	struct ctx *c = o->c;

	return (struct facts){ {
	    [FACT_SOURCE] = contacts_source(c, source, at_us),
	    [FACT_PURPOSE] = strcmp(basis, "consent") == 0 ?
	    _("to write to you what you chose") : _("to carry out your orders"),
	    [FACT_BASIS] = contacts_basis(c, basis),
	    [FACT_DELETE_ON] = o->goes } };
}

/* ${own}: the facts of the record, for a field that has none of its own. */
static void
add(struct group *g, const struct overview *o, const struct facts *own,
    const char *field, const char *value)
{
	const struct q_contacts_overview *row;
	struct datum *d = &g->data[g->n];
	size_t i;

	if (value == NULL || *value == '\0')
		return;
	*d = (struct datum){ contacts_field_label(o->c, field),
	    contacts_value(o->c, field, value), *own };
	for (i = 0; i < o->n; i++) {
		row = &o->rows[i];
		if (strcmp(row->what, "field") == 0 &&
		    strcmp(row->name, field) == 0)
			d->facts = facts_of(o, row->text, row->law,
			    row->at_us);
	}
	g->n++;
}

/* Further addresses or numbers, each with facts of its own. */
static void
add_reach(struct group *g, const struct overview *o, const char *kind)
{
	const struct q_contacts_overview *row;
	size_t i;

	for (i = 0; i < o->n; i++) {
		row = &o->rows[i];
		if (strcmp(row->what, "reach") == 0 &&
		    strcmp(row->name, kind) == 0)
			g->data[g->n++] = (struct datum){
			    contacts_reach_label(o->c, row->name, row->kind),
			    contacts_value(o->c, row->name, row->text),
			    facts_of(o, row->reason, row->law, row->at_us) };
	}
}

static void
add_organisation(struct group *g, const struct overview *o,
    const struct facts *own)
{
	const struct q_contacts_overview *row = row_of(o, "organisation");

	if (row == NULL)
		return;
	add(g, o, own, "organisation", row->name);
	add(g, o, own, "job_title", row->text);
	add(g, o, own, "member_since", row->day.y == 0 ? NULL :
	    day_write(o->c->arena, row->day));
	add(g, o, own, "own_business", row->is_from_person ? "yes" : NULL);
}

static void
add_custom(struct group *g, const struct overview *o,
    const struct custom_value *v)
{
	const struct q_contacts_overview *row;
	const char *source = o->r->source;
	struct ctx *c = o->c;
	struct facts facts;
	size_t i;

	for (i = 0; i < o->n; i++) {
		row = &o->rows[i];
		if (strcmp(row->what, "field") == 0 &&
		    strcmp(row->name, v->field->name) == 0)
			source = row->text;
	}
	facts = facts_of(o, source, v->field->basis, v->at_us);
	if (*v->field->purposes != '\0')
		facts.of[FACT_PURPOSE] = v->field->purposes;
	facts.of[FACT_DELETE_ON] = day_of_going(c, custom_goes(v->field,
	    v->at_us, o->last_day));
	g->data[g->n++] = (struct datum){ v->field->label,
	    contacts_custom_shown(c, v->field, v->text), facts };
}

static void
add_interaction(struct group *g, const struct overview *o,
    const struct q_contacts_overview *row)
{
	struct ctx *c = o->c;
	const struct q_contacts_rules *rule = rule_of(o, row->name);
	bool is_order = strcmp(row->name, "order") == 0;
	const char *goes = o->goes, *label;

	label = is_order ? _("Order") : strcmp(row->name, "request") == 0 ?
	    _("Request") : strcmp(row->name, "call") == 0 ? _("Call") :
	    strcmp(row->name, "visit") == 0 ? _("Visit") : _("Note");
	if (row->law != NULL)
		goes = arena_printf(c->arena, "%s, %s", page_day(c,
		    row->day), row->law);
	else if (rule != NULL && strcmp(rule->start_event, "collected") == 0)
		goes = page_day(c, contacts_delete_day(row->at_us,
		    rule->months));
	g->data[g->n++] = (struct datum){ label, row->number == 0 ?
	    row->text : arena_printf(c->arena, "%s, %s", row->text,
	    page_euros(c, row->number)), { {
	    [FACT_SOURCE] = contacts_source(c, row->is_from_person ?
	    "account" : "staff", row->at_us),
	    [FACT_PURPOSE] = _("to carry out your orders"),
	    [FACT_BASIS] = contacts_basis(c, row->law != NULL ?
	    "legal_obligation" : "contract"),
	    [FACT_DELETE_ON] = goes } } };
}

static int
compare_texts(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* What staff labelled the record with: "Groups, Seaside"; "" for nothing. */
static const char *
tags_text(const struct overview *o)
{
	const char **names = arena_take(o->c->arena, (o->n + 1) *
	    sizeof(*names));
	size_t i, n = 0;
	struct buf b;

	for (i = 0; i < o->n; i++)
		if (strcmp(o->rows[i].what, "tag") == 0)
			names[n++] = o->rows[i].name;
	qsort(names, n, sizeof(*names), compare_texts);
	buf_open(&b, o->c->arena);
	for (i = 0; i < n; i++) {
		buf_text(&b, i == 0 ? "" : ", ");
		buf_text(&b, names[i]);
	}
	return b.len == 0 ? "" : b.ptr;
}

static json_t *
groups_view(const struct overview *o, size_t *ret_n)
{
	struct datum who_data[10];
	struct group who = { who_data, 0 };
	struct group reach = { arena_take(o->c->arena, (o->n + 6) *
	    sizeof(struct datum)), 0 };
	struct group orders = { arena_take(o->c->arena, (o->n + 1) *
	    sizeof(struct datum)), 0 };
	struct group custom = { arena_take(o->c->arena, (o->n_values + 1) *
	    sizeof(struct datum)), 0 };
	const struct q_contacts_load *r = o->r;
	json_t *list = json_array();
	struct ctx *c = o->c;
	struct facts own = facts_of(o, r->source, r->basis, r->collected_us);
	size_t i;

	add(&who, o, &own, "given_name", r->given_name);
	add(&who, o, &own, "family_name", r->family_name);
	add(&who, o, &own, "language", r->language);
	add(&who, o, &own, "kind", strcmp(r->kind, "customer") == 0 ?
	    _("customer") : _("prospect"));
	add(&who, o, &own, "reference", r->reference);
	add(&who, o, &own, "tags", tags_text(o));
	add_organisation(&who, o, &own);
	add(&reach, o, &own, "email", r->email);
	add(&reach, o, &own, "phone", r->phone);
	add_reach(&reach, o, "email");
	add_reach(&reach, o, "phone");
	add(&reach, o, &own, "street", r->street);
	add(&reach, o, &own, "postcode", r->postcode);
	add(&reach, o, &own, "city", r->city);
	add(&reach, o, &own, "country", r->country);
	for (i = 0; i < o->n; i++)
		if (strcmp(o->rows[i].what, "interaction") == 0)
			add_interaction(&orders, o, &o->rows[i]);
	for (i = 0; i < o->n_values; i++)
		add_custom(&custom, o, &o->values[i]);
	*ret_n = who.n + reach.n + custom.n + orders.n;
	json_array_append_new(list, contacts_group_view("who", _("Who you are"),
	    &who));
	if (reach.n > 0)
		json_array_append_new(list, contacts_group_view("reach",
		    _("How to reach you"), &reach));
	if (custom.n > 0)
		json_array_append_new(list, contacts_group_view("custom",
		    _("What else we noted"), &custom));
	if (orders.n > 0)
		json_array_append_new(list, contacts_group_view("orders",
		    _("Your requests and orders"), &orders));
	return list;
}

/* The looks among the rows of the overview; at most LOOKS_PER_PAGE and one. */
static struct q_contacts_looks *
looks_of(const struct overview *o, size_t *ret_n)
{
	struct q_contacts_looks *looks = arena_take(o->c->arena,
	    (o->n + 1) * sizeof(*looks));
	const struct q_contacts_overview *row;
	size_t i, n = 0;

	for (i = 0; i < o->n; i++) {
		row = &o->rows[i];
		if (strcmp(row->what, "look") == 0)
			looks[n++] = (struct q_contacts_looks){
			    .role = row->name,
			    .team = contacts_rules_team(o->rules,
			    (uint64_t)row->number),
			    .kind = row->kind, .reason = row->reason,
			    .at_us = row->at_us };
	}
	*ret_n = n;
	return looks;
}

/* Whether two looks read alike but for the hour. */
static bool
is_like(const struct q_contacts_looks *a, const struct q_contacts_looks *b)
{
	return day_compare(day_of(a->at_us), day_of(b->at_us)) == 0 &&
	    strcmp(a->role, b->role) == 0 && text_equal(a->team, b->team) &&
	    strcmp(a->kind, b->kind) == 0 &&
	    strcmp(a->reason, b->reason) == 0;
}

static const char *
look_text(struct ctx *c, const char *kind, uint64_t times)
{
	const char *what = contacts_look_kind(c, kind), *count;

	if (times == 1)
		return what;
	count = words_count(c->arena, c->lang, "{n} time that day",
	    "{n} times that day", times);
	return *what == '\0' ? count : arena_printf(c->arena, "%s, %s", what,
	    count);
}

/* Those that read alike are one line, where the last of them stands; ${most}
 * lines. */
static json_t *
looks_view(struct ctx *c, const struct q_contacts_looks *rows, size_t n,
    size_t most)
{
	json_t *list = json_array();
	bool *is_said = arena_take(c->arena, (n + 1) * sizeof(*is_said));
	uint64_t times;
	size_t i, j;

	memset(is_said, 0, (n + 1) * sizeof(*is_said));
	for (i = 0; i < n && json_array_size(list) < most; i++) {
		if (is_said[i])
			continue;
		for (j = i, times = 0; j < n; j++)
			if (is_like(&rows[i], &rows[j])) {
				is_said[j] = true;
				times++;
			}
		json_array_append_new(list, json_pack("{s:o, s:s, s:s, s:s}",
		    "at", page_at(c, rows[i].at_us), "who", contacts_role(c,
		    rows[i].role, rows[i].team), "what",
		    look_text(c, rows[i].kind, times), "why",
		    contacts_reason(c, rows[i].reason)));
	}
	return list;
}

/* An erasure comes before all else: when it begins, and what stops it. */
static json_t *
erasure_notice(struct ctx *c, const struct q_contacts_erasure *row)
{
	bool is_intent = strcmp(row->state, "intent") == 0;
	bool is_cooling = strcmp(row->state, "cooling") == 0;

	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b}",
	    "title", is_intent ? _("Your erasure waits for your confirmation") :
	    is_cooling ? _("Your data will be erased") :
	    _("Your data is being erased"),
	    "text", is_intent ?
	    _("Press the link in the mail that we sent you, or cancel it.") :
	    is_cooling ? arena_printf(c->arena, "%s %s. %s",
	    _("The erasure starts by itself on"), page_date_time(c,
	    row->due_us), _("Until then you can cancel it.")) :
	    _("The last mail brings you the receipt."),
	    "url", "/account/erasure", "link", is_intent || is_cooling ?
	    _("See it or cancel it") : _("See it"),
	    "is_ok", 0, "is_warn", 1, "is_bad", 0);
}

/* What is under way; only who has asked for something may have an erasure. */
static enum err
load_notice(const struct overview *o, json_t **ret_notice)
{
	const struct q_contacts_overview *row, *open = NULL;
	struct q_contacts_erasure erasure;
	struct ctx *c = o->c;
	size_t i;
	enum err e;

	for (i = 0; i < o->n; i++) {
		row = &o->rows[i];
		if (strcmp(row->what, "request") == 0 && (open == NULL ||
		    day_compare(row->day, open->day) < 0))
			open = row;
	}
	*ret_notice = json_null();
	if (open == NULL)
		return ERR_OK;
	e = q_contacts_erasure(c->db, c->arena, c->caller.contact_id,
	    &erasure);
	if (e == ERR_OK)
		*ret_notice = erasure_notice(c, &erasure);
	if (e != ERR_NOTFOUND)
		return e;
	*ret_notice = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b}",
	    "title", _("A request of yours is under way"),
	    "text", arena_printf(c->arena, "%s · %s %s", open->name,
	    _("answered by"), page_day(c, open->day)),
	    "url", "/account/requests", "link", _("See it"),
	    "is_ok", 0, "is_warn", 0, "is_bad", 0);
	return ERR_OK;
}

static void
add_urls(json_t *view)
{
	static const struct { const char *name, *url; } urls[] = {
		{ "data_url", "/account/data" },
		{ "consents_url", "/account/consents" },
		{ "activity_url", "/account/activity" },
		{ "export_url", "/account/export" },
		{ "restriction_url", "/account/restriction" },
		{ "erasure_url", "/account/erasure" },
	};
	size_t i;

	for (i = 0; i < LENGTH(urls); i++)
		json_object_set_new(view, urls[i].name,
		    json_string(urls[i].url));
}

static int64_t
looks_since_us(const struct ctx *c)
{
	return day_start_us(day_add_months(day_of(c->now_us), -LOOKS_MONTHS));
}

enum err
contacts_portal_account(struct ctx *c)
{
	uint64_t id = c->caller.contact_id;
	struct overview o = { .c = c, .r = c->caller.record };
	const struct q_contacts_overview *given;
	struct q_contacts_overview *rows;
	struct q_contacts_looks *looks;
	size_t n_looks, n_data;
	json_t *view, *notice;
	enum err e;

	if ((e = contacts_rules_load(o.c, &o.rules)) != ERR_OK ||
	    (e = q_contacts_overview(c->db, c->arena, id, looks_since_us(c),
	    &rows, &o.n)) != ERR_OK)
		return e;
	o.rows = rows;
	o.last_day = record_day(&o);
	o.goes = day_of_going(c, o.last_day);
	if ((e = load_custom(&o)) != ERR_OK ||
	    (e = load_notice(&o, &notice)) != ERR_OK)
		return e;
	looks = looks_of(&o, &n_looks);
	given = row_of(&o, "given");
	view = page_view(c, _("My space"));
	json_object_set_new(view, "greeting", json_string(c->caller.name));
	json_object_set_new(view, "notice", notice);
	json_object_set_new(view, "groups", groups_view(&o, &n_data));
	json_object_set_new(view, "summary", json_pack("{s:I, s:s, s:s}",
	    "data", (json_int_t)n_data, "consents", given == NULL ? "0" : given->name,
	    "looks", n_looks > LOOKS_PER_PAGE ? _("more than 25") :
	    arena_printf(c->arena, "%zu", n_looks)));
	json_object_set_new(view, "has_looks", json_boolean(n_looks > 0));
	json_object_set_new(view, "looks", looks_view(c, looks,
	    n_looks > LOOKS_PER_PAGE ? LOOKS_PER_PAGE : n_looks,
	    LOOKS_SHOWN));
	add_urls(view);
	return page(c, "portal/contacts_account.html", view);
}

enum err
contacts_portal_activity(struct ctx *c)
{
	const struct param *p = params_find(&c->query, "before");
	struct q_contacts_looks *looks;
	uint64_t before = UINT64_MAX;
	size_t n, shown;
	json_t *view;
	enum err e;

	if (p != NULL && parse_u64(p->value, &before) != ERR_OK)
		return ERR_NOTFOUND;
	if ((e = q_contacts_looks(c->db, c->arena, c->caller.contact_id,
	    before, looks_since_us(c), &looks, &n)) != ERR_OK)
		return e;
	shown = n > LOOKS_PER_PAGE ? LOOKS_PER_PAGE : n;
	view = page_view(c, _("Who has looked"));
	json_object_set_new(view, "months", json_integer(LOOKS_MONTHS));
	json_object_set_new(view, "has_looks", json_boolean(n > 0));
	json_object_set_new(view, "looks", looks_view(c, looks, shown,
	    LOOKS_PER_PAGE));
	json_object_set_new(view, "pages", json_pack("{s:s, s:o, s:o}",
	    "text", words_count(c->arena, c->lang, "{n} entry",
	    "{n} entries", shown), "previous_url", p == NULL ? json_null() :
	    json_string("/account/activity"), "next_url", n <= shown ?
	    json_null() : json_string(arena_printf(c->arena,
	    "/account/activity?before=%" PRIu64, looks[shown - 1].id))));
	return page(c, "portal/contacts_activity.html", view);
}
