/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading the claims of a receipt: what is not exactly as
 * doc/formats/receipt.md says is not a receipt (GDPR 5(1)(f), 17).
 */
#include "erasure/receipt.h"

#include "base/clock.h"
#include "base/text.h"
#include "keys/document.h"
#include "keys/jws.h"

#define COUNT_MAX	DOCUMENT_MAX_INTEGER
#define URL_MAX_BYTES	400

static uint64_t
count_of(struct doc *d, const char *name)
{
	return (uint64_t)doc_int(d, name, 0, COUNT_MAX);
}

static bool
read_laws(struct doc *d, struct receipt *r)
{
	const json_t *list = doc_list(d, "law", RECEIPT_LAWS_MAX), *item;
	const char **laws;
	size_t i, len;

	r->law_count = json_array_size(list);
	laws = arena_take(d->arena, (r->law_count + 1) * sizeof(*laws));
	for (i = 0; i < r->law_count; i++) {
		item = json_array_get(list, i);
		len = json_string_length(item);
		if (!json_is_string(item) || len < 1 ||
		    len > RECEIPT_TEXT_MAX_BYTES ||
		    !text_is_plain(json_string_value(item), false))
			return false;
		laws[i] = arena_text(d->arena, json_string_value(item));
	}
	r->laws = laws;
	return r->law_count > 0;
}

static bool
read_kept(struct doc *d, struct receipt_store *s)
{
	const json_t *list = doc_list(d, "kept", RECEIPT_KEPT_MAX);
	struct receipt_kept *kept;
	struct doc k;
	size_t i;

	s->kept_count = json_array_size(list);
	kept = arena_take(d->arena, (s->kept_count + 1) * sizeof(*kept));
	for (i = 0; i < s->kept_count; i++) {
		doc_open(&k, d->arena, json_array_get(list, i));
		kept[i].rows = count_of(&k, "rows");
		kept[i].reason = doc_text(&k, "reason",
		    RECEIPT_TEXT_MAX_BYTES);
		kept[i].statute = doc_text(&k, "statute",
		    RECEIPT_TEXT_MAX_BYTES);
		kept[i].until = doc_day(&k, "until");
		if (!doc_end(&k))
			return false;
	}
	s->kept = kept;
	return true;
}

static bool
read_stores(struct doc *d, struct receipt *r)
{
	const json_t *list = doc_list(d, "stores", RECEIPT_STORES_MAX);
	struct receipt_store *stores;
	struct doc s;
	size_t i;

	r->store_count = json_array_size(list);
	stores = arena_take(d->arena, (r->store_count + 1) * sizeof(*stores));
	for (i = 0; i < r->store_count; i++) {
		doc_open(&s, d->arena, json_array_get(list, i));
		stores[i].name = doc_text(&s, "store",
		    RECEIPT_CODE_MAX_BYTES);
		stores[i].erased = count_of(&s, "erased");
		stores[i].anonymised = count_of(&s, "anonymised");
		if (!read_kept(&s, &stores[i]) || !doc_end(&s))
			return false;
	}
	r->stores = stores;
	return true;
}

static bool
read_scan(struct doc *d, struct receipt *r)
{
	struct doc s;

	doc_open(&s, d->arena, doc_inner(d, "scan"));
	r->scanned_us = doc_instant(&s, "at");
	r->scanned_columns = count_of(&s, "columns");
	r->scanned_rows = count_of(&s, "rows");
	(void)doc_int(&s, "found", 0, 0);
	r->for_review = count_of(&s, "review");
	return doc_end(&s);
}

static bool
read_remnants(struct doc *d, struct receipt *r)
{
	const json_t *list = doc_list(d, "remnants", RECEIPT_REMNANTS_MAX);
	struct receipt_remnant *all;
	struct doc o;
	size_t i;

	r->remnant_count = json_array_size(list);
	all = arena_take(d->arena, (r->remnant_count + 1) * sizeof(*all));
	for (i = 0; i < r->remnant_count; i++) {
		doc_open(&o, d->arena, json_array_get(list, i));
		all[i].what = doc_text(&o, "what", RECEIPT_CODE_MAX_BYTES);
		all[i].until = doc_day(&o, "until");
		if (!doc_end(&o))
			return false;
	}
	r->remnants = all;
	return true;
}

