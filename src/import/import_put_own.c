/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a file says of custom fields, into the records that it makes; what is
 * sensitive is sealed for each person (GDPR 5(1)(c), 9, 15(1)(g)).
 */
#include "import/import_inside.h"

#include <string.h>

#include "keys/person.h"

/* Values of some new contacts, written when there are enough. */
struct putting {
	struct import_storing *s;
	const struct import_match *people[DB_EACH_MAX];
	size_t n_people;
	unsigned char keys[DB_EACH_MAX][KEY_BYTES];
	struct custom_storing values[DB_EACH_MAX];
	struct q_contacts_provenance_put_each from[DB_EACH_MAX];
	size_t n;
};

enum err
import_own_lock(struct import_storing *s)
{
	const struct custom_fields *fields = &s->import->columns.own_fields;
	const struct custom_field *list[IMPORT_COLUMNS_MAX];
	size_t i;

	for (i = 0; i < fields->n; i++)
		list[i] = &fields->list[i];
	return fields->n == 0 ? ERR_OK : custom_lock(s->db, s->a, list,
	    fields->n);
}

static enum err
write_values(struct putting *p)
{
	size_t n = p->n;
	enum err e;

	p->n = 0;
	if (n == 0)
		return ERR_OK;
	if ((e = custom_store_each(p->s->db, p->s->a, p->values, n)) !=
	    ERR_OK)
		return e;
	return q_contacts_provenance_put(p->s->db, p->from, n, NULL);
}

static enum err
put_one(struct putting *p, size_t person)
{
	const struct import_columns *columns = &p->s->import->columns;
	const struct import_match *m = p->people[person];
	const struct custom_field *f;
	size_t i;
	enum err e;

	for (i = 0; i < columns->n; i++) {
		if ((f = columns->own[i]) == NULL || *m->row->own[i] == '\0')
			continue;
		if (p->n == DB_EACH_MAX && (e = write_values(p)) != ERR_OK)
			return e;
		p->from[p->n] = (struct q_contacts_provenance_put_each){
		    .contact_id = m->row->contact_id, .field = f->name,
		    .source = m->source, .basis = f->basis,
		    .at_us = m->collected_us };
		p->values[p->n++] = (struct custom_storing){ { f,
		    m->row->contact_id, m->row->own[i], m->collected_us },
		    p->keys[person] };
	}
	return ERR_OK;
}

/* Whether the row says something that must be sealed. */
static bool
is_sealed(const struct import_columns *columns, const struct import_row *row)
{
	size_t i;

	for (i = 0; i < columns->n; i++)
		if (columns->own[i] != NULL && columns->own[i]->is_sensitive &&
		    *row->own[i] != '\0')
			return true;
	return false;
}

/* The keys of those of whom something is sealed. */
static enum err
take_keys(struct putting *p)
{
	const struct job *job = p->s->import->job;
	unsigned char keys[DB_EACH_MAX][KEY_BYTES];
	uint64_t ids[DB_EACH_MAX];
	size_t places[DB_EACH_MAX];
	struct person_keys wanted = { ids, 0, PERSON_LIVE, job->now_us };
	size_t i;
	enum err e;

	for (i = 0; i < p->n_people; i++)
		if (is_sealed(&p->s->import->columns, p->people[i]->row)) {
			ids[wanted.n] = p->people[i]->row->contact_id;
			places[wanted.n++] = i;
		}
	if (wanted.n == 0)
		return ERR_OK;
	e = person_keys_take(p->s->db, p->s->a, job->keys, &wanted, keys);
	for (i = 0; e == ERR_OK && i < wanted.n; i++)
		memcpy(p->keys[places[i]], keys[i], KEY_BYTES);
	secret_wipe(keys, sizeof(keys));
	return e;
}

static enum err
put_some(struct putting *p)
{
	size_t i;
	enum err e;

	if ((e = take_keys(p)) == ERR_OK)
		for (i = 0; i < p->n_people && e == ERR_OK; i++)
			e = put_one(p, i);
	if (e == ERR_OK)
		e = write_values(p);
	secret_wipe(p->keys, sizeof(p->keys));
	p->n_people = 0;
	return e;
}

enum err
import_own_put(struct import_storing *s)
{
	struct putting *p;
	size_t i;
	enum err e;

	if (s->import->columns.own_fields.n == 0)
		return ERR_OK;
	p = arena_take(s->a, sizeof(*p));
	p->s = s;
	p->n_people = p->n = 0;
	for (i = 0; i < s->n; i++) {
		if (s->matches[i].row->outcome != IMPORT_NEW)
			continue;
		p->people[p->n_people++] = &s->matches[i];
		if (p->n_people == DB_EACH_MAX && (e = put_some(p)) != ERR_OK)
			return e;
	}
	return p->n_people == 0 ? ERR_OK : put_some(p);
}
