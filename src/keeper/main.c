/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent-keeper: the process without network that erases, retains, builds
 * packages, and seals and signs the log (GDPR 5(1)(e), 17, 32(1)(b)).
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>

#include "app/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/db.h"
#include "db/queries.h"
#include "html/words.h"
#include "keeper/jobs.h"
#include "keeper/keeper.h"
#include "keys/keys.h"

#define WAIT_MAX_US	(10 * SECOND_US)	/* so that a pass is never far */
#define START_US	(30 * SECOND_US)	/* of what is asked for once */

static void
usage(FILE *to)
{
	fputs("Usage: assent-keeper -c FILE [--once JOB | --jobs | --check]\n\n"
	    "Runs the jobs of a site until told to end by SIGTERM.\n\n"
	    "  -c, --config FILE  the site's configuration, see assent.conf(5)\n"
	    "  --once JOB         run one job until it has nothing more to do\n"
	    "  --jobs             name the jobs\n"
	    "  -n, --check        open everything, say what is wrong, and end\n"
	    "  -h, --help         this help\n"
	    "  -V, --version      the version\n", to);
}

static void
print_jobs(void)
{
	const struct job_row *row;

	for (row = keeper_jobs; row->name != NULL; row++)
		printf("%s\tevery %" PRId64 " s%s\n", row->name,
		    row->every_us / SECOND_US, row->is_destructive ?
		    "\twaits while the clock is in doubt" : "");
}

static enum err
open_all(const char *file, struct config **config, struct keys **keys,
    struct db **db)
{
	static struct db_config database;	/* lives as long as the db */
	static struct arena *a;		/* for ever */
	enum err e;

	a = arena_open();
	if ((e = config_open(file, config)) != ERR_OK)
		return e;
	log_open("keeper", (*config)->site);
	if ((e = words_open((*config)->locale_dir)) != ERR_OK)
		return e;
	if ((e = keys_open(arena_printf(a, "%s/keeper.key",
	    (*config)->keys_dir), KEYS_KEEPER, keys)) != ERR_OK)
		return e;
	config_database(*config, "keeper", &database);
	database.statement_s = 10;
	return db_open(&database, db_table_keeper, db);
}

/* Sleep until a signal or the time; true when told to end. */
static bool
is_told_to_end(const sigset_t *signals, int64_t wait_us)
{
	struct timespec wait;
	int got;

	if (wait_us > WAIT_MAX_US)
		wait_us = WAIT_MAX_US;
	wait.tv_sec = (time_t)(wait_us / SECOND_US);
	wait.tv_nsec = (long)(wait_us % SECOND_US) * 1000;
	got = sigtimedwait(signals, NULL, &wait);
	return got == SIGTERM || got == SIGINT;
}

static int
run(struct keeper *k, const char *once, bool is_check)
{
	sigset_t signals;
	int64_t wait_us = 0;
	enum err e;

	if (is_check) {
		db_begin(k->db, clock_ticks_us() + START_US, DB_JOB);
		return db_check_schema(k->db, DB_SCHEMA_VERSION) == ERR_OK &&
		    db_check_statements(k->db) == ERR_OK ? 0 : 1;
	}
	if (once != NULL) {
		if ((e = keeper_once(k, once)) != ERR_OK)
			fprintf(stderr, "assent-keeper: %s: %s\n", once,
			    e == ERR_NOTFOUND ? "no such job, see --jobs" :
			    e == ERR_CONFLICT ? "another keeper leads it" :
			    e == ERR_GONE ? "the clock is in doubt, see: assent clock accept" :
			    err_name(e));
		return e == ERR_OK ? 0 : e == ERR_NOTFOUND ? 2 : 1;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	log_note("event=keeper.start jobs=%zu", k->n_jobs);
	while (!is_told_to_end(&signals, wait_us))
		keeper_pass(k, &wait_us);
	log_note("event=keeper.end");
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "once", required_argument, NULL, 'o' },
		{ "jobs", no_argument, NULL, 'j' },
		{ "check", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	const char *file = NULL, *once = NULL;
	bool is_check = false;
	static struct config *config;
	struct keys *keys = NULL;
	struct db *db = NULL;
	struct keeper k;
	int option, status;

	log_open("keeper", "-");
	while ((option = getopt_long(argc, argv, "c:nhV", options, NULL)) !=
	    -1) {
		if (option == 'c') {
			file = optarg;
		} else if (option == 'o') {
			once = optarg;
		} else if (option == 'n') {
			is_check = true;
		} else if (option == 'j') {
			print_jobs();
			return 0;
		} else if (option == 'V') {
			puts(ASSENT_VERSION);
			return 0;
		} else {
			usage(option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : 2;
		}
	}
	if (file == NULL || optind != argc) {
		usage(stderr);
		return 2;
	}
	keys_harden();
	if (open_all(file, &config, &keys, &db) != ERR_OK)
		return 1;
	keeper_open(&k, config, keys, db);
	status = run(&k, once, is_check);
	keeper_close(&k);
	db_close(db);
	keys_close(keys);
	return status;
}
