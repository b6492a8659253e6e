/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The same words as on the page, without the page.
 * Law: GDPR 7(1), 13.
 */
#include "forms/forms_json.h"

#include "app/page.h"
#include "base/tree.h"
#include "contacts/contacts_view.h"
#include "forms/forms_view.h"

static const char *
type_name(const struct field *f)
{
	static const char *const names[] = {
		[F_TEXT] = "text", [F_LINES] = "lines", [F_EMAIL] = "email",
		[F_PHONE] = "phone", [F_DATE] = "date", [F_CHOICE] = "choice",
	};

	return f->type < LENGTH(names) ? names[f->type] : "text";
}

/* What a person types; ticks stand with their purposes. */
static json_t *
fields_document(struct ctx *c, const struct forms_version *v)
{
	json_t *list = json_array(), *choices;
	const struct field_choice *choice;
	const struct field *f;

	for (f = v->fields; f->name != NULL; f++) {
		if (f->label == NULL || f->type == F_FLAG)
			continue;
		choices = NULL;
		if (f->type == F_CHOICE) {
			choices = json_array();
			for (choice = f->choices; choice->value != NULL;
			    choice++)
				json_array_append_new(choices, json_pack(
				    "{s:s, s:s}", "value", choice->value,
				    "label", _(choice->label)));
		}
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:b, s:I, s:s*, s:o*}", "name", f->name,
		    "label", _(f->label), "type", type_name(f), "required",
		    f->need, "max", (json_int_t)field_limit(f),
		    "autocomplete", f->autocomplete, "choices", choices));
	}
	return list;
}

static json_t *
choices_document(struct ctx *c, const struct forms_purpose *p)
{
	json_t *list = json_array();
	enum forms_channel channel;

	for (channel = 0; channel < CHANNEL__MAX; channel++)
		if (p->has_channel[channel])
			json_array_append_new(list, json_pack(
			    "{s:s, s:s, s:s}", "name", forms_choice_name(
			    c->arena, p, channel), "channel",
			    forms_channel_names[channel], "label",
			    _(forms_channel_labels[channel])));
	return list;
}

static json_t *
purposes_document(struct ctx *c, const struct forms_version *v)
{
	json_t *list = json_array();
	const struct forms_purpose *p;
	const struct forms_text *text;
	size_t i;

	for (i = 0; i < v->n_purposes; i++) {
		p = &v->purposes[i];
		text = forms_text_of(p, c->lang);
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s, s:s, s:o}", "code", p->code,
		    "title", text->title, "text", text->wording, "basis",
		    contacts_basis(c, p->basis), "retention", forms_retention(c,
		    p->retention_months), "choices", choices_document(c, p)));
	}
	return list;
}

static json_t *
document(struct ctx *c, const struct forms_version *v)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:i,"
	    " s:s}",
	    "form", v->code,
	    "version", arena_printf(c->arena, "%llu",
	    (unsigned long long)v->id),
	    "language", c->lang,
	    "title", forms_text(c, v, "title"),
	    "intro", forms_text(c, v, "intro"),
	    "mandatory", forms_text(c, v, "mandatory"),
	    "purposes", purposes_document(c, v),
	    "fields", fields_document(c, v),
	    "information", forms_information(c, v),
	    "confirm_days", FORMS_SIGNUP_DAYS,
	    "submit", ctx_url(c, arena_printf(c->arena,
	    "/subscribe/%s?lang=%s", v->code, c->lang)));
}

enum err
forms_json_capture(struct ctx *c, const struct forms_version *v,
    struct bytes *ret_body, unsigned char ret_hash[HASH_BYTES])
{
	json_t *o = document(c, v);
	const char *text = tree_text(c->arena, o,
	    JSON_COMPACT | JSON_SORT_KEYS);

	json_decref(o);
	*ret_body = (struct bytes){ (const unsigned char *)text,
	    strlen(text) };
	sha256_of(*ret_body, ret_hash);
	return ERR_OK;
}

enum err
forms_json_show(struct ctx *c, const struct forms_version *v)
{
	return page_json(c, 200, document(c, v));
}

enum err
forms_json_again(struct ctx *c, enum err e, const struct form *form)
{
	json_t *list;
	size_t i;

	if (e != ERR_INVALID && e != ERR_MALFORMED)
		return e;
	list = json_array();
	if (form->error != NULL)
		json_array_append_new(list, json_pack("{s:n, s:s}", "field",
		    "message", form->error));
	for (i = 0; i < form->n; i++)
		if (form->inputs[i].error != NULL)
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "field", form->inputs[i].field->name, "message",
			    form->inputs[i].error));
	return page_json(c, e == ERR_INVALID ? 422 : 400, json_pack("{s:o}",
	    "errors", list));
}

enum err
forms_json_sent(struct ctx *c)
{
	return page_json(c, 202, json_pack("{s:s, s:s, s:i}", "state", "sent",
	    "confirm", ctx_url(c, "/confirm"), "days", FORMS_SIGNUP_DAYS));
}
