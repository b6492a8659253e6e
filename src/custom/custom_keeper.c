/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A batch is a transaction: values, what the history held of them, and the
 * line that says so.  After a kill the next batch begins with what is left.
 * Law: GDPR 5(1)(c), 5(1)(e), 18(1).
 */
#include "custom/custom_keeper.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "custom/custom.h"
#include "db/queries.h"
#include "keys/person.h"
#include "ledger/ledger.h"

/* Where a walk along a field's values is, oldest first, from turn to turn. */
struct walk {
	uint64_t field_id;	/* 0: at no field */
	int64_t at_us;
	uint64_t id;
};

/* One batch of one field. */
struct ending {
	struct job *job;
	const struct custom_field *field;
	const char *verb;
	const struct q_custom_due *rows;
	size_t n;
};

/* The lines that say so hold nothing of what was there. */
static enum err
tell(struct db *db, const struct ending *w)
{
	struct q_contacts_history_insert_each lines[DB_EACH_MAX];
	unsigned char keys[DB_EACH_MAX][KEY_BYTES];
	uint64_t contacts[DB_EACH_MAX];
	const struct person_keys wanted = { contacts, w->n, PERSON_LIVE,
		w->job->now_us };
	struct arena *a = w->job->arena;
	size_t i;
	enum err e;

	for (i = 0; i < w->n; i++)
		contacts[i] = w->rows[i].contact_id;
	if ((e = person_keys_take(db, a, w->job->keys, &wanted, keys)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < w->n; i++)
		lines[i] = (struct q_contacts_history_insert_each){
		    .contact_id = contacts[i], .field = w->field->name,
		    .old_sealed = person_seal(a, keys[i], "contact_history",
		    "old_sealed", contacts[i], ""),
		    .new_sealed = person_seal(a, keys[i], "contact_history",
		    "new_sealed", contacts[i], ""),
		    .by_kind = "program", .at_us = w->job->now_us };
	secret_wipe(keys, sizeof(keys));
	return q_contacts_history_insert(db, lines, w->n, NULL);
}

static enum err
destroy_in_tx(struct db *db, void *arg)
{
	const struct ending *w = arg;
	const struct ledger_audit event = { .verb = w->verb,
	    .actor = "program", .object = "custom_field",
	    .object_id = w->field->id, .detail = arena_printf(w->job->arena,
	    "{\"count\":%zu}", w->n), .at_us = w->job->now_us };
	struct q_custom_touch_each contacts[DB_EACH_MAX];
	struct q_custom_destroy_each values[DB_EACH_MAX];
	struct q_custom_destroy_history_each lines[DB_EACH_MAX];
	struct q_custom_destroy_provenance_each from[DB_EACH_MAX];
	uint64_t n;
	size_t i;
	enum err e;

	for (i = 0; i < w->n; i++) {
		contacts[i].contact_id = w->rows[i].contact_id;
		values[i].contact_id = w->rows[i].contact_id;
		lines[i].contact_id = w->rows[i].contact_id;
		from[i].contact_id = w->rows[i].contact_id;
	}
	/* first, so that the people stand still */
	if ((e = q_custom_touch(db, w->job->now_us, contacts, w->n, &n)) !=
	    ERR_OK)
		return e;
	if (n != w->n)	/* erased or restricted since: look again */
		return ERR_CONFLICT;
	if ((e = q_custom_destroy(db, w->field->id, values, w->n, NULL)) !=
	    ERR_OK ||
	    (e = q_custom_destroy_history(db, w->field->name, lines, w->n,
	    NULL)) != ERR_OK ||
	    (e = q_custom_destroy_provenance(db, w->field->name, from, w->n,
	    NULL)) != ERR_OK ||
	    (e = q_custom_emptied(db, w->n, w->field->id, NULL)) != ERR_OK ||
	    (e = tell(db, w)) != ERR_OK)
		return e;
	return ledger_audit(db, w->job->arena, w->job->ledger, &event);
}

/* The next values of ${field} noted before ${before_us}; none: *ret_n is 0. */
static enum err
destroy_some(struct job *job, const struct custom_field *field,
    int64_t before_us, const char *verb, size_t *ret_n)
{
	struct walk *walk = job->memory;
	struct ending w = { .job = job, .field = field, .verb = verb };
	struct q_custom_due *rows;
	enum err e;

	if (walk == NULL && (walk = calloc(1, sizeof(*walk))) == NULL)
		abort();
	job->memory = walk;
	if (walk->field_id != field->id)
		*walk = (struct walk){ .field_id = field->id,
		    .at_us = INT64_MIN };
	if ((e = q_custom_due(job->db, job->arena, field->id, walk->at_us,
	    walk->id, before_us, DB_EACH_MAX, &rows, &w.n)) !=
	    ERR_OK)
		return e;
	*ret_n = w.n;
	if (w.n == 0) {
		walk->field_id = 0;	/* the next time from the beginning */
		return ERR_OK;
	}
	w.rows = rows;
	if ((e = job_tx(job, destroy_in_tx, &w)) != ERR_OK)
		return e;
	walk->at_us = rows[w.n - 1].at_us;
	walk->id = rows[w.n - 1].id;
	log_note("event=custom.destroyed field=%" PRIu64 " values=%zu",
	    field->id, w.n);
	return ERR_OK;
}

struct removing {
	struct job *job;
	const struct custom_field *field;
	uint64_t n;
};

static enum err
count_in_tx(struct db *db, void *arg)
{
	const struct removing *k = arg;

	return q_custom_to_empty(db, k->field->id, NULL);
}

static enum err
remove_in_tx(struct db *db, void *arg)
{
	struct removing *k = arg;
	const struct ledger_audit event = { .verb = "custom.removed",
	    .actor = "program", .object = "custom_field",
	    .object_id = k->field->id, .at_us = k->job->now_us };
	enum err e;

	if ((e = q_custom_removed(db, k->job->now_us, k->field->id,
	    &k->n)) != ERR_OK || k->n == 0)
		return e;
	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

enum err
custom_keeper_empty(struct job *job)
{
	struct custom_fields fields;
	struct removing k = { .job = job };
	size_t i, n;
	enum err e;

	if ((e = custom_fields_load(job->db, job->arena, "en", &fields)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < fields.n; i++) {
		k.field = &fields.list[i];
		if (k.field->state != CUSTOM_EMPTYING)
			continue;
		if (k.field->to_empty == 0 && (e = job_tx(job, count_in_tx,
		    &k)) != ERR_OK)
			return e;
		if ((e = destroy_some(job, k.field, INT64_MAX,
		    "custom.emptied", &n)) != ERR_OK)
			return e;
		if (n > 0) {
			job->is_more = true;
			return ERR_OK;
		}
		if ((e = job_tx(job, remove_in_tx, &k)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
custom_keeper_expire(struct job *job)
{
	struct custom_fields fields;
	const struct custom_field *f;
	size_t i, n;
	enum err e;

	if ((e = custom_fields_load(job->db, job->arena, "en", &fields)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < fields.n; i++) {
		f = &fields.list[i];
		if (f->months == 0 || f->state == CUSTOM_REMOVED)
			continue;
		if ((e = destroy_some(job, f, day_start_us(day_add_months(
		    day_of(job->now_us), -(int)f->months)), "custom.expired",
		    &n)) != ERR_OK)
			return e;
		if (n > 0)
			job->is_more = true;
	}
	return ERR_OK;
}
