/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The production cost of a password; nothing else may stand in this file.
 * Law: GDPR 32.
 */
#include "auth/password_cost.h"

const struct password_cost password_cost = {
	.memory_kib = 65536,
	.passes = 3,
};
