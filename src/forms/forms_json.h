/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The JSON door of a form, for a company's own page: what it asks and must
 * say, and what became of a sign-up.  doc/formats/forms.md describes it.
 * Law: GDPR 4(11), 7(1), 13.
 */
#ifndef FORMS_FORMS_JSON_H
#define FORMS_FORMS_JSON_H

#include "app/ctx.h"
#include "forms/forms.h"

/**
 * forms_json_capture(c, version, ret_body, ret_hash):
 * As forms_capture(), of the document that forms_json_show() answers: whoever
 * signs up here was shown what it says.
 */
enum err forms_json_capture(struct ctx *c,
    const struct forms_version *version, struct bytes *ret_body,
    unsigned char ret_hash[HASH_BYTES]) MUST_CHECK;

/**
 * forms_json_show(c, version):
 * Answer 200 with the form, its words and the facts of GDPR 13.
 */
enum err forms_json_show(struct ctx *c, const struct forms_version *version)
    MUST_CHECK;

/**
 * forms_json_again(c, e, form):
 * Answer 400 for ERR_MALFORMED, 422 for ERR_INVALID, with a message for each
 * field of ${form} that is wrong; any other error is given back.
 */
enum err forms_json_again(struct ctx *c, enum err e, const struct form *form)
    MUST_CHECK;

/**
 * forms_json_sent(c):
 * Answer 202: a mail goes out if the address can be written to.  The same
 * bytes whether the address is known or not.
 */
enum err forms_json_sent(struct ctx *c) MUST_CHECK;

#endif
