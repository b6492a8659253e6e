/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Each change of a record, opened with the person's key (GDPR 5(2), 16).
 */
#include "tests/contacts/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "db/queries.h"
#include "keys/person.h"

const char *
history_text(struct db *office, struct arena *a, const struct keys *keys,
    uint64_t contact)
{
	const struct person_place old = { "contact_history", "old_sealed",
	    contact }, new = { "contact_history", "new_sealed", contact };
	unsigned char key[KEY_BYTES];
	struct q_people_record *rows;
	const char *before, *after, *all = "";
	size_t i, n = 0;

	assert_int_equal(q_people_record(office, a, contact, true, 1, 1, 0,
	    &rows, &n), ERR_OK);
	assert_int_equal(person_key_load(office, a, keys, contact,
	    PERSON_LIVE, key), ERR_OK);
	for (i = 0; i < n; i++) {
		if (strcmp(rows[i].what, "change") != 0)
			continue;
		assert_int_equal(person_unseal(a, key, &old, rows[i].sealed,
		    &before), ERR_OK);
		assert_int_equal(person_unseal(a, key, &new, rows[i].after,
		    &after), ERR_OK);
		all = arena_printf(a, "%s:%s>%s;%s", rows[i].name, before,
		    after, all);
	}
	return all;
}
