/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What two records have in the fields that the company defines, side by side
 * (GDPR 5(1)(d)).
 */
#include "merge/merge.h"

#include "db/queries.h"

enum err
merge_custom_load(struct db *db, struct arena *a, const char *lang,
    const struct keys *keys, struct merge_pair *pair)
{
	struct custom_fields *fields = arena_take(a, sizeof(*fields));
	struct custom_reading reading = { .keys = keys, .fields = fields,
	    .contact_id = pair->stays->id };
	struct custom_value *stays, *goes;
	struct merge_custom *list, one;
	size_t i, n_stays, n_goes, n = 0;
	enum err e;

	if ((e = custom_fields_load(db, a, lang, fields)) != ERR_OK ||
	    (e = custom_values_load(db, a, &reading, &stays, &n_stays)) !=
	    ERR_OK)
		return e;
	reading.contact_id = pair->goes->id;
	if ((e = custom_values_load(db, a, &reading, &goes, &n_goes)) !=
	    ERR_OK)
		return e;
	list = arena_take(a, (fields->n + 1) * sizeof(*list));
	for (i = 0; i < fields->n; i++) {
		one = (struct merge_custom){ .field = &fields->list[i] };
		one.stays = custom_value_of(stays, n_stays, one.field);
		one.goes = custom_value_of(goes, n_goes, one.field);
		if (*one.stays != '\0' || *one.goes != '\0')
			list[n++] = one;
	}
	pair->custom = list;
	pair->n_custom = n;
	return ERR_OK;
}
