/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The sale that lets a customer be written to without a yes: staff note it
 * with all its facts or not at all, and take it back when it was not so.
 * Law: ePrivacy 13(2); CPCE L34-5; GDPR 5(1)(d), 21(2); LAW R6; TL4.
 */
#include "evidence/evidence_office.h"

#include <inttypes.h>
#include <string.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/day.h"
#include "base/text.h"
#include "base/tree.h"
#include "consent/consent.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"

const struct field evidence_office_sale_fields[] = {
	{ .name = "purpose", .type = F_HIDDEN, .need = true, .max = 40 },
	{ .name = "sold_on", .type = F_DATE, .need = true,
	  .autocomplete = "off", .label = N_("On which day they bought") },
	{ .name = "similar", .type = F_FLAG, .need = true,
	  .label = N_("What they bought is of the kind that these messages are about") },
	{ .name = "address", .type = F_FLAG, .need = true,
	  .label = N_("They gave us their address or number at that sale") },
	{ .name = "offered", .type = F_FLAG, .need = true,
	  .label = N_("They were told at that moment that we would write, and that they may say no at no cost, and did not") },
	{ .name = NULL }
};

const struct field evidence_office_sale_wrong_fields[] = {
	{ .name = "purpose", .type = F_HIDDEN, .need = true, .max = 40 },
	{ .name = NULL }
};

/* What is noted of a person and a purpose. */
struct selling {
	struct ctx *c;
	struct evidence_person p;
	const struct q_consent_choices *rows;	/* of the purpose, by channel */
	size_t n;
	struct day sold_on;
	bool is_wrong;		/* it was not so */
};

/* The purpose ${code}, if it has the rule for customers; what was wrong is taken
 * back whether it has or not. */
static enum err
find_purpose(struct selling *k, const char *code)
{
	size_t i;

	k->n = 0;
	for (i = 0; i < k->p.n; i++) {
		if (strcmp(k->p.rows[i].code, code) != 0 || (!k->is_wrong &&
		    !k->p.rows[i].has_soft_opt_in))
			continue;
		if (k->n++ == 0)
			k->rows = &k->p.rows[i];
	}
	return k->n == 0 ? ERR_NOTFOUND : ERR_OK;
}

/* Whether somebody with the same address or number said no, by any channel of
 * the rule, or was erased. */
static enum err
is_against(const struct selling *k, struct db *db, bool *ret_is)
{
	struct ctx *c = k->c;
	struct consent_change change;
	bool is = false;
	size_t i;
	enum err e;

	for (i = 0; i < k->n && !is; i++) {
		if (strcmp(k->rows[i].channel, "email") != 0 &&
		    strcmp(k->rows[i].channel, "sms") != 0)
			continue;
		change = (struct consent_change){
		    .purpose_id = k->rows[i].purpose_id, .event = {
		    .channel = k->rows[i].channel, .contact_id = k->p.id,
		    .at_us = c->now_us } };
		if ((e = consent_is_against(db, c->arena, c->worker->keys,
		    &change, &is)) != ERR_OK)
			return e;
	}
	*ret_is = is;
	return ERR_OK;
}

/* Why nothing can be noted, in words; NULL: it can. */
static enum err
why_not(const struct selling *k, struct db *db, const char **ret_why)
{
	struct ctx *c = k->c;
	bool is;
	enum err e;

	*ret_why = NULL;
	if (!text_equal(k->p.r.kind, "customer"))
		*ret_why = _("They are no customer: the rule is for customers only.");
	else if (k->p.r.restriction != NULL)
		*ret_why = _("The use of this record is restricted: this cannot be noted now.");
	else if ((e = is_against(k, db, &is)) != ERR_OK)
		return e;
	else if (is)
		*ret_why = _("They, or somebody with the same address or number, said no or were erased: only a yes of theirs counts.");
	return ERR_OK;
}

static void
add_forms(const struct selling *k, json_t *view, const char *why)
{
	struct ctx *c = k->c;

	page_form(c, view, "/contacts/:id/sale", evidence_office_path(c,
	    k->p.id, "/sale"), &c->form);
	if (why != NULL)
		json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "why_not", why == NULL ? json_null() :
	    json_string(why));
	json_object_set_new(view, "noted", k->rows->noted_sold_us == 0 ?
	    json_null() : json_pack("{s:s, s:o}", "at", page_date(c,
	    k->rows->noted_sold_us), "wrong", page_csrf(c,
	    "/contacts/:id/sale/wrong", evidence_office_path(c, k->p.id,
	    "/sale/wrong"))));
}

