/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The person's own record, entered from the portal's route table only.
 */
#ifndef CONTACTS_CONTACTS_PORTAL_H
#define CONTACTS_CONTACTS_PORTAL_H

#include "app/ctx.h"

extern const struct field contacts_portal_data_fields[];
extern const struct field contacts_portal_address_fields[];
extern const struct field contacts_reach_new_fields[];
extern const struct field contacts_reach_change_fields[];

enum err contacts_portal_account(struct ctx *c);	/* GET /account */
enum err contacts_portal_activity(struct ctx *c);	/* GET /account/activity */
enum err contacts_portal_data(struct ctx *c);	/* GET /account/data */
enum err contacts_portal_edit(struct ctx *c);	/* POST /account/data */
enum err contacts_portal_address(struct ctx *c);	/* POST /account/data/address */
enum err contacts_portal_address_sent(struct ctx *c);	/* GET /account/data/address/sent */
enum err contacts_portal_address_show(struct ctx *c);	/* GET /address/:token */
enum err contacts_portal_address_confirm(struct ctx *c);	/* POST /address/:token */
enum err contacts_portal_reach_new(struct ctx *c);	/* GET /account/data/reach/new */
enum err contacts_portal_reach_add(struct ctx *c);	/* POST /account/data/reach */
enum err contacts_portal_reach_show(struct ctx *c);	/* GET /account/data/reach/:reach */
enum err contacts_portal_reach_change(struct ctx *c);	/* POST /account/data/reach/:reach */
enum err contacts_portal_reach_remove(struct ctx *c);	/* POST /account/data/reach/:reach/remove */
enum err contacts_portal_reach_lead(struct ctx *c);	/* POST /account/data/reach/:reach/main */

#endif
