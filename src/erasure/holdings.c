/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The one file that lists the holdings.  A new table with a person's rows
 * gets its line here; the data map's test says when one is missing
 * (GDPR 17(1), 17(3)).
 */
#include "erasure/holding.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/tree.h"
#include "consent/consent.h"
#include "db/queries.h"
#include "keys/person.h"
#include "outbox/outbox.h"

const char *const holding_names[HOLDING__MAX] = {
	[HOLDING_OUTBOX]	= "outbox",
	[HOLDING_PACKAGE]	= "package",
	[HOLDING_INTERACTION]	= "interaction",
	[HOLDING_EVIDENCE]	= "evidence",
	[HOLDING_CONSENT]	= "consent",
	[HOLDING_AUDIT]		= "audit",
	[HOLDING_ACCESS]	= "access",
	[HOLDING_HISTORY]	= "history",
	[HOLDING_PROVENANCE]	= "provenance",
	[HOLDING_INDEX]		= "contact_index",
	[HOLDING_SIGNUP]	= "signup",
	[HOLDING_IDENTITY]	= "identity",
	[HOLDING_CONTACT]	= "contact",
	[HOLDING_REQUEST]	= "rights_request",
};

static const char *
bytes_text(struct arena *a, struct bytes bytes)
{
	return bytes.ptr == NULL ? NULL : arena_textn(a, bytes.ptr, bytes.len);
}

void
holding_pseudonym(const struct keys *keys, uint64_t contact_id,
    unsigned char ret_pseudonym[HASH_BYTES])
{
	char text[60];

	snprintf(text, sizeof(text), "assent/journal/1|%" PRIu64, contact_id);
	mac_text(key_get(keys, KEY_JOURNAL), text, ret_pseudonym);
}

/* The addresses and numbers beside the main ones. */
static enum err
load_reach(struct db *db, struct arena *a, struct holding_person *p)
{
	struct q_holding_reach *rows;
	struct holding_reach *list;
	size_t i, n;
	enum err e;

	if ((e = q_holding_reach(db, a, p->contact_id, &rows, &n)) != ERR_OK)
		return e;
	list = arena_take(a, (n + 1) * sizeof(*list));
	for (i = 0; i < n; i++)
		list[i] = (struct holding_reach){ rows[i].kind,
		    rows[i].value, bytes_text(a, rows[i].value_key),
		    rows[i].others == 0 };
	p->reach = list;
	p->n_reach = n;
	return ERR_OK;
}

enum err
holding_person_load(struct db *db, struct arena *a, uint64_t contact_id,
    struct holding_person *ret_person)
{
	struct q_holding_who w;
	struct holding_person p = { .contact_id = contact_id };
	enum err e;

	if ((e = q_holding_who(db, a, contact_id, &w)) != ERR_OK)
		return e;
	p.identity_id = w.same_identity == 0 ? w.identity_id : 0;
	p.reference = w.reference;
	p.given_name = w.given_name;
	p.family_name = w.family_name;
	p.lang = w.language;
	p.basis = w.basis;
	p.mail = w.mailbox != NULL ? w.mailbox : w.email;
	p.mail_key = bytes_text(a, w.mailbox != NULL ? w.mailbox_key :
	    w.email_key);
	if (w.mailbox != NULL && w.email_key.ptr != NULL &&
	    strcmp(bytes_text(a, w.email_key), p.mail_key) != 0)
		p.other_key = bytes_text(a, w.email_key);
	p.phone = w.phone;
	p.is_address_alone = w.same_address == 0 && w.same_identity == 0;
	p.is_phone_alone = w.same_phone == 0;
	if ((e = load_reach(db, a, &p)) != ERR_OK)
		return e;
	*ret_person = p;
	return ERR_OK;
}

/* A sign-up that waits belongs to the mailbox: NULL when others have it. */
static const char *
own_key(const struct holding_person *p)
{
	return p->is_address_alone ? p->mail_key : NULL;
}

/* Further mailboxes of the person alone: sign-ups may wait for them too. */
static bool
is_own_mailbox(const struct holding_reach *r)
{
	return r->is_alone && strcmp(r->kind, "email") == 0;
}

