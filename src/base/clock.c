/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The one reader of the clock.
 */
#include "base/clock.h"

#include <assert.h>

static int64_t
read_us(clockid_t which)
{
	struct timespec ts;
	int rc;

	rc = clock_gettime(which, &ts);
	assert(rc == 0);
	return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

int64_t
clock_now_us(void)
{
	return read_us(CLOCK_REALTIME);
}

int64_t
clock_ticks_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_boot_us(void)
{
	return read_us(CLOCK_BOOTTIME);
}

char *
clock_iso(struct arena *a, int64_t at_us)
{
	time_t seconds = (time_t)(at_us / SECOND_US);
	const struct tm *in_range;
	struct tm tm;
	char text[32];
	size_t len;

	if (at_us % SECOND_US < 0)
		seconds--;
	in_range = gmtime_r(&seconds, &tm);
	assert(in_range != NULL);
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	assert(len > 0);
	return arena_text(a, text);
}
