/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The two records side by side, what is chosen field by field, and what is
 * decided by rule: no yes is carried where it was not given.
 * Law: GDPR 5(1)(d), 5(1)(f), 7(1), 15(1)(c), 25.
 */
#include "merge/merge_preview_office.h"

#include <inttypes.h>
#include <string.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"

#define PARAM_OTHER	1	/* of the path */
#define VERSIONS_MAX	42	/* two numbers and a dot */
#define STAYS		"stays"
#define GOES		"goes"

enum err
merge_office_see(struct ctx *c, uint64_t id)
{
	struct q_people_one one;

	return q_people_one(c->db, c->arena, id, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &one);
}

const char *
merge_preview_url(struct ctx *c, uint64_t stays, uint64_t goes)
{
	return arena_printf(c->arena, "/contacts/%" PRIu64 "/merge/%" PRIu64,
	    stays, goes);
}

const char *
merge_office_name(struct ctx *c, const char *given, const char *family,
    const char *email)
{
	if (*given == '\0' && *family == '\0')
		return email == NULL ? _("no name") : email;
	return arena_printf(c->arena, "%s%s%s", given, *given == '\0' ||
	    *family == '\0' ? "" : " ", family);
}

enum err
merge_preview_load(struct merge_preview *k)
{
	struct q_merge_contacts *rows;
	struct ctx *c = k->c;
	size_t i, n;
	struct q_merge_waiting waiting;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k->id)) != ERR_OK ||
	    (e = ctx_path_u64(c, PARAM_OTHER, &k->other)) != ERR_OK ||
	    (e = merge_office_see(c, k->id)) != ERR_OK ||
	    (e = merge_office_see(c, k->other)) != ERR_OK)
		return e;
	if ((e = q_merge_contacts(c->db, c->arena, k->id, k->other, &rows,
	    &n)) != ERR_OK)
		return e;
	if (n != 2)
		return ERR_NOTFOUND;	/* gone meanwhile, or one and the same */
	for (i = 0; i < n; i++) {
		if (rows[i].id == k->id)
			k->pair.stays = &rows[i];
		else
			k->pair.goes = &rows[i];
	}
	k->versions = arena_printf(c->arena, "%" PRIu64 ".%" PRIu64,
	    k->pair.stays->version, k->pair.goes->version);
	if ((e = merge_custom_load(c->db, c->arena, c->lang, c->worker->keys,
	    &k->pair)) != ERR_OK ||
	    (e = q_merge_facts(c->db, c->arena, k->id, k->other,
	    &k->facts)) != ERR_OK ||
	    (e = q_merge_waiting(c->db, c->arena, k->id, k->other,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &waiting)) != ERR_OK)
		return e;
	k->waiting = waiting.n;
	return q_merge_states(c->db, c->arena, c->lang, k->id, k->other,
	    &k->states, &k->n_states);
}

static const char *
field_label(struct ctx *c, enum merge_field f)
{
	return f == MERGE_POST ? _("Postal address") : contacts_field_label(c,
	    merge_field_names[f]);
}

static const char *
shown(struct ctx *c, const struct q_merge_contacts *r, enum merge_field f)
{
	const char *value = merge_value(c->arena, r, f);

	return *value == '\0' ? "–" : contacts_value(c, merge_field_names[f],
	    value);
}

/* A value, and which of the two has it: nobody's name is taken for a word. */
static const char *
choice_of(struct ctx *c, const char *value, const char *reference)
{
	return arena_printf(c->arena, "%s (%s)", value, reference);
}

static const char *
custom_shown(struct ctx *c, const struct custom_field *field,
    const char *text)
{
	return *text == '\0' ? "–" : contacts_custom_shown(c, field, text);
}

/* A pair of radios for what both have and that differs. */
static struct field
radios(struct merge_preview *k, const char *name, const char *label,
    const char *const values[2])
{
	struct field_choice *choices = arena_take(k->c->arena,
	    3 * sizeof(*choices));

	choices[0] = (struct field_choice){ STAYS, choice_of(k->c, values[0],
	    k->pair.stays->reference) };
	choices[1] = (struct field_choice){ GOES, choice_of(k->c, values[1],
	    k->pair.goes->reference) };
	choices[2] = (struct field_choice){ NULL, NULL };
	return (struct field){ .name = name, .type = F_CHOICE, .need = true,
	    .label = label, .choices = choices, .has_radios = true };
}

