/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff note a yes or a no that a person gave by phone, on paper or in person.
 * A yes wants its recording or scan and the exact text; a no wants nothing but
 * the day.  Neither is ever the person's own confirmation.
 * Law: GDPR 7(1), 7(3), 18(2), 21(2), 21(3); LAW R1, R3, R9.
 */
#include "evidence/evidence_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/tree.h"
#include "consent/consent_facts.h"
#include "consent/consent_office.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"
#include "evidence/evidence.h"

#define CHANNELS 4

static const char *const channels[CHANNELS] = { "email", "phone", "post",
	"sms" };

static const struct field_choice ways[] = {
	{ "phone", N_("By phone") }, { "paper", N_("On paper") },
	{ "in_person", N_("In person") }, { NULL, NULL }
};

#define SAID_FIELDS							\
	{ .name = "purpose", .type = F_HIDDEN, .need = true, .max = 40 },	\
	{ .name = "email", .type = F_FLAG, .about = N_("E-mail") },	\
	{ .name = "phone", .type = F_FLAG, .about = N_("Phone") },	\
	{ .name = "post", .type = F_FLAG, .about = N_("Post") },	\
	{ .name = "sms", .type = F_FLAG, .about = N_("SMS") },		\
	{ .name = "how", .type = F_CHOICE, .need = true, .has_radios = true,	\
	  .choices = ways, .label = N_("How they said it") },		\
	{ .name = "said_on", .type = F_DATE, .need = true,		\
	  .autocomplete = "off", .label = N_("On which day they said it") }

const struct field evidence_office_yes_fields[] = {
	SAID_FIELDS,
	{ .name = "version", .type = F_HIDDEN, .need = true, .max = 20 },
	{ .name = "evidence", .type = F_FILE, .need = true,
	  .max = EVIDENCE_MAX_BYTES, .label = N_("The recording or the scan"),
	  .hint = N_("PDF, PNG or JPEG; MP3, M4A, WAV, OGG or WEBM; up to 10 MB. Only the part where they say it."),
	  .if_large = N_("A file may have 10 MB. Keep the part of the recording where they say it, or scan with fewer details.") },
	{ .name = "said", .type = F_FLAG, .need = true,
	  .label = N_("They were told exactly the text above, and where the privacy notice is") },
	{ .name = NULL }
};

const struct field evidence_office_no_fields[] = {
	SAID_FIELDS,
	{ .name = NULL }
};

/* What is noted. */
struct saying {
	struct ctx *c;
	struct evidence_person p;
	bool is_yes;
	const struct q_consent_choices *rows;	/* of the purpose, by channel */
	size_t n;
	struct q_consent_notice_newest notice;
	const struct evidence_kind *kind;
	struct day said_on;
	int64_t at_us;
};

/* The purpose ${code} of those that can be chosen. */
static enum err
find_purpose(struct saying *k, const char *code)
{
	size_t i;

	k->n = 0;
	for (i = 0; i < k->p.n; i++) {
		if (strcmp(k->p.rows[i].code, code) != 0)
			continue;
		if (k->n++ == 0)
			k->rows = &k->p.rows[i];
	}
	return k->n == 0 ? ERR_NOTFOUND : ERR_OK;
}

static const struct q_consent_choices *
row_of(const struct saying *k, const char *channel)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (strcmp(k->rows[i].channel, channel) == 0)
			return &k->rows[i];
	return NULL;
}

static enum err
begin(struct saying *k)
{
	struct ctx *c = k->c;
	enum err e;

	if ((e = evidence_office_person(c, NULL, &k->p)) != ERR_OK)
		return e;
	return q_consent_notice_newest(c->db, c->arena, &k->notice);
}

