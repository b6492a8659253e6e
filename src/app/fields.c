/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading and showing declared fields.  The limits of each type are here.
 */
#include "app/fields.h"

#include <assert.h>

#include "app/ctx.h"
#include "base/text.h"

#define TEXT_MAX_POINTS		120
#define LINES_MAX_POINTS	4000
#define PASSWORD_MAX_BYTES	1024
#define PHONE_MAX_POINTS	30
#define CODE_MAX_POINTS		20
#define DATE_MAX_POINTS		10

size_t
field_limit(const struct field *f)
{
	if (f->max != 0)
		return f->max;
	switch (f->type) {
	case F_LINES:
		return LINES_MAX_POINTS;
	case F_EMAIL:
		return ADDRESS_MAX_BYTES;
	case F_PASSWORD:
		return PASSWORD_MAX_BYTES;
	case F_PHONE:
		return PHONE_MAX_POINTS;
	case F_CODE:
		return CODE_MAX_POINTS;
	case F_DATE:
		return DATE_MAX_POINTS;
	case F_TEXT:
	case F_CHOICE:
	case F_FLAG:
	case F_ID:
	case F_HIDDEN:
	case F_FILE:
		break;
	}
	return TEXT_MAX_POINTS;
}

void
form_blank(struct ctx *c, const struct field *fields, struct form *ret_form)
{
	size_t i, n = 0;

	while (fields[n].name != NULL)
		n++;
	assert(n <= FIELDS_MAX);
	memset(ret_form, 0, sizeof(*ret_form));
	ret_form->inputs = arena_take(c->arena,
	    (n + 1) * sizeof(*ret_form->inputs));
	ret_form->n = n;
	for (i = 0; i < n; i++) {
		ret_form->inputs[i].field = &fields[i];
		ret_form->inputs[i].value = "";
	}
}

static bool
is_choice(const struct field *f, const char *value)
{
	const struct field_choice *choice;

	for (choice = f->choices; choice->value != NULL; choice++)
		if (strcmp(choice->value, value) == 0)
			return true;
	return false;
}

/* The error of a value that is not empty, or NULL. */
static const char *
check_value(struct ctx *c, struct input *in)
{
	const struct field *f = in->field;

	if (text_points(in->value) > field_limit(f) ||
	    strlen(in->value) > field_limit(f) * 4)
		return words_count(c->arena, c->lang,
		    "This is too long: {n} character at most.",
		    "This is too long: {n} characters at most.",
		    field_limit(f));
	if (!text_is_plain(in->value, f->type == F_LINES))
		return _("This holds characters that cannot be used here.");
	switch (f->type) {
	case F_EMAIL:
		if (address_read(c->arena, in->value, &in->address) != ERR_OK)
			return _("Enter an e-mail address like name@example.org.");
		return NULL;
	case F_DATE:
		if (day_read_typed(in->value, &in->day) != ERR_OK)
			return _("Enter a date like 2026-01-31.");
		/* as a browser's own control gives and takes it */
		in->value = day_write(c->arena, in->day);
		return NULL;
	case F_CHOICE:
		return is_choice(f, in->value) ? NULL :
		    _("Choose one of the answers.");
	case F_FLAG:
		in->number = strcmp(in->value, "yes") == 0;
		return in->number == 1 ? NULL : _("Choose one of the answers.");
	case F_ID:
		return parse_u64(in->value, &in->number) == ERR_OK ? NULL :
		    _("Choose one of the answers.");
	case F_TEXT:
	case F_LINES:
	case F_PHONE:
	case F_CODE:
	case F_PASSWORD:
	case F_HIDDEN:
	case F_FILE:
		break;
	}
	return NULL;
}

static const char *
missing(struct ctx *c, const struct field *f)
{
	switch (f->type) {
	case F_EMAIL:
		return _("Enter an e-mail address like name@example.org.");
	case F_CODE:
		return _("Enter the code from the mail.");
	case F_PASSWORD:
		return _("Enter your password.");
	case F_CHOICE:
	case F_FLAG:
	case F_ID:
		return _("Choose one of the answers.");
	case F_TEXT:
	case F_LINES:
	case F_PHONE:
	case F_DATE:
	case F_HIDDEN:
		break;
	case F_FILE:
		return _("Choose a file.");
	}
	return _("Fill this in.");
}

