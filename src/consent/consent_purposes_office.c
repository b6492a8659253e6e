/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purposes as the controller manages them: every change is shown beside what
 * there is before it is stored, says whether people are asked again, and how
 * many.
 * Law: GDPR 5(1)(b), 6(1), 7(1), 13(1)(c), 25.
 */
#include "consent/consent_purposes_office.h"

#include <inttypes.h>
#include <string.h>

#include "app/page.h"
#include "base/text.h"
#include "consent/consent_purpose_page.h"

const struct field consent_office_close_fields[] = {
	{ .name = "code", .type = F_TEXT, .need = true, .max = 40,
	  .autocomplete = "off", .label = N_("Code of the purpose"),
	  .hint = N_("As it stands above, so that nobody closes another one.") },
	{ .name = NULL }
};

static json_t *
row_view(struct ctx *c, const struct q_purposes_list *r)
{
	bool has[CONSENT_CHANNELS];
	json_t *view;
	size_t i;

	for (i = 0; i < CONSENT_CHANNELS; i++)
		has[i] = r->channels != NULL && strstr(r->channels,
		    consent_channels[i]) != NULL;
	view = json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s}", "url",
	    consent_page_path(c, r->id, ""), "title", r->title == NULL ?
	    r->code : r->title, "code", r->code, "basis",
	    consent_page_basis(c, r->basis), "is_commercial",
	    r->is_commercial, "channels", consent_page_channels(c, has),
	    "version", arena_printf(c->arena, "%s %" PRIu64 ", %s",
	    _("Text"), r->number, page_date(c, r->created_us)));
	page_state(view, r->is_closed ? _("closed") : _("in use"),
	    r->is_closed ? MOOD_NONE : MOOD_OK);
	return view;
}

enum err
consent_office_purposes(struct ctx *c)
{
	struct q_purposes_list *rows;
	json_t *view, *list;
	size_t i, n;
	enum err e;

	if ((e = q_purposes_list(c->db, c->arena, c->lang, 0, &rows, &n)) !=
	    ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(list, row_view(c, &rows[i]));
	view = page_view(c, _("Purposes"));
	json_object_set_new(view, "back_url", json_string("/settings"));
	json_object_set_new(view, "new_url", consent_page_may_write(c) ?
	    json_string(CONSENT_PURPOSES_PATH "/new") : json_null());
	json_object_set_new(view, "has_purposes", json_boolean(n > 0));
	json_object_set_new(view, "purposes", list);
	return page(c, "office/consent_purposes.html", view);
}

static enum err
show(struct ctx *c, bool is_new)
{
	struct consent_page *k;
	enum err e;

	if ((e = consent_page_open(c, is_new, &k)) != ERR_OK)
		return e;
	consent_page_fill(k);
	return consent_page_draw(k, ERR_OK);
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

static void
add_row(json_t *list, const char *label, const char *before,
    const char *after)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "label",
	    label, "before", before, "after", after, "is_changed",
	    strcmp(before, after) != 0));
}

/* ${what} of language ${i}, unless there is nothing on either side. */
static void
add_words(struct consent_page *k, json_t *list, size_t i, const char *what,
    const char *before, const char *after)
{
	if (*before == '\0' && *after == '\0')
		return;
	add_row(list, arena_printf(k->c->arena, "%s (%s)", what,
	    page_language_name(k->p.languages[i])), *before == '\0' ? "–" :
	    before, *after == '\0' ? "–" : after);
}

static void
add_all_words(struct consent_page *k, json_t *list)
{
	static const struct consent_words none = { "", "", "" };
	const struct consent_words *is, *w;
	struct ctx *c = k->c;
	size_t i;

	for (i = 0; i < k->n_languages; i++) {
		is = k->is_new ? &none : &k->now.is.words[i];
		w = &k->wanted.words[i];
		add_words(k, list, i, _("Title"), is->title, w->title);
		add_words(k, list, i, _("Wording"), is->wording, w->wording);
		add_words(k, list, i, _("Legitimate interest"), is->interest,
		    w->interest);
	}
}