static enum err
is_against(const struct saying *k, struct db *db,
    const struct q_consent_choices *row, bool *ret_is)
{
	struct ctx *c = k->c;
	const struct consent_change change = { .purpose_id = row->purpose_id,
	    .event = { .channel = row->channel, .contact_id = k->p.id,
	    .at_us = c->now_us } };

	return consent_is_against(db, c->arena, c->worker->keys, &change,
	    ret_is);
}

/* A channel to tick, what stands there, and whether a yes is held back. */
static enum err
add_channel(const struct saying *k, const struct q_consent_choices *row,
    json_t *list, bool *ret_is_held)
{
	struct ctx *c = k->c;
	const struct consent_said said = consent_said_of(row);
	const struct input *in = form_input(&c->form, row->channel);
	bool is_held = false;
	json_t *view;
	enum err e;

	if (k->is_yes && (e = is_against(k, c->db, row, &is_held)) != ERR_OK)
		return e;
	view = json_pack("{s:s, s:s, s:b, s:b, s:s?}", "field",
	    row->channel, "label", _(consent_channel_label(row->channel)),
	    "checked", in->number == 1, "is_held", is_held, "at",
	    row->state == NULL ? NULL : page_date(c, row->at_us));
	consent_office_state(c, view, &said);
	json_array_append_new(list, view);
	if (is_held)
		*ret_is_held = true;
	return ERR_OK;
}

static const char *
channels_error(const struct saying *k)
{
	const char *error = form_group_error(&k->c->form, "f-channels");
	size_t i;

	for (i = 0; i < k->n && error == NULL; i++)
		error = form_input(&k->c->form, k->rows[i].channel)->error;
	return error;
}

static enum err
add_channels(const struct saying *k, json_t *view)
{
	json_t *list = json_array();
	bool is_held = false;
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < k->n && e == ERR_OK; i++)
		e = add_channel(k, &k->rows[i], list, &is_held);
	json_object_set_new(view, "channels", list);
	json_object_set_new(view, "has_held", json_boolean(is_held));
	return e;
}

