/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent restore: a backup put back, and everybody erased again who was
 * erased since it was made (GDPR 17(1), 32(1)(c)).
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/dump.h"
#include "db/queries.h"
#include "erasure/replay.h"
#include "journal/journal.h"

#define SEE_HOLD_US	(3 * SECOND_US)	/* every program looks once a second */
#define ANSWER_CHARS	40

struct restoring {
	struct cli *cli;
	const char *file;		/* NULL: --replay alone */
	struct dump_info info;
	struct journal journal;
	struct replay replay;
};

static void
progress(void *arg, uint64_t n_looked)
{
	static int64_t told_us;
	const struct restoring *w = arg;

	if (clock_ticks_us() - told_us < SECOND_US)
		return;
	told_us = clock_ticks_us();
	cli_say(w->cli, "%" PRIu64 " contacts looked up in the journal ...",
	    n_looked);
}

static void
found(void *arg, const struct scan_hit *hit)
{
	const struct restoring *w = arg;

	fprintf(stderr, "assent restore: a second copy of somebody erased: %s.%s, row %" PRIu64 "; mend it by hand\n",
	    hit->place->table, hit->column, hit->row);
	(void)w;
}

/* Whoever sits at a terminal is asked once. */
static enum cli_status
ask(struct cli *cli)
{
	char answer[ANSWER_CHARS];

	if (!isatty(STDIN_FILENO) || cli->is_json)
		return CLI_OK;
	fprintf(stderr, "All that is in the database of %s now will be replaced.  Type the site's name to go on: ",
	    cli->config->site);
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		answer[0] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
	return strcmp(answer, cli->config->site) == 0 ? CLI_OK :
	    cli_fail(cli, "nothing was done");
}

/* The file is ours, whole, and not newer than these programs. */
static enum cli_status
check_file(struct restoring *w)
{
	struct cli *cli = w->cli;
	struct q_restore_keys keys;
	enum cli_status s;

	if ((s = dump_check(cli, w->file, &w->info)) != CLI_OK)
		return s;
	if (strcmp(w->info.site, cli->config->site) != 0)
		return cli_fail(cli, "%s is of the site %s.  Nothing was done",
		    w->file, w->info.site);
	if (w->info.schema > DB_SCHEMA_VERSION)
		return cli_fail(cli, "%s has tables of version %" PRIu64 ", these programs know %u: install the newer ones first.  Nothing was done",
		    w->file, w->info.schema, DB_SCHEMA_VERSION);
	if (w->info.kind == DUMP_KEYS && q_restore_keys(cli->db, cli->arena,
	    &keys) == ERR_OK && keys.held > 0)
		return cli_fail(cli, "the key store has keys, and those that were destroyed must not come back.  Nothing was done");
	return CLI_OK;
}

/* From here on nothing is served, until release(). */
static enum cli_status
hold(struct restoring *w)
{
	struct cli *cli = w->cli;
	enum err e = journal_read_all(cli->arena, cli->config->journals,
	    cli->config->site, &w->journal);

	if (e == ERR_NOTFOUND)
		return cli_fail(cli, "there is no erasure journal at %s: put its other copy there.  Without it, nobody knows who was erased.  Nothing was done",
		    cli->config->journals[0]);
	if (e != ERR_OK || journal_hold(cli->arena, cli->config->journals,
	    &w->journal.head, true) != ERR_OK)
		return cli_fail(cli, "the erasure journal cannot be used; see the line above.  Nothing was done");
	cli_say(cli, "From now on every address answers 503.");
	(void)usleep(SEE_HOLD_US);
	/* what the keeper was writing when it was held */
	if (journal_read_all(cli->arena, cli->config->journals,
	    cli->config->site, &w->journal) != ERR_OK ||
	    journal_hold(cli->arena, cli->config->journals,
	    &w->journal.head, true) != ERR_OK)
		return cli_fail(cli, "the erasure journal cannot be used; see the line above");
	return CLI_OK;
}

static enum cli_status
load(struct restoring *w)
{
	struct cli *cli = w->cli;
	const char *dir = cli->config->sql_dir;
	const char *const end = arena_printf(cli->arena,
	    "%s/restore-end.sql", dir);
	const char *const site[] = { arena_printf(cli->arena,
	    "%s/restore-begin.sql", dir), w->file, end, NULL };
	const char *const keys[] = { w->file, NULL };
	const char *const replay[] = { end, NULL };

	if (w->file == NULL)
		return dump_load(cli, DUMP_SITE, replay);
	cli_say(cli, "Loading %s, made at %s.", w->file, w->info.at);
	return dump_load(cli, w->info.kind, w->info.kind == DUMP_KEYS ?
	    keys : site);
}

