/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Each part of the description against what the database says now.
 * Law: GDPR 5(1)(b), 5(1)(e), 7(1), 13.
 */
#include "cli/site_put.h"

#include <inttypes.h>

#include "base/text.h"
#include "base/tree.h"
#include "db/queries.h"
#include "forms/forms.h"

static const char *
text_of(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static uint64_t
number_of(json_t *object, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(object, name));
}

static void
say(struct site_put *l, const char *what, const char *name, uint64_t number)
{
	l->n_changed++;
	buf_text(&l->said, what);
	if (*name != '\0')
		buf_printf(&l->said, " %s", name);
	if (number == 0)
		buf_text(&l->said, ": changed\n");
	else
		buf_printf(&l->said, ": version %" PRIu64 "\n", number);
}

static enum err
refuse(struct site_put *l, const char *text)
{
	l->refused = text;
	return ERR_INVALID;
}

/* "" for what only some texts have. */
static const char *
text_or_none(json_t *object, const char *name)
{
	const char *text = text_of(object, name);

	return text == NULL ? "" : text;
}

static bool
is_company_same(const struct q_site_load *r, json_t *c)
{
	return text_equal(r->name, text_of(c, "name")) &&
	    text_equal(r->legal_name, text_of(c, "legal_name")) &&
	    text_equal(r->address, text_of(c, "address")) &&
	    text_equal(r->contact_email, text_of(c, "contact_email")) &&
	    text_equal(r->dpo_name, text_of(c, "dpo_name")) &&
	    text_equal(r->dpo_email, text_of(c, "dpo_email")) &&
	    text_equal(r->authority_name, text_of(c, "authority_name")) &&
	    text_equal(r->authority_url, text_of(c, "authority_url")) &&
	    text_equal(r->holidays, text_of(c, "holidays")) &&
	    r->cooling_off_minutes == number_of(c, "cooling_off_minutes") &&
	    r->backup_days == number_of(c, "backup_days") &&
	    r->binlog_days == number_of(c, "binlog_days");
}

static enum err
insert_company(struct db *db, json_t *c)
{
	return q_site_insert(db, text_of(c, "name"), text_of(c, "legal_name"),
	    text_of(c, "address"), text_of(c, "contact_email"),
	    text_of(c, "dpo_name"), text_of(c, "dpo_email"),
	    text_of(c, "authority_name"), text_of(c, "authority_url"),
	    text_of(c, "holidays"), number_of(c, "cooling_off_minutes"),
	    number_of(c, "backup_days"), number_of(c, "binlog_days"), NULL);
}

/* What one takes out in a day without a second person. */
static enum err
put_export_rows(struct site_put *l, struct db *db)
{
	json_t *c = json_object_get(l->doc, "company");
	struct q_site_load row;
	enum err e;

	if (json_object_get(c, "export_rows") == NULL)
		return ERR_OK;
	if ((e = q_site_load(db, l->cli->arena, &row)) != ERR_OK ||
	    row.export_rows == number_of(c, "export_rows"))
		return e;
	say(l, "company", "export_rows", 0);
	return q_site_export_rows(db, number_of(c, "export_rows"), NULL);
}

static enum err
put_company(struct site_put *l, struct db *db)
{
	json_t *c = json_object_get(l->doc, "company");
	struct q_site_load row;
	uint64_t n;
	enum err e;

	e = q_site_load(db, l->cli->arena, &row);
	if (e == ERR_NOTFOUND) {
		say(l, "company", "", 0);
		return insert_company(db, c);
	}
	if (e != ERR_OK || is_company_same(&row, c))
		return e;
	say(l, "company", "", 0);
	if ((e = q_site_update(db, text_of(c, "name"), text_of(c,
	    "legal_name"), text_of(c, "address"), text_of(c, "contact_email"),
	    text_of(c, "dpo_name"), text_of(c, "dpo_email"),
	    text_of(c, "authority_name"), text_of(c, "authority_url"),
	    text_of(c, "holidays"), number_of(c, "cooling_off_minutes"),
	    number_of(c, "backup_days"), number_of(c, "binlog_days"),
	    row.version, &n)) != ERR_OK)
		return e;
	return n > 0 ? ERR_OK : refuse(l,
	    "somebody changed the company in the back-office just now");
}

