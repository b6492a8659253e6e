/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The variants of one text: how often its group stands there, or which of its
 * parts, and what its filter is made of.  All of it comes from sql/; values are only ever bound (GDPR 32).
 */
#include "db/inside.h"

#include <assert.h>

/* What sql/pack.awk puts for braces and brackets. */
enum {
	GROUP = '\001', GROUP_END, PART, PART_END, KEYS, FILTER
};

bool
variant_is_null(char letter, const union val *v)
{
	switch (letter) {
	case 'U':
		return v->u == 0;
	case 'I':
		return v->i == 0;
	case 'T':
		return v->text == NULL;
	case 'Y':
		return v->bytes.ptr == NULL;
	case 'D':
		return v->day.y == 0;
	default:
		return false;
	}
}

uint64_t
variant_of(const struct query *q, const struct call *call)
{
	const char *p;
	uint64_t variant = 0, bit = 1;
	size_t n = 0;

	if (*q->each != '\0')
		return call->n_each;
	for (p = q->in; *p != '\0'; p++)
		if (*p == '[') {
			if (!variant_is_null(p[1], &call->in[n]))
				variant |= bit;
			bit <<= 1;
		} else if (*p != ']' && *p != '*')
			n++;
	return variant;
}

const char *
variant_next(const char *p, uint64_t variant, uint64_t *bit, size_t *n)
{
	for (; *p == '[' || *p == ']'; p++) {
		if (*p == ']')
			*bit <<= 1;
		else if ((variant & *bit) == 0)
			while (p[1] != ']') {
				p++;
				++*n;
			}
	}
	return p;
}

size_t
variant_marks(const struct query *q, uint64_t variant)
{
	uint64_t bit = 1;
	size_t n = 0, skipped = 0;
	const char *p = q->in;

	if (*q->each != '\0')
		return strlen(q->in) + strlen(q->each) * (size_t)variant;
	for (p = variant_next(p, variant, &bit, &skipped); *p != '\0';
	    p = variant_next(p + 1, variant, &bit, &skipped))
		if (*p != '*')
			n++;
	return n;
}

size_t
filter_marks(const struct db *db, const struct query *q,
    const struct filter *filter)
{
	size_t i, n = 0, n_places = 0;
	const char *p;

	for (p = q->in; (p = strchr(p, '*')) != NULL; p++)
		n_places++;
	for (i = 0; filter != NULL && i < filter->n; i++)
		n += strlen(db->table[filter->conditions[i].id].in);
	return n * n_places;
}

void
filter_text(const struct db *db, const struct filter *filter, struct buf *b)
{
	const struct condition *c;
	size_t i;

	for (i = 0; filter != NULL && i < filter->n; i++) {
		c = &filter->conditions[i];
		if (i == 0 || !c->is_or)
			buf_text(b, i == 0 ? " AND (" : ") AND (");
		else
			buf_text(b, " OR ");
		buf_text(b, "(");
		buf_text(b, db->table[c->id].text);
		buf_text(b, c->is_not ? ") IS NOT TRUE" : ")");
	}
	if (i > 0)
		buf_text(b, ")");
}

static void
add_groups(struct buf *b, const char *group, size_t len, uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_text(b, ", ");
		buf_add(b, group, len);
	}
}

void
variant_text(struct db *db, const struct query *q, uint64_t variant,
    const struct filter *filter, struct buf *b)
{
	const char *p = q->text, *end;
	uint64_t bit = 1;

	for (; *p != '\0'; p++)
		switch (*p) {
		case GROUP:
			end = strchr(p, GROUP_END);
			assert(end != NULL);
			add_groups(b, p + 1, (size_t)(end - p - 1), variant);
			p = end;
			break;
		case PART:
			end = strchr(p, PART_END);
			assert(end != NULL);
			if ((variant & bit) == 0)
				p = end;
			bit <<= 1;
			break;
		case PART_END:
			break;
		case FILTER:
			filter_text(db, filter, b);
			break;
		case KEYS:
			assert(db->config.keys_name != NULL);
			buf_text(b, db->config.keys_name);
			break;
		default:
			buf_char(b, *p);
		}
}