/* The database that is there now is of the journal that is there. */
static enum cli_status
compare(struct restoring *w)
{
	struct cli *cli = w->cli;
	struct q_site_journal_mark mark;
	enum err e = q_site_journal_mark(cli->db, cli->arena, &mark);

	if (e == ERR_NOTFOUND || (e == ERR_OK && w->journal.n_entries == 0))
		return CLI_OK;
	if (e != ERR_OK)
		return cli_fail(cli, "the database cannot be read: %s",
		    err_name(e));
	if (mark.generation.len != JOURNAL_GENERATION_BYTES ||
	    memcmp(mark.generation.ptr, w->journal.head.generation,
	    JOURNAL_GENERATION_BYTES) != 0)
		return cli_fail(cli, "this database and the journal are not of the same site's life: the journal names people by numbers that mean others here.  Put the journal back that belongs to it");
	if (mark.announced > w->journal.head.n + 1)
		fprintf(stderr, "assent restore: the journal ends at %" PRIu64 ", but %" PRIu64 " were announced when the backup was made: is it an old copy?\n",
		    w->journal.head.n, mark.announced);
	return CLI_OK;
}

static enum cli_status
replay(struct restoring *w)
{
	struct cli *cli = w->cli;
	struct replay *r = &w->replay;
	enum cli_status s;
	enum err e;

	if ((s = compare(w)) != CLI_OK)
		return s;
	*r = (struct replay){ .db = cli->db, .keys = cli->keys,
	    .journal = &w->journal, .now_us = clock_now_us(),
	    .progress = progress, .found = found, .arg = w };
	if ((e = replay_erasures(r)) != ERR_OK ||
	    (e = replay_end(r)) != ERR_OK)
		return cli_fail(cli, "the journal was not replayed to its end: %s.  Nothing is served until assent restore --replay has ended well",
		    err_name(e));
	if (journal_hold(cli->arena, cli->config->journals, &w->journal.head,
	    false) != ERR_OK)
		return cli_fail(cli, "replayed, but the journal's head cannot be written: see the line above, then assent restore --replay");
	return CLI_OK;
}

static void
report(struct restoring *w)
{
	const struct replay *r = &w->replay;
	struct cli *cli = w->cli;

	cli_say(cli, "%" PRIu64 " contacts looked up; %" PRIu64 " of the %zu people in the erasure journal erased again, %" PRIu64 " left keys destroyed.",
	    r->n_looked, r->n_erased, w->journal.n_entries, r->n_keys);
	if (r->last_us != 0)
		cli_say(cli, "What was done between %s and now is lost: withdrawals, requests and edits too.  Staff have a task that says so; waiting mails do not leave by themselves.  All passkeys of staff are gone, as some may have been removed since: they sign in with password and code, and add them again.  Look through the list of colleagues for who has left since.",
		    clock_iso(cli->arena, r->last_us));
	cli_say(cli, "Served again; the programs start anew by themselves.");
	if (cli->is_json)
		cli_print_json(json_pack("{s:I, s:I, s:I, s:I, s:I}",
		    "looked", (json_int_t)r->n_looked, "erased",
		    (json_int_t)r->n_erased, "keys", (json_int_t)r->n_keys,
		    "copies", (json_int_t)r->n_hard, "names",
		    (json_int_t)r->n_soft));
}

enum cli_status
cli_restore(struct cli *cli)
{
	struct restoring w = { .cli = cli };
	bool is_replay = cli_flag(cli, "--replay");
	enum cli_status s;

	w.file = cli_word(cli);
	if ((s = cli_end(cli)) != CLI_OK)
		return s;
	if ((w.file == NULL) != is_replay)
		return cli_usage(cli, "either FILE, or --replay when a backup was put back by other means");
	if ((s = cli_open_keys(cli)) != CLI_OK || (s = cli_open_db(cli,
	    3600)) != CLI_OK)
		return s;
	if (w.file != NULL && ((s = check_file(&w)) != CLI_OK || (s =
	    ask(cli)) != CLI_OK))
		return s;
	if ((s = hold(&w)) != CLI_OK || (s = load(&w)) != CLI_OK ||
	    (s = cli_migrate(cli)) != CLI_OK || (s = replay(&w)) != CLI_OK)
		return s;
	report(&w);
	return CLI_OK;
}
