/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the columns of a file are, what is to become of people who are known,
 * and why their data may be held.
 * Law: GDPR 5(1)(d), 6(1), 14(2)(f); FEATURES X22.
 */
#include "import/import_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/tree.h"
#include "contacts/contacts_words.h"
#include "import/import.h"
#include "import/import_frame.h"

#define TERMS		5	/* fields beside those of the columns */
#define SAMPLES		3	/* values shown of a column */
#define SAMPLE_POINTS	40
#define UNUSED		"none"

/* The page of columns of one import. */
struct mapping {
	struct ctx *c;
	uint64_t id;
	struct q_import_one row;
	size_t n;			/* columns */
	const char *reference;		/* of the one person in it; NULL: none */
	const char *names[IMPORT_COLUMNS_MAX];
	const char *samples[IMPORT_COLUMNS_MAX][SAMPLES];
	const char *guess[IMPORT_COLUMNS_MAX];	/* a value of targets; NULL: none */
	struct import_own own;
	struct field_choice *targets;	/* of each column */
	struct field fields[TERMS + IMPORT_COLUMNS_MAX + 1];
	struct import_columns chosen;
	struct day collected;
	uint64_t team_id;
};

static const struct field_choice policies[] = {
	{ "skip", N_("They stay as they are") },
	{ "update", N_("They take what is newer in the file") },
	{ "create", N_("Their rows are rejected: only new people are wanted") },
	{ "delete", N_("They are to be deleted: the file makes a list of them, and deletes nobody itself") },
	{ NULL, NULL }
};

static const char *
sample_of(struct ctx *c, struct bytes cell)
{
	const char *text;
	size_t len, n;

	if (cell.len == 0 || !text_is_utf8(cell.ptr, cell.len))
		return NULL;
	text = text_trim(c->arena, arena_textn(c->arena, cell.ptr, cell.len));
	if (*text == '\0' || !text_is_plain(text, false))
		return NULL;
	for (len = n = 0; text[len] != '\0' && n < SAMPLE_POINTS; n++)
		len += text_first_len(text + len);
	return text[len] == '\0' ? text : arena_printf(c->arena, "%s…",
	    arena_textn(c->arena, text, len));
}

static void
take_samples(struct mapping *m, const struct import_record *record)
{
	const char *text;
	size_t i, k;

	for (i = 0; i < m->n && i < record->n; i++) {
		text = sample_of(m->c, record->cells[i]);
		for (k = 0; text != NULL && k < SAMPLES; k++)
			if (m->samples[i][k] == NULL) {
				m->samples[i][k] = text;
				break;
			}
	}
}

/* The file of one person, who is named: it may be a corrected one. */
static void
take_reference(struct mapping *m, const struct import_record *names,
    const struct import_record *record)
{
	size_t i;

	for (i = 0; i < m->n && m->row.n_rows == 1 && m->row.has_names; i++)
		if (import_column_is_reference(m->c->arena,
		    names->cells[i]) && i < record->n)
			m->reference = sample_of(m->c, record->cells[i]);
}

/* What a column may be by its name, as a value of targets; NULL: nothing. */
static const char *
guess_of(const struct mapping *m, struct bytes name)
{
	enum import_field f = import_column_guess(m->c->arena, name);
	const struct custom_field *own;

	if (f != IMPORT_FIELD__MAX)
		return import_field_names[f];
	own = import_own_guess(m->c->arena, &m->own, name);
	return own == NULL ? NULL : own->name;
}

/* A guess by the name; where there are no names, addresses are known by
 * their sign.  A field is guessed once. */
static void
guess_fields(struct mapping *m, const struct import_record *names)
{
	const char *email = import_field_names[IMPORT_EMAIL];
	size_t i, j;

	for (i = 0; i < m->n; i++) {
		m->guess[i] = guess_of(m, names->cells[i]);
		if (!m->row.has_names && m->samples[i][0] != NULL &&
		    strchr(m->samples[i][0], '@') != NULL)
			m->guess[i] = email;
		for (j = 0; j < i && m->guess[i] != NULL; j++)
			if (text_equal(m->guess[j], m->guess[i]))
				m->guess[i] = NULL;
	}
}