static bool
is_state(const char *state)
{
	return text_equal(state, "told") || text_equal(state, "confirmed") ||
	    text_equal(state, "overdue");
}

static bool
read_recipients(struct doc *d, struct receipt *r)
{
	const json_t *list = doc_list(d, "recipients",
	    RECEIPT_RECIPIENTS_MAX);
	struct receipt_recipient *all;
	struct doc o;
	size_t i;

	r->recipient_count = json_array_size(list);
	all = arena_take(d->arena, (r->recipient_count + 1) * sizeof(*all));
	for (i = 0; i < r->recipient_count; i++) {
		doc_open(&o, d->arena, json_array_get(list, i));
		all[i].name = doc_text(&o, "name", RECEIPT_TEXT_MAX_BYTES);
		all[i].state = doc_text(&o, "state", RECEIPT_CODE_MAX_BYTES);
		all[i].at_us = doc_instant(&o, "at");
		if (!doc_end(&o) || !is_state(all[i].state))
			return false;
	}
	r->recipients = all;
	return true;
}

static bool
read_log(struct doc *d, struct receipt_log *log)
{
	const json_t *list, *item;
	struct bytes data;
	struct doc o;
	unsigned i;

	doc_open(&o, d->arena, doc_inner(d, "log"));
	log->index = count_of(&o, "index");
	log->leaf_at_us = doc_int(&o, "at_us", 0, COUNT_MAX);
	log->head = doc_text(&o, "head", JWS_MAX_BYTES);
	list = doc_list(&o, "path", MERKLE_PROOF_MAX);
	if (!doc_end(&o))
		return false;
	log->proof.count = (unsigned)json_array_size(list);
	for (i = 0; i < log->proof.count; i++) {
		item = json_array_get(list, i);
		if (!json_is_string(item) || base64url_read(d->arena,
		    json_string_value(item), &data) != ERR_OK ||
		    data.len != HASH_BYTES)
			return false;
		memcpy(log->proof.path[i].bytes, data.ptr, HASH_BYTES);
	}
	return true;
}

static bool
is_in_order(const struct receipt *r)
{
	return (!r->has_request || r->requested_us <= r->decided_us) &&
	    r->decided_us <= r->erased_us && r->erased_us <= r->scanned_us &&
	    r->scanned_us <= r->issued_us;
}

static bool
read_claims(struct doc *d, struct receipt *r)
{
	(void)doc_int(d, "v", 1, 1);
	r->iss = doc_text(d, "iss", URL_MAX_BYTES);
	r->site = doc_text(d, "site", RECEIPT_TEXT_MAX_BYTES);
	r->jti = doc_text(d, "jti", RECEIPT_CODE_MAX_BYTES);
	r->issued_us = doc_int(d, "iat", 0, COUNT_MAX / SECOND_US) * SECOND_US;
	if (doc_has(d, "follows"))
		r->follows = doc_text(d, "follows", RECEIPT_CODE_MAX_BYTES);
	r->case_number = doc_text(d, "case", RECEIPT_CODE_MAX_BYTES);
	if ((r->has_request = doc_has(d, "requested_at")))
		r->requested_us = doc_instant(d, "requested_at");
	r->decided_us = doc_instant(d, "decided_at");
	r->erased_us = doc_instant(d, "erased_at");
	doc_bytes(d, "commitment", r->commitment, HASH_BYTES);
	if (!read_laws(d, r) || !read_stores(d, r) || !read_scan(d, r) ||
	    !read_remnants(d, r) || !read_recipients(d, r))
		return false;
	if ((r->has_log = doc_has(d, "log")) && !read_log(d, &r->log))
		return false;
	return doc_end(d) && is_in_order(r);
}

enum err
receipt_read(struct arena *a, struct bytes claims,
    struct receipt *ret_receipt)
{
	struct receipt r;
	json_t *o;
	struct doc d;
	enum err e;
	bool ok;

	memset(&r, 0, sizeof(r));
	if ((e = doc_load(claims, &o)) != ERR_OK)
		return e;
	doc_open(&d, a, o);
	ok = read_claims(&d, &r);
	json_decref(o);
	if (!ok)
		return ERR_MALFORMED;
	*ret_receipt = r;
	return ERR_OK;
}
