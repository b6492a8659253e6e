/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * New lines to leaves.  Ids are given before commits happen, so a later line
 * can be seen before an earlier one: what is missing is remembered, and waited
 * for, before the log says that it knows all lines up to an id (GDPR 5(2)).
 */
#include "ledger/ledger_keeper.h"

#include <assert.h>
#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/absent.h"
#include "ledger/row.h"
#include "ledger/writers.h"

/* How far back is looked for lines that came later than any wait. */
#define SWEEP_IDS	10000
#define SWEEP_US	HOUR_US
#define RECORD_IDS	200
#define ALARMS_MAX	16	/* staff tasks of one batch */

/* What a keeper remembers between batches, all of it found again if lost. */
struct appender {
	bool is_loaded;
	uint64_t size;				/* of the log, as we left it */
	uint64_t high[LEDGER_KIND__MAX];	/* highest id seen */
	uint64_t records, prunes;		/* highest ids seen */
	uint64_t refused[2];			/* of each, the highest told of */
	struct absent ids[LEDGER_KIND__MAX];	/* not seen below high */
	struct absent numbers;			/* left out by writers */
	struct writers *writers;
	int64_t swept_ticks_us;
};

struct alarm {
	const char *kind;
	const char *detail;
};

/* One batch, decided before its transaction. */
struct batch {
	struct job *job;
	struct appender *m;
	struct q_ledger_state state;
	struct merkle_frontier frontier;
	uint64_t through[LEDGER_KIND__MAX];
	struct q_ledger_leaf_insert_each leaves[JOB_BATCH_MAX];
	size_t n;
	struct alarm alarms[ALARMS_MAX];
	size_t n_alarms;
	int64_t ticks_us;
};

static void
raise_alarm(struct batch *b, const char *kind, const char *detail)
{
	log_fault("event=%s detail=%s", kind, detail);
	if (b->n_alarms < ALARMS_MAX)
		b->alarms[b->n_alarms++] = (struct alarm){ kind, detail };
}

static void
add_leaf(struct batch *b, const char *ledger, uint64_t id,
    const struct merkle_hash *leaf)
{
	assert(b->n < JOB_BATCH_MAX);
	b->leaves[b->n] = (struct q_ledger_leaf_insert_each){
	    b->frontier.size, ledger, id, arena_bytes(b->job->arena,
	    leaf->bytes, HASH_BYTES) };
	b->n++;
	merkle_push(&b->frontier, leaf);
}

static void
forget(struct appender *m)
{
	enum ledger_kind kind;

	for (kind = 0; kind < LEDGER_KIND__MAX; kind++)
		absent_clear(&m->ids[kind]);
	absent_clear(&m->numbers);
	writers_close(m->writers);
	memset(m, 0, sizeof(*m));
}

static void
drop(void *memory)
{
	if (memory == NULL)
		return;
	forget(memory);
	free(memory);
}

/* Begin from what the database says, some ids back. */
static void
remember(struct batch *b)
{
	struct appender *m = b->m;

	forget(m);
	m->writers = writers_open();
	m->size = b->state.size;
	m->high[LEDGER_CONSENT] = b->state.consent_through > SWEEP_IDS ?
	    b->state.consent_through - SWEEP_IDS : 0;
	m->high[LEDGER_AUDIT] = b->state.audit_through > SWEEP_IDS ?
	    b->state.audit_through - SWEEP_IDS : 0;
	m->swept_ticks_us = b->ticks_us;
	m->is_loaded = true;
}