static enum err
draw(const struct saying *k, enum err why)
{
	struct ctx *c = k->c;
	const char *path = k->is_yes ? "/evidence" : "/choices/no";
	const char *error = channels_error(k);
	json_t *view = page_view(c, k->is_yes ? _("Note a yes") :
	    _("Note a no"));
	enum err e;

	page_form(c, view, k->is_yes ? "/contacts/:id/evidence" :
	    "/contacts/:id/choices/no", evidence_office_path(c, k->p.id,
	    path), &c->form);
	json_object_set_new(view, "is_yes", json_boolean(k->is_yes));
	json_object_set_new(view, "name", json_string(contacts_name(c,
	    &k->p.r)));
	json_object_set_new(view, "back_url", json_string(
	    evidence_office_path(c, k->p.id, "/choices")));
	json_object_set_new(view, "purpose", json_string(k->rows->code));
	json_object_set_new(view, "purpose_title", json_string(
	    k->rows->title));
	json_object_set_new(view, "wording", json_string(k->rows->wording));
	json_object_set_new(view, "wording_lang", json_string(k->p.lang));
	json_object_set_new(view, "version_id", json_string(arena_printf(
	    c->arena, "%" PRIu64, k->rows->version_id)));
	json_object_set_new(view, "version", json_string(arena_printf(
	    c->arena, "%s %" PRIu64 ", %s %" PRIu64, _("Text"),
	    k->rows->number, _("notice"), k->notice.number)));
	json_object_set_new(view, "notice_url", json_string(ctx_url(c,
	    "/privacy")));
	json_object_set_new(view, "has_mail", json_boolean(
	    k->p.r.email != NULL));
	json_object_set_new(view, "channels_error", error == NULL ?
	    json_null() : json_string(error));
	if ((e = add_channels(k, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	return why == ERR_OK ? page(c, "office/evidence_say.html", view) :
	    page_form_again(c, why, "office/evidence_say.html", view);
}

static enum err
show(struct ctx *c, bool is_yes)
{
	const struct contacts_looking looking = { "record", "daily" };
	const struct param *purpose = params_find(&c->query, "purpose");
	struct saying k = { .c = c, .is_yes = is_yes };
	enum err e;

	if ((e = begin(&k)) != ERR_OK)
		return e;
	if (purpose == NULL || find_purpose(&k, purpose->value) != ERR_OK ||
	    (is_yes ? k.p.r.restriction != NULL :
	    text_equal(k.p.r.restriction, "erasure")))
		return page_redirect(c, evidence_office_path(c, k.p.id,
		    "/choices"));
	if ((e = contacts_looked(c, &looking, &k.p.id, 1)) != ERR_OK)
		return e;
	form_blank(c, is_yes ? evidence_office_yes_fields :
	    evidence_office_no_fields, &c->form);
	form_set(&c->form, "said_on", day_write(c->arena, day_of(c->now_us)));
	return draw(&k, ERR_OK);
}

enum err
evidence_office_yes_show(struct ctx *c)
{
	return show(c, true);
}

enum err
evidence_office_no_show(struct ctx *c)
{
	return show(c, false);
}

static const char *
with_day(struct ctx *c, const char *text, struct day day)
{
	return arena_printf(c->arena, "%s %s.", text, page_day(c, day));
}

/* A later word of theirs stands; of one day nobody knows which came last. */
static void
check_order(struct saying *k, const struct q_consent_choices *row)
{
	const struct consent_said said = consent_said_of(row);
	struct form *form = &k->c->form;
	struct day last = day_of(row->at_us);
	bool is_given = text_equal(row->state, "given");
	int order = day_compare(k->said_on, last);

	if (row->state == NULL || text_equal(row->state, "asked"))
		return;
	if (k->is_yes && !is_given && order <= 0)
		form_fail(form, "said_on", with_day(k->c,
		    words_get(k->c->lang, N_("A no came since: only a yes of a later day counts. They said no on")),
		    last));
	else if (k->is_yes && is_given && order <= 0 &&
	    (consent_is_usable(&said) || said.is_held))
		form_fail(form, "said_on", with_day(k->c,
		    words_get(k->c->lang, N_("A yes is noted already, of")),
		    last));
	else if (!k->is_yes && !is_given)
		form_fail(form, row->channel, with_day(k->c,
		    words_get(k->c->lang, N_("A no is noted already, of")),
		    last));
	else if (!k->is_yes && order < 0)
		form_fail(form, "said_on", with_day(k->c,
		    words_get(k->c->lang, N_("A yes came since, so this no is over. They said yes on")),
		    last));
}

static void
check_channels(struct saying *k, bool has_day)
{
	struct ctx *c = k->c;
	const struct q_consent_choices *row;
	bool is_any = false;
	size_t i;

	for (i = 0; i < CHANNELS; i++) {
		if (form_input(&c->form, channels[i])->number != 1)
			continue;
		is_any = true;
		if ((row = row_of(k, channels[i])) == NULL)
			form_fail_group(&c->form, "f-channels",
			    N_("Channels"),
			    _("This purpose does not use this channel."));
		else if (has_day)
			check_order(k, row);
	}
	if (!is_any)
		form_fail_group(&c->form, "f-channels", k->is_yes ?
		    N_("They say yes to") : N_("They say no to"),
		    _("Choose at least one channel."));
}

static bool
check_day(struct saying *k)
{
	struct ctx *c = k->c;
	struct input *in = form_input(&c->form, "said_on");
	struct day today = day_of(c->now_us);
	struct day first = day_of(k->is_yes ? k->rows->version_us :
	    k->p.r.collected_us);

	if (in->error != NULL)
		return false;
	k->said_on = in->day;
	if (day_compare(k->said_on, today) > 0) {
		in->error = _("Enter a date like 2026-01-31, not after today.");
		return false;
	}
	if (day_compare(k->said_on, first) < 0) {
		in->error = with_day(c, k->is_yes ?
		    _("Nobody can have said yes to this text before it was there, on") :
		    _("The record is younger than that: it began on"), first);
		return false;
	}
	/* a day has no hour: a yes counts from its beginning, a no to its end */
	k->at_us = day_compare(k->said_on, today) == 0 ? c->now_us :
	    k->is_yes ? day_start_us(k->said_on) : day_end_us(k->said_on);
	return true;
}

static void
check_evidence(struct saying *k)
{
	struct ctx *c = k->c;
	struct input *in = form_input(&c->form, "evidence");

	if (in->error != NULL)
		return;
	k->kind = evidence_kind_of(c->file);
	if (k->kind == NULL)
		in->error = _("This file is none of the kinds that are taken, whatever its name says.");
	if (form_input(&c->form, "said")->error != NULL)
		form_fail(&c->form, "said",
		    _("A yes to another text is no yes to this purpose: tick this only if it is so."));
}

/* What they were told is what the page showed. */
static void
check_text(struct saying *k)
{
	struct ctx *c = k->c;
	uint64_t id;

	if (parse_u64(form_value(&c->form, "version"), &id) == ERR_OK &&
	    id != k->rows->version_id)
		form_fail(&c->form, NULL,
		    _("The text changed meanwhile: a yes to the earlier one counts no more here. Read the one that stands above now."));
}

/* What may have changed since the page was drawn. */
static enum err
check(struct saying *k)
{
	struct ctx *c = k->c;

	check_channels(k, check_day(k));
	if (k->is_yes) {
		check_evidence(k);
		check_text(k);
	}
	if (k->is_yes ? k->p.r.restriction != NULL :
	    text_equal(k->p.r.restriction, "erasure"))
		form_fail(&c->form, NULL,
		    _("The use of this record is restricted: this cannot be noted now."));
	return form_has_errors(&c->form) ? ERR_INVALID : ERR_OK;
}

static enum err
make_changes(const struct saying *k, struct db *db, uint64_t evidence_id,
    struct consent_change *list, size_t *ret_n)
{
	struct ctx *c = k->c;
	const struct q_consent_choices *row;
	const char *kind;
	bool is_held;
	size_t i, n = 0;
	enum err e;

	for (i = 0; i < k->n; i++) {
		row = &k->rows[i];
		if (form_input(&c->form, row->channel)->number != 1)
			continue;
		is_held = false;
		if (k->is_yes && (e = is_against(k, db, row, &is_held)) !=
		    ERR_OK)
			return e;
		kind = k->is_yes ? text_equal(row->state, "given") &&
		    !is_held ? "renewed" : "given" :
		    strcmp(row->basis, "consent") != 0 ? "objected" :
		    text_equal(row->state, "given") ? "withdrawn" : "refused";
		list[n++] = (struct consent_change){
		    .purpose_id = row->purpose_id, .is_held = is_held,
		    .state = k->is_yes ? "given" : kind, .event = {
		    .kind = kind, .purpose = row->code,
		    .purpose_version_id = row->version_id,
		    .channel = row->channel, .lang = k->p.lang,
		    .notice_version_id = k->notice.id,
		    .how = form_value(&c->form, "how"),
		    .evidence_id = evidence_id, .at_us = k->at_us,
		    .contact_id = k->p.id } };
	}
	*ret_n = n;
	return ERR_OK;
}

static enum err
store_evidence(const struct saying *k, struct db *db, uint64_t *ret_id)
{
	struct ctx *c = k->c;
	const struct evidence_new file = { k->p.id, k->kind, c->file,
	    c->caller.staff_id, c->now_us };
	struct q_evidence_room room;
	enum err e;

	if ((e = q_evidence_room(db, c->arena, k->p.id, &room)) != ERR_OK)
		return e;
	if (room.n >= EVIDENCE_FILES_MAX ||
	    room.size_bytes + c->file.len > EVIDENCE_TOTAL_BYTES) {
		form_fail(&c->form, "evidence",
		    _("There is no more room for this person: 20 files and 40 MB together. Send a smaller file."));
		return ERR_INVALID;
	}
	return evidence_store(db, c->arena, c->worker->keys, &file, ret_id);
}

static enum err
note_act(const struct saying *k, struct db *db,
    const struct consent_change *list, size_t n)
{
	struct ctx *c = k->c;
	struct ledger_audit event = { .verb = k->is_yes ? "consent.noted" :
	    "consent.no_noted", .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "contact",
	    .contact_id = k->p.id, .at_us = c->now_us };
	json_t *detail = json_pack("{s:s, s:s}", "purpose", k->rows->code,
	    "how", form_value(&c->form, "how"));
	const char *names = "";
	size_t i;
	enum err e;

	for (i = 0; i < n; i++)
		names = arena_printf(c->arena, "%s%s%s", names,
		    i == 0 ? "" : " ", list[i].event.channel);
	json_object_set_new(detail, "channels", json_string(names));
	event.detail = tree_text(c->arena, detail, JSON_COMPACT |
	    JSON_SORT_KEYS);
	json_decref(detail);
	e = ledger_audit(db, c->arena, c->worker->ledger, &event);
	return e;
}

/* Lock, look again, store: two at once, or an erasure, come one by one. */
static enum err
say_in_tx(struct db *db, void *arg)
{
	struct saying *k = arg;
	struct ctx *c = k->c;
	struct consent_change list[CHANNELS];
	struct q_evidence_lock *locked;
	uint64_t evidence_id = 0;
	size_t n;
	enum err e;

	if ((e = q_evidence_lock(db, c->arena, k->p.id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &locked, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_NOTFOUND;
	k->p.r.restriction = locked->restriction;
	if ((e = q_consent_choices(db, c->arena, k->p.lang, k->p.lang,
	    c->now_us, k->p.id, &k->p.rows, &k->p.n)) != ERR_OK ||
	    (e = find_purpose(k, form_value(&c->form, "purpose"))) !=
	    ERR_OK || (e = check(k)) != ERR_OK)
		return e;
	if (k->is_yes && (e = store_evidence(k, db, &evidence_id)) != ERR_OK)
		return e;
	if ((e = make_changes(k, db, evidence_id, list, &n)) != ERR_OK ||
	    (e = consent_record(db, c->arena, c->worker->ledger, list, n)) !=
	    ERR_OK || (!k->is_yes && (e = consent_suppress(db, c->arena,
	    c->worker->keys, list, n)) != ERR_OK) ||
	    (e = q_contacts_person_came(db, k->at_us, k->p.id, NULL)) !=
	    ERR_OK)
		return e;
	return note_act(k, db, list, n);
}

static enum err
say(struct ctx *c, bool is_yes)
{
	struct saying k = { .c = c, .is_yes = is_yes };
	enum err e, wrong;

	if ((e = begin(&k)) != ERR_OK)
		return e;
	wrong = form_read(c, is_yes ? evidence_office_yes_fields :
	    evidence_office_no_fields, &c->form);
	if (find_purpose(&k, form_value(&c->form, "purpose")) != ERR_OK)
		return ERR_MALFORMED;
	e = check(&k);
	if (wrong == ERR_OK && e == ERR_OK) {
		ctx_more_time(c);
		wrong = ctx_tx(c, say_in_tx, &k);
	} else if (wrong == ERR_OK) {
		wrong = e;
	}
	if (wrong == ERR_INVALID || wrong == ERR_MALFORMED)
		return draw(&k, wrong);
	return wrong != ERR_OK ? wrong : page_redirect(c,
	    evidence_office_path(c, k.p.id, "/choices"));
}

enum err
evidence_office_yes(struct ctx *c)
{
	return say(c, true);
}

enum err
evidence_office_no(struct ctx *c)
{
	return say(c, false);
}
