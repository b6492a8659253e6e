/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A file that is brought into the contacts of the scratch database, where Ann
 * is contact 1 and said yes to "news" (GDPR 5(1)(d), 17(1), 21(3)).
 */
#ifndef TESTS_IMPORT_BRING_FIXTURE_H
#define TESTS_IMPORT_BRING_FIXTURE_H

#include "app/config.h"
#include "base/buf.h"
#include "import/import.h"

/* Who is there in each test. */
extern struct bring {
	struct arena *a;
	struct config config;
	struct keys *keys;
	struct db *owner, *portal;
	struct ledger *ledger, *portal_ledger;
	const struct import_own *own;	/* NULL: no custom fields */
	struct import import;	/* a file of today, terms as a fair's */
	struct job job;
	struct buf rejects;	/* of the last run */
	int64_t now_us;
} bring;

/**
 * bring_open(state), bring_close(state):
 * Open and close the connections, around a group of tests.
 */
int bring_open(void **state);
int bring_close(void **state);

/**
 * bring_arrange(state), bring_leave(state):
 * Put Ann into the empty tables and ready bring.import, around each test.
 */
int bring_arrange(void **state);
int bring_leave(void **state);

/**
 * bring_run(text):
 * Import the file ${text}.
 */
enum err bring_run(const char *text);

/**
 * bring_suppress(identifier, value, purpose, basis):
 * Keep somebody out until tomorrow, as an erasure or an objection does.
 */
void bring_suppress(const char *identifier, const char *value,
    uint64_t purpose, const char *basis);

#endif
