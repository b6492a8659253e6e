/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of custom fields and of their values (GDPR 5(1)(c), 32(1)(a)).
 */
#include "custom/custom.h"

#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "html/words.h"
#include "keys/person.h"

/* Where the code stands in the list; the database knows no other. */
static int
place_in(const struct field_choice *list, const char *code)
{
	int i;

	for (i = 0; list[i].value != NULL; i++)
		if (strcmp(list[i].value, code) == 0)
			return i;
	assert(!"a code that the database does not have");
	return 0;
}

/* As the answers of a select: the first is for nothing. */
static const struct field_choice *
choices_of(struct arena *a, const char *lang, const char *json)
{
	json_t *list = json_loads(json, 0, NULL), *one;
	struct field_choice *choices = arena_take(a,
	    (json_array_size(list) + 2) * sizeof(*choices));
	const char *code, *label;
	size_t i, n = 1;

	choices[0] = (struct field_choice){ "", N_("not said") };
	json_array_foreach(list, i, one) {
		code = json_string_value(json_object_get(one, "code"));
		label = json_string_value(json_object_get(one, lang));
		if (label == NULL)
			label = json_string_value(json_object_get(one, "en"));
		if (code != NULL && label != NULL)
			choices[n++] = (struct field_choice){ arena_text(a,
			    code), arena_text(a, label) };
	}
	json_decref(list);
	return choices;
}

static struct custom_field
field_of(struct arena *a, const char *lang, const struct q_custom_fields *r)
{
	static const struct field_choice yes_no[] = {
		{ "", N_("not said") }, { "yes", N_("Yes") },
		{ "no", N_("No") }, { NULL, NULL }
	};
	struct custom_field f = { .id = r->id, .code = r->code,
	    .name = arena_printf(a, CUSTOM_PREFIX "%s", r->code),
	    .input = arena_printf(a, "custom_%s", r->code),
	    .label = r->label == NULL ? r->code : r->label,
	    .help = r->help == NULL ? "" : r->help,
	    .kind = (enum custom_kind)place_in(custom_kinds, r->kind),
	    .state = (enum custom_state)place_in(custom_states, r->state),
	    .is_sensitive = r->is_sensitive, .is_editable = r->is_editable,
	    .is_bounded = r->is_bounded, .least = r->least, .most = r->most,
	    .written_choices = r->choices, .basis = r->basis,
	    .purposes = r->purposes == NULL ? "" : r->purposes,
	    .months = r->months, .version = r->version,
	    .to_empty = r->to_empty, .emptied = r->emptied,
	    .created_us = r->created_us };

	f.choices = f.kind == CUSTOM_YES_NO ? yes_no :
	    choices_of(a, lang, r->choices);
	return f;
}

enum err
custom_fields_load(struct db *db, struct arena *a, const char *lang,
    struct custom_fields *ret_fields)
{
	struct q_custom_fields *rows;
	size_t i, n;
	enum err e;

	if ((e = q_custom_fields(db, a, lang, &rows, &n)) != ERR_OK)
		return e;
	ret_fields->n = n;
	ret_fields->list = arena_take(a, (n + 1) * sizeof(*ret_fields->list));
	for (i = 0; i < n; i++)
		ret_fields->list[i] = field_of(a, lang, &rows[i]);
	return ERR_OK;
}

static const char *
text_of(struct arena *a, const struct custom_field *f,
    const struct q_custom_values *row)
{
	if (f->kind == CUSTOM_NUMBER)
		return custom_number_write(a, row->value_number);
	if (f->kind == CUSTOM_DATE)
		return row->value_day.y == 0 ? "" : day_write(a,
		    row->value_day);
	return row->value_text == NULL ? "" : row->value_text;
}

/* The person's key, read when the first sealed value is met. */
struct opening {
	struct db *db;
	struct arena *a;
	const struct custom_reading *reading;
	unsigned char key[KEY_BYTES];
	enum { NOT_READ, HAS_KEY, NO_KEY } state;
};

static enum err
open_sealed(struct opening *o, struct bytes sealed, const char **ret_text)
{
	const struct person_place place = { "custom_value", "sealed",
		o->reading->contact_id };
	enum err e;

	*ret_text = NULL;
	if (o->state == NOT_READ && o->reading->key != NULL) {
		memcpy(o->key, o->reading->key, sizeof(o->key));
		o->state = HAS_KEY;
	} else if (o->state == NOT_READ) {
		e = person_key_load(o->db, o->a, o->reading->keys,
		    o->reading->contact_id, PERSON_LIVE, o->key);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			return e;
		o->state = e == ERR_OK ? HAS_KEY : NO_KEY;
	}
	if (o->state == NO_KEY)
		return ERR_OK;
	if (person_unseal(o->a, o->key, &place, sealed, ret_text) != ERR_OK) {
		log_fault("event=custom.unseal error=does_not_open");
		return ERR_BUG;
	}
	return ERR_OK;
}

