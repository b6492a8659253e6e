/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Each row: do its columns give its leaf, did a program of ours write it, does
 * the log have it (GDPR 5(2), 7(1)).
 */
#include <inttypes.h>

#include "ledger/row.h"
#include "ledger/verify_inside.h"
#include "ledger/writers.h"

struct pass {
	struct verify *v;
	enum ledger_kind kind;
	struct writers *writers;
	uint64_t through;	/* the log has passed the rows up to here */
};

static void
tell_row(struct pass *p, enum verify_kind kind, const struct ledger_row *row,
    const char *what)
{
	verify_tell(p->v, kind, ledger_names[p->kind], row->id,
	    "%s row %" PRIu64 " %s", ledger_names[p->kind], row->id, what);
}

/* Whether a program of ours wrote it; true when there are no keys to say. */
static bool
has_right_mac(struct pass *p, const struct ledger_row *row,
    struct writer *w)
{
	enum key_program program;

	if (p->v->options->keys == NULL)
		return true;
	if (w->is_new)
		w->program = KEYS_PORTAL;
	if (!row_find_program(p->v->options->keys, p->kind, row, w->program,
	    &program))
		return false;
	w->program = program;
	return true;
}

static void
check_row(struct pass *p, const struct ledger_row *row)
{
	struct writer *w = writers_find(p->writers, p->kind, row->writer);
	bool is_ours = has_right_mac(p, row, w);

	p->v->counts.rows++;
	/* One that was changed has its number still; a false one has none. */
	if (row->is_logged || (is_ours && row->is_leaf_right &&
	    row->id > p->through)) {
		w->n_lines++;
		if (row->writer_n > w->last_n)
			w->last_n = row->writer_n;
	}
	if (row->is_logged && (!row->is_leaf_right || (!row->is_log_right &&
	    (!is_ours || p->v->options->keys == NULL))))
		tell_row(p, VERIFY_ROW_CHANGED, row, "was changed");
	else if (row->is_logged && !row->is_log_right)
		tell_row(p, VERIFY_LEAF_CHANGED, row,
		    "is as its program wrote it, but the log has another leaf for it");
	else if (!is_ours)
		tell_row(p, VERIFY_ROW_SLIPPED_IN, row, row->is_leaf_right ?
		    "was slipped in: no program of ours wrote it" :
		    "was slipped in, or changed before the log had it");
	else if (!row->is_leaf_right)
		tell_row(p, VERIFY_ROW_CHANGED, row,
		    "was changed before the log had it");
	else if (!row->is_logged && row->id <= p->through)
		tell_row(p, VERIFY_ROW_SLIPPED_IN, row,
		    "was slipped in: the log passed by without it");
	else if (!row->is_logged)
		p->v->counts.pending++;
}

/* Numbers that no row has, beyond those whose rows are known to be gone. */
static void
check_writers(struct pass *p)
{
	struct verify *v = p->v;
	uint64_t missing = 0, doubled = 0, known = v->pruned[p->kind].n +
	    v->removed[p->kind];
	const struct writer *w;
	size_t i;

	for (i = 0; i < writers_count(p->writers); i++) {
		w = writers_at(p->writers, i);
		if (w->last_n > w->n_lines)
			missing += w->last_n - w->n_lines;
		else
			doubled += w->n_lines - w->last_n;
	}
	if (doubled > 0)
		verify_tell(v, VERIFY_WRITER, ledger_names[p->kind], 0,
		    "%" PRIu64 " %s rows stand there twice: they were copied",
		    doubled, ledger_names[p->kind]);
	if (missing > known)
		verify_tell(v, VERIFY_WRITER, ledger_names[p->kind], 0,
		    "%" PRIu64 " %s rows are gone that were removed before the log had them",
		    missing - known, ledger_names[p->kind]);
}

static enum err
check_ledger(struct pass *p)
{
	struct verify *v = p->v;
	struct ledger_row *rows;
	uint64_t after = 0;
	size_t i, n;
	enum err e;

	do {
		if ((e = row_load(v->db, v->batch, p->kind, after, UINT64_MAX,
		    VERIFY_BATCH, &rows, &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++)
			check_row(p, &rows[i]);
		if (n > 0)
			after = rows[n - 1].id;
		verify_progress(v, n);
		arena_wipe(v->batch);
	} while (n == VERIFY_BATCH);
	check_writers(p);
	return ERR_OK;
}

enum err
verify_rows(struct verify *v)
{
	struct pass p = { .v = v };
	enum err e = ERR_OK;

	for (p.kind = 0; p.kind < LEDGER_KIND__MAX && e == ERR_OK; p.kind++) {
		p.through = p.kind == LEDGER_CONSENT ?
		    v->state.consent_through : v->state.audit_through;
		p.writers = writers_open();
		e = check_ledger(&p);
		writers_close(p.writers);
	}
	return e;
}

enum err
verify_records(struct verify *v)
{
	struct q_ledger_record_rows *rows;
	struct merkle_hash leaf;
	uint64_t after = 0;
	size_t i, n;
	enum err e;

	do {
		if ((e = q_ledger_record_rows(v->db, v->batch, after,
		    VERIFY_BATCH, &rows, &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++) {
			leaf_hash(rows[i].record, &leaf);
			if (v->options->keys != NULL && !row_has_mark(v->batch,
			    v->options->keys, rows[i].ledger, rows[i].record,
			    rows[i].mac))
				verify_tell(v, rows[i].logged.ptr == NULL ?
				    VERIFY_ROW_SLIPPED_IN : VERIFY_ROW_CHANGED,
				    rows[i].ledger, rows[i].id,
				    "%s record %" PRIu64 " is not by a program of ours",
				    rows[i].ledger, rows[i].id);
			else if (rows[i].logged.ptr == NULL)
				v->counts.pending++;
			else if (rows[i].logged.len != HASH_BYTES ||
			    memcmp(rows[i].logged.ptr, leaf.bytes,
			    HASH_BYTES) != 0)
				verify_tell(v, VERIFY_ROW_CHANGED,
				    rows[i].ledger, rows[i].id,
				    "%s record %" PRIu64 " was changed",
				    rows[i].ledger, rows[i].id);
		}
		if (n > 0)
			after = rows[n - 1].id;
		verify_progress(v, n);
		arena_wipe(v->batch);
	} while (n == VERIFY_BATCH);
	return ERR_OK;
}
