/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Memory and text of JSON trees.  Views hold what pages show of a person, so
 * each piece is overwritten when it is given back (GDPR 25, 32).
 */
#ifndef BASE_TREE_H
#define BASE_TREE_H

#include <jansson.h>

#include "base/arena.h"

/**
 * tree_open(void):
 * From now on jansson takes its memory here: small pieces from lists by size,
 * which a page needs by the hundred, zeroed when they come back.  Before the
 * first tree of the process; a text of json_dumps() must not be given to
 * free() afterwards, see tree_text().
 */
void tree_open(void);

/**
 * tree_text(a, tree, flags):
 * Return ${tree} written as json_dumps() with ${flags} would, in ${a}.  A
 * tree that cannot be written is a bug.
 */
char *tree_text(struct arena *a, const json_t *tree, size_t flags)
    NONNULL_RETURN;

#endif
