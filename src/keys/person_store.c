/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of the key store.
 */
#include "keys/person.h"

#include <assert.h>

#include "db/queries.h"

enum err
person_key_load(struct db *db, struct arena *a, const struct keys *keys,
    uint64_t contact, enum person_class class,
    unsigned char ret_key[KEY_BYTES])
{
	struct q_person_key_load row;
	enum err e;

	if ((e = q_person_key_load(db, a, contact, person_class_names[class],
	    &row)) != ERR_OK)
		return e;
	return person_key_unwrap(a, keys, contact, class, row.wrapped,
	    ret_key);
}

enum err
person_key_take(struct db *db, struct arena *a, const struct keys *keys,
    const struct person_key *wanted, unsigned char ret_key[KEY_BYTES])
{
	unsigned char key[KEY_BYTES];
	enum err e;

	e = person_key_load(db, a, keys, wanted->contact, wanted->class,
	    ret_key);
	if (e != ERR_NOTFOUND)
		return e;
	person_key_draw(key);
	/* of two transactions at once the second keeps the first one's key */
	if ((e = q_person_key_insert(db, wanted->contact,
	    person_class_names[wanted->class], person_key_wrap(a, keys,
	    wanted->contact, wanted->class, key), wanted->now_us, NULL)) ==
	    ERR_OK)
		e = person_key_load(db, a, keys, wanted->contact,
		    wanted->class, ret_key);
	secret_wipe(key, sizeof(key));
	return e;
}

/* Unwrap those that are there, and say which. */
static enum err
load_some(struct db *db, struct arena *a, const struct keys *keys,
    const struct person_keys *wanted, unsigned char ret_keys[][KEY_BYTES],
    bool ret_is_there[])
{
	struct q_person_keys_load_each ids[DB_EACH_MAX];
	struct q_person_keys_load *rows;
	size_t i, j, n;
	enum err e;

	for (i = 0; i < wanted->n; i++)
		ids[i].contact_id = wanted->contacts[i];
	if ((e = q_person_keys_load(db, a, person_class_names[wanted->class],
	    ids, wanted->n, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		for (j = 0; j < wanted->n; j++) {
			if (wanted->contacts[j] != rows[i].contact_id)
				continue;
			if ((e = person_key_unwrap(a, keys,
			    rows[i].contact_id, wanted->class,
			    rows[i].wrapped, ret_keys[j])) != ERR_OK)
				return e;
			ret_is_there[j] = true;
		}
	return ERR_OK;
}

static enum err
take_all(struct db *db, struct arena *a, const struct keys *keys,
    const struct person_keys *wanted, unsigned char ret_keys[][KEY_BYTES])
{
	struct q_person_keys_insert_each rows[DB_EACH_MAX];
	bool is_there[DB_EACH_MAX] = { false };
	unsigned char key[KEY_BYTES];
	size_t i, n = 0;
	enum err e;

	assert(wanted->n > 0 && wanted->n <= DB_EACH_MAX);
	if ((e = load_some(db, a, keys, wanted, ret_keys, is_there)) != ERR_OK)
		return e;
	for (i = 0; i < wanted->n; i++) {
		if (is_there[i])
			continue;
		person_key_draw(key);
		rows[n++] = (struct q_person_keys_insert_each){
		    wanted->contacts[i], person_class_names[wanted->class],
		    person_key_wrap(a, keys, wanted->contacts[i],
		    wanted->class, key), wanted->now_us };
	}
	secret_wipe(key, sizeof(key));
	/* of two transactions at once the second keeps the first one's keys */
	if (n == 0 || (e = q_person_keys_insert(db, rows, n, NULL)) !=
	    ERR_OK || (e = load_some(db, a, keys, wanted, ret_keys,
	    is_there)) != ERR_OK)
		return e;
	for (i = 0; i < wanted->n; i++)
		if (!is_there[i])
			return ERR_BUG;
	return ERR_OK;
}

enum err
person_keys_take(struct db *db, struct arena *a, const struct keys *keys,
    const struct person_keys *wanted, unsigned char ret_keys[][KEY_BYTES])
{
	enum err e;

	e = take_all(db, a, keys, wanted, ret_keys);
	if (e != ERR_OK)
		secret_wipe(ret_keys, wanted->n * KEY_BYTES);
	return e;
}

struct bytes
person_seal(struct arena *a, const unsigned char key[KEY_BYTES],
    const char *table, const char *column, uint64_t contact,
    const char *text)
{
	return seal(a, key, seal_aad(a, table, column, contact),
	    (struct bytes){ (const unsigned char *)text, strlen(text) });
}

enum err
person_unseal(struct arena *a, const unsigned char key[KEY_BYTES],
    const struct person_place *place, struct bytes sealed,
    const char **ret_text)
{
	struct bytes plain;
	enum err e;

	if ((e = unseal(a, key, seal_aad(a, place->table, place->column,
	    place->contact), sealed, &plain)) != ERR_OK)
		return e;
	*ret_text = (const char *)plain.ptr;
	return ERR_OK;
}