void
merge_preview_fields(struct merge_preview *k)
{
	const struct merge_custom *custom;
	const char *values[2];
	enum merge_field f;
	size_t i, n = 0;

	for (f = 0; f < MERGE__MAX; f++) {
		if (!merge_is_free(&k->pair, f))
			continue;
		values[0] = shown(k->c, k->pair.stays, f);
		values[1] = shown(k->c, k->pair.goes, f);
		k->fields[n++] = radios(k, merge_field_names[f],
		    field_label(k->c, f), values);
	}
	for (i = 0; i < k->pair.n_custom; i++) {
		custom = &k->pair.custom[i];
		if (!merge_custom_is_free(custom))
			continue;
		values[0] = custom_shown(k->c, custom->field, custom->stays);
		values[1] = custom_shown(k->c, custom->field, custom->goes);
		k->fields[n++] = radios(k, custom->field->input,
		    custom->field->label, values);
	}
	k->fields[n++] = (struct field){ .name = "reason", .type = F_CHOICE,
	    .need = true, .has_radios = true, .choices = merge_reasons,
	    .label = N_("How you know that they are one person"),
	    .hint = N_("The audit keeps it, with your name.") };
	k->fields[n++] = (struct field){ .name = "versions",
	    .type = F_HIDDEN, .need = true, .max = VERSIONS_MAX };
	k->fields[n] = (struct field){ .name = NULL };
}

void
merge_preview_begin(struct merge_preview *k)
{
	const struct merge_custom *custom;
	enum merge_field f;
	size_t i;

	for (f = 0; f < MERGE__MAX; f++)
		if (merge_is_free(&k->pair, f))
			form_set(&k->c->form, merge_field_names[f], STAYS);
	for (i = 0; i < k->pair.n_custom; i++) {
		custom = &k->pair.custom[i];
		if (merge_custom_is_free(custom))
			form_set(&k->c->form, custom->field->input, STAYS);
	}
	merge_settle(&k->pair);
}

void
merge_preview_take(struct merge_preview *k)
{
	const struct form *form = &k->c->form;
	struct merge_custom *custom;
	enum merge_field f;
	size_t i;

	for (f = 0; f < MERGE__MAX; f++)
		k->pair.is_taken[f] = merge_is_free(&k->pair, f) &&
		    strcmp(form_value(form, merge_field_names[f]), GOES) == 0;
	for (i = 0; i < k->pair.n_custom; i++) {
		custom = &k->pair.custom[i];
		custom->is_taken = merge_custom_is_free(custom) &&
		    strcmp(form_value(form, custom->field->input), GOES) == 0;
	}
	merge_settle(&k->pair);
}

static void
add_row(json_t *list, const char *label, const char *stays, const char *goes)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "label",
	    label, "stays", stays, "goes", goes));
}

static const char *
kind_of(struct ctx *c, const struct q_merge_contacts *r)
{
	return strcmp(r->kind, "customer") == 0 ? _("Customer") :
	    _("Prospect");
}

static const char *
seen_by(struct ctx *c, const struct q_merge_contacts *r)
{
	const char *owner = r->owner == NULL ? _("nobody") : r->owner;

	if (strcmp(r->visibility, "everyone") == 0)
		return _("all colleagues");
	if (strcmp(r->visibility, "owner") == 0)
		return owner;
	return r->owner == NULL ? r->team == NULL ? _("no team") : r->team :
	    arena_printf(c->arena, "%s, %s", r->team == NULL ? _("no team") :
	    r->team, owner);
}

static json_t *
rows_view(const struct merge_preview *k)
{
	const struct q_merge_contacts *s = k->pair.stays, *g = k->pair.goes;
	json_t *list = json_array();
	const struct merge_custom *custom;
	struct ctx *c = k->c;
	enum merge_field f;
	size_t i;

	add_row(list, _("Reference"), s->reference, g->reference);
	for (f = 0; f < MERGE__MAX; f++)
		add_row(list, field_label(c, f), shown(c, s, f), shown(c, g,
		    f));
	for (i = 0; i < k->pair.n_custom; i++) {
		custom = &k->pair.custom[i];
		add_row(list, custom->field->label, custom_shown(c,
		    custom->field, custom->stays), custom_shown(c,
		    custom->field, custom->goes));
	}
	add_row(list, _("Relationship"), kind_of(c, s), kind_of(c, g));
	add_row(list, _("Signs in"), s->identity_id != 0 ? _("yes") : _("no"),
	    g->identity_id != 0 ? _("yes") : _("no"));
	add_row(list, _("Seen by"), seen_by(c, s), seen_by(c, g));
	add_row(list, _("Collected"), page_date(c, s->collected_us),
	    page_date(c, g->collected_us));
	add_row(list, _("Last contact from them"), page_date(c,
	    s->last_person_us), page_date(c, g->last_person_us));
	return list;
}

/* The choices of both in one line each, and which one will hold. */
struct line {
	const struct q_merge_states *any;
	struct merge_choice stays;
	struct merge_choice goes;
};

static const char *
said(struct ctx *c, const struct merge_choice *choice)
{
	return choice->state == NULL ? "–" : arena_printf(c->arena, "%s%s%s, %s",
	    _(consent_kind_label(choice->state)), choice->is_held ? ", " : "",
	    choice->is_held ? _("held back") : "", page_date(c,
	    choice->at_us));
}

