/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of the key store.
 */
#include "keys/person.h"

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
