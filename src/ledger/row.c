/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Columns to canonical bytes again: a line that was changed no longer gives
 * its leaf (GDPR 5(2)).
 */
#include "ledger/row.h"

#include <inttypes.h>

#include "db/queries.h"

#define P(program) (1u << (program))

const char *const ledger_names[LEDGER_KIND__MAX] = {
	[LEDGER_CONSENT] = "consent",
	[LEDGER_AUDIT] = "audit",
};

const enum key_purpose ledger_mac_keys[KEYS_PROGRAM__MAX] = {
	[KEYS_PORTAL] = KEY_LEDGER_PORTAL,
	[KEYS_OFFICE] = KEY_LEDGER_OFFICE,
	[KEYS_COURIER] = KEY_LEDGER_COURIER,
	[KEYS_KEEPER] = KEY_LEDGER_KEEPER,
	[KEYS_OWNER] = KEY_LEDGER_OWNER,
};

/* Who may write what: the INSERT column of sql/grants.tsv. */
static const unsigned may_write[LEDGER_KIND__MAX] = {
	[LEDGER_CONSENT] = P(KEYS_PORTAL) | P(KEYS_OFFICE) | P(KEYS_KEEPER) |
	    P(KEYS_OWNER),
	[LEDGER_AUDIT] = P(KEYS_PORTAL) | P(KEYS_OFFICE) | P(KEYS_COURIER) |
	    P(KEYS_KEEPER) | P(KEYS_OWNER),
};

/* What the columns of both ledgers' statements have in common. */
struct common {
	uint64_t id;
	struct bytes leaf;
	struct bytes writer;
	uint64_t writer_n;
	struct bytes mac;
	struct bytes logged;
};

static bool
is_hash(struct bytes data, const struct merkle_hash *hash)
{
	return data.len == HASH_BYTES &&
	    memcmp(data.ptr, hash->bytes, HASH_BYTES) == 0;
}

static void
fill(struct ledger_row *row, const struct common *c, const char *text)
{
	row->id = c->id;
	row->text = text;
	if (text != NULL)
		leaf_hash(text, &row->leaf);
	row->is_leaf_right = text != NULL && is_hash(c->leaf, &row->leaf);
	row->is_logged = c->logged.ptr != NULL;
	row->is_log_right = text != NULL && is_hash(c->logged, &row->leaf);
	if (c->writer.len == WRITER_BYTES)
		memcpy(row->writer, c->writer.ptr, WRITER_BYTES);
	row->writer_n = c->writer_n;
	row->mac = c->mac;
}

/* A hash column: NULL for none, and for the zeros that stand for nobody. */
static const unsigned char *
hash_or_null(struct bytes data)
{
	static const unsigned char zeros[HASH_BYTES];

	if (data.len != HASH_BYTES ||
	    memcmp(data.ptr, zeros, HASH_BYTES) == 0)
		return NULL;
	return data.ptr;
}

static enum err
load_consents(struct db *db, struct arena *a, uint64_t after,
    uint64_t through, uint64_t most, struct ledger_row **ret_rows,
    size_t *ret_n)
{
	struct q_ledger_consent_rows *q;
	struct ledger_row *rows;
	size_t i, n;
	enum err e;

	if ((e = q_ledger_consent_rows(db, a, after, through, most, &q, &n)) !=
	    ERR_OK)
		return e;
	rows = arena_take(a, (n + 1) * sizeof(*rows));
	for (i = 0; i < n; i++) {
		struct leaf_consent leaf = { q[i].kind, q[i].purpose,
		    q[i].purpose_version_id, q[i].channel, q[i].language,
		    q[i].notice_version_id, q[i].form_version_id,
		    hash_or_null(q[i].rendering), q[i].how, q[i].evidence_id,
		    q[i].at_us, hash_or_null(q[i].subject) };
		struct common c = { q[i].id, q[i].leaf, q[i].writer,
		    q[i].writer_n, q[i].mac, q[i].logged };
		const char *text = NULL;

		if (leaf_consent(a, &leaf, &text) != ERR_OK)
			text = NULL;
		fill(&rows[i], &c, text);
	}
	*ret_rows = rows;
	*ret_n = n;
	return ERR_OK;
}

