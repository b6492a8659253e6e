/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The person's side of an erasure, entered from the portal's route table
 * only.
 */
#ifndef ERASURE_ERASURE_PORTAL_H
#define ERASURE_ERASURE_PORTAL_H

#include "app/ctx.h"

extern const struct field erasure_portal_verify_fields[];

enum err erasure_portal_verify_show(struct ctx *c);	/* GET /receipts/verify */
enum err erasure_portal_verify(struct ctx *c);	/* POST /receipts/verify */
enum err erasure_portal_start(struct ctx *c);	/* GET /account/erasure */
enum err erasure_portal_check(struct ctx *c);	/* GET /account/erasure/check */
enum err erasure_portal_ask(struct ctx *c);	/* POST /account/erasure */
enum err erasure_portal_again(struct ctx *c);	/* POST /account/erasure/again */
enum err erasure_portal_cancel(struct ctx *c);	/* POST /account/erasure/cancel */
enum err erasure_portal_cancelled(struct ctx *c);	/* GET /account/erasure/cancelled */
enum err erasure_portal_now(struct ctx *c);	/* POST /account/erasure/now */
enum err erasure_portal_confirm_show(struct ctx *c);	/* GET /erasure/confirm/:token */
enum err erasure_portal_confirm(struct ctx *c);	/* POST /erasure/confirm/:token */

#endif
