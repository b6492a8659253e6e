/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purposes as the controller manages them: every change is shown beside what
 * there is before it is stored, and says whether people are asked again.
 * Law: GDPR 5(1)(b), 6(1), 7(1), 13(1)(c).
 */
#include "consent/consent_purposes_office.h"

#include <inttypes.h>
#include <string.h>

#include "app/page.h"
#include "base/text.h"
#include "consent/consent.h"

#define ROOT		"/settings/purposes"
#define MONTHS_MAX	1200
#define GIVEN_MOST	1000
#define HEAD		(6 + CONSENT_CHANNELS)	/* fields before the texts */
#define FIELDS		(HEAD + 2 * CONFIG_LANGUAGES_MAX + 1)

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

/* A form about a purpose. */
struct typing {
	struct ctx *c;
	bool is_new;
	struct consent_now now;		/* unless it is new */
	struct field fields[FIELDS];
	struct consent_wanted wanted;
};

static void
declare(struct typing *k)
{
	const char *const *languages = k->c->worker->config->languages;
	const struct field head[HEAD] = {
		{ .name = "step", .type = F_HIDDEN, .max = 10 },
		{ .name = "code", .type = k->is_new ? F_TEXT : F_HIDDEN,
		  .need = k->is_new, .max = 40, .autocomplete = "off",
		  .label = k->is_new ? N_("Code") : NULL,
		  .hint = N_("For programs and addresses: a-z 0-9 _ -. It stays.") },
		{ .name = "basis", .type = F_CHOICE, .need = true,
		  .choices = bases, .label = N_("Legal basis") },
		{ .name = "commercial", .type = F_CHOICE, .need = true,
		  .has_radios = true, .choices = kinds,
		  .label = N_("Is it advertising") },
		{ .name = "email", .type = F_FLAG },
		{ .name = "phone", .type = F_FLAG },
		{ .name = "post", .type = F_FLAG },
		{ .name = "sms", .type = F_FLAG },
		{ .name = "months", .type = F_ID, .need = true, .max = 4 },
		{ .name = "material", .type = F_CHOICE, .need = !k->is_new,
		  .has_radios = true, .choices = changes,
		  .label = k->is_new ? NULL :
		  N_("Does what people agree to change") },
	};
	size_t i, n = HEAD;

	memcpy(k->fields, head, sizeof(head));
	for (i = 0; languages[i] != NULL; i++) {
		k->fields[n++] = (struct field){ .name = arena_printf(
		    k->c->arena, "title_%s", languages[i]), .type = F_TEXT,
		    .need = true, .max = 120 };
		k->fields[n++] = (struct field){ .name = arena_printf(
		    k->c->arena, "wording_%s", languages[i]),
		    .type = F_LINES, .need = true, .max = 1000 };
	}
	k->fields[n] = (struct field){ .name = NULL };
}

static const char *
path_of(struct ctx *c, uint64_t id)
{
	return id == 0 ? ROOT : arena_printf(c->arena, ROOT "/%" PRIu64, id);
}

static const char *
basis_word(struct ctx *c, const char *basis)
{
	const struct field_choice *b;

	for (b = bases; b->value != NULL; b++)
		if (strcmp(b->value, basis) == 0)
			return _(b->label);
	return basis;
}

static const char *
channels_text(struct ctx *c, const bool has[CONSENT_CHANNELS])
{
	const char *text = "";
	size_t i;

	for (i = 0; i < CONSENT_CHANNELS; i++)
		if (has[i])
			text = arena_printf(c->arena, "%s%s%s", text,
			    *text == '\0' ? "" : ", ", _(consent_channel_label(
			    consent_channels[i])));
	return text;
}

static const char *
given_text(struct ctx *c, const struct q_purposes_given *g)
{
	if (g->given > GIVEN_MOST)
		return _("more than 1,000 said yes");
	return arena_printf(c->arena, "%s, %s", words_count(c->arena, c->lang,
	    "{n} yes", "{n} yes", g->given), words_count(c->arena, c->lang,
	    "{n} counts", "{n} count", g->usable));
}

