/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Actions on many contacts: who may, on whom, and where a part begins and
 * ends (GDPR 5(1)(f), 5(2), 18, 25).
 */
#include "lists/lists_bulk.h"

#include <inttypes.h>
#include <string.h>

#include "app/role.h"
#include "base/text.h"
#include "ledger/ledger.h"
#include "lists/lists_bulk_inside.h"

/* Who corrects records (CONTACTS_EDITORS), and who sees all (role_sees_all). */
static bool
is_editor(const char *role)
{
	return strcmp(role, "adviser") == 0 || strcmp(role, "lead") == 0 ||
	    strcmp(role, "dpo") == 0;
}

bool
bulk_may(const char *role, const char *action)
{
	return strcmp(action, "restrict") == 0 ? role_sees_all(role) :
	    is_editor(role);
}

/* Whether ${b} may give the contact to somebody else. */
static bool
may_assign(const struct q_bulk_load *b, const struct q_bulk_part *r)
{
	if (strcmp(b->role, "dpo") == 0)
		return true;
	if (r->owner_id == b->staff_id)
		return true;
	return strcmp(b->role, "lead") == 0 && (r->team_id == 0 ?
	    r->owner_id == 0 : r->team_id == b->team_id);
}

/* Where a contact is, or would be. */
struct scope {
	uint64_t owner_id;
	bool is_owner_active;
	uint64_t team_id;
	bool is_team_manned;
	const char *visibility;
};

/* Somebody must see them in the daily work, not the DPO alone. */
static bool
is_seen_by_somebody(const struct scope *s)
{
	if (strcmp(s->visibility, "everyone") == 0)
		return true;
	if (s->owner_id != 0 && s->is_owner_active)
		return true;
	return strcmp(s->visibility, "team") == 0 && s->team_id != 0 &&
	    s->is_team_manned;
}

static struct scope
scope_after(const struct q_bulk_load *b, const struct q_bulk_part *r)
{
	struct scope s = { r->owner_id, r->is_owner_active, r->team_id,
	    r->is_team_manned, r->visibility };

	if (b->has_owner) {
		s.owner_id = b->new_owner_id;
		s.is_owner_active = b->is_owner_active;
	}
	if (b->has_team) {
		s.team_id = b->new_team_id;
		s.is_team_manned = b->is_team_manned;
	}
	if (b->new_visibility != NULL)
		s.visibility = b->new_visibility;
	return s;
}

static bool
is_as(const struct scope *s, const struct q_bulk_part *r)
{
	return s->owner_id == r->owner_id && s->team_id == r->team_id &&
	    strcmp(s->visibility, r->visibility) == 0;
}

static enum bulk_verdict
judge_assignment(const struct q_bulk_load *b, const struct q_bulk_part *r)
{
	struct scope after = scope_after(b, r);

	if (!may_assign(b, r))
		return BULK_FOREIGN;
	/* who sees them is widened to all by a lead or the DPO only */
	if (strcmp(b->role, "adviser") == 0 &&
	    text_equal(b->new_visibility, "everyone") &&
	    strcmp(r->visibility, "everyone") != 0)
		return BULK_FOREIGN;
	if (is_as(&after, r))
		return BULK_SAME;
	return is_seen_by_somebody(&after) ? BULK_GOOD : BULK_UNSEEN;
}

enum bulk_verdict
bulk_judge(const struct q_bulk_load *b, const struct q_bulk_part *r)
{
	if (!r->is_seen)
		return BULK_FOREIGN;
	if (r->restriction != NULL)
		return strcmp(b->action, "restrict") == 0 &&
		    strcmp(r->restriction, "erasure") != 0 &&
		    strcmp(r->restriction, "quarantine") != 0 ? BULK_SAME :
		    BULK_RESTRICTED;
	if (strcmp(b->action, "assign") == 0)
		return judge_assignment(b, r);
	if (strcmp(b->action, "label") == 0)
		return r->has_tag ? BULK_SAME : BULK_GOOD;
	if (strcmp(b->action, "unlabel") == 0)
		return r->has_tag ? BULK_GOOD : BULK_SAME;
	return BULK_GOOD;
}

