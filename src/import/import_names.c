/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What people write in a cell where we hold a code: a country, a language, a
 * kind of contact, by its name in English or French.
 */
#include "import/import.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "contacts/contacts_search.h"

/* Names are folded, so that a hundred thousand rows need not do it. */
struct name {
	const char *code;
	const char *name;
};

static const struct name countries[] = {
	{ "AT", "austria" }, { "AT", "autriche" }, { "BE", "belgique" },
	{ "BE", "belgium" }, { "BG", "bulgaria" }, { "BG", "bulgarie" },
	{ "CA", "canada" }, { "CH", "suisse" }, { "CH", "switzerland" },
	{ "CY", "chypre" }, { "CY", "cyprus" }, { "CZ", "czech republic" },
	{ "CZ", "czechia" }, { "CZ", "republique tcheque" },
	{ "CZ", "tchequie" }, { "DE", "allemagne" }, { "DE", "germany" },
	{ "DK", "danemark" }, { "DK", "denmark" }, { "EE", "estonia" },
	{ "EE", "estonie" }, { "ES", "espagne" }, { "ES", "spain" },
	{ "FI", "finland" }, { "FI", "finlande" }, { "FR", "france" },
	{ "GB", "grande bretagne" }, { "GB", "great britain" },
	{ "GB", "royaume uni" }, { "GB", "uk" }, { "GB", "united kingdom" },
	{ "GR", "grece" }, { "GR", "greece" }, { "HR", "croatia" },
	{ "HR", "croatie" }, { "HU", "hongrie" }, { "HU", "hungary" },
	{ "IE", "ireland" }, { "IE", "irlande" }, { "IS", "iceland" },
	{ "IS", "islande" }, { "IT", "italie" }, { "IT", "italy" },
	{ "LI", "liechtenstein" }, { "LT", "lithuania" },
	{ "LT", "lituanie" }, { "LU", "luxembourg" }, { "LV", "latvia" },
	{ "LV", "lettonie" }, { "MC", "monaco" }, { "MT", "malta" },
	{ "MT", "malte" }, { "NL", "netherlands" }, { "NL", "pays bas" },
	{ "NL", "the netherlands" }, { "NO", "norvege" }, { "NO", "norway" },
	{ "PL", "poland" }, { "PL", "pologne" }, { "PT", "portugal" },
	{ "RO", "romania" }, { "RO", "roumanie" }, { "SE", "suede" },
	{ "SE", "sweden" }, { "SI", "slovenia" }, { "SI", "slovenie" },
	{ "SK", "slovakia" }, { "SK", "slovaquie" }, { "US", "etats unis" },
	{ "US", "united states" }, { "US", "usa" },
	{ NULL, NULL }
};

static const struct name languages[] = {
	{ "en", "anglais" }, { "en", "english" }, { "fr", "francais" },
	{ "fr", "french" }, { NULL, NULL }
};

static const struct name kinds[] = {
	{ "customer", "client" }, { "customer", "customer" },
	{ "prospect", "prospect" }, { NULL, NULL }
};

static const char *
code_of(struct arena *a, const struct name *names, const char *text)
{
	const char *folded = fold_words(a, text);

	for (; names->code != NULL; names++)
		if (strcmp(names->name, folded) == 0)
			return names->code;
	return NULL;
}

const char *
import_country_read(struct arena *a, const char *text)
{
	const char *code = code_of(a, countries, text);

	return code != NULL || contacts_country_read(a, text, &code) ==
	    ERR_OK ? code : NULL;
}

const char *
import_language_read(struct arena *a, const char *text)
{
	const char *code = code_of(a, languages, text);

	return code != NULL ? code : text_lower_ascii(a, text);
}

const char *
import_kind_read(struct arena *a, const char *text)
{
	return code_of(a, kinds, text);
}
