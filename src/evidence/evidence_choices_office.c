/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * All choices of a person: what stands for each purpose and channel, how it
 * came about and what proves it, and where the next one is noted.
 * Law: GDPR 7(1), 7(3), 21(2).
 */
#include "evidence/evidence_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "consent/consent_facts.h"
#include "consent/consent_office.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"

const char *
evidence_office_path(struct ctx *c, uint64_t id, const char *rest)
{
	return arena_printf(c->arena, "/contacts/%" PRIu64 "%s", id, rest);
}

const char *
evidence_office_size(struct ctx *c, uint64_t bytes)
{
	return words_count(c->arena, c->lang, "{n} KB", "{n} KB",
	    (bytes + 1023) / 1024);
}

/* Their own language, if the site's texts are in it. */
static const char *
language_of(const struct ctx *c, const char *lang)
{
	const char *const *languages = c->worker->config->languages;
	size_t i;

	for (i = 0; languages[i] != NULL; i++)
		if (strcmp(languages[i], lang) == 0)
			return languages[i];
	return languages[0];
}

enum err
evidence_office_person(struct ctx *c, const char *lang,
    struct evidence_person *ret_person)
{
	struct evidence_person p = { .n = 0 };
	struct q_people_one one;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &p.id)) != ERR_OK ||
	    (e = q_people_one(c->db, c->arena, p.id, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &one)) != ERR_OK ||
	    (e = q_contacts_load(c->db, c->arena, p.id, &p.r)) != ERR_OK)
		return e;
	p.lang = lang != NULL ? lang : language_of(c, p.r.language);
	if ((e = q_consent_choices(c->db, c->arena, p.lang, p.lang,
	    c->now_us, p.id, &p.rows, &p.n)) != ERR_OK)
		return e;
	*ret_person = p;
	return ERR_OK;
}

static bool
is_reachable(const struct evidence_person *p, const char *channel)
{
	if (strcmp(channel, "email") == 0)
		return p->r.email != NULL;
	if (strcmp(channel, "post") == 0)
		return *p->r.street != '\0' && *p->r.city != '\0';
	return p->r.phone != NULL;
}

/* Whether it may be used today, as whatever sends asks it. */
static enum consent_answer
answer_of(const struct ctx *c, const struct evidence_person *p,
    const struct consent_kept_out *kept_out,
    const struct q_consent_choices *row)
{
	struct consent_facts facts = consent_facts_of(row, c->now_us);

	facts.is_unreachable = !is_reachable(p, row->channel);
	facts.is_suppressed = !text_equal(row->state, "given") &&
	    consent_is_kept_out(kept_out, row->purpose_id, row->channel);
	return consent_may_send(&facts);
}

static json_t *
channel_view(struct ctx *c, const struct evidence_person *p,
    const struct consent_kept_out *kept_out,
    const struct q_consent_choices *row)
{
	enum consent_answer answer = answer_of(c, p, kept_out, row);
	const struct consent_said said = consent_said_of(row);
	json_t *view = json_pack("{s:s, s:s?, s:s?}", "channel",
	    _(consent_channel_label(row->channel)), "at", row->state == NULL ?
	    NULL : page_date(c, row->at_us), "how", row->how == NULL ? NULL :
	    consent_office_how(c, row->how));

	consent_office_state(c, view, &said);
	json_object_set_new(view, "may", json_boolean(answer <
	    NOT_PROMOTION_INSIDE));
	json_object_set_new(view, "why", json_string(consent_office_why(c,
	    answer, row->state)));
	if (answer == MAY_SOFT_OPT_IN) {
		page_state(view, _("customer: may be written to until they say no"),
		    MOOD_OK);
		json_object_set_new(view, "at", json_string(page_date(c,
		    row->sold_us)));
		json_object_set_new(view, "how", json_string(_("the sale")));
	}
	return view;
}

static bool
may_note(const struct ctx *c)
{
	return (ROLE_BIT(c->caller.role) & CONTACTS_EDITORS) != 0;
}

static const char *
note_url(struct ctx *c, const struct evidence_person *p, const char *path,
    const char *code)
{
	return arena_printf(c->arena, "%s?purpose=%s",
	    evidence_office_path(c, p->id, path), code);
}

