/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The roles of staff (GDPR 32(4)).
 */
#include "app/role.h"

#include <string.h>

#include "html/words.h"

const struct field_choice role_choices[] = {
	{ "adviser", N_("Adviser") },
	{ "lead", N_("Team lead") },
	{ "dpo", N_("Data protection officer") },
	{ "security", N_("Security officer") },
	{ "legal", N_("Legal department") },
	{ "auditor", N_("Auditor") },
	{ "admin", N_("Administrator") },
	{ NULL, NULL }
};

bool
role_sees_all(const char *role)
{
	return strcmp(role, "dpo") == 0 || strcmp(role, "legal") == 0;
}

const char *
role_word(const char *role)
{
	const struct field_choice *r;

	for (r = role_choices; r->value != NULL; r++)
		if (strcmp(r->value, role) == 0)
			return r->label;
	return role;
}
