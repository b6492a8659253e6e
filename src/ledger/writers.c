/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A hash table by writer id: ids are random bytes, so that they are their own
 * hash (GDPR 5(2)).
 */
#include "ledger/writers.h"

#include <assert.h>

struct writers {
	struct writer *list;
	size_t n, size;
	size_t *slots;		/* index into list + 1; 0: free */
	size_t n_slots;		/* a power of two, at least twice n */
};

struct writers *
writers_open(void)
{
	struct writers *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	return w;
}

void
writers_close(struct writers *w)
{
	if (w == NULL)
		return;
	free(w->list);
	free(w->slots);
	free(w);
}

static size_t
slot_of(const struct writers *w, enum ledger_kind kind,
    const unsigned char *id)
{
	uint64_t hash;
	size_t slot;

	memcpy(&hash, id, sizeof(hash));
	slot = (size_t)(hash + (uint64_t)kind) & (w->n_slots - 1);
	while (w->slots[slot] != 0) {
		const struct writer *found = &w->list[w->slots[slot] - 1];

		if (found->kind == kind &&
		    memcmp(found->id, id, WRITER_BYTES) == 0)
			break;
		slot = (slot + 1) & (w->n_slots - 1);
	}
	return slot;
}

static void
grow(struct writers *w)
{
	size_t i;

	w->size = w->size == 0 ? 64 : 2 * w->size;
	w->n_slots = 2 * w->size;
	w->list = realloc(w->list, w->size * sizeof(*w->list));
	free(w->slots);
	w->slots = calloc(w->n_slots, sizeof(*w->slots));
	if (w->list == NULL || w->slots == NULL)
		abort();
	for (i = 0; i < w->n; i++)
		w->slots[slot_of(w, w->list[i].kind, w->list[i].id)] = i + 1;
}

struct writer *
writers_find(struct writers *w, enum ledger_kind kind,
    const unsigned char id[WRITER_BYTES])
{
	struct writer *new;
	size_t slot;

	if (w->n == w->size)
		grow(w);
	slot = slot_of(w, kind, id);
	if (w->slots[slot] == 0) {
		new = &w->list[w->n++];
		memset(new, 0, sizeof(*new));
		memcpy(new->id, id, WRITER_BYTES);
		new->kind = kind;
		new->is_new = true;
		w->slots[slot] = w->n;
		return new;
	}
	w->list[w->slots[slot] - 1].is_new = false;
	return &w->list[w->slots[slot] - 1];
}

size_t
writers_count(const struct writers *w)
{
	return w->n;
}

struct writer *
writers_at(struct writers *w, size_t i)
{
	assert(i < w->n);
	return &w->list[i];
}
