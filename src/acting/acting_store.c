/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Acting tokens and their rows.
 */
#include "acting/acting.h"

#include "base/text.h"
#include "db/queries.h"
#include "keys/token.h"

static const char *const purpose_names[ACTING__MAX] = { "sign_in", "erasure",
	"address", "password", "invite" };

void
acting_address_hash(struct arena *a, const struct keys *keys,
    const char *address_key, unsigned char ret_hash[HASH_BYTES])
{
	mac_text(key_get(keys, KEY_TOKEN), arena_printf(a,
	    "assent/address/1|%s", address_key), ret_hash);
}

void
acting_draw(struct arena *a, const struct keys *keys,
    struct acting_drawn *ret_drawn)
{
	struct token token;
	struct code code;

	token_draw(&token);
	code_draw(&code);
	token_hash(key_get(keys, KEY_TOKEN), &token, ret_drawn->hash);
	code_hash(key_get(keys, KEY_TOKEN), ret_drawn->hash, &code,
	    ret_drawn->code_hash);
	ret_drawn->issued.token = token_write(a, &token);
	ret_drawn->issued.code = code_show(a, &code);
	secret_wipe(&token, sizeof(token));
	secret_wipe(&code, sizeof(code));
}

bool
acting_code_fits(const struct keys *keys, const char *typed,
    struct bytes hash, struct bytes stored)
{
	unsigned char hashed[HASH_BYTES];
	struct code code;

	if (hash.len != HASH_BYTES || stored.len != HASH_BYTES ||
	    code_read(typed, &code) != ERR_OK)
		return false;
	code_hash(key_get(keys, KEY_TOKEN), hash.ptr, &code, hashed);
	secret_wipe(&code, sizeof(code));
	return secret_equal(hashed, stored.ptr, HASH_BYTES);
}

enum err
acting_issue(struct db *db, struct arena *a, const struct keys *keys,
    const struct acting_new *wanted, struct acting_issued *ret_issued)
{
	unsigned char address[HASH_BYTES];
	struct acting_drawn drawn;
	enum err e;

	acting_draw(a, keys, &drawn);
	acting_address_hash(a, keys, wanted->address_key, address);
	e = q_acting_insert(db, (struct bytes){ drawn.hash, HASH_BYTES },
	    purpose_names[wanted->purpose], wanted->subject_id,
	    (struct bytes){ address, sizeof(address) },
	    (struct bytes){ drawn.code_hash, HASH_BYTES },
	    wanted->now_us, wanted->expires_us, NULL);
	if (e == ERR_OK)
		*ret_issued = drawn.issued;
	return e;
}

static enum acting_state
state_of(int64_t used_us, int64_t expires_us, int64_t now_us)
{
	if (used_us != 0)
		return ACTING_USED;
	return expires_us <= now_us ? ACTING_EXPIRED : ACTING_GOOD;
}

enum err
acting_hash(const struct keys *keys, const char *text,
    unsigned char ret_hash[HASH_BYTES])
{
	struct token token;
	enum err e;

	if ((e = token_read(text, &token)) != ERR_OK)
		return e;
	token_hash(key_get(keys, KEY_TOKEN), &token, ret_hash);
	secret_wipe(&token, sizeof(token));
	return ERR_OK;
}

enum err
acting_find(struct db *db, struct arena *a, const struct keys *keys,
    enum acting_purpose purpose, const char *text, int64_t now_us,
    struct acting *ret_acting)
{
	struct acting found;
	struct q_acting_find row;
	enum err e;

	if ((e = acting_hash(keys, text, found.hash)) != ERR_OK)
		return e;
	if ((e = q_acting_find(db, a, (struct bytes){ found.hash,
	    sizeof(found.hash) }, purpose_names[purpose], &row)) != ERR_OK)
		return e;
	found.subject_id = row.subject_id;
	found.created_us = row.created_us;
	found.expires_us = row.expires_us;
	found.used_us = row.used_us;
	found.state = state_of(row.used_us, row.expires_us, now_us);
	*ret_acting = found;
	return ERR_OK;
}

enum err
acting_find_code(struct db *db, struct arena *a,
    const struct keys *keys, const struct acting_code *typed,
    struct acting *ret_acting)
{
	unsigned char address[HASH_BYTES];
	struct q_acting_by_address *rows;
	uint64_t counted;
	size_t i, n;
	enum err e;

	acting_address_hash(a, keys, typed->address_key, address);
	if ((e = q_acting_by_address(db, a, (struct bytes){ address,
	    sizeof(address) }, purpose_names[typed->purpose], &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = q_acting_count_try(db, rows[i].hash,
		    ACTING_TRIES_MAX, &counted)) != ERR_OK)
			return e;
		if (counted == 0 || !acting_code_fits(keys, typed->code,
		    rows[i].hash, rows[i].code_hash))
			continue;
		memcpy(ret_acting->hash, rows[i].hash.ptr, HASH_BYTES);
		ret_acting->subject_id = rows[i].subject_id;
		ret_acting->created_us = rows[i].created_us;
		ret_acting->expires_us = rows[i].expires_us;
		ret_acting->used_us = rows[i].used_us;
		ret_acting->state = state_of(rows[i].used_us,
		    rows[i].expires_us, typed->now_us);
		return ERR_OK;
	}
	return ERR_NOTFOUND;
}

enum err
acting_spend(struct db *db, const struct acting *acting, int64_t now_us,
    const unsigned char request[16])
{
	uint64_t spent;
	enum err e;

	if ((e = q_acting_spend(db, now_us, (struct bytes){ request, 16 },
	    (struct bytes){ acting->hash, HASH_BYTES }, now_us,
	    (struct bytes){ request, 16 }, &spent)) != ERR_OK)
		return e;
	return spent == 1 ? ERR_OK : ERR_GONE;
}

enum err
acting_end(struct db *db, enum acting_purpose purpose, uint64_t subject_id,
    int64_t now_us)
{
	return q_acting_end(db, now_us, purpose_names[purpose], subject_id,
	    NULL);
}
