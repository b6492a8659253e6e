/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What anybody may fetch to check our signatures: the directory of keys and
 * the signed heads of the log (GDPR 5(2), 12(1)).
 */
#ifndef LEDGER_LEDGER_PORTAL_H
#define LEDGER_LEDGER_PORTAL_H

#include "app/ctx.h"

/**
 * ledger_portal_jwks(c):
 * GET /.well-known/jwks.json: every key that signs or signed receipts and
 * heads, those retired and revoked too (doc/formats/jwks.md).
 */
enum err ledger_portal_jwks(struct ctx *c) MUST_CHECK;

/**
 * ledger_portal_heads(c):
 * GET /.well-known/assent/heads: the newest signed heads (doc/formats/log.md);
 * with ?before=NUMBER earlier ones, as the header Link says.
 */
enum err ledger_portal_heads(struct ctx *c) MUST_CHECK;

#endif
