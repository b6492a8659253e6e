/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passkeys: libcbor opens what a browser sends, libfido2 reads it and checks
 * signatures, jansson reads the client data (GDPR 32; W3C Web Authentication
 * Level 2).
 */
#include "auth/passkey.h"

#include <cbor.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "keys/hash.h"

#define FLAG_PRESENT	0x01	/* UP */
#define FLAG_VERIFIED	0x04	/* UV */
#define USER_BYTES	16
#define HEAD_BYTES	37	/* hash of the host, flags, counter */
#define AAGUID_BYTES	16	/* what kind of device; not looked at */

void
passkey_site(struct arena *a, const char *url, struct passkey_asked *ret_asked)
{
	const char *text = text_lower_ascii(a, url);
	const char *host = strstr(text, "://");
	const char *port, *own;
	size_t len;

	own = text_starts(text, "https://") ? ":443" : ":80";
	host = host == NULL ? text : host + strlen("://");
	len = strcspn(host, "/");
	port = host + strcspn(host, ":/");
	if (strncmp(port, own, strlen(own)) == 0 &&
	    (size_t)(port - host) + strlen(own) == len)
		len = (size_t)(port - host);
	ret_asked->rp_id = arena_textn(a, host, (size_t)(port - host));
	ret_asked->origin = arena_textn(a, text, (size_t)(host - text) + len);
}

struct bytes
passkey_user(struct arena *a, const struct passkey_asked *asked,
    uint64_t staff_id)
{
	unsigned char *hash = arena_take(a, HASH_BYTES);

	sha256_of(text_bytes(arena_printf(a, "assent/passkey/user/1|%s|%"
	    PRIu64, asked->origin, staff_id)), hash);
	return (struct bytes){ hash, USER_BYTES };
}

/* What the MAC covers, in ${a}. */
static struct bytes
bound(struct arena *a, uint64_t staff_id, const struct passkey *passkey)
{
	return text_bytes(arena_printf(a, "assent/passkey/1|%" PRIu64
	    "|%d|%s|%s", staff_id, passkey->cose_alg,
	    base64url_write(a, passkey->id), base64url_write(a,
	    passkey->key)));
}

struct bytes
passkey_mac(struct arena *a, const struct keys *keys, uint64_t staff_id,
    const struct passkey *passkey)
{
	unsigned char *mac = arena_take(a, HASH_BYTES);

	mac_of(key_get(keys, KEY_PASSWORD), bound(a, staff_id, passkey), mac);
	return (struct bytes){ mac, HASH_BYTES };
}

bool
passkey_is_ours(const struct keys *keys, uint64_t staff_id,
    const struct passkey *passkey, struct bytes mac)
{
	struct arena *a = arena_open();
	bool is_so;

	is_so = mac.len == HASH_BYTES && keys_mac_holds(keys, KEY_PASSWORD,
	    bound(a, staff_id, passkey), mac.ptr);
	arena_close(a);
	return is_so;
}

/* ---- the client data */

static bool
says(const json_t *data, const char *name, const char *wanted)
{
	return text_equal(json_string_value(json_object_get(data, name)),
	    wanted);
}

/* What the browser itself says: for what, to which question, on which page. */
static bool
is_client_data(struct arena *a, const struct passkey_asked *asked,
    struct bytes client_data, const char *type)
{
	json_t *data;
	bool is_good;

	if (client_data.len == 0 || client_data.len > PASSKEY_PART_MAX)
		return false;
	data = json_loadb((const char *)client_data.ptr, client_data.len,
	    JSON_REJECT_DUPLICATES, NULL);
	is_good = json_is_object(data) && says(data, "type", type) &&
	    says(data, "challenge", base64url_write(a, asked->challenge)) &&
	    says(data, "origin", asked->origin) &&
	    !json_is_true(json_object_get(data, "crossOrigin"));
	json_decref(data);
	return is_good;
}

/* ---- CBOR, a head at a time: nothing is taken in memory for what it says */

enum piece_kind { PIECE_OTHER, PIECE_TEXT, PIECE_BYTES, PIECE_MAP,
	PIECE_ARRAY };

struct piece {
	enum piece_kind kind;
	struct bytes bytes;	/* of a text or of bytes */
	size_t n;		/* of what stands in a map or an array */
};

static void
on_text(void *arg, cbor_data ptr, size_t len)
{
	*(struct piece *)arg = (struct piece){ PIECE_TEXT, { ptr, len }, 0 };
}

static void
on_bytes(void *arg, cbor_data ptr, size_t len)
{
	*(struct piece *)arg = (struct piece){ PIECE_BYTES, { ptr, len }, 0 };
}

static void
on_map(void *arg, size_t n)
{
	*(struct piece *)arg = (struct piece){ PIECE_MAP, { NULL, 0 }, n };
}

