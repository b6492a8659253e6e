/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Counting: rows in the order of their ids, each once; and the contacts there
 * are, once a day.  What is stored leads to nobody (recital 26; X39).
 */
#include "statistics/statistics_keeper.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/text.h"
#include "db/queries.h"

#define CHUNK		1000	/* rows of each source in one pass */
#define TOTALS_MAX	256	/* kinds and months of one pass */
#define SETTLED_US	(2 * MINUTE_US)	/* then no lower id is still to come */
#define AGAIN_US	(20 * HOUR_US)
#define ENDING_US	(90 * DAY_US)
#define STOCK_CHUNK	5000	/* contacts counted in one pass */

static const char *const sources[] = { "consents", "contacts", "requests",
    "erasures" };

/* How many of one kind in one month. */
struct total {
	const char *name;
	const char *kind;
	uint64_t month;
	uint64_t n;
};

struct counting {
	uint64_t through[LENGTH(sources)];
	bool is_new[LENGTH(sources)];
	struct total totals[TOTALS_MAX];
	size_t n;
};

static enum err
load_marks(struct job *job, struct counting *k)
{
	struct q_statistics_marks *rows;
	size_t i, j, n;
	enum err e;

	if ((e = q_statistics_marks(job->db, job->arena, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		for (j = 0; j < LENGTH(sources); j++)
			if (strcmp(rows[i].name, sources[j]) == 0)
				k->through[j] = rows[i].through_id;
	return ERR_OK;
}

/* False when there is no room for another total: it waits for the next pass. */
static bool
add(struct counting *k, const struct q_statistics_uncounted *row)
{
	struct day day = day_of(row->at_us);
	uint64_t month = (uint64_t)(day.y * 100 + day.m);
	size_t i;

	for (i = 0; i < k->n; i++)
		if (k->totals[i].month == month &&
		    strcmp(k->totals[i].kind, row->kind) == 0 &&
		    strcmp(k->totals[i].name, row->name) == 0)
			break;
	if (i == TOTALS_MAX)
		return false;
	if (i == k->n)
		k->totals[k->n++] = (struct total){ row->name, row->kind,
		    month, 0 };
	k->totals[i].n++;
	return true;
}

/*
 * The rows of one source up to the first that is too young: one with a lower
 * id may not be stored yet, and the mark would pass it by.
 */
static void
count(struct counting *k, size_t source,
    const struct q_statistics_uncounted *rows, size_t n, int64_t before_us)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(rows[i].name, sources[source]) != 0)
			continue;
		if (rows[i].at_us >= before_us || !add(k, &rows[i]))
			return;
		k->through[source] = rows[i].id;
		k->is_new[source] = true;
	}
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	const struct counting *k = arg;
	struct q_statistics_add_each each[DB_EACH_MAX];
	size_t i, n = 0;
	enum err e;

	for (i = 0; i < k->n; i++) {
		each[n++] = (struct q_statistics_add_each){
			.name = k->totals[i].name, .kind = k->totals[i].kind,
			.month = k->totals[i].month, .n = k->totals[i].n };
		if (n < DB_EACH_MAX && i + 1 < k->n)
			continue;
		if ((e = q_statistics_add(db, each, n, NULL)) != ERR_OK)
			return e;
		n = 0;
	}
	for (i = 0; i < LENGTH(sources); i++)
		if (k->is_new[i] && (e = q_statistics_mark(db, sources[i],
		    k->through[i], NULL)) != ERR_OK)
			return e;
	return ERR_OK;
}

enum err
statistics_keeper_months(struct job *job)
{
	struct q_statistics_uncounted *rows;
	struct counting k = { .n = 0 };
	size_t i, n;
	enum err e;

	if ((e = load_marks(job, &k)) != ERR_OK ||
	    (e = q_statistics_uncounted(job->db, job->arena, k.through[0],
	    CHUNK, k.through[1], k.through[2], k.through[3], &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < LENGTH(sources); i++)
		count(&k, i, rows, n, job->now_us - SETTLED_US);
	if (k.n == 0)
		return ERR_OK;
	if ((e = job_tx(job, store_in_tx, &k)) != ERR_OK)
		return e;
	job->is_more = n >= CHUNK;
	return ERR_OK;
}

/* The contacts counted so far, from pass to pass. */
struct stock {
	bool is_running;
	uint64_t after;
	uint64_t contacts;
	uint64_t customers;
	uint64_t restricted;
	uint64_t ending;	/* consents within ENDING_US of their end */
	uint64_t years[4];	/* since their last contact; the last: 3 or more */
};

struct keeping {
	const struct stock *stock;
	int64_t now_us;
};

static enum err
keep_in_tx(struct db *db, void *arg)
{
	const struct keeping *k = arg;
	const struct stock *s = k->stock;
	const struct q_statistics_today_put_each rows[] = {
		{ "contacts", s->contacts, k->now_us },
		{ "customers", s->customers, k->now_us },
		{ "restricted", s->restricted, k->now_us },
		{ "ending", s->ending, k->now_us },
		{ "years_0", s->years[0], k->now_us },
		{ "years_1", s->years[1], k->now_us },
		{ "years_2", s->years[2], k->now_us },
		{ "years_3", s->years[3], k->now_us },
	};

	return q_statistics_today_put(db, rows, LENGTH(rows), NULL);
}

static int64_t
years_ago(const struct job *job, int years)
{
	return day_start_us(day_add_months(day_of(job->now_us), -12 * years));
}

static enum err
count_stock(struct job *job, struct stock *s)
{
	struct q_statistics_stock row;
	struct q_statistics_ending ending;
	struct keeping k = { s, job->now_us };
	enum err e;

	if ((e = q_statistics_stock(job->db, job->arena, years_ago(job, 1),
	    years_ago(job, 2), years_ago(job, 3), s->after, STOCK_CHUNK,
	    &row)) != ERR_OK ||
	    (e = q_statistics_ending(job->db, job->arena, job->now_us +
	    ENDING_US, s->after, row.last, &ending)) != ERR_OK)
		return e;
	s->ending += ending.n;
	s->contacts += row.n;
	s->customers += row.customers;
	s->restricted += row.restricted;
	s->years[0] += row.years_0;
	s->years[1] += row.years_1;
	s->years[2] += row.years_2;
	s->years[3] += row.years_3;
	s->after = row.last;
	if (row.n == STOCK_CHUNK) {
		job->is_more = true;
		return ERR_OK;
	}
	s->is_running = false;
	return job_tx(job, keep_in_tx, &k);
}

enum err
statistics_keeper_today(struct job *job)
{
	struct q_statistics_counted last;
	struct stock *s;
	enum err e;

	if (job->memory == NULL &&
	    (job->memory = calloc(1, sizeof(*s))) == NULL)
		abort();
	s = job->memory;
	if (!s->is_running) {
		if ((e = q_statistics_counted(job->db, job->arena, &last)) !=
		    ERR_OK)
			return e;
		if (!job->is_asked_for && last.counted_us != 0 &&
		    last.counted_us > job->now_us - AGAIN_US)
			return ERR_OK;
		*s = (struct stock){ .is_running = true };
	}
	return count_stock(job, s);
}
