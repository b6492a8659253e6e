/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A check of the log takes minutes on a million lines and wants one snapshot
 * of the database from end to end: a child does it, which dies with its keeper.
 * Law: GDPR 5(2), 32(1)(d).
 */
#include "ledger/check_keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/tree.h"
#include "db/queries.h"
#include "ledger/ledger.h"
#include "ledger/ledger_verify.h"

#define FINDINGS_MAX	100	/* kept, of as many as there are */
#define CHECK_US	(2 * HOUR_US)
#define TELL_US		SECOND_US	/* between two words on how far it is */
#define NICE		10

/* The child that verifies; the keeper's memory of it. */
struct child {
	pid_t pid;
	uint64_t id;	/* of the check */
};

/* What the child works with. */
struct checking {
	struct db *told;	/* a second connection: the first reads */
	struct arena *arena;
	json_t *findings;
	uint64_t id;
	uint64_t n_done;
	int64_t told_us;	/* ticks */
	const char *state;
	struct verify_counts counts;
};

static void
found(void *arg, const struct verify_finding *f)
{
	struct checking *k = arg;

	if (json_array_size(k->findings) < FINDINGS_MAX)
		json_array_append_new(k->findings, json_pack(
		    "{s:s, s:s?, s:I}", "kind", verify_kind_names[f->kind],
		    "ledger", f->ledger, "row", (json_int_t)f->row));
}

static enum err
progress_in_tx(struct db *db, void *arg)
{
	const struct checking *k = arg;

	return q_ledger_check_progress(db, k->n_done, k->id, NULL);
}

static void
progress(void *arg, uint64_t n)
{
	struct checking *k = arg;
	int64_t now_us = clock_ticks_us();

	k->n_done += n;
	if (now_us - k->told_us < TELL_US)
		return;
	k->told_us = now_us;
	db_begin(k->told, now_us + MINUTE_US, DB_JOB);
	if (tx_run(k->told, NULL, k->arena, progress_in_tx, k, NULL) !=
	    ERR_OK)
		log_note("event=ledger.check what=progress id=%" PRIu64,
		    k->id);
}

static enum err
end_in_tx(struct db *db, void *arg)
{
	struct checking *k = arg;
	const struct verify_counts *n = &k->counts;

	return q_ledger_check_end(db, k->state, n->rows, n->leaves, n->heads,
	    n->findings, tree_text(k->arena, k->findings, JSON_COMPACT),
	    clock_now_us(), k->id, NULL);
}

static enum err
open_own(struct config *config, struct db_config *place, struct db **ret_db)
{
	enum err e;

	config_database(config, "keeper", place);
	place->statement_s = 60;
	if ((e = db_open(place, db_table_keeper, ret_db)) == ERR_OK)
		db_begin(*ret_db, clock_ticks_us() + CHECK_US, DB_JOB);
	return e;
}

/* The file of heads as it is now; NULL where it cannot be read.  Before the
 * snapshot: the database then has every head of it. */
static const char *
read_heads(struct checking *k, const char *path)
{
	FILE *in = path == NULL ? NULL : fopen(path, "re");
	char piece[4096];
	struct buf b;
	size_t n;

	if (in == NULL)
		return NULL;
	buf_open(&b, k->arena);
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		buf_add(&b, piece, n);
	n = (size_t)ferror(in);
	(void)fclose(in);
	return n == 0 ? arena_textn(k->arena, b.ptr, b.len) : NULL;
}

/* In the child: 0 once the result is stored. */
static int
check(struct job *job, uint64_t id)
{
	static struct db_config place;
	struct checking k = { .id = id, .state = "done",
	    .arena = arena_open(), .findings = json_array() };
	struct verify_options options = { .keys = job->keys,
	    .now_us = clock_now_us(), .found = found, .progress = progress,
	    .arg = &k };
	struct db *db;

	options.heads = read_heads(&k, job->config->heads_file);
	if (open_own(job->config, &place, &db) != ERR_OK ||
	    open_own(job->config, &place, &k.told) != ERR_OK)
		return 1;
	if (ledger_verify(db, &options, &k.counts) != ERR_OK)
		return 1;
	db_begin(k.told, clock_ticks_us() + MINUTE_US, DB_JOB);
	return tx_run(k.told, NULL, k.arena, end_in_tx, &k, NULL) == ERR_OK ?
	    0 : 1;
}

static void
be_child(struct job *job, uint64_t id, pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	(void)signal(SIGTERM, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(1);
	errno = 0;
	(void)!nice(NICE);
	_exit(check(job, id));
}

static void
drop_child(void *memory)
{
	struct child *child = memory;

	if (child == NULL)
		return;
	(void)kill(child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	free(child);
}

static void
forget(struct job *job)
{
	drop_child(job->memory);
	job->memory = NULL;
}

static enum err
fail_in_tx(struct db *db, void *arg)
{
	const struct child *child = arg;

	return q_ledger_check_end(db, "failed", 0, 0, 0, 0, NULL,
	    clock_now_us(), child->id, NULL);
}

/* Whether the child goes on; what it left unsaid is said. */
static enum err
look_at(struct job *job, const struct q_ledger_check_next *next, size_t n)
{
	struct child *child = job->memory;
	int status = 0;
	pid_t got = waitpid(child->pid, &status, job->is_asked_for ? 0 :
	    WNOHANG);
	enum err e = ERR_OK;

	if (got == 0 && n > 0 && next->id == child->id)
		return ERR_OK;
	if (got == 0) {		/* it was called off */
		forget(job);
		return ERR_OK;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		log_fault("event=ledger.check what=failed id=%" PRIu64,
		    child->id);
		e = job_tx(job, fail_in_tx, child);
	}
	free(child);
	job->memory = NULL;
	return e;
}

static enum err
begin_in_tx(struct db *db, void *arg)
{
	const struct q_ledger_check_next *next = arg;

	return q_ledger_check_begin(db, 2 * next->size, next->id, NULL);
}

enum err
ledger_keeper_check(struct job *job)
{
	struct q_ledger_check_next *next;
	pid_t parent = getpid(), pid;
	struct child *child;
	size_t n;
	enum err e;

	if ((e = q_ledger_check_next(job->db, job->arena, &next, &n)) !=
	    ERR_OK)
		return e;
	if (job->memory != NULL)
		return look_at(job, next, n);
	if (n == 0)
		return ERR_OK;
	if ((e = job_tx(job, begin_in_tx, next)) != ERR_OK)
		return e;
	if ((pid = fork()) == 0)
		be_child(job, next->id, parent);
	if (pid < 0) {
		log_fault("event=ledger.check what=fork errno=%d", errno);
		return ERR_DOWN;
	}
	if ((child = malloc(sizeof(*child))) == NULL)
		abort();
	*child = (struct child){ pid, next->id };
	job->memory = child;
	job->drop = drop_child;
	job->is_more = job->is_asked_for;	/* to wait for its end */
	return ERR_OK;
}