static enum err
draw(const struct selling *k, enum err e)
{
	struct ctx *c = k->c;
	const char *why;
	json_t *view;
	enum err wrong;

	if ((wrong = why_not(k, c->db, &why)) != ERR_OK)
		return wrong;
	view = page_view(c, _("The sale that lets us write"));
	add_forms(k, view, why);
	json_object_set_new(view, "name", json_string(contacts_name(c,
	    &k->p.r)));
	json_object_set_new(view, "back_url", json_string(
	    evidence_office_path(c, k->p.id, "/choices")));
	json_object_set_new(view, "purpose", json_string(k->rows->code));
	json_object_set_new(view, "purpose_title", json_string(
	    k->rows->title));
	return e == ERR_OK ? page(c, "office/evidence_sale.html", view) :
	    page_form_again(c, e, "office/evidence_sale.html", view);
}

enum err
evidence_office_sale_show(struct ctx *c)
{
	const struct contacts_looking looking = { "record", "daily" };
	const struct param *purpose = params_find(&c->query, "purpose");
	struct selling k = { .c = c };
	enum err e;

	if ((e = evidence_office_person(c, NULL, &k.p)) != ERR_OK)
		return e;
	if (purpose == NULL || find_purpose(&k, purpose->value) != ERR_OK)
		return page_redirect(c, evidence_office_path(c, k.p.id,
		    "/choices"));
	if ((e = contacts_looked(c, &looking, &k.p.id, 1)) != ERR_OK)
		return e;
	form_blank(c, evidence_office_sale_fields, &c->form);
	return draw(&k, ERR_OK);
}

static void
check_day(struct selling *k)
{
	struct ctx *c = k->c;
	struct input *in = form_input(&c->form, "sold_on");

	k->sold_on = in->day;
	if (in->error == NULL && day_compare(in->day, day_of(c->now_us)) > 0)
		in->error = _("Enter a date like 2026-01-31, not after today.");
}

/* One fact alone lets nobody write. */
static void
check_facts(struct selling *k)
{
	static const char *const facts[] = { "similar", "address", "offered" };
	struct ctx *c = k->c;
	size_t i;

	for (i = 0; i < LENGTH(facts); i++)
		if (form_input(&c->form, facts[i])->number != 1)
			form_fail(&c->form, facts[i],
			    _("If this is not so, they can only be written to after a yes."));
}

static enum err
note_act(const struct selling *k, struct db *db)
{
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = k->is_wrong ?
	    "consent.sale_wrong" : "consent.sale_noted", .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "contact",
	    .contact_id = k->p.id, .detail = arena_printf(c->arena,
	    "{\"purpose\":\"%s\"}", k->rows->code), .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* Lock, look again, store: a no, a restriction or an erasure of the same
 * moment comes before or after. */
static enum err
sell_in_tx(struct db *db, void *arg)
{
	struct selling *k = arg;
	struct ctx *c = k->c;
	struct q_evidence_lock *locked;
	struct consent_sale sale;
	uint64_t n_wrong;
	const char *why;
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
	    (e = find_purpose(k, form_value(&c->form, "purpose"))) != ERR_OK)
		return e;
	if (k->is_wrong) {
		if ((e = q_consent_sale_wrong(db, k->p.id,
		    k->rows->purpose_id, &n_wrong)) != ERR_OK || n_wrong == 0)
			return e;
		return note_act(k, db);
	}
	if ((e = why_not(k, db, &why)) != ERR_OK)
		return e;
	if (why != NULL)
		return ERR_INVALID;
	sale = (struct consent_sale){ k->p.id, k->rows->purpose_id,
	    day_start_us(k->sold_on), c->now_us };
	if ((e = consent_sale_note(db, c->arena, c->worker->keys, &sale)) !=
	    ERR_OK)
		return e;
	return note_act(k, db);
}

static enum err
store(struct selling *k)
{
	struct ctx *c = k->c;
	enum err e;

	if ((e = ctx_tx(c, sell_in_tx, k)) == ERR_INVALID)
		return draw(k, e);
	return e != ERR_OK ? e : page_redirect(c, evidence_office_path(c,
	    k->p.id, "/choices"));
}

enum err
evidence_office_sale(struct ctx *c)
{
	struct selling k = { .c = c };
	enum err e, wrong;

	if ((e = evidence_office_person(c, NULL, &k.p)) != ERR_OK)
		return e;
	wrong = form_read(c, evidence_office_sale_fields, &c->form);
	if (find_purpose(&k, form_value(&c->form, "purpose")) != ERR_OK)
		return ERR_MALFORMED;
	check_day(&k);
	check_facts(&k);
	if (wrong == ERR_OK && form_has_errors(&c->form))
		wrong = ERR_INVALID;
	return wrong == ERR_OK ? store(&k) : draw(&k, wrong);
}

enum err
evidence_office_sale_wrong(struct ctx *c)
{
	struct selling k = { .c = c, .is_wrong = true };
	enum err e;

	if ((e = evidence_office_person(c, NULL, &k.p)) != ERR_OK ||
	    (e = form_read(c, evidence_office_sale_wrong_fields, &c->form)) !=
	    ERR_OK)
		return e;
	if (find_purpose(&k, form_value(&c->form, "purpose")) != ERR_OK)
		return ERR_MALFORMED;
	return store(&k);
}
