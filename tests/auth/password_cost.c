/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A cost that tests can pay many times.  Linked before libassent.a, it stands
 * in for src/auth/password_cost.c.
 */
#include "auth/password_cost.h"

const struct password_cost password_cost = {
	.memory_kib = 64,
	.passes = 1,
};
