/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The audit in sentences: each verb that a program writes, as a colleague or
 * an auditor reads it.
 * Law: GDPR 5(2), 12(1), 32(1)(b).
 */
#include "office/audit_words.h"

#include <inttypes.h>
#include <jansson.h>

#include "app/page.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts_view.h"
#include "import/import_office.h"
#include "merge/merge.h"
#include "office/settings.h"
#include "organisations/organisations_office.h"
#include "rights/rights.h"

/* "{who}" stands for who did it. */
static const struct words_label sentences[] = {
	{ "bulk.assigned", N_("{who} assigned several contacts.") },
	{ "bulk.cancelled", N_("{who} stopped an action on several contacts.") },
	{ "bulk.dismissed", N_("{who} dismissed a proposed deletion.") },
	{ "bulk.labelled", N_("{who} put a label on several contacts.") },
	{ "bulk.proposed", N_("{who} proposed to delete contacts.") },
	{ "bulk.restricted", N_("{who} restricted the use of several contacts.") },
	{ "bulk.undone", N_("{who} took an action on several contacts back.") },
	{ "bulk.unlabelled", N_("{who} took a label off several contacts.") },
	{ "clock.accepted", N_("{who} accepted a jump of the clock.") },
	{ "clock.away", N_("{who} was away, and went on.") },
	{ "consent.no_noted", N_("{who} noted a no that a person gave another way.") },
	{ "consent.noted", N_("{who} noted a yes that a person gave another way.") },
	{ "audit.exported", N_("{who} took lines of the audit as a file.") },
	{ "contact.address_changed", N_("{who} changed a mail address.") },
	{ "contact.address_stopped", N_("{who} stopped the change of a mail address.") },
	{ "contact.cross_missed", N_("{who} asked for a record of another team by a reference that opens none.") },
	{ "contact.crossed", N_("{who} opened a record of another team.") },
	{ "contact.crossing_ended", N_("{who} ended the opening of a record of another team.") },
	{ "contact.assigned", N_("{who} assigned a contact.") },
	{ "contact.edited", N_("{who} corrected data of a record.") },
	{ "contact.file_taken", N_("{who} took a file that the person had corrected into their record.") },
	{ "contact.noted", N_("{who} noted an exchange with a person.") },
	{ "contact.organisation_ended", N_("{who} noted that a person belongs to no organisation any more.") },
	{ "contact.organisation_set", N_("{who} noted to which organisation a person belongs.") },
	{ "contact.merge_asked", N_("{who} asked for two records of one person to be joined.") },
	{ "contact.merged", N_("{who} joined two records of one person.") },
	{ "contact.not_merged", N_("{who} did not join two records: something stood in the way.") },
	{ "contact.told_apart", N_("{who} said that two records are of two people.") },
	{ "contact.labelled", N_("{who} put a label on a person’s record.") },
	{ "contact.unlabelled", N_("{who} took a label off a person’s record.") },
	{ "custom.changed", N_("{who} described a custom field anew.") },
	{ "custom.closed", N_("{who} closed a custom field.") },
	{ "custom.created", N_("{who} defined a custom field.") },
	{ "custom.emptied", N_("{who} destroyed values of a field that is removed.") },
	{ "custom.expired", N_("{who} destroyed values whose time had ended.") },
	{ "custom.removed", N_("{who} removed a custom field.") },
	{ "custom.removing", N_("{who} asked to remove a custom field with its values.") },
	{ "custom.reopened", N_("{who} opened a custom field again.") },
	{ "contacts.downloaded", N_("{who} downloaded exported contacts.") },
	{ "contacts.export_agreed", N_("{who} agreed to an export that a colleague asked for.") },
	{ "contacts.export_asked", N_("{who} asked for an export that a second person has to agree to.") },
	{ "contacts.export_lapsed", N_("{who} ended an export that nobody agreed to in time.") },
	{ "contacts.export_refused", N_("{who} did not agree to an export that a colleague asked for.") },
	{ "contacts.exported", N_("{who} exported contacts.") },
	{ "erasure.announced", N_("{who} announced an erasure to the journal.") },
	{ "erasure.blocked", N_("{who} stopped a receipt: a second copy was found.") },
	{ "erasure.erased", N_("{who} erased a person in every place.") },
	{ "erasure.looked", N_("{who} looked at names that were found.") },
	{ "erasure.mended", N_("{who} dealt with a second copy.") },
	{ "erasure.receipt", N_("{who} signed the receipt of an erasure.") },
	{ "erasure.replayed", N_("{who} erased again who was erased before the backup was put back.") },
	{ "evidence.opened", N_("{who} opened the recording or scan of a choice.") },
	{ "identity.password_set", N_("{who} chose a password for their space.") },
	{ "contact.stated", N_("{who} stated basis, source and date of a record that was in quarantine.") },
	{ "import.state_asked", N_("{who} stated basis, source and date of those in quarantine.") },
	{ "import.remove_asked", N_("{who} asked to remove those in quarantine.") },
	{ "import.stated", N_("{who} let those of an import out of quarantine.") },
	{ "import.removed", N_("{who} removed those of an import who were in quarantine.") },
	{ "contact.told", N_("{who} told a person what is held and where it is from.") },
	{ "contact.not_told", N_("{who} found that a person need not be told.") },
	{ "import.notices_now", N_("{who} let the notices go out now.") },
	{ "import.cancelled", N_("{who} gave up the import of a file.") },
	{ "import.confirmed", N_("{who} confirmed the import of a file.") },
	{ "import.destroyed", N_("{who} destroyed what was left of an imported file.") },
	{ "import.ended", N_("{who} ended the import of a file.") },
	{ "import.started", N_("{who} began to import a file.") },
	{ "import.undo_asked", N_("{who} asked to take an import back.") },
	{ "import.undone", N_("{who} took an import back.") },
	{ "import.uploaded", N_("{who} uploaded a file of contacts.") },
	{ "key.revoked", N_("{who} revoked a signing key.") },
	{ "ledger.check_asked", N_("{who} asked for a check of the whole log.") },
	{ "ledger.check_cancelled", N_("{who} called a check of the log off.") },
	{ "mail.seen", N_("{who} looked at mails that could not be delivered.") },
	{ "organisation.created", N_("{who} entered an organisation.") },
	{ "organisation.edited", N_("{who} corrected an organisation.") },
	{ "organisation.removed", N_("{who} removed an organisation.") },
	{ "package.asked", N_("{who} asked for a copy of the data.") },
	{ "package.destroyed", N_("{who} destroyed a copy of the data.") },
	{ "package.ready", N_("{who} made a copy of the data ready.") },
	{ "consent.sale_noted", N_("{who} noted the sale that lets us write to a customer without a yes.") },
	{ "consent.sale_wrong", N_("{who} took back the sale that let us write to a customer without a yes.") },
	{ "purpose.changed", N_("{who} stored a new version of a purpose.") },
	{ "purpose.closed", N_("{who} closed a purpose.") },
	{ "purpose.created", N_("{who} made a new purpose.") },
	{ "rights.answered", N_("{who} answered a request.") },
	{ "rights.assigned", N_("{who} gave a request to a colleague.") },
	{ "rights.extended", N_("{who} took two more months for a request.") },
	{ "rights.filed", N_("{who} made a request.") },
	{ "rights.lift_told", N_("{who} announced the end of a freeze.") },
	{ "rights.lift_untold", N_("{who} kept a freeze whose end could not be announced.") },
	{ "rights.lifted", N_("{who} ended a freeze.") },
	{ "rights.matched", N_("{who} found whose request it is.") },
	{ "rights.overdue", N_("{who} noted that the legal limit of a request has passed.") },
	{ "rights.refused", N_("{who} refused a request.") },
	{ "rights.reminded", N_("{who} sent the link of an erasure again.") },
	{ "site.changed", N_("{who} changed what the company says of itself.") },
	{ "site.loaded", N_("{who} loaded the description of the company.") },
	{ "site.restored", N_("{who} put a backup back.") },
	{ "task.settled", N_("{who} settled a task.") },
	{ "staff.added", N_("{who} added a colleague.") },
	{ "staff.code_refused", N_("{who} typed a second factor that was refused.") },
	{ "staff.codes_renewed", N_("{who} made new recovery codes.") },
	{ "staff.disabled", N_("{who} ended the access of a colleague.") },
	{ "staff.invited", N_("{who} invited a colleague.") },
	{ "staff.joined", N_("{who} set up their access.") },
	{ "staff.password_changed", N_("{who} changed their password.") },
	{ "staff.passkey_added", N_("{who} added a passkey.") },
	{ "staff.passkey_copied", N_("{who} showed a passkey that was refused, as its counter had gone back: there may be a copy of it.") },
	{ "staff.passkey_refused", N_("{who} showed a passkey that was refused.") },
	{ "staff.passkey_removed", N_("{who} removed a passkey.") },
	{ "staff.placed", N_("{who} changed the role or team of a colleague.") },
	{ "staff.proved_again", N_("{who} proved again who they are.") },
	{ "staff.proved_by_passkey", N_("{who} proved again who they are, with a passkey.") },
	{ "staff.reset", N_("{who} reset the access of a colleague.") },
	{ "staff.sessions_ended", N_("{who} ended their other sessions.") },
	{ "staff.signed_in", N_("{who} signed in.") },
	{ "staff.signed_in_by_passkey", N_("{who} signed in with a passkey.") },
	{ "staff.signed_in_by_recovery", N_("{who} signed in with a recovery code.") },
	{ "staff.signed_in_by_sso", N_("{who} signed in through the company’s own sign-on.") },
	{ "staff.signed_out", N_("{who} signed out.") },
	{ "staff.sso_refused", N_("{who} came through the company’s own sign-on, but has no access any more.") },
	{ "team.closed", N_("{who} closed a team.") },
	{ "team.created", N_("{who} made a team.") },
	{ "team.opened", N_("{who} opened a team again.") },
	{ "team.renamed", N_("{who} gave a team another name.") },
	{ NULL, NULL }
};

