/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What our mails are called, for the office and for the copies of whoever got
 * them (GDPR 12(1), 15).
 */
#include "outbox/outbox.h"

#include "html/words.h"

const char *
outbox_template_word(const char *template)
{
	static const struct words_label words[] = {
		{ "auth_address_new", N_("Change of address, to the new one") },
		{ "auth_address_old", N_("Change of address, to the old one") },
		{ "auth_link", N_("Sign-in link") },
		{ "auth_unknown", N_("Sign-in, address unknown") },
		{ "consent_changed", N_("Choices changed") },
		{ "contacts_address_moved", N_("Main address changed by staff") },
		{ "contacts_merged", N_("Two records joined") },
		{ "erasure_confirm", N_("Erasure, to be confirmed") },
		{ "erasure_done", N_("Erasure, receipt") },
		{ "erasure_started", N_("Erasure, begun") },
		{ "export_ready", N_("Copy of the data is ready") },
		{ "forms_confirm", N_("Subscription, to be confirmed") },
		{ "import_notice", N_("What we hold, to who came with a file") },
		{ "rights_answered", N_("Request, answer") },
		{ "rights_extended", N_("Request, more time") },
		{ "lists_frozen", N_("Freeze of the use") },
		{ "rights_lift", N_("End of a freeze") },
		{ "rights_received", N_("Request received") },
		{ "staff_alert", N_("Alert to staff") },
		{ "ledger_head", N_("Signed head of the log") },
		{ "staff_access", N_("Change of an access") },
		{ "staff_invite", N_("Invitation of a colleague") },
		{ NULL, NULL }
	};

	return words_label(words, template);
}
