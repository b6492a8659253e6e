/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pages where the controller manages what data is used for.  Entered from
 * the office's route table only.
 * Law: GDPR 5(1)(b), 6(1), 7(1), 13(1)(c); ePrivacy 13; FEATURES CS6, TL2, TL4.
 */
#ifndef CONSENT_CONSENT_PURPOSES_OFFICE_H
#define CONSENT_CONSENT_PURPOSES_OFFICE_H

#include "app/ctx.h"
#include "app/role.h"

/* Who changes purposes, and who reads them. */
#define CONSENT_PURPOSE_WRITERS (ROLE_BIT(ROLE_DPO) | ROLE_BIT(ROLE_ADMIN))
#define CONSENT_PURPOSE_READERS (CONSENT_PURPOSE_WRITERS | \
	ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_LEGAL))

extern const struct field consent_office_close_fields[];

enum err consent_office_purposes(struct ctx *c);	/* GET /settings/purposes */
enum err consent_office_purpose_new(struct ctx *c);	/* GET /settings/purposes/new */
enum err consent_office_purpose_add(struct ctx *c);	/* POST /settings/purposes */
enum err consent_office_purpose(struct ctx *c);	/* GET /settings/purposes/:id */
enum err consent_office_purpose_change(struct ctx *c);	/* POST /settings/purposes/:id */
enum err consent_office_purpose_end(struct ctx *c);	/* GET /settings/purposes/:id/close */
enum err consent_office_purpose_close(struct ctx *c);	/* POST /settings/purposes/:id/close */

#endif