const struct field_choice audit_kinds[] = {
	{ "contact", N_("Records") },
	{ "rights_request", N_("Requests") },
	{ "erasure", N_("Erasures") },
	{ "package", N_("Copies of data") },
	{ "staff_export", N_("Exports") },
	{ "staff", N_("Staff and their access") },
	{ "team", N_("Teams") },
	{ "organisation", N_("Organisations") },
	{ "purpose", N_("Purposes") },
	{ "custom_field", N_("Custom fields") },
	{ "import", N_("Imports") },
	{ "mail", N_("Mail") },
	{ "signing_key", N_("Signing keys") },
	{ "clock", N_("The clock") },
	{ "ledger_check", N_("Checks of the log") },
	{ "site", N_("The company, and backups put back") },
	{ NULL, NULL }
};

const char *
audit_sentence(struct arena *a, const char *lang, const char *verb,
    const char *who)
{
	const char *text = words_get(lang, words_label(sentences, verb));
	const char *at = strstr(text, "{who}");
	struct buf b;

	if (at == NULL)
		return arena_printf(a, "%s: %s", who, verb);
	buf_open(&b, a);
	buf_add(&b, text, (size_t)(at - text));
	buf_text(&b, who);
	buf_text(&b, at + strlen("{who}"));
	return arena_text(a, b.ptr);
}

