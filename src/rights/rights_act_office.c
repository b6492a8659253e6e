/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What staff decide in a case: answer, refuse with reasons and remedies, take
 * two more months, give it to a colleague, send a link again, end a freeze.
 * The change, the step, the audit line and the mail are one transaction.
 * Law: GDPR 12(3), 12(4), 12(5), 18(3).
 */
#include <inttypes.h>

#include "acting/acting.h"
#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"
#include "rights/rights_case.h"
#include "rights/rights_clock.h"
#include "rights/rights_office.h"

#define LINK_DAYS 7	/* decision 74 */

/* A decision about a case that is open in front of a colleague. */
struct deciding {
	struct rights_case k;
	uint64_t version;	/* the one they saw */
	enum err (*change)(struct deciding *d, struct db *db);
	const char *step;
	const char *verb;
	const char *detail;	/* of the audit line; NULL: none */
};

/* The step of the case and the audit line of what is decided. */
static enum err
note(const struct deciding *d, struct db *db, const char *name,
    const char *verb)
{
	struct ctx *c = d->k.c;
	const struct rights_step step = { d->k.id, name, "staff",
	    c->caller.staff_id, c->now_us };
	const struct ledger_audit event = { .verb = verb,
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "rights_request", .object_id = d->k.id,
	    .contact_id = d->k.r.person_id, .detail = d->detail,
	    .at_us = c->now_us };
	enum err e;

	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
decide_in_tx(struct db *db, void *arg)
{
	struct deciding *d = arg;
	enum err e;

	if ((e = d->change(d, db)) != ERR_OK)
		return e;
	return note(d, db, d->step, d->verb);
}

/* ${n} rows were changed: none if somebody was there before. */
static enum err
one_only(uint64_t n)
{
	return n == 1 ? ERR_OK : ERR_CONFLICT;
}

static const char *
name_of(const struct rights_case *k)
{
	const char *name;

	if (k->r.person_id == 0)
		return NULL;
	name = text_trim(k->c->arena, arena_printf(k->c->arena, "%s %s",
	    k->r.given_name, k->r.family_name));
	return *name == '\0' ? NULL : name;
}

/* What every mail of a case says; the caller adds the rest. */
static json_t *
mail_view(const struct rights_case *k, const char *text)
{
	struct ctx *c = k->c;

	return json_pack("{s:s?, s:s, s:s, s:s, s:s?}", "name", name_of(k),
	    "reference", k->r.reference, "kind", words_get(k->r.language,
	    rights_kind_word(k->r.kind)), "text", text, "url",
	    k->r.identity_id == 0 ? NULL : ctx_url(c, arena_printf(c->arena,
	    "/account/requests/%" PRIu64, k->id)));
}

static enum err
add_mail(const struct rights_case *k, struct db *db, const char *template,
    json_t *view)
{
	const struct outbox_mail mail = { .template = template,
	    .language = k->r.language, .to = k->to,
	    .contact_id = k->r.person_id, .is_legal = true, .view = view };
	struct ctx *c = k->c;
	enum err e = ERR_OK;

	if (k->to != NULL)
		e = outbox_add(c->worker->outbox, db, c->arena, &mail,
		    c->now_us);
	json_decref(view);
	return e;
}

static enum err
store_answer(struct deciding *d, struct db *db, const char *state,
    const char *outcome, const char *text)
{
	const struct rights_case *k = &d->k;
	struct ctx *c = k->c;
	struct bytes sealed;
	uint64_t n = 0;
	enum err e;

	if ((e = rights_text_seal(c, db, k->r.contact_id, "answer_sealed",
	    text, &sealed)) != ERR_OK)
		return e;
	if ((e = q_rights_office_answer(db, state, outcome, sealed,
	    c->now_us, k->id, d->version, &n)) != ERR_OK ||
	    (e = one_only(n)) != ERR_OK)
		return e;
	return q_rights_office_tasks_over(db, c->now_us, c->caller.staff_id,
	    k->id, NULL);
}

/*
 * A freeze that the person asked for ends some days after they were told, so
 * that they can still complain or go to court.  The keeper ends it.
 */
static enum err
announce_lift(struct deciding *d, struct db *db, uint64_t version,
    struct day *ret_day)
{
	const struct rights_case *k = &d->k;
	struct day day = day_add_days(day_of(k->c->now_us), RIGHTS_LIFT_DAYS);
	uint64_t n = 0;
	enum err e;

	if ((e = q_rights_lift_announce(db, k->c->now_us, day, k->id, version,
	    &n)) != ERR_OK || (e = one_only(n)) != ERR_OK)
		return e;
	*ret_day = day;
	return ERR_OK;
}

static enum err
answer(struct deciding *d, struct db *db)
{
	const char *text = form_value(&d->k.c->form, "text");
	json_t *view;
	enum err e;

	if ((e = store_answer(d, db, "answered", "by hand", text)) != ERR_OK)
		return e;
	view = mail_view(&d->k, text);
	json_object_set_new(view, "refused", json_null());
	json_object_set_new(view, "ends", json_null());
	return add_mail(&d->k, db, "rights_answered", view);
}

/* A refused erasure frees the record that it had frozen. */
static enum err
stop_erasure(struct deciding *d, struct db *db)
{
	const struct rights_case *k = &d->k;
	int64_t now_us = k->c->now_us;
	uint64_t n = 0;
	enum err e;

	if (k->n_erasure == 0 ||
	    strcmp(k->erasure[0].state, "cancelled") == 0)
		return ERR_OK;
	if ((e = q_rights_office_stop(db, now_us, k->id, &n)) != ERR_OK ||
	    (e = one_only(n)) != ERR_OK)
		return e;
	return q_rights_office_lift(db, now_us, k->r.person_id, NULL);
}

/* How to go on against us, in the mail's words. */
static json_t *
remedies_view(const struct rights_case *k, const char *ground)
{
	return json_pack("{s:s, s:s, s:s}", "ground", ground,
	    "authority_name", k->c->site->authority_name, "authority_url",
	    k->c->site->authority_url);
}

/* A refused freeze is announced to end; ${ret_day} stays as it is else. */
static enum err
refuse_freeze(struct deciding *d, struct db *db, struct day *ret_day)
{
	enum err e;

	if (!rights_case_freezes(&d->k))
		return ERR_OK;
	if ((e = announce_lift(d, db, d->version + 1, ret_day)) != ERR_OK)
		return e;
	return note(d, db, "lift_told", "rights.lift_told");
}

static enum err
refuse(struct deciding *d, struct db *db)
{
	const struct rights_case *k = &d->k;
	const char *ground = form_value(&k->c->form, "ground");
	const char *reason = form_value(&k->c->form, "reason");
	struct day ends = { 0 };
	json_t *view;
	enum err e;

	if ((e = store_answer(d, db, "refused", ground, reason)) != ERR_OK ||
	    (e = stop_erasure(d, db)) != ERR_OK ||
	    (e = refuse_freeze(d, db, &ends)) != ERR_OK)
		return e;
	view = mail_view(k, reason);
	json_object_set_new(view, "refused", remedies_view(k, rights_ground(
	    k->r.language, ground)));
	json_object_set_new(view, "ends", ends.y == 0 ? json_null() :
	    json_string(page_write_day(k->c->arena, k->r.language, ends)));
	return add_mail(k, db, "rights_answered", view);
}

static enum err
lift(struct deciding *d, struct db *db)
{
	const struct rights_case *k = &d->k;
	const char *code = form_value(&k->c->form, "ground");
	const struct field_choice *g = rights_lift_grounds;
	struct day ends;
	json_t *view;
	enum err e;

	if ((e = announce_lift(d, db, d->version, &ends)) != ERR_OK)
		return e;
	while (strcmp(g->value, code) != 0)
		g++;		/* it was one of the choices */
	view = mail_view(k, words_get(k->r.language, g->label));
	json_object_set_new(view, "remedies", remedies_view(k, ""));
	json_object_set_new(view, "ends", json_string(page_write_day(
	    k->c->arena, k->r.language, ends)));
	return add_mail(k, db, "rights_lift", view);
}

static enum err
extend(struct deciding *d, struct db *db)
{
	const struct rights_case *k = &d->k;
	struct ctx *c = k->c;
	const char *why = form_value(&c->form, "why");
	struct day due, working;
	struct bytes sealed;
	json_t *view;
	uint64_t n = 0;
	enum err e;

	due = rights_due(k->r.received_day, RIGHTS_MONTHS_EXTENDED,
	    holidays_at(c->site->holidays));
	working = rights_working_limit(k->r.received_day,
	    RIGHTS_MONTHS_EXTENDED);
	if ((e = rights_text_seal(c, db, k->r.contact_id, "extended_sealed",
	    why, &sealed)) != ERR_OK ||
	    (e = q_rights_office_extend(db, c->now_us, sealed, working, due,
	    k->id, d->version, &n)) != ERR_OK ||
	    (e = one_only(n)) != ERR_OK)
		return e;
	view = mail_view(k, why);
	json_object_set_new(view, "due", json_string(page_write_day(c->arena,
	    k->r.language, due)));
	return add_mail(k, db, "rights_extended", view);
}

/* Whoever is given a case by somebody else hears of it. */
static enum err
tell_colleague(const struct rights_case *k, struct db *db,
    const struct q_rights_office_answerers *who)
{
	struct outbox_mail mail = { .template = "staff_alert",
	    .language = who->language, .is_legal = true };
	struct address address;
	struct ctx *c = k->c;
	enum err e;

	if (who->id == c->caller.staff_id ||
	    address_read(c->arena, who->email, &address) != ERR_OK)
		return ERR_OK;
	mail.to = address.mail;
	mail.view = json_pack("{s:s, s:s, s:s, s:s}", "name", who->name,
	    "title", words_get(who->language,
	    N_("A request was given to you")), "text", arena_printf(c->arena,
	    "%s\n%s %s\n%s %s", words_get(who->language,
	    N_("A request was given to you")), words_get(who->language,
	    N_("Reference:")), k->r.reference, words_get(who->language,
	    N_("Answer by:")), page_write_day(c->arena, who->language,
	    k->r.due_day)), "url", arena_printf(c->arena, "%s/requests/%"
	    PRIu64, c->worker->base_url, k->id));
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(mail.view);
	return e;
}

static enum err
assign(struct deciding *d, struct db *db)
{
	const struct rights_case *k = &d->k;
	uint64_t id, n = 0;
	size_t i;
	enum err e;

	if ((e = parse_u64(form_value(&k->c->form, "colleague"), &id)) !=
	    ERR_OK)
		return ERR_BUG;	/* it was one of the choices */
	if ((e = q_rights_office_assign(db, id, k->id, d->version, &n)) !=
	    ERR_OK || (e = one_only(n)) != ERR_OK)
		return e;
	for (i = 0; i < k->n_colleagues; i++)
		if (k->colleagues[i].id == id)
			return tell_colleague(k, db, &k->colleagues[i]);
	return ERR_OK;
}

/*
 * The erasure that the mailed link is to prove: the one there is, or a new
 * one for what a form asked for.  From then on the record is frozen.
 */
static enum err
erasure_to_prove(const struct rights_case *k, struct db *db,
    uint64_t *ret_id)
{
	struct q_erasure_case_insert made;
	struct ctx *c = k->c;
	enum err e;

	if (k->n_erasure > 0) {
		*ret_id = k->erasure[0].id;
		return ERR_OK;
	}
	if ((e = q_erasure_case_insert(db, c->arena, k->id, k->r.person_id,
	    "intent", NULL, c->now_us, c->now_us, &made)) != ERR_OK ||
	    (e = q_erasure_case_restrict(db, c->now_us, c->now_us,
	    k->r.person_id, NULL)) != ERR_OK)
		return e;
	*ret_id = made.id;
	return ERR_OK;
}

/* The mail of the beginning once more, with a link of its own. */
static enum err
remind(struct deciding *d, struct db *db)
{
	const struct rights_case *k = &d->k;
	struct ctx *c = k->c;
	struct acting_issued issued;
	struct address address;
	struct acting_new wanted;
	uint64_t n = 0;
	json_t *view;
	enum err e;

	if (address_read(c->arena, k->r.email, &address) != ERR_OK)
		return ERR_BUG;
	if ((e = q_rights_office_assign(db, k->r.assigned_id, k->id,
	    d->version, &n)) != ERR_OK || (e = one_only(n)) != ERR_OK)
		return e;
	wanted = (struct acting_new){ ACTING_ERASURE, 0, address.key,
	    c->now_us, c->now_us + LINK_DAYS * DAY_US };
	if ((e = erasure_to_prove(k, db, &wanted.subject_id)) != ERR_OK ||
	    (e = acting_issue(db, c->arena, c->worker->keys, &wanted,
	    &issued)) != ERR_OK)
		return e;
	view = json_pack("{s:s?, s:s, s:s, s:s}", "name", name_of(k),
	    "reference", k->r.reference, "url", ctx_url(c, arena_printf(
	    c->arena, "/erasure/confirm/%s", issued.token)), "expires",
	    page_write_date_time(c->arena, k->r.language,
	    wanted.expires_us));
	return add_mail(k, db, "erasure_confirm", view);
}

static const struct {
	enum err (*change)(struct deciding *d, struct db *db);
	const char *step;
	const char *verb;
} decisions[RIGHTS_ACT__MAX] = {
	[RIGHTS_ANSWER] = { answer, "answered", "rights.answered" },
	[RIGHTS_REFUSE] = { refuse, "refused", "rights.refused" },
	[RIGHTS_EXTEND] = { extend, "extended", "rights.extended" },
	[RIGHTS_ASSIGN] = { assign, "assigned", "rights.assigned" },
	[RIGHTS_REMIND] = { remind, "reminded", "rights.reminded" },
	[RIGHTS_LIFT] = { lift, "lift_told", "rights.lift_told" },
};

/* A colleague was faster, or the time for this is over. */
static enum err
show_late(struct deciding *d)
{
	struct ctx *c = d->k.c;
	struct rights_case again = { .c = c, .id = d->k.id,
	    .failed = d->k.failed, .has_failed = true };
	enum err e;

	if ((e = rights_case_open(&again)) != ERR_OK)
		return e;
	return rights_case_show(&again, err_table[ERR_CONFLICT].status,
	    _("Somebody was faster: this case was changed after you opened it. Nothing of yours was sent. Look at it as it is now."));
}

static const char *
detail_of(struct ctx *c, enum rights_act act)
{
	if (act == RIGHTS_REFUSE || act == RIGHTS_LIFT)
		return arena_printf(c->arena, "{\"ground\":\"%s\"}",
		    form_value(&c->form, "ground"));
	if (act == RIGHTS_ASSIGN)
		return arena_printf(c->arena, "{\"staff\":%s}",
		    form_value(&c->form, "colleague"));
	return NULL;
}

static enum err
decide(struct ctx *c, enum rights_act act)
{
	struct deciding d = { .k = { .c = c, .failed = act,
	    .has_failed = true }, .change = decisions[act].change,
	    .step = decisions[act].step, .verb = decisions[act].verb };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &d.k.id)) != ERR_OK ||
	    (e = rights_case_open(&d.k)) != ERR_OK)
		return e;
	e = form_read(c, rights_case_fields(&d.k, act), &c->form);
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return rights_case_show(&d.k, err_table[e].status, NULL);
	if (e != ERR_OK)
		return e;
	d.version = form_input(&c->form, "version")->number;
	d.detail = detail_of(c, act);
	/* a repeated POST finds the case decided by itself: the key tells */
	if (!rights_case_may(&d.k, act))
		d.version = UINT32_MAX;
	if ((e = ctx_tx(c, decide_in_tx, &d)) == ERR_CONFLICT)
		return show_late(&d);
	if (e != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/requests/%" PRIu64,
	    d.k.id));
}

enum err
rights_office_answer(struct ctx *c)
{
	return decide(c, RIGHTS_ANSWER);
}

enum err
rights_office_refuse(struct ctx *c)
{
	return decide(c, RIGHTS_REFUSE);
}

enum err
rights_office_extend(struct ctx *c)
{
	return decide(c, RIGHTS_EXTEND);
}

enum err
rights_office_assign(struct ctx *c)
{
	return decide(c, RIGHTS_ASSIGN);
}

enum err
rights_office_remind(struct ctx *c)
{
	return decide(c, RIGHTS_REMIND);
}

enum err
rights_office_lift(struct ctx *c)
{
	return decide(c, RIGHTS_LIFT);
}
