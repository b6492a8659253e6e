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
#define GUARD_AWAY_US		(31 * 24 * GUARD_FORWARD_US)

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

/* What a machine knows of time besides its clock. */
struct guard_witness {
	unsigned char machine[32];	/* hash of its name */
	int64_t boot_us;	/* since its start, sleep included */
	bool is_synchronised;	/* a time server keeps its clock */
};

/**
 * guard_witness(now_us, ret_witness):
 * Ask this machine.  A clock that differs from the kernel's own (a shifted
 * one) is never synchronised.
 */
void guard_witness(int64_t now_us, struct guard_witness *ret_witness);

/**
 * guard_was_away(high_us, then, now_us, now):
 * Return whether the time from ${high_us} to ${now_us} has truly passed while
 * nobody worked, as it does when a machine is off for a weekend: the machine
 * that did the last work (${then}; is_synchronised does not count) has itself
 * counted as much since, whatever its clock; or it was started anew, or
 * another one works now, and a time server keeps that one's clock, and it is
 * no more than GUARD_AWAY_US.
 */
bool guard_was_away(int64_t high_us, const struct guard_witness *then,
    int64_t now_us, const struct guard_witness *now);

/**
 * guard_look(db, a, ledger, now_us, has_mark, ret_guard):
 * Judge ${now_us} by the mark in the database, and raise the mark when it is
 * good, or when the time has truly passed: that leaves a line "clock.away" in
 * ${ledger}.  Otherwise log a fault (once per doubt) and open a staff task
 * that says how to go on: `assent clock accept`.  A new site's first look
 * makes the mark; ${has_mark}, false at first, remembers between looks that
 * there is one.  One that is gone then is made anew by the next look only, and
 * the answer is ERR_DOWN: tables that are being put back bring their own.
 */
struct ledger;
enum err guard_look(struct db *db, struct arena *a, struct ledger *ledger,
    int64_t now_us, bool *has_mark, enum guard *ret_guard) MUST_CHECK;

#endif
