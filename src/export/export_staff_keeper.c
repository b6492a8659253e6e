/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Making exports by staff, part by part (GDPR 5(1)(c), 5(1)(f), 17, 18(2)).
 */
#include "export/export_staff_keeper.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/role.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "export/export.h"
#include "export/export_staff.h"
#include "export/export_staff_own.h"
#include "export/sheet.h"
#include "html/words.h"
#include "keys/seal.h"

#define SLICE_US	(250 * INT64_C(1000))	/* then other jobs have their turn, */
#define SLICE_PARTS	10			/* and on a fast machine too */
#define PIECES_MAX	32	/* chunks that one part can fill */
#define TAKE_BYTES	(PIECES_MAX / 2 * (size_t)EXPORT_CHUNK_BYTES)

/* How far an export is. */
enum phase { READING, ENDING, TAKING, FINISHING };

/* An export being made; lives from batch to batch. */
struct making {
	struct job *job;
	struct arena *arena;		/* of what lives as long as it */
	struct arena *parts;		/* of sealed chunks that wait */
	struct q_export_staff_next row;
	struct sheet_about about;
	struct sheet *sheet;
	enum phase phase;
	unsigned char key[KEY_BYTES];	/* wiped at the end */
	uint64_t fence;			/* of our claim */
	uint64_t line_id;
	uint64_t done;			/* positions read */
	uint64_t n;			/* contacts in the file */
	struct bytes waiting[PIECES_MAX];	/* sealed, not stored yet */
	size_t n_waiting;
	uint64_t number;		/* of the first that waits */
	unsigned char *piece;		/* EXPORT_CHUNK_BYTES, being filled */
	size_t piece_len;
	uint64_t size_bytes;
	struct sha256 hash;
	struct q_export_staff_rows *people;	/* of the part in hand */
	size_t n_people;
	struct export_own own;		/* what they have in custom fields */
};

static void
drop_making(void *memory)
{
	struct making *m = memory;

	sheet_close(m->sheet);
	arena_close(m->arena);
	arena_close(m->parts);
	secret_wipe(m->key, sizeof(m->key));
	secret_wipe(m->piece, EXPORT_CHUNK_BYTES);
	free(m->piece);
	free(m);
}

static void
end_making(struct job *job)
{
	if (job->memory != NULL)
		drop_making(job->memory);
	job->memory = NULL;
}

static enum err
one_row(enum err e, uint64_t n)
{
	return e != ERR_OK ? e : n == 1 ? ERR_OK : ERR_CONFLICT;
}

/* ---- bytes into sealed chunks */

static void
seal_piece(struct making *m)
{
	struct bytes plain = { m->piece, m->piece_len };
	uint64_t number = m->number + m->n_waiting;

	assert(m->n_waiting < PIECES_MAX);
	sha256_add(&m->hash, plain);
	m->size_bytes += plain.len;
	m->waiting[m->n_waiting++] = seal(m->parts, m->key, seal_aad(
	    m->parts, EXPORT_STAFF_PLACE, arena_printf(m->parts, "%" PRIu64,
	    m->row.id), number), plain);
	m->piece_len = 0;
}

static void
take_bytes(struct making *m, struct bytes bytes)
{
	size_t n;

	while (bytes.len > 0) {
		n = EXPORT_CHUNK_BYTES - m->piece_len;
		n = bytes.len < n ? bytes.len : n;
		memcpy(m->piece + m->piece_len, bytes.ptr, n);
		m->piece_len += n;
		bytes.ptr += n;
		bytes.len -= n;
		if (m->piece_len == EXPORT_CHUNK_BYTES)
			seal_piece(m);
	}
}

/* What waits goes out with the transaction in hand. */
static enum err
store_waiting(struct db *db, const struct making *m)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; e == ERR_OK && i < m->n_waiting; i++)
		e = q_export_staff_chunk_insert(db, m->row.id, m->number + i,
		    m->waiting[i], NULL);
	return e;
}

static void
have_stored(struct making *m)
{
	m->number += m->n_waiting;
	m->n_waiting = 0;
	arena_wipe(m->parts);
}

/* ---- contacts out of the database */

static const char *
ids_json(struct arena *a, const struct q_export_staff_rows *rows, size_t n)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_char(&b, '[');
	for (i = 0; i < n; i++) {
		buf_text(&b, i == 0 ? "" : ",");
		buf_text(&b, arena_printf(a, "%" PRIu64, rows[i].id));
	}
	buf_char(&b, ']');
	return b.ptr;
}

/* ERR_DENIED: the owner may not export any more. */
static enum err
load_owner(struct db *db, struct making *m, struct q_export_staff_who *who)
{
	enum err e;

	if ((e = q_export_staff_who(db, m->job->arena, m->row.staff_id,
	    who)) != ERR_OK)
		return e;
	return text_equal(who->state, "active") &&
	    export_staff_rows(who->role) > 0 ? ERR_OK : ERR_DENIED;
}

