/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names become words to search by, apart from the request that changed them,
 * so that a sign-up costs no more than it must.
 * Law: GDPR 5(1)(d), 15.
 */
#include "contacts/contacts_keeper.h"

#include "contacts/contacts_search.h"
#include "db/queries.h"

struct indexing {
	struct job *job;
	struct q_people_to_index *rows;
	size_t n;
};

/* Words of people, stored DB_EACH_MAX at a time. */
struct words {
	struct db *db;
	struct q_people_words_insert_each each[DB_EACH_MAX];
	size_t n;
};

static enum err
store_words(struct words *w)
{
	size_t n = w->n;

	w->n = 0;
	return n == 0 ? ERR_OK : q_people_words_insert(w->db, w->each, n,
	    NULL);
}

static enum err
add_words(struct words *w, struct arena *a,
    const struct q_people_to_index *row)
{
	const char *names[] = { row->family_name, row->given_name };
	struct contacts_words found;
	size_t i;
	enum err e;

	contacts_search_words(a, names, LENGTH(names), &found);
	for (i = 0; i < found.n; i++) {
		w->each[w->n++] = (struct q_people_words_insert_each){
		    found.words[i], row->id };
		if (w->n == DB_EACH_MAX && (e = store_words(w)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
index_some(struct db *db, struct arena *a,
    const struct q_people_to_index *rows, size_t n)
{
	struct q_people_words_delete_each old[DB_EACH_MAX];
	struct q_people_indexed_each done[DB_EACH_MAX];
	struct words w = { .db = db };
	size_t i;
	enum err e;

	for (i = 0; i < n; i++) {
		old[i].contact_id = done[i].id = rows[i].id;
		done[i].version = rows[i].version;
	}
	if ((e = q_people_words_delete(db, old, n, NULL)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = add_words(&w, a, &rows[i])) != ERR_OK)
			return e;
	if ((e = store_words(&w)) != ERR_OK)
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
