/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a contact is found by: names as folded words, telephone numbers in one
 * spelling.  GDPR 5(1)(d) and 15: a person must be found to be answered.
 */
#ifndef CONTACTS_CONTACTS_SEARCH_H
#define CONTACTS_CONTACTS_SEARCH_H

#include <stddef.h>

#include "base/arena.h"
#include "base/cc.h"
#include "base/err.h"

#define CONTACTS_WORD_MAX	60	/* code points of one word; contact_word */
#define CONTACTS_WORDS_MAX	16	/* of one contact, or of one search */
#define CONTACTS_PHONE_MAX	16	/* bytes: "+" and 15 digits */

/* Words to store or to look for, none twice, in the order of the text. */
struct contacts_words {
	const char *words[CONTACTS_WORDS_MAX];
	size_t n;
};

/**
 * contacts_search_key(a, name):
 * Return ${name} as searched: fold_words() of it, so that "O'Brien",
 * "Jean-Luc" and "d'Arc" are "o brien", "jean luc" and "d arc".
 */
char *contacts_search_key(struct arena *a, const char *name) RETURNS_NEW;

/**
 * contacts_search_words(a, texts, n, ret_words):
 * Split ${n} names, or what somebody typed to find one, into words in ${a}.
 * Words are cut at CONTACTS_WORD_MAX; those beyond CONTACTS_WORDS_MAX are left
 * out.
 */
void contacts_search_words(struct arena *a, const char *const *texts, size_t n,
    struct contacts_words *ret_words);

/**
 * contacts_phone_read(a, text, country, ret_phone):
 * Read the telephone number ${text} and give it as E.164 in ${a}
 * ("+33612345678").  Spaces, no-break spaces, dots, hyphens, slashes and
 * brackets pass; "+" or "00" starts an international number, and "(0)" after
 * the country's digits is dropped.  A national number is one of ${country}
 * (ISO 3166: "FR"); the numbers that France writes with its own prefixes for
 * overseas go to the codes of those.  ERR_INVALID for anything else, for a
 * national number of a country that we do not know, and when there are not 8
 * to 15 digits.
 *
 * Source: ITU-T E.164 (2010), 6.1; Arcep, decision 2018-0881.
 */
enum err contacts_phone_read(struct arena *a, const char *text,
    const char *country, char **ret_phone) MUST_CHECK;

/**
 * contacts_country_read(a, text, ret_country):
 * Read a country's two letters, of any case, and give them as capitals in
 * ${a}; "" for nothing.  ERR_INVALID for anything else.
 *
 * Source: ISO 3166-1, alpha-2.
 */
enum err contacts_country_read(struct arena *a, const char *text,
    const char **ret_country) MUST_CHECK;

/**
 * contacts_phone_show(a, phone):
 * Return the E.164 number ${phone} as people read it: a French one in pairs
 * ("+33 6 12 34 56 78"), others as they are.
 */
const char *contacts_phone_show(struct arena *a, const char *phone)
    NONNULL_RETURN;

#endif
