/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a person says about their choices, from their space or by the link of
 * a mail.
 * Law: GDPR 7(3), 21(2).
 */
#ifndef CONSENT_CONSENT_SAY_PORTAL_H
#define CONSENT_CONSENT_SAY_PORTAL_H

#include "app/ctx.h"
#include "db/queries.h"

/* What a person says about some of their choices. */
struct consent_saying {
	struct ctx *c;
	uint64_t contact_id;
	const char *lang;
	const char *choice;		/* "code.channel", or "all" */
	bool is_yes;
	uint64_t seen_id;		/* the version that a yes is to */
	bool is_changed;		/* set: there is another one now */
	const char *how;
};

/**
 * consent_say_in_tx(db, saying):
 * Within a transaction, record it (${saying} is a struct consent_saying).
 * Saying the same again changes nothing.  ERR_NOTFOUND when there is no such
 * choice; ERR_CONFLICT with is_changed when a yes is to words that are no
 * longer those of the purpose, and without when the record is gone.
 *
 * Source: GDPR 4(11), 7(1), 21(3).
 */
enum err consent_say_in_tx(struct db *db, void *saying) MUST_CHECK;

/**
 * consent_say_stops(row):
 * Return whether there is something to be stopped: they said yes, or never
 * objected to what needs no yes.
 *
 * Source: GDPR 7(3), 21(2).
 */
bool consent_say_stops(const struct q_consent_choices *row);

/**
 * consent_say_paused(c, rows, n):
 * Return in words why nothing is sent to the person of ${rows} now, whatever
 * they said; NULL: nothing is in the way.
 *
 * Source: GDPR 6(1), 18(2).
 */
const char *consent_say_paused(struct ctx *c,
    const struct q_consent_choices *rows, size_t n);

/**
 * consent_say_choice(c, row), consent_say_channel(c, channel):
 * Return what a form calls the choice, "code.channel"; and a channel in words.
 */
const char *consent_say_choice(struct ctx *c,
    const struct q_consent_choices *row) NONNULL_RETURN;
const char *consent_say_channel(struct ctx *c, const char *channel)
    NONNULL_RETURN;

#endif
