/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words for cases.
 */
#include "rights/rights.h"

#include "base/text.h"

const char *
rights_kind_label(struct ctx *c, const char *kind)
{
	return _(rights_kind_word(kind));
}

const char *
rights_state_label(struct ctx *c, const char *state)
{
	return _(rights_state_word(state));
}

const char *
rights_verb_label(struct ctx *c, const char *verb)
{
	return _(rights_verb_word(verb));
}
