/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Organisations that contacts belong to: their numbers, what finds them, and
 * who belongs to which.  What is about a legal person is no personal data;
 * that somebody belongs to it is, and so is all of a sole trader's.
 * Law: GDPR 4(1), 5(1)(c), 5(1)(d), 15(1), 17.
 */
#ifndef ORGANISATIONS_ORGANISATIONS_H
#define ORGANISATIONS_ORGANISATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"
#include "contacts/contacts_search.h"
#include "db/db.h"
#include "keys/keys.h"

/* Lengths of columns, in code points (sql/migrations/0037-organisation.sql). */
#define ORGANISATIONS_NAME_MAX		200
#define ORGANISATIONS_SORT_MAX		250
#define ORGANISATIONS_NOTE_MAX		2000
#define ORGANISATIONS_TITLE_MAX		120
#define ORGANISATIONS_WORDS_USED	3	/* of what was typed */

/**
 * organisations_registration_read(a, text, country, ret_number):
 * Read the number of an organisation in a register: letters, digits and
 * " -./", 20 at most, capitals.  In France ("FR", or no country) nine or
 * fourteen digits are a SIREN or a SIRET, given without spaces, whose check
 * digit must be right.  "" is none.  ERR_INVALID otherwise.
 *
 * Source: INSEE, SIREN and SIRET (Luhn, ISO/IEC 7812-1 annex B; La Poste's
 * establishments by the sum of their digits).
 */
enum err organisations_registration_read(struct arena *a, const char *text,
    const char *country, const char **ret_number) MUST_CHECK;

/**
 * organisations_vat_read(a, text, ret_number):
 * Read a VAT number: two letters of a country and 2 to 12 letters or digits,
 * given in capitals without spaces.  Of a French one with two digits the check
 * must be right.  "" is none.  ERR_INVALID otherwise.
 *
 * Source: Directive 2006/112/EC, art. 215; CGI, annexe III, 27 bis (key).
 */
enum err organisations_vat_read(struct arena *a, const char *text,
    const char **ret_number) MUST_CHECK;

/**
 * organisations_domain_read(a, text, ret_domain),
 * organisations_domain_show(a, domain):
 * Read a domain, of which people also type the address of its page or a mail
 * address: small letters, an international one as A-labels, without "www.".
 * "" is none; ERR_INVALID otherwise.  And show it as people write it.
 */
enum err organisations_domain_read(struct arena *a, const char *text,
    const char **ret_domain) MUST_CHECK;
const char *organisations_domain_show(struct arena *a, const char *domain)
    NONNULL_RETURN;

/**
 * organisations_website_is_good(text):
 * Return whether ${text} is "" or the address of a page: http or https.
 */
bool organisations_website_is_good(const char *text);

/**
 * organisations_sort_name(a, name):
 * Return ${name} as lists order and compare it: folded.
 */
const char *organisations_sort_name(struct arena *a, const char *name)
    NONNULL_RETURN;

/* What somebody typed to find an organisation. */
struct organisations_needle {
	const char *domain;	/* the beginning of one; NULL: not that */
	const char *registration;	/* a whole one; NULL: not that */
	struct contacts_words words;	/* else words of the name, the longest first */
};

/**
 * organisations_needle_read(a, text, ret_needle):
 * Take ${text} for a registration (nine digits or more), a domain or a mail
 * address (a point or an @, no space), or words of a name, of which
 * ORGANISATIONS_WORDS_USED count.
 */
void organisations_needle_read(struct arena *a, const char *text,
    struct organisations_needle *ret_needle);

/**
 * organisations_end(a, start):
 * Return the first text behind all that begin with ${start}.
 */
const char *organisations_end(struct arena *a, const char *start)
    NONNULL_RETURN;

/**
 * organisations_words_put(db, a, organisation_id, name):
 * Write the words of ${name} by which the organisation is found, in the
 * transaction in hand.
 */
enum err organisations_words_put(struct db *db, struct arena *a,
    uint64_t organisation_id, const char *name) MUST_CHECK;

/* Somebody belongs to an organisation, or no longer. */
struct organisations_member {
	uint64_t contact_id;
	uint64_t organisation_id;	/* 0: no longer to any */
	const char *name;		/* of the organisation, for the history */
	const char *job_title;		/* "": not said */
	struct day since;		/* year 0: not said */
	bool is_own;			/* it is their own business */
	uint64_t trader_id;		/* whose own business it is now; 0: nobody's */
	const char *seen;		/* organisations_line() that the page was drawn from; NULL: whatever is there */
	const char *source;		/* of the values: "staff", "import:12" */
	uint64_t staff_id;		/* 0: a program */
	int64_t at_us;
};

struct q_organisations_of;

/**
 * organisations_line(a, of):
 * Return a membership in one line, "" for NULL: whether two are the same.
 */
const char *organisations_line(struct arena *a,
    const struct q_organisations_of *of) NONNULL_RETURN;

/**
 * organisations_member_store(db, a, keys, member):
 * Store, in the transaction in hand and under the contact's lock, where
 * somebody belongs: what stood there goes into their history, sealed for them,
 * and each new value gets where it is from.  The caller has locked the
 * organisation.  ERR_CONFLICT when the membership is not as it was seen, the
 * record is being erased, or the business is somebody else's own.
 *
 * Source: GDPR 5(1)(d), 15(1)(g), 16.
 */
enum err organisations_member_store(struct db *db, struct arena *a,
    const struct keys *keys, const struct organisations_member *member)
    MUST_CHECK;

#endif
