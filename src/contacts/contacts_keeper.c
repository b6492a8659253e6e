/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names become words to search by, apart from the request that changed them,
 * so that a sign-up costs no more than it must.
 * Law: GDPR 5(1)(d), 15.
 */
#include "contacts/contacts_keeper.h"

#include "contacts/contacts_search.h"
#include "db/queries.h"

#define BATCH 50	/* contacts of one transaction */

struct indexing {
	struct job *job;
	struct q_people_to_index *rows;
	size_t n;
};

static enum err
index_one(struct db *db, struct arena *a, const struct q_people_to_index *row)
{
	const char *names[] = { row->family_name, row->given_name };
	struct q_people_words_insert_each each[CONTACTS_WORDS_MAX];
	struct contacts_words words;
	size_t i;
	enum err e;

	contacts_search_words(a, names, LENGTH(names), &words);
	for (i = 0; i < words.n; i++)
		each[i] = (struct q_people_words_insert_each){ words.words[i],
		    row->id };
	if ((e = q_people_words_delete(db, row->id, NULL)) != ERR_OK ||
	    (words.n > 0 && (e = q_people_words_insert(db, each, words.n,
	    NULL)) != ERR_OK))
		return e;
	/* changed meanwhile: it stays in the queue */
	return q_people_indexed(db, row->id, row->version, NULL);
}

static enum err
index_in_tx(struct db *db, void *arg)
{
	struct indexing *k = arg;
	size_t i;
	enum err e;

	if ((e = q_people_to_index(db, k->job->arena, BATCH, &k->rows,
	    &k->n)) != ERR_OK)
		return e;
	for (i = 0; i < k->n; i++)
		if ((e = index_one(db, k->job->arena, &k->rows[i])) != ERR_OK)
			return e;
	return ERR_OK;
}

enum err
contacts_keeper_index(struct job *job)
{
	struct indexing k = { .job = job };
	enum err e;

	if ((e = job_tx(job, index_in_tx, &k)) != ERR_OK)
		return e;
	job->is_more = k.n == BATCH;
	return ERR_OK;
}