static json_t *
diff_view(struct consent_page *k)
{
	struct ctx *c = k->c;
	const struct consent_wanted *w = &k->wanted, *is = &k->now.is;
	json_t *list = json_array();
	const char *none = "–";

	add_row(list, _("Legal basis"), k->is_new ? none :
	    consent_page_basis(c, is->basis), consent_page_basis(c,
	    w->basis));
	add_row(list, _("Is it advertising"), k->is_new ? none :
	    is->is_commercial ? _("yes") : _("no"), w->is_commercial ?
	    _("yes") : _("no"));
	add_row(list, _("Customers without a yes"), k->is_new ? none :
	    is->has_soft_opt_in ? _("yes") : _("no"), w->has_soft_opt_in ?
	    _("yes") : _("no"));
	add_row(list, _("Channels"), k->is_new ? none :
	    consent_page_channels(c, is->has), consent_page_channels(c,
	    w->has));
	add_row(list, _("Months kept"), k->is_new ? none : arena_printf(
	    c->arena, "%" PRIu64, is->months), arena_printf(c->arena, "%"
	    PRIu64, w->months));
	add_all_words(k, list);
	return list;
}

/* What was typed, once more, for the press that stores it. */
static json_t *
held_view(struct consent_page *k)
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
draw_check(struct consent_page *k)
{
	struct consent_touched touched = { 0, false };
	const char *form_code = NULL;
	struct ctx *c = k->c;
	json_t *view;
	enum err e;

	if (!k->is_new && ((e = consent_purpose_touched(&k->p, &k->now,
	    &touched)) != ERR_OK || (e = consent_purpose_form(&k->p,
	    k->now.row.id, &form_code)) != ERR_OK))
		return e;
	view = page_view(c, _("Check before it is stored"));
	json_object_set_new(view, "back_url", json_string(k->is_new ?
	    CONSENT_PURPOSES_PATH "/new" : consent_page_path(c,
	    k->now.row.id, "")));
	json_object_set_new(view, "code", json_string(k->wanted.code));
	json_object_set_new(view, "is_new", json_boolean(k->is_new));
	json_object_set_new(view, "is_material", json_boolean(
	    k->wanted.is_material));
	json_object_set_new(view, "touched", json_string(
	    consent_page_touched(c, &touched)));
	json_object_set_new(view, "has_other_words", json_boolean(
	    !k->is_new && !consent_purpose_same_words(&k->now.is,
	    &k->wanted, k->n_languages)));
	json_object_set_new(view, "form_code", form_code == NULL ?
	    json_null() : json_string(form_code));
	json_object_set_new(view, "rows", diff_view(k));
	json_object_set_new(view, "form", page_csrf(c, k->is_new ?
	    CONSENT_PURPOSES_PATH : CONSENT_PURPOSES_PATH "/:id",
	    consent_page_path(c, k->now.row.id, "")));
	json_object_set_new(view, "held", held_view(k));
	return page(c, "office/consent_purpose_check.html", view);
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	struct consent_page *k = arg;
	struct consent_purposes p = k->p;
	enum err e;

	p.db = db;
	if ((e = consent_purpose_store(&p, k->now.row.id, &k->wanted,
	    &k->stored_id, &k->why)) == ERR_OK)
		tx_set_result(db, arena_printf(p.arena, "%" PRIu64,
		    k->stored_id));
	return e;
}

/* The form with what was typed, from now on over the newest version. */
static enum err
draw_refused(struct consent_page *k, const char *why)
{
	struct ctx *c = k->c;

	form_fail(&c->form, NULL, words_get(c->lang, why));
	if (!k->is_new)
		form_set(&c->form, "seen", arena_printf(c->arena, "%" PRIu64,
		    k->now.is.seen_id));
	return consent_page_draw(k, ERR_INVALID);
}

static enum err
store(struct consent_page *k)
{
	struct ctx *c = k->c;
	uint64_t id;
	enum err e;

	e = ctx_tx(c, store_in_tx, k);
	if (e == ERR_OK)
		return page_redirect(c, c->result != NULL && parse_u64(
		    c->result, &id) == ERR_OK ? consent_page_path(c, id, "") :
		    CONSENT_PURPOSES_PATH);
	if (e != ERR_CONFLICT || k->why == NULL)
		return e;
	if (!k->is_new && (e = consent_purpose_load(&k->p, k->now.row.id,
	    &k->now)) != ERR_OK)
		return e;
	return draw_refused(k, k->why);
}

