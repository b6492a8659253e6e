/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows that wait are tried, then stored, some pieces at a time: what they did
 * and that they are done are one transaction (GDPR 5(1)(d), 5(2), 32(1)(b)).
 */
#include "import/import_work.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/role.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "import/import_frame.h"
#include "import/import_inside.h"
#include "import/import_keeper.h"
#include "lists/lists_snapshot.h"
#include "rights/rights_clock.h"

#define SLICE_US	(250 * INT64_C(1000))	/* then other jobs have their turn */
#define PIECES_AT_ONCE	5	/* of one transaction: JOB_BATCH_MAX rows */
#define TRIES		4	/* when a drawn reference was taken */
#define ROWS_PER_BATCH	5000
#define MAPPING_DEPTH	2

/* A piece being tried or stored. */
struct piece {
	struct import_working *w;
	struct import_row rows[IMPORT_BATCH_ROWS];
	size_t n;
	struct import_row *good[IMPORT_BATCH_ROWS];
	size_t n_good;
};

/* Pieces that are done together. */
struct batch {
	struct import_working *w;
	struct piece *pieces[PIECES_AT_ONCE];
	size_t n;
	uint64_t n_rows;
	uint64_t counts[IMPORT_OUTCOME__MAX];
	uint64_t n_quarantined;
	uint64_t n_organisations;
};

static const struct job_row lead_row = { .name = "import" };

static bool
is_dry(const struct import_working *w)
{
	return strcmp(w->row.state, "checking") == 0;
}

static bool
has_pieces(const struct import_working *w)
{
	return is_dry(w) || strcmp(w->row.state, "running") == 0;
}

static void
forget(struct import_working *w)
{
	secret_wipe(w->seal.key, KEY_BYTES);
	arena_close(w->a);
	w->a = NULL;
	w->id = 0;
}

static void
drop(void *memory)
{
	struct import_working *w = memory;

	forget(w);
	if (w->lead.db != NULL)
		job_resign(&w->lead);
	free(w);
}

static const char *
kept_text(const struct import_working *w, const char *text)
{
	return text == NULL ? NULL : arena_text(w->a, text);
}

static void
read_terms(struct import_working *w)
{
	const struct q_import_work *row = &w->row;
	struct import_terms *t = &w->import.terms;

	*t = (struct import_terms){ .basis = kept_text(w, row->basis),
	    .source = kept_text(w, row->source), .date = row->collected,
	    .team_id = row->team_id };
	for (t->policy = 0; t->policy + 1 < IMPORT_POLICY__MAX; t->policy++)
		if (text_equal(import_policy_names[t->policy], row->policy))
			break;
}

/* The records of piece ${number}, each read as a row. */
static enum err
read_piece(struct piece *p, uint64_t number)
{
	const struct import_piece place = { "rows", number };
	struct import_working *w = p->w;
	struct arena *a = w->lead.arena;
	struct import_row *row;
	struct bytes plain;
	enum err e;

	p->n = p->n_good = 0;
	if ((e = import_piece_get(w->lead.db, a, &w->seal, &place, &plain)) !=
	    ERR_OK)
		return e;
	while (p->n < IMPORT_BATCH_ROWS) {
		row = &p->rows[p->n];
		memset(row, 0, sizeof(*row));
		if ((e = import_frame_read(&plain, &row->record)) ==
		    ERR_NOTFOUND)
			return ERR_OK;
		if (e != ERR_OK)
			return e;
		p->n++;
		import_row_read(a, w->lead.config, &w->import.columns, row);
		if (row->outcome != IMPORT_REJECTED &&
		    import_see(&w->seen, row->address.key))
			import_reject(row, IMPORT_WHY_TWICE,
			    import_field_names[IMPORT_EMAIL],
			    "email: twice in this file");
		if (row->outcome != IMPORT_REJECTED)
			p->good[p->n_good++] = row;
	}
	return plain.len == 0 ? ERR_OK : ERR_MALFORMED;
}

/* Addresses of the pieces before: known again after a restart. */
static enum err
see_again(struct import_working *w)
{
	struct piece *p = arena_take(w->a, sizeof(*p));
	uint64_t i;
	enum err e = ERR_OK;

	p->w = w;
	for (i = 0; i < w->row.next_chunk && e == ERR_OK; i++) {
		e = read_piece(p, i);
		arena_wipe(w->lead.arena);
	}
	return e;
}

