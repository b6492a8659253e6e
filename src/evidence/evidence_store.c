/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A file lies there in pieces, each sealed by the person's key and bound to
 * its place: when the key goes, no backup opens it (GDPR 17, 32(1)(a)).
 */
#include "evidence/evidence.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "db/queries.h"
#include "keys/person.h"

#define PLACE "evidence_chunk"

static const char *
place_of(struct arena *a, uint64_t id, uint64_t number)
{
	return seal_aad(a, PLACE, arena_printf(a, "%" PRIu64, id), number);
}

static enum err
store_pieces(struct db *db, const struct evidence_new *n, uint64_t id,
    const unsigned char key[KEY_BYTES])
{
	struct arena *a = arena_open();		/* one piece at a time */
	uint64_t number = 0;
	size_t at, len;
	enum err e = ERR_OK;

	for (at = 0; at < n->file.len && e == ERR_OK; at += len) {
		len = n->file.len - at < EVIDENCE_CHUNK_BYTES ?
		    n->file.len - at : EVIDENCE_CHUNK_BYTES;
		e = q_evidence_chunk_insert(db, id, number, seal(a, key,
		    place_of(a, id, number), (struct bytes){
		    n->file.ptr + at, len }), NULL);
		number++;
		arena_wipe(a);
	}
	arena_close(a);
	return e;
}

enum err
evidence_store(struct db *db, struct arena *a, const struct keys *keys,
    const struct evidence_new *n, uint64_t *ret_id)
{
	const struct person_key wanted = { n->contact_id, PERSON_LIVE,
	    n->now_us };
	unsigned char hash[HASH_BYTES], key[KEY_BYTES];
	struct q_evidence_insert row;
	enum err e;

	sha256_of(n->file, hash);
	if ((e = q_evidence_insert(db, a, n->contact_id, n->kind->code,
	    n->file.len, arena_bytes(a, hash, sizeof(hash)), n->staff_id,
	    n->now_us, &row)) != ERR_OK ||
	    (e = person_key_take(db, a, keys, &wanted, key)) != ERR_OK)
		return e;
	e = store_pieces(db, n, row.id, key);
	secret_wipe(key, sizeof(key));
	if (e == ERR_OK)
		*ret_id = row.id;
	return e;
}

enum err
evidence_piece(struct db *db, struct arena *a,
    const struct evidence_stored *s, uint64_t number, struct bytes *ret_plain)
{
	struct q_evidence_chunk_load row;
	enum err e;

	if ((e = q_evidence_chunk_load(db, a, s->id, number, &row)) != ERR_OK)
		return e;
	e = unseal(a, s->key, place_of(a, s->id, number), row.sealed,
	    ret_plain);
	if (e != ERR_OK)
		log_fault("event=evidence.sealed evidence=%" PRIu64
		    " piece=%" PRIu64 " error=does_not_open", s->id, number);
	return e;
}

enum err
evidence_whole(struct db *db, struct arena *a,
    const struct evidence_stored *s, struct bytes *ret_plain)
{
	unsigned char *all = arena_take(a, s->size_bytes + 1);
	struct arena *scratch = arena_open();	/* one piece at a time */
	struct bytes plain;
	uint64_t number;
	size_t len = 0;
	enum err e = ERR_OK;

	for (number = 0; len < s->size_bytes && e == ERR_OK; number++) {
		e = evidence_piece(db, scratch, s, number, &plain);
		if (e == ERR_OK && (plain.len == 0 ||
		    plain.len > s->size_bytes - len))
			e = ERR_MALFORMED;
		if (e == ERR_OK) {
			memcpy(all + len, plain.ptr, plain.len);
			len += plain.len;
		}
		arena_wipe(scratch);
	}
	arena_close(scratch);
	if (e == ERR_OK)
		*ret_plain = (struct bytes){ all, len };
	return e;
}

enum err
evidence_reseal(struct db *db, const struct evidence_stored *s,
    const unsigned char key[KEY_BYTES])
{
	struct arena *a = arena_open();		/* one piece at a time */
	struct bytes plain;
	uint64_t number, n, len = 0;
	enum err e = ERR_OK;

	for (number = 0; len < s->size_bytes && e == ERR_OK; number++) {
		if ((e = evidence_piece(db, a, s, number, &plain)) != ERR_OK ||
		    (e = q_evidence_chunk_put(db, seal(a, key, place_of(a,
		    s->id, number), plain), s->id, number, &n)) != ERR_OK)
			break;
		len += plain.len;
		if (n != 1 || plain.len == 0)
			e = ERR_MALFORMED;
		arena_wipe(a);
	}
	arena_close(a);
	/* a piece that is gone will not come back */
	return e == ERR_NOTFOUND ? ERR_MALFORMED : e;
}
