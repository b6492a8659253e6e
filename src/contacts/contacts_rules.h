/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is the same for everybody and changes with the site: a worker reads it
 * once and again when the site's version has moved.
 * Law: GDPR 13(2)(a), 15(1)(c).
 */
#ifndef CONTACTS_CONTACTS_RULES_H
#define CONTACTS_CONTACTS_RULES_H

#include "app/ctx.h"
#include "custom/custom.h"
#include "db/queries.h"

struct contacts_rules {
	struct arena *home;		/* for ever */
	struct arena *arena;		/* of what was read; NULL: nothing yet */
	struct q_contacts_rules *rows;	/* how long what is kept */
	size_t n;
	struct q_contacts_teams *teams;
	size_t n_teams;
	struct custom_fields fields[CONFIG_LANGUAGES_MAX];	/* as asked for */
	int64_t info_ticks_us;
};

/**
 * contacts_rules_open(void):
 * Return a worker's empty memory, for ever.
 */
struct contacts_rules *contacts_rules_open(void) RETURNS_NEW;

/**
 * contacts_rules_load(c, ret_rules):
 * Set ${*ret_rules} to the worker's memory, at most a second behind what staff
 * changed: no statement when the site is as it was.
 */
enum err contacts_rules_load(struct ctx *c,
    const struct contacts_rules **ret_rules) MUST_CHECK;

/**
 * contacts_rules_team(rules, id):
 * Return what the team is called; NULL: none (id 0), or one that is gone.
 */
const char *contacts_rules_team(const struct contacts_rules *rules,
    uint64_t id);

/**
 * contacts_rules_fields(c, rows, n, ret_fields):
 * The custom fields in the page's language, with those of the ${n} values
 * ${rows}; for showing: what a form takes is checked against the tables.
 */
enum err contacts_rules_fields(struct ctx *c,
    const struct q_custom_values *rows, size_t n,
    const struct custom_fields **ret_fields) MUST_CHECK;

#endif
