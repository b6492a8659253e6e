/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words for contacts.
 */
#include "contacts/contacts_view.h"

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
contacts_source(struct ctx *c, const char *source, int64_t at_us)
{
	static const struct word words[] = {
		{ "form", N_("you, on a form") },
		{ "account", N_("you, in your space") },
		{ "staff", N_("our staff") },
		{ "import", N_("an imported file") },
	};
	const char *kind = arena_textn(c->arena, source, strcspn(source, ":"));

	return arena_printf(c->arena, "%s, %s", word_of(c, words,
	    LENGTH(words), kind), page_date(c, at_us));
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
