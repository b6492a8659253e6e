/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whether the clock may be believed: a wrong one would delete what must stay
 * or keep what must go (GDPR 5(1)(d), 5(1)(e), 32(1)(b)).
 */
#ifndef KEEPER_GUARD_H
#define KEEPER_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "db/db.h"

#define GUARD_FORWARD_US	(60 * 60 * INT64_C(1000000))
#define GUARD_BACKWARD_US	(2 * INT64_C(1000000))

enum guard {
	GUARD_GOOD,
	GUARD_FORWARD,	/* jumped more than GUARD_FORWARD_US ahead */
	GUARD_BACKWARD,	/* stands before an instant that work was done at */
	GUARD__MAX
};

/**
 * guard_judge(high_us, accepted_us, now_us):
 * Say what ${now_us} is against the mark: ${high_us} the latest instant that
 * work was done at, ${accepted_us} the instant up to which a person confirmed
 * jumps.
 */
enum guard guard_judge(int64_t high_us, int64_t accepted_us, int64_t now_us);

/**
 * guard_look(db, a, now_us, ret_guard):
 * Judge ${now_us} by the mark in the database, and raise the mark when it is
 * good.  Otherwise log a fault (once per doubt) and open a staff task that
 * says how to go on: `assent clock accept`.
 */
enum err guard_look(struct db *db, struct arena *a, int64_t now_us,
    enum guard *ret_guard) MUST_CHECK;

#endif