const char *
audit_program(const char *lang, const char *program)
{
	static const struct words_label words[] = {
		{ "portal", N_("The portal") },
		{ "office", N_("The back-office") },
		{ "courier", N_("The courier of mails") },
		{ "keeper", N_("The keeper") },
		{ "owner", N_("Somebody at the command line") },
		{ NULL, NULL }
	};
	const char *word = program == NULL ? program :
	    words_label(words, program);

	return words_get(lang, word == program ? N_("A program") : word);
}

/* Two digits at ${text}; -1 when they are none. */
static int
two_digits(const char *text)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return -1;
	return (text[0] - '0') * 10 + (text[1] - '0');
}

/* An instant as clock_iso() writes it, as people read it. */
static const char *
instant_of(struct ctx *c, const char *iso)
{
	struct day day;
	int hour, minute;

	if (strlen(iso) < 17 || iso[10] != 'T' ||
	    day_read(arena_textn(c->arena, iso, 10), &day) != ERR_OK ||
	    (hour = two_digits(iso + 11)) < 0 ||
	    (minute = two_digits(iso + 14)) < 0)
		return iso;
	return page_date_time(c, day_number(day) * DAY_US +
	    hour * HOUR_US + minute * MINUTE_US);
}

/* Channels, as people call them. */
static const char *
channels_of(struct ctx *c, const char *names)
{
	char *copy = arena_text(c->arena, names), *save = NULL, *name;
	const char *said = "";

	for (name = strtok_r(copy, " ", &save); name != NULL;
	    name = strtok_r(NULL, " ", &save))
		said = arena_printf(c->arena, "%s%s%s", said, *said == '\0' ?
		    "" : ", ", _(consent_channel_label(name)));
	return said;
}

/* Names of fields of the controller, or of an organisation, as their pages
 * call them. */
static const char *
fields_of(struct ctx *c, const char *names)
{
	const char *label;
	char *copy = arena_text(c->arena, names), *save = NULL, *name;
	struct buf b;

	buf_open(&b, c->arena);
	for (name = strtok_r(copy, " ", &save); name != NULL;
	    name = strtok_r(NULL, " ", &save)) {
		label = settings_field_label(name);
		buf_printf(&b, "%s%s", b.len == 0 ? "" : ", ", _(label !=
		    name ? label : organisations_field_label(name)));
	}
	return arena_textn(c->arena, b.ptr, b.len);
}

