/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What one password costs to hash.  In a file of its own, so that a test
 * program can link a cheaper pair instead (GDPR 32).
 */
#ifndef AUTH_PASSWORD_COST_H
#define AUTH_PASSWORD_COST_H

/* Argon2id with one lane. */
struct password_cost {
	unsigned long memory_kib;	/* m */
	unsigned long passes;		/* t */
};

/* The most that is ever computed for a hash that a row holds. */
#define PASSWORD_MEMORY_MAX_KIB	65536ul
#define PASSWORD_PASSES_MAX	4ul

/**
 * password_cost:
 * What new hashes cost: 64 MiB and 3 passes, some 70 ms.
 *
 * Source: RFC 9106, 4 (second recommended option); ASVS 5.0, 11.4.2.
 */
extern const struct password_cost password_cost;

#endif
