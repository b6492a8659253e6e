/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The memory of one request.  Everything a request needs is taken from its
 * arena, nothing is freed by hand, and the arena is wiped at the end so that
 * personal data does not outlive the answer.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/cc.h"

struct arena;

/* A run of bytes, not NUL-ended; { NULL, 0 } is "none". */
struct bytes {
	const unsigned char *ptr;
	size_t len;
};

/**
 * arena_open(void):
 * Return a new arena.  Ends the process if there is no memory.
 */
struct arena *arena_open(void) RETURNS_NEW;

/**
 * arena_close(a):
 * Wipe and free ${a} and all that was taken from it.  NULL does nothing.
 */
void arena_close(struct arena *a);

/**
 * arena_wipe(a):
 * Overwrite with zeros and forget all that was taken from ${a}; the largest
 * block stays for the next request, unless only a rare one needed it.
 */
void arena_wipe(struct arena *a);

/**
 * arena_take(a, size):
 * Return ${size} zeroed bytes, aligned for any type, that live until ${a} is
 * wiped.  Never NULL: without memory the process ends and the database rolls
 * back.
 */
void *arena_take(struct arena *a, size_t size) RETURNS_NEW;

/**
 * arena_text(a, text), arena_textn(a, ptr, len):
 * Return a NUL-ended copy in ${a}.
 */
char *arena_text(struct arena *a, const char *text) RETURNS_NEW;
char *arena_textn(struct arena *a, const void *ptr, size_t len) RETURNS_NEW;

/**
 * arena_bytes(a, ptr, len):
 * Return a copy of ${len} bytes in ${a}.
 */
struct bytes arena_bytes(struct arena *a, const void *ptr, size_t len);

/**
 * arena_printf(a, format, ...):
 * Return formatted text in ${a}.
 */
char *arena_printf(struct arena *a, const char *format, ...)
    PRINTF_LIKE(2, 3) __attribute__((returns_nonnull));

/**
 * arena_used_bytes(a):
 * Return how much has been taken since the last wipe.
 */
size_t arena_used_bytes(const struct arena *a);

#endif
