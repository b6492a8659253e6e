/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Text folded for comparing: how "Élodie" is found by who types "elodie", and
 * a name by whoever puts it into a password (GDPR 15, 32).
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/arena.h"
#include "base/cc.h"

/**
 * fold_words(a, text):
 * Return the words of ${text}, well-formed UTF-8, with one space between them:
 * lower case, without accents, compatibility forms and ligatures taken apart
 * (oe, ae, ss, ij), the Latin letters that only look accented made plain (o
 * for o-slash, l, d, i without a dot).  Whatever is neither letter nor digit
 * separates words.  "" when there is none.  Folding twice changes nothing.
 *
 * Source: Unicode 14, 5.18 (caseless matching); UAX 15 (NFKD).
 */
char *fold_words(struct arena *a, const char *text) RETURNS_NEW;

#endif
