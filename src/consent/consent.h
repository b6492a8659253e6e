/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Consent: recording what a person said, with its proof, the state that
 * follows from it, and the one answer to "may this be sent".
 * Law: GDPR 7, 21; ePrivacy 13; LAW R1 to R9, R32.
 */
#ifndef CONSENT_CONSENT_H
#define CONSENT_CONSENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"
#include "ledger/ledger.h"

#define CONSENT_SUPPRESSION_DAYS	(3 * 365 + 1)	/* LAW R32 */

/* An event of the ledger, and whose state it changes. */
struct consent_change {
	struct ledger_consent event;
	uint64_t purpose_id;
	const char *state;	/* of consent_state: "given", "withdrawn", ... */
	bool is_held;		/* a yes that counts once the person says it */
};

/* What stands for a person, a purpose and a channel. */
struct consent_said {
	const char *state;	/* of consent_state; NULL: never asked */
	bool is_held;
	uint64_t version_id;	/* of the purpose, that they answered to */
	uint64_t material_id;	/* of the purpose: the newest that asks again */
	bool is_closed;		/* the purpose */
};

/**
 * consent_is_usable(said):
 * Return whether this yes counts: given, not held back, to a text that has not
 * changed materially since, for a purpose that goes on.  The one rule; the
 * condition of lists (q_lists_consent) and the count of a person's choices say
 * the same in SQL, which a test compares.
 *
 * Source: GDPR 4(11), 7(1); invariant I12.
 */
bool consent_is_usable(const struct consent_said *said);

/**
 * consent_is_answered(said):
 * Return whether the person has said yes or no and need not be asked again.
 */
bool consent_is_answered(const struct consent_said *said);

/* What the soft opt-in rests on, for a purpose and channel. */
struct consent_customer {
	bool has_rule;		/* of the purpose: purpose_version.has_soft_opt_in */
	const char *channel;
	const char *state;	/* of consent_state; NULL: never asked */
	int64_t sold_us;	/* of a sale with all its facts, whose address the
				 * channel's still is and nobody with it has
				 * said no to; 0: none */
	bool is_customer;	/* now */
};

/**
 * consent_is_soft(customer):
 * Return whether a customer may be written to about products like those they
 * bought without a yes: by e-mail or SMS, as long as they are one and have said
 * nothing, nor anybody with their address or number.  Whether it is used now
 * consent_may_send() says.  The condition of lists (q_lists_soft) says the same
 * in SQL, of those who are free and can be reached; a test compares them.
 *
 * Source: ePrivacy 13(2); CPCE L34-5; LAW R6.
 */
bool consent_is_soft(const struct consent_customer *customer);

/**
 * consent_is_by_staff(how):
 * Return whether somebody of the staff noted it, so that no mailbox is proven.
 */
bool consent_is_by_staff(const char *how);

/**
 * consent_record(db, a, ledger, changes, n):
 * Append the events of ${changes} (at most DB_EACH_MAX, each with its
 * contact_id) to the ledger and put their states, in the transaction in hand.
 * Three statements.
 */
enum err consent_record(struct db *db, struct arena *a,
    struct ledger *ledger, const struct consent_change *changes, size_t n)
    MUST_CHECK;

/**
 * consent_channel_label(channel), consent_kind_label(kind),
 * consent_how_label(how):
 * Return the msgid of a channel ("email"), of an event or state ("given"), of
 * how it was said ("one_click"); what is not known, as it is.
 */
const char *consent_channel_label(const char *channel) NONNULL_RETURN;
const char *consent_kind_label(const char *kind) NONNULL_RETURN;
const char *consent_how_label(const char *how) NONNULL_RETURN;

/**
 * consent_channel_number(channel):
 * Return the number that a standing token bears for ${channel}, from 1; 0 for
 * one that is not known.
 */
uint8_t consent_channel_number(const char *channel);

/**
 * consent_suppression_hash(a, keys, identifier, value, ret_hash):
 * Write the keyed hash under which an address key or an E.164 number
 * (${identifier} "email", "phone") is suppressed.
 */
void consent_suppression_hash(struct arena *a, const struct keys *keys,
    const char *identifier, const char *value,
    unsigned char ret_hash[HASH_BYTES]);

