/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lines of the ledgers: canonical bytes, leaf, MAC, counter, and the opening
 * of the commitment apart from the line (GDPR 5(2), 7(1), 17).
 */
#include "ledger/ledger.h"

#include <assert.h>

#include "base/log.h"
#include "db/queries.h"
#include "ledger/leaf.h"
#include "ledger/row.h"

struct ledger {
	struct db *db;
	const struct keys *keys;
	enum key_purpose mac_key;
	unsigned char writer[WRITER_BYTES];
	uint64_t committed[LEDGER_KIND__MAX];	/* last number that is stored */
	uint64_t given[LEDGER_KIND__MAX];	/* last one of this attempt */
};

/* What a line of the log needs beside its columns. */
struct sealed {
	unsigned char opening[KEY_BYTES];
	unsigned char subject[HASH_BYTES];
	struct merkle_hash leaf;
	unsigned char mac[HASH_BYTES];
	uint64_t n;
};

static void
draw_writer(struct ledger *l)
{
	random_fill(l->writer, sizeof(l->writer));
	memset(l->committed, 0, sizeof(l->committed));
	memset(l->given, 0, sizeof(l->given));
}

static void
watch(void *arg, enum tx_event event)
{
	struct ledger *l = arg;

	switch (event) {
	case TX_BEGAN:
	case TX_ROLLED_BACK:
		memcpy(l->given, l->committed, sizeof(l->given));
		break;
	case TX_COMMITTED:
		memcpy(l->committed, l->given, sizeof(l->committed));
		break;
	case TX_UNSURE:
		draw_writer(l);
		break;
	}
}

struct ledger *
ledger_open(struct db *db, const struct keys *keys, enum key_program program)
{
	struct ledger *l = calloc(1, sizeof(*l));

	if (l == NULL)
		abort();
	l->db = db;
	l->keys = keys;
	l->mac_key = ledger_mac_keys[program];
	draw_writer(l);
	db_watch(db, watch, l);
	return l;
}

void
ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	db_watch(l->db, NULL, NULL);
	free(l);
}

/* Leaf, MAC and number of the line whose canonical bytes are ${text}. */
static void
seal_line(struct ledger *l, enum ledger_kind kind, const char *text,
    struct sealed *s)
{
	s->n = ++l->given[kind];
	leaf_hash(text, &s->leaf);
	leaf_mac(key_get(l->keys, l->mac_key), text, l->writer, s->n, s->mac);
}

static enum err
refuse(const char *ledger, const char *what)
{
	log_fault("event=ledger.refused ledger=%s what=%s", ledger, what);
	return ERR_BUG;
}

static enum err
seal_consent(struct arena *a, struct ledger *l,
    const struct ledger_consent *event, struct sealed *s)
{
	struct leaf_consent row = {
		.kind = event->kind,
		.purpose = event->purpose,
		.purpose_version = event->purpose_version_id,
		.channel = event->channel,
		.language = event->lang,
		.notice_version = event->notice_version_id,
		.form_version = event->form_version_id,
		.rendering = event->rendering,
		.how = event->how,
		.evidence = event->evidence_id,
		.at_us = event->at_us,
		.subject = s->subject,
	};
	const char *text;
	enum err e;

	assert(event->contact_id != 0 || event->signup_id != 0);
	random_fill(s->opening, sizeof(s->opening));
	if (event->contact_id != 0)
		leaf_commit(s->opening, SUBJECT_CONTACT, event->contact_id,
		    s->subject);
	else
		leaf_commit(s->opening, SUBJECT_SIGNUP, event->signup_id,
		    s->subject);
	if ((e = leaf_consent(a, &row, &text)) != ERR_OK)
		return refuse("consent", err_name(e));
	seal_line(l, LEDGER_CONSENT, text, s);
	return ERR_OK;
}

static struct bytes
hash_bytes(const unsigned char *hash)
{
	return (struct bytes){ hash, hash == NULL ? 0 : HASH_BYTES };
}

