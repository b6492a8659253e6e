/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff say that two records are of one person, see what that does, and ask
 * for it; entered from the office's route table only.
 */
#ifndef MERGE_MERGE_OFFICE_H
#define MERGE_MERGE_OFFICE_H

#include "app/ctx.h"

extern const struct field merge_office_find_fields[];
extern const struct field merge_office_dismiss_fields[];

enum err merge_office_find_show(struct ctx *c);	/* GET /contacts/:id/merge */
enum err merge_office_find(struct ctx *c);	/* POST /contacts/:id/merge */
enum err merge_office_show(struct ctx *c);	/* GET /contacts/:id/merge/:other */
enum err merge_office_ask(struct ctx *c);	/* POST /contacts/:id/merge/:other */
enum err merge_office_state(struct ctx *c);	/* GET /contacts/:id/merges/:merge */
enum err merge_office_progress(struct ctx *c);	/* GET /contacts/:id/merges/:merge/state */
enum err merge_office_pairs(struct ctx *c);	/* GET /lists/duplicates */
enum err merge_office_dismiss(struct ctx *c);	/* POST /lists/duplicates */

#endif
