/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff who have signed in at the company's own sign-on, entered from the
 * office's route table and from its sign-in.
 * Law: GDPR 32; CNIL 2022-100.
 */
#ifndef AUTH_AUTH_SSO_OFFICE_H
#define AUTH_AUTH_SSO_OFFICE_H

#include "app/ctx.h"

/**
 * auth_sso_form(c):
 * Return the form by which the sign-in page goes on with who has signed in at
 * the company: page_csrf() and "address"; null when nobody has.
 */
json_t *auth_sso_form(struct ctx *c) NONNULL_RETURN;

/**
 * auth_sso_holds(c, staff_id):
 * ERR_LOGIN unless the company's sign-on still names ${staff_id}: a session
 * that began there is over when it is over there.
 */
enum err auth_sso_holds(struct ctx *c, uint64_t staff_id) MUST_CHECK;

enum err auth_office_sso(struct ctx *c);	/* POST /sign-in/sso */

#endif
