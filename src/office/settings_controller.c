/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who is responsible, as the public reads it: what would change is shown
 * first, with where people see it.  Two who change it at once lose nothing.
 * Law: GDPR 5(1)(d), 13(1)(a), 13(1)(b), 24.
 */
#include "office/settings.h"

#include <assert.h>
#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "base/tree.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define TRIES_MAX	3	/* while others save it too */
#define SEEN_MAX	4000	/* what the page was drawn from, as JSON */
#define COOLING_MAX	20160	/* minutes: 14 days */
#define PATH		"/settings/controller"

static const struct field_choice calendars[] = {
	{ "FR", N_("France") }, { "FR-57", N_("France: Moselle") },
	{ "FR-67", N_("France: Bas-Rhin") },
	{ "FR-68", N_("France: Haut-Rhin") },
	{ "EU", N_("Elsewhere: Saturdays and Sundays only") },
	{ NULL, NULL }
};

/* Lengths as in sql/migrations/0010-site.sql. */
const struct field settings_controller_fields[] = {
	{ .name = "name", .type = F_TEXT, .need = true, .max = 120,
	  .label = N_("Name"), .hint = N_("As people know the company.") },
	{ .name = "legal_name", .type = F_TEXT, .need = true, .max = 200,
	  .label = N_("Legal name") },
	{ .name = "address", .type = F_TEXT, .need = true, .max = 400,
	  .label = N_("Postal address") },
	{ .name = "contact_email", .type = F_EMAIL, .need = true,
	  .label = N_("Contact address"),
	  .hint = N_("Somebody answers who writes to it.") },
	{ .name = "dpo_name", .type = F_TEXT, .need = true, .max = 120,
	  .label = N_("Data protection officer") },
	{ .name = "dpo_email", .type = F_EMAIL, .need = true,
	  .label = N_("Address of the data protection officer") },
	{ .name = "authority_name", .type = F_TEXT, .need = true, .max = 200,
	  .label = N_("Supervisory authority") },
	{ .name = "authority_url", .type = F_TEXT, .need = true, .max = 200,
	  .label = N_("Page of the authority for complaints"),
	  .hint = N_("It begins with https://") },
	{ .name = "holidays", .type = F_CHOICE, .need = true,
	  .label = N_("Public holidays"),
	  .hint = N_("A legal limit never ends on one."),
	  .choices = calendars },
	{ .name = "cooling_off_minutes", .type = F_TEXT, .need = true,
	  .max = 5, .label = N_("Minutes to take an erasure back"),
	  .hint = N_("0 to 20160, which is 14 days.") },
	{ .name = "seen", .type = F_HIDDEN, .need = true, .max = SEEN_MAX },
	{ .name = "confirm", .type = F_HIDDEN, .max = 3 },
	{ .name = NULL }
};

_Static_assert(LENGTH(settings_controller_fields) == SETTINGS_FIELDS + 3,
    "seen, confirm and the end are not stored");

/* Where people see it, in the order of the fields. */
static const char *const places[SETTINGS_FIELDS] = {
	N_("At the head of every page of the portal, and in every mail."),
	N_("In the notice beside each form, on the page about your data, at the foot of mails, and in copies of data."),
	N_("In the notice beside each form, on the page about your data, at the foot of mails, and in copies of data."),
	N_("In the notice beside each form, on the page about your data, and in mails."),
	N_("In the notice beside each form and on the page about your data."),
	N_("In the notice beside each form, on the page about your data, and in security.txt."),
	N_("In the notice, in every refusal, and with each request."),
	N_("In the notice, in every refusal, and with each request."),
	N_("In the legal limit of requests that come from now on; a date that was told stays."),
	N_("In erasures that are asked for from now on."),
};

