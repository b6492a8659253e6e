/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Argon2id by libsodium behind a guard and a MAC: a database that somebody
 * else writes can neither plant a password nor order 4 GiB of work (GDPR 32).
 */
#include "auth/password.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>

#include <sodium.h>

#include "base/log.h"
#include "base/text.h"
#include "keys/hash.h"

#define SALT_BYTES	crypto_pwhash_SALTBYTES
#define KIB		1024u

static const char *const door_names[PASSWORD_DOOR__MAX] = {
	[PASSWORD_PORTAL] = "portal",
	[PASSWORD_OFFICE] = "office",
};

/* Read "NAME=NUMBER" and what ends it at ${*p}, and step over both. */
static bool
read_number(const char **p, const char *name, char end, unsigned long *ret_n)
{
	char digits[8];
	size_t len = strlen(name), i;
	uint64_t n;

	if (strncmp(*p, name, len) != 0)
		return false;
	*p += len;
	for (i = 0; (*p)[i] >= '0' && (*p)[i] <= '9'; i++) {
		if (i == sizeof(digits) - 1)
			return false;
		digits[i] = (*p)[i];
	}
	digits[i] = '\0';
	if ((*p)[i] != end || parse_u64(digits, &n) != ERR_OK)
		return false;
	*p += i + 1;
	*ret_n = (unsigned long)n;
	return true;
}

/*
 * Whether ${p} starts with ${size} bytes in base64, then ${end}.  libsodium
 * refuses stray bits in the last character.
 */
static bool
skip_base64(const char **p, size_t size, char end)
{
	const int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
	size_t len = sodium_base64_encoded_len(size, variant) - 1, got;
	unsigned char bytes[HASH_BYTES];

	assert(size <= sizeof(bytes));
	if (strnlen(*p, len + 1) < len || (*p)[len] != end)
		return false;
	if (sodium_base642bin(bytes, size, *p, len, NULL, &got, NULL,
	    variant) != 0 || got != size)
		return false;
	*p += len + (end == '\0' ? 0 : 1);
	return true;
}

enum err
password_hash_read(const char *hash, struct password_cost *ret_cost)
{
	static const char start[] = "$argon2id$v=19$";
	struct password_cost cost;
	unsigned long lanes;
	const char *p = hash;

	if (hash == NULL || !text_starts(hash, start))
		return ERR_INVALID;
	p += strlen(start);
	if (!read_number(&p, "m=", ',', &cost.memory_kib) ||
	    !read_number(&p, "t=", ',', &cost.passes) ||
	    !read_number(&p, "p=", '$', &lanes))
		return ERR_INVALID;
	if (cost.memory_kib < 8 || cost.memory_kib > PASSWORD_MEMORY_MAX_KIB ||
	    cost.passes < 1 || cost.passes > PASSWORD_PASSES_MAX || lanes != 1)
		return ERR_INVALID;
	if (!skip_base64(&p, SALT_BYTES, '$') ||
	    !skip_base64(&p, HASH_BYTES, '\0'))
		return ERR_INVALID;
	*ret_cost = cost;
	return ERR_OK;
}

/* What the MAC covers, in ${a}. */
static struct bytes
bound(struct arena *a, enum password_door door, uint64_t id, const char *hash)
{
	const char *text = arena_printf(a, "assent/password/1|%s|%" PRIu64
	    "|%s", door_names[door], id, hash);

	return (struct bytes){ (const unsigned char *)text, strlen(text) };
}

enum err
password_keep(struct arena *a, const struct keys *keys,
    enum password_door door, uint64_t id, const char *password,
    struct password_kept *ret_kept)
{
	size_t len = strlen(password);
	unsigned char *mac;
	char *hash;

	if (len > PASSWORD_MAX_BYTES)
		return ERR_INVALID;
	hash = arena_take(a, crypto_pwhash_STRBYTES);
	if (crypto_pwhash_str_alg(hash, password, len, password_cost.passes,
	    password_cost.memory_kib * KIB, crypto_pwhash_ALG_ARGON2ID13) != 0) {
		log_fault("event=password.memory");
		return ERR_DOWN;
	}
	mac = arena_take(a, HASH_BYTES);
	mac_of(key_get(keys, KEY_PASSWORD), bound(a, door, id, hash), mac);
	*ret_kept = (struct password_kept){
		.door = door,
		.id = id,
		.hash = hash,
		.mac = { mac, HASH_BYTES },
	};
	return ERR_OK;
}

/* Whether we wrote the row, and if so whether under an earlier key. */
static bool
is_ours(const struct keys *keys, const struct password_kept *kept,
    bool *ret_is_earlier)
{
	struct password_cost cost;
	unsigned char now[HASH_BYTES];
	const char *wrong = NULL;
	struct bytes data;
	struct arena *a;

	if (password_hash_read(kept->hash, &cost) != ERR_OK) {
		wrong = "hash";
	} else {
		a = arena_open();
		data = bound(a, kept->door, kept->id, kept->hash);
		mac_of(key_get(keys, KEY_PASSWORD), data, now);
		if (kept->mac.len != HASH_BYTES ||
		    !keys_mac_holds(keys, KEY_PASSWORD, data, kept->mac.ptr))
			wrong = "mac";
		else
			*ret_is_earlier = !secret_equal(now, kept->mac.ptr,
			    HASH_BYTES);
		arena_close(a);
	}
	if (wrong != NULL)
		log_fault("event=password.refused wrong=%s door=%s id=%" PRIu64,
		    wrong, door_names[kept->door], kept->id);
	return wrong == NULL;
}

/* Spend on ${password} what a real account costs, for no answer. */
static enum err
verify_nothing(const char *password, size_t len)
{
	static const unsigned char salt[SALT_BYTES];
	unsigned char out[HASH_BYTES];
	int rc;

	rc = crypto_pwhash(out, sizeof(out), password, len, salt,
	    password_cost.passes, password_cost.memory_kib * KIB,
	    crypto_pwhash_ALG_ARGON2ID13);
	secret_wipe(out, sizeof(out));
	if (rc != 0) {
		log_fault("event=password.memory");
		return ERR_DOWN;
	}
	return ERR_INVALID;
}

enum err
password_verify(const struct keys *keys, const struct password_kept *kept,
    const char *password, bool *ret_should_rehash)
{
	size_t len = strlen(password);
	bool is_earlier = false;
	char hash[crypto_pwhash_STRBYTES] = { 0 };

	if (len > PASSWORD_MAX_BYTES)
		return ERR_INVALID;
	if (kept == NULL || !is_ours(keys, kept, &is_earlier))
		return verify_nothing(password, len);
	memcpy(hash, kept->hash, strlen(kept->hash));
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password, len) != 0) {
		if (errno == EINVAL)
			return ERR_INVALID;
		log_fault("event=password.memory");
		return ERR_DOWN;
	}
	*ret_should_rehash = is_earlier || crypto_pwhash_str_needs_rehash(hash,
	    password_cost.passes, password_cost.memory_kib * KIB) != 0;
	return ERR_OK;
}
