/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent site load: the company as a file says it: who is responsible, the
 * teams, the purposes and their words, the notice, the forms, how long things
 * are kept.  All of it or nothing.  Law: GDPR 5(1)(b), 13; LAW R11.
 */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/site_check.h"
#include "cli/site_put.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define FILE_MAX_BYTES	(1024u * 1024)

struct loading {
	struct site_put put;
	struct ledger *ledger;
};

static enum err
load_in_tx(struct db *db, void *arg)
{
	struct loading *l = arg;
	const struct ledger_audit event = { .verb = "site.loaded",
	    .actor = "program", .object = "site", .detail = "{}",
	    .at_us = l->put.now_us };
	enum err e;

	if ((e = site_put(&l->put, db)) != ERR_OK || l->put.n_changed == 0)
		return e;
	return ledger_audit(db, l->put.cli->arena, l->ledger, &event);
}

static enum cli_status
store(struct cli *cli, json_t *doc)
{
	struct loading l = { .put = { .cli = cli, .doc = doc,
	    .now_us = clock_now_us() } };
	enum cli_status s;
	enum err e;

	if ((s = cli_open_keys(cli)) != CLI_OK ||
	    (s = cli_open_db(cli, 10)) != CLI_OK)
		return s;
	l.ledger = ledger_open(cli->db, cli->keys, KEYS_OWNER);
	e = tx_run(cli->db, NULL, cli->arena, load_in_tx, &l, NULL);
	ledger_close(l.ledger);
	if (l.put.refused != NULL)
		return cli_fail(cli, "%s; nothing was stored", l.put.refused);
	if (e != ERR_OK)
		return cli_fail(cli, "nothing was stored: %s", err_name(e));
	if (l.put.n_changed == 0)
		cli_say(cli, "Nothing to change: the site is as the file says.");
	else
		cli_say(cli, "%sLoaded.  The forms are published, see %s/",
		    l.put.said.ptr, cli->config->portal_url);
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
