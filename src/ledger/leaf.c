/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows to canonical bytes, hashes and marks (GDPR 5(2), 7(1)).
 */
#include "ledger/leaf.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>

#include "keys/document.h"

const char *const leaf_kind_names[LEAF_KIND__MAX] = {
	[LEAF_CONSENT]	= "consent",
	[LEAF_AUDIT]	= "audit",
	[LEAF_RECEIPT]	= "receipt",
	[LEAF_PRUNE]	= "prune",
	[LEAF_DIGEST]	= "digest",
	[LEAF_EPOCH]	= "epoch",
};

static json_t *
open_leaf(enum leaf_kind kind)
{
	json_t *o = doc_object();

	doc_put_int(o, "v", 1);
	doc_put_text(o, "t", leaf_kind_names[kind]);
	return o;
}

/* A number too large for JSON stays too large: doc_canonical() refuses it. */
static void
put_number(json_t *o, const char *name, uint64_t value)
{
	doc_put_int(o, name, value > (uint64_t)INT64_MAX ? INT64_MAX :
	    (int64_t)value);
}

static void
put_number_or_null(json_t *o, const char *name, uint64_t value)
{
	if (value == 0)
		doc_put_text(o, name, NULL);
	else
		put_number(o, name, value);
}

static void
put_hash_or_null(json_t *o, const char *name, const unsigned char *hash)
{
	if (hash == NULL)
		doc_put_text(o, name, NULL);
	else
		doc_put_bytes(o, name, hash, HASH_BYTES);
}

static enum err
close_leaf(struct arena *a, json_t *o, const char **ret_text)
{
	enum err e = doc_canonical(a, o, ret_text);

	json_decref(o);
	return e;
}

enum err
leaf_consent(struct arena *a, const struct leaf_consent *row,
    const char **ret_text)
{
	json_t *o = open_leaf(LEAF_CONSENT);

	doc_put_text(o, "kind", row->kind);
	doc_put_text(o, "purpose", row->purpose);
	put_number(o, "purpose_version", row->purpose_version);
	doc_put_text(o, "channel", row->channel);
	doc_put_text(o, "language", row->language);
	put_number(o, "notice_version", row->notice_version);
	put_number_or_null(o, "form_version", row->form_version);
	put_hash_or_null(o, "rendering", row->rendering);
	doc_put_text(o, "how", row->how);
	put_number_or_null(o, "evidence", row->evidence);
	doc_put_int(o, "at_us", row->at_us);
	put_hash_or_null(o, "subject", row->subject);
	return close_leaf(a, o, ret_text);
}

static enum err
put_detail(json_t *o, const char *detail)
{
	size_t len = strnlen(detail, LEAF_DETAIL_MAX_BYTES + 1);
	json_t *inner;

	if (len > LEAF_DETAIL_MAX_BYTES || doc_load((struct bytes){
	    (const unsigned char *)detail, len }, &inner) != ERR_OK)
		return ERR_INVALID;
	if (!json_is_object(inner)) {
		json_decref(inner);
		return ERR_INVALID;
	}
	doc_put(o, "detail", inner);
	return ERR_OK;
}

enum err
leaf_audit(struct arena *a, const struct leaf_audit *row,
    const char **ret_text)
{
	json_t *o = open_leaf(LEAF_AUDIT);
	enum err e;

	doc_put_text(o, "verb", row->verb);
	doc_put_text(o, "actor", row->actor);
	put_number(o, "actor_id", row->actor_id);
	doc_put_text(o, "object", row->object);
	put_number(o, "object_id", row->object_id);
	doc_put_int(o, "at_us", row->at_us);
	put_hash_or_null(o, "subject", row->subject);
	if ((e = put_detail(o, row->detail)) != ERR_OK) {
		json_decref(o);
		return e;
	}
	return close_leaf(a, o, ret_text);
}

enum err
leaf_receipt(struct arena *a, const struct leaf_receipt *row,
    const char **ret_text)
{
	json_t *o = open_leaf(LEAF_RECEIPT);

	doc_put_text(o, "jti", row->jti);
	doc_put_bytes(o, "claims", row->claims, HASH_BYTES);
	doc_put_int(o, "at_us", row->at_us);
	return close_leaf(a, o, ret_text);
}