static enum err
post(struct ctx *c, bool is_new)
{
	struct consent_page *k;
	const char *why;
	enum err e;

	if ((e = consent_page_open(c, is_new, &k)) != ERR_OK)
		return e;
	if ((e = consent_page_read(k)) != ERR_OK)
		return consent_page_draw(k, e);
	if (strcmp(form_value(&c->form, "step"), "store") == 0)
		return store(k);
	if (strcmp(form_value(&c->form, "step"), "change") == 0)
		return consent_page_draw(k, ERR_OK);	/* all of it again */
	if (!is_new && k->wanted.seen_id != k->now.is.seen_id)
		return draw_refused(k, N_("Somebody stored another version meanwhile: it is shown below. Check yours against it once more."));
	if ((e = consent_purpose_refusal(&k->p, is_new ? NULL : &k->now,
	    &k->wanted, &why)) != ERR_OK)
		return e;
	return why == NULL ? draw_check(k) : draw_refused(k, why);
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
draw_end(struct consent_page *k, enum err why)
{
	struct consent_touched touched;
	const char *form_code;
	struct ctx *c = k->c;
	json_t *view;
	enum err e;

	if ((e = consent_purpose_touched(&k->p, &k->now, &touched)) !=
	    ERR_OK || (e = consent_purpose_form(&k->p, k->now.row.id,
	    &form_code)) != ERR_OK)
		return e;
	view = page_view(c, _("Close a purpose"));
	page_form(c, view, CONSENT_PURPOSES_PATH "/:id/close",
	    consent_page_path(c, k->now.row.id, "/close"), &c->form);
	if (form_code != NULL)
		json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "back_url", json_string(consent_page_path(c,
	    k->now.row.id, "")));
	json_object_set_new(view, "name", json_string(k->now.row.title ==
	    NULL ? k->now.row.code : k->now.row.title));
	json_object_set_new(view, "code", json_string(k->now.row.code));
	json_object_set_new(view, "touched", json_string(
	    consent_page_touched(c, &touched)));
	json_object_set_new(view, "form_code", form_code == NULL ?
	    json_null() : json_string(form_code));
	return why == ERR_OK ? page(c, "office/consent_purpose_close.html",
	    view) : page_form_again(c, why,
	    "office/consent_purpose_close.html", view);
}

enum err
consent_office_purpose_end(struct ctx *c)
{
	struct consent_page *k;
	enum err e;

	if ((e = consent_page_open(c, false, &k)) != ERR_OK)
		return e;
	if (k->now.row.is_closed)
		return page_redirect(c, consent_page_path(c, k->now.row.id,
		    ""));
	form_blank(c, consent_office_close_fields, &c->form);
	return draw_end(k, ERR_OK);
}

static enum err
close_in_tx(struct db *db, void *arg)
{
	struct consent_page *k = arg;
	struct consent_purposes p = k->p;

	p.db = db;
	return consent_purpose_close(&p, k->now.row.id, &k->why);
}

enum err
consent_office_purpose_close(struct ctx *c)
{
	struct consent_page *k;
	enum err e;

	if ((e = consent_page_open(c, false, &k)) != ERR_OK)
		return e;
	e = form_read(c, consent_office_close_fields, &c->form);
	if (e == ERR_OK && strcmp(form_value(&c->form, "code"),
	    k->now.row.code) != 0) {
		form_fail(&c->form, "code",
		    _("This is the code of another purpose, or of none."));
		e = ERR_INVALID;
	}
	if (e != ERR_OK)
		return draw_end(k, e);
	if ((e = ctx_tx(c, close_in_tx, k)) == ERR_OK)
		return page_redirect(c, consent_page_path(c, k->now.row.id,
		    ""));
	if (e != ERR_CONFLICT || k->why == NULL)
		return e;
	form_fail(&c->form, NULL, words_get(c->lang, k->why));
	return draw_end(k, ERR_INVALID);
}
