/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tree heads: written, signed, checked (GDPR 5(2)).
 */
#include "ledger/head.h"

#include <assert.h>

#include "base/text.h"
#include "keys/document.h"

char *
head_sign(struct arena *a, const unsigned char seed[KEY_BYTES],
    const struct head *head)
{
	json_t *o = doc_object();
	const char *text = "";
	enum err e;

	assert(head->tree.size <= (uint64_t)DOCUMENT_MAX_INTEGER);
	doc_put_int(o, "v", 1);
	doc_put_text(o, "site", head->site);
	doc_put_int(o, "epoch", (int64_t)head->epoch);
	doc_put_int(o, "size", (int64_t)head->tree.size);
	doc_put_bytes(o, "root", head->tree.root.bytes, HASH_BYTES);
	doc_put_instant(o, "at", head->at_us);
	if (head->has_prev)
		doc_put_bytes(o, "prev", head->prev.bytes, HASH_BYTES);
	e = doc_canonical(a, o, &text);
	assert(e == ERR_OK);
	json_decref(o);
	return jws_sign(a, seed, HEAD_TYP, text_bytes(text));
}

static enum err
read_payload(struct arena *a, struct bytes payload, struct head *ret_head)
{
	struct head h = { .has_prev = false };
	json_t *o;
	struct doc d;
	enum err e;
	bool ok;

	if ((e = doc_load(payload, &o)) != ERR_OK)
		return e;
	doc_open(&d, a, o);
	(void)doc_int(&d, "v", 1, 1);
	h.site = doc_text(&d, "site", HEAD_SITE_MAX_BYTES);
	h.epoch = (uint64_t)doc_int(&d, "epoch", 1, DOCUMENT_MAX_INTEGER);
	h.tree.size = (uint64_t)doc_int(&d, "size", 0, DOCUMENT_MAX_INTEGER);
	doc_bytes(&d, "root", h.tree.root.bytes, HASH_BYTES);
	h.at_us = doc_instant(&d, "at");
	if (doc_has(&d, "prev")) {
		h.has_prev = true;
		doc_bytes(&d, "prev", h.prev.bytes, HASH_BYTES);
	}
	ok = doc_end(&d);
	json_decref(o);
	if (!ok)
		return ERR_MALFORMED;
	*ret_head = h;
	return ERR_OK;
}

enum err
head_read(struct arena *a, const char *text, const struct jwks *keys,
    struct head *ret_head, const struct jwk **ret_key)
{
	struct jws jws;
	enum err e;

	if ((e = jws_open(a, text, HEAD_TYP, keys, JWK_HEAD, &jws)) != ERR_OK)
		return e;
	if ((e = read_payload(a, jws.payload, ret_head)) != ERR_OK)
		return e;
	*ret_key = jws.key;
	return ERR_OK;
}

void
head_name(const char *text, struct merkle_hash *ret_hash)
{
	sha256_of(text_bytes(text), ret_hash->bytes);
}
