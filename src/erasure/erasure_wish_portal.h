/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A wish to be erased: when it is carried out, and the mails that say so
 * (GDPR 12(3), 12(6), 17).
 */
#ifndef ERASURE_ERASURE_WISH_PORTAL_H
#define ERASURE_ERASURE_WISH_PORTAL_H

#include <stdbool.h>
#include <stdint.h>

#include "app/ctx.h"
#include "db/queries.h"
#include "rights/rights.h"

struct erasure_wish {
	struct ctx *c;
	bool is_recent;		/* a sign-in has proven it */
	struct q_contacts_load r;
	struct rights_filing request;
	uint64_t erasure_id;
	int64_t due_us;		/* the end of the cooling-off */
};

/**
 * erasure_wish_end_us(c, due):
 * Return when the cooling-off ends that starts now, for a case that the law
 * wants answered on ${due}.
 */
int64_t erasure_wish_end_us(struct ctx *c, struct day due);

/**
 * erasure_wish_mail_started(k, db), erasure_wish_mail_link(k, db):
 * Queue the mail that says when ${k} is carried out, or the one with the link
 * that proves it; nothing for somebody without an address.  They read all of
 * ${k} but is_recent.
 */
enum err erasure_wish_mail_started(struct erasure_wish *k, struct db *db)
    MUST_CHECK;
enum err erasure_wish_mail_link(struct erasure_wish *k, struct db *db)
    MUST_CHECK;

#endif
