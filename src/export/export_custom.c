/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a company notes of a person in fields of its own, sensitive ones too,
 * with what each is for (GDPR 15(1)(a), 15(1)(d), 20(1)).
 */
#include "export/export_inside.h"

#include "base/text.h"
#include "custom/custom.h"
#include "db/queries.h"
#include "html/words.h"

const struct export_field export_custom_fields[] = {
	{ "field", EXPORT_TEXT, false },
	{ "label", EXPORT_TEXT, false },
	{ "value", EXPORT_TEXT, false },
	{ "meaning", EXPORT_TEXT, false },
	{ "purposes", EXPORT_TEXT, false },
	{ "basis", EXPORT_TEXT, false },
	{ "at", EXPORT_INSTANT, true },
	{ "months_kept", EXPORT_NUMBER, true },
	{ .name = NULL }
};

/* The person gave it, by consent or for a contract. */
static bool
is_given(const struct custom_value *v, const struct q_export_provenance *rows,
    size_t n)
{
	size_t i;

	if (!text_equal(v->field->basis, "consent") &&
	    !text_equal(v->field->basis, "contract"))
		return false;
	for (i = 0; i < n; i++)
		if (text_equal(rows[i].field, v->field->name))
			return !text_equal(rows[i].source, "staff");
	return false;
}

static json_t *
row_of(struct export_reading *r, const struct custom_value *v)
{
	json_t *row = json_pack("{s:s, s:s, s:s, s:s}", "field",
	    v->field->code, "label", v->field->label, "value", v->text,
	    "meaning", custom_show(r->arena, r->lang, v->field, v->text));
	json_t *more;

	if (row == NULL || r->is_portable)
		return row;
	more = json_pack("{s:s, s:s, s:s?, s:o}", "purposes",
	    v->field->purposes, "basis", v->field->basis, "at", export_iso(r,
	    v->at_us), "months_kept", export_number((int64_t)
	    v->field->months, v->field->months != 0));
	if (more == NULL || json_object_update(row, more) != 0)
		r->is_broken = true;
	json_decref(more);
	return row;
}

enum err
export_read_custom(struct export_reading *r, json_t *list)
{
	struct custom_fields fields;
	const struct custom_reading reading = { .keys = r->keys,
	    .fields = &fields, .contact_id = r->contact_id };
	struct q_export_provenance *rows;
	struct custom_value *values;
	size_t i, n, n_rows;
	enum err e;

	if ((e = custom_fields_load(r->db, r->arena, r->lang, &fields)) !=
	    ERR_OK || (e = custom_values_load(r->db, r->arena, &reading,
	    &values, &n)) != ERR_OK || (e = q_export_provenance(r->db,
	    r->arena, r->contact_id, &rows, &n_rows)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if (!r->is_portable || is_given(&values[i], rows, n_rows))
			export_add(r, list, row_of(r, &values[i]));
	return ERR_OK;
}
