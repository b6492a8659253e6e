/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is the same for most of a group is said once (GDPR 12(1), 15(1)).
 */
#include "contacts/contacts_facts.h"

#include <string.h>

#include "base/text.h"

/* The text that most of a group have for a fact; NULL when no two agree. */
static const char *
most_frequent(const struct group *g, enum fact k)
{
	const char *best = NULL, *one;
	size_t i, j, n, n_best = 1;

	for (i = 0; i < g->n; i++) {
		one = g->data[i].facts.of[k];
		if (best != NULL && strcmp(one, best) == 0)
			continue;
		for (n = 0, j = 0; j < g->n; j++)
			if (strcmp(one, g->data[j].facts.of[k]) == 0)
				n++;
		if (n > n_best) {
			n_best = n;
			best = one;
		}
	}
	return best;
}

/* NULL stands for what needs not be said; nothing to say at all is null. */
static json_t *
facts_view(const struct facts *f)
{
	enum fact k;

	for (k = 0; k < FACT__MAX && f->of[k] == NULL; k++)
		;
	if (k == FACT__MAX)
		return json_null();
	return json_pack("{s:s?, s:s?, s:s?, s:s?}",
	    "source", f->of[FACT_SOURCE], "purpose", f->of[FACT_PURPOSE],
	    "basis", f->of[FACT_BASIS], "delete_on", f->of[FACT_DELETE_ON]);
}

json_t *
contacts_group_view(const char *id, const char *title, const struct group *g)
{
	json_t *items = json_array();
	struct facts shared;
	struct datum *d;
	enum fact k;
	size_t i;

	for (k = 0; k < FACT__MAX; k++)
		shared.of[k] = most_frequent(g, k);
	for (i = 0; i < g->n; i++) {
		d = &g->data[i];
		for (k = 0; k < FACT__MAX; k++)
			if (text_equal(d->facts.of[k], shared.of[k]))
				d->facts.of[k] = NULL;
		json_array_append_new(items, json_pack("{s:s, s:s, s:o}",
		    "label", d->label, "value", d->value, "facts",
		    facts_view(&d->facts)));
	}
	return json_pack("{s:s, s:s, s:o, s:o}", "id", id, "title", title,
	    "shared", facts_view(&shared), "items", items);
}
