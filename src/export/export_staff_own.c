/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Values of custom fields on their way into a file, a part of it at a time
 * (GDPR 5(1)(c), 9).
 */
#include "export/export_staff_own.h"

#include "custom/custom.h"
#include "db/queries.h"

enum err
export_own_read(struct db *db, struct arena *a,
    const struct export_choice *choice, const char *ids,
    struct export_own *ret_own)
{
	*ret_own = (struct export_own){ NULL, 0 };
	if (choice->n_own == 0)
		return ERR_OK;
	return q_export_staff_own(db, a, ids, &ret_own->rows, &ret_own->n);
}

/* The first value of somebody. */
static size_t
first_of(const struct export_own *own, uint64_t contact_id)
{
	size_t low = 0, high = own->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (own->rows[middle].contact_id < contact_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct export_cell
export_own_cell(struct arena *a, const struct export_own *own,
    uint64_t contact_id, const char *code)
{
	const struct q_export_staff_own *v;
	size_t i;

	for (i = first_of(own, contact_id); i < own->n &&
	    own->rows[i].contact_id == contact_id; i++) {
		v = &own->rows[i];
		if (strcmp(v->code, code + strlen(EXPORT_OWN_PREFIX)) != 0)
			continue;
		if (strcmp(v->kind, "number") == 0)
			return (struct export_cell){ custom_number_write(a,
			    v->value_number), { 0, 0, 0 } };
		return (struct export_cell){ v->value_text == NULL ? "" :
		    v->value_text, v->value_day };
	}
	return (struct export_cell){ "", { 0, 0, 0 } };
}

enum err
export_own_names(struct db *db, struct arena *a, struct sheet_about *about)
{
	const struct export_choice *choice = &about->choice;
	const char **labels = arena_take(a, (choice->n_own + 1) *
	    sizeof(*labels));
	const struct custom_field *f;
	struct custom_fields fields;
	size_t i;
	enum err e;

	about->own_labels = labels;
	if (choice->n_own == 0)
		return ERR_OK;
	if ((e = custom_fields_load(db, a, about->lang, &fields)) != ERR_OK)
		return e;
	for (i = 0; i < choice->n_own; i++) {
		f = custom_find(&fields, choice->own[i] +
		    strlen(EXPORT_OWN_PREFIX));
		labels[i] = f == NULL ? choice->own[i] : f->label;
	}
	return ERR_OK;
}
