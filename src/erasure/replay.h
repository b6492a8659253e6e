/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * After a backup was put back: everybody whom the erasure journal names is
 * erased again, and nothing of the past acts a second time (GDPR 17(1)).
 */
#ifndef ERASURE_REPLAY_H
#define ERASURE_REPLAY_H

#include "db/db.h"
#include "erasure/scan.h"
#include "journal/journal.h"
#include "keys/keys.h"

struct replay {
	struct db *db;
	const struct keys *keys;	/* of the owner */
	const struct journal *journal;
	int64_t now_us;
	void (*progress)(void *arg, uint64_t n_looked);	/* NULL: none */
	void (*found)(void *arg, const struct scan_hit *hit);
	void *arg;

	uint64_t n_looked;	/* set: contacts looked up */
	uint64_t n_erased;	/* set: of them, erased again */
	uint64_t n_keys;	/* set: key sets destroyed without a contact */
	uint64_t n_hard;	/* set: second copies that are still there */
	uint64_t n_soft;	/* set: names to look at */
	int64_t last_us;	/* set: the last thing the database knows; 0 */
};

/**
 * replay_erasures(r):
 * Look every contact and every holder of a key up in the journal of ${r}, and
 * erase who is named there, whatever his number: one transaction per person,
 * so that a second run goes on after a kill.  Then search for second copies
 * and call found() for those that the search tells.
 *
 * Source: GDPR 17(1); CNIL on restored backups.
 */
enum err replay_erasures(struct replay *r) MUST_CHECK;

/**
 * replay_end(r):
 * In one transaction: no session and no acting link is valid any more, no
 * mail that waits goes out, the log goes on in a new epoch, staff have a task
 * "site.restored", an audit line says it, the clock is accepted, and the
 * database agrees with the journal.  Call replay_erasures() first.
 *
 * Source: GDPR 5(1)(d), 17(1), 32(1)(b).
 */
enum err replay_end(struct replay *r) MUST_CHECK;

#endif