/* Whether the contact is still as ${b} left it, and may be put back. */
bool
bulk_is_as_left(const struct q_bulk_load *b, const struct q_bulk_part *r)
{
	const struct scope before = { r->old_owner_id,
	    r->is_old_owner_active, r->old_team_id, r->is_old_team_manned,
	    r->old_visibility == NULL ? "" : r->old_visibility };
	struct scope left = { r->old_owner_id, false, r->old_team_id, false,
	    before.visibility };

	if (strcmp(b->action, "restrict") == 0)
		return r->restricted_us == b->acted_us &&
		    text_equal(r->restriction, b->ground);
	if (r->restriction != NULL)
		return false;
	if (strcmp(b->action, "label") == 0)
		return r->has_tag && r->tagged_us == b->acted_us;
	if (strcmp(b->action, "unlabel") == 0)
		return !r->has_tag;
	if (b->has_owner)
		left.owner_id = b->new_owner_id;
	if (b->has_team)
		left.team_id = b->new_team_id;
	if (b->new_visibility != NULL)
		left.visibility = b->new_visibility;
	return is_as(&left, r) && is_seen_by_somebody(&before);
}

const char *
bulk_task_detail(struct arena *a, uint64_t id)
{
	return arena_printf(a, "{\"bulk\":%" PRIu64 "}", id);
}

enum err
bulk_audit(const struct bulk_work *w, struct db *db,
    const struct q_bulk_load *b, const char *verb, uint64_t n)
{
	const struct ledger_audit event = { .verb = verb, .actor = w->actor,
	    .actor_id = strcmp(w->actor, "staff") == 0 ? b->staff_id : 0,
	    .object = "bulk", .object_id = b->id, .at_us = w->now_us,
	    .detail = arena_printf(w->arena, "{\"contacts\":%" PRIu64
	    ",\"reason\":\"%s\",\"staff\":%" PRIu64 "}", n, b->reason,
	    b->staff_id) };

	return ledger_audit(db, w->arena, w->ledger, &event);
}

static enum err
one_row(enum err e, uint64_t n)
{
	return e != ERR_OK ? e : n == 1 ? ERR_OK : ERR_CONFLICT;
}

static enum err
move(const struct bulk_work *w, struct db *db, const struct q_bulk_load *b,
    const char *state, int64_t acted_us)
{
	bool is_end = strcmp(state, "running") != 0 &&
	    strcmp(state, "undoing") != 0 && strcmp(state, "ready") != 0;
	int64_t expires_us = b->expires_us;
	uint64_t n;
	enum err e;

	if (strcmp(state, "ready") == 0)
		expires_us = w->now_us + BULK_READY_US;
	else if (strcmp(state, "proposed") == 0)
		expires_us = w->now_us + BULK_PROPOSED_US;
	else if (strcmp(state, "done") == 0)
		expires_us = w->now_us + BULK_UNDO_US;
	e = q_bulk_move(db, state, is_end || strcmp(state, "ready") == 0 ?
	    b->total : 0, acted_us, is_end ? w->now_us : 0, expires_us, b->id,
	    b->state, &n);
	return one_row(e, n);
}

enum err
bulk_start(const struct bulk_work *w, struct db *db,
    const struct q_bulk_load *b)
{
	enum err e;

	if (strcmp(b->state, "ready") != 0)
		return ERR_CONFLICT;
	if (strcmp(b->action, "delete") == 0) {
		/* nothing is changed: the DPO decides on a set that stands */
		if ((e = move(w, db, b, "proposed", w->now_us)) != ERR_OK ||
		    (e = q_bulk_task(db, bulk_task_detail(w->arena, b->id),
		    w->now_us, NULL)) != ERR_OK)
			return e;
		return bulk_audit(w, db, b, "bulk.proposed", b->n);
	}
	if ((e = move(w, db, b, "running", w->now_us)) != ERR_OK)
		return e;
	return q_bulk_begin(db, b->id, NULL);
}

bool
bulk_may_undo(const struct q_bulk_load *b, int64_t now_us)
{
	return (strcmp(b->state, "done") == 0 ||
	    strcmp(b->state, "cancelled") == 0) && b->n > 0 &&
	    b->acted_us != 0 && b->expires_us > now_us;
}

