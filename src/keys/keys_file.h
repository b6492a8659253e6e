/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What keys.c and keys_file.c share: the layout of an open key file.  No
 * other file includes this (GDPR 32(1)(a)).
 */
#ifndef KEYS_KEYS_FILE_H
#define KEYS_KEYS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "keys/keys.h"

struct keys {
	enum key_program program;
	unsigned count;		/* of generations; the current one is first */
	uint32_t generation[KEYS_GENERATIONS_MAX];
	unsigned char key[KEYS_GENERATIONS_MAX][KEY_PURPOSE__MAX][KEY_BYTES];
};

/**
 * keys_take(void):
 * Return empty, writable, locked memory for keys.
 */
struct keys *keys_take(void) RETURNS_NEW;

/**
 * keys_has(keys, purpose, i):
 * Return whether ${keys} holds ${purpose} in its generation ${i}.
 */
bool keys_has(const struct keys *keys, enum key_purpose purpose, unsigned i);

#endif
