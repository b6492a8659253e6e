/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a row of a filter can name: labels, teams, colleagues, purposes
 * (GDPR 25).
 */
#include "lists/lists_office.h"

#include <inttypes.h>
#include <string.h>

#include "db/queries.h"

/* The rows of one statement as choices, behind those that are there. */
#define CHOICES(own_code, call)						\
	do {								\
		if ((e = (call)) != ERR_OK)				\
			return e;					\
		list = arena_take(c->arena, (n + 2) * sizeof(*list));	\
		if (own != NULL)					\
			list[at++] = (struct field_choice){ own_code, own }; \
		for (i = 0; i < n; i++)					\
			list[at++] = (struct field_choice){		\
			    arena_printf(c->arena, "%" PRIu64,		\
			    rows[i].id), rows[i].name };		\
		list[at] = (struct field_choice){ NULL, NULL };		\
		*ret_choices = list;					\
		return ERR_OK;						\
	} while (0)

static enum err
tag_choices(struct ctx *c, const struct field_choice **ret_choices)
{
	const char *own = NULL;
	struct field_choice *list;
	struct q_lists_tags *rows;
	size_t i, n, at = 0;
	enum err e;

	CHOICES("mine", q_lists_tags(c->db, c->arena, &rows, &n));
}

static enum err
team_choices(struct ctx *c, const struct field_choice **ret_choices)
{
	const char *own = N_("my team");
	struct field_choice *list;
	struct q_lists_teams *rows;
	size_t i, n, at = 0;
	enum err e;

	CHOICES("mine", q_lists_teams(c->db, c->arena, &rows, &n));
}

static enum err
staff_choices(struct ctx *c, const struct field_choice **ret_choices)
{
	const char *own = N_("me");
	struct field_choice *list;
	struct q_lists_staff *rows;
	size_t i, n, at = 0;
	enum err e;

	CHOICES("mine", q_lists_staff(c->db, c->arena, &rows, &n));
}

static enum err
purpose_choices(struct ctx *c, const char *own,
    const struct field_choice **ret_choices)
{
	struct field_choice *list;
	struct q_lists_purposes *rows;
	size_t i, n, at = 0;
	enum err e;

	CHOICES("any", q_lists_purposes(c->db, c->arena, c->lang, &rows, &n));
}

enum err
lists_choices(struct ctx *c, enum lists_what what,
    const struct field_choice **ret_choices)
{
	if (what == LISTS_TAG)
		return tag_choices(c, ret_choices);
	if (what == LISTS_TEAM)
		return team_choices(c, ret_choices);
	if (what == LISTS_OWNER)
		return staff_choices(c, ret_choices);
	return purpose_choices(c, what == LISTS_ENDING ? N_("any purpose") :
	    NULL, ret_choices);
}