static enum err
begin(struct batch *b)
{
	struct appender *m = b->m;
	enum err e;

	b->ticks_us = clock_ticks_us();
	if ((e = q_ledger_state(b->job->db, b->job->arena, &b->state)) !=
	    ERR_OK)
		return e;
	if ((e = merkle_restore(b->state.frontier, &b->frontier)) != ERR_OK ||
	    b->frontier.size != b->state.size) {
		log_fault("event=ledger.state error=frontier hint=\"log_state was changed by hand: assent verify ledger\"");
		return ERR_BUG;
	}
	b->through[LEDGER_CONSENT] = b->state.consent_through;
	b->through[LEDGER_AUDIT] = b->state.audit_through;
	if (!m->is_loaded || m->size != b->state.size ||
	    (b->ticks_us - m->swept_ticks_us > SWEEP_US &&
	    absent_lowest(&m->ids[LEDGER_CONSENT]) == 0 &&
	    absent_lowest(&m->ids[LEDGER_AUDIT]) == 0))
		remember(b);
	return ERR_OK;
}

/* The writer of a line, with how far it had counted before this process. */
static enum err
find_writer(struct batch *b, enum ledger_kind kind,
    const struct ledger_row *row, struct writer **ret_writer)
{
	struct writer *w = writers_find(b->m->writers, kind, row->writer);
	struct q_ledger_writer_load stored;
	enum key_program p;
	enum err e;

	if (w->is_new) {
		w->program = KEYS_PROGRAM__MAX;
		e = q_ledger_writer_load(b->job->db, b->job->arena,
		    (struct bytes){ row->writer, WRITER_BYTES },
		    ledger_names[kind], &stored);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			return e;
		if (e == ERR_OK)
			w->last_n = stored.last_n;
		for (p = 0; e == ERR_OK && p < KEYS_PROGRAM__MAX; p++)
			if (text_equal(key_program_names[p], stored.program))
				w->program = p;
	}
	*ret_writer = w;
	return ERR_OK;
}

/* Its numbers go on by one; what is left out may still come. */
static void
count_line(struct batch *b, struct writer *w, uint64_t n)
{
	struct absent_name name = { w->kind, { 0 } };

	memcpy(name.writer, w->id, WRITER_BYTES);
	if (n > w->last_n) {
		if (n > w->last_n + 1)
			absent_add(&b->m->numbers, &name, w->last_n + 1,
			    n - 1, b->ticks_us);
		w->last_n = n;
	} else {
		absent_take(&b->m->numbers, &name, n);
	}
	w->is_changed = true;
}

static enum err
take_row(struct batch *b, enum ledger_kind kind, const struct ledger_row *row)
{
	enum key_program guess, program;
	struct writer *w;
	enum err e;

	if (row->is_logged)
		return ERR_OK;
	if ((e = find_writer(b, kind, row, &w)) != ERR_OK)
		return e;
	guess = w->program == KEYS_PROGRAM__MAX ? KEYS_PORTAL : w->program;
	if (!row->is_leaf_right || !row_find_program(b->job->keys, kind, row,
	    guess, &program) || (w->program != KEYS_PROGRAM__MAX &&
	    w->program != program)) {
		raise_alarm(b, "ledger.bad_mac", arena_printf(b->job->arena,
		    "{\"ledger\":\"%s\",\"row\":%" PRIu64 "}",
		    ledger_names[kind], row->id));
		return ERR_OK;
	}
	w->program = program;
	count_line(b, w, row->writer_n);
	add_leaf(b, ledger_names[kind], row->id, &row->leaf);
	return ERR_OK;
}

/* Ids that were not there before and are now. */
static enum err
take_missing(struct batch *b, enum ledger_kind kind)
{
	struct absent *ids = &b->m->ids[kind];
	struct absent_range range;
	struct ledger_row *rows;
	size_t i, j, n;
	enum err e;

	for (i = 0; absent_at(ids, i, &range) && b->n < JOB_BATCH_MAX; i++) {
		if ((e = row_load(b->job->db, b->job->arena, kind,
		    range.first - 1, range.last, JOB_BATCH_MAX - b->n, &rows,
		    &n)) != ERR_OK)
			return e;
		for (j = 0; j < n; j++) {
			if ((e = take_row(b, kind, &rows[j])) != ERR_OK)
				return e;
			absent_take(ids, NULL, rows[j].id);
		}
		if (n > 0)
			i--;	/* the list has changed: the same place again */
	}
	return ERR_OK;
}

