/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A list of free pieces for each size.  What was taken once stays with the
 * process: a worker's pages are alike (GDPR 25, 32: nothing is left in them).
 */
#include "base/tree.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#define STEP_BYTES	16u	/* sizes, and the head before each piece */
#define SIZES		32u	/* up to 512 bytes; larger ones are malloc's */
#define CHUNK_BYTES	(32u * 1024)

/* The head of a piece in use, or the link of a free one. */
union head {
	size_t size;		/* of the piece without its head */
	union head *next;
	_Alignas(STEP_BYTES) unsigned char room[STEP_BYTES];
};

static union head *free_pieces[SIZES + 1];
static unsigned char *chunk;
static size_t chunk_left;

static void *
must(void *p)
{
	static const char line[] = "fault: out of memory, ending\n";

	if (p == NULL && write(STDERR_FILENO, line, sizeof(line) - 1) <= 0)
		_exit(71);
	if (p == NULL)
		_exit(70);
	return p;
}

static union head *
carve(size_t size)
{
	size_t whole = sizeof(union head) + size;
	union head *h;

	if (chunk_left < whole) {
		chunk = must(calloc(1, CHUNK_BYTES));
		chunk_left = CHUNK_BYTES;
	}
	h = (void *)chunk;
	chunk += whole;
	chunk_left -= whole;
	return h;
}

static void *
take(size_t wanted)
{
	size_t step = (wanted + STEP_BYTES - 1) / STEP_BYTES;
	union head *h;

	if (step > SIZES) {
		if (wanted > SIZE_MAX / 2)
			return NULL;
		h = must(malloc(sizeof(*h) + wanted));
		h->size = wanted;
		return h + 1;
	}
	if ((h = free_pieces[step]) != NULL)
		free_pieces[step] = h->next;
	else
		h = carve(step * STEP_BYTES);
	h->size = step * STEP_BYTES;
	return h + 1;
}

static void
drop(void *piece)
{
	union head *h = piece;
	size_t size;

	if (piece == NULL)
		return;
	size = (--h)->size;
	if (size > SIZES * STEP_BYTES) {
		sodium_memzero(piece, size);
		free(h);
		return;
	}
	memset(piece, 0, size);		/* the list still reaches it */
	h->next = free_pieces[size / STEP_BYTES];
	free_pieces[size / STEP_BYTES] = h;
}

void
tree_open(void)
{
	/* AddressSanitizer sees a use after free only in its own memory. */
#ifndef IS_SANITIZED
	json_set_alloc_funcs(take, drop);
#else
	(void)take;
	(void)drop;
#endif
}

static int
add(const char *text, size_t len, void *b)
{
	buf_add(b, text, len);
	return 0;
}

char *
tree_text(struct arena *a, const json_t *tree, size_t flags)
{
	struct buf b;
	int failed;

	buf_open(&b, a);
	failed = json_dump_callback(tree, add, &b, flags | JSON_ENCODE_ANY);
	assert(failed == 0);
	(void)failed;
	return b.ptr;
}
