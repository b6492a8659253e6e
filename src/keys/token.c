/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tokens and codes: drawn, written, read strictly, hashed for the database
 * (GDPR 7(3), 32(1)(b)).
 */
#include "keys/token.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>

#define TOKEN_LABEL	"assent/token/1|"
#define B64		sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* version 1, contact 8, kind 1, purpose 4, channel 1, epoch 4, day 2 */
#define STANDING_VERSION	1
#define RECORD_BYTES		21
#define MAC_BYTES		16
#define STANDING_BYTES		(RECORD_BYTES + MAC_BYTES)

/* Crockford's 32: no I, L, O (taken for 1 and 0), no U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Exactly ${len} bytes in their only spelling of ${chars} characters. */
static bool
read_exact(const char *text, size_t chars, unsigned char *ret_bytes,
    size_t len)
{
	char again[64];
	const char *end;
	size_t got;

	assert(chars < sizeof(again));
	if (text == NULL || strnlen(text, chars + 1) != chars)
		return false;
	if (sodium_base642bin(ret_bytes, len, text, chars, NULL, &got, &end,
	    B64) != 0 || end != text + chars || got != len)
		return false;
	sodium_bin2base64(again, sizeof(again), ret_bytes, len, B64);
	return sodium_memcmp(again, text, chars) == 0;
}

void
token_draw(struct token *ret_token)
{
	random_fill(ret_token->bytes, TOKEN_BYTES);
}

char *
token_write(struct arena *a, const struct token *token)
{
	char *text = arena_take(a, TOKEN_CHARS + 1);

	sodium_bin2base64(text, TOKEN_CHARS + 1, token->bytes, TOKEN_BYTES,
	    B64);
	return text;
}

enum err
token_read(const char *text, struct token *ret_token)
{
	struct token t;

	if (!read_exact(text, TOKEN_CHARS, t.bytes, TOKEN_BYTES))
		return ERR_NOTFOUND;
	*ret_token = t;
	return ERR_OK;
}

void
token_hash(const unsigned char key[KEY_BYTES], const struct token *token,
    unsigned char ret_hash[HASH_BYTES])
{
	unsigned char data[sizeof(TOKEN_LABEL) - 1 + TOKEN_BYTES];

	memcpy(data, TOKEN_LABEL, sizeof(TOKEN_LABEL) - 1);
	memcpy(data + sizeof(TOKEN_LABEL) - 1, token->bytes, TOKEN_BYTES);
	mac_of(key, (struct bytes){ data, sizeof(data) }, ret_hash);
	sodium_memzero(data, sizeof(data));
}

void
code_draw(struct code *ret_code)
{
	size_t i;

	for (i = 0; i < CODE_CHARS; i++)
		ret_code->text[i] = alphabet[random_below(32)];
	ret_code->text[CODE_CHARS] = '\0';
}

char *
code_show(struct arena *a, const struct code *code)
{
	return arena_printf(a, "%.4s-%.4s", code->text, code->text + 4);
}

/* The character that is meant, or 0. */
static char
meant(char ch)
{
	if (ch >= 'a' && ch <= 'z')
		ch = (char)((unsigned char)ch & 0x5f);
	if (ch == 'O')
		return '0';
	if (ch == 'I' || ch == 'L')
		return '1';
	return ch != '\0' && strchr(alphabet, ch) != NULL ? ch : '\0';
}

enum err
code_read(const char *text, struct code *ret_code)
{
	struct code c;
	size_t n = 0;
	char ch;

	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '-')
			continue;
		if ((ch = meant(*text)) == '\0' || n == CODE_CHARS)
			return ERR_INVALID;
		c.text[n++] = ch;
	}
	if (n != CODE_CHARS)
		return ERR_INVALID;
	c.text[n] = '\0';
	*ret_code = c;
	return ERR_OK;
}

void
code_hash(const unsigned char key[KEY_BYTES],
    const unsigned char token[HASH_BYTES], const struct code *code,
    unsigned char ret_hash[HASH_BYTES])
{
	char hex[2 * HASH_BYTES + 1], text[128];
	int n;

	sodium_bin2hex(hex, sizeof(hex), token, HASH_BYTES);
	n = snprintf(text, sizeof(text), "assent/code/1|%s|%s", hex,
	    code->text);
	assert(n > 0 && (size_t)n < sizeof(text));
	mac_text(key, text, ret_hash);
	sodium_memzero(text, sizeof(text));
}

static unsigned char *
put(unsigned char *to, uint64_t value, int bytes)
{
	while (bytes-- > 0)
		*to++ = (unsigned char)(value >> (8 * bytes));
	return to;
}

static uint64_t
get(const unsigned char **from, int bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | *(*from)++;
	return value;
}

char *
standing_write(struct arena *a, const struct keys *keys,
    const struct standing *standing)
{
	unsigned char record[STANDING_BYTES], mac[HASH_BYTES], *p = record;
	char *text = arena_take(a, STANDING_CHARS + 1);

	assert(standing->kind == STANDING_PREFERENCES ||
	    standing->kind == STANDING_UNSUBSCRIBE);
	p = put(p, STANDING_VERSION, 1);
	p = put(p, standing->contact, 8);
	p = put(p, standing->kind, 1);
	p = put(p, standing->purpose, 4);
	p = put(p, standing->channel, 1);
	p = put(p, standing->epoch, 4);
	p = put(p, standing->issued_day, 2);
	assert(p == record + RECORD_BYTES);
	mac_of(key_get(keys, KEY_STANDING),
	    (struct bytes){ record, RECORD_BYTES }, mac);
	memcpy(p, mac, MAC_BYTES);
	sodium_bin2base64(text, STANDING_CHARS + 1, record, sizeof(record),
	    B64);
	return text;
}

enum err
standing_read(const struct keys *keys, const char *text,
    struct standing *ret_standing)
{
	unsigned char record[STANDING_BYTES], mac[HASH_BYTES];
	const unsigned char *key, *p = record;
	struct standing s;
	bool holds = false;
	unsigned i;

	if (!read_exact(text, STANDING_CHARS, record, sizeof(record)))
		return ERR_NOTFOUND;
	for (i = 0; (key = key_get_at(keys, KEY_STANDING, i)) != NULL; i++) {
		mac_of(key, (struct bytes){ record, RECORD_BYTES }, mac);
		holds |= secret_equal(mac, record + RECORD_BYTES, MAC_BYTES);
	}
	if (!holds || get(&p, 1) != STANDING_VERSION)
		return ERR_NOTFOUND;
	s.contact = get(&p, 8);
	s.kind = (enum standing_kind)get(&p, 1);
	s.purpose = (uint32_t)get(&p, 4);
	s.channel = (uint8_t)get(&p, 1);
	s.epoch = (uint32_t)get(&p, 4);
	s.issued_day = (uint16_t)get(&p, 2);
	if (s.kind != STANDING_PREFERENCES && s.kind != STANDING_UNSUBSCRIBE)
		return ERR_NOTFOUND;
	*ret_standing = s;
	return ERR_OK;
}
