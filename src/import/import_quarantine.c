/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Those whom an import put into quarantine: once staff have stated basis,
 * source and date they are contacts like others; or they go
 * (GDPR 5(1)(b), 6(1), 14(2)(f); FEATURES X22).
 */
#include "import/import_work.h"

#include <string.h>

#include "app/role.h"
#include "import/import_inside.h"
#include "ledger/ledger.h"

/* Some of them. */
struct stepping {
	struct import_working *w;
	const struct q_import_quarantined *rows;
	size_t n;
};

/* Those from the ${first}-th up to the ${end}-th: of the import nobody else is
 * between them. */
static enum err
state_run(const struct stepping *k, struct db *db, size_t first, size_t end)
{
	const struct import_stating stating = { .a = k->w->lead.arena,
	    .terms = k->w->import.terms, .import_id = k->w->id,
	    .first = k->rows[first].contact_id,
	    .last = k->rows[end - 1].contact_id,
	    .now_us = k->w->lead.now_us };

	return import_state(db, &stating);
}

/* Whom the colleague who decided may not see, stays for somebody else. */
static enum err
state_in_tx(struct db *db, void *arg)
{
	const struct stepping *k = arg;
	size_t first, end;
	enum err e;

	for (first = 0; first < k->n; first = end) {
		end = first + 1;
		if (!k->rows[first].is_theirs)
			continue;
		while (end < k->n && k->rows[end].is_theirs)
			end++;
		if ((e = state_run(k, db, first, end)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* Whoever something of anybody's hangs on stays, in quarantine; so does whom
 * the colleague who decided may not see. */
static enum err
remove_in_tx(struct db *db, void *arg)
{
	const struct stepping *k = arg;
	uint64_t ids[DB_EACH_MAX];
	size_t i, n = 0;

	for (i = 0; i < k->n; i++)
		if (k->rows[i].is_theirs && !k->rows[i].is_touched)
			ids[n++] = k->rows[i].contact_id;
	return import_remove(db, ids, n);
}

static enum err
end_in_tx(struct db *db, void *arg)
{
	const struct stepping *k = arg;
	const struct job *job = &k->w->lead;
	const struct ledger_audit event = { .verb = strcmp(k->w->state,
	    "stating") == 0 ? "import.stated" : "import.removed",
	    .actor = "program", .object = "import", .object_id = k->w->id,
	    .at_us = job->now_us };
	enum err e;

	if ((e = q_import_quarantine_done(db, k->w->id, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, job->arena, job->ledger, &event);
}

enum err
import_quarantine_step(struct import_working *w, bool *ret_is_done)
{
	struct stepping k = { .w = w };
	struct q_import_quarantined *rows;
	bool is_stating = strcmp(w->state, "stating") == 0;
	enum err e;

	/* as their role is now; who has left sees nobody */
	if ((e = q_import_quarantined(w->lead.db, w->lead.arena,
	    w->row.decided_role != NULL, w->row.decided_role != NULL &&
	    role_sees_all(w->row.decided_role), w->row.decided_by,
	    w->row.decided_team_id, w->id, w->undo_line, &rows, &k.n)) !=
	    ERR_OK)
		return e;
	k.rows = rows;
	if (k.n == 0) {
		*ret_is_done = true;
		return job_tx(&w->lead, end_in_tx, &k);
	}
	if ((e = job_tx(&w->lead, is_stating ? state_in_tx : remove_in_tx,
	    &k)) == ERR_OK)
		w->undo_line = rows[k.n - 1].contact_id;
	return e;
}