static enum err
count_signups(struct db *db, struct holding_run *run, uint64_t *n)
{
	const struct holding_person *p = run->person;
	struct q_holding_signups row;
	size_t i;
	enum err e;

	for (i = 0; i < p->n_reach; i++) {
		if (!is_own_mailbox(&p->reach[i]))
			continue;
		if ((e = q_holding_signups(db, run->arena, text_bytes(
		    p->reach[i].key), &row)) != ERR_OK)
			return e;
		*n += row.n;
	}
	return ERR_OK;
}

enum err
holding_recount(struct db *db, struct holding_run *run)
{
	const struct holding_person *p = run->person;
	struct q_holding_counts n;
	size_t i;
	enum err e;

	if ((e = q_holding_counts(db, run->arena, p->contact_id,
	    p->identity_id, text_bytes(own_key(p)), &n)) != ERR_OK ||
	    (e = count_signups(db, run, &n.signup)) != ERR_OK)
		return e;
	const uint64_t left[HOLDING__MAX] = {
		[HOLDING_OUTBOX] = n.outbox,
		[HOLDING_PACKAGE] = n.package,
		[HOLDING_INTERACTION] = n.interaction,
		[HOLDING_EVIDENCE] = n.evidence,
		[HOLDING_CONSENT] = n.consent,
		[HOLDING_AUDIT] = n.audit,
		[HOLDING_ACCESS] = n.access,
		[HOLDING_HISTORY] = n.history,
		[HOLDING_PROVENANCE] = n.provenance,
		[HOLDING_INDEX] = n.contact_index,
		[HOLDING_SIGNUP] = n.signup,
		[HOLDING_IDENTITY] = n.identity,
		[HOLDING_CONTACT] = n.contact,
		[HOLDING_REQUEST] = n.rights_request,
	};
	for (i = 0; i < HOLDING__MAX; i++)
		run->counts[i].reread = left[i];
	return ERR_OK;
}

/* A statement that removes the rows of a contact. */
struct removal {
	enum holding holding;
	enum err (*run)(struct db *db, uint64_t contact_id,
	    uint64_t *ret_affected);
	bool is_anonymising;	/* what went said whose another row is */
};

/* In an order that the foreign keys allow. */
static const struct removal removals[] = {
	{ HOLDING_PACKAGE, q_holding_erase_package_download, false },
	{ HOLDING_PACKAGE, q_holding_erase_package_chunk, false },
	{ HOLDING_PACKAGE, q_holding_erase_package, false },
	{ HOLDING_PACKAGE, q_holding_erase_export_chunk, false },
	{ HOLDING_PACKAGE, q_holding_erase_export_key, false },
	{ HOLDING_PACKAGE, q_holding_erase_export, true },
	{ HOLDING_INTERACTION, q_holding_erase_interaction, false },
	{ HOLDING_EVIDENCE, q_holding_erase_evidence_chunk, false },
	{ HOLDING_EVIDENCE, q_holding_erase_evidence, false },
	{ HOLDING_SIGNUP, q_holding_erase_signup_filed, false },
	{ HOLDING_CONSENT, q_holding_erase_consent_state, false },
	{ HOLDING_CONSENT, q_holding_erase_consent_soft_opt_in, false },
	{ HOLDING_CONSENT, q_holding_erase_consent_subject, true },
	{ HOLDING_AUDIT, q_holding_erase_audit_subject, true },
	{ HOLDING_ACCESS, q_holding_erase_access_subject, true },
	{ HOLDING_ACCESS, q_holding_erase_crossing, false },
	{ HOLDING_HISTORY, q_holding_erase_contact_history, false },
	{ HOLDING_PROVENANCE, q_holding_erase_contact_provenance, false },
	{ HOLDING_PROVENANCE, q_holding_erase_import_row, false },
	{ HOLDING_PROVENANCE, q_holding_unlink_import, true },
	{ HOLDING_PROVENANCE, q_holding_erase_quarantine, false },
	{ HOLDING_PROVENANCE, q_holding_erase_notice_duty, false },
	{ HOLDING_INDEX, q_holding_erase_contact_word, false },
	{ HOLDING_CONTACT, q_holding_erase_address_change, false },
	{ HOLDING_CONTACT, q_holding_erase_contact_reach, false },
	{ HOLDING_INDEX, q_holding_erase_organisation_word, false },
	{ HOLDING_CONTACT, q_holding_erase_membership, false },
	{ HOLDING_PROVENANCE, q_holding_erase_own_origins, true },
	{ HOLDING_CONTACT, q_holding_erase_own_members, true },
	{ HOLDING_CONTACT, q_holding_erase_organisation, false },
	{ HOLDING_CONTACT, q_holding_erase_contact_merge, false },
	{ HOLDING_CONTACT, q_holding_erase_duplicate, false },
	{ HOLDING_CONTACT, q_holding_erase_contact_tag, false },
	{ HOLDING_CONTACT, q_holding_erase_custom_value, false },
	{ HOLDING_CONTACT, q_holding_erase_snapshot_contact, false },
	{ HOLDING_CONTACT, q_holding_erase_bulk_contact, false },
	{ HOLDING_CONTACT, q_holding_erase_contact, false },
};