static void
on_array(void *arg, size_t n)
{
	*(struct piece *)arg = (struct piece){ PIECE_ARRAY, { NULL, 0 }, n };
}

/* Take the next piece off ${rest}. */
static bool
take_piece(struct bytes *rest, struct piece *ret_piece)
{
	struct cbor_callbacks callbacks = cbor_empty_callbacks;
	struct cbor_decoder_result result;

	callbacks.string = on_text;
	callbacks.byte_string = on_bytes;
	callbacks.map_start = on_map;
	callbacks.array_start = on_array;
	*ret_piece = (struct piece){ .kind = PIECE_OTHER };
	if (rest->len == 0)
		return false;
	result = cbor_stream_decode(rest->ptr, rest->len, &callbacks,
	    ret_piece);
	if (result.status != CBOR_DECODER_FINISHED || result.read == 0)
		return false;
	rest->ptr += result.read;
	rest->len -= result.read;
	return true;
}

/* Whether nothing in ${rest} says that it holds more than there is: libfido2
 * takes memory for whatever is said. */
static bool
is_modest(struct bytes rest)
{
	struct piece piece;

	while (rest.len > 0)
		if (!take_piece(&rest, &piece) || piece.n > rest.len)
			return false;
	return true;
}

/* ---- a new one */

static bool
is_text(const struct piece *piece, const char *text)
{
	return piece->kind == PIECE_TEXT && piece->bytes.len == strlen(text) &&
	    memcmp(piece->bytes.ptr, text, piece->bytes.len) == 0;
}

/* The authenticator data of an attestation that vouches for nothing: three
 * pairs, in whatever order. */
static enum err
open_attestation(struct bytes rest, struct bytes *ret_auth_data)
{
	struct piece name, value;
	bool has_format = false, has_statement = false;
	size_t i;

	*ret_auth_data = (struct bytes){ NULL, 0 };
	if (rest.len > PASSKEY_PART_MAX || !take_piece(&rest, &name) ||
	    name.kind != PIECE_MAP || name.n != 3)
		return ERR_INVALID;
	for (i = 0; i < 3; i++) {
		if (!take_piece(&rest, &name) || !take_piece(&rest, &value))
			return ERR_INVALID;
		if (is_text(&name, "fmt"))
			has_format = is_text(&value, "none");
		else if (is_text(&name, "attStmt"))
			has_statement = value.kind == PIECE_MAP &&
			    value.n == 0;
		else if (is_text(&name, "authData") &&
		    value.kind == PIECE_BYTES)
			*ret_auth_data = value.bytes;
		else
			return ERR_INVALID;
	}
	return has_format && has_statement && ret_auth_data->ptr != NULL &&
	    rest.len == 0 ? ERR_OK : ERR_INVALID;
}

/* W3C Web Authentication Level 2, 6.5.1: where the key begins. */
static bool
is_modest_new(struct bytes auth_data)
{
	size_t at = HEAD_BYTES + AAGUID_BYTES + 2;

	if (auth_data.len < at)
		return false;
	at += (size_t)auth_data.ptr[at - 2] << 8 | auth_data.ptr[at - 1];
	return auth_data.len > at && is_modest((struct bytes){
	    auth_data.ptr + at, auth_data.len - at });
}

/* The first 32 bytes of what an authenticator says name the host. */
static bool
is_for(const struct passkey_asked *asked, struct bytes auth_data)
{
	unsigned char hash[HASH_BYTES];

	if (auth_data.len < HEAD_BYTES)
		return false;
	sha256_of(text_bytes(asked->rp_id), hash);
	return secret_equal(auth_data.ptr, hash, sizeof(hash));
}

/* A public key as libfido2 checks with it; one of them, the others NULL. */
struct public_key {
	es256_pk_t *es256;
	eddsa_pk_t *eddsa;
	rs256_pk_t *rs256;
};

/* Without memory the process ends. */
static void *
have(void *ptr)
{
	if (ptr == NULL)
		abort();
	return ptr;
}

static const void *
key_open(struct public_key *k, int cose_alg, struct bytes key)
{
	memset(k, 0, sizeof(*k));
	switch (cose_alg) {
	case COSE_ES256:
		k->es256 = have(es256_pk_new());
		return es256_pk_from_ptr(k->es256, key.ptr, key.len) ==
		    FIDO_OK ? k->es256 : NULL;
	case COSE_EDDSA:
		k->eddsa = have(eddsa_pk_new());
		return eddsa_pk_from_ptr(k->eddsa, key.ptr, key.len) ==
		    FIDO_OK ? k->eddsa : NULL;
	case COSE_RS256:
		k->rs256 = have(rs256_pk_new());
		return rs256_pk_from_ptr(k->rs256, key.ptr, key.len) ==
		    FIDO_OK ? k->rs256 : NULL;
	default:
		return NULL;
	}
}

