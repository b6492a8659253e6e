/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two records of one person with a row in every table that a merge minds, and
 * the keeper that joins them (GDPR 5(1)(d)).
 */
#ifndef TESTS_MERGE_FIXTURE_H
#define TESTS_MERGE_FIXTURE_H

#include "keys/person.h"
#include "tests/app/keeper-fixture.h"

#define NOW_US	INT64_C(1795200000000000)
#define STAYS	1
#define GOES	2

/**
 * fixture_arrange(state):
 * Empty the database, then put in contact STAYS, contact GOES, who signs in and
 * has all the rest, and merge 1 of the two, asked for.
 */
int fixture_arrange(void **state);

/**
 * run():
 * One pass of the job that joins records, at NOW_US.
 */
enum err run(void) MUST_CHECK;

#endif