static json_t *
line_view(struct ctx *c, const struct line *l)
{
	enum merge_winner winner = merge_stricter(&l->stays, &l->goes);

	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "purpose",
	    l->any->title == NULL ? "" : l->any->title, "channel",
	    _(consent_channel_label(l->any->channel)), "stays", said(c,
	    &l->stays), "goes", said(c, &l->goes), "result",
	    winner == MERGE_NEITHER ? _("nothing said") :
	    _(consent_kind_label((winner == MERGE_STAYS ? &l->stays :
	    &l->goes)->state)));
}

static json_t *
choices_view(const struct merge_preview *k)
{
	json_t *list = json_array();
	struct ctx *c = k->c;
	const struct q_merge_states *s;
	struct line l = { .any = NULL };
	struct merge_choice *one;
	bool is_goes;
	size_t i;

	for (i = 0; i < k->n_states; i++) {
		s = &k->states[i];
		if (l.any != NULL && (l.any->purpose_id != s->purpose_id ||
		    strcmp(l.any->channel, s->channel) != 0)) {
			json_array_append_new(list, line_view(c, &l));
			l = (struct line){ .any = NULL };
		}
		l.any = s;
		is_goes = s->contact_id == k->other;
		one = is_goes ? &l.goes : &l.stays;
		*one = (struct merge_choice){ s->state, s->is_held, s->at_us,
		    merge_is_same_way(&k->pair, is_goes ? k->pair.goes :
		    k->pair.stays, s->channel) };
	}
	if (l.any != NULL)
		json_array_append_new(list, line_view(c, &l));
	return list;
}

/* What there is of the one that goes, each kind that there is. */
static json_t *
moves_view(const struct merge_preview *k)
{
	const struct q_merge_facts *f = &k->facts;
	json_t *list = json_array();
	struct ctx *c = k->c;
	const struct { uint64_t n; const char *text; } all[] = {
		{ f->interactions, words_count(c->arena, c->lang,
		    "{n} exchange", "{n} exchanges", f->interactions) },
		{ f->labels, words_count(c->arena, c->lang, "{n} label",
		    "{n} labels", f->labels) },
		{ f->cases, words_count(c->arena, c->lang, "{n} case",
		    "{n} cases", f->cases) },
		{ f->recordings, words_count(c->arena, c->lang,
		    "{n} recording or scan", "{n} recordings and scans",
		    f->recordings) },
		{ f->mails, words_count(c->arena, c->lang, "{n} mail",
		    "{n} mails", f->mails) },
		{ f->looks, words_count(c->arena, c->lang,
		    "{n} consultation", "{n} consultations", f->looks) },
	};
	size_t i;

	for (i = 0; i < LENGTH(all); i++)
		if (all[i].n > 0)
			json_array_append_new(list, json_string(all[i].text));
	return list;
}

enum merge_why
merge_preview_why_not(const struct merge_preview *k)
{
	enum merge_why why = merge_why(&k->pair, &k->facts);

	if (k->waiting > 0)
		return MERGE_WAITING;
	return why == MERGE_MAY && !auth_office_sees_all(k->c) &&
	    !merge_is_within(&k->pair) ? MERGE_SILOS : why;
}

enum err
merge_preview_draw(struct merge_preview *k, enum err why)
{
	const struct contacts_looking looking = { "record", "check" };
	const uint64_t ids[] = { k->id, k->other };
	enum merge_why not = merge_preview_why_not(k);
	struct ctx *c = k->c;
	json_t *view;
	enum err e;

	if ((e = contacts_looked(c, &looking, ids, LENGTH(ids))) != ERR_OK)
		return e;
	view = page_view(c, _("One record of two"));
	page_form(c, view, "/contacts/:id/merge/:other", merge_preview_url(c,
	    k->id, k->other), &c->form);
	json_object_set_new(json_object_get(view, "form"), "versions",
	    json_string(k->versions));
	json_object_set_new(view, "back_url", json_string(arena_printf(
	    c->arena, "/contacts/%" PRIu64, k->id)));
	json_object_set_new(view, "swap_url", json_string(merge_preview_url(c,
	    k->other, k->id)));
	json_object_set_new(view, "stays", json_string(
	    k->pair.stays->reference));
	json_object_set_new(view, "goes", json_string(
	    k->pair.goes->reference));
	json_object_set_new(view, "rows", rows_view(k));
	json_object_set_new(view, "has_choices", json_boolean(
	    k->n_states > 0));
	json_object_set_new(view, "choices", choices_view(k));
	json_object_set_new(view, "moves", moves_view(k));
	json_object_set_new(view, "seen", json_string(seen_by(c,
	    merge_narrower(&k->pair))));
	json_object_set_new(view, "is_wider", json_boolean(
	    !merge_is_within(&k->pair)));
	json_object_set_new(view, "why_not", not == MERGE_MAY ? json_null() :
	    json_string(_(merge_why_word(merge_why_names[not]))));
	return why == ERR_OK ? page(c, "office/merge_preview.html", view) :
	    page_form_again(c, why, "office/merge_preview.html", view);
}
