/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the tests of lists share: two teams, Ann and Bob in the first, Cleo in
 * the second, Dora who sees all, and requests of theirs.
 */
#ifndef TESTS_LISTS_FIXTURE_H
#define TESTS_LISTS_FIXTURE_H

#include "app/job.h"
#include "lists/lists_office.h"

#define NOW_US (INT64_C(1800000000) * 1000000)

enum { ANN = 1, BOB, CLEO, DORA };
enum { NORTH = 1, SOUTH };

extern struct arena *a;
extern struct db *office, *keeper;

/* Groups of tests begin and end with these. */
int lists_open_all(void **state);
int lists_close_all(void **state);

/* An empty base but for staff, teams and two labels. */
void lists_arrange_staff(void);

/* A job of the keeper, until it has no more to do. */
void lists_run(const char *name, enum err (*fn)(struct job *job));
void lists_run_index(void);

/* A request of a member of staff. */
struct ctx lists_request(uint64_t staff, uint64_t team);
struct lists_asked lists_asked_for(const char *filter, const char *words);

/* The ids of a list, "13 11 ": all its pages of ${most}, none of them cut. */
const char *lists_ids_of(struct ctx *c, const struct lists_asked *asked,
    uint64_t most);

/* A snapshot of ${filter} that ${staff} asked for, as the keeper left it. */
uint64_t lists_snapshot_of(uint64_t staff, const char *filter);

#endif
