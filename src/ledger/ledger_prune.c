/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows whose retention ended become stubs: their leaf stays in the log, under
 * a signed record that is a leaf too (GDPR 5(1)(e), 5(2); LAW R34).
 */
#include "ledger/ledger.h"

#include <assert.h>
#include <inttypes.h>

#include "base/buf.h"
#include "base/log.h"
#include "db/queries.h"
#include "ledger/head.h"
#include "ledger/row.h"

/* One statement's worth of ids of ${pruning}, from ${i}. */
struct slice {
	const struct ledger_pruning *pruning;
	const uint64_t *ids;
	size_t n;
};

static enum err
check_logged(struct db *db, struct arena *a, const struct slice *s)
{
	struct q_ledger_prune_logged_each each[DB_EACH_MAX];
	struct q_ledger_prune_logged row;
	size_t i;
	enum err e;

	for (i = 0; i < s->n; i++)
		each[i].id = s->ids[i];
	if ((e = q_ledger_prune_logged(db, a,
	    ledger_names[s->pruning->ledger], each, s->n, &row)) != ERR_OK)
		return e;
	if (row.n == s->n)
		return ERR_OK;
	log_fault("event=ledger.prune error=not_in_the_log ledger=%s",
	    ledger_names[s->pruning->ledger]);
	return ERR_CONFLICT;
}

static enum err
remove_consents(struct db *db, const struct slice *s, uint64_t *ret_n)
{
	struct q_ledger_prune_consents_each each[DB_EACH_MAX];
	struct q_ledger_prune_consent_subjects_each subjects[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < s->n; i++)
		each[i].id = subjects[i].id = s->ids[i];
	if ((e = q_ledger_prune_consent_subjects(db, subjects, s->n, NULL)) !=
	    ERR_OK)
		return e;
	return q_ledger_prune_consents(db, each, s->n, ret_n);
}

static enum err
remove_audits(struct db *db, const struct slice *s, uint64_t *ret_n)
{
	struct q_ledger_prune_audits_each each[DB_EACH_MAX];
	struct q_ledger_prune_audit_subjects_each subjects[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < s->n; i++)
		each[i].id = subjects[i].id = s->ids[i];
	if ((e = q_ledger_prune_audit_subjects(db, subjects, s->n, NULL)) !=
	    ERR_OK)
		return e;
	return q_ledger_prune_audits(db, each, s->n, ret_n);
}

static enum err
remove_rows(struct db *db, struct arena *a,
    const struct ledger_pruning *pruning)
{
	struct slice s = { .pruning = pruning };
	uint64_t n_removed;
	size_t i;
	enum err e;

	for (i = 0; i < pruning->n; i += s.n) {
		s.ids = pruning->ids + i;
		s.n = pruning->n - i < DB_EACH_MAX ? pruning->n - i :
		    DB_EACH_MAX;
		if ((e = check_logged(db, a, &s)) != ERR_OK)
			return e;
		e = pruning->ledger == LEDGER_CONSENT ?
		    remove_consents(db, &s, &n_removed) :
		    remove_audits(db, &s, &n_removed);
		if (e != ERR_OK)
			return e;
		if (n_removed != s.n) {
			log_fault("event=ledger.prune error=no_such_row ledger=%s",
			    ledger_names[pruning->ledger]);
			return ERR_CONFLICT;
		}
	}
	return ERR_OK;
}

enum err
ledger_prune(struct db *db, struct arena *a, const struct keys *keys,
    const struct ledger_pruning *pruning)
{
	unsigned char rows[HASH_BYTES];
	struct leaf_prune leaf = { .ledger = ledger_names[pruning->ledger],
	    .count = pruning->n, .rows = rows, .reason = pruning->reason,
	    .at_us = pruning->at_us };
	const char *record, *jws;
	struct buf ids;
	size_t i;
	enum err e;

	assert(pruning->n >= 1 && pruning->n <= LEDGER_PRUNE_MAX);
	buf_open(&ids, a);
	for (i = 0; i < pruning->n; i++) {
		assert(i == 0 || pruning->ids[i] > pruning->ids[i - 1]);
		buf_printf(&ids, "%c%" PRIu64, i == 0 ? '[' : ',',
		    pruning->ids[i]);
	}
	buf_char(&ids, ']');
	leaf_rows_hash(pruning->ids, pruning->n, rows);
	if ((e = leaf_prune(a, &leaf, &record)) != ERR_OK)
		return e;
	jws = jws_sign(a, key_get(keys, KEY_HEAD_SEED), PRUNE_TYP,
	    (struct bytes){ (const unsigned char *)record, strlen(record) });
	if ((e = remove_rows(db, a, pruning)) != ERR_OK)
		return e;
	return q_ledger_prune_insert(db, leaf.ledger, ids.ptr,
	    pruning->reason, record, jws, pruning->at_us, row_mark(a, keys,
	    "prune", record), NULL);
}