static enum err
row_view(struct ctx *c, const struct q_purposes_list *r, json_t **ret_view)
{
	struct q_purposes_given given;
	struct consent_now now;
	json_t *view;
	enum err e;

	if ((e = q_purposes_given(c->db, c->arena, r->material_id, r->id,
	    &given)) != ERR_OK ||
	    (e = consent_purpose_load(c, c->db, r->id, &now)) != ERR_OK)
		return e;
	view = json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s}", "url",
	    path_of(c, r->id), "title", r->title == NULL ? r->code : r->title,
	    "code", r->code, "basis", basis_word(c, r->basis),
	    "is_commercial", r->is_commercial, "channels", channels_text(c,
	    now.is.has), "version", arena_printf(c->arena, "%s %" PRIu64
	    ", %s", _("Text"), r->number, page_date(c, r->created_us)),
	    "given", given_text(c, &given));
	page_state(view, r->is_closed ? _("closed") : _("in use"),
	    r->is_closed ? MOOD_NONE : MOOD_OK);
	*ret_view = view;
	return ERR_OK;
}

static bool
may_write(const struct ctx *c)
{
	return (ROLE_BIT(c->caller.role) & CONSENT_PURPOSE_WRITERS) != 0;
}

enum err
consent_office_purposes(struct ctx *c)
{
	struct q_purposes_list *rows;
	json_t *view, *list = json_array(), *item;
	size_t i, n;
	enum err e;

	e = q_purposes_list(c->db, c->arena, c->lang, 0, &rows, &n);
	for (i = 0; e == ERR_OK && i < n; i++)
		if ((e = row_view(c, &rows[i], &item)) == ERR_OK)
			json_array_append_new(list, item);
	if (e != ERR_OK) {
		json_decref(list);
		return e;
	}
	view = page_view(c, _("Purposes"));
	json_object_set_new(view, "new_url", may_write(c) ? json_string(ROOT
	    "/new") : json_null());
	json_object_set_new(view, "has_purposes", json_boolean(n > 0));
	json_object_set_new(view, "purposes", list);
	return page(c, "office/consent_purposes.html", view);
}

static void
fill(struct typing *k)
{
	const char *const *languages = k->c->worker->config->languages;
	const struct consent_wanted *w = &k->now.is;
	struct form *form = &k->c->form;
	size_t i;

	form_set(form, "basis", w->basis);
	form_set(form, "commercial", w->is_commercial ? "yes" : "no");
	form_set(form, "months", arena_printf(k->c->arena, "%" PRIu64,
	    w->months));
	for (i = 0; i < CONSENT_CHANNELS; i++)
		form_input(form, consent_channels[i])->number = w->has[i];
	for (i = 0; languages[i] != NULL; i++) {
		form_set(form, k->fields[HEAD + 2 * i].name, w->title[i]);
		form_set(form, k->fields[HEAD + 2 * i + 1].name,
		    w->wording[i]);
	}
}

static json_t *
channels_view(struct typing *k)
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
texts_view(struct typing *k)
{
	const char *const *languages = k->c->worker->config->languages;
	const struct input *title, *wording;
	json_t *list = json_array();
	size_t i;

	for (i = 0; languages[i] != NULL; i++) {
		title = form_input(&k->c->form, k->fields[HEAD + 2 * i].name);
		wording = form_input(&k->c->form,
		    k->fields[HEAD + 2 * i + 1].name);
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:s?}", "lang",
		    languages[i], "language", page_language_name(
		    languages[i]), "title_field", title->field->name,
		    "title", title->value, "title_error", title->error,
		    "wording_field", wording->field->name, "wording",
		    wording->value, "wording_error", wording->error));
	}
	return list;
}

