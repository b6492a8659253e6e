/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the page of a record shows of its past: what changed, who looked, and
 * since when its use is restricted.
 * Law: GDPR 5(1)(d), 15(1)(c), 18.
 */
#ifndef CONTACTS_CONTACTS_PAST_OFFICE_H
#define CONTACTS_CONTACTS_PAST_OFFICE_H

#include "app/ctx.h"
#include "contacts/contacts_rules.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"

/* The past of a record. */
struct contacts_past {
	const struct custom_fields *fields;	/* of the company */
	const struct contacts_rules *rules;	/* with the teams' names */
	const struct q_contacts_load *record;
	uint64_t id;
	const unsigned char *key;	/* the person's; NULL: there is none */
	const struct q_people_record *rows;	/* all that the record holds */
	size_t n;
	const char *organisation;	/* the only one shown by name; NULL: none */
	bool sees_all;
	const char *source;	/* who made it, in words */
};

/**
 * contacts_history_view(c, past):
 * Return what changed, from what to what, by whom and, where it is known,
 * where from, newest first; at last that the record was made: a new list.  Of
 * an organisation that is not shown on the record the name is not said.
 *
 * Source: GDPR 5(1)(d), 5(2); FEATURES X13, I10.
 */
json_t *contacts_history_view(struct ctx *c,
    const struct contacts_past *past) NONNULL_RETURN;

/**
 * contacts_consents_view(c, rows, n):
 * Return the ${n} choices ${rows} with the proof of each: a new list.
 *
 * Source: GDPR 7(1).
 */
json_t *contacts_consents_view(struct ctx *c,
    const struct q_people_consents *rows, size_t n) NONNULL_RETURN;

/**
 * contacts_looks_view(c, past):
 * Return who looked, lately, and why: a new list.
 */
json_t *contacts_looks_view(struct ctx *c,
    const struct contacts_past *past) NONNULL_RETURN;

/**
 * contacts_restricted_view(c, r):
 * Return since when the use of ${r} is restricted, and why; null where it is
 * not.
 */
json_t *contacts_restricted_view(struct ctx *c,
    const struct q_contacts_load *r) NONNULL_RETURN;

/**
 * contacts_office_basis(c, basis), contacts_office_source(c, source, at_us):
 * Say a legal basis, and a source with its day, as a record does to staff.
 */
const char *contacts_office_basis(struct ctx *c, const char *basis)
    NONNULL_RETURN;
const char *contacts_office_source(struct ctx *c, const char *source,
    int64_t at_us) NONNULL_RETURN;

#endif
