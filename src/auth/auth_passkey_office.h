/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passkeys at the back-office: made on the page of one's own access, used to
 * sign in and to prove anew who is there, entered from its route table.
 * Law: GDPR 32; CNIL 2022-100.
 */
#ifndef AUTH_AUTH_PASSKEY_OFFICE_H
#define AUTH_AUTH_PASSKEY_OFFICE_H

#include "app/ctx.h"
#include "auth/passkey.h"

extern const struct field auth_office_passkey_fields[];
extern const struct field auth_office_passkey_new_fields[];

/**
 * auth_passkey_form(c, to):
 * Return the form by which a page offers to prove who is there with a
 * passkey; ${to} is where it leads then, NULL the first page.
 */
json_t *auth_passkey_form(struct ctx *c, const char *to) NONNULL_RETURN;

/**
 * auth_passkey_spend(c, db, ret_asked):
 * Give, in the transaction in hand, what the browser of this session was
 * asked, which nobody answers a second time.  ERR_INVALID when nothing was
 * asked, or too long ago.
 */
enum err auth_passkey_spend(struct ctx *c, struct db *db,
    struct passkey_asked *ret_asked) MUST_CHECK;

/**
 * auth_passkey_part(c, form, name, ret_part):
 * Read a part of an answer out of ${form}.  ERR_INVALID when it is not
 * base64url.
 */
enum err auth_passkey_part(struct ctx *c, const struct form *form,
    const char *name, struct bytes *ret_part) MUST_CHECK;

/**
 * auth_passkeys_view(c, form, view):
 * Add to the page of the caller's access their passkeys, "passkeys", and the
 * form that makes one, "passkey_form", with what was typed into ${form}.
 */
enum err auth_passkeys_view(struct ctx *c, const struct form *form,
    json_t *view) MUST_CHECK;

enum err auth_office_passkey_ask(struct ctx *c);	/* POST /sign-in/passkey/question */
enum err auth_office_passkey(struct ctx *c);	/* POST /sign-in/passkey */
enum err auth_office_passkey_new(struct ctx *c);	/* POST /access/passkeys */
enum err auth_office_passkey_remove(struct ctx *c);	/* POST /access/passkeys/:id/remove */

#endif
