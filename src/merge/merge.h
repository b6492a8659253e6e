/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two records of one person become one: nothing of either is lost, and nothing
 * may be sent that could not be sent before.
 * Law: GDPR 5(1)(c), 5(1)(d), 7(1), 7(3), 16, 18, 21.
 */
#ifndef MERGE_MERGE_H
#define MERGE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/fields.h"
#include "base/arena.h"
#include "base/err.h"
#include "custom/custom.h"
#include "db/db.h"
#include "keys/keys.h"

#define MERGE_REACH_MAX	24	/* further addresses of both */
#define MERGE_JOINED_MAX 20	/* records that became part of one */

struct q_merge_contacts;
struct q_merge_facts;

/* How staff know that the two are one person, ended by .value NULL. */
extern const struct field_choice merge_reasons[];

/* What staff choose between, one by one. */
enum merge_field { MERGE_GIVEN_NAME, MERGE_FAMILY_NAME, MERGE_LANGUAGE,
	MERGE_EMAIL, MERGE_PHONE, MERGE_POST, MERGE__MAX };

extern const char *const merge_field_names[MERGE__MAX];

/* What the two have in a custom field; "" for nothing. */
struct merge_custom {
	const struct custom_field *field;
	const char *stays;
	const char *goes;
	bool is_taken;		/* from the one that goes */
};

/* The record that stays and the one that goes, as they were read. */
struct merge_pair {
	const struct q_merge_contacts *stays;
	const struct q_merge_contacts *goes;
	bool is_taken[MERGE__MAX];	/* from the one that goes */
	struct merge_custom *custom;	/* ${n_custom} fields that either has */
	size_t n_custom;
};

/**
 * merge_custom_load(db, a, lang, keys, pair):
 * Read into ${pair} what its two records have in custom fields, opened, with
 * the words of ${lang}.  ERR_BUG, logged, for a value that does not open.
 */
enum err merge_custom_load(struct db *db, struct arena *a, const char *lang,
    const struct keys *keys, struct merge_pair *pair) MUST_CHECK;

/**
 * merge_custom_is_free(custom):
 * Return whether staff choose: both have a value, and not the same.
 */
bool merge_custom_is_free(const struct merge_custom *custom);

/**
 * merge_taken_write(a, pair), merge_taken_read(text, pair):
 * Write and read which fields are taken, as names with commas.  What is not
 * known is left out.
 */
const char *merge_taken_write(struct arena *a, const struct merge_pair *pair)
    NONNULL_RETURN;
void merge_taken_read(const char *text, struct merge_pair *pair);

/**
 * merge_settle(pair):
 * Decide what is no choice: who signs in keeps the address they sign in with,
 * and what only one record has is taken from it.
 */
void merge_settle(struct merge_pair *pair);

/**
 * merge_differs(pair, field):
 * Return whether both records have the ${field}, and not the same.
 */
bool merge_differs(const struct merge_pair *pair, enum merge_field field);

/**
 * merge_is_free(pair, field):
 * Return whether staff choose the ${field}: both have it, and it is not the
 * address that one of them signs in with.
 */
bool merge_is_free(const struct merge_pair *pair, enum merge_field field);

/**
 * merge_value(a, record, field):
 * Return the ${field} of a record as text, the postal address in one; "" for
 * none.
 */
const char *merge_value(struct arena *a,
    const struct q_merge_contacts *record, enum merge_field field)
    NONNULL_RETURN;

/* What one record says of one purpose and channel. */
struct merge_choice {
	const char *state;	/* of consent_state; NULL: nothing */
	bool is_held;		/* a yes against which somebody's no stands */
	int64_t at_us;
	bool is_same_way;	/* the mailbox, number or address that it was
				   said for is that of the merged record */
};

enum merge_winner { MERGE_NEITHER, MERGE_STAYS, MERGE_GOES };

/**
 * merge_stricter(stays, goes):
 * Return whose choice the merged record has.  A no always holds, whichever is
 * the later: objected before withdrawn, refused, expired, and a yes that is
 * held back.  A yes counts only by the way it was given for, and only if the
 * other record was not asked anew after it.  Of two alike the later.
 *
 * Source: GDPR 7(1), 7(3), 21(3).
 */
enum merge_winner merge_stricter(const struct merge_choice *stays,
    const struct merge_choice *goes);

/**
 * merge_is_same_way(pair, side, channel):
 * Return whether the merged record is written to by ${channel} where the
 * record ${side} of ${pair} was.
 */
bool merge_is_same_way(const struct merge_pair *pair,
    const struct q_merge_contacts *side, const char *channel);

/* Why two records are not merged. */
enum merge_why { MERGE_MAY, MERGE_GONE, MERGE_CHANGED, MERGE_FROZEN,
	MERGE_ERASING, MERGE_SIGN_INS, MERGE_COPY, MERGE_MANY, MERGE_WAITING,
	MERGE_UNSEEN, MERGE_QUARANTINED, MERGE_FILES, MERGE_JOINED,
	MERGE_BROKEN, MERGE_SILOS, MERGE_TOO_BIG, MERGE_WHY__MAX };

extern const char *const merge_why_names[MERGE_WHY__MAX];

/**
 * merge_why(pair, facts):
 * Return why the two are not merged now; MERGE_MAY if they can be.
 */
enum merge_why merge_why(const struct merge_pair *pair,
    const struct q_merge_facts *facts);

/**
 * merge_why_word(name):
 * Return the msgid of the sentence for merge_why_names[].
 */
const char *merge_why_word(const char *name) NONNULL_RETURN;

/**
 * merge_pair_word(why):
 * Return the msgid of what two records have in common that are found as a
 * pair: "email", "phone", "name".
 */
const char *merge_pair_word(const char *why) NONNULL_RETURN;

/**
 * merge_narrower(pair):
 * Return the record whose visibility the merged one has: that which fewer
 * colleagues see; the one that stays when they are alike.
 *
 * Source: GDPR 5(1)(f), 25(2).
 */
const struct q_merge_contacts *merge_narrower(const struct merge_pair *pair);

/**
 * merge_is_within(pair):
 * Return whether everybody who will see the merged record may see both now.
 * Where it is not so, in two teams' records, whoever sees all decides.
 *
 * Source: GDPR 5(1)(f), 25(2).
 */
bool merge_is_within(const struct merge_pair *pair);

#endif
