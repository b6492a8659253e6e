/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent import contacts: a CSV file into the contacts.  What is said on the
 * terminal counts rows and names none (GDPR 5(1)(d), 14, 17(1), 21(3)).
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/owner.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "db/queries.h"
#include "import/import.h"
#include "ledger/ledger.h"

#define STATEMENT_S	30
#define OWNER_BYTES	100

struct importing {
	struct cli *cli;
	const char *path;
	const char *team;	/* by name; NULL: none */
	const char *rejects;	/* where rows go that are not taken */
	int rejects_fd;
	char delimiter;		/* '\0': to be found out */
	struct import import;
	struct import_file file;
};

/* A line that counts, on a terminal; one line at each tenth elsewhere. */
static void
progress(uint64_t done, uint64_t total)
{
	static uint64_t tenth;

	if (isatty(STDERR_FILENO) == 1) {
		fprintf(stderr, "\rrows: %" PRIu64 " of %" PRIu64 "%s", done,
		    total, done == total ? "\n" : "");
	} else if (done * 10 / total != tenth) {
		tenth = done * 10 / total;
		fprintf(stderr, "rows: %" PRIu64 " of %" PRIu64 "\n", done,
		    total);
	}
}

static enum err
write_rejects(void *arg, struct bytes lines)
{
	const struct importing *k = arg;

	return file_write_all(k->rejects_fd, lines) ? ERR_OK : ERR_DOWN;
}

static enum cli_status
read_terms(struct importing *k)
{
	struct cli *cli = k->cli;
	struct import_terms *t = &k->import.terms;
	const char *date = cli_value(cli, "--date");
	const char *policy = cli_value(cli, "--policy");

	t->basis = cli_value(cli, "--basis");
	t->source = cli_value(cli, "--source");
	if (t->basis == NULL || t->source == NULL || date == NULL ||
	    policy == NULL)
		return cli_usage(cli, "--basis, --source, --date and --policy are needed");
	if (day_read(date, &t->date) != ERR_OK)
		return cli_usage(cli, "--date is a day like 2026-11-21");
	for (t->policy = 0; t->policy < IMPORT_POLICY__MAX; t->policy++)
		if (strcmp(import_policy_names[t->policy], policy) == 0)
			break;
	if (t->policy == IMPORT_POLICY__MAX || t->policy == IMPORT_DELETE)
		return cli_usage(cli, "--policy is create, update or skip");
	return CLI_OK;
}

/* Today is the site's day: its configuration says where that is. */
static enum cli_status
check_terms(struct importing *k)
{
	const char *fault;
	enum cli_status s;

	if ((s = cli_open_config(k->cli)) != CLI_OK)
		return s;
	fault = import_terms_check(&k->import.terms, day_of(clock_now_us()));
	return fault == NULL ? CLI_OK : cli_usage(k->cli, "%s", fault);
}

static enum cli_status
read_words(struct importing *k)
{
	struct cli *cli = k->cli;
	const char *delimiter = cli_value(cli, "--delimiter");
	enum cli_status s;

	k->rejects = cli_value(cli, "--rejects");
	k->team = cli_value(cli, "--team");
	k->import.is_dry = cli_flag(cli, "--dry-run");
	if (delimiter != NULL && strcmp(delimiter, "tab") == 0)
		delimiter = "\t";
	if (delimiter != NULL && (strlen(delimiter) != 1 ||
	    strchr("\"\r\n", *delimiter) != NULL))
		return cli_usage(cli, "--delimiter is one character, or the word tab");
	k->delimiter = delimiter == NULL ? '\0' : *delimiter;
	if ((s = read_terms(k)) != CLI_OK)
		return s;
	k->path = cli_word(cli);
	if (k->path == NULL)
		return cli_usage(cli, "which file?");
	if (k->rejects == NULL)
		k->rejects = strcmp(k->path, "-") == 0 ? "rejected.csv" :
		    arena_printf(cli->arena, "%s.rejected.csv", k->path);
	return cli_end(cli);
}

static enum cli_status
read_file(struct importing *k)
{
	struct cli *cli = k->cli;
	struct bytes text;
	const char *why;
	enum cli_status s;

	if ((s = cli_read_bytes(cli, k->path, IMPORT_FILE_MAX_BYTES, &text)) !=
	    CLI_OK)
		return s;
	if (import_file_open(cli->arena, text, k->delimiter, &k->file, &why) !=
	    ERR_OK)
		return cli_fail(cli, "%s: %s", k->path, why);
	return CLI_OK;
}

static enum cli_status
read_columns(struct importing *k)
{
	struct cli *cli = k->cli;
	struct import_own own;
	const char *why;
	enum err e;

	if ((e = import_own_load(cli->db, cli->arena, cli->config,
	    cli->config->languages[0], &own)) != ERR_OK)
		return cli_fail(cli, "not read: %s", err_name(e));
	return import_columns_read(cli->arena, &k->file.first, &own,
	    &k->import.columns, &why) == ERR_OK ? CLI_OK : cli_fail(cli,
	    "%s: %s", k->path, why);
}

static enum cli_status
find_team(struct importing *k)
{
	struct cli *cli = k->cli;
	struct q_cli_team team;
	enum err e;

	if (k->team == NULL)
		return CLI_OK;
	if ((e = q_cli_team(cli->db, cli->arena, k->team, &team)) != ERR_OK)
		return e == ERR_NOTFOUND ? cli_fail(cli, "there is no team %s",
		    k->team) : cli_fail(cli, "not read: %s", err_name(e));
	k->import.terms.team_id = team.id;
	return CLI_OK;
}

