/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The check of the whole log, asked for from the audit.
 * Law: GDPR 5(2), 32(1)(d).
 */
#ifndef OFFICE_AUDIT_CHECK_H
#define OFFICE_AUDIT_CHECK_H

#include "app/ctx.h"

/**
 * audit_check_last(c, ret_is_ok, ret_text, ret_url):
 * Say what the last check found: whether all was right (also when there was
 * none), a sentence, and the page of it or NULL.
 */
enum err audit_check_last(struct ctx *c, bool *ret_is_ok,
    const char **ret_text, const char **ret_url) MUST_CHECK;

enum err audit_check_ask(struct ctx *c);	/* POST /audit/verify */
enum err audit_check_show(struct ctx *c);	/* GET /audit/checks/:id */
enum err audit_check_state(struct ctx *c);	/* GET /audit/checks/:id/state */
enum err audit_check_cancel(struct ctx *c);	/* POST /audit/checks/:id/cancel */

#endif
