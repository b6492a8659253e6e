/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Months, holidays and pauses: Regulation 1182/71 applied to GDPR 12(3).
 */
#include "rights/rights_clock.h"

#include <assert.h>
#include <limits.h>

#define NOT_MOVABLE	INT_MIN

/* A holiday of every year. */
struct holiday {
	int easter;	/* days after Easter Sunday, or NOT_MOVABLE */
	int m;
	int d;
};

struct holidays {
	const char *code;
	const struct holiday *list;
	size_t n;
};

/* The rows of Alsace-Moselle begin with two of its own. */
static const struct holiday french[] = {
	{ -2,		0,  0 },	/* Good Friday */
	{ NOT_MOVABLE,	12, 26 },
	{ 1,		0,  0 },	/* Easter Monday */
	{ 39,		0,  0 },	/* Ascension */
	{ 50,		0,  0 },	/* Whit Monday */
	{ NOT_MOVABLE,	1,  1 },
	{ NOT_MOVABLE,	5,  1 },
	{ NOT_MOVABLE,	5,  8 },
	{ NOT_MOVABLE,	7,  14 },
	{ NOT_MOVABLE,	8,  15 },
	{ NOT_MOVABLE,	11, 1 },
	{ NOT_MOVABLE,	11, 11 },
	{ NOT_MOVABLE,	12, 25 },
};

#define LOCAL_ROWS	2

static const struct holidays calendars[] = {
	{ "FR",		french + LOCAL_ROWS,	LENGTH(french) - LOCAL_ROWS },
	{ "FR-57",	french,			LENGTH(french) },
	{ "FR-67",	french,			LENGTH(french) },
	{ "FR-68",	french,			LENGTH(french) },
	{ "EU",		NULL,			0 },
};

static const int alert_days[RIGHTS_ALERTS] = { 10, 5, 1 };

const struct holidays *
holidays_find(const char *code)
{
	size_t i;

	for (i = 0; i < LENGTH(calendars); i++)
		if (strcmp(calendars[i].code, code) == 0)
			return &calendars[i];
	return NULL;
}

const struct holidays *
holidays_at(const char *code)
{
	const struct holidays *found = holidays_find(code);

	return found == NULL ? holidays_find("EU") : found;
}

/*
 * The computus of the anonymous correspondent of Nature (1876), which needs
 * no table and no exception.  ${moon} is how far the paschal full moon is
 * from 21 March, ${sunday} how far Sunday is from that moon.
 */
struct day
holidays_easter(int year)
{
	int golden = year % 19, century = year / 100, of_century = year % 100;
	int lunar = (century - (century + 8) / 25 + 1) / 3;
	int moon = (19 * golden + century - century / 4 - lunar + 15) % 30;
	int sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon -
	    of_century % 4) % 7;
	int late = (golden + 11 * moon + 22 * sunday) / 451;
	int sum = moon + sunday - 7 * late + 114;

	return (struct day){ year, sum / 31, sum % 31 + 1 };
}

bool
holidays_has(const struct holidays *holidays, struct day day)
{
	int64_t easter = day_number(holidays_easter(day.y));
	const struct holiday *h;
	size_t i;

	for (i = 0; i < holidays->n; i++) {
		h = &holidays->list[i];
		if (h->easter == NOT_MOVABLE) {
			if (h->m == day.m && h->d == day.d)
				return true;
		} else if (easter + h->easter == day_number(day)) {
			return true;
		}
	}
	return false;
}

bool
holidays_is_working(const struct holidays *holidays, struct day day)
{
	return day_weekday(day) <= 5 && !holidays_has(holidays, day);
}

struct day
holidays_next_working(const struct holidays *holidays, struct day day)
{
	const struct day last = { 9999, 12, 31 };

	while (!holidays_is_working(holidays, day) &&
	    day_compare(day, last) < 0)
		day = day_add_days(day, 1);
	return day;
}

struct day
rights_due(struct day received, int months, const struct holidays *holidays)
{
	return holidays_next_working(holidays,
	    day_add_months(received, months));
}

struct day
rights_working_limit(struct day received, int months)
{
	struct day whole = day_add_months(received, months), steps;

	if (months <= RIGHTS_MONTHS)
		return whole;
	steps = day_add_months(day_add_months(received, RIGHTS_MONTHS),
	    months - RIGHTS_MONTHS);
	return day_compare(steps, whole) < 0 ? steps : whole;
}

struct day
rights_target(struct day received)
{
	return day_add_days(received, RIGHTS_TARGET_DAYS);
}

bool
rights_may_extend(struct day received, struct day today)
{
	return day_compare(today, day_add_months(received, RIGHTS_MONTHS)) <= 0;
}

/* ${limit} moved by the pauses that begin before it has passed. */
static struct day
move_by_pauses(const struct rights_clock *clock, struct day today,
    struct day limit)
{
	int64_t end = day_number(limit), counted = day_number(clock->received);
	int64_t from, until;
	const struct rights_pause *p;
	size_t i;

	for (i = 0; i < clock->pauses_n; i++) {
		p = &clock->pauses[i];
		from = day_number(p->start);
		until = day_number(p->end.y == 0 ? today : p->end);
		if (from > end)
			break;
		if (from < counted)
			from = counted;
		if (until <= from)
			continue;
		end += until - from;
		counted = until;
	}
	return day_from_number(end);
}

void
rights_limits(const struct rights_clock *clock, struct day today,
    const struct holidays *holidays, struct rights_limits *ret_limits)
{
	struct day raw, moved;
	int i;

	assert(clock->months == RIGHTS_MONTHS ||
	    clock->months == RIGHTS_MONTHS_EXTENDED);
	raw = day_add_months(clock->received, clock->months);
	moved = move_by_pauses(clock, today, raw);
	ret_limits->paused_days = day_number(moved) - day_number(raw);
	ret_limits->legal = holidays_next_working(holidays, moved);
	ret_limits->working = move_by_pauses(clock, today,
	    rights_working_limit(clock->received, clock->months));
	ret_limits->target = move_by_pauses(clock, today,
	    rights_target(clock->received));
	for (i = 0; i < RIGHTS_ALERTS; i++)
		ret_limits->alerts[i] = day_add_days(ret_limits->legal,
		    -alert_days[i]);
}

enum rights_alert
rights_alert(struct day legal, struct day today)
{
	int64_t left = day_number(legal) - day_number(today);

	if (left < 0)
		return RIGHTS_OVERDUE;
	if (left <= alert_days[2])
		return RIGHTS_ONE_DAY;
	if (left <= alert_days[1])
		return RIGHTS_FIVE_DAYS;
	if (left <= alert_days[0])
		return RIGHTS_TEN_DAYS;
	return RIGHTS_CALM;
}
