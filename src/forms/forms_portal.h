/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pages of /subscribe/FORM, entered from the portal's route table only.
 */
#ifndef FORMS_FORMS_PORTAL_H
#define FORMS_FORMS_PORTAL_H

#include "app/ctx.h"
#include "forms/forms.h"

/**
 * forms_portal_open(w):
 * Give the worker its memory of form versions.  Once at start.
 */
void forms_portal_open(struct worker *w);

/**
 * forms_portal_framers(c):
 * Return the sites that may frame the form of ${c}, as they were last read:
 * also while the database is away, so that a framed form says what went wrong.
 */
const char *forms_portal_framers(const struct ctx *c) NONNULL_RETURN;

/**
 * forms_portal_remember(w):
 * Load what is published into that memory, so that also a worker that has
 * shown no form yet can show them while the database is away.
 */
enum err forms_portal_remember(struct worker *w) MUST_CHECK;

/**
 * forms_portal_known(c, i, ret_code):
 * Give the ${i}-th form of that memory and its code, both borrowed; NULL when
 * there are not so many.
 */
const struct forms_version *forms_portal_known(struct ctx *c, size_t i,
    const char **ret_code);

/**
 * forms_portal_version(c, id, ret_version):
 * Give version ${id}, from the worker's memory or read now; borrowed for
 * ever.
 */
enum err forms_portal_version(struct ctx *c, uint64_t id,
    const struct forms_version **ret_version) MUST_CHECK;

enum err forms_portal_show(struct ctx *c);	/* GET /subscribe/:form */
enum err forms_portal_subscribe(struct ctx *c);	/* POST /subscribe/:form */
enum err forms_portal_sent(struct ctx *c);	/* GET /subscribe/:form/sent */

#endif
