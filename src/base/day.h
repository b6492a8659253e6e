/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Days in the site's time zone: what deadlines are made of.  Calendar
 * arithmetic only; which days are holidays is the rights room's matter.
 */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct day {
	int y;	/* 1600 to 9999; 0 is "no day" */
	int m;	/* 1 to 12 */
	int d;	/* 1 to 31 */
};

/**
 * day_of(at_us):
 * Return the day of the instant ${at_us} in the process's time zone (TZ, set
 * by the configuration's "timezone").
 */
struct day day_of(int64_t at_us);

/**
 * day_minute_of(at_us):
 * Return what the wall clock of the process's time zone shows at the instant
 * ${at_us}, as minutes since 00:00: 0 to 1439, on days of 23 and 25 hours too.
 */
int day_minute_of(int64_t at_us);

/**
 * day_start_us(day), day_end_us(day):
 * Return the first instant of ${day} in the process's time zone, and the
 * last microsecond of it.  Where the clock skips midnight the day starts after
 * the gap; a day that the zone skipped altogether has no instant: its start is
 * the next day's.
 */
int64_t day_start_us(struct day day);
int64_t day_end_us(struct day day);

/**
 * day_number(day):
 * Return the count of days since 1970-01-01 (negative before).
 */
int64_t day_number(struct day day);

/**
 * day_from_number(n):
 * Return the day that is ${n} days after 1970-01-01; never before 1600-01-01
 * nor after 9999-12-31, which stand for what lies beyond.
 */
struct day day_from_number(int64_t n);

/**
 * day_add_days(day, n), day_add_months(day, n):
 * Return ${day} moved by ${n}; a day that the month lacks becomes that
 * month's last.  Stops at the two bounds of day_from_number().
 */
struct day day_add_days(struct day day, int64_t n);
struct day day_add_months(struct day day, int n);

/**
 * day_weekday(day):
 * Return 1 for Monday to 7 for Sunday (ISO 8601).
 */
int day_weekday(struct day day);

/**
 * day_compare(a, b):
 * Return less than, equal to, or greater than 0, as ${a} is before, on, or
 * after ${b}.
 */
int day_compare(struct day a, struct day b);

/**
 * day_read(text, ret_day), day_write(a, day):
 * Read and write "YYYY-MM-DD".  ERR_INVALID for anything else, and for days
 * that do not exist.
 */
enum err day_read(const char *text, struct day *ret_day) MUST_CHECK;
char *day_write(struct arena *a, struct day day) RETURNS_NEW;

/**
 * day_read_typed(text, ret_day):
 * As day_read(), and as Europeans write it too, the day before the month:
 * "31/01/2026", "31.01.2026", "31-01-2026".
 */
enum err day_read_typed(const char *text, struct day *ret_day) MUST_CHECK;

#endif
