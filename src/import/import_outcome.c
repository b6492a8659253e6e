/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What became of each row of a file, and all that was wrong with it
 * (GDPR 5(1)(d), 5(2)).
 */
#include "import/import_work.h"

#include "base/buf.h"
#include "base/text.h"
#include "import/import_frame.h"

static struct import_record
faults_of(const struct import_row *row)
{
	struct import_record r = { .line = row->record.line };
	const struct import_wrong *fault;
	size_t i;

	for (i = 0; i < row->n_faults; i++) {
		fault = &row->faults[i];
		r.cells[r.n++] = text_bytes(import_why_names[fault->why]);
		r.cells[r.n++] = text_bytes(fault->field == NULL ? "" :
		    fault->field);
	}
	return r;
}

struct bytes
import_outcome_rejects(struct arena *a, const struct import_row *rows,
    size_t n)
{
	struct import_record faults, bare = { .n = 1 };
	const struct import_row *row;
	struct buf b;

	buf_open(&b, a);
	for (row = rows; row < rows + n; row++) {
		if (row->outcome != IMPORT_REJECTED &&
		    row->outcome != IMPORT_SUPPRESSED &&
		    row->outcome != IMPORT_UNKNOWN)
			continue;
		bare.line = row->record.line;
		faults = faults_of(row);
		import_frame_write(&b, &faults);
		import_frame_write(&b, row->outcome == IMPORT_SUPPRESSED ?
		    &bare : &row->record);
	}
	return buf_bytes(&b);
}

/* What is noted of a row, or of its fault ${i}. */
static struct q_import_row_insert_each
note_of(uint64_t import_id, const struct import_row *row, size_t i)
{
	struct q_import_row_insert_each note = {
	    .import_id = import_id, .line = row->record.line, .fault = i,
	    .contact_id = row->contact_id,
	    .outcome = import_outcome_names[row->outcome],
	    .version = row->version, .before_sealed = row->before };

	if (i < row->n_faults) {
		note.reason = import_why_names[row->faults[i].why];
		note.field = row->faults[i].field;
	}
	return note;
}

enum err
import_outcome_note(struct db *db, uint64_t import_id,
    const struct import_row *rows, size_t n)
{
	struct q_import_row_insert_each lines[DB_EACH_MAX];
	const struct import_row *row;
	size_t i, n_lines = 0;
	enum err e;

	for (row = rows; row < rows + n; row++) {
		if (row->contact_id == 0 && row->n_faults == 0)
			continue;
		for (i = 0; i == 0 || i < row->n_faults; i++) {
			if (n_lines == DB_EACH_MAX) {
				if ((e = q_import_row_insert(db, lines,
				    n_lines, NULL)) != ERR_OK)
					return e;
				n_lines = 0;
			}
			lines[n_lines++] = note_of(import_id, row, i);
		}
	}
	return n_lines == 0 ? ERR_OK : q_import_row_insert(db, lines, n_lines,
	    NULL);
}
