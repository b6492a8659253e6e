/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A field is defined, or described anew: what it holds, in every language,
 * what for, why and how long.  Code, kind and sensitivity never change, since
 * values are stored by them.
 * Law: GDPR 5(1)(b), 5(1)(e), 9, 13, 25.
 */
#include "custom/custom_office.h"

#include <inttypes.h>
#include <jansson.h>

#include "app/page.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define LANGUAGES_MAX	8
#define PURPOSES_MAX	40
#define MONTHS_MAX	600
#define CHOICES_POINTS	4000
#define LABEL_POINTS	80
#define HELP_POINTS	200
#define NUMBER_POINTS	20
#define STORED_CHOICES_MAX 8000	/* bytes of the column */

/* The field that is being defined. */
struct defining {
	struct ctx *c;
	const struct custom_field *old;	/* NULL: a new one */
	size_t n_languages;
	const char *const *languages;
	struct q_custom_purposes *purposes;
	size_t n_purposes;
	struct field fields[16 + 2 * LANGUAGES_MAX + PURPOSES_MAX];
	size_t n;
	/* what was typed, once it is good */
	const char *choices;
	bool is_bounded;
	int64_t least, most;
	uint64_t months;
	uint64_t id;
};

static const char *
name_of(struct ctx *c, const char *what, const char *lang)
{
	return arena_printf(c->arena, "%s_%s", what, lang);
}

static const char *
purpose_name(const struct defining *k, size_t i)
{
	return arena_printf(k->c->arena, "purpose_%" PRIu64,
	    k->purposes[i].id);
}

static void
add(struct defining *k, struct field field)
{
	k->fields[k->n++] = field;
}

static void
declare_words(struct defining *k)
{
	struct ctx *c = k->c;
	const char *lang, *tongue;
	size_t i;

	for (i = 0; i < k->n_languages; i++) {
		lang = k->languages[i];
		tongue = page_language_name(lang);
		add(k, (struct field){ .name = name_of(c, "label", lang),
		    .type = F_TEXT, .need = true, .max = LABEL_POINTS,
		    .label = arena_printf(c->arena, "%s (%s)", _("Name of the field"),
		    tongue), .autocomplete = "off" });
		add(k, (struct field){ .name = name_of(c, "help", lang),
		    .type = F_TEXT, .max = HELP_POINTS,
		    .label = arena_printf(c->arena, "%s (%s)",
		    _("Explanation"), tongue), .autocomplete = "off" });
	}
}

static void
declare_kind(struct defining *k)
{
	if (k->old == NULL) {
		add(k, (struct field){ .name = "code", .type = F_TEXT,
		    .need = true, .max = 30, .label = N_("Code"),
		    .hint = N_("Small letters, digits and _. It names the field in files and never changes."),
		    .autocomplete = "off" });
		add(k, (struct field){ .name = "kind", .type = F_CHOICE,
		    .need = true, .label = N_("Kind"),
		    .choices = custom_kinds });
		add(k, (struct field){ .name = "sensitive", .type = F_FLAG,
		    .label = N_("Sensitive (health, beliefs, papers): sealed for each person, never searched") });
	}
	if (k->old == NULL || k->old->kind == CUSTOM_CHOICE)
		add(k, (struct field){ .name = "choices", .type = F_LINES,
		    .max = CHOICES_POINTS, .label = N_("Answers"),
		    .hint = N_("For one of several answers, one a line: code | English | French."),
		    .is_machine_text = true });
	if (k->old == NULL || k->old->kind == CUSTOM_NUMBER) {
		add(k, (struct field){ .name = "least", .type = F_TEXT,
		    .max = NUMBER_POINTS, .label = N_("Least"),
		    .hint = N_("Of a number, when it has bounds.") });
		add(k, (struct field){ .name = "most", .type = F_TEXT,
		    .max = NUMBER_POINTS, .label = N_("Most") });
	}
}

static void
declare_law(struct defining *k)
{
	struct ctx *c = k->c;
	size_t i;

	for (i = 0; i < k->n_purposes; i++)
		add(k, (struct field){ .name = purpose_name(k, i),
		    .type = F_FLAG, .label = arena_printf(c->arena, "%s %s",
		    _("Held for:"), k->purposes[i].title == NULL ?
		    k->purposes[i].code : k->purposes[i].title) });
	add(k, (struct field){ .name = "basis", .type = F_CHOICE,
	    .need = true, .label = N_("Legal basis"),
	    .choices = custom_bases });
	add(k, (struct field){ .name = "months", .type = F_TEXT,
	    .need = true, .max = 3, .label = N_("Months kept"),
	    .hint = N_("After the value was noted; then it is destroyed. 0: as long as the record."),
	    .autocomplete = "off" });
	add(k, (struct field){ .name = "editable", .type = F_FLAG,
	    .label = N_("The person may fill it and change it in their space") });
	if (k->old != NULL)
		add(k, (struct field){ .name = "version", .type = F_ID,
		    .need = true });
	add(k, (struct field){ .name = NULL });
}