static enum err
put_teams(struct site_put *l, struct db *db)
{
	struct arena *a = l->cli->arena;
	struct q_site_team_insert row;
	struct q_site_team_find *found;
	json_t *name;
	size_t i, n;
	enum err e;

	json_array_foreach(json_object_get(l->doc, "teams"), i, name) {
		if ((e = q_site_team_find(db, a, json_string_value(name),
		    &found, &n)) != ERR_OK)
			return e;
		if (n > 0)
			continue;
		say(l, "team", json_string_value(name), 0);
		if ((e = q_site_team_insert(db, a, json_string_value(name),
		    &row)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* A purpose of the file, and the version that people are asked now. */
struct purpose {
	json_t *p;
	uint64_t id;		/* 0: new */
	uint64_t version_id;
	uint64_t number;
	bool has_soft_opt_in;	/* said in the back-office, and stays */
	bool is_same;
};

static enum err
compare_words(struct site_put *l, struct db *db, struct purpose *k)
{
	json_t *texts = json_object_get(k->p, "texts"), *text;
	struct q_site_purpose_words *rows;
	size_t i, n;
	enum err e;

	if ((e = q_site_purpose_words(db, l->cli->arena, k->version_id, &rows,
	    &n)) != ERR_OK)
		return e;
	k->is_same &= n == json_object_size(texts);
	for (i = 0; i < n; i++) {
		text = json_object_get(texts, rows[i].language);
		k->is_same &= text_equal(rows[i].title, text_of(text,
		    "title")) && text_equal(rows[i].wording, text_of(text,
		    "wording")) && text_equal(rows[i].interest, text_or_none(
		    text, "interest"));
	}
	return ERR_OK;
}

static enum err
compare_channels(struct site_put *l, struct db *db, struct purpose *k)
{
	json_t *list = json_object_get(k->p, "channels"), *channel;
	struct q_site_purpose_channels *rows;
	bool is_there;
	size_t i, j, n;
	enum err e;

	if ((e = q_site_purpose_channels(db, l->cli->arena, k->version_id,
	    &rows, &n)) != ERR_OK)
		return e;
	k->is_same &= n == json_array_size(list);
	for (i = 0; i < n; i++) {
		is_there = false;
		json_array_foreach(list, j, channel)
			is_there |= text_equal(rows[i].channel,
			    json_string_value(channel));
		k->is_same &= is_there;
		if (!is_there && rows[i].is_given)
			return refuse(l, arena_printf(l->cli->arena,
			    "purpose %s: people have said yes to %s, and could not take it back any more",
			    text_of(k->p, "code"), rows[i].channel));
	}
	return ERR_OK;
}

/* Another basis is another purpose: nobody who chose was asked for it. */
static enum err
compare_purpose(struct site_put *l, struct db *db, struct purpose *k)
{
	bool is_commercial = json_is_true(json_object_get(k->p,
	    "is_commercial")), is_kind_same;
	struct q_site_purpose_now *now;
	size_t n;
	enum err e;

	if ((e = q_site_purpose_now(db, l->cli->arena, text_of(k->p, "code"),
	    &now, &n)) != ERR_OK || n == 0)
		return e;
	k->id = now->purpose_id;
	k->version_id = now->id;
	k->number = now->number;
	k->has_soft_opt_in = now->has_soft_opt_in;
	if (now->is_closed)
		return refuse(l, arena_printf(l->cli->arena,
		    "purpose %s: it was closed in the back-office: take it out of the file, or give it a code of its own",
		    text_of(k->p, "code")));
	is_kind_same = text_equal(now->basis, text_of(k->p, "basis")) &&
	    now->is_commercial == is_commercial;
	if (!is_kind_same && now->is_chosen)
		return refuse(l, arena_printf(l->cli->arena,
		    "purpose %s: people have chosen under another basis: it needs a code of its own",
		    text_of(k->p, "code")));
	k->is_same = is_kind_same && now->retention_months == number_of(k->p,
	    "months");
	if ((e = compare_words(l, db, k)) != ERR_OK)
		return e;
	return compare_channels(l, db, k);
}

static enum err
put_version(struct site_put *l, struct db *db, struct purpose *k)
{
	struct q_site_purpose_version_insert version;
	json_t *text, *channel;
	const char *lang;
	size_t i;
	enum err e;

	if ((e = q_site_purpose_version_insert(db, l->cli->arena, k->id,
	    k->number + 1, text_of(k->p, "basis"), json_is_true(
	    json_object_get(k->p, "is_commercial")), k->has_soft_opt_in,
	    number_of(k->p, "months"), l->now_us, &version)) != ERR_OK)
		return e;
	json_object_foreach(json_object_get(k->p, "texts"), lang, text)
		if (e == ERR_OK)
			e = q_site_purpose_text_insert(db, version.id, lang,
			    text_of(text, "title"), text_of(text, "wording"),
			    text_or_none(text, "interest"), NULL);
	json_array_foreach(json_object_get(k->p, "channels"), i, channel)
		if (e == ERR_OK)
			e = q_site_purpose_channel_insert(db, version.id,
			    json_string_value(channel), NULL);
	k->version_id = version.id;
	return e;
}

static enum err
put_purposes(struct site_put *l, struct db *db)
{
	json_t *list = json_object_get(l->doc, "purposes"), *p;
	struct arena *a = l->cli->arena;
	struct q_site_purpose_insert row;
	struct purpose k;
	size_t i;
	enum err e;

	l->versions = arena_take(a, (json_array_size(list) + 1) *
	    sizeof(*l->versions));
	json_array_foreach(list, i, p) {
		k = (struct purpose){ .p = p };
		if ((e = compare_purpose(l, db, &k)) != ERR_OK)
			return e;
		if (k.id == 0) {
			if ((e = q_site_purpose_insert(db, a, text_of(p,
			    "code"), &row)) != ERR_OK)
				return e;
			k.id = row.id;
		}
		if (!k.is_same) {
			say(l, "purpose", text_of(p, "code"), k.number + 1);
			if ((e = put_version(l, db, &k)) != ERR_OK)
				return e;
		}
		l->versions[i] = k.version_id;
	}
	return ERR_OK;
}

static enum err
compare_notice(struct site_put *l, struct db *db, uint64_t *ret_number,
    bool *ret_is_same)
{
	json_t *notice = json_object_get(l->doc, "notice"), *stored;
	struct arena *a = l->cli->arena;
	struct q_site_notice_words *rows;
	struct q_site_notice_now *now;
	size_t i, n;
	enum err e;

	*ret_number = 0;
	*ret_is_same = false;
	if ((e = q_site_notice_now(db, a, &now, &n)) != ERR_OK || n == 0)
		return e;
	if ((e = q_site_notice_words(db, a, now->id, &rows, &n)) != ERR_OK)
		return e;
	*ret_number = now->number;
	*ret_is_same = n == json_object_size(notice);
	l->notice_id = now->id;
	for (i = 0; i < n; i++) {
		stored = json_loads(rows[i].blocks, 0, NULL);
		*ret_is_same &= json_equal(stored, json_object_get(notice,
		    rows[i].language)) == 1;
		json_decref(stored);
	}
	return ERR_OK;
}

static enum err
put_notice(struct site_put *l, struct db *db)
{
	struct q_site_notice_insert row;
	uint64_t number;
	const char *lang;
	json_t *blocks;
	bool is_same;
	enum err e;

	if ((e = compare_notice(l, db, &number, &is_same)) != ERR_OK ||
	    is_same)
		return e;
	say(l, "notice", "", number + 1);
	if ((e = q_site_notice_insert(db, l->cli->arena, number + 1,
	    l->now_us, &row)) != ERR_OK)
		return e;
	l->notice_id = row.id;
	json_object_foreach(json_object_get(l->doc, "notice"), lang, blocks)
		if (e == ERR_OK)
			e = q_site_notice_text_insert(db, row.id, lang,
			    tree_text(l->cli->arena, blocks, JSON_COMPACT),
			    NULL);
	return e;
}

/* The file names purposes; a version of a form names their versions. */
static json_t *
definition_of(const struct site_put *l, json_t *form)
{
	json_t *purposes = json_object_get(l->doc, "purposes"), *p, *choice;
	json_t *choices = json_array();
	size_t i, j;

	json_array_foreach(json_object_get(form, "choices"), i, choice)
		json_array_foreach(purposes, j, p)
			if (text_equal(text_of(p, "code"), text_of(choice,
			    "purpose")))
				json_array_append_new(choices, json_pack(
				    "{s:I, s:O}", "purpose_version",
				    (json_int_t)l->versions[j], "channels",
				    json_object_get(choice, "channels")));
	return json_pack("{s:O, s:o, s:O}", "fields", json_object_get(form,
	    "fields"), "choices", choices, "texts", json_object_get(form,
	    "texts"));
}

/* Published only if the portal could show it. */
static enum err
publish(struct site_put *l, struct db *db, json_t *form, uint64_t form_id,
    uint64_t number, const char *definition)
{
	struct arena *a = l->cli->arena;
	struct q_site_form_version_insert version;
	struct forms_version *read;
	enum err e;

	if ((e = q_site_form_version_insert(db, a, form_id, number,
	    l->notice_id, definition, l->now_us, &version)) != ERR_OK ||
	    (e = q_site_form_publish(db, version.id, form_id, NULL)) !=
	    ERR_OK)
		return e;
	e = forms_version_load(db, a, version.id, &read);
	return e != ERR_BUG ? e : refuse(l, arena_printf(a,
	    "form %s: the portal could not show it: fields are email, phone, given_name ...; each needs a choice",
	    text_of(form, "code")));
}

static enum err
put_origins(struct site_put *l, struct db *db, json_t *form, uint64_t id)
{
	json_t *list = json_object_get(form, "origins"), *origin;
	struct q_site_form_origins *rows;
	bool *is_kept, is_there;
	size_t i, j, n;
	enum err e;

	if ((e = q_site_form_origins(db, l->cli->arena, id, &rows, &n)) !=
	    ERR_OK)
		return e;
	is_kept = arena_take(l->cli->arena, (n + 1) * sizeof(*is_kept));
	json_array_foreach(list, i, origin) {
		is_there = false;
		for (j = 0; j < n; j++)
			if (text_equal(rows[j].origin, json_string_value(
			    origin)))
				is_there = is_kept[j] = true;
		if (is_there)
			continue;
		say(l, "origins of form", text_of(form, "code"), 0);
		if ((e = q_site_form_origin_insert(db, id, json_string_value(
		    origin), NULL)) != ERR_OK)
			return e;
	}
	for (j = 0; j < n; j++)
		if (!is_kept[j]) {
			say(l, "origins of form", text_of(form, "code"), 0);
			if ((e = q_site_form_origin_delete(db, id,
			    rows[j].origin, NULL)) != ERR_OK)
				return e;
		}
	return ERR_OK;
}

static enum err
put_form(struct site_put *l, struct db *db, json_t *form)
{
	json_t *definition = definition_of(l, form), *stored;
	struct arena *a = l->cli->arena;
	const char *text = tree_text(a, definition, JSON_COMPACT);
	struct q_site_form_now *now;
	struct q_site_form_insert row;
	uint64_t id, number = 0;
	bool is_same = false;
	size_t n;
	enum err e;

	if ((e = q_site_form_now(db, a, text_of(form, "code"), &now, &n)) ==
	    ERR_OK && n > 0) {
		stored = json_loads(now->definition, 0, NULL);
		is_same = json_equal(stored, definition) == 1 &&
		    now->notice_version_id == l->notice_id;
		json_decref(stored);
		number = now->number;
	}
	json_decref(definition);
	if (e != ERR_OK)
		return e;
	if (n == 0 && (e = q_site_form_insert(db, a, text_of(form, "code"),
	    &row)) != ERR_OK)
		return e;
	id = n == 0 ? row.id : now->form_id;
	if (!is_same) {
		say(l, "form", text_of(form, "code"), number + 1);
		if ((e = publish(l, db, form, id, number + 1, text)) !=
		    ERR_OK)
			return e;
	}
	return put_origins(l, db, form, id);
}

static enum err
put_rule(struct site_put *l, struct db *db, json_t *r)
{
	enum err e;
	struct q_site_rule_now *now;
	size_t n;

	if ((e = q_site_rule_now(db, l->cli->arena, text_of(r, "category"),
	    &now, &n)) != ERR_OK)
		return e;
	if (n > 0 && text_equal(now->law, text_of(r, "law")) &&
	    text_equal(now->start_event, text_of(r, "start")) &&
	    text_equal(now->action, text_of(r, "action")) &&
	    now->months == number_of(r, "months"))
		return ERR_OK;
	say(l, "rule", text_of(r, "category"), 0);
	if (n > 0)
		return q_site_rule_update(db, text_of(r, "law"), text_of(r,
		    "start"), number_of(r, "months"), text_of(r, "action"),
		    text_of(r, "category"), NULL);
	return q_site_rule_insert(db, text_of(r, "category"), text_of(r,
	    "law"), text_of(r, "start"), number_of(r, "months"), text_of(r,
	    "action"), NULL);
}

enum err
site_put(struct site_put *l, struct db *db)
{
	json_t *one;
	size_t i;
	enum err e;

	buf_open(&l->said, l->cli->arena);
	l->n_changed = 0;
	l->refused = NULL;
	if ((e = put_company(l, db)) != ERR_OK ||
	    (e = put_export_rows(l, db)) != ERR_OK ||
	    (e = put_teams(l, db)) != ERR_OK ||
	    (e = put_purposes(l, db)) != ERR_OK ||
	    (e = put_notice(l, db)) != ERR_OK)
		return e;
	json_array_foreach(json_object_get(l->doc, "forms"), i, one)
		if ((e = put_form(l, db, one)) != ERR_OK)
			return e;
	json_array_foreach(json_object_get(l->doc, "rules"), i, one)
		if ((e = put_rule(l, db, one)) != ERR_OK)
			return e;
	return l->n_changed == 0 ? ERR_OK : q_site_touch(db, NULL);
}
