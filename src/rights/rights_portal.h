/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person's cases, signed in or by the public form; entered from the
 * portal's route table only.
 */
#ifndef RIGHTS_RIGHTS_PORTAL_H
#define RIGHTS_RIGHTS_PORTAL_H

#include "app/ctx.h"

extern const struct field rights_portal_form_fields[];
extern const struct field rights_portal_own_fields[];
extern const struct field rights_portal_restriction_fields[];

enum err rights_portal_new(struct ctx *c);	/* GET /rights */
enum err rights_portal_file(struct ctx *c);	/* POST /rights */
enum err rights_portal_filed(struct ctx *c);	/* GET /rights/filed */
enum err rights_portal_list(struct ctx *c);	/* GET /account/requests */
enum err rights_portal_ask(struct ctx *c);	/* POST /account/requests */
enum err rights_portal_show(struct ctx *c);	/* GET /account/requests/:id */
enum err rights_portal_restriction(struct ctx *c);	/* GET /account/restriction */
enum err rights_portal_restrict(struct ctx *c);	/* POST /account/restriction */
enum err rights_portal_lift(struct ctx *c);	/* POST /account/restriction/end */

#endif
