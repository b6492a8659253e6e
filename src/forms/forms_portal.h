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