static void
read_one(struct ctx *c, struct input *in)
{
	const struct param *p = params_find(&c->body, in->field->name);

	if (in->field->type == F_FILE) {
		if (p != NULL || (c->file.len == 0 && in->field->need))
			in->error = missing(c, in->field);
		else if (c->file.len > field_limit(in->field))
			in->error = _("The file is too large.");
		return;
	}
	if (p != NULL)
		in->value = in->field->type == F_PASSWORD ? p->value :
		    text_trim(c->arena, p->value);
	if (p != NULL && p->is_bad)
		in->error = _("This holds characters that cannot be used here.");
	else if (in->value[0] != '\0')
		in->error = check_value(c, in);
	else if (in->field->need)
		in->error = missing(c, in->field);
}

static bool
is_declared(const struct field *fields, const char *name)
{
	if (strcmp(name, "csrf") == 0 || strcmp(name, "request_key") == 0)
		return true;
	for (; fields->name != NULL; fields++)
		if (strcmp(fields->name, name) == 0)
			return true;
	return false;
}

enum err
form_read(struct ctx *c, const struct field *fields, struct form *ret_form)
{
	size_t i;

	form_blank(c, fields, ret_form);
	for (i = 0; i < ret_form->n; i++)
		read_one(c, &ret_form->inputs[i]);
	for (i = 0; i < c->body.n; i++) {
		if (!is_declared(fields, c->body.list[i].name))
			ret_form->error = _("The form held a field that does not belong to it.");
		else if (params_count(&c->body, c->body.list[i].name) > 1)
			ret_form->error = _("The form held a field twice.");
	}
	if (ret_form->error != NULL)
		return ERR_MALFORMED;
	return form_has_errors(ret_form) ? ERR_INVALID : ERR_OK;
}

const struct field *
field_file(const struct field *fields)
{
	for (; fields != NULL && fields->name != NULL; fields++)
		if (fields->type == F_FILE)
			return fields;
	return NULL;
}

const struct field fields_own[] = { { .name = NULL } };

enum err
form_check_none(const struct ctx *c)
{
	size_t i;

	for (i = 0; i < c->body.n; i++)
		if (!is_declared(fields_own, c->body.list[i].name) ||
		    params_count(&c->body, c->body.list[i].name) > 1)
			return ERR_MALFORMED;
	return ERR_OK;
}

struct input *
form_input(const struct form *form, const char *name)
{
	size_t i;

	for (i = 0; i < form->n; i++)
		if (strcmp(form->inputs[i].field->name, name) == 0)
			return &form->inputs[i];
	assert(!"field is not declared");
	abort();
}

const char *
form_value(const struct form *form, const char *name)
{
	return form_input(form, name)->value;
}

void
form_set(struct form *form, const char *name, const char *value)
{
	form_input(form, name)->value = value == NULL ? "" : value;
}

void
form_fail(struct form *form, const char *name, const char *error)
{
	if (name == NULL)
		form->error = error;
	else
		form_input(form, name)->error = error;
}

void
form_fail_group(struct form *form, const char *id, const char *about,
    const char *error)
{
	form->error = error;
	form->error_at = id;
	form->error_about = about;
}

const char *
form_group_error(const struct form *form, const char *id)
{
	return form->error_at != NULL && strcmp(form->error_at, id) == 0 ?
	    form->error : NULL;
}

const char *
form_named(struct ctx *c, const char *about, const char *error)
{
	size_t len = strlen(about);
	bool is_ended = len > 0 && strchr("?:", about[len - 1]) != NULL;

	return arena_printf(c->arena, "%s%s%s", about, is_ended ? " " :
	    _(": "), error);
}

bool
form_has_errors(const struct form *form)
{
	size_t i;

	if (form->error != NULL)
		return true;
	for (i = 0; i < form->n; i++)
		if (form->inputs[i].error != NULL)
			return true;
	return false;
}

static const char *
html_type(const struct input *in)
{
	struct day day;

	switch (in->field->type) {
	case F_EMAIL:
		return "email";
	case F_PHONE:
		return "tel";
	case F_PASSWORD:
		return "password";
	case F_HIDDEN:
	case F_ID:
		return "hidden";
	case F_FILE:
		return "file";
	case F_DATE:	/* a browser's calendar would not show what is no day */
		return *in->value == '\0' || day_read(in->value, &day) ==
		    ERR_OK ? "date" : "text";
	case F_TEXT:
	case F_LINES:
	case F_CHOICE:
	case F_FLAG:
	case F_CODE:
		break;
	}
	return "text";
}

static json_t *
text_or_null(const char *text)
{
	return text == NULL || *text == '\0' ? json_null() :
	    json_string(text);
}

static json_t *
words_or_null(struct ctx *c, const char *msgid)
{
	return msgid == NULL ? json_null() : json_string(_(msgid));
}

