/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What data is used for: purposes, their versions and wordings, and when
 * people are asked again.  A version is never changed; the next one follows.
 * Law: GDPR 5(1)(b), 6(1), 7(1), 13(1)(c), 13(1)(d); ePrivacy 13; CS6, TL2, TL4.
 */
#ifndef CONSENT_CONSENT_PURPOSES_H
#define CONSENT_CONSENT_PURPOSES_H

#include <stdbool.h>
#include <stdint.h>

#include "app/config.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define CONSENT_CHANNELS	4
#define CONSENT_PURPOSES_MAX	50	/* open: by each channel, what a page of choices shows */
#define CONSENT_TOUCHED_MOST	1000	/* people, of the count below */

extern const char *const consent_channels[CONSENT_CHANNELS];

/* Who reads or changes purposes, when, in which languages. */
struct consent_purposes {
	struct db *db;
	struct arena *arena;
	struct ledger *ledger;		/* of who changes them */
	const char *const *languages;	/* the site's, ended by NULL */
	const char *lang;		/* of the reader, for titles */
	uint64_t staff_id;
	int64_t now_us;
};

/* What a purpose says in one language. */
struct consent_words {
	const char *title;
	const char *wording;		/* exactly what people agree to */
	const char *interest;		/* GDPR 13(1)(d); "" on another basis */
};

/* A purpose as it is, or as it is to be. */
struct consent_wanted {
	const char *code;
	const char *basis;
	bool is_commercial;
	bool is_material;		/* asks people again */
	bool has_soft_opt_in;		/* ePrivacy 13(2) */
	bool has[CONSENT_CHANNELS];	/* in the order of consent_channels */
	uint64_t months;
	struct consent_words words[CONFIG_LANGUAGES_MAX];	/* as the languages */
	uint64_t seen_id;		/* the version that it follows; 0: none */
};

/* The newest version of a purpose. */
struct consent_now {
	struct q_purposes_list row;
	struct consent_wanted is;
};

/* How many people's yes counts now. */
struct consent_touched {
	uint64_t people;	/* at most CONSENT_TOUCHED_MOST */
	bool is_more;		/* there are, or may be, more */
};

/**
 * consent_purpose_load(p, id, ret_now):
 * Read the purpose ${id} with the newest of its versions.  ERR_NOTFOUND when
 * there is none.
 */
enum err consent_purpose_load(const struct consent_purposes *p, uint64_t id,
    struct consent_now *ret_now) MUST_CHECK;

/**
 * consent_purpose_same_words(a, b, n):
 * Return whether ${a} and ${b} say the same in all of the ${n} languages.
 */
bool consent_purpose_same_words(const struct consent_wanted *a,
    const struct consent_wanted *b, size_t n);

/**
 * consent_purpose_touched(p, now, ret_touched):
 * Count the people whose yes to ${now} counts, by any channel: those who are
 * asked again by a material change, and whose yes ends with the purpose.
 * Looks at a bounded number of rows.
 */
enum err consent_purpose_touched(const struct consent_purposes *p,
    const struct consent_now *now, struct consent_touched *ret_touched)
    MUST_CHECK;

/**
 * consent_purpose_refusal(p, now, wanted, ret_why):
 * Set ${ret_why} to why ${wanted} may not follow ${now} (NULL: a new purpose),
 * a msgid; NULL when it may.
 *
 * Source: GDPR 6(1), 7(3), 13(1)(d); ePrivacy 13; LAW R6, R25.
 */
enum err consent_purpose_refusal(const struct consent_purposes *p,
    const struct consent_now *now, const struct consent_wanted *wanted,
    const char **ret_why) MUST_CHECK;

/**
 * consent_purpose_store(p, id, wanted, ret_id, ret_why):
 * Within a transaction, store ${wanted} as a new purpose (${id} 0) or as the
 * next version of ${id}, and let the forms that ask for it ask for that
 * version; with its line in the audit.  All who change purposes wait for each
 * other here.  ERR_CONFLICT with ${ret_why}, a msgid, when ${id} is no longer
 * of the version that ${wanted} was made from, or consent_purpose_refusal()
 * has a reason now.
 */
enum err consent_purpose_store(const struct consent_purposes *p, uint64_t id,
    const struct consent_wanted *wanted, uint64_t *ret_id,
    const char **ret_why) MUST_CHECK;

/**
 * consent_purpose_form(p, id, ret_code):
 * Give the code of a published form that asks for the purpose ${id}; NULL:
 * none does.
 */
enum err consent_purpose_form(const struct consent_purposes *p, uint64_t id,
    const char **ret_code) MUST_CHECK;

/**
 * consent_purpose_close(p, id, ret_why):
 * Within a transaction, close ${id}: nobody is asked any more, and no yes to
 * it counts.  What was said, and to which text, stays as proof.  ERR_CONFLICT
 * with ${ret_why}, a msgid, while a published form asks for it; closing what
 * is closed changes nothing.
 */
enum err consent_purpose_close(const struct consent_purposes *p, uint64_t id,
    const char **ret_why) MUST_CHECK;

#endif
