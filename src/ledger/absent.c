/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A short list of ranges in the order in which they were missed (GDPR 5(2)).
 */
#include "ledger/absent.h"

static const struct absent_name nobody;

static void
remove_range(struct absent *s, size_t i)
{
	memmove(&s->ranges[i], &s->ranges[i + 1],
	    (s->n - i - 1) * sizeof(s->ranges[0]));
	s->n--;
}

void
absent_clear(struct absent *s)
{
	s->n = 0;
}

void
absent_add(struct absent *s, const struct absent_name *name, uint64_t first,
    uint64_t last, int64_t since_us)
{
	if (s->n == ABSENT_MAX)
		remove_range(s, 0);
	s->ranges[s->n++] = (struct absent_range){
	    name == NULL ? nobody : *name, first, last, since_us };
}

static bool
is_of(const struct absent_range *range, const struct absent_name *name)
{
	if (name == NULL)
		name = &nobody;
	return range->name.kind == name->kind &&
	    memcmp(range->name.writer, name->writer, WRITER_BYTES) == 0;
}

void
absent_take(struct absent *s, const struct absent_name *name, uint64_t n)
{
	struct absent_range *r;
	size_t i;

	for (i = 0; i < s->n; i++) {
		r = &s->ranges[i];
		if (!is_of(r, name) || n < r->first || n > r->last)
			continue;
		if (r->first == r->last) {
			remove_range(s, i);
		} else if (n == r->first) {
			r->first++;
		} else if (n == r->last) {
			r->last--;
		} else {
			uint64_t last = r->last;

			r->last = n - 1;
			absent_add(s, name, n + 1, last, r->since_us);
		}
		return;
	}
}

void
absent_drop(struct absent *s, int64_t before_us)
{
	size_t i = 0;

	while (i < s->n)
		if (s->ranges[i].since_us <= before_us)
			remove_range(s, i);
		else
			i++;
}

bool
absent_at(const struct absent *s, size_t i, struct absent_range *ret_range)
{
	if (i >= s->n)
		return false;
	*ret_range = s->ranges[i];
	return true;
}

uint64_t
absent_lowest(const struct absent *s)
{
	uint64_t lowest = 0;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (lowest == 0 || s->ranges[i].first < lowest)
			lowest = s->ranges[i].first;
	return lowest;
}