enum err
leaf_prune(struct arena *a, const struct leaf_prune *row,
    const char **ret_text)
{
	json_t *o = open_leaf(LEAF_PRUNE);

	doc_put_text(o, "ledger", row->ledger);
	put_number(o, "count", row->count);
	doc_put_bytes(o, "rows", row->rows, HASH_BYTES);
	doc_put_text(o, "reason", row->reason);
	doc_put_int(o, "at_us", row->at_us);
	return close_leaf(a, o, ret_text);
}

enum err
leaf_digest(struct arena *a, const struct leaf_digest *row,
    const char **ret_text)
{
	json_t *o = open_leaf(LEAF_DIGEST);

	doc_put_day(o, "day", row->day);
	put_number(o, "count", row->count);
	put_number_or_null(o, "first", row->first);
	put_number_or_null(o, "last", row->last);
	doc_put_bytes(o, "lines", row->lines, HASH_BYTES);
	doc_put_int(o, "at_us", row->at_us);
	return close_leaf(a, o, ret_text);
}

enum err
leaf_epoch(struct arena *a, const struct leaf_epoch *row,
    const char **ret_text)
{
	json_t *o = open_leaf(LEAF_EPOCH);

	put_number(o, "epoch", row->epoch);
	doc_put_text(o, "reason", row->reason);
	put_number(o, "size", row->size);
	doc_put_bytes(o, "root", row->root.bytes, HASH_BYTES);
	doc_put_int(o, "at_us", row->at_us);
	return close_leaf(a, o, ret_text);
}

void
leaf_rows_hash(const uint64_t *ids, size_t count,
    unsigned char ret_hash[HASH_BYTES])
{
	struct sha256 s;
	char text[24];
	size_t i;
	int n;

	sha256_open(&s);
	sha256_add(&s, (struct bytes){ (const unsigned char *)"[", 1 });
	for (i = 0; i < count; i++) {
		n = snprintf(text, sizeof(text), "%s%" PRIu64,
		    i > 0 ? "," : "", ids[i]);
		assert(n > 0 && (size_t)n < sizeof(text));
		sha256_add(&s, (struct bytes){ (unsigned char *)text,
		    (size_t)n });
	}
	sha256_add(&s, (struct bytes){ (const unsigned char *)"]", 1 });
	sha256_end(&s, ret_hash);
}

void
leaf_hash(const char *text, struct merkle_hash *ret_hash)
{
	merkle_leaf((struct bytes){ (const unsigned char *)text,
	    strlen(text) }, ret_hash);
}

void
leaf_mac(const unsigned char key[KEY_BYTES], const char *text,
    const unsigned char writer[WRITER_BYTES], uint64_t counter,
    unsigned char ret_mac[HASH_BYTES])
{
	crypto_generichash_state st;
	unsigned char number[8];
	unsigned i;

	for (i = 0; i < sizeof(number); i++)
		number[i] = (unsigned char)(counter >> (56 - 8 * i));
	crypto_generichash_init(&st, key, KEY_BYTES, HASH_BYTES);
	crypto_generichash_update(&st, (const unsigned char *)text,
	    strlen(text));
	crypto_generichash_update(&st, writer, WRITER_BYTES);
	crypto_generichash_update(&st, number, sizeof(number));
	crypto_generichash_final(&st, ret_mac, HASH_BYTES);
	sodium_memzero(&st, sizeof(st));
}

void
leaf_commit(const unsigned char opening[KEY_BYTES], enum leaf_subject kind,
    uint64_t id, unsigned char ret_commitment[HASH_BYTES])
{
	char text[64];
	int n;

	assert(kind < SUBJECT__MAX);
	n = snprintf(text, sizeof(text), "assent/subject/1|%s%" PRIu64,
	    kind == SUBJECT_SIGNUP ? "signup|" : "", id);
	assert(n > 0 && (size_t)n < sizeof(text));
	mac_text(opening, text, ret_commitment);
}
