/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The database: typed statements from sql/, one connection, one place that
 * opens a transaction.  A change, its ledger line and its mail are stored
 * together or not at all (GDPR 5(1)(d), 5(1)(f), 32(1)(b)).
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"

/*
 * Statements are called by the functions of db/queries.h, which sql/pack.awk
 * makes: q_NAME(db, [arena,] arguments, ret_).  This page is what they share.
 *
 * Errors of every statement: ERR_CONFLICT for a duplicate key, ERR_NOTFOUND
 * for "out: one" without a row, ERR_DOWN when the database is away, full,
 * read-only, too slow or past the deadline, ERR_UNSURE when an append outside
 * a transaction lost its answer, ERR_BUG (logged) for all else: a statement
 * of another program, a write outside tx_run() or under GET, a NULL in a
 * column that is not declared nullable.  Within tx_run() an error ends the
 * attempt: each later statement gives the same error, and nothing is stored.
 */

#define DB_EACH_MAX 100		/* rows of one multi-row INSERT */
#define DB_RESULT_MAX_BYTES 255	/* of the stored answer of a request */
#define DB_TRIES_MAX 8		/* of one transaction, deadlocks included */

struct db;

struct db_config {
	const char *socket;	/* path; NULL: ${host} and ${port} */
	const char *host;	/* beyond loopback only with ca_file */
	unsigned port;		/* 0: 3306 */
	const char *user;
	const char *password_file;	/* mode 0400; NULL: unix_socket */
	const char *name;	/* the database; NULL: none */
	const char *keys_name;	/* the key store, for {keys} in sql/ */
	const char *ca_file;	/* PEM; TLS with the name verified */
	unsigned statement_s;	/* longest statement; 0: 2 */
};

enum db_mode {
	DB_GET,		/* reads, and the appends marked "get: yes" */
	DB_POST,	/* a request that may write */
	DB_JOB		/* a pass of the courier, the keeper or the CLI */
};

enum query_does { DOES_READ, DOES_APPEND, DOES_WRITE, DOES_ORDER,
	DOES_CONDITION };

/*
 * A row of a program's table.  Types are letters: u u64, i i64, b bool,
 * t text, y bytes, d day; a capital letter is nullable; * among them is where
 * a filter stands.  The out "#" is the id that the server gave to the new row.
 */
struct query {
	const char *name;
	const char *text;	/* NULL: not this program's */
	const char *in;		/* those of a part in [ ] */
	const char *each;	/* of the group in braces */
	const char *out;
	unsigned n_before;	/* marks before the group */
	enum query_does does;
	bool is_get;		/* an append that a GET may do */
	bool is_bounded;	/* gives up looking at a LIMIT ROWS EXAMINED */
};

/* One value; which member is meant says the letter. */
union val {
	uint64_t u;
	int64_t i;
	bool b;
	const char *text;
	struct bytes bytes;
	struct day day;
};

/* One condition of sql/ and its values: made by a function of db/queries.h. */
struct condition {
	unsigned id;		/* enum query_id */
	const union val *in;
	bool is_not;		/* holds for rows of which the text is not true */
	bool is_or;		/* another way to meet the one before it */
};

/* Conditions that rows must meet: each, or one of those tied by is_or. */
struct filter {
	const struct condition *conditions;
	size_t n;		/* 0: every row */
};

struct call {
	unsigned id;		/* enum query_id */
	const union val *in;
	const union val *each;	/* n_each groups, flat */
	size_t n_each;
	const struct filter *filter;	/* NULL: every row */
};

/**
 * db_open(config, table, ret_db):
 * Prepare to talk to the database of ${config} (borrowed for ever) with the
 * statements of ${table}, one of db/queries.h.  Does not connect: that
 * happens at the first statement, and again between transactions after a
 * loss.  ERR_INVALID, logged, for a ${config} that cannot be meant: a database
 * name other than [A-Za-z0-9_]+, or a far host without ${ca_file}.
 */
enum err db_open(const struct db_config *config, const struct query *table,
    struct db **ret_db) MUST_CHECK;

/**
 * db_close(db):
 * Disconnect and free ${db}.  NULL does nothing.
 */
void db_close(struct db *db);

/**
 * db_begin(db, deadline_ticks_us, mode):
 * Begin a request or a pass: until the next call, statements that ${mode}
 * does not allow are refused, and none starts after ${deadline_ticks_us} on
 * clock_ticks_us().
 */
void db_begin(struct db *db, int64_t deadline_ticks_us, enum db_mode mode);

/**
 * db_is_away(db):
 * Return whether no connection could be made since db_begin().  Then no
 * further try is made before the next one, so that a page that can be drawn
 * without the database is not kept waiting by each of its statements.
 */
bool db_is_away(const struct db *db);

