/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The run of the verifier, in one snapshot, and the records of pruning
 * (GDPR 5(1)(e), 5(2)).
 */
#include "ledger/ledger_verify.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/clock.h"
#include "base/text.h"
#include "keys/document.h"
#include "ledger/head.h"
#include "ledger/row.h"
#include "ledger/verify_inside.h"

const char *const verify_kind_names[VERIFY_KIND__MAX] = {
	[VERIFY_ROW_SLIPPED_IN] = "row.slipped_in",
	[VERIFY_ROW_CHANGED] = "row.changed",
	[VERIFY_ROW_REMOVED] = "row.removed",
	[VERIFY_LEAF_CHANGED] = "leaf.changed",
	[VERIFY_LEAF_MISSING] = "leaf.missing",
	[VERIFY_TREE] = "tree.other",
	[VERIFY_HEAD] = "head.bad",
	[VERIFY_FILE] = "file.differs",
	[VERIFY_PRUNE] = "prune.bad",
	[VERIFY_WRITER] = "writer.gap",
	[VERIFY_KEY] = "key.foreign",
	[VERIFY_STATE] = "state.differs",
};

void
verify_tell(struct verify *v, enum verify_kind kind, const char *ledger,
    uint64_t row, const char *format, ...)
{
	struct verify_finding f = { kind, ledger, row, NULL };
	char text[400];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	f.text = text;
	v->counts.findings++;
	v->options->found(v->options->arg, &f);
}

void
verify_progress(struct verify *v, uint64_t n)
{
	if (v->options->progress != NULL)
		v->options->progress(v->options->arg, n);
}

static void
add_id(struct id_set *set, uint64_t id)
{
	if (set->n == set->size) {
		set->size = set->size == 0 ? 1024 : 2 * set->size;
		set->ids = realloc(set->ids, set->size * sizeof(*set->ids));
		if (set->ids == NULL)
			abort();
	}
	set->ids[set->n++] = id;
}

static int
compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The ids that a record names; its JSON list must be the one it hashes. */
static bool
take_ids(struct verify *v, const struct q_ledger_prune_rows *row,
    struct bytes record)
{
	unsigned char named[HASH_BYTES], hash[HASH_BYTES];
	json_t *doc = NULL, *list = NULL;
	enum ledger_kind kind = text_equal(row->ledger, "audit") ?
	    LEDGER_AUDIT : LEDGER_CONSENT;
	bool is_right;
	uint64_t *ids;
	struct doc d;
	size_t i, n;

	if (doc_load(record, &doc) != ERR_OK)
		return false;
	doc_open(&d, v->batch, doc);
	doc_bytes(&d, "rows", named, sizeof(named));
	is_right = !d.is_bad && strcmp(doc_text(&d, "ledger", 10),
	    row->ledger) == 0 && doc_load((struct bytes){
	    (const unsigned char *)row->row_ids, strlen(row->row_ids) },
	    &list) == ERR_OK && json_is_array(list);
	json_decref(doc);
	if (!is_right) {
		json_decref(list);
		return false;
	}
	n = json_array_size(list);
	ids = arena_take(v->batch, (n + 1) * sizeof(*ids));
	for (i = 0; i < n; i++)
		ids[i] = (uint64_t)json_integer_value(json_array_get(list, i));
	json_decref(list);
	leaf_rows_hash(ids, n, hash);
	if (memcmp(hash, named, HASH_BYTES) != 0)
		return false;
	for (i = 0; i < n; i++)
		add_id(&v->pruned[kind], ids[i]);
	return true;
}

static void
check_prune(struct verify *v, const struct q_ledger_prune_rows *row)
{
	struct merkle_hash leaf;
	struct jws jws;

	leaf_hash(row->record, &leaf);
	if (v->options->keys != NULL && !row_has_mark(v->batch,
	    v->options->keys, "prune", row->record, row->mac))
		verify_tell(v, VERIFY_PRUNE, "prune", row->id,
		    "the record of pruning %" PRIu64 " is not by a program of ours",
		    row->id);
	else if (row->logged.ptr != NULL && (row->logged.len != HASH_BYTES ||
	    memcmp(row->logged.ptr, leaf.bytes, HASH_BYTES) != 0))
		verify_tell(v, VERIFY_PRUNE, "prune", row->id,
		    "the record of pruning %" PRIu64 " is not the one in the log",
		    row->id);
	else if (jws_open(v->batch, row->jws, PRUNE_TYP, &v->jwks, JWK_HEAD,
	    &jws) != ERR_OK || jws.payload.len != strlen(row->record) ||
	    memcmp(jws.payload.ptr, row->record, jws.payload.len) != 0)
		verify_tell(v, VERIFY_PRUNE, "prune", row->id,
		    "the record of pruning %" PRIu64 " is not signed by the keeper",
		    row->id);
	else if (!take_ids(v, row, jws.payload))
		verify_tell(v, VERIFY_PRUNE, "prune", row->id,
		    "the record of pruning %" PRIu64 " names other rows than it was signed for",
		    row->id);
}

