/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of cases.
 */
#include "rights/rights.h"

#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/person.h"
#include "keys/token.h"
#include "ledger/ledger.h"
#include "rights/rights_clock.h"

static const char *
reference(struct arena *a)
{
	struct code code;

	code_draw(&code);
	return arena_printf(a, "R-%s", code.text);
}

/*
 * What they wrote and where to answer, under the person's proof key; for
 * somebody unknown under that of number 0, the site's own.
 */
static enum err
seal_texts(struct ctx *c, struct db *db, const struct rights_filing *f,
    struct bytes *ret_words, struct bytes *ret_mailbox)
{
	const struct person_key wanted = { f->contact_id, PERSON_PROOF,
	    c->now_us };
	bool has_words = f->words != NULL && *f->words != '\0';
	unsigned char key[KEY_BYTES];
	enum err e;

	*ret_words = *ret_mailbox = (struct bytes){ NULL, 0 };
	if (!has_words && f->mailbox == NULL)
		return ERR_OK;
	if ((e = person_key_take(db, c->arena, c->worker->keys, &wanted,
	    key)) != ERR_OK)
		return e;
	if (has_words)
		*ret_words = person_seal(c->arena, key, "rights_request",
		    "words_sealed", f->contact_id, f->words);
	if (f->mailbox != NULL)
		*ret_mailbox = person_seal(c->arena, key, "rights_request",
		    "mailbox_sealed", f->contact_id, f->mailbox);
	secret_wipe(key, sizeof(key));
	return ERR_OK;
}

enum err
rights_text_seal(struct ctx *c, struct db *db, uint64_t contact_id,
    const char *column, const char *text, struct bytes *ret_sealed)
{
	const struct person_key wanted = { contact_id, PERSON_PROOF,
	    c->now_us };
	unsigned char key[KEY_BYTES];
	enum err e;

	if ((e = person_key_take(db, c->arena, c->worker->keys, &wanted,
	    key)) != ERR_OK)
		return e;
	*ret_sealed = person_seal(c->arena, key, "rights_request", column,
	    contact_id, text);
	secret_wipe(key, sizeof(key));
	return ERR_OK;
}

enum err
rights_texts_unseal(const struct rights_source *from, uint64_t contact_id,
    struct rights_texts *t)
{
	struct { const char *column; struct bytes sealed; const char **text; }
	    texts[] = {
		{ "words_sealed", t->sealed_words, &t->words },
		{ "mailbox_sealed", t->sealed_mailbox, &t->mailbox },
		{ "answer_sealed", t->sealed_answer, &t->answer },
		{ "extended_sealed", t->sealed_why, &t->why },
	};
	struct person_place place = { "rights_request", NULL, contact_id };
	unsigned char key[KEY_BYTES];
	size_t i;
	enum err e;

	e = person_key_load(from->db, from->arena, from->keys, contact_id,
	    PERSON_PROOF, key);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;	/* destroyed */
	for (i = 0; i < LENGTH(texts) && e == ERR_OK; i++) {
		place.column = texts[i].column;
		if (texts[i].sealed.ptr != NULL)
			e = person_unseal(from->arena, key, &place,
			    texts[i].sealed, texts[i].text);
	}
	secret_wipe(key, sizeof(key));
	if (e != ERR_OK)
		log_fault("event=rights.unseal column=%s", place.column);
	return e == ERR_OK ? ERR_OK : ERR_BUG;
}

enum err
rights_texts_open(struct ctx *c, uint64_t contact_id,
    struct rights_texts *texts)
{
	const struct rights_source from = { c->db, c->arena,
	    c->worker->keys };

	return rights_texts_unseal(&from, contact_id, texts);
}

enum err
rights_step_add(struct db *db, const struct rights_step *s)
{
	return q_rights_step_insert(db, s->request_id, s->verb, s->actor,
	    s->staff_id, s->at_us, NULL);
}

/* A colleague files what somebody says to them. */
static const char *
who_asks(const struct ctx *c)
{
	return c->caller.kind == CALLER_STAFF ? "staff" : "person";
}

enum err
rights_file(struct ctx *c, struct db *db, struct rights_filing *f)
{
	struct day today = day_of(c->now_us);
	struct ledger_audit event = { .verb = "rights.filed",
	    .actor = who_asks(c), .actor_id = c->caller.staff_id,
	    .object = "rights_request", .at_us = c->now_us };
	struct q_rights_insert row;
	struct rights_step step;
	struct bytes words, mailbox;
	enum err e;

	f->reference = reference(c->arena);
	f->due = rights_due(today, RIGHTS_MONTHS,
	    holidays_at(c->site->holidays));
	f->working = rights_working_limit(today, RIGHTS_MONTHS);
	if ((e = seal_texts(c, db, f, &words, &mailbox)) != ERR_OK)
		return e;
	if ((e = q_rights_insert(db, c->arena, f->reference, f->kind, f->door,
	    f->contact_id, f->lang, words, mailbox, f->state, c->now_us, today,
	    rights_target(today), f->working, f->due, f->is_unmatched ? 0 :
	    c->now_us, &row)) != ERR_OK)
		return e;
	f->id = row.id;
	step = (struct rights_step){ f->id, "received", who_asks(c),
	    c->caller.staff_id, c->now_us };
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	event.object_id = f->id;
	event.contact_id = f->contact_id;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}