/* The rule for customers may be used for this purpose, of this person. */
static bool
may_sell(const struct evidence_person *p, const struct q_consent_choices *row)
{
	return row->has_soft_opt_in && text_equal(p->r.kind, "customer");
}

static json_t *
purposes_view(struct ctx *c, const struct evidence_person *p,
    const struct consent_kept_out *kept_out)
{
	bool is_free = may_note(c) && p->r.restriction == NULL;
	bool may_stop = may_note(c) && !text_equal(p->r.restriction,
	    "erasure");
	json_t *list = json_array(), *channels = NULL;
	const struct q_consent_choices *row;
	size_t i;

	for (i = 0; i < p->n; i++) {
		row = &p->rows[i];
		if (i == 0 || row->purpose_id != p->rows[i - 1].purpose_id) {
			channels = json_array();
			json_array_append_new(list, json_pack(
			    "{s:s, s:s, s:s?, s:s?, s:s?, s:o}", "id", row->code,
			    "title", row->title, "yes_url", is_free ?
			    note_url(c, p, "/evidence", row->code) : NULL,
			    "no_url", may_stop ? note_url(c, p,
			    "/choices/no", row->code) : NULL, "sale_url",
			    may_sell(p, row) && is_free ? note_url(c, p,
			    "/sale", row->code) : NULL, "channels",
			    channels));
		}
		json_array_append_new(channels, channel_view(c, p,
		    kept_out, row));
	}
	return list;
}

static json_t *
events_view(struct ctx *c, const struct q_evidence_events *rows, size_t n)
{
	const struct q_evidence_events *row;
	json_t *list = json_array(), *at;
	size_t i;

	for (i = 0; i < n; i++) {
		row = &rows[i];
		at = page_at(c, row->at_us);
		if (consent_is_by_staff(row->how))
			json_object_set_new(at, "text", json_string(
			    page_date(c, row->at_us)));
		json_array_append_new(list, json_pack(
		    "{s:o, s:s, s:s, s:s, s:s, s:s, s:s?}", "at", at,
		    "title", row->title == NULL ? "" : row->title, "channel",
		    _(consent_channel_label(row->channel)), "event",
		    _(consent_kind_label(row->kind)), "how",
		    consent_office_how(c, row->how), "version",
		    arena_printf(c->arena, "%s %" PRIu64 ", %s %" PRIu64,
		    _("Text"), row->number, _("notice"), row->notice_number),
		    "evidence_url", row->evidence_id == 0 ? NULL :
		    arena_printf(c->arena, "/evidence/%" PRIu64,
		    row->evidence_id)));
	}
	return list;
}

static const char *
why_not(struct ctx *c, const struct evidence_person *p)
{
	if (p->r.restriction == NULL)
		return NULL;
	return text_equal(p->r.restriction, "erasure") ?
	    _("An erasure is under way: nothing is noted here any more.") :
	    _("The use of this record is restricted: no yes can be noted until that ends. A no can.");
}

enum err
evidence_office_choices(struct ctx *c)
{
	const struct contacts_looking looking = { "record", "daily" };
	struct q_evidence_events *events;
	struct consent_kept_out kept_out;
	struct evidence_person p;
	const char *why;
	json_t *view;
	size_t n;
	enum err e;

	if ((e = evidence_office_person(c, c->lang, &p)) != ERR_OK ||
	    (e = consent_kept_out(c->db, c->arena, c->worker->keys, p.id,
	    c->now_us, &kept_out)) != ERR_OK ||
	    (e = q_evidence_events(c->db, c->arena, c->lang, p.id, &events,
	    &n)) != ERR_OK ||
	    (e = contacts_looked(c, &looking, &p.id, 1)) != ERR_OK)
		return e;
	why = why_not(c, &p);
	view = page_view(c, _("Choices"));
	json_object_set_new(view, "name", json_string(contacts_name(c,
	    &p.r)));
	json_object_set_new(view, "back_url", json_string(
	    evidence_office_path(c, p.id, "")));
	json_object_set_new(view, "restricted", why == NULL ? json_null() :
	    json_string(why));
	json_object_set_new(view, "purposes", purposes_view(c, &p,
	    &kept_out));
	json_object_set_new(view, "has_events", json_boolean(n > 0));
	json_object_set_new(view, "events", events_view(c, events, n));
	return page(c, "office/evidence_choices.html", view);
}
