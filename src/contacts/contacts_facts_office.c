/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is the same for most of a card of the record is said once, so that what
 * differs is seen (GDPR 5(1)(d), 15(1)).
 */
#include "contacts/contacts_office.h"

/* Where more than half of the items come from; NULL: each says its own. */
static json_t *
most_come_from(const json_t *items)
{
	size_t i, n = 0, size = json_array_size(items);
	json_t *from, *most = NULL;

	for (i = 0; i < size; i++) {	/* a majority outlives the others */
		from = json_object_get(json_array_get(items, i), "from");
		if (n == 0)
			most = from;
		n = n == 0 || json_equal(from, most) ? n + 1 : n - 1;
	}
	for (i = n = 0; i < size; i++)
		if (json_equal(json_object_get(json_array_get(items, i),
		    "from"), most))
			n++;
	return n > 1 && 2 * n > size ? most : NULL;
}

void
contacts_group_add(json_t *groups, const char *id, const char *title,
    json_t *items)
{
	json_t *most = json_incref(most_come_from(items)), *one;
	size_t i;

	for (i = 0; most != NULL && i < json_array_size(items); i++) {
		one = json_array_get(items, i);
		if (json_equal(json_object_get(one, "from"), most))
			json_object_set_new(one, "from", json_null());
	}
	if (json_array_size(items) > 0)
		json_array_append_new(groups, json_pack("{s:s, s:s, s:o?, "
		    "s:O}", "id", id, "title", title, "shared", most,
		    "items", items));
	else
		json_decref(most);
	json_decref(items);
}
