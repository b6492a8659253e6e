/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands in the links and codes of our mails: acting tokens (spent by
 * one act), typed codes, and standing tokens that can only withdraw or
 * object (GDPR 7(3), 21(2); RFC 8058).
 */
#ifndef KEYS_TOKEN_H
#define KEYS_TOKEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "keys/keys.h"

#define TOKEN_BYTES	32
#define TOKEN_CHARS	43	/* base64url of TOKEN_BYTES */
#define CODE_CHARS	8
#define STANDING_CHARS	50

/* An acting token, a session id: 256 random bits. */
struct token {
	unsigned char bytes[TOKEN_BYTES];
};

/**
 * token_draw(ret_token):
 * Draw a token.
 */
void token_draw(struct token *ret_token);

/**
 * token_write(a, token):
 * Return ${token} as TOKEN_CHARS characters for an address or a cookie.
 */
char *token_write(struct arena *a, const struct token *token) RETURNS_NEW;

/**
 * token_read(text, ret_token):
 * Read what token_write() gave: exactly TOKEN_CHARS canonical base64url
 * characters.  ERR_NOTFOUND for anything else, NULL too: a wrong link tells
 * nothing.
 */
enum err token_read(const char *text, struct token *ret_token) MUST_CHECK;

/**
 * token_hash(key, token, ret_hash):
 * Write what is stored instead of ${token}: the keyed BLAKE2b-256 of
 * "assent/token/1|" and its bytes.  ${key} is KEY_TOKEN for acting tokens,
 * KEY_SESSION_* for sessions.
 */
void token_hash(const unsigned char key[KEY_BYTES], const struct token *token,
    unsigned char ret_hash[HASH_BYTES]);

/* A typed code: CODE_CHARS of 0-9 and A-Z without I, L, O and U. */
struct code {
	char text[CODE_CHARS + 1];
};

/**
 * code_draw(ret_code):
 * Draw a code: 40 random bits.
 */
void code_draw(struct code *ret_code);

/**
 * code_show(a, code):
 * Return ${code} as a mail shows it: "XXXX-XXXX".
 */
char *code_show(struct arena *a, const struct code *code) RETURNS_NEW;

/**
 * code_read(text, ret_code):
 * Read a code as a person types it: either case, o for 0, i or l for 1,
 * spaces and hyphens anywhere.  ERR_INVALID for anything else.
 */
enum err code_read(const char *text, struct code *ret_code) MUST_CHECK;

/**
 * code_hash(key, token, code, ret_hash):
 * Write what is stored instead of ${code}, bound to the token whose hash is
 * ${token}: the keyed BLAKE2b-256 of "assent/code/1|TOKEN|CODE", TOKEN in
 * hexadecimal.  ${key} is KEY_TOKEN.
 */
void code_hash(const unsigned char key[KEY_BYTES],
    const unsigned char token[HASH_BYTES], const struct code *code,
    unsigned char ret_hash[HASH_BYTES]);

enum standing_kind {
	STANDING_PREFERENCES = 1,
	STANDING_UNSUBSCRIBE = 2
};

/* What a standing token says.  None of it is a personal value. */
struct standing {
	enum standing_kind kind;
	uint64_t contact;
	uint32_t purpose;	/* its id; 0 for every message */
	uint8_t channel;	/* the database's number of it; 0 for all */
	uint32_t epoch;		/* the contact's; a higher one there revokes */
	uint16_t issued_day;	/* days since 1970-01-01 */
};

/**
 * standing_write(a, keys, standing):
 * Return the token for a link, STANDING_CHARS characters: a packed record and
 * 128 bits of its MAC under KEY_STANDING (doc/formats/tokens.md).
 */
char *standing_write(struct arena *a, const struct keys *keys,
    const struct standing *standing) RETURNS_NEW;

/**
 * standing_read(keys, text, ret_standing):
 * Read what standing_write() gave, under the current or an earlier key.
 * ERR_NOTFOUND for anything else.  Whether it still holds (epoch, age, the
 * contact itself) is the caller's question.
 */
enum err standing_read(const struct keys *keys, const char *text,
    struct standing *ret_standing) MUST_CHECK;

#endif
