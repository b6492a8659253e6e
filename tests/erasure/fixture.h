/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person with a row in every holding, a word of theirs in every personal
 * column, and the keeper that erases them (GDPR 17).
 */
#ifndef TESTS_ERASURE_FIXTURE_H
#define TESTS_ERASURE_FIXTURE_H

#include "app/job.h"
#include "keys/person.h"

#define FIXTURE_NOW_US	INT64_C(1795555805000000)
#define FIXTURE_WORD	"kanarie"	/* stands in all that is Kanarie's */
#define FIXTURE_MAIL	"kanarie@example.org"

/**
 * fixture_open(state), fixture_close(state):
 * Open the keeper's connection, keys, ledger and outbox, around a group of
 * tests; close them.
 */
int fixture_open(void **state);
int fixture_close(void **state);

/**
 * fixture_fill(void):
 * Empty the database and the journal, then put in the site, contact 1 with
 * everything, contact 2 who must stay, and erasure 1 of contact 1, decided.
 */
void fixture_fill(void);

/**
 * fixture_job(run):
 * Return a job of a keeper that has just started and leads.
 */
struct job fixture_job(enum err (*run)(struct job *job));

/**
 * fixture_end(job):
 * Forget what ${job} held in memory, as a kill does.
 */
void fixture_end(struct job *job);

/**
 * fixture_run(job):
 * Run batches of ${job} until it has nothing more to do at once.
 */
enum err fixture_run(struct job *job);

/**
 * fixture_places(void):
 * Return how many rows of any table have FIXTURE_WORD in a column of text or
 * bytes.
 */
uint64_t fixture_places(void);

/**
 * fixture_journal(void):
 * Return the places of the journal, ended by NULL.
 */
const char *const *fixture_journal(void);

/**
 * fixture_keys(void):
 * Return the keeper's keys.
 */
const struct keys *fixture_keys(void);

#endif