/* One change of the controller. */
struct settling {
	struct ctx *c;
	struct q_site_load r;			/* as it is stored now */
	const char *now[SETTINGS_FIELDS];	/* its fields, in their order */
	const char *seen[SETTINGS_FIELDS];	/* what the page was drawn from */
	const char *typed[SETTINGS_FIELDS];
	const char *then[SETTINGS_FIELDS];	/* what will be stored */
	size_t n_changed;
	bool is_merged;		/* the form's untouched fields are now */
};

static const char *
name_at(size_t i)
{
	return settings_controller_fields[i].name;
}

/* Which of the fields ${name} is; SETTINGS_FIELDS: none. */
static size_t
find(const char *name)
{
	size_t i;

	for (i = 0; i < SETTINGS_FIELDS; i++)
		if (strcmp(name_at(i), name) == 0)
			break;
	return i;
}

const char *
settings_field_label(const char *name)
{
	size_t i = find(name);

	return i == SETTINGS_FIELDS ? name :
	    settings_controller_fields[i].label;
}

const char *
settings_field_place(const char *name)
{
	size_t i = find(name);

	assert(i < SETTINGS_FIELDS);
	return places[i];
}

static enum err
load(struct settling *k)
{
	struct ctx *c = k->c;
	const struct q_site_load *r = &k->r;
	size_t i = 0;
	enum err e;

	if ((e = q_site_load(c->db, c->arena, &k->r)) != ERR_OK)
		return e;
	k->now[i++] = r->name;
	k->now[i++] = r->legal_name;
	k->now[i++] = r->address;
	k->now[i++] = r->contact_email;
	k->now[i++] = r->dpo_name;
	k->now[i++] = r->dpo_email;
	k->now[i++] = r->authority_name;
	k->now[i++] = r->authority_url;
	k->now[i++] = r->holidays;
	k->now[i++] = arena_printf(c->arena, "%" PRIu64,
	    r->cooling_off_minutes);
	assert(i == SETTINGS_FIELDS);
	return ERR_OK;
}

static const char *
write_seen(const struct settling *k)
{
	json_t *seen = json_object();
	const char *text;
	size_t i;

	for (i = 0; i < SETTINGS_FIELDS; i++)
		json_object_set_new(seen, name_at(i), json_string(k->now[i]));
	text = tree_text(k->c->arena, seen, JSON_COMPACT);
	json_decref(seen);
	return text;
}

static enum err
read_seen(struct settling *k)
{
	json_t *seen = json_loads(form_value(&k->c->form, "seen"), 0, NULL);
	const char *value;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < SETTINGS_FIELDS && e == ERR_OK; i++) {
		value = json_string_value(json_object_get(seen, name_at(i)));
		if (value == NULL)
			e = ERR_MALFORMED;
		else
			k->seen[i] = arena_text(k->c->arena, value);
	}
	json_decref(seen);
	return e;
}

static enum err
draw(struct settling *k, enum err why)
{
	struct ctx *c = k->c;
	json_t *view = page_view(c, _("The controller"));

	page_form(c, view, PATH, PATH, &c->form);
	json_object_set_new(json_object_get(view, "form"), "seen",
	    json_string(k->is_merged ? write_seen(k) :
	    form_value(&c->form, "seen")));
	json_object_set_new(view, "back_url", json_string("/settings"));
	return why == ERR_OK ? page(c, "office/settings_controller.html",
	    view) : page_form_again(c, why, "office/settings_controller.html",
	    view);
}

enum err
settings_controller_show(struct ctx *c)
{
	struct settling k = { .c = c, .is_merged = true };
	size_t i;
	enum err e;

	if ((e = load(&k)) != ERR_OK)
		return e;
	form_blank(c, settings_controller_fields, &c->form);
	for (i = 0; i < SETTINGS_FIELDS; i++)
		form_set(&c->form, name_at(i), k.now[i]);
	return draw(&k, ERR_OK);
}

