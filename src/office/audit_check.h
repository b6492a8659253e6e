/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The check of the whole log, asked for from the audit.
 * Law: GDPR 5(2), 32(1)(d).
 */
#ifndef OFFICE_AUDIT_CHECK_H
#define OFFICE_AUDIT_CHECK_H

#include "app/ctx.h"

/* What the last check of the log came to. */
struct audit_found {
	bool is_known;		/* it came to an end */
	bool is_ok;		/* all was right; true when it is not known */
	const char *text;	/* a sentence */
	const char *url;	/* the page of it; NULL: nobody asked for one */
};

/**
 * audit_check_last(c, ret_found):
 * Say what the last check found.
 */
enum err audit_check_last(struct ctx *c, struct audit_found *ret_found)
    MUST_CHECK;

enum err audit_check_ask(struct ctx *c);	/* POST /audit/verify */
enum err audit_check_show(struct ctx *c);	/* GET /audit/checks/:id */
enum err audit_check_state(struct ctx *c);	/* GET /audit/checks/:id/state */
enum err audit_check_cancel(struct ctx *c);	/* POST /audit/checks/:id/cancel */

#endif
