/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words of a case that both doors and the mails say: what is asked for, and
 * why it may be refused.  GDPR 11(2), 12(4) to 12(6), 15 to 22.
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
	static const struct field_choice words[] = {
		{ "access", N_("Copy of my data") },
		{ "portability", N_("Take my data with me") },
		{ "rectification", N_("Correct my data") },
		{ "restriction", N_("Freeze the use of my data") },
		{ "objection", N_("Object to a use") },
		{ "erasure", N_("Erase my data") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].value, kind) == 0)
			return words[i].label;
	return kind;
}
