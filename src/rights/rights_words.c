/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words of a case that both doors, the mails and copies say: what is asked
 * for, how far it is, why it may be refused.  GDPR 11(2), 12(4) to 12(6), 15
 * to 22.
 */
#include "rights/rights.h"

#include "base/text.h"
#include "html/words.h"

const struct field_choice rights_grounds[] = {
	{ "identity", N_("We could not establish who asks (GDPR 12(6))") },
	{ "conditions", N_("The conditions of this right are not met") },
	{ "law", N_("A law obliges us to keep or use the data") },
	{ "claims", N_("The data is needed for legal claims") },
	{ "others", N_("The rights of other people prevail (GDPR 15(4))") },
	{ "unfounded", N_("The request is manifestly unfounded (GDPR 12(5))") },
	{ "excessive", N_("The request is excessive, because it repeats itself (GDPR 12(5))") },
	{ NULL, NULL }
};

const char *
rights_ground(const char *lang, const char *code)
{
	const struct field_choice *g;

	for (g = rights_grounds; g->value != NULL; g++)
		if (text_equal(g->value, code))
			return words_get(lang, g->label);
	return "";
}

const char *
rights_kind_word(const char *kind)
{
	static const struct words_label words[] = {
		{ "access", N_("Copy of my data") },
		{ "portability", N_("Take my data with me") },
		{ "rectification", N_("Correct my data") },
		{ "restriction", N_("Freeze the use of my data") },
		{ "objection", N_("Object to a use") },
		{ "erasure", N_("Erase my data") },
		{ NULL, NULL }
	};

	return words_label(words, kind);
}

const char *
rights_state_word(const char *state)
{
	static const struct words_label words[] = {
		{ "intent", N_("waiting for your confirmation") },
		{ "open", N_("under way") },
		{ "waiting", N_("waiting for you") },
		{ "answered", N_("answered") },
		{ "refused", N_("refused") },
		{ "cancelled", N_("cancelled") },
		{ NULL, NULL }
	};

	return words_label(words, state);
}

const char *
rights_verb_word(const char *verb)
{
	static const struct words_label words[] = {
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
		{ "ended", N_("Ended: everything about you was erased") },
		{ "overdue", N_("The legal time has passed without an answer") },
		{ "assigned", N_("Given to a colleague of ours") },
		{ "reminded", N_("Link sent to you again") },
		{ "mended", N_("Searched again in every place") },
		{ "taken", N_("Second copy dealt with") },
		{ "looked", N_("Looked at by a colleague of ours") },
		{ "blocked", N_("A second copy was found: a colleague takes care of it") },
		{ NULL, NULL }
	};

	return words_label(words, verb);
}

const char *
rights_store_word(const char *store)
{
	static const struct words_label words[] = {
		{ "contact", N_("Record") }, { "identity", N_("Sign-in") },
		{ "interaction", N_("Requests and orders") },
		{ "consent", N_("Choices and proofs") },
		{ "evidence", N_("Recordings and scans") },
		{ "audit", N_("Links from the audit") },
		{ "access", N_("Consultations") },
		{ "outbox", N_("Mails") }, { "package", N_("Copies") },
		{ "signup", N_("Sign-ups") },
		{ "rights_request", N_("Requests about rights") },
		{ "history", N_("Earlier values") },
		{ "provenance", N_("Sources") },
		{ "contact_index", N_("Words of the name, for the search") },
		{ NULL, NULL }
	};

	return words_label(words, store);
}
