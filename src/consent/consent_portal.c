/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The person's choices: /account/consents says yes or no in one press; a yes
 * is to the words that were shown.
 * Law: GDPR 4(11), 7(1), 7(3), 21(2), 21(3); ePrivacy 13(2).
 */
#include "consent/consent_portal.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "consent/consent.h"
#include "consent/consent_facts.h"
#include "consent/consent_offers_portal.h"
#include "consent/consent_say_portal.h"

static const struct field_choice answers[] = {
	{ "yes", N_("Yes") }, { "no", N_("No") }, { NULL, NULL }
};

const struct field consent_portal_choice_fields[] = {
	{ .name = "choice", .type = F_HIDDEN, .need = true, .max = 60 },
	{ .name = "answer", .type = F_CHOICE, .need = true,
	  .choices = answers },
	{ .name = "version", .type = F_HIDDEN, .max = 20 },
	{ .name = NULL }
};

const char *
consent_say_channel(struct ctx *c, const char *channel)
{
	return words_get(c->lang, consent_channel_label(channel));
}

static const char *
kind_label(struct ctx *c, const char *kind)
{
	return words_get(c->lang, consent_kind_label(kind));
}

const char *
consent_say_choice(struct ctx *c, const struct q_consent_choices *row)
{
	return arena_printf(c->arena, "%s.%s", row->code, row->channel);
}

/* A yes that counts. */
static bool
is_yes(const struct q_consent_choices *row)
{
	const struct consent_said said = consent_said_of(row);

	return consent_is_usable(&said);
}

/* A yes, whether it counts or not. */
static bool
is_given(const struct q_consent_choices *row)
{
	return text_equal(row->state, "given");
}

static bool
is_soft(const struct q_consent_choices *row)
{
	const struct consent_customer customer = consent_customer_of(row);

	return consent_is_soft(&customer);
}

/* Done without a yes, until they say no (GDPR 6(1)(f); ePrivacy 13(2)). */
static bool
needs_no_yes(const struct q_consent_choices *row)
{
	return is_soft(row) || (row->state == NULL &&
	    strcmp(row->basis, "legitimate_interest") == 0);
}

bool
consent_say_stops(const struct q_consent_choices *row)
{
	return is_given(row) || needs_no_yes(row);
}

static bool
is_answered(const struct q_consent_choices *row)
{
	const struct consent_said said = consent_said_of(row);

	return consent_is_answered(&said);
}

/* Why a yes does not count; or null. */
static json_t *
waits_view(struct ctx *c, const struct q_consent_choices *row)
{
	if (!is_given(row) || is_yes(row))
		return json_null();
	return json_pack("{s:s, s:s?}", "text", arena_printf(c->arena,
	    "%s %s", row->is_held ?
	    _("A colleague of ours noted a yes from you. You had said no before, so it counts once you press Yes here. Noted for:") :
	    _("The text has changed since you said yes, so that yes counts no more: please choose again. You said it on:"),
	    page_date(c, row->at_us)), "wording", row->is_held ? NULL :
	    row->last_wording);
}

/* Nothing is sent now, whatever they said (GDPR 6(1), 18). */
static bool
is_paused(const struct q_consent_choices *row)
{
	return row->is_restricted || row->is_quarantined;
}

/* Why it is done though they never said yes; or null. */
static json_t *
stands_view(struct ctx *c, const struct q_consent_choices *row)
{
	if (!needs_no_yes(row))
		return json_null();
	if (!is_soft(row))
		return json_string(is_paused(row) ?
		    _("We would do this without asking, on the interest said above, until you say no. A no counts at once.") :
		    _("We do this without asking, on the interest said above, until you say no. A no counts at once."));
	return json_string(arena_printf(c->arena, "%s %s", is_paused(row) ?
	    _("You are a customer: we could write to you about products like those you bought, until you say no. A no counts at once. You bought on:") :
	    _("You are a customer: we may write to you about products like those you bought, until you say no. A no counts at once. You bought on:"),
	    page_date(c, row->sold_us)));
}

const char *
consent_say_paused(struct ctx *c, const struct q_consent_choices *rows,
    size_t n)
{
	if (n == 0 || !is_paused(&rows[0]))
		return NULL;
	return rows[0].is_restricted ?
	    _("The use of your data is restricted: whatever stands below, none of these messages leaves while that lasts.") :
	    _("We have not yet established on what basis we hold your data: whatever stands below, none of these messages leaves until we have.");
}

static json_t *
last_view(struct ctx *c, const struct q_consent_choices *row)
{
	if (!is_answered(row))
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s, s:s}",
	    "answer", is_yes(row) ? _("yes") : _("no"),
	    "at", page_date(c, row->at_us),
	    "how", _(consent_how_label(row->how == NULL ? "program" : row->how)),
	    "wording", row->last_wording == NULL ? row->wording :
	    row->last_wording, "version", row->form_code == NULL ?
	    arena_printf(c->arena, "%s %" PRIu64 ", %s %" PRIu64, _("Text"),
	    row->last_number, _("notice"), row->notice_number) :
	    arena_printf(c->arena, "%s %" PRIu64 ", %s %" PRIu64 ", %s %s %"
	    PRIu64, _("Text"), row->last_number, _("notice"),
	    row->notice_number, _("form"), row->form_code, row->form_number));
}

