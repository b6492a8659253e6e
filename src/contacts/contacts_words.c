/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the codes of a record are called (GDPR 12(1)).
 */
#include "contacts/contacts_words.h"

#include <string.h>

#include "base/text.h"
#include "html/words.h"

const char *
contacts_field_word(const char *field)
{
	static const struct words_label words[] = {
		{ "given_name", N_("First name") },
		{ "family_name", N_("Last name") },
		{ "language", N_("Language") },
		{ "email", N_("E-mail address") },
		{ "phone", N_("Mobile phone") },
		{ "other_email", N_("Other e-mail address") },
		{ "other_phone", N_("Other phone number") },
		{ "street", N_("Street and number") },
		{ "postcode", N_("Postcode") },
		{ "city", N_("Town") },
		{ "country", N_("Country") },
		{ "organisation", N_("Organisation") },
		{ "registration", N_("Registration number") },
		{ "job_title", N_("Function") },
		{ "member_since", N_("Belongs to it since") },
		{ "own_business", N_("Own business") },
		{ "kind", N_("Relationship") },
		{ "reference", N_("Reference") },
		{ "joined", N_("Record joined with another") },
		{ "tags", N_("Labels") },
		{ "basis", N_("Legal basis") },
		{ "source", N_("Source") },
		{ "collected_on", N_("Collected on") },
		{ "owner", N_("Adviser") },
		{ "team", N_("Team") },
		{ "visibility", N_("Visible to") },
		{ "restriction", N_("Restriction") },
		{ NULL, NULL }
	};

	return words_label(words, field);
}

const char *
contacts_value_word(const char *field, const char *value)
{
	static const struct words_label languages[] = {
		{ "fr", N_("French") }, { "en", N_("English") },
		{ NULL, NULL }
	};
	/* the European Economic Area and its neighbours; others by their code */
	static const struct words_label countries[] = {
		{ "AT", N_("Austria") }, { "BE", N_("Belgium") },
		{ "BG", N_("Bulgaria") }, { "CA", N_("Canada") },
		{ "CH", N_("Switzerland") }, { "CY", N_("Cyprus") },
		{ "CZ", N_("Czechia") }, { "DE", N_("Germany") },
		{ "DK", N_("Denmark") }, { "EE", N_("Estonia") },
		{ "ES", N_("Spain") }, { "FI", N_("Finland") },
		{ "FR", N_("France") }, { "GB", N_("United Kingdom") },
		{ "GR", N_("Greece") }, { "HR", N_("Croatia") },
		{ "HU", N_("Hungary") }, { "IE", N_("Ireland") },
		{ "IS", N_("Iceland") }, { "IT", N_("Italy") },
		{ "LI", N_("Liechtenstein") }, { "LT", N_("Lithuania") },
		{ "LU", N_("Luxembourg") }, { "LV", N_("Latvia") },
		{ "MC", N_("Monaco") }, { "MT", N_("Malta") },
		{ "NL", N_("Netherlands") }, { "NO", N_("Norway") },
		{ "PL", N_("Poland") }, { "PT", N_("Portugal") },
		{ "RO", N_("Romania") }, { "SE", N_("Sweden") },
		{ "SI", N_("Slovenia") }, { "SK", N_("Slovakia") },
		{ "US", N_("United States") },
		{ NULL, NULL }
	};

	static const struct words_label visibilities[] = {
		{ "owner", N_("One adviser") }, { "team", N_("One team") },
		{ "everyone", N_("Everyone") },
		{ NULL, NULL }
	};

	if (strcmp(field, "visibility") == 0)
		return words_label(visibilities, value);
	if (strcmp(field, "own_business") == 0)
		return strcmp(value, "yes") == 0 ? N_("yes") : value;
	if (strcmp(field, "language") == 0)
		return words_label(languages, value);
	if (strcmp(field, "country") == 0)
		return words_label(countries, value);
	return value;
}

const char *
contacts_source_word(const char *source)
{
	static const struct words_label words[] = {
		{ "form", N_("you, on a form") },
		{ "account", N_("you, in your space") },
		{ "file", N_("you, in a file that you sent back") },
		{ "staff", N_("our staff") },
		{ "import", N_("an imported file") },
		{ NULL, NULL }
	};
	return words_label(words, source);
}

const char *
contacts_look_word(const char *kind)
{
	static const struct words_label words[] = {
		{ "list", N_("seen in a list") },
		{ "search", N_("found in a search") },
		{ "record", N_("record opened") },
		{ "export", N_("exported") },
		{ "evidence", N_("recording or scan opened") },
		{ NULL, NULL }
	};

	return words_label(words, kind);
}

const char *
contacts_reason_word(const char *reason)
{
	static const struct words_label words[] = {
		{ "", N_("no reason given") },
		{ "call", N_("the person called") },
		{ "order", N_("to follow an order") },
		{ "case", N_("to answer a request") },
		{ "mailing", N_("to prepare a mailing") },
		{ "report", N_("for a report") },
		{ "check", N_("to check the data") },
		{ "proof", N_("to prove a choice") },
		{ "audit", N_("for an audit") },
		{ "daily", N_("in the daily work") },
		{ "cross.call", N_("from another team: the person called or wrote") },
		{ "cross.visit", N_("from another team: the person came to us") },
		{ "cross.cover", N_("from another team: standing in for a colleague") },
		{ "cross.urgent", N_("from another team: it could not wait") },
		{ NULL, NULL }
	};

	return words_label(words, reason);
}

const char *
contacts_basis_word(const char *basis)
{
	static const struct words_label words[] = {
		{ "consent", N_("your consent (GDPR, Article 6(1)(a))") },
		{ "contract", N_("our contract with you (GDPR, Article 6(1)(b))") },
		{ "legal_obligation", N_("a legal obligation (GDPR, Article 6(1)(c))") },
		{ "vital_interest", N_("vital interests (GDPR, Article 6(1)(d))") },
		{ "public_task", N_("a public task (GDPR, Article 6(1)(e))") },
		{ "legitimate_interest", N_("our legitimate interest (GDPR, Article 6(1)(f))") },
		{ "unstated", N_("not stated yet: the data is in quarantine") },
		{ NULL, NULL }
	};

	return words_label(words, basis);
}