static enum err
remove_rows(struct db *db, struct holding_run *run)
{
	struct holding_count *count;
	uint64_t n;
	size_t i;
	enum err e;

	/* a sign-up confirmed a moment ago is the contact's too */
	if ((e = consent_file(db, run->person->contact_id)) != ERR_OK)
		return e;
	/* what still lies there of a file that named them goes too */
	if ((e = q_holding_close_import(db, run->now_us,
	    run->person->contact_id, NULL)) != ERR_OK)
		return e;
	for (i = 0; i < LENGTH(removals); i++) {
		if ((e = removals[i].run(db, run->person->contact_id, &n)) !=
		    ERR_OK)
			return e;
		count = &run->counts[removals[i].holding];
		if (removals[i].is_anonymising)
			count->anonymised += n;
		else
			count->erased += n;
	}
	return ERR_OK;
}

static enum err
erase_mails(struct db *db, struct holding_run *run)
{
	struct holding_count *count = &run->counts[HOLDING_OUTBOX];
	enum err e;

	if ((e = holding_recount(db, run)) != ERR_OK)
		return e;
	count->anonymised = count->reread;
	return outbox_cancel(db, run->person->contact_id, run->now_us);
}

/* The words of a held row, or NULL when it has none that open. */
static const char *
open_detail(struct holding_run *run, const unsigned char *key,
    const struct q_holding_held *row)
{
	const struct person_place place = { "interaction", "detail_sealed",
	    run->person->contact_id };
	const char *text;

	if (row->detail_sealed.ptr == NULL)
		return NULL;
	if (key != NULL && person_unseal(run->arena, key, &place,
	    row->detail_sealed, &text) == ERR_OK)
		return text;
	log_fault("event=erasure.archive interaction=%" PRIu64 " error=detail_does_not_open",
	    row->id);
	return NULL;
}

static struct bytes
seal_held(struct holding_run *run, const unsigned char *live,
    const unsigned char *proof, const struct q_holding_held *row)
{
	const char *detail = open_detail(run, live, row);
	json_t *item = json_pack("{s:s, s:b, s:s, s:s*, s:I, s:s}", "kind",
	    row->kind, "is_from_person", row->is_from_person, "title",
	    row->title, "detail", detail, "amount_cents",
	    (json_int_t)row->amount_cents, "at", clock_iso(run->arena,
	    row->at_us));
	struct bytes sealed;

	sealed = person_seal(run->arena, proof, "archive_item", "sealed",
	    run->person->contact_id, tree_text(run->arena, item,
	    JSON_COMPACT | JSON_SORT_KEYS));
	json_decref(item);
	return sealed;
}

static enum err
archive_batch(struct db *db, struct holding_run *run,
    const unsigned char *live, const unsigned char *proof,
    const struct q_holding_held *rows, size_t n)
{
	struct q_holding_archive_each items[DB_EACH_MAX];
	struct q_holding_erase_held_each ids[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < n; i++) {
		ids[i].id = rows[i].id;
		items[i] = (struct q_holding_archive_each){
		    run->person->contact_id, run->erasure_id,
		    holding_names[HOLDING_INTERACTION], rows[i].hold_law,
		    rows[i].hold_until, seal_held(run, live, proof, &rows[i]),
		    run->now_us };
	}
	if ((e = q_holding_archive(db, items, n, NULL)) != ERR_OK)
		return e;
	return q_holding_erase_held(db, ids, n, NULL);
}

