/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Custom fields in a filter: what can be asked of each kind, and a condition
 * in words.  Of what is sensitive only whether there is something.
 * Law: GDPR 5(1)(c), 9, 25; FEATURES CS6.
 */
#include "lists/lists_office.h"

#include "app/page.h"
#include "base/text.h"
#include "custom/custom.h"

static const struct field_choice choice_ops[] = {
	{ "is", N_("is") }, { "not", N_("is not") },
	{ "filled", N_("is filled") }, { "empty", N_("is empty") },
	{ NULL, NULL }
};

static const struct field_choice number_ops[] = {
	{ "least", N_("is at least") }, { "most", N_("is at most") },
	{ "filled", N_("is filled") }, { "empty", N_("is empty") },
	{ NULL, NULL }
};

static const struct field_choice day_ops[] = {
	{ "before", N_("before, or more days ago than") },
	{ "since", N_("since, or in the last days") },
	{ "within", N_("in the next days") },
	{ "filled", N_("is filled") }, { "empty", N_("is empty") },
	{ NULL, NULL }
};

static const struct field_choice text_ops[] = {
	{ "begins", N_("begins with") },
	{ "filled", N_("is filled") }, { "empty", N_("is empty") },
	{ NULL, NULL }
};

static const struct field_choice sealed_ops[] = {
	{ "filled", N_("is filled") }, { "empty", N_("is empty") },
	{ NULL, NULL }
};

const struct field_choice *
lists_own_ops(const struct custom_field *f)
{
	if (f->is_sensitive)
		return sealed_ops;
	switch (f->kind) {
	case CUSTOM_NUMBER:
		return number_ops;
	case CUSTOM_DATE:
		return day_ops;
	case CUSTOM_TEXT:
		return text_ops;
	case CUSTOM_CHOICE: case CUSTOM_YES_NO: case CUSTOM_KIND__MAX:
		break;
	}
	return choice_ops;
}

struct field
lists_own_value(const struct custom_field *f)
{
	struct field field = { .name = "value", .type = F_TEXT,
	    .label = f->label, .max = LISTS_WORDS_MAX,
	    .autocomplete = "off" };

	if (f->is_sensitive)
		return (struct field){ .name = "value", .type = F_HIDDEN,
		    .max = LISTS_WORDS_MAX };
	if (f->kind == CUSTOM_DATE)
		field.hint = N_("A day, such as 2026-01-31, or a number of days, such as 1095.");
	if (f->kind == CUSTOM_TEXT)
		field.hint = N_("Its beginning.");
	if (f->kind == CUSTOM_CHOICE || f->kind == CUSTOM_YES_NO) {
		field.type = F_CHOICE;
		field.choices = f->choices;
	}
	return field;
}

/* What was typed as a date: "1095" is that many days, "12/05/2031" a day. */
static const char *
day_typed(struct arena *a, const struct custom_field *f, const char *typed)
{
	size_t len = strlen(typed);
	const char *text;

	if (len > 0 && strspn(typed, "0123456789") == len)
		return arena_printf(a, "%sd", typed);
	return custom_read(a, f, typed, &text) == ERR_OK ? text : typed;
}

enum err
lists_own_read(struct arena *a, const struct custom_field *f, enum lists_op op,
    const char *typed, const char **ret_value)
{
	*ret_value = "";
	if (op == LISTS_FILLED || op == LISTS_EMPTY)
		return ERR_OK;
	*ret_value = typed;
	if (op == LISTS_BEFORE || op == LISTS_SINCE || op == LISTS_WITHIN)
		*ret_value = day_typed(a, f, typed);
	else if (op != LISTS_BEGINS && (custom_read(a, f, typed,
	    ret_value) != ERR_OK || **ret_value == '\0'))
		return ERR_INVALID;
	return lists_own_is_good(op, *ret_value) ? ERR_OK : ERR_INVALID;
}

static const char *
op_word(const struct custom_field *f, enum lists_op op)
{
	const struct field_choice *o;

	for (o = lists_own_ops(f); o->value != NULL; o++)
		if (strcmp(o->value, lists_op_codes[op]) == 0)
			return o->label;
	return NULL;	/* not of a field of this kind */
}

enum err
lists_own_chip(struct ctx *c, const struct lists_condition *k,
    const char **ret_text)
{
	struct custom_fields fields;
	const struct custom_field *f;
	const char *word, *value = "";
	enum err e;

	if ((e = custom_fields_load(c->db, c->arena, c->lang, &fields)) !=
	    ERR_OK)
		return e;
	f = custom_find(&fields, k->custom);
	word = f == NULL ? NULL : op_word(f, k->op);
	if (word == NULL || f->state == CUSTOM_REMOVED) {
		*ret_text = arena_printf(c->arena, "%s%s%s", f == NULL ?
		    k->custom : f->label, _(": "), _("no longer there"));
		return ERR_OK;
	}
	if (k->op == LISTS_BEFORE || k->op == LISTS_SINCE) {
		*ret_text = arena_printf(c->arena, "%s%s%s", f->label,
		    _(": "), lists_date_text(c, k));
		return ERR_OK;
	}
	if (k->op == LISTS_WITHIN) {
		*ret_text = arena_printf(c->arena, "%s%s%s", f->label,
		    _(": "), words_count(c->arena, c->lang,
		    "in the next {n} day", "in the next {n} days",
		    lists_days(k->value)));
		return ERR_OK;
	}
	if (*k->value != '\0')
		value = custom_show(c->arena, c->lang, f, k->value);
	*ret_text = arena_printf(c->arena, "%s %s%s%s", f->label, _(word),
	    *value == '\0' ? "" : " ", value);
	return ERR_OK;
}
