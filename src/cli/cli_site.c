/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent migrate, assent clock accept, assent routes: a site's tables, its
 * clock and its addresses (GDPR 5(1)(d), 32(1)(b), (d)).
 */
#include "cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/run.h"
#include "db/grants.h"
#include "db/migrate.h"
#include "db/queries.h"
#include "ledger/ledger.h"

enum cli_status
cli_migrate(struct cli *cli)
{
	const char *sql_dir, *who;
	struct grants_site site;
	unsigned version, n;
	enum cli_status s;
	char host[64];
	enum err e;

	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_db(cli, 3600)) !=
	    CLI_OK)
		return s;
	if (gethostname(host, sizeof(host)) != 0)
		memcpy(host, "?", 2);
	host[sizeof(host) - 1] = '\0';
	who = arena_printf(cli->arena, "%s:%ld", host, (long)getpid());
	sql_dir = cli->config->sql_dir;
	if ((e = migrate_run(cli->db, arena_printf(cli->arena,
	    "%s/migrations", sql_dir), who, &version, &n)) != ERR_OK)
		return cli_fail(cli, e == ERR_CONFLICT ?
		    "another migrator is at work" : e == ERR_DOWN ?
		    "the database is away" : "stopped; see the line above");
	site = (struct grants_site){ .name = cli->config->db_name,
	    .keys_name = cli->config->db_keys_name,
	    .host = cli->config->db_host == NULL ? "localhost" : "%" };
	if (grants_apply(cli->db, arena_printf(cli->arena, "%s/grants.tsv",
	    sql_dir), &site) != ERR_OK)
		return cli_fail(cli, "the tables are at version %u, but the grants do not agree with grants.tsv; see the line above",
		    version);
	cli_say(cli, "Tables at version %u (%u applied now); grants agree.",
	    version, n);
	if (cli->is_json)
		cli_print_json(json_pack("{s:i, s:i}", "version",
		    (int)version, "applied", (int)n));
	return CLI_OK;
}

struct accepting {
	struct cli *cli;
	struct ledger *ledger;
	int64_t high_us;
	int64_t now_us;
};

static enum err
accept_in_tx(struct db *db, void *arg)
{
	struct accepting *w = arg;
	struct ledger_audit event = { .verb = "clock.accepted",
	    .actor = "program", .object = "clock", .at_us = w->now_us };
	enum err e;

	event.detail = arena_printf(w->cli->arena,
	    "{\"from\":\"%s\",\"to\":\"%s\"}",
	    clock_iso(w->cli->arena, w->high_us),
	    clock_iso(w->cli->arena, w->now_us));
	if ((e = q_keeper_clock_accept(db, w->now_us, NULL)) != ERR_OK ||
	    (e = q_keeper_clock_tasks_done(db, w->now_us, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, w->cli->arena, w->ledger, &event);
}

enum cli_status
cli_clock_accept(struct cli *cli)
{
	struct accepting w = { .cli = cli, .now_us = clock_now_us() };
	struct q_keeper_clock_load mark;
	enum cli_status s;
	enum err e;

	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_keys(cli)) !=
	    CLI_OK || (s = cli_open_db(cli, 10)) != CLI_OK)
		return s;
	if ((e = q_keeper_clock_insert(cli->db, w.now_us, NULL)) != ERR_OK ||
	    (e = q_keeper_clock_load(cli->db, cli->arena, &mark)) != ERR_OK)
		return cli_fail(cli, "the mark cannot be read: %s",
		    err_name(e));
	w.high_us = mark.high_us;
	w.ledger = ledger_open(cli->db, cli->keys, KEYS_OWNER);
	e = tx_run(cli->db, NULL, cli->arena, accept_in_tx, &w, NULL);
	ledger_close(w.ledger);
	if (e != ERR_OK)
		return cli_fail(cli, "not stored: %s", err_name(e));
	cli_say(cli, "The clock is accepted: %s (work was last done at %s).",
	    clock_iso(cli->arena, w.now_us), clock_iso(cli->arena, w.high_us));
	return CLI_OK;
}

/* Read the next part of ${p} up to ${separator} or ${end}. */
static const char *
next_part(const char **p, const char *end, char separator, size_t *ret_len)
{
	const char *part = *p, *found = memchr(part, separator,
	    (size_t)(end - part));

	*ret_len = (size_t)((found == NULL ? end : found) - part);
	*p = found == NULL ? end : found + 1;
	return part;
}

/* One field as a door prints it, "NAME:TYPE:LIMIT:NEED:CHOICE|...". */
static json_t *
field_of(const char *p, const char *end)
{
	json_t *field = json_object(), *choices = json_array();
	const char *part;
	size_t len;

	part = next_part(&p, end, ':', &len);
	json_object_set_new(field, "name", json_stringn(part, len));
	part = next_part(&p, end, ':', &len);
	json_object_set_new(field, "type", json_stringn(part, len));
	part = next_part(&p, end, ':', &len);
	json_object_set_new(field, "limit", json_integer(
	    (json_int_t)strtol(part, NULL, 10)));
	next_part(&p, end, ':', &len);
	json_object_set_new(field, "need", json_boolean(len > 0));
	while (p < end) {
		part = next_part(&p, end, '|', &len);
		json_array_append_new(choices, json_stringn(part, len));
	}
	json_object_set_new(field, "choices", choices);
	return field;
}

static json_t *
fields_of(const char *p, const char *end)
{
	json_t *list = json_array();
	const char *part;
	size_t len;

	if (p < end && *p == '-')
		return list;
	while (p < end) {
		part = next_part(&p, end, ' ', &len);
		json_array_append_new(list, field_of(part, part + len));
	}
	return list;
}

/* The lines of one door's table, with its name in front. */
static enum cli_status
print_door(struct cli *cli, const char *door, json_t *list)
{
	static const char *const names[] = { "method", "path", "least",
	    "csrf", "roles", "law" };
	char *words[] = { NULL, arena_text(cli->arena, "-l"), NULL };
	const char *path = run_find(cli, door), *p, *end, *line, *part;
	struct run_output output;
	size_t i, len;
	json_t *row;

	if (path == NULL)
		return cli_fail(cli, "assent-%s is not installed", door);
	words[0] = arena_text(cli->arena, path);
	if (run_program(cli, words, NULL, &output) != ERR_OK ||
	    output.status != 0)
		return cli_fail(cli, "%s cannot be run", path);
	for (p = output.text; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		line = arena_textn(cli->arena, p, (size_t)(end - p));
		cli_say(cli, "%s\t%s", door, line);
		row = json_pack("{s:s}", "door", door);
		for (i = 0; i < LENGTH(names); i++) {
			part = next_part(&line, line + strlen(line), '\t',
			    &len);
			json_object_set_new(row, names[i],
			    json_stringn(part, len));
		}
		json_object_set_new(row, "fields", fields_of(line,
		    line + strlen(line)));
		json_array_append_new(list, row);
	}
	return CLI_OK;
}

enum cli_status
cli_routes(struct cli *cli)
{
	json_t *list = json_array();
	enum cli_status s;

	if ((s = cli_end(cli)) == CLI_OK &&
	    (s = print_door(cli, "portal", list)) == CLI_OK)
		s = print_door(cli, "office", list);
	if (s == CLI_OK && cli->is_json)
		cli_print_json(json_incref(list));
	json_decref(list);
	return s;
}