static enum err
read_columns(struct mapping *m)
{
	struct import_record names, record;
	struct ctx *c = m->c;
	struct bytes head;
	size_t i;
	enum err e;

	if ((e = import_own_load(c->db, c->arena, c->worker->config, c->lang,
	    &m->own)) != ERR_OK ||
	    (e = import_office_head(c, m->id, &head)) != ERR_OK ||
	    (e = import_frame_read(&head, &names)) != ERR_OK)
		return e;
	m->n = names.n < IMPORT_COLUMNS_MAX ? names.n : IMPORT_COLUMNS_MAX;
	for (i = 0; i < m->n; i++)
		m->names[i] = sample_of(c, names.cells[i]);
	while (import_frame_read(&head, &record) == ERR_OK) {
		take_samples(m, &record);
		take_reference(m, &names, &record);
	}
	guess_fields(m, &names);
	return ERR_OK;
}

/* Who sees new contacts: the colleague's team, or all; the DPO chooses. */
static enum err
team_choices(struct ctx *c, const struct field_choice **ret)
{
	struct q_import_teams *teams;
	struct field_choice *list;
	size_t i, n, k = 0;
	enum err e;

	if ((e = q_import_teams(c->db, c->arena, &teams, &n)) != ERR_OK)
		return e;
	list = arena_take(c->arena, (n + 2) * sizeof(*list));
	for (i = 0; i < n; i++)
		if (auth_office_sees_all(c) || teams[i].id ==
		    c->caller.team_id)
			list[k++] = (struct field_choice){ arena_printf(
			    c->arena, "%" PRIu64, teams[i].id),
			    teams[i].name };
	list[k++] = (struct field_choice){ "all", N_("All colleagues") };
	*ret = list;
	return ERR_OK;
}

/* What a column can be; a custom field is called as colleagues called it. */
static void
list_targets(struct mapping *m)
{
	struct ctx *c = m->c;
	struct field_choice *t = arena_take(c->arena, (m->own.open.n +
	    IMPORT_FIELD__MAX + 2) * sizeof(*t));
	enum import_field f;
	size_t i;

	m->targets = t;
	*t++ = (struct field_choice){ UNUSED, _("not used") };
	for (f = 0; f < IMPORT_FIELD__MAX; f++)
		*t++ = (struct field_choice){ import_field_names[f],
		    _(contacts_field_word(import_field_names[f])) };
	for (i = 0; i < m->own.open.n; i++)
		*t++ = (struct field_choice){ m->own.open.list[i].name,
		    m->own.open.list[i].label };
	*t = (struct field_choice){ NULL, NULL };
}

static const char *
column_name(const struct mapping *m, size_t i)
{
	struct ctx *c = m->c;

	return m->names[i] != NULL ? m->names[i] : arena_printf(c->arena,
	    "%s %zu", _("Column"), i + 1);
}

static enum err
declare(struct mapping *m)
{
	const struct field terms[TERMS] = {
		{ .name = "policy", .type = F_CHOICE, .need = true,
		  .has_radios = true, .choices = policies,
		  .label = N_("People who are known already") },
		{ .name = "basis", .type = F_CHOICE, .need = true,
		  .choices = import_file_bases, .label = N_("Legal basis"),
		  .hint = N_("Why we may hold these data. No file gives a consent to mailings: only the person does.") },
		{ .name = "source", .type = F_TEXT,
		  .max = IMPORT_SOURCE_POINTS, .label = N_("Source"),
		  .hint = N_("Where the data come from, such as Spring fair 2026. The people read it in their space. It holds for the rows that do not say it themselves.") },
		{ .name = "collected", .type = F_DATE,
		  .label = N_("Collected on"),
		  .hint = N_("What we noted later than this stays. It holds for the rows that do not say it themselves.") },
		{ .name = "team", .type = F_CHOICE, .need = true,
		  .label = N_("Who sees new contacts") },
	};
	size_t i;
	enum err e;

	list_targets(m);
	memcpy(m->fields, terms, sizeof(terms));
	if ((e = team_choices(m->c, &m->fields[TERMS - 1].choices)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < m->n; i++)
		m->fields[TERMS + i] = (struct field){ .name = arena_printf(
		    m->c->arena, "c%zu", i), .type = F_CHOICE, .need = true,
		    .choices = m->targets, .about = column_name(m, i) };
	return ERR_OK;
}

static enum err
begin(struct ctx *c, struct mapping *m)
{
	enum err e;

	m->c = c;
	if ((e = import_office_load(c, &m->id, &m->row)) != ERR_OK)
		return e;
	if (strcmp(m->row.state, "read") != 0 &&
	    strcmp(m->row.state, "checked") != 0)
		return ERR_GONE;
	if ((e = read_columns(m)) != ERR_OK)
		return e;
	return declare(m);
}

static json_t *
options_view(const struct mapping *m, const char *value)
{
	const struct field_choice *choice;
	json_t *list = json_array();

	for (choice = m->targets; choice->value != NULL; choice++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
		    "value", choice->value, "label", choice->label,
		    "selected", strcmp(choice->value, value) == 0));
	return list;
}

