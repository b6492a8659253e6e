/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person's choices, signed in or by the link in a mail's footer; entered
 * from the portal's route table only.
 */
#ifndef CONSENT_CONSENT_PORTAL_H
#define CONSENT_CONSENT_PORTAL_H

#include "app/ctx.h"

extern const struct field consent_portal_choice_fields[];
extern const struct field consent_portal_stop_fields[];

enum err consent_portal_consents(struct ctx *c);	/* GET /account/consents */
enum err consent_portal_choose(struct ctx *c);	/* POST /account/consents */
enum err consent_portal_preferences(struct ctx *c);	/* GET /preferences/:token */
enum err consent_portal_stop(struct ctx *c);	/* POST /preferences/:token */
enum err consent_portal_unsubscribe_show(struct ctx *c);	/* GET /unsubscribe/:token */
enum err consent_portal_unsubscribe(struct ctx *c);	/* POST /unsubscribe/:token */

#endif
