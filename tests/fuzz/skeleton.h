/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a browser would take from a page as markup: an HTML tokenizer written
 * apart from the one that checks templates, to judge that one.
 */
#ifndef FUZZ_SKELETON_H
#define FUZZ_SKELETON_H

#include "base/buf.h"

/**
 * skeleton_add(out, page):
 * Append to ${out} everything in ${page} that acts: tags, names of attributes,
 * and the whole content of scripts, styles, comments, unquoted values and
 * attributes that hold code; of addresses, whether they run a script.
 * Two renderings of one template must have the same skeleton.
 */
void skeleton_add(struct buf *out, const char *page);

#endif