static enum err
take_rows(struct batch *b, enum ledger_kind kind)
{
	struct appender *m = b->m;
	size_t i, n, most = JOB_BATCH_MAX - b->n;
	struct ledger_row *rows;
	uint64_t lowest;
	enum err e;

	if (most == 0) {
		b->job->is_more = true;
		return ERR_OK;
	}
	/* Read before what is missing, taken after it: see count_line(). */
	if ((e = row_load(b->job->db, b->job->arena, kind, m->high[kind],
	    UINT64_MAX, most, &rows, &n)) != ERR_OK ||
	    (e = take_missing(b, kind)) != ERR_OK)
		return e;
	if (n == most)
		b->job->is_more = true;
	for (i = 0; i < n; i++) {
		if (b->n == JOB_BATCH_MAX) {
			b->job->is_more = true;
			break;
		}
		if (rows[i].id > m->high[kind] + 1 &&
		    rows[i].id - 1 > b->through[kind])
			absent_add(&m->ids[kind], NULL,
			    m->high[kind] > b->through[kind] ?
			    m->high[kind] + 1 : b->through[kind] + 1,
			    rows[i].id - 1, b->ticks_us);
		m->high[kind] = rows[i].id;
		if ((e = take_row(b, kind, &rows[i])) != ERR_OK)
			return e;
	}
	absent_drop(&m->ids[kind], b->ticks_us - LEDGER_LATE_US);
	lowest = absent_lowest(&m->ids[kind]);
	if (lowest == 0)
		lowest = m->high[kind] + 1;
	if (lowest - 1 > b->through[kind])
		b->through[kind] = lowest - 1;
	return ERR_OK;
}

/* Nobody of ours made it: told once, not at each look back. */
static void
refuse_record(struct batch *b, const char *ledger, uint64_t id,
    uint64_t *highest)
{
	if (id <= *highest)
		return;
	*highest = id;
	raise_alarm(b, "ledger.bad_mac", arena_printf(b->job->arena,
	    "{\"ledger\":\"%s\",\"row\":%" PRIu64 "}", ledger, id));
}

