/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signing in to the back-office: a password, then a second factor, entered
 * from the office's route table only.
 * Law: GDPR 32; CNIL 2022-100.
 */
#ifndef AUTH_AUTH_OFFICE_H
#define AUTH_AUTH_OFFICE_H

#include "app/ctx.h"
#include "base/clock.h"

#define AUTH_OFFICE_IDLE_US	(15 * MINUTE_US)
#define AUTH_OFFICE_LIFE_US	(10 * HOUR_US)
#define AUTH_OFFICE_HALF_US	(10 * MINUTE_US)	/* to give the second factor */

extern const struct field auth_office_password_fields[];
extern const struct field auth_office_code_fields[];
extern const struct field auth_office_again_fields[];
extern const struct field auth_office_join_fields[];
extern const struct field auth_office_change_fields[];

/**
 * auth_office_caller_load(c, id_hash):
 * Fill c->caller from the office session of hash ${id_hash}, with the role
 * and team that the staff row has at this request, and write its last-seen at
 * most once a minute.  Before the second factor only staff_id is set.
 * ERR_LOGIN when there is none, its time is over, or the account is disabled.
 */
enum err auth_office_caller_load(struct ctx *c,
    const unsigned char id_hash[32]) MUST_CHECK;

/**
 * auth_office_sees_all(c):
 * Return whether the role of this member of staff sees every contact,
 * whatever its silo: who answers for data protection, and the lawyers.
 *
 * Source: GDPR 38(2), 39(1).
 */
bool auth_office_sees_all(const struct ctx *c);

enum err auth_office_password_show(struct ctx *c);	/* GET /sign-in */
enum err auth_office_password(struct ctx *c);	/* POST /sign-in */
enum err auth_office_code_show(struct ctx *c);	/* GET /sign-in/code */
enum err auth_office_code(struct ctx *c);	/* POST /sign-in/code */
enum err auth_office_again_show(struct ctx *c);	/* GET /sign-in/again */
enum err auth_office_again(struct ctx *c);	/* POST /sign-in/again */
enum err auth_office_out(struct ctx *c);	/* POST /sign-out */
enum err auth_office_staff(struct ctx *c);	/* GET /staff */
enum err auth_office_member(struct ctx *c);	/* GET /staff/:id */
enum err auth_office_place(struct ctx *c);	/* POST /staff/:id/place */
enum err auth_office_disable(struct ctx *c);	/* POST /staff/:id/disable */
enum err auth_office_reset(struct ctx *c);	/* POST /staff/:id/invite */
enum err auth_office_invite_show(struct ctx *c);	/* GET /staff/invite */
enum err auth_office_invite(struct ctx *c);	/* POST /staff/invite */
enum err auth_office_join_show(struct ctx *c);	/* GET /password/invite/:token */
enum err auth_office_join(struct ctx *c);	/* POST /password/invite/:token */
enum err auth_office_access(struct ctx *c);	/* GET /access */
enum err auth_office_end(struct ctx *c);	/* POST /access/sessions */
enum err auth_office_recovery(struct ctx *c);	/* POST /password/recovery */
enum err auth_office_change(struct ctx *c);	/* POST /password/change */

/* Teams: who is in them, how many contacts. */
extern const struct field auth_office_team_fields[];

/**
 * auth_office_team_enter(c, db, id):
 * Within a transaction, keep team ${id} (0: none) open until its end, for who or
 * what is put into it.  ERR_INVALID, with words at the field "team", if it was
 * closed since the form was shown.
 */
enum err auth_office_team_enter(struct ctx *c, struct db *db, uint64_t id)
    MUST_CHECK;

enum err auth_office_teams(struct ctx *c);	/* GET /staff/teams */
enum err auth_office_team_add(struct ctx *c);	/* POST /staff/teams */
enum err auth_office_team(struct ctx *c);	/* GET /staff/teams/:id */
enum err auth_office_team_rename(struct ctx *c);	/* POST /staff/teams/:id/rename */
enum err auth_office_team_close(struct ctx *c);	/* POST /staff/teams/:id/close */
enum err auth_office_team_open(struct ctx *c);	/* POST /staff/teams/:id/open */

#endif
