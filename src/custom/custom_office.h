/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pages on which an administrator defines custom fields, and those who
 * oversee read what is held, what for and how long.
 * Law: GDPR 5(1)(b), 5(1)(c), 24, 25, 30; FEATURES CS6, TL5.
 */
#ifndef CUSTOM_CUSTOM_OFFICE_H
#define CUSTOM_CUSTOM_OFFICE_H

#include "app/ctx.h"
#include "app/role.h"
#include "custom/custom.h"

/* Who defines fields, and who reads which there are. */
#define CUSTOM_DEFINERS	ROLE_BIT(ROLE_ADMIN)
#define CUSTOM_READERS	(CUSTOM_DEFINERS | ROLE_BIT(ROLE_DPO) | \
			ROLE_BIT(ROLE_AUDITOR))

/**
 * custom_office_load(c, ret_fields, ret_field):
 * Read the fields, and find the one that the address names.  ERR_NOTFOUND
 * when there is none.
 */
enum err custom_office_load(struct ctx *c, struct custom_fields *ret_fields,
    const struct custom_field **ret_field) MUST_CHECK;

/**
 * custom_office_note(c, db, verb, field_id):
 * Within a transaction, note in the audit what was done to a field; workers
 * that remember the fields read them again.
 */
enum err custom_office_note(struct ctx *c, struct db *db, const char *verb,
    uint64_t field_id) MUST_CHECK;

/**
 * custom_office_path(c, id, suffix):
 * Return the address of a field's page.
 */
const char *custom_office_path(struct ctx *c, uint64_t id,
    const char *suffix) NONNULL_RETURN;

/* The legal bases, as staff call them; ended by .value NULL. */
extern const struct field_choice custom_bases[];

extern const struct field custom_office_remove_fields[];

enum err custom_office_list(struct ctx *c);	/* GET /settings/fields */
enum err custom_office_new(struct ctx *c);	/* GET /settings/fields/new */
enum err custom_office_create(struct ctx *c);	/* POST /settings/fields */
enum err custom_office_show(struct ctx *c);	/* GET /settings/fields/:id */
enum err custom_office_use(struct ctx *c);	/* GET /settings/fields/use */
enum err custom_office_state(struct ctx *c);	/* GET /settings/fields/:id/state */
enum err custom_office_edit_show(struct ctx *c);	/* GET /settings/fields/:id/edit */
enum err custom_office_edit(struct ctx *c);	/* POST /settings/fields/:id/edit */
enum err custom_office_close(struct ctx *c);	/* POST /settings/fields/:id/close */
enum err custom_office_reopen(struct ctx *c);	/* POST /settings/fields/:id/reopen */
enum err custom_office_remove(struct ctx *c);	/* POST /settings/fields/:id/remove */

#endif
