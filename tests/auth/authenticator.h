/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An authenticator and a browser in software: they make passkeys and use
 * them, as rightly or wrongly as a test wants (GDPR 32).
 */
#ifndef TESTS_AUTH_AUTHENTICATOR_H
#define TESTS_AUTH_AUTHENTICATOR_H

#include "auth/passkey.h"

#define AUTHENTICATOR_UP	0x01
#define AUTHENTICATOR_UV	0x04
#define AUTHENTICATOR_BOTH	(AUTHENTICATOR_UP | AUTHENTICATOR_UV)

struct authenticator;

/**
 * authenticator_open(cose_alg), authenticator_close(t):
 * A new passkey of the kind -7, -8 or -257.
 */
struct authenticator *authenticator_open(int cose_alg);
void authenticator_close(struct authenticator *t);

/* What the two say, true or not. */
struct telling {
	const char *type;	/* NULL: the right one */
	const char *challenge;	/* base64url; NULL: as asked */
	const char *origin;	/* NULL: as asked */
	const char *rp_id;	/* NULL: as asked */
	const char *more;	/* of the client data: ",\"a\":1"; NULL: nothing */
	const char *format;	/* of the attestation; NULL: "none" */
	unsigned flags;
	uint32_t count;
};

/**
 * authenticator_make(t, a, asked, telling, ret_made),
 * authenticator_use(t, a, asked, telling, ret_use):
 * Answer ${asked} with a new passkey, with a use of it.  All in ${a}.
 */
void authenticator_make(struct authenticator *t, struct arena *a,
    const struct passkey_asked *asked, const struct telling *telling,
    struct passkey_made *ret_made);
void authenticator_use(struct authenticator *t, struct arena *a,
    const struct passkey_asked *asked, const struct telling *telling,
    struct passkey_use *ret_use);

#endif
