/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Pages of what is done to many contacts at once, and of whose one contact is:
 * chosen, counted, confirmed, taken back.
 * Law: GDPR 5(1)(d), 5(1)(f), 18, 25; FEATURES BT4, CS12.
 */
#ifndef LISTS_LISTS_BULK_OFFICE_H
#define LISTS_LISTS_BULK_OFFICE_H

#include "app/ctx.h"
#include "lists/lists_bulk.h"

#define BULK_OPEN_MAX	3	/* under way, of one colleague */

/* What somebody does, and how its form is drawn. */
struct bulk_kind {
	const char *action;
	const char *title;	/* msgids */
	const char *text;
	const char *button;
};

/* Ended by .action NULL. */
extern const struct bulk_kind bulk_kinds[];

/**
 * bulk_work_of(c):
 * Return the means of the request ${c}, for lists_bulk.h.
 */
struct bulk_work bulk_work_of(struct ctx *c);

/**
 * bulk_fields(c, action, ret_fields):
 * Make the declared fields of ${action}, with the rows that can be chosen:
 * a lead gives within the team.
 */
enum err bulk_fields(struct ctx *c, const char *action,
    const struct field **ret_fields) MUST_CHECK;

/* What a form of an action says. */
struct bulk_wanted {
	const char *action;
	const char *reason;
	bool has_owner;
	uint64_t owner_id;
	bool has_team;
	uint64_t team_id;
	const char *visibility;	/* NULL: as it is */
	uint64_t tag_id;
	const char *ground;
};

/**
 * bulk_read(c, action, ret_wanted):
 * Read c->form, which form_read() has filled from bulk_fields().  ERR_INVALID,
 * with its error in the form, when nothing is to be changed.
 */
enum err bulk_read(struct ctx *c, const char *action,
    struct bulk_wanted *ret_wanted) MUST_CHECK;

/**
 * bulk_place_keep(form):
 * Fill the fields of an assignment with what changes nothing.
 */
void bulk_place_keep(struct form *form);

/* From what an action is stored. */
struct bulk_source {
	const char *state;	/* counting, running */
	uint64_t snapshot_id;	/* 0: one record */
	uint64_t total;
};

/**
 * bulk_store(c, db, wanted, source, ret_id):
 * Store ${wanted} for the contacts of ${source}, in the transaction in hand.
 */
enum err bulk_store(struct ctx *c, struct db *db,
    const struct bulk_wanted *wanted, const struct bulk_source *source,
    uint64_t *ret_id) MUST_CHECK;

/**
 * bulk_run(c, db, id):
 * Do the parts of ${id}, BULK_AT_ONCE contacts at most, in the transaction in
 * hand.
 */
enum err bulk_run(struct ctx *c, struct db *db, uint64_t id) MUST_CHECK;

/**
 * bulk_reason_text(c, reason), bulk_title(c, action):
 * Return what a code of a reason, an action, is called.
 */
const char *bulk_reason_text(struct ctx *c, const char *reason)
    NONNULL_RETURN;
const char *bulk_title(struct ctx *c, const char *action) NONNULL_RETURN;

/**
 * lists_given_view(c, ret_list):
 * Return what colleagues gave to the caller, who has not read of it yet, as a
 * new list: "text", "url", "seen", the form that settles it.
 */
enum err lists_given_view(struct ctx *c, json_t **ret_list) MUST_CHECK;

enum err lists_office_chosen(struct ctx *c);	/* POST /lists/chosen */
enum err lists_office_bulk_list(struct ctx *c);	/* GET /lists/bulk */
enum err lists_office_bulk_new(struct ctx *c);	/* GET /lists/bulk/new */
enum err lists_office_bulk(struct ctx *c);	/* POST /lists/bulk */
enum err lists_office_bulk_show(struct ctx *c);	/* GET /lists/bulk/:id */
enum err lists_office_bulk_state(struct ctx *c);	/* GET /lists/bulk/:id/state */
enum err lists_office_bulk_start(struct ctx *c);	/* POST /lists/bulk/:id/start */
enum err lists_office_bulk_cancel(struct ctx *c);	/* POST /lists/bulk/:id/cancel */
enum err lists_office_bulk_undo(struct ctx *c);	/* POST /lists/bulk/:id/undo */
enum err lists_office_bulk_dismiss(struct ctx *c);	/* POST /lists/bulk/:id/dismiss */
enum err lists_office_bulk_told(struct ctx *c);	/* POST /lists/bulk/:id/told */
enum err lists_office_assign_show(struct ctx *c);	/* GET /contacts/:id/assign */
enum err lists_office_assign(struct ctx *c);	/* POST /contacts/:id/assign */

#endif
