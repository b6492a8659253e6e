/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A merge is done wholly or not at all: a keeper that is killed leaves it as
 * it was asked for, and the next one does it (GDPR 5(1)(d), 5(2), 32(1)(b)).
 */
#include "merge/merge_keeper.h"

#include <inttypes.h>
#include <string.h>

#include "app/role.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"
#include "merge/merge_move.h"
#include "outbox/outbox.h"

#define MERGE_TRIES	5	/* of one that the database does not do */

_Static_assert(sizeof(struct q_merge_contacts) == sizeof(struct q_merge_lock),
    "one record, read and locked");

struct merging {
	struct job *job;
	const struct q_merge_next *row;
	struct q_merge_contacts records[2];
	enum merge_why why;
};

/* Whether who asked may still say such things, and see ${r}. */
static bool
may_see(const struct q_merge_next *row, const struct q_merge_contacts *r)
{
	if (!row->is_active || (strcmp(row->role, "lead") != 0 &&
	    strcmp(row->role, "dpo") != 0))
		return false;
	return (role_sees_all(row->role) ||
	    strcmp(r->visibility, "everyone") == 0 ||
	    r->owner_id == row->staff_id ||
	    (strcmp(r->visibility, "team") == 0 && row->team_id != 0 &&
	    r->team_id == row->team_id));
}

/* Both, locked; MERGE_GONE when one of them is not there. */
static enum err
lock(struct merging *k, struct db *db, struct merge_pair *pair)
{
	const struct q_merge_next *row = k->row;
	struct q_merge_lock *rows;
	size_t i, n;
	enum err e;

	k->why = MERGE_GONE;
	if ((e = q_merge_lock(db, k->job->arena, row->survivor_id,
	    row->merged_id, &rows, &n)) != ERR_OK || n != 2)
		return e;
	for (i = 0; i < 2; i++) {
		memcpy(&k->records[i], &rows[i], sizeof(rows[i]));
		if (rows[i].id == row->survivor_id)
			pair->stays = &k->records[i];
		else
			pair->goes = &k->records[i];
	}
	k->why = MERGE_MAY;
	return ERR_OK;
}

static enum err
check(struct merging *k, struct db *db, struct merge_pair *pair)
{
	const struct q_merge_next *row = k->row;
	struct q_merge_facts facts;
	enum err e;

	if ((e = lock(k, db, pair)) != ERR_OK || k->why != MERGE_MAY)
		return e;
	if ((e = merge_custom_load(db, k->job->arena, "fr", k->job->keys,
	    pair)) != ERR_OK)
		return e;
	merge_taken_read(row->taken, pair);
	merge_settle(pair);
	if ((e = q_merge_facts(db, k->job->arena, row->survivor_id,
	    row->merged_id, &facts)) != ERR_OK)
		return e;
	k->why = merge_why(pair, &facts);
	if (!may_see(row, pair->stays) || !may_see(row, pair->goes))
		k->why = MERGE_UNSEEN;
	else if (k->why == MERGE_MAY && !role_sees_all(row->role) &&
	    !merge_is_within(pair))
		k->why = MERGE_SILOS;
	else if (k->why == MERGE_MAY &&
	    (pair->stays->version != row->survivor_version ||
	    pair->goes->version != row->merged_version))
		k->why = MERGE_CHANGED;
	return ERR_OK;
}

/* Each main address of before is told: who finds themself in it can object. */
static enum err
tell(struct merging *k, struct db *db, const struct q_merge_contacts *r,
    const struct merge_pair *pair)
{
	struct outbox_mail mail = { .template = "contacts_merged",
	    .language = r->language, .to = r->email,
	    .contact_id = pair->stays->id };
	enum err e;

	if (r->email == NULL)
		return ERR_OK;
	mail.view = json_pack("{s:s?, s:s, s:s}", "name",
	    *r->given_name == '\0' ? NULL : r->given_name, "stays",
	    pair->stays->reference, "goes", pair->goes->reference);
	e = outbox_add(k->job->outbox, db, k->job->arena, &mail,
	    k->job->now_us);
	json_decref(mail.view);
	return e;
}

static enum err
tell_both(struct merging *k, struct db *db, const struct merge_pair *pair)
{
	enum err e;

	if ((e = tell(k, db, pair->stays, pair)) != ERR_OK)
		return e;
	return merge_differs(pair, MERGE_EMAIL) ||
	    pair->stays->email == NULL ? tell(k, db, pair->goes, pair) :
	    ERR_OK;
}

/* ${verb} of the staff who asked, about the record that stays. */
static enum err
audit(struct merging *k, struct db *db, const char *verb)
{
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = k->row->staff_id, .object = "contact",
	    .contact_id = k->row->survivor_id, .at_us = k->job->now_us,
	    .detail = arena_printf(k->job->arena, "{\"reason\":\"%s\"}",
	    k->row->reason) };

	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

