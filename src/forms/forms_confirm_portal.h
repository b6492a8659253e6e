/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pages of /confirm, entered from the portal's route table only.
 */
#ifndef FORMS_FORMS_CONFIRM_PORTAL_H
#define FORMS_FORMS_CONFIRM_PORTAL_H

#include "app/ctx.h"

extern const struct field forms_portal_code_fields[];

enum err forms_portal_confirm_show(struct ctx *c);	/* GET /confirm/:token */
enum err forms_portal_confirm(struct ctx *c);	/* POST /confirm/:token */
enum err forms_portal_code_show(struct ctx *c);	/* GET /confirm */
enum err forms_portal_code(struct ctx *c);	/* POST /confirm */

#endif
