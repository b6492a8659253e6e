/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The scratch database of a store test: run-test.sh has started a server with
 * the tables and accounts of production, this connects to it.
 */
#ifndef TESTS_DB_SCRATCH_H
#define TESTS_DB_SCRATCH_H

#include "db/db.h"
#include "db/queries.h"

#define SCRATCH_NAME "t"
#define SCRATCH_KEYS "t_keys"

/**
 * scratch_open(program):
 * Return a connection of ${program} ("portal", ..., "owner") with its own
 * account and table, begun as DB_JOB with a deadline of 20 s.  Ends the test
 * program if there is no scratch database.
 */
struct db *scratch_open(const char *program) RETURNS_NEW;

/**
 * scratch_begin(db, mode):
 * Begin again with the same deadline, as a request of ${mode}.
 */
void scratch_begin(struct db *db, enum db_mode mode);

/**
 * scratch_config(program, ret_config):
 * Fill ${ret_config} for the account of ${program}; "admin" is the server's
 * administrator, without a database.
 */
void scratch_config(const char *program, struct db_config *ret_config);

/**
 * scratch_try(db, fn, arg):
 * Run ${fn} in a transaction that is rolled back whatever it returns; return
 * what it returned.
 */
enum err scratch_try(struct db *db, enum err (*fn)(struct db *db, void *arg),
    void *arg);

/**
 * scratch_sql(text), scratch_number(text), scratch_text(a, text):
 * As the administrator, in database t: run any statement; ask for one number,
 * for one text (in ${a}).  What a test arranges and asserts behind the
 * product's back.  Ends the test when the server refuses it.
 */
void scratch_sql(const char *text);
uint64_t scratch_number(const char *text);
const char *scratch_text(struct arena *a, const char *text) NONNULL_RETURN;

/**
 * scratch_count(from):
 * Return how many rows there are: of "TABLE", or of "TABLE WHERE ...".
 */
uint64_t scratch_count(const char *from);

/**
 * scratch_errno(program, text):
 * Run ${text} under the account of ${program}; return the server's error, 0
 * for none.
 */
unsigned scratch_errno(const char *program, const char *text);

/**
 * scratch_empty(void):
 * Delete every row of every table, but for tables that the migrations left
 * rows in.
 */
void scratch_empty(void);

/**
 * scratch_path(name):
 * Return the path of ${name} in the scratch directory, for a test's own files;
 * static until the next call.
 */
const char *scratch_path(const char *name);

#endif