/* What is wrong with a value beyond its type. */
static enum err
check_typed(struct settling *k)
{
	struct ctx *c = k->c;
	const char *url = form_value(&c->form, "authority_url");
	const char *minutes = form_value(&c->form, "cooling_off_minutes");
	uint64_t n;
	enum err e = ERR_OK;
	size_t i;

	if (!text_starts(url, "https://") || strlen(url) < 12 ||
	    strpbrk(url, " \"'<>\\") != NULL) {
		form_fail(&c->form, "authority_url",
		    _("Enter an address like https://www.example.org/complaints."));
		e = ERR_INVALID;
	}
	if (parse_u64(minutes, &n) != ERR_OK || n > COOLING_MAX) {
		form_fail(&c->form, "cooling_off_minutes",
		    _("Enter a whole number from 0 to 20160."));
		e = ERR_INVALID;
	} else
		form_set(&c->form, "cooling_off_minutes", arena_printf(
		    c->arena, "%" PRIu64, n));
	for (i = 0; i < SETTINGS_FIELDS; i++)
		k->typed[i] = form_value(&c->form, name_at(i));
	return e;
}

/*
 * Three texts of each field: as seen, as typed, as stored now.  Who changed
 * nothing leaves what is stored; where both changed it and differ, the form
 * shows what is stored and asks again.
 */
static enum err
merge(struct settling *k)
{
	struct ctx *c = k->c;
	enum err e = ERR_OK;
	size_t i;

	k->is_merged = true;
	k->n_changed = 0;
	for (i = 0; i < SETTINGS_FIELDS; i++) {
		k->then[i] = strcmp(k->typed[i], k->seen[i]) == 0 ?
		    k->now[i] : k->typed[i];
		form_set(&c->form, name_at(i), k->then[i]);
		if (strcmp(k->then[i], k->now[i]) == 0)
			continue;
		k->n_changed++;
		if (strcmp(k->now[i], k->seen[i]) == 0)
			continue;
		form_fail(&c->form, name_at(i), arena_printf(c->arena,
		    "%s %s. %s", _("Changed meanwhile, it is now:"),
		    k->now[i], _("Save again to put yours there.")));
		e = ERR_INVALID;
	}
	return e;
}

static json_t *
changes_view(const struct settling *k)
{
	json_t *list = json_array();
	struct ctx *c = k->c;
	size_t i;

	for (i = 0; i < SETTINGS_FIELDS; i++)
		if (strcmp(k->then[i], k->now[i]) != 0)
			json_array_append_new(list, json_pack(
			    "{s:s, s:s, s:s, s:s}", "label",
			    _(settings_controller_fields[i].label), "now",
			    k->now[i], "then", k->then[i], "place",
			    _(places[i])));
	return list;
}

/* Whether a notice still says in its own words what is about to change. */
static bool
is_in_blocks(const struct settling *k, const char *blocks)
{
	json_t *list = json_loads(blocks, 0, NULL), *one;
	const char *text;
	bool is_in = false;
	size_t i, j;

	json_array_foreach(list, j, one)
		for (i = 0; i < SETTINGS_FIELDS; i++) {
			text = json_string_value(json_object_get(one, "text"));
			if (text != NULL && strlen(k->now[i]) > 3 &&
			    strcmp(k->then[i], k->now[i]) != 0 &&
			    strstr(text, k->now[i]) != NULL)
				is_in = true;
		}
	json_decref(list);
	return is_in;
}

/* The notice that people are shown, if it holds words that change here. */
static enum err
notice_view(const struct settling *k, json_t **ret_notice)
{
	const char *const *lang = k->c->worker->config->languages;
	struct q_site_notice row;
	struct buf b;
	uint64_t number = 0;
	enum err e;

	buf_open(&b, k->c->arena);
	for (; *lang != NULL; lang++) {
		e = q_site_notice(k->c->db, k->c->arena, *lang, &row);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			return e;
		if (e == ERR_NOTFOUND || !is_in_blocks(k, row.blocks))
			continue;
		buf_printf(&b, "%s%s", b.len == 0 ? "" : ", ",
		    page_language_name(*lang));
		number = row.number;
	}
	*ret_notice = number == 0 ? json_null() : json_pack("{s:I, s:s}",
	    "number", (json_int_t)number, "languages", arena_textn(
	    k->c->arena, b.ptr, b.len));
	return ERR_OK;
}