static json_t *
versions_view(struct ctx *c, const struct q_purposes_versions *rows, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s, s:b}", "number", arena_printf(
		    c->arena, "%" PRIu64, rows[i].number), "at", page_date(c,
		    rows[i].created_us), "title", rows[i].title == NULL ? "" :
		    rows[i].title, "wording", rows[i].wording == NULL ? "" :
		    rows[i].wording, "is_material", rows[i].is_material &&
		    rows[i].number > 1));
	return list;
}

static void
add_form(struct typing *k, json_t *view)
{
	struct ctx *c = k->c;
	const struct input *months = form_input(&c->form, "months");

	page_form(c, view, k->is_new ? ROOT : ROOT "/:id", path_of(c,
	    k->now.row.id), &c->form);
	json_object_set_new(view, "channels", channels_view(k));
	json_object_set_new(view, "channels_error", form_input(&c->form,
	    "email")->error == NULL ? json_null() : json_string(form_input(
	    &c->form, "email")->error));
	json_object_set_new(view, "months", json_string(months->value));
	json_object_set_new(view, "months_error", months->error == NULL ?
	    json_null() : json_string(months->error));
	json_object_set_new(view, "texts", texts_view(k));
}

static enum err
draw(struct typing *k, enum err why)
{
	struct ctx *c = k->c;
	bool is_open = may_write(c) && !(k->now.row.is_closed && !k->is_new);
	struct q_purposes_versions *versions = NULL;
	const char *form_code = NULL;
	json_t *view;
	size_t n = 0;
	enum err e;

	if (!k->is_new && ((e = q_purposes_versions(c->db, c->arena, c->lang,
	    k->now.row.id, &versions, &n)) != ERR_OK ||
	    (e = consent_purpose_form(c, c->db, k->now.row.id, &form_code)) !=
	    ERR_OK))
		return e;
	view = page_view(c, k->is_new ? _("New purpose") : k->now.row.code);
	add_form(k, view);
	if (!is_open)
		json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "back_url", json_string(ROOT));
	json_object_set_new(view, "is_new", json_boolean(k->is_new));
	json_object_set_new(view, "name", json_string(k->is_new ?
	    _("New purpose") : k->now.row.title == NULL ? k->now.row.code :
	    k->now.row.title));
	json_object_set_new(view, "is_closed", json_boolean(!k->is_new &&
	    k->now.row.is_closed));
	json_object_set_new(view, "form_code", form_code == NULL ?
	    json_null() : json_string(form_code));
	json_object_set_new(view, "close_form", k->is_new || !is_open ||
	    form_code != NULL ? json_null() : page_csrf(c, ROOT "/:id/close",
	    arena_printf(c->arena, "%s/close", path_of(c,
	    k->now.row.id))));
	json_object_set_new(view, "versions", versions_view(c, versions, n));
	return why == ERR_OK ? page(c, "office/consent_purpose.html", view) :
	    page_form_again(c, why, "office/consent_purpose.html", view);
}

static enum err
begin(struct typing *k)
{
	uint64_t id;
	enum err e = ERR_OK;

	declare(k);
	if (k->is_new)
		return ERR_OK;
	if ((e = ctx_path_u64(k->c, 0, &id)) != ERR_OK)
		return e;
	return consent_purpose_load(k->c, k->c->db, id, &k->now);
}

static enum err
show(struct ctx *c, bool is_new)
{
	struct typing *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	k->c = c;
	k->is_new = is_new;
	if ((e = begin(k)) != ERR_OK)
		return e;
	form_blank(c, k->fields, &c->form);
	if (is_new) {
		form_set(&c->form, "basis", "consent");
		form_set(&c->form, "months", "36");
	} else {
		fill(k);
	}
	return draw(k, ERR_OK);
}

enum err
consent_office_purpose_new(struct ctx *c)
{
	return show(c, true);
}

enum err
consent_office_purpose(struct ctx *c)
{
	return show(c, false);
}