/* Ready for the import of w->row: for its first batch, or after a restart. */
static enum err
open_import(struct import_working *w)
{
	struct q_site_load site;
	struct import_own own;
	enum err e;

	forget(w);
	w->a = arena_open();
	w->state = arena_text(w->a, w->row.state);
	w->next = w->row.next_chunk;
	w->undo_line = 0;
	w->seal.id = w->row.id;
	w->import = (struct import){ .job = &w->lead, .id = w->row.id,
	    .is_scoped = !role_sees_all(w->row.role), .staff_id = w->row.staff_id,
	    .staff_team_id = w->row.staff_team_id, .is_dry = is_dry(w) };
	if (w->row.basis != NULL || has_pieces(w))
		read_terms(w);
	if (has_pieces(w)) {
		e = q_site_load(w->lead.db, w->a, &site);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			return e;
		if (e == ERR_OK)
			w->import.tell_by = rights_due(day_of(w->lead.now_us),
			    RIGHTS_MONTHS, holidays_at(site.holidays));
		if ((e = import_own_load(w->lead.db, w->a, w->lead.config,
		    "en", &own)) != ERR_OK ||
		    (e = import_mapping_read(w->a, w->row.mapping, &own,
		    &w->import.columns)) != ERR_OK ||
		    (e = import_seal_load(w->lead.db, w->a, w->lead.keys,
		    &w->seal)) != ERR_OK)
			return e;
		import_seen_open(&w->seen, w->a, w->row.n_rows);
		import_seen_open(&w->founded, w->a, w->row.n_rows);
		w->import.founded = &w->founded;
		if ((e = see_again(w)) != ERR_OK)
			return e;
	}
	w->id = w->row.id;
	return ERR_OK;
}

static enum err
note_step(struct db *db, struct batch *b)
{
	const struct import_working *w = b->w;
	const uint64_t *c = b->counts;
	uint64_t n;
	enum err e;

	/* of a file that names whom to delete: found, and not there */
	e = q_import_step(db, w->row.n_done + b->n_rows, w->next + b->n,
	    c[IMPORT_NEW], c[IMPORT_CHANGED] + c[IMPORT_LISTED],
	    c[IMPORT_SAME] + c[IMPORT_UNKNOWN],
	    c[IMPORT_SUPPRESSED], c[IMPORT_REJECTED], b->n_quarantined,
	    b->n_organisations, w->id, w->state, w->next, &n);
	/* cancelled meanwhile: nothing of the pieces is stored */
	return e != ERR_OK ? e : n == 1 ? ERR_OK : ERR_GONE;
}

static enum err
store_piece(struct db *db, struct batch *b, struct piece *p, uint64_t number)
{
	const struct import_piece place = { "reject", number };
	struct import_working *w = b->w;
	struct bytes rejects;
	size_t i;
	enum err e;

	if ((p->n_good > 0 && (e = import_store(&w->import, db, p->good,
	    p->n_good)) != ERR_OK) || (e = import_outcome_note(db, w->id, p->rows, p->n)) != ERR_OK)
		return e;
	for (i = 0; i < p->n; i++) {
		b->counts[p->rows[i].outcome]++;
		b->n_quarantined += p->rows[i].is_quarantined;
		b->n_organisations += p->rows[i].has_founded;
	}
	b->n_rows += p->n;
	rejects = import_outcome_rejects(w->lead.arena, p->rows, p->n);
	return rejects.len == 0 ? ERR_OK : import_piece_put(db,
	    w->lead.arena, &w->seal, &place, rejects);
}

static enum err
begin_import(struct import_working *w, struct db *db)
{
	enum err e;

	if ((e = q_import_chunks_delete(db, w->id, "reject", NULL)) !=
	    ERR_OK || is_dry(w))
		return e;
	return import_audit(&w->import, db, "import.started", w->row.n_rows);
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	struct batch *b = arg;
	size_t i;
	enum err e = ERR_OK;

	memcpy(b->counts, b->w->import.counts, sizeof(b->counts));
	b->n_quarantined = b->w->import.n_quarantined;
	b->n_organisations = b->w->import.n_organisations;
	b->n_rows = 0;
	if (b->w->next == 0)
		e = begin_import(b->w, db);
	for (i = 0; i < b->n && e == ERR_OK; i++)
		e = store_piece(db, b, b->pieces[i], b->w->next + i);
	return e != ERR_OK ? e : note_step(db, b);
}

struct clearing {
	uint64_t id;
	uint64_t n;
};

