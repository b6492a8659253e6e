/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How much each field of a contact is used: what nobody filled or read for a
 * year should go.
 * Law: GDPR 5(1)(c), 25; FEATURES RG1.
 */
#ifndef CUSTOM_CUSTOM_USE_H
#define CUSTOM_CUSTOM_USE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/job.h"

#define CUSTOM_UNUSED_MONTHS	12	/* then a field is proposed for removal */
#define CUSTOM_BUILT_IN		8	/* columns of a contact that are counted */

/* Their names, as histories have them. */
extern const char *const custom_built_in[CUSTOM_BUILT_IN];

/* When a field was last used; 0: never. */
struct custom_use {
	int64_t filled_us;
	int64_t read_us;
	int64_t since_us;	/* since when there is the field */
};

/**
 * custom_is_unused(use, now_us):
 * Return whether nobody filled or read it for CUSTOM_UNUSED_MONTHS, and it has
 * been there for as long.
 *
 * Source: GDPR 5(1)(c): limited to what is necessary.
 */
bool custom_is_unused(const struct custom_use *use, int64_t now_us);

/**
 * custom_keeper_count(job):
 * Once a day, count who has what, and read from histories and from who looked
 * when a field was last filled and last read; a batch at a time.  A count that
 * was cut off begins anew.
 */
enum err custom_keeper_count(struct job *job) MUST_CHECK;

#endif
