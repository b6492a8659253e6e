/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One case in the office: what is known of it, what may be done with it now,
 * and its page.  For the files of this room only.
 * Law: GDPR 12(3), 12(4), 17; Regulation 1182/71.
 */
#ifndef RIGHTS_RIGHTS_CASE_H
#define RIGHTS_RIGHTS_CASE_H

#include <stdbool.h>

#include "app/ctx.h"
#include "db/queries.h"
#include "rights/rights.h"

enum rights_act { RIGHTS_ANSWER, RIGHTS_REFUSE, RIGHTS_EXTEND, RIGHTS_ASSIGN,
	RIGHTS_REMIND, RIGHTS_LIFT, RIGHTS_ACT__MAX };

struct rights_case {
	struct ctx *c;
	uint64_t id;
	bool is_masked;		/* an auditor reads: no personal value */
	struct q_rights_office_one r;
	struct q_rights_office_steps *steps;
	struct q_rights_office_erasure *erasure;
	struct q_rights_office_counts *counts;
	struct q_rights_office_answerers *colleagues;
	size_t n_steps, n_erasure, n_counts, n_colleagues;
	uint64_t open_tasks;	/* second copies and names to look at */
	struct rights_texts texts;
	const char *to;		/* where an answer goes; NULL: not by mail */
	enum rights_act failed;	/* what c->form is, if it is not right */
	bool has_failed;
};

/**
 * rights_case_open(k):
 * Read case k->id for k->c.  ERR_NOTFOUND when there is none that this member
 * of staff may see.
 */
enum err rights_case_open(struct rights_case *k) MUST_CHECK;

/**
 * rights_case_may(k, act):
 * Return whether this member of staff may do ${act} with the case as it is.
 */
bool rights_case_may(const struct rights_case *k, enum rights_act act);

/**
 * rights_case_freezes(k):
 * Return whether the record is frozen because the person asked for it in this
 * case.
 *
 * Source: GDPR 18(1).
 */
bool rights_case_freezes(const struct rights_case *k);

/* Why a freeze ends, ended by .value NULL. */
extern const struct field_choice rights_lift_grounds[];

/**
 * rights_case_fields(k, act):
 * Return the fields of the form of ${act}; "version" is among them, so that of
 * two who decide at once one is told.
 */
const struct field *rights_case_fields(const struct rights_case *k,
    enum rights_act act);

/**
 * rights_case_path(act):
 * Return the route of ${act}: "/requests/:id/answer".
 */
const char *rights_case_path(enum rights_act act) NONNULL_RETURN;

/**
 * rights_case_show(k, status, late):
 * Answer ${status} with the page of ${k}; ${late}, if not NULL, says on top
 * why what was sent was not done.
 */
enum err rights_case_show(const struct rights_case *k, int status,
    const char *late) MUST_CHECK;

#endif
