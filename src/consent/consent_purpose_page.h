/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A purpose's page: what it is, the form for its next version, its versions.
 * Law: GDPR 5(1)(b), 7(1), 13(1)(c).
 */
#ifndef CONSENT_CONSENT_PURPOSE_PAGE_H
#define CONSENT_CONSENT_PURPOSE_PAGE_H

#include "app/ctx.h"
#include "consent/consent_purposes.h"

#define CONSENT_PURPOSES_PATH	"/settings/purposes"
#define CONSENT_PURPOSE_HEAD	12	/* fields before the texts */
#define CONSENT_PURPOSE_TEXTS	3	/* fields of each language */
#define CONSENT_PURPOSE_FIELDS	(CONSENT_PURPOSE_HEAD +		\
	CONSENT_PURPOSE_TEXTS * CONFIG_LANGUAGES_MAX + 1)

/* One request about a purpose, its form and what was typed. */
struct consent_page {
	struct ctx *c;
	bool is_new;
	struct consent_purposes p;
	struct consent_now now;		/* unless it is new */
	size_t n_languages;
	struct field fields[CONSENT_PURPOSE_FIELDS];
	struct consent_wanted wanted;	/* of consent_page_read() */
	const char *why;		/* msgid, of a refusal within the transaction */
	uint64_t stored_id;
};

/**
 * consent_page_open(c, is_new, ret_page):
 * Begin ${ret_page} (in the request's arena): a new purpose, or that of the
 * address.  ERR_NOTFOUND when there is none.
 */
enum err consent_page_open(struct ctx *c, bool is_new,
    struct consent_page **ret_page) MUST_CHECK;

/**
 * consent_page_fill(k):
 * Put into the form what the purpose says now, or what a new one begins with.
 */
void consent_page_fill(struct consent_page *k);

/**
 * consent_page_read(k):
 * Read the posted form into k->wanted; as form_read().
 */
enum err consent_page_read(struct consent_page *k) MUST_CHECK;

/**
 * consent_page_draw(k, why):
 * Answer with the page; ${why} as for page_form_again(), ERR_OK for a GET.
 */
enum err consent_page_draw(struct consent_page *k, enum err why) MUST_CHECK;

/**
 * consent_page_path(c, id, rest):
 * Return the address of purpose ${id} with ${rest} behind; 0: of all of them.
 */
const char *consent_page_path(struct ctx *c, uint64_t id, const char *rest)
    NONNULL_RETURN;

/**
 * consent_page_purposes(c):
 * Return the reader of purposes for this request, outside a transaction.
 */
struct consent_purposes consent_page_purposes(struct ctx *c);

/**
 * consent_page_basis(c, basis), consent_page_channels(c, has),
 * consent_page_touched(c, touched):
 * Return a basis, the channels, and how many people, in words.
 */
const char *consent_page_basis(struct ctx *c, const char *basis)
    NONNULL_RETURN;
const char *consent_page_channels(struct ctx *c,
    const bool has[CONSENT_CHANNELS]) NONNULL_RETURN;
const char *consent_page_touched(struct ctx *c,
    const struct consent_touched *touched) NONNULL_RETURN;

/**
 * consent_page_may_write(c):
 * Return whether who asks may change purposes.
 */
bool consent_page_may_write(const struct ctx *c);

#endif