static enum err
clear_in_tx(struct db *db, void *arg)
{
	struct clearing *k = arg;

	return q_import_rows_delete(db, k->id, ROWS_PER_BATCH, &k->n);
}

/* What an earlier trial noted. */
static enum err
clear_rows(struct import_working *w)
{
	struct clearing k = { w->id, 1 };
	enum err e = ERR_OK;

	while (e == ERR_OK && k.n > 0)
		e = job_tx(&w->lead, clear_in_tx, &k);
	return e;
}

/* The next pieces, as many as there are. */
static enum err
read_batch(struct batch *b)
{
	struct import_working *w = b->w;
	uint64_t n = w->row.n_done;
	struct piece *p;
	enum err e;

	while (b->n < PIECES_AT_ONCE && n < w->row.n_rows) {
		p = arena_take(w->lead.arena, sizeof(*p));
		p->w = w;
		if ((e = read_piece(p, w->next + b->n)) != ERR_OK)
			return e;
		b->pieces[b->n++] = p;
		n += p->n;
	}
	return ERR_OK;
}

static enum err
do_batch(struct import_working *w)
{
	struct batch b = { .w = w };
	unsigned n = 0;
	enum err e;

	if (w->next == 0 && (e = clear_rows(w)) != ERR_OK)
		return e;
	if ((e = read_batch(&b)) != ERR_OK)
		return e;
	do
		e = job_tx(&w->lead, store_in_tx, &b);
	while (e == ERR_CONFLICT && w->lead.lease_us != 0 && ++n < TRIES);
	if (e != ERR_OK)
		return e == ERR_CONFLICT && w->lead.lease_us != 0 ? ERR_BUG :
		    e;
	memcpy(w->import.counts, b.counts, sizeof(b.counts));
	w->import.n_quarantined = b.n_quarantined;
	w->import.n_organisations = b.n_organisations;
	w->row.n_done += b.n_rows;
	w->next += b.n;
	return ERR_OK;
}

/* Whom the file names, frozen as a list of who brought it (CS12). */
static enum err
freeze(struct import_working *w, struct db *db)
{
	const struct lists_snapshot about = { .reason = "check" };
	uint64_t n = w->import.counts[IMPORT_LISTED];
	int64_t now_us = w->lead.now_us;
	struct q_import_snapshot row;
	enum err e;

	if ((e = q_import_snapshot(db, w->lead.arena, w->row.staff_id,
	    lists_snapshot_seal(w->lead.arena, w->lead.keys, w->row.staff_id,
	    now_us, &about), n, now_us, now_us +
	    IMPORT_UNDO_DAYS * DAY_US, &row)) != ERR_OK ||
	    (e = q_import_snapshot_fill(db, row.id, w->row.id, NULL)) !=
	    ERR_OK)
		return e;
	return q_import_snapshot_set(db, row.id, w->row.id, NULL);
}

static enum err
end_in_tx(struct db *db, void *arg)
{
	struct import_working *w = arg;
	bool is_list = w->import.terms.policy == IMPORT_DELETE;
	int64_t now_us = w->lead.now_us;
	enum err e;

	if (is_dry(w))
		return q_import_checked(db, w->row.id, NULL);
	if ((is_list && (e = freeze(w, db)) != ERR_OK) ||
	    (e = q_import_done(db, now_us, now_us + IMPORT_FILE_HOURS *
	    HOUR_US, is_list ? 0 : now_us + IMPORT_UNDO_DAYS * DAY_US,
	    w->row.id, NULL)) != ERR_OK ||
	    (e = q_import_chunks_delete(db, w->row.id, "rows", NULL)) !=
	    ERR_OK)
		return e;
	return import_audit(&w->import, db, "import.ended", w->row.n_rows);
}

/*
 * A custom field that colleagues chose takes no values any more: they choose
 * again, or, if some rows are stored, it ends with those.
 */
static enum err
stop_in_tx(struct db *db, void *arg)
{
	struct import_working *w = arg;
	enum err e;

	if (is_dry(w) || w->row.next_chunk == 0)
		return q_import_field_gone(db, w->row.id, NULL);
	if ((e = q_import_fault(db, "field", w->row.id, NULL)) != ERR_OK)
		return e;
	return end_in_tx(db, w);
}

/* The key is gone, as after a backup was put back: it ends as it is. */
static enum err
give_up_in_tx(struct db *db, void *arg)
{
	struct import_working *w = arg;

	return is_dry(w) ? q_import_give_up(db, w->row.id, NULL) :
	    end_in_tx(db, w);
}

