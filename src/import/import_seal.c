/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The key of an import is wrapped as a person's is (GDPR 32(1)(a)).
 */
#include "import/import_seal.h"

#include <inttypes.h>
#include <string.h>

#include "db/queries.h"

enum err
import_seal_make(struct db *db, struct arena *a, const struct keys *keys,
    int64_t now_us, struct import_seal *s)
{
	struct bytes wrapped;

	person_key_draw(s->key);
	wrapped = seal(a, key_get(keys, KEY_WRAP), seal_aad(a, "import_key",
	    "wrapped", s->id), (struct bytes){ s->key, KEY_BYTES });
	return q_import_key_insert(db, s->id, wrapped, now_us, NULL);
}

enum err
import_seal_load(struct db *db, struct arena *a, const struct keys *keys,
    struct import_seal *s)
{
	struct q_import_key_load row;
	struct bytes key;
	enum err e;

	if ((e = q_import_key_load(db, a, s->id, &row)) != ERR_OK ||
	    (e = keys_unseal(a, keys, KEY_WRAP, seal_aad(a, "import_key",
	    "wrapped", s->id), row.wrapped, &key)) != ERR_OK)
		return e;
	if (key.len != KEY_BYTES)
		return ERR_MALFORMED;
	memcpy(s->key, key.ptr, KEY_BYTES);
	return ERR_OK;
}

static const char *
place_of(struct arena *a, const struct import_seal *s,
    const struct import_piece *piece)
{
	return seal_aad(a, "import_chunk", arena_printf(a, "%s-%" PRIu64,
	    piece->kind, s->id), piece->number);
}

enum err
import_piece_put(struct db *db, struct arena *a, const struct import_seal *s,
    const struct import_piece *piece, struct bytes plain)
{
	return q_import_chunk_insert(db, s->id, piece->kind, piece->number,
	    seal(a, s->key, place_of(a, s, piece), plain), NULL);
}

enum err
import_piece_open(struct arena *a, const struct import_seal *s,
    const struct import_piece *piece, struct bytes sealed,
    struct bytes *ret_plain)
{
	return unseal(a, s->key, place_of(a, s, piece), sealed, ret_plain);
}

enum err
import_piece_get(struct db *db, struct arena *a, const struct import_seal *s,
    const struct import_piece *piece, struct bytes *ret_plain)
{
	struct q_import_chunk_load row;
	enum err e;

	if ((e = q_import_chunk_load(db, a, s->id, piece->kind, piece->number,
	    &row)) != ERR_OK)
		return e;
	return import_piece_open(a, s, piece, row.sealed, ret_plain);
}
