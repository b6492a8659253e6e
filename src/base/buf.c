/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Growing bytes over an arena; growth doubles, so the arena holds at most
 * twice the final size in left-over pieces.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>

#define FIRST_SIZE_BYTES 256u

void
buf_open(struct buf *b, struct arena *a)
{
	b->arena = a;
	b->len = 0;
	b->size = FIRST_SIZE_BYTES;
	b->ptr = arena_take(a, b->size);
}

static void
make_room(struct buf *b, size_t more)
{
	size_t size = b->size;
	char *grown;

	assert(more < SIZE_MAX / 4 && b->len < SIZE_MAX / 4);
	while (size <= b->len + more)
		size *= 2;
	if (size == b->size)
		return;
	grown = arena_take(b->arena, size);
	memcpy(grown, b->ptr, b->len);
	b->ptr = grown;
	b->size = size;
}

void
buf_add(struct buf *b, const void *ptr, size_t len)
{
	if (len == 0)
		return;
	if (len >= b->size - b->len)	/* mostly not: no call then */
		make_room(b, len);
	memcpy(b->ptr + b->len, ptr, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_char(struct buf *b, char ch)
{
	buf_add(b, &ch, 1);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	assert(n >= 0);
	make_room(b, (size_t)n);
	va_start(ap, format);
	n = vsnprintf(b->ptr + b->len, (size_t)n + 1, format, ap);
	va_end(ap);
	assert(n >= 0);
	b->len += (size_t)n;
}

struct bytes
buf_bytes(const struct buf *b)
{
	return (struct bytes){ (const unsigned char *)b->ptr, b->len };
}