/* ${guard}: what page_csrf() gives each of the page's forms. */
static json_t *
channel_view(struct ctx *c, json_t *guard,
    const struct q_consent_choices *row)
{
	json_t *view = json_copy(guard);

	json_object_set_new(view, "choice", json_string(consent_say_choice(c,
	    row)));
	json_object_set_new(view, "version", json_string(arena_printf(
	    c->arena, "%" PRIu64, row->version_id)));
	json_object_set_new(view, "channel", json_string(consent_say_channel(c,
	    row->channel)));
	json_object_set_new(view, "title", json_string(row->title));
	json_object_set_new(view, "yes", json_boolean(is_yes(row)));
	json_object_set_new(view, "no", json_boolean(is_answered(row) &&
	    !is_yes(row)));
	json_object_set_new(view, "last", last_view(c, row));
	json_object_set_new(view, "waits", waits_view(c, row));
	json_object_set_new(view, "stands", stands_view(c, row));
	return view;
}

static json_t *
purposes_view(struct ctx *c, const struct q_consent_choices *rows, size_t n)
{
	json_t *guard = page_csrf(c, "/account/consents", "/account/consents");
	json_t *list = json_array(), *list_channels = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i == 0 || rows[i].purpose_id != rows[i - 1].purpose_id) {
			list_channels = json_array();
			json_array_append_new(list, json_pack(
			    "{s:s, s:s, s:s, s:s?, s:o}", "id", rows[i].code,
			    "title", rows[i].title, "text", rows[i].wording,
			    "interest", *rows[i].interest == '\0' ? NULL :
			    rows[i].interest, "channels", list_channels));
		}
		json_array_append_new(list_channels, channel_view(c, guard,
		    &rows[i]));
	}
	json_decref(guard);
	return list;
}

/* What staff noted has a day and no hour. */
static json_t *
at_view(struct ctx *c, const struct q_consent_lines *line)
{
	json_t *view = page_at(c, line->at_us);

	if (consent_is_by_staff(line->how))
		json_object_set_new(view, "text", json_string(page_date(c,
		    line->at_us)));
	return view;
}

static json_t *
history_view(struct ctx *c, const struct consent_choices *choices)
{
	const struct q_consent_lines *line;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < choices->n_lines; i++) {
		line = &choices->lines[i];
		if (strcmp(line->what, "event") != 0)
			continue;
		json_array_append_new(list, json_pack(
		    "{s:o, s:b, s:s, s:s, s:s, s:s}", "at",
		    at_view(c, line), "has_evidence", line->evidence_id != 0,
		    "title", consent_offers_title(
		    choices, line->purpose_version_id), "channel",
		    consent_say_channel(c, line->channel),
		    "event", kind_label(c, line->state), "how",
		    _(consent_how_label(line->how == NULL ? "program" :
		    line->how))));
	}
	return list;
}

static bool
is_offered(const struct consent_choices *choices,
    const struct q_consent_lines *line)
{
	size_t i;

	for (i = 0; i < choices->n; i++)
		if (choices->rows[i].purpose_id == line->id &&
		    strcmp(choices->rows[i].channel, line->channel) == 0)
			return true;
	return false;
}

/* A yes to what was closed since: it counts for nothing any more. */
static json_t *
ended_view(struct ctx *c, const struct consent_choices *choices)
{
	const struct q_consent_lines *line;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < choices->n_lines; i++) {
		line = &choices->lines[i];
		if (strcmp(line->what, "state") != 0 ||
		    strcmp(line->state, "given") != 0 ||
		    is_offered(choices, line))
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}",
		    "title", consent_offers_title(choices,
		    line->purpose_version_id), "channel", consent_say_channel(c,
		    line->channel), "at", page_date(c, line->at_us)));
	}
	return list;
}

/* ${is_changed}: a yes was to words that are no longer there. */
static enum err
draw_consents(struct ctx *c, bool is_changed)
{
	struct consent_choices choices;
	json_t *view, *history, *ended;
	const char *paused;
	enum err e;

	if ((e = consent_offers_load(c, c->caller.contact_id, &choices)) !=
	    ERR_OK)
		return e;
	history = history_view(c, &choices);
	ended = ended_view(c, &choices);
	view = page_view(c, _("My choices"));
	json_object_set_new(view, "is_changed", json_boolean(is_changed));
	paused = consent_say_paused(c, choices.rows, choices.n);
	json_object_set_new(view, "paused", paused == NULL ? json_null() :
	    json_string(paused));
	json_object_set_new(view, "purposes", purposes_view(c, choices.rows,
	    choices.n));
	json_object_set_new(view, "has_ended", json_boolean(
	    json_array_size(ended) > 0));
	json_object_set_new(view, "ended", ended);
	json_object_set_new(view, "has_history", json_boolean(
	    json_array_size(history) > 0));
	json_object_set_new(view, "history", history);
	return page_status(c, is_changed ? 409 : 200,
	    "portal/consent_consents.html", view);
}

