/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A colleague's file on its way through the keeper's jobs: Lea, of team 7 of
 * two, brings it (GDPR 5(1)(d), 5(1)(e)).
 */
#ifndef TESTS_IMPORT_DESK_FIXTURE_H
#define TESTS_IMPORT_DESK_FIXTURE_H

#include "tests/import/bring-fixture.h"

enum desk_job { READ, WORK, EXPIRE, DESK_JOBS };

extern struct desk {
	struct arena *a;
	struct keys *keys;
	struct db *office, *keeper;
	struct ledger *ledger;
	struct job jobs[DESK_JOBS];
} desk;

/**
 * desk_open(state), desk_close(state), desk_arrange(state), desk_leave(state):
 * As those of bring-fixture.h, which they call.
 */
int desk_open(void **state);
int desk_close(void **state);
int desk_arrange(void **state);
int desk_leave(void **state);

/**
 * desk_jobs(owner):
 * Ready the jobs of a process called ${owner}.
 */
void desk_jobs(const char *owner);

/**
 * desk_run(which):
 * Run a job until it has nothing to do.
 */
void desk_run(enum desk_job which);

/**
 * desk_upload(text), desk_map(id, mapping, policy), desk_start(id),
 * desk_undo(id):
 * Do what a colleague does on the pages; the first returns the import.
 */
uint64_t desk_upload(const char *text);
void desk_map(uint64_t id, const char *mapping, const char *policy);
void desk_start(uint64_t id);
void desk_undo(uint64_t id);

/**
 * desk_state(id):
 * Return how far the import is.
 */
const char *desk_state(uint64_t id);

/**
 * desk_import(text, mapping, policy):
 * Bring a file in, and return its import.
 */
uint64_t desk_import(const char *text, const char *mapping,
    const char *policy);

#endif