static bool
is_code(const char *text)
{
	return *text != '\0' && strspn(text,
	    "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(text);
}

/* A wording is one paragraph: as it is read out, so it is compared. */
static const char *
one_line(struct ctx *c, const char *text)
{
	char *line = arena_text(c->arena, text), *at;

	for (at = line; *at != '\0'; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
	return line;
}

static enum err
read_wanted(struct typing *k)
{
	struct ctx *c = k->c;
	const char *const *languages = c->worker->config->languages;
	struct consent_wanted *w = &k->wanted;
	const struct input *months;
	bool is_any = false;
	size_t i;
	enum err e;

	e = form_read(c, k->fields, &c->form);
	w->purpose_id = k->now.row.id;
	w->code = k->is_new ? form_value(&c->form, "code") : k->now.is.code;
	w->basis = form_value(&c->form, "basis");
	w->is_commercial = strcmp(form_value(&c->form, "commercial"), "yes") ==
	    0;
	w->is_material = strcmp(form_value(&c->form, "material"), "yes") == 0;
	months = form_input(&c->form, "months");
	w->months = months->number;
	for (i = 0; i < CONSENT_CHANNELS; i++) {
		w->has[i] = form_input(&c->form, consent_channels[i])->number
		    == 1;
		is_any |= w->has[i];
	}
	for (i = 0; languages[i] != NULL; i++) {
		w->title[i] = form_value(&c->form,
		    k->fields[HEAD + 2 * i].name);
		w->wording[i] = one_line(c, form_value(&c->form,
		    k->fields[HEAD + 2 * i + 1].name));
	}
	if (!is_any)
		form_fail(&c->form, "email", _("Choose at least one channel."));
	if (months->error == NULL && (w->months == 0 ||
	    w->months > MONTHS_MAX))
		form_fail(&c->form, "months",
		    _("A number of months from 1 to 1200."));
	if (k->is_new && form_input(&c->form, "code")->error == NULL &&
	    !is_code(w->code))
		form_fail(&c->form, "code",
		    _("A code is made of a-z 0-9 _ - and nothing else."));
	if (e != ERR_OK)
		return e;
	return form_has_errors(&c->form) ? ERR_INVALID : ERR_OK;
}

static void
add_row(json_t *list, const char *label, const char *before,
    const char *after)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "label",
	    label, "before", before, "after", after, "is_changed",
	    strcmp(before, after) != 0));
}

static json_t *
diff_view(struct typing *k)
{
	struct ctx *c = k->c;
	const char *const *languages = c->worker->config->languages;
	const struct consent_wanted *w = &k->wanted, *is = &k->now.is;
	json_t *list = json_array();
	const char *none = "–", *name;
	size_t i;

	add_row(list, _("Legal basis"), k->is_new ? none : basis_word(c,
	    is->basis), basis_word(c, w->basis));
	add_row(list, _("Is it advertising"), k->is_new ? none :
	    is->is_commercial ? _("yes") : _("no"), w->is_commercial ?
	    _("yes") : _("no"));
	add_row(list, _("Channels"), k->is_new ? none : channels_text(c,
	    is->has), channels_text(c, w->has));
	add_row(list, _("Months kept"), k->is_new ? none : arena_printf(
	    c->arena, "%" PRIu64, is->months), arena_printf(c->arena, "%"
	    PRIu64, w->months));
	for (i = 0; languages[i] != NULL; i++) {
		name = page_language_name(languages[i]);
		add_row(list, arena_printf(c->arena, "%s (%s)", _("Title"),
		    name), k->is_new ? none : is->title[i], w->title[i]);
		add_row(list, arena_printf(c->arena, "%s (%s)", _("Wording"),
		    name), k->is_new ? none : is->wording[i], w->wording[i]);
	}
	return list;
}

/* What was typed, once more, for the press that stores it. */
static json_t *
held_view(struct typing *k)
{
	const struct field *f;
	json_t *list = json_array();
	const char *value;

	for (f = k->fields; f->name != NULL; f++) {
		value = form_value(&k->c->form, f->name);
		if (strcmp(f->name, "step") != 0 && *value != '\0')
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "name", f->name, "value", value));
	}
	return list;
}

