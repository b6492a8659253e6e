/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Instants: microseconds since 1970 UTC, in int64_t named _us.  A request or
 * a job pass reads the clock once and hands the instant on.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/arena.h"

#define SECOND_US	INT64_C(1000000)
#define MINUTE_US	(60 * SECOND_US)
#define HOUR_US		(60 * MINUTE_US)
#define DAY_US		(24 * HOUR_US)

/**
 * clock_now_us(void):
 * Return the present instant.  The only function that reads the wall clock.
 */
int64_t clock_now_us(void);

/**
 * clock_ticks_us(void):
 * Return a monotonic time that a shifted wall clock does not move: for
 * deadlines within one request, and for measuring.
 */
int64_t clock_ticks_us(void);

/**
 * clock_boot_us(void):
 * Return how long this machine has been up, sleep included: nobody can set
 * it, and it begins again with each start.
 */
int64_t clock_boot_us(void);

/**
 * clock_iso(a, at_us):
 * Return ${at_us} as RFC 3339 in UTC to the second: "2026-11-21T18:30:00Z".
 */
char *clock_iso(struct arena *a, int64_t at_us) RETURNS_NEW;

#endif
