/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Colleagues, contacts, snapshots and the keeper that exports them.
 */
#ifndef TESTS_EXPORT_STAFF_FIXTURE_H
#define TESTS_EXPORT_STAFF_FIXTURE_H

#include "app/job.h"
#include "db/queries.h"

#define STAFF_NOW_US	(INT64_C(1800000000) * SECOND_US)
#define STAFF_EXPORT	"6"	/* staff_fixture_ask() makes this one */

extern struct arena *staff_arena;
extern struct keys *staff_keys;
extern struct db *staff_keeper, *staff_office;
extern struct job staff_build, staff_expire, staff_note;

/**
 * staff_fixture_open(state), staff_fixture_close(state):
 * Around a group of tests.
 */
int staff_fixture_open(void **state);
int staff_fixture_close(void **state);

/**
 * staff_fixture_fill(state):
 * Adviser 1 and lead 2 of team 1, DPO 3; three contacts that all of them see,
 * and snapshot 9 of adviser 1 with these, in the order 3, 1, 2.
 */
int staff_fixture_fill(void **state);

/**
 * staff_fixture_many(n):
 * Contacts 100 and on, ${n} of them, alone in snapshot 9.
 */
void staff_fixture_many(unsigned n);

/**
 * staff_fixture_ask(format, columns, contact_id):
 * Export 6 of adviser 1: of ${contact_id}, or with 0 of snapshot 9.
 */
void staff_fixture_ask(const char *format, const char *columns,
    uint64_t contact_id);

/**
 * staff_fixture_batch(job), staff_fixture_run(job):
 * Run one batch; run batches until there is no more to do.
 */
enum err staff_fixture_batch(struct job *job);
void staff_fixture_run(struct job *job);

/**
 * staff_fixture_die():
 * Forget what the building keeper held, as a kill does.
 */
void staff_fixture_die(void);

/**
 * staff_fixture_file():
 * The file of export 6 as the office sends it, as text in staff_arena.
 */
struct bytes staff_fixture_file(void);

/**
 * staff_fixture_state(), staff_fixture_why():
 * How far export 6 is; why it has failed.
 */
const char *staff_fixture_state(void);
const char *staff_fixture_why(void);

#endif
