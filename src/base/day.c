/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Calendar arithmetic on the proleptic Gregorian calendar, and the one
 * crossing between days and instants.  Deadlines (GDPR 12(3)) stand on it.
 */
#include "base/day.h"

#include <assert.h>

#include "base/clock.h"

#define YEAR_MIN	1600
#define YEAR_MAX	9999
#define CYCLE_DAYS	146097	/* days in 400 Gregorian years */
#define EPOCH_SHIFT	719468	/* from 0000-03-01 to 1970-01-01 */
#define DAY_S		86400

static bool
is_leap(int y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int
month_days(int y, int m)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

static bool
is_day(struct day day)
{
	return day.y >= YEAR_MIN && day.y <= YEAR_MAX &&
	    day.m >= 1 && day.m <= 12 &&
	    day.d >= 1 && day.d <= month_days(day.y, day.m);
}

/*
 * Both conversions count years from 1 March, so that the leap day is a
 * year's last and every month's first day has a closed formula.
 */
int64_t
day_number(struct day day)
{
	int64_t y, of_year, of_cycle, cycle;

	assert(is_day(day));
	y = day.m > 2 ? day.y : day.y - 1;
	cycle = y / 400;
	y %= 400;
	of_year = (153 * ((day.m + 9) % 12) + 2) / 5 + day.d - 1;
	of_cycle = y * 365 + y / 4 - y / 100 + of_year;
	return cycle * CYCLE_DAYS + of_cycle - EPOCH_SHIFT;
}

struct day
day_from_number(int64_t n)
{
	const struct day first = { YEAR_MIN, 1, 1 }, last = { YEAR_MAX, 12, 31 };
	int64_t cycle, of_cycle, y, of_year, month;
	struct day day;

	if (n <= day_number(first))
		return first;
	if (n >= day_number(last))
		return last;
	n += EPOCH_SHIFT;
	cycle = n / CYCLE_DAYS;
	of_cycle = n % CYCLE_DAYS;
	y = (of_cycle - of_cycle / 1460 + of_cycle / 36524 -
	    of_cycle / (CYCLE_DAYS - 1)) / 365;
	of_year = of_cycle - (365 * y + y / 4 - y / 100);
	month = (5 * of_year + 2) / 153;
	day.d = (int)(of_year - (153 * month + 2) / 5 + 1);
	day.m = (int)(month < 10 ? month + 3 : month - 9);
	day.y = (int)(cycle * 400 + y + (day.m <= 2 ? 1 : 0));
	return day;
}

static struct tm
local_time(int64_t s)
{
	const time_t t = (time_t)s;
	const struct tm *in_range;
	struct tm tm;

	in_range = localtime_r(&t, &tm);
	assert(in_range != NULL);
	return tm;
}

static struct day
day_of_second(int64_t s)
{
	struct tm tm = local_time(s);

	return (struct day){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

static int64_t
second_of(int64_t at_us)
{
	int64_t s = at_us / SECOND_US;

	return at_us % SECOND_US < 0 ? s - 1 : s;
}

struct day
day_of(int64_t at_us)
{
	tzset();
	return day_of_second(second_of(at_us));
}

int
day_minute_of(int64_t at_us)
{
	struct tm tm;

	tzset();
	tm = local_time(second_of(at_us));
	return tm.tm_hour * 60 + tm.tm_min;
}

/*
 * mktime() leaves open what a midnight that the clock skips or repeats means,
 * so the boundary is searched for: the first second whose day is not before
 * ${day}.  No zone is more than 26 hours away from UTC.
 */
int64_t
day_start_us(struct day day)
{
	int64_t midnight = day_number(day) * DAY_S;
	int64_t before = midnight - 26 * 3600, at = midnight + 26 * 3600, s;

	tzset();
	while (at - before > 1) {
		s = before + (at - before) / 2;
		if (day_compare(day_of_second(s), day) < 0)
			before = s;
		else
			at = s;
	}
	return at * SECOND_US;
}

int64_t
day_end_us(struct day day)
{
	const struct day last = { YEAR_MAX, 12, 31 };

	if (day_compare(day, last) == 0)
		return day_start_us(day) + DAY_US - 1;
	return day_start_us(day_add_days(day, 1)) - 1;
}

struct day
day_add_days(struct day day, int64_t n)
{
	int64_t sum;

	if (__builtin_add_overflow(day_number(day), n, &sum))
		sum = n < 0 ? INT64_MIN : INT64_MAX;
	return day_from_number(sum);
}

struct day
day_add_months(struct day day, int n)
{
	int64_t months;
	int last;

	assert(is_day(day));
	months = (int64_t)day.y * 12 + day.m - 1 + n;
	if (months < (int64_t)YEAR_MIN * 12)
		return (struct day){ YEAR_MIN, 1, 1 };
	if (months >= (int64_t)(YEAR_MAX + 1) * 12)
		return (struct day){ YEAR_MAX, 12, 31 };
	day.y = (int)(months / 12);
	day.m = (int)(months % 12) + 1;
	last = month_days(day.y, day.m);
	if (day.d > last)
		day.d = last;
	return day;
}

int
day_weekday(struct day day)
{
	int64_t n = (day_number(day) + 3) % 7;	/* 1970-01-01: a Thursday */

	return (int)(n < 0 ? n + 7 : n) + 1;
}

int
day_compare(struct day a, struct day b)
{
	if (a.y != b.y)
		return a.y < b.y ? -1 : 1;
	if (a.m != b.m)
		return a.m < b.m ? -1 : 1;
	if (a.d != b.d)
		return a.d < b.d ? -1 : 1;
	return 0;
}

/* The value of ${n} digits, or -1. */
static int
read_digits(const char *text, int n)
{
	int v = 0;

	for (; n > 0; n--, text++) {
		if (*text < '0' || *text > '9')
			return -1;
		v = v * 10 + (*text - '0');
	}
	return v;
}

enum err
day_read(const char *text, struct day *ret_day)
{
	struct day day;

	if (text == NULL || strlen(text) != strlen("YYYY-MM-DD") ||
	    text[4] != '-' || text[7] != '-')
		return ERR_INVALID;
	day.y = read_digits(text, 4);
	day.m = read_digits(text + 5, 2);
	day.d = read_digits(text + 8, 2);
	if (!is_day(day))
		return ERR_INVALID;
	*ret_day = day;
	return ERR_OK;
}

enum err
day_read_typed(const char *text, struct day *ret_day)
{
	struct day day;

	if (day_read(text, ret_day) == ERR_OK)
		return ERR_OK;
	if (text == NULL || strlen(text) != strlen("DD/MM/YYYY") ||
	    strchr("/.-", text[2]) == NULL || text[5] != text[2])
		return ERR_INVALID;
	day.d = read_digits(text, 2);
	day.m = read_digits(text + 3, 2);
	day.y = read_digits(text + 6, 4);
	if (!is_day(day))
		return ERR_INVALID;
	*ret_day = day;
	return ERR_OK;
}

char *
day_write(struct arena *a, struct day day)
{
	assert(is_day(day));
	return arena_printf(a, "%04d-%02d-%02d", day.y, day.m, day.d);
}
