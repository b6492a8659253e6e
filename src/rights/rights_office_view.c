/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words for cases, as staff say them.
 */
#include "rights/rights_office.h"

#include "app/page.h"
#include "base/text.h"

struct word {
	const char *name;
	const char *label;
};

static const char *
word_of(struct ctx *c, const struct word *words, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i].name, name) == 0)
			return _(words[i].label);
	return name;
}

const char *
rights_office_kind(struct ctx *c, const char *kind)
{
	static const struct word words[] = {
		{ "access", N_("Copy of the data") },
		{ "portability", N_("Portability") },
		{ "rectification", N_("Correction") },
		{ "restriction", N_("Restriction") },
		{ "objection", N_("Objection") },
		{ "erasure", N_("Erasure") },
	};

	return word_of(c, words, LENGTH(words), kind);
}

const char *
rights_office_verb(struct ctx *c, const char *verb)
{
	static const struct word words[] = {
		{ "received", N_("Request received") },
		{ "proven", N_("Intent proven") },
		{ "cooling", N_("Waiting time began") },
		{ "hastened", N_("Asked to be done at once") },
		{ "cancelled", N_("Cancelled by the person") },
		{ "decided", N_("Decided") },
		{ "announced", N_("Announced to the erasure journal") },
		{ "journaled", N_("In the erasure journal") },
		{ "erased", N_("Erased in every place") },
		{ "scanned", N_("Scanned for second copies") },
		{ "signed", N_("Receipt signed") },
		{ "done", N_("Done") },
		{ "blocked", N_("Stopped by the scan") },
		{ "packed", N_("Copy made ready") },
		{ "downloaded", N_("Copy downloaded") },
		{ "restricted", N_("Use restricted") },
		{ "lifted", N_("Restriction ended") },
		{ "extended", N_("Time extended") },
		{ "answered", N_("Answered") },
		{ "refused", N_("Refused") },
	};

	return word_of(c, words, LENGTH(words), verb);
}

void
rights_office_state(struct ctx *c, json_t *view, const char *state,
    struct day due)
{
	static const struct { const char *name, *label; enum page_mood mood; }
	    states[] = {
		{ "intent", N_("not yet confirmed"), MOOD_NONE },
		{ "open", N_("under way"), MOOD_INFO },
		{ "waiting", N_("waits for the person"), MOOD_WARN },
		{ "answered", N_("answered"), MOOD_OK },
		{ "refused", N_("refused"), MOOD_NONE },
		{ "cancelled", N_("cancelled"), MOOD_NONE },
	};
	size_t i;

	for (i = 0; i < LENGTH(states); i++)
		if (strcmp(states[i].name, state) == 0)
			break;
	if (i == LENGTH(states))
		page_state(view, state, MOOD_NONE);
	else if (i < 3 && day_compare(due, day_of(c->now_us)) < 0)
		page_state(view, _("late"), MOOD_BAD);
	else
		page_state(view, _(states[i].label), states[i].mood);
}
