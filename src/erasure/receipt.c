/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Receipts: built, hashed, signed and read (GDPR 5(2), 17, 19).
 */
#include "erasure/receipt.h"

#include <assert.h>

#include "base/clock.h"
#include "base/text.h"
#include "keys/document.h"
#include "keys/jws.h"
#include "ledger/leaf.h"


void
receipt_commitment(const unsigned char opening[KEY_BYTES],
    const char *address_key, const char *case_number,
    unsigned char ret_commitment[HASH_BYTES])
{
	struct arena *a = arena_open();
	size_t address_len = strlen(address_key);
	size_t case_len = strlen(case_number);
	unsigned char *data = arena_take(a, address_len + 1 + case_len);

	memcpy(data, address_key, address_len);
	memcpy(data + address_len + 1, case_number, case_len);
	mac_of(opening, (struct bytes){ data, address_len + 1 + case_len },
	    ret_commitment);
	arena_close(a);
}

static void
put_count(json_t *o, const char *name, uint64_t value)
{
	doc_put_int(o, name, value > (uint64_t)INT64_MAX ? INT64_MAX :
	    (int64_t)value);
}

static json_t *
store_document(const struct receipt_store *s)
{
	json_t *o = doc_object(), *list = doc_array(), *item;
	size_t i;

	doc_put_text(o, "store", s->name);
	put_count(o, "erased", s->erased);
	put_count(o, "anonymised", s->anonymised);
	for (i = 0; i < s->kept_count; i++) {
		item = doc_object();
		put_count(item, "rows", s->kept[i].rows);
		doc_put_text(item, "reason", s->kept[i].reason);
		doc_put_text(item, "statute", s->kept[i].statute);
		doc_put_day(item, "until", s->kept[i].until);
		doc_add(list, item);
	}
	doc_put(o, "kept", list);
	return o;
}

static json_t *
stores_document(const struct receipt *r)
{
	json_t *list = doc_array();
	size_t i;

	for (i = 0; i < r->store_count; i++)
		doc_add(list, store_document(&r->stores[i]));
	return list;
}

static json_t *
scan_document(const struct receipt *r)
{
	json_t *o = doc_object();

	doc_put_instant(o, "at", r->scanned_us);
	put_count(o, "columns", r->scanned_columns);
	put_count(o, "rows", r->scanned_rows);
	doc_put_int(o, "found", 0);	/* else there is no receipt */
	put_count(o, "review", r->for_review);
	return o;
}

static json_t *
remnants_document(const struct receipt *r)
{
	json_t *list = doc_array(), *o;
	size_t i;

	for (i = 0; i < r->remnant_count; i++) {
		o = doc_object();
		doc_put_text(o, "what", r->remnants[i].what);
		doc_put_day(o, "until", r->remnants[i].until);
		doc_add(list, o);
	}
	return list;
}

static json_t *
recipients_document(const struct receipt *r)
{
	json_t *list = doc_array(), *o;
	size_t i;

	for (i = 0; i < r->recipient_count; i++) {
		o = doc_object();
		doc_put_text(o, "name", r->recipients[i].name);
		doc_put_text(o, "state", r->recipients[i].state);
		doc_put_instant(o, "at", r->recipients[i].at_us);
		doc_add(list, o);
	}
	return list;
}

static json_t *
log_document(const struct receipt_log *log)
{
	json_t *o = doc_object(), *list = doc_array();
	struct arena *a = arena_open();
	unsigned i;

	put_count(o, "index", log->index);
	doc_put_int(o, "at_us", log->leaf_at_us);
	for (i = 0; i < log->proof.count; i++)
		doc_add(list, json_string(base64url_write(a, (struct bytes){
		    log->proof.path[i].bytes, HASH_BYTES })));
	doc_put(o, "path", list);
	doc_put_text(o, "head", log->head);
	arena_close(a);
	return o;
}

static json_t *
claims_document(const struct receipt *r, bool with_log)
{
	json_t *o = doc_object(), *laws = doc_array();
	size_t i;

	doc_put_int(o, "v", 1);
	doc_put_text(o, "iss", r->iss);
	doc_put_text(o, "site", r->site);
	doc_put_text(o, "jti", r->jti);
	doc_put_int(o, "iat", r->issued_us / SECOND_US);
	if (r->follows != NULL)
		doc_put_text(o, "follows", r->follows);
	doc_put_text(o, "case", r->case_number);
	if (r->has_request)
		doc_put_instant(o, "requested_at", r->requested_us);
	doc_put_instant(o, "decided_at", r->decided_us);
	doc_put_instant(o, "erased_at", r->erased_us);
	for (i = 0; i < r->law_count; i++)
		doc_add(laws, json_string(r->laws[i]));
	doc_put(o, "law", laws);
	doc_put(o, "stores", stores_document(r));
	doc_put(o, "scan", scan_document(r));
	doc_put(o, "remnants", remnants_document(r));
	doc_put(o, "recipients", recipients_document(r));
	doc_put_bytes(o, "commitment", r->commitment, HASH_BYTES);
	if (with_log && r->has_log)
		doc_put(o, "log", log_document(&r->log));
	return o;
}

static enum err
claims_text(struct arena *a, const struct receipt *r, bool with_log,
    const char **ret_text)
{
	json_t *o = claims_document(r, with_log);
	enum err e = doc_canonical(a, o, ret_text);

	json_decref(o);
	return e;
}

enum err
receipt_claims_hash(struct arena *a, const struct receipt *r,
    unsigned char ret_hash[HASH_BYTES])
{
	const char *text;
	enum err e;

	if ((e = claims_text(a, r, false, &text)) != ERR_OK)
		return e;
	sha256_of(text_bytes(text), ret_hash);
	return ERR_OK;
}

enum err
receipt_leaf(struct arena *a, const struct receipt *r, int64_t leaf_at_us,
    struct merkle_hash *ret_hash)
{
	unsigned char claims[HASH_BYTES];
	const struct leaf_receipt row = { r->jti, claims, leaf_at_us };
	const char *text;
	enum err e;

	if ((e = receipt_claims_hash(a, r, claims)) != ERR_OK ||
	    (e = leaf_receipt(a, &row, &text)) != ERR_OK)
		return e;
	leaf_hash(text, ret_hash);
	return ERR_OK;
}

enum err
receipt_sign(struct arena *a, const unsigned char seed[KEY_BYTES],
    const struct receipt *r, const char **ret_jws)
{
	struct receipt again;
	const char *text;
	enum err e;

	if ((e = claims_text(a, r, true, &text)) != ERR_OK)
		return e;
	if (receipt_read(a, text_bytes(text), &again) != ERR_OK)
		return ERR_INVALID;
	*ret_jws = jws_sign(a, seed, RECEIPT_TYP, text_bytes(text));
	return ERR_OK;
}
