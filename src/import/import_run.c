/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A file from its first row to its last: who leads it, its batches, its two
 * lines in the audit (GDPR 5(2), 32(1)(b)).
 */
#include "import/import.h"

#include <inttypes.h>
#include <string.h>

#include "app/gate.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "import/import_inside.h"
#include "import/import_seen.h"
#include "ledger/ledger.h"

#define BATCH_US	(60 * SECOND_US)	/* the longest that one may take */
/* Beside a million contacts one batch in 10,000 draws one that is taken. */
#define BATCH_TRIES	4

struct running {
	struct import *import;
	struct import_seen seen;
	struct import_seen founded;	/* organisations that a trial counted */
	struct import_row rows[IMPORT_BATCH_ROWS];
	size_t n;
	struct import_row *good[IMPORT_BATCH_ROWS];
	size_t n_good;
	uint64_t n_done;
};

static enum err
store_in_tx(struct db *db, void *arg)
{
	struct running *k = arg;

	return import_store(k->import, db, k->good, k->n_good);
}

/* Rows that were not taken, told once they are known not to be. */
static enum err
tell_rejects(struct running *k)
{
	struct import *import = k->import;
	struct buf b;
	struct bytes line;
	size_t i;

	buf_open(&b, import->job->arena);
	for (i = 0; i < k->n; i++) {
		if (k->rows[i].outcome != IMPORT_SUPPRESSED &&
		    k->rows[i].outcome != IMPORT_REJECTED)
			continue;
		line = import_rejects_line(import->job->arena, &k->rows[i],
		    import_reasons(import->job->arena, &k->rows[i]));
		buf_add(&b, line.ptr, line.len);
	}
	return b.len == 0 ? ERR_OK : import->reject(import->reject_arg,
	    buf_bytes(&b));
}

/*
 * Before each transaction: nobody else imports, and this is no database put
 * back from a backup that does not know yet who was erased since.
 */
static enum err
begin(struct import *import)
{
	struct job *job = import->job;
	enum err e;

	job->now_us = clock_now_us();
	db_begin(job->db, clock_ticks_us() + BATCH_US, DB_JOB);
	if ((e = gate_journal(job->db, job->arena, job->config)) != ERR_OK ||
	    import->is_dry)
		return e;
	return job_lead(job);
}

/* Once more when a drawn reference was taken; not when the lead is lost. */
static enum err
store(struct running *k)
{
	struct job *job = k->import->job;
	unsigned n_tries = 0;
	enum err e;

	if (k->import->is_dry)
		return store_in_tx(job->db, k);
	do
		e = job_tx(job, store_in_tx, k);
	while (e == ERR_CONFLICT && job->lease_us != 0 &&
	    ++n_tries < BATCH_TRIES);
	return e == ERR_CONFLICT && job->lease_us != 0 ? ERR_BUG : e;
}

static enum err
end_batch(struct running *k)
{
	struct import *import = k->import;
	struct job *job = import->job;
	size_t i;
	enum err e;

	if ((e = begin(import)) != ERR_OK)
		return e;
	if (k->n_good > 0 && (e = store(k)) != ERR_OK)
		return e;
	for (i = 0; i < k->n; i++) {
		import->counts[k->rows[i].outcome]++;
		import->n_organisations += k->rows[i].has_founded;
	}
	e = tell_rejects(k);
	k->n_done += k->n;
	if (import->progress != NULL)
		import->progress(k->n_done, import->file->rows);
	k->n = k->n_good = 0;
	arena_wipe(job->arena);
	return e;
}

static enum err
take_record(void *arg, const struct import_record *record)
{
	struct running *k = arg;
	const struct import *import = k->import;
	struct import_row *row = &k->rows[k->n++];

	row->record = *record;
	import_row_read(import->job->arena, import->job->config,
	    &import->columns, row);
	if (row->outcome != IMPORT_REJECTED && import_see(&k->seen,
	    row->address.key))
		import_reject(row, IMPORT_WHY_TWICE,
		    import_field_names[IMPORT_EMAIL],
		    "email: twice in this file");
	if (row->outcome != IMPORT_REJECTED)
		k->good[k->n_good++] = row;
	return k->n < IMPORT_BATCH_ROWS ? ERR_OK : end_batch(k);
}

/* A line in the audit: of what file, on which terms, with what result. */
struct note {
	struct import *import;
	const char *verb;
};

enum err
import_audit(const struct import *import, struct db *db, const char *verb,
    uint64_t rows)
{
	struct job *job = import->job;
	struct ledger_audit event = { .verb = verb, .actor = "program",
	    .object = "import", .object_id = import->id,
	    .at_us = job->now_us };
	struct buf b;
	size_t i;

	buf_open(&b, job->arena);
	buf_printf(&b, "{\"basis\":\"%s\",\"collected\":\"%s\",\"policy\":\"%s\",\"rows\":%" PRIu64,
	    import->terms.basis == NULL ? "unstated" : import->terms.basis,
	    import->terms.date.y == 0 ? "" : day_write(job->arena,
	    import->terms.date), import_policy_names[import->terms.policy], rows);
	if (strcmp(verb, "import.ended") == 0)
		for (i = 0; i < IMPORT_OUTCOME__MAX; i++)
			buf_printf(&b, ",\"%s\":%" PRIu64,
			    import_outcome_names[i], import->counts[i]);
	if (import->n_organisations > 0)
		buf_printf(&b, ",\"organisations\":%" PRIu64,
		    import->n_organisations);
	buf_char(&b, '}');
	event.detail = b.ptr;
	return ledger_audit(db, job->arena, job->ledger, &event);
}

static enum err
note_in_tx(struct db *db, void *arg)
{
	const struct note *n = arg;

	return import_audit(n->import, db, n->verb, n->import->file->rows);
}

static enum err
note(struct import *import, const char *verb)
{
	struct note n = { import, verb };
	struct job *job = import->job;
	enum err e;

	if ((e = begin(import)) == ERR_OK && !import->is_dry)
		e = job_tx(job, note_in_tx, &n);
	arena_wipe(job->arena);
	return e;
}

enum err
import_run(struct import *import)
{
	struct arena *a = arena_open();
	struct running *k = arena_take(a, sizeof(*k));
	struct bytes head = import_rejects_head(a, &import->columns,
	    "line", "reason");
	enum err e;

	k->import = import;
	import_seen_open(&k->seen, a, import->file->rows);
	import_seen_open(&k->founded, a, import->file->rows);
	import->founded = &k->founded;
	import->n_organisations = 0;
	memset(import->counts, 0, sizeof(import->counts));
	if ((e = note(import, "import.started")) == ERR_OK &&
	    (e = import->reject(import->reject_arg, head)) == ERR_OK &&
	    (e = import_file_read(import->file, import->job->arena,
	    take_record, k)) == ERR_OK &&
	    (k->n == 0 || (e = end_batch(k)) == ERR_OK))
		e = note(import, "import.ended");
	job_resign(import->job);
	arena_close(a);
	return e;
}
