/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is done to many contacts at once, by the office's request for a page of
 * them and by the keeper for more: counted, done, taken back, part by part.
 * Each part asks again who acts and whom they may see.
 * Law: GDPR 5(1)(d), 5(1)(f), 5(2), 18, 25; FEATURES BT4, CS8, CS12, X20.
 */
#ifndef LISTS_LISTS_BULK_H
#define LISTS_LISTS_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "db/db.h"
#include "db/queries.h"
#include "keys/keys.h"

#define BULK_AT_ONCE	100	/* done by the request itself; more is the keeper's */
#define BULK_UNDO_US	(7 * DAY_US)	/* and how long who was changed is known */
#define BULK_PROPOSED_US (30 * DAY_US)	/* a deletion waits for the DPO */
#define BULK_KNOWN_US	(30 * DAY_US)	/* how long it is known that it was */
#define BULK_READY_US	DAY_US		/* a preview waits for its button */

struct ledger;
struct outbox;

/* With what a part is done: of a request or of a job. */
struct bulk_work {
	struct arena *arena;
	const struct keys *keys;
	struct ledger *ledger;
	struct outbox *outbox;
	const char *actor;	/* of the audit: staff, program */
	int64_t now_us;
};

/* Why a contact is left out. */
enum bulk_verdict { BULK_GOOD, BULK_RESTRICTED, BULK_FOREIGN, BULK_SAME,
	BULK_UNSEEN, BULK_VERDICT__MAX };

/**
 * bulk_may(role, action):
 * Return whether a colleague of ${role}, as stored, may do ${action}: whoever
 * corrects records assigns, labels and proposes to delete; the DPO and the
 * lawyers restrict.
 *
 * Source: GDPR 18(1), 38, 39.
 */
bool bulk_may(const char *role, const char *action);

/**
 * bulk_judge(b, r):
 * Return whether ${b} may be done to the contact ${r}, as both are now.
 * Nobody assigns what is not theirs: an adviser their own contacts, a lead
 * those of their team and of nobody, the DPO all.  And nobody makes a contact
 * invisible: somebody active must be able to see it afterwards.
 */
enum bulk_verdict bulk_judge(const struct q_bulk_load *b,
    const struct q_bulk_part *r);

/**
 * bulk_step(w, db, id, ret_is_over):
 * Within the transaction in hand, do the next part of the action ${id}, in
 * whatever state it is: "counting" ends as "ready", "running" as "done" or
 * "proposed", "undoing" as "undone".  ${ret_is_over}: there is no more.
 * ERR_CONFLICT when somebody else went on with it: nothing is stored.
 * ERR_DENIED when who acts may not any more.
 */
enum err bulk_step(const struct bulk_work *w, struct db *db, uint64_t id,
    bool *ret_is_over) MUST_CHECK;

/**
 * bulk_start(w, db, b), bulk_undo(w, db, b):
 * Within the transaction in hand, let ${b}, which is "ready", run, or take it
 * back.  ERR_CONFLICT when it is in another state now.
 */
enum err bulk_start(const struct bulk_work *w, struct db *db,
    const struct q_bulk_load *b) MUST_CHECK;
enum err bulk_undo(const struct bulk_work *w, struct db *db,
    const struct q_bulk_load *b) MUST_CHECK;

/**
 * bulk_may_undo(b, now_us):
 * Return whether ${b} can be taken back at ${now_us}.
 */
bool bulk_may_undo(const struct q_bulk_load *b, int64_t now_us);

/**
 * bulk_audit(w, db, b, verb, n):
 * Say in the audit that ${verb} was done to ${n} contacts.
 */
enum err bulk_audit(const struct bulk_work *w, struct db *db,
    const struct q_bulk_load *b, const char *verb, uint64_t n) MUST_CHECK;

/**
 * bulk_task_detail(a, id):
 * Return the detail of the task that a proposed deletion opens.
 */
const char *bulk_task_detail(struct arena *a, uint64_t id) NONNULL_RETURN;

#endif
