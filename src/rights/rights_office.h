/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Cases as staff see them, entered from the office's route table only.
 * Law: GDPR 12(3), 15 to 22.
 */
#ifndef RIGHTS_RIGHTS_OFFICE_H
#define RIGHTS_RIGHTS_OFFICE_H

#include "app/ctx.h"
#include "base/day.h"

/**
 * rights_office_kind(c, kind), rights_office_verb(c, verb):
 * Return the words of a kind or a step, as staff say them.
 */
const char *rights_office_kind(struct ctx *c, const char *kind)
    NONNULL_RETURN;
const char *rights_office_verb(struct ctx *c, const char *verb)
    NONNULL_RETURN;

/**
 * rights_office_state(c, view, state, due):
 * Put into ${view} the state of a case: late once ${due} has passed.
 */
void rights_office_state(struct ctx *c, json_t *view, const char *state,
    struct day due);

/**
 * rights_office_sees_all(c), rights_office_is_masked(c):
 * Return whether this member of staff sees the cases of every silo; and
 * whether without any personal value, as auditors do: they read what was done
 * and when, never about whom.
 *
 * Source: GDPR 5(1)(c), 39(1)(b).
 */
bool rights_office_sees_all(const struct ctx *c);
bool rights_office_is_masked(const struct ctx *c);

/**
 * rights_office_who(c, contact_id, given_name, family_name):
 * Return who asks, masked where the reader is to see no name: "É••• M•••".
 */
const char *rights_office_who(struct ctx *c, uint64_t contact_id,
    const char *given_name, const char *family_name) NONNULL_RETURN;

extern const struct field rights_office_answer_fields[];
extern const struct field rights_office_refuse_fields[];
extern const struct field rights_office_extend_fields[];
extern const struct field rights_office_lift_fields[];

enum err rights_office_list(struct ctx *c);	/* GET /requests */
enum err rights_office_show(struct ctx *c);	/* GET /requests/:id */
enum err rights_office_answer(struct ctx *c);	/* POST /requests/:id/answer */
enum err rights_office_refuse(struct ctx *c);	/* POST /requests/:id/refuse */
enum err rights_office_extend(struct ctx *c);	/* POST /requests/:id/extend */
enum err rights_office_assign(struct ctx *c);	/* POST /requests/:id/assign */
enum err rights_office_remind(struct ctx *c);	/* POST /requests/:id/remind */
enum err rights_office_lift(struct ctx *c);	/* POST /requests/:id/lift */

#endif