/* What a statute keeps goes out of daily use, sealed by the proof key. */
static enum err
archive_held(struct db *db, struct holding_run *run)
{
	const struct person_key wanted = { run->person->contact_id,
	    PERSON_PROOF, run->now_us };
	unsigned char live[KEY_BYTES], proof[KEY_BYTES];
	bool has_live;
	struct q_holding_held *rows;
	size_t n;
	enum err e;

	if ((e = q_holding_held(db, run->arena, wanted.contact,
	    day_of(run->now_us), &rows, &n)) != ERR_OK || n == 0)
		return e;
	e = person_key_load(db, run->arena, run->keys, wanted.contact,
	    PERSON_LIVE, live);
	has_live = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	e = person_key_take(db, run->arena, run->keys, &wanted, proof);
	while (e == ERR_OK && n > 0) {
		e = archive_batch(db, run, has_live ? live : NULL, proof,
		    rows, n);
		if (e == ERR_OK)
			e = q_holding_held(db, run->arena, wanted.contact,
			    day_of(run->now_us), &rows, &n);
	}
	secret_wipe(live, sizeof(live));
	secret_wipe(proof, sizeof(proof));
	return e;
}

/* All that is in the archive of this person, as the receipt will say. */
static enum err
count_kept(struct db *db, struct holding_run *run)
{
	struct holding_count *count = &run->counts[HOLDING_INTERACTION];
	struct q_holding_kept_requests kept;
	struct q_holding_archived *rows;
	size_t i, n;
	enum err e;

	if ((e = q_holding_archived(db, run->arena, run->person->contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		count->kept += rows[i].kept;
	if (n == 1) {
		count->law = rows[0].hold_law;
		count->until = rows[0].hold_until;
	}
	if ((e = q_holding_kept_requests(db, run->arena,
	    run->person->contact_id, &kept)) != ERR_OK || kept.kept == 0)
		return e;
	count = &run->counts[HOLDING_REQUEST];
	count->kept = kept.kept;
	count->law = HOLDING_PROOF_LAW;
	count->until = day_add_months(kept.last, HOLDING_PROOF_MONTHS);
	return ERR_OK;
}

/* Tokens first: they are found through what goes after them. */
static enum err
erase_identity(struct db *db, struct holding_run *run)
{
	const struct holding_person *p = run->person;
	struct holding_count *count = &run->counts[HOLDING_IDENTITY];
	uint64_t tokens, sessions;
	enum err e;

	if ((e = q_holding_erase_token(db, p->identity_id, p->contact_id,
	    &tokens)) != ERR_OK ||
	    (e = q_holding_erase_portal_session(db, p->identity_id,
	    p->contact_id, &sessions)) != ERR_OK)
		return e;
	count->erased += tokens + sessions;
	return ERR_OK;
}

/* Sign-ups that wait for ${key}, with what they had asked. */
static enum err
erase_signups(struct db *db, struct holding_run *run, const char *key)
{
	uint64_t n, subjects;
	enum err e;

	if ((e = q_holding_erase_signup_subject(db, text_bytes(key),
	    &subjects)) != ERR_OK ||
	    (e = q_holding_erase_signup(db, text_bytes(key), &n)) != ERR_OK)
		return e;
	run->counts[HOLDING_SIGNUP].erased += n;
	run->counts[HOLDING_CONSENT].anonymised += subjects;
	return ERR_OK;
}

static enum err
erase_mailbox(struct db *db, struct holding_run *run)
{
	const struct holding_person *p = run->person;
	uint64_t n = 0;
	size_t i;
	enum err e;

	if (own_key(p) != NULL && (e = erase_signups(db, run, own_key(p))) !=
	    ERR_OK)
		return e;
	for (i = 0; i < p->n_reach; i++)
		if (is_own_mailbox(&p->reach[i]) && (e = erase_signups(db,
		    run, p->reach[i].key)) != ERR_OK)
			return e;
	if (p->identity_id != 0 && (e = q_holding_erase_identity(db,
	    p->identity_id, &n)) != ERR_OK)
		return e;
	run->counts[HOLDING_IDENTITY].erased += n;
	return ERR_OK;
}

/* Rows for the suppression, written when there are enough. */
struct suppressing {
	struct db *db;
	struct holding_run *run;
	struct q_holding_suppress_each rows[DB_EACH_MAX];
	size_t n;
};

static enum err
suppress_all(struct suppressing *s)
{
	size_t n = s->n;

	s->n = 0;
	return n == 0 ? ERR_OK : q_holding_suppress(s->db, s->rows, n, NULL);
}

static enum err
suppress_one(struct suppressing *s, const char *identifier,
    const char *value, const char *channel)
{
	struct holding_run *run = s->run;
	unsigned char *hash = arena_take(run->arena, HASH_BYTES);
	enum err e;

	if (s->n == DB_EACH_MAX && (e = suppress_all(s)) != ERR_OK)
		return e;
	consent_suppression_hash(run->arena, run->keys, identifier, value,
	    hash);
	s->rows[s->n++] = (struct q_holding_suppress_each){
	    { hash, HASH_BYTES }, identifier, channel, run->now_us,
	    run->now_us + HOLDING_SUPPRESSION_DAYS * DAY_US };
	return ERR_OK;
}

/* ${value}, an address key or a number; NULL: nothing. */
static enum err
suppress_identifier(struct suppressing *s, const char *identifier,
    const char *value)
{
	enum err e;

	if (value == NULL)
		return ERR_OK;
	if (strcmp(identifier, "email") == 0)
		return suppress_one(s, identifier, value, "email");
	if ((e = suppress_one(s, identifier, value, "phone")) != ERR_OK)
		return e;
	return suppress_one(s, identifier, value, "sms");
}

/* So that no list brings them back; the person themself may (X21). */
static enum err
suppress(struct db *db, struct holding_run *run)
{
	struct suppressing *s = arena_take(run->arena, sizeof(*s));
	const struct holding_person *p = run->person;
	size_t i;
	enum err e;

	s->db = db;
	s->run = run;
	if ((e = suppress_identifier(s, "email", own_key(p))) != ERR_OK ||
	    (e = suppress_identifier(s, "email", p->is_address_alone ?
	    p->other_key : NULL)) != ERR_OK ||
	    (e = suppress_identifier(s, "phone", p->is_phone_alone ?
	    p->phone : NULL)) != ERR_OK)
		return e;
	for (i = 0; i < p->n_reach; i++)
		if (p->reach[i].is_alone && strcmp(p->reach[i].kind,
		    "reference") != 0 && (e = suppress_identifier(s,
		    p->reach[i].kind, p->reach[i].key)) != ERR_OK)
			return e;
	return suppress_all(s);
}

enum err
holding_erase(struct db *db, struct holding_run *run)
{
	uint64_t id = run->person->contact_id;
	struct q_holding_lock *locked;
	size_t n;
	enum err e;

	memset(run->counts, 0, sizeof(run->counts));
	if ((e = q_holding_lock(db, run->arena, id, &locked, &n)) != ERR_OK ||
	    (e = erase_mails(db, run)) != ERR_OK ||
	    (e = archive_held(db, run)) != ERR_OK ||
	    (e = erase_identity(db, run)) != ERR_OK ||
	    (e = q_holding_destroy_merged_keys(db, id, NULL)) != ERR_OK ||
	    (e = remove_rows(db, run)) != ERR_OK ||
	    (e = erase_mailbox(db, run)) != ERR_OK ||
	    (e = q_holding_end_requests_step(db, run->now_us, id, NULL)) !=
	    ERR_OK ||
	    (e = q_holding_end_requests(db, run->now_us, id, NULL)) !=
	    ERR_OK ||
	    (e = q_holding_forget_request(db, id,
	    &run->counts[HOLDING_REQUEST].anonymised)) != ERR_OK ||
	    (e = suppress(db, run)) != ERR_OK ||
	    (e = q_holding_destroy_keys(db, id, NULL)) != ERR_OK ||
	    (e = count_kept(db, run)) != ERR_OK)
		return e;
	return holding_recount(db, run);
}
