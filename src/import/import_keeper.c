/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The file of a colleague, from its bytes to rows that wait, and its end
 * (GDPR 5(1)(d), 5(1)(e)).
 */
#include "import/import_keeper.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"
#include "import/import.h"
#include "import/import_frame.h"
#include "import/import_reader.h"
#include "import/import_seal.h"
#include "ledger/ledger.h"

#define TRIES_MAX	3
#define READ_US		(20 * SECOND_US)	/* of the clock; 10 s of work */
#define SAMPLES		8	/* rows that the page of columns shows from */
#define WAITING_BYTES	(1024u * 1024)	/* of pieces, stored at once */
#define PIECES_MAX	64	/* as well */
#define YEAR_US		(365 * DAY_US)
#define ROWS_PER_BATCH	5000

/* A file being read. */
struct reading {
	struct job *job;
	struct q_import_waiting row;
	struct import_seal seal;
	struct arena *records;	/* of the record at hand */
	struct arena *a;	/* of pieces that are not stored yet */
	struct import_kind kind;
	struct buf head;
	struct buf piece;
	uint64_t n_in_piece;
	struct bytes pieces[PIECES_MAX];
	size_t n_pieces;
	size_t waiting_bytes;
	uint64_t n_stored;	/* pieces */
	uint64_t n_records;	/* the names of the columns among them */
	struct import_verdict verdict;
	uint64_t width;
};

static enum err
one_row(enum err e, uint64_t n)
{
	return e != ERR_OK ? e : n == 1 ? ERR_OK : ERR_CONFLICT;
}

static enum err
begin_in_tx(struct db *db, void *arg)
{
	struct reading *r = arg;
	uint64_t n;
	enum err e;

	e = q_import_begin(db, r->row.id, r->row.tries, &n);
	if ((e = one_row(e, n)) != ERR_OK ||
	    (e = q_import_chunks_delete(db, r->row.id, "rows", NULL)) !=
	    ERR_OK)
		return e;
	return q_import_chunks_delete(db, r->row.id, "head", NULL);
}

/* All of the file, put together again. */
static enum err
load_file(struct reading *r, struct arena *a, struct bytes *ret_file)
{
	struct import_piece piece = { "file", 0 };
	struct bytes plain;
	struct buf b;
	enum err e;

	if ((e = import_seal_load(r->job->db, r->job->arena, r->job->keys,
	    &r->seal)) != ERR_OK)
		return e;
	buf_open(&b, a);
	while (b.len < r->row.size_bytes) {
		if ((e = import_piece_get(r->job->db, r->a, &r->seal, &piece,
		    &plain)) != ERR_OK)
			return e;
		buf_add(&b, plain.ptr, plain.len);
		arena_wipe(r->a);
		piece.number++;
	}
	*ret_file = buf_bytes(&b);
	return ERR_OK;
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	struct reading *r = arg;
	struct import_piece piece = { "rows", 0 };
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < r->n_pieces && e == ERR_OK; i++) {
		piece.number = r->n_stored + i;
		e = import_piece_put(db, r->job->arena, &r->seal, &piece,
		    r->pieces[i]);
	}
	return e;
}

static enum err
store_pieces(struct reading *r)
{
	enum err e;

	if (r->n_pieces == 0)
		return ERR_OK;
	if ((e = job_tx(r->job, store_in_tx, r)) != ERR_OK)
		return e;
	r->n_stored += r->n_pieces;
	r->n_pieces = r->waiting_bytes = 0;
	arena_wipe(r->a);
	arena_wipe(r->job->arena);
	return ERR_OK;
}

static enum err
end_piece(struct reading *r)
{
	if (r->n_in_piece == 0)
		return ERR_OK;
	r->pieces[r->n_pieces++] = arena_bytes(r->a, r->piece.ptr,
	    r->piece.len);
	r->waiting_bytes += r->piece.len;
	r->piece.len = r->n_in_piece = 0;
	return r->n_pieces == PIECES_MAX || r->waiting_bytes >=
	    WAITING_BYTES ? store_pieces(r) : ERR_OK;
}

static enum err
take_kind(void *arg, const struct import_kind *kind)
{
	struct reading *r = arg;

	r->kind = *kind;
	return ERR_OK;
}

static enum err
take_record(void *arg, const struct import_record *record)
{
	struct reading *r = arg;
	enum err e = ERR_OK;

	if (r->n_records++ <= SAMPLES)
		import_frame_write(&r->head, record);
	if (r->n_records > 1) {
		import_frame_write(&r->piece, record);
		if (++r->n_in_piece == IMPORT_BATCH_ROWS ||
		    r->piece.len >= IMPORT_CHUNK_BYTES)
			e = end_piece(r);
	}
	arena_wipe(r->records);
	return e;
}

/* The rows are there: the file as it came is not needed any more. */
static enum err
read_in_tx(struct db *db, void *arg)
{
	struct reading *r = arg;
	const struct import_piece head = { "head", 0 };
	const char delimiter[2] = { r->kind.delimiter, '\0' };
	uint64_t n;
	enum err e;

	e = q_import_was_read(db, import_format_names[r->kind.format],
	    r->kind.is_cp1252, *delimiter == '\0' ? NULL : delimiter,
	    r->kind.has_names, r->n_records - 1, r->row.id, &n);
	if ((e = one_row(e, n)) != ERR_OK ||
	    (e = import_piece_put(db, r->job->arena, &r->seal, &head,
	    buf_bytes(&r->head))) != ERR_OK)
		return e;
	return q_import_chunks_delete(db, r->row.id, "file", NULL);
}

