/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where the people of a file belong: an organisation that is there, or one
 * that comes with the file, once.  Another silo's is as unknown as none
 * (GDPR 5(1)(d), 25).
 */
#include "import/import_inside.h"

#include <string.h>

#include "import/import_seen.h"
#include "organisations/organisations.h"

#define WORDS_AT_ONCE	DB_EACH_MAX

static bool
is_named(const struct import_row *row)
{
	return (row->outcome == IMPORT_NEW || row->outcome ==
	    IMPORT_CHANGED) && (*row->values[IMPORT_ORGANISATION] != '\0' ||
	    *row->values[IMPORT_REGISTRATION] != '\0');
}

/* Rows of one name and one number mean one organisation. */
static struct import_organisation *
organisation_of(struct import_storing *s, struct import_row *row)
{
	const char *name = row->values[IMPORT_ORGANISATION];
	const char *sort_name = organisations_sort_name(s->a, name);
	const char *number = row->values[IMPORT_REGISTRATION];
	struct import_organisation *o;
	size_t i;

	for (i = 0; i < s->n_organisations; i++) {
		o = &s->organisations[i];
		if (strcmp(o->sort_name, sort_name) == 0 &&
		    strcmp(o->registration, number) == 0)
			return o;
	}
	o = &s->organisations[s->n_organisations++];
	*o = (struct import_organisation){ .name = name,
	    .sort_name = sort_name, .registration = number, .first = row };
	return o;
}

static void
take(struct import_organisation *o, uint64_t id, const char *name)
{
	o->is_many = o->id != 0 && o->id != id;
	o->id = id;
	o->name = name;
}

static enum err
find_by_number(struct import_storing *s, size_t at, size_t n)
{
	const struct import *import = s->import;
	struct q_import_organisations_numbered_each each[DB_EACH_MAX];
	struct q_import_organisations_numbered *rows;
	struct import_organisation *o;
	size_t i, j, n_each = 0, n_rows;
	enum err e;

	for (i = at; i < at + n; i++)
		if (*s->organisations[i].registration != '\0')
			each[n_each++].registration =
			    s->organisations[i].registration;
	if (n_each == 0)
		return ERR_OK;
	if ((e = q_import_organisations_numbered(s->db, s->a,
	    !import->is_scoped, import->staff_id, import->staff_team_id, each,
	    n_each, &rows, &n_rows)) != ERR_OK)
		return e;
	for (i = at; i < at + n; i++)
		for (j = 0; j < n_rows; j++) {
			o = &s->organisations[i];
			if (strcmp(o->registration, rows[j].registration) == 0)
				take(o, rows[j].id, rows[j].name);
		}
	return ERR_OK;
}

