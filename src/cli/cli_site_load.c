/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent site load: fill an empty site with its company: who is responsible,
 * the teams, the purposes and their words, the notice, the forms, how long
 * things are kept.  All of it or nothing.  Law: GDPR 5(1)(b), 13; LAW R11.
 */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/tree.h"
#include "cli/site_check.h"
#include "db/queries.h"
#include "forms/forms.h"
#include "ledger/ledger.h"

#define FILE_MAX_BYTES	(1024u * 1024)

struct loading {
	struct cli *cli;
	json_t *doc;		/* has passed site_check() */
	struct ledger *ledger;
	int64_t now_us;
	uint64_t notice_id;
	uint64_t *versions;	/* of the purposes, in their order */
};

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

static enum err
put_company(struct loading *l, struct db *db)
{
	json_t *c = json_object_get(l->doc, "company");

	return q_site_insert(db, text_of(c, "name"), text_of(c, "legal_name"),
	    text_of(c, "address"), text_of(c, "contact_email"),
	    text_of(c, "dpo_name"), text_of(c, "dpo_email"),
	    text_of(c, "authority_name"), text_of(c, "authority_url"),
	    text_of(c, "holidays"), number_of(c, "cooling_off_minutes"),
	    number_of(c, "backup_days"), number_of(c, "binlog_days"), NULL);
}

static enum err
put_teams(struct loading *l, struct db *db)
{
	struct q_site_team_insert row;
	enum err e = ERR_OK;
	json_t *name;
	size_t i;

	json_array_foreach(json_object_get(l->doc, "teams"), i, name)
		if (e == ERR_OK)
			e = q_site_team_insert(db, l->cli->arena,
			    json_string_value(name), &row);
	return e;
}

static enum err
put_purpose(struct loading *l, struct db *db, json_t *p,
    uint64_t *ret_version)
{
	struct arena *a = l->cli->arena;
	struct q_site_purpose_version_insert version;
	struct q_site_purpose_insert row;
	json_t *text, *channel;
	const char *lang;
	size_t i;
	enum err e;

	if ((e = q_site_purpose_insert(db, a, text_of(p, "code"), &row)) !=
	    ERR_OK || (e = q_site_purpose_version_insert(db, a, row.id,
	    text_of(p, "basis"), json_is_true(json_object_get(p,
	    "is_commercial")), number_of(p, "months"), l->now_us,
	    &version)) != ERR_OK)
		return e;
	json_object_foreach(json_object_get(p, "texts"), lang, text)
		if (e == ERR_OK)
			e = q_site_purpose_text_insert(db, version.id, lang,
			    text_of(text, "title"), text_of(text, "wording"),
			    NULL);
	json_array_foreach(json_object_get(p, "channels"), i, channel)
		if (e == ERR_OK)
			e = q_site_purpose_channel_insert(db, version.id,
			    json_string_value(channel), NULL);
	*ret_version = version.id;
	return e;
}

static enum err
put_purposes(struct loading *l, struct db *db)
{
	json_t *list = json_object_get(l->doc, "purposes"), *p;
	enum err e = ERR_OK;
	size_t i;

	l->versions = arena_take(l->cli->arena, (json_array_size(list) + 1) *
	    sizeof(*l->versions));
	json_array_foreach(list, i, p)
		if (e == ERR_OK)
			e = put_purpose(l, db, p, &l->versions[i]);
	return e;
}

