/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Many texts looked for in one pass: what must not be found anywhere after
 * an erasure (GDPR 17(1)).
 */
#ifndef ERASURE_NEEDLES_H
#define ERASURE_NEEDLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/cc.h"

enum needle_kind {
	NEEDLE_ADDRESS,
	NEEDLE_PHONE,
	NEEDLE_REFERENCE,
	NEEDLE_NAME,		/* of a namesake too: a human being looks */
	NEEDLE_KIND__MAX
};

extern const char *const needle_kind_names[NEEDLE_KIND__MAX];

/* A set of texts, each belonging to one of several persons; opaque. */
struct needles;

/**
 * needles_open(a):
 * Return an empty set in ${a}.
 */
struct needles *needles_open(struct arena *a) RETURNS_NEW;

/**
 * needles_add(n, kind, text, who):
 * Look for ${text} too, on behalf of the person number ${who}.  What is
 * shorter than 5 bytes would be found everywhere and is left out.  ASCII
 * letters of either case are the same.
 */
void needles_add(struct needles *n, enum needle_kind kind, const char *text,
    size_t who);

/**
 * needles_add_phone(n, number, who):
 * Add the spellings of ${number} (E.164): as it is, and of a French one the
 * national forms with and without separators.
 */
void needles_add_phone(struct needles *n, const char *number, size_t who);

/**
 * needles_find(n, text, fn, arg):
 * Call ${fn}(${arg}, kind, who) for each place in ${text} where a text of the
 * set stands by itself: a longer address or number that contains it is
 * somebody else's.  After the first call nothing may be added.
 *
 * Source: Aho and Corasick, CACM 18(6), 1975.
 */
void needles_find(struct needles *n, struct bytes text,
    void (*fn)(void *arg, enum needle_kind kind, size_t who), void *arg);

#endif
