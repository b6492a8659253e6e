/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mails by state, entered from the office's route table only.
 * Law: GDPR 12(3), 24.
 */
#ifndef OUTBOX_OUTBOX_OFFICE_H
#define OUTBOX_OUTBOX_OFFICE_H

#include "app/ctx.h"

enum err outbox_office_list(struct ctx *c);	/* GET /mail */
enum err outbox_office_seen(struct ctx *c);	/* POST /mail/seen */

#endif
