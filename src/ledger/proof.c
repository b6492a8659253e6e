/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Inclusion proofs and lists of heads as documents (GDPR 5(2), 7(1)).
 */
#include "ledger/proof.h"

#include <assert.h>

#include "base/text.h"
#include "keys/document.h"

#define LEAF_MAX_BYTES 4096

enum err
proof_write(struct arena *a, const struct proof *proof, const char **ret_text)
{
	json_t *o = doc_object(), *path = doc_array();
	enum err e;
	unsigned i;

	for (i = 0; i < proof->path.count; i++)
		doc_add(path, json_string(base64url_write(a, (struct bytes){
		    proof->path.path[i].bytes, HASH_BYTES })));
	doc_put_int(o, "v", 1);
	doc_put_text(o, "leaf", proof->leaf);
	doc_put_int(o, "index", (int64_t)proof->index);
	doc_put(o, "path", path);
	doc_put_text(o, "head", proof->head);
	if (proof->has_subject) {
		doc_put_int(o, "contact", (int64_t)proof->contact);
		doc_put_bytes(o, "opening", proof->opening, KEY_BYTES);
	}
	e = doc_canonical(a, o, ret_text);
	json_decref(o);
	return e;
}

static bool
read_path(struct doc *d, struct merkle_proof *ret_path)
{
	const json_t *list = doc_list(d, "path", MERKLE_PROOF_MAX), *item;
	struct bytes data;
	unsigned i;

	ret_path->count = (unsigned)json_array_size(list);
	for (i = 0; i < ret_path->count; i++) {
		item = json_array_get(list, i);
		if (!json_is_string(item) || base64url_read(d->arena,
		    json_string_value(item), &data) != ERR_OK ||
		    data.len != HASH_BYTES)
			return false;
		memcpy(ret_path->path[i].bytes, data.ptr, HASH_BYTES);
	}
	return true;
}

enum err
proof_read(struct arena *a, const char *text, struct proof *ret_proof)
{
	struct proof p;
	json_t *o;
	struct doc d;
	enum err e;
	bool ok;

	memset(&p, 0, sizeof(p));
	if ((e = doc_load(text_bytes(text), &o)) != ERR_OK)
		return e;
	doc_open(&d, a, o);
	(void)doc_int(&d, "v", 1, 1);
	p.leaf = doc_text(&d, "leaf", LEAF_MAX_BYTES);
	p.index = (uint64_t)doc_int(&d, "index", 0, DOCUMENT_MAX_INTEGER);
	p.head = doc_text(&d, "head", JWS_MAX_BYTES);
	p.has_subject = doc_has(&d, "opening");
	if (p.has_subject) {
		p.contact = (uint64_t)doc_int(&d, "contact", 0,
		    DOCUMENT_MAX_INTEGER);
		doc_bytes(&d, "opening", p.opening, KEY_BYTES);
	}
	ok = read_path(&d, &p.path) && doc_end(&d);
	json_decref(o);
	if (!ok)
		return ERR_MALFORMED;
	*ret_proof = p;
	return ERR_OK;
}

/* In its one spelling, and about that contact if the proof says so. */
static bool
is_leaf_good(struct arena *a, const struct proof *proof)
{
	unsigned char want[HASH_BYTES];
	const char *again = "", *said;
	json_t *o;
	bool ok;

	if (doc_load(text_bytes(proof->leaf), &o) != ERR_OK)
		return false;
	ok = doc_canonical(a, o, &again) == ERR_OK &&
	    strcmp(again, proof->leaf) == 0;
	if (ok && proof->has_subject) {
		leaf_commit(proof->opening, SUBJECT_CONTACT, proof->contact,
		    want);
		said = json_string_value(json_object_get(o, "subject"));
		ok = text_equal(said, base64url_write(a,
		    (struct bytes){ want, HASH_BYTES }));
	}
	json_decref(o);
	return ok;
}

enum err
proof_check(struct arena *a, const struct proof *proof,
    const struct jwks *keys, struct head *ret_head,
    const struct jwk **ret_key)
{
	struct merkle_hash leaf;
	const struct jwk *key;
	struct head head;
	enum err e;

	if ((e = head_read(a, proof->head, keys, &head, &key)) != ERR_OK)
		return e;
	leaf_hash(proof->leaf, &leaf);
	if (!is_leaf_good(a, proof) || !merkle_holds_leaf(&leaf, proof->index,
	    head.tree.size, &proof->path, &head.tree.root))
		return ERR_INVALID;
	*ret_head = head;
	*ret_key = key;
	return ERR_OK;
}

const char *
heads_write(struct arena *a, const char *const *heads, size_t count)
{
	json_t *o = doc_object(), *list = doc_array();
	const char *text = "";
	enum err e;
	size_t i;

	for (i = 0; i < count; i++)
		doc_add(list, json_string(heads[i]));
	doc_put(o, "heads", list);
	e = doc_canonical(a, o, &text);
	assert(e == ERR_OK);
	json_decref(o);
	return text;
}

static bool
read_heads(struct doc *d, const char **heads, size_t *ret_count)
{
	const json_t *list = doc_list(d, "heads", HEADS_MAX), *item;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		item = json_array_get(list, i);
		if (!json_is_string(item) ||
		    !text_is_plain(json_string_value(item), false))
			return false;
		heads[i] = arena_text(d->arena, json_string_value(item));
	}
	*ret_count = i;
	return doc_end(d);
}

enum err
heads_read(struct arena *a, const char *text, const char *const **ret_heads,
    size_t *ret_count)
{
	const char **heads = arena_take(a, HEADS_MAX * sizeof(*heads));
	size_t count = 0;
	json_t *o;
	struct doc d;
	enum err e;
	bool ok;

	if ((e = doc_load(text_bytes(text), &o)) != ERR_OK)
		return e;
	doc_open(&d, a, o);
	ok = read_heads(&d, heads, &count);
	json_decref(o);
	if (!ok)
		return ERR_MALFORMED;
	*ret_heads = heads;
	*ret_count = count;
	return ERR_OK;
}
