/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of this room share: the connection's state, and what becomes
 * of a statement that failed.  Nobody outside the room includes this.
 */
#ifndef DB_INSIDE_H
#define DB_INSIDE_H

#include <errmsg.h>
#include <mysql.h>

#include "base/buf.h"
#include "db/db.h"
#include "db/queries.h"

/* What an error of the server or the wire means for the transaction. */
enum fate {
	FATE_NONE,	/* no error */
	FATE_AGAIN,	/* rolled back in favour of another: run it again */
	FATE_LOST,	/* the connection, or the node behind it */
	FATE_DOWN,	/* full, read-only, too many, too slow */
	FATE_DUPLICATE,	/* of a unique key */
	FATE_BUG
};

/* A statement prepared on this connection, in one of its variants. */
struct prepared {
	struct prepared *next;
	MYSQL_STMT *st;
	uint64_t variant;	/* number of groups, or a bit per part */
};

struct db {
	struct db_config config;
	const struct query *table;
	MYSQL *link;			/* NULL: not connected */
	struct prepared *prepared[Q__MAX];
	size_t n_prepared;
	struct arena *scratch;		/* of one statement */
	enum db_mode mode;
	int64_t deadline_us;		/* ticks */
	int64_t alive_us;		/* ticks of the last answer; 0: never */
	bool is_away;			/* the loss has been logged */
	bool has_given_up;		/* this request or pass: no connection */
	bool has_lost;			/* this request or pass: one it had */
	bool is_in_tx;
	enum fate fate;			/* of this attempt: its first error */
	void (*watch)(void *arg, enum tx_event event);	/* or NULL */
	void *watch_arg;
	bool has_result;
	char result[DB_RESULT_MAX_BYTES + 1];
	bool was_cut;			/* by LIMIT ROWS EXAMINED, or a warning */
	uint64_t n_statements;
};

/* A word for an order's {name}. */
struct word {
	const char *name;
	const char *value;	/* letters, digits and _ . , % : - only */
};

/**
 * fate_of(number):
 * Say what the server's or the connector's error ${number} means.
 */
enum fate fate_of(unsigned number);

/**
 * fate_err(fate):
 * Return the error that a caller sees.
 */
enum err fate_err(enum fate fate);

/**
 * link_open(db):
 * Connect unless connected, waiting for a server that has just gone, within
 * the deadline.  ERR_DOWN, logged once per outage.
 */
enum err link_open(struct db *db) MUST_CHECK;

/**
 * link_close(db):
 * Drop the connection and every prepared statement.
 */
void link_close(struct db *db);

/**
 * link_forget_statements(db):
 * Close the prepared statements; the connection stays.
 */
void link_forget_statements(struct db *db);

/**
 * link_pause(db, most_ms):
 * Sleep 5 to ${most_ms} milliseconds by chance, not past the deadline.
 */
void link_pause(struct db *db, unsigned most_ms);

/**
 * order_run(db, id, words, ret_number):
 * Send the order ${id}, its {name}s replaced from ${words} (ended by a NULL
 * name).  ${ret_number} is the server's error, 0 for none.
 */
void order_run(struct db *db, unsigned id, const struct word *words,
    unsigned *ret_number);

/**
 * order_send(db, text, ret_number):
 * Send ${text}, which gives no rows, as it is: for migrations.
 */
void order_send(struct db *db, const char *text, unsigned *ret_number);

/* Where a statement's rows go. */
struct fetch {
	struct arena *a;	/* NULL: the statement has no rows */
	union val *rows;	/* flat */
	size_t n;		/* rows so far */
	size_t size;		/* rows that fit */
	uint64_t n_affected;
	bool was_sent;		/* the server may have acted */
};

/**
 * statement_once(db, call, f):
 * Prepare if need be, execute, and fetch into ${f}, on the open connection,
 * whatever the mode.  An error is logged here if a person must see it.
 */
enum fate statement_once(struct db *db, const struct call *call,
    struct fetch *f) MUST_CHECK;

/**
 * file_read(a, path, ret_text):
 * Give the whole of the file ${path}, one of sql/, in ${a}.  ERR_INVALID,
 * logged, when it cannot be read or holds a NUL.
 */
enum err file_read(struct arena *a, const char *path, char **ret_text)
    MUST_CHECK;

/**
 * name_is_safe(name):
 * Return whether ${name} is [A-Za-z0-9_]+ and at most 60 bytes: a database,
 * a table, an account.
 */
bool name_is_safe(const char *name);

/**
 * variant_is_null(letter, v):
 * Return whether ${v} stands for NULL under the type ${letter}.
 */
bool variant_is_null(char letter, const union val *v);

/**
 * variant_of(q, call):
 * Return which variant of ${q} the values of ${call} ask for: the number of
 * its groups, or a bit for each part that stays.  A part stays if its first
 * value is given.
 */
uint64_t variant_of(const struct query *q, const struct call *call);

/**
 * variant_marks(q, variant):
 * Return how many values are bound, those of a filter apart.
 */
size_t variant_marks(const struct query *q, uint64_t variant);

/**
 * filter_marks(db, q, filter):
 * Return how many values ${filter} adds, at all its places in ${q}.
 */
size_t filter_marks(const struct db *db, const struct query *q,
    const struct filter *filter);

/**
 * filter_text(db, filter, b):
 * Append ${filter} as what follows a WHERE: " AND (...)" for each condition,
 * or nothing.
 */
void filter_text(const struct db *db, const struct filter *filter,
    struct buf *b);

/**
 * variant_next(p, variant, bit, n):
 * Walk the letters "in" of a text with parts: return the next one that is
 * bound in ${variant} (or the star of a filter), at or after ${p}, or the end.  ${n} counts the values
 * that are passed over, ${bit} is that of the part; they begin as 0 and 1.
 */
const char *variant_next(const char *p, uint64_t variant, uint64_t *bit,
    size_t *n);

/**
 * variant_text(db, q, variant, filter, b):
 * Append the text of ${q} in ${variant}, the key store named, ${filter} in its
 * places.
 */
void variant_text(struct db *db, const struct query *q, uint64_t variant,
    const struct filter *filter, struct buf *b);

#endif
