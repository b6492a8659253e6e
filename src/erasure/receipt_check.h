/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Checking a receipt, for the page, the command line and whoever else holds
 * the key directory: online or years later, offline (GDPR 5(2), 17).
 */
#ifndef ERASURE_RECEIPT_CHECK_H
#define ERASURE_RECEIPT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "erasure/receipt.h"
#include "keys/jws.h"

enum receipt_finding {
	RECEIPT_GENUINE,
	RECEIPT_GENUINE_RETIRED,	/* its key signs no more */
	RECEIPT_GENUINE_LOGGED,		/* key revoked; in the log before */
	RECEIPT_NOT_ONE,		/* not understood */
	RECEIPT_FORGED,			/* the signature is not of its key */
	RECEIPT_UNKNOWN_KEY,
	RECEIPT_OTHER_SITE,		/* another issuer than expected */
	RECEIPT_UNTIMELY,		/* dated outside its key's life */
	RECEIPT_NOT_IN_LOG,		/* its proof does not hold */
	RECEIPT_REVOKED,		/* key revoked, and no proof */
	RECEIPT_FINDING__MAX
};

struct receipt_finding_info {
	const char *name;	/* for --json */
	bool is_genuine;
	const char *title;	/* msgid */
	const char *sentence;	/* msgid */
};

extern const struct receipt_finding_info
    receipt_findings[RECEIPT_FINDING__MAX];

/* Whether the receipt is about a given address. */
enum receipt_opening {
	OPENING_NOT_ASKED,
	OPENING_YES,
	OPENING_NO,
	OPENING__MAX
};

extern const struct receipt_finding_info receipt_openings[OPENING__MAX];

/* What is to be checked, and against what. */
struct receipt_question {
	const char *jws;		/* spaces and line ends around are fine */
	const struct jwks *keys;
	const char *iss;		/* the expected issuer; NULL: any */
	const char *const *heads;	/* JWS of heads known to be published */
	size_t head_count;
	const char *opening;		/* 43 characters; NULL: not asked */
	const char *address;		/* as typed; NULL: not asked */
};

struct receipt_verdict {
	enum receipt_finding finding;
	enum receipt_opening opening;	/* asked only of a genuine one */
	bool is_logged;			/* its inclusion proof holds */
	bool has_receipt;		/* the signature is right: see below */
	struct receipt receipt;
	const struct jwk *key;		/* borrowed; NULL unless known */
};

/**
 * receipt_check(a, question, ret_verdict):
 * Answer whether the receipt is genuine.  Under a revoked key it is only with
 * a proof that it was in the log of a head dated before the revocation; that
 * head must be signed by a key that is not revoked, or be one of the heads
 * known to be published.  ${ret_verdict} borrows from ${a} and from the
 * question.
 */
void receipt_check(struct arena *a, const struct receipt_question *question,
    struct receipt_verdict *ret_verdict);

#endif
