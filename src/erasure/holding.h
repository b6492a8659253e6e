/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Everything that is held about a person, and how each part of it goes.  The
 * one list of holdings is in holdings.c (GDPR 17(1), 17(3)).
 */
#ifndef ERASURE_HOLDING_H
#define ERASURE_HOLDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"

#define HOLDING_SUPPRESSION_DAYS (3 * 365 + 1)	/* LAW R32 */
#define HOLDING_PROOF_MONTHS	60		/* of a case; LAW R37 */
#define HOLDING_PROOF_LAW	"GDPR 5(2), 17(3)(e)"

/* The holdings, in the order in which they are emptied. */
enum holding {
	HOLDING_OUTBOX,
	HOLDING_PACKAGE,
	HOLDING_INTERACTION,
	HOLDING_EVIDENCE,
	HOLDING_CONSENT,
	HOLDING_AUDIT,
	HOLDING_ACCESS,
	HOLDING_HISTORY,
	HOLDING_PROVENANCE,
	HOLDING_INDEX,
	HOLDING_SIGNUP,
	HOLDING_IDENTITY,
	HOLDING_CONTACT,
	HOLDING_REQUEST,
	HOLDING__MAX
};

/* Their names in counts and receipts. */
extern const char *const holding_names[HOLDING__MAX];

/* A further address or number of a person, or the reference of a record of
 * theirs that became part of this one. */
struct holding_reach {
	const char *kind;	/* "email", "phone", "reference" */
	const char *value;	/* as mail is sent to; E.164 */
	const char *key;	/* normalised */
	bool is_alone;		/* nobody else here has it */
};

/* What is known about a person, to find every trace; all text, none NULL but
 * where it says so. */
struct holding_person {
	uint64_t contact_id;
	uint64_t identity_id;		/* 0: none, or shared with a contact */
	const char *reference;
	const char *given_name;		/* may be "" */
	const char *family_name;	/* may be "" */
	const char *lang;
	const char *basis;		/* why the data was held */
	const char *mail;		/* where to answer; NULL: nowhere */
	const char *mail_key;		/* its normalised form; NULL as mail */
	const char *other_key;		/* of a second address; NULL: none */
	const char *phone;		/* E.164; NULL: none */
	bool is_address_alone;		/* nobody else here has the address */
	bool is_phone_alone;
	const struct holding_reach *reach;	/* ${n_reach} of them */
	size_t n_reach;
	unsigned char opening[KEY_BYTES];	/* of the receipt's commitment */
};

/* What became of the rows of a holding. */
struct holding_count {
	uint64_t erased;
	uint64_t anonymised;	/* stay without anything that says whose */
	uint64_t kept;		/* all that a law keeps, earlier ones too */
	uint64_t reread;	/* rows still there, read again afterwards */
	const char *law;	/* of what is kept; NULL: nothing, or several */
	struct day until;
};

/* One erasure of one person. */
struct holding_run {
	const struct keys *keys;	/* of the keeper or the owner */
	struct arena *arena;
	const struct holding_person *person;
	uint64_t erasure_id;		/* 0: none, a replay */
	int64_t now_us;
	struct holding_count counts[HOLDING__MAX];	/* set by the run */
};

/**
 * holding_person_load(db, a, contact_id, ret_person):
 * Read what is known about ${contact_id}, into ${a}.  ERR_NOTFOUND when there
 * is no such contact.
 */
enum err holding_person_load(struct db *db, struct arena *a,
    uint64_t contact_id, struct holding_person *ret_person) MUST_CHECK;

/**
 * holding_erase(db, run):
 * Within a transaction, erase the person in every holding: rows go, or lose
 * what says whose they are; those that a law keeps are sealed by the proof
 * key and put into the archive; the identifiers are suppressed under keyed
 * hashes; keys whose reasons ended are destroyed.  Then count what is left.
 * A second time it finds nothing and changes nothing.
 *
 * Source: GDPR 17(1), 17(3)(b), 17(3)(e), 21(3); CNIL on opposition lists.
 */
enum err holding_erase(struct db *db, struct holding_run *run) MUST_CHECK;

/**
 * holding_recount(db, run):
 * Set the reread of each count to the rows that are there now.
 */
enum err holding_recount(struct db *db, struct holding_run *run) MUST_CHECK;

/**
 * holding_pseudonym(keys, contact_id, ret_pseudonym):
 * Write the keyed name (KEY_JOURNAL) by which the erasure journal knows
 * ${contact_id}.
 */
void holding_pseudonym(const struct keys *keys, uint64_t contact_id,
    unsigned char ret_pseudonym[HASH_BYTES]);

#endif
