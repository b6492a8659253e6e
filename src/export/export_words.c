/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which field of a copy holds codes, and what they are called: where a portal
 * page says them, its words; else those below (GDPR 12(1), 15(1)).
 */
#include "export/export_words.h"

#include <stddef.h>
#include <string.h>

#include "app/role.h"
#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts_reach.h"
#include "contacts/contacts_words.h"
#include "evidence/evidence.h"
#include "outbox/outbox.h"
#include "rights/rights.h"

static const struct words_label relations[] = {
	{ "prospect", N_("Prospect") }, { "customer", N_("Customer") },
	{ NULL, NULL }
};

static const struct words_label visibilities[] = {
	{ "owner", N_("the colleague who looks after you") },
	{ "team", N_("the team that looks after you") },
	{ "everyone", N_("all colleagues") },
	{ NULL, NULL }
};

static const struct words_label freezes[] = {
	{ "accuracy", N_("A piece of data is wrong") },
	{ "unlawful", N_("The use is not allowed, but I do not want erasure") },
	{ "claims", N_("I need the data for a legal claim") },
	{ "objection", N_("I objected to a use") },
	{ "erasure", N_("An erasure is under way") },
	{ NULL, NULL }
};

static const struct words_label ways[] = {
	{ "mail", N_("mail") }, { "post", N_("post") },
	{ NULL, NULL }
};

static const struct words_label exemptions[] = {
	{ "known", N_("the person knows it already (Article 14(5)(a))") },
	{ "impossible", N_("it is impossible, or out of all proportion (Article 14(5)(b))") },
	{ "law", N_("a law provides for the data (Article 14(5)(c))") },
	{ "secrecy", N_("the data is a professional secret (Article 14(5)(d))") },
	{ NULL, NULL }
};

static const struct words_label actors[] = {
	{ "person", N_("you") }, { "staff", N_("a colleague of ours") },
	{ "program", N_("a program") },
	{ NULL, NULL }
};

static const struct words_label interactions[] = {
	{ "request", N_("Request") }, { "call", N_("Call") },
	{ "visit", N_("Visit") }, { "order", N_("Order") },
	{ "note", N_("Note") },
	{ NULL, NULL }
};

static const struct words_label origins[] = {
	{ "interaction", N_("Requests and orders") },
	{ "contact", N_("Record") },
	{ NULL, NULL }
};

static const struct words_label identifiers[] = {
	{ "email", N_("mail address") }, { "phone", N_("phone number") },
	{ "post", N_("postal address") },
	{ NULL, NULL }
};

static const struct words_label reaches[] = {
	{ "email", N_("E-mail address") }, { "phone", N_("Phone number") },
	{ NULL, NULL }
};

static const struct words_label doors[] = {
	{ "account", N_("in your space") }, { "form", N_("on the public form") },
	{ "desk", N_("at the desk") },
	{ "staff", N_("noted by a colleague of ours") },
	{ NULL, NULL }
};

static const struct words_label outcomes[] = {
	{ "by hand", N_("Answered") },
	{ "erased", N_("Erased in every place") },
	{ "package", N_("Copy made ready") },
	{ "cancelled by the person", N_("Cancelled by you") },
	{ "lifted by the person", N_("Freeze ended by you") },
	{ NULL, NULL }
};

static const struct words_label erasures[] = {
	{ "intent", N_("waiting for your confirmation") },
	{ "cooling", N_("in the waiting time") },
	{ "decided", N_("about to begin") },
	{ "announced", N_("under way") }, { "journaled", N_("under way") },
	{ "erased", N_("under way") }, { "scanned", N_("under way") },
	{ "signed", N_("under way") }, { "blocked", N_("under way") },
	{ "done", N_("done") }, { "cancelled", N_("cancelled") },
	{ NULL, NULL }
};

static const struct words_label proofs[] = {
	{ "session", N_("a recent sign-in") },
	{ "link", N_("the link in a mail") },
	{ "staff", N_("a colleague of ours") },
	{ "retention", N_("the end of the time that data is kept") },
	{ NULL, NULL }
};

