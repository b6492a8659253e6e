/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An import at work: what its files share (GDPR 5(1)(d), 5(2)).
 */
#ifndef IMPORT_IMPORT_WORK_H
#define IMPORT_IMPORT_WORK_H

#include "db/queries.h"
#include "import/import.h"
#include "import/import_seal.h"
#include "import/import_seen.h"

/* The import that the keeper works at; kept from batch to batch. */
struct import_working {
	struct job lead;	/* of all imports, the command line's too */
	struct arena *a;	/* of what follows */
	struct q_import_work row;	/* as read for this batch */
	uint64_t id;		/* 0: none */
	const char *state;	/* that this was opened for */
	uint64_t next;		/* piece that comes next */
	uint64_t undo_line;	/* the last that was taken back */
	struct import import;
	struct import_seal seal;
	struct import_seen seen;
	struct import_seen founded;	/* organisations that a trial counted */
};

/**
 * import_outcome_note(db, import_id, rows, n):
 * Within a transaction, write a line for each of ${rows} that was stored or was
 * known, and for each fault of the others.
 *
 * Source: GDPR 5(1)(d), 5(2).
 */
enum err import_outcome_note(struct db *db, uint64_t import_id,
    const struct import_row *rows, size_t n) MUST_CHECK;

/**
 * import_outcome_rejects(a, rows, n):
 * Return what is kept of those of ${rows} that were not taken, until they are
 * asked for: two frames of each (import_frame.h), a code and a field for each
 * fault, and the row, of which nothing stays when it must not be stored.
 * Empty: all were taken.
 */
struct bytes import_outcome_rejects(struct arena *a,
    const struct import_row *rows, size_t n);

/**
 * import_undo_step(w, ret_is_done):
 * Take back some of what the import w->row did.  ${ret_is_done}: that was the
 * last of it.
 *
 * Source: GDPR 5(1)(d).
 */
enum err import_undo_step(struct import_working *w, bool *ret_is_done)
    MUST_CHECK;

/**
 * import_quarantine_step(w, ret_is_done):
 * Let some of those whom the import put into quarantine out of it, on the
 * terms that it has now, or remove them, as w->state says.  ${ret_is_done}:
 * those were the last.
 *
 * Source: GDPR 6(1), 14(2)(f).
 */
enum err import_quarantine_step(struct import_working *w, bool *ret_is_done)
    MUST_CHECK;

#endif