static json_t *
column_view(struct mapping *m, size_t i)
{
	const char *name = m->fields[TERMS + i].name;
	const struct input *in = form_input(&m->c->form, name);
	json_t *samples = json_array();
	bool is_guess = m->guess[i] != NULL && strcmp(in->value,
	    m->guess[i]) == 0;
	const char *error = in->error;
	size_t k;

	if (error == NULL && i == 0)
		error = form_group_error(&m->c->form, "f-c0");
	for (k = 0; k < SAMPLES && m->samples[i][k] != NULL; k++)
		json_array_append_new(samples, json_pack("{s:s}", "text",
		    m->samples[i][k]));
	return json_pack("{s:s, s:s, s:s?, s:o, s:o, s:b, s:b, s:s?}",
	    "field", name, "number", arena_printf(m->c->arena, "%zu", i + 1),
	    "name", m->names[i], "samples", samples, "options",
	    options_view(m, in->value), "is_guess", is_guess, "is_unused",
	    strcmp(in->value, UNUSED) == 0, "error", error);
}

static json_t *
unused_view(struct mapping *m)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < m->n; i++)
		if (strcmp(form_value(&m->c->form,
		    m->fields[TERMS + i].name), UNUSED) == 0)
			json_array_append_new(list, json_pack("{s:s}", "name",
			    m->names[i] != NULL ? m->names[i] : arena_printf(
			    m->c->arena, "%zu", i + 1)));
	return list;
}

static enum err
draw(struct mapping *m, enum err why)
{
	struct ctx *c = m->c;
	json_t *view = page_view(c, _("The columns of the file")), *list;
	size_t i;

	page_form(c, view, "/imports/:id/columns", import_office_path(c,
	    m->id, "/columns"), &c->form);
	list = json_array();
	for (i = 0; i < m->n; i++)
		json_array_append_new(list, column_view(m, i));
	json_object_set_new(view, "columns", list);
	list = unused_view(m);
	json_object_set_new(view, "has_unused", json_boolean(
	    json_array_size(list) > 0));
	json_object_set_new(view, "unused", list);
	json_object_set_new(view, "rows", json_string(words_count(c->arena,
	    c->lang, "{n} row", "{n} rows", m->row.n_rows)));
	json_object_set_new(view, "is_field_gone", json_boolean(text_equal(
	    m->row.fault, "field")));
	json_object_set_new(view, "has_names", json_boolean(
	    m->row.has_names));
	json_object_set_new(view, "back_url", json_string("/imports"));
	json_object_set_new(view, "compare_form", m->reference == NULL ?
	    json_null() : page_csrf(c, "/imports/:id/compare",
	    import_office_path(c, m->id, "/compare")));
	json_object_set_new(view, "cancel_form", page_csrf(c,
	    "/imports/:id/cancel", import_office_path(c, m->id, "/cancel")));
	return why == ERR_OK ? page(c, "office/import_columns.html", view) :
	    page_form_again(c, why, "office/import_columns.html", view);
}