static enum err
draw_check(struct typing *k)
{
	struct ctx *c = k->c;
	json_t *view = page_view(c, _("Check before it is stored"));

	json_object_set_new(view, "back_url", json_string(k->is_new ?
	    ROOT "/new" : path_of(c, k->now.row.id)));
	json_object_set_new(view, "code", json_string(k->wanted.code));
	json_object_set_new(view, "is_new", json_boolean(k->is_new));
	json_object_set_new(view, "is_material", json_boolean(
	    k->wanted.is_material && !k->is_new));
	json_object_set_new(view, "rows", diff_view(k));
	json_object_set_new(view, "form", page_csrf(c, k->is_new ? ROOT :
	    ROOT "/:id", path_of(c, k->now.row.id)));
	json_object_set_new(view, "held", held_view(k));
	return page(c, "office/consent_purpose_check.html", view);
}

/* Under the purpose's lock: what was shown is what is replaced. */
static enum err
store_in_tx(struct db *db, void *arg)
{
	struct typing *k = arg;
	struct ctx *c = k->c;
	struct q_purposes_lock *locked;
	struct consent_now now;
	const char *why;
	uint64_t id;
	size_t n;
	enum err e;

	if (!k->is_new) {
		if ((e = q_purposes_lock(db, c->arena, k->now.row.id, &locked,
		    &n)) != ERR_OK || (e = consent_purpose_load(c, db,
		    k->now.row.id, &now)) != ERR_OK)
			return e;
		if (now.row.version_id != k->now.row.version_id)
			return ERR_CONFLICT;
	}
	if ((e = consent_purpose_refusal(c, db, k->is_new ? NULL : &now,
	    &k->wanted, &why)) != ERR_OK)
		return e;
	if (why != NULL)
		return ERR_CONFLICT;
	if ((e = consent_purpose_store(c, db, k->is_new ? NULL : &now,
	    &k->wanted, &id)) == ERR_OK)
		tx_set_result(db, arena_printf(c->arena, "%" PRIu64, id));
	return e;
}

static enum err
post(struct ctx *c, bool is_new)
{
	struct typing *k = arena_take(c->arena, sizeof(*k));
	const char *why;
	uint64_t id;
	enum err e;

	k->c = c;
	k->is_new = is_new;
	if ((e = begin(k)) != ERR_OK)
		return e;
	if ((e = read_wanted(k)) != ERR_OK)
		return draw(k, e);
	if (strcmp(form_value(&c->form, "step"), "store") == 0) {
		if ((e = ctx_tx(c, store_in_tx, k)) != ERR_OK)
			return e;
		return page_redirect(c, c->result != NULL && parse_u64(
		    c->result, &id) == ERR_OK ? path_of(c, id) : ROOT);
	}
	if ((e = consent_purpose_refusal(c, c->db, is_new ? NULL : &k->now,
	    &k->wanted, &why)) != ERR_OK)
		return e;
	if (why == NULL)
		return draw_check(k);
	form_fail(&c->form, NULL, why);
	return draw(k, ERR_INVALID);
}

enum err
consent_office_purpose_add(struct ctx *c)
{
	return post(c, true);
}

enum err
consent_office_purpose_change(struct ctx *c)
{
	return post(c, false);
}

static enum err
close_in_tx(struct db *db, void *arg)
{
	const struct typing *k = arg;

	return consent_purpose_close(k->c, db, &k->now);
}

enum err
consent_office_purpose_close(struct ctx *c)
{
	struct typing *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	k->c = c;
	if ((e = begin(k)) != ERR_OK ||
	    (e = ctx_tx(c, close_in_tx, k)) != ERR_OK)
		return e;
	return page_redirect(c, path_of(c, k->now.row.id));
}
