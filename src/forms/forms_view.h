/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a form's page shows: choices, fields, and the facts of GDPR 13.
 */
#ifndef FORMS_FORMS_VIEW_H
#define FORMS_FORMS_VIEW_H

#include "app/ctx.h"
#include "forms/forms.h"

/**
 * forms_view(c, version, form, is_blank):
 * Return the view of portal/forms_subscribe.html.  ${is_blank} leaves out
 * tokens, who is signed in, and the person's frame: what is captured as proof.
 */
json_t *forms_view(struct ctx *c, const struct forms_version *version,
    const struct form *form, bool is_blank);

/**
 * forms_group_id(a, purpose):
 * Return the id of the box of ${purpose} on the page.
 */
const char *forms_group_id(struct arena *a,
    const struct forms_purpose *purpose) NONNULL_RETURN;

/**
 * forms_capture(c, version, ret_body, ret_hash):
 * Render the page of ${version} in the request's language without tokens and
 * typed values, and give its bytes and their SHA-256: the proof of what was
 * shown (GDPR 7(1)).
 */
enum err forms_capture(struct ctx *c, const struct forms_version *version,
    struct bytes *ret_body, unsigned char ret_hash[HASH_BYTES]) MUST_CHECK;

/**
 * forms_text(c, version, key), forms_information(c, version):
 * Return the form's own words ("title", "intro", "mandatory") in the request's
 * language; the facts of GDPR 13 as the page's box shows them, a new reference.
 */
const char *forms_text(struct ctx *c, const struct forms_version *version,
    const char *key) NONNULL_RETURN;
json_t *forms_information(struct ctx *c,
    const struct forms_version *version);

/**
 * forms_retention(c, months):
 * Return a period in the person's words.
 */
const char *forms_retention(struct ctx *c, unsigned months) NONNULL_RETURN;

#endif
