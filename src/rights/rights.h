/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Cases: a person asks for a right, the legal clock runs, every step is noted.
 * Law: GDPR 12(3), 15 to 22; Regulation 1182/71.
 */
#ifndef RIGHTS_RIGHTS_H
#define RIGHTS_RIGHTS_H

#include <stdint.h>

#include "app/ctx.h"
#include "base/day.h"
#include "base/err.h"

#define RIGHTS_REFERENCE_CHARS 10

/* A request as it comes in; filled and given back by rights_file(). */
struct rights_filing {
	const char *kind;	/* access portability rectification restriction objection erasure */
	const char *door;	/* account form desk staff */
	const char *state;	/* intent (not yet proven) or open */
	uint64_t contact_id;	/* 0: not known who it is */
	bool is_unmatched;	/* the keeper looks whose address it is */
	const char *lang;
	const char *words;	/* what they wrote; NULL or "": nothing */
	const char *mailbox;	/* where to answer when there is no contact; or NULL */
	/* set by rights_file() */
	uint64_t id;
	const char *reference;
	struct day due;
	struct day working;
};

/**
 * rights_file(c, db, filing):
 * Open a case, in the transaction in hand: the row with its legal, working and
 * target dates, its first step, and an audit line.  The clock starts at
 * c->now_us (day in the site's zone).  What they wrote and where to answer are
 * sealed with the person's proof key; for somebody unknown with that of
 * contact 0, the site's own.
 */
enum err rights_file(struct ctx *c, struct db *db,
    struct rights_filing *filing) MUST_CHECK;

/* What happened in a case, and who did it. */
struct rights_step {
	uint64_t request_id;
	const char *verb;	/* started, cancelled, ... */
	const char *actor;	/* person staff program */
	uint64_t staff_id;	/* 0: none */
	int64_t at_us;
};

/**
 * rights_step_add(db, step):
 * Note ${step}, in the transaction in hand.
 */
enum err rights_step_add(struct db *db, const struct rights_step *step)
    MUST_CHECK;

/* The grounds of a refusal, ended by .value NULL; a code is the outcome. */
extern const struct field_choice rights_grounds[];

/**
 * rights_ground(lang, code):
 * Return the ground ${code} of a refusal in words of ${lang}; "" for a code
 * that is none.
 *
 * Source: GDPR 12(4).
 */
const char *rights_ground(const char *lang, const char *code)
    NONNULL_RETURN;

/**
 * rights_kind_word(kind), rights_state_word(state), rights_verb_word(verb):
 * Return the msgid of what is asked for, of how far it is, of a step, as the
 * person says it; the code itself when it is none.
 */
const char *rights_kind_word(const char *kind) NONNULL_RETURN;
const char *rights_state_word(const char *state) NONNULL_RETURN;
const char *rights_verb_word(const char *verb) NONNULL_RETURN;

/**
 * rights_store_word(store):
 * Return the msgid of a place that data was erased in; the name itself when it
 * is none of ours.
 */
const char *rights_store_word(const char *store) NONNULL_RETURN;

/* The texts of a case; one that is sealed under a destroyed key is NULL. */
struct rights_texts {
	struct bytes sealed_words;
	struct bytes sealed_mailbox;
	struct bytes sealed_answer;
	struct bytes sealed_why;
	const char *words;	/* what the person wrote */
	const char *mailbox;	/* where they want the answer */
	const char *answer;	/* what they were answered */
	const char *why;	/* why it takes longer */
};

/* With what a text is opened, outside of a request. */
struct rights_source {
	struct db *db;
	struct arena *arena;
	const struct keys *keys;
};

/**
 * rights_texts_open(c, contact_id, texts),
 * rights_texts_unseal(from, contact_id, texts):
 * Open what ${texts} holds sealed under the proof key of ${contact_id} (0: the
 * site's own).
 */
enum err rights_texts_unseal(const struct rights_source *from,
    uint64_t contact_id, struct rights_texts *texts) MUST_CHECK;
enum err rights_texts_open(struct ctx *c, uint64_t contact_id,
    struct rights_texts *texts) MUST_CHECK;

/**
 * rights_text_seal(c, db, contact_id, column, text, ret_sealed):
 * Seal a text of a case, in the transaction in hand, for its ${column} of
 * rights_request.
 */
enum err rights_text_seal(struct ctx *c, struct db *db, uint64_t contact_id,
    const char *column, const char *text, struct bytes *ret_sealed)
    MUST_CHECK;

/**
 * rights_kind_label(c, kind), rights_state_label(c, state),
 * rights_verb_label(c, verb):
 * Return the words of a kind, a state, a step.
 */
const char *rights_kind_label(struct ctx *c, const char *kind)
    NONNULL_RETURN;
const char *rights_state_label(struct ctx *c, const char *state)
    NONNULL_RETURN;
const char *rights_verb_label(struct ctx *c, const char *verb)
    NONNULL_RETURN;

#endif
