/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verdict on a receipt, signature first, then its key, its place in the
 * log, and last whether it is about the person who asks (GDPR 5(2), 17).
 */
#include "erasure/receipt_check.h"

#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "html/words.h"
#include "ledger/head.h"

/* How far two clocks may differ: ASVS 9.2.1. */
#define SKEW_S 60

const struct receipt_finding_info receipt_findings[RECEIPT_FINDING__MAX] = {
	[RECEIPT_GENUINE] = { "genuine", true,
	    N_("This receipt is genuine"),
	    N_("It was signed with a key of this site and was not changed since.") },
	[RECEIPT_GENUINE_RETIRED] = { "genuine_retired", true,
	    N_("This receipt is genuine"),
	    N_("It was signed with a key that this site has since replaced, and was not changed since.") },
	[RECEIPT_GENUINE_LOGGED] = { "genuine_logged", true,
	    N_("This receipt is genuine"),
	    N_("Its key was withdrawn later, but the public log shows that the receipt existed before.") },
	[RECEIPT_NOT_ONE] = { "not_a_receipt", false,
	    N_("This is not an erasure receipt"),
	    N_("What was given cannot be read as one. Please paste the whole file, from its first to its last character.") },
	[RECEIPT_FORGED] = { "forged", false,
	    N_("This receipt is not genuine"),
	    N_("It was changed after it was signed, or was never signed by this site.") },
	[RECEIPT_UNKNOWN_KEY] = { "unknown_key", false,
	    N_("This receipt is not from here"),
	    N_("This site has never had the key that it names. Check it where it was issued.") },
	[RECEIPT_OTHER_SITE] = { "other_site", false,
	    N_("This receipt is not from here"),
	    N_("It names another site as its issuer. Check it where it was issued.") },
	[RECEIPT_UNTIMELY] = { "untimely", false,
	    N_("This receipt is not genuine"),
	    N_("It bears a date at which its key was not in use.") },
	[RECEIPT_NOT_IN_LOG] = { "not_in_log", false,
	    N_("This receipt cannot be confirmed"),
	    N_("It says that it is in the public log, but its proof does not lead there.") },
	[RECEIPT_REVOKED] = { "revoked", false,
	    N_("This receipt cannot be confirmed"),
	    N_("Its key was withdrawn, and nothing shows that the receipt existed before. Please contact this site.") },
};

const struct receipt_finding_info receipt_openings[OPENING__MAX] = {
	[OPENING_NOT_ASKED] = { "not_asked", false, NULL, NULL },
	[OPENING_YES] = { "opened", true,
	    N_("It is about this address"),
	    N_("The secret and the address that you gave are those that the receipt was made for.") },
	[OPENING_NO] = { "not_opened", false,
	    N_("It is not about this address"),
	    N_("The secret and the address that you gave are not those that the receipt was made for.") },
};

/* A pasted file has spaces and line ends around it, none inside. */
static const char *
pasted(struct arena *a, const char *text)
{
	size_t len = strlen(text), from = strspn(text, " \t\r\n");

	while (len > from && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	return arena_textn(a, text + from, len - from);
}

static bool
is_published(const struct receipt_question *q, const char *head)
{
	size_t i;

	for (i = 0; i < q->head_count; i++)
		if (strcmp(q->heads[i], head) == 0)
			return true;
	return false;
}

/* Whether the proof leads from the receipt's leaf to its signed head. */
static bool
is_logged(struct arena *a, const struct receipt_question *q,
    const struct receipt *r, struct head *ret_head,
    const struct jwk **ret_key)
{
	struct merkle_hash leaf;

	if (head_read(a, r->log.head, q->keys, ret_head, ret_key) != ERR_OK)
		return false;
	if (receipt_leaf(a, r, r->log.leaf_at_us, &leaf) != ERR_OK)
		return false;
	return merkle_holds_leaf(&leaf, r->log.index, ret_head->tree.size,
	    &r->log.proof, &ret_head->tree.root);
}

/* Outside of its key's life nobody of ours has signed it. */
static bool
is_timely(const struct receipt *r, const struct jwk *key)
{
	int64_t at_s = r->issued_us / SECOND_US;

	return at_s >= key->from_s - SKEW_S &&
	    (key->until_s == 0 || at_s <= key->until_s + SKEW_S);
}

static enum receipt_finding
finding_of(struct arena *a, const struct receipt_question *q,
    struct receipt_verdict *v)
{
	const struct receipt *r = &v->receipt;
	const struct jwk *head_key = NULL;
	struct head head = { .at_us = 0 };

	if (q->iss != NULL && !text_equal(q->iss, r->iss))
		return RECEIPT_OTHER_SITE;
	if (!is_timely(r, v->key))
		return RECEIPT_UNTIMELY;
	if (r->has_log) {
		v->is_logged = is_logged(a, q, r, &head, &head_key);
		if (!v->is_logged)
			return RECEIPT_NOT_IN_LOG;
	}
	switch (jwk_state(v->key)) {
	case JWK_VALID:
		return RECEIPT_GENUINE;
	case JWK_RETIRED:
		return RECEIPT_GENUINE_RETIRED;
	case JWK_REVOKED:
		break;
	}
	if (!v->is_logged || head.at_us / SECOND_US >= v->key->revoked_s)
		return RECEIPT_REVOKED;
	if (jwk_state(head_key) == JWK_REVOKED &&
	    !is_published(q, r->log.head))
		return RECEIPT_REVOKED;
	return RECEIPT_GENUINE_LOGGED;
}

static enum receipt_opening
opening_of(struct arena *a, const struct receipt_question *q,
    const struct receipt *r)
{
	unsigned char want[HASH_BYTES];
	struct address address;
	struct bytes opening;

	if (q->opening == NULL || q->address == NULL)
		return OPENING_NOT_ASKED;
	if (base64url_read(a, pasted(a, q->opening), &opening) != ERR_OK ||
	    opening.len != KEY_BYTES ||
	    address_read(a, q->address, &address) != ERR_OK)
		return OPENING_NO;
	receipt_commitment(opening.ptr, address.key, r->case_number, want);
	return secret_equal(want, r->commitment, HASH_BYTES) ? OPENING_YES :
	    OPENING_NO;
}

void
receipt_check(struct arena *a, const struct receipt_question *question,
    struct receipt_verdict *ret_verdict)
{
	struct receipt_verdict *v = ret_verdict;
	struct jws jws;
	enum err e;

	memset(v, 0, sizeof(*v));
	e = jws_open(a, pasted(a, question->jws), RECEIPT_TYP, question->keys,
	    JWK_RECEIPT, &jws);
	if (e != ERR_OK) {
		v->finding = e == ERR_NOTFOUND ? RECEIPT_UNKNOWN_KEY :
		    e == ERR_INVALID ? RECEIPT_FORGED : RECEIPT_NOT_ONE;
		return;
	}
	if (receipt_read(a, jws.payload, &v->receipt) != ERR_OK) {
		v->finding = RECEIPT_NOT_ONE;
		return;
	}
	v->has_receipt = true;
	v->key = jws.key;
	v->finding = finding_of(a, question, v);
	if (receipt_findings[v->finding].is_genuine)
		v->opening = opening_of(a, question, &v->receipt);
}