/* The snapshot may have come to its end.  ERR_GONE: it has. */
static enum err
check_source(struct db *db, struct making *m)
{
	struct q_export_staff_source row;
	enum err e;

	if (m->row.snapshot_id == 0)
		return ERR_OK;
	if ((e = q_export_staff_source(db, m->job->arena,
	    m->row.snapshot_id, m->row.staff_id, &row)) != ERR_OK)
		return e;
	return row.n == 1 ? ERR_OK : ERR_GONE;
}

static uint64_t
part_end(const struct making *m)
{
	uint64_t end = m->done + JOB_BATCH_MAX;

	return end < m->row.total ? end : m->row.total;
}

/*
 * Who is in the part is stored with a lock on their records: an erasure comes
 * before, and they are left out, or after, and finds the export.
 */
static enum err
read_in_tx(struct db *db, void *arg)
{
	struct making *m = arg;
	struct arena *a = m->job->arena;
	struct q_export_staff_who who;
	uint64_t n, end = part_end(m);
	enum err e;

	if ((e = load_owner(db, m, &who)) != ERR_OK ||
	    (e = check_source(db, m)) != ERR_OK ||
	    (e = q_export_staff_rows(db, a, m->row.snapshot_id, m->done, end,
	    m->row.contact_id, role_sees_all(who.role),
	    m->row.staff_id, who.team_id, JOB_BATCH_MAX, &m->people,
	    &m->n_people)) != ERR_OK ||
	    (e = q_export_staff_seen(db, m->line_id, ids_json(a, m->people,
	    m->n_people), NULL)) != ERR_OK ||
	    (e = export_own_read(db, a, &m->about.choice, ids_json(a,
	    m->people, m->n_people), &m->own)) != ERR_OK ||
	    (e = store_waiting(db, m)) != ERR_OK)
		return e;
	e = q_export_staff_progress(db, end, end - m->n - m->n_people,
	    m->row.id, m->fence, &n);
	return one_row(e, n);
}

static struct export_person
person_of(const struct q_export_staff_rows *r)
{
	return (struct export_person){ .id = r->id, .texts = {
	    [COLUMN_REFERENCE] = r->reference,
	    [COLUMN_GIVEN_NAME] = r->given_name,
	    [COLUMN_FAMILY_NAME] = r->family_name,
	    [COLUMN_EMAIL] = r->email, [COLUMN_PHONE] = r->phone,
	    [COLUMN_ORGANISATION] = r->organisation,
	    [COLUMN_JOB_TITLE] = r->job_title,
	    [COLUMN_OTHER_EMAILS] = r->other_emails,
	    [COLUMN_OTHER_PHONES] = r->other_phones,
	    [COLUMN_STREET] = r->street, [COLUMN_POSTCODE] = r->postcode,
	    [COLUMN_CITY] = r->city, [COLUMN_COUNTRY] = r->country,
	    [COLUMN_LANGUAGE] = r->language, [COLUMN_KIND] = r->kind,
	    [COLUMN_TEAM] = r->team, [COLUMN_SOURCE] = r->source,
	    [COLUMN_BASIS] = r->basis },
	    .collected_us = r->collected_us,
	    .last_contact_us = r->last_person_us,
	    .member_since = r->since };
}

static void
write_person(struct making *m, const struct q_export_staff_rows *row,
    struct buf *out)
{
	struct export_cell cells[COLUMN__MAX + CUSTOM_FIELDS_MAX + 1];
	struct export_person person = person_of(row);
	const struct export_choice *choice = &m->about.choice;
	size_t i, n = 0;

	if (m->row.is_pseudonymised)
		cells[n++] = (struct export_cell){ export_pseudonym(
		    out->arena, m->key, row->id), { 0, 0, 0 } };
	for (i = 0; i < choice->n; i++)
		cells[n++] = export_cell(out->arena, &person,
		    choice->list[i], m->row.is_pseudonymised);
	for (i = 0; i < choice->n_own; i++)
		cells[n++] = export_own_cell(out->arena, &m->own, row->id,
		    choice->own[i]);
	sheet_row(m->sheet, cells, out);
}

static enum err
read_part(struct making *m)
{
	struct job *job = m->job;
	struct buf out;
	size_t i;
	enum err e;

	if ((e = job_tx(job, read_in_tx, m)) != ERR_OK)
		return e;
	have_stored(m);
	buf_open(&out, job->arena);
	for (i = 0; i < m->n_people; i++)
		write_person(m, &m->people[i], &out);
	take_bytes(m, buf_bytes(&out));
	m->n += m->n_people;
	m->done = part_end(m);
	if (m->done == m->row.total)
		m->phase = ENDING;
	return ERR_OK;
}

