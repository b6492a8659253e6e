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

/**
 * rights_step(db, request_id, verb, actor, staff_id, at_us):
 * Note a step of a case, in the transaction in hand: "started", "cancelled".
 */
struct rights_step {
	uint64_t request_id;
	const char *verb;
	const char *actor;	/* person staff program */
	uint64_t staff_id;	/* 0: none */
	int64_t at_us;
};
enum err rights_step_add(struct db *db, const struct rights_step *step)
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
