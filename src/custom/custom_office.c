/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which fields there are, one field, and its end: closed, then emptied and
 * removed, or opened again.
 * Law: GDPR 5(1)(c), 5(1)(e), 24, 30.
 */
#include "custom/custom_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define COUNTED_MAX	1000	/* values that a page counts; then "more than" */

const struct field_choice custom_bases[] = {
	{ "consent", N_("Consent") }, { "contract", N_("Contract") },
	{ "legal_obligation", N_("Legal obligation") },
	{ "vital_interest", N_("Vital interests") },
	{ "public_task", N_("Public task") },
	{ "legitimate_interest", N_("Legitimate interest") }, { NULL, NULL }
};

const struct field custom_office_remove_fields[] = {
	{ .name = "code", .type = F_TEXT, .need = true, .max = 30,
	  .label = N_("Code of the field, to confirm"), .autocomplete = "off" },
	{ .name = NULL }
};

const char *
custom_office_path(struct ctx *c, uint64_t id, const char *suffix)
{
	return arena_printf(c->arena, "/settings/fields/%" PRIu64 "%s", id,
	    suffix);
}

enum err
custom_office_load(struct ctx *c, struct custom_fields *ret_fields,
    const struct custom_field **ret_field)
{
	uint64_t id;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = custom_fields_load(c->db, c->arena, c->lang, ret_fields)) !=
	    ERR_OK)
		return e;
	*ret_field = custom_find_id(ret_fields, id);
	return *ret_field == NULL ? ERR_NOTFOUND : ERR_OK;
}