/* ---- the end of the file */

static enum err
end_file(struct making *m)
{
	struct buf out;
	enum err e;

	buf_open(&out, m->job->arena);
	if ((e = sheet_end(m->sheet, m->row.total - m->n, &out)) != ERR_OK)
		return e;
	take_bytes(m, buf_bytes(&out));
	m->phase = TAKING;
	return ERR_OK;
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	struct making *m = arg;
	uint64_t n;
	enum err e;

	if ((e = store_waiting(db, m)) != ERR_OK)
		return e;
	e = q_export_staff_progress(db, m->done, m->done - m->n, m->row.id,
	    m->fence, &n);
	return one_row(e, n);
}

static enum err
take_part(struct making *m)
{
	struct buf out;
	enum err e;

	buf_open(&out, m->job->arena);
	if ((e = sheet_take(m->sheet, TAKE_BYTES, &out)) != ERR_OK)
		return e;
	take_bytes(m, buf_bytes(&out));
	if (out.len < TAKE_BYTES) {
		if (m->piece_len > 0)
			seal_piece(m);
		m->phase = FINISHING;
		return ERR_OK;
	}
	if ((e = job_tx(m->job, store_in_tx, m)) == ERR_OK)
		have_stored(m);
	return e;
}

static enum err
ready_in_tx(struct db *db, void *arg)
{
	struct making *m = arg;
	struct job *job = m->job;
	struct sha256 hash = m->hash;	/* the transaction may run again */
	unsigned char sum[HASH_BYTES];
	uint64_t n;
	enum err e;

	sha256_end(&hash, sum);
	if ((e = store_waiting(db, m)) != ERR_OK)
		return e;
	e = q_export_staff_ready(db, m->row.total - m->n, m->size_bytes,
	    (struct bytes){ sum, sizeof(sum) }, job->now_us, m->row.id,
	    m->fence, &n);
	return one_row(e, n);
}

/* ---- the beginning */

static enum err
claim_in_tx(struct db *db, void *arg)
{
	struct making *m = arg;
	struct job *job = m->job;
	struct q_export_staff_line line = { m->row.line_id };
	struct q_export_staff_who who;
	uint64_t n;
	enum err e;

	if ((e = load_owner(db, m, &who)) != ERR_OK ||
	    (line.id == 0 && (e = q_export_staff_line(db, job->arena,
	    m->row.staff_id, who.role, who.team_id, m->row.reason,
	    job->now_us, &line)) != ERR_OK))
		return e;
	m->line_id = line.id;
	e = q_export_staff_claim(db, line.id, m->row.id, m->row.fence, &n);
	if ((e = one_row(e, n)) != ERR_OK ||
	    (e = q_export_staff_chunks_delete(db, m->row.id, NULL)) !=
	    ERR_OK ||
	    (e = q_export_staff_key_delete(db, m->row.id, NULL)) != ERR_OK)
		return e;
	return q_export_staff_key_insert(db, m->row.id, export_key_wrap(
	    job->arena, job->keys, m->row.id, m->key), job->now_us, NULL);
}

static enum err
describe(struct making *m)
{
	struct arena *a = m->arena;
	struct q_export_staff_who who;
	struct q_site_load site;
	enum err e;

	if ((e = q_site_load(m->job->db, a, &site)) != ERR_OK ||
	    (e = q_export_staff_who(m->job->db, a, m->row.staff_id, &who)) !=
	    ERR_OK)
		return e;
	m->about = (struct sheet_about){ .format = m->row.format,
	    .name = export_mark_name(a, m->row.id, m->row.mark),
	    .site = site.name, .staff = who.name, .role = who.role,
	    .reason = m->row.reason, .lang = who.language,
	    .at_us = m->row.created_us,
	    .is_pseudonymised = m->row.is_pseudonymised };
	if (m->row.mark.len != EXPORT_MARK_BYTES)
		return ERR_BUG;
	memcpy(m->about.mark, m->row.mark.ptr, EXPORT_MARK_BYTES);
	if (export_choice_read(a, m->row.columns, &m->about.choice) != ERR_OK)
		return ERR_BUG;
	return export_own_names(m->job->db, a, &m->about);
}

/*
 * ERR_INVALID: the file would not fit beside what is there, neither where the
 * database is, unless that is another machine, nor in our own temporary
 * folder.
 */
static enum err
check_room(struct making *m)
{
	struct q_export_staff_place place;
	uint64_t wanted, there;
	enum err e;

	if ((e = q_export_staff_place(m->job->db, m->job->arena, &place)) !=
	    ERR_OK)
		return e;
	wanted = export_staff_bytes(m->row.total, m->about.choice.n +
	    m->about.choice.n_own);
	if ((file_free_bytes(place.folder, &there) && there < wanted) ||
	    (file_free_bytes(P_tmpdir, &there) && there < wanted)) {
		log_note("event=export.staff.room export=%" PRIu64
		    " wanted=%" PRIu64 " there=%" PRIu64, m->row.id, wanted,
		    there);
		return ERR_INVALID;
	}
	return ERR_OK;
}

