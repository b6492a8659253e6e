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

enum err rights_office_list(struct ctx *c);	/* GET /requests */
enum err rights_office_show(struct ctx *c);	/* GET /requests/:id */

#endif
