/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page of one purpose.  A version is typed beside what there is; nothing is
 * stored from here.
 * Law: GDPR 5(1)(b), 6(1), 7(1), 13(1)(c), 13(1)(d); ePrivacy 13(2).
 */
#include "consent/consent_purpose_page.h"

#include <inttypes.h>
#include <string.h>

#include "app/page.h"
#include "base/text.h"
#include "consent/consent.h"
#include "consent/consent_purposes_office.h"

#define MONTHS_MAX	1200
#define TITLE		0	/* of a language's fields */
#define WORDING		1
#define INTEREST	2

static const struct field_choice bases[] = {
	{ "consent", N_("consent") }, { "contract", N_("contract") },
	{ "legal_obligation", N_("legal obligation") },
	{ "vital_interest", N_("vital interest") },
	{ "public_task", N_("public task") },
	{ "legitimate_interest", N_("legitimate interest") },
	{ NULL, NULL }
};

static const struct field_choice kinds[] = {
	{ "no", N_("No: service, information, opinion") },
	{ "yes", N_("Yes: it makes people want to buy") }, { NULL, NULL }
};

static const struct field_choice changes[] = {
	{ "no", N_("No: a spelling, a clearer word. Every yes goes on counting.") },
	{ "yes", N_("Yes: what people agree to has changed. Nobody’s yes counts any more until they say it again.") },
	{ NULL, NULL }
};

static void
declare_head(struct consent_page *k)
{
	const struct field head[CONSENT_PURPOSE_HEAD] = {
		{ .name = "step", .type = F_HIDDEN, .max = 10 },
		{ .name = "seen", .type = F_HIDDEN, .need = !k->is_new,
		  .max = 20 },
		{ .name = "code", .type = k->is_new ? F_TEXT : F_HIDDEN,
		  .need = k->is_new, .max = 40, .autocomplete = "off",
		  .label = k->is_new ? N_("Code") : NULL,
		  .hint = N_("For programs and addresses: a-z 0-9 _ -. It stays.") },
		{ .name = "basis", .type = F_CHOICE, .need = true,
		  .choices = bases, .label = N_("Legal basis") },
		{ .name = "commercial", .type = F_CHOICE, .need = true,
		  .has_radios = true, .choices = kinds,
		  .label = N_("Is it advertising") },
		{ .name = "soft", .type = F_FLAG, .label =
		  N_("Customers may be written to by e-mail and SMS without a yes: for products like those they bought, if they were told so at the sale and did not object") },
		{ .name = "months", .type = F_TEXT, .need = true, .max = 4,
		  .autocomplete = "off", .label = N_("Months kept"),
		  .hint = N_("1 to 1200, as the notice says it.") },
		{ .name = "email", .type = F_FLAG, .about = N_("Channels") },
		{ .name = "phone", .type = F_FLAG },
		{ .name = "post", .type = F_FLAG },
		{ .name = "sms", .type = F_FLAG },
		{ .name = "material", .type = F_CHOICE, .need = !k->is_new,
		  .has_radios = true, .choices = changes,
		  .label = k->is_new ? NULL :
		  N_("Does what people agree to change") },
	};

	memcpy(k->fields, head, sizeof(head));
}

/* The first of the fields of language ${i}. */
static struct field *
texts_at(struct consent_page *k, size_t i)
{
	return &k->fields[CONSENT_PURPOSE_HEAD + CONSENT_PURPOSE_TEXTS * i];
}

static const char *
text_name(struct consent_page *k, size_t i, const char *what)
{
	return arena_printf(k->c->arena, "%s (%s)", words_get(k->c->lang,
	    what), page_language_name(k->p.languages[i]));
}

static void
declare(struct consent_page *k)
{
	struct arena *a = k->c->arena;
	struct field *f;
	const char *lang;
	size_t i;

	declare_head(k);
	for (i = 0; i < k->n_languages; i++) {
		f = texts_at(k, i);
		lang = k->p.languages[i];
		f[TITLE] = (struct field){ .name = arena_printf(a,
		    "title_%s", lang), .type = F_TEXT, .need = true,
		    .max = 120, .about = text_name(k, i, N_("Title")) };
		f[WORDING] = (struct field){ .name = arena_printf(a,
		    "wording_%s", lang), .type = F_LINES, .need = true,
		    .max = 1000, .about = text_name(k, i, N_("Wording")) };
		f[INTEREST] = (struct field){ .name = arena_printf(a,
		    "interest_%s", lang), .type = F_LINES, .max = 1000,
		    .about = text_name(k, i, N_("Legitimate interest")) };
	}
	*texts_at(k, i) = (struct field){ .name = NULL };
}