static enum err
refuse_in_tx(struct db *db, void *arg)
{
	struct merging *k = arg;
	const struct ledger_audit event = { .verb = "contact.not_merged",
	    .actor = "program", .object = "merge", .object_id = k->row->id,
	    .at_us = k->job->now_us, .detail = arena_printf(k->job->arena,
	    "{\"why\":\"%s\"}", merge_why_names[k->why]) };
	enum err e;

	if ((e = q_merge_end(db, "refused", merge_why_names[k->why], 0, 0,
	    k->job->now_us, k->row->id, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

/* Numbers, references and links of the one that goes lead on. */
static enum err
lead_on(struct merging *k, struct db *db, const struct merge_pair *pair)
{
	const struct q_merge_next *row = k->row;
	uint64_t epoch_after = pair->stays->identity_id != 0 ?
	    pair->stays->epoch : pair->goes->epoch;
	enum err e;

	if ((e = q_merge_end(db, "done", NULL, pair->goes->epoch, epoch_after,
	    k->job->now_us, row->id, NULL)) != ERR_OK ||
	    (e = q_merge_end_others(db, k->job->now_us, row->merged_id,
	    NULL)) != ERR_OK)
		return e;
	return q_merge_lead_on(db, row->survivor_id, pair->goes->epoch,
	    epoch_after, row->merged_id, NULL);
}

static enum err
merge_in_tx(struct db *db, void *arg)
{
	struct merging *k = arg;
	const struct q_merge_next *row = k->row;
	struct merge_run m = { .job = k->job, .db = db, .merge_id = row->id,
	    .staff_id = row->staff_id };
	enum err e;

	if ((e = check(k, db, &m.pair)) != ERR_OK)
		return e;
	if (k->why != MERGE_MAY)
		return refuse_in_tx(db, k);
	if ((e = merge_remember(&m)) != ERR_OK ||
	    (e = merge_move_sealed(&m)) != ERR_OK ||
	    (e = merge_move_choices(&m)) != ERR_OK ||
	    (e = merge_move_reach(&m)) != ERR_OK ||
	    (e = merge_move_rest(&m)) != ERR_OK ||
	    (e = lead_on(k, db, &m.pair)) != ERR_OK ||
	    (e = merge_put(&m)) != ERR_OK ||
	    (e = tell_both(k, db, &m.pair)) != ERR_OK)
		return e;
	return audit(k, db, "contact.merged");
}

static enum err
count_try_in_tx(struct db *db, void *arg)
{
	const struct merging *k = arg;
	uint64_t tries = k->row->tries + 1;

	return q_merge_tried(db, tries == 1 ? 0 : k->job->now_us +
	    (int64_t)(tries * tries) * MINUTE_US, k->row->id, NULL);
}

static enum err
give_up_in_tx(struct db *db, void *arg)
{
	struct merging *k = arg;
	const char *detail = arena_printf(k->job->arena, "{\"merge\":%" PRIu64
	    "}", k->row->id);
	enum err e;

	if ((e = refuse_in_tx(db, k)) != ERR_OK)
		return e;
	return q_job_task(db, "merge.too_big", detail, k->job->now_us, NULL);
}

/*
 * The database did not do it.  Where it answers us now, it was this merge
 * that it could not do in its time: that is tried a few times, others first.
 */
static enum err
try_later(struct merging *k, enum err e)
{
	enum err counted;

	if (k->row->tries + 1 < MERGE_TRIES) {
		counted = job_tx(k->job, count_try_in_tx, k);
		return counted == ERR_OK ? e : counted;
	}
	k->why = MERGE_TOO_BIG;
	log_fault("event=merge.too_big merge=%" PRIu64, k->row->id);
	return job_tx(k->job, give_up_in_tx, k);
}

enum err
merge_keeper_run(struct job *job)
{
	struct merging k = { .job = job };
	struct q_merge_next *rows;
	size_t n;
	enum err e;

	if ((e = q_merge_next(job->db, job->arena, job->now_us,
	    &rows, &n)) != ERR_OK ||
	    n == 0)
		return e;
	k.row = &rows[0];
	e = job_tx(job, merge_in_tx, &k);
	if (e == ERR_BUG || e == ERR_MALFORMED) {
		/* it would stand before all that come after it */
		k.why = MERGE_BROKEN;
		e = job_tx(job, refuse_in_tx, &k);
	}
	if (e == ERR_DOWN)
		e = try_later(&k, e);
	if (e != ERR_OK)
		return e;
	log_note("event=merge.ended merge=%" PRIu64 " why=%s", k.row->id,
	    k.why == MERGE_MAY ? "done" : merge_why_names[k.why]);
	job->is_more = true;
	return ERR_OK;
}

static enum err
keys_in_tx(struct db *db, void *arg)
{
	const struct job *job = arg;
	int64_t since_us = job->now_us - DAY_US;
	enum err e;

	if ((e = q_merge_late_looks(db, since_us, NULL)) != ERR_OK ||
	    (e = q_merge_late_looks_drop(db, since_us, NULL)) != ERR_OK)
		return e;
	return q_merge_keys_over(db, job->now_us, NULL);
}

enum err
merge_keeper_keys(struct job *job)
{
	return job_tx(job, keys_in_tx, job);
}