static enum err
put_notice(struct loading *l, struct db *db)
{
	struct q_site_notice_insert row;
	const char *lang;
	json_t *blocks;
	enum err e;

	if ((e = q_site_notice_insert(db, l->cli->arena, l->now_us, &row)) !=
	    ERR_OK)
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
static const char *
definition_of(const struct loading *l, json_t *form)
{
	json_t *purposes = json_object_get(l->doc, "purposes"), *p, *choice;
	json_t *choices = json_array(), *root;
	const char *text;
	size_t i, j;

	json_array_foreach(json_object_get(form, "choices"), i, choice)
		json_array_foreach(purposes, j, p)
			if (text_equal(text_of(p, "code"), text_of(choice,
			    "purpose")))
				json_array_append_new(choices, json_pack(
				    "{s:I, s:O}", "purpose_version",
				    (json_int_t)l->versions[j], "channels",
				    json_object_get(choice, "channels")));
	root = json_pack("{s:O, s:o, s:O}", "fields", json_object_get(form,
	    "fields"), "choices", choices, "texts", json_object_get(form,
	    "texts"));
	text = tree_text(l->cli->arena, root, JSON_COMPACT);
	json_decref(root);
	return text;
}

/* Published only if the portal could show it. */
static enum err
put_form(struct loading *l, struct db *db, json_t *form)
{
	struct arena *a = l->cli->arena;
	struct q_site_form_version_insert version;
	struct q_site_form_insert row;
	struct forms_version *read;
	json_t *origin;
	size_t i;
	enum err e;

	if ((e = q_site_form_insert(db, a, text_of(form, "code"), &row)) !=
	    ERR_OK || (e = q_site_form_version_insert(db, a, row.id,
	    l->notice_id, definition_of(l, form), l->now_us, &version)) !=
	    ERR_OK || (e = q_site_form_publish(db, version.id, row.id,
	    NULL)) != ERR_OK)
		return e;
	json_array_foreach(json_object_get(form, "origins"), i, origin)
		if (e == ERR_OK)
			e = q_site_form_origin_insert(db, row.id,
			    json_string_value(origin), NULL);
	if (e == ERR_OK && (e = forms_version_load(db, a, version.id,
	    &read)) == ERR_BUG) {
		log_fault("form=%s what=\"the portal could not show it: fields are email, phone, given_name ...; each needs a choice\"",
		    text_of(form, "code"));
		e = ERR_INVALID;
	}
	return e;
}

static enum err
put_forms(struct loading *l, struct db *db)
{
	enum err e = ERR_OK;
	json_t *form;
	size_t i;

	json_array_foreach(json_object_get(l->doc, "forms"), i, form)
		if (e == ERR_OK)
			e = put_form(l, db, form);
	return e;
}

static enum err
put_rules(struct loading *l, struct db *db)
{
	enum err e = ERR_OK;
	json_t *rule;
	size_t i;

	json_array_foreach(json_object_get(l->doc, "rules"), i, rule)
		if (e == ERR_OK)
			e = q_site_rule_insert(db, text_of(rule, "category"),
			    text_of(rule, "law"), text_of(rule, "start"),
			    number_of(rule, "months"), text_of(rule,
			    "action"), NULL);
	return e;
}

static enum err
load_in_tx(struct db *db, void *arg)
{
	struct loading *l = arg;
	const struct ledger_audit event = { .verb = "site.loaded",
	    .actor = "program", .object = "site", .detail = "{}",
	    .at_us = l->now_us };
	enum err e;

	if ((e = put_company(l, db)) != ERR_OK ||
	    (e = put_teams(l, db)) != ERR_OK ||
	    (e = put_purposes(l, db)) != ERR_OK ||
	    (e = put_notice(l, db)) != ERR_OK ||
	    (e = put_forms(l, db)) != ERR_OK ||
	    (e = put_rules(l, db)) != ERR_OK)
		return e;
	return ledger_audit(db, l->cli->arena, l->ledger, &event);
}

static enum cli_status
store(struct cli *cli, json_t *doc)
{
	struct loading l = { .cli = cli, .doc = doc,
	    .now_us = clock_now_us() };
	enum cli_status s;
	enum err e;

	if ((s = cli_open_keys(cli)) != CLI_OK ||
	    (s = cli_open_db(cli, 10)) != CLI_OK)
		return s;
	l.ledger = ledger_open(cli->db, cli->keys, KEYS_OWNER);
	e = tx_run(cli->db, NULL, cli->arena, load_in_tx, &l, NULL);
	ledger_close(l.ledger);
	if (e == ERR_CONFLICT)
		return cli_fail(cli, "the site has a company already, or a code, name or category stands twice in the file");
	if (e != ERR_OK)
		return cli_fail(cli, "nothing was stored: %s", err_name(e));
	cli_say(cli, "Loaded.  %zu forms are published, see %s/",
	    json_array_size(json_object_get(doc, "forms")),
	    cli->config->portal_url);
	return CLI_OK;
}

enum cli_status
cli_site_load(struct cli *cli)
{
	const char *path = cli_word(cli), *text;
	json_error_t error;
	enum cli_status s;
	json_t *doc;

	if ((s = cli_end(cli)) != CLI_OK)
		return s;
	if (path == NULL)
		return cli_usage(cli, "FILE is needed");
	if ((s = cli_open_config(cli)) != CLI_OK || (s = cli_read_file(cli,
	    path, FILE_MAX_BYTES, &text)) != CLI_OK)
		return s;
	doc = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (doc == NULL)
		return cli_fail(cli, "%s, line %d: %s", path, error.line,
		    error.text);
	s = site_check(cli, doc) == 0 ? store(cli, doc) :
	    cli_fail(cli, "nothing was stored");
	json_decref(doc);
	return s;
}
