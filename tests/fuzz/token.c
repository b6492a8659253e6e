/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tokens and codes: what is read has one spelling, and a standing token that
 * we did not write is not found (GDPR 7(3), 32).
 */
#include "keys/token.h"

#include <assert.h>

#include "tests/fuzz/fuzz.h"

static const unsigned char root[KEY_BYTES] = { 1 };
static struct keys *keys;

/* The bytes as a record: written, it reads back as it was. */
static void
try_record(struct arena *a, const uint8_t *data)
{
	struct standing in = { .kind = data[0] % 2 == 0 ?
	    STANDING_PREFERENCES : STANDING_UNSUBSCRIBE,
	    .channel = data[1] }, out;
	enum err e;

	memcpy(&in.contact, data + 2, 8);
	memcpy(&in.purpose, data + 10, 4);
	memcpy(&in.epoch, data + 14, 4);
	memcpy(&in.issued_day, data + 18, 2);
	e = standing_read(keys, standing_write(a, keys, &in), &out);
	assert(e == ERR_OK);
	assert(out.kind == in.kind && out.contact == in.contact &&
	    out.purpose == in.purpose && out.channel == in.channel &&
	    out.epoch == in.epoch && out.issued_day == in.issued_day);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	const char *text = arena_textn(a, data, size);
	struct standing standing;
	struct token token;
	struct code code, again;
	enum err e;

	if (keys == NULL)
		keys = keys_from_root(root, 1, 2, KEYS_PORTAL);
	if (token_read(text, &token) == ERR_OK) {
		assert(strlen(text) == TOKEN_CHARS);
		assert(strcmp(token_write(a, &token), text) == 0);
	}
	if (code_read(text, &code) == ERR_OK) {
		assert(strlen(code.text) == CODE_CHARS);
		assert(strpbrk(code.text, "ILOU") == NULL);
		e = code_read(code_show(a, &code), &again);
		assert(e == ERR_OK && strcmp(code.text, again.text) == 0);
	}
	if (standing_read(keys, text, &standing) == ERR_OK)
		assert(strcmp(standing_write(a, keys, &standing), text) == 0);
	if (size >= 20)
		try_record(a, data);
	arena_close(a);
	return 0;
}