static enum err
begin(struct ctx *c, const struct custom_field *old, struct defining *k)
{
	enum err e;

	k->c = c;
	k->old = old;
	k->id = old == NULL ? 0 : old->id;
	k->languages = c->worker->config->languages;
	while (k->languages[k->n_languages] != NULL &&
	    k->n_languages < LANGUAGES_MAX)
		k->n_languages++;
	if ((e = q_custom_purposes(c->db, c->arena, k->id, c->lang,
	    &k->purposes, &k->n_purposes)) != ERR_OK)
		return e;
	declare_words(k);
	declare_kind(k);
	declare_law(k);
	return ERR_OK;
}

static enum err
draw(const struct defining *k, enum err why)
{
	struct ctx *c = k->c;
	json_t *view = page_view(c, k->old == NULL ? _("New field") :
	    k->old->label);

	if (k->old == NULL)
		page_form(c, view, "/settings/fields", "/settings/fields",
		    &c->form);
	else
		page_form(c, view, "/settings/fields/:id/edit",
		    custom_office_path(c, k->id, "/edit"), &c->form);
	json_object_set_new(json_object_get(view, "form"), "version",
	    k->old == NULL ? json_null() : json_string(form_value(&c->form,
	    "version")));
	json_object_set_new(view, "heading", json_string(k->old == NULL ?
	    _("New field") : k->old->label));
	json_object_set_new(view, "back_url", json_string(k->old == NULL ?
	    "/settings/fields" : custom_office_path(c, k->id, "")));
	return why == ERR_OK ? page(c, "office/custom_edit.html", view) :
	    page_form_again(c, why, "office/custom_edit.html", view);
}

/* A box that is ticked. */
static void
tick(struct form *form, const char *name, bool is_ticked)
{
	form_set(form, name, is_ticked ? "yes" : "");
	form_input(form, name)->number = is_ticked ? 1 : 0;
}