const char *
consent_page_path(struct ctx *c, uint64_t id, const char *rest)
{
	return id == 0 ? CONSENT_PURPOSES_PATH : arena_printf(c->arena,
	    CONSENT_PURPOSES_PATH "/%" PRIu64 "%s", id, rest);
}

const char *
consent_page_basis(struct ctx *c, const char *basis)
{
	const struct field_choice *b;

	for (b = bases; b->value != NULL; b++)
		if (strcmp(b->value, basis) == 0)
			return _(b->label);
	return basis;
}

const char *
consent_page_channels(struct ctx *c, const bool has[CONSENT_CHANNELS])
{
	const char *text = "";
	size_t i;

	for (i = 0; i < CONSENT_CHANNELS; i++)
		if (has[i])
			text = arena_printf(c->arena, "%s%s%s", text,
			    *text == '\0' ? "" : ", ", _(consent_channel_label(
			    consent_channels[i])));
	return *text == '\0' ? "–" : text;
}

const char *
consent_page_touched(struct ctx *c, const struct consent_touched *t)
{
	if (t->is_more)
		return t->people == CONSENT_TOUCHED_MOST ?
		    _("more than 1,000 people") : arena_printf(c->arena,
		    "%s %s", _("at least"), words_count(c->arena, c->lang,
		    "{n} person", "{n} people", t->people));
	return t->people == 0 ? _("nobody") : words_count(c->arena, c->lang,
	    "{n} person", "{n} people", t->people);
}

bool
consent_page_may_write(const struct ctx *c)
{
	return (ROLE_BIT(c->caller.role) & CONSENT_PURPOSE_WRITERS) != 0;
}

struct consent_purposes
consent_page_purposes(struct ctx *c)
{
	return (struct consent_purposes){ .db = c->db, .arena = c->arena,
	    .ledger = c->worker->ledger,
	    .languages = c->worker->config->languages, .lang = c->lang,
	    .staff_id = c->caller.staff_id, .now_us = c->now_us };
}

enum err
consent_page_open(struct ctx *c, bool is_new, struct consent_page **ret_page)
{
	struct consent_page *k = arena_take(c->arena, sizeof(*k));
	uint64_t id;
	enum err e;

	k->c = c;
	k->is_new = is_new;
	k->p = consent_page_purposes(c);
	while (k->p.languages[k->n_languages] != NULL)
		k->n_languages++;
	declare(k);
	if (!is_new && ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = consent_purpose_load(&k->p, id, &k->now)) != ERR_OK))
		return e;
	*ret_page = k;
	return ERR_OK;
}

void
consent_page_fill(struct consent_page *k)
{
	const struct consent_wanted *w = &k->now.is;
	struct form *form = &k->c->form;
	struct arena *a = k->c->arena;
	const struct field *f;
	size_t i;

	form_blank(k->c, k->fields, form);
	form_set(form, "basis", k->is_new ? "" : w->basis);
	form_set(form, "months", k->is_new ? "36" : arena_printf(a, "%"
	    PRIu64, w->months));
	if (k->is_new)
		return;
	form_set(form, "seen", arena_printf(a, "%" PRIu64, w->seen_id));
	form_set(form, "commercial", w->is_commercial ? "yes" : "no");
	form_set(form, "soft", w->has_soft_opt_in ? "yes" : "");
	form_input(form, "soft")->number = w->has_soft_opt_in;
	for (i = 0; i < CONSENT_CHANNELS; i++)
		form_input(form, consent_channels[i])->number = w->has[i];
	for (i = 0; i < k->n_languages; i++) {
		f = texts_at(k, i);
		form_set(form, f[TITLE].name, w->words[i].title);
		form_set(form, f[WORDING].name, w->words[i].wording);
		form_set(form, f[INTEREST].name, w->words[i].interest);
	}
}

static bool
is_code(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") ==
	    strlen(text);
}

