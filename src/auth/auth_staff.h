/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is done to a colleague's account, in the transaction in hand.  For the
 * office's files of this room only.
 * Law: GDPR 32(4).
 */
#ifndef AUTH_AUTH_STAFF_H
#define AUTH_AUTH_STAFF_H

#include "app/ctx.h"
#include "db/queries.h"

#define AUTH_INVITE_HOURS 24	/* ASVS 5.0, 6.4.1 */

struct auth_member {
	uint64_t id;
	const char *name;
	const char *email;
	const char *role;
	const char *language;
};

/**
 * auth_team_choices(c, ret_choices):
 * Give the teams as choices of a field; the first, "", is none.
 */
enum err auth_team_choices(struct ctx *c,
    const struct field_choice **ret_choices) MUST_CHECK;

/**
 * auth_staff_shut(c, db, id):
 * End the sessions of staff ${id}, its passkeys, its recovery codes and the
 * invitations that wait.
 */
enum err auth_staff_shut(struct ctx *c, struct db *db, uint64_t id)
    MUST_CHECK;

/**
 * auth_staff_invite(c, db, member):
 * Send ${member}, whose row is 'invited', a link that works once.
 */
enum err auth_staff_invite(struct ctx *c, struct db *db,
    const struct auth_member *member) MUST_CHECK;

/**
 * auth_staff_note(c, db, verb, member):
 * Write ${verb} into the audit, and tell by mail every data protection officer
 * and administrator but the one who acts: a second person sees it.
 *
 * Source: ASVS 5.0, 6.3.7 and 6.4.4.
 */
enum err auth_staff_note(struct ctx *c, struct db *db, const char *verb,
    const struct auth_member *member) MUST_CHECK;

#endif
