/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Recovery codes: Argon2id as for passwords, and a key, so that a row written
 * by somebody else opens nothing (GDPR 32).
 */
#include "auth/recovery.h"

#include <inttypes.h>
#include <stdbool.h>

#include <sodium.h>

#include "auth/password_cost.h"
#include "base/buf.h"
#include "base/log.h"
#include "keys/hash.h"

#define CODE_CHARS	12	/* of 5 bits each */
#define GROUP_CHARS	4
#define KIB		1024u

_Static_assert(RECOVERY_SALT_BYTES == crypto_pwhash_SALTBYTES,
    "a salt is what Argon2id takes");

/* Crockford's base32: no letter that looks like a digit. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
draw(char *plain)
{
	int i;

	for (i = 0; i < CODE_CHARS; i++)
		plain[i] = alphabet[random_below(32)];
	plain[CODE_CHARS] = '\0';
}

static char *
grouped(struct arena *a, const char *plain)
{
	return arena_printf(a, "%.*s-%.*s-%s", GROUP_CHARS, plain,
	    GROUP_CHARS, plain + GROUP_CHARS, plain + 2 * GROUP_CHARS);
}

static char
as_drawn(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	return c;
}

static bool
read_typed(const char *typed, char *plain)
{
	size_t n = 0;
	char c;

	for (; *typed != '\0'; typed++) {
		if (*typed == ' ' || *typed == '-')
			continue;
		c = as_drawn(*typed);
		if (n == CODE_CHARS || strchr(alphabet, c) == NULL)
			return false;
		plain[n++] = c;
	}
	plain[n] = '\0';
	return n == CODE_CHARS;
}

/* What the key authenticates: the account and Argon2id of ${plain}; in ${a}. */
static enum err
slow_hash(struct arena *a, uint64_t staff_id, const unsigned char *salt,
    const char *plain, struct bytes *ret_slow)
{
	unsigned char slow[HASH_BYTES];
	struct buf b;

	if (crypto_pwhash(slow, sizeof(slow), plain, CODE_CHARS, salt,
	    password_cost.passes, password_cost.memory_kib * KIB,
	    crypto_pwhash_ALG_ARGON2ID13) != 0) {
		log_fault("event=recovery.memory");
		return ERR_DOWN;
	}
	buf_open(&b, a);
	buf_printf(&b, "assent/recovery/1|%" PRIu64 "|", staff_id);
	buf_add(&b, slow, sizeof(slow));
	secret_wipe(slow, sizeof(slow));
	*ret_slow = buf_bytes(&b);
	return ERR_OK;
}

enum err
recovery_new(struct arena *a, const struct keys *keys, uint64_t staff_id,
    struct recovery_set *ret_set)
{
	unsigned char salt[RECOVERY_SALT_BYTES], *kept;
	struct recovery_set set;
	char plain[CODE_CHARS + 1];
	struct bytes slow;
	enum err e = ERR_OK;
	size_t i;

	random_fill(salt, sizeof(salt));
	for (i = 0; i < RECOVERY_CODES; i++) {
		draw(plain);
		if ((e = slow_hash(a, staff_id, salt, plain, &slow)) != ERR_OK)
			goto out;
		kept = arena_take(a, RECOVERY_KEPT_BYTES);
		memcpy(kept, salt, sizeof(salt));
		mac_of(key_get(keys, KEY_PASSWORD), slow, kept + sizeof(salt));
		set.codes[i] = grouped(a, plain);
		set.kept[i] = (struct bytes){ kept, RECOVERY_KEPT_BYTES };
	}
	*ret_set = set;
out:
	secret_wipe(plain, sizeof(plain));
	return e;
}

enum err
recovery_check(struct arena *a, const struct keys *keys,
    const struct recovery_rows *rows, const char *typed, size_t *ret_index)
{
	char *plain = arena_take(a, CODE_CHARS + 1);
	const unsigned char *salt = NULL, *kept;
	struct bytes slow = { NULL, 0 };
	enum err e;
	size_t i;

	if (!read_typed(typed, plain))
		return ERR_INVALID;
	for (i = 0; i < rows->n; i++) {
		if (rows->kept[i].len != RECOVERY_KEPT_BYTES)
			continue;
		kept = rows->kept[i].ptr;
		if (salt == NULL ||
		    memcmp(salt, kept, RECOVERY_SALT_BYTES) != 0) {
			salt = kept;
			if ((e = slow_hash(a, rows->staff_id, salt, plain,
			    &slow)) != ERR_OK)
				return e;
		}
		if (keys_mac_holds(keys, KEY_PASSWORD, slow,
		    kept + RECOVERY_SALT_BYTES)) {
			*ret_index = i;
			return ERR_OK;
		}
	}
	return ERR_INVALID;
}