static enum err
load_audits(struct db *db, struct arena *a, uint64_t after, uint64_t through,
    uint64_t most, struct ledger_row **ret_rows, size_t *ret_n)
{
	struct q_ledger_audit_rows *q;
	struct ledger_row *rows;
	size_t i, n;
	enum err e;

	if ((e = q_ledger_audit_rows(db, a, after, through, most, &q, &n)) !=
	    ERR_OK)
		return e;
	rows = arena_take(a, (n + 1) * sizeof(*rows));
	for (i = 0; i < n; i++) {
		struct leaf_audit leaf = { q[i].verb, q[i].actor,
		    q[i].actor_id, q[i].object, q[i].object_id, q[i].detail,
		    q[i].at_us, hash_or_null(q[i].subject) };
		struct common c = { q[i].id, q[i].leaf, q[i].writer,
		    q[i].writer_n, q[i].mac, q[i].logged };
		const char *text = NULL;

		if (leaf_audit(a, &leaf, &text) != ERR_OK)
			text = NULL;
		fill(&rows[i], &c, text);
	}
	*ret_rows = rows;
	*ret_n = n;
	return ERR_OK;
}

enum err
row_load(struct db *db, struct arena *a, enum ledger_kind kind,
    uint64_t after, uint64_t through, uint64_t most,
    struct ledger_row **ret_rows, size_t *ret_n)
{
	if (kind == LEDGER_CONSENT)
		return load_consents(db, a, after, through, most, ret_rows,
		    ret_n);
	return load_audits(db, a, after, through, most, ret_rows, ret_n);
}

static bool
is_by(const struct keys *keys, const struct ledger_row *row,
    enum key_program program)
{
	unsigned char mac[HASH_BYTES];
	const unsigned char *key;
	unsigned i;

	for (i = 0; (key = key_get_at(keys, ledger_mac_keys[program],
	    i)) != NULL; i++) {
		leaf_mac(key, row->text, row->writer, row->writer_n, mac);
		if (secret_equal(mac, row->mac.ptr, HASH_BYTES))
			return true;
	}
	return false;
}

bool
row_find_program(const struct keys *keys, enum ledger_kind kind,
    const struct ledger_row *row, enum key_program guess,
    enum key_program *ret_program)
{
	enum key_program p;

	if (row->text == NULL || row->mac.len != HASH_BYTES)
		return false;
	if ((may_write[kind] & P(guess)) != 0 && is_by(keys, row, guess)) {
		*ret_program = guess;
		return true;
	}
	for (p = 0; p < KEYS_PROGRAM__MAX; p++)
		if (p != guess && (may_write[kind] & P(p)) != 0 &&
		    is_by(keys, row, p)) {
			*ret_program = p;
			return true;
		}
	return false;
}

static struct bytes
marked(struct arena *a, const char *kind, const char *text)
{
	const char *whole = arena_printf(a, "assent/record/1|%s|%s", kind,
	    text);

	return (struct bytes){ (const unsigned char *)whole, strlen(whole) };
}

/* The owner holds the keeper's key too. */
struct bytes
row_mark(struct arena *a, const struct keys *keys, const char *kind,
    const char *text)
{
	unsigned char mac[HASH_BYTES];

	mac_of(key_get(keys, KEY_LEDGER_KEEPER), marked(a, kind, text), mac);
	return arena_bytes(a, mac, sizeof(mac));
}

bool
row_has_mark(struct arena *a, const struct keys *keys, const char *kind,
    const char *text, struct bytes mac)
{
	return mac.len == HASH_BYTES && keys_mac_holds(keys,
	    KEY_LEDGER_KEEPER, marked(a, kind, text), mac.ptr);
}

const char *
row_key_text(struct arena *a, const char *kid, const char *use,
    uint64_t generation, int64_t created_us)
{
	return arena_printf(a, "%s|%s|%" PRIu64 "|%" PRId64, kid, use,
	    generation, created_us);
}