enum err
custom_office_note(struct ctx *c, struct db *db, const char *verb,
    uint64_t field_id)
{
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "custom_field",
	    .object_id = field_id, .at_us = c->now_us };
	enum err e;

	if ((e = q_site_touch(db, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static void
add_state(struct ctx *c, json_t *view, const struct custom_field *f)
{
	static const enum page_mood moods[CUSTOM_STATE__MAX] = {
		[CUSTOM_OPEN] = MOOD_OK, [CUSTOM_CLOSED] = MOOD_WARN,
		[CUSTOM_EMPTYING] = MOOD_WARN, [CUSTOM_REMOVED] = MOOD_NONE,
	};

	page_state(view, _(custom_states[f->state].label), moods[f->state]);
}

static const char *
kept(struct ctx *c, const struct custom_field *f)
{
	return f->months == 0 ? _("as long as the record") :
	    words_count(c->arena, c->lang, "{n} month", "{n} months",
	    f->months);
}

static const char *
basis_of(struct ctx *c, const struct custom_field *f)
{
	const struct field_choice *b;

	for (b = custom_bases; b->value != NULL; b++)
		if (strcmp(b->value, f->basis) == 0)
			return _(b->label);
	return f->basis;
}

enum err
custom_office_list(struct ctx *c)
{
	struct custom_fields fields;
	const struct custom_field *f;
	json_t *list = json_array(), *view, *one;
	size_t i;
	enum err e;

	if ((e = custom_fields_load(c->db, c->arena, c->lang, &fields)) !=
	    ERR_OK) {
		json_decref(list);
		return e;
	}
	for (i = 0; i < fields.n; i++) {
		f = &fields.list[i];
		one = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "url",
		    custom_office_path(c, f->id, ""), "label", f->label,
		    "code", f->code, "kind", _(custom_kinds[f->kind].label),
		    "purposes", f->purposes, "kept", kept(c, f),
		    "is_sensitive", f->is_sensitive);
		add_state(c, one, f);
		json_array_append_new(list, one);
	}
	view = page_view(c, _("Custom fields"));
	json_object_set_new(view, "has_fields", json_boolean(fields.n > 0));
	json_object_set_new(view, "list", list);
	json_object_set_new(view, "use_url", json_string(
	    "/settings/fields/use"));
	json_object_set_new(view, "new_url", (CUSTOM_DEFINERS &
	    ROLE_BIT(c->caller.role)) == 0 ? json_null() :
	    json_string("/settings/fields/new"));
	return page(c, "office/custom_list.html", view);
}

static void
add_fact(json_t *facts, const char *label, const char *value)
{
	json_array_append_new(facts, json_pack("{s:s, s:s}", "label", label,
	    "value", *value == '\0' ? "–" : value));
}

static const char *
answers(struct ctx *c, const struct custom_field *f)
{
	const struct field_choice *a;
	struct buf b;

	buf_open(&b, c->arena);
	buf_text(&b, "");
	for (a = f->choices; a->value != NULL; a++) {
		if (*a->value == '\0')
			continue;
		buf_text(&b, b.len == 0 ? "" : ", ");
		buf_text(&b, _(a->label));
	}
	return b.len == 0 ? "" : arena_text(c->arena, b.ptr);
}

static json_t *
facts_view(struct ctx *c, const struct custom_field *f)
{
	json_t *facts = json_array();

	add_fact(facts, _("Code"), f->code);
	add_fact(facts, _("Kind"), _(custom_kinds[f->kind].label));
	if (f->kind == CUSTOM_CHOICE)
		add_fact(facts, _("Answers"), answers(c, f));
	if (f->is_bounded)
		add_fact(facts, _("Least and most"), arena_printf(c->arena,
		    "%s – %s", custom_number_write(c->arena, f->least),
		    custom_number_write(c->arena, f->most)));
	add_fact(facts, _("Explained by"), f->help);
	add_fact(facts, _("Held for"), f->purposes);
	add_fact(facts, _("Legal basis"), basis_of(c, f));
	add_fact(facts, _("Kept"), kept(c, f));
	add_fact(facts, _("Sensitive"), f->is_sensitive ?
	    _("Yes: sealed for each person, never searched") : _("No"));
	add_fact(facts, _("The person may change it"), f->is_editable ?
	    _("Yes") : _("No"));
	return facts;
}

static uint64_t
percent(const struct custom_field *f)
{
	uint64_t n = f->to_empty == 0 ? 0 : f->emptied * 100 / f->to_empty;

	return n > 99 ? 99 : n;	/* 100 is "removed" */
}

static const char *
progress_text(struct ctx *c, const struct custom_field *f)
{
	return words_count(c->arena, c->lang, "{n} value destroyed so far",
	    "{n} values destroyed so far", f->emptied);
}

static json_t *
progress_view(struct ctx *c, const struct custom_field *f)
{
	if (f->state != CUSTOM_EMPTYING)
		return json_null();
	return json_pack("{s:s, s:I, s:s, s:s, s:s}", "label",
	    _("Values destroyed"), "percent", (json_int_t)percent(f), "text",
	    progress_text(c, f), "json_url", custom_office_path(c, f->id,
	    "/state"), "next_url", custom_office_path(c, f->id, ""));
}

/* What may be pressed; null where nothing may. */
static json_t *
act_view(struct ctx *c, const struct custom_field *f,
    enum custom_state state, const char *act)
{
	if (f->state != state ||
	    (CUSTOM_DEFINERS & ROLE_BIT(c->caller.role)) == 0)
		return json_null();
	return page_csrf(c, arena_printf(c->arena, "/settings/fields/:id%s",
	    act), custom_office_path(c, f->id, act));
}

static const char *
held_text(struct ctx *c, uint64_t n)
{
	return n > COUNTED_MAX ? words_count(c->arena, c->lang,
	    "more than {n} record", "more than {n} records", COUNTED_MAX) :
	    words_count(c->arena, c->lang, "{n} record", "{n} records", n);
}

static enum err
show(struct ctx *c, const struct custom_field *f, enum err why)
{
	bool may_edit = (f->state == CUSTOM_OPEN ||
	    f->state == CUSTOM_CLOSED) &&
	    (CUSTOM_DEFINERS & ROLE_BIT(c->caller.role)) != 0;
	struct q_custom_held held;
	json_t *view, *act;
	enum err e;

	if ((e = q_custom_held(c->db, c->arena, f->id, COUNTED_MAX + 1,
	    &held)) != ERR_OK)
		return e;
	view = page_view(c, f->label);
	json_object_set_new(view, "label", json_string(f->label));
	json_object_set_new(view, "facts", facts_view(c, f));
	json_object_set_new(view, "held", json_string(held_text(c, held.n)));
	json_object_set_new(view, "back_url", json_string(
	    "/settings/fields"));
	json_object_set_new(view, "edit_url", may_edit ? json_string(
	    custom_office_path(c, f->id, "/edit")) : json_null());
	json_object_set_new(view, "close", act_view(c, f, CUSTOM_OPEN,
	    "/close"));
	json_object_set_new(view, "reopen", act_view(c, f, CUSTOM_CLOSED,
	    "/reopen"));
	act = act_view(c, f, CUSTOM_CLOSED, "/remove");
	if (json_is_object(act))
		json_object_set_new(act, "fields", form_view(c, &c->form));
	json_object_set_new(view, "remove", act);
	json_object_set_new(view, "is_emptying", json_boolean(f->state ==
	    CUSTOM_EMPTYING));
	json_object_set_new(view, "progress", progress_view(c, f));
	if (why != ERR_OK)
		json_object_set_new(view, "errors", form_errors_view(c,
		    &c->form));
	add_state(c, view, f);
	return why == ERR_OK ? page(c, "office/custom_show.html", view) :
	    page_form_again(c, why, "office/custom_show.html", view);
}

enum err
custom_office_show(struct ctx *c)
{
	const struct custom_field *f;
	struct custom_fields fields;
	enum err e;

	if ((e = custom_office_load(c, &fields, &f)) != ERR_OK)
		return e;
	form_blank(c, custom_office_remove_fields, &c->form);
	return show(c, f, ERR_OK);
}

enum err
custom_office_state(struct ctx *c)
{
	const struct custom_field *f;
	struct custom_fields fields;
	enum err e;

	if ((e = custom_office_load(c, &fields, &f)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:I, s:s, s:b}", "percent",
	    (json_int_t)percent(f), "text", progress_text(c, f), "done",
	    f->state != CUSTOM_EMPTYING));
}

/* One change of a field's state. */
struct turning {
	struct ctx *c;
	uint64_t id;
	const char *verb;
};

static enum err
turn_in_tx(struct db *db, void *arg)
{
	const struct turning *k = arg;
	struct ctx *c = k->c;
	uint64_t n;
	enum err e;

	if (strcmp(k->verb, "custom.closed") == 0)
		e = q_custom_close(db, c->now_us, k->id, &n);
	else if (strcmp(k->verb, "custom.reopened") == 0)
		e = q_custom_reopen(db, k->id, &n);
	else
		e = q_custom_remove(db, c->now_us, k->id, &n);
	if (e != ERR_OK || n == 0)
		return e;	/* it was so, or it is too late: nothing to say */
	return custom_office_note(c, db, k->verb, k->id);
}

static enum err
turn(struct ctx *c, const struct custom_field *f, const char *verb)
{
	struct turning k = { c, f->id, verb };
	enum err e;

	if ((e = ctx_tx(c, turn_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, custom_office_path(c, f->id, ""));
}

enum err
custom_office_close(struct ctx *c)
{
	const struct custom_field *f;
	struct custom_fields fields;
	enum err e;

	if ((e = form_check_none(c)) != ERR_OK ||
	    (e = custom_office_load(c, &fields, &f)) != ERR_OK)
		return e;
	return turn(c, f, "custom.closed");
}

enum err
custom_office_reopen(struct ctx *c)
{
	const struct custom_field *f;
	struct custom_fields fields;
	enum err e;

	if ((e = form_check_none(c)) != ERR_OK ||
	    (e = custom_office_load(c, &fields, &f)) != ERR_OK)
		return e;
	return turn(c, f, "custom.reopened");
}

enum err
custom_office_remove(struct ctx *c)
{
	const struct custom_field *f;
	struct custom_fields fields;
	enum err e;

	if ((e = custom_office_load(c, &fields, &f)) != ERR_OK)
		return e;
	e = form_read(c, custom_office_remove_fields, &c->form);
	if (e == ERR_OK && strcmp(form_value(&c->form, "code"), f->code) !=
	    0) {
		form_fail(&c->form, "code",
		    _("This is not the code of the field."));
		e = ERR_INVALID;
	}
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return show(c, f, e);
	return e == ERR_OK ? turn(c, f, "custom.removing") : e;
}
