/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The automaton has a column for each byte that occurs in a needle and one
 * for all others, so that a hundred persons fit in a few megabytes.
 */
#include "erasure/needles.h"

#include <assert.h>
#include <stdint.h>

#include "base/text.h"

#define SHORTEST_BYTES	5
#define NONE		UINT32_MAX

const char *const needle_kind_names[NEEDLE_KIND__MAX] = {
	[NEEDLE_ADDRESS] = "address",
	[NEEDLE_PHONE] = "phone",
	[NEEDLE_REFERENCE] = "reference",
	[NEEDLE_NAME] = "name",
};

struct needle {
	enum needle_kind kind;
	size_t who;
	const char *text;
	size_t len;
	uint32_t next;		/* another that ends in the same state, or NONE */
	struct needle *earlier;	/* in the list of all */
};

struct state {
	uint32_t fail;		/* the longest end of this that begins one */
	uint32_t hit;		/* index of the needle that ends here, or NONE */
	uint32_t exit;		/* the nearest fail with a hit, or 0 */
};

struct needles {
	struct arena *arena;
	struct needle *last;
	uint32_t n;
	size_t total_bytes;
	struct needle **all;
	struct state *states;
	uint32_t *moves;	/* n_classes a state */
	uint32_t n_states;
	uint32_t n_classes;
	unsigned char class_of[256];
};

struct needles *
needles_open(struct arena *a)
{
	struct needles *n = arena_take(a, sizeof(*n));

	n->arena = a;
	n->n_classes = 1;
	return n;
}

static unsigned char
lower(unsigned char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (unsigned char)(ch + 32) : ch;
}

void
needles_add(struct needles *n, enum needle_kind kind, const char *text,
    size_t who)
{
	struct needle *needle;
	const char *p;

	assert(n->states == NULL);
	if (strlen(text) < SHORTEST_BYTES)
		return;
	needle = arena_take(n->arena, sizeof(*needle));
	*needle = (struct needle){ kind, who, text_lower_ascii(n->arena,
	    text), strlen(text), NONE, n->last };
	n->last = needle;
	n->n++;
	n->total_bytes += needle->len;
	for (p = needle->text; *p != '\0'; p++)
		if (n->class_of[(unsigned char)*p] == 0)
			n->class_of[(unsigned char)*p] =
			    (unsigned char)n->n_classes++;
}

void
needles_add_phone(struct needles *n, const char *number, size_t who)
{
	static const char *const between[] = { "", " ", ".", "-" };
	const char *d = number + 3;
	size_t i;

	needles_add(n, NEEDLE_PHONE, number, who);
	if (*number == '+')
		needles_add(n, NEEDLE_PHONE, arena_printf(n->arena, "00%s",
		    number + 1), who);
	if (!text_starts(number, "+33") || strlen(number) != 12)
		return;
	for (i = 0; i < LENGTH(between); i++) {
		const char *s = between[i];

		needles_add(n, NEEDLE_PHONE, arena_printf(n->arena,
		    "0%.1s%s%.2s%s%.2s%s%.2s%s%.2s", d, s, d + 1, s, d + 3,
		    s, d + 5, s, d + 7), who);
		if (*s != '\0')
			needles_add(n, NEEDLE_PHONE, arena_printf(n->arena,
			    "+33%s%.1s%s%.2s%s%.2s%s%.2s%s%.2s", s, d, s,
			    d + 1, s, d + 3, s, d + 5, s, d + 7), who);
	}
}

static uint32_t *
move_of(struct needles *n, uint32_t state, unsigned char class)
{
	return &n->moves[(size_t)state * n->n_classes + class];
}

/* The tree of all needles. */
static void
plant(struct needles *n)
{
	struct needle *needle;
	uint32_t state, i = n->n, *move;
	size_t k;

	for (needle = n->last; needle != NULL; needle = needle->earlier) {
		n->all[--i] = needle;
		state = 0;
		for (k = 0; k < needle->len; k++) {
			move = move_of(n, state, n->class_of[
			    (unsigned char)needle->text[k]]);
			if (*move == 0) {
				*move = n->n_states;
				n->states[n->n_states++].hit = NONE;
			}
			state = *move;
		}
		needle->next = n->states[state].hit;
		n->states[state].hit = i;
	}
}

/* Breadth first: where to go on when the next byte does not fit. */
static void
link_states(struct needles *n)
{
	uint32_t *queue = arena_take(n->arena, n->n_states * sizeof(*queue));
	uint32_t from = 0, to = 0, state, next, *move;
	unsigned class;

	for (class = 1; class < n->n_classes; class++)
		if ((next = *move_of(n, 0, (unsigned char)class)) != 0)
			queue[to++] = next;
	while (from < to) {
		state = queue[from++];
		for (class = 1; class < n->n_classes; class++) {
			struct state *s = &n->states[state];

			move = move_of(n, state, (unsigned char)class);
			next = *move_of(n, s->fail, (unsigned char)class);
			if (*move == 0) {
				*move = next;
				continue;
			}
			n->states[*move].fail = next;
			n->states[*move].exit = n->states[next].hit != NONE ?
			    next : n->states[next].exit;
			queue[to++] = *move;
		}
	}
}

static void
build(struct needles *n)
{
	size_t most = n->total_bytes + 1;

	n->all = arena_take(n->arena, (n->n + 1) * sizeof(*n->all));
	n->states = arena_take(n->arena, most * sizeof(*n->states));
	n->moves = arena_take(n->arena, most * n->n_classes *
	    sizeof(*n->moves));
	n->states[0].hit = NONE;
	n->n_states = 1;
	plant(n);
	link_states(n);
}

static bool
is_word(unsigned char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
	    ch >= 0x80;
}

/* Whether what ends before ${end} is whole, not a part of something longer. */
static bool
is_whole(const struct needle *needle, struct bytes text, size_t end)
{
	size_t start = end - needle->len;
	unsigned char before = start == 0 ? ' ' : lower(text.ptr[start - 1]);
	unsigned char after = end == text.len ? ' ' : lower(text.ptr[end]);
	unsigned char beyond = end + 1 >= text.len ? ' ' :
	    lower(text.ptr[end + 1]);

	if (is_word(before) || is_word(after))
		return false;
	if (needle->kind != NEEDLE_ADDRESS)
		return true;
	return strchr("._+%-", before) == NULL && after != '-' &&
	    !((after == '.' || after == '_') && is_word(beyond));
}

void
needles_find(struct needles *n, struct bytes text,
    void (*fn)(void *arg, enum needle_kind kind, size_t who), void *arg)
{
	uint32_t state = 0, at, i;
	size_t k;

	if (n->states == NULL)
		build(n);
	for (k = 0; k < text.len; k++) {
		state = *move_of(n, state, n->class_of[lower(text.ptr[k])]);
		for (at = state; at != 0; at = n->states[at].exit)
			for (i = n->states[at].hit; i != NONE;
			    i = n->all[i]->next)
				if (is_whole(n->all[i], text, k + 1))
					fn(arg, n->all[i]->kind,
					    n->all[i]->who);
	}
}