/* Not a field that has been closed since. */
static bool
is_target(const struct mapping *m, const char *value)
{
	const struct field_choice *t;

	for (t = m->targets; t->value != NULL; t++)
		if (strcmp(t->value, value) == 0)
			return true;
	return false;
}

/* What was chosen before, or the guesses. */
static void
fill(struct mapping *m)
{
	struct form *form = &m->c->form;
	json_t *list = json_loads(m->row.mapping == NULL ? "[]" :
	    m->row.mapping, 0, NULL);
	const char *field;
	size_t i;

	for (i = 0; i < m->n; i++) {
		field = m->row.mapping == NULL ? m->guess[i] :
		    json_string_value(json_array_get(list, i));
		form_set(form, m->fields[TERMS + i].name, field == NULL ||
		    !is_target(m, field) ? UNUSED : arena_text(m->c->arena,
		    field));
	}
	json_decref(list);
	form_set(form, "policy", m->row.policy == NULL ? "skip" :
	    m->row.policy);
	if (m->row.policy == NULL)
		return;
	form_set(form, "basis", m->row.basis == NULL ? UNUSED :
	    m->row.basis);
	form_set(form, "source", m->row.source == NULL ? "" : m->row.source);
	form_set(form, "collected", m->row.collected.y == 0 ? "" : day_write(
	    m->c->arena, m->row.collected));
	form_set(form, "team", m->row.team_id == 0 ? "all" : arena_printf(
	    m->c->arena, "%" PRIu64, m->row.team_id));
}

enum err
import_office_columns_show(struct ctx *c)
{
	struct mapping *m = arena_take(c->arena, sizeof(*m));
	enum err e;

	if ((e = begin(c, m)) != ERR_OK)
		return e == ERR_GONE && m->id != 0 ? page_redirect(c,
		    import_office_path(c, m->id, "")) : e;
	form_blank(c, m->fields, &c->form);
	fill(m);
	return draw(m, ERR_OK);
}

/* What column ${i} is to be. */
static void
choose(struct mapping *m, size_t i, const char *value)
{
	const struct custom_field *own = custom_find_name(&m->own.open,
	    value);
	size_t f;

	for (f = 0; f < IMPORT_FIELD__MAX; f++)
		if (strcmp(import_field_names[f], value) == 0)
			break;
	m->chosen.fields[i] = (enum import_field)f;
	if (own != NULL)
		import_own_add(m->c->arena, &m->chosen, i, own);
}

/* Each field once, and the address among them. */
static enum err
check_columns(struct mapping *m)
{
	struct ctx *c = m->c;
	const char *values[IMPORT_COLUMNS_MAX];
	bool has_email = false;
	size_t i, j;
	enum err e = ERR_OK;

	memset(&m->chosen, 0, sizeof(m->chosen));
	m->chosen.n = m->n;
	for (i = 0; i < m->n; i++) {
		values[i] = form_value(&c->form, m->fields[TERMS + i].name);
		for (j = 0; j < i && strcmp(values[j], values[i]) != 0; j++)
			;
		if (j < i && strcmp(values[i], UNUSED) != 0) {
			form_fail(&c->form, m->fields[TERMS + i].name,
			    _("Another column is this already: choose one of them."));
			e = ERR_INVALID;
		}
		choose(m, i, values[i]);
		has_email = has_email || m->chosen.fields[i] == IMPORT_EMAIL;
	}
	if (!has_email) {
		form_fail_group(&c->form, "f-c0", N_("What it is"),
		    _("Say which column is the mail address: people are known by it."));
		e = ERR_INVALID;
	}
	return e;
}

static enum err
check_terms(struct mapping *m)
{
	struct ctx *c = m->c;
	const char *team = form_value(&c->form, "team");
	enum err e = ERR_OK;

	if (strchr(form_value(&c->form, "source"), '@') != NULL) {
		form_fail(&c->form, "source",
		    _("Everybody in the file can read this: it names no mail address."));
		e = ERR_INVALID;
	}
	/* none: as each row says it, or not at all */
	m->collected = form_input(&c->form, "collected")->day;
	if (day_compare(m->collected, day_of(c->now_us)) > 0) {
		form_fail(&c->form, "collected",
		    _("Enter a date like 2026-01-31, not after today."));
		e = ERR_INVALID;
	}
	m->team_id = 0;
	if (strcmp(team, "all") != 0 && parse_u64(team, &m->team_id) !=
	    ERR_OK)
		e = ERR_INVALID;
	return e;
}

