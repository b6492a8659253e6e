/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words for cases.
 */
#include "rights/rights.h"

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
rights_kind_label(struct ctx *c, const char *kind)
{
	return _(rights_kind_word(kind));
}

const char *
rights_state_label(struct ctx *c, const char *state)
{
	static const struct word words[] = {
		{ "intent", N_("waiting for your confirmation") },
		{ "open", N_("under way") },
		{ "waiting", N_("waiting for you") },
		{ "answered", N_("answered") },
		{ "refused", N_("refused") },
		{ "cancelled", N_("cancelled") },
	};

	return word_of(c, words, LENGTH(words), state);
}

const char *
rights_verb_label(struct ctx *c, const char *verb)
{
	static const struct word words[] = {
		{ "received", N_("Request received") },
		{ "proven", N_("Confirmed by you") },
		{ "cooling", N_("Waiting time began") },
		{ "hastened", N_("You asked for it to be done at once") },
		{ "cancelled", N_("Cancelled by you") },
		{ "decided", N_("Decided") },
		{ "erased", N_("Erased in every place") },
		{ "packed", N_("Copy made ready") },
		{ "downloaded", N_("Copy downloaded") },
		{ "restricted", N_("Use frozen") },
		{ "lift_told", N_("End of the freeze announced to you") },
		{ "lift_untold", N_("Freeze kept: its end could not be announced to you") },
		{ "lifted", N_("Freeze ended") },
		{ "extended", N_("Time extended") },
		{ "answered", N_("Answered") },
		{ "refused", N_("Refused, with reasons") },
		{ "overdue", N_("The legal time has passed without an answer") },
		{ "assigned", N_("Given to a colleague of ours") },
		{ "reminded", N_("Link sent to you again") },
		{ "mended", N_("Searched again in every place") },
		{ "looked", N_("Looked at by a colleague of ours") },
		{ "blocked", N_("A second copy was found: a colleague takes care of it") },
	};

	return word_of(c, words, LENGTH(words), verb);
}
