/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the search after an erasure found, as staff see it; entered from the
 * office's route table only.
 * Law: GDPR 5(2), 17(1).
 */
#ifndef ERASURE_ERASURE_OFFICE_H
#define ERASURE_ERASURE_OFFICE_H

#include "app/ctx.h"

extern const struct field erasure_office_mend_fields[];
extern const struct field erasure_office_look_fields[];

enum err erasure_office_task(struct ctx *c);	/* GET /requests/:id/task */
enum err erasure_office_mend(struct ctx *c);	/* POST /requests/:id/task */
enum err erasure_office_look(struct ctx *c);	/* POST /requests/:id/task/look */

/* The same for an erasure that has no case: a retention period had ended. */
enum err erasure_office_bare(struct ctx *c);	/* GET /erasures/:id/task */
enum err erasure_office_bare_mend(struct ctx *c);	/* POST /erasures/:id/task */
enum err erasure_office_bare_look(struct ctx *c);	/* POST /erasures/:id/task/look */

#endif
