/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Views of forms.
 * Law: GDPR 13(1), 13(2).
 */
#include "forms/forms_view.h"

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_view.h"

const char *
forms_retention(struct ctx *c, unsigned months)
{
	if (months % 12 == 0)
		return words_count(c->arena, c->lang,
		    "{n} year after your last contact",
		    "{n} years after your last contact", months / 12);
	return words_count(c->arena, c->lang,
	    "{n} month after your last contact",
	    "{n} months after your last contact", months);
}

static json_t *
channels_view(struct ctx *c, const struct forms_purpose *p,
    const struct form *form)
{
	json_t *list = json_array();
	enum forms_channel channel;
	const char *name;

	for (channel = 0; channel < CHANNEL__MAX; channel++) {
		if (!p->has_channel[channel])
			continue;
		name = forms_choice_name(c->arena, p, channel);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}",
		    "name", name, "value", "yes", "label",
		    _(forms_channel_labels[channel]), "checked",
		    form_input(form, name)->number == 1));
	}
	return list;
}

const char *
forms_group_id(struct arena *a, const struct forms_purpose *purpose)
{
	return arena_printf(a, "f-purpose-%s", purpose->code);
}

static json_t *
purposes_view(struct ctx *c, const struct forms_version *v,
    const struct form *form)
{
	json_t *list = json_array();
	const struct forms_purpose *p;
	const struct forms_text *text;
	size_t i;

	for (i = 0; i < v->n_purposes; i++) {
		p = &v->purposes[i];
		text = forms_text_of(p, c->lang);
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s, s:s, s:s?, s:o}",
		    "name", forms_group_id(c->arena, p) + 2,
		    "title", text->title, "text", text->wording,
		    "basis", contacts_basis(c, p->basis),
		    "retention", forms_retention(c, p->retention_months),
		    "error", form_group_error(form, forms_group_id(c->arena,
		    p)), "channels", channels_view(c, p, form)));
	}
	return list;
}

static const char *
block(const struct forms_version *v, const char *lang, const char *key)
{
	json_t *blocks = forms_notice_of(v, lang), *b;
	const char *text;
	size_t i;

	for (i = 0; i < json_array_size(blocks); i++) {
		b = json_array_get(blocks, i);
		text = json_string_value(json_object_get(b, "text"));
		if (text_equal(json_string_value(json_object_get(b, "key")),
		    key) && text != NULL)
			return text;
	}
	return "";
}

json_t *
forms_information(struct ctx *c, const struct forms_version *v)
{
	json_t *purposes = json_array();
	size_t i;

	for (i = 0; i < v->n_purposes; i++)
		json_array_append_new(purposes, json_pack("{s:s, s:s, s:s}",
		    "title", forms_text_of(&v->purposes[i], c->lang)->title,
		    "basis", contacts_basis(c, v->purposes[i].basis),
		    "retention", forms_retention(c,
		    v->purposes[i].retention_months)));
	return json_pack("{s:{s:s, s:s, s:s}, s:{s:s, s:s}, s:o, s:s, s:s,"
	    " s:s, s:{s:s, s:s}, s:{s:s, s:s, s:s}}",
	    "controller", "name", c->site->legal_name, "address",
	    c->site->address, "email", c->site->contact_email,
	    "dpo", "name", c->site->dpo_name, "email", c->site->dpo_email,
	    "purposes", purposes,
	    "recipients", block(v, c->lang, "recipients"),
	    "transfers", block(v, c->lang, "transfers"),
	    "automated", block(v, c->lang, "decisions"),
	    "authority", "name", c->site->authority_name, "url",
	    c->site->authority_url,
	    "notice", "url", "/privacy", "version", arena_printf(c->arena,
	    "%llu", (unsigned long long)v->notice_number),
	    "date", page_date(c, v->notice_us));
}

const char *
forms_text(struct ctx *c, const struct forms_version *v, const char *key)
{
	json_t *texts = json_object_get(v->definition, "texts");
	json_t *words = json_object_get(texts, c->lang);
	const char *text;

	if (words == NULL)
		words = json_object_iter_value(json_object_iter(texts));
	text = json_string_value(json_object_get(words, key));
	return text == NULL ? "" : text;
}

json_t *
forms_view(struct ctx *c, const struct forms_version *v,
    const struct form *form, bool is_blank)
{
	struct caller caller = c->caller;
	json_t *view, *f;

	if (is_blank)
		memset(&c->caller, 0, sizeof(c->caller));
	view = page_view(c, forms_text(c, v, "title"));
	c->caller = caller;
	f = json_pack("{s:s, s:n, s:n, s:s, s:s, s:s, s:o, s:o, s:s}",
	    "action", arena_printf(c->arena, "/subscribe/%s?lang=%s", v->code,
	    c->lang), "csrf", "request_key",
	    "title", forms_text(c, v, "title"),
	    "intro", forms_text(c, v, "intro"),
	    "mandatory", forms_text(c, v, "mandatory"),
	    "purposes", purposes_view(c, v, form),
	    "fields", form_view(c, form),
	    "version", arena_printf(c->arena, "%llu",
	    (unsigned long long)v->id));
	if (!is_blank)
		json_object_set_new(f, "request_key", json_string(
		    base64url_write(c->arena, (struct bytes){ c->request_key,
		    sizeof(c->request_key) })));
	json_object_set_new(view, "form", f);
	json_object_set_new(view, "errors", form_errors_view(c, form));
	json_object_set_new(view, "info", forms_information(c, v));
	return view;
}

enum err
forms_capture(struct ctx *c, const struct forms_version *v,
    struct bytes *ret_body, unsigned char ret_hash[HASH_BYTES])
{
	struct form blank;
	struct buf body;
	json_t *view;
	enum err e;

	form_blank(c, v->fields, &blank);
	view = forms_view(c, v, &blank, true);
	buf_open(&body, c->arena);
	e = html_render(c->worker->html, "portal/forms_subscribe.html",
	    c->lang, view, &body);
	json_decref(view);
	if (e != ERR_OK)
		return e;
	*ret_body = buf_bytes(&body);
	sha256_of(*ret_body, ret_hash);
	return ERR_OK;
}