static const struct words_label acts[] = {
	{ "contact.address_changed", N_("Mail address changed") },
	{ "contact.address_stopped", N_("Change of the mail address stopped") },
	{ "contact.cross_missed", N_("Reference of no record tried") },
	{ "contact.crossed", N_("Record opened by another team") },
	{ "contact.crossing_ended", N_("Opening by another team ended") },
	{ "contact.assigned", N_("Given to another adviser or team") },
	{ "contact.edited", N_("Data of the record corrected") },
	{ "contact.file_taken", N_("A file that you had corrected taken into the record") },
	{ "contact.merge_asked", N_("Two records to be joined") },
	{ "contact.merged", N_("Two records joined") },
	{ "contact.not_merged", N_("Two records not joined") },
	{ "contact.noted", N_("Exchange noted") },
	{ "contact.stated", N_("Legal basis, source and date of your data stated") },
	{ "contact.told_apart", N_("Two records found to be of two people") },
	{ "contact.told", N_("You were told what we hold, by post") },
	{ "contact.not_told", N_("Found that you need not be told what we hold") },
	{ "contact.organisation_ended", N_("Noted that you belong to no organisation any more") },
	{ "contact.organisation_set", N_("Noted to which organisation you belong") },
	{ "contact.labelled", N_("Label put on") },
	{ "contact.unlabelled", N_("Label taken off") },
	{ "contacts.export_asked", N_("Taking out of data by staff asked for") },
	{ "contacts.exported", N_("Data taken out by staff") },
	{ "consent.no_noted", N_("A no of yours noted") },
	{ "consent.noted", N_("A yes of yours noted") },
	{ "consent.sale_noted", N_("A sale noted that lets us write to you") },
	{ "consent.sale_wrong", N_("A sale taken back that let us write to you") },
	{ "evidence.opened", N_("Recording or scan of a choice opened") },
	{ "identity.password_set", N_("Password of your space chosen") },
	{ "organisation.edited", N_("Your own business corrected") },
	{ "organisation.removed", N_("Your own business removed") },
	{ "package.asked", N_("Copy of the data asked for") },
	{ "package.destroyed", N_("Copy of the data destroyed") },
	{ "package.ready", N_("Copy of the data made ready") },
	{ "rights.answered", N_("Request answered") },
	{ "rights.assigned", N_("Request given to a colleague") },
	{ "rights.extended", N_("Two more months taken for a request") },
	{ "rights.filed", N_("Request made") },
	{ "rights.lift_told", N_("End of a freeze announced") },
	{ "rights.lift_untold", N_("Freeze kept, its end could not be announced") },
	{ "rights.lifted", N_("Freeze ended") },
	{ "rights.matched", N_("Request found to be yours") },
	{ "rights.overdue", N_("Legal limit of a request passed") },
	{ "rights.refused", N_("Request refused") },
	{ "rights.reminded", N_("Link of an erasure sent again") },
	{ NULL, NULL }
};

static const struct words_label objects[] = {
	{ "contact", N_("Record") }, { "identity", N_("Sign-in") },
	{ "package", N_("Copy") }, { "rights_request", N_("Request") },
	{ "erasure", N_("Erasure") },
	{ "evidence", N_("Recording or scan") },
	{ "organisation", N_("Organisation") },
	{ NULL, NULL }
};

static const struct words_label mail_states[] = {
	{ "new", N_("waits") }, { "claimed", N_("leaving") },
	{ "sent", N_("sent") }, { "retry", N_("tried again later") },
	{ "ambiguous", N_("outcome not known") },
	{ "bounced", N_("refused by the other server") },
	{ "dead", N_("given up") }, { "cancelled", N_("cancelled") },
	{ NULL, NULL }
};

static const struct words_label sign_ins[] = {
	{ "password", N_("with a password") },
	{ "link", N_("by the link in a mail") },
	{ "code", N_("by the code in a mail") },
	{ NULL, NULL }
};

static const struct words_label links[] = {
	{ "signup", N_("Subscription, to be confirmed") },
	{ "sign_in", N_("Sign-in link") },
	{ "erasure", N_("Erasure, to be confirmed") },
	{ "address", N_("Change of address") },
	{ "password", N_("New password") },
	{ "invite", N_("Invitation of a colleague") },
	{ NULL, NULL }
};

static const struct words_label copies[] = {
	{ "access", N_("Copy of my data") },
	{ "portability", N_("Take my data with me") },
	{ NULL, NULL }
};

static const struct words_label copy_states[] = {
	{ "waiting", N_("asked for") }, { "building", N_("being made") },
	{ "ready", N_("ready") }, { "destroyed", N_("destroyed") },
	{ "failed", N_("could not be made") },
	{ NULL, NULL }
};

