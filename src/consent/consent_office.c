/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * States of choices and how they came, in words for staff (GDPR 7(1)).
 */
#include "consent/consent_office.h"

#include "app/page.h"
#include "base/text.h"

void
consent_office_state(struct ctx *c, json_t *view,
    const struct consent_said *said)
{
	static const struct page_state_label words[] = {
		{ "asked", N_("asked"), MOOD_WARN },
		{ "given", N_("given"), MOOD_OK },
		{ "refused", N_("refused"), MOOD_NONE },
		{ "withdrawn", N_("withdrawn"), MOOD_NONE },
		{ "objected", N_("objected"), MOOD_BAD },
		{ "expired", N_("expired"), MOOD_NONE },
		{ NULL, NULL, MOOD_NONE }
	};

	if (said->state == NULL)
		page_state(view, _("no answer yet"), MOOD_NONE);
	else if (!text_equal(said->state, "given") || consent_is_usable(said))
		page_state_of(c, view, words, said->state);
	else if (said->is_closed)
		page_state(view, _("purpose closed"), MOOD_NONE);
	else
		page_state(view, said->is_held ?
		    _("to be confirmed by them") :
		    _("to be asked again: new text"), MOOD_WARN);
}

const char *
consent_office_how(struct ctx *c, const char *how)
{
	static const struct words_label words[] = {
		{ "form", N_("on a form") },
		{ "double_opt_in", N_("on a form, confirmed by mail") },
		{ "account", N_("in their space") },
		{ "mail_link", N_("by the link in a mail") },
		{ "one_click", N_("by the unsubscribe button of the mail program") },
		{ "phone", N_("by phone") }, { "paper", N_("on paper") },
		{ "in_person", N_("in person") },
		{ "import", N_("by an import") },
		{ "program", N_("by a rule") },
		{ NULL, NULL }
	};

	return _(words_label(words, how));
}