/* Of those whose number nobody has; one with another number is another. */
static enum err
find_by_name(struct import_storing *s, size_t at, size_t n)
{
	const struct import *import = s->import;
	struct q_import_organisations_named_each each[DB_EACH_MAX];
	struct q_import_organisations_named *rows;
	struct import_organisation *o;
	bool is_sought[DB_EACH_MAX] = { false };
	size_t i, j, n_each = 0, n_rows;
	enum err e;

	for (i = 0; i < n; i++) {
		o = &s->organisations[at + i];
		is_sought[i] = o->id == 0 && *o->sort_name != '\0';
		if (is_sought[i])
			each[n_each++].sort_name = o->sort_name;
	}
	if (n_each == 0)
		return ERR_OK;
	if ((e = q_import_organisations_named(s->db, s->a,
	    !import->is_scoped, import->staff_id, import->staff_team_id, each,
	    n_each, &rows, &n_rows)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		for (j = 0; j < n_rows && is_sought[i]; j++) {
			o = &s->organisations[at + i];
			if (strcmp(o->sort_name, rows[j].sort_name) == 0 &&
			    (*o->registration == '\0' ||
			    *rows[j].registration == '\0'))
				take(o, rows[j].id, rows[j].name);
		}
	return ERR_OK;
}

static void
reject(struct import_match *m, enum import_why why, enum import_field field,
    const char *reason)
{
	import_reject(m->row, why, import_field_names[field], reason);
	m->organisation = NULL;
}

static void
judge(struct import_match *m)
{
	if (m->organisation->is_many)
		reject(m, IMPORT_WHY_ORGANISATIONS, IMPORT_ORGANISATION,
		    "organisation: several have this name; give the registration number");
	else if (m->organisation->id == 0 &&
	    *m->organisation->sort_name == '\0')
		reject(m, IMPORT_WHY_NAMELESS, IMPORT_REGISTRATION,
		    "registration: no organisation has it; give its name, too");
	else if (m->row->outcome == IMPORT_NEW)
		m->organisation->is_wanted = true;
}

enum err
import_organisations_find(struct import_storing *s)
{
	size_t i, at, some;
	enum err e;

	s->organisations = arena_take(s->a, (s->n + 1) *
	    sizeof(*s->organisations));
	s->n_organisations = 0;
	for (i = 0; i < s->n; i++)
		s->matches[i].organisation = !is_named(s->matches[i].row) ?
		    NULL : organisation_of(s, s->matches[i].row);
	for (at = 0; at < s->n_organisations; at += some) {
		some = s->n_organisations - at < DB_EACH_MAX ?
		    s->n_organisations - at : DB_EACH_MAX;
		if ((e = find_by_number(s, at, some)) != ERR_OK ||
		    (e = find_by_name(s, at, some)) != ERR_OK)
			return e;
	}
	for (i = 0; i < s->n; i++)
		if (s->matches[i].organisation != NULL)
			judge(&s->matches[i]);
	return ERR_OK;
}

/* Those of one statement, with the numbers that the database gave them. */
static enum err
insert(struct import_storing *s, struct import_organisation *const *list,
    size_t n)
{
	struct q_import_organisation_each each[DB_EACH_MAX];
	const struct import_terms *t = &s->import->terms;
	const struct job *job = s->import->job;
	struct q_import_organisation *made;
	size_t i, j, n_made;
	enum err e;

	for (i = 0; i < n; i++)
		each[i] = (struct q_import_organisation_each){
		    .name = list[i]->name, .sort_name = list[i]->sort_name,
		    .registration = list[i]->registration,
		    .language = job->config->languages[0],
		    .visibility = t->team_id == 0 ? "everyone" : "team",
		    .team_id = t->team_id, .import_id = s->import->id,
		    .created_us = job->now_us, .updated_us = job->now_us };
	if ((e = q_import_organisation(s->db, s->a, each, n, &made,
	    &n_made)) != ERR_OK)
		return e;
	for (i = 0; i < n_made; i++)
		for (j = 0; j < n; j++)
			if (strcmp(made[i].sort_name, list[j]->sort_name) ==
			    0 && strcmp(made[i].registration,
			    list[j]->registration) == 0)
				list[j]->id = made[i].id;
	return ERR_OK;
}

/* The words by which they are found. */
static enum err
insert_words(struct import_storing *s,
    struct import_organisation *const *list, size_t n)
{
	struct q_organisations_words_insert_each each[WORDS_AT_ONCE];
	struct contacts_words words;
	size_t i, j, n_each = 0;
	enum err e = ERR_OK;

	for (i = 0; i < n; i++) {
		contacts_search_words(s->a, &list[i]->name, 1, &words);
		for (j = 0; j < words.n && e == ERR_OK; j++) {
			each[n_each++] =
			    (struct q_organisations_words_insert_each){
			    words.words[j], list[i]->id };
			if (n_each < WORDS_AT_ONCE)
				continue;
			e = q_organisations_words_insert(s->db, each, n_each,
			    NULL);
			n_each = 0;
		}
	}
	return e != ERR_OK || n_each == 0 ? e :
	    q_organisations_words_insert(s->db, each, n_each, NULL);
}

/* Whoever removes one meanwhile comes before or after. */
static enum err
hold(struct import_storing *s, const uint64_t *ids, size_t n)
{
	struct q_import_organisations_lock_each each[DB_EACH_MAX];
	struct q_import_organisations_lock *rows;
	size_t i, n_rows;
	enum err e;

	for (i = 0; i < n; i++)
		each[i].id = ids[i];
	if (n == 0)
		return ERR_OK;
	if ((e = q_import_organisations_lock(s->db, s->a, each, n, &rows,
	    &n_rows)) != ERR_OK)
		return e;
	return n_rows == n ? ERR_OK : ERR_CONFLICT;
}

static enum err
make_some(struct import_storing *s, size_t at, size_t n)
{
	struct import_organisation *fresh[DB_EACH_MAX], *o;
	uint64_t there[DB_EACH_MAX];
	size_t i, j, n_fresh = 0, n_there = 0;
	enum err e;

	for (i = at; i < at + n; i++) {
		o = &s->organisations[i];
		if (!o->is_wanted)
			continue;
		o->is_wanted = false;	/* asked for again, it is there */
		if (o->id == 0) {
			fresh[n_fresh++] = o;
			continue;
		}
		for (j = 0; j < n_there && there[j] != o->id; j++)
			;
		if (j == n_there)
			there[n_there++] = o->id;
	}
	for (i = 0; i < n_fresh; i++)
		if (!s->import->is_dry || (s->import->founded != NULL &&
		    !import_see(s->import->founded, arena_printf(s->a,
		    "%s|%s", fresh[i]->sort_name, fresh[i]->registration))))
			fresh[i]->first->has_founded = true;
	if (s->import->is_dry)
		return ERR_OK;
	if ((e = hold(s, there, n_there)) != ERR_OK || n_fresh == 0)
		return e;
	if ((e = insert(s, fresh, n_fresh)) != ERR_OK)
		return e;
	return insert_words(s, fresh, n_fresh);
}

enum err
import_organisations_make(struct import_storing *s)
{
	size_t at, some;
	enum err e;

	for (at = 0; at < s->n_organisations; at += some) {
		some = s->n_organisations - at < DB_EACH_MAX ?
		    s->n_organisations - at : DB_EACH_MAX;
		if ((e = make_some(s, at, some)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
import_organisations_put(struct import_storing *s)
{
	struct q_import_members_put_each each[DB_EACH_MAX];
	const struct import_match *m;
	size_t i, n = 0;
	enum err e = ERR_OK;

	for (i = 0; i < s->n && e == ERR_OK; i++) {
		m = &s->matches[i];
		if (m->organisation == NULL || m->row->outcome != IMPORT_NEW)
			continue;
		each[n++] = (struct q_import_members_put_each){
		    .contact_id = m->row->contact_id,
		    .organisation_id = m->organisation->id,
		    .at_us = m->collected_us };
		if (n == DB_EACH_MAX) {
			e = q_import_members_put(s->db, each, n, NULL);
			n = 0;
		}
	}
	return e != ERR_OK || n == 0 ? e : q_import_members_put(s->db, each,
	    n, NULL);
}