static enum err
work(struct import_working *w, bool *ret_is_done)
{
	int64_t until_us = clock_ticks_us() + SLICE_US;
	enum err e = ERR_OK;

	*ret_is_done = false;
	while (e == ERR_OK && !*ret_is_done && clock_ticks_us() < until_us) {
		if (strcmp(w->state, "undoing") == 0) {
			e = import_undo_step(w, ret_is_done);
		} else if (strcmp(w->state, "stating") == 0 ||
		    strcmp(w->state, "removing") == 0) {
			e = import_quarantine_step(w, ret_is_done);
		} else if (w->row.n_done < w->row.n_rows) {
			e = do_batch(w);
		} else {
			*ret_is_done = true;
			e = job_tx(&w->lead, end_in_tx, w);
		}
		arena_wipe(w->lead.arena);
	}
	return e;
}

static void
take_counts(struct import_working *w)
{
	uint64_t *c = w->import.counts;

	memset(c, 0, sizeof(w->import.counts));
	w->import.n_quarantined = w->import.n_organisations = 0;
	if (w->row.next_chunk == 0)
		return;		/* those of the trial are still there */
	c[IMPORT_NEW] = w->row.n_created;
	c[w->import.terms.policy == IMPORT_DELETE ? IMPORT_LISTED :
	    IMPORT_CHANGED] = w->row.n_updated;
	c[w->import.terms.policy == IMPORT_DELETE ? IMPORT_UNKNOWN :
	    IMPORT_SAME] = w->row.n_same;
	c[IMPORT_SUPPRESSED] = w->row.n_suppressed;
	c[IMPORT_REJECTED] = w->row.n_rejected;
	w->import.n_quarantined = w->row.n_quarantined;
	w->import.n_organisations = w->row.n_organisations;
}

/* One that this process has begun, or another one before it. */
static enum err
go_on(struct import_working *w, bool *ret_is_done)
{
	enum err e = ERR_OK;

	if (w->id != w->row.id || strcmp(w->state, w->row.state) != 0 ||
	    w->next != w->row.next_chunk)
		e = open_import(w);
	w->row.state = w->state;
	take_counts(w);
	if (e == ERR_GONE) {
		log_note("event=import.field_gone import=%" PRIu64,
		    w->row.id);
		*ret_is_done = true;
		return job_tx(&w->lead, stop_in_tx, w);
	}
	if (e == ERR_NOTFOUND || e == ERR_MALFORMED) {
		log_note("event=import.lost import=%" PRIu64, w->row.id);
		*ret_is_done = true;
		return job_tx(&w->lead, give_up_in_tx, w);
	}
	return e != ERR_OK ? e : work(w, ret_is_done);
}

static struct import_working *
memory_of(struct job *job)
{
	struct import_working *w = job->memory;
	struct job was;

	if (w == NULL) {
		if ((w = calloc(1, sizeof(*w))) == NULL)
			abort();
		job->memory = w;
		job->drop = drop;
	}
	was = w->lead;
	w->lead = *job;
	w->lead.row = &lead_row;
	w->lead.memory = NULL;
	w->lead.drop = NULL;
	w->lead.fence = was.fence;
	w->lead.lease_us = was.lease_us;
	return w;
}

/* One slice of the import at the head of the queue, whose row lies in ${a}. */
static enum err
work_slice(struct job *job, struct import_working *w, struct arena *a)
{
	struct q_import_work *rows;
	bool is_done = false;
	size_t n;
	enum err e;

	if ((e = q_import_work(job->db, a, &rows, &n)) != ERR_OK)
		return e;
	if (n == 0) {
		forget(w);
		job_resign(&w->lead);
		return ERR_OK;
	}
	if ((e = job_lead(&w->lead)) == ERR_CONFLICT)
		return ERR_OK;	/* the command line imports: later */
	w->row = rows[0];
	if (e == ERR_OK)
		e = go_on(w, &is_done);
	if (e != ERR_OK || is_done)
		forget(w);
	job->is_more = e == ERR_OK;
	if (e == ERR_GONE || (e == ERR_CONFLICT && w->lead.lease_us == 0))
		e = ERR_OK;	/* cancelled, or another keeper's */
	return e;
}

/* What the row says is used up to the last batch; the job's own arena is wiped
 * after each. */
enum err
import_keeper_work(struct job *job)
{
	struct arena *a = arena_open();
	enum err e = work_slice(job, memory_of(job), a);

	arena_close(a);
	return e;
}
