/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Data as the person's own page shows them, with what the law asks to be said
 * of each; what a group has in common is said once.
 * Law: GDPR 12(1), 15(1).
 */
#ifndef CONTACTS_CONTACTS_FACTS_H
#define CONTACTS_CONTACTS_FACTS_H

#include <jansson.h>
#include <stddef.h>

/* What the law asks to be said of a datum (GDPR 15(1)(a), (d), (g)). */
enum fact { FACT_SOURCE, FACT_PURPOSE, FACT_BASIS, FACT_DELETE_ON, FACT__MAX };

struct facts {
	const char *of[FACT__MAX];
};

struct datum {
	const char *label;
	const char *value;
	struct facts facts;
};

struct group {
	struct datum *data;
	size_t n;
};

/**
 * contacts_group_view(id, title, g):
 * Return a group for the page; what is the same for most of its data is said
 * once, above them, and taken out of ${g}.  A new reference.
 */
json_t *contacts_group_view(const char *id, const char *title,
    const struct group *g);

#endif