static struct making *
take_making(struct job *job)
{
	struct making *m = calloc(1, sizeof(*m));

	if (m == NULL || (m->piece = malloc(EXPORT_CHUNK_BYTES)) == NULL)
		abort();
	m->job = job;
	m->arena = arena_open();
	m->parts = arena_open();
	job->memory = m;
	job->drop = drop_making;
	return m;
}

static enum err
begin(struct making *m)
{
	struct buf out;
	enum err e;

	if ((e = words_open(m->job->config->locale_dir)) != ERR_OK ||
	    (e = describe(m)) != ERR_OK || (e = check_room(m)) != ERR_OK)
		return e;
	random_fill(m->key, sizeof(m->key));
	if ((e = job_tx(m->job, claim_in_tx, m)) != ERR_OK)
		return e;
	m->fence = m->row.fence + 1;
	sha256_open(&m->hash);
	buf_open(&out, m->job->arena);
	if ((e = sheet_open(&m->about, &out, &m->sheet)) != ERR_OK)
		return e;
	take_bytes(m, buf_bytes(&out));
	return ERR_OK;
}

/* ---- one that cannot be made */

struct failing {
	struct job *job;
	const struct q_export_staff_next *row;
	uint64_t fence;
	const char *why;
};

static enum err
fail_in_tx(struct db *db, void *arg)
{
	const struct failing *f = arg;

	return q_export_staff_fail(db, f->why, f->row->id, f->fence, NULL);
}

/* What an error says of the export; NULL: it is to be tried again. */
static const char *
why_of(enum err e)
{
	return e == ERR_INVALID ? "space" : e == ERR_DENIED ? "staff" :
	    e == ERR_GONE ? "source" : NULL;
}

static enum err
give_up(struct making *m, enum err e)
{
	struct failing f = { m->job, &m->row, m->fence == 0 ? m->row.fence :
	    m->fence, why_of(e) };
	struct job *job = m->job;

	/* cancelled, erased from or taken over meanwhile */
	if (e == ERR_CONFLICT)
		e = job->lease_us == 0 ? e : ERR_OK;
	else if (f.why != NULL)
		e = job_tx(job, fail_in_tx, &f);
	log_note("event=export.staff.end export=%" PRIu64 " why=%s",
	    m->row.id, f.why == NULL ? "none" : f.why);
	end_making(job);
	job->is_more = e == ERR_OK;
	return e;
}

static enum err
go_on(struct making *m)
{
	switch (m->phase) {
	case READING:
		return read_part(m);
	case ENDING:
		return end_file(m);
	case TAKING:
		return take_part(m);
	case FINISHING:
		break;
	}
	return job_tx(m->job, ready_in_tx, m);
}

static enum err
work(struct making *m)
{
	int64_t until_us = clock_ticks_us() + SLICE_US;
	struct job *job = m->job;
	unsigned parts = 0;
	bool is_last;
	enum err e;

	job->is_more = true;
	do {
		is_last = m->phase == FINISHING;
		if ((e = go_on(m)) != ERR_OK)
			return give_up(m, e);
		arena_wipe(job->arena);
	} while (!is_last && ++parts < SLICE_PARTS &&
	    clock_ticks_us() < until_us);
	if (is_last) {
		log_note("event=export.staff.ready export=%" PRIu64
		    " contacts=%" PRIu64 " bytes=%" PRIu64, m->row.id, m->n,
		    m->size_bytes);
		end_making(job);
	}
	return ERR_OK;
}

enum err
export_staff_build(struct job *job)
{
	struct making *m = job->memory;
	struct q_export_staff_next *rows;
	struct failing f = { .job = job, .why = "program" };
	size_t n;
	enum err e;

	if (m != NULL) {
		m->job = job;
		return work(m);
	}
	if ((e = q_export_staff_next(job->db, job->arena, job->now_us, &rows,
	    &n)) != ERR_OK || n == 0)
		return e;
	if (rows[0].fence >= EXPORT_STAFF_TRIES) {
		log_fault("event=export.staff.failed export=%" PRIu64,
		    rows[0].id);
		f.row = &rows[0];
		f.fence = rows[0].fence;
		job->is_more = true;
		return job_tx(job, fail_in_tx, &f);
	}
	m = take_making(job);
	if ((e = q_export_staff_next(job->db, m->arena, job->now_us, &rows,
	    &n)) != ERR_OK || n == 0) {
		end_making(job);
		return e;
	}
	m->row = rows[0];
	return (e = begin(m)) == ERR_OK ? work(m) : give_up(m, e);
}