enum err
custom_values_load(struct db *db, struct arena *a,
    const struct custom_reading *reading, struct custom_value **ret_values,
    size_t *ret_n)
{
	struct q_custom_values *rows;
	size_t n;
	enum err e;

	if ((e = q_custom_values(db, a, reading->contact_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	return custom_values_open(db, a, reading, rows, n, ret_values, ret_n);
}

enum err
custom_values_open(struct db *db, struct arena *a,
    const struct custom_reading *reading, const struct q_custom_values *rows,
    size_t n, struct custom_value **ret_values, size_t *ret_n)
{
	struct opening o = { .db = db, .a = a, .reading = reading };
	struct custom_value *values = arena_take(a, (n + 1) * sizeof(*values));
	const struct custom_field *f;
	const char *text;
	size_t i, k = 0;
	enum err e = ERR_OK;

	for (i = 0; i < n && e == ERR_OK; i++) {
		if ((f = custom_find_id(reading->fields,
		    rows[i].field_id)) == NULL)
			continue;	/* made since the fields were read */
		text = text_of(a, f, &rows[i]);
		if (f->is_sensitive)
			e = open_sealed(&o, rows[i].sealed, &text);
		if (e == ERR_OK && text != NULL)
			values[k++] = (struct custom_value){ f, text,
			    rows[i].at_us, reading->contact_id };
	}
	secret_wipe(o.key, sizeof(o.key));
	if (e != ERR_OK)
		return e;
	*ret_values = values;
	*ret_n = k;
	return ERR_OK;
}

const char *
custom_value_of(const struct custom_value *values, size_t n,
    const struct custom_field *field)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (values[i].field == field)
			return values[i].text;
	return "";
}

static enum err
row_of(struct arena *a, const unsigned char *key,
    const struct custom_putting *p, struct q_custom_put_each_each *ret)
{
	const struct custom_field *f = p->field;
	enum err e = ERR_OK;

	*ret = (struct q_custom_put_each_each){ .contact_id = p->contact_id,
	    .field_id = f->id, .at_us = p->at_us };
	if (f->is_sensitive)
		ret->sealed = person_seal(a, key, "custom_value", "sealed",
		    p->contact_id, p->text);
	else if (f->kind == CUSTOM_NUMBER)
		e = custom_number_read(p->text, &ret->value_number);
	else if (f->kind == CUSTOM_DATE)
		e = day_read(p->text, &ret->value_day);
	else
		ret->value_text = p->text;
	return e == ERR_OK ? ERR_OK : ERR_BUG;	/* custom_read() gave it */
}

enum err
custom_store(struct db *db, struct arena *a,
    const unsigned char key[KEY_BYTES], const struct custom_putting *p)
{
	struct q_custom_put_each_each r;
	uint64_t n;
	enum err e;

	if (*p->text == '\0')
		return q_custom_clear(db, p->contact_id, p->field->id, NULL);
	if ((e = row_of(a, key, p, &r)) != ERR_OK ||
	    (e = q_custom_put(db, r.contact_id, r.value_text, r.value_number,
	    r.value_day, r.sealed, r.at_us, r.field_id, &n)) != ERR_OK)
		return e;
	return n == 0 ? ERR_CONFLICT : ERR_OK;
}

enum err
custom_store_each(struct db *db, struct arena *a,
    const struct custom_storing *values, size_t n)
{
	struct q_custom_put_each_each rows[DB_EACH_MAX];
	size_t i;
	enum err e;

	assert(n <= DB_EACH_MAX);
	for (i = 0; i < n; i++)
		if ((e = row_of(a, values[i].key, &values[i].put,
		    &rows[i])) != ERR_OK)
			return e;
	return n == 0 ? ERR_OK : q_custom_put_each(db, rows, n, NULL);
}

enum err
custom_lock(struct db *db, struct arena *a,
    const struct custom_field *const *fields, size_t n)
{
	struct q_custom_lock *rows;
	size_t i, j, n_rows;
	enum err e;

	if ((e = q_custom_lock(db, a, &rows, &n_rows)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		for (j = 0; j < n_rows && rows[j].id != fields[i]->id; j++)
			;
		if (j == n_rows || rows[j].version != fields[i]->version ||
		    strcmp(rows[j].state, "open") != 0)
			return ERR_GONE;
	}
	return ERR_OK;
}

/* The values of one contact: ${n} rows. */
static enum err
open_one(struct db *db, struct arena *a, const struct custom_reading *reading,
    const struct q_custom_values_each *rows, size_t n,
    struct custom_value *values, size_t *n_values)
{
	const struct custom_reading of_one = { .keys = reading->keys,
	    .fields = reading->fields, .contact_id = rows->contact_id };
	struct q_custom_values *plain = arena_take(a, n * sizeof(*plain));
	struct custom_value *opened;
	size_t i, n_opened;
	enum err e;

	for (i = 0; i < n; i++)
		plain[i] = (struct q_custom_values){ rows[i].field_id,
		    rows[i].value_text, rows[i].value_number,
		    rows[i].value_day, rows[i].sealed, rows[i].at_us };
	if ((e = custom_values_open(db, a, &of_one, plain, n, &opened,
	    &n_opened)) != ERR_OK)
		return e;
	for (i = 0; i < n_opened; i++)
		values[(*n_values)++] = opened[i];
	return ERR_OK;
}

enum err
custom_values_load_each(struct db *db, struct arena *a,
    const struct custom_reading *reading, const uint64_t *ids, size_t n,
    struct custom_value **ret_values, size_t *ret_n)
{
	struct q_custom_values_each_each each[DB_EACH_MAX];
	struct q_custom_values_each *rows;
	size_t i, some, n_rows;
	enum err e;

	assert(n > 0 && n <= DB_EACH_MAX);
	for (i = 0; i < n; i++)
		each[i].contact_id = ids[i];
	if ((e = q_custom_values_each(db, a, each, n, &rows, &n_rows)) !=
	    ERR_OK)
		return e;
	*ret_values = arena_take(a, (n_rows + 1) * sizeof(**ret_values));
	*ret_n = 0;
	for (i = 0; i < n_rows; i += some) {
		for (some = 1; i + some < n_rows && rows[i + some].contact_id
		    == rows[i].contact_id; some++)
			;
		if ((e = open_one(db, a, reading, &rows[i], some, *ret_values,
		    ret_n)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}