static enum err
fill(const struct defining *k)
{
	const struct custom_field *f = k->old;
	struct q_custom_texts *texts;
	struct ctx *c = k->c;
	struct form *form = &c->form;
	size_t i, j, n;
	enum err e;

	if ((e = q_custom_texts(c->db, c->arena, f->id, &texts, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < k->n_languages; i++)
		for (j = 0; j < n; j++)
			if (strcmp(texts[j].language, k->languages[i]) == 0) {
				form_set(form, name_of(c, "label",
				    k->languages[i]), texts[j].label);
				form_set(form, name_of(c, "help",
				    k->languages[i]), texts[j].help);
			}
	for (i = 0; i < k->n_purposes; i++)
		tick(form, purpose_name(k, i), k->purposes[i].is_held);
	if (f->kind == CUSTOM_CHOICE)
		form_set(form, "choices", custom_choices_write(c->arena,
		    f->written_choices));
	if (f->kind == CUSTOM_NUMBER && f->is_bounded) {
		form_set(form, "least", custom_number_write(c->arena,
		    f->least));
		form_set(form, "most", custom_number_write(c->arena,
		    f->most));
	}
	form_set(form, "basis", f->basis);
	form_set(form, "months", arena_printf(c->arena, "%" PRIu64,
	    f->months));
	tick(form, "editable", f->is_editable);
	form_set(form, "version", arena_printf(c->arena, "%" PRIu64,
	    f->version));
	return ERR_OK;
}

enum err
custom_office_new(struct ctx *c)
{
	struct defining *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	if ((e = begin(c, NULL, k)) != ERR_OK)
		return e;
	form_blank(c, k->fields, &c->form);
	form_set(&c->form, "kind", "text");
	return draw(k, ERR_OK);
}

/* Marks a field; for what is found wrong together with the rest. */
static enum err
wrong(struct ctx *c, const char *name, const char *error)
{
	form_fail(&c->form, name, error);
	return ERR_INVALID;
}

static enum custom_kind
kind_typed(const struct defining *k)
{
	enum custom_kind kind;

	if (k->old != NULL)
		return k->old->kind;
	for (kind = CUSTOM_TEXT; kind < CUSTOM_KIND__MAX; kind++)
		if (strcmp(custom_kinds[kind].value, form_value(&k->c->form,
		    "kind")) == 0)
			return kind;
	return CUSTOM_TEXT;	/* it was one of the choices */
}

/* An answer that people may have given stays, whatever it is called. */
static const char *
lost_answer(const struct defining *k)
{
	json_t *list = json_loads(k->choices, 0, NULL), *one;
	const struct field_choice *a;
	bool is_there;
	size_t i;

	for (a = k->old->choices; a->value != NULL; a++) {
		is_there = *a->value == '\0';
		json_array_foreach(list, i, one)
			is_there = is_there || strcmp(json_string_value(
			    json_object_get(one, "code")), a->value) == 0;
		if (!is_there)
			break;
	}
	json_decref(list);
	return a->value;
}

static enum err
check_choices(struct defining *k)
{
	struct ctx *c = k->c;
	const char *lost;

	k->choices = "[]";
	if (kind_typed(k) != CUSTOM_CHOICE)
		return ERR_OK;
	if (custom_choices_read(c->arena, form_value(&c->form, "choices"),
	    &k->choices) != ERR_OK ||
	    strlen(k->choices) > STORED_CHOICES_MAX)
		return wrong(c, "choices",
		    _("Write one answer a line, like: aisle | Aisle | Couloir. Each code once, 40 answers at most."));
	if (k->old != NULL && (lost = lost_answer(k)) != NULL)
		return wrong(c, "choices", arena_printf(c->arena, "%s %s",
		    _("An answer that may have been given stays. Missing:"),
		    lost));
	return ERR_OK;
}

static enum err
check_bounds(struct defining *k)
{
	struct ctx *c = k->c;
	const char *least, *most;

	if (kind_typed(k) != CUSTOM_NUMBER)
		return ERR_OK;
	least = form_value(&c->form, "least");
	most = form_value(&c->form, "most");
	k->is_bounded = *least != '\0' || *most != '\0';
	if (!k->is_bounded)
		return ERR_OK;
	if (custom_number_read(least, &k->least) != ERR_OK)
		return wrong(c, "least",
		    _("Enter a number, or leave both bounds empty."));
	if (custom_number_read(most, &k->most) != ERR_OK ||
	    k->most < k->least)
		return wrong(c, "most",
		    _("Enter a number that is not smaller than the least."));
	return ERR_OK;
}

static enum err
check_law(struct defining *k)
{
	struct ctx *c = k->c;
	bool has_purpose = false;
	size_t i;

	for (i = 0; i < k->n_purposes; i++)
		has_purpose = has_purpose || form_input(&c->form,
		    purpose_name(k, i))->number == 1;
	if (parse_u64(form_value(&c->form, "months"), &k->months) != ERR_OK ||
	    k->months > MONTHS_MAX)
		return wrong(c, "months",
		    _("Enter a whole number of months, 600 at most."));
	if (!has_purpose)
		return wrong(c, NULL,
		    _("Say what the field is held for: one purpose at least."));
	return ERR_OK;
}

static enum err
check_code(const struct defining *k)
{
	struct ctx *c = k->c;

	return custom_code_is_good(form_value(&c->form, "code")) ? ERR_OK :
	    wrong(c, "code",
	    _("A code begins with a small letter; then come small letters, digits and _."));
}

static enum err
check(struct defining *k)
{
	enum err all[4] = { ERR_OK, check_choices(k), check_bounds(k),
		check_law(k) };
	size_t i;

	if (k->old == NULL)
		all[0] = check_code(k);
	for (i = 0; i < LENGTH(all); i++)
		if (all[i] != ERR_OK)
			return all[i];
	return ERR_OK;
}

static enum err
store_words(struct db *db, const struct defining *k)
{
	struct q_custom_text_put_each texts[LANGUAGES_MAX];
	struct q_custom_purpose_insert_each purposes[DB_EACH_MAX];
	struct ctx *c = k->c;
	size_t i, n = 0;
	enum err e;

	for (i = 0; i < k->n_languages; i++)
		texts[i] = (struct q_custom_text_put_each){ k->id,
		    k->languages[i], form_value(&c->form, name_of(c, "label",
		    k->languages[i])), form_value(&c->form, name_of(c, "help",
		    k->languages[i])) };
	if ((e = q_custom_text_put(db, texts, k->n_languages, NULL)) !=
	    ERR_OK || (e = q_custom_purpose_drop(db, k->id, NULL)) != ERR_OK)
		return e;
	for (i = 0; i < k->n_purposes && n < LENGTH(purposes); i++)
		if (form_input(&c->form, purpose_name(k, i))->number == 1)
			purposes[n++] =
			    (struct q_custom_purpose_insert_each){ k->id,
			    k->purposes[i].id };
	return q_custom_purpose_insert(db, purposes, n, NULL);
}

static enum err
create_in_tx(struct db *db, void *arg)
{
	struct defining *k = arg;
	struct ctx *c = k->c;
	struct custom_fields fields;
	struct q_custom_insert row;
	size_t i, n = 0;
	enum err e;

	if ((e = custom_fields_load(db, c->arena, c->lang, &fields)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < fields.n; i++)
		n += fields.list[i].state != CUSTOM_REMOVED ? 1 : 0;
	if (n >= CUSTOM_FIELDS_MAX || fields.n >= CUSTOM_EVER_MAX)
		return ERR_LIMIT;
	if ((e = q_custom_insert(db, c->arena, form_value(&c->form, "code"),
	    form_value(&c->form, "kind"), form_input(&c->form,
	    "sensitive")->number == 1, form_input(&c->form,
	    "editable")->number == 1, k->is_bounded, k->least, k->most,
	    k->choices, form_value(&c->form, "basis"), k->months, c->now_us,
	    &row)) != ERR_OK)
		return e;
	k->id = row.id;
	if ((e = store_words(db, k)) != ERR_OK)
		return e;
	return custom_office_note(c, db, "custom.created", k->id);
}

enum err
custom_office_create(struct ctx *c)
{
	struct defining *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	if ((e = begin(c, NULL, k)) != ERR_OK)
		return e;
	if ((e = form_read(c, k->fields, &c->form)) == ERR_OK &&
	    (e = check(k)) == ERR_OK)
		e = ctx_tx(c, create_in_tx, k);
	if (e == ERR_OK)
		return page_redirect(c, "/settings/fields");
	if (e == ERR_LIMIT)
		e = wrong(c, NULL,
		    _("There are as many fields as there can be: remove one that nobody needs first."));
	if (e == ERR_CONFLICT)
		e = wrong(c, "code",
		    _("There is or was a field of this code: choose another."));
	return e == ERR_INVALID || e == ERR_MALFORMED ? draw(k, e) : e;
}

enum err
custom_office_edit_show(struct ctx *c)
{
	struct defining *k = arena_take(c->arena, sizeof(*k));
	const struct custom_field *f;
	struct custom_fields fields;
	enum err e;

	if ((e = custom_office_load(c, &fields, &f)) != ERR_OK)
		return e;
	if (f->state != CUSTOM_OPEN && f->state != CUSTOM_CLOSED)
		return page_redirect(c, custom_office_path(c, f->id, ""));
	if ((e = begin(c, f, k)) != ERR_OK)
		return e;
	form_blank(c, k->fields, &c->form);
	if ((e = fill(k)) != ERR_OK)
		return e;
	return draw(k, ERR_OK);
}

static enum err
change_in_tx(struct db *db, void *arg)
{
	const struct defining *k = arg;
	struct ctx *c = k->c;
	uint64_t n;
	enum err e;

	if ((e = q_custom_change(db, form_input(&c->form,
	    "editable")->number == 1, k->is_bounded, k->least, k->most,
	    k->choices, form_value(&c->form, "basis"), k->months, k->id,
	    form_input(&c->form, "version")->number, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	if ((e = store_words(db, k)) != ERR_OK)
		return e;
	return custom_office_note(c, db, "custom.changed", k->id);
}

enum err
custom_office_edit(struct ctx *c)
{
	struct defining *k = arena_take(c->arena, sizeof(*k));
	const struct custom_field *f;
	struct custom_fields fields;
	enum err e;

	if ((e = custom_office_load(c, &fields, &f)) != ERR_OK ||
	    (e = begin(c, f, k)) != ERR_OK)
		return e;
	if ((e = form_read(c, k->fields, &c->form)) == ERR_OK &&
	    (e = check(k)) == ERR_OK)
		e = ctx_tx(c, change_in_tx, k);
	if (e == ERR_OK)
		return page_redirect(c, custom_office_path(c, f->id, ""));
	if (e == ERR_CONFLICT) {
		e = wrong(c, NULL,
		    _("A colleague changed this field meanwhile. What you typed is below; look at theirs, or save yours."));
		form_set(&c->form, "version", arena_printf(c->arena,
		    "%" PRIu64, f->version));
	}
	return e == ERR_INVALID || e == ERR_MALFORMED ? draw(k, e) : e;
}