/**
 * consent_suppress(db, a, keys, changes, n):
 * After a withdrawal or objection, in the transaction in hand: note under
 * keyed hashes that the contact's identifiers may not be written to for these
 * purposes and channels, so that no import brings them back (X21).
 */
enum err consent_suppress(struct db *db, struct arena *a,
    const struct keys *keys, const struct consent_change *changes, size_t n)
    MUST_CHECK;

/**
 * consent_suppress_gone(db, a, keys, contact_id, gone):
 * When the address or number ${gone} leaves a record whose person has
 * withdrawn or objected, in the transaction in hand: note the same under its
 * keyed hash, so that the no goes with it.
 */
struct consent_identifier;
enum err consent_suppress_gone(struct db *db, struct arena *a,
    const struct keys *keys, uint64_t contact_id,
    const struct consent_identifier *gone) MUST_CHECK;

/**
 * consent_file(db, contact_id):
 * File what was asked in the sign-ups that ${contact_id} confirmed under the
 * contact, and take what they say of the person out of the sign-ups, in the
 * transaction in hand.  Their links go on saying for a month that they were
 * used.
 *
 * Source: GDPR 5(1)(c), 7(1).
 */
enum err consent_file(struct db *db, uint64_t contact_id) MUST_CHECK;

/**
 * consent_supersede(db, a, keys, contact_id, at_us):
 * After ${contact_id} said yes at ${at_us} (states put by consent_record()), in
 * the transaction in hand: what was suppressed until then for the same purpose
 * and channel stands back, and so does what an erasure suppressed, for that
 * channel and for the address, since the person is with us again.  A row is
 * never deleted before its end; a later no counts, though it may be another's
 * who has the same number.  A yes that staff noted lets nothing stand back: it
 * proves no mailbox.
 */
enum err consent_supersede(struct db *db, struct arena *a,
    const struct keys *keys, uint64_t contact_id, int64_t at_us) MUST_CHECK;

/**
 * consent_is_against(db, a, keys, change, ret_is):
 * Say whether the yes of ${change}, noted by staff, is held back: somebody said
 * no for this purpose and channel under the person's address or number, or was
 * erased under it, and has not come back by themself since.  Of the office.
 *
 * Source: GDPR 7(3), 17, 21(3).
 */
enum err consent_is_against(struct db *db, struct arena *a,
    const struct keys *keys, const struct consent_change *change,
    bool *ret_is) MUST_CHECK;

/* Who asked for a yes that they confirm now, and when. */
struct consent_asking {
	uint64_t signup_id;
	uint64_t contact_id;	/* that it would be filed under; 0: a new one */
	const char *email_key;
	const char *phone;	/* as typed; NULL: none */
	const char *contact_phone;	/* of the record; NULL: none */
	int64_t asked_us;
	int64_t now_us;
};

/* One purpose and channel of it, and what was said of them since. */
struct consent_since {
	uint64_t purpose_id;
	const char *channel;
	const char *state;	/* of consent_state; NULL: nothing was said */
	bool is_held;
	int64_t at_us;
};

/**
 * consent_since(db, a, keys, asking, list, n):
 * Set what was said of each of ${list} after ${asking} asked for it: by the
 * person in their space or by a link, by staff who noted it, or as a no (also
 * another's) under the same address or number.  It stands: to confirm what was
 * asked before does not undo it.  What staff noted of the very day stands if
 * it was noted after the request.
 *
 * Source: GDPR 4(11), 7(3), 21(3).
 */
enum err consent_since(struct db *db, struct arena *a,
    const struct keys *keys, const struct consent_asking *asking,
    struct consent_since *list, size_t n) MUST_CHECK;

/**
 * consent_sale_note(db, a, keys, sale):
 * Note a sale with all its facts, of the address and number that the contact
 * has at this moment, in the transaction in hand.  Of the office.
 *
 * Source: ePrivacy 13(2).
 */
struct consent_sale {
	uint64_t contact_id;
	uint64_t purpose_id;
	int64_t sold_us;
	int64_t noted_us;
};
enum err consent_sale_note(struct db *db, struct arena *a,
    const struct keys *keys, const struct consent_sale *sale) MUST_CHECK;

/**
 * consent_sales_mark(db, a, keys, ret_is_more):
 * Give some of the sales that were noted before it was kept for which address
 * the contact's own, in the transaction in hand; one that has changed since
 * the sale counts no more.  Of the keeper.
 */