static enum err
map_in_tx(struct db *db, void *arg)
{
	struct mapping *m = arg;
	struct ctx *c = m->c;

	const char *basis = form_value(&c->form, "basis");
	const char *source = form_value(&c->form, "source");
	enum err e;

	if ((e = auth_office_team_enter(c, db, m->team_id)) != ERR_OK)
		return e;
	return q_import_map(db, import_mapping_write(c->arena, &m->chosen),
	    form_value(&c->form,
	    "policy"), strcmp(basis, UNUSED) == 0 ? NULL : basis,
	    *source == '\0' ? NULL : source, m->collected, m->team_id,
	    m->id, NULL);
}

enum err
import_office_columns(struct ctx *c)
{
	struct mapping *m = arena_take(c->arena, sizeof(*m));
	enum err e, terms;

	if ((e = begin(c, m)) != ERR_OK)
		return e == ERR_GONE && m->id != 0 ? page_redirect(c,
		    import_office_path(c, m->id, "")) : e;
	if ((e = form_read(c, m->fields, &c->form)) == ERR_OK) {
		e = check_columns(m);
		terms = check_terms(m);
		e = e == ERR_OK ? terms : e;
	}
	if (e == ERR_OK && (e = ctx_tx(c, map_in_tx, m)) == ERR_OK)
		return page_redirect(c, import_office_path(c, m->id, ""));
	return e == ERR_INVALID || e == ERR_MALFORMED ? draw(m, e) : e;
}

struct comparing {
	struct ctx *c;
	uint64_t id;
	uint64_t contact_id;
};

static enum err
compare_in_tx(struct db *db, void *arg)
{
	const struct comparing *k = arg;
	uint64_t n;
	enum err e;

	e = q_import_compare(db, k->contact_id, k->id, &n);
	return e != ERR_OK ? e : n == 1 ? ERR_OK : ERR_GONE;
}

static enum err
show_comparison(struct ctx *c, uint64_t id, uint64_t contact_id)
{
	return page_redirect(c, arena_printf(c->arena, "/contacts/%" PRIu64
	    "/file/%" PRIu64, contact_id, id));
}

/* A second press: it is a record's file already. */
static enum err
show_compared(struct ctx *c, uint64_t id)
{
	struct q_import_compared row;
	enum err e;

	if ((e = q_import_compared(c->db, c->arena, id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &row)) != ERR_OK)
		return e;
	return show_comparison(c, id, row.contact_id);
}

/* Another silo's record is as unknown as one that there is not. */
enum err
import_office_compare(struct ctx *c)
{
	struct mapping *m = arena_take(c->arena, sizeof(*m));
	struct comparing k = { .c = c };
	struct q_import_by_reference found = { 0 };
	enum err e;

	if ((e = begin(c, m)) == ERR_NOTFOUND && m->id != 0)
		return show_compared(c, m->id);
	if (e != ERR_OK)
		return e == ERR_GONE && m->id != 0 ? page_redirect(c,
		    import_office_path(c, m->id, "")) : e;
	if (m->reference == NULL)
		return page_redirect(c, import_office_path(c, m->id,
		    "/columns"));
	e = q_import_by_reference(c->db, c->arena, m->reference,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &found);
	if (e == ERR_NOTFOUND) {
		form_blank(c, m->fields, &c->form);
		fill(m);
		form_fail(&c->form, NULL, _("No record that you may see has the reference in the file."));
		return draw(m, ERR_INVALID);
	}
	k.id = m->id;
	k.contact_id = found.id;
	if (e == ERR_OK && (e = ctx_tx(c, compare_in_tx, &k)) == ERR_OK)
		return show_comparison(c, k.id, k.contact_id);
	return e == ERR_GONE ? page_redirect(c, import_office_path(c, m->id,
	    "")) : e;
}
