/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Crossing a silo: a colleague opens one record that is not theirs to see,
 * because its person gave them the reference, for a reason and some hours.
 * Law: GDPR 5(1)(f), 15(1)(c), 32(4); FEATURES X37.
 */
#ifndef CONTACTS_CONTACTS_CROSSING_OFFICE_H
#define CONTACTS_CONTACTS_CROSSING_OFFICE_H

#include "contacts/contacts_office.h"

/* Who crosses: whoever sees a silo; the others see all, or nobody. */
#define CONTACTS_CROSSERS (ROLE_BIT(ROLE_ADVISER) | ROLE_BIT(ROLE_LEAD))

extern const struct field contacts_office_cross_fields[];

/* A crossing by which a record opens; .id 0: it is of the caller's silo. */
struct contacts_crossing {
	uint64_t id;
	const char *reason;	/* of the line of who looked */
	int64_t until_us;
};

/**
 * contacts_crossing_open(c, contact_id, ret_crossing, ret_team):
 * Find the crossing by which the caller may look at ${contact_id} now, and
 * what the contact's team is called (NULL: none).  ERR_NOTFOUND when there is
 * none: it has ended, or there never was such a contact.
 */
enum err contacts_crossing_open(struct ctx *c, uint64_t contact_id,
    struct contacts_crossing *ret_crossing, const char **ret_team)
    MUST_CHECK;

/**
 * contacts_crossing_view(c, crossing):
 * Return what the page of the record says of ${crossing}: until when, and the
 * form that ends it; null where it is of the caller's silo.
 */
json_t *contacts_crossing_view(struct ctx *c,
    const struct contacts_crossing *crossing) NONNULL_RETURN;

/**
 * contacts_crossings_told(c, ret_list):
 * Read the crossings into records of the caller that they have not settled,
 * as the first page draws its tasks: a new array.
 */
enum err contacts_crossings_told(struct ctx *c, json_t **ret_list)
    MUST_CHECK;

enum err contacts_office_crossings(struct ctx *c);	/* GET /crossings */
enum err contacts_office_cross_show(struct ctx *c);	/* GET /crossings/new */
enum err contacts_office_cross(struct ctx *c);	/* POST /crossings */
enum err contacts_office_uncross(struct ctx *c);	/* POST /crossings/:id/end */
enum err contacts_office_crossing_seen(struct ctx *c);	/* POST /crossings/:id/seen */

#endif
