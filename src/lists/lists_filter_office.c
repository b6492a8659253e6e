/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Putting a filter together: what there is, one away, one more, another way
 * to meet one.  Complete without script; what is typed is posted.
 * Law: GDPR 5(1)(c), 25; FEATURES CS8, CS11.
 */
#include "lists/lists_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_search.h"
#include "custom/custom.h"

#define HIDDEN(n, m) { .name = (n), .type = F_HIDDEN, .max = (m) }

/* What every form of the page carries: the filter as it is. */
enum { IN_F, IN_WORDS, IN_REASON, IN_DROP, IN_ADD, IN_OR, IN_OP, IN_VALUE,
	IN_CHANNEL, IN_DAYS, IN__MAX };

static const struct field_choice is_ops[] = {
	{ "is", N_("is") }, { "not", N_("is not") }, { NULL, NULL }
};

static const struct field_choice begins_ops[] = {
	{ "is", N_("begins with") }, { "not", N_("does not begin with") },
	{ NULL, NULL }
};

static const struct field_choice date_ops[] = {
	{ "before", N_("before, or more days ago than") },
	{ "since", N_("since, or in the last days") }, { NULL, NULL }
};

static const struct field_choice flag_ops[] = {
	{ "is", N_("yes") }, { "not", N_("no") }, { NULL, NULL }
};

/* The page as asked for. */
struct building {
	struct ctx *c;
	struct lists_asked asked;
	bool has_field;
	enum lists_what what;	/* the field to be added, when has_field */
	struct custom_fields own;
	const struct custom_field *custom;	/* of a LISTS_CUSTOM */
	size_t group;		/* the condition it is another way to meet; SIZE_MAX */
};

static const struct field_choice *
ops_of(const struct building *b)
{
	if (b->what == LISTS_CUSTOM)
		return lists_own_ops(b->custom);
	switch (lists_fields[b->what].type) {
	case LISTS_DATE:
		return date_ops;
	case LISTS_WORDS:
		return begins_ops;
	case LISTS_FLAG:
		return flag_ops;
	case LISTS_CHOICE: case LISTS_CODE: case LISTS_ROW:
	case LISTS_ROW_CHANNEL: case LISTS_SOON: case LISTS_OWN:
		break;
	}
	return is_ops;
}

/* Which field is to be added, if any: "city", "custom.seat". */
static enum err
read_add(struct building *b, const struct param *add)
{
	struct ctx *c = b->c;
	enum err e;

	b->has_field = false;
	if ((e = custom_fields_load(c->db, c->arena, c->lang, &b->own)) !=
	    ERR_OK || add == NULL)
		return e;
	if (text_starts(add->value, "custom.")) {
		b->what = LISTS_CUSTOM;
		b->custom = custom_find(&b->own, add->value +
		    strlen("custom."));
		b->has_field = b->custom != NULL &&
		    b->custom->state != CUSTOM_REMOVED;
		return ERR_OK;
	}
	b->has_field = lists_what_of(add->value, &b->what) == ERR_OK &&
	    b->what != LISTS_CUSTOM && b->what != LISTS_MEMBER;
	return ERR_OK;
}

static const char *
label_of(const struct building *b)
{
	struct ctx *c = b->c;

	return b->what == LISTS_CUSTOM ? b->custom->label :
	    _(lists_fields[b->what].label);
}

static const char *
code_of(const struct building *b)
{
	return b->what == LISTS_CUSTOM ? arena_printf(b->c->arena,
	    "custom.%s", b->custom->code) : lists_fields[b->what].code;
}

/* The field in which the value is given; a flag has none. */
static enum err
value_field(const struct building *b, struct field *ret_field)
{
	enum lists_what what = b->what;
	struct ctx *c = b->c;
	struct field f = { .name = "value", .type = F_TEXT, .need = true,
	    .label = lists_fields[what].label, .max = LISTS_WORDS_MAX,
	    .autocomplete = "off" };

	switch (lists_fields[what].type) {
	case LISTS_FLAG:
		f.label = NULL;
		f.need = false;
		f.type = F_HIDDEN;
		break;
	case LISTS_DATE:
		f.hint = N_("A day, such as 2026-01-31, or a number of days, such as 1095.");
		break;
	case LISTS_CODE:
		f.hint = N_("The two letters of the country, such as FR.");
		break;
	case LISTS_WORDS:
		f.hint = what == LISTS_NAME || what == LISTS_ORGANISATION ?
		    N_("The beginning of one word of the name.") :
		    N_("Its beginning.");
		break;
	case LISTS_CHOICE:
		f.type = F_CHOICE;
		f.choices = lists_fields[what].choices;
		break;
	case LISTS_OWN:
		f = lists_own_value(b->custom);
		break;
	case LISTS_ROW: case LISTS_ROW_CHANNEL: case LISTS_SOON:
		f.type = F_CHOICE;
		*ret_field = f;
		return lists_choices(c, what, &ret_field->choices);
	}
	*ret_field = f;
	return ERR_OK;
}

