/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words of people, stored DB_EACH_MAX at a time.
 * Law: GDPR 5(1)(d), 15.
 */
#include "contacts/contacts_index.h"

#include "contacts/contacts_search.h"
#include "db/queries.h"

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
    const struct contacts_named *person)
{
	const char *names[] = { person->family_name, person->given_name };
	struct contacts_words found;
	size_t i;
	enum err e;

	contacts_search_words(a, names, LENGTH(names), &found);
	for (i = 0; i < found.n; i++) {
		w->each[w->n++] = (struct q_people_words_insert_each){
		    found.words[i], person->id };
		if (w->n == DB_EACH_MAX && (e = store_words(w)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
contacts_index_names(struct db *db, struct arena *a,
    const struct contacts_named *people, size_t n)
{
	struct words w = { .db = db };
	size_t i;
	enum err e;

	for (i = 0; i < n; i++)
		if ((e = add_words(&w, a, &people[i])) != ERR_OK)
			return e;
	return store_words(&w);
}
