/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signing in to the portal: identities, sessions and their limits.
 * Law: GDPR 32; LAW R17: who is signed in has proven who they are.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <stdint.h>

#include "app/ctx.h"
#include "base/clock.h"
#include "base/err.h"

#define AUTH_IDLE_US		(30 * MINUTE_US)
#define AUTH_LIFE_US		(12 * HOUR_US)
#define AUTH_SEEN_EVERY_US	MINUTE_US	/* last-seen is written so often */
#define AUTH_LINK_MINUTES	15
#define AUTH_SESSIONS_MAX	5	/* of one identity; the oldest go */

/* Who may sign in: a confirmed mailbox. */
struct auth_identity {
	uint64_t id;
	const char *mailbox;
	const char *mailbox_key;
	const char *lang;
	const char *password_hash;	/* NULL: none set */
	struct bytes password_mac;
	int64_t password_us;		/* 0: none set */
};

/**
 * auth_caller_load(c, id_hash):
 * Fill c->caller from the portal session of hash ${id_hash} and write its
 * last-seen at most once a minute.  ERR_LOGIN when there is none, or its time
 * is over.
 */
enum err auth_caller_load(struct ctx *c, const unsigned char id_hash[32])
    MUST_CHECK;

/**
 * auth_identity_find(db, a, mailbox_key, ret_identity),
 * auth_identity_load(db, a, id, ret_identity):
 * Read an identity.  ERR_NOTFOUND when there is none.
 */
enum err auth_identity_find(struct db *db, struct arena *a,
    const char *mailbox_key, struct auth_identity *ret_identity) MUST_CHECK;
enum err auth_identity_load(struct db *db, struct arena *a, uint64_t id,
    struct auth_identity *ret_identity) MUST_CHECK;

/**
 * auth_begin(c, db, identity_id, how):
 * In the transaction in hand, make c->session_id (just renewed) the session
 * of ${identity_id}, proven ${how} ("link", "code", "password"); with its
 * contact when there is just one.  Older sessions beyond AUTH_SESSIONS_MAX
 * end.
 */
enum err auth_begin(struct ctx *c, struct db *db, uint64_t identity_id,
    const char *how) MUST_CHECK;

#endif