enum err
bulk_undo(const struct bulk_work *w, struct db *db,
    const struct q_bulk_load *b)
{
	return bulk_may_undo(b, w->now_us) ? move(w, db, b, "undoing", 0) :
	    ERR_CONFLICT;
}

/* ---- parts */

static enum err
store_counts(struct bulk_part *p)
{
	const uint64_t *left = p->left;
	const struct q_bulk_load *b = p->b;
	uint64_t n;
	enum err e;

	e = q_bulk_counted(p->db, p->done, b->n + p->n_good,
	    b->n_restricted + left[BULK_RESTRICTED] + p->gone,
	    b->n_foreign + left[BULK_FOREIGN], b->n_same + left[BULK_SAME],
	    b->n_unseen + left[BULK_UNSEEN], b->n_undone + p->n_undone,
	    b->n_kept + p->n_kept, b->id, b->done, b->state, &n);
	return one_row(e, n);
}

static enum err
keep_rows(struct bulk_part *p, bool is_done)
{
	struct q_bulk_keep_each each[DB_EACH_MAX];
	size_t i, at, n;
	enum err e;

	for (at = 0; at < p->n_good; at += n) {
		n = p->n_good - at < DB_EACH_MAX ? p->n_good - at :
		    DB_EACH_MAX;
		for (i = 0; i < n; i++)
			each[i] = (struct q_bulk_keep_each){ p->b->id,
			    p->good[at + i]->position, p->good[at + i]->id,
			    is_done, p->good[at + i]->owner_id,
			    p->good[at + i]->team_id,
			    p->good[at + i]->visibility };
		if ((e = q_bulk_keep(p->db, each, n, NULL)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* Take rows out of the action: left out, or put back. */
static enum err
drop_rows(struct bulk_part *p)
{
	struct q_bulk_drop_each each[DB_EACH_MAX];
	size_t i;

	for (i = 0; i < p->n_out; i++)
		each[i].position = p->out[i]->position;
	return p->n_out == 0 ? ERR_OK : q_bulk_drop(p->db, p->b->id, each,
	    p->n_out, NULL);
}

_Static_assert(sizeof(struct q_bulk_frozen) == sizeof(struct q_bulk_part),
    "one row for counting and for doing");

/* Whoever went out of the snapshot since it was taken is gone. */
static enum err
count_part(struct bulk_part *p, bool *ret_is_over)
{
	const struct q_bulk_load *b = p->b;
	struct q_bulk_frozen *rows;
	uint64_t until = b->done + BULK_COUNT_PART;
	enum bulk_verdict verdict;
	size_t i, n;
	enum err e;

	until = until < b->total ? until : b->total;
	if ((e = q_bulk_frozen(p->db, p->w->arena, role_sees_all(b->role),
	    b->staff_id, b->team_id, b->tag_id, b->snapshot_id, b->done,
	    until, BULK_COUNT_PART, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		verdict = bulk_judge(b, (const struct q_bulk_part *)&rows[i]);
		p->left[verdict]++;
		if (verdict == BULK_GOOD)
			p->good[p->n_good++] = (struct q_bulk_part *)&rows[i];
	}
	p->gone = until - b->done - n;
	p->done = until;
	if ((e = keep_rows(p, false)) != ERR_OK ||
	    (e = store_counts(p)) != ERR_OK)
		return e;
	*ret_is_over = until == b->total;
	return *ret_is_over ? move(p->w, p->db, b, "ready", 0) : ERR_OK;
}

static enum err
load_part(struct bulk_part *p, bool is_done, struct q_bulk_part **ret_rows,
    size_t *ret_n)
{
	const struct q_bulk_load *b = p->b;

	return q_bulk_part(p->db, p->w->arena, role_sees_all(b->role),
	    b->staff_id, b->team_id, b->tag_id, b->id, b->done, is_done,
	    DB_EACH_MAX, ret_rows, ret_n);
}

static const char *
verb_of(const struct q_bulk_load *b)
{
	return strcmp(b->action, "assign") == 0 ? "bulk.assigned" :
	    strcmp(b->action, "label") == 0 ? "bulk.labelled" :
	    strcmp(b->action, "unlabel") == 0 ? "bulk.unlabelled" :
	    "bulk.restricted";
}

/* One record's line says whose it is. */
static enum err
audit_done(struct bulk_part *p)
{
	const struct q_bulk_load *b = p->b;
	const struct ledger_audit event = { .verb = "contact.assigned",
	    .actor = p->w->actor, .actor_id = b->staff_id,
	    .object = "contact", .contact_id = p->n_good == 0 ? 0 :
	    p->good[0]->id, .at_us = p->w->now_us,
	    .detail = arena_printf(p->w->arena, "{\"reason\":\"%s\"}",
	    b->reason) };

	if (b->snapshot_id != 0)
		return bulk_audit(p->w, p->db, b, verb_of(b), b->n +
		    p->n_good);
	return ledger_audit(p->db, p->w->arena, p->w->ledger, &event);
}

static enum err
run_part(struct bulk_part *p, bool *ret_is_over)
{
	const struct q_bulk_load *b = p->b;
	enum bulk_verdict verdict;
	struct q_bulk_part *rows;
	size_t i, n;
	enum err e;

	/* a colleague who left owns nothing more */
	if (b->has_owner && b->new_owner_id != 0 && !b->is_owner_active)
		return ERR_DENIED;
	if ((e = load_part(p, false, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		verdict = bulk_judge(b, &rows[i]);
		p->left[verdict]++;
		if (verdict == BULK_GOOD)
			p->good[p->n_good++] = &rows[i];
		else
			p->out[p->n_out++] = &rows[i];
	}
	*ret_is_over = n < DB_EACH_MAX;
	p->done = n == 0 ? b->done : rows[n - 1].position;
	if ((p->n_good > 0 && (e = bulk_change(p)) != ERR_OK) ||
	    (e = keep_rows(p, true)) != ERR_OK ||
	    (e = drop_rows(p)) != ERR_OK || (e = store_counts(p)) != ERR_OK)
		return e;
	if (!*ret_is_over)
		return ERR_OK;
	if ((e = move(p->w, p->db, b, "done", 0)) != ERR_OK)
		return e;
	return audit_done(p);
}

static enum err
undo_part(struct bulk_part *p, bool *ret_is_over)
{
	const struct q_bulk_load *b = p->b;
	struct q_bulk_part *rows;
	size_t i, n;
	enum err e;

	if ((e = load_part(p, true, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		p->out[p->n_out++] = &rows[i];
		if (bulk_is_as_left(b, &rows[i]))
			p->good[p->n_good++] = &rows[i];
	}
	*ret_is_over = n < DB_EACH_MAX;
	p->done = n == 0 ? b->done : rows[n - 1].position;
	p->n_undone = p->n_good;
	p->n_kept = n - p->n_good;
	if ((p->n_good > 0 && (e = bulk_put_back(p)) != ERR_OK) ||
	    (e = drop_rows(p)) != ERR_OK)
		return e;
	p->n_good = 0;	/* so many were changed, whatever became of them */
	if ((e = store_counts(p)) != ERR_OK)
		return e;
	if (!*ret_is_over)
		return ERR_OK;
	if ((e = move(p->w, p->db, b, "undone", 0)) != ERR_OK)
		return e;
	return bulk_audit(p->w, p->db, b, "bulk.undone",
	    b->n_undone + p->n_undone);
}

enum err
bulk_step(const struct bulk_work *w, struct db *db, uint64_t id,
    bool *ret_is_over)
{
	struct bulk_part p = { .w = w, .db = db };
	struct q_bulk_load b;
	enum err e;

	if ((e = q_bulk_load(db, w->arena, id, &b)) != ERR_OK)
		return e;
	if (!b.is_active || !bulk_may(b.role, b.action))
		return ERR_DENIED;
	p.b = &b;
	if (strcmp(b.state, "counting") == 0)
		return count_part(&p, ret_is_over);
	if (strcmp(b.state, "running") == 0)
		return run_part(&p, ret_is_over);
	return strcmp(b.state, "undoing") == 0 ? undo_part(&p, ret_is_over) :
	    ERR_CONFLICT;
}
