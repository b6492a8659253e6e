/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The steps that the tables go through: forward only, each applied once, by
 * one migrator at a time, under the owner's account (GDPR 32(1)(b), (d)).
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

/**
 * migrate_run(db, dir, who, ret_version, ret_n_applied):
 * Apply the files NNNN-name.sql of ${dir} that the database of ${db} (owner's
 * account and table) has not been through, in order.  ${who} names this
 * process in the lease, such as "host:1234".  ${ret_version} is the highest
 * number, ${ret_n_applied} how many were applied now.
 *
 * ERR_CONFLICT: another migrator is at work.  ERR_INVALID, logged with the
 * file's name: an applied file was changed or is gone, two have one number, or
 * a new one stands before the last applied.  ERR_BUG, logged with file and
 * statement: the server refused it; the step is run again from its beginning
 * next time.  ERR_DOWN as ever.
 */
enum err migrate_run(struct db *db, const char *dir, const char *who,
    unsigned *ret_version, unsigned *ret_n_applied) MUST_CHECK;

/**
 * migrate_next_statement(p, ret_len):
 * Find the first statement at or after ${p}: return where it begins and in
 * ${ret_len} its length without the semicolon that ends its line, or NULL when
 * only comments and space are left.  Semicolons in quotes and comments do not
 * end a statement.
 */
const char *migrate_next_statement(const char *p, size_t *ret_len);

#endif