static enum err
take_records(struct batch *b)
{
	struct appender *m = b->m;
	struct q_ledger_records_new *rows;
	struct merkle_hash leaf;
	bool is_prune;
	uint64_t *high;
	size_t i, n;
	enum err e;

	if ((e = q_ledger_records_new(b->job->db, b->job->arena,
	    m->records > RECORD_IDS ? m->records - RECORD_IDS : 0,
	    m->prunes > RECORD_IDS ? m->prunes - RECORD_IDS : 0,
	    JOB_BATCH_MAX, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		is_prune = strcmp(rows[i].ledger, "prune") == 0;
		high = is_prune ? &m->prunes : &m->records;
		if (rows[i].id > *high)
			*high = rows[i].id;
		if (!row_has_mark(b->job->arena, b->job->keys, rows[i].ledger,
		    rows[i].record, rows[i].mac)) {
			refuse_record(b, rows[i].ledger, rows[i].id,
			    &m->refused[is_prune]);
			continue;
		}
		leaf_hash(rows[i].record, &leaf);
		add_leaf(b, rows[i].ledger, rows[i].id, &leaf);
	}
	return ERR_OK;
}

static void
alarm_gaps(struct batch *b)
{
	struct absent_range range;
	size_t i;

	for (i = 0; absent_at(&b->m->numbers, i, &range); i++)
		if (range.since_us <= b->ticks_us - LEDGER_LATE_US)
			raise_alarm(b, "ledger.gap", arena_printf(
			    b->job->arena, "{\"ledger\":\"%s\",\"writer\":"
			    "\"%s\",\"from\":%" PRIu64 ",\"to\":%" PRIu64 "}",
			    ledger_names[range.name.kind], hex_write(
			    b->job->arena, (struct bytes){
			    range.name.writer, WRITER_BYTES }), range.first,
			    range.last));
	absent_drop(&b->m->numbers, b->ticks_us - LEDGER_LATE_US);
}

static enum err
store_leaves(struct db *db, const struct batch *b)
{
	size_t i, n;
	enum err e;

	for (i = 0; i < b->n; i += n) {
		n = b->n - i < DB_EACH_MAX ? b->n - i : DB_EACH_MAX;
		if ((e = q_ledger_leaf_insert(db, &b->leaves[i], n, NULL)) !=
		    ERR_OK) {
			if (e == ERR_CONFLICT)
				log_fault("event=ledger.state error=position hint=\"log_state or log_leaf was changed by hand: assent verify ledger\"");
			return e;
		}
	}
	return ERR_OK;
}

static enum err
store_writers(struct db *db, const struct batch *b)
{
	struct q_ledger_writer_store_each rows[DB_EACH_MAX];
	size_t i, n = 0, count = writers_count(b->m->writers);
	const struct writer *w;
	enum err e;

	for (i = 0; i < count; i++) {
		w = writers_at(b->m->writers, i);
		if (w->is_changed)
			rows[n++] = (struct q_ledger_writer_store_each){
			    { w->id, WRITER_BYTES }, ledger_names[w->kind],
			    key_program_names[w->program], w->last_n,
			    b->job->now_us };
		if (n > 0 && (n == DB_EACH_MAX || i + 1 == count)) {
			if ((e = q_ledger_writer_store(db, rows, n, NULL)) !=
			    ERR_OK)
				return e;
			n = 0;
		}
	}
	return ERR_OK;
}

static enum err
append_in_tx(struct db *db, void *arg)
{
	struct batch *b = arg;
	uint64_t n_rows;
	size_t i;
	enum err e;

	if ((e = q_ledger_state_advance(db, b->frontier.size,
	    merkle_save(b->job->arena, &b->frontier),
	    b->through[LEDGER_CONSENT], b->through[LEDGER_AUDIT],
	    b->job->fence, b->state.size, &n_rows)) != ERR_OK)
		return e;
	if (n_rows != 1) {
		log_note("event=ledger.overtaken fence=%" PRIu64,
		    b->job->fence);
		return ERR_CONFLICT;
	}
	if ((e = store_leaves(db, b)) != ERR_OK ||
	    (e = store_writers(db, b)) != ERR_OK)
		return e;
	for (i = 0; i < b->n_alarms; i++)
		if ((e = job_task(db, b->alarms[i].kind, b->alarms[i].detail,
		    b->job->now_us)) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
finish(struct batch *b)
{
	size_t i;
	enum err e;

	if (b->n == 0 && b->n_alarms == 0 &&
	    b->through[LEDGER_CONSENT] == b->state.consent_through &&
	    b->through[LEDGER_AUDIT] == b->state.audit_through)
		return ERR_OK;
	if ((e = job_tx(b->job, append_in_tx, b)) != ERR_OK)
		return e;
	b->m->size = b->frontier.size;
	for (i = 0; i < writers_count(b->m->writers); i++)
		writers_at(b->m->writers, i)->is_changed = false;
	return ERR_OK;
}

enum err
ledger_keeper_append(struct job *job)
{
	struct batch *b = arena_take(job->arena, sizeof(*b));
	enum err e;

	if (job->memory == NULL && (job->memory = calloc(1,
	    sizeof(struct appender))) == NULL)
		abort();
	job->drop = drop;
	b->job = job;
	b->m = job->memory;
	if ((e = begin(b)) == ERR_OK &&
	    (e = take_records(b)) == ERR_OK &&
	    (e = take_rows(b, LEDGER_CONSENT)) == ERR_OK &&
	    (e = take_rows(b, LEDGER_AUDIT)) == ERR_OK) {
		alarm_gaps(b);
		e = finish(b);
	}
	/* What is remembered may be ahead of what was stored. */
	if (e != ERR_OK)
		forget(b->m);
	return e;
}