static enum err
refuse_in_tx(struct db *db, void *arg)
{
	struct reading *r = arg;
	enum err e;

	if ((e = q_import_refuse(db, import_fault_names[r->verdict.fault],
	    r->verdict.line, r->job->now_us, r->row.id, NULL)) != ERR_OK ||
	    (e = q_import_chunks_delete(db, r->row.id, NULL, NULL)) != ERR_OK)
		return e;
	return q_import_key_delete(db, r->row.id, NULL);
}

static enum err
refuse(struct reading *r, enum import_fault fault)
{
	if (fault != IMPORT_FAULT_NONE)
		r->verdict = (struct import_verdict){ fault, 0 };
	log_note("event=import.refused import=%" PRIu64 " fault=%s",
	    r->row.id, import_fault_names[r->verdict.fault]);
	return job_tx(r->job, refuse_in_tx, r);
}

static enum err
read_file(struct reading *r, struct arena *files)
{
	const struct import_reading how = { r->job->keys, clock_ticks_us() +
	    READ_US, take_kind, take_record, r };
	struct bytes file;
	enum err e;

	if ((e = job_tx(r->job, begin_in_tx, r)) != ERR_OK)
		return e;
	e = load_file(r, files, &file);
	if (e == ERR_NOTFOUND || e == ERR_MALFORMED)
		return refuse(r, IMPORT_FAULT_STOPPED);	/* of a backup, without its key */
	if (e != ERR_OK)
		return e;
	e = import_read(&how, r->records, file, &r->verdict);
	if (e == ERR_INVALID)
		return refuse(r, IMPORT_FAULT_NONE);
	if (e == ERR_OK && r->n_records < 2)
		return refuse(r, IMPORT_FAULT_EMPTY);	/* names of columns, and nobody */
	if (e != ERR_OK || (e = end_piece(r)) != ERR_OK ||
	    (e = store_pieces(r)) != ERR_OK)
		return e;
	return job_tx(r->job, read_in_tx, r);
}

enum err
import_keeper_read(struct job *job)
{
	struct arena *files, *pieces;
	struct q_import_waiting *rows;
	struct reading *r;
	size_t n;
	enum err e;

	if ((e = q_import_waiting(job->db, job->arena, job->now_us, &rows,
	    &n)) != ERR_OK || n == 0)
		return e;
	files = arena_open();
	pieces = arena_open();
	r = arena_take(files, sizeof(*r));
	*r = (struct reading){ .job = job, .row = rows[0],
	    .seal = { .id = rows[0].id }, .a = arena_open(),
	    .records = arena_open() };
	buf_open(&r->head, pieces);
	buf_open(&r->piece, pieces);
	e = r->row.tries >= TRIES_MAX ? refuse(r, IMPORT_FAULT_STOPPED) :
	    read_file(r, files);
	job->is_more = e == ERR_OK;
	if (e == ERR_CONFLICT && job->lease_us != 0)
		e = ERR_OK;	/* cancelled meanwhile */
	secret_wipe(r->seal.key, KEY_BYTES);
	arena_close(r->records);
	arena_close(r->a);
	arena_close(pieces);
	arena_close(files);
	return e;
}

struct ending {
	struct job *job;
	const struct q_import_ended *row;
	uint64_t id;
};

static enum err
destroy_in_tx(struct db *db, void *arg)
{
	const struct ending *k = arg;
	const struct ledger_audit event = { .verb = "import.destroyed",
	    .actor = "program", .object = "import", .object_id = k->row->id,
	    .at_us = k->job->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_import_destroyed(db, k->job->now_us, k->row->id, &n)) !=
	    ERR_OK || n == 0)
		return e;
	if ((e = q_import_chunks_delete(db, k->row->id, NULL, NULL)) !=
	    ERR_OK ||
	    (e = q_import_key_delete(db, k->row->id, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

static enum err
forget_rows_in_tx(struct db *db, void *arg)
{
	const struct ending *k = arg;

	return q_import_rows_delete(db, k->id, ROWS_PER_BATCH, NULL);
}

static enum err
forget_in_tx(struct db *db, void *arg)
{
	const struct job *job = arg;
	enum err e;

	if ((e = q_import_free(db, job->now_us, NULL)) != ERR_OK)
		return e;
	return q_import_forget(db, job->now_us - YEAR_US, NULL);
}

enum err
import_keeper_expire(struct job *job)
{
	struct ending k = { .job = job };
	struct q_import_ended *ended;
	struct q_import_settled *settled;
	size_t i, n;
	enum err e;

	if ((e = q_import_ended(job->db, job->arena, job->now_us, &ended,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.row = &ended[i];
		if ((e = job_tx(job, destroy_in_tx, &k)) != ERR_OK)
			return e;
	}
	if ((e = q_import_settled(job->db, job->arena, job->now_us, &settled,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.id = settled[i].id;
		if ((e = job_tx(job, forget_rows_in_tx, &k)) != ERR_OK)
			return e;
	}
	job->is_more = n > 0;
	return job_tx(job, forget_in_tx, job);
}
