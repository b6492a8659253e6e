/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff take contacts out: asking, seeing how far it is, fetching, ending.
 * Each sees the own exports only; another's does not exist.
 * Law: GDPR 5(1)(c), 5(1)(f), 5(2), 15(1)(c), 32.
 */
#ifndef EXPORT_EXPORT_OFFICE_H
#define EXPORT_EXPORT_OFFICE_H

#include "app/ctx.h"
#include "app/page.h"
#include "app/role.h"

/* Who may export; how much says export_staff_rows(). */
#define EXPORT_TAKERS (ROLE_BIT(ROLE_ADVISER) | ROLE_BIT(ROLE_LEAD) | \
	ROLE_BIT(ROLE_DPO))

/* Who agrees to what another asks for; of whom says the statement. */
#define EXPORT_DECIDERS (ROLE_BIT(ROLE_LEAD) | ROLE_BIT(ROLE_DPO) | \
	ROLE_BIT(ROLE_ADMIN))

extern const struct field export_office_fields[];
extern const struct field export_office_refuse_fields[];

/* What the states of an export are called. */
extern const struct page_state_label export_office_states[];

/**
 * export_office_state_at(c, state, expires_us):
 * Return the state now of what ends at ${expires_us}: the keeper may note it a
 * little later than its time.
 */
const char *export_office_state_at(const struct ctx *c, const char *state,
    int64_t expires_us) NONNULL_RETURN;

/**
 * export_office_columns(c, codes):
 * Return what the columns of ${codes} are called.
 */
const char *export_office_columns(struct ctx *c, const char *codes)
    NONNULL_RETURN;

/**
 * export_office_format(c, format), export_office_path(c, id, rest):
 * Return what a format is called, and the address of a page of export ${id}.
 */
const char *export_office_format(struct ctx *c, const char *format)
    NONNULL_RETURN;
const char *export_office_path(struct ctx *c, uint64_t id, const char *rest)
    NONNULL_RETURN;

enum err export_office_new(struct ctx *c);	/* GET /exports/new */
enum err export_office_ask(struct ctx *c);	/* POST /exports */
enum err export_office_list(struct ctx *c);	/* GET /exports */
enum err export_office_show(struct ctx *c);	/* GET /exports/:id */
enum err export_office_state(struct ctx *c);	/* GET /exports/:id/state */
enum err export_office_cancel(struct ctx *c);	/* POST /exports/:id/cancel */
enum err export_office_download(struct ctx *c);	/* GET /exports/:id/download */
enum err export_office_send(struct ctx *c);	/* POST /contacts/:id/copy */

/* What another asked for waits for the word of a second person. */
enum err export_office_askings(struct ctx *c);	/* GET /exports/asked */
enum err export_office_asking(struct ctx *c);	/* GET /exports/asked/:id */
enum err export_office_agree(struct ctx *c);	/* POST /exports/asked/:id/agree */
enum err export_office_refuse(struct ctx *c);	/* POST /exports/asked/:id/refuse */

#endif
