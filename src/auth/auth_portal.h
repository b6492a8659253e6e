/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pages of signing in, entered from the portal's route table only.
 */
#ifndef AUTH_AUTH_PORTAL_H
#define AUTH_AUTH_PORTAL_H

#include "app/ctx.h"

extern const struct field auth_portal_password_fields[];
extern const struct field auth_portal_link_fields[];
extern const struct field auth_portal_code_fields[];
extern const struct field auth_portal_choose_fields[];
extern const struct field auth_portal_again_fields[];
extern const struct field auth_portal_set_fields[];
extern const struct field auth_portal_end_fields[];

enum err auth_portal_password_show(struct ctx *c);	/* GET /sign-in */
enum err auth_portal_password(struct ctx *c);	/* POST /sign-in */
enum err auth_portal_link_ask(struct ctx *c);	/* GET /sign-in/link */
enum err auth_portal_link_send(struct ctx *c);	/* POST /sign-in/link */
enum err auth_portal_link_sent(struct ctx *c);	/* GET /sign-in/link/sent */
enum err auth_portal_link_again(struct ctx *c);	/* POST /sign-in/link/again */
enum err auth_portal_link_show(struct ctx *c);	/* GET /sign-in/link/:token */
enum err auth_portal_link(struct ctx *c);	/* POST /sign-in/link/:token */
enum err auth_portal_code_show(struct ctx *c);	/* GET /sign-in/code */
enum err auth_portal_code(struct ctx *c);	/* POST /sign-in/code */
enum err auth_portal_choose_show(struct ctx *c);	/* GET /sign-in/choose */
enum err auth_portal_choose(struct ctx *c);	/* POST /sign-in/choose */
enum err auth_portal_again_show(struct ctx *c);	/* GET /sign-in/again */
enum err auth_portal_again(struct ctx *c);	/* POST /sign-in/again */
enum err auth_portal_out(struct ctx *c);	/* POST /sign-out */
enum err auth_portal_security(struct ctx *c);	/* GET /account/security */
enum err auth_portal_end(struct ctx *c);	/* POST /account/security/end */
enum err auth_portal_end_others(struct ctx *c);	/* POST /account/security/end-others */
enum err auth_portal_stop_address(struct ctx *c);	/* POST /account/security/stop-address */
enum err auth_portal_set_show(struct ctx *c);	/* GET /password/set */
enum err auth_portal_set(struct ctx *c);	/* POST /password/set */

#endif
