/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The daily count: all contacts, then what histories and the lines of who
 * looked have since the last time; the figures are stored together at the end.
 * Law: GDPR 5(1)(c), 25.
 */
#include "custom/custom_use.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/log.h"
#include "base/text.h"
#include "custom/custom.h"
#include "db/queries.h"

#define CONTACTS_BATCH	5000
#define LINES_BATCH	500
#define SETTLED_US	(10 * MINUTE_US)	/* until no line before one is still to come */

const char *const custom_built_in[CUSTOM_BUILT_IN] = { "given_name",
	"family_name", "email", "phone", "street", "postcode", "city",
	"country" };

bool
custom_is_unused(const struct custom_use *use, int64_t now_us)
{
	int64_t last_us = use->since_us;

	if (use->filled_us > last_us)
		last_us = use->filled_us;
	if (use->read_us > last_us)
		last_us = use->read_us;
	return day_compare(day_of(last_us), day_add_months(day_of(now_us),
	    -CUSTOM_UNUSED_MONTHS)) < 0;
}

enum phase { CONTACTS, HISTORIES, LOOKS, DONE };

struct figure {
	uint64_t filled;
	struct custom_use use;
};

/* A count in progress; lives from batch to batch. */
struct counting {
	enum phase phase;
	uint64_t after;			/* the last contact */
	struct q_custom_use_mark mark;	/* as of the last count, then as far as this one is */
	uint64_t contacts;
	int64_t since_us;		/* of the first contact */
	struct figure built_in[CUSTOM_BUILT_IN];
	uint64_t ids[CUSTOM_EVER_MAX];	/* custom fields, and their figures */
	struct figure custom[CUSTOM_EVER_MAX];
	size_t n;
};

static void
later(int64_t *at_us, int64_t other_us)
{
	if (other_us > *at_us)
		*at_us = other_us;
}

/* Room for the field of row ${id}. */
static struct figure *
figure_of(struct counting *k, uint64_t id)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (k->ids[i] == id)
			return &k->custom[i];
	if (k->n == CUSTOM_EVER_MAX)
		return &k->custom[0];	/* there are never so many */
	k->ids[k->n] = id;
	return &k->custom[k->n++];
}

static enum err
count_contacts(struct job *job, struct counting *k)
{
	struct q_custom_use_values *values;
	struct q_custom_use_contacts w;
	size_t i, n;
	enum err e;

	if ((e = q_custom_use_contacts(job->db, job->arena, k->after,
	    CONTACTS_BATCH, &w)) != ERR_OK)
		return e;
	if (w.contacts == 0) {
		k->phase = HISTORIES;
		return ERR_OK;
	}
	if ((e = q_custom_use_values(job->db, job->arena, k->after, w.last_id,
	    &values, &n)) != ERR_OK)
		return e;
	const uint64_t filled[CUSTOM_BUILT_IN] = { w.given_name,
	    w.family_name, w.email, w.phone, w.street, w.postcode, w.city,
	    w.country };
	const int64_t at_us[CUSTOM_BUILT_IN] = { w.given_name_us,
	    w.family_name_us, w.email_us, w.phone_us, w.street_us,
	    w.postcode_us, w.city_us, w.country_us };

	for (i = 0; i < CUSTOM_BUILT_IN; i++) {
		k->built_in[i].filled += filled[i];
		later(&k->built_in[i].use.filled_us, at_us[i]);
	}
	for (i = 0; i < n; i++) {
		figure_of(k, values[i].field_id)->filled += values[i].filled;
		later(&figure_of(k, values[i].field_id)->use.filled_us,
		    values[i].filled_us);
	}
	if (k->contacts == 0 || w.since_us < k->since_us)
		k->since_us = w.since_us;
	k->contacts += w.contacts;
	k->after = w.last_id;
	return ERR_OK;
}

static void
note_filled(struct counting *k, const struct custom_fields *fields,
    const char *name, int64_t at_us)
{
	const struct custom_field *f = custom_find_name(fields, name);
	size_t i;

	if (f != NULL)
		later(&figure_of(k, f->id)->use.filled_us, at_us);
	for (i = 0; i < CUSTOM_BUILT_IN; i++)
		if (strcmp(custom_built_in[i], name) == 0)
			later(&k->built_in[i].use.filled_us, at_us);
}