/* The declared fields; those of the value only when one is to be added. */
static enum err
fields_of(struct building *b, const struct field **ret_fields)
{
	static const struct field plain[IN__MAX + 1] = {
		[IN_F] = HIDDEN("f", LISTS_FILTER_MAX),
		[IN_WORDS] = HIDDEN("words", 120),
		[IN_REASON] = HIDDEN("reason", 20),
		[IN_DROP] = HIDDEN("drop", 3),
		[IN_ADD] = HIDDEN("add", 40),
		[IN_OR] = HIDDEN("or", 3),
		[IN_OP] = { .name = "op", .type = F_CHOICE, .need = true,
		    .label = N_("Condition") },
		[IN_CHANNEL] = { .name = "channel", .type = F_CHOICE,
		    .need = true, .label = N_("Channel"),
		    .choices = lists_channels },
		[IN_DAYS] = { .name = "days", .type = F_TEXT, .need = true,
		    .max = 5, .label = N_("Within how many days"),
		    .hint = N_("A number, such as 90. What is over already is found too."),
		    .autocomplete = "off" },
		[IN__MAX] = { .name = NULL },
	};
	enum lists_type type = lists_fields[b->what].type;
	struct field *fields = arena_take(b->c->arena, sizeof(plain));
	enum err e;

	memcpy(fields, plain, sizeof(plain));
	*ret_fields = fields;
	if (!b->has_field) {
		fields[IN_OP] = (struct field){ .name = NULL };
		return ERR_OK;
	}
	fields[IN_OP].choices = ops_of(b);
	if (type == LISTS_SOON)
		fields[IN_CHANNEL].choices = lists_any_channels;
	else
		fields[IN_DAYS] = (struct field){ .name = NULL };
	if (type != LISTS_ROW_CHANNEL && type != LISTS_SOON)
		fields[IN_CHANNEL] = (struct field){ .name = NULL };
	if ((e = value_field(b, &fields[IN_VALUE])) != ERR_OK)
		return e;
	return ERR_OK;
}

/* A form of the page, with the filter as it is in hidden fields. */
static json_t *
form_of(const struct building *b)
{
	const struct contacts_query *q = &b->asked.query;
	json_t *view = page_csrf(b->c, "/lists/filter", "/lists/filter");

	json_object_set_new(view, "f", json_string(lists_filter_write(
	    b->c->arena, &b->asked.filter)));
	json_object_set_new(view, "words", json_string(q->words == NULL ? "" :
	    q->words));
	json_object_set_new(view, "reason", json_string(q->reason == NULL ?
	    "" : q->reason));
	return view;
}

static const char *
with(struct ctx *c, const char *url, const char *more)
{
	return arena_printf(c->arena, "%s%s%s", url, strchr(url, '?') == NULL ?
	    "?" : "&", more);
}

static enum err
add_conditions(const struct building *b, json_t *view)
{
	const char *here = lists_asked_url(b->c, "/lists/filter", &b->asked);
	json_t *list, *item;
	size_t i;
	enum err e;

	if ((e = lists_chips_view(b->c, &b->asked.filter, &list)) != ERR_OK)
		return e;
	json_array_foreach(list, i, item) {
		json_object_set_new(item, "number", json_integer((json_int_t)
		    i));
		json_object_set_new(item, "drop", form_of(b));
		json_object_set_new(item, "or_url", json_string(with(b->c,
		    here, arena_printf(b->c->arena, "or=%zu", i))));
	}
	json_object_set_new(view, "conditions", list);
	return ERR_OK;
}

static json_t *
choices_view(const struct building *b)
{
	const char *here = lists_asked_url(b->c, "/lists/filter", &b->asked);
	json_t *list = json_array();
	struct ctx *c = b->c;
	enum lists_what w;
	size_t i;

	if (b->group != SIZE_MAX)
		here = with(c, here, arena_printf(c->arena, "or=%zu",
		    b->group));
	for (w = 0; w < LISTS_WHAT__MAX; w++)
		if (w != LISTS_CUSTOM && w != LISTS_MEMBER)
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "text", _(lists_fields[w].label), "url", with(c,
			    here, arena_printf(c->arena, "add=%s#add",
			    lists_fields[w].code))));
	for (i = 0; i < b->own.n; i++)
		if (b->own.list[i].state != CUSTOM_REMOVED)
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "text", b->own.list[i].label, "url", with(c, here,
			    arena_printf(c->arena, "add=custom.%s#add",
			    b->own.list[i].code))));
	return list;
}

