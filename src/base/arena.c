/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The arena: a chain of blocks, each twice as large as the last, wiped with
 * sodium_memzero so that the compiler cannot leave the wiping out.
 */
#include "base/arena.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#define FIRST_BLOCK_BYTES	(4u * 1024)	/* a worker has a dozen small ones */
#define ALIGN_BYTES		16u
#define KEPT_BLOCK_BYTES	(512u * 1024)	/* at most, between requests */

struct block {
	struct block *next;	/* older */
	size_t size;		/* of data */
	size_t used;
	_Alignas(ALIGN_BYTES) unsigned char data[];
};

struct arena {
	struct block *top;
	size_t used;		/* over all blocks, since the last wipe */
};

static void
out_of_memory(void)
{
	static const char line[] = "fault: out of memory, ending\n";

	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		_exit(71);
	_exit(70);
}

static struct block *
block_open(size_t size, struct block *next)
{
	struct block *b = calloc(1, sizeof(*b) + size);

	if (b == NULL)
		out_of_memory();
	assert(b != NULL);
	b->next = next;
	b->size = size;
	return b;
}

struct arena *
arena_open(void)
{
	struct arena *a = malloc(sizeof(*a));

	if (a == NULL)
		out_of_memory();
	assert(a != NULL);
	a->top = block_open(FIRST_BLOCK_BYTES, NULL);
	a->used = 0;
	return a;
}

void
arena_wipe(struct arena *a)
{
	struct block *b, *kept = NULL;

	while ((b = a->top) != NULL) {
		a->top = b->next;
		sodium_memzero(b->data, b->used);
		b->used = 0;
		if (kept == NULL && (b->size <= KEPT_BLOCK_BYTES ||
		    b->next == NULL)) {
			b->next = NULL;
			kept = b;
		} else {
			free(b);
		}
	}
	a->top = kept;
	a->used = 0;
}

void
arena_close(struct arena *a)
{
	if (a == NULL)
		return;
	arena_wipe(a);
	free(a->top);
	free(a);
}

void *
arena_take(struct arena *a, size_t size)
{
	struct block *b = a->top;
	size_t need, grown;
	void *p;

	if (size > SIZE_MAX / 4)
		out_of_memory();
	need = (size + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
	if (need == 0)
		need = ALIGN_BYTES;
	if (need > b->size - b->used) {
		grown = b->size * 2;
		b = a->top = block_open(need > grown ? need : grown, b);
	}
	p = b->data + b->used;
	b->used += need;
	a->used += need;
	return p;
}

char *
arena_textn(struct arena *a, const void *ptr, size_t len)
{
	char *copy = arena_take(a, len + 1);

	if (len > 0)
		memcpy(copy, ptr, len);
	return copy;
}

char *
arena_text(struct arena *a, const char *text)
{
	return arena_textn(a, text, strlen(text));
}

struct bytes
arena_bytes(struct arena *a, const void *ptr, size_t len)
{
	return (struct bytes){ (unsigned char *)arena_textn(a, ptr, len), len };
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	assert(n >= 0);
	text = arena_take(a, (size_t)n + 1);
	va_start(ap, format);
	n = vsnprintf(text, (size_t)n + 1, format, ap);
	va_end(ap);
	assert(n >= 0);
	return text;
}

size_t
arena_used_bytes(const struct arena *a)
{
	return a->used;
}