static json_t *
options_view(struct ctx *c, const struct input *in)
{
	const struct field_choice *choice = in->field->choices;
	json_t *list = json_array();

	/* a list shows its first row as if it were the answer */
	if (in->field->need && !in->field->has_radios && choice != NULL &&
	    !is_choice(in->field, in->value))
		json_array_append_new(list, json_pack("{s:s, s:s, s:n, s:b}",
		    "value", "", "label", _("Choose…"), "text", "selected",
		    true));
	for (; choice != NULL && choice->value != NULL; choice++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:n, s:b}",
		    "value", choice->value, "label", _(choice->label), "text",
		    "selected", strcmp(choice->value, in->value) == 0));
	return json_pack("{s:o}", "options", list);
}

static json_t *
tick_view(struct ctx *c, const struct input *in)
{
	return json_pack("{s:[{s:s, s:o, s:n, s:b}]}", "options",
	    "value", "yes", "label", words_or_null(c, in->field->label),
	    "text", "selected", in->number == 1);
}

/* The control itself: which of the five kinds, and what only it needs. */
static void
add_control(struct ctx *c, const struct input *in, json_t *view)
{
	static const char *const kinds[] = { "input", "textarea", "select",
		"radios", "checkboxes" };
	const struct field *f = in->field;
	size_t i;

	for (i = 0; i < LENGTH(kinds); i++)
		json_object_set_new(view, kinds[i], json_null());
	switch (f->type) {
	case F_CHOICE:
		json_object_set_new(view, f->has_radios ? "radios" : "select",
		    options_view(c, in));
		if (!f->has_radios)
			json_object_set_new(json_object_get(view, "select"),
			    "autocomplete", text_or_null(f->autocomplete));
		return;
	case F_FLAG:
		json_object_set_new(view, "checkboxes", tick_view(c, in));
		return;
	case F_LINES:
		json_object_set_new(view, "textarea", json_pack(
		    "{s:i, s:n, s:b}", "rows", 6, "maxlength", "is_code",
		    f->is_machine_text));
		return;
	case F_TEXT:
	case F_EMAIL:
	case F_PHONE:
	case F_DATE:
	case F_ID:
	case F_CODE:
	case F_PASSWORD:
	case F_HIDDEN:
	case F_FILE:
		break;
	}
	/* no maxlength: a browser would cut what was pasted, silently */
	json_object_set_new(view, "input", json_pack("{s:s, s:o, s:o, s:n, s:b}",
	    "type", html_type(in),
	    "autocomplete", text_or_null(f->autocomplete),
	    "inputmode", text_or_null(f->type == F_EMAIL ? "email" :
	    f->type == F_PHONE ? "tel" : NULL), "maxlength",
	    "is_code", f->type == F_CODE));
}

static json_t *
input_view(struct ctx *c, const struct input *in)
{
	const struct field *f = in->field;
	json_t *view;

	view = json_pack("{s:s, s:o, s:o, s:o, s:b, s:o}", "name", f->name,
	    /* a single box says it beside itself */
	    "label", f->type == F_FLAG ? json_null() :
	    words_or_null(c, f->label),
	    "hint", words_or_null(c, f->hint), "error", text_or_null(in->error),
	    "required", f->need, "value", f->type == F_PASSWORD ?
	    json_null() : text_or_null(in->value));
	assert(view != NULL);
	add_control(c, in, view);
	return view;
}

json_t *
form_view(struct ctx *c, const struct form *form)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < form->n; i++)
		if (form->inputs[i].field->label != NULL)
			json_array_append_new(list,
			    input_view(c, &form->inputs[i]));
	return list;
}

static void
add_error(struct ctx *c, json_t *list, const char *id, const char *about,
    const char *error)
{
	json_array_append_new(list, json_pack("{s:s, s:s}", "href",
	    arena_printf(c->arena, "#%s", id), "text", about == NULL ||
	    *about == '\0' ? error : form_named(c, _(about), error)));
}

/* What no page draws has neither a name nor a place. */
static void
add_input_error(struct ctx *c, json_t *list, const struct input *in)
{
	const struct field *f = in->field;

	if (f->label == NULL && f->about == NULL)
		add_error(c, list, "main", NULL, in->error);
	else
		add_error(c, list, arena_printf(c->arena, "f-%s", f->name),
		    f->label != NULL ? f->label : f->about, in->error);
}

json_t *
form_errors_view(struct ctx *c, const struct form *form)
{
	json_t *list;
	size_t i;

	if (!form_has_errors(form))
		return json_null();
	list = json_array();
	if (form->error != NULL)
		add_error(c, list, form->error_at == NULL ? "main" :
		    form->error_at, form->error_about, form->error);
	for (i = 0; i < form->n; i++)
		if (form->inputs[i].error != NULL)
			add_input_error(c, list, &form->inputs[i]);
	return json_pack("{s:o}", "items", list);
}
