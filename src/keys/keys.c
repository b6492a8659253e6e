/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which program holds which key, and how each is derived from the root.  The
 * table is the policy: what is not in it, a program does not have
 * (GDPR 25, 32(1)(a)).
 */
#include "keys/keys.h"

#include <assert.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/log.h"
#include "keys/keys_file.h"

/* Eight bytes, part of every derivation: another format, another context. */
#define CONTEXT "assent/1"

#define P (1u << KEYS_PORTAL)
#define O (1u << KEYS_OFFICE)
#define C (1u << KEYS_COURIER)
#define K (1u << KEYS_KEEPER)
#define W (1u << KEYS_OWNER)

/*
 * The suppression list and the journal must be found again whatever rotates,
 * so both are fixed.  mail_public and mail_secret are the two halves of one
 * pair, hence of one number.
 */
const struct key_row key_table[KEY_PURPOSE__MAX] = {
/*	purpose			  name		   no  programs		 fixed	lasting */
	[KEY_CSRF_PORTAL]	= { "csrf_portal",	 1, P,			false, false },
	[KEY_CSRF_OFFICE]	= { "csrf_office",	 2, O,			false, false },
	[KEY_SESSION_PORTAL]	= { "session_portal",	 3, P,			false, false },
	[KEY_SESSION_OFFICE]	= { "session_office",	 4, O,			false, false },
	[KEY_TOKEN]		= { "token",		 5, P | O | K,		false, true },
	[KEY_STANDING]		= { "standing",		 6, P | O | K | W,	false, true },
	[KEY_PASSWORD]		= { "password",		 7, P | O | W,		false, true },
	[KEY_BUDGET]		= { "budget",		 8, P | O,		false, false },
	[KEY_REQUEST]		= { "request",		 9, P | O,		false, true },
	[KEY_FORM]		= { "form",		10, P,			false, true },
	[KEY_WRAP]		= { "wrap",		11, P | O | K | W,	false, true },
	[KEY_SUPPRESSION]	= { "suppression",	12, P | O | K | W,	true,  false },
	[KEY_JOURNAL]		= { "journal",		13, K | W,		true,  false },
	[KEY_MAIL_PUBLIC]	= { "mail_public",	14, P | O | K | W,	false, false },
	[KEY_MAIL_SECRET]	= { "mail_secret",	14, C | K,		false, true },
	[KEY_DELIVERY]		= { "delivery",		15, K,			false, true },
	[KEY_TOTP]		= { "totp",		16, O | W,		false, true },
	[KEY_QUERY]		= { "query",		17, O | K,		false, true },
	[KEY_LEDGER_PORTAL]	= { "ledger_portal",	18, P | K | W,		false, true },
	[KEY_LEDGER_OFFICE]	= { "ledger_office",	19, O | K | W,		false, true },
	[KEY_LEDGER_COURIER]	= { "ledger_courier",	20, C | K | W,		false, true },
	[KEY_LEDGER_KEEPER]	= { "ledger_keeper",	21, K | W,		false, true },
	[KEY_LEDGER_OWNER]	= { "ledger_owner",	22, K | W,		false, true },
	[KEY_RECEIPT_SEED]	= { "receipt_seed",	23, K,			false, false },
	[KEY_HEAD_SEED]		= { "head_seed",	24, K,			false, false },
};

const char *const key_program_names[KEYS_PROGRAM__MAX] = {
	[KEYS_PORTAL]	= "portal",
	[KEYS_OFFICE]	= "office",
	[KEYS_COURIER]	= "courier",
	[KEYS_KEEPER]	= "keeper",
	[KEYS_OWNER]	= "owner",
};

void
keys_harden(void)
{
	const struct rlimit none = { 0, 0 };

	if (sodium_init() < 0)
		abort();
	if (prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		log_fault("event=keys.harden error=not_allowed");
}

/* The X25519 pair comes from the subkey as its seed. */
static void
derive(const unsigned char root[KEY_BYTES], enum key_purpose purpose,
    uint32_t generation, unsigned char ret_key[KEY_BYTES])
{
	const struct key_row *row = &key_table[purpose];
	unsigned char seed[KEY_BYTES], public[KEY_BYTES], secret[KEY_BYTES];
	uint64_t id;

	id = (uint64_t)(row->is_fixed ? 0 : generation) << 16 | row->number;
	crypto_kdf_derive_from_key(seed, sizeof(seed), id, CONTEXT, root);
	if (purpose == KEY_MAIL_PUBLIC || purpose == KEY_MAIL_SECRET) {
		crypto_box_seed_keypair(public, secret, seed);
		memcpy(ret_key, purpose == KEY_MAIL_PUBLIC ? public : secret,
		    KEY_BYTES);
		sodium_memzero(secret, sizeof(secret));
	} else {
		memcpy(ret_key, seed, KEY_BYTES);
	}
	sodium_memzero(seed, sizeof(seed));
}

bool
keys_has(const struct keys *keys, enum key_purpose purpose, unsigned i)
{
	const struct key_row *row = &key_table[purpose];

	if ((row->programs & 1u << keys->program) == 0)
		return false;
	return i == 0 || (i < keys->count && row->is_lasting);
}

struct keys *
keys_take(void)
{
	struct keys *keys;

	if (sodium_init() < 0)
		abort();
	if ((keys = sodium_malloc(sizeof(*keys))) == NULL)
		abort();	/* without memory the process ends */
	sodium_memzero(keys, sizeof(*keys));
	return keys;
}

struct keys *
keys_from_root(const unsigned char root[KEY_BYTES], uint32_t oldest,
    uint32_t generation, enum key_program program)
{
	struct keys *keys = keys_take();
	unsigned p, i;

	assert(oldest >= 1 && oldest <= generation);
	assert(generation - oldest < KEYS_GENERATIONS_MAX);
	keys->program = program;
	keys->count = generation - oldest + 1;
	for (i = 0; i < keys->count; i++) {
		keys->generation[i] = generation - i;
		for (p = 0; p < KEY_PURPOSE__MAX; p++)
			if (keys_has(keys, p, i))
				derive(root, p, generation - i,
				    keys->key[i][p]);
	}
	sodium_mprotect_readonly(keys);
	return keys;
}

void
keys_close(struct keys *keys)
{
	sodium_free(keys);	/* wipes */
}

const unsigned char *
key_get(const struct keys *keys, enum key_purpose purpose)
{
	assert(purpose < KEY_PURPOSE__MAX);
	assert(keys_has(keys, purpose, 0));
	return keys->key[0][purpose];
}

const unsigned char *
key_get_at(const struct keys *keys, enum key_purpose purpose, unsigned i)
{
	assert(purpose < KEY_PURPOSE__MAX);
	assert(keys_has(keys, purpose, 0));
	return keys_has(keys, purpose, i) ? keys->key[i][purpose] : NULL;
}

uint32_t
keys_generation(const struct keys *keys)
{
	return keys->generation[0];
}

bool
keys_mac_holds(const struct keys *keys, enum key_purpose purpose,
    struct bytes data, const unsigned char *mac)
{
	unsigned char want[HASH_BYTES];
	const unsigned char *key;
	bool holds = false;
	unsigned i;

	for (i = 0; (key = key_get_at(keys, purpose, i)) != NULL; i++) {
		mac_of(key, data, want);
		holds |= secret_equal(want, mac, HASH_BYTES);
	}
	return holds;
}
