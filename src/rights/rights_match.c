/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From the address of the public form to the contact whose case it is
 * (GDPR 12(3), 12(6)).
 */
#include "rights/rights_match.h"

#include "base/address.h"
#include "db/queries.h"
#include "keys/person.h"
#include "ledger/ledger.h"
#include "rights/rights.h"

struct matching {
	struct job *job;
	const struct q_rights_unmatched *row;
};

/* 0: nobody has it, or more than one. */
static enum err
find(const struct matching *k, struct db *db, const char *mailbox,
    uint64_t *ret_contact)
{
	struct q_rights_address_of *rows;
	struct address address;
	size_t n = 0;
	enum err e;

	if (mailbox != NULL &&
	    address_read(k->job->arena, mailbox, &address) == ERR_OK &&
	    (e = q_rights_address_of(db, k->job->arena, (struct bytes){
	    (const unsigned char *)address.key, strlen(address.key) }, &rows,
	    &n)) != ERR_OK)
		return e;
	*ret_contact = n == 1 ? rows[0].id : 0;
	return ERR_OK;
}

/* The texts of a case, sealed for ${contact} in place of nobody. */
static enum err
seal_anew(const struct matching *k, struct db *db, uint64_t contact,
    struct rights_texts *t)
{
	struct { const char *column, *text; struct bytes *sealed; } texts[] = {
		{ "words_sealed", t->words, &t->sealed_words },
		{ "mailbox_sealed", t->mailbox, &t->sealed_mailbox },
		{ "answer_sealed", t->answer, &t->sealed_answer },
		{ "extended_sealed", t->why, &t->sealed_why },
	};
	const struct person_key wanted = { contact, PERSON_PROOF,
	    k->job->now_us };
	unsigned char key[KEY_BYTES];
	size_t i;
	enum err e;

	if ((e = person_key_take(db, k->job->arena, k->job->keys, &wanted,
	    key)) != ERR_OK)
		return e;
	for (i = 0; i < LENGTH(texts); i++)
		if (texts[i].text != NULL)
			*texts[i].sealed = person_seal(k->job->arena, key,
			    "rights_request", texts[i].column, contact,
			    texts[i].text);
	secret_wipe(key, sizeof(key));
	return ERR_OK;
}

static enum err
match_in_tx(struct db *db, void *arg)
{
	const struct matching *k = arg;
	const struct rights_source from = { db, k->job->arena,
	    k->job->keys };
	struct ledger_audit event = { .verb = "rights.matched",
	    .actor = "program", .object = "rights_request",
	    .object_id = k->row->id, .at_us = k->job->now_us };
	struct rights_texts t = { .sealed_words = k->row->words_sealed,
	    .sealed_mailbox = k->row->mailbox_sealed,
	    .sealed_answer = k->row->answer_sealed,
	    .sealed_why = k->row->extended_sealed };
	uint64_t contact, n;
	enum err e;

	/* what cannot be opened is nobody's, and holds up no other case */
	e = rights_texts_unseal(&from, 0, &t);
	if (e == ERR_BUG)
		t.mailbox = NULL;
	else if (e != ERR_OK)
		return e;
	if ((e = find(k, db, t.mailbox, &contact)) != ERR_OK ||
	    (contact != 0 && (e = seal_anew(k, db, contact, &t)) != ERR_OK) ||
	    (e = q_rights_match(db, k->job->now_us, contact, t.sealed_words,
	    t.sealed_mailbox, t.sealed_answer, t.sealed_why, k->row->id,
	    k->row->version, &n)) != ERR_OK || n == 0 || contact == 0)
		return e;
	event.contact_id = contact;
	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

enum err
rights_match(struct job *job)
{
	struct matching k = { .job = job };
	struct q_rights_unmatched *rows;
	size_t i, n;
	enum err e;

	if ((e = q_rights_unmatched(job->db, job->arena, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.row = &rows[i];
		if ((e = job_tx(job, match_in_tx, &k)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}