/* A wording is one paragraph: as it is read out, so it is compared. */
static const char *
one_line(struct ctx *c, const char *text)
{
	char *line = arena_text(c->arena, text), *to = line;
	const char *at;

	for (at = line; *at != '\0'; at++) {
		if (strchr(" \t\r\n", *at) == NULL)
			*to++ = *at;
		else if (to > line && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
	return line;
}

static void
read_words(struct consent_page *k)
{
	bool is_interest = strcmp(k->wanted.basis, "legitimate_interest") == 0;
	struct form *form = &k->c->form;
	struct consent_words *w;
	const struct field *f;
	size_t i;

	for (i = 0; i < k->n_languages; i++) {
		f = texts_at(k, i);
		w = &k->wanted.words[i];
		w->title = one_line(k->c, form_value(form, f[TITLE].name));
		w->wording = one_line(k->c, form_value(form,
		    f[WORDING].name));
		w->interest = is_interest ? one_line(k->c, form_value(form,
		    f[INTEREST].name)) : "";
		if (is_interest && *w->interest == '\0')
			form_fail(form, f[INTEREST].name,
			    words_get(k->c->lang, N_("Say which interest it is, and why it weighs more than that of the people.")));
	}
}

/* What is wrong with a value beyond its type. */
static void
check(struct consent_page *k, bool has_channel)
{
	struct ctx *c = k->c;
	const struct input *months = form_input(&c->form, "months");

	if (!has_channel)
		form_fail(&c->form, "email", _("Choose at least one channel."));
	if (months->error == NULL && (parse_u64(months->value,
	    &k->wanted.months) != ERR_OK || k->wanted.months == 0 ||
	    k->wanted.months > MONTHS_MAX))
		form_fail(&c->form, "months",
		    _("Enter a whole number from 1 to 1200."));
	if (k->is_new && form_input(&c->form, "code")->error == NULL &&
	    !is_code(k->wanted.code))
		form_fail(&c->form, "code",
		    _("A code is made of a-z 0-9 _ - and nothing else."));
}

enum err
consent_page_read(struct consent_page *k)
{
	struct ctx *c = k->c;
	struct consent_wanted *w = &k->wanted;
	bool has_channel = false;
	size_t i;
	enum err e;

	if ((e = form_read(c, k->fields, &c->form)) == ERR_MALFORMED)
		return e;
	w->code = k->is_new ? form_value(&c->form, "code") : k->now.is.code;
	w->basis = form_value(&c->form, "basis");
	w->is_commercial = strcmp(form_value(&c->form, "commercial"), "yes") ==
	    0;
	w->is_material = !k->is_new && strcmp(form_value(&c->form,
	    "material"), "yes") == 0;
	w->has_soft_opt_in = form_input(&c->form, "soft")->number == 1;
	if (!k->is_new && parse_u64(form_value(&c->form, "seen"),
	    &w->seen_id) != ERR_OK)
		return ERR_MALFORMED;
	for (i = 0; i < CONSENT_CHANNELS; i++) {
		w->has[i] = form_input(&c->form, consent_channels[i])->number
		    == 1;
		has_channel |= w->has[i];
	}
	read_words(k);
	/* what rests on a contract or a duty may use none */
	check(k, has_channel || (strcmp(w->basis, "consent") != 0 &&
	    strcmp(w->basis, "legitimate_interest") != 0));
	return form_has_errors(&c->form) ? ERR_INVALID : ERR_OK;
}

static json_t *
channels_view(struct consent_page *k)
{
	struct ctx *c = k->c;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < CONSENT_CHANNELS; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
		    "field", consent_channels[i], "label",
		    _(consent_channel_label(consent_channels[i])), "checked",
		    form_input(&c->form, consent_channels[i])->number == 1));
	return list;
}

static json_t *
area_view(struct consent_page *k, const struct field *f, const char *label)
{
	const struct input *in = form_input(&k->c->form, f->name);

	return json_pack("{s:s, s:s, s:b, s:s, s:s?}", "field", f->name,
	    "label", words_get(k->c->lang, label), "required", f->need,
	    "value", in->value, "error", in->error);
}

static json_t *
texts_view(struct consent_page *k)
{
	json_t *list = json_array();
	const struct field *f;
	size_t i;

	for (i = 0; i < k->n_languages; i++) {
		f = texts_at(k, i);
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:o, s:[o, o]}", "lang", k->p.languages[i],
		    "language", page_language_name(k->p.languages[i]),
		    "title", area_view(k, &f[TITLE], N_("Title")), "areas",
		    area_view(k, &f[WORDING],
		    N_("Wording: exactly what people agree to")),
		    area_view(k, &f[INTEREST],
		    N_("Only for a legitimate interest: which it is, and why it weighs more than that of the people. They read it"))));
	}
	return list;
}

/* The question whether people are asked again comes last. */
static json_t *
take_last_field(json_t *view)
{
	json_t *fields = json_object_get(json_object_get(view, "form"),
	    "fields"), *one, *last = json_array();
	size_t n = json_array_size(fields);

	one = json_array_get(fields, n - 1);
	if (text_equal(json_string_value(json_object_get(one, "name")),
	    "material")) {
		json_array_append(last, one);
		json_array_remove(fields, n - 1);
	}
	return last;
}