static void
key_close(struct public_key *k)
{
	es256_pk_free(&k->es256);
	eddsa_pk_free(&k->eddsa);
	rs256_pk_free(&k->rs256);
}

/* ${cred}, whose answer libfido2 has read, as it is stored. */
static enum err
take(struct arena *a, const fido_cred_t *cred, struct passkey *ret_passkey)
{
	const int flags = FLAG_PRESENT | FLAG_VERIFIED;
	struct public_key open;
	struct bytes key;
	bool is_good;

	if ((fido_cred_flags(cred) & flags) != flags ||
	    fido_cred_id_len(cred) == 0 ||
	    fido_cred_id_len(cred) > PASSKEY_ID_MAX ||
	    fido_cred_pubkey_len(cred) == 0 ||
	    fido_cred_pubkey_len(cred) > PASSKEY_KEY_MAX)
		return ERR_INVALID;
	key = arena_bytes(a, fido_cred_pubkey_ptr(cred),
	    fido_cred_pubkey_len(cred));
	is_good = key_open(&open, fido_cred_type(cred), key) != NULL;
	key_close(&open);
	if (!is_good)
		return ERR_INVALID;
	*ret_passkey = (struct passkey){ arena_bytes(a,
	    fido_cred_id_ptr(cred), fido_cred_id_len(cred)),
	    fido_cred_type(cred), key, fido_cred_sigcount(cred) };
	return ERR_OK;
}

enum err
passkey_read_new(struct arena *a, const struct passkey_asked *asked,
    const struct passkey_made *made, struct passkey *ret_passkey)
{
	static const int algs[] = { COSE_ES256, COSE_EDDSA, COSE_RS256 };
	struct bytes auth_data;
	fido_cred_t *cred;
	enum err e;
	size_t i;

	if (!is_client_data(a, asked, made->client_data, "webauthn.create") ||
	    open_attestation(made->attestation, &auth_data) != ERR_OK ||
	    !is_for(asked, auth_data) || !is_modest_new(auth_data))
		return ERR_INVALID;
	fido_init(0);
	e = ERR_INVALID;
	/* it reads a key of the kind that it was told, and no other one */
	for (i = 0; i < LENGTH(algs) && e != ERR_OK; i++) {
		cred = have(fido_cred_new());
		if (fido_cred_set_type(cred, algs[i]) == FIDO_OK &&
		    fido_cred_set_authdata_raw(cred, auth_data.ptr,
		    auth_data.len) == FIDO_OK)
			e = take(a, cred, ret_passkey);
		fido_cred_free(&cred);
	}
	return e;
}

/* ---- a use */

/* A counter that stands still or goes back is that of a copy. */
static bool
has_gone_on(uint32_t before, uint32_t now)
{
	return now > before || (now == 0 && before == 0);
}

static bool
is_signed(const fido_assert_t *assert, const struct passkey *passkey)
{
	struct public_key open;
	const void *key = key_open(&open, passkey->cose_alg, passkey->key);
	bool is_good;

	is_good = key != NULL && fido_assert_verify(assert, 0,
	    passkey->cose_alg, key) == FIDO_OK;
	key_close(&open);
	return is_good;
}

enum err
passkey_check_use(struct arena *a, const struct passkey_asked *asked,
    const struct passkey *passkey, const struct passkey_use *use,
    uint32_t *ret_count)
{
	unsigned char hash[HASH_BYTES];
	enum err e = ERR_INVALID;
	fido_assert_t *assert;
	uint32_t count;

	if (!is_client_data(a, asked, use->client_data, "webauthn.get") ||
	    !is_for(asked, use->auth_data) || !is_modest((struct bytes){
	    use->auth_data.ptr + HEAD_BYTES, use->auth_data.len - HEAD_BYTES }))
		return ERR_INVALID;
	fido_init(0);
	sha256_of(use->client_data, hash);
	assert = have(fido_assert_new());
	if (fido_assert_set_count(assert, 1) == FIDO_OK &&
	    fido_assert_set_clientdata_hash(assert, hash, sizeof(hash)) ==
	    FIDO_OK && fido_assert_set_rp(assert, asked->rp_id) == FIDO_OK &&
	    fido_assert_set_up(assert, FIDO_OPT_TRUE) == FIDO_OK &&
	    fido_assert_set_uv(assert, FIDO_OPT_TRUE) == FIDO_OK &&
	    fido_assert_set_authdata_raw(assert, 0, use->auth_data.ptr,
	    use->auth_data.len) == FIDO_OK &&
	    fido_assert_set_sig(assert, 0, use->signature.ptr,
	    use->signature.len) == FIDO_OK && is_signed(assert, passkey)) {
		count = fido_assert_sigcount(assert, 0);
		if (has_gone_on(passkey->count, count)) {
			*ret_count = count;
			e = ERR_OK;
		} else {
			e = ERR_CONFLICT;
		}
	}
	fido_assert_free(&assert);
	return e;
}