static const struct words_label categories[] = {
	{ "prospect", N_("Prospects") }, { "customer", N_("Customers") },
	{ "order", N_("Orders") }, { "request", N_("Requests") },
	{ "signup", N_("Sign-ups") },
	{ "rights_request", N_("Requests about rights") },
	{ NULL, NULL }
};

static const struct words_label starts[] = {
	{ "last_person_contact", N_("your last contact") },
	{ "relationship_end", N_("the end of the relationship") },
	{ "collected", N_("the day it was collected") },
	{ "answered", N_("the answer") },
	{ "year_end", N_("the end of the year") },
	{ NULL, NULL }
};

static const struct words_label ends[] = {
	{ "erase", N_("erased") }, { "archive", N_("kept in an archive apart") },
	{ "anonymise", N_("made anonymous") },
	{ NULL, NULL }
};

static const char *
language_word(const char *code)
{
	return contacts_value_word("language", code);
}

static const char *
country_word(const char *code)
{
	return contacts_value_word("country", code);
}

static const char *
evidence_word(const char *code)
{
	return evidence_kind_named(code)->label;
}

static const char *
ground_word(const char *code)
{
	const struct field_choice *g;

	for (g = rights_grounds; g->value != NULL; g++)
		if (strcmp(g->value, code) == 0)
			return g->label;
	return code;
}

/* Of two rows for a field, both may know the code; section NULL is any. */
static const struct {
	const char *section;
	const char *field;
	const struct words_label *words;
	const char *(*word)(const char *code);
} coded[] = {
	{ NULL, "language", NULL, language_word },
	{ NULL, "country", NULL, country_word },
	{ NULL, "basis", NULL, contacts_basis_word },
	{ NULL, "channel", NULL, consent_channel_label },
	{ NULL, "by", actors, NULL },
	{ "person", "kind", relations, NULL },
	{ "person", "visible_to", visibilities, NULL },
	{ "person", "restriction", freezes, NULL },
	{ "person", "informed_how", ways, NULL },
	{ "person", "not_informed_why", exemptions, NULL },
	{ "reach", "kind", reaches, NULL },
	{ "reach", "label", NULL, contacts_reach_word },
	{ "organisation", "visible_to", visibilities, NULL },
	{ "interactions", "kind", interactions, NULL },
	{ "archive", "origin", origins, NULL },
	{ "choices", "state", NULL, consent_kind_label },
	{ "choice_events", "kind", NULL, consent_kind_label },
	{ "choice_events", "how", NULL, consent_how_label },
	{ "evidence", "kind", NULL, evidence_word },
	{ "suppressions", "identifier", identifiers, NULL },
	{ "requests", "kind", NULL, rights_kind_word },
	{ "requests", "door", doors, NULL },
	{ "requests", "state", NULL, rights_state_word },
	{ "requests", "outcome", outcomes, NULL },
	{ "requests", "outcome", NULL, ground_word },
	{ "request_steps", "step", NULL, rights_verb_word },
	{ "erasures", "state", erasures, NULL },
	{ "erasures", "proof", proofs, NULL },
	{ "looks", "role", NULL, role_word },
	{ "looks", "kind", NULL, contacts_look_word },
	{ "looks", "reason", NULL, contacts_reason_word },
	{ "acts", "act", acts, NULL },
	{ "acts", "object", objects, NULL },
	{ "mails", "kind", NULL, outbox_template_word },
	{ "mails", "state", mail_states, NULL },
	{ "sessions", "how", sign_ins, NULL },
	{ "links", "purpose", links, NULL },
	{ "copies", "kind", copies, NULL },
	{ "copies", "state", copy_states, NULL },
	{ "downloads", "kind", copies, NULL },
	{ "retention", "category", categories, NULL },
	{ "retention", "counted_from", starts, NULL },
	{ "retention", "then", ends, NULL },
};

const char *
export_word(const char *section, const char *field, const char *code)
{
	const char *found;
	size_t i;

	for (i = 0; i < LENGTH(coded); i++) {
		if ((coded[i].section != NULL &&
		    strcmp(coded[i].section, section) != 0) ||
		    strcmp(coded[i].field, field) != 0)
			continue;
		found = coded[i].words != NULL ? words_label(coded[i].words,
		    code) : coded[i].word(code);
		if (found != NULL && found != code)
			return found;
	}
	return NULL;
}