static enum err
store_consents(struct db *db, struct arena *a, struct ledger *l,
    const struct ledger_consent *events, const struct sealed *s, size_t n,
    uint64_t *ids)
{
	struct q_ledger_consent_insert_each rows[LEDGER_BATCH_MAX];
	struct q_ledger_consent_insert *stored;
	size_t i, n_stored;
	enum err e;

	for (i = 0; i < n; i++)
		rows[i] = (struct q_ledger_consent_insert_each){
		    events[i].kind, events[i].purpose_version_id,
		    events[i].channel, events[i].lang,
		    events[i].notice_version_id, events[i].form_version_id,
		    hash_bytes(events[i].rendering), events[i].how,
		    events[i].evidence_id, events[i].at_us,
		    hash_bytes(s[i].subject), hash_bytes(s[i].leaf.bytes),
		    { l->writer, WRITER_BYTES }, s[i].n,
		    hash_bytes(s[i].mac) };
	if ((e = q_ledger_consent_insert(db, a, rows, n, &stored,
	    &n_stored)) != ERR_OK)
		return e;
	if (n_stored != n)
		return refuse("consent", "ids");
	for (i = 0; i < n; i++)
		ids[i] = stored[i].id;
	return ERR_OK;
}

enum err
ledger_consents(struct db *db, struct arena *a, struct ledger *l,
    const struct ledger_consent *events, size_t n, uint64_t *ret_ids)
{
	struct q_ledger_consent_subject_insert_each subjects[LEDGER_BATCH_MAX];
	struct sealed *s = arena_take(a, LEDGER_BATCH_MAX * sizeof(*s));
	uint64_t ids[LEDGER_BATCH_MAX];
	size_t i;
	enum err e;

	assert(n >= 1 && n <= LEDGER_BATCH_MAX);
	for (i = 0; i < n; i++)
		if ((e = seal_consent(a, l, &events[i], &s[i])) != ERR_OK)
			return e;
	if ((e = store_consents(db, a, l, events, s, n, ids)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		subjects[i] = (struct q_ledger_consent_subject_insert_each){
		    ids[i], events[i].contact_id, events[i].signup_id,
		    { s[i].opening, KEY_BYTES } };
	if ((e = q_ledger_consent_subject_insert(db, subjects, n, NULL)) !=
	    ERR_OK)
		return e;
	if (ret_ids != NULL)
		memcpy(ret_ids, ids, n * sizeof(*ids));
	return ERR_OK;
}

enum err
ledger_audit(struct db *db, struct arena *a, struct ledger *l,
    const struct ledger_audit *event)
{
	const char *detail = event->detail == NULL ? "{}" : event->detail;
	struct leaf_audit row = { event->verb, event->actor, event->actor_id,
	    event->object, event->object_id, detail, event->at_us, NULL };
	struct sealed *s = arena_take(a, sizeof(*s));
	struct q_ledger_audit_insert stored;
	const char *text;
	enum err e;

	if (event->contact_id != 0) {
		random_fill(s->opening, sizeof(s->opening));
		leaf_commit(s->opening, SUBJECT_CONTACT, event->contact_id,
		    s->subject);
		row.subject = s->subject;
	}
	if ((e = leaf_audit(a, &row, &text)) != ERR_OK)
		return refuse("audit", err_name(e));
	seal_line(l, LEDGER_AUDIT, text, s);
	if ((e = q_ledger_audit_insert(db, a, event->verb, event->actor,
	    event->actor_id, event->object, event->object_id, detail,
	    event->at_us, hash_bytes(s->subject), hash_bytes(s->leaf.bytes),
	    (struct bytes){ l->writer, WRITER_BYTES }, s->n,
	    hash_bytes(s->mac), &stored)) != ERR_OK)
		return e;
	if (event->contact_id == 0)
		return ERR_OK;
	return q_ledger_audit_subject_insert(db, stored.id, event->contact_id,
	    (struct bytes){ s->opening, KEY_BYTES }, NULL);
}

enum err
ledger_record(struct db *db, struct arena *a, const struct keys *keys,
    const struct ledger_record *record, uint64_t *ret_id)
{
	const char *kind = leaf_kind_names[record->kind];
	struct q_ledger_record_insert row;
	enum err e;

	assert(record->kind == LEAF_RECEIPT || record->kind == LEAF_DIGEST ||
	    record->kind == LEAF_EPOCH);
	if ((e = q_ledger_record_insert(db, a, kind, record->text,
	    record->at_us, row_mark(a, keys, kind, record->text),
	    &row)) != ERR_OK)
		return e;
	*ret_id = row.id;
	return ERR_OK;
}
