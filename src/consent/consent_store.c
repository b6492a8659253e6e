/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Events and states of consent.
 */
#include "consent/consent.h"

#include <assert.h>

#include "base/clock.h"
#include "db/queries.h"

#define FILED_US	(30 * DAY_US)	/* its link says so until then */

enum err
consent_record(struct db *db, struct arena *a, struct ledger *ledger,
    const struct consent_change *changes, size_t n)
{
	struct ledger_consent *events = arena_take(a, n * sizeof(*events));
	struct q_consent_state_put_each states[DB_EACH_MAX];
	uint64_t ids[DB_EACH_MAX];
	size_t i;
	enum err e;

	assert(n > 0 && n <= DB_EACH_MAX);
	for (i = 0; i < n; i++)
		events[i] = changes[i].event;
	if ((e = ledger_consents(db, a, ledger, events, n, ids)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		states[i] = (struct q_consent_state_put_each){
		    .contact_id = events[i].contact_id,
		    .purpose_id = changes[i].purpose_id,
		    .channel = events[i].channel, .state = changes[i].state,
		    .purpose_version_id = events[i].purpose_version_id,
		    .event_id = ids[i], .at_us = events[i].at_us,
		    .is_held = changes[i].is_held };
	return q_consent_state_put(db, states, n, NULL);
}

void
consent_suppression_hash(struct arena *a, const struct keys *keys,
    const char *identifier, const char *value,
    unsigned char ret_hash[HASH_BYTES])
{
	mac_text(key_get(keys, KEY_SUPPRESSION), arena_printf(a,
	    "assent/suppression/1|%s|%s", identifier, value), ret_hash);
}

enum err
consent_suppress(struct db *db, struct arena *a, const struct keys *keys,
    const struct consent_change *changes, size_t n)
{
	struct q_consent_suppress_each rows[DB_EACH_MAX];
	struct q_consent_contact_key who;
	const char *identifier, *value;
	unsigned char *hash;
	size_t i, n_rows = 0;
	enum err e;

	assert(n > 0 && n <= DB_EACH_MAX);
	if ((e = q_consent_contact_key(db, a, changes[0].event.contact_id,
	    &who)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		identifier = "email";
		value = who.email_key.ptr == NULL ? NULL : arena_textn(a,
		    who.email_key.ptr, who.email_key.len);
		if (strcmp(changes[i].event.channel, "email") != 0) {
			identifier = "phone";
			value = who.phone;
		}
		if (value == NULL || strcmp(changes[i].event.channel,
		    "post") == 0)
			continue;
		hash = arena_take(a, HASH_BYTES);
		consent_suppression_hash(a, keys, identifier, value, hash);
		rows[n_rows++] = (struct q_consent_suppress_each){
		    .identifier_hash = { hash, HASH_BYTES },
		    .identifier = identifier,
		    .purpose_id = changes[i].purpose_id,
		    .channel = changes[i].event.channel,
		    .basis = "GDPR 7(3), 21(3)",
		    .since_us = changes[i].event.at_us,
		    .until_us = changes[i].event.at_us +
		    CONSENT_SUPPRESSION_DAYS * DAY_US };
	}
	return n_rows == 0 ? ERR_OK : q_consent_suppress(db, rows, n_rows,
	    NULL);
}

enum err
consent_suppress_gone(struct db *db, struct arena *a, const struct keys *keys,
    uint64_t contact_id, const struct consent_identifier *gone)
{
	struct q_consent_suppress_each rows[DB_EACH_MAX];
	unsigned char *hash = arena_take(a, HASH_BYTES);
	bool is_email = strcmp(gone->identifier, "email") == 0;
	struct q_consent_stopped *stopped;
	size_t i, n_stopped, n = 0;
	enum err e;

	if ((e = q_consent_stopped(db, a, contact_id, &stopped,
	    &n_stopped)) != ERR_OK)
		return e;
	consent_suppression_hash(a, keys, gone->identifier, gone->value,
	    hash);
	for (i = 0; i < n_stopped; i++) {
		if (strcmp(stopped[i].channel, "post") == 0 ||
		    (strcmp(stopped[i].channel, "email") == 0) != is_email)
			continue;
		rows[n++] = (struct q_consent_suppress_each){
		    .identifier_hash = { hash, HASH_BYTES },
		    .identifier = gone->identifier,
		    .purpose_id = stopped[i].purpose_id,
		    .channel = stopped[i].channel,
		    .basis = "GDPR 7(3), 21(3)",
		    .since_us = stopped[i].at_us,
		    .until_us = stopped[i].at_us +
		    CONSENT_SUPPRESSION_DAYS * DAY_US };
		if (n == DB_EACH_MAX) {
			if ((e = q_consent_suppress(db, rows, n, NULL)) !=
			    ERR_OK)
				return e;
			n = 0;
		}
	}
	return n == 0 ? ERR_OK : q_consent_suppress(db, rows, n, NULL);
}

static struct bytes
hash_of(struct arena *a, const struct keys *keys, const char *identifier,
    const char *value)
{
	unsigned char hash[HASH_BYTES];

	if (value == NULL)
		return (struct bytes){ NULL, 0 };
	consent_suppression_hash(a, keys, identifier, value, hash);
	return arena_bytes(a, hash, sizeof(hash));
}

/* Under which hashes a person may be suppressed; none: { NULL, 0 }. */
struct hashes {
	struct bytes by_email;
	struct bytes by_phone;
};

static enum err
hashes_of(struct db *db, struct arena *a, const struct keys *keys,
    uint64_t contact_id, struct hashes *ret)
{
	struct q_consent_contact_key who;
	enum err e;

	if ((e = q_consent_contact_key(db, a, contact_id, &who)) != ERR_OK)
		return e;
	*ret = (struct hashes){ hash_of(a, keys, "email",
	    who.email_key.ptr == NULL ? NULL : arena_textn(a,
	    who.email_key.ptr, who.email_key.len)),
	    hash_of(a, keys, "phone", who.phone) };
	return ERR_OK;
}

enum err
consent_supersede(struct db *db, struct arena *a, const struct keys *keys,
    uint64_t contact_id, int64_t at_us)
{
	struct hashes h;
	enum err e;

	if ((e = hashes_of(db, a, keys, contact_id, &h)) != ERR_OK)
		return e;
	return q_consent_supersede(db, h.by_email, h.by_phone, at_us,
	    contact_id, NULL);
}

enum err
consent_is_against(struct db *db, struct arena *a, const struct keys *keys,
    const struct consent_change *change, bool *ret_is)
{
	const struct ledger_consent *event = &change->event;
	struct q_consent_against row;
	struct hashes h;
	enum err e;

	if ((e = hashes_of(db, a, keys, event->contact_id, &h)) != ERR_OK ||
	    (e = q_consent_against(db, a, event->contact_id,
	    change->purpose_id, event->channel, h.by_email, h.by_phone,
	    event->at_us, change->purpose_id, event->channel, &row)) !=
	    ERR_OK)
		return e;
	*ret_is = row.states + row.rows > 0;
	return ERR_OK;
}

/* A no under an address or number, for everything (an erasure) or for this. */
static bool
is_about(const struct q_consent_since *row, const struct consent_since *one)
{
	if (row->identifier != NULL && row->purpose_id == 0 &&
	    strcmp(row->identifier, "email") == 0)
		return true;
	return strcmp(row->channel, one->channel) == 0 &&
	    (row->purpose_id == one->purpose_id || (row->purpose_id == 0 &&
	    row->identifier != NULL));
}

/* What the person's own record says comes first. */
static void
say_since(struct consent_since *one, const struct q_consent_since *rows,
    size_t n)
{
	const struct q_consent_since *found = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!is_about(&rows[i], one))
			continue;
		if (found == NULL || rows[i].identifier == NULL ||
		    (found->identifier != NULL &&
		    rows[i].at_us > found->at_us))
			found = &rows[i];
		if (found->identifier == NULL)
			break;
	}
	if (found == NULL)
		return;
	one->state = found->state;
	one->is_held = found->is_held;
	one->at_us = found->at_us;
}

/* Most who confirm are on no record yet: of them only an address can say no. */
static enum err
since_of_nobody(struct db *db, struct arena *a, const struct consent_asking *k,
    struct bytes by_email, struct bytes by_phone,
    struct q_consent_since **ret_rows, size_t *ret_n)
{
	struct q_consent_since_new *found;
	struct q_consent_since *rows;
	size_t i, n;
	enum err e;

	if ((e = q_consent_since_new(db, a, by_email, by_phone, k->asked_us,
	    k->now_us, &found, &n)) != ERR_OK)
		return e;
	rows = arena_take(a, (n + 1) * sizeof(*rows));
	for (i = 0; i < n; i++)
		rows[i] = (struct q_consent_since){
		    .purpose_id = found[i].purpose_id,
		    .identifier = found[i].identifier,
		    .channel = found[i].channel, .state = "objected",
		    .at_us = found[i].at_us };
	*ret_rows = rows;
	*ret_n = n;
	return ERR_OK;
}

enum err
consent_since(struct db *db, struct arena *a, const struct keys *keys,
    const struct consent_asking *k, struct consent_since *list, size_t n)
{
	struct bytes by_email = hash_of(a, keys, "email", k->email_key);
	struct bytes by_phone = hash_of(a, keys, "phone", k->phone);
	struct q_consent_since *rows;
	size_t i, n_rows;
	enum err e;

	e = k->contact_id == 0 ? since_of_nobody(db, a, k, by_email, by_phone,
	    &rows, &n_rows) : q_consent_since(db, a, k->contact_id,
	    day_start_us(day_of(k->asked_us)), k->signup_id, k->asked_us,
	    by_email, by_phone, hash_of(a, keys, "phone", k->contact_phone),
	    k->now_us, &rows, &n_rows);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		say_since(&list[i], rows, n_rows);
	return ERR_OK;
}

enum err
consent_sale_note(struct db *db, struct arena *a, const struct keys *keys,
    const struct consent_sale *sale)
{
	struct hashes h;
	enum err e;

	if ((e = hashes_of(db, a, keys, sale->contact_id, &h)) != ERR_OK)
		return e;
	return q_consent_sale_put(db, sale->contact_id, sale->purpose_id,
	    sale->sold_us, sale->noted_us, h.by_email, h.by_phone, NULL);
}

enum err
consent_sales_mark(struct db *db, struct arena *a, const struct keys *keys,
    bool *ret_is_more)
{
	struct q_consent_sales_unmarked *rows;
	struct hashes h;
	size_t i, n;
	enum err e;

	if ((e = q_consent_sales_unmarked(db, a, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = hashes_of(db, a, keys, rows[i].contact_id, &h)) !=
		    ERR_OK || (e = q_consent_sale_mark(db, h.by_email,
		    h.by_phone, rows[i].contact_id, rows[i].purpose_id,
		    NULL)) != ERR_OK)
			return e;
	*ret_is_more = n > 0;
	return ERR_OK;
}

enum err
consent_kept_out(struct db *db, struct arena *a, const struct keys *keys,
    uint64_t contact_id, int64_t now_us, struct consent_kept_out *ret)
{
	struct q_consent_kept_out *rows;
	struct hashes h;
	size_t n;
	enum err e;

	if ((e = hashes_of(db, a, keys, contact_id, &h)) != ERR_OK ||
	    (e = q_consent_kept_out(db, a, h.by_email, h.by_phone, now_us,
	    &rows, &n)) != ERR_OK)
		return e;
	*ret = (struct consent_kept_out){ rows, n };
	return ERR_OK;
}

/* For everything (an erasure), or for this purpose and channel. */
bool
consent_is_kept_out(const struct consent_kept_out *k, uint64_t purpose_id,
    const char *channel)
{
	size_t i;

	for (i = 0; i < k->n; i++) {
		if (k->rows[i].purpose_id == 0 &&
		    strcmp(k->rows[i].identifier, strcmp(channel, "email") ==
		    0 ? "email" : "phone") == 0 && strcmp(channel, "post") !=
		    0)
			return true;
		if (k->rows[i].purpose_id == purpose_id &&
		    strcmp(k->rows[i].channel, channel) == 0)
			return true;
	}
	return false;
}

/* Of at most DB_EACH_MAX identifiers. */
static enum err
check_some(struct db *db, struct arena *a, const struct keys *keys,
    struct consent_identifier *list, size_t n, int64_t now_us)
{
	struct q_consent_suppressed_each hashes[DB_EACH_MAX];
	struct q_consent_suppressed *rows;
	unsigned char *hash;
	size_t i, j, n_rows;
	enum err e;

	for (i = 0; i < n; i++) {
		hash = arena_take(a, HASH_BYTES);
		consent_suppression_hash(a, keys, list[i].identifier,
		    list[i].value, hash);
		hashes[i] = (struct q_consent_suppressed_each){
		    { hash, HASH_BYTES } };
		list[i].basis = NULL;
	}
	if ((e = q_consent_suppressed(db, a, now_us, hashes, n, &rows,
	    &n_rows)) != ERR_OK)
		return e;
	for (i = 0; i < n_rows; i++)
		for (j = 0; j < n; j++)
			if (rows[i].identifier_hash.len == HASH_BYTES &&
			    memcmp(rows[i].identifier_hash.ptr,
			    hashes[j].identifier_hash.ptr, HASH_BYTES) == 0)
				list[j].basis = rows[i].basis;
	return ERR_OK;
}

enum err
consent_suppressed(struct db *db, struct arena *a, const struct keys *keys,
    struct consent_identifier *list, size_t n, int64_t now_us)
{
	size_t at, some;
	enum err e;

	for (at = 0; at < n; at += some) {
		some = n - at < DB_EACH_MAX ? n - at : DB_EACH_MAX;
		if ((e = check_some(db, a, keys, list + at, some, now_us)) !=
		    ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
consent_file(struct db *db, uint64_t contact_id)
{
	enum err e;

	if ((e = q_consent_file_asked(db, contact_id, NULL)) != ERR_OK)
		return e;
	return q_consent_file_signups(db, FILED_US, contact_id, NULL);
}
