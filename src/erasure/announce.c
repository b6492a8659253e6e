/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One erasure has one number, and one more for each record that became part of
 * the person's (GDPR 17(1), 32(1)(b)).
 */
#include "erasure/announce.h"

#include <assert.h>
#include <string.h>

#include "db/queries.h"
#include "erasure/holding.h"
#include "journal/journal.h"

static enum err
next_number(struct db *db, struct arena *a, uint64_t *ret_n)
{
	struct q_site_journal_mark mark;
	enum err e;

	if ((e = q_erasing_number(db, NULL)) != ERR_OK ||
	    (e = q_site_journal_mark(db, a, &mark)) != ERR_OK)
		return e;
	*ret_n = mark.announced;
	return ERR_OK;
}

enum err
announce_number(struct db *db, struct job *job, struct q_erasing_open *row)
{
	unsigned char *pseudonym = arena_take(job->arena, HASH_BYTES);
	uint64_t n;
	enum err e;

	if ((e = next_number(db, job->arena, &n)) != ERR_OK)
		return e;
	holding_pseudonym(job->keys, row->contact_id, pseudonym);
	row->journal_n = n;
	row->pseudonym = (struct bytes){ pseudonym, HASH_BYTES };
	return ERR_OK;
}

enum err
announce_merged(struct db *db, struct job *job,
    const struct q_erasing_open *row)
{
	unsigned char pseudonym[HASH_BYTES];
	struct q_erasing_merged *rows;
	uint64_t number;
	size_t i, n;
	enum err e;

	if ((e = q_erasing_merged(db, job->arena, row->contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		holding_pseudonym(job->keys, rows[i].merged_id, pseudonym);
		if ((e = next_number(db, job->arena, &number)) != ERR_OK ||
		    (e = q_erasing_also_put(db, row->id, number,
		    (struct bytes){ pseudonym, sizeof(pseudonym) }, NULL)) !=
		    ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
append(struct job *job, uint64_t n, struct bytes pseudonym)
{
	const struct config *config = job->config;
	struct journal_entry entry = { .n = n, .at_us = job->now_us };

	assert(pseudonym.len == HASH_BYTES);
	memcpy(entry.pseudonym, pseudonym.ptr, HASH_BYTES);
	return journal_append(job->arena, config->journals, config->site,
	    &entry);
}

enum err
announce_journal(struct job *job, const struct q_erasing_open *row)
{
	struct q_erasing_also *also;
	size_t i, n;
	enum err e;

	if ((e = q_erasing_also(job->db, job->arena, row->id, &also, &n)) !=
	    ERR_OK || (e = append(job, row->journal_n, row->pseudonym)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = append(job, also[i].journal_n, also[i].pseudonym)) !=
		    ERR_OK)
			return e;
	return ERR_OK;
}
