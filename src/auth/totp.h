/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The second factor of staff: six digits from a telephone, each good once.
 * GDPR 32; CNIL 2022-100.
 */
#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/cc.h"
#include "base/err.h"

#define TOTP_STEP_S		30
#define TOTP_DIGITS		6
#define TOTP_SECRET_BYTES	20	/* RFC 4226, 4, requirement 6 */

/**
 * totp_secret(a):
 * Return TOTP_SECRET_BYTES new random bytes in ${a}.
 */
struct bytes totp_secret(struct arena *a);

/**
 * totp_base32(a, secret):
 * Return ${secret} as the base32 that people can type, without padding.
 */
char *totp_base32(struct arena *a, struct bytes secret) RETURNS_NEW;

/**
 * totp_check(secret, code, at_us, last_step, ret_step):
 * Check what a person typed (spaces pass) against ${secret} at ${at_us}: the
 * code of the present step, or of the one before it.  A code of ${last_step}
 * or earlier was used already and is refused.  The caller stores ${ret_step}
 * as the new last step, in an UPDATE that again demands that the stored one be
 * less, before the sign-in counts.  ERR_INVALID otherwise.
 *
 * Source: RFC 6238, 4 and 5.2; ASVS 5.0, 6.5.1 and 6.5.5.
 */
enum err totp_check(struct bytes secret, const char *code, int64_t at_us,
    uint64_t last_step, uint64_t *ret_step) MUST_CHECK;

/**
 * totp_uri(a, issuer, account, secret):
 * Return the otpauth:// address that an authenticator reads from a QR code.
 * A colon in ${issuer} or ${account} becomes a space, because it separates
 * the two.
 */
char *totp_uri(struct arena *a, const char *issuer, const char *account,
    struct bytes secret) RETURNS_NEW;

/* A QR code, drawn as one path of an SVG. */
struct totp_qr {
	int size;	/* modules on a side, the quiet zone of 4 included */
	char *path;	/* for the attribute "d" */
};

/**
 * totp_qr(a, text, ret_qr):
 * Draw ${text} in ${a}.  ERR_TOOLARGE when it does not fit into a QR code.
 *
 * Source: ISO/IEC 18004, level M.
 */
enum err totp_qr(struct arena *a, const char *text, struct totp_qr *ret_qr)
    MUST_CHECK;

/**
 * totp_qr_svg(a, qr):
 * Return ${qr} as a whole SVG, black on white, without any style.
 */
char *totp_qr_svg(struct arena *a, const struct totp_qr *qr) RETURNS_NEW;

#endif
