/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff take contacts out: asking, seeing how far it is, fetching, ending.
 * Each sees the own exports only; another's does not exist.
 * Law: GDPR 5(1)(c), 5(1)(f), 5(2), 15(1)(c), 32.
 */
#ifndef EXPORT_EXPORT_OFFICE_H
#define EXPORT_EXPORT_OFFICE_H

#include "app/ctx.h"
#include "app/role.h"

/* Who may export; how much says export_staff_rows(). */
#define EXPORT_TAKERS (ROLE_BIT(ROLE_ADVISER) | ROLE_BIT(ROLE_LEAD) | \
	ROLE_BIT(ROLE_DPO))

extern const struct field export_office_fields[];

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

#endif
