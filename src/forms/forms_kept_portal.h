/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page of a form as a visitor gets it, kept: it changes with the form's
 * version, the language and the site's name, not with who asks (GDPR 13).
 */
#ifndef FORMS_FORMS_KEPT_PORTAL_H
#define FORMS_FORMS_KEPT_PORTAL_H

#include "app/ctx.h"
#include "forms/forms.h"

struct forms_kept;

/**
 * forms_kept_open(a):
 * Return an empty memory of pages, in ${a}.
 */
struct forms_kept *forms_kept_open(struct arena *a) RETURNS_NEW;

/**
 * forms_kept_show(c, kept, v, template):
 * Answer with the blank form ${v} in ${template} for a visitor who is not
 * signed in: from memory while the worker's site_info is the one it was drawn
 * with, else drawn anew and kept.  Only the request's key differs.
 */
enum err forms_kept_show(struct ctx *c, struct forms_kept *kept,
    const struct forms_version *v, const char *template) MUST_CHECK;

#endif
