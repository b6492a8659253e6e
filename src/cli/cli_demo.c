/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent demo: fill an empty site with the demonstration company.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "demo/demo.h"

#define CONTACTS_DEFAULT	10000
#define CONTACTS_MOST		5000000

/* A line that counts, on a terminal; one line at each tenth elsewhere. */
static void
progress(uint64_t done, uint64_t total)
{
	static uint64_t tenth;

	if (isatty(STDERR_FILENO) == 1) {
		fprintf(stderr, "\rcontacts: %" PRIu64 " of %" PRIu64 "%s",
		    done, total, done == total ? "\n" : "");
	} else if (done * 10 / total != tenth) {
		tenth = done * 10 / total;
		fprintf(stderr, "contacts: %" PRIu64 " of %" PRIu64 "\n",
		    done, total);
	}
}

static enum cli_status
write_json(struct cli *cli, const char *path, json_t *json)
{
	FILE *out = path == NULL ? stdout : fopen(path, "w");
	int bad;

	if (out == NULL) {
		json_decref(json);
		return cli_fail(cli, "%s cannot be written", path);
	}
	bad = json_dumpf(json, out, JSON_INDENT(2)) != 0 ||
	    fputc('\n', out) == EOF;
	json_decref(json);
	if (out != stdout)
		bad |= fclose(out) != 0;
	return bad ? cli_fail(cli, "the output cannot be written") : CLI_OK;
}

enum cli_status
cli_demo(struct cli *cli)
{
	const char *count = cli_value(cli, "--contacts");
	const char *out = cli_value(cli, "--out");
	struct demo d = { .contacts = CONTACTS_DEFAULT };
	json_t *json;
	enum cli_status status;
	enum err e;

	if (count != NULL && (parse_u64(count, &d.contacts) != ERR_OK ||
	    d.contacts > CONTACTS_MOST))
		return cli_usage(cli, "--contacts is 0 to %d", CONTACTS_MOST);
	if ((status = cli_end(cli)) != CLI_OK ||
	    (status = cli_open_keys(cli)) != CLI_OK ||
	    (status = cli_open_db(cli, 60)) != CLI_OK)
		return status;
	d.db = cli->db;
	d.arena = cli->arena;
	d.batch = arena_open();
	d.keys = cli->keys;
	d.config = cli->config;
	d.ledger = ledger_open(cli->db, cli->keys, KEYS_OWNER);
	d.now_us = clock_now_us();
	d.progress = progress;
	db_begin(cli->db, clock_ticks_us() + 600 * SECOND_US, DB_JOB);
	e = demo_load(&d, &json);
	ledger_close(d.ledger);
	arena_close(d.batch);
	if (e == ERR_CONFLICT)
		return cli_fail(cli, "this site is not empty: the demonstration is loaded into a new one only");
	if (e != ERR_OK)
		return cli_fail(cli, "the demonstration could not be loaded (%s); see the lines above",
		    err_name(e));
	return write_json(cli, out, json);
}
