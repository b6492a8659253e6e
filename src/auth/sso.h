/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The company's own sign-on: nginx says, in a parameter that no visitor can
 * send and with a secret that it shares with us, which address has signed in
 * there.  Off unless the configuration names the file of that secret.
 * Law: GDPR 32; CNIL 2022-100.
 */
#ifndef AUTH_SSO_H
#define AUTH_SSO_H

#include "app/config.h"
#include "base/address.h"
#include "http/request.h"

#define SSO_SECRET_MIN	32	/* characters; hex of 128 bits */
#define SSO_SECRET_MAX	128

struct sso;

/**
 * sso_open(config, ret_sso):
 * Read the secret of ${config}; ${ret_sso} is NULL where there is no sign-on.
 * ERR_INVALID, logged with what to do, when the file cannot be read, belongs
 * to others, or holds no secret that is long enough.
 */
enum err sso_open(const struct config_sso *config, struct sso **ret_sso)
    MUST_CHECK;

/**
 * sso_close(sso):
 * Wipe and free ${sso}.  NULL does nothing.
 */
void sso_close(struct sso *sso);

/**
 * sso_read(sso, a, req, ret_address):
 * Give the address that has signed in, in ${a}.  ERR_NOTFOUND when ${sso} is
 * NULL or nobody has.  ERR_DENIED, logged as a fault, when it comes without
 * the secret, when the header of that name came through from the visitor (so
 * that nginx may have believed it), or when it is no address.
 */
enum err sso_read(const struct sso *sso, struct arena *a,
    const struct http_request *req, struct address *ret_address) MUST_CHECK;

#endif