enum err
verify_prunes(struct verify *v)
{
	struct q_ledger_prune_rows *rows;
	enum ledger_kind kind;
	uint64_t after = 0;
	size_t i, n;
	enum err e;

	do {
		if ((e = q_ledger_prune_rows(v->db, v->batch, after, 50,
		    &rows, &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++)
			check_prune(v, &rows[i]);
		if (n > 0)
			after = rows[n - 1].id;
		arena_wipe(v->batch);
	} while (n == 50);
	for (kind = 0; kind < LEDGER_KIND__MAX; kind++)
		if (v->pruned[kind].n > 0)
			qsort(v->pruned[kind].ids, v->pruned[kind].n,
			    sizeof(uint64_t), compare_ids);
	return ERR_OK;
}

static enum err
read_key(const struct q_ledger_keys *row, struct jwk *ret_key)
{
	if (row->public_key.len != KEY_BYTES)
		return ERR_MALFORMED;
	memcpy(ret_key->public, row->public_key.ptr, KEY_BYTES);
	jwk_kid(ret_key->public, ret_key->kid);
	ret_key->use = text_equal(row->usage_of, "head") ? JWK_HEAD :
	    JWK_RECEIPT;
	ret_key->from_s = row->created_us / SECOND_US;
	ret_key->until_s = row->retired_us / SECOND_US;
	ret_key->revoked_s = row->revoked_us / SECOND_US;
	return ERR_OK;
}

enum err
ledger_jwks(struct db *db, struct arena *a, struct jwks *ret_keys)
{
	struct q_ledger_keys *rows;
	struct jwk *keys;
	size_t i, n;
	enum err e;

	if ((e = q_ledger_keys(db, a, &rows, &n)) != ERR_OK)
		return e;
	keys = arena_take(a, (n + 1) * sizeof(*keys));
	for (i = 0; i < n; i++)
		if ((e = read_key(&rows[i], &keys[i])) != ERR_OK)
			return e;
	*ret_keys = (struct jwks){ (unsigned)n, keys };
	return ERR_OK;
}

/* What a key that is not ours signed counts for nothing. */
static enum err
verify_keys(struct verify *v)
{
	struct q_ledger_keys *rows;
	struct jwk *keys;
	size_t i, n, k;
	enum err e;

	if (v->options->jwks != NULL) {
		v->jwks = *v->options->jwks;
		return ERR_OK;
	}
	if ((e = q_ledger_keys(v->db, v->arena, &rows, &n)) != ERR_OK)
		return e;
	keys = arena_take(v->arena, (n + 1) * sizeof(*keys));
	for (i = k = 0; i < n; i++) {
		if (v->options->keys != NULL && !row_has_mark(v->arena,
		    v->options->keys, "key", row_key_text(v->arena,
		    rows[i].kid, rows[i].usage_of, rows[i].generation,
		    rows[i].created_us), rows[i].mac))
			verify_tell(v, VERIFY_KEY, NULL, 0,
			    "the %s key %s was slipped into the directory: the keeper did not make it",
			    rows[i].usage_of, rows[i].kid);
		else if ((e = read_key(&rows[i], &keys[k++])) != ERR_OK)
			return e;
	}
	v->jwks = (struct jwks){ (unsigned)k, keys };
	return ERR_OK;
}

static enum err
verify_in_tx(struct db *db, void *arg)
{
	struct verify *v = arg;
	enum ledger_kind kind;
	enum err e;

	arena_wipe(v->arena);
	memset(&v->counts, 0, sizeof(v->counts));
	for (kind = 0; kind < LEDGER_KIND__MAX; kind++) {
		v->pruned[kind].n = 0;
		v->removed[kind] = 0;
	}
	e = q_ledger_state(db, v->arena, &v->state);
	if (e == ERR_NOTFOUND) {
		verify_tell(v, VERIFY_STATE, NULL, 0,
		    "there is no log yet: the keeper has not run");
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	if ((e = verify_keys(v)) != ERR_OK ||
	    (e = verify_prunes(v)) != ERR_OK ||
	    (e = verify_tree(v)) != ERR_OK ||
	    (e = verify_rows(v)) != ERR_OK)
		return e;
	return verify_records(v);
}

enum err
ledger_verify(struct db *db, const struct verify_options *options,
    struct verify_counts *ret_counts)
{
	struct verify v = { .db = db, .options = options };
	struct arena *a = arena_open();
	enum ledger_kind kind;
	enum err e;

	v.arena = arena_open();
	v.batch = arena_open();
	if ((e = tx_run(db, NULL, a, verify_in_tx, &v, NULL)) == ERR_OK)
		*ret_counts = v.counts;
	for (kind = 0; kind < LEDGER_KIND__MAX; kind++)
		free(v.pruned[kind].ids);
	arena_close(v.batch);
	arena_close(v.arena);
	arena_close(a);
	return e;
}