/* Why there is no answer that one could give; NULL when there is. */
static const char *
nothing_to_choose(const struct building *b)
{
	const struct form *form = &b->c->form;
	const struct field *f;
	struct ctx *c = b->c;
	size_t i;

	for (i = 0; i < form->n; i++) {
		f = form->inputs[i].field;
		if (strcmp(f->name, "value") == 0 && f->type == F_CHOICE &&
		    f->choices != NULL && f->choices->value == NULL)
			return b->what == LISTS_TAG ? _("There is no label yet: one is made on the record of a contact.") :
			    _("There is nothing to choose from yet.");
	}
	return NULL;
}

static json_t *
or_null(json_t *view, bool is_there)
{
	if (is_there)
		return view;
	json_decref(view);
	return json_null();
}

static enum err
make_view(const struct building *b, json_t **ret_view)
{
	struct ctx *c = b->c;
	json_t *view = page_view(c, _("Filter contacts")), *form;
	enum err e;

	if ((e = add_conditions(b, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	form = form_of(b);
	json_object_set_new(form, "fields", form_view(c, &c->form));
	if (b->has_field) {
		json_object_set_new(form, "add", json_string(code_of(b)));
		json_object_set_new(form, "title", json_string(label_of(b)));
	}
	json_object_set_new(form, "nothing", nothing_to_choose(b) == NULL ?
	    json_null() : json_string(nothing_to_choose(b)));
	json_object_set_new(form, "or", b->group == SIZE_MAX ?
	    json_string("") : json_string(arena_printf(c->arena, "%zu",
	    b->group)));
	json_object_set_new(view, "has_conditions", json_boolean(
	    b->asked.filter.n > 0));
	json_object_set_new(view, "form", or_null(form, b->has_field));
	json_object_set_new(view, "errors", form_errors_view(c, &c->form));
	json_object_set_new(view, "is_or", json_boolean(b->group !=
	    SIZE_MAX));
	json_object_set_new(view, "choices", choices_view(b));
	json_object_set_new(view, "back_url", json_string(lists_asked_url(c,
	    "/contacts", &b->asked)));
	*ret_view = view;
	return ERR_OK;
}

/* Which condition "or" points at. */
static size_t
group_of(const struct building *b, const char *text)
{
	uint64_t n;

	return *text != '\0' && parse_u64(text, &n) == ERR_OK &&
	    n < b->asked.filter.n ? (size_t)n : SIZE_MAX;
}

enum err
lists_office_filter_show(struct ctx *c)
{
	const struct param *add = params_find(&c->query, "add");
	const struct param *group = params_find(&c->query, "or");
	struct building b = { .c = c, .group = SIZE_MAX };
	const struct field *fields;
	json_t *view;
	enum err e;

	if ((e = lists_asked_read(c, &b.asked)) == ERR_NOTFOUND ||
	    b.asked.snapshot_id != 0)
		return page_redirect(c, "/lists/filter");
	if (e != ERR_OK)
		return e;
	if (group != NULL)
		b.group = group_of(&b, group->value);
	if ((e = read_add(&b, add)) != ERR_OK ||
	    (e = fields_of(&b, &fields)) != ERR_OK)
		return e;
	form_blank(c, fields, &c->form);
	if (b.has_field)
		form_set(&c->form, "op", ops_of(&b)[0].value);
	if ((e = make_view(&b, &view)) != ERR_OK)
		return e;
	return page(c, "office/lists_filter.html", view);
}

/* What was typed as a date: "1095" is days ago; "31/01/2026" is as it stands
 * in the address. */
static const char *
date_value(struct ctx *c, const char *typed)
{
	size_t len = strlen(typed);
	struct day day;

	if (day_read_typed(typed, &day) == ERR_OK)
		return day_write(c->arena, day);

	return len > 0 && strspn(typed, "0123456789") == len ?
	    arena_printf(c->arena, "%sd", typed) : typed;
}

static const char *
wrong_value(struct ctx *c, enum lists_what what)
{
	switch (lists_fields[what].type) {
	case LISTS_DATE:
		return _("Enter a day, such as 2026-01-31, or a number of days up to 36500.");
	case LISTS_CODE:
		return _("Enter the two letters of the country, such as FR.");
	case LISTS_WORDS: case LISTS_CHOICE: case LISTS_ROW:
	case LISTS_ROW_CHANNEL: case LISTS_SOON: case LISTS_FLAG:
	case LISTS_OWN:
		break;
	}
	return _("Enter the beginning of one word, at most 60 characters.");
}

static enum err
own_value(const struct building *b, struct lists_condition *k)
{
	struct ctx *c = b->c;

	k->custom = b->custom->code;
	if (lists_own_read(c->arena, b->custom, k->op, form_value(&c->form,
	    "value"), &k->value) == ERR_OK)
		return ERR_OK;
	form_fail(&c->form, "value", k->op == LISTS_WITHIN ?
	    _("Enter a number of days from 1 to 36500.") :
	    b->custom->kind == CUSTOM_DATE ?
	    wrong_value(c, LISTS_LAST) : b->custom->kind == CUSTOM_TEXT ?
	    wrong_value(c, LISTS_CITY) : custom_wrong(c->arena, c->lang,
	    b->custom));
	return ERR_INVALID;
}

static enum err
typed_days(const struct building *b, struct lists_condition *k)
{
	struct ctx *c = b->c;

	k->value = form_value(&c->form, "value");
	k->channel = form_value(&c->form, "channel");
	k->days = date_value(c, form_value(&c->form, "days"));
	if (lists_days(k->days) > 0)
		return ERR_OK;
	form_fail(&c->form, "days",
	    _("Enter a number of days from 1 to 36500."));
	return ERR_INVALID;
}

static enum err
typed_value(const struct building *b, struct lists_condition *k)
{
	enum lists_type type = lists_fields[b->what].type;
	struct contacts_words name;
	struct ctx *c = b->c;

	if (type == LISTS_OWN)
		return own_value(b, k);
	if (type == LISTS_SOON)
		return typed_days(b, k);
	k->value = form_value(&c->form, "value");
	if (type == LISTS_DATE)
		k->value = date_value(c, k->value);
	if (type == LISTS_ROW_CHANNEL)
		k->channel = form_value(&c->form, "channel");
	if (b->what == LISTS_NAME)
		contacts_search_words(c->arena, &k->value, 1, &name);
	if (lists_value_is_good(b->what, k->value) &&
	    (b->what != LISTS_NAME || name.n == 1))
		return ERR_OK;
	form_fail(&c->form, "value", wrong_value(c, b->what));
	return ERR_INVALID;
}

static enum err
add_typed(struct building *b)
{
	struct ctx *c = b->c;
	struct lists_condition k = { .what = b->what, .channel = "",
	    .days = "" };
	struct lists_filter longer;
	const char *op = form_value(&c->form, "op");
	enum err e;

	for (k.op = 0; strcmp(lists_op_codes[k.op], op) != 0; k.op++)
		;
	if ((e = typed_value(b, &k)) != ERR_OK)
		return e;
	longer = b->asked.filter;
	if (lists_filter_add(&longer, &k, b->group) != ERR_OK ||
	    strlen(lists_filter_write(c->arena, &longer)) >
	    LISTS_FILTER_MAX) {
		form_fail(&c->form, NULL,
		    _("A filter has at most 16 conditions: remove one first."));
		return ERR_INVALID;
	}
	b->asked.filter = longer;
	return ERR_OK;
}

/* What the form says of the filter as it was. */
static enum err
read_filter(struct building *b)
{
	struct ctx *c = b->c;

	if (lists_filter_read(c->arena, form_value(&c->form, "f"),
	    &b->asked.filter) != ERR_OK)
		return ERR_MALFORMED;
	b->asked.query.words = form_value(&c->form, "words");
	b->asked.query.reason = form_value(&c->form, "reason");
	b->group = group_of(b, form_value(&c->form, "or"));
	return ERR_OK;
}

static enum err
act(struct building *b)
{
	struct ctx *c = b->c;
	uint64_t n;

	if (b->has_field)
		return add_typed(b);
	if (parse_u64(form_value(&c->form, "drop"), &n) != ERR_OK ||
	    n >= b->asked.filter.n)
		return ERR_MALFORMED;
	lists_filter_drop(&b->asked.filter, (size_t)n);
	return ERR_OK;
}

enum err
lists_office_filter(struct ctx *c)
{
	const struct param *add = params_find(&c->body, "add");
	struct building b = { .c = c, .group = SIZE_MAX };
	const struct field *fields;
	json_t *view;
	enum err e, wrong;

	if ((e = read_add(&b, add)) != ERR_OK ||
	    (e = fields_of(&b, &fields)) != ERR_OK)
		return e;
	wrong = form_read(c, fields, &c->form);
	if (form_input(&c->form, "words")->error != NULL)
		form_set(&c->form, "words", "");
	if (!lists_reason_is_good(form_value(&c->form, "reason")))
		form_set(&c->form, "reason", "");
	if ((e = read_filter(&b)) != ERR_OK)
		wrong = e;
	else if (wrong == ERR_OK)
		wrong = act(&b);
	if ((e = lists_asked_keep(c, &b.asked)) != ERR_OK)
		return e;
	if (wrong != ERR_OK) {
		if ((e = make_view(&b, &view)) != ERR_OK)
			return e;
		return page_form_again(c, wrong, "office/lists_filter.html",
		    view);
	}
	return page_redirect(c, lists_asked_url(c, "/contacts", &b.asked));
}
