/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bytes that grow: how pages, mails and canonical forms are built.  A buf
 * lives in an arena and is wiped with it.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include "base/arena.h"
#include "base/cc.h"

struct buf {
	struct arena *arena;	/* borrowed */
	char *ptr;		/* always NUL-ended at ptr[len] */
	size_t len;
	size_t size;
};

/**
 * buf_open(b, a):
 * Make ${b} an empty buf whose bytes come from ${a}.
 */
void buf_open(struct buf *b, struct arena *a);

/**
 * buf_add(b, ptr, len), buf_text(b, text), buf_char(b, ch):
 * Append bytes, text without its NUL, or one byte.
 */
void buf_add(struct buf *b, const void *ptr, size_t len);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char ch);

/**
 * buf_printf(b, format, ...):
 * Append formatted text.  For log lines and mail subjects; never for HTML or
 * SQL.
 */
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/**
 * buf_bytes(b):
 * Return what ${b} holds, borrowed until the next append.
 */
struct bytes buf_bytes(const struct buf *b);

#endif
