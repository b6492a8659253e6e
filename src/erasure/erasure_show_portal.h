/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the pages of an erasure say: what goes and what stays, how long one may
 * change one's mind, and how far it is (GDPR 12(1), 17(3)).
 */
#ifndef ERASURE_ERASURE_SHOW_PORTAL_H
#define ERASURE_ERASURE_SHOW_PORTAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/ctx.h"

/**
 * erasure_show_extent(c, id, view):
 * Put into ${view} what is erased of contact ${id} and what a law keeps:
 * "erased", "has_kept" and "kept" for the lists, "erased_text" and "kept_text"
 * for a sentence.
 */
enum err erasure_show_extent(struct ctx *c, uint64_t id, json_t *view)
    MUST_CHECK;

/**
 * erasure_show_cooling(c):
 * Return how long a person may change their mind here, in their words.
 */
const char *erasure_show_cooling(struct ctx *c) NONNULL_RETURN;

/**
 * erasure_show_is_working(state):
 * Return whether an erasure in ${state} can no longer be stopped.
 */
bool erasure_show_is_working(const char *state);

/**
 * erasure_show_steps(c, state):
 * Return the list of what happens, with what is done in ${state}.
 */
json_t *erasure_show_steps(struct ctx *c, const char *state);

#endif