enum err
consent_portal_consents(struct ctx *c)
{
	return draw_consents(c, false);
}

static struct consent_change
change_of(const struct consent_saying *k, const struct q_consent_choices *row,
    uint64_t notice_id)
{
	bool is_consent = strcmp(row->basis, "consent") == 0 &&
	    !is_soft(row);
	const char *kind = k->is_yes ? "given" : !is_consent ? "objected" :
	    is_given(row) ? "withdrawn" : "refused";

	return (struct consent_change){ .purpose_id = row->purpose_id,
	    .state = kind, .event = { .kind = kind, .purpose = row->code,
	    .purpose_version_id = row->version_id, .channel = row->channel,
	    .lang = k->lang, .notice_version_id = notice_id,
	    .how = k->how, .at_us = k->c->now_us,
	    .contact_id = k->contact_id } };
}

/* Some changes of one press; a refusal also reaches the list of don'ts. */
static enum err
record_some(const struct consent_saying *k, struct db *db,
    struct consent_change *changes, size_t n)
{
	struct ctx *c = k->c;
	enum err e;

	e = consent_record(db, c->arena, c->worker->ledger, changes, n);
	if (e == ERR_OK && !k->is_yes)
		e = consent_suppress(db, c->arena, c->worker->keys, changes,
		    n);
	return e;
}

/*
 * Whether ${row} is meant by what was pressed.  A no to all of somebody of whom
 * nothing can be stopped is a no to what they were never asked: no yes that
 * others note of them later counts before their own.
 */
static bool
is_meant(const struct consent_saying *k, const struct q_consent_choices *row,
    bool stops_any)
{
	if (strcmp(k->choice, "all") != 0)
		return strcmp(k->choice, consent_say_choice(k->c, row)) == 0;
	return stops_any ? consent_say_stops(row) : row->is_commercial &&
	    !is_answered(row);
}

static bool
stops_any(const struct q_consent_choices *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (consent_say_stops(&rows[i]))
			return true;
	return false;
}

enum err
consent_say_in_tx(struct db *db, void *arg)
{
	struct consent_saying *k = arg;
	struct ctx *c = k->c;
	bool is_all = strcmp(k->choice, "all") == 0, has_any;
	struct consent_change changes[DB_EACH_MAX];
	struct q_consent_choices *rows;
	struct q_consent_notice_newest notice;
	size_t i, n, n_changes = 0, n_done = 0;
	enum err e;

	if ((e = q_consent_choices(db, c->arena, k->lang, k->lang, c->now_us,
	    k->contact_id, &rows, &n)) != ERR_OK ||
	    (e = q_consent_notice_newest(db, c->arena, &notice)) != ERR_OK)
		return e;
	if (n == 0)	/* the record went meanwhile: nobody was answered */
		return ERR_CONFLICT;
	has_any = stops_any(rows, n);
	for (i = 0; i < n; i++) {
		if (!is_meant(k, &rows[i], has_any))
			continue;
		/* saying the same again changes nothing */
		if (is_answered(&rows[i]) && is_yes(&rows[i]) == k->is_yes)
			return ERR_OK;
		if (k->is_yes && rows[i].version_id != k->seen_id) {
			k->is_changed = true;
			return ERR_CONFLICT;
		}
		if (n_changes == DB_EACH_MAX) {
			if ((e = record_some(k, db, changes, n_changes)) !=
			    ERR_OK)
				return e;
			n_changes = 0;
		}
		changes[n_changes++] = change_of(k, &rows[i], notice.id);
		n_done++;
	}
	if (n_done == 0)
		return is_all ? ERR_OK : ERR_NOTFOUND;
	if ((e = record_some(k, db, changes, n_changes)) != ERR_OK)
		return e;
	if (k->is_yes && (e = consent_supersede(db, c->arena,
	    c->worker->keys, k->contact_id, c->now_us)) != ERR_OK)
		return e;
	return q_consent_person_acted(db, c->now_us, k->contact_id, NULL);
}

enum err
consent_portal_choose(struct ctx *c)
{
	struct consent_saying k = { .c = c, .contact_id = c->caller.contact_id,
	    .lang = c->lang, .how = "account" };
	enum err e;

	if ((e = form_read(c, consent_portal_choice_fields, &c->form)) !=
	    ERR_OK)
		return e;
	k.choice = form_value(&c->form, "choice");
	k.is_yes = strcmp(form_value(&c->form, "answer"), "yes") == 0;
	if (strcmp(k.choice, "all") == 0 && k.is_yes)
		return ERR_INVALID;	/* a yes is given one by one */
	/* a no needs no text */
	if (k.is_yes && parse_u64(form_value(&c->form, "version"),
	    &k.seen_id) != ERR_OK)
		return ERR_MALFORMED;
	e = ctx_tx(c, consent_say_in_tx, &k);
	if (e == ERR_CONFLICT && k.is_changed) {
		consent_offers_forget(c);
		return draw_consents(c, true);
	}
	if (e != ERR_OK)
		return e;
	return page_redirect(c, "/account/consents");
}
