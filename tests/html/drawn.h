/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the renderer's tests share: a template and a view in, a page or its
 * refusal out.
 */
#ifndef HTML_DRAWN_H
#define HTML_DRAWN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"

#define REFUSED	"(refused)"
#define BUG	"(bug)"

extern struct arena *arena;

/**
 * open_arena(state), close_arena(state):
 * Set up and take down the arena of a group of tests.
 */
int open_arena(void **state);
int close_arena(void **state);

/**
 * drawn(template, view, partials, flags):
 * Return the rendering of ${template} over ${view} and ${partials}, both JSON,
 * or REFUSED or BUG; what stood in the buffer before must still be there.
 */
const char *drawn(const char *template, const char *view, const char *partials,
    unsigned flags);

/**
 * page(template, view):
 * Return drawn() without partials or flags.
 */
const char *page(const char *template, const char *view);

/**
 * assert_refused(template), assert_refused_for(template, reason):
 * Check that ${template} is refused; and for ${reason}, as the log says.
 */
void assert_refused(const char *template);
void assert_refused_for(const char *template, const char *reason);

/**
 * assert_drawn(template, expected):
 * Check what ${template} becomes over a view in which v is "v", u is "/u", s
 * is true, f is false and l is a list of 1 and 2.
 */
void assert_drawn(const char *template, const char *expected);

#endif