/**
 * db_statements(db):
 * Return how many statements were sent since db_open(); START, COMMIT,
 * ROLLBACK and the session's own do not count.
 */
uint64_t db_statements(const struct db *db);

/**
 * db_was_cut(db):
 * Return whether the last statement gave up looking at its LIMIT ROWS
 * EXAMINED: what it gave is not all there is.
 */
bool db_was_cut(const struct db *db);

/**
 * db_check_health(db):
 * Read a table: a node outside its cluster's majority answers SELECT 1.
 * ERR_DOWN when that fails.
 */
enum err db_check_health(struct db *db) MUST_CHECK;

/**
 * db_check_schema(db, version):
 * ERR_DOWN, logged with both numbers, unless the migrations that were applied
 * end with ${version}: DB_SCHEMA_VERSION of db/queries.h.
 */
enum err db_check_schema(struct db *db, unsigned version) MUST_CHECK;

/**
 * db_check_statements(db):
 * Prepare every statement of the program: ERR_BUG, each logged, for those
 * that the server refuses or whose marks or columns are not as declared.
 */
enum err db_check_statements(struct db *db) MUST_CHECK;

/**
 * db_run(db, call, ret_affected), db_one(db, a, call, ret_row),
 * db_many(db, a, call, ret_rows, ret_n):
 * Run a statement without result, with at most one row (a second one is a
 * bug), or with any number.  Rows are flat arrays of as many values as the
 * statement has columns, in ${a}.  ${ret_affected} may be NULL; it counts the
 * rows that an UPDATE matched, changed or not.  For db/queries.h.
 */
enum err db_run(struct db *db, const struct call *call, uint64_t *ret_affected)
    MUST_CHECK;
enum err db_one(struct db *db, struct arena *a, const struct call *call,
    union val *ret_row) MUST_CHECK;
enum err db_many(struct db *db, struct arena *a, const struct call *call,
    union val **ret_rows, size_t *ret_n) MUST_CHECK;

/* What makes a repeated POST the same act: see tx_run(). */
struct tx_key {
	unsigned char k[16];		/* random, from the form */
	const char *route;		/* at most 100 bytes */
	unsigned char body_mac[32];	/* keyed hash of what was posted */
	int64_t now_us;
};

struct tx_result {
	bool is_replayed;	/* it had been done before; ${fn} changed nothing */
	const char *text;	/* of tx_set_result(), then or now; may be NULL */
};

/**
 * tx_run(db, key, a, fn, arg, ret_result):
 * Run ${fn}(db, ${arg}) in a transaction and commit it.  ${fn} may run up to
 * DB_TRIES_MAX times (deadlock, lost connection), so it has no effect but
 * through ${db} and what it sets in ${arg} it sets each time.  An error of
 * ${fn} rolls back and is returned.
 *
 * With a ${key}, a row of the same transaction remembers it: a second request
 * with the same ${key} does nothing and gives the stored result (in ${a}), or
 * ERR_CONFLICT if its route or body differs; a lost COMMIT is decided by
 * running again.  Without one, a lost COMMIT is ERR_UNSURE.  ERR_UNSURE also
 * when the deadline passes before that was decided: the caller may try again
 * with the same key for a day.  ERR_DOWN: nothing was stored.
 * ${ret_result} may be NULL.  Calls do not nest.
 */
enum err tx_run(struct db *db, const struct tx_key *key, struct arena *a,
    enum err (*fn)(struct db *db, void *arg), void *arg,
    struct tx_result *ret_result) MUST_CHECK;

/* What became of an attempt of tx_run(). */
enum tx_event {
	TX_BEGAN,
	TX_COMMITTED,
	TX_ROLLED_BACK,		/* known not to be stored */
	TX_UNSURE		/* the COMMIT's answer was lost */
};

/**
 * db_watch(db, fn, arg):
 * Call ${fn}(${arg}, event) when an attempt of tx_run() on ${db} begins, and
 * once with what became of it, before the next one begins or tx_run()
 * returns.  For what counts along with the database; ${fn} runs no statement.
 * One watcher for each ${db}; NULL ends it.
 */
void db_watch(struct db *db, void (*fn)(void *arg, enum tx_event event),
    void *arg);

/**
 * tx_set_result(db, text):
 * From ${fn}: store ${text} with the request's key, as the answer to give when
 * it comes again; at most DB_RESULT_MAX_BYTES, never a token.  Without a key
 * it only goes to tx_run()'s result.
 */
void tx_set_result(struct db *db, const char *text);

/**
 * db_prune_keys(db, before_us):
 * Forget the request keys that are older than ${before_us}, in batches.  For
 * the keeper, with a day's grace (tx_run()).
 *
 * Source: GDPR 5(1)(e).
 */
enum err db_prune_keys(struct db *db, int64_t before_us) MUST_CHECK;

#endif