static const char *
kind_of(struct ctx *c, const char *kind)
{
	size_t i;

	for (i = 0; audit_kinds[i].value != NULL; i++)
		if (strcmp(audit_kinds[i].value, kind) == 0)
			return _(audit_kinds[i].label);
	return kind;
}

/* A value of a detail, in words where there are any. */
static const char *
value_of(const struct audit_reading *r, const char *key,
    const json_t *value)
{
	const char *text = json_string_value(value);
	size_t i;

	if ((strcmp(key, "staff") == 0 || strcmp(key, "about") == 0) &&
	    json_is_integer(value))
		for (i = 0; i < r->n_staff; i++)
			if (r->staff[i].id == (uint64_t)json_integer_value(
			    value))
				return r->staff[i].name;
	if (json_is_integer(value))
		return arena_printf(r->c->arena, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	if (text == NULL)
		return json_is_true(value) ? "✓" : "–";
	if (strcmp(key, "from") == 0 || strcmp(key, "to") == 0)
		return instant_of(r->c, text);
	if (strcmp(key, "fields") == 0)
		return fields_of(r->c, text);
	if (strcmp(key, "before") == 0 || strcmp(key, "after") == 0)
		return arena_textn(r->c->arena, text, strlen(text) < 12 ?
		    strlen(text) : 12);	/* of a SHA-256 */
	if (strcmp(key, "role") == 0)
		return contacts_role(r->c, text, NULL);
	if (strcmp(key, "how") == 0)
		return words_get(r->c->lang, consent_how_label(text));
	if (strcmp(key, "reason") == 0)
		return contacts_reason(r->c, text);
	if (strcmp(key, "ground") == 0)
		return rights_ground(r->c->lang, text);
	if (strcmp(key, "kind") == 0)
		return kind_of(r->c, text);
	if (strcmp(key, "basis") == 0)
		return contacts_basis(r->c, text);
	if (strcmp(key, "policy") == 0)
		return import_policy_word(r->c->lang, text);
	if (strcmp(key, "channels") == 0)
		return channels_of(r->c, text);
	if (strcmp(key, "why") == 0)
		return words_get(r->c->lang, merge_why_word(text));
	if (strcmp(key, "format") == 0)
		return strcmp(text, "xlsx") == 0 ? "XLSX" :
		    strcmp(text, "csv") == 0 ? "CSV" :
		    strcmp(text, "json") == 0 ? "JSON" : text;
	return text;
}

const char *
audit_detail(const struct audit_reading *r, const char *detail)
{
	static const struct words_label keys[] = {
		{ "role", N_("role") }, { "ground", N_("ground") },
		{ "staff", N_("to") }, { "kid", N_("key") },
		{ "kind", N_("kind") }, { "about", N_("about") },
		{ "count", N_("values") },
		{ "from", N_("from") }, { "to", N_("until") },
		{ "erased", N_("erased again") },
		{ "fields", N_("changed") },
		{ "copies", N_("second copies") },
		{ "contacts", N_("contacts") },
		{ "reason", N_("reason") },
		{ "basis", N_("basis") }, { "collected", N_("collected on") },
		{ "policy", N_("known addresses") }, { "rows", N_("rows") },
		{ "created", N_("new contacts") }, { "updated", N_("updated") },
		{ "same", N_("left as they were") },
		{ "suppressed", N_("must not be written to") },
		{ "rejected", N_("rejected") },
		{ "listed", N_("put on a list, to be deleted") },
		{ "unknown", N_("unknown") },
		{ "organisations", N_("new organisations") },
		{ "format", N_("format") }, { "n", N_("contacts") },
		{ "pseudonymised", N_("pseudonymised") },
		{ "whole", N_("taken to the end") },
		{ "hours", N_("hours") }, { "why", N_("reason") },
		{ "purpose", N_("purpose") }, { "how", N_("given") },
		{ "channels", N_("channels") }, { "reason", N_("reason") },
		{ "material", N_("asks people again") },
		{ "number", N_("version") },
		{ "before", N_("words before") },
		{ "after", N_("words after") },
		{ NULL, NULL }
	};
	json_t *json = json_loads(detail, 0, NULL), *value;
	const char *key, *label;
	struct buf b;

	buf_open(&b, r->c->arena);
	json_object_foreach(json, key, value) {
		buf_text(&b, b.len == 0 ? "" : ", ");
		buf_text(&b, words_get(r->c->lang, words_label(keys, key)));
		buf_text(&b, " ");
		buf_text(&b, value_of(r, key, value));
	}
	label = arena_textn(r->c->arena, b.ptr, b.len);
	json_decref(json);
	return label;
}
