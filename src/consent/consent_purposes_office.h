/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What data is used for, managed by the controller: purposes, their versions
 * and wordings, and when people are asked again.  Entered from the office's
 * route table only.
 * Law: GDPR 5(1)(b), 6(1), 7(1), 13(1)(c); ePrivacy 13; FEATURES CS6, TL2.
 */
#ifndef CONSENT_CONSENT_PURPOSES_OFFICE_H
#define CONSENT_CONSENT_PURPOSES_OFFICE_H

#include "app/ctx.h"
#include "app/role.h"
#include "db/queries.h"

/* Who changes purposes, and who reads them. */
#define CONSENT_PURPOSE_WRITERS (ROLE_BIT(ROLE_DPO) | ROLE_BIT(ROLE_ADMIN))
#define CONSENT_PURPOSE_READERS (CONSENT_PURPOSE_WRITERS | \
	ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_LEGAL))

#define CONSENT_CHANNELS 4

extern const char *const consent_channels[CONSENT_CHANNELS];

/* A purpose as it is, or as it is to be. */
struct consent_wanted {
	uint64_t purpose_id;		/* 0: a new one */
	const char *code;
	const char *basis;
	bool is_commercial;
	bool is_material;
	bool has[CONSENT_CHANNELS];	/* in the order of consent_channels */
	uint64_t months;
	const char *title[CONFIG_LANGUAGES_MAX];	/* in the order of the site's */
	const char *wording[CONFIG_LANGUAGES_MAX];
};

/* The newest version of a purpose. */
struct consent_now {
	struct q_purposes_list row;
	struct consent_wanted is;
};

/**
 * consent_purpose_load(c, db, id, ret_now):
 * Read the purpose ${id} with the newest of its versions.  ERR_NOTFOUND when
 * there is none.
 */
enum err consent_purpose_load(struct ctx *c, struct db *db, uint64_t id,
    struct consent_now *ret_now) MUST_CHECK;

/**
 * consent_purpose_refusal(c, db, now, wanted, ret_why):
 * Set ${ret_why} to why ${wanted} may not follow ${now} (NULL: a new purpose),
 * in the person's language; NULL when it may.
 */
enum err consent_purpose_refusal(struct ctx *c, struct db *db,
    const struct consent_now *now, const struct consent_wanted *wanted,
    const char **ret_why) MUST_CHECK;

/**
 * consent_purpose_store(c, db, now, wanted, ret_id):
 * Within a transaction, store ${wanted} as a new purpose (${now} NULL) or as
 * the next version of ${now}, and let the forms that ask for it ask for that
 * version; with its line in the audit.
 */
enum err consent_purpose_store(struct ctx *c, struct db *db,
    const struct consent_now *now, const struct consent_wanted *wanted,
    uint64_t *ret_id) MUST_CHECK;

/**
 * consent_purpose_form(c, db, id, ret_code):
 * Give the code of a published form that asks for the purpose ${id}; NULL:
 * none does.
 */
enum err consent_purpose_form(struct ctx *c, struct db *db, uint64_t id,
    const char **ret_code) MUST_CHECK;

/**
 * consent_purpose_close(c, db, now):
 * Within a transaction, close ${now}: nobody is asked any more, and no yes to
 * it counts.  ERR_CONFLICT while a published form asks for it.
 */
enum err consent_purpose_close(struct ctx *c, struct db *db,
    const struct consent_now *now) MUST_CHECK;

enum err consent_office_purposes(struct ctx *c);	/* GET /settings/purposes */
enum err consent_office_purpose_new(struct ctx *c);	/* GET /settings/purposes/new */
enum err consent_office_purpose_add(struct ctx *c);	/* POST /settings/purposes */
enum err consent_office_purpose(struct ctx *c);	/* GET /settings/purposes/:id */
enum err consent_office_purpose_change(struct ctx *c);	/* POST /settings/purposes/:id */
enum err consent_office_purpose_close(struct ctx *c);	/* POST /settings/purposes/:id/close */

#endif
