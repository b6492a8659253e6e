/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A choice that a person gave another way than in their space: staff note it,
 * with the recording or scan; nobody opens one without a reason that the
 * person can read.  Entered from the office's route table only.
 * Law: GDPR 5(1)(f), 7(1), 7(3), 15(1)(c), 21; FEATURES TL1.
 */
#ifndef EVIDENCE_EVIDENCE_OFFICE_H
#define EVIDENCE_EVIDENCE_OFFICE_H

#include "app/ctx.h"
#include "db/queries.h"

/* Whose choices a page is about. */
struct evidence_person {
	uint64_t id;
	struct q_contacts_load r;
	const char *lang;	/* of the texts */
	struct q_consent_choices *rows;	/* by purpose, then channel */
	size_t n;
};

/**
 * evidence_office_person(c, lang, ret_person):
 * Read the person whose id is in the path, if their record is for this member
 * of staff, and what can be chosen, in ${lang}; NULL: in their own, to be read
 * out.
 */
enum err evidence_office_person(struct ctx *c, const char *lang,
    struct evidence_person *ret_person) MUST_CHECK;

/**
 * evidence_office_path(c, id, rest):
 * Return "/contacts/ID" with ${rest} behind it.
 */
const char *evidence_office_path(struct ctx *c, uint64_t id,
    const char *rest) NONNULL_RETURN;

/**
 * evidence_office_size(c, bytes):
 * Return a size as people read it.
 */
const char *evidence_office_size(struct ctx *c, uint64_t bytes)
    NONNULL_RETURN;

extern const struct field evidence_office_yes_fields[];
extern const struct field evidence_office_no_fields[];
extern const struct field evidence_office_reason_fields[];
extern const struct field evidence_office_sale_fields[];
extern const struct field evidence_office_sale_wrong_fields[];

enum err evidence_office_choices(struct ctx *c);	/* GET /contacts/:id/choices */
enum err evidence_office_yes_show(struct ctx *c);	/* GET /contacts/:id/evidence */
enum err evidence_office_yes(struct ctx *c);	/* POST /contacts/:id/evidence */
enum err evidence_office_no_show(struct ctx *c);	/* GET /contacts/:id/choices/no */
enum err evidence_office_no(struct ctx *c);	/* POST /contacts/:id/choices/no */
enum err evidence_office_sale_show(struct ctx *c);	/* GET /contacts/:id/sale */
enum err evidence_office_sale(struct ctx *c);	/* POST /contacts/:id/sale */
enum err evidence_office_sale_wrong(struct ctx *c);	/* POST /contacts/:id/sale/wrong */
enum err evidence_office_ask(struct ctx *c);	/* GET /evidence/:id */
enum err evidence_office_open(struct ctx *c);	/* POST /evidence/:id */
enum err evidence_office_show(struct ctx *c);	/* GET /evidence/:id/:token */
enum err evidence_office_file(struct ctx *c);	/* GET /evidence/:id/:token/file */

#endif