static enum err
read_histories(struct job *job, struct counting *k,
    const struct custom_fields *fields)
{
	struct q_custom_use_history *rows;
	size_t i, n;
	enum err e;

	if ((e = q_custom_use_history(job->db, job->arena,
	    k->mark.history_id, LINES_BATCH, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if (strcmp(rows[i].by_kind, "program") != 0)
			note_filled(k, fields, rows[i].field, rows[i].at_us);
	if (n > 0)
		k->mark.history_id = rows[n - 1].id;
	if (n < LINES_BATCH)
		k->phase = LOOKS;
	return ERR_OK;
}

/* Whether the code is among those with commas between them. */
static bool
is_among(const char *codes, const char *code)
{
	size_t len = strlen(code);

	while (codes != NULL && *codes != '\0') {
		if (strcspn(codes, ",") == len &&
		    strncmp(codes, code, len) == 0)
			return true;
		codes += strcspn(codes, ",");
		codes += *codes == ',' ? 1 : 0;
	}
	return false;
}

static void
note_read(struct job *job, struct counting *k,
    const struct custom_fields *fields, const struct q_custom_use_looks *l)
{
	const bool opened[CUSTOM_BUILT_IN] = { l->has_given_name,
	    l->has_family_name, l->has_email, l->has_phone, l->has_street,
	    l->has_postcode, l->has_city, l->has_country };
	bool is_record = strcmp(l->kind, "record") == 0;
	bool is_export = strcmp(l->kind, "export") == 0;
	size_t i;

	for (i = 0; i < CUSTOM_BUILT_IN; i++)
		if (is_record ? opened[i] : is_export ? is_among(l->columns,
		    custom_built_in[i]) : i < 3)	/* a list has names and addresses */
			later(&k->built_in[i].use.read_us, l->at_us);
	for (i = 0; is_export && i < fields->n; i++)
		if (is_among(l->columns, arena_printf(job->arena, "custom.%s",
		    fields->list[i].code)))
			later(&figure_of(k, fields->list[i].id)->use.read_us,
			    l->at_us);
}

static enum err
read_looks(struct job *job, struct counting *k,
    const struct custom_fields *fields)
{
	struct q_custom_use_opened *opened;
	struct q_custom_use_looks *rows;
	size_t i, n, n_opened;
	enum err e;

	if ((e = q_custom_use_looks(job->db, job->arena, k->mark.line_id,
	    job->now_us - SETTLED_US, LINES_BATCH, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		note_read(job, k, fields, &rows[i]);
	if (n > 0) {
		if ((e = q_custom_use_opened(job->db, job->arena,
		    k->mark.line_id, rows[n - 1].id, &opened, &n_opened)) !=
		    ERR_OK)
			return e;
		for (i = 0; i < n_opened; i++)
			later(&figure_of(k, opened[i].field_id)->use.read_us,
			    opened[i].read_us);
		k->mark.line_id = rows[n - 1].id;
	}
	if (n < LINES_BATCH)
		k->phase = DONE;
	return ERR_OK;
}

struct storing {
	struct job *job;
	struct counting *k;
	const struct custom_fields *fields;
};

static enum err
put(struct db *db, struct q_custom_use_put_each *rows, size_t *n)
{
	enum err e = *n == 0 ? ERR_OK : q_custom_use_put(db, rows, *n, NULL);

	*n = 0;
	return e;
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	const struct storing *s = arg;
	struct q_custom_use_put_each rows[DB_EACH_MAX];
	struct counting *k = s->k;
	const struct custom_field *f;
	const struct figure *g;
	size_t i, n = 0;
	enum err e = ERR_OK;

	for (i = 0; i < CUSTOM_BUILT_IN; i++) {
		g = &k->built_in[i];
		rows[n++] = (struct q_custom_use_put_each){
		    custom_built_in[i], g->filled, g->use.filled_us,
		    g->use.read_us, k->since_us };
	}
	for (i = 0; i < s->fields->n && e == ERR_OK; i++) {
		f = &s->fields->list[i];
		g = figure_of(k, f->id);
		if (n == DB_EACH_MAX)
			e = put(db, rows, &n);
		rows[n++] = (struct q_custom_use_put_each){ f->name,
		    g->filled, g->use.filled_us, g->use.read_us,
		    f->created_us };
	}
	if (e != ERR_OK || (e = put(db, rows, &n)) != ERR_OK)
		return e;
	return q_custom_use_marked(db, k->mark.history_id, k->mark.line_id,
	    k->contacts, s->job->now_us, NULL);
}

/* ERR_NOTFOUND: it is not time yet. */
static enum err
begin(struct job *job)
{
	struct q_custom_use_mark mark = { 0 };
	struct counting *k;
	enum err e;

	e = q_custom_use_mark(job->db, job->arena, &mark);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if (e == ERR_OK && !job->is_asked_for &&
	    mark.counted_us > job->now_us - DAY_US)
		return ERR_NOTFOUND;
	if ((k = calloc(1, sizeof(*k))) == NULL)
		abort();
	k->mark = mark;
	job->memory = k;
	return ERR_OK;
}

enum err
custom_keeper_count(struct job *job)
{
	struct custom_fields fields;
	struct counting *k;
	struct storing s = { .job = job, .fields = &fields };
	enum err e;

	if (job->memory == NULL && (e = begin(job)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	s.k = k = job->memory;
	if ((e = custom_fields_load(job->db, job->arena, "en", &fields)) !=
	    ERR_OK)
		return e;
	if (k->phase == CONTACTS)
		e = count_contacts(job, k);
	else if (k->phase == HISTORIES)
		e = read_histories(job, k, &fields);
	else
		e = read_looks(job, k, &fields);
	if (e != ERR_OK)
		return e;
	job->is_more = k->phase != DONE;
	if (job->is_more)
		return ERR_OK;
	if ((e = job_tx(job, store_in_tx, &s)) == ERR_OK)
		log_note("event=fields.counted contacts=%llu",
		    (unsigned long long)k->contacts);
	free(k);
	job->memory = NULL;
	return e;
}
