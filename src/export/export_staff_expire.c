/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The end of exports by staff, and the audit of their downloads
 * (GDPR 5(1)(e), 5(2), 17).
 */
#include "export/export_staff_keeper.h"

#include "base/day.h"
#include "db/queries.h"
#include "export/export_staff.h"
#include "ledger/ledger.h"

/* An export that is over. */
struct ending {
	struct job *job;
	uint64_t id;
	bool is_asked;	/* and nobody answered */
};

static enum err
note_lapse(struct db *db, const struct ending *k)
{
	const struct ledger_audit event = { .verb = "contacts.export_lapsed",
	    .actor = "program", .object = "staff_export",
	    .object_id = k->id, .detail = "{}", .at_us = k->job->now_us };

	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

static enum err
end_in_tx(struct db *db, void *arg)
{
	const struct ending *k = arg;
	uint64_t n;
	enum err e;

	if (k->is_asked) {
		/* answered meanwhile: it is over at its new time */
		if ((e = q_export_staff_lapse(db, k->job->now_us, k->id,
		    &n)) != ERR_OK || n == 0)
			return e;
		return note_lapse(db, k);
	}
	if ((e = q_export_staff_destroy(db, k->job->now_us, k->id, NULL)) !=
	    ERR_OK ||
	    (e = q_export_staff_key_delete(db, k->id, NULL)) != ERR_OK)
		return e;
	return q_export_staff_chunks_delete(db, k->id, NULL);
}

static enum err
forget_in_tx(struct db *db, void *arg)
{
	const struct ending *k = arg;
	enum err e;

	if ((e = q_export_staff_downloads_delete(db, k->id, NULL)) != ERR_OK)
		return e;
	return q_export_staff_delete(db, k->id, NULL);
}

enum err
export_staff_expire(struct job *job)
{
	int64_t before_us = day_start_us(day_add_months(day_of(job->now_us),
	    -EXPORT_STAFF_MONTHS));
	struct ending k = { .job = job };
	struct q_export_staff_ended *ended;
	struct q_export_staff_old *old;
	size_t i, n;
	enum err e;

	if ((e = q_export_staff_ended(job->db, job->arena, job->now_us,
	    &ended, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.id = ended[i].id;
		k.is_asked = ended[i].is_asked;
		if ((e = job_tx(job, end_in_tx, &k)) != ERR_OK)
			return e;
	}
	if ((e = q_export_staff_old(job->db, job->arena, before_us, &old,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.id = old[i].id;
		if ((e = job_tx(job, forget_in_tx, &k)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

struct noting {
	struct job *job;
	const struct q_export_staff_unnoted *row;
};

static enum err
note_in_tx(struct db *db, void *arg)
{
	const struct noting *k = arg;
	const struct ledger_audit event = { .verb = "contacts.downloaded",
	    .actor = "staff", .actor_id = k->row->staff_id,
	    .object = "staff_export", .object_id = k->row->export_id,
	    .detail = k->row->is_whole ? "{\"whole\":true}" :
	    "{\"whole\":false}", .at_us = k->row->at_us };
	uint64_t n;
	enum err e;

	if ((e = q_export_staff_noted(db, k->row->id, &n)) != ERR_OK ||
	    n == 0)
		return e;
	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

enum err
export_staff_note(struct job *job)
{
	struct noting k = { .job = job };
	struct q_export_staff_unnoted *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_staff_unnoted(job->db, job->arena, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.row = &rows[i];
		if ((e = job_tx(job, note_in_tx, &k)) != ERR_OK)
			return e;
	}
	job->is_more = n == 100;
	return ERR_OK;
}
