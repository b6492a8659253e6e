/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Organisations for staff: list, record, and to which one a contact belongs.
 * Each sees those of their silo; of a sole trader's business whoever looked is
 * noted for its person.
 * Law: GDPR 4(1), 5(1)(f), 15(1)(c), 25.
 */
#ifndef ORGANISATIONS_ORGANISATIONS_OFFICE_H
#define ORGANISATIONS_ORGANISATIONS_OFFICE_H

#include "app/ctx.h"
#include "contacts/contacts_office.h"
#include "db/queries.h"
#include "organisations/organisations.h"

#define ORGANISATIONS_PER_PAGE	50
#define ORGANISATIONS_EXAMINED	1000	/* rows looked at for a page, at most */

extern const struct field organisations_office_search_fields[];
extern const struct field organisations_member_search_fields[];
extern const struct field organisations_member_fields[];
extern const struct field organisations_member_end_fields[];

typedef struct q_organisations_by_name_all organisations_row;

/* What was found. */
struct organisations_found {
	const organisations_row *rows;
	size_t n;
	bool is_cut;	/* not all were looked at: there may be more */
};

/**
 * organisations_find(c, words, after, most, ret_found):
 * Find the organisations of the caller's silo by what was typed (${words} ""
 * or NULL: all of them, by name), at most ${most}, behind the organisation
 * ${after} (0: from the beginning), looking at no more than
 * ORGANISATIONS_EXAMINED rows.
 */
enum err organisations_find(struct ctx *c, const char *words, uint64_t after,
    uint64_t most, struct organisations_found *ret_found) MUST_CHECK;

/**
 * organisations_load(c, id, ret_row):
 * Read an organisation of the caller's silo.  ERR_NOTFOUND when there is none.
 */
enum err organisations_load(struct ctx *c, uint64_t id,
    struct q_organisations_one *ret_row) MUST_CHECK;

/**
 * organisations_field_label(name):
 * Return the msgid of what the field ${name} of an organisation is called;
 * ${name} itself when there is none.
 */
const char *organisations_field_label(const char *name) NONNULL_RETURN;

/**
 * organisations_looked(c, rows, n):
 * Append that the caller is shown ${rows}, as far as they are somebody's own
 * business.
 */
enum err organisations_looked(struct ctx *c, const organisations_row *rows,
    size_t n) MUST_CHECK;

/**
 * organisations_visible_to(c, visibility, owner, team):
 * Say who sees an organisation: "Marseille", "everyone".
 */
const char *organisations_visible_to(struct ctx *c, const char *visibility,
    const char *owner, const char *team) NONNULL_RETURN;

/**
 * organisations_found_view(c, found, path, ret_list):
 * Return ${found} as a new list: "url" (${path} with the id behind it),
 * "name", "domain", "city", "visible".
 */
json_t *organisations_found_view(struct ctx *c,
    const struct organisations_found *found, const char *path);

enum err organisations_office_list(struct ctx *c);	/* GET /organisations */
enum err organisations_office_search(struct ctx *c);	/* POST /organisations */
enum err organisations_office_new(struct ctx *c);	/* GET /organisations/new */
enum err organisations_office_create(struct ctx *c);	/* POST /organisations/new */
enum err organisations_office_show(struct ctx *c);	/* GET /organisations/:id */
enum err organisations_office_edit_show(struct ctx *c);	/* GET /organisations/:id/edit */
enum err organisations_office_edit(struct ctx *c);	/* POST /organisations/:id/edit */
enum err organisations_office_remove(struct ctx *c);	/* POST /organisations/:id/remove */
enum err organisations_member_show(struct ctx *c);	/* GET /contacts/:id/organisation */
enum err organisations_member(struct ctx *c);	/* POST /contacts/:id/organisation */
enum err organisations_member_search(struct ctx *c);	/* POST /contacts/:id/organisation/search */
enum err organisations_member_end(struct ctx *c);	/* POST /contacts/:id/organisation/end */

#endif
