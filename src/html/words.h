/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The words of pages and mails in the person's language: English is in the
 * source, the others come from po/ (GDPR 12(1), clear and plain language).
 */
#ifndef HTML_WORDS_H
#define HTML_WORDS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* Marks a text that words_get() will be given later as a variable. */
#define N_(text) text

/* What a code is called; a list of them is ended by .code NULL. */
struct words_label {
	const char *code;
	const char *label;	/* a msgid */
};

/**
 * words_label(labels, code):
 * Return the label that ${labels} have for ${code}; ${code}, the same pointer,
 * where they have none.  What stands behind a colon is a name, which no list
 * has ("form:newsletter").
 */
const char *words_label(const struct words_label *labels, const char *code)
    NONNULL_RETURN;

/**
 * words_open(localedir):
 * Find the catalogues LANG/LC_MESSAGES/assent.mo under ${localedir}, absolute
 * and borrowed for ever.  Once, at start.  ERR_INVALID, logged, when the C
 * library lacks the locale C.UTF-8, without which every language would
 * silently be English.
 */
enum err words_open(const char *localedir) MUST_CHECK;

/**
 * words_forget():
 * Let go of the words that words_get() remembers; it asks the catalogue again.
 */
void words_forget(void);

/**
 * words_get(lang, msgid):
 * Return ${msgid} in ${lang} ("fr"), or ${msgid} itself for "en" and for what
 * has no translation.  Static text, never NULL.
 */
const char *words_get(const char *lang, const char *msgid) NONNULL_RETURN;

/**
 * words_plural(lang, one, many, n):
 * Return the form that ${lang} uses for ${n} things.
 */
const char *words_plural(const char *lang, const char *one, const char *many,
    uint64_t n) NONNULL_RETURN;

/**
 * words_count(a, lang, one, many, n):
 * Return words_plural() with its "{n}" replaced by ${n} as ${lang} groups
 * digits: "1,204 requests", "1 204 demandes".
 */
char *words_count(struct arena *a, const char *lang, const char *one,
    const char *many, uint64_t n) RETURNS_NEW;

#endif
