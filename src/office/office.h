/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The back-office: the door for staff.
 */
#ifndef OFFICE_OFFICE_H
#define OFFICE_OFFICE_H

#include "app/ctx.h"
#include "app/role.h"

/* Who may see people, each those of their silo (BT4). */
#define OFFICE_PEOPLE	(ROLE_BIT(ROLE_ADVISER) | ROLE_BIT(ROLE_LEAD) | \
			ROLE_BIT(ROLE_DPO) | ROLE_BIT(ROLE_LEGAL))

/* Who reads cases: the same, and auditors without any name. */
#define OFFICE_CASES	(OFFICE_PEOPLE | ROLE_BIT(ROLE_AUDITOR))

/* Who answers persons in the controller's name. */
#define OFFICE_DECIDE	(ROLE_BIT(ROLE_DPO) | ROLE_BIT(ROLE_LEGAL))

/* Who oversees: what was done, which mails left, who works here. */
#define OFFICE_AUDIT	(ROLE_BIT(ROLE_DPO) | ROLE_BIT(ROLE_SECURITY) | \
			ROLE_BIT(ROLE_AUDITOR))
#define OFFICE_MAIL	(OFFICE_AUDIT | ROLE_BIT(ROLE_ADMIN) | \
			ROLE_BIT(ROLE_LEAD))
#define OFFICE_STAFF	(OFFICE_AUDIT | ROLE_BIT(ROLE_ADMIN))

/* Who reads what the company declares; OFFICE_ACCOUNTS changes it. */
#define OFFICE_SETTINGS	(OFFICE_STAFF | ROLE_BIT(ROLE_LEGAL))

/* Who lets colleagues in and out, and changes the settings. */
#define OFFICE_ACCOUNTS	(ROLE_BIT(ROLE_DPO) | ROLE_BIT(ROLE_ADMIN))

extern const struct route office_routes[];
extern const struct door office_door;

/**
 * office_is_among(c, roles):
 * Return whether the colleague's role is one of ${roles}.
 */
bool office_is_among(const struct ctx *c, unsigned roles);

enum err office_audit(struct ctx *c);	/* GET /audit */
enum err office_home(struct ctx *c);	/* GET / */
enum err office_settle(struct ctx *c);	/* POST /tasks/:id */
enum err office_health(struct ctx *c);	/* GET /healthz: the process is alive */
enum err office_ready(struct ctx *c);	/* GET /readyz: database and journal too */

#endif
