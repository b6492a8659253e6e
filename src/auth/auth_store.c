/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of identities and portal sessions.
 */
#include "auth/auth.h"

#include "app/session.h"
#include "base/address.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/hash.h"

static struct bytes
hash_bytes(const unsigned char hash[32])
{
	return (struct bytes){ hash, 32 };
}

/* The record as q_contacts_load() gives it, without what no page shows: the
 * session's statement finds its row anyway. */
static const struct q_contacts_load *
record_of(struct arena *a, const struct q_auth_session_load *row)
{
	struct q_contacts_load *r = arena_take(a, sizeof(*r));

	*r = (struct q_contacts_load){ .reference = row->reference,
	    .kind = row->kind, .identity_id = row->identity_id,
	    .given_name = row->given_name, .family_name = row->family_name,
	    .language = row->language, .email = row->email,
	    .phone = row->phone, .street = row->street,
	    .postcode = row->postcode, .city = row->city,
	    .country = row->country,
	    .source = row->source, .basis = row->basis,
	    .notice_version_id = row->notice_version_id,
	    .collected_us = row->collected_us,
	    .last_person_us = row->last_person_us,
	    .relationship_end_us = row->relationship_end_us,
	    .version = row->version };
	return r;
}

/* Who has not chosen yet which record is theirs: the mailbox is all we know. */
static enum err
set_nobody_yet(struct ctx *c)
{
	struct auth_identity who;
	enum err e;

	if ((e = auth_identity_load(c->db, c->arena, c->caller.identity_id,
	    &who)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_LOGIN : e;
	c->caller.name = address_show(c->arena, who.mailbox);
	ctx_prefer_language(c, who.lang);
	return ERR_OK;
}

static void
set_person(struct ctx *c, const struct q_auth_session_load *row)
{
	const struct q_contacts_load *r = record_of(c->arena, row);

	c->caller.record = r;
	c->caller.contact_id = row->contact_id;
	c->caller.name = *r->given_name != '\0' ? text_trim(c->arena,
	    arena_printf(c->arena, "%s %s", r->given_name, r->family_name)) :
	    r->email != NULL ? address_show(c->arena, r->email) :
	    r->family_name;
	ctx_prefer_language(c, r->language);
}

enum err
auth_caller_load(struct ctx *c, const unsigned char id_hash[32])
{
	struct q_auth_session_load row;
	enum err e;

	e = q_auth_session_load(c->db, c->arena, hash_bytes(id_hash), &row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_LOGIN : e;
	if (row.seen_us <= c->now_us - AUTH_IDLE_US ||
	    row.started_us <= c->now_us - AUTH_LIFE_US)
		return ERR_LOGIN;
	c->caller = (struct caller){ .kind = CALLER_PERSON,
	    .identity_id = row.identity_id,
	    .signed_in_us = row.signed_in_us };
	/* a record that is another mailbox's by now is chosen no more */
	if (row.reference != NULL)
		set_person(c, &row);
	else if ((e = set_nobody_yet(c)) != ERR_OK)
		return e;
	if (c->now_us - row.seen_us < AUTH_SEEN_EVERY_US)
		return ERR_OK;
	return session_seen(c, q_auth_session_seen(c->db, c->now_us,
	    hash_bytes(id_hash), NULL));
}

static struct bytes
key_bytes(const char *key)
{
	return (struct bytes){ (const unsigned char *)key, strlen(key) };
}

static const char *
text_or_null(struct arena *a, struct bytes bytes)
{
	return bytes.ptr == NULL ? NULL : arena_textn(a, bytes.ptr, bytes.len);
}

enum err
auth_identity_find(struct db *db, struct arena *a, const char *mailbox_key,
    struct auth_identity *ret_identity)
{
	struct q_auth_identity_by_key row;
	enum err e;

	if ((e = q_auth_identity_by_key(db, a, key_bytes(mailbox_key),
	    &row)) != ERR_OK)
		return e;
	*ret_identity = (struct auth_identity){ row.id, row.mailbox,
	    arena_text(a, mailbox_key), row.language,
	    text_or_null(a, row.password_hash), row.password_mac,
	    row.password_us };
	return ERR_OK;
}

enum err
auth_identity_load(struct db *db, struct arena *a, uint64_t id,
    struct auth_identity *ret_identity)
{
	struct q_auth_identity_load row;
	enum err e;

	if ((e = q_auth_identity_load(db, a, id, &row)) != ERR_OK)
		return e;
	*ret_identity = (struct auth_identity){ id, row.mailbox,
	    arena_textn(a, row.mailbox_key.ptr, row.mailbox_key.len),
	    row.language, text_or_null(a, row.password_hash),
	    row.password_mac, row.password_us };
	return ERR_OK;
}

/* Let the newest sessions stay, with room for one more. */
static enum err
drop_oldest(struct ctx *c, struct db *db, uint64_t identity_id)
{
	struct q_auth_sessions *rows;
	size_t n;
	enum err e;

	if ((e = q_auth_sessions(db, c->arena, identity_id,
	    c->now_us - AUTH_IDLE_US, &rows, &n)) != ERR_OK)
		return e;
	if (n < AUTH_SESSIONS_MAX)
		return ERR_OK;
	return q_auth_session_oldest(db, identity_id,
	    rows[AUTH_SESSIONS_MAX - 2].created_us, NULL);
}

enum err
auth_begin(struct ctx *c, struct db *db, uint64_t identity_id,
    const char *how)
{
	struct q_auth_contacts *contacts;
	unsigned char hash[HASH_BYTES];
	size_t n;
	enum err e;

	if ((e = q_auth_contacts(db, c->arena, identity_id, &contacts,
	    &n)) != ERR_OK ||
	    (e = drop_oldest(c, db, identity_id)) != ERR_OK)
		return e;
	session_hash(c, hash);
	return q_auth_session_insert(db, hash_bytes(hash), identity_id,
	    n == 1 ? contacts[0].id : 0, how, session_label(c), c->now_us,
	    c->now_us, c->now_us, NULL);
}
