/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The two ledgers: what people chose, and what was done.  A line is added in
 * the transaction of the act itself; nobody changes it afterwards, and who
 * does is found out (GDPR 5(2), 7(1), 32(1)(b)).
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"
#include "ledger/leaf.h"

#define LEDGER_BATCH_MAX	DB_EACH_MAX	/* events of one call */

enum ledger_kind { LEDGER_CONSENT, LEDGER_AUDIT, LEDGER_KIND__MAX };

/*
 * This process as a writer: its id, drawn at start, and a counter for each
 * ledger.  A number is given out again after a transaction that is known not
 * to be stored; after an unknown outcome the writer is another one.
 */
struct ledger;

/* A choice.  Texts are those of the columns; none is a personal value. */
struct ledger_consent {
	const char *kind;	/* asked given renewed refused withdrawn objected expired */
	const char *purpose;	/* its code */
	uint64_t purpose_version_id;
	const char *channel;	/* email phone post sms */
	const char *lang;
	uint64_t notice_version_id;
	uint64_t form_version_id;	/* 0: none */
	const unsigned char *rendering;	/* HASH_BYTES of the page as shown, or NULL */
	const char *how;	/* form double_opt_in account mail_link one_click ... */
	uint64_t evidence_id;	/* 0: none */
	int64_t at_us;
	uint64_t contact_id;	/* whose; 0: a sign-up's */
	uint64_t signup_id;	/* that it came from; 0: none */
};

/* An act of a person, of staff or of a program. */
struct ledger_audit {
	const char *verb;	/* "contact.edited" */
	const char *actor;	/* person staff program */
	uint64_t actor_id;	/* staff.id; 0 otherwise */
	const char *object;	/* what kind of thing */
	uint64_t object_id;	/* 0 for a person: see contact_id */
	uint64_t contact_id;	/* whom it concerns; 0: nobody */
	const char *detail;	/* JSON object without personal values; NULL: {} */
	int64_t at_us;
};

/**
 * ledger_open(db, keys, program):
 * Return a new writer that adds lines through ${db} with the MAC key that
 * ${program} has in ${keys}; both are borrowed until ledger_close().  It
 * watches the transactions of ${db} (db_watch), so that its counters follow
 * what became of each: nothing else needs to be told.
 */
struct ledger *ledger_open(struct db *db, const struct keys *keys,
    enum key_program program) RETURNS_NEW;

/**
 * ledger_close(ledger):
 * End the watch and free ${ledger}.  NULL does nothing.
 */
void ledger_close(struct ledger *ledger);

/**
 * ledger_consents(db, a, ledger, events, n, ret_ids):
 * From within tx_run(), add ${n} (1 to LEDGER_BATCH_MAX) choices and whose
 * they are, in two statements.  Each gets a leaf, a MAC, this writer's next
 * number, and a fresh commitment to its contact, or to its sign-up while there
 * is no contact.  ${ret_ids} takes ${n} ids in order; NULL: not wanted.
 *
 * Source: GDPR 7(1); EDPB 05/2020, 104 to 108.
 */
enum err ledger_consents(struct db *db, struct arena *a,
    struct ledger *ledger, const struct ledger_consent *events, size_t n,
    uint64_t *ret_ids) MUST_CHECK;

/**
 * ledger_audit(db, a, ledger, event):
 * From within tx_run(), add an act: one statement, two when it concerns a
 * contact.  Needs no right to read the audit.
 *
 * Source: GDPR 5(2), 32(1)(b).
 */
enum err ledger_audit(struct db *db, struct arena *a, struct ledger *ledger,
    const struct ledger_audit *event) MUST_CHECK;

/**
 * ledger_record(db, a, keys, record, ret_id):
 * From within tx_run() of the keeper or the owner, whose ${keys} mark it, add
 * ${record}: the keeper makes it the next leaf of its kind.  ${ret_id} is its
 * log_record row.
 */
struct ledger_record {
	enum leaf_kind kind;	/* a receipt, a digest or an epoch */
	const char *text;	/* what leaf_receipt() and kin gave */
	int64_t at_us;
};

enum err ledger_record(struct db *db, struct arena *a,
    const struct keys *keys, const struct ledger_record *record,
    uint64_t *ret_id) MUST_CHECK;

/* Rows whose retention has ended. */
struct ledger_pruning {
	enum ledger_kind ledger;
	const uint64_t *ids;	/* ascending */
	size_t n;		/* 1 to LEDGER_PRUNE_MAX */
	const char *reason;	/* the rule, at most 120 bytes */
	int64_t at_us;
};

#define LEDGER_PRUNE_MAX 500

/**
 * ledger_prune(db, a, keys, pruning):
 * From within tx_run() of the keeper, remove the rows of ${pruning} with the
 * rows that say whose they are.  What stays is their leaf in the log, under a
 * record signed by ${keys} that is itself a leaf, so that the log still
 * verifies.  ERR_CONFLICT, logged, unless every row is there and in the log.
 *
 * Source: GDPR 5(1)(e); LAW R34.
 */
enum err ledger_prune(struct db *db, struct arena *a, const struct keys *keys,
    const struct ledger_pruning *pruning) MUST_CHECK;

#endif
