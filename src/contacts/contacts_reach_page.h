/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pages on one further address or number, which both doors show: staff
 * that of a record, a person their own.
 * Law: GDPR 5(1)(d), 15(1), 16.
 */
#ifndef CONTACTS_CONTACTS_REACH_PAGE_H
#define CONTACTS_CONTACTS_REACH_PAGE_H

#include "app/ctx.h"
#include "contacts/contacts_reach.h"
#include "db/queries.h"

extern const struct field contacts_reach_new_fields[];
extern const struct field contacts_reach_change_fields[];

/* The first members are the door's, the others contacts_reach_open()'s. */
struct contacts_reach_page {
	struct ctx *c;
	uint64_t contact_id;
	bool is_person;		/* who has it open; else staff */
	const char *list_route;	/* "/account/data/reach" */
	const char *route;	/* "/account/data/reach/:reach" */
	const char *here;	/* address of the list: a route's, filled */
	const char *back_url;
	const char *template;
	/* Add what the door shows beside it, as it may: who looked, too. */
	enum err (*show)(struct contacts_reach_page *p, json_t *view);
	/* In the transaction of a swap: tell who has to know; or NULL. */
	enum err (*tell)(struct contacts_reach_page *p, struct db *db,
	    const char *old);
	struct q_contacts_load r;
	struct q_reach_list *rows;
	size_t n;
	const struct q_reach_list *row;	/* NULL: a new one */
};

/**
 * contacts_reach_open(p, param):
 * Read the record of p->contact_id and its entries; ${param}, a parameter of
 * the path, names one, NULL a new one.  ERR_NOTFOUND when it has none such.
 */
enum err contacts_reach_open(struct contacts_reach_page *p, const char *param)
    MUST_CHECK;

/**
 * contacts_reach_show(p), contacts_reach_add(p), contacts_reach_change(p),
 * contacts_reach_drop(p), contacts_reach_lead(p):
 * Answer the request: show the form; add what was typed; change the entry;
 * remove it; make it the main one.
 */
enum err contacts_reach_show(struct contacts_reach_page *p) MUST_CHECK;
enum err contacts_reach_add(struct contacts_reach_page *p) MUST_CHECK;
enum err contacts_reach_change(struct contacts_reach_page *p) MUST_CHECK;
enum err contacts_reach_drop(struct contacts_reach_page *p) MUST_CHECK;
enum err contacts_reach_lead(struct contacts_reach_page *p) MUST_CHECK;

/**
 * contacts_reach_items(c, rows, n, here):
 * Return the entries for a list that leads to the page of each: "label",
 * "value", "url".  A new reference.
 */
json_t *contacts_reach_items(struct ctx *c, const struct q_reach_list *rows,
    size_t n, const char *here);

#endif