/* The file that is read would be emptied. */
static bool
is_input(const struct importing *k)
{
	struct stat in, out;

	return stat(k->path, &in) == 0 && fstat(k->rejects_fd, &out) == 0 &&
	    in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

/*
 * For its owner alone, also when an earlier import left one; not while another
 * one writes it.
 */
static enum cli_status
open_rejects(struct importing *k)
{
	k->rejects_fd = open(k->rejects, O_WRONLY | O_CREAT | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (k->rejects_fd >= 0 && flock(k->rejects_fd, LOCK_EX | LOCK_NB) !=
	    0 && errno == EWOULDBLOCK)
		return cli_fail(k->cli, "%s: another import writes it",
		    k->rejects);
	if (k->rejects_fd >= 0 && is_input(k))
		return cli_fail(k->cli, "%s: this is the file that is imported; name another one with --rejects",
		    k->rejects);
	if (k->rejects_fd < 0 || fchmod(k->rejects_fd, 0600) != 0 ||
	    ftruncate(k->rejects_fd, 0) != 0)
		return cli_fail(k->cli, "%s: %s", k->rejects, strerror(errno));
	return CLI_OK;
}

static uint64_t
not_taken(const struct importing *k)
{
	return k->import.counts[IMPORT_SUPPRESSED] +
	    k->import.counts[IMPORT_REJECTED];
}

/* The file of rejects is on the disk, or not there when it would be empty. */
static bool
close_rejects(struct importing *k)
{
	bool is_good = fsync(k->rejects_fd) == 0;

	is_good = close(k->rejects_fd) == 0 && is_good;
	if (not_taken(k) == 0)
		return unlink(k->rejects) == 0;
	return is_good;
}

static enum err
run(struct importing *k)
{
	static const struct job_row row = { .name = "import" };
	struct cli *cli = k->cli;
	char owner[OWNER_BYTES];
	struct job job = { .row = &row, .config = cli->config,
	    .keys = cli->keys, .db = cli->db, .owner = owner,
	    .arena = arena_open() };
	enum err e;

	owner_name(owner, sizeof(owner));
	job.ledger = ledger_open(cli->db, cli->keys, KEYS_OWNER);
	k->import.job = &job;
	k->import.file = &k->file;
	k->import.reject = write_rejects;
	k->import.reject_arg = k;
	k->import.progress = progress;
	e = import_run(&k->import);
	ledger_close(job.ledger);
	arena_close(job.arena);
	return e;
}

static enum cli_status
say_result(struct importing *k, int64_t took_us)
{
	const uint64_t *n = k->import.counts;
	struct cli *cli = k->cli;
	json_t *json;
	size_t i;

	cli_say(cli, "%s%" PRIu64 " rows: %" PRIu64 " created, %" PRIu64
	    " updated, %" PRIu64 " left as they were, %" PRIu64
	    " suppressed, %" PRIu64 " rejected, in %" PRId64 " ms.",
	    k->import.is_dry ? "Nothing is stored.  " : "", k->file.rows,
	    n[IMPORT_NEW], n[IMPORT_CHANGED], n[IMPORT_SAME],
	    n[IMPORT_SUPPRESSED], n[IMPORT_REJECTED], took_us / 1000);
	if (k->import.n_organisations > 0)
		cli_say(cli, "New organisations: %" PRIu64 ".",
		    k->import.n_organisations);
	if (n[IMPORT_NEW] > 0 && !k->import.is_dry)
		cli_say(cli, "Who is new must be told so within a month (GDPR 14): no mail went out.");
	if (not_taken(k) > 0)
		cli_say(cli, "What was not taken, and why: %s", k->rejects);
	if (!cli->is_json)
		return CLI_OK;
	json = json_pack("{s:b, s:I, s:I, s:I, s:s?}", "is_dry",
	    k->import.is_dry, "organisations", (json_int_t)
	    k->import.n_organisations,
	    "rows", (json_int_t)k->file.rows, "ms", (json_int_t)(took_us /
	    1000), "rejects", not_taken(k) > 0 ? k->rejects : NULL);
	for (i = 0; i < IMPORT_OUTCOME__MAX; i++)
		json_object_set_new(json, import_outcome_names[i],
		    json_integer((json_int_t)n[i]));
	cli_print_json(json);
	return CLI_OK;
}

enum cli_status
cli_import_contacts(struct cli *cli)
{
	struct importing k = { .cli = cli };
	int64_t began_us = clock_ticks_us();
	bool is_written;
	enum cli_status s;
	enum err e;

	if ((s = read_words(&k)) != CLI_OK ||
	    (s = check_terms(&k)) != CLI_OK ||
	    (s = cli_open_keys(cli)) != CLI_OK ||
	    (s = read_file(&k)) != CLI_OK ||
	    (s = cli_open_db(cli, STATEMENT_S)) != CLI_OK ||
	    (s = read_columns(&k)) != CLI_OK ||
	    (s = find_team(&k)) != CLI_OK || (s = open_rejects(&k)) != CLI_OK)
		return s;
	e = run(&k);
	is_written = close_rejects(&k);
	if (e == ERR_CONFLICT)
		return cli_fail(cli, "somebody else imports into this site now");
	if (e == ERR_GONE)
		return cli_fail(cli, "stopped: a custom field of the file was changed or closed meanwhile; the same file once more adds the rest");
	if (e != ERR_OK)
		return cli_fail(cli, "stopped after %" PRIu64 " rows (%s): the same file once more adds the rest",
		    k.import.counts[IMPORT_NEW] +
		    k.import.counts[IMPORT_CHANGED] +
		    k.import.counts[IMPORT_SAME] + not_taken(&k),
		    err_name(e));
	if (!is_written)
		return cli_fail(cli, "%s: %s", k.rejects, strerror(errno));
	return say_result(&k, clock_ticks_us() - began_us);
}