static void
add_form(struct consent_page *k, json_t *view)
{
	struct ctx *c = k->c;
	const struct input *first = form_input(&c->form, consent_channels[0]);

	page_form(c, view, k->is_new ? CONSENT_PURPOSES_PATH :
	    CONSENT_PURPOSES_PATH "/:id", consent_page_path(c, k->now.row.id,
	    ""), &c->form);
	json_object_set_new(view, "seen", k->is_new ? json_null() :
	    json_string(form_value(&c->form, "seen")));
	json_object_set_new(view, "lasts", take_last_field(view));
	json_object_set_new(view, "channels", channels_view(k));
	json_object_set_new(view, "channels_error", first->error == NULL ?
	    json_null() : json_string(first->error));
	json_object_set_new(view, "texts", texts_view(k));
}

static void
add_fact(json_t *list, const char *label, const char *value)
{
	json_array_append_new(list, json_pack("{s:s, s:s}", "label", label,
	    "value", value));
}

static json_t *
facts_view(struct consent_page *k, const struct consent_touched *touched,
    const char *form_code)
{
	const struct consent_wanted *is = &k->now.is;
	json_t *list = json_array();
	struct ctx *c = k->c;

	add_fact(list, _("Code"), is->code);
	add_fact(list, _("Legal basis"), consent_page_basis(c, is->basis));
	add_fact(list, _("Is it advertising"), is->is_commercial ? _("yes") :
	    _("no"));
	add_fact(list, _("Customers without a yes"), is->has_soft_opt_in ?
	    _("yes, about products like those they bought") : _("no"));
	add_fact(list, _("Channels"), consent_page_channels(c, is->has));
	add_fact(list, _("Kept"), words_count(c->arena, c->lang, "{n} month",
	    "{n} months", is->months));
	add_fact(list, _("Whose yes counts"), k->now.row.is_closed ?
	    _("nobody") : consent_page_touched(c, touched));
	add_fact(list, _("Form that asks for it"), form_code == NULL ?
	    _("none: people find it in their space") : form_code);
	return list;
}

static enum err
versions_view(struct consent_page *k, json_t **ret_list)
{
	struct q_purposes_versions *rows;
	struct ctx *c = k->c;
	size_t i, n;
	enum err e;

	if ((e = q_purposes_versions(c->db, c->arena, c->lang, k->now.row.id,
	    &rows, &n)) != ERR_OK)
		return e;
	*ret_list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(*ret_list, json_pack(
		    "{s:s, s:s, s:s, s:s, s:b}", "number", arena_printf(
		    c->arena, "%" PRIu64, rows[i].number), "at", page_date(c,
		    rows[i].created_us), "title", rows[i].title == NULL ? "" :
		    rows[i].title, "wording", rows[i].wording == NULL ? "" :
		    rows[i].wording, "is_material", rows[i].is_material &&
		    rows[i].number > 1));
	return ERR_OK;
}

/* What there is of a purpose that is not new. */
static enum err
add_now(struct consent_page *k, json_t *view)
{
	struct consent_touched touched;
	const char *form_code;
	json_t *versions;
	enum err e;

	if ((e = consent_purpose_touched(&k->p, &k->now, &touched)) !=
	    ERR_OK || (e = consent_purpose_form(&k->p, k->now.row.id,
	    &form_code)) != ERR_OK || (e = versions_view(k, &versions)) !=
	    ERR_OK)
		return e;
	json_object_set_new(view, "facts", facts_view(k, &touched,
	    form_code));
	json_object_set_new(view, "versions", versions);
	return ERR_OK;
}

enum err
consent_page_draw(struct consent_page *k, enum err why)
{
	struct ctx *c = k->c;
	bool is_closed = !k->is_new && k->now.row.is_closed;
	bool is_open = consent_page_may_write(c) && !is_closed;
	json_t *view = page_view(c, k->is_new ? _("New purpose") :
	    k->now.row.code);
	enum err e;

	add_form(k, view);
	if (!is_open)
		json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "back_url", json_string(
	    CONSENT_PURPOSES_PATH));
	json_object_set_new(view, "is_new", json_boolean(k->is_new));
	json_object_set_new(view, "name", json_string(k->is_new ?
	    _("New purpose") : k->now.row.title == NULL ? k->now.row.code :
	    k->now.row.title));
	json_object_set_new(view, "is_closed", json_boolean(is_closed));
	json_object_set_new(view, "close_url", k->is_new || !is_open ?
	    json_null() : json_string(consent_page_path(c, k->now.row.id,
	    "/close")));
	json_object_set_new(view, "facts", json_array());
	json_object_set_new(view, "versions", json_array());
	if (!k->is_new && (e = add_now(k, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	return why == ERR_OK ? page(c, "office/consent_purpose.html", view) :
	    page_form_again(c, why, "office/consent_purpose.html", view);
}
