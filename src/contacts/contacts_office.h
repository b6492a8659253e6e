/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The contact base for staff: list, search, record; each of them appends who
 * looked at whom before anything is shown.
 * Law: GDPR 5(1)(f), 15(1)(c), 25, 32; CJEU C-579/21.
 */
#ifndef CONTACTS_CONTACTS_OFFICE_H
#define CONTACTS_CONTACTS_OFFICE_H

#include <stddef.h>
#include <stdint.h>

#include "app/ctx.h"
#include "app/role.h"

#define CONTACTS_QUERY_MINUTES 60	/* how long a search can be come back to */

/* What somebody typed to find people, and why. */
struct contacts_query {
	const char *id;		/* for an address; no personal value */
	const char *words;
	const char *reason;	/* a code of contacts_reason() */
	const char *filter;	/* the text of a filter (lists room); "" none */
};

/**
 * contacts_query_keep(c, query, ret_id):
 * Seal what was typed (${query} but for its id) into a row that only this
 * member of staff can open, for CONTACTS_QUERY_MINUTES, and give its name for
 * an address.
 */
enum err contacts_query_keep(struct ctx *c, const struct contacts_query *query,
    const char **ret_id) MUST_CHECK;

/**
 * contacts_query_load(c, id, ret_query):
 * Open what contacts_query_keep() sealed.  ERR_NOTFOUND when there is none of
 * this member of staff, or its time is over.
 */
enum err contacts_query_load(struct ctx *c, const char *id,
    struct contacts_query *ret_query) MUST_CHECK;

/**
 * contacts_looked(c, kind, reason, ids, n):
 * Append that this member of staff is shown the ${n} contacts ${ids}:
 * ${kind} "list", "search", "record" or "export", ${reason} as in
 * contacts_reason().  The line and its ids are stored together or not at
 * all; whatever it was for may be shown on ERR_OK only.
 */
struct contacts_looking {
	const char *kind;
	const char *reason;
};
enum err contacts_looked(struct ctx *c, const struct contacts_looking *looking,
    const uint64_t *ids, size_t n) MUST_CHECK;

struct q_people_brought;

/**
 * contacts_office_quarantine(c, contact_id, brought),
 * contacts_office_told(c, brought):
 * Return what the record shows of somebody who came with a file: since when
 * they are in quarantine and where it is stated what is lacking, and a sentence
 * that says whether they were told; null when there is nothing to say.
 *
 * Source: GDPR 6(1), 14.
 */
json_t *contacts_office_quarantine(struct ctx *c, uint64_t contact_id,
    const struct q_people_brought *brought);
json_t *contacts_office_told(struct ctx *c,
    const struct q_people_brought *brought);

/**
 * contacts_office_case(c, row):
 * Return a case of a contact as its record shows it.  The door defines it,
 * since cases are of a room above this one.
 */
struct q_people_record;
json_t *contacts_office_case(struct ctx *c,
    const struct q_people_record *row) NONNULL_RETURN;

/**
 * contacts_group_add(groups, id, title, items):
 * Add a card of the record, if ${items} (given away) has any: what more than
 * half of them have as their "from" becomes the card's "shared" and theirs
 * null.
 */
void contacts_group_add(json_t *groups, const char *id, const char *title,
    json_t *items);

/**
 * contacts_merged_show(c):
 * Draw where the record of the path went, which became part of another.
 * ERR_NOTFOUND when there never was one, or the caller does not see the other.
 */
enum err contacts_merged_show(struct ctx *c) MUST_CHECK;

/**
 * contacts_note(c, contact_id):
 * Store the exchange that was typed into c->form, sealed for the person.
 * ERR_CONFLICT when the record is being erased.
 */
enum err contacts_note(struct ctx *c, uint64_t contact_id) MUST_CHECK;

/* Who corrects records. */
#define CONTACTS_EDITORS (ROLE_BIT(ROLE_ADVISER) | ROLE_BIT(ROLE_LEAD) | \
	ROLE_BIT(ROLE_DPO))

/* Who says that two records are of one person. */
#define CONTACTS_MERGERS (ROLE_BIT(ROLE_LEAD) | ROLE_BIT(ROLE_DPO))

extern const struct field contacts_office_edit_fields[];
extern const struct field contacts_office_interaction_fields[];
extern const struct field contacts_office_label_fields[];
extern const struct field contacts_office_unlabel_fields[];
extern const struct field contacts_reach_new_fields[];
extern const struct field contacts_reach_change_fields[];

enum err contacts_office_show(struct ctx *c);	/* GET /contacts/:id */
enum err contacts_office_note(struct ctx *c);	/* POST /contacts/:id/interactions */
enum err contacts_office_labels(struct ctx *c);	/* GET /contacts/:id/labels */
enum err contacts_office_label(struct ctx *c);	/* POST /contacts/:id/labels */
enum err contacts_office_unlabel(struct ctx *c);	/* POST /contacts/:id/labels/remove */
enum err contacts_office_edit_show(struct ctx *c);	/* GET /contacts/:id/edit */
enum err contacts_office_edit(struct ctx *c);	/* POST /contacts/:id/edit */
enum err contacts_office_reach_new(struct ctx *c);	/* GET /contacts/:id/reach/new */
enum err contacts_office_reach_add(struct ctx *c);	/* POST /contacts/:id/reach */
enum err contacts_office_reach_show(struct ctx *c);	/* GET /contacts/:id/reach/:reach */
enum err contacts_office_reach_change(struct ctx *c);	/* POST /contacts/:id/reach/:reach */
enum err contacts_office_reach_remove(struct ctx *c);	/* POST /contacts/:id/reach/:reach/remove */
enum err contacts_office_reach_lead(struct ctx *c);	/* POST /contacts/:id/reach/:reach/main */

#endif
