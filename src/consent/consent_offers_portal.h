/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What can be chosen, and what a person chose of it (GDPR 7(3)).
 */
#ifndef CONSENT_CONSENT_OFFERS_PORTAL_H
#define CONSENT_CONSENT_OFFERS_PORTAL_H

#include "app/ctx.h"
#include "db/queries.h"

struct consent_offers;

/* The choices of a person, and the lines that they come from. */
struct consent_choices {
	struct q_consent_choices *rows;
	size_t n;
	struct q_consent_lines *lines;	/* "state", "event" newest first, "sold",
					 * "person" (channel: what keeps them out) */
	size_t n_lines;
	const struct q_consent_titles *titles;	/* the worker's, newest first */
	size_t n_titles;
};

/**
 * consent_offers_open(void):
 * Return a worker's empty memory of what is offered, for ever.
 */
struct consent_offers *consent_offers_open(void) RETURNS_NEW;

/**
 * consent_offers_load(c, contact_id, ret_choices):
 * Give what q_consent_choices() would, for a page, and the events behind it:
 * what is offered is read again when the site's name is, what is the person's
 * now, in one statement.  Who changes a choice asks q_consent_choices() in the
 * transaction.
 */
enum err consent_offers_load(struct ctx *c, uint64_t contact_id,
    struct consent_choices *ret_choices) MUST_CHECK;

/**
 * consent_offers_forget(c):
 * Let the next consent_offers_load() read what is offered anew.
 */
void consent_offers_forget(struct ctx *c);

/**
 * consent_offers_title(choices, purpose_version_id):
 * Return what a version was called in the page's language, "" when it has no
 * words in it; valid as long as ${choices}.
 */
const char *consent_offers_title(const struct consent_choices *choices,
    uint64_t purpose_version_id);

#endif
