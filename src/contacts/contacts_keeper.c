/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names become words to search by, apart from the request that changed them,
 * so that a sign-up costs no more than it must.
 * Law: GDPR 5(1)(d), 15.
 */
#include "contacts/contacts_keeper.h"

#include "contacts/contacts_index.h"
#include "db/queries.h"

struct indexing {
	struct job *job;
	struct q_people_to_index *rows;
	size_t n;
};

static enum err
index_some(struct db *db, struct arena *a,
    const struct q_people_to_index *rows, size_t n)
{
	struct q_people_words_delete_each old[DB_EACH_MAX];
	struct q_people_indexed_each done[DB_EACH_MAX];
	struct contacts_named people[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < n; i++) {
		old[i].contact_id = done[i].id = rows[i].id;
		done[i].version = rows[i].version;
		people[i] = (struct contacts_named){ rows[i].id,
		    rows[i].family_name, rows[i].given_name };
	}
	if ((e = q_people_words_delete(db, old, n, NULL)) != ERR_OK ||
	    (e = contacts_index_names(db, a, people, n)) != ERR_OK)
		return e;
	return q_people_indexed(db, done, n, NULL);
}

static enum err
index_in_tx(struct db *db, void *arg)
{
	struct indexing *k = arg;
	size_t at, n;
	enum err e;

	if ((e = q_people_to_index(db, k->job->arena, JOB_BATCH_MAX,
	    &k->rows, &k->n)) != ERR_OK)
		return e;
	for (at = 0; at < k->n; at += n) {
		n = k->n - at < DB_EACH_MAX ? k->n - at : DB_EACH_MAX;
		if ((e = index_some(db, k->job->arena, &k->rows[at], n)) !=
		    ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
contacts_keeper_index(struct job *job)
{
	struct indexing k = { .job = job };
	enum err e;

	if ((e = job_tx(job, index_in_tx, &k)) != ERR_OK)
		return e;
	job->is_more = k.n == JOB_BATCH_MAX;
	return ERR_OK;
}