enum err consent_sales_mark(struct db *db, struct arena *a,
    const struct keys *keys, bool *ret_is_more) MUST_CHECK;

/* What stands against writing to a person's address and number. */
struct consent_kept_out {
	const struct q_consent_kept_out *rows;
	size_t n;
};

/**
 * consent_kept_out(db, a, keys, contact_id, now_us, ret),
 * consent_is_kept_out(kept_out, purpose_id, channel):
 * Read it; return whether it holds for a purpose and channel.  Of the office.
 *
 * Source: GDPR 17(1), 21(3).
 */
enum err consent_kept_out(struct db *db, struct arena *a,
    const struct keys *keys, uint64_t contact_id, int64_t now_us,
    struct consent_kept_out *ret) MUST_CHECK;
bool consent_is_kept_out(const struct consent_kept_out *kept_out,
    uint64_t purpose_id, const char *channel);

/* An identifier, and whether a list may bring it in. */
struct consent_identifier {
	const char *identifier;	/* "email": an address key; "phone": E.164 */
	const char *value;
	const char *basis;	/* set: why it must not be kept; NULL: it may */
};

/**
 * consent_suppressed(db, a, keys, list, n, now_us):
 * Set the basis of those of ${list} that are suppressed as a whole at
 * ${now_us} (by an erasure, "GDPR 17") and have not been superseded.  A no to
 * one purpose and channel leaves it NULL: that is no reason not to hold
 * somebody's data, and stands whatever is imported.  Of the owner.
 */
enum err consent_suppressed(struct db *db, struct arena *a,
    const struct keys *keys, struct consent_identifier *list, size_t n,
    int64_t now_us) MUST_CHECK;

/* MESSAGE_INTEREST: no advertising, on a legitimate interest that was weighed. */
enum consent_message { MESSAGE_MARKETING, MESSAGE_SERVICE, MESSAGE_LEGAL,
	MESSAGE_INTEREST };

/* What the answer depends on; nothing else may. */
struct consent_facts {
	enum consent_message message;
	const char *channel;		/* email phone post sms */
	const char *country;		/* of the person, ISO 3166 */
	bool is_business;		/* addressed in their profession */
	bool has_promotion;		/* inside a service or legal message */
	const char *state;		/* of consent_state; NULL: never asked */
	bool has_proof;			/* the event with wording and version is there */
	bool is_restricted;		/* GDPR 18 */
	bool is_quarantined;		/* basis, source or date not stated (X22) */
	bool is_suppressed;		/* by hash, and no given of theirs */
	bool is_on_consent;		/* the purpose rests on a yes, by any channel */
	bool is_held;			/* a yes that waits for the person's own */
	bool is_outdated;		/* a yes to a text that has changed materially */
	bool is_unreachable;		/* no address or number for the channel */
	/* the soft opt-in, ePrivacy 13(2): all of them, or none counts */
	bool is_customer;
	bool is_similar_product;
	bool was_objection_offered;
	int64_t now_us;
};

enum consent_answer {
	MAY_CONSENT,		/* given, with proof */
	MAY_SOFT_OPT_IN,
	MAY_NOT_OBJECTED,	/* opt-out channel or business, no objection */
	MAY_SERVICE,
	MAY_LEGAL,
	NOT_PROMOTION_INSIDE,
	NOT_RESTRICTED,
	NOT_QUARANTINED,
	NOT_SUPPRESSED,
	NOT_REFUSED,		/* refused, withdrawn, objected or expired */
	NOT_PROVEN,
	NOT_ASKED,
	NOT_CONFIRMED,		/* a yes that staff noted against a no */
	NOT_THIS_TEXT,		/* a yes to what the purpose was before */
	NOT_REACHABLE,
	CONSENT_ANSWER__MAX
};

extern const char *const consent_answer_names[CONSENT_ANSWER__MAX];

/**
 * consent_may_send(facts):
 * Answer whether this message may be sent to this person, by this channel,
 * for this purpose, now, and why.  Below NOT_PROMOTION_INSIDE it may.
 *
 * Source: GDPR 6, 7(1), 18, 21(2), 21(3); ePrivacy 13; CPCE L34-5; Loi
 * 2025-594 (calls to consumers in France from 11 August 2026).
 */
enum consent_answer consent_may_send(const struct consent_facts *facts);

#endif
