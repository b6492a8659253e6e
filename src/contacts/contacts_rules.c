/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Law: GDPR 13(2)(a), 15(1)(c).
 */
#include "contacts/contacts_rules.h"

#include <string.h>

struct contacts_rules *
contacts_rules_open(void)
{
	struct arena *a = arena_open();
	struct contacts_rules *rules = arena_take(a, sizeof(*rules));

	rules->home = a;
	return rules;
}

static enum err
refresh(struct ctx *c)
{
	struct contacts_rules *kept = c->worker->rules;
	struct contacts_rules fresh = { .home = kept->home,
	    .info_ticks_us = c->worker->info_ticks_us };
	enum err e;

	if (kept->arena != NULL && kept->info_ticks_us == fresh.info_ticks_us)
		return ERR_OK;
	fresh.arena = arena_open();
	if ((e = q_contacts_rules(c->db, fresh.arena, &fresh.rows,
	    &fresh.n)) != ERR_OK || (e = q_contacts_teams(c->db, fresh.arena,
	    &fresh.teams, &fresh.n_teams)) != ERR_OK) {
		arena_close(fresh.arena);
		return e;
	}
	arena_close(kept->arena);
	*kept = fresh;
	return ERR_OK;
}

enum err
contacts_rules_load(struct ctx *c, const struct contacts_rules **ret_rules)
{
	*ret_rules = c->worker->rules;
	return refresh(c);
}

const char *
contacts_rules_team(const struct contacts_rules *rules, uint64_t id)
{
	size_t i;

	for (i = 0; i < rules->n_teams; i++)
		if (rules->teams[i].id == id)
			return rules->teams[i].name;
	return NULL;
}

enum err
contacts_rules_fields(struct ctx *c, const struct q_custom_values *rows,
    size_t n, const struct custom_fields **ret_fields)
{
	const char *const *langs = c->worker->config->languages;
	struct custom_fields *kept;
	size_t i;
	enum err e;

	if ((e = refresh(c)) != ERR_OK)
		return e;
	for (i = 0; strcmp(langs[i], c->lang) != 0; i++)
		;
	kept = &c->worker->rules->fields[i];
	for (i = 0; i < n && custom_find_id(kept, rows[i].field_id) != NULL;
	    i++)
		;
	/* not asked for yet, or one was made since */
	if ((kept->list == NULL || i < n) && (e = custom_fields_load(c->db,
	    c->worker->rules->arena, c->lang, kept)) != ERR_OK)
		return e;
	*ret_fields = kept;
	return ERR_OK;
}
