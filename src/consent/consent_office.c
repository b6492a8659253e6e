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

const char *
consent_office_why(struct ctx *c, enum consent_answer answer,
    const char *state)
{
	static const char *const words[CONSENT_ANSWER__MAX] = {
		[MAY_CONSENT] = N_("May be used today: they said yes."),
		[MAY_SOFT_OPT_IN] = N_("May be used today: they are a customer and have not said no."),
		[MAY_NOT_OBJECTED] = N_("May be used today: it needs no yes, and they have not objected."),
		[MAY_SERVICE] = N_("May be used today: it needs no yes, and they have not objected."),
		[MAY_LEGAL] = N_("May be used today: it needs no yes, and they have not objected."),
		[NOT_PROMOTION_INSIDE] = N_("Not today: there is advertising in it."),
		[NOT_RESTRICTED] = N_("Not today: the use of the record is restricted."),
		[NOT_QUARANTINED] = N_("Not today: its legal basis, source or date is not stated."),
		[NOT_SUPPRESSED] = N_("Not today: somebody with this address or number said no, or was erased."),
		[NOT_REFUSED] = N_("Not today: they said no."),
		[NOT_PROVEN] = N_("Not today: the proof of their yes is not complete."),
		[NOT_ASKED] = N_("Not today: they have not said yes."),
		[NOT_CONFIRMED] = N_("Not today: a colleague noted their yes after a no, and they have not confirmed it."),
		[NOT_THIS_TEXT] = N_("Not today: their yes was to an earlier text."),
		[NOT_REACHABLE] = N_("Not today: the record has no address or number for it."),
	};

	if (answer == NOT_REFUSED && text_equal(state, "objected"))
		return _("Not today: they have objected.");
	if (answer == NOT_REFUSED && text_equal(state, "expired"))
		return _("Not today: their yes has expired.");
	return words_get(c->lang, words[answer]);
}
