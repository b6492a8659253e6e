/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words for contacts.
 */
#include "contacts/contacts_view.h"

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_search.h"

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
contacts_field_label(struct ctx *c, const char *field)
{
	static const struct word words[] = {
		{ "given_name", N_("First name") },
		{ "family_name", N_("Last name") },
		{ "language", N_("Language") },
		{ "email", N_("E-mail address") },
		{ "phone", N_("Mobile phone") },
		{ "street", N_("Street and number") },
		{ "postcode", N_("Postcode") },
		{ "city", N_("Town") },
		{ "country", N_("Country") },
		{ "kind", N_("Relationship") },
		{ "reference", N_("Reference") },
	};

	return word_of(c, words, LENGTH(words), field);
}

const char *
contacts_value(struct ctx *c, const char *field, const char *value)
{
	static const struct word languages[] = {
		{ "fr", N_("French") }, { "en", N_("English") },
	};
	/* the European Economic Area and its neighbours; others by their code */
	static const struct word countries[] = {
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
	};

	if (strcmp(field, "language") == 0)
		return word_of(c, languages, LENGTH(languages), value);
	if (strcmp(field, "country") == 0)
		return word_of(c, countries, LENGTH(countries), value);
	if (strcmp(field, "phone") == 0)
		return contacts_phone_show(c->arena, value);
	return value;
}

const char *
contacts_source_named(struct ctx *c, const char *label, const char *source)
{
	return text_starts(source, "import:") ? arena_printf(c->arena,
	    "%s (%s)", label, source + strlen("import:")) : label;
}

const char *
contacts_source(struct ctx *c, const char *source, int64_t at_us)
{
	static const struct word words[] = {
		{ "form", N_("you, on a form") },
		{ "account", N_("you, in your space") },
		{ "staff", N_("our staff") },
		{ "import", N_("an imported file") },
	};
	const char *kind = arena_textn(c->arena, source, strcspn(source, ":"));

	return arena_printf(c->arena, "%s, %s", contacts_source_named(c,
	    word_of(c, words, LENGTH(words), kind), source), page_date(c,
	    at_us));
}

const char *
contacts_role(struct ctx *c, const char *role, const char *team)
{
	static const struct word words[] = {
		{ "adviser", N_("Adviser") }, { "lead", N_("Team lead") },
		{ "dpo", N_("Data protection officer") },
		{ "security", N_("Security officer") },
		{ "legal", N_("Legal department") },
		{ "auditor", N_("Auditor") }, { "admin", N_("Administrator") },
	};
	const char *label = word_of(c, words, LENGTH(words), role);

	return team == NULL ? label : arena_printf(c->arena, "%s, %s", label,
	    team);
}

const char *
contacts_look_kind(struct ctx *c, const char *kind)
{
	static const struct word words[] = {
		{ "list", N_("seen in a list") },
		{ "search", N_("found in a search") },
		{ "record", N_("record opened") },
		{ "export", N_("exported") },
	};

	return word_of(c, words, LENGTH(words), kind);
}

const char *
contacts_reason(struct ctx *c, const char *reason)
{
	static const struct word words[] = {
		{ "", N_("no reason given") },
		{ "call", N_("the person called") },
		{ "trip", N_("to follow a trip") },
		{ "case", N_("to answer a request") },
		{ "check", N_("to check the data") },
		{ "daily", N_("in the daily work") },
	};

	return word_of(c, words, LENGTH(words), reason);
}

struct day
contacts_delete_day(int64_t at_us, uint64_t months)
{
	return day_add_months(day_of(at_us), (int)months);
}

const char *
contacts_basis(struct ctx *c, const char *basis)
{
	static const struct { const char *word, *msgid; } words[] = {
		{ "consent", N_("your consent (GDPR, Article 6(1)(a))") },
		{ "contract", N_("our contract with you (GDPR, Article 6(1)(b))") },
		{ "legal_obligation", N_("a legal obligation (GDPR, Article 6(1)(c))") },
		{ "vital_interest", N_("vital interests (GDPR, Article 6(1)(d))") },
		{ "public_task", N_("a public task (GDPR, Article 6(1)(e))") },
		{ "legitimate_interest", N_("our legitimate interest (GDPR, Article 6(1)(f))") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].word, basis) == 0)
			return _(words[i].msgid);
	return basis;
}