static enum err
preview(struct settling *k)
{
	struct ctx *c = k->c;
	json_t *view, *notice, *values;
	size_t i;
	enum err e;

	if ((e = notice_view(k, &notice)) != ERR_OK)
		return e;
	values = json_array();
	for (i = 0; i < SETTINGS_FIELDS; i++)
		json_array_append_new(values, json_pack("{s:s, s:s}", "name",
		    name_at(i), "value", k->then[i]));
	json_array_append_new(values, json_pack("{s:s, s:s}", "name", "seen",
	    "value", write_seen(k)));
	view = page_view(c, _("What changes for the public"));
	json_object_set_new(view, "changes", changes_view(k));
	json_object_set_new(view, "notice", notice);
	json_object_set_new(view, "back_url", json_string(PATH));
	json_object_set_new(view, "form", page_csrf(c, PATH, PATH));
	json_object_set_new(json_object_get(view, "form"), "values", values);
	return page(c, "office/settings_preview.html", view);
}

/* The fields that changed, by name: what stood there is in no audit. */
static const char *
detail_of(const struct settling *k)
{
	struct buf b;
	size_t i;

	buf_open(&b, k->c->arena);
	for (i = 0; i < SETTINGS_FIELDS; i++)
		if (strcmp(k->then[i], k->now[i]) != 0)
			buf_printf(&b, "%s%s", b.len == 0 ?
			    "{\"fields\":\"" : " ", name_at(i));
	buf_text(&b, "\"}");
	return arena_textn(k->c->arena, b.ptr, b.len);
}

static enum err
save_in_tx(struct db *db, void *arg)
{
	struct settling *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "site.changed",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "site", .detail = detail_of(k), .at_us = c->now_us };
	const char *const *t = k->then;
	uint64_t minutes, n;
	enum err e;

	if (parse_u64(t[9], &minutes) != ERR_OK)
		return ERR_BUG;	/* it was read before */
	if ((e = q_site_update(db, t[0], t[1], t[2], t[3], t[4], t[5], t[6],
	    t[7], t[8], minutes, k->r.backup_days, k->r.binlog_days,
	    k->r.version, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* Again when somebody else was quicker, on what they left. */
static enum err
save(struct settling *k)
{
	enum err e = ERR_OK;
	int i;

	for (i = 0; i < TRIES_MAX; i++) {
		if (i > 0 && ((e = load(k)) != ERR_OK ||
		    (e = merge(k)) != ERR_OK || k->n_changed == 0))
			return e;
		if ((e = ctx_tx(k->c, save_in_tx, k)) != ERR_CONFLICT)
			return e;
	}
	return e;
}

enum err
settings_controller(struct ctx *c)
{
	struct settling k = { .c = c };
	enum err e;

	if ((e = load(&k)) != ERR_OK)
		return e;
	e = form_read(c, settings_controller_fields, &c->form);
	if (e != ERR_MALFORMED && check_typed(&k) != ERR_OK)
		e = ERR_INVALID;
	if (e == ERR_OK && (e = read_seen(&k)) == ERR_OK &&
	    (e = merge(&k)) == ERR_OK && k.n_changed > 0) {
		if (strcmp(form_value(&c->form, "confirm"), "yes") != 0)
			return preview(&k);
		e = save(&k);
	}
	if (e == ERR_OK)
		return page_redirect(c, "/settings");
	if (e != ERR_INVALID && e != ERR_MALFORMED)
		return e;
	return draw(&k, e);
}
