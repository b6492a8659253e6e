/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The roles of staff: as they are stored and what they are called (GDPR 32(4)).
 */
#ifndef APP_ROLE_H
#define APP_ROLE_H

#include "app/fields.h"

#define ROLE_BIT(role)	(1u << (role))	/* of a route's roles */

/* In the order of enum staff_role, ended by .value NULL. */
extern const struct field_choice role_choices[];

/**
 * role_word(role):
 * Return the msgid of what ${role}, as stored, is called; ${role} itself where
 * it is none.
 */
const char *role_word(const char *role) NONNULL_RETURN;

/**
 * role_sees_all(role):
 * Return whether ${role}, as stored, sees every contact, whatever its silo:
 * who answers for data protection, and the lawyers.
 *
 * Source: GDPR 38(2), 39(1).
 */
bool role_sees_all(const char *role);

#endif
